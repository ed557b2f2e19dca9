/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include <math.h>

enum {
    WIDTH = 860,
    LEFT = 160,
    ROW = 34,
    TOP = 14
};

static bool is_known(const plm_view *v)
{
    return v->kind == PLM_VIEW_CONDITION;
}

static void draw_known(plm_page *page, const plm_estimate *e)
{
    double high = 1;
    unsigned n = 0;
    for (size_t i = 0; i < e->views.n; i++) {
        const plm_view *v = &e->views.item[i];
        if (is_known(v)) {
            const double values[] = {v->truth, v->stepwise, v->chao, v->graphs};
            for (size_t j = 0; j < 4; j++) {
                high = isfinite(values[j]) && values[j] > high ? values[j] : high;
            }
            n++;
        }
    }
    double bottom = TOP + ROW * n;
    const plm_scale scale = plm_scale_make(0, high, LEFT, WIDTH - 20, false);
    unsigned row = 0;
    plm_figure_begin(page, "Where the truth is known: each list, estimated from the others alone",
                     WIDTH, bottom + 44);
    plm_axis_x(page, &scale, TOP, bottom, "persons on the list");
    for (size_t i = 0; i < e->views.n; i++) {
        const plm_view *v = &e->views.item[i];
        if (!is_known(v)) {
            continue;
        }
        double y = TOP + ROW * (row++ + 0.5);
        double truth = plm_scale_place(&scale, v->truth);
        plm_svg_text(page, 0, y + 4, "strong", v->what);
        if (isfinite(v->stepwise)) {
            double x = plm_scale_place(&scale, v->stepwise);
            plm_page_put(
                page,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"l6 thin\"/>\n"
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"b1\"/>\n",
                truth, y, x, y, x, y);
        } else {
            bool is_right = 2 * truth > WIDTH;
            plm_svg_text(page, truth + (is_right ? -12 : 12), y + 4,
                         is_right ? "small end" : "small start",
                         "no estimate: a list is empty among these persons, or nobody is on two");
        }
        if (isfinite(v->graphs)) {
            plm_page_put(page, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" class=\"b3\"/>\n",
                         plm_scale_place(&scale, v->graphs), y);
        }
        plm_page_put(page, "<path d=\"M%.1f %.1fv18\" class=\"l5\"/>\n", truth, y - 9);
    }
    plm_figure_end(page,
                   "Red: how many persons the list has. Blue: the stepwise estimate of that "
                   "number from those of them who are on other lists; ochre: the average over "
                   "graphs. Estimates that miss what is known will hardly do better with what "
                   "is not.");
}

static void tell_neighbours(plm_page *page, const plm_estimate *e)
{
    static const char *const kinds[] = {"all lists", "only persons on", "without", "as one list:"};
    plm_page_put(page,
                 "<h3>Neighbouring tables</h3>\n<div class=\"scroll\"><table><tr><th>table</th>"
                 "<th>persons</th><th>truth</th><th>independent</th><th>stepwise</th>"
                 "<th>graphs</th><th>Chao</th></tr>\n");
    for (size_t i = 0; i < e->views.n; i++) {
        const plm_view *v = &e->views.item[i];
        plm_page_put(page, "<tr><td>%s ", kinds[v->kind]);
        plm_page_text(page, v->what);
        plm_page_put(page, "</td>");
        plm_html_cell(page, v->n);
        if (is_known(v)) {
            plm_html_cell(page, v->truth);
        } else {
            plm_page_put(page, "<td></td>");
        }
        plm_html_cell(page, v->main);
        plm_html_cell(page, v->stepwise);
        plm_html_cell(page, v->graphs);
        plm_html_cell(page, v->chao);
        plm_page_put(page, "</tr>\n");
    }
    plm_page_put(page, "</table></div>\n");
}

void plm_html_views(plm_page *page, const plm_estimate *e)
{
    plm_page_put(page, "<h2>Tests on the lists themselves</h2>\n");
    draw_known(page, e);
    tell_neighbours(page, e);
}
