/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/odds.h"

#include "estimate/number.h"

#include <string.h>

/* The model without the pair and all that contains it. */
static void without_pair(const plm_model *model, unsigned pair, plm_model *out)
{
    plm_model_main(out, model->n_lists);
    for (unsigned i = 0; i < model->n; i++) {
        if ((model->term[i] & pair) != pair) {
            plm_model_add(out, model->term[i]);
        }
    }
}

/* Log-means offset: log_ratio for each pair of `pairs` that a history holds. */
static double refit(plm_loglin *work, const plm_table *table, const plm_model *model,
                    const uint8_t *pairs, size_t n_pairs, double log_ratio)
{
    double offset[PLM_TABLE_CELLS_MAX] = {0};
    plm_loglin_fit fit;
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        for (size_t i = 0; i < n_pairs; i++) {
            offset[h] += (h & pairs[i]) == pairs[i] ? log_ratio : 0;
        }
    }
    plm_loglin_run(work, table->count, model, offset, &fit);
    return fit.trouble == 0 ? fit.estimate : PLM_NAN;
}

void plm_odds_run(plm_odds *out, plm_loglin *work, const plm_table *table, const plm_model *model)
{
    double n = plm_table_total(table);
    plm_loglin_fit fit;
    uint8_t all[PLM_STEPWISE_PAIRS_MAX];
    memset(out, 0, sizeof *out);
    plm_loglin_run(work, table->count, model, NULL, &fit);
    const int middle = PLM_ODDS_POINTS / 2;
    for (int i = 0; i < PLM_ODDS_POINTS; i++) {
        out->ratio[i] = exp2(0.5 * (i - middle));
        out->highest[i] = n + out->ratio[i] * (fit.estimate - n);
    }
    for (unsigned a = 0; a < table->n_lists; a++) {
        for (unsigned b = a + 1; b < table->n_lists; b++) {
            plm_model rest;
            plm_odds_pair *pair = &out->pair[out->n_pairs];
            pair->pair = (uint8_t)(1U << a | 1U << b);
            all[out->n_pairs++] = pair->pair;
            without_pair(model, pair->pair, &rest);
            for (unsigned i = 0; i < PLM_ODDS_POINTS; i++) {
                pair->estimate[i] = refit(work, table, &rest, &pair->pair, 1, log(out->ratio[i]));
            }
        }
    }
    plm_model main;
    plm_model_main(&main, table->n_lists);
    plm_odds_pair *together = &out->pair[out->n_pairs];
    for (unsigned i = 0; i < PLM_ODDS_POINTS; i++) {
        together->estimate[i] = refit(work, table, &main, all, out->n_pairs, log(out->ratio[i]));
    }
    out->n_pairs++;
}
