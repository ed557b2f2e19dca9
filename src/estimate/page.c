/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void plm_page_put(plm_page *page, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (page->status == PLM_OK) {
        page->status = n < 0 || (size_t)n >= sizeof text
                           ? PLM_E_LIMIT
                           : plm_buf_append(page->out, text, (size_t)n);
    }
}

void plm_page_text(plm_page *page, const char *text)
{
    for (const char *p = text; *p != '\0' && page->status == PLM_OK; p++) {
        const char *escaped = *p == '&'   ? "&amp;"
                              : *p == '<' ? "&lt;"
                              : *p == '>' ? "&gt;"
                              : *p == '"' ? "&quot;"
                                          : NULL;
        page->status = escaped != NULL ? plm_buf_append(page->out, escaped, strlen(escaped))
                                       : plm_buf_append(page->out, p, 1);
    }
}

const char *plm_page_number(char out[PLM_PAGE_NUMBER], double x)
{
    char digits[PLM_PAGE_NUMBER];
    if (isnan(x)) {
        (void)snprintf(out, PLM_PAGE_NUMBER, "\xE2\x80\x93");
    } else if (isinf(x)) {
        (void)snprintf(out, PLM_PAGE_NUMBER, "\xE2\x88\x9E");
    } else if (fabs(x) >= 1e15) {
        (void)snprintf(out, PLM_PAGE_NUMBER, "%.2e", x);
    } else if (fabs(x) < 10 && x != floor(x)) {
        (void)snprintf(out, PLM_PAGE_NUMBER, "%.3g", x);
    } else {
        int n = snprintf(digits, sizeof digits, "%.0f", fabs(x));
        size_t at = 0;
        if (x < -0.5) {
            out[at++] = '-';
        }
        for (int i = 0; i < n; i++) {
            if (i > 0 && (n - i) % 3 == 0) {
                out[at++] = ',';
            }
            out[at++] = digits[i];
        }
        out[at] = '\0';
    }
    return out;
}

/* 1, 2 or 5 times a power of ten, at least x. */
static double round_step(double x)
{
    double power = pow(10, floor(log10(x)));
    double lead = x / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

plm_scale plm_scale_make(double low, double high, double first, double last, bool is_log)
{
    if (!is_log) {
        double step = round_step((high - low) / 6);
        low = floor(low / step) * step;
        high = ceil(high / step) * step;
    } else {
        low /= 1.05;
        high *= 1.05;
    }
    const plm_scale scale = {low, high, first, last, is_log};
    return scale;
}

double plm_scale_place(const plm_scale *s, double value)
{
    double share = s->is_log ? log(value / s->low) / log(s->high / s->low)
                             : (value - s->low) / (s->high - s->low);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return s->first + share * (s->last - s->first);
}

size_t plm_scale_ticks(const plm_scale *s, double ticks[PLM_SCALE_TICKS_MAX])
{
    static const double leads[] = {1, 2, 5};
    size_t n = 0;
    if (!s->is_log) {
        double step = round_step((s->high - s->low) / 6);
        double first = ceil(s->low / step - 1e-9);
        while (n < PLM_SCALE_TICKS_MAX && (first + (double)n) * step <= s->high + 1e-9 * step) {
            ticks[n] = (first + (double)n) * step;
            n++;
        }
        return n;
    }
    int last = (int)floor(log10(s->high));
    for (int power = (int)floor(log10(s->low)); power <= last; power++) {
        for (size_t i = 0; i < 3 && n < PLM_SCALE_TICKS_MAX; i++) {
            double tick = pow(10, power) * leads[i];
            if (tick >= s->low && tick <= s->high) {
                ticks[n++] = tick;
            }
        }
    }
    return n;
}

void plm_figure_begin(plm_page *page, const char *title, double width, double height)
{
    plm_page_put(page, "<figure><h3>");
    plm_page_text(page, title);
    plm_page_put(page,
                 "</h3><div class=\"scroll\"><svg viewBox=\"0 0 %.0f %.0f\" "
                 "style=\"max-width:%.0fpx\" role=\"img\" aria-label=\"",
                 width, height, width);
    plm_page_text(page, title);
    plm_page_put(page, "\">\n");
}

void plm_figure_end(plm_page *page, const char *caption)
{
    plm_page_put(page, "</svg></div><figcaption>");
    plm_page_text(page, caption);
    plm_page_put(page, "</figcaption></figure>\n");
}

void plm_svg_text(plm_page *page, double x, double y, const char *class, const char *text)
{
    plm_page_put(page, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, class);
    plm_page_text(page, text);
    plm_page_put(page, "</text>\n");
}

void plm_axis_x(plm_page *page, const plm_scale *scale, double top, double y, const char *name)
{
    double ticks[PLM_SCALE_TICKS_MAX];
    char number[PLM_PAGE_NUMBER];
    size_t n = plm_scale_ticks(scale, ticks);
    for (size_t i = 0; i < n; i++) {
        double x = plm_scale_place(scale, ticks[i]);
        plm_page_put(page,
                     "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", x,
                     top, x, y);
        plm_svg_text(page, x, y + 15, "tick middle", plm_page_number(number, ticks[i]));
    }
    plm_page_put(page, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"axis\"/>\n",
                 scale->first, y, scale->last, y);
    plm_svg_text(page, (scale->first + scale->last) / 2, y + 34, "label middle", name);
}

void plm_axis_y(plm_page *page, const plm_scale *scale, double x, double right, const char *name)
{
    double ticks[PLM_SCALE_TICKS_MAX];
    char number[PLM_PAGE_NUMBER];
    size_t n = plm_scale_ticks(scale, ticks);
    for (size_t i = 0; i < n; i++) {
        double y = plm_scale_place(scale, ticks[i]);
        plm_page_put(page,
                     "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", x,
                     y, right, y);
        plm_svg_text(page, x - 7, y + 4, "tick end", plm_page_number(number, ticks[i]));
    }
    plm_svg_text(page, x, scale->last - 12, "label start", name);
}
