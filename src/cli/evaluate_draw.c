/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate_draw.c - precision over recall, one curve for each trial, the proposed cut a dot on it.
 */
#include "base/file.h"
#include "cli/evaluate.h"

enum {
    SVG_MAX = 4 << 20,
    WIDTH = 800,
    HEIGHT = 560,
    LEFT = 70,
    TOP = 40,
    PLOT = 440 /* pixels of either axis */
};

/* The axes show the upper part, where the curves differ. */
static double lowest(const plm_evaluated *all, size_t n)
{
    double least = 1;
    for (size_t i = 0; i < n; i++) {
        least = all[i].recall < least ? all[i].recall : least;
        least = all[i].precision < least ? all[i].precision : least;
    }
    const double from = least - 0.1;
    return from < 0 ? 0 : from > 0.9 ? 0.9 : from;
}

static double x_of(double recall, double from)
{
    return LEFT + PLOT * (recall - from) / (1 - from);
}

static double y_of(double precision, double from)
{
    return TOP + PLOT * (1 - (precision - from) / (1 - from));
}

static plm_status draw_axes(plm_buf *out, double from)
{
    plm_status status = plm_buf_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
        "font-family=\"sans-serif\" "
        "font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
        "<text x=\"%d\" y=\"24\" font-size=\"15\">Precision and recall over the cut; the dot is "
        "the "
        "cut proposed</text>\n",
        WIDTH, HEIGHT, LEFT);
    for (int i = 0; status == PLM_OK && i <= 4; i++) {
        const double v = from + (1 - from) * i / 4;
        status = plm_buf_printf(out,
                                "<path d=\"M%d %.1fh%dM%.1f %dv%d\" stroke=\"#ddd\"/>\n"
                                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3f</text>\n"
                                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.3f</text>\n",
                                LEFT, y_of(v, from), PLOT, x_of(v, from), TOP, PLOT, LEFT - 8,
                                y_of(v, from) + 4, v, x_of(v, from), TOP + PLOT + 20, v);
    }
    if (status == PLM_OK) {
        status = plm_buf_printf(
            out,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">recall</text>\n"
            "<text x=\"16\" y=\"%d\" text-anchor=\"middle\" transform=\"rotate(-90 16 %d)\">"
            "precision</text>\n",
            LEFT + PLOT / 2, TOP + PLOT + 44, TOP + PLOT / 2, TOP + PLOT / 2);
    }
    return status;
}

static plm_status draw_curve(plm_buf *out, const plm_evaluated *e, size_t at, double from)
{
    static const char *const colours[] = {"#1b6ca8", "#d1495b", "#2e933c", "#8e5ea2", "#c77700"};
    const char *colour = colours[(size_t)e->c % (sizeof colours / sizeof *colours)];
    const char *dashes = e->has_second_look ? "" : " stroke-dasharray=\"5 3\"";
    plm_status status = plm_buf_printf(
        out, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"%s d=\"", colour, dashes);
    bool is_first = true;
    for (size_t i = 0; status == PLM_OK && i < e->n_points; i++) {
        const plm_curve_point *p = &e->curve[i];
        if (p->recall >= from && p->precision >= from) {
            status = plm_buf_printf(out, "%c%.1f %.1f", is_first ? 'M' : 'L', x_of(p->recall, from),
                                    y_of(p->precision, from));
            is_first = false;
        }
    }
    if (status == PLM_OK) {
        status = plm_buf_printf(out,
                                "\"/>\n<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n"
                                "<path d=\"M%d %zuh26\" stroke=\"%s\" stroke-width=\"1.6\"%s/>\n"
                                "<text x=\"%d\" y=\"%zu\" fill=\"%s\">c = %d, %s: F1 %.4f</text>\n",
                                x_of(e->recall, from), y_of(e->precision, from), colour,
                                LEFT + PLOT + 16, TOP + 16 + 22 * at, colour, dashes,
                                LEFT + PLOT + 48, TOP + 20 + 22 * at, colour, e->c,
                                e->has_second_look ? "second look" : "tokens alone", e->f1);
    }
    return status;
}

plm_status plm_evaluated_draw(const char *path, const plm_evaluated *all, size_t n)
{
    plm_buf out;
    plm_buf_init(&out, SVG_MAX);
    const double from = lowest(all, n);
    plm_status status = draw_axes(&out, from);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        status = draw_curve(&out, &all[i], i, from);
    }
    if (status == PLM_OK) {
        status = plm_buf_printf(&out, "</svg>\n");
    }
    if (status == PLM_OK) {
        status = plm_file_write(path, plm_buf_span(&out), 0644, false);
    }
    plm_buf_wipe(&out);
    return status;
}
