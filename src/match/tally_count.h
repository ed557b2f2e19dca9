/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_count.h - the counting party's last step: final lists in, table out.
 */
#ifndef PLM_MATCH_TALLY_COUNT_H
#define PLM_MATCH_TALLY_COUNT_H

#include "match/tally_join.h"
#include "match/tally_list.h"

typedef struct plm_tally_count {
    unsigned n_parties;
    unsigned n_strata;
    const plm_tally_list *lists[PLM_TALLY_PARTIES_MAX]; /* final; borrowed */
    uint32_t n_dummies[PLM_TALLY_PARTIES_MAX];
    plm_map map;
    uint32_t *parent; /* of each record, all lists one after another */
    uint32_t starts[PLM_TALLY_PARTIES_MAX + 1];
    unsigned list; /* the record that is joined next */
    uint32_t record;
    uint32_t n_joined;
    uint64_t *cells; /* NULL until all is joined */
} plm_tally_count;

/* parties, strata, lists and dummies are set, the rest is zero. PLM_E_NOMEM. */
plm_status plm_tally_count_init(plm_tally_count *count) PLM_MUST_CHECK;
void plm_tally_count_wipe(plm_tally_count *count);
/*
 * Joins a piece of the records, or makes the table. seen: the points that no final list may have.
 * PLM_E_PROTOCOL: a point twice in a list, one of `seen`, or more dummies than can be. PLM_E_NOMEM.
 */
plm_status plm_tally_count_step(plm_tally_count *count, const plm_map *seen) PLM_MUST_CHECK;

#endif
