/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/date_levels.h"

#include "ident/birth_date.h"

#include <stdio.h>
#include <string.h>

static char *next(plm_date_levels *out, plm_feature_kind kind)
{
    out->items[out->n].kind = kind;
    return out->items[out->n++].text;
}

static void add_full(plm_date_levels *out, plm_date d)
{
    char full[PLM_DATE_TEXT];
    plm_date_format(full, d);
    memcpy(next(out, PLM_FEATURE_DATE), full, sizeof full);
    const plm_date swapped = {d.year, d.day < d.month ? d.day : d.month,
                              d.day < d.month ? d.month : d.day};
    (void)snprintf(next(out, PLM_FEATURE_SWAP), PLM_DATE_TEXT, "%04u-%02u-%02u",
                   swapped.year % 10000U, swapped.month % 100U, swapped.day % 100U);
    for (size_t i = 0; i < PLM_DATE_TEXT - 1; i++) {
        if (full[i] != '-') {
            char *wild = next(out, PLM_FEATURE_WILD);
            memcpy(wild, full, sizeof full);
            wild[i] = 'X';
        }
    }
}

static void sort(char *digits, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const char c = digits[i];
        size_t at = i;
        for (; at > 0 && digits[at - 1] > c; at--) {
            digits[at] = digits[at - 1];
        }
        digits[at] = c;
    }
}

/* Digits exchanged within the year, or within month and day. */
static void add_digits(plm_date_levels *out, plm_date d)
{
    char full[PLM_DATE_TEXT];
    plm_date_format(full, d);
    char *text = next(out, PLM_FEATURE_DIGITS);
    memcpy(text, full, 5);
    memcpy(text + 5, full + 5, 2);
    memcpy(text + 7, full + 8, 3);
    sort(text, 4);
    sort(text + 5, 4);
}

bool plm_date_levels_of(plm_date_levels *out, plm_span text)
{
    plm_date d;
    out->n = 0;
    if (plm_date_parse(&d, text) != PLM_OK) {
        return false;
    }
    if (plm_birth_date_is_default(d)) {
        d.month = 0;
        d.day = 0;
    }
    if (d.month != 0 && d.day != 0) {
        add_full(out, d);
    }
    if (d.month != 0) {
        plm_date_format(next(out, PLM_FEATURE_YEAR_MONTH), (plm_date){d.year, d.month, 0});
    }
    if (d.month != 0 && d.day != 0) {
        plm_date_format(next(out, PLM_FEATURE_YEAR_DAY), (plm_date){d.year, 0, d.day});
        plm_date_format(next(out, PLM_FEATURE_MONTH_DAY), (plm_date){0, d.month, d.day});
    }
    plm_date_format(next(out, PLM_FEATURE_YEAR), (plm_date){d.year, 0, 0});
    if (d.month != 0 && d.day != 0) {
        add_digits(out, d);
    }
    return true;
}

plm_bits plm_date_level_bits(plm_feature_kind kind)
{
    switch ((int)kind) {
    case PLM_FEATURE_DATE:
        return PLM_BIT * 152 / 10;
    case PLM_FEATURE_SWAP:
        return PLM_BIT * 145 / 10;
    case PLM_FEATURE_WILD:
        return PLM_BIT * 123 / 10;
    case PLM_FEATURE_YEAR_DAY:
        return PLM_BIT * 115 / 10;
    case PLM_FEATURE_YEAR_MONTH:
        return PLM_BIT * 102 / 10;
    case PLM_FEATURE_MONTH_DAY:
        return PLM_BIT * 85 / 10;
    case PLM_FEATURE_YEAR:
        return PLM_BIT * 66 / 10;
    default:
        return 0;
    }
}
