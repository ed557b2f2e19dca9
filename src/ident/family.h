/* SPDX-License-Identifier: Apache-2.0 */
/*
 * family.h - one canonicaliser for each type, in its own file, and what they share.
 *
 * Each gets the value trimmed, valid UTF-8 without control characters, of fewer bytes than
 * PLM_IDENT_CANONICAL_MAX, not empty and no placeholder (placeholder.c), and all but names and
 * e-mail addresses in plain characters (plain.c). It fills out->canonical and flags and returns
 * PLM_OK, or returns plm_ident_reject.
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
plm_ident_fn plm_ident_national_id;
plm_ident_fn plm_ident_imsi;
plm_ident_fn plm_ident_iccid;
plm_ident_fn plm_ident_mac;
plm_ident_fn plm_ident_pan;
plm_ident_fn plm_ident_lei;
plm_ident_fn plm_ident_bic;
plm_ident_fn plm_ident_account;
plm_ident_fn plm_ident_container;
plm_ident_fn plm_ident_air_waybill;
plm_ident_fn plm_ident_firearm;
plm_ident_fn plm_ident_cas;
plm_ident_fn plm_ident_ip;
plm_ident_fn plm_ident_domain;
plm_ident_fn plm_ident_url;
plm_ident_fn plm_ident_onion;
plm_ident_fn plm_ident_file_hash;
plm_ident_fn plm_ident_handle;
plm_ident_fn plm_ident_imo_company;
plm_ident_fn plm_ident_mmsi;
plm_ident_fn plm_ident_place;
plm_ident_fn plm_ident_postcode;

/* Sets reason and detail, empties the canonical form and flags; returns PLM_E_REJECTED. */
plm_status plm_ident_reject(plm_ident *out, plm_ident_reason reason, const char *format, ...)
    PLM_PRINTF(3, 4);

/*
 * Adds a step to the explanation, if one is being made (plm_ident_explain); what does not fit into
 * it is cut. Nothing else happens, so that a canonicaliser may call it anywhere.
 */
void plm_ident_step(plm_ident *out, const char *format, ...) PLM_PRINTF(2, 3);
/* A step for a check of one character; marks the value as failed if they differ. */
void plm_ident_check(plm_ident *out, const char *by, char expected, char found);
/* A step that tells where a country was found: "before the colon", "given beside it". */
void plm_ident_country_step(plm_ident *out, const char *code, const char *where);

/* ASCII only, whatever the locale. */
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
static inline bool plm_is_letter(int c)
{
    return plm_is_upper(c) || plm_is_lower(c);
}
static inline int plm_to_upper(int c)
{
    return plm_is_lower(c) ? c - 'a' + 'A' : c;
}
static inline int plm_to_lower(int c)
{
    return plm_is_upper(c) ? c - 'A' + 'a' : c;
}

/* No byte above 0x7F. */
bool plm_ident_is_ascii(plm_span s);
/* Without blanks, tabs and line ends at both ends. */
plm_span plm_ident_trim(plm_span s);
/* Takes the word off the front, whatever its case, and the blanks after it; false if not there. */
bool plm_ident_skip(plm_span *value, const char *word);

/*
 * Copies value to out (at least value.n bytes), mapping every way to write a blank to ' ' and
 * leaving out invisible characters: soft hyphen, direction marks, byte order mark, zero-width
 * space. With `fold` also: all dashes to '-', full-width forms and decimal digits of any script to
 * ASCII, joiners left out. Returns the length.
 */
size_t plm_ident_plain(uint8_t *out, plm_span value, bool fold);

/* True for what people and programs write where they know nothing (spec/identifiers.md sec. 3). */
bool plm_ident_is_placeholder(plm_span value);
/* The words it knows, ascending; letters and digits in lower case. */
extern const char *const plm_placeholder_words[];
extern const size_t plm_placeholder_n_words;

/*
 * Copies ASCII letters (as upper case) and digits into out, leaving out blanks and the separators
 * given. The length; or SIZE_MAX, with `ident` rejected, if anything else stands there or out is
 * full.
 */
size_t plm_ident_compact(char *out, size_t size, plm_span value, const char *separators,
                         plm_ident *ident);
/* As compact, digits only. */
size_t plm_ident_digits(char *out, size_t size, plm_span value, const char *separators,
                        plm_ident *ident);
/*
 * Rejects for the character at value.p[at], and says which one it is of the whole value, if value
 * is a part of that or ident->value.
 */
plm_status plm_ident_reject_character(plm_ident *out, plm_span value, size_t at);
/*
 * A domain as A-labels in lower case without a final dot (UTS #46, as identifiers.md 2.6 says), at
 * least two labels, the last no number. PLM_E_REJECTED, PLM_E_NOMEM.
 */
enum {
    PLM_DOMAIN_MAX = 253 /* RFC 1035 section 2.3.4 */
};
plm_status plm_ident_take_domain(char out[PLM_DOMAIN_MAX + 1], plm_span domain, plm_ident *reject);

/*
 * The Latin capital that a Cyrillic or Greek letter of either case looks like as a capital; 0 if
 * there is none. Plates and series of documents are written with either.
 */
char plm_ident_latin_twin(uint32_t c);
/* The Cyrillic capital that looks like the Latin one; 0 if there is none. */
uint32_t plm_ident_cyrillic_twin(uint32_t latin);

/* All characters are the same one; false for "". */
bool plm_ident_is_monotone(const char *text);
/* n or more digits that count up from 0 or 1: "1234567", "0123456789"; after 9 comes 0. */
bool plm_ident_is_counting(const char *text, size_t n);

/* Luhn check (ISO/IEC 7812-1 annex B) of a string of digits, its last the check digit. */
bool plm_luhn_is_valid(const char *digits);
/* The same, and a step that tells the result. */
bool plm_ident_luhn(const char *digits, plm_ident *out);

/*
 * Remainder by 97 of the number that the text spells from `first` on and then from its start, A as
 * 10 to Z as 35 (ISO/IEC 7064 MOD 97-10). The text is of capitals and digits.
 */
unsigned plm_ident_mod97(const char *text, size_t n, size_t first);

/*
 * Whether the two digits at text[at] are those of that scheme, 02 to 98 (00, 01 and 99 would fit by
 * their remainder too), and a step that tells both. text: fewer than PLM_IDENT_CANONICAL_MAX bytes.
 */
bool plm_ident_mod97_fits(const char *text, size_t first, size_t at, plm_ident *out);

/* The rest of a field up to one of the separators; takes both off. False if nothing is left. */
bool plm_ident_take_field(plm_span *value, const char *separators, plm_span *field);
/*
 * Text as letters and digits alone, for names and numbers that no standard gives a form: NFKC,
 * capitals, look-alikes of Latin letters made Latin, punctuation, blanks and marks left out.
 * Returns the length; or SIZE_MAX if it does not fit or another character stands there.
 */
size_t plm_ident_squeeze(char *out, size_t size, plm_span value);

/*
 * ISO 3166-1 alpha-2 code at the front, before ':' ("RU:..."): takes both off and fills code. Only
 * a code itself, not a name of a country.
 */
bool plm_ident_take_country(plm_span *value, char code[3]);

#endif
