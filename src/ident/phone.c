/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phone.c - telephone numbers (ITU-T E.164): + and 7 to 15 digits, the first of them an assigned
 * country code. A national number needs the region it is dialled in.
 *
 * An extension ("ext. 12", RFC 3966 ";ext=12") is no part of E.164 and left out. No numbering plan
 * is held against a number, since plans change: only its length, its code and its trunk prefix.
 */
#include "ident/phone_table.h"

#include "ident/family.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_MIN = 7,
    DIGITS_MAX = 15,
    TEXT_MAX = 40 /* digits with prefixes; more are no telephone number */
};

/* Digits as dialled; is_international: they begin with a country code. */
typedef struct dialled {
    char digits[TEXT_MAX];
    size_t n;
    bool is_international;
} dialled;

static int compare_region(const void *key, const void *entry)
{
    return strcmp((const char *)key, ((const plm_phone_region *)entry)->region);
}

static const plm_phone_region *find_region(const char *region)
{
    return (const plm_phone_region *)bsearch(region, plm_phone_regions, plm_phone_n_regions,
                                             sizeof *plm_phone_regions, compare_region);
}

static int compare_code(const void *key, const void *entry)
{
    return (int)*(const unsigned *)key - (int)*(const uint16_t *)entry;
}

/* Digits of the country code at the front, and its value; 0 if there is none that is assigned. */
static size_t take_code(const char *digits, unsigned *code)
{
    *code = 0;
    for (size_t n = 1; n <= 3 && digits[n - 1] != '\0'; n++) {
        *code = *code * 10 + (unsigned)(digits[n - 1] - '0');
        if (bsearch(code, plm_phone_codes, plm_phone_n_codes, sizeof *plm_phone_codes,
                    compare_code) != NULL) {
            return n;
        }
    }
    return 0;
}

/* The first region of a country code has its trunk prefix; those that share a code share it. */
static const plm_phone_region *region_of_code(unsigned code)
{
    for (size_t i = 0; i < plm_phone_n_regions; i++) {
        if (plm_phone_regions[i].code == code) {
            return &plm_phone_regions[i];
        }
    }
    return NULL;
}

static void drop_front(dialled *d, size_t n)
{
    memmove(d->digits, d->digits + n, d->n - n + 1);
    d->n -= n;
}

/* Leaves an extension out: "ext. 12", "x12", ";ext=12". */
static plm_span without_extension(plm_span value)
{
    size_t n_digits = 0;
    for (size_t i = 0; i < value.n; i++) {
        int c = plm_to_lower(value.p[i]);
        n_digits += plm_is_digit(c);
        if (n_digits < DIGITS_MIN - 1 || (c != ';' && c != 'x' && c != 'e')) {
            continue;
        }
        plm_span rest = plm_span_of(value.p + i, value.n - i);
        (void)plm_ident_skip(&rest, ";");
        if (!plm_ident_skip(&rest, "extension") && !plm_ident_skip(&rest, "ext") &&
            !plm_ident_skip(&rest, "x")) {
            return value;
        }
        (void)(plm_ident_skip(&rest, ".") || plm_ident_skip(&rest, "=") ||
               plm_ident_skip(&rest, ":"));
        for (size_t k = 0; k < rest.n; k++) {
            if (!plm_is_digit(rest.p[k])) {
                return value;
            }
        }
        return rest.n > 0 ? plm_span_of(value.p, i) : value;
    }
    return value;
}

static plm_status take_digits(dialled *d, plm_span value, plm_ident *out)
{
    *d = (dialled){.n = 0};
    plm_span rest = value;
    (void)plm_ident_skip(&rest, "(");
    d->is_international = rest.n > 0 && rest.p[0] == '+';
    bool is_abroad = d->is_international || plm_ident_skip(&rest, "00");
    for (size_t i = 0; i < value.n; i++) {
        int c = value.p[i];
        if (plm_is_digit(c)) {
            if (d->n + 1 == sizeof d->digits) {
                return plm_ident_reject(out, PLM_REASON_LENGTH, "more than %d digits",
                                        TEXT_MAX - 1);
            }
            d->digits[d->n++] = (char)c;
        } else if (is_abroad && value.n - i >= 3 && memcmp(value.p + i, "(0)", 3) == 0) {
            plm_ident_step(out, "(0) is for callers at home: left out");
            i += 2; /* "+44 (0)20 ...": the bracketed digit is for callers at home */
        } else if (c == '\0' || strchr(" -./()~", c) == NULL) {
            if (c != '+' || value.p + i != rest.p) {
                return plm_ident_reject_character(out, value, i);
            }
        }
    }
    d->digits[d->n] = '\0';
    return PLM_OK;
}

/* Takes the international prefix off, if there is one. region: NULL if not known. */
static plm_status take_idd(dialled *d, const plm_phone_region *region, plm_ident *out)
{
    static const char *const prefixes[] = {
        [IDD_00] = "00",   [IDD_010] = "010", [IDD_011] = "011",
        [IDD_119] = "119", [IDD_810] = "810", [IDD_CARRIER] = "00"};
    const char *prefix = prefixes[region != NULL ? region->idd : IDD_00];
    bool has_own = strncmp(d->digits, prefix, strlen(prefix)) == 0;
    /* 119 and 810 may begin a national number too; what is as long as one is one. */
    if (has_own && region != NULL && (region->idd == IDD_119 || region->idd == IDD_810) &&
        d->n <= 11) {
        has_own = false;
    }
    if (has_own && region != NULL && region->idd == IDD_CARRIER) {
        return plm_ident_reject(out, PLM_REASON_FORMAT,
                                "what %s dials for abroad differs: write + and the country's code",
                                region->region);
    }
    if (!has_own && strncmp(d->digits, "00", 2) == 0) {
        prefix = "00";
        has_own = true;
    }
    if (has_own) {
        d->is_international = true;
        drop_front(d, strlen(prefix));
        plm_ident_step(out, "%s, what is dialled for abroad, left out", prefix);
    }
    return PLM_OK;
}

/*
 * Takes the trunk prefix off the national number at `number`. Where national numbers have no fixed
 * length, none begins with the prefix, so that it goes as often as it stands there.
 */
static void drop_trunk(char *number, const plm_phone_region *region, plm_ident *out)
{
    size_t n = strlen(number);
    for (const char *p = region->trunk; *p != '\0';) {
        size_t length = strcspn(p, "|");
        bool is_prefix = n > length && strncmp(number, p, length) == 0;
        if (is_prefix && (region->n_national == 0 || n - length == region->n_national)) {
            n -= length;
            plm_ident_step(out, "the trunk prefix %.*s of %s left out", (int)length, p,
                           region->region);
            memmove(number, number + length, n + 1);
            continue;
        }
        p += length;
        p += *p == '|';
    }
}

/* The number with its country code, in d->digits; a national one gets the region's. */
static plm_status to_international(dialled *d, const plm_phone_region *region, plm_ident *out)
{
    char code[8];
    if (d->is_international) {
        return PLM_OK;
    }
    if (region == NULL) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY,
                                "no + and country code, and no region it is dialled in");
    }
    int n_code = snprintf(code, sizeof code, "%u", region->code);
    /* "79161234567" without its plus: longer than any national number, and with the code. */
    if (region->n_national != 0 && d->n == (size_t)n_code + region->n_national &&
        strncmp(d->digits, code, (size_t)n_code) == 0) {
        plm_ident_step(out, "as long as a number of %s with its code +%s", region->region, code);
        return PLM_OK;
    }
    drop_trunk(d->digits, region, out);
    d->n = strlen(d->digits);
    if (d->n + (size_t)n_code >= sizeof d->digits) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits", d->n);
    }
    memmove(d->digits + n_code, d->digits, d->n + 1);
    memcpy(d->digits, code, (size_t)n_code);
    plm_ident_step(out, "dialled in %s: its code +%s put before it", region->region, code);
    d->n += (size_t)n_code;
    return PLM_OK;
}

/* d->digits begin with a country code: is what follows a number? */
static plm_status check(dialled *d, plm_ident *out)
{
    if (plm_ident_is_monotone(d->digits)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "one digit throughout");
    }
    unsigned code;
    size_t n_code = take_code(d->digits, &code);
    if (n_code == 0) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "no country has the code +%.3s",
                                d->digits);
    }
    plm_ident_step(out, "the country's code: +%u", code);
    char *national = d->digits + n_code;
    const plm_phone_region *region = region_of_code(code);
    if (region != NULL) {
        drop_trunk(national, region, out);
        d->n = strlen(d->digits);
    }
    if (d->n < DIGITS_MIN || d->n > DIGITS_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu digits, E.164 has %d to %d", d->n,
                                DIGITS_MIN, DIGITS_MAX);
    }
    if (region != NULL && region->code == 1 &&
        (strlen(national) != region->n_national || national[0] < '2')) {
        return plm_ident_reject(out, PLM_REASON_LENGTH,
                                "+1 is followed by ten digits, the first of them 2 to 9");
    }
    if ((strlen(national) >= 5 && plm_ident_is_monotone(national)) ||
        plm_ident_is_counting(national, DIGITS_MIN)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", national);
    }
    return PLM_OK;
}

plm_status plm_ident_phone(const char *country, plm_span value, plm_ident *out)
{
    dialled d;
    const plm_phone_region *region = find_region(country);
    (void)plm_ident_skip(&value, "tel:"); /* RFC 3966 */
    const plm_span number = without_extension(value);
    if (number.n < value.n) {
        plm_ident_step(out, "the extension is no part of E.164");
    }
    plm_status status = take_digits(&d, number, out);
    if (status == PLM_OK && !d.is_international) {
        status = take_idd(&d, region, out);
    }
    if (status == PLM_OK) {
        status = to_international(&d, region, out);
    }
    if (status == PLM_OK) {
        status = check(&d, out);
    }
    if (status == PLM_OK) {
        out->canonical[0] = '+';
        memcpy(out->canonical + 1, d.digits, d.n + 1);
    }
    return status;
}
