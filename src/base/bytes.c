/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include "base/big.h"
#include "base/ct.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

plm_span plm_span_str(const char *s)
{
    return plm_span_of(s, strlen(s));
}

bool plm_span_equal(plm_span a, plm_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

void plm_buf_init(plm_buf *buf, size_t max)
{
    *buf = (plm_buf){.max = max};
}

/* Wipes and frees what a buffer had; p may be NULL. */
static void release(uint8_t *p, size_t n)
{
    if (n >= PLM_BIG_FROM) {
        plm_big_destroy(p, n);
    } else if (p != NULL) {
        plm_wipe(p, n);
        free(p);
    }
}

void plm_buf_wipe(plm_buf *buf)
{
    release(buf->data, buf->capacity);
    plm_buf_init(buf, buf->max);
}

void plm_buf_clear(plm_buf *buf)
{
    if (buf->n > 0) {
        plm_wipe(buf->data, buf->n);
    }
    buf->n = 0;
}

plm_status plm_buf_reserve(plm_buf *buf, size_t extra)
{
    size_t need;
    if (plm_size_add(buf->n, extra, &need) < 0 || need > buf->max) {
        return PLM_E_LIMIT;
    }
    if (need <= buf->capacity) {
        return PLM_OK;
    }
    size_t capacity = buf->capacity > 0 ? buf->capacity : 64;
    while (capacity < need) {
        capacity = capacity > buf->max / 2 ? buf->max : capacity * 2;
    }
    /* Not realloc: the old block may hold secrets and must be wiped before it is freed. */
    uint8_t *data =
        (uint8_t *)(capacity < PLM_BIG_FROM ? malloc(capacity) : plm_big_create(capacity));
    if (data == NULL) {
        return PLM_E_NOMEM;
    }
    if (buf->n > 0) {
        memcpy(data, buf->data, buf->n);
    }
    release(buf->data, buf->capacity);
    buf->data = data;
    buf->capacity = capacity;
    return PLM_OK;
}

plm_status plm_buf_append(plm_buf *buf, const void *p, size_t n)
{
    plm_status status = plm_buf_reserve(buf, n);
    if (status != PLM_OK) {
        return status;
    }
    if (n > 0) {
        memcpy(buf->data + buf->n, p, n);
        buf->n += n;
    }
    return PLM_OK;
}

plm_status plm_buf_append_u8(plm_buf *buf, uint8_t v)
{
    return plm_buf_append(buf, &v, 1);
}

plm_status plm_buf_append_u16(plm_buf *buf, uint16_t v)
{
    uint8_t b[2];
    plm_store_u16(b, v);
    return plm_buf_append(buf, b, sizeof b);
}

plm_status plm_buf_append_u32(plm_buf *buf, uint32_t v)
{
    uint8_t b[4];
    plm_store_u32(b, v);
    return plm_buf_append(buf, b, sizeof b);
}

plm_status plm_buf_append_u64(plm_buf *buf, uint64_t v)
{
    uint8_t b[8];
    plm_store_u64(b, v);
    return plm_buf_append(buf, b, sizeof b);
}

plm_status plm_buf_append_block16(plm_buf *buf, plm_span s)
{
    if (s.n > UINT16_MAX) {
        return PLM_E_LIMIT;
    }
    plm_status status = plm_buf_reserve(buf, 2 + s.n);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_buf_append_u16(buf, (uint16_t)s.n);
    return status != PLM_OK ? status : plm_buf_append(buf, s.p, s.n);
}

plm_status plm_buf_printf(plm_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0) {
        return PLM_E_ARGUMENT;
    }
    /* vsnprintf writes a terminator, for which room is made but which is not counted. */
    size_t max = buf->max;
    buf->max = max < SIZE_MAX ? max + 1 : max;
    plm_status status = plm_buf_reserve(buf, (size_t)n + 1);
    buf->max = max;
    if (status != PLM_OK) {
        return status;
    }
    va_start(args, format);
    (void)vsnprintf((char *)buf->data + buf->n, (size_t)n + 1, format, args);
    va_end(args);
    buf->n += (size_t)n;
    return PLM_OK;
}

void plm_buf_consume(plm_buf *buf, size_t n)
{
    if (n > buf->n) {
        n = buf->n;
    }
    if (n > 0) {
        memmove(buf->data, buf->data + n, buf->n - n);
        buf->n -= n;
        plm_wipe(buf->data + buf->n, n);
    }
}

int plm_rd_take(plm_reader *r, size_t n, plm_span *out)
{
    if (r->n < n) {
        return -1;
    }
    *out = plm_span_of(r->p, n);
    if (n > 0) {
        r->p += n;
        r->n -= n;
    }
    return 0;
}

int plm_rd_copy(plm_reader *r, void *out, size_t n)
{
    plm_span s;
    if (plm_rd_take(r, n, &s) < 0) {
        return -1;
    }
    if (n > 0) {
        memcpy(out, s.p, n);
    }
    return 0;
}

int plm_rd_u8(plm_reader *r, uint8_t *out)
{
    return plm_rd_copy(r, out, 1);
}

int plm_rd_u16(plm_reader *r, uint16_t *out)
{
    plm_span s;
    if (plm_rd_take(r, 2, &s) < 0) {
        return -1;
    }
    *out = plm_load_u16(s.p);
    return 0;
}

int plm_rd_u32(plm_reader *r, uint32_t *out)
{
    plm_span s;
    if (plm_rd_take(r, 4, &s) < 0) {
        return -1;
    }
    *out = plm_load_u32(s.p);
    return 0;
}

int plm_rd_u64(plm_reader *r, uint64_t *out)
{
    plm_span s;
    if (plm_rd_take(r, 8, &s) < 0) {
        return -1;
    }
    *out = plm_load_u64(s.p);
    return 0;
}

int plm_rd_block16(plm_reader *r, size_t max, plm_span *out)
{
    plm_reader at = *r;
    uint16_t n;
    if (plm_rd_u16(&at, &n) < 0 || n > max || plm_rd_take(&at, n, out) < 0) {
        return -1;
    }
    *r = at;
    return 0;
}

int plm_rd_string16(plm_reader *r, char *out, size_t size)
{
    plm_reader at = *r;
    plm_span s;
    if (size == 0 || plm_rd_block16(&at, size - 1, &s) < 0 || !plm_utf8_is_text(s)) {
        return -1;
    }
    if (s.n > 0) {
        memcpy(out, s.p, s.n);
    }
    out[s.n] = '\0';
    *r = at;
    return 0;
}

int plm_rd_end(const plm_reader *r)
{
    return r->n == 0 ? 0 : -1;
}

void plm_store_u16(uint8_t out[2], uint16_t v)
{
    out[0] = (uint8_t)(v >> 8);
    out[1] = (uint8_t)v;
}

void plm_store_u32(uint8_t out[4], uint32_t v)
{
    plm_store_u16(out, (uint16_t)(v >> 16));
    plm_store_u16(out + 2, (uint16_t)v);
}

void plm_store_u64(uint8_t out[8], uint64_t v)
{
    plm_store_u32(out, (uint32_t)(v >> 32));
    plm_store_u32(out + 4, (uint32_t)v);
}

uint16_t plm_load_u16(const uint8_t in[2])
{
    return (uint16_t)((unsigned)in[0] << 8 | in[1]);
}

uint32_t plm_load_u32(const uint8_t in[4])
{
    return (uint32_t)plm_load_u16(in) << 16 | plm_load_u16(in + 2);
}

uint64_t plm_load_u64(const uint8_t in[8])
{
    return (uint64_t)plm_load_u32(in) << 32 | plm_load_u32(in + 4);
}

int plm_size_mul(size_t a, size_t b, size_t *out)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) {
        return -1;
    }
    *out = product;
    return 0;
}

int plm_size_add(size_t a, size_t b, size_t *out)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return -1;
    }
    *out = sum;
    return 0;
}

void plm_hex_encode(char *out, const uint8_t *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

int plm_hex_decode(uint8_t *out, size_t n, const char *hex)
{
    if (strlen(hex) != 2 * n) {
        return -1;
    }
    for (size_t i = 0; i < 2 * n; i++) {
        if (hex_value(hex[i]) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < n; i++) {
        out[i] = (uint8_t)(hex_value(hex[2 * i]) * 16 + hex_value(hex[2 * i + 1]));
    }
    return 0;
}
