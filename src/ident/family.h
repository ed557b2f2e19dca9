/* SPDX-License-Identifier: Apache-2.0 */
/*
 * family.h - one canonicaliser a type, each in its own file, and what they share.
 *
 * Each gets the value trimmed of blanks, valid UTF-8 without control characters, not empty and not
 * a placeholder. It fills out->canonical and flags and returns PLM_OK, or calls plm_ident_reject.
 */
#ifndef PLM_IDENT_FAMILY_H
#define PLM_IDENT_FAMILY_H

#include "ident/ident.h"

typedef plm_status plm_ident_fn(const char *country, plm_span value, plm_ident *out);

plm_ident_fn plm_ident_name;
plm_ident_fn plm_ident_birth_date;
plm_ident_fn plm_ident_nationality;
plm_ident_fn plm_ident_document;
plm_ident_fn plm_ident_phone;
plm_ident_fn plm_ident_email;
plm_ident_fn plm_ident_iban;
plm_ident_fn plm_ident_imei;
plm_ident_fn plm_ident_vin;
plm_ident_fn plm_ident_plate;
plm_ident_fn plm_ident_imo;
plm_ident_fn plm_ident_btc;
plm_ident_fn plm_ident_eth;

/* Sets reason and detail, empties the canonical form; returns PLM_E_REJECTED. */
plm_status plm_ident_reject(plm_ident *out, plm_ident_reason reason, const char *format, ...)
    PLM_PRINTF(3, 4);

/* Letters and digits of ASCII, alone of the C locale. */
static inline bool plm_is_digit(int c)
{
    return c >= '0' && c <= '9';
}
static inline bool plm_is_upper(int c)
{
    return c >= 'A' && c <= 'Z';
}
static inline bool plm_is_lower(int c)
{
    return c >= 'a' && c <= 'z';
}
static inline int plm_to_upper(int c)
{
    return plm_is_lower(c) ? c - 'a' + 'A' : c;
}
static inline int plm_to_lower(int c)
{
    return plm_is_upper(c) ? c - 'A' + 'a' : c;
}

/*
 * Copies ASCII letters (upper case) and digits into out, leaving out blanks and the separators
 * given. The length, or size_t(-1) if anything else stands there or size - 1 is passed.
 */
size_t plm_ident_compact(char *out, size_t size, plm_span value, const char *separators);
/* All characters of the string are the same one. */
bool plm_ident_is_monotone(const char *text);
/* Luhn check (ISO/IEC 7812-1 annex B) of a string of digits, its last the check digit. */
bool plm_luhn_is_valid(const char *digits);

#endif
