/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/bca.h"

#include "estimate/number.h"
#include "estimate/random.h"
#include "estimate/stepwise.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    GRAIN = 8
};

static double run_stepwise(const void *config, plm_loglin *work, const double *count,
                           unsigned n_lists)
{
    plm_stepwise selected;
    (void)config;
    plm_stepwise_run(work, count, n_lists, PLM_STEPWISE_THRESHOLD, &selected);
    return selected.fit.estimate;
}

static double run_main(const void *config, plm_loglin *work, const double *count, unsigned n_lists)
{
    plm_model model;
    plm_loglin_fit fit;
    (void)config;
    plm_model_main(&model, n_lists);
    plm_loglin_run(work, count, &model, NULL, &fit);
    return fit.estimate;
}

const plm_estimator plm_estimator_stepwise = {run_stepwise, NULL};
const plm_estimator plm_estimator_main = {run_main, NULL};

void plm_bca_resample(const plm_table *table, uint64_t seed, uint64_t number, double *count)
{
    plm_random random;
    plm_random_init(&random, seed, PLM_RANDOM_BOOTSTRAP, number);
    plm_random_multinomial(&random, count, (uint64_t)llround(plm_table_total(table)), table->count,
                           plm_table_cells(table));
}

/* What the threads share: resamples 0 to n - 1, then the jackknife by each cell. */
typedef struct replicates {
    const plm_table *table;
    const plm_estimator *estimator;
    uint64_t seed;
    unsigned n;
    double *result; /* n + n_cells */
    atomic_bool is_out_of_memory;
} replicates;

static void run_replicates(void *context, size_t first, size_t last)
{
    replicates *r = (replicates *)context;
    const plm_table *table = r->table;
    double count[PLM_TABLE_CELLS_MAX];
    plm_loglin *work = NULL;
    if (plm_loglin_create(&work, table->n_lists) != PLM_OK) {
        atomic_store(&r->is_out_of_memory, true);
        return;
    }
    for (size_t i = first; i < last; i++) {
        size_t cell = i - r->n;
        if (i < r->n) {
            plm_bca_resample(table, r->seed, i, count);
        } else if (table->count[cell] >= 1) {
            memcpy(count, table->count, sizeof count);
            count[cell] -= 1;
        } else {
            continue;
        }
        r->result[i] = r->estimator->run(r->estimator->config, work, count, table->n_lists);
    }
    plm_loglin_destroy(work);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

void plm_sort_doubles(double *x, size_t n)
{
    qsort(x, n, sizeof *x, compare_doubles);
}

double plm_bca_bias(const double *sorted, size_t n, double estimate)
{
    double below = 0;
    for (size_t i = 0; i < n; i++) {
        double distance = sorted[i] - estimate;
        if (fabs(distance) <= PLM_BCA_TIE * fabs(estimate)) {
            below += 0.5;
        } else if (distance < 0) {
            below += 1;
        }
    }
    return gsl_cdf_ugaussian_Pinv(below / (double)n);
}

double plm_bca_acceleration(const double *count, const double *jackknife, unsigned n_cells)
{
    double n = 0;
    double mean = 0;
    for (unsigned h = 1; h < n_cells; h++) {
        if (count[h] >= 1) {
            n += count[h];
            mean += count[h] * jackknife[h];
        }
    }
    mean /= n;
    double squares = 0;
    double cubes = 0;
    for (unsigned h = 1; h < n_cells; h++) {
        if (count[h] >= 1) {
            double r = mean - jackknife[h];
            squares += count[h] * r * r;
            cubes += count[h] * r * r * r;
        }
    }
    return squares > 0 ? cubes / (6 * squares * sqrt(squares)) : 0;
}

double plm_quantile8(const double *sorted, size_t n, double p)
{
    if (n == 0) {
        return PLM_NAN;
    }
    double place = 1.0 / 3 + p * ((double)n + 1.0 / 3);
    double whole = floor(place + 4 * DBL_EPSILON);
    double part = place - whole;
    if (fabs(part) < 4 * DBL_EPSILON) {
        part = 0;
    }
    double low = sorted[whole < 1 ? 0 : whole > (double)n ? n - 1 : (size_t)whole - 1];
    double high = sorted[whole < 0 ? 0 : whole >= (double)n ? n - 1 : (size_t)whole];
    return part > 0 && low < high ? low + part * (high - low) : low;
}

double plm_bca_limit_of(const double *sorted, size_t n, double z0, double acceleration,
                        double alpha)
{
    double z = z0 + gsl_cdf_ugaussian_Pinv(alpha);
    double divisor = 1 - acceleration * z;
    if (isnan(z) || isnan(acceleration) || divisor <= 0) {
        return PLM_NAN;
    }
    return plm_quantile8(sorted, n, gsl_cdf_ugaussian_P(z0 + z / divisor));
}

double plm_bca_limit(const plm_bca *bca, double alpha)
{
    if (bca->sorted == NULL || !isfinite(bca->estimate)) {
        return PLM_NAN;
    }
    return plm_bca_limit_of(bca->sorted, bca->n, bca->z0, bca->acceleration, alpha);
}

plm_status plm_bca_run(plm_bca *out, const plm_table *table, const plm_estimator *estimator,
                       unsigned n_resamples, uint64_t seed, const plm_work *work, const char *phase)
{
    unsigned n_cells = plm_table_cells(table);
    plm_loglin *loglin = NULL;
    memset(out, 0, sizeof *out);
    double *result = (double *)calloc(n_resamples + n_cells, sizeof *result);
    if (result == NULL || plm_loglin_create(&loglin, table->n_lists) != PLM_OK) {
        free(result);
        return PLM_E_NOMEM;
    }
    out->estimate = estimator->run(estimator->config, loglin, table->count, table->n_lists);
    plm_loglin_destroy(loglin);
    replicates r = {table, estimator, seed, n_resamples, result, false};
    plm_status status = plm_work_run(work, phase, n_resamples + n_cells, GRAIN, run_replicates, &r);
    if (status == PLM_OK && atomic_load(&r.is_out_of_memory)) {
        status = PLM_E_NOMEM;
    }
    if (status != PLM_OK) {
        free(result);
        return status;
    }
    out->n = n_resamples;
    for (unsigned i = 0; i < n_resamples; i++) {
        if (!isfinite(result[i])) {
            result[i] = PLM_INFINITY;
            out->n_infinite++;
        }
    }
    plm_sort_doubles(result, n_resamples);
    out->sorted = result;
    out->z0 = plm_bca_bias(result, n_resamples, out->estimate);
    out->acceleration = plm_bca_acceleration(table->count, result + n_resamples, n_cells);
    return PLM_OK;
}

void plm_bca_wipe(plm_bca *bca)
{
    free(bca->sorted);
    memset(bca, 0, sizeof *bca);
}
