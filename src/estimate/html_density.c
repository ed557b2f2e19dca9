/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include "estimate/law.h"
#include "estimate/number.h"

enum {
    WIDTH = 860,
    LEFT = 200,
    ROW = 92,
    BINS = PLM_LAW_BINS,
    TOP = 10
};

/* Filled steps from the row's base line up. */
static void draw_law(plm_page *page, const plm_law *l, const plm_scale *scale, double base)
{
    double bin[BINS];
    double highest = 0;
    plm_law_bins(l, scale->low, scale->high, bin);
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
    plm_law laws[PLM_LAWS_MAX];
    size_t n = plm_laws_of(e, laws);
    double low;
    double high;
    plm_laws_range(laws, n, e->n, &low, &high);
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
