/* SPDX-License-Identifier: Apache-2.0 */
/*
 * country.c - countries and nationalities (ISO 3166-1).
 *
 * Names are compared folded: letters and digits in lower case, Latin letters without their marks,
 * everything else one blank. The names are a closed list; nothing is guessed from parts of it.
 */
#include "ident/country.h"

#include "base/utf8.h"
#include "ident/family.h"

#include <stdlib.h>
#include <string.h>

enum {
    FOLDED_MAX = 96,
    NOTHING = 0,
    GAP = ' '
};

/* A letter or digit; GAP for what parts words; NOTHING for a combining mark. */
static char fold_character(uint32_t c)
{
    /* U+00C0 to U+00DF, A with grave to sharp s; U+00E0 to U+00FE stand in the same order. */
    static const char latin1[] = "aaaaaaaceeeeiiiidnooooo ouuuuyts";
    if (c < 0x80) {
        return plm_is_letter((int)c) || plm_is_digit((int)c) ? (char)plm_to_lower((int)c) : GAP;
    }
    if (c >= 0xC0 && c <= 0xFE) {
        return latin1[(c - 0xC0) % 32];
    }
    return c >= 0x300 && c <= 0x36F ? NOTHING : GAP;
}

/* False if nothing is left of it, or too much. */
static bool fold(char out[FOLDED_MAX], plm_span text)
{
    size_t n = 0;
    bool has_gap = false;
    for (size_t at = 0; at < text.n;) {
        char c = fold_character(plm_utf8_next(text, &at));
        if (c == GAP) {
            has_gap = n > 0;
        } else if (c != NOTHING) {
            if (n + 2 >= FOLDED_MAX) {
                return false;
            }
            if (has_gap) {
                out[n++] = ' ';
                has_gap = false;
            }
            out[n++] = c;
        }
    }
    out[n] = '\0';
    return n > 0;
}

static int compare(const void *a, const void *b)
{
    return strcmp((const char *)a, ((const plm_country_key *)b)->key);
}

static const char *find(const plm_country_key *table, size_t n, const char *key)
{
    const plm_country_key *found =
        (const plm_country_key *)bsearch(key, table, n, sizeof *table, compare);
    return found != NULL ? found->code : NULL;
}

static bool is_alpha2(const char *code)
{
    return plm_is_upper(code[0]) && plm_is_upper(code[1]) &&
           (plm_country_letters[code[0] - 'A'] >> (code[1] - 'A') & 1) != 0;
}

plm_status plm_country_find(char out[3], plm_span text)
{
    char folded[FOLDED_MAX] = "";
    char upper[4] = "";
    const char *code = NULL;
    memset(out, 0, 3);
    if (text.n == 0 || plm_utf8_valid_prefix(text) != text.n || !fold(folded, text)) {
        return PLM_E_NOT_FOUND;
    }
    size_t n = strlen(folded);
    if (n == 2 || n == 3) {
        for (size_t i = 0; i < n; i++) {
            upper[i] = (char)plm_to_upper(folded[i]);
        }
        if (n == 3) {
            code = find(plm_country_alpha3, plm_country_n_alpha3, upper);
        } else if (is_alpha2(upper)) {
            code = upper;
        }
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
        return plm_ident_reject(out, PLM_REASON_COUNTRY, "\"%.*s\" is no country of ISO 3166-1",
                                (int)(value.n < 60 ? value.n : 60), (const char *)value.p);
    }
    memcpy(out->canonical, code, sizeof code);
    return PLM_OK;
}
