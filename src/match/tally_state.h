/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_state.h - what a party's machine holds, shared by the files of the tally.
 */
#ifndef PLM_MATCH_TALLY_STATE_H
#define PLM_MATCH_TALLY_STATE_H

#include "match/tally.h"
#include "match/tally_count.h"
#include "match/tally_join.h"
#include "match/tally_list.h"

struct plm_tally {
    unsigned k;
    unsigned me;
    unsigned counter;
    unsigned n_strata;
    uint8_t context[PLM_MATCH_CONTEXT_MAX];
    size_t context_bytes;
    uint8_t scalar[PLM_SCALAR_BYTES]; /* SECRET */
    plm_tally_own own;
    size_t own_tokens;
    plm_tally_list lists[PLM_TALLY_PARTIES_MAX];  /* by owner, at this party's hop */
    plm_tally_list finals[PLM_TALLY_PARTIES_MAX]; /* counting party: from the others */
    plm_map seen; /* points of lists that are not final: no two stages share one */
    bool dummies_known[PLM_TALLY_PARTIES_MAX]; /* counting party: told; another: own ones told */
    plm_tally_count count;
    bool is_counting;
    plm_draw draw; /* SECRET */
    plm_buf message;
    plm_pool *pool;
    bool dead;
};

/* Does this party count? */
static inline bool plm_tally_counts(const plm_tally *t)
{
    return t->me == t->counter;
}

/* The party that has list `owner` before everybody has had it. */
static inline unsigned plm_tally_last_of(const plm_tally *t, unsigned owner)
{
    return (owner + t->k - 1) % t->k;
}

/* A list that the counting party keeps, since nobody comes after it. */
static inline bool plm_tally_keeps(const plm_tally *t, unsigned owner)
{
    return plm_tally_counts(t) && plm_tally_last_of(t, owner) == t->me;
}

#endif
