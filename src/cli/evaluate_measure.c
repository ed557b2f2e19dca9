/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate_measure.c - what a trial found against who is one person in truth.
 */
#include "cli/evaluate.h"

#include <stdlib.h>
#include <string.h>

bool plm_evaluation_is_right(const plm_evaluation *e, const plm_pair *pair)
{
    const int64_t person = e->persons[1][pair->record];
    return person != PLM_EVALUATE_NOBODY && person == e->persons[0][pair->peer];
}

static double ratio(size_t a, size_t b, double otherwise)
{
    return b == 0 ? otherwise : (double)a / (double)b;
}

static void count_patterns(plm_evaluated *out, const uint32_t mask[2], bool right)
{
    const int n = __builtin_popcount(mask[0]) + __builtin_popcount(mask[1]);
    for (size_t p = 0; p < plm_pattern_count(); p++) {
        if ((mask[p / 32] >> p % 32 & 1U) != 0) {
            out->patterns[p].n_right += right;
            out->patterns[p].n_only += right && n == 1;
            out->patterns[p].n_wrong += !right;
        }
    }
}

static void count_pairs(plm_evaluated *out, const plm_evaluation *e, const plm_trial *trial)
{
    const plm_pair *pairs = plm_resolution_pairs(trial->resolution, &out->n_candidates);
    for (size_t i = 0; i < out->n_candidates; i++) {
        const bool right = plm_evaluation_is_right(e, &pairs[i]);
        out->n_right_candidates += right;
        out->n_grades[pairs[i].grade]++;
        out->n_right_grades[pairs[i].grade] += right;
        count_patterns(out, &trial->patterns[2 * i], right);
    }
    for (int g = PLM_GRADE_POSSIBLE; g <= PLM_GRADE_STRONG; g++) {
        out->n_hits += out->n_grades[g];
        out->n_right_hits += out->n_right_grades[g];
    }
    out->precision = ratio(out->n_right_hits, out->n_hits, 1);
    out->recall = ratio(out->n_right_hits, e->n_pairs, 1);
    out->f1 = ratio(2 * out->n_right_hits, out->n_hits + e->n_pairs, 1);
}

static int by_score(const void *a, const void *b)
{
    const plm_pair *x = (const plm_pair *)a;
    const plm_pair *y = (const plm_pair *)b;
    return (y->score > x->score) - (y->score < x->score);
}

/* All cuts from the best score down, thinned out evenly to the points there is room for. */
static plm_status make_curve(plm_evaluated *out, const plm_evaluation *e, const plm_trial *trial)
{
    const plm_pair *pairs = plm_resolution_pairs(trial->resolution, &out->n_candidates);
    const size_t n = out->n_candidates;
    plm_pair *sorted = (plm_pair *)malloc((n + 1) * sizeof *sorted);
    bool *taken = (bool *)calloc(e->lists[0].n + e->lists[1].n + 1, sizeof *taken);
    size_t n_right = 0;
    size_t n_taken = 0;
    const size_t step = n / PLM_CURVE_POINTS_MAX + 1;
    if (sorted == NULL || taken == NULL) {
        free(sorted);
        free(taken);
        return PLM_E_NOMEM;
    }
    if (n > 0) {
        memcpy(sorted, pairs, n * sizeof *sorted);
        qsort(sorted, n, sizeof *sorted, by_score);
    }
    for (size_t i = 0; i < n; i++) {
        bool *of_peer = &taken[sorted[i].peer];
        bool *of_record = &taken[e->lists[0].n + sorted[i].record];
        if (!*of_peer && !*of_record) {
            *of_peer = *of_record = true;
            n_taken++;
            n_right += plm_evaluation_is_right(e, &sorted[i]);
        }
        if (i % step == step - 1 || i == n - 1) {
            out->curve[out->n_points++] = (plm_curve_point){
                sorted[i].score, ratio(n_right, n_taken, 1), ratio(n_right, e->n_pairs, 1)};
        }
    }
    free(sorted);
    free(taken);
    return PLM_OK;
}

plm_status plm_evaluated_make(plm_evaluated *out, const plm_evaluation *e, const plm_trial *trial)
{
    memset(out, 0, sizeof *out);
    out->threshold = plm_bits_value(trial->threshold);
    for (int side = 0; side < 2; side++) {
        const plm_token_report *report = &trial->reports[side];
        out->tokens_per_record[side] =
            ratio(report->n_per_rule[PLM_RULE_PERSON], report->n_records, 0);
        out->n_cut[side] = report->n_cut;
        out->n_common_tokens[side] = report->n_common;
    }
    for (size_t p = 0; p < plm_pattern_count(); p++) {
        out->patterns[p].tokens_per_record =
            ratio(trial->reports[0].n_per_pattern[p] + trial->reports[1].n_per_pattern[p],
                  trial->reports[0].n_records + trial->reports[1].n_records, 0);
    }
    count_pairs(out, e, trial);
    return make_curve(out, e, trial);
}
