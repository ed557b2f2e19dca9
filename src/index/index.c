/* SPDX-License-Identifier: Apache-2.0 */
#include "index/index.h"

#include "crypto/hasher.h"

#include <string.h>

void plm_index_leaf(uint8_t out[static PLM_HASH_BYTES], uint32_t bucket, uint32_t first,
                    plm_span entries, plm_span labels)
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo/1 index-leaf");
    plm_hasher_number(&h, bucket);
    plm_hasher_number(&h, first);
    plm_hasher_bytes(&h, entries);
    plm_hasher_bytes(&h, labels);
    plm_hasher_final(&h, out);
}

void plm_index_node(uint8_t out[static PLM_HASH_BYTES], const uint8_t left[static PLM_HASH_BYTES],
                    const uint8_t right[static PLM_HASH_BYTES])
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo/1 index-node");
    plm_hasher_fixed(&h, left, PLM_HASH_BYTES);
    plm_hasher_fixed(&h, right, PLM_HASH_BYTES);
    plm_hasher_final(&h, out);
}

plm_status plm_index_layout_of(plm_index_layout *out, const plm_index_header *header)
{
    const size_t n_buckets = (size_t)1 << header->bits;
    const size_t n = (size_t)header->n_entries;
    size_t label_bytes;
    plm_index_layout l = {.directory = PLM_INDEX_HEADER_BYTES};
    l.entries = l.directory + (n_buckets + 1) * sizeof(uint32_t);
    l.labels = l.entries + n * PLM_REMAINDER_BYTES;
    if (plm_size_mul(n, plm_index_sealed_bytes(header), &label_bytes) < 0 ||
        plm_size_add(l.labels, label_bytes, &l.tree) < 0 ||
        plm_size_add(l.tree, (n_buckets - 1) * 2 * PLM_HASH_BYTES, &l.total) < 0) {
        return PLM_E_LIMIT;
    }
    *out = l;
    return PLM_OK;
}

plm_status plm_index_open_bytes(plm_index *out, plm_span bytes, const uint8_t *identity)
{
    plm_index index = {0};
    plm_index_layout l;
    if (bytes.n < PLM_INDEX_HEADER_BYTES) {
        return PLM_E_PROTOCOL;
    }
    plm_status status = plm_index_header_decode(
        &index.header, plm_span_of(bytes.p, PLM_INDEX_HEADER_BYTES), identity);
    if (status != PLM_OK) {
        return status;
    }
    if (index.header.is_changes || plm_index_layout_of(&l, &index.header) != PLM_OK ||
        l.total != bytes.n) {
        return PLM_E_PROTOCOL;
    }
    index.directory = plm_span_of(bytes.p + l.directory, l.entries - l.directory);
    index.entries = plm_span_of(bytes.p + l.entries, l.labels - l.entries);
    index.labels = plm_span_of(bytes.p + l.labels, l.tree - l.labels);
    index.tree = plm_span_of(bytes.p + l.tree, l.total - l.tree);
    *out = index;
    return PLM_OK;
}

plm_status plm_index_open(plm_index *out, const char *path, const uint8_t identity[static 32])
{
    plm_map map;
    plm_status status = plm_map_open(&map, path);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_index_open_bytes(out, plm_span_of(map.p, map.n), identity);
    if (status != PLM_OK) {
        plm_map_close(&map);
        return status;
    }
    out->map = map;
    return PLM_OK;
}

void plm_index_close(plm_index *index)
{
    plm_map_close(&index->map);
    *index = (plm_index){0};
}

typedef struct bucket {
    uint32_t number;
    uint32_t first;
    uint32_t n;
    plm_span entries;
    plm_span labels;
} bucket;

/* PLM_E_TAMPERED: no holder wrote a directory like this. */
static plm_status get_bucket(const plm_index *index, uint32_t number, bucket *out)
{
    const size_t sealed = plm_index_sealed_bytes(&index->header);
    const uint8_t *at = index->directory.p + (size_t)number * sizeof(uint32_t);
    const uint32_t first = plm_load_u32(at);
    const uint32_t last = plm_load_u32(at + sizeof(uint32_t));
    if (first > last || last - first > PLM_INDEX_BUCKET_MAX || last > index->header.n_entries) {
        return PLM_E_TAMPERED;
    }
    const uint32_t n = last - first;
    *out = (bucket){
        .number = number,
        .first = first,
        .n = n,
        .entries = plm_span_of(index->entries.p + (size_t)first * PLM_REMAINDER_BYTES,
                               (size_t)n * PLM_REMAINDER_BYTES),
        .labels = plm_span_of(index->labels.p + (size_t)first * sealed, (size_t)n * sealed),
    };
    return PLM_OK;
}

/* From the leaf up: the nodes beside the way must make the root. */
static plm_status check_way(const plm_index *index, const bucket *b)
{
    uint8_t hash[PLM_HASH_BYTES];
    uint32_t at = b->number;
    const uint8_t *level = index->tree.p;
    plm_index_leaf(hash, b->number, b->first, b->entries, b->labels);
    for (unsigned bits = index->header.bits; bits > 0; bits--) {
        const uint8_t *beside = level + (size_t)(at ^ 1U) * PLM_HASH_BYTES;
        if (at & 1U) {
            plm_index_node(hash, beside, hash);
        } else {
            plm_index_node(hash, hash, beside);
        }
        level += ((size_t)1 << bits) * PLM_HASH_BYTES;
        at >>= 1;
    }
    return memcmp(hash, index->header.root, sizeof hash) == 0 ? PLM_OK : PLM_E_TAMPERED;
}

plm_status plm_index_find(const plm_index *index, const plm_fingerprint *fingerprint,
                          plm_index_match *out)
{
    const size_t sealed = plm_index_sealed_bytes(&index->header);
    const uint8_t *remainder = fingerprint->b + PLM_FINGERPRINT_PREFIX_BYTES;
    bucket b;
    *out = (plm_index_match){0};
    plm_status status =
        get_bucket(index, plm_fingerprint_bucket(fingerprint, index->header.bits), &b);
    if (status == PLM_OK) {
        status = check_way(index, &b);
    }
    if (status != PLM_OK) {
        return status;
    }
    for (size_t i = 0; i < b.n && out->n < PLM_INDEX_MATCHES_MAX; i++) {
        if (memcmp(b.entries.p + i * PLM_REMAINDER_BYTES, remainder, PLM_REMAINDER_BYTES) == 0) {
            out->labels[out->n++] = plm_span_of(b.labels.p + i * sealed, sealed);
        }
    }
    return out->n > 0 ? PLM_OK : PLM_E_NOT_FOUND;
}

/* The leaves against their buckets, and that each remainder is in its place. */
static plm_status verify_leaves(const plm_index *index, uint8_t root[static PLM_HASH_BYTES])
{
    const uint32_t n_buckets = UINT32_C(1) << index->header.bits;
    uint32_t next = 0;
    for (uint32_t i = 0; i < n_buckets; i++) {
        bucket b;
        uint8_t leaf[PLM_HASH_BYTES];
        plm_status status = get_bucket(index, i, &b);
        if (status != PLM_OK || b.first != next) {
            return PLM_E_TAMPERED;
        }
        next += b.n;
        plm_index_leaf(leaf, b.number, b.first, b.entries, b.labels);
        if (n_buckets == 1) {
            memcpy(root, leaf, sizeof leaf);
        } else if (memcmp(index->tree.p + (size_t)i * PLM_HASH_BYTES, leaf, sizeof leaf) != 0) {
            return PLM_E_TAMPERED;
        }
    }
    return next == index->header.n_entries ? PLM_OK : PLM_E_TAMPERED;
}

plm_status plm_index_verify(const plm_index *index)
{
    uint8_t hash[PLM_HASH_BYTES] = {0};
    const uint8_t *level = index->tree.p;
    plm_status status = verify_leaves(index, hash);
    for (unsigned bits = index->header.bits; status == PLM_OK && bits > 0; bits--) {
        const size_t n = (size_t)1 << bits;
        const uint8_t *above = level + n * PLM_HASH_BYTES;
        for (size_t i = 0; status == PLM_OK && i < n; i += 2) {
            plm_index_node(hash, level + i * PLM_HASH_BYTES, level + (i + 1) * PLM_HASH_BYTES);
            if (bits > 1 && memcmp(above + i / 2 * PLM_HASH_BYTES, hash, sizeof hash) != 0) {
                status = PLM_E_TAMPERED;
            }
        }
        level = above;
    }
    if (status == PLM_OK && memcmp(hash, index->header.root, sizeof hash) != 0) {
        status = PLM_E_TAMPERED;
    }
    return status;
}
