/* SPDX-License-Identifier: Apache-2.0 */
#include "index/own.h"

#include "base/ct.h"
#include "index/rows.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAGIC_BYTES = 8,
    ROWS_AT = MAGIC_BYTES + PLM_HASH_BYTES + 8
};

static const char magic[MAGIC_BYTES + 1] = "PLMOWN\r\n";

plm_status plm_own_write(const char *path, const uint8_t root[static PLM_HASH_BYTES],
                         const plm_own_token *tokens, const plm_fingerprint *fingerprints, size_t n)
{
    plm_map_file file;
    size_t total;
    if (plm_size_mul(n, PLM_OWN_ROW_BYTES, &total) < 0 ||
        plm_size_add(total, ROWS_AT, &total) < 0) {
        return PLM_E_LIMIT;
    }
    plm_status status = plm_map_create(&file, path, total);
    if (status == PLM_OK) {
        uint8_t *at = file.map.p;
        memcpy(at, magic, MAGIC_BYTES);
        memcpy(at + MAGIC_BYTES, root, PLM_HASH_BYTES);
        plm_store_u64(at + MAGIC_BYTES + PLM_HASH_BYTES, n);
        at += ROWS_AT;
        for (size_t i = 0; i < n; i++, at += PLM_OWN_ROW_BYTES) {
            memcpy(at, tokens[i].token.b, PLM_TOKEN_BYTES);
            memcpy(at + PLM_TOKEN_BYTES, fingerprints[i].b, PLM_FINGERPRINT_BYTES);
            memcpy(at + PLM_TOKEN_BYTES + PLM_FINGERPRINT_BYTES, tokens[i].mark,
                   PLM_OWN_MARK_BYTES);
        }
    }
    return plm_map_finish(&file, status);
}

plm_status plm_own_open(plm_own *out, const char *path)
{
    plm_own own = {0};
    plm_status status = plm_map_open(&own.map, path);
    if (status != PLM_OK) {
        return status;
    }
    plm_reader r = plm_span_of(own.map.p, own.map.n);
    plm_span head;
    uint64_t n = 0;
    size_t bytes = 0;
    if (plm_rd_take(&r, MAGIC_BYTES, &head) < 0 || memcmp(head.p, magic, MAGIC_BYTES) != 0 ||
        plm_rd_copy(&r, own.root, sizeof own.root) < 0 || plm_rd_u64(&r, &n) < 0 ||
        plm_size_mul((size_t)n, PLM_OWN_ROW_BYTES, &bytes) < 0 || bytes != r.n) {
        plm_map_close(&own.map);
        return PLM_E_PROTOCOL;
    }
    own.rows = r.p;
    own.n = (size_t)n;
    *out = own;
    return PLM_OK;
}

void plm_own_close(plm_own *own)
{
    plm_map_close(&own->map);
    *own = (plm_own){0};
}

size_t plm_own_find(const plm_own *own, const plm_token *token)
{
    return plm_rows_find(own->rows, own->n, PLM_OWN_ROW_BYTES, token->b, PLM_TOKEN_BYTES);
}

/* Lists that grow by doubling. */
static plm_status add_withdrawn(plm_own_changes *c, size_t *capacity, const uint8_t *fingerprint)
{
    if (c->n_withdrawn == *capacity) {
        const size_t wanted = *capacity == 0 ? 256 : *capacity * 2;
        plm_fingerprint *grown =
            (plm_fingerprint *)realloc(c->withdrawn, wanted * sizeof *c->withdrawn);
        if (grown == NULL) {
            return PLM_E_NOMEM;
        }
        c->withdrawn = grown;
        *capacity = wanted;
    }
    memcpy(c->withdrawn[c->n_withdrawn++].b, fingerprint, PLM_FINGERPRINT_BYTES);
    return PLM_OK;
}

static plm_status add_added(plm_own_changes *c, size_t *capacity, size_t number)
{
    if (c->n_added == *capacity) {
        const size_t wanted = *capacity == 0 ? 256 : *capacity * 2;
        size_t *grown = (size_t *)realloc(c->added, wanted * sizeof *c->added);
        if (grown == NULL) {
            return PLM_E_NOMEM;
        }
        c->added = grown;
        *capacity = wanted;
    }
    c->added[c->n_added++] = number;
    return PLM_OK;
}

static int compare_fingerprints(const void *a, const void *b)
{
    return plm_fingerprint_compare((const plm_fingerprint *)a, (const plm_fingerprint *)b);
}

static bool is_marked_alike(const uint8_t *row, const plm_own_token *token)
{
    return memcmp(row + PLM_TOKEN_BYTES + PLM_FINGERPRINT_BYTES, token->mark, PLM_OWN_MARK_BYTES) ==
           0;
}

plm_status plm_own_compare(plm_own_changes *out, const plm_own *own, const plm_own_token *tokens,
                           size_t n)
{
    plm_own_changes c = {0};
    size_t withdrawn_capacity = 0;
    size_t added_capacity = 0;
    plm_status status = PLM_OK;
    size_t i = 0;
    size_t k = 0;
    while (status == PLM_OK && (i < own->n || k < n)) {
        const uint8_t *row = i < own->n ? own->rows + i * PLM_OWN_ROW_BYTES : NULL;
        const int order = row == NULL ? 1
                          : k == n    ? -1
                                      : memcmp(row, tokens[k].token.b, PLM_TOKEN_BYTES);
        const bool is_same = order == 0 && is_marked_alike(row, &tokens[k]);
        if (order <= 0 && !is_same) {
            status = add_withdrawn(&c, &withdrawn_capacity, row + PLM_TOKEN_BYTES);
        }
        if (status == PLM_OK && order >= 0 && !is_same) {
            status = add_added(&c, &added_capacity, k);
        }
        i += order <= 0;
        k += order >= 0;
    }
    if (status != PLM_OK) {
        plm_own_changes_wipe(&c);
        return status;
    }
    if (c.n_withdrawn > 0) {
        qsort(c.withdrawn, c.n_withdrawn, sizeof *c.withdrawn, compare_fingerprints);
    }
    *out = c;
    return PLM_OK;
}

void plm_own_changes_wipe(plm_own_changes *changes)
{
    free(changes->withdrawn);
    free(changes->added);
    *changes = (plm_own_changes){0};
}
