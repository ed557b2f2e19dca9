/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/field.h"

#include "base/utf8.h"

#include <string.h>

static bool is_party(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static bool is_purpose(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static bool is_visible(uint8_t c)
{
    return c >= 0x21 && c <= 0x7E;
}

static bool all_are(plm_span s, bool (*is_one)(uint8_t))
{
    for (size_t i = 0; i < s.n; i++) {
        if (!is_one(s.p[i])) {
            return false;
        }
    }
    return s.n > 0;
}

bool plm_field_fits(plm_field kind, plm_span s)
{
    switch (kind) {
    case PLM_FIELD_PARTY:
        return all_are(s, is_party);
    case PLM_FIELD_PURPOSE:
        return all_are(s, is_purpose);
    case PLM_FIELD_NAME:
        return all_are(s, is_visible);
    case PLM_FIELD_TEXT:
        return s.n > 0 && plm_utf8_is_text(s);
    case PLM_FIELD_POINTER:
        return s.n == 0 || (s.p[0] == '/' && plm_utf8_is_text(s));
    default:
        return false;
    }
}

plm_writer plm_writer_begin(plm_buf *out)
{
    const plm_writer w = {out, out->n, PLM_OK};
    return w;
}

void plm_writer_require(plm_writer *w, bool condition)
{
    if (w->status == PLM_OK && !condition) {
        w->status = PLM_E_ARGUMENT;
    }
}

void plm_writer_u8(plm_writer *w, uint8_t v)
{
    plm_writer_bytes(w, &v, 1);
}

void plm_writer_u16(plm_writer *w, uint16_t v)
{
    uint8_t b[2];
    plm_store_u16(b, v);
    plm_writer_bytes(w, b, sizeof b);
}

void plm_writer_u64(plm_writer *w, uint64_t v)
{
    uint8_t b[8];
    plm_store_u64(b, v);
    plm_writer_bytes(w, b, sizeof b);
}

void plm_writer_bytes(plm_writer *w, const void *p, size_t n)
{
    if (w->status == PLM_OK) {
        w->status = plm_buf_append(w->out, p, n);
    }
}

void plm_writer_string(plm_writer *w, plm_field kind, const char *s, size_t size)
{
    const plm_span text = plm_span_of(s, strnlen(s, size));
    plm_writer_require(w, text.n < size && plm_field_fits(kind, text));
    if (w->status == PLM_OK) {
        w->status = plm_buf_append_block16(w->out, text);
    }
}

void plm_writer_time(plm_writer *w, int64_t time_ms)
{
    plm_writer_require(w, time_ms >= 0 && time_ms <= PLM_FIELD_TIME_MAX);
    plm_writer_u64(w, (uint64_t)time_ms);
}

plm_status plm_writer_end(plm_writer *w)
{
    if (w->status != PLM_OK) {
        w->out->n = w->start;
    }
    return w->status;
}

int plm_rd_field(plm_reader *r, plm_field kind, char *out, size_t size)
{
    plm_reader at = *r;
    plm_span s;
    if (size == 0 || plm_rd_block16(&at, size - 1, &s) < 0 || !plm_field_fits(kind, s)) {
        return -1;
    }
    if (s.n > 0) {
        memcpy(out, s.p, s.n);
    }
    out[s.n] = '\0';
    *r = at;
    return 0;
}

int plm_rd_time(plm_reader *r, int64_t *out)
{
    uint64_t v;
    if (plm_rd_count(r, (uint64_t)PLM_FIELD_TIME_MAX, &v) < 0) {
        return -1;
    }
    *out = (int64_t)v;
    return 0;
}

int plm_rd_count(plm_reader *r, uint64_t max, uint64_t *out)
{
    plm_reader at = *r;
    uint64_t v;
    if (plm_rd_u64(&at, &v) < 0 || v > max) {
        return -1;
    }
    *out = v;
    *r = at;
    return 0;
}
