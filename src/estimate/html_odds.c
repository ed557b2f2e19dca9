/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include <math.h>

enum {
    WIDTH = 860,
    HEIGHT = 380,
    LEFT = 80,
    RIGHT = 690,
    TOP = 34,
    BOTTOM = 330
};

static void draw_curve(plm_page *page, const plm_odds *o, const double *estimate,
                       const plm_scale *x, const plm_scale *y, const char *class)
{
    bool is_open = false;
    plm_page_put(page, "<path class=\"%s\" d=\"", class);
    for (size_t i = 0; i < PLM_ODDS_POINTS; i++) {
        bool is_inside = isfinite(estimate[i]) && estimate[i] <= y->high;
        if (is_inside) {
            plm_page_put(page, "%s%.1f %.1f", is_open ? "L" : "M", plm_scale_place(x, o->ratio[i]),
                         plm_scale_place(y, estimate[i]));
        }
        is_open = is_inside;
    }
    plm_page_put(page, "\"/>\n");
}

/* A line of the legend at the right. */
static void legend(plm_page *page, unsigned place, const char *class, const char *text)
{
    double y = TOP + 10 + 22 * place;
    plm_page_put(page, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" class=\"%s\"/>\n",
                 RIGHT + 14, y, RIGHT + 38, y, class);
    plm_svg_text(page, RIGHT + 44, y + 4, "label start", text);
}

void plm_html_odds(plm_page *page, const plm_estimate *e)
{
    if (!e->has_odds) {
        return;
    }
    const plm_odds *o = &e->odds;
    double full = e->stepwise.fit.estimate;
    double high = 4 * full;
    const plm_scale x = {o->ratio[0], o->ratio[PLM_ODDS_POINTS - 1], LEFT, RIGHT, true};
    const plm_scale y = plm_scale_make(e->n, high, BOTTOM, TOP, true);
    const double *together = o->pair[o->n_pairs - 1].estimate;
    plm_page_put(page,
                 "<h2>The assumption that can\xE2\x80\x99t be tested</h2>\n"
                 "<p>Every model takes some odds ratio as 1 that the data can\xE2\x80\x99t show, "
                 "because one of its cells is the persons on no list. These curves say what "
                 "the estimate would be if it were something else.</p>\n");
    plm_figure_begin(page, "The estimate by the odds ratio that is assumed", WIDTH, HEIGHT);
    plm_axis_x(page, &x, TOP, BOTTOM, "odds ratio (1: what the model assumes)");
    plm_axis_y(page, &y, LEFT, RIGHT, "persons in all (logarithmic)");
    double one = plm_scale_place(&x, 1);
    plm_page_put(page, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"known\"/>\n", one,
                 TOP, one, BOTTOM);
    for (size_t i = 0; i + 1 < o->n_pairs; i++) {
        draw_curve(page, o, o->pair[i].estimate, &x, &y, "l6 thin");
    }
    draw_curve(page, o, together, &x, &y, "l3");
    draw_curve(page, o, o->highest, &x, &y, "l1");
    legend(page, 0, "l1", "all lists together");
    legend(page, 1, "l3", "every pair alike");
    legend(page, 2, "l6 thin", "one pair at a time");
    plm_figure_end(page,
                   "Blue: the stepwise model, with the odds ratio of the highest order. Ochre: "
                   "independent lists, but every pair with this odds ratio. Grey: one pair with "
                   "this odds ratio, the rest as the stepwise model has it. Above 1, lists find "
                   "the same persons; what is assumed moves the estimate more than chance "
                   "does.");
}
