/* SPDX-License-Identifier: Apache-2.0 */
/*
 * national_check.c - check digits of national numbers, as the schemes' rows describe them.
 */
#include "ident/national.h"

#include <stdio.h>
#include <string.h>

/* What one check says. */
typedef enum verdict {
    FITS,
    FAILS,
    UNDECIDED
} verdict;

/* Digits as themselves, letters from A as 10; nothing for the sign of a century. */
static unsigned value_of(char c, bool is_curp)
{
    if (plm_is_digit(c)) {
        return (unsigned)(c - '0');
    }
    return plm_is_upper(c) ? (unsigned)(c - 'A') + 10 + (is_curp && c > 'N' ? 1 : 0) : 0;
}

static unsigned weighted(const plm_scheme_check *check, const char *number)
{
    unsigned sum = check->start;
    for (size_t i = 0; i < check->n_weights; i++) {
        sum += check->weights[i] * value_of(number[i], false);
    }
    return sum % check->modulus;
}

static verdict say(plm_ident *words, const char *what, const char *expected, const char *found)
{
    bool fits = strcmp(expected, found) == 0;
    plm_ident_step(words, "check by %s: expected %s, found %s", what, expected, found);
    return fits ? FITS : FAILS;
}

static verdict one_character(const plm_scheme_check *check, const char *number, plm_ident *words)
{
    char what[48];
    const char found[2] = {number[check->n_weights], '\0'};
    const char expected[2] = {check->map[weighted(check, number)], '\0'};
    if (expected[0] == '>') {
        return UNDECIDED;
    }
    (void)snprintf(what, sizeof what, "a weighted sum modulo %u", check->modulus);
    if (expected[0] == '!') {
        return say(words, what, "none, no such number is issued", found);
    }
    return say(words, what, expected, found);
}

static verdict two_digits(const plm_scheme_check *check, const char *number, plm_ident *words)
{
    char what[48];
    unsigned sum = weighted(check, number);
    unsigned v = check->kind == PLM_SCHEME_PAIR ? sum % 100 : check->modulus - sum;
    const char *p = number + check->n_weights;
    const char found[3] = {p[0], p[1], '\0'};
    const char expected[3] = {(char)('0' + v / 10), (char)('0' + v % 10), '\0'};
    (void)snprintf(what, sizeof what, "a sum modulo %u", check->modulus);
    return say(words, what, expected, found);
}

/* Multiplication in D5; its inverse of what is left is the check digit. */
static unsigned dihedral(unsigned a, unsigned b)
{
    if (a < 5) {
        return b < 5 ? (a + b) % 5 : 5 + (a + b - 5) % 5;
    }
    return b < 5 ? 5 + (a - b) % 5 : (a + 5 - b) % 5;
}

static verdict verhoeff(const char *number, plm_ident *words)
{
    static const uint8_t permutation[10] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    size_t n = strlen(number);
    unsigned left = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned)(number[n - 1 - i] - '0');
        for (size_t k = 0; k < i % 8; k++) {
            digit = permutation[digit];
        }
        left = dihedral(left, digit);
    }
    plm_ident_step(words, "check by Verhoeff's scheme: %s", left == 0 ? "fits" : "does not fit");
    return left == 0 ? FITS : FAILS;
}

static verdict mod11_10(const char *number, plm_ident *words)
{
    size_t n = strlen(number);
    unsigned p = 10;
    for (size_t i = 0; i + 1 < n; i++) {
        p = (p + (unsigned)(number[i] - '0')) % 10;
        p = (p == 0 ? 10 : p) * 2 % 11;
    }
    const char expected[2] = {(char)('0' + (11 - p) % 10), '\0'};
    return say(words, "ISO/IEC 7064 MOD 11,10", expected, number + n - 1);
}

static verdict fiscale(const char *number, plm_ident *words)
{
    /* Values of A to Z, and of 0 to 9 as of A to J, in the odd places. */
    static const uint8_t odd[26] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                    20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
    unsigned sum = 0;
    for (size_t i = 0; i < 15; i++) {
        unsigned v = (unsigned)(plm_is_digit(number[i]) ? number[i] - '0' : number[i] - 'A');
        sum += i % 2 == 0 ? odd[v] : v;
    }
    const char expected[2] = {(char)('A' + sum % 26), '\0'};
    return say(words, "the tables of the codice fiscale", expected, number + 15);
}

static verdict curp(const char *number, plm_ident *words)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < 17; i++) {
        sum += value_of(number[i], true) * (18 - i);
    }
    const char expected[2] = {(char)('0' + (10 - sum % 10) % 10), '\0'};
    return say(words, "a weighted sum modulo 10", expected, number + 17);
}

static verdict judge(const plm_scheme_check *check, const char *number, plm_ident *words)
{
    switch (check->kind) {
    case PLM_SCHEME_PAIR:
    case PLM_SCHEME_COMPLEMENT:
        return two_digits(check, number, words);
    case PLM_SCHEME_LUHN:
        return plm_ident_luhn(number, words) ? FITS : FAILS;
    case PLM_SCHEME_VERHOEFF:
        return verhoeff(number, words);
    case PLM_SCHEME_MOD11_10:
        return mod11_10(number, words);
    case PLM_SCHEME_FISCALE:
        return fiscale(number, words);
    case PLM_SCHEME_CURP:
        return curp(number, words);
    case PLM_SCHEME_WEIGHTED:
    default:
        return one_character(check, number, words);
    }
}

bool plm_scheme_fits(const plm_scheme *scheme, const char *number, plm_ident *words)
{
    verdict last = FITS;
    for (size_t i = 0; i < scheme->n_checks; i++) {
        const plm_scheme_check *check = &scheme->checks[i];
        bool is_needed = (check->join == PLM_SCHEME_AND && last == FITS) ||
                         (check->join == PLM_SCHEME_OR && last == FAILS) ||
                         (check->join == PLM_SCHEME_ELSE && last == UNDECIDED);
        last = is_needed ? judge(check, number, words) : last;
    }
    return last == FITS;
}

bool plm_scheme_has_check(const char *canonical)
{
    for (size_t i = 0; i < plm_n_schemes; i++) {
        size_t n = strlen(plm_schemes[i].name);
        if (plm_schemes[i].n_checks > 0 && strncmp(canonical, plm_schemes[i].head, 2) == 0 &&
            strncmp(canonical + 3, plm_schemes[i].name, n) == 0 && canonical[3 + n] == ':') {
            return true;
        }
    }
    return false;
}
