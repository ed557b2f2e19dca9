/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document.c - travel documents (ICAO Doc 9303 parts 4 to 6): ISSUER:KIND:NUMBER.
 *
 * The issuer stands with the number ("AF:P:A1234567", "A1234567 (Afghanistan)", "Libya B014995")
 * or is the country given; a number without an issuer names no document. The kind is P (passport)
 * unless the value says I (identity card). Number and kind of different issuers are never compared.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <string.h>

enum {
    NUMBER_MIN = 5,
    NUMBER_MAX = 20,
    MRZ_NUMBER = 9 /* characters of the field in a machine-readable zone, its check digit after */
};

/* Copies the value with look-alikes made Latin; nothing gets longer. */
static size_t fold_twins(uint8_t *out, plm_span value)
{
    size_t n = 0;
    for (size_t at = 0; at < value.n;) {
        uint32_t c = plm_utf8_next(value, &at);
        char latin = plm_ident_latin_twin(c);
        n += plm_utf8_encode(out + n, latin != 0 ? (uint32_t)latin : c);
    }
    return n;
}

/* Takes "(Country)" off the end. */
static bool take_suffix(plm_span *value, char issuer[3])
{
    size_t open = value->n;
    if (value->n < 3 || value->p[value->n - 1] != ')') {
        return false;
    }
    while (open > 0 && value->p[open - 1] != '(') {
        open--;
    }
    if (open == 0 ||
        plm_country_find(issuer, plm_span_of(value->p + open, value->n - 1 - open)) != PLM_OK) {
        return false;
    }
    *value = plm_ident_trim(plm_span_of(value->p, open - 1));
    return true;
}

/* Takes a country's name off the front: four letters or more, so that no series is taken for it. */
static bool take_prefix(plm_span *value, char issuer[3])
{
    size_t end = 0; /* the last blank before the word with the first digit */
    for (size_t i = 0; i < value->n && !plm_is_digit(value->p[i]); i++) {
        end = value->p[i] == ' ' ? i : end;
    }
    if (end < 4 || plm_country_find(issuer, plm_span_of(value->p, end)) != PLM_OK) {
        return false;
    }
    *value = plm_ident_trim(plm_span_of(value->p + end, value->n - end));
    return true;
}

/* What people write before a number. "no" without a full stop may be a series. */
static void skip_words(plm_span *value)
{
    static const char *const words[] = {"passport", "number", "no.", "no:", "nr.",
                                        "n°",       "nº",     "№",   "#",   ":"};
    for (bool skipped = true; skipped;) {
        skipped = false;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            skipped = skipped || plm_ident_skip(value, words[i]);
        }
    }
}

/* ICAO Doc 9303 part 3 section 4.9: weights 7, 3, 1; letters from A as 10; '<' as 0. */
static char mrz_check_digit(plm_span field)
{
    static const uint8_t weights[3] = {7, 3, 1};
    unsigned sum = 0;
    for (size_t i = 0; i < field.n; i++) {
        int c = plm_to_upper(field.p[i]);
        unsigned v = plm_is_digit(c) ? (unsigned)(c - '0') : 0;
        v = plm_is_upper(c) ? (unsigned)(c - 'A') + 10 : v;
        sum += v * weights[i % 3];
    }
    return (char)('0' + sum % 10);
}

/* A whole field of a machine-readable zone, filled up with '<': its last digit is the check. False
 * if it is none. */
static bool take_mrz_check(plm_span *value, plm_ident *out)
{
    const plm_span field = plm_span_of(value->p, MRZ_NUMBER);
    if (value->n != MRZ_NUMBER + 1 || value->p[MRZ_NUMBER - 1] != '<' ||
        !plm_is_digit(value->p[MRZ_NUMBER])) {
        return false;
    }
    for (size_t i = 0; i < MRZ_NUMBER; i++) {
        if (!plm_is_digit(field.p[i]) && !plm_is_letter(field.p[i]) && field.p[i] != '<') {
            return false;
        }
    }
    const char found = (char)value->p[MRZ_NUMBER];
    *value = field;
    plm_ident_step(out, "a field of a machine-readable zone, filled up with <");
    plm_ident_check(out, "Doc 9303, weights 7 3 1", mrz_check_digit(field), found);
    return true;
}

/* 0 if none is given. */
static char take_kind(plm_span *value)
{
    int c = value->n > 2 && value->p[1] == ':' ? plm_to_upper(value->p[0]) : 0;
    if (c != 'P' && c != 'I') {
        return 0;
    }
    *value = plm_ident_trim(plm_span_of(value->p + 2, value->n - 2));
    return (char)c;
}

static plm_status check_number(const char *number, size_t n, plm_ident *out)
{
    if (n < NUMBER_MIN) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, a number has %d to %d", n,
                                NUMBER_MIN, NUMBER_MAX);
    }
    if (strpbrk(number, "0123456789") == NULL) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "no digit in it");
    }
    /* One digit throughout, with or without a series before it; 12345, 0123456789. */
    const char *digits = number + strcspn(number, "0123456789");
    size_t n_letters = (size_t)(digits - number);
    if (plm_ident_is_monotone(number) || plm_ident_is_counting(number, NUMBER_MIN) ||
        (n_letters <= 2 && n - n_letters >= NUMBER_MIN && plm_ident_is_monotone(digits))) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", number);
    }
    return PLM_OK;
}

plm_status plm_ident_document(const char *country, plm_span value, plm_ident *out)
{
    uint8_t folded[PLM_IDENT_CANONICAL_MAX];
    char number[NUMBER_MAX + 1];
    char issuer[3] = "";
    if (!plm_ident_is_ascii(value)) {
        value = plm_span_of(folded, fold_twins(folded, value));
        out->value = value; /* as many characters as before */
    }
    bool has_issuer = plm_ident_take_country(&value, issuer);
    const char *where = has_issuer ? "before the colon" : NULL;
    char kind = take_kind(&value);
    unsigned flags = 0;
    bool has_check = false;
    if (!has_issuer || kind == 0) { /* else it is canonical, and what follows the number itself */
        skip_words(&value);
        where = has_issuer                                                  ? where
                : take_suffix(&value, issuer)                               ? "named behind it"
                : take_prefix(&value, issuer)                               ? "named before it"
                : plm_country_find(issuer, plm_span_str(country)) == PLM_OK ? "given beside it"
                                                                            : NULL;
        skip_words(&value);
        has_check = take_mrz_check(&value, out);
        flags = out->flags;
    }
    if (where == NULL) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "the country that issued it is missing");
    }
    size_t n = plm_ident_compact(number, sizeof number, value, "-./<'_", out);
    if (n == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    plm_status status = check_number(number, n, out);
    if (status == PLM_OK) {
        char *at = out->canonical;
        memcpy(at, issuer, 2);
        memcpy(at + 2, (const char[]){':', kind != 0 ? kind : 'P', ':'}, 3);
        memcpy(at + 5, number, n + 1);
        plm_ident_country_step(out, issuer, where);
        plm_ident_step(out, "%s",
                       kind == 'I'   ? "an identity card, as its kind I says"
                       : kind == 'P' ? "a passport, as its kind P says"
                                     : "a passport (P), since no kind is given");
        if (!has_check) {
            plm_ident_step(out, "no check digit is given with it");
        }
        out->flags = flags;
    }
    return status;
}
