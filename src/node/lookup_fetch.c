/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_fetch.c - indexes of other parties: what lies on the disk, and what is fetched.
 */
#include "node/lookup_link.h"

#include "node/index_files.h"

#include <string.h>

enum {
    ROOM_SHARE = 2 /* of what the disk has free one file may take this part */
};

void plm_link_close_index(plm_lookup_link *link)
{
    if (link->has_changes) {
        plm_changes_close(&link->changes);
    }
    if (link->has_index) {
        plm_index_close(&link->index);
    }
    link->has_changes = false;
    link->has_index = false;
}

static plm_status path_of(const plm_lookup_link *link, char out[static PATH_MAX], uint32_t epoch,
                          plm_index_file file)
{
    return plm_index_path(out, &link->node, link->pin.party, link->agreement->accord->hash,
                          link->lookups->config.purpose, epoch, file);
}

/* True if the index is the one that the terms are about. */
static bool is_offered(const plm_lookup_link *link, const plm_index *index,
                       const plm_lookup_epoch *epoch)
{
    const plm_index_header *h = &index->header;
    return h->epoch == epoch->epoch && memcmp(h->root, epoch->root, sizeof h->root) == 0 &&
           memcmp(h->public_key, epoch->public_key, sizeof h->public_key) == 0 &&
           memcmp(h->accord_hash, link->agreement->accord->hash, sizeof h->accord_hash) == 0 &&
           strcmp(h->party, link->pin.party) == 0 &&
           strcmp(h->purpose, link->lookups->config.purpose) == 0;
}

static plm_status open_file(plm_lookup_link *link, const plm_lookup_epoch *epoch)
{
    char path[PATH_MAX];
    plm_index index;
    plm_status status = path_of(link, path, epoch->epoch, PLM_INDEX_FILE_INDEX);
    if (status == PLM_OK) {
        status = plm_index_open(&index, path, link->pin.identity);
    }
    if (status != PLM_OK) {
        return PLM_E_NOT_FOUND;
    }
    if (!is_offered(link, &index, epoch)) {
        plm_index_close(&index);
        return PLM_E_NOT_FOUND;
    }
    plm_link_close_index(link);
    link->index = index;
    link->has_index = true;
    /* Changes that are not there, or are damaged, are fetched when an answer asks for them. */
    status = path_of(link, path, epoch->epoch, PLM_INDEX_FILE_CHANGES);
    link->has_changes =
        status == PLM_OK &&
        plm_changes_open(&link->changes, path, link->pin.identity, &link->index.header) == PLM_OK;
    return PLM_OK;
}

plm_status plm_link_open_index(plm_lookup_link *link)
{
    for (size_t i = 0; i < link->terms.n_epochs; i++) {
        const plm_lookup_epoch *epoch = &link->terms.epochs[i];
        if (open_file(link, epoch) == PLM_OK) {
            link->wants_fetch = i > 0;
            return PLM_OK;
        }
    }
    return PLM_E_NOT_FOUND;
}

/* A part; PLM_E_NOT_FOUND: what is asked for is not there any more. */
static plm_status fetch_part(plm_lookup_link *link, const plm_lookup_fetch *fetch, plm_buf *in,
                             plm_span *bytes)
{
    plm_buf out;
    plm_lookup_part part;
    plm_buf_init(&out, 64);
    plm_buf_clear(in);
    plm_status status = plm_lookup_fetch_encode(fetch, &out);
    if (status == PLM_OK) {
        status = plm_link_exchange(link, PLM_FRAME_LOOKUP_FETCH, plm_buf_span(&out),
                                   PLM_FRAME_LOOKUP_PART, in);
    }
    if (status == PLM_OK) {
        status = plm_lookup_part_decode(&part, plm_buf_span(in));
    }
    plm_buf_wipe(&out);
    if (status != PLM_OK) {
        return status;
    }
    *bytes = part.bytes;
    return part.outcome == PLM_LOOKUP_DONE ? PLM_OK : PLM_E_NOT_FOUND;
}

static bool go_on(const plm_lookup_link *link, uint64_t done, uint64_t total)
{
    const plm_node *node = &link->node;
    if (node->progress != NULL) {
        const plm_run_progress progress = {"fetch", done, total};
        node->progress(node->progress_context, &progress);
    }
    return node->cancel == NULL || *node->cancel == 0;
}

/* Before a byte of it is taken. PLM_E_LIMIT: a file so long is more than we want, or have room for.
 */
static plm_status check_room(plm_lookup_link *link, const char *path, uint64_t n)
{
    uint64_t room;
    const uint64_t most =
        link->node.most_index_bytes > 0 ? link->node.most_index_bytes : PLM_INDEX_BYTES_MOST;
    plm_status status = plm_map_room(&room, path);
    if (status == PLM_OK && (n > most || n > room / ROOM_SHARE)) {
        link->offered_bytes = n;
        status = PLM_E_LIMIT;
    }
    return status;
}

/* All of a file of that many bytes, into `to`; each part but the last is as long as one may be.
 * serves: lookups go on between the parts. */
static plm_status fetch_bytes(plm_lookup_link *link, plm_lookup_fetch *fetch, uint8_t *to, size_t n,
                              bool serves)
{
    plm_buf in;
    plm_span bytes = {NULL, 0};
    plm_buf_init(&in, PLM_FRAME_PAYLOAD_MAX);
    plm_status status = PLM_OK;
    while (status == PLM_OK && fetch->offset < n) {
        status =
            go_on(link, fetch->offset, n) ? fetch_part(link, fetch, &in, &bytes) : PLM_E_CANCELLED;
        const size_t left = n - (size_t)fetch->offset;
        if (status == PLM_OK &&
            bytes.n != (left < PLM_LOOKUP_PART_MAX ? left : (size_t)PLM_LOOKUP_PART_MAX)) {
            status = PLM_E_PROTOCOL;
        }
        if (status == PLM_OK) {
            memcpy(to + fetch->offset, bytes.p, bytes.n);
            fetch->offset += bytes.n;
            status = serves && link->has_index ? plm_link_serve_meanwhile(link) : PLM_OK;
        }
    }
    plm_buf_wipe(&in);
    return status;
}

/* Is what came whole, signed by the party, and what was offered? Before it gets its name. */
static plm_status check_index(const plm_lookup_link *link, plm_span bytes,
                              const plm_lookup_epoch *epoch)
{
    plm_index index;
    plm_status status = plm_index_open_bytes(&index, bytes, link->pin.identity);
    if (status == PLM_OK && !is_offered(link, &index, epoch)) {
        status = PLM_E_PROTOCOL;
    }
    return status == PLM_OK ? plm_index_verify(&index) : status;
}

/* What is older than this epoch is of no use any more. */
static void remove_older(const plm_lookup_link *link, uint32_t epoch)
{
    for (uint32_t e = epoch > PLM_LOOKUP_EPOCHS_MAX ? epoch - PLM_LOOKUP_EPOCHS_MAX : 1; e < epoch;
         e++) {
        plm_index_files_remove(&link->node, link->pin.party, link->agreement->accord->hash,
                               link->lookups->config.purpose, e);
    }
}

plm_status plm_link_fetch_index(plm_lookup_link *link)
{
    const plm_lookup_epoch *epoch = &link->terms.epochs[0];
    char path[PATH_MAX];
    plm_map_file file;
    plm_lookup_fetch fetch = {.epoch = epoch->epoch};
    plm_status status = path_of(link, path, epoch->epoch, PLM_INDEX_FILE_INDEX);
    if (status != PLM_OK) {
        return status;
    }
    if (epoch->index_bytes < PLM_INDEX_HEADER_BYTES) {
        return PLM_E_PROTOCOL;
    }
    status = check_room(link, path, epoch->index_bytes);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_map_create(&file, path, (size_t)epoch->index_bytes);
    if (status == PLM_OK) {
        status = fetch_bytes(link, &fetch, file.map.p, file.map.n, true);
    }
    if (status == PLM_OK) {
        status = check_index(link, plm_span_of(file.map.p, file.map.n), epoch);
    }
    status = plm_map_finish(&file, status);
    if (status == PLM_OK) {
        status = open_file(link, epoch);
    }
    if (status == PLM_OK && epoch->sequence > 0 && !link->has_changes) {
        status = plm_link_fetch_changes(link, epoch->sequence);
    }
    if (status == PLM_OK) {
        remove_older(link, epoch->epoch);
    }
    return status;
}

/* Their length is in the header, which comes with the first part. */
static plm_status changes_length(plm_lookup_link *link, const plm_lookup_fetch *fetch, size_t *n)
{
    plm_buf in;
    plm_span bytes;
    plm_index_header header;
    plm_buf_init(&in, PLM_FRAME_PAYLOAD_MAX);
    plm_status status = fetch_part(link, fetch, &in, &bytes);
    if (status == PLM_OK && bytes.n < PLM_INDEX_HEADER_BYTES) {
        status = PLM_E_PROTOCOL;
    }
    if (status == PLM_OK) {
        status = plm_index_header_decode(&header, plm_span_of(bytes.p, PLM_INDEX_HEADER_BYTES),
                                         link->pin.identity);
    }
    if (status == PLM_OK && !header.is_changes) {
        status = PLM_E_PROTOCOL;
    }
    if (status == PLM_OK) {
        *n = PLM_INDEX_HEADER_BYTES +
             (size_t)(header.n_withdrawn + header.n_entries) * PLM_FINGERPRINT_BYTES +
             (size_t)header.n_entries * plm_index_sealed_bytes(&header);
    }
    plm_buf_wipe(&in);
    return status;
}

plm_status plm_link_fetch_changes(plm_lookup_link *link, uint64_t sequence)
{
    char path[PATH_MAX];
    plm_map_file file;
    plm_changes changes;
    plm_lookup_fetch fetch = {.epoch = link->index.header.epoch, .sequence = sequence};
    size_t n = 0;
    plm_status status = path_of(link, path, fetch.epoch, PLM_INDEX_FILE_CHANGES);
    if (status == PLM_OK) {
        status = changes_length(link, &fetch, &n);
    }
    if (status == PLM_OK) {
        status = check_room(link, path, n);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = plm_map_create(&file, path, n);
    if (status == PLM_OK) {
        status = fetch_bytes(link, &fetch, file.map.p, file.map.n, false);
    }
    if (status == PLM_OK) {
        status = plm_changes_open_bytes(&changes, plm_span_of(file.map.p, file.map.n),
                                        link->pin.identity, &link->index.header);
    }
    if (status == PLM_OK && changes.header.sequence != sequence) {
        status = PLM_E_PROTOCOL;
    }
    status = plm_map_finish(&file, status);
    if (status == PLM_OK) {
        status = plm_changes_open(&changes, path, link->pin.identity, &link->index.header);
    }
    if (status == PLM_OK) {
        if (link->has_changes) {
            plm_changes_close(&link->changes);
        }
        link->changes = changes;
        link->has_changes = true;
    }
    return status;
}

plm_status plm_link_fetch_newest_changes(plm_lookup_link *link)
{
    const uint64_t ours = link->has_changes ? link->changes.header.sequence : 0;
    for (size_t i = 0; i < link->terms.n_epochs; i++) {
        const plm_lookup_epoch *epoch = &link->terms.epochs[i];
        if (epoch->epoch == link->index.header.epoch && epoch->sequence > ours) {
            return plm_link_fetch_changes(link, epoch->sequence);
        }
    }
    return PLM_OK;
}
