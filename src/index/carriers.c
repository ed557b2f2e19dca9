/* SPDX-License-Identifier: Apache-2.0 */
#include "index/carriers.h"

#include "index/rows.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAGIC_BYTES = 8,
    HEAD_BYTES = MAGIC_BYTES + 2 * PLM_HASH_BYTES + 8 + 4 + 5 * 8,
    U32 = 4,
    U64 = 8
};

static const char magic[MAGIC_BYTES + 1] = "PLMWHO\r\n";

/* Where the parts of a file with these numbers begin. */
typedef struct layout {
    size_t numbers;
    size_t first_of_record;
    size_t tokens;
    size_t first_of_token;
    size_t records;
    size_t common;
    size_t days;
    size_t total;
} layout;

/* Adds n items of that many bytes behind *at; what stands there begins at *begin. */
static int put_part(size_t *at, size_t *begin, size_t n, size_t bytes)
{
    size_t length;
    *begin = *at;
    return plm_size_mul(n, bytes, &length) < 0 || plm_size_add(*at, length, at) < 0 ? -1 : 0;
}

static plm_status layout_of(layout *out, const plm_carriers *c)
{
    size_t n_both;
    size_t at = HEAD_BYTES;
    return plm_size_add(c->n_tokens, c->n_common, &n_both) < 0 || n_both == SIZE_MAX ||
                   c->n_records == SIZE_MAX ||
                   put_part(&at, &out->numbers, c->n_records, U64) < 0 ||
                   put_part(&at, &out->first_of_record, c->n_records + 1, U32) < 0 ||
                   put_part(&at, &out->tokens, c->n_entries, U32) < 0 ||
                   put_part(&at, &out->first_of_token, n_both + 1, U32) < 0 ||
                   put_part(&at, &out->records, c->n_entries, U32) < 0 ||
                   put_part(&at, &out->common, c->n_common, PLM_TOKEN_BYTES) < 0 ||
                   put_part(&at, &out->days, c->n_days, PLM_CARRIERS_DAY_BYTES) < 0 ||
                   put_part(&at, &out->total, 0, 1) < 0
               ? PLM_E_LIMIT
               : PLM_OK;
}

static void write_head(uint8_t *at, const plm_carriers_source *s, size_t n_entries)
{
    const uint64_t counts[] = {s->n_records, s->n_tokens, s->n_common, n_entries, s->n_days};
    memcpy(at, magic, MAGIC_BYTES);
    at += MAGIC_BYTES;
    memcpy(at, s->root, PLM_HASH_BYTES);
    at += PLM_HASH_BYTES;
    memcpy(at, s->scope, PLM_HASH_BYTES);
    at += PLM_HASH_BYTES;
    plm_store_u64(at, (uint64_t)s->last_number);
    at += U64;
    plm_store_u32(at, s->until_day);
    at += U32;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++, at += U64) {
        plm_store_u64(at, counts[i]);
    }
}

/* The entries by record: next[r] is where r's next one goes, and in the end where the next begin.
 */
static void write_by_record(uint8_t *bytes, const layout *l, const plm_carriers_source *s,
                            uint32_t *next)
{
    const size_t n_both = s->n_tokens + s->n_common;
    const uint32_t n_entries = s->first[n_both];
    uint32_t sum = 0;
    for (uint32_t e = 0; e < n_entries; e++) {
        next[s->records[e]]++;
    }
    for (size_t r = 0; r <= s->n_records; r++) {
        const uint32_t n = next[r];
        next[r] = sum;
        plm_store_u32(bytes + l->first_of_record + r * U32, sum);
        sum += n;
    }
    for (size_t t = 0; t < n_both; t++) {
        for (uint32_t e = s->first[t]; e < s->first[t + 1]; e++) {
            plm_store_u32(bytes + l->tokens + (size_t)next[s->records[e]]++ * U32, (uint32_t)t);
        }
    }
}

static void write_rest(uint8_t *bytes, const layout *l, const plm_carriers_source *s)
{
    const size_t n_both = s->n_tokens + s->n_common;
    for (size_t i = 0; i < s->n_records; i++) {
        plm_store_u64(bytes + l->numbers + i * U64, s->numbers[i]);
    }
    for (size_t i = 0; i <= n_both; i++) {
        plm_store_u32(bytes + l->first_of_token + i * U32, s->first[i]);
    }
    for (size_t i = 0; i < s->first[n_both]; i++) {
        plm_store_u32(bytes + l->records + i * U32, s->records[i]);
    }
    for (size_t i = 0; i < s->n_common; i++) {
        memcpy(bytes + l->common + i * PLM_TOKEN_BYTES, s->common[i].b, PLM_TOKEN_BYTES);
    }
    for (size_t i = 0; i < s->n_days; i++) {
        uint8_t *at = bytes + l->days + i * PLM_CARRIERS_DAY_BYTES;
        plm_store_u32(at, s->days[i].day);
        plm_store_u64(at + U32, (uint64_t)s->days[i].number);
    }
}

plm_status plm_carriers_write(const char *path, const plm_carriers_source *s)
{
    layout l;
    plm_map_file file;
    const plm_carriers sizes = {.n_records = s->n_records,
                                .n_tokens = s->n_tokens,
                                .n_common = s->n_common,
                                .n_entries = s->first[s->n_tokens + s->n_common],
                                .n_days = s->n_days};
    plm_status status = layout_of(&l, &sizes);
    if (status != PLM_OK) {
        return status;
    }
    uint32_t *next = (uint32_t *)calloc(s->n_records + 1, sizeof *next);
    if (next == NULL) {
        return PLM_E_NOMEM;
    }
    status = plm_map_create(&file, path, l.total);
    if (status == PLM_OK) {
        write_head(file.map.p, s, sizes.n_entries);
        write_by_record(file.map.p, &l, s, next);
        write_rest(file.map.p, &l, s);
    }
    free(next);
    return plm_map_finish(&file, status);
}

/* --- reading --------------------------------------------------------------------------------- */

static int read_head(plm_carriers *c)
{
    plm_reader r = plm_span_of(c->map.p, c->map.n);
    plm_span head;
    uint64_t last = 0;
    uint64_t counts[5] = {0};
    if (plm_rd_take(&r, MAGIC_BYTES, &head) < 0 || memcmp(head.p, magic, MAGIC_BYTES) != 0 ||
        plm_rd_copy(&r, c->root, sizeof c->root) < 0 ||
        plm_rd_copy(&r, c->scope, sizeof c->scope) < 0 || plm_rd_u64(&r, &last) < 0 ||
        plm_rd_u32(&r, &c->until_day) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (plm_rd_u64(&r, &counts[i]) < 0) {
            return -1;
        }
    }
    c->last_number = (int64_t)last;
    c->n_records = (size_t)counts[0];
    c->n_tokens = (size_t)counts[1];
    c->n_common = (size_t)counts[2];
    c->n_entries = (size_t)counts[3];
    c->n_days = (size_t)counts[4];
    return 0;
}

plm_status plm_carriers_open(plm_carriers *out, const char *path)
{
    plm_carriers c = {0};
    layout l;
    plm_status status = plm_map_open(&c.map, path);
    if (status != PLM_OK) {
        return status;
    }
    if (read_head(&c) < 0 || layout_of(&l, &c) != PLM_OK || l.total != c.map.n) {
        plm_map_close(&c.map);
        return PLM_E_PROTOCOL;
    }
    c.numbers = c.map.p + l.numbers;
    c.first_of_record = c.map.p + l.first_of_record;
    c.tokens = c.map.p + l.tokens;
    c.first_of_token = c.map.p + l.first_of_token;
    c.records = c.map.p + l.records;
    c.common = c.map.p + l.common;
    c.days = c.map.p + l.days;
    *out = c;
    return PLM_OK;
}

void plm_carriers_close(plm_carriers *c)
{
    plm_map_close(&c->map);
    *c = (plm_carriers){0};
}

uint64_t plm_carriers_number(const plm_carriers *c, size_t record)
{
    return plm_load_u64(c->numbers + record * U64);
}

size_t plm_carriers_find(const plm_carriers *c, int64_t number)
{
    size_t first = 0;
    size_t last = c->n_records;
    while (first < last) {
        const size_t middle = first + (last - first) / 2;
        const int64_t there = (int64_t)(plm_carriers_number(c, middle) & ~PLM_CARRIER_URGENT);
        if (there == number) {
            return middle;
        }
        if (there < number) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return SIZE_MAX;
}

size_t plm_carriers_find_common(const plm_carriers *c, const plm_token *token)
{
    const size_t at =
        plm_rows_find(c->common, c->n_common, PLM_TOKEN_BYTES, token->b, PLM_TOKEN_BYTES);
    return at == SIZE_MAX ? SIZE_MAX : c->n_tokens + at;
}

plm_token plm_carriers_common(const plm_carriers *c, size_t token)
{
    plm_token out;
    memcpy(out.b, c->common + (token - c->n_tokens) * PLM_TOKEN_BYTES, sizeof out.b);
    return out;
}

plm_carrier_day plm_carriers_day(const plm_carriers *c, size_t i)
{
    const uint8_t *at = c->days + i * PLM_CARRIERS_DAY_BYTES;
    return (plm_carrier_day){plm_load_u32(at), (int64_t)plm_load_u64(at + U32)};
}

/* Entries of number i of a list, all less than `limit`. */
static plm_status entries_of(const plm_carriers *c, const uint8_t *first, const uint8_t *list,
                             size_t i, size_t limit, plm_span *out)
{
    const uint32_t begin = plm_load_u32(first + i * U32);
    const uint32_t end = plm_load_u32(first + (i + 1) * U32);
    if (begin > end || end > c->n_entries) {
        return PLM_E_STORE;
    }
    for (uint32_t e = begin; e < end; e++) {
        if (plm_load_u32(list + (size_t)e * U32) >= limit) {
            return PLM_E_STORE;
        }
    }
    *out = plm_span_of(list + (size_t)begin * U32, (size_t)(end - begin) * U32);
    return PLM_OK;
}

plm_status plm_carriers_tokens_of(const plm_carriers *c, size_t record, plm_span *out)
{
    return entries_of(c, c->first_of_record, c->tokens, record, c->n_tokens + c->n_common, out);
}

plm_status plm_carriers_records_of(const plm_carriers *c, size_t token, plm_span *out)
{
    return entries_of(c, c->first_of_token, c->records, token, c->n_records, out);
}
