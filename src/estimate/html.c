/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include "estimate/report.h"

#include <inttypes.h>
#include <stdio.h>

void plm_html_cell(plm_page *page, double x)
{
    char number[PLM_PAGE_NUMBER];
    plm_page_put(page, "<td>%s</td>", plm_page_number(number, x));
}

static void begin(plm_page *page, const plm_estimate *e, const char *title)
{
    char number[PLM_PAGE_NUMBER];
    plm_page_put(page, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                       "<title>");
    plm_page_text(page, title);
    plm_page_put(page, "</title><style>\n");
    for (size_t i = 0; plm_html_style[i] != NULL; i++) {
        plm_page_put(page, "%s", plm_html_style[i]);
    }
    plm_page_put(page, "</style></head><body><main>\n<h1>");
    plm_page_text(page, title);
    plm_page_put(page,
                 "</h1><p class=\"soft\">%s persons on %u lists: ", plm_page_number(number, e->n),
                 e->table.n_lists);
    for (unsigned i = 0; i < e->table.n_lists; i++) {
        plm_page_put(page, "%s", i == 0 ? "" : ", ");
        plm_page_text(page, e->table.names[i]);
        plm_page_put(page, " (%s)", plm_page_number(number, plm_table_on_all(&e->table, 1U << i)));
    }
    plm_page_put(page, "</p>\n");
}

static void end(plm_page *page, const plm_estimate *e)
{
    plm_page_put(page,
                 "<h2>How this was made</h2>\n<p class=\"soft\">palermo %s, seed %" PRIu64
                 ", %u resamples in each bootstrap. The same table, seed and version give the same "
                 "page, on any number of processors. Every formula and its source: "
                 "spec/estimate.md.</p>\n</main></body></html>\n",
                 PALERMO_VERSION, e->options.seed, e->options.n_resamples);
}

plm_status plm_report_html(const plm_estimate *e, const char *title, plm_buf *out)
{
    plm_page page = {out, PLM_OK};
    size_t before = out->n;
    begin(&page, e, title);
    plm_html_words(&page, e);
    plm_html_findings(&page, &e->findings);
    if (!e->is_refused) {
        plm_html_methods(&page, e);
    }
    plm_html_overlap(&page, e);
    if (!e->is_refused) {
        plm_html_densities(&page, e);
        plm_html_models(&page, e);
        plm_html_odds(&page, e);
        plm_html_views(&page, e);
        plm_html_checks(&page, e);
        plm_html_strata(&page, e);
    }
    plm_html_assumptions(&page, e);
    end(&page, e);
    if (page.status != PLM_OK) {
        out->n = before;
    }
    return page.status;
}
