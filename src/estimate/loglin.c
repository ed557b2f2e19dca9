/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/loglin.h"

#include "estimate/exist.h"
#include "estimate/number.h"
#include "estimate/zeta.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS_MAX = 200,
    HALVINGS_MAX = 40
};

/*
 * What is kept after the terms at minus infinity are gone. With mu zero outside the kept cells,
 * A'x is the sum over supersets of x at the terms, A alpha the sum over subsets of alpha, and the
 * Hessian A' diag(mu) A at (theta, phi) is the superset sum of mu at the union of both.
 */
struct plm_loglin {
    unsigned n_lists;
    unsigned n_cells;
    unsigned n_kept;  /* cells */
    unsigned n_terms; /* finite */
    unsigned n_infinite;
    uint8_t kept[PLM_TABLE_CELLS_MAX];
    uint8_t term[PLM_TABLE_CELLS_MAX];
    double count[PLM_TABLE_CELLS_MAX];  /* by history; 0 outside the kept cells */
    double offset[PLM_TABLE_CELLS_MAX]; /* by history */
    double margin[PLM_TABLE_CELLS_MAX]; /* superset sums of count */
    double alpha[PLM_TABLE_CELLS_MAX];  /* by term as a mask */
    double mean[PLM_TABLE_CELLS_MAX];   /* by history */
    double weight[PLM_TABLE_CELLS_MAX]; /* superset sums of mean */
    double step[PLM_TABLE_CELLS_MAX];   /* by place in term[] */
    double likelihood;                  /* sum of count * log mean - mean */
    plm_exist *exist;
    double *factor; /* n_cells * n_cells: the Cholesky factor of the Hessian, lower */
};

plm_status plm_loglin_create(plm_loglin **out, unsigned n_lists)
{
    if (n_lists < PLM_TABLE_LISTS_MIN || n_lists > PLM_TABLE_LISTS_MAX) {
        return PLM_E_ARGUMENT;
    }
    size_t n = (size_t)1 << n_lists;
    plm_loglin *work = (plm_loglin *)calloc(1, sizeof *work);
    if (work == NULL) {
        return PLM_E_NOMEM;
    }
    work->n_lists = n_lists;
    work->n_cells = (unsigned)n;
    work->factor = (double *)calloc(n * n, sizeof *work->factor);
    if (work->factor == NULL || plm_exist_create(&work->exist, n_lists) != PLM_OK) {
        plm_loglin_destroy(work);
        return PLM_E_NOMEM;
    }
    *out = work;
    return PLM_OK;
}

void plm_loglin_destroy(plm_loglin *work)
{
    if (work != NULL) {
        plm_exist_destroy(work->exist);
        free(work->factor);
        free(work);
    }
}

const double *plm_loglin_means(const plm_loglin *work)
{
    return work->mean;
}

/* Drops terms at minus infinity and the cells above them. first: 1, or 0 with a counted dark cell.
 */
static void keep(plm_loglin *work, const double *count, const plm_model *model, unsigned first)
{
    unsigned n_cells = work->n_cells;
    memcpy(work->margin, count, n_cells * sizeof *work->margin);
    work->margin[0] = first == 0 ? count[0] : 0;
    plm_zeta_supersets(work->margin, work->n_lists);
    work->n_terms = 0;
    work->n_infinite = 0;
    uint8_t dropped[PLM_TABLE_CELLS_MAX];
    for (unsigned i = 0; i < model->n; i++) {
        uint8_t term = model->term[i];
        if (work->margin[term] > 0) {
            work->term[work->n_terms++] = term;
        } else {
            dropped[work->n_infinite++] = term;
        }
    }
    work->n_kept = 0;
    for (unsigned h = 0; h < n_cells; h++) {
        bool is_kept = h >= first;
        for (unsigned i = 0; i < work->n_infinite && is_kept; i++) {
            is_kept = (h & dropped[i]) != dropped[i];
        }
        work->count[h] = is_kept ? count[h] : 0;
        work->mean[h] = 0;
        if (is_kept) {
            work->kept[work->n_kept++] = (uint8_t)h;
        }
    }
}

/* Cholesky's factor of the Hessian for work->weight. False where it is not positive definite. */
static bool factorise(plm_loglin *work)
{
    unsigned n = work->n_terms;
    for (unsigned i = 0; i < n; i++) {
        double *row = work->factor + (size_t)i * n;
        for (unsigned j = 0; j <= i; j++) {
            const double *other = work->factor + (size_t)j * n;
            double sum = work->weight[work->term[i] | work->term[j]];
            double whole = sum;
            for (unsigned k = 0; k < j; k++) {
                sum -= row[k] * other[k];
            }
            if (j < i) {
                row[j] = sum / other[j];
            } else if (sum > 1e-14 * whole) {
                row[i] = sqrt(sum);
            } else {
                return false;
            }
        }
    }
    return true;
}

/* Solves Hessian * x = x in place. */
static void solve(const plm_loglin *work, double *x)
{
    unsigned n = work->n_terms;
    for (unsigned i = 0; i < n; i++) {
        const double *row = work->factor + (size_t)i * n;
        for (unsigned k = 0; k < i; k++) {
            x[i] -= row[k] * x[k];
        }
        x[i] /= row[i];
    }
    for (unsigned i = n; i-- > 0;) {
        x[i] /= work->factor[(size_t)i * n + i];
        for (unsigned k = 0; k < i; k++) {
            x[k] -= work->factor[(size_t)i * n + k] * x[i];
        }
    }
}

/* Means and likelihood of work->alpha. */
static void evaluate(plm_loglin *work)
{
    double eta[PLM_TABLE_CELLS_MAX];
    memset(eta, 0, work->n_cells * sizeof *eta);
    for (unsigned i = 0; i < work->n_terms; i++) {
        eta[work->term[i]] = work->alpha[work->term[i]];
    }
    plm_zeta_subsets(eta, work->n_lists);
    double likelihood = 0;
    for (unsigned i = 0; i < work->n_kept; i++) {
        unsigned h = work->kept[i];
        double log_mean = eta[h] + work->offset[h];
        double mean = exp(log_mean);
        work->mean[h] = mean;
        likelihood += work->count[h] * log_mean - mean;
    }
    work->likelihood = likelihood;
}

/* Superset sums of the means; gives whether the Hessian could be factorised. */
static bool weigh(plm_loglin *work)
{
    memcpy(work->weight, work->mean, work->n_cells * sizeof *work->weight);
    plm_zeta_supersets(work->weight, work->n_lists);
    return factorise(work);
}

/* First values: one step of weighted least squares from mu = N + 0.1. */
static bool begin(plm_loglin *work)
{
    double right[PLM_TABLE_CELLS_MAX];
    memset(right, 0, work->n_cells * sizeof *right);
    for (unsigned i = 0; i < work->n_kept; i++) {
        unsigned h = work->kept[i];
        double mean = work->count[h] + 0.1;
        work->mean[h] = mean;
        right[h] = mean * (log(mean) - work->offset[h]) + work->count[h] - mean;
    }
    plm_zeta_supersets(right, work->n_lists);
    if (!weigh(work)) {
        return false;
    }
    for (unsigned i = 0; i < work->n_terms; i++) {
        work->step[i] = right[work->term[i]];
    }
    solve(work, work->step);
    for (unsigned i = 0; i < work->n_terms; i++) {
        work->alpha[work->term[i]] = work->step[i];
    }
    evaluate(work);
    return isfinite(work->likelihood);
}

/* Moves alpha along the step by `factor` of it. */
static void move(plm_loglin *work, double factor)
{
    for (unsigned i = 0; i < work->n_terms; i++) {
        work->alpha[work->term[i]] += factor * work->step[i];
    }
    evaluate(work);
}

/* Newton's method with halving of steps that lower the likelihood. The last step is a full one. */
static bool iterate(plm_loglin *work)
{
    for (unsigned n_steps = 0; n_steps < STEPS_MAX; n_steps++) {
        if (!weigh(work)) {
            return false;
        }
        double gain = 0;
        double score[PLM_TABLE_CELLS_MAX];
        for (unsigned i = 0; i < work->n_terms; i++) {
            unsigned term = work->term[i];
            score[i] = work->margin[term] - work->weight[term];
            work->step[i] = score[i];
        }
        solve(work, work->step);
        for (unsigned i = 0; i < work->n_terms; i++) {
            gain += score[i] * work->step[i];
        }
        double before = work->likelihood;
        double factor = 1;
        move(work, factor);
        for (unsigned n = 0;
             n < HALVINGS_MAX && !(work->likelihood >= before - 1e-9 * fabs(before)); n++) {
            factor /= 2;
            move(work, -factor);
        }
        if (gain < 1e-12) {
            return true;
        }
    }
    return false;
}

/* Twice the likelihood's distance from the saturated model. */
static double deviance_of(const plm_loglin *work)
{
    double saturated = 0;
    for (unsigned i = 0; i < work->n_kept; i++) {
        double count = work->count[work->kept[i]];
        saturated += count > 0 ? count * log(count) - count : 0;
    }
    double deviance = 2 * (saturated - work->likelihood);
    return deviance > 0 ? deviance : 0;
}

static void set_offset(plm_loglin *work, const double *offset)
{
    if (offset == NULL) {
        memset(work->offset, 0, work->n_cells * sizeof *offset);
    } else {
        memcpy(work->offset, offset, work->n_cells * sizeof *offset);
    }
}

unsigned plm_loglin_check(plm_loglin *work, const double *count, const plm_model *model)
{
    keep(work, count, model, 1);
    if (work->n_terms == 0 || work->term[0] != 0) {
        return PLM_LOGLIN_NO_MAXIMUM; /* an empty table */
    }
    return plm_exist_check(work->exist, work->kept, work->n_kept, work->count, work->term,
                           work->n_terms);
}

void plm_loglin_run(plm_loglin *work, const double *count, const plm_model *model,
                    const double *offset, plm_loglin_fit *fit)
{
    memset(fit, 0, sizeof *fit);
    fit->trouble = plm_loglin_check(work, count, model);
    fit->n_terms = model->n;
    fit->n_infinite = work->n_infinite;
    fit->df = (int)work->n_kept - (int)work->n_terms;
    set_offset(work, offset);
    if (fit->trouble == 0 && (!begin(work) || !iterate(work) || !weigh(work))) {
        fit->trouble = PLM_LOGLIN_STALLED;
    }
    if (fit->trouble != 0) {
        fit->estimate = fit->trouble == PLM_LOGLIN_NO_MAXIMUM ? PLM_INFINITY : PLM_NAN;
        fit->log_dark = fit->se_log_dark = fit->deviance = fit->aic = fit->bic = PLM_NAN;
        return;
    }
    double n = work->margin[0];
    fit->log_dark = work->alpha[0];
    fit->estimate = n + exp(work->alpha[0]);
    fit->deviance = deviance_of(work);
    memset(work->step, 0, work->n_terms * sizeof *work->step);
    work->step[0] = 1;
    solve(work, work->step);
    fit->se_log_dark = sqrt(work->step[0]);
    double likelihood = work->likelihood;
    for (unsigned i = 0; i < work->n_kept; i++) {
        likelihood -= lgamma(work->count[work->kept[i]] + 1);
    }
    fit->aic = -2 * likelihood + 2.0 * model->n;
    fit->bic = -2 * likelihood + log(n) * model->n;
}

bool plm_loglin_run_total(plm_loglin *work, const double *count, const plm_model *model,
                          double dark, double *deviance)
{
    double counted[PLM_TABLE_CELLS_MAX];
    memcpy(counted, count, work->n_cells * sizeof *counted);
    counted[0] = dark;
    keep(work, counted, model, 0);
    set_offset(work, NULL);
    if (work->n_terms == 0 || !begin(work) || !iterate(work)) {
        return false;
    }
    *deviance = deviance_of(work);
    return true;
}

double plm_loglin_wald(const plm_loglin_fit *fit, double n, double z)
{
    return n + exp(fit->log_dark + z * fit->se_log_dark);
}
