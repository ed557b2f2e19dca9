/* SPDX-License-Identifier: Apache-2.0 */
/*
 * score.h - how well a match of two synthetic registers did, against truth.csv (synth.h).
 *
 * A side reports the ids of its own records that it learned to be in common. One of them is right
 * if a pair of the truth holds it that is not excluded; an excluded one is wrong, whoever it is.
 */
#ifndef PLM_SYNTH_SCORE_H
#define PLM_SYNTH_SCORE_H

#include "base/diag.h"

typedef struct plm_synth_score {
    uint64_t n_pairs;    /* pairs of the truth that may be found: not excluded */
    uint64_t n_findable; /* of them, those that one of the rules finds */
    uint64_t n_reported; /* distinct ids */
    uint64_t n_true;     /* of them, right */
    uint64_t n_true_findable;
    uint64_t n_false;
    uint64_t n_protected;   /* of the false ones, those of excluded pairs: must be 0 */
    double precision;       /* n_true / n_reported; 1 if nothing was reported */
    double recall;          /* n_true / n_pairs; 1 if there was nothing to find */
    double recall_findable; /* n_true_findable / n_findable; likewise */
} plm_synth_score;

/*
 * truth: the bytes of truth.csv. is_b: the ids are of register B. rules: names of the rules that
 * were run, for `findable`; NULL: all. Bad lines of the truth are reported to sink under `file`.
 * PLM_E_SYNTAX (not a truth.csv; nothing is scored), PLM_E_NOMEM.
 */
plm_status plm_synth_score_make(plm_synth_score *out, plm_span truth, bool is_b,
                                const char *const *ids, size_t n_ids, const char *const *rules,
                                size_t n_rules, const plm_diag_sink *sink,
                                const char *file) PLM_MUST_CHECK;

#endif
