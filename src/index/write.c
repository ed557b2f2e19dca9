/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write.c - making an index: rows into order, then each part into its place in the mapped file.
 */
#include "index/index.h"

#include <stdlib.h>
#include <string.h>

enum {
    PROGRESS_EVERY = 65536 /* entries */
};

typedef struct writing {
    const plm_index_header *header;
    const plm_index_row *rows;
    const plm_index_make *make;
    plm_index_layout layout;
    uint8_t *bytes;
} writing;

static int compare_rows(const void *a, const void *b)
{
    return plm_fingerprint_compare(&((const plm_index_row *)a)->fingerprint,
                                   &((const plm_index_row *)b)->fingerprint);
}

static int compare_remainders(const void *a, const void *b)
{
    return memcmp(((const plm_index_row *)a)->fingerprint.b + PLM_FINGERPRINT_PREFIX_BYTES,
                  ((const plm_index_row *)b)->fingerprint.b + PLM_FINGERPRINT_PREFIX_BYTES,
                  PLM_REMAINDER_BYTES);
}

/* The end of the bucket that begins at row `first`. */
static size_t bucket_end(const plm_index_row *rows, size_t n, size_t first, uint32_t bucket,
                         unsigned bits)
{
    size_t end = first;
    while (end < n && plm_fingerprint_bucket(&rows[end].fingerprint, bits) == bucket) {
        end++;
    }
    return end;
}

/* True if no bucket has more than it may. */
static bool fits(const plm_index_row *rows, size_t n, unsigned bits)
{
    for (size_t first = 0; first < n;) {
        const uint32_t bucket = plm_fingerprint_bucket(&rows[first].fingerprint, bits);
        const size_t end = bucket_end(rows, n, first, bucket, bits);
        if (end - first > PLM_INDEX_BUCKET_MAX) {
            return false;
        }
        first = end;
    }
    return true;
}

static bool go_on(const plm_index_make *make, uint64_t done, uint64_t total)
{
    return make->progress == NULL || make->progress(make->progress_context, "write", done, total);
}

/* Entries and labels of the rows first to end - 1. */
static plm_status write_rows(const writing *w, size_t first, size_t end)
{
    const size_t sealed = plm_index_sealed_bytes(w->header);
    plm_status status = PLM_OK;
    for (size_t i = first; status == PLM_OK && i < end; i++) {
        memcpy(w->bytes + w->layout.entries + i * PLM_REMAINDER_BYTES,
               w->rows[i].fingerprint.b + PLM_FINGERPRINT_PREFIX_BYTES, PLM_REMAINDER_BYTES);
        if (sealed > 0) {
            status = w->make->label(w->make->context, w->rows[i].item,
                                    w->bytes + w->layout.labels + i * sealed);
        }
        if (status == PLM_OK && i % PROGRESS_EVERY == 0 &&
            !go_on(w->make, i, w->header->n_entries)) {
            status = PLM_E_CANCELLED;
        }
    }
    return status;
}

/* Directory, entries, labels and leaves; the only leaf of a single bucket is the root. */
static plm_status write_buckets(const writing *w, uint8_t root[static PLM_HASH_BYTES])
{
    const size_t n = (size_t)w->header->n_entries;
    const size_t n_buckets = (size_t)1 << w->header->bits;
    const size_t sealed = plm_index_sealed_bytes(w->header);
    uint8_t *directory = w->bytes + w->layout.directory;
    size_t first = 0;
    for (size_t b = 0; b < n_buckets; b++) {
        const size_t end = bucket_end(w->rows, n, first, (uint32_t)b, w->header->bits);
        plm_store_u32(directory + b * sizeof(uint32_t), (uint32_t)first);
        plm_status status = write_rows(w, first, end);
        if (status != PLM_OK) {
            return status;
        }
        plm_index_leaf(
            n_buckets == 1 ? root : w->bytes + w->layout.tree + b * PLM_HASH_BYTES, (uint32_t)b,
            (uint32_t)first,
            plm_span_of(w->bytes + w->layout.entries + first * PLM_REMAINDER_BYTES,
                        (end - first) * PLM_REMAINDER_BYTES),
            plm_span_of(w->bytes + w->layout.labels + first * sealed, (end - first) * sealed));
        first = end;
    }
    plm_store_u32(directory + n_buckets * sizeof(uint32_t), (uint32_t)n);
    return PLM_OK;
}

static void write_tree(const writing *w, uint8_t root[static PLM_HASH_BYTES])
{
    uint8_t *level = w->bytes + w->layout.tree;
    for (unsigned bits = w->header->bits; bits > 0; bits--) {
        const size_t n = (size_t)1 << bits;
        uint8_t *above = level + n * PLM_HASH_BYTES;
        for (size_t i = 0; i < n; i += 2) {
            plm_index_node(bits == 1 ? root : above + i / 2 * PLM_HASH_BYTES,
                           level + i * PLM_HASH_BYTES, level + (i + 1) * PLM_HASH_BYTES);
        }
        level = above;
    }
}

/* In each bucket by remainder: what the dropped bits of the prefix were does not show. */
static void order_buckets(plm_index_row *rows, size_t n, unsigned bits)
{
    for (size_t first = 0; first < n;) {
        const uint32_t bucket = plm_fingerprint_bucket(&rows[first].fingerprint, bits);
        const size_t end = bucket_end(rows, n, first, bucket, bits);
        qsort(rows + first, end - first, sizeof *rows, compare_remainders);
        first = end;
    }
}

static plm_status write_file(const char *path, plm_index_header *header, const plm_index_row *rows,
                             const plm_index_make *make)
{
    writing w = {.header = header, .rows = rows, .make = make};
    plm_map_file file;
    plm_status status = plm_index_layout_of(&w.layout, header);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_map_create(&file, path, w.layout.total);
    if (status == PLM_OK) {
        w.bytes = file.map.p;
        status = write_buckets(&w, header->root);
    }
    if (status == PLM_OK) {
        write_tree(&w, header->root);
        status = plm_index_header_encode(file.map.p, header, make->seed);
    }
    return plm_map_finish(&file, status);
}

plm_status plm_index_write(const char *path, plm_index_header *header, plm_index_row *rows,
                           size_t n, const plm_index_make *make)
{
    plm_index_header h = *header;
    if (n > PLM_INDEX_ENTRIES_MAX) {
        return PLM_E_LIMIT;
    }
    h.is_changes = false;
    h.sequence = 0;
    h.n_entries = n;
    h.n_withdrawn = 0;
    h.bits = (uint8_t)plm_index_bits(n);
    memset(h.index, 0, sizeof h.index);
    if (n > 0) {
        qsort(rows, n, sizeof *rows, compare_rows);
    }
    const unsigned most = h.bits + PLM_INDEX_BITS_SPARE;
    while (!fits(rows, n, h.bits)) {
        if (h.bits == most) {
            return PLM_E_LIMIT;
        }
        h.bits++;
    }
    order_buckets(rows, n, h.bits);
    plm_status status = write_file(path, &h, rows, make);
    if (status == PLM_OK) {
        *header = h;
    }
    return status;
}
