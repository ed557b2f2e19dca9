/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain.c - what the families share: plain characters, prefixes, compact forms, simple checks.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>

bool plm_ident_is_ascii(plm_span s)
{
    uint8_t all = 0;
    for (size_t i = 0; i < s.n; i++) {
        all |= s.p[i];
    }
    return all < 0x80;
}

plm_span plm_ident_trim(plm_span s)
{
    static const char blanks[] = {' ', '\t', '\r', '\n'};
    while (s.n > 0 && memchr(blanks, s.p[0], sizeof blanks) != NULL) {
        s = plm_span_of(s.p + 1, s.n - 1);
    }
    while (s.n > 0 && memchr(blanks, s.p[s.n - 1], sizeof blanks) != NULL) {
        s.n--;
    }
    return s;
}

bool plm_ident_skip(plm_span *value, const char *word)
{
    size_t n = 0;
    for (; word[n] != '\0'; n++) {
        if (n >= value->n || plm_to_lower(value->p[n]) != plm_to_lower((uint8_t)word[n])) {
            return false;
        }
    }
    *value = plm_ident_trim(plm_span_of(value->p + n, value->n - n));
    return true;
}

/* Unicode's White_Space beyond ASCII; U+0085 is a control character and refused before. */
static bool is_blank(uint32_t c)
{
    return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

/* Format characters that carry no meaning in a value; the joiners are kept apart. */
static bool is_invisible(uint32_t c)
{
    return c == 0xAD || c == 0x61C || c == 0x200B || c == 0x200E || c == 0x200F ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

static uint32_t fold_character(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) {
        return c - 0xFEE0; /* full-width forms stand in ASCII's order */
    }
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE58 || c == 0xFE63) {
        return '-';
    }
    if (c == 0x2044 || c == 0x2215) {
        return '/';
    }
    int32_t digit = u_charDigitValue((UChar32)c);
    return digit >= 0 ? '0' + (uint32_t)digit : c;
}

size_t plm_ident_plain(uint8_t *out, plm_span value, bool fold)
{
    size_t n = 0;
    for (size_t at = 0; at < value.n;) {
        uint32_t c = plm_utf8_next(value, &at);
        if (is_invisible(c) || (fold && (c == 0x200C || c == 0x200D))) {
            continue;
        }
        c = is_blank(c) ? ' ' : c;
        n += plm_utf8_encode(out + n, fold && c >= 0x80 ? fold_character(c) : c);
    }
    return n;
}

plm_status plm_ident_reject_character(plm_ident *out, plm_span value, size_t at)
{
    char place[40] = "";
    size_t end = at;
    size_t number = 1;
    const plm_span whole = out->value;
    const uint32_t c = plm_utf8_next(value, &end);
    /* Not where the family has made another text of it first. */
    if (value.p >= whole.p && value.p + at < whole.p + whole.n) {
        for (size_t i = 0; whole.p + i < value.p + at; number++) {
            (void)plm_utf8_next(whole, &i);
        }
        (void)snprintf(place, sizeof place, ", character %zu of it", number);
    }
    return plm_ident_reject(out, PLM_REASON_CHARACTER, "\"%.*s\" (U+%04X)%s", (int)(end - at),
                            (const char *)value.p + at, (unsigned)c, place);
}

static size_t compact(char *out, size_t size, plm_span value, const char *separators,
                      bool digits_only, plm_ident *ident)
{
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        int c = plm_to_upper(value.p[i]);
        if (plm_is_digit(c) || (!digits_only && plm_is_upper(c))) {
            if (n + 1 >= size) {
                (void)plm_ident_reject(ident, PLM_REASON_LENGTH, "more than %zu characters",
                                       size - 1);
                return SIZE_MAX;
            }
            out[n++] = (char)c;
        } else if (c != ' ' && strchr(separators, c) == NULL) {
            (void)plm_ident_reject_character(ident, value, i);
            return SIZE_MAX;
        }
    }
    out[n] = '\0';
    return n;
}

size_t plm_ident_compact(char *out, size_t size, plm_span value, const char *separators,
                         plm_ident *ident)
{
    return compact(out, size, value, separators, false, ident);
}

size_t plm_ident_digits(char *out, size_t size, plm_span value, const char *separators,
                        plm_ident *ident)
{
    return compact(out, size, value, separators, true, ident);
}

bool plm_ident_is_monotone(const char *text)
{
    size_t i = 0;
    while (text[i] != '\0' && text[i] == text[0]) {
        i++;
    }
    return i > 0 && text[i] == '\0';
}

bool plm_ident_is_counting(const char *text, size_t n)
{
    size_t i = 0;
    if (text[0] != '0' && text[0] != '1') {
        return false;
    }
    for (; text[i] != '\0'; i++) {
        if (!plm_is_digit(text[i]) || text[i] - '0' != (text[0] - '0' + (int)i) % 10) {
            return false;
        }
    }
    return i >= n;
}

bool plm_luhn_is_valid(const char *digits)
{
    size_t n = strlen(digits);
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)(digits[n - 1 - i] - '0');
        d = i % 2 == 1 ? 2 * d : d;
        sum += d > 9 ? d - 9 : d;
    }
    return sum % 10 == 0;
}

bool plm_ident_luhn(const char *digits, plm_ident *out)
{
    size_t n = strlen(digits);
    char copy[PLM_IDENT_CANONICAL_MAX] = "";
    bool fits = plm_luhn_is_valid(digits);
    if (out->steps != NULL && n > 0 && n < sizeof copy) {
        memcpy(copy, digits, n + 1);
        for (copy[n - 1] = '0'; !plm_luhn_is_valid(copy);) {
            copy[n - 1]++;
        }
        plm_ident_step(out, "check by Luhn's formula: expected %c, found %c", copy[n - 1],
                       digits[n - 1]);
    }
    return fits;
}

unsigned plm_ident_mod97(const char *text, size_t n, size_t first)
{
    unsigned remainder = 0;
    for (size_t i = 0; i < n; i++) {
        char c = text[i + first < n ? i + first : i + first - n];
        unsigned v = plm_is_digit(c) ? (unsigned)(c - '0') : (unsigned)(c - 'A' + 10);
        remainder = (remainder * (v < 10 ? 10 : 100) + v) % 97;
    }
    return remainder;
}

bool plm_ident_mod97_fits(const char *text, size_t first, size_t at, plm_ident *out)
{
    const size_t n = strlen(text);
    char copy[PLM_IDENT_CANONICAL_MAX] = "";
    memcpy(copy, text, n < sizeof copy ? n : sizeof copy - 1);
    copy[at] = '0';
    copy[at + 1] = '0';
    const unsigned expected = 98 - plm_ident_mod97(copy, n, first);
    const unsigned found = 10U * (unsigned)(text[at] - '0') + (unsigned)(text[at + 1] - '0');
    plm_ident_step(out, "check by ISO/IEC 7064 MOD 97-10: expected %02u, found %02u", expected,
                   found);
    return expected == found;
}

bool plm_ident_take_field(plm_span *value, const char *separators, plm_span *field)
{
    size_t n = 0;
    if (value->n == 0) {
        return false;
    }
    while (n < value->n && (value->p[n] == '\0' || strchr(separators, value->p[n]) == NULL)) {
        n++;
    }
    *field = plm_ident_trim(plm_span_of(value->p, n));
    n += n < value->n;
    *value = plm_span_of(value->p + n, value->n - n);
    return true;
}

bool plm_ident_take_country(plm_span *value, char code[3])
{
    if (value->n > 3 && value->p[2] == ':' && plm_is_letter(value->p[0]) &&
        plm_is_letter(value->p[1]) &&
        plm_country_find(code, plm_span_of((const char[]){(char)plm_to_upper(value->p[0]),
                                                          (char)plm_to_upper(value->p[1])},
                                           2)) == PLM_OK) {
        *value = plm_ident_trim(plm_span_of(value->p + 3, value->n - 3));
        return true;
    }
    return false;
}
