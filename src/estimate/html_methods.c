/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include <math.h>

enum {
    WIDTH = 860,
    LEFT = 250,
    ROW = 34,
    TOP = 14
};

/* The values that the picture has to hold. */
static void extent(const plm_method *methods, size_t n, double persons, double *low, double *high)
{
    *low = persons;
    *high = persons * 1.1;
    for (size_t i = 0; i < n; i++) {
        const double values[] = {methods[i].estimate, methods[i].low, methods[i].high};
        for (size_t j = 0; j < 3; j++) {
            if (isfinite(values[j]) && values[j] < 1e3 * persons) {
                *low = values[j] < *low ? values[j] : *low;
                *high = values[j] > *high ? values[j] : *high;
            }
        }
    }
}

/* known: where the line of the persons known stands. */
static void draw_method(plm_page *page, const plm_method *m, const plm_scale *scale, double known,
                        double y)
{
    const char *colour = m->is_bound ? "6" : "1";
    plm_svg_text(page, 0, y + 4, "strong", m->name);
    if (m->why_none != NULL || !isfinite(m->estimate)) {
        plm_svg_text(page, known + 8, y + 4, "label",
                     m->why_none != NULL ? m->why_none : "no finite estimate");
        return;
    }
    if (!isnan(m->low) && !isnan(m->high)) {
        double from = plm_scale_place(scale, m->low);
        double to = plm_scale_place(scale, isinf(m->high) ? scale->high : m->high);
        plm_page_put(page,
                     "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"l%s\"/>\n",
                     from, y, to, y, colour);
        if (isinf(m->high)) {
            plm_page_put(page, "<path d=\"M%.1f %.1fl8 5-8 5\" class=\"l%s\"/>\n", to - 8, y - 5,
                         colour);
        }
    }
    double x = plm_scale_place(scale, m->estimate);
    if (m->is_bound) {
        plm_page_put(page, "<path d=\"M%.1f %.1fv14M%.1f %.1fh8\" class=\"l6\"/>\n", x, y - 7, x,
                     y);
    } else {
        plm_page_put(page, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"b1\"/>\n", x, y);
    }
}

static void draw(plm_page *page, const plm_estimate *e, const plm_method *methods, size_t n)
{
    double low;
    double high;
    extent(methods, n, e->n, &low, &high);
    double bottom = TOP + ROW * (double)n;
    const plm_scale scale = plm_scale_make(low, high, LEFT, WIDTH - 24, high > 5 * low);
    plm_figure_begin(page, "Every method beside the others", WIDTH, bottom + 44);
    plm_axis_x(page, &scale, TOP, bottom,
               scale.is_log ? "persons in all (logarithmic)" : "persons in all");
    double known = plm_scale_place(&scale, e->n);
    plm_page_put(page, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\" class=\"known\"/>\n",
                 known, TOP, known, bottom);
    for (size_t i = 0; i < n; i++) {
        draw_method(page, &methods[i], &scale, known, TOP + ROW * ((double)i + 0.5));
    }
    plm_figure_end(page, "Dots are estimates, lines their 95 % intervals; the broken line is what "
                         "the lists hold. An interval is right only if its method's assumptions "
                         "are: those that don't overlap can't all be.");
}

void plm_html_methods(plm_page *page, const plm_estimate *e)
{
    plm_method methods[PLM_ESTIMATE_METHODS_MAX];
    size_t n = plm_estimate_methods(e, methods);
    plm_page_put(page, "<h2>The methods side by side</h2>\n");
    draw(page, e, methods, n);
    plm_page_put(page,
                 "<div class=\"scroll\"><table><tr><th>method</th><th>estimate</th><th>low</th>"
                 "<th>high</th><th>on the lists</th><th>interval</th><th>model</th></tr>\n");
    for (size_t i = 0; i < n; i++) {
        const plm_method *m = &methods[i];
        plm_page_put(page, "<tr><td>%s</td>", m->name);
        plm_html_cell(page, m->estimate);
        plm_html_cell(page, m->low);
        plm_html_cell(page, m->high);
        if (isfinite(m->estimate)) {
            plm_page_put(page, "<td>%.0f %%</td>", 100 * e->n / m->estimate);
        } else {
            plm_page_put(page, "<td></td>");
        }
        plm_page_put(page, "<td class=\"text\">%s</td><td class=\"text\">",
                     m->why_none != NULL ? m->why_none : m->interval);
        plm_page_text(page, m->model);
        plm_page_put(page, "</td></tr>\n");
    }
    plm_page_put(page, "</table></div>\n<p class=\"soft\">Models are written by their pairs and "
                       "larger groups of lists, numbered in the order of the table: ");
    for (unsigned i = 0; i < e->table.n_lists; i++) {
        plm_page_put(page, "%s%u ", i == 0 ? "" : ", ", i + 1);
        plm_page_text(page, e->table.names[i]);
    }
    plm_page_put(page, ".</p>\n");
}
