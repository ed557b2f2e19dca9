/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate.h - what palermo evaluate works on, and what it finds out.
 */
#ifndef PLM_CLI_EVALUATE_H
#define PLM_CLI_EVALUATE_H

#include "cli/records.h"
#include "cli/say.h"
#include "resolve/trial.h"

/* Two lists, and who of them is one person. */
typedef struct plm_evaluation {
    plm_records lists[2];
    /* Of each record the number of its person; UINT32_MAX for one that the other list lacks. */
    uint32_t *persons[2];
    size_t n_pairs; /* persons in both lists */
    plm_frequency *table;
    uint64_t n_expected;
    plm_meter meter;
    char phase[64];
    const volatile sig_atomic_t *cancel;
} plm_evaluation;

/*
 * truth: CSV whose first two columns are an id in A and one in B, with a header; NULL: one id is one
 * person. n_expected 0: half of the shorter list. What is wrong is said on standard error. To be
 * closed in any case.
 */
plm_status plm_evaluation_open(plm_evaluation *e, const char *command, const char *const files[2],
                               const char *mapping, const char *mapping_b, const char *truth,
                               const char *table, int64_t n_expected) PLM_MUST_CHECK;
void plm_evaluation_close(plm_evaluation *e);

typedef struct plm_evaluated {
    double threshold;
    double tokens[2];
    double candidates_per_pair;
    double candidate_recall;
    double precision, recall, f1;
    double best_f1;
} plm_evaluated;

plm_status plm_evaluated_make(plm_evaluated *out, const plm_evaluation *e,
                              const plm_trial *trial) PLM_MUST_CHECK;

#endif
