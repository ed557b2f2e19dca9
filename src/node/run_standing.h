/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_standing.h - a run that is one of a series (spec/standing.md): what of our side is entered,
 * and what of the hits is news.
 *
 *     asker                                    holder
 *     plm_run_standing_begin                   plm_run_standing_join         before the policy
 *     plm_run_standing_propose
 *                  plm_run_standing_link_key                                 for labels
 *                  plm_run_standing_complete                                 in the transaction
 *                  plm_run_standing_is_news, plm_run_standing_tell           that ends the run
 */
#ifndef PLM_NODE_RUN_STANDING_H
#define PLM_NODE_RUN_STANDING_H

#include "node/run.h"
#include "node/run_pairs.h"
#include "node/standing_marks.h"
#include "store/standing.h"

typedef struct plm_run_standing {
    plm_standing_row row;
    bool is_stored; /* the row stands in the store */
    plm_standing_kind kind;
    plm_standing_marks marks; /* the asker's */
    uint64_t n_all;           /* tokens of the asker's before it left out what is old */
} plm_run_standing;

/* NULL is allowed. Wipes and frees. */
void plm_run_standing_destroy(plm_run_standing *s);

/*
 * The id of a series: of the asker's runs with the holder under one accord and purpose because of
 * one case, as others see it. First half of H("palermo standing"), over all of them.
 */
void plm_standing_id(uint8_t out[static PLM_STANDING_ID_BYTES], const char *asker,
                     const char *holder, const uint8_t accord_hash[static PLM_HASH_BYTES],
                     const char *purpose, const char *case_opaque);

/*
 * The asker: whether everything is due or what changed, and then only that stays selected.
 * PLM_E_STORE, PLM_E_NOMEM.
 */
plm_status plm_run_standing_begin(plm_run_side *side, const plm_ask *ask,
                                  const plm_purpose *purpose) PLM_MUST_CHECK;
/* The proposal's members about the series; its number of tokens. */
uint64_t plm_run_standing_propose(plm_run_side *side, const plm_purpose *purpose);
/* What our own policy can say before the holder is asked. */
void plm_run_standing_own_usage(const plm_run_standing *s, int64_t now_ms, plm_usage *usage);

/*
 * The holder, in the transaction that reserves the budget: what of the series it knows goes into
 * *usage. PLM_E_STORE, PLM_E_NOMEM.
 */
plm_status plm_run_standing_join(plm_run_side *side, int64_t now_ms,
                                 plm_usage *usage) PLM_MUST_CHECK;

/* key: SECRET; the same in all runs of a series, so that its receiver knows a pair again. */
void plm_run_standing_link_key(const plm_run_standing *s, uint8_t key[static PLM_LINK_KEY_BYTES]);

/* First in the transaction that ends the run: what was entered, and when the next one is due. */
plm_status plm_run_standing_complete(plm_run_side *side) PLM_MUST_CHECK;
/* Whether anything of the pair agreed that was not told in this series. */
plm_status plm_run_standing_is_news(plm_run_side *side, const plm_run_pair *pair,
                                    bool *yes) PLM_MUST_CHECK;
/* The pair is told as that hit of this run. */
plm_status plm_run_standing_tell(plm_run_side *side, const plm_run_pair *pair,
                                 uint32_t number) PLM_MUST_CHECK;

#endif
