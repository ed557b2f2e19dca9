/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - small tools on text that the list importers share. Letters are ASCII here: the keywords
 * of the formats are; the values between them may be anything.
 */
#ifndef PLM_REGISTER_TEXT_H
#define PLM_REGISTER_TEXT_H

#include "base/arena.h"
#include "base/date.h"

/* Without blanks (space, tab, CR, LF) at both ends. */
plm_span plm_text_trim(plm_span s);
/* s[from, to); to may be beyond the end. */
plm_span plm_text_slice(plm_span s, size_t from, size_t to);
/* Equality, and the place of a literal (s.n if it is not there), both whatever the letter case. */
bool plm_text_is(plm_span s, const char *literal);
size_t plm_text_find(plm_span s, const char *literal);
/* If s starts with the literal (whatever the letter case), moves s behind it and trims it. */
bool plm_text_skip(plm_span *s, const char *literal);
/*
 * The next piece of *rest up to the separator, trimmed; *rest moves behind it. False at the end.
 * An empty text has no pieces.
 */
bool plm_text_next(plm_span *rest, char separator, plm_span *piece);
/* A copy in which each run of blanks is one space, none at the ends. PLM_E_NOMEM. */
plm_status plm_text_collapse(plm_arena *arena, plm_span s, plm_span *out) PLM_MUST_CHECK;
/* "SURNAME, Given, Jr." becomes "Given Jr. SURNAME"; without a comma a plain copy. PLM_E_NOMEM. */
plm_status plm_text_uninvert(plm_arena *arena, plm_span s, plm_span *out) PLM_MUST_CHECK;

/*
 * Date formats: YYYY; MM and DD two digits; M and D one or two; MON "Jan" to "Dec"; MONTH "January"
 * to "December" (English, any case); all else literal. Where MM, DD, M, D stand, "00", "0" (for
 * M and D) or "XX" mean that the part is unknown.
 */
bool plm_date_pattern_is_valid(const char *pattern);
/* The whole text must fit. PLM_E_SYNTAX; PLM_E_INVALID: it fits but there is no such date. */
plm_status plm_date_parse_pattern(plm_date *out, const char *pattern, plm_span text) PLM_MUST_CHECK;
/*
 * What is known of somebody born between two dates: the year if it is the same, the month if that
 * is, the day. False (out unchanged) if not even the year is.
 */
bool plm_date_common(plm_date *out, plm_date from, plm_date to);

#endif
