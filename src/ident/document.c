/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document.c - travel documents (ICAO Doc 9303 parts 4 to 6): ISSUER:KIND:NUMBER.
 *
 * The issuer is the country given, or stands with the number: "A1234567 (Afghanistan)",
 * "AF:P:A1234567". The kind is P (passport) unless the value says I (identity card) or another
 * letter of Doc 9303. A number without its issuer names nobody.
 */
#include "ident/family.h"

#include <stdio.h>
#include <string.h>

enum {
    NUMBER_MIN = 4,
    NUMBER_MAX = 24
};

/* Takes "XX:" with a country code off the front. */
static bool take_issuer(plm_span *value, char issuer[3])
{
    if (value->n > 3 && value->p[2] == ':' &&
        plm_country_find(issuer, plm_span_of(value->p, 2)) == PLM_OK) {
        *value = plm_span_of(value->p + 3, value->n - 3);
        return true;
    }
    return false;
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
    value->n = open - 1;
    return true;
}

static char take_kind(plm_span *value)
{
    int c = value->n > 2 && value->p[1] == ':' ? plm_to_upper(value->p[0]) : 0;
    if (c == 'P' || c == 'I' || c == 'A' || c == 'C' || c == 'V') {
        *value = plm_span_of(value->p + 2, value->n - 2);
        return (char)c;
    }
    return 'P';
}

plm_status plm_ident_document(const char *country, plm_span value, plm_ident *out)
{
    char issuer[3] = "";
    char number[NUMBER_MAX + 1];
    if (!take_issuer(&value, issuer) && !take_suffix(&value, issuer) &&
        plm_country_find(issuer, plm_span_str(country)) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY,
                                "a document needs the country that issued it");
    }
    char kind = take_kind(&value);
    size_t n = plm_ident_compact(number, sizeof number, value, "-./<'");
    if (n == SIZE_MAX) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER,
                                "a document's number has letters and digits, %d at most",
                                NUMBER_MAX);
    }
    if (n < NUMBER_MIN) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, a number has at least %d",
                                n, NUMBER_MIN);
    }
    if (plm_ident_is_monotone(number) || strpbrk(number, "0123456789") == NULL) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s is no document's number", number);
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "%s:%c:%s", issuer, kind, number);
    return PLM_OK;
}
