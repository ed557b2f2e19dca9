/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include <math.h>
#include <stdio.h>

enum {
    WIDTH = 860,
    HEIGHT = 330,
    LEFT = 70,
    TOP = 34,
    BOTTOM = 280,
    DISTANCE = 10 /* of BIC, up to which models are drawn */
};

static void draw_span(plm_page *page, const plm_estimate *e)
{
    double low;
    double high;
    size_t n = plm_search_span(&e->search, DISTANCE, &low, &high);
    double room = 0.05 * (high - low) + 0.01 * high;
    const plm_scale x = plm_scale_make(low - room, high + room, LEFT, WIDTH - 20, false);
    const plm_scale y = plm_scale_make(0, DISTANCE, TOP, BOTTOM, false);
    double best = e->search.model[0].fit.bic;
    plm_figure_begin(page, "Models that fit nearly as well as the best, and what they say", WIDTH,
                     HEIGHT);
    plm_axis_x(page, &x, TOP, BOTTOM, "persons in all");
    plm_axis_y(page, &y, LEFT, WIDTH - 20, "");
    plm_svg_text(page, LEFT, TOP - 14, "label start",
                 "BIC above the best model\xE2\x80\x99s (higher up fits better)");
    for (size_t i = n; i-- > 0;) {
        const plm_loglin_fit *fit = &e->search.model[i].fit;
        plm_model model;
        char name[PLM_MODEL_NAME_BYTES];
        plm_model_of_set(&model, e->table.n_lists, e->search.model[i].set);
        plm_model_name(&model, name);
        bool is_close = fit->bic - best <= 2;
        plm_page_put(page,
                     "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" class=\"%s\" "
                     "fill-opacity=\"%s\"><title>%s: %.0f</title></circle>\n",
                     plm_scale_place(&x, fit->estimate), plm_scale_place(&y, fit->bic - best),
                     is_close ? "6" : "4.5", is_close ? "b5" : "b1", is_close ? "0.95" : "0.6",
                     name, fit->estimate);
        if (is_close) {
            bool is_right = plm_scale_place(&x, fit->estimate) > WIDTH - 220;
            plm_svg_text(page, plm_scale_place(&x, fit->estimate) + (is_right ? -10 : 10),
                         plm_scale_place(&y, fit->bic - best) + 4,
                         is_right ? "small end" : "small start", name);
        }
    }
    plm_figure_end(page,
                   "A difference of 2 is next to nothing (these models are red), 6 is strong, "
                   "10 very strong evidence. The wider the dots lie, the less the data say "
                   "which number is right.");
}

static void tell_spans(plm_page *page, const plm_estimate *e)
{
    char fitted[PLM_PAGE_NUMBER];
    char good[PLM_PAGE_NUMBER];
    plm_page_put(page, "<div class=\"scroll\"><table><tr><th>BIC within</th><th>models</th>"
                       "<th>lowest estimate</th><th>highest</th></tr>\n");
    for (int distance = 2; distance <= 10; distance += 4) {
        double low;
        double high;
        size_t n = plm_search_span(&e->search, distance, &low, &high);
        plm_page_put(page, "<tr><td>%d of the best</td><td>%zu</td>", distance, n);
        plm_html_cell(page, low);
        plm_html_cell(page, high);
        plm_page_put(page, "</tr>\n");
    }
    plm_page_put(page,
                 "</table></div>\n<p class=\"soft\">%s models were fitted; %s have an "
                 "estimate.</p>\n",
                 plm_page_number(fitted, (double)e->search.n),
                 plm_page_number(good, (double)e->search.n_good));
}

static void draw_trajectory(plm_page *page, const plm_estimate *e)
{
    double low = e->n;
    double high = e->n;
    size_t n = 0;
    double best = e->search.model[0].fit.bic;
    for (; n < e->n_trajectory; n++) {
        const plm_loglin_fit *fit = &e->search.model[e->trajectory[n].place].fit;
        if (fit->estimate > 100 * e->n || (n > 0 && fit->bic > best + 60)) {
            break;
        }
        high = fit->estimate > high ? fit->estimate : high;
    }
    if (n < 2) {
        return;
    }
    double last = e->trajectory[n - 1].n_terms;
    double first = e->trajectory[0].n_terms;
    const plm_scale x = {first - 0.5, last + 0.5, LEFT, WIDTH - 20, false};
    const plm_scale y = plm_scale_make(low, high, BOTTOM, TOP, false);
    plm_figure_begin(page, "From simple to rich models", WIDTH, HEIGHT);
    plm_axis_x(page, &x, TOP, BOTTOM, "terms of the model");
    plm_axis_y(page, &y, LEFT, WIDTH - 20, "persons in all");
    plm_page_put(page, "<path class=\"l1\" d=\"");
    for (size_t i = 0; i < n; i++) {
        plm_page_put(page, "%s%.1f %.1f", i == 0 ? "M" : "L",
                     plm_scale_place(&x, e->trajectory[i].n_terms),
                     plm_scale_place(&y, e->search.model[e->trajectory[i].place].fit.estimate));
    }
    plm_page_put(page, "\"/>\n");
    for (size_t i = 0; i < n; i++) {
        const plm_loglin_fit *fit = &e->search.model[e->trajectory[i].place].fit;
        bool is_best = e->trajectory[i].place == 0;
        plm_page_put(page, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" class=\"%s\"/>\n",
                     plm_scale_place(&x, e->trajectory[i].n_terms),
                     plm_scale_place(&y, fit->estimate), is_best ? "6" : "4",
                     is_best ? "b5" : "b1");
    }
    plm_figure_end(page, "For each number of terms the model with the lowest BIC; red: the best of "
                         "all. An estimate that keeps moving as terms are added has not settled.");
}

void plm_html_models(plm_page *page, const plm_estimate *e)
{
    plm_page_put(page, "<h2>How far it depends on the model</h2>\n");
    if (e->has_search) {
        draw_span(page, e);
        tell_spans(page, e);
        draw_trajectory(page, e);
    } else {
        plm_page_put(page,
                     "<p>Models could not be compared: none has an estimate, or there are too "
                     "many lists to fit them all.</p>\n");
    }
    if (e->stepwise.n_steps > 0) {
        char number[PLM_PAGE_NUMBER];
        plm_page_put(page,
                     "<p>The stepwise method began with independent lists (%s) and let in, one "
                     "after the other:</p>\n<ul>\n",
                     plm_page_number(number, e->stepwise.main_estimate));
        for (unsigned i = 0; i < e->stepwise.n_steps; i++) {
            const plm_stepwise_step *s = &e->stepwise.step[i];
            plm_page_put(page, "<li>");
            plm_page_text(page, e->table.names[__builtin_ctz(s->pair)]);
            plm_page_put(page, " with ");
            plm_page_text(page, e->table.names[31 - __builtin_clz(s->pair)]);
            plm_page_put(page, ": then %s</li>\n", plm_page_number(number, s->estimate));
        }
        plm_page_put(page, "</ul>\n");
    }
}
