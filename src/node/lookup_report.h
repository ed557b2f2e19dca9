/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_report.h - the part of the ledger's report that is about lookups: how many, how often a
 * hit, how fast; by peer and purpose, and by month or hour if wanted. Nothing of who was asked
 * about is in a ledger.
 *
 * What we asked, and what we answered, stands in the ledger's entries of each connection and hour
 * (node/lookup_summary.h). Hits are known to who asked; of what we answered those are counted that
 * came back to us as notices.
 */
#ifndef PLM_NODE_LOOKUP_REPORT_H
#define PLM_NODE_LOOKUP_REPORT_H

#include "store/store.h"
#include "wire/message.h"

#include <jansson.h>

enum {
    PLM_PERIOD_TEXT = 24
};

/* What a group is of, beside one peer, purpose and side. */
typedef enum plm_period {
    PLM_PERIOD_ALL,
    PLM_PERIOD_MONTH,
    PLM_PERIOD_HOUR
} plm_period;

/* What happened with one peer, purpose and side. */
typedef struct plm_lookup_group {
    char peer[PLM_CODE_MAX];
    char purpose[PLM_CODE_MAX];
    bool is_asker;        /* we asked */
    int64_t period;       /* year * 12 + month - 1; hour since 1970; or 0 */
    int64_t hour;         /* since 1970; in a group of several hours the busiest */
    uint64_t n_hours;     /* in which anything was evaluated or refused */
    uint64_t connections; /* that were asked for */
    uint64_t turned_away; /* of these */
    uint64_t evaluated;   /* lookups: tokens, of which a person has one or more */
    uint64_t most;        /* evaluated in the busiest hour */
    uint64_t refused;     /* beyond the budget */
    uint64_t batches;
    uint64_t hits;
} plm_lookup_group;

typedef struct plm_lookup_groups {
    plm_lookup_group *items; /* by period, peer, purpose, side once they are finished; owned */
    size_t n;
    size_t capacity;
    struct plm_lookup_opened *opened; /* connections whose answer has not come by */
    size_t n_opened;
} plm_lookup_groups;

/*
 * Takes an entry of the ledger; *taken: it is about lookups, and about nothing else. PLM_E_NOMEM.
 * What is malformed is passed over: 'verify' tells of it.
 */
plm_status plm_lookup_groups_take(plm_lookup_groups *groups, const char *self,
                                  const plm_ledger_row *row, bool *taken) PLM_MUST_CHECK;
/* Adds the hits that came back, and puts what was taken into groups. */
plm_status plm_lookup_groups_finish(plm_lookup_groups *groups, plm_store *store, plm_period period,
                                    int64_t from_ms, int64_t to_ms) PLM_MUST_CHECK;
void plm_lookup_groups_wipe(plm_lookup_groups *groups);

/* "2026-11-26 02h" */
void plm_report_hour_text(char out[static PLM_PERIOD_TEXT], int64_t hour);
/* That, or "2026-11", or "". */
void plm_lookup_period_text(char out[static PLM_PERIOD_TEXT], const plm_lookup_group *group,
                            plm_period period);
/* True if one of the numbers that can point to a person is above 0 and below `small`. */
bool plm_lookup_group_is_small(const plm_lookup_group *group, int64_t small);
/* A new reference; NULL without memory. */
json_t *plm_lookup_groups_json(const plm_lookup_groups *groups, plm_period period, int64_t small);

#endif
