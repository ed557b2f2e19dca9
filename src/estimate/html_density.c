/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include "estimate/number.h"

#include <stdio.h>

enum {
    WIDTH = 860,
    LEFT = 200,
    ROW = 92,
    BINS = 110,
    TOP = 10,
    ROWS_MAX = 5
};

/* One law of the total: weighted values, or equal ones if mass is NULL. */
typedef struct law {
    const char *name;
    char note[96];
    unsigned colour;
    const double *value;
    const double *mass;
    size_t n;
    double median;
} law;

static double quantile(const law *l, double p)
{
    double sum = 0;
    for (size_t i = 0; i < l->n; i++) {
        sum += l->mass == NULL ? 1.0 / (double)l->n : l->mass[i];
        if (sum >= p) {
            return l->value[i];
        }
    }
    return l->n > 0 ? l->value[l->n - 1] : PLM_NAN;
}

static size_t collect(const plm_estimate *e, law *laws)
{
    size_t n = 0;
    if (e->stepwise_bca.sorted != NULL) {
        const plm_bca *b = &e->stepwise_bca;
        const law l = {"stepwise", "", 1, b->sorted, NULL, b->n - b->n_infinite, b->estimate};
        laws[n] = l;
        (void)snprintf(laws[n++].note, sizeof l.note, "%u resamples, %u infinite", b->n,
                       b->n_infinite);
    }
    if (e->best_bca.sorted != NULL) {
        const plm_bca *b = &e->best_bca;
        const law l = {"best by BIC", "", 2, b->sorted, NULL, b->n - b->n_infinite, b->estimate};
        laws[n] = l;
        (void)snprintf(laws[n++].note, sizeof l.note, "%u resamples, %u infinite", b->n,
                       b->n_infinite);
    }
    if (e->has_graphs) {
        const plm_average *g = &e->graphs;
        const law l = {"graphs", "", 3, g->total, g->mass, g->n_points, g->median};
        laws[n] = l;
        (void)snprintf(laws[n++].note, sizeof l.note, "posterior, %zu graphs", g->n_graphs);
    }
    if (e->has_classes) {
        const plm_classes *c = &e->classes;
        size_t n_all = (size_t)c->n_chains * c->n_kept;
        const law l = {"latent classes", "", 4, c->sorted, NULL, n_all, c->median};
        laws[n] = l;
        (void)snprintf(laws[n++].note, sizeof l.note, "%s",
                       c->is_mixed ? "posterior" : "not mixed: no summary");
    }
    return n;
}

/* Filled steps from the row's base line up. */
static void draw_law(plm_page *page, const law *l, const plm_scale *scale, double base)
{
    double bin[BINS] = {0};
    double highest = 0;
    for (size_t i = 0; i < l->n; i++) {
        double place = (l->value[i] - scale->low) / (scale->high - scale->low) * BINS;
        if (place >= 0 && place < BINS) {
            bin[(size_t)place] += l->mass == NULL ? 1 : l->mass[i];
        }
    }
    for (size_t i = 0; i < BINS; i++) {
        highest = bin[i] > highest ? bin[i] : highest;
    }
    if (highest <= 0) {
        return;
    }
    double step = (scale->last - scale->first) / BINS;
    plm_page_put(page, "<path class=\"a%u\" d=\"M%.1f %.1f", l->colour, scale->first, base);
    for (size_t i = 0; i < BINS; i++) {
        plm_page_put(page, "V%.1fh%.2f", base - (ROW - 24) * bin[i] / highest, step);
    }
    plm_page_put(page, "V%.1fz\"/>\n<path class=\"l%u\" style=\"stroke-width:1.3\" d=\"M%.1f %.1f",
                 base, l->colour, scale->first, base);
    for (size_t i = 0; i < BINS; i++) {
        plm_page_put(page, "V%.1fh%.2f", base - (ROW - 24) * bin[i] / highest, step);
    }
    plm_page_put(page, "V%.1f\"/>\n", base);
    if (isfinite(l->median)) {
        double x = plm_scale_place(scale, l->median);
        plm_page_put(page,
                     "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"l%u dash\"/>\n",
                     x, base, x, base - ROW + 20, l->colour);
    }
}

void plm_html_densities(plm_page *page, const plm_estimate *e)
{
    law laws[ROWS_MAX];
    size_t n = collect(e, laws);
    double low = e->n;
    double high = e->n * 1.2;
    for (size_t i = 0; i < n; i++) {
        double q = quantile(&laws[i], 0.98);
        high = isfinite(q) && q > high && q < 100 * e->n ? q : high;
    }
    plm_page_put(page, "<h2>How sure each method is</h2>\n");
    double bottom = TOP + ROW * (double)n;
    const plm_scale scale = plm_scale_make(low, high, LEFT, WIDTH - 20, false);
    plm_figure_begin(page, "Posterior and bootstrap densities", WIDTH, bottom + 44);
    plm_axis_x(page, &scale, TOP, bottom, "persons in all");
    for (size_t i = 0; i < n; i++) {
        double base = TOP + ROW * ((double)i + 1);
        draw_law(page, &laws[i], &scale, base);
        plm_svg_text(page, 0, base - 34, "strong", laws[i].name);
        plm_svg_text(page, 0, base - 18, "small", laws[i].note);
    }
    plm_figure_end(page, "Each density by itself, as high as the row; broken lines mark the "
                         "estimates. Several peaks mean that different models answer differently: "
                         "an interval over both says less than the peaks do.");
}
