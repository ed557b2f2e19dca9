/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date_levels.h - the levels at which two dates of birth can agree (spec/tokens.md section 4.2).
 *
 *     1974-03-12    date 1974-03-12     swap 1974-03-12 (12 March or 3 December)
 *                   wild X974-03-12 1X74-03-12 ... 1974-03-1X
 *                   yearMonth 1974-03   yearDay 1974-XX-12   monthDay 03-12   year 1974
 *                   digits 1479-0123
 *     1974-03-XX    yearMonth 1974-03   year 1974
 *     1974-01-01    year 1974: registers write 1 January for an unknown day and month
 */
#ifndef PLM_IDENT_DATE_LEVELS_H
#define PLM_IDENT_DATE_LEVELS_H

#include "ident/feature.h"

enum {
    PLM_DATE_LEVELS_MAX = 15
};

typedef struct plm_date_levels {
    struct {
        plm_feature_kind kind;
        char text[PLM_DATE_TEXT];
    } items[PLM_DATE_LEVELS_MAX]; /* in the order of plm_feature_kind */
    size_t n;
} plm_date_levels;

/* text: canonical form of a date of birth. False if it is none; then there are no levels. */
bool plm_date_levels_of(plm_date_levels *out, plm_span text);

/*
 * Information of a level of dates that are spread evenly over a hundred years, full ones 15.2 bits.
 */
plm_bits plm_date_level_bits(plm_feature_kind kind);

#endif
