/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare.h - a receiver's last step, whatever the engine: its own values beside the sender's,
 * which come ascending; found is what stands in both lists.
 */
#ifndef PLM_MATCH_COMPARE_H
#define PLM_MATCH_COMPARE_H

#include "base/bytes.h"
#include "match/sorter.h"

/* An output of the pseudorandom function, cut to kappa bits; ordered as bytes. */
typedef struct plm_value {
    uint8_t b[PLM_VALUE_BYTES];
} plm_value;

/* A value of our own and the token it belongs to. */
typedef struct plm_own_value {
    plm_value value;
    uint32_t token;
} plm_own_value;

typedef struct plm_compare {
    plm_own_value *own; /* n_own of them */
    size_t n_own;
    plm_value *theirs; /* n_peer of them at the end */
    size_t n_theirs;
    size_t n_peer;
    bool is_begun;
    bool is_done;
    plm_sorter sorter;
    size_t at_own; /* all before is compared */
    size_t at_theirs;
    uint8_t *is_hit; /* by token */
    uint32_t *hits;
    size_t n_hits;
} plm_compare;

/* For n_own tokens of ours, n_peer values of theirs. PLM_E_NOMEM (then it holds nothing). */
plm_status plm_compare_init(plm_compare *c, size_t n_own, size_t n_peer) PLM_MUST_CHECK;
/* Wipes and frees; a zeroed structure holds nothing. */
void plm_compare_wipe(plm_compare *c);

/* Our value of token number `token`; each token once. Different tokens from several threads. */
void plm_compare_set(plm_compare *c, size_t token, const uint8_t value[static PLM_VALUE_BYTES]);
/*
 * The next values of theirs. PLM_E_PROTOCOL if they are too many or do not ascend, the last one
 * before included: their order could say something otherwise.
 */
plm_status plm_compare_take(plm_compare *c, plm_span values) PLM_MUST_CHECK;

/*
 * Does a bounded piece of the comparison, once all values of both sides are there; c->is_done says
 * when hits and n_hits hold the ascending numbers of our tokens that both have. PLM_E_NOMEM.
 */
plm_status plm_compare_step(plm_compare *c) PLM_MUST_CHECK;

#endif
