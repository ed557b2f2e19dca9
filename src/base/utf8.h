/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h - strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef PLM_BASE_UTF8_H
#define PLM_BASE_UTF8_H

#include "base/bytes.h"

#include <stdarg.h>

/* Length of the longest valid prefix; equal to s.n if all of it is valid. */
size_t plm_utf8_valid_prefix(plm_span s);

/* Valid UTF-8 without control characters (U+0000-001F, U+007F-009F). */
bool plm_utf8_is_text(plm_span s);

/*
 * Decodes the code point at *at (which moves past it); s must be valid UTF-8 and *at < s.n.
 */
uint32_t plm_utf8_next(plm_span s, size_t *at);

/* Encodes a scalar value; returns the number of bytes written, 1 to 4. */
size_t plm_utf8_encode(uint8_t out[4], uint32_t code_point);

/*
 * As vsnprintf and snprintf, for words that a person will read or that go into JSON: of a character
 * that was cut, at the end of out or by a precision ("%.60s"), nothing is left, and neither is of
 * bytes that are no UTF-8. Always ends with a NUL; size > 0.
 */
void plm_utf8_vprint(char *out, size_t size, const char *format, va_list args) PLM_PRINTF(3, 0);
void plm_utf8_print(char *out, size_t size, const char *format, ...) PLM_PRINTF(3, 4);

/*
 * Puts '?' in the place of what a terminal takes for a command: control characters, ESC among them,
 * but for the ends of lines. For words with a part that somebody else wrote.
 */
void plm_utf8_disarm(char *text);

#endif
