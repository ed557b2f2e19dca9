/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding.h - what a careful statistician would say about a table and its estimates.
 */
#ifndef PLM_ESTIMATE_FINDING_H
#define PLM_ESTIMATE_FINDING_H

#include "estimate/table.h"

typedef enum plm_finding_level {
    PLM_FINDING_NOTE,    /* worth knowing */
    PLM_FINDING_WARNING, /* the numbers may mislead */
    PLM_FINDING_REFUSAL  /* no estimate is given */
} plm_finding_level;

enum {
    PLM_FINDINGS_MAX = 96,
    PLM_FINDING_BYTES = 400
};

typedef struct plm_finding {
    plm_finding_level level;
    const char *code; /* for programs: "list-empty"; static */
    char text[PLM_FINDING_BYTES];
} plm_finding;

typedef struct plm_findings {
    size_t n;
    plm_finding item[PLM_FINDINGS_MAX]; /* those beyond the room are dropped, notes first told */
} plm_findings;

void plm_findings_add(plm_findings *findings, plm_finding_level level, const char *code,
                      const char *format, ...) PLM_PRINTF(4, 5);
bool plm_findings_have(const plm_findings *findings, plm_finding_level level);
/* "note", "warning", "refusal". */
const char *plm_finding_level_name(plm_finding_level level);

/*
 * What theory asks of the lists: at least three of them, none empty or under 10 persons, each
 * overlapping another, none that holds nearly everybody, and some overlap at all. Two lists, an
 * empty list and no overlap are refusals.
 */
void plm_table_judge(const plm_table *table, plm_findings *findings);

#endif
