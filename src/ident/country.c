/* SPDX-License-Identifier: Apache-2.0 */
/*
 * country.c - countries and nationalities (ISO 3166-1).
 */
#include "ident/country.h"

#include "base/utf8.h"
#include "ident/family.h"

#include <stdlib.h>
#include <string.h>

enum {
    FOLDED_MAX = 96
};

/* Base letters of the precomposed letters that names of countries have: A-ring to u-diaeresis. */
static char base_letter(uint32_t c)
{
    static const char latin1[] = "aaaaaaaceeeeiiiidnooooo?ouuuuyts";
    if (c < 0x80) {
        return (char)plm_to_lower((int)c);
    }
    if (c >= 0xC0 && c <= 0xDF) {
        return latin1[c - 0xC0];
    }
    if (c >= 0xE0 && c <= 0xFE) {
        return latin1[c - 0xE0];
    }
    return c == 0x2019 || c == 0xA0 ? ' ' : '?';
}

/* Lower-case letters and digits; other runs become one blank. False if it does not fit. */
static bool fold(char out[FOLDED_MAX], plm_span text)
{
    size_t n = 0;
    bool gap = false;
    for (size_t at = 0; at < text.n;) {
        char c = base_letter(plm_utf8_next(text, &at));
        if (!plm_is_lower(c) && !plm_is_digit(c)) {
            gap = n > 0;
            continue;
        }
        if (n + 2 >= FOLDED_MAX) {
            return false;
        }
        if (gap) {
            out[n++] = ' ';
            gap = false;
        }
        out[n++] = c;
    }
    out[n] = '\0';
    return n > 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const plm_country_key *)a)->key, ((const plm_country_key *)b)->key);
}

static const char *find(const plm_country_key *table, size_t n, const char *key)
{
    const plm_country_key wanted = {key, NULL};
    const plm_country_key *found =
        (const plm_country_key *)bsearch(&wanted, table, n, sizeof *table, compare);
    return found != NULL ? found->code : NULL;
}

static const char *find_code(const char *code)
{
    for (size_t i = 0; i < plm_country_n_alpha3; i++) {
        if (strcmp(plm_country_alpha3[i].code, code) == 0) {
            return plm_country_alpha3[i].code;
        }
    }
    return NULL;
}

plm_status plm_country_find(char out[3], plm_span text)
{
    char folded[FOLDED_MAX];
    char upper[4] = "";
    const char *code = NULL;
    out[0] = '\0';
    if (plm_utf8_valid_prefix(text) != text.n || !fold(folded, text)) {
        return PLM_E_NOT_FOUND;
    }
    size_t n = strlen(folded);
    if (n == 2 || n == 3) {
        for (size_t i = 0; i < n; i++) {
            upper[i] = (char)plm_to_upper(folded[i]);
        }
        code = n == 2 ? find_code(upper) : find(plm_country_alpha3, plm_country_n_alpha3, upper);
    }
    if (code == NULL) {
        code = find(plm_country_names, plm_country_n_names, folded);
    }
    if (code == NULL) {
        return PLM_E_NOT_FOUND;
    }
    memcpy(out, code, 3);
    return PLM_OK;
}

plm_status plm_ident_nationality(const char *country, plm_span value, plm_ident *out)
{
    char code[3];
    (void)country;
    if (plm_country_find(code, value) != PLM_OK) {
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "\"%.*s\" is no country of ISO 3166",
                                (int)(value.n < 60 ? value.n : 60), (const char *)value.p);
    }
    memcpy(out->canonical, code, sizeof code);
    return PLM_OK;
}
