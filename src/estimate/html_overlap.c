/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_overlap.c - an UpSet plot (Lex, Gehlenborg, Strobelt, Vuillemot, Pfister, IEEE TVCG 2014):
 *
 *                    bars: persons on exactly these lists
 *   list, its bar    dots: which lists those are
 */
#include "estimate/html.h"

#include <math.h>
#include <stdlib.h>

enum {
    COLUMNS_MAX = 40,
    LEFT = 210,
    STEP = 20,
    BARS = 170,
    TOP = 24,
    ROW = 24
};

typedef struct column {
    unsigned history;
    double count;
} column;

static int compare_columns(const void *a, const void *b)
{
    const column *x = (const column *)a;
    const column *y = (const column *)b;
    if (x->count != y->count) {
        return x->count > y->count ? -1 : 1;
    }
    return (x->history > y->history) - (x->history < y->history);
}

static void draw_column(plm_page *page, const plm_table *table, const column *c, size_t place,
                        double highest)
{
    char number[PLM_PAGE_NUMBER];
    double x = LEFT + STEP * ((double)place + 0.5);
    double height = BARS * sqrt(c->count / highest);
    unsigned top = (unsigned)__builtin_ctz(c->history);
    unsigned bottom = 31U - (unsigned)__builtin_clz(c->history);
    double dots = TOP + BARS + 22;
    const char *colour = (c->history & (c->history - 1)) == 0 ? "bs" : "b1";
    plm_page_put(page,
                 "<rect x=\"%.1f\" y=\"%.1f\" width=\"13\" height=\"%.1f\" rx=\"2\" "
                 "class=\"%s\"/>\n",
                 x - 6.5, TOP + BARS - height, height, colour);
    plm_svg_text(page, x, TOP + BARS - height - 5, "small middle",
                 plm_page_number(number, c->count));
    for (unsigned i = 0; i < table->n_lists; i++) {
        plm_page_put(page, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" class=\"%s\"/>\n", x,
                     dots + ROW * i, (c->history >> i & 1U) != 0 ? colour : "b0");
    }
    if (top != bottom) {
        plm_page_put(page, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"l1\"/>\n",
                     x, dots + ROW * top, x, dots + ROW * bottom);
    }
}

static void draw_lists(plm_page *page, const plm_table *table)
{
    char number[PLM_PAGE_NUMBER];
    double largest = 1;
    for (unsigned i = 0; i < table->n_lists; i++) {
        double on = plm_table_on_all(table, 1U << i);
        largest = on > largest ? on : largest;
    }
    for (unsigned i = 0; i < table->n_lists; i++) {
        double on = plm_table_on_all(table, 1U << i);
        double y = TOP + BARS + 22 + ROW * i;
        double width = 60 * on / largest;
        plm_page_put(page,
                     "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"12\" rx=\"2\" "
                     "class=\"b2\"/>\n",
                     LEFT - 10 - width, y - 6, width);
        plm_svg_text(page, LEFT - 76, y + 4, "small end", plm_page_number(number, on));
        plm_svg_text(page, 0, y + 4, "strong", table->names[i]);
    }
}

static void draw_frequencies(plm_page *page, const plm_estimate *e)
{
    plm_page_put(page, "<div class=\"scroll\"><table><tr><th>persons on exactly</th>");
    for (unsigned k = 1; k <= e->table.n_lists; k++) {
        plm_page_put(page, "<th>%u list%s</th>", k, k == 1 ? "" : "s");
    }
    plm_page_put(page, "</tr>\n<tr><td>counted</td>");
    for (unsigned k = 1; k <= e->table.n_lists; k++) {
        plm_html_cell(page, plm_table_frequency(&e->table, k));
    }
    if (!e->is_refused && e->main.trouble == 0) {
        plm_page_put(page, "</tr>\n<tr><td>expected of independent lists</td>");
        for (unsigned k = 1; k <= e->table.n_lists; k++) {
            plm_html_cell(page, e->expected[k]);
        }
    }
    plm_page_put(page, "</tr></table></div>\n<p class=\"soft\">More persons on many lists than "
                       "expected means that persons differ in how easily they are found, or that "
                       "lists find the same ones.</p>\n");
}

void plm_html_overlap(plm_page *page, const plm_estimate *e)
{
    column all[PLM_TABLE_CELLS_MAX];
    size_t n = 0;
    const plm_table *table = &e->table;
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        if (table->count[h] > 0) {
            const column c = {h, table->count[h]};
            all[n++] = c;
        }
    }
    qsort(all, n, sizeof *all, compare_columns);
    size_t shown = n < COLUMNS_MAX ? n : COLUMNS_MAX;
    double width = LEFT + STEP * (double)(shown > 0 ? shown : 1) + 12;
    plm_page_put(page, "<h2>Who is on which lists</h2>\n");
    plm_figure_begin(page, "Persons by the exact set of lists they are on",
                     width > 620 ? width : 620, TOP + BARS + 22 + ROW * table->n_lists);
    for (size_t i = 0; i < shown; i++) {
        draw_column(page, table, &all[i], i, all[0].count);
    }
    draw_lists(page, table);
    plm_figure_end(page, n > shown
                             ? "Heights by the square root of the count, so that small "
                               "overlaps are seen; the rarest sets are left out. Grey: on one "
                               "list alone."
                             : "Heights by the square root of the count, so that small "
                               "overlaps are seen. Grey: on one list alone.");
    draw_frequencies(page, e);
}
