/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of fits and of existence, on random tables; existence against the linear programme of
 * Chan, Silverman and Vincent solved by GLPK, where that was found.
 */
#include "estimate/average.h"
#include "estimate/bca.h"
#include "estimate/random.h"
#include "estimate/search.h"
#include "mse.h"

#ifdef HAVE_GLPK
#    include <glpk.h>
#endif

static plm_random draws;

static void begin(uint64_t number)
{
    plm_random_init(&draws, 20, PLM_RANDOM_TEST, number);
}

/* Small counts, a share of them zero. */
static plm_table random_table(unsigned n_lists, double zeros, double mean)
{
    plm_table table;
    CHECK_STATUS(plm_table_init(&table, n_lists), PLM_OK);
    for (unsigned h = 1; h < plm_table_cells(&table); h++) {
        if (plm_random_uniform(&draws) >= zeros) {
            table.count[h] = 1 + (double)plm_random_poisson(&draws, mean);
        }
    }
    return table;
}

#ifdef HAVE_GLPK
/* Kept cells and finite terms, found anew from the definition. */
typedef struct design {
    unsigned n_cells, n_terms;
    unsigned cell[PLM_TABLE_CELLS_MAX], term[PLM_TABLE_CELLS_MAX];
} design;

static void make_design(design *d, const plm_table *table, const plm_model *model)
{
    memset(d, 0, sizeof *d);
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        bool is_kept = true;
        for (unsigned i = 0; i < model->n; i++) {
            unsigned term = model->term[i];
            is_kept = is_kept && ((h & term) != term || plm_table_on_all(table, term) > 0);
        }
        if (is_kept) {
            d->cell[d->n_cells++] = h;
        }
    }
    for (unsigned i = 0; i < model->n; i++) {
        if (plm_table_on_all(table, model->term[i]) > 0) {
            d->term[d->n_terms++] = model->term[i];
        }
    }
}

/* max s: A'x = A'N, x >= s >= 0; whether s is positive. */
static bool glpk_exists(const design *d, const plm_table *table)
{
    glp_prob *lp = glp_create_prob();
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    glp_set_obj_dir(lp, GLP_MAX);
    glp_add_cols(lp, (int)d->n_cells + 1);
    glp_add_rows(lp, (int)(d->n_terms + d->n_cells));
    for (int c = 1; c <= (int)d->n_cells + 1; c++) {
        glp_set_col_bnds(lp, c, GLP_LO, 0, 0);
    }
    glp_set_obj_coef(lp, (int)d->n_cells + 1, 1);
    for (unsigned t = 0; t < d->n_terms; t++) {
        int place[PLM_TABLE_CELLS_MAX + 1];
        double one[PLM_TABLE_CELLS_MAX + 1];
        double margin = 0;
        int n = 0;
        for (unsigned c = 0; c < d->n_cells; c++) {
            if ((d->cell[c] & d->term[t]) == d->term[t]) {
                place[++n] = (int)c + 1;
                one[n] = 1;
                margin += table->count[d->cell[c]];
            }
        }
        glp_set_mat_row(lp, (int)t + 1, n, place, one);
        glp_set_row_bnds(lp, (int)t + 1, GLP_FX, margin, margin);
    }
    for (unsigned c = 0; c < d->n_cells; c++) {
        const int place[3] = {0, (int)c + 1, (int)d->n_cells + 1};
        const double value[3] = {0, 1, -1};
        glp_set_mat_row(lp, (int)(d->n_terms + c) + 1, 2, place, value);
        glp_set_row_bnds(lp, (int)(d->n_terms + c) + 1, GLP_LO, 0, 0);
    }
    CHECK_EQ_INT(glp_simplex(lp, &how), 0);
    double s = glp_get_obj_val(lp);
    glp_delete_prob(lp);
    return s > 1e-9;
}

/* Full column rank by elimination without looking at counts. */
static bool has_full_rank(const design *d)
{
    static double a[PLM_TABLE_CELLS_MAX][PLM_TABLE_CELLS_MAX];
    unsigned rank = 0;
    for (unsigned c = 0; c < d->n_cells; c++) {
        for (unsigned t = 0; t < d->n_terms; t++) {
            a[c][t] = (d->cell[c] & d->term[t]) == d->term[t] ? 1 : 0;
        }
    }
    for (unsigned t = 0; t < d->n_terms; t++) {
        unsigned lead = rank;
        while (lead < d->n_cells && fabs(a[lead][t]) < 1e-9) {
            lead++;
        }
        if (lead == d->n_cells) {
            return false;
        }
        for (unsigned j = 0; j < d->n_terms; j++) {
            double swap = a[rank][j];
            a[rank][j] = a[lead][j];
            a[lead][j] = swap;
        }
        for (unsigned c = rank + 1; c < d->n_cells; c++) {
            double factor = a[c][t] / a[rank][t];
            for (unsigned j = 0; j < d->n_terms; j++) {
                a[c][j] -= factor * a[rank][j];
            }
        }
        rank++;
    }
    return true;
}

static void check_existence(const plm_table *table, size_t step, size_t seen[4])
{
    uint64_t *sets = NULL;
    size_t n = 0;
    plm_loglin *work = NULL;
    bool is_pairs = table->n_lists > PLM_MODEL_ALL_LISTS_MAX;
    CHECK_STATUS(plm_model_all(&sets, &n, table->n_lists, is_pairs), PLM_OK);
    CHECK_STATUS(plm_loglin_create(&work, table->n_lists), PLM_OK);
    for (size_t i = plm_random_u32(&draws) % step; i < n; i += step) {
        plm_model model;
        design d;
        plm_model_of_set(&model, table->n_lists, sets[i]);
        make_design(&d, table, &model);
        if (plm_table_total(table) <= 0) {
            continue;
        }
        unsigned want = (glpk_exists(&d, table) ? 0 : PLM_LOGLIN_NO_MAXIMUM) |
                        (has_full_rank(&d) ? 0 : PLM_LOGLIN_UNIDENTIFIED);
        unsigned got = plm_loglin_check(work, table->count, &model);
        seen[want]++;
        if (got != want) {
            char name[PLM_MODEL_NAME_BYTES];
            plm_model_name(&model, name);
            CHECK_EQ_INT(got, want);
            printf("# %s\n", name);
        }
    }
    plm_loglin_destroy(work);
    free(sets);
}

static void test_existence(void)
{
    size_t seen[4] = {0};
    begin(1);
    for (unsigned round = 0; round < 40; round++) {
        plm_table table = random_table(3, 0.4, 5);
        check_existence(&table, 1, seen);
        table = random_table(4, 0.2 + 0.5 * plm_random_uniform(&draws), 5);
        check_existence(&table, 3, seen);
        table = random_table(5, 0.2 + 0.6 * plm_random_uniform(&draws), 3);
        check_existence(&table, 131, seen);
        table = random_table(6, 0.3 + 0.5 * plm_random_uniform(&draws), 3);
        check_existence(&table, 2003, seen);
    }
    printf("# fine %zu, no estimate %zu, not identified %zu, both %zu\n", seen[0], seen[1], seen[2],
           seen[3]);
    CHECK(seen[0] > 200 && seen[1] > 50 && seen[2] > 4 && seen[3] > 20);
}
#else
static void test_existence(void)
{
    printf("# skipped: GLPK was not found\n");
}
#endif

/* At the maximum the fitted margins are the counted ones; AIC and BIC count what they should. */
static void test_score(void)
{
    size_t n_good = 0;
    begin(2);
    for (unsigned round = 0; round < 300; round++) {
        unsigned t = 3 + round % 4;
        plm_table table = random_table(t, 0.15, 30);
        uint64_t *sets = NULL;
        size_t n = 0;
        plm_loglin *work = NULL;
        plm_model model;
        plm_loglin_fit fit;
        CHECK_STATUS(plm_model_all(&sets, &n, t, t > 5), PLM_OK);
        CHECK_STATUS(plm_loglin_create(&work, t), PLM_OK);
        plm_model_of_set(&model, t, sets[plm_random_u32(&draws) % n]);
        plm_loglin_run(work, table.count, &model, NULL, &fit);
        CHECK(fit.trouble != PLM_LOGLIN_STALLED);
        for (unsigned i = 0; i < model.n && fit.trouble == 0; i++) {
            double margin = 0;
            for (unsigned h = 1; h < plm_table_cells(&table); h++) {
                bool is_above = (h & model.term[i]) == model.term[i];
                margin += is_above ? plm_loglin_means(work)[h] : 0;
            }
            double counted = plm_table_on_all(&table, model.term[i]);
            CHECK(fabs(margin - counted) < 1e-6 * (1 + counted));
        }
        n_good += fit.trouble == 0;
        if (fit.trouble == 0) {
            CHECK_NEAR(fit.bic - fit.aic, model.n * (log(plm_table_total(&table)) - 2), 1e-9);
        }
        plm_loglin_destroy(work);
        free(sets);
    }
    CHECK(n_good > 150);
}

/* An offset on a pair of a model that has the pair changes its parameter and nothing else. */
static void test_offset(void)
{
    plm_table table = mse_table("Kosovo");
    plm_loglin *work = NULL;
    plm_model model;
    plm_loglin_fit with;
    plm_loglin_fit without;
    double offset[PLM_TABLE_CELLS_MAX] = {0};
    plm_model_main(&model, 4);
    plm_model_add(&model, 3);
    for (unsigned h = 0; h < 16; h++) {
        offset[h] = (h & 3U) == 3 ? 0.7 : 0;
    }
    CHECK_STATUS(plm_loglin_create(&work, 4), PLM_OK);
    plm_loglin_run(work, table.count, &model, NULL, &without);
    plm_loglin_run(work, table.count, &model, offset, &with);
    CHECK_NEAR(with.estimate, without.estimate, 1e-9);
    CHECK_NEAR(with.deviance, without.deviance, 1e-9);
    plm_model_main(&model, 4);
    plm_loglin_run(work, table.count, &model, offset, &with);
    CHECK(mse_apart(with.estimate, without.estimate) > 1e-3);
    plm_loglin_destroy(work);
}

/* The posterior of graphs and totals by its formula, one lnGamma after the other. */
static double log_posterior(const plm_table *table, const plm_graph *graph, double total)
{
    unsigned t = table->n_lists;
    double n = plm_table_total(table);
    double delta = ldexp(1, -(int)t);
    double sum = lgamma(total + 1) - lgamma(total - n + 1) - log(total);
    int components = graph->n_cliques;
    for (unsigned part = 0; part < 2U * graph->n_cliques - 1; part++) {
        bool is_clique = part < graph->n_cliques;
        unsigned set = is_clique ? graph->clique[part] : graph->separator[part - graph->n_cliques];
        int size = __builtin_popcount(set);
        double share = ldexp(delta, (int)t - size);
        double l = -ldexp(lgamma(share), size);
        for (unsigned cell = 0; cell < 1U << t; cell++) {
            double in_cell = cell == 0 ? total - n : 0;
            for (unsigned h = 1; h < 1U << t; h++) {
                in_cell += (h & set) == cell ? table->count[h] : 0;
            }
            l += (cell & set) == cell ? lgamma(in_cell + share) : 0;
        }
        if (set != 0) {
            sum += is_clique ? l : -l;
            components -= !is_clique;
        }
    }
    return sum + components * (lgamma(ldexp(delta, (int)t)) - lgamma(total + ldexp(delta, (int)t)));
}

static void test_average(void)
{
    begin(3);
    for (unsigned round = 0; round < 6; round++) {
        plm_table table = random_table(3 + round % 2, 0.1, 6);
        double n = plm_table_total(&table);
        const plm_average_config config = {0, 1, 4 * n};
        const plm_work alone = {NULL, NULL, NULL};
        plm_average a;
        CHECK_STATUS(plm_average_run(&a, &table, &config, &alone), PLM_OK);
        CHECK_EQ_INT(a.n_points, 3 * n + 1);
        double sum = 0;
        double reference = log_posterior(&table, &a.graph[0], a.mode);
        double *mass = (double *)calloc(a.n_points, sizeof *mass);
        double *graph = (double *)calloc(a.n_graphs, sizeof *graph);
        for (size_t i = 0; i < a.n_points; i++) {
            for (size_t g = 0; g < a.n_graphs; g++) {
                double w = exp(log_posterior(&table, &a.graph[g], n + (double)i) - reference);
                mass[i] += w;
                graph[g] += w;
                sum += w;
            }
        }
        double apart = 0;
        for (size_t i = 0; i < a.n_points; i++) {
            apart += fabs(mass[i] / sum - a.mass[i]);
        }
        for (size_t g = 0; g < a.n_graphs; g++) {
            apart += fabs(graph[g] / sum - a.posterior[g]);
        }
        CHECK(apart < 1e-9);
        free(mass);
        free(graph);
        plm_average_wipe(&a);
    }
}

/* Millions of persons: a narrow posterior among far-apart totals is found, as one peak. */
static void test_large_average(void)
{
    static const double odds[4] = {0.11, 0.053, 0.087, 0.031};
    const plm_average_config usual = {0, 1, 0};
    const plm_work alone = {NULL, NULL, NULL};
    plm_table table;
    plm_average a;
    CHECK_STATUS(plm_table_init(&table, 4), PLM_OK);
    for (unsigned h = 1; h < 16; h++) {
        double mean = 15e6;
        for (unsigned i = 0; i < 4; i++) {
            mean *= (h >> i & 1U) != 0 ? odds[i] : 1;
        }
        table.count[h] = round(mean);
    }
    double truth = plm_table_total(&table) + 15e6;
    CHECK_STATUS(plm_average_run(&a, &table, &usual, &alone), PLM_OK);
    CHECK_NEAR(a.median, truth, 1e-3);
    CHECK(plm_average_quantile(&a, 0.025) < truth && truth < plm_average_quantile(&a, 0.975));
    CHECK(plm_average_quantile(&a, 0.975) < 1.02 * plm_average_quantile(&a, 0.025));
    CHECK_EQ_INT(a.n_modes, 1);
    plm_average_wipe(&a);
}

/* One thread, two or five: the same numbers to the last bit. */
static void test_threads(void)
{
    plm_table table = mse_table("UKdat_4");
    plm_bca one = {0};
    plm_average first = {0};
    const plm_average_config config = {0, 1, 0};
    for (unsigned n_threads = 1; n_threads <= 5; n_threads += n_threads == 1 ? 1 : 3) {
        plm_work work = {NULL, NULL, NULL};
        plm_bca bca;
        plm_average average;
        CHECK_STATUS(plm_pool_create(&work.pool, n_threads), PLM_OK);
        CHECK_STATUS(plm_bca_run(&bca, &table, &plm_estimator_stepwise, 300, 9, &work, NULL),
                     PLM_OK);
        CHECK_STATUS(plm_average_run(&average, &table, &config, &work), PLM_OK);
        if (n_threads == 1) {
            one = bca;
            first = average;
        } else {
            CHECK_EQ_MEM(bca.sorted, one.sorted, 300 * sizeof *one.sorted);
            CHECK_EQ_INT(average.n_points, first.n_points);
            CHECK_EQ_MEM(average.mass, first.mass, first.n_points * sizeof *first.mass);
            CHECK_EQ_MEM(average.posterior, first.posterior,
                         first.n_graphs * sizeof *first.posterior);
            plm_bca_wipe(&bca);
            plm_average_wipe(&average);
        }
        plm_pool_destroy(work.pool);
    }
    plm_bca_wipe(&one);
    plm_average_wipe(&first);
}

int main(void)
{
    TAP_RUN(test_existence);
    TAP_RUN(test_score);
    TAP_RUN(test_offset);
    TAP_RUN(test_average);
    TAP_RUN(test_large_average);
    TAP_RUN(test_threads);
    return tap_done();
}
