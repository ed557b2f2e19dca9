/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.h - what is said of a person for statistics alone: never matched, never disclosed with a
 * hit, told only as the stratum of a tally that all parties agreed on (spec/tally.md section 8).
 */
#ifndef PLM_IDENT_FACTS_H
#define PLM_IDENT_FACTS_H

#include "base/bytes.h"

typedef enum plm_sex {
    PLM_SEX_UNKNOWN,
    PLM_SEX_FEMALE,
    PLM_SEX_MALE,
    PLM_SEX_OTHER,
    PLM_SEX_COUNT
} plm_sex;

/* Forms of exploitation: Trafficking Protocol art. 3(a), and what the statistics of UNODC add. */
typedef enum plm_exploitation {
    PLM_EXPLOITATION_UNKNOWN,
    PLM_EXPLOITATION_SEXUAL,
    PLM_EXPLOITATION_LABOUR,
    PLM_EXPLOITATION_SERVITUDE, /* slavery, servitude, and the like */
    PLM_EXPLOITATION_CRIMINALITY,
    PLM_EXPLOITATION_ORGANS,
    PLM_EXPLOITATION_OTHER,
    PLM_EXPLOITATION_COUNT
} plm_exploitation;

enum {
    PLM_FACT_YEAR_MIN = 1900,
    PLM_FACT_YEAR_MAX = 2200
};

typedef struct plm_facts {
    plm_sex sex;
    plm_exploitation exploitation;
    uint16_t year; /* in which the source came to know of the person; 0: not known */
} plm_facts;

typedef enum plm_fact {
    PLM_FACT_SEX,
    PLM_FACT_EXPLOITATION,
    PLM_FACT_YEAR,
    PLM_FACT_COUNT
} plm_fact;

/* "sex", "exploitation", "year". */
const char *plm_fact_name(plm_fact fact);
/* "unknown", "female", ...; "unknown", "sexual", ...; never NULL. */
const char *plm_sex_name(plm_sex sex);
const char *plm_exploitation_name(plm_exploitation form);

/* Sets one fact by its word, or its year of four digits. PLM_E_INVALID: there is no such one. */
plm_status plm_fact_set(plm_facts *facts, plm_fact fact, plm_span text) PLM_MUST_CHECK;

static inline bool plm_facts_any(const plm_facts *facts)
{
    return facts->sex != PLM_SEX_UNKNOWN || facts->exploitation != PLM_EXPLOITATION_UNKNOWN ||
           facts->year != 0;
}

#endif
