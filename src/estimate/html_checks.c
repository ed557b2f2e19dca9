/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/html.h"

#include <math.h>

static void tell_coverage(plm_page *page, const plm_estimate *e)
{
    static const char *const names[PLM_COVERAGE_METHODS] = {
        "independent lists",       "stepwise, model taken as given",
        "stepwise, selected anew", "best by BIC",
        "average over graphs",     "Chao\xE2\x80\x99s bound below the truth"};
    plm_page_put(page,
                 "<h3>How often the intervals hold the truth, on tables like this one</h3>\n"
                 "<p class=\"soft\">Simulated from the stepwise model, with its estimate as the "
                 "truth: if even then an interval misses too often, it is too narrow.</p>\n"
                 "<div class=\"scroll\"><table><tr><th>method</th><th>simulations</th>"
                 "<th>held the truth</th><th>estimate / truth</th><th>upper / lower end</th>"
                 "</tr>\n");
    for (unsigned m = 0; m < PLM_COVERAGE_METHODS; m++) {
        const plm_coverage_result *r = &e->coverage.method[m];
        if (r->n == 0) {
            continue;
        }
        plm_page_put(page, "<tr><td>%s</td><td>%u</td><td>%.0f %%</td><td>%.2f</td>", names[m],
                     r->n, 100 * r->held, r->ratio);
        if (isfinite(r->width)) {
            plm_page_put(page, "<td>%.2f</td></tr>\n", r->width);
        } else {
            plm_page_put(page, "<td></td></tr>\n");
        }
    }
    plm_page_put(page, "</table></div>\n");
}

static void tell_priors(plm_page *page, const plm_estimate *e)
{
    plm_page_put(page,
                 "<h3>Average over graphs under other priors</h3>\n<div class=\"scroll\"><table>"
                 "<tr><th>prior</th><th>median</th><th>low</th><th>high</th></tr>\n"
                 "<tr><td>delta 2<sup>-%u</sup>, 1/N (the usual)</td>",
                 e->table.n_lists);
    plm_html_cell(page, e->graphs.median);
    plm_html_cell(page, plm_average_quantile(&e->graphs, 0.025));
    plm_html_cell(page, plm_average_quantile(&e->graphs, 0.975));
    plm_page_put(page, "</tr>\n");
    for (size_t i = 0; i < e->n_priors; i++) {
        const plm_estimate_prior *p = &e->prior[i];
        plm_page_put(page, "<tr><td>delta %.4g, %s</td>", p->delta,
                     p->prior > 1 ? "1/N<sup>2</sup>" : "1/N");
        plm_html_cell(page, p->median);
        plm_html_cell(page, p->low);
        plm_html_cell(page, p->high);
        plm_page_put(page, "</tr>\n");
    }
    plm_page_put(page, "</table></div>\n");
}

static void tell_errors(plm_page *page, const plm_estimate *e)
{
    static const char *const kinds[] = {"none", "discrete Laplace, epsilon", "Gaussian, deviation",
                                        "none, but counts left out below"};
    const plm_error_rates *r = &e->options.rates;
    char number[PLM_PAGE_NUMBER];
    plm_page_put(page, "<h3>Noise and linkage errors taken out</h3>\n<p>Stated: noise %s",
                 kinds[r->noise]);
    if (r->noise != PLM_NOISE_NONE) {
        plm_page_put(page, " %.3g", r->scale);
    }
    if (r->n_terms > 1) {
        plm_page_put(page, " in each of %u strata added up", r->n_terms);
    }
    plm_page_put(page,
                 ", missed links %.3g, false links %.3g. As counted, the stepwise estimate is "
                 "%.2f times what it is with the expected linkage errors taken out (%s",
                 r->missed, r->false_links, e->errors.inflation,
                 plm_page_number(number, e->errors.corrected));
    plm_page_put(page, "); over %u draws of the true table it is %s at the median", e->errors.n,
                 plm_page_number(number, e->errors.median));
    plm_page_put(page, ", 95 %% from %s", plm_page_number(number, e->errors.low));
    plm_page_put(page, " to %s.</p>\n", plm_page_number(number, e->errors.high));
}

static void tell_classes(plm_page *page, const plm_estimate *e)
{
    char number[PLM_PAGE_NUMBER];
    plm_page_put(page,
                 "<h3>Latent-class chains</h3>\n<p>R-hat %.3f, %s effective draws of %u; medians "
                 "of the chains:",
                 e->classes.rhat, plm_page_number(number, e->classes.ess),
                 e->classes.n_chains * e->classes.n_kept);
    for (unsigned c = 0; c < e->classes.n_chains; c++) {
        plm_page_put(page, "%s %s", c == 0 ? "" : ",",
                     plm_page_number(number, e->classes.chain_median[c]));
    }
    plm_page_put(page, ". %s</p>\n",
                 e->classes.is_mixed
                     ? "They have reached the same law."
                     : "They have not reached the same law, and no summary of them is "
                       "given.");
}

void plm_html_checks(plm_page *page, const plm_estimate *e)
{
    plm_page_put(page, "<h2>Further checks</h2>\n");
    if (e->has_errors) {
        tell_errors(page, e);
    }
    if (e->has_coverage) {
        tell_coverage(page, e);
    }
    if (e->n_priors > 0) {
        tell_priors(page, e);
    }
    if (e->has_classes) {
        tell_classes(page, e);
    }
}

void plm_html_strata(plm_page *page, const plm_estimate *e)
{
    if (e->n_strata == 0) {
        return;
    }
    plm_page_put(page, "<h2>By stratum</h2>\n<div class=\"scroll\"><table><tr><th>stratum</th>"
                       "<th>persons</th><th>stepwise</th><th>low</th><th>high</th>"
                       "<th>independent</th><th>Chao</th></tr>\n");
    for (size_t i = 0; i < e->n_strata; i++) {
        const plm_stratum_estimate *s = &e->strata[i];
        plm_page_put(page, "<tr><td>");
        plm_page_text(page, s->stratum->column);
        plm_page_put(page, ": ");
        plm_page_text(page, s->stratum->value);
        plm_page_put(page, "</td>");
        plm_html_cell(page, s->n);
        if (s->is_refused) {
            plm_page_put(page, "<td class=\"text\" colspan=\"5\">no estimate: ");
            for (size_t f = 0; f < s->findings.n; f++) {
                if (s->findings.item[f].level == PLM_FINDING_REFUSAL) {
                    plm_page_text(page, s->findings.item[f].text);
                    break;
                }
            }
            plm_page_put(page, "</td></tr>\n");
            continue;
        }
        plm_html_cell(page, s->stepwise);
        plm_html_cell(page, s->low);
        plm_html_cell(page, s->high);
        plm_html_cell(page, s->main);
        plm_html_cell(page, s->chao);
        plm_page_put(page, "</tr>\n");
    }
    plm_page_put(page,
                 "</table></div>\n<p class=\"soft\">Estimates of strata need not add up to that "
                 "of the whole; where they differ much, persons of different strata are found "
                 "with different ease, and the sum over strata is the better number.</p>\n");
}
