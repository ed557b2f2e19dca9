/* SPDX-License-Identifier: Apache-2.0 */
/*
 * national.c - national, tax and company numbers: COUNTRY:SCHEME:NUMBER.
 *
 * Numbers of different schemes are never compared, so a value must tell its scheme: by its name, or
 * by its form where the country has one scheme of that form only. A check digit never chooses the
 * scheme, since one in ten or so of another scheme's numbers pass it.
 */
#include "ident/national.h"

#include "base/utf8.h"
#include "ident/national_birth.h"

#include <stdio.h>
#include <string.h>

enum {
    FOUND_NONE = -1,
    FOUND_SEVERAL = -2
};

/* A value without separators; `bare` without signs of a century too. */
typedef struct number_forms {
    char bare[PLM_IDENT_CANONICAL_MAX];
    char with_sign[PLM_IDENT_CANONICAL_MAX];
} number_forms;

static bool is_of(const plm_scheme *scheme, const char *country)
{
    const char *p = scheme->countries;
    if (memcmp(scheme->head, country, 2) == 0) {
        return true;
    }
    while (*p != '\0' && memcmp(p, country, 2) != 0) {
        p += 2;
    }
    return *p != '\0';
}

static bool fits_character(char pattern, char c)
{
    switch (pattern) {
    case '#':
        return plm_is_digit(c);
    case '@':
        return plm_is_upper(c);
    case '*':
        return plm_is_digit(c) || plm_is_upper(c);
    case '~': /* Finnish signs: Act 661/2009, Decree 690/2022 */
        return c != '\0' && strchr("+-ABCDEFUVWXY", c) != NULL;
    default:
        return pattern == c;
    }
}

static bool fits_pattern(const char *pattern, const char *number)
{
    while (*pattern != '\0' && fits_character(*pattern, *number)) {
        pattern++;
        number++;
    }
    return *pattern == '\0' && *number == '\0';
}

static const char *form_for(const plm_scheme *scheme, const number_forms *forms)
{
    return strchr(scheme->pattern, '~') != NULL ? forms->with_sign : forms->bare;
}

/* Whether the number begins with one of the prefixes that no number has. */
static bool is_refused(const plm_scheme *scheme, const char *number)
{
    for (const char *p = scheme->refused; *p != '\0'; p += strlen(p) + 1) {
        size_t i = 0;
        while (p[i] != '\0' && fits_character(p[i], number[i])) {
            i++;
        }
        if (p[i] == '\0') {
            return true;
        }
    }
    return false;
}

/* Takes the scheme's name or another name of it off the front, and ':' after it. */
static bool take_name(const plm_scheme *scheme, plm_span *value)
{
    plm_span rest = *value;
    bool is_there = plm_ident_skip(&rest, scheme->name);
    for (const char *p = scheme->also; *p != '\0' && !is_there; p += strlen(p) + 1) {
        is_there = plm_ident_skip(&rest, p);
    }
    /* "ID" begins no word: what follows a name is a number, or parted from it. */
    if (!is_there || rest.n == 0 || (plm_is_letter(rest.p[0]) && rest.p[-1] != ' ')) {
        return false;
    }
    (void)plm_ident_skip(&rest, ":");
    *value = rest;
    return true;
}

/* The country before ':', also one of the heads that are no countries any more. */
static bool take_head(plm_span *value, char code[3])
{
    if (plm_ident_take_country(value, code)) {
        return true;
    }
    for (size_t i = 0; i < plm_n_schemes; i++) {
        const char prefix[] = {plm_schemes[i].head[0], plm_schemes[i].head[1], ':', '\0'};
        if (plm_ident_skip(value, prefix)) {
            memcpy(code, prefix, 2);
            code[2] = '\0';
            return true;
        }
    }
    return false;
}

static plm_status read_forms(number_forms *forms, plm_span value, plm_ident *out)
{
    size_t n = 0;
    if (plm_ident_compact(forms->bare, sizeof forms->bare, value, "-./+", out) == SIZE_MAX) {
        return PLM_E_REJECTED;
    }
    for (size_t i = 0; i < value.n; i++) {
        int c = plm_to_upper(value.p[i]);
        if (plm_is_upper(c) || plm_is_digit(c) || c == '-' || c == '+') {
            forms->with_sign[n++] = (char)c;
        }
    }
    forms->with_sign[n] = '\0';
    return PLM_OK;
}

/*
 * The number of the scheme, among those of the country and, unless it is NULL, that name; the first
 * of several rows of one scheme.
 */
static int find_scheme(const char *country, const char *name, const number_forms *forms)
{
    int found = FOUND_NONE;
    for (size_t i = 0; i < plm_n_schemes; i++) {
        const plm_scheme *s = &plm_schemes[i];
        if (!is_of(s, country) || (name != NULL && strcmp(name, s->name) != 0) ||
            !fits_pattern(s->pattern, form_for(s, forms))) {
            continue;
        }
        if (found < 0) {
            found = (int)i;
        } else if (strcmp(plm_schemes[found].name, s->name) != 0) {
            return FOUND_SEVERAL;
        }
    }
    return found;
}

/* Counting, or one digit throughout; letters at the edges left out of sight. */
static bool is_junk(const char *number)
{
    char digits[PLM_SCHEME_NUMBER_MAX + 1];
    size_t n = 0;
    for (const char *p = number; *p != '\0'; p++) {
        if (plm_is_digit(*p) && n < PLM_SCHEME_NUMBER_MAX) {
            digits[n++] = *p;
        }
    }
    digits[n] = '\0';
    return n >= 6 && n + 2 >= strlen(number) &&
           (plm_ident_is_monotone(digits) || plm_ident_is_counting(digits, 6));
}

/* What the number tells of its holder. */
static void tell_birth(plm_ident *out)
{
    plm_national_birth birth;
    if (out->steps == NULL || !plm_national_birth_of(&birth, out->canonical)) {
        return;
    }
    plm_ident_step(out, "it tells the date of birth %s%02u-%02u-%02u%s",
                   birth.has_century ? "" : "..", birth.date.year, birth.date.month, birth.date.day,
                   birth.sex == 'M'   ? ", male"
                   : birth.sex == 'F' ? ", female"
                                      : "");
}

static plm_status finish(const plm_scheme *scheme, const number_forms *forms, plm_ident *out)
{
    char number[PLM_SCHEME_NUMBER_MAX + 1] = "";
    const char *form = form_for(scheme, forms) + scheme->cut_front;
    (void)snprintf(number, sizeof number, "%.*s", (int)(strlen(form) - scheme->cut_back), form);
    plm_ident_step(out, "read as %s:%s, %s", scheme->head, scheme->name, scheme->words);
    if (is_junk(number)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", number);
    }
    if (is_refused(scheme, number)) {
        return plm_ident_reject(out, PLM_REASON_RANGE, "no %s begins as %s does", scheme->name,
                                number);
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "%s:%s:%s", scheme->head, scheme->name,
                   number);
    if (scheme->n_checks == 0) {
        plm_ident_step(out, "the scheme has no check digit");
    } else if (!plm_scheme_fits(scheme, number, out)) {
        if (scheme->may_fail) {
            plm_ident_step(out, "numbers of the scheme without that check digit were issued too");
        }
        out->flags |= scheme->may_fail ? PLM_IDENT_UNCHECKED : PLM_IDENT_CHECK_FAILED;
    }
    tell_birth(out);
    return PLM_OK;
}

/* No scheme fits, or several do. */
static plm_status refuse(const char *code, const char *name, int found, size_t n, plm_ident *out)
{
    char known[80] = "";
    size_t at = 0;
    const char *before = "";
    for (size_t i = 0; i < plm_n_schemes && at + 12 < sizeof known; i++) {
        if (is_of(&plm_schemes[i], code) && strcmp(plm_schemes[i].name, before) != 0) {
            before = plm_schemes[i].name;
            at +=
                (size_t)snprintf(known + at, sizeof known - at, "%s%s", at > 0 ? ", " : "", before);
        }
    }
    if (at == 0) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "no scheme of %s is known", code);
    }
    if (found == FOUND_SEVERAL) {
        return plm_ident_reject(out, PLM_REASON_FORMAT, "may be of several schemes: %s", known);
    }
    return plm_ident_reject(out, PLM_REASON_FORMAT, "%zu characters that are no %s of %s", n,
                            name != NULL ? name : known, code);
}

plm_status plm_ident_national_id(const char *country, plm_span value, plm_ident *out)
{
    number_forms forms;
    char code[3] = "";
    const char *name = NULL;
    const bool is_named = take_head(&value, code);
    if (!is_named && plm_country_find(code, plm_span_str(country)) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY,
                                "the country is missing; write it before the number, as in RU:");
    }
    plm_ident_country_step(out, code, is_named ? "before the colon" : "given beside it");
    for (size_t i = 0; i < plm_n_schemes && name == NULL; i++) {
        if (is_of(&plm_schemes[i], code) && take_name(&plm_schemes[i], &value)) {
            name = plm_schemes[i].name;
        }
    }
    plm_status status = read_forms(&forms, value, out);
    if (status != PLM_OK) {
        return status;
    }
    int found = find_scheme(code, name, &forms);
    if (found < 0) {
        return refuse(code, name, found, strlen(forms.bare), out);
    }
    return finish(&plm_schemes[found], &forms, out);
}
