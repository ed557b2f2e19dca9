/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plate.c - registration plates: COUNTRY:PLATE, without separators. No standard covers them.
 *
 * Plates of several states use the Cyrillic letters that look like Latin ones, and registers write
 * them in either script: where all letters are among the twelve, they are folded to Latin.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>

enum {
    PLATE_MIN = 2,
    PLATE_MAX = 16
};

/* The twelve letters of Vienna Convention plates in Cyrillic script (GOST R 50577). */
static char latin_twin(uint32_t c)
{
    static const struct {
        uint32_t cyrillic;
        char latin;
    } twins[] = {{0x410, 'A'}, {0x412, 'B'}, {0x415, 'E'}, {0x41A, 'K'},
                 {0x41C, 'M'}, {0x41D, 'H'}, {0x41E, 'O'}, {0x420, 'P'},
                 {0x421, 'C'}, {0x422, 'T'}, {0x423, 'Y'}, {0x425, 'X'}};
    for (size_t i = 0; i < sizeof twins / sizeof *twins; i++) {
        if (twins[i].cyrillic == c) {
            return twins[i].latin;
        }
    }
    return 0;
}

static bool is_separator(uint32_t c)
{
    return c == ' ' || c == '-' || c == '.' || c == '/' || c == 0xB7 || c == 0x2022 || c == 0x2013;
}

/* Upper case, separators out. The number of characters, or SIZE_MAX. */
static size_t compact(char *out, size_t size, plm_span value, bool fold_twins)
{
    size_t n = 0;
    size_t n_characters = 0;
    for (size_t at = 0; at < value.n;) {
        uint32_t c = plm_utf8_next(value, &at);
        if (is_separator(c)) {
            continue;
        }
        c = (uint32_t)u_toupper((UChar32)c);
        if (fold_twins && latin_twin(c) != 0) {
            c = (uint32_t)latin_twin(c);
        }
        if (!u_isalnum((UChar32)c) || n + 5 > size) {
            return SIZE_MAX;
        }
        if (u_isdigit((UChar32)c)) {
            c = '0' + (uint32_t)u_charDigitValue((UChar32)c);
        }
        n += plm_utf8_encode((uint8_t *)out + n, c);
        n_characters++;
    }
    out[n] = '\0';
    return n_characters;
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((uint8_t)*text >= 0x80) {
            return false;
        }
    }
    return true;
}

plm_status plm_ident_plate(const char *country, plm_span value, plm_ident *out)
{
    char code[3] = "";
    char plate[4 * PLATE_MAX + 8];
    if (value.n > 3 && value.p[2] == ':' &&
        plm_country_find(code, plm_span_of(value.p, 2)) == PLM_OK) {
        value = plm_span_of(value.p + 3, value.n - 3);
    } else if (plm_country_find(code, plm_span_str(country)) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "a plate needs its country");
    }
    size_t n = compact(plate, sizeof plate, value, true);
    if (n != SIZE_MAX && !is_ascii(plate)) {
        n = compact(plate, sizeof plate, value, false); /* letters beyond the twelve: as written */
    }
    if (n == SIZE_MAX) {
        return plm_ident_reject(out, PLM_REASON_CHARACTER, "a plate has letters and digits");
    }
    if (n < PLATE_MIN || n > PLATE_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, a plate has %d to %d", n,
                                PLATE_MIN, PLATE_MAX);
    }
    if (plm_ident_is_monotone(plate)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%s", plate);
    }
    (void)snprintf(out->canonical, sizeof out->canonical, "%s:%s", code, plate);
    return PLM_OK;
}
