/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_terms.h - what a purpose says of runs that are repeated on a schedule (spec/accord.md
 * section 3.2): member "standing".
 */
#ifndef PLM_ACCORD_STANDING_TERMS_H
#define PLM_ACCORD_STANDING_TERMS_H

#include "base/date.h"

enum {
    PLM_STANDING_MINUTES_MAX = 525600, /* a year */
    PLM_STANDING_WHOLE_DAYS_MAX = 366
};

/* Who of a case may start a standing run because of it. */
typedef enum plm_standing_starter {
    PLM_STANDING_OFFICER, /* its officer or its supervisor */
    PLM_STANDING_SUPERVISOR
} plm_standing_starter;

/* "officer", "supervisor", NULL: the words of an accord, in that order. */
extern const char *const plm_standing_starters[];

typedef struct plm_standing_terms {
    uint32_t shortest_minutes; /* between two runs of a series */
    uint32_t whole_days;       /* between two with everything; 0: every one may have everything */
    plm_date last_day;         /* on which one may be made */
    plm_standing_starter started_by;
} plm_standing_terms;

#endif
