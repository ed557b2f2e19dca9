/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - writing HTML and SVG into a buffer: the first failure sticks, so that a page is written
 * as one sentence and its status looked at once.
 */
#ifndef PLM_ESTIMATE_PAGE_H
#define PLM_ESTIMATE_PAGE_H

#include "base/bytes.h"

typedef struct plm_page {
    plm_buf *out;
    plm_status status;
} plm_page;

/* Formatted markup; the arguments are not escaped. */
void plm_page_put(plm_page *page, const char *format, ...) PLM_PRINTF(2, 3);
/* Text, escaped. */
void plm_page_text(plm_page *page, const char *text);

enum {
    PLM_PAGE_NUMBER = 40
};
/* 11,418; 0.25 below 10; "-" if it is no number and an infinity sign if it is that. */
const char *plm_page_number(char out[PLM_PAGE_NUMBER], double x);

/* A scale from values to places on a picture. */
typedef struct plm_scale {
    double low, high;   /* values */
    double first, last; /* places */
    bool is_log;
} plm_scale;

enum {
    PLM_SCALE_TICKS_MAX = 16
};

/* Widened to round numbers; low < high, and > 0 if is_log. */
plm_scale plm_scale_make(double low, double high, double first, double last, bool is_log);
double plm_scale_place(const plm_scale *scale, double value);
/* Round values on the scale, ascending; how many. */
size_t plm_scale_ticks(const plm_scale *scale, double ticks[PLM_SCALE_TICKS_MAX]);

/* <figure> with title and caption around an SVG of that size; close with plm_figure_end. */
void plm_figure_begin(plm_page *page, const char *title, double width, double height);
void plm_figure_end(plm_page *page, const char *caption);
/* Tick marks with numbers below `y`, and grid lines up to `top`; then the axis' name. */
void plm_axis_x(plm_page *page, const plm_scale *scale, double top, double y, const char *name);
/* The same at the left of `x`, grid lines to `right`. */
void plm_axis_y(plm_page *page, const plm_scale *scale, double x, double right, const char *name);
/* Text at a place; class: "start", "middle", "end" and others of the style. */
void plm_svg_text(plm_page *page, double x, double y, const char *class, const char *text);

#endif
