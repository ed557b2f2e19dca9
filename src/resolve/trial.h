/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial.h - a run in the clear, on two lists that one party has: the same tokens, candidates,
 * second look and resolution as between two nodes, with a plain join where the engine would be.
 *
 * For choosing rules and tables before they are signed (palermo evaluate), and for tests.
 */
#ifndef PLM_RESOLVE_TRIAL_H
#define PLM_RESOLVE_TRIAL_H

#include "ident/recipe.h"
#include "resolve/resolution.h"

typedef struct plm_trial_config {
    const plm_frequency *table; /* borrowed */
    uint64_t n_expected;        /* persons in common that the accord expects */
    plm_bits c;
    bool has_second_look;
    /* Now and then, with the share done of 0 to 1; a status other than PLM_OK ends the trial and is
     * returned. May be NULL. */
    plm_status (*progress)(void *context, double done);
    void *context;
} plm_trial_config;

typedef struct plm_trial {
    plm_resolution *resolution; /* records: of B, the receiver; peers: of A, the sender */
    plm_bits threshold;
    plm_token_report reports[2]; /* of A and of B */
    uint32_t *patterns; /* bit p mod 32 of patterns[p / 32 + 2 * i]: pattern p agreed in pair i */
} plm_trial;

/*
 * a, b: the records, n_a and n_b of them, at most 2^32 - 2. PLM_E_NOMEM, PLM_E_LIMIT, what progress
 * returned; then *out is empty. To be wiped in any case.
 */
plm_status plm_trial_run(plm_trial *out, const plm_trial_config *config, const plm_record *a,
                         size_t n_a, const plm_record *b, size_t n_b) PLM_MUST_CHECK;
void plm_trial_wipe(plm_trial *trial);

#endif
