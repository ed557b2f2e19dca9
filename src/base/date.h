/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.h - civil dates of the proleptic Gregorian calendar, partial dates included.
 */
#ifndef PLM_BASE_DATE_H
#define PLM_BASE_DATE_H

#include "base/bytes.h"

/* A date whose unknown parts are 0; `year` is known wherever month or day is. */
typedef struct plm_date {
    uint16_t year; /* 1 to 9999; 0: no date at all */
    uint8_t month; /* 1 to 12; 0 unknown */
    uint8_t day;   /* 1 to 31; 0 unknown */
} plm_date;

enum {
    PLM_DATE_TEXT = 11
}; /* "YYYY-MM-DD" and its terminator */

/* True if the known parts can stand together (29 February only in leap years). */
bool plm_date_is_valid(plm_date date);
/* ISO 8601 "YYYY-MM-DD" with XX for unknown parts (ISO 8601-2): 1974-XX-XX. */
void plm_date_format(char out[PLM_DATE_TEXT], plm_date date);
/* The exact text plm_date_format writes, or "YYYY", or "YYYY-MM". PLM_E_SYNTAX, PLM_E_INVALID. */
plm_status plm_date_parse(plm_date *out, plm_span text) PLM_MUST_CHECK;
/* Negative, 0, positive; unknown parts count as 0. */
int plm_date_compare(plm_date a, plm_date b);
/* Days since 1970-01-01; unknown parts count as the first. */
int64_t plm_date_days(plm_date date);
plm_date plm_date_from_days(int64_t days);
/* The UTC date of a time in milliseconds since 1970. */
plm_date plm_date_of_ms(int64_t unix_ms);
/* A time in milliseconds since 1970 as RFC 3339 in UTC, to the second: 2026-03-01T12:34:56Z. */
enum {
    PLM_TIME_TEXT = 32
};
void plm_time_format(char out[PLM_TIME_TEXT], int64_t unix_ms);
/* The latest day this date may mean: 1974-XX-XX gives 1974-12-31. */
plm_date plm_date_latest(plm_date date);
/*
 * True if somebody born on `birth` may be under `years` years old on `today`: for a partial date
 * the latest possible day counts, so that doubt protects. False for no date at all.
 */
bool plm_date_may_be_under(plm_date birth, plm_date today, unsigned years);

#endif
