/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.h - the parts of the report's page, one file each.
 */
#ifndef PLM_ESTIMATE_HTML_H
#define PLM_ESTIMATE_HTML_H

#include "estimate/estimate.h"
#include "estimate/page.h"

/* Pieces of the style sheet, NULL-terminated. */
extern const char *const plm_html_style[];

void plm_html_words(plm_page *page, const plm_estimate *e);       /* in plain words */
void plm_html_findings(plm_page *page, const plm_findings *f);    /* warnings, notes */
void plm_html_methods(plm_page *page, const plm_estimate *e);     /* side by side */
void plm_html_overlap(plm_page *page, const plm_estimate *e);     /* who is on which lists */
void plm_html_densities(plm_page *page, const plm_estimate *e);   /* posteriors, bootstraps */
void plm_html_models(plm_page *page, const plm_estimate *e);      /* span and trajectory */
void plm_html_odds(plm_page *page, const plm_estimate *e);        /* the identifying assumption */
void plm_html_views(plm_page *page, const plm_estimate *e);       /* known truths, neighbours */
void plm_html_checks(plm_page *page, const plm_estimate *e);      /* coverage, errors, priors */
void plm_html_strata(plm_page *page, const plm_estimate *e);      /* by sex, age, ... */
void plm_html_assumptions(plm_page *page, const plm_estimate *e); /* and what breaks them */

/* A table cell with a number. */
void plm_html_cell(plm_page *page, double x);

#endif
