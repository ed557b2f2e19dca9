/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h - the fields that messages are made of (spec/wire.md section 4.1), both ways.
 *
 * The same predicate decides what may be written and what may be read, so there is one set of
 * valid messages and each has one encoding.
 */
#ifndef PLM_WIRE_FIELD_H
#define PLM_WIRE_FIELD_H

#include "base/bytes.h"

/* What a string field may hold; its length is bounded by the C string it goes into. */
typedef enum plm_field {
    PLM_FIELD_PARTY,   /* one or more of A-Z 0-9 - */
    PLM_FIELD_PURPOSE, /* one or more of a-z 0-9 - */
    PLM_FIELD_NAME,    /* one or more visible ASCII characters (U+0021 to U+007E) */
    PLM_FIELD_TEXT,    /* one or more characters of valid UTF-8, no control characters */
    PLM_FIELD_POINTER  /* "", or text that begins with "/" (JSON pointer, RFC 6901) */
} plm_field;

/* Last millisecond of the year 9999: later times are malformed. */
#define PLM_FIELD_TIME_MAX INT64_C(253402300799999)

bool plm_field_fits(plm_field kind, plm_span s);

/* Writes one message; the first failure sticks and plm_writer_end takes everything back. */
typedef struct plm_writer {
    plm_buf *out;
    size_t start;
    plm_status status;
} plm_writer;

plm_writer plm_writer_begin(plm_buf *out);
/* Turns a false condition into PLM_E_ARGUMENT. */
void plm_writer_require(plm_writer *w, bool condition);
void plm_writer_u8(plm_writer *w, uint8_t v);
void plm_writer_u16(plm_writer *w, uint16_t v);
void plm_writer_u64(plm_writer *w, uint64_t v);
void plm_writer_bytes(plm_writer *w, const void *p, size_t n);
/* s: a string of `size` bytes, terminator included. PLM_E_ARGUMENT if it is not of that kind. */
void plm_writer_string(plm_writer *w, plm_field kind, const char *s, size_t size);
/* PLM_E_ARGUMENT outside 0 to PLM_FIELD_TIME_MAX. */
void plm_writer_time(plm_writer *w, int64_t time_ms);
/* PLM_OK, or the first failure: then `out` is as it was at the beginning. */
plm_status plm_writer_end(plm_writer *w) PLM_MUST_CHECK;

/* Readers, as those of base/bytes.h: 0, or -1 and nothing moved. */
int plm_rd_field(plm_reader *r, plm_field kind, char *out, size_t size) PLM_MUST_CHECK;
int plm_rd_time(plm_reader *r, int64_t *out) PLM_MUST_CHECK;
/* A u64 of at most `max`. */
int plm_rd_count(plm_reader *r, uint64_t max, uint64_t *out) PLM_MUST_CHECK;

#endif
