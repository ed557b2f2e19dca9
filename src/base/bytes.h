/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes.h - spans, the growing buffer with a maximum, and bounds-checked readers.
 *
 * All integers on the wire and in canonical encodings are big-endian.
 */
#ifndef PLM_BASE_BYTES_H
#define PLM_BASE_BYTES_H

#include <palermo/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* n bytes at p, borrowed; p may be NULL when n is 0. */
typedef struct plm_span {
    const uint8_t *p;
    size_t n;
} plm_span;

static inline plm_span plm_span_of(const void *p, size_t n)
{
    plm_span s = {(const uint8_t *)p, n};
    return s;
}

/* The bytes of a C string, without its terminator. */
plm_span plm_span_str(const char *s);

/* Equality of public data, early return; for secrets see ct.h. */
bool plm_span_equal(plm_span a, plm_span b);

/*
 * A growing byte buffer that has a maximum from birth: an append that would pass `max` fails with
 * PLM_E_LIMIT and changes nothing. `data` is owned by the buffer.
 */
typedef struct plm_buf {
    uint8_t *data;
    size_t n;
    size_t capacity;
    size_t max;
} plm_buf;

void plm_buf_init(plm_buf *buf, size_t max);
/* Wipes the content, frees it, and leaves an empty buffer with the same maximum. */
void plm_buf_wipe(plm_buf *buf);
/* Forgets the content (wiping it) but keeps the memory. */
void plm_buf_clear(plm_buf *buf);
/* Makes room for `extra` more bytes. PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_buf_reserve(plm_buf *buf, size_t extra) PLM_MUST_CHECK;
/* Appends; on failure nothing is appended. PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_buf_append(plm_buf *buf, const void *p, size_t n) PLM_MUST_CHECK;
plm_status plm_buf_append_u8(plm_buf *buf, uint8_t v) PLM_MUST_CHECK;
plm_status plm_buf_append_u16(plm_buf *buf, uint16_t v) PLM_MUST_CHECK;
plm_status plm_buf_append_u32(plm_buf *buf, uint32_t v) PLM_MUST_CHECK;
plm_status plm_buf_append_u64(plm_buf *buf, uint64_t v) PLM_MUST_CHECK;
/* Length as u16, then the bytes. PLM_E_LIMIT also where n > 65535. */
plm_status plm_buf_append_block16(plm_buf *buf, plm_span s) PLM_MUST_CHECK;
/* Formatted text, without a terminator. PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_buf_printf(plm_buf *buf, const char *format, ...) PLM_MUST_CHECK PLM_PRINTF(2, 3);
/* Drops the first n bytes (n <= buf->n), moving the rest down, and wipes where it stood. */
void plm_buf_consume(plm_buf *buf, size_t n);

static inline plm_span plm_buf_span(const plm_buf *buf)
{
    return plm_span_of(buf->data, buf->n);
}

/*
 * Readers: hostile input parsed as one sentence,
 *     if (plm_rd_u8(&r, &version) < 0 || plm_rd_u16(&r, &n) < 0 || ...) goto bad;
 * Each returns 0, or -1 if the bytes run out; on -1 neither the reader nor the output moves.
 */
typedef plm_span plm_reader;

int plm_rd_u8(plm_reader *r, uint8_t *out) PLM_MUST_CHECK;
int plm_rd_u16(plm_reader *r, uint16_t *out) PLM_MUST_CHECK;
int plm_rd_u32(plm_reader *r, uint32_t *out) PLM_MUST_CHECK;
int plm_rd_u64(plm_reader *r, uint64_t *out) PLM_MUST_CHECK;
/* Copies n bytes. */
int plm_rd_copy(plm_reader *r, void *out, size_t n) PLM_MUST_CHECK;
/* Borrows n bytes from the reader's memory. */
int plm_rd_take(plm_reader *r, size_t n, plm_span *out) PLM_MUST_CHECK;
/* u16 length, then that many bytes, borrowed; fails where the length exceeds max. */
int plm_rd_block16(plm_reader *r, size_t max, plm_span *out) PLM_MUST_CHECK;
/* As block16, copied into a C string of `size` bytes; fails on an embedded NUL, on invalid UTF-8
 * or on a control character. */
int plm_rd_string16(plm_reader *r, char *out, size_t size) PLM_MUST_CHECK;
/* 0 if everything was read, -1 otherwise. */
int plm_rd_end(const plm_reader *r) PLM_MUST_CHECK;

void plm_store_u16(uint8_t out[2], uint16_t v);
void plm_store_u32(uint8_t out[4], uint32_t v);
void plm_store_u64(uint8_t out[8], uint64_t v);
uint16_t plm_load_u16(const uint8_t in[2]);
uint32_t plm_load_u32(const uint8_t in[4]);
uint64_t plm_load_u64(const uint8_t in[8]);

/* Checked size arithmetic: 0, or -1 on overflow (out unchanged). */
int plm_size_mul(size_t a, size_t b, size_t *out) PLM_MUST_CHECK;
int plm_size_add(size_t a, size_t b, size_t *out) PLM_MUST_CHECK;

/* Lower-case hexadecimal of n bytes into out (2n + 1 bytes, terminated). */
void plm_hex_encode(char *out, const uint8_t *p, size_t n);
/* Exactly 2n hexadecimal digits (either case) at `hex`, then NUL, into out; -1 otherwise. */
int plm_hex_decode(uint8_t *out, size_t n, const char *hex) PLM_MUST_CHECK;

#endif
