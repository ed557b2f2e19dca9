/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rfc3339.h - times of documents: "2026-03-01T12:34:56.789Z" and no other form of RFC 3339.
 *
 * One form only, since a document's time is signed as a number: two spellings of one time would be
 * two documents with one signature.
 */
#ifndef PLM_ACCORD_RFC3339_H
#define PLM_ACCORD_RFC3339_H

#include "base/bytes.h"

enum {
    PLM_RFC3339_TEXT = 25 /* with its terminator */
};

/* time_ms: UTC since 1970, to the end of the year 9999. PLM_E_ARGUMENT outside of that. */
plm_status plm_rfc3339_format(char out[static PLM_RFC3339_TEXT], int64_t time_ms) PLM_MUST_CHECK;
/* PLM_E_SYNTAX: another form; PLM_E_INVALID: no such day or time, leap seconds included. */
plm_status plm_rfc3339_parse(int64_t *out_ms, const char *text) PLM_MUST_CHECK;

#endif
