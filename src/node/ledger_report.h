/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_report.h - who asked what, how often, for which purpose and with which outcome, for an
 * oversight body; no name of a person, no reference of a case.
 */
#ifndef PLM_NODE_LEDGER_REPORT_H
#define PLM_NODE_LEDGER_REPORT_H

#include "node/lookup_report.h"
#include "store/store.h"
#include "wire/message.h"

#include <jansson.h>

enum {
    PLM_REPORT_NAME_MAX = PLM_CODE_MAX + PLM_CODE_MAX + 16,
    PLM_REPORT_SMALL = 5 /* numbers below it can point to a person */
};

typedef enum plm_report_outcome {
    PLM_REPORT_PROPOSED,
    PLM_REPORT_DONE,
    PLM_REPORT_REFUSED,
    PLM_REPORT_BROKEN,
    PLM_REPORT_OUTCOMES
} plm_report_outcome;

typedef enum plm_report_by {
    PLM_REPORT_BY_PARTY,
    PLM_REPORT_BY_PURPOSE,
    PLM_REPORT_BY_MONTH,
    PLM_REPORT_BY_HOUR
} plm_report_by;

/* "party", "purpose", "month", "hour", NULL. */
extern const char *const plm_report_by_names[];

typedef struct plm_report_group {
    char name[PLM_REPORT_NAME_MAX];
    bool is_asker; /* we asked */
    uint64_t n[PLM_REPORT_OUTCOMES];
    uint64_t tokens; /* of the asker, padded, in all proposals */
} plm_report_group;

struct plm_report_run; /* whose end has not come by */

typedef struct plm_ledger_report {
    const char *self; /* party code */
    plm_report_by by;
    int64_t from_ms;
    int64_t to_ms; /* first millisecond that is out */
    /* out: */
    plm_report_group *groups; /* by name, then by side; owned */
    size_t n_groups;
    struct plm_report_run *runs;
    size_t n_runs;
    plm_lookup_groups lookups;
    uint64_t n_entries;
    uint64_t n_strange; /* refusals of what was no proposal to us */
    uint64_t n_searches;
    uint64_t n_findings;
    uint64_t n_deleted;
} plm_ledger_report;

/* Walks the ledger; self to to_ms are set by the caller. To be wiped in any case. */
plm_status plm_ledger_report_make(plm_ledger_report *report, plm_store *store) PLM_MUST_CHECK;
void plm_ledger_report_wipe(plm_ledger_report *report);
/* True if one of the group's numbers is above 0 and below `small`. */
bool plm_report_is_small(const plm_report_group *group, int64_t small);
/* How lookups are grouped, beside party and purpose. */
plm_period plm_report_period(const plm_ledger_report *report);
/* New reference; NULL without memory. */
json_t *plm_ledger_report_json(const plm_ledger_report *report, int64_t small);

#endif
