/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strata.h - by what a tally tells persons apart, and which stratum a record is of (spec/tally.md
 * section 8).
 *
 * A stratum's number is mixed-radix: age group, sex, year, form of exploitation, of those that the
 * tally has, the last one running fastest.
 */
#ifndef PLM_TALLY_STRATA_H
#define PLM_TALLY_STRATA_H

#include "accord/tally_terms.h"
#include "ident/record.h"

enum {
    PLM_STRATA_MAX = 256,
    PLM_STRATA_YEARS_MAX = 60,
    PLM_STRATUM_TEXT = 24
};

typedef struct plm_strata {
    uint8_t kinds;       /* bit set of 1 << plm_stratum_kind */
    uint16_t first_year; /* with PLM_STRATUM_YEAR: of n_years, each a stratum; one more for */
    uint8_t n_years;     /* all other years and none. Without, both 0 */
} plm_strata;

/* How many there are; 0 if the years don't fit the kinds, or there are more than 256. */
unsigned plm_strata_count(const plm_strata *strata);
/* The stratum of a person's record; ages are those on `day`. Below plm_strata_count. */
uint8_t plm_strata_of(const plm_strata *strata, const plm_record *record, plm_date day);
/* "0-17", "female", "2024", "labour"; "" if the tally does not have that kind. Returns out. */
const char *plm_strata_text(const plm_strata *strata, unsigned stratum, plm_stratum_kind kind,
                            char out[static PLM_STRATUM_TEXT]);

#endif
