/* SPDX-License-Identifier: Apache-2.0 */
/*
 * odds.h - the assumption that identifies the estimate, made visible (spec/estimate.md,
 * section 11; Gerritse, van der Heijden, Bakker, Journal of Official Statistics 2015).
 *
 * No table can tell the odds ratio of all lists together, since one of its cells is the dark one;
 * every log-linear model takes it as 1. If it is r, the dark cell is the model's times r or 1/r.
 * And a pair of lists that a model leaves out has the odds ratio 1: with r given instead, the model
 * is refitted with log r as an offset on the cells of both.
 */
#ifndef PLM_ESTIMATE_ODDS_H
#define PLM_ESTIMATE_ODDS_H

#include "estimate/stepwise.h"

enum {
    PLM_ODDS_POINTS = 13 /* from 1/8 to 8, two for each doubling */
};

typedef struct plm_odds_pair {
    uint8_t pair;                     /* bit mask; 0: all pairs at once */
    double estimate[PLM_ODDS_POINTS]; /* NAN where there is none */
} plm_odds_pair;

typedef struct plm_odds {
    double ratio[PLM_ODDS_POINTS];
    double highest[PLM_ODDS_POINTS]; /* estimates of the model by the dark cell's odds ratio */
    size_t n_pairs;
    plm_odds_pair pair[PLM_STEPWISE_PAIRS_MAX + 1]; /* the last: all pairs, over main effects */
} plm_odds;

/* model: without trouble on this table; pairs of it are replaced by the given odds ratio. */
void plm_odds_run(plm_odds *out, plm_loglin *work, const plm_table *table, const plm_model *model);

#endif
