/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plate.c - registration plates: COUNTRY:PLATE, without separators. No standard covers them; the
 * Vienna Convention on Road Traffic of 1968 (annex 2) asks for Arabic digits and Latin capitals.
 *
 * Plates in Cyrillic and Greek use letters that look like Latin ones, and registers write them in
 * either script, often both in one plate. If every letter of the other script has a Latin twin, all
 * become Latin. If one has none (military and diplomatic series), the Latin twins of Cyrillic
 * letters become Cyrillic, so that both ways to write it still give one form. Other scripts stay.
 */
#include "base/utf8.h"
#include "ident/family.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

enum {
    PLATE_MIN = 2,
    PLATE_MAX = 16, /* characters */
    PLATE_BYTES = 4 * PLATE_MAX,
    WIDE_MAX = 256
};

/* A plate being read: letters and digits only. */
typedef struct plate {
    uint32_t c[PLATE_MAX];
    size_t n;
    bool has_cyrillic; /* a letter of Cyrillic without a Latin twin */
    bool has_other;    /* a letter of another script than Latin, without one */
} plate;

/* Dots, dashes, blanks and the like part the groups of a plate; marks sit on letters. */
static bool is_separator(uint32_t c)
{
    uint32_t type = U_MASK(u_charType((UChar32)c));
    return (type & (U_GC_P_MASK | U_GC_Z_MASK | U_GC_M_MASK)) != 0 || c == '|' || c == '+' ||
           c == '~';
}

static plm_status add(plate *p, plm_span value, size_t at, uint32_t c, plm_ident *out)
{
    if (is_separator(c)) {
        return PLM_OK;
    }
    if (!u_isalnum((UChar32)c)) {
        return plm_ident_reject_character(out, value, at);
    }
    if (p->n == PLATE_MAX) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "more than %d letters and digits",
                                PLATE_MAX);
    }
    int32_t digit = u_charDigitValue((UChar32)c);
    bool is_lonely = c >= 0x80 && digit < 0 && plm_ident_latin_twin(c) == 0;
    bool is_cyrillic = c >= 0x400 && c <= 0x52F;
    p->has_cyrillic = p->has_cyrillic || (is_lonely && is_cyrillic);
    p->has_other = p->has_other || (is_lonely && !is_cyrillic && c >= 0x370);
    p->c[p->n++] = digit >= 0 ? '0' + (uint32_t)digit : c;
    return PLM_OK;
}

static void fold_twins(plate *p)
{
    for (size_t i = 0; i < p->n; i++) {
        uint32_t twin = 0;
        if (p->has_cyrillic) {
            twin = plm_ident_cyrillic_twin(p->c[i]);
        } else if (!p->has_other) {
            twin = (uint32_t)plm_ident_latin_twin(p->c[i]);
        }
        p->c[i] = twin != 0 ? twin : p->c[i];
    }
}

/* NFKC, upper case, NFKC, as UTF-8 in place of value; LENGTH if it does not fit. */
static plm_status fold_case(uint8_t out[PLM_IDENT_CANONICAL_MAX], plm_span *value, plm_ident *ident)
{
    UChar a[WIDE_MAX];
    UChar b[WIDE_MAX];
    int32_t n = 0;
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&error);
    (void)u_strFromUTF8(a, WIDE_MAX, &n, (const char *)value->p, (int32_t)value->n, &error);
    n = unorm2_normalize(nfkc, a, n, b, WIDE_MAX, &error);
    n = u_strToUpper(a, WIDE_MAX, b, n, "", &error);
    n = unorm2_normalize(nfkc, a, n, b, WIDE_MAX, &error);
    (void)u_strToUTF8((char *)out, PLM_IDENT_CANONICAL_MAX, &n, b, n, &error);
    if (U_FAILURE(error)) {
        return plm_ident_reject(ident, PLM_REASON_LENGTH, "more than %d letters and digits",
                                PLATE_MAX);
    }
    *value = plm_span_of(out, (size_t)n);
    return PLM_OK;
}

static plm_status read_plate(plate *p, plm_span value, plm_ident *out)
{
    *p = (plate){.n = 0};
    for (size_t at = 0; at < value.n;) {
        size_t start = at;
        uint32_t c = plm_utf8_next(value, &at);
        plm_status status =
            add(p, value, start, c < 0x80 ? (uint32_t)plm_to_upper((int)c) : c, out);
        if (status != PLM_OK) {
            return status;
        }
    }
    fold_twins(p);
    return PLM_OK;
}

static size_t write_plate(uint8_t out[PLATE_BYTES + 1], const plate *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        n += plm_utf8_encode(out + n, p->c[i]);
    }
    out[n] = '\0';
    return n;
}

/* What stands on a form where a vehicle has none. */
static bool is_no_plate(plm_span text)
{
    static const char *const words[] = {"NOPLATE",       "NOPLATES",     "NONUMBER",
                                        "NOTREGISTERED", "UNREGISTERED", "WITHOUTPLATES",
                                        "ОТСУТСТВУЕТ"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (plm_span_equal(text, plm_span_str(words[i]))) {
            return true;
        }
    }
    return plm_ident_is_placeholder(text);
}

plm_status plm_ident_plate(const char *country, plm_span value, plm_ident *out)
{
    plate p;
    char code[3] = "";
    uint8_t folded[PLM_IDENT_CANONICAL_MAX];
    uint8_t plain[PLATE_BYTES + 1];
    const bool is_named = plm_ident_take_country(&value, code);
    if (!is_named && plm_country_find(code, plm_span_str(country)) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "the country of the plate is missing");
    }
    plm_ident_country_step(out, code, is_named ? "before the colon" : "given beside it");
    /* Twice: without its separators, a row of Hangul letters makes syllables. */
    for (unsigned round = 0; round < 2; round++) {
        bool is_ascii = plm_ident_is_ascii(value);
        plm_status status = is_ascii ? PLM_OK : fold_case(folded, &value, out);
        if (status == PLM_OK) {
            status = read_plate(&p, value, out);
        }
        if (status != PLM_OK) {
            return status;
        }
        value = plm_span_of(plain, write_plate(plain, &p));
        round += is_ascii;
    }
    if (p.n < PLATE_MIN) {
        return plm_ident_reject(out, PLM_REASON_LENGTH, "%zu characters, a plate has %d to %d", p.n,
                                PLATE_MIN, PLATE_MAX);
    }
    if (is_no_plate(value)) {
        return plm_ident_reject(out, PLM_REASON_PLACEHOLDER, "%.*s", (int)value.n,
                                (const char *)value.p);
    }
    memcpy(out->canonical, code, 2);
    out->canonical[2] = ':';
    memcpy(out->canonical + 3, value.p, value.n);
    out->canonical[3 + value.n] = '\0';
    return PLM_OK;
}
