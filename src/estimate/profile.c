/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/profile.h"

#include "estimate/number.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

enum {
    HALVINGS = 60,
    SECTIONS = 120
};

/* The search goes on the scale of log n_0. */
static const double log_dark_least = -7; /* n_0 of 0.001 */
static const double log_dark_most = 40;

typedef struct likelihood {
    plm_loglin *work;
    const double *count;
    const plm_model *model;
    double n;
    bool is_broken;
} likelihood;

static double at(likelihood *l, double log_dark)
{
    double deviance = 0;
    double dark = exp(log_dark);
    if (!plm_loglin_run_total(l->work, l->count, l->model, dark, &deviance)) {
        l->is_broken = true;
        return -PLM_INFINITY;
    }
    return (log1p(l->n / dark) - deviance) / 2;
}

/* The maximum by golden sections between a and b. */
static double maximise(likelihood *l, double a, double b)
{
    const double golden = 0.6180339887498949;
    double x = b - golden * (b - a);
    double y = a + golden * (b - a);
    double at_x = at(l, x);
    double at_y = at(l, y);
    for (unsigned i = 0; i < SECTIONS && b - a > 1e-9; i++) {
        if (at_x > at_y) {
            b = y;
            y = x;
            at_y = at_x;
            x = b - golden * (b - a);
            at_x = at(l, x);
        } else {
            a = x;
            x = y;
            at_x = at_y;
            y = a + golden * (b - a);
            at_y = at(l, y);
        }
    }
    return (a + b) / 2;
}

/* Where the likelihood crosses the line between `inside` (above it) and `outside` (below it). */
static double cross(likelihood *l, double inside, double outside, double line)
{
    for (unsigned i = 0; i < HALVINGS; i++) {
        double middle = (inside + outside) / 2;
        if (at(l, middle) > line) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    return (inside + outside) / 2;
}

bool plm_profile_run(plm_loglin *work, const double *count, const plm_model *model,
                     const plm_loglin_fit *fit, double level, plm_profile *out)
{
    double n = exp(fit->log_dark) > 0 ? fit->estimate - exp(fit->log_dark) : fit->estimate;
    likelihood l = {work, count, model, n, false};
    double centre = fit->log_dark < log_dark_least ? log_dark_least : fit->log_dark;
    double reach = fit->se_log_dark > 0.1 ? 2 * fit->se_log_dark : 0.2;
    double peak = maximise(&l, centre - reach, centre + reach / 2);
    double line = at(&l, peak) - gsl_cdf_chisq_Pinv(level, 1) / 2;
    double step = reach;
    double low = peak;
    while (low > log_dark_least && at(&l, low) > line) {
        low -= step;
    }
    step = reach;
    double high = peak;
    while (high < log_dark_most && at(&l, high) > line) {
        high += step;
        step *= 2;
    }
    out->maximum = n + exp(peak);
    out->low = at(&l, low) > line ? n : n + exp(cross(&l, peak, low, line));
    out->high = at(&l, high) > line ? PLM_INFINITY : n + exp(cross(&l, peak, high, line));
    return !l.is_broken;
}
