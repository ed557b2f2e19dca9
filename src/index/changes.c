/* SPDX-License-Identifier: Apache-2.0 */
#include "index/changes.h"

#include "crypto/sign.h"
#include "index/rows.h"

#include <stdlib.h>
#include <string.h>

/* True if the list is one that a holder writes: ascending, no repeats. */
static bool is_ascending(plm_span list)
{
    for (size_t at = PLM_FINGERPRINT_BYTES; at < list.n; at += PLM_FINGERPRINT_BYTES) {
        if (memcmp(list.p + at - PLM_FINGERPRINT_BYTES, list.p + at, PLM_FINGERPRINT_BYTES) >= 0) {
            return false;
        }
    }
    return true;
}

static bool is_of(const plm_index_header *c, const plm_index_header *index)
{
    return memcmp(c->index, index->root, sizeof c->index) == 0 && c->epoch == index->epoch &&
           c->label_bytes == index->label_bytes &&
           memcmp(c->accord_hash, index->accord_hash, sizeof c->accord_hash) == 0 &&
           memcmp(c->recipe_digest, index->recipe_digest, sizeof c->recipe_digest) == 0 &&
           memcmp(c->public_key, index->public_key, sizeof c->public_key) == 0 &&
           strcmp(c->party, index->party) == 0 && strcmp(c->purpose, index->purpose) == 0;
}

static plm_status lengths(const plm_index_header *h, size_t *withdrawn, size_t *added,
                          size_t *labels, size_t *total)
{
    size_t sum;
    *withdrawn = (size_t)h->n_withdrawn * PLM_FINGERPRINT_BYTES;
    *added = (size_t)h->n_entries * PLM_FINGERPRINT_BYTES;
    return plm_size_mul((size_t)h->n_entries, plm_index_sealed_bytes(h), labels) < 0 ||
                   plm_size_add(*labels, *withdrawn + *added, &sum) < 0 ||
                   plm_size_add(sum, PLM_INDEX_HEADER_BYTES, total) < 0
               ? PLM_E_LIMIT
               : PLM_OK;
}

plm_status plm_changes_open_bytes(plm_changes *out, plm_span bytes, const uint8_t *identity,
                                  const plm_index_header *index)
{
    plm_changes c = {0};
    plm_reader r = bytes;
    plm_span block;
    uint8_t hash[PLM_HASH_BYTES];
    size_t withdrawn;
    size_t added;
    size_t labels;
    size_t total;
    if (plm_rd_take(&r, PLM_INDEX_HEADER_BYTES, &block) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_status status = plm_index_header_decode(&c.header, block, identity);
    if (status != PLM_OK) {
        return status;
    }
    if (!c.header.is_changes || (index != NULL && !is_of(&c.header, index)) ||
        lengths(&c.header, &withdrawn, &added, &labels, &total) != PLM_OK || total != bytes.n) {
        return PLM_E_PROTOCOL;
    }
    plm_hash256(hash, r);
    if (memcmp(hash, c.header.root, sizeof hash) != 0) {
        return PLM_E_TAMPERED;
    }
    c.withdrawn = plm_span_of(r.p, withdrawn);
    c.added = plm_span_of(r.p + withdrawn, added);
    c.labels = plm_span_of(r.p + withdrawn + added, labels);
    if (!is_ascending(c.withdrawn) || !is_ascending(c.added)) {
        return PLM_E_PROTOCOL;
    }
    *out = c;
    return PLM_OK;
}

plm_status plm_changes_open(plm_changes *out, const char *path, const uint8_t identity[static 32],
                            const plm_index_header *index)
{
    plm_map map;
    plm_status status = plm_map_open(&map, path);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_changes_open_bytes(out, plm_span_of(map.p, map.n), identity, index);
    if (status != PLM_OK) {
        plm_map_close(&map);
        return status;
    }
    out->map = map;
    return PLM_OK;
}

void plm_changes_close(plm_changes *changes)
{
    plm_map_close(&changes->map);
    *changes = (plm_changes){0};
}

/* Where in the list it stands; SIZE_MAX if it does not. */
static size_t search(plm_span list, const plm_fingerprint *f)
{
    return plm_rows_find(list.p, list.n / PLM_FINGERPRINT_BYTES, PLM_FINGERPRINT_BYTES, f->b,
                         PLM_FINGERPRINT_BYTES);
}

plm_change plm_changes_find(const plm_changes *changes, const plm_fingerprint *fingerprint,
                            plm_span *label)
{
    const size_t sealed = plm_index_sealed_bytes(&changes->header);
    const size_t at = search(changes->added, fingerprint);
    *label = plm_span_of(NULL, 0);
    if (at != SIZE_MAX) {
        *label = plm_span_of(changes->labels.p + at * sealed, sealed);
        return PLM_CHANGE_ADDED;
    }
    return search(changes->withdrawn, fingerprint) != SIZE_MAX ? PLM_CHANGE_WITHDRAWN
                                                               : PLM_CHANGE_NONE;
}

static int compare_rows(const void *a, const void *b)
{
    return plm_fingerprint_compare(&((const plm_index_row *)a)->fingerprint,
                                   &((const plm_index_row *)b)->fingerprint);
}

static plm_status fill(uint8_t *at, const plm_index_header *h, const plm_fingerprint *withdrawn,
                       const plm_index_row *added, const plm_index_make *make)
{
    const size_t sealed = plm_index_sealed_bytes(h);
    plm_status status = PLM_OK;
    for (size_t i = 0; i < h->n_withdrawn; i++, at += PLM_FINGERPRINT_BYTES) {
        memcpy(at, withdrawn[i].b, PLM_FINGERPRINT_BYTES);
    }
    for (size_t i = 0; i < h->n_entries; i++, at += PLM_FINGERPRINT_BYTES) {
        memcpy(at, added[i].fingerprint.b, PLM_FINGERPRINT_BYTES);
    }
    for (size_t i = 0; status == PLM_OK && sealed > 0 && i < h->n_entries; i++, at += sealed) {
        status = make->label(make->context, added[i].item, at);
    }
    return status;
}

plm_status plm_changes_write(const char *path, plm_index_header *header,
                             const plm_fingerprint *withdrawn, size_t n_withdrawn,
                             plm_index_row *added, size_t n_added, const plm_index_make *make)
{
    plm_index_header h = *header;
    plm_map_file file;
    size_t parts[3];
    size_t total;
    h.is_changes = true;
    h.bits = 0;
    h.n_entries = n_added;
    h.n_withdrawn = n_withdrawn;
    plm_status status = lengths(&h, &parts[0], &parts[1], &parts[2], &total);
    if (status != PLM_OK) {
        return status;
    }
    if (n_added > 0) {
        qsort(added, n_added, sizeof *added, compare_rows);
    }
    status = plm_map_create(&file, path, total);
    if (status == PLM_OK) {
        uint8_t *after = file.map.p + PLM_INDEX_HEADER_BYTES;
        status = fill(after, &h, withdrawn, added, make);
        plm_hash256(h.root, plm_span_of(after, total - PLM_INDEX_HEADER_BYTES));
    }
    if (status == PLM_OK) {
        status = plm_index_header_encode(file.map.p, &h, make->seed);
    }
    status = plm_map_finish(&file, status);
    if (status == PLM_OK) {
        *header = h;
    }
    return status;
}

static plm_status open_label(const plm_index_view *view, const plm_index_key *key, plm_span sealed,
                             plm_index_label *label)
{
    *label = (plm_index_label){0};
    return view->index->header.label_bytes == 0 ? PLM_OK : plm_index_label_open(label, key, sealed);
}

plm_status plm_index_look(const plm_index_view *view, const plm_index_key *key,
                          plm_index_label *label)
{
    plm_index_match match;
    plm_span sealed;
    plm_change change = view->changes == NULL
                            ? PLM_CHANGE_NONE
                            : plm_changes_find(view->changes, &key->fingerprint, &sealed);
    if (change == PLM_CHANGE_ADDED) {
        return open_label(view, key, sealed, label);
    }
    /* The index is read for a withdrawn entry too: how long a no-hit takes tells nothing. */
    plm_status status = plm_index_find(view->index, &key->fingerprint, &match);
    if (status != PLM_OK || change == PLM_CHANGE_WITHDRAWN) {
        return status == PLM_OK ? PLM_E_NOT_FOUND : status;
    }
    /* Of two entries with one remainder the label that opens is ours. */
    status = PLM_E_TAMPERED;
    for (size_t i = 0; status == PLM_E_TAMPERED && i < match.n; i++) {
        status = open_label(view, key, match.labels[i], label);
    }
    return status;
}
