/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - an estimate as JSON, as CSV and as a page for a browser.
 *
 * None of them depends on the number of threads or on the clock: the same table, options and
 * version give the same bytes.
 */
#ifndef PLM_ESTIMATE_REPORT_H
#define PLM_ESTIMATE_REPORT_H

#include "base/bytes.h"
#include "estimate/estimate.h"

#include <jansson.h>

enum {
    PLM_REPORT_MAX = 64 << 20
};

/* A new reference (json_decref); no number is null. PLM_E_NOMEM. spec/estimate.md, section 15. */
plm_status plm_report_json(const plm_estimate *estimate, json_t **out) PLM_MUST_CHECK;

/* One row for each number: section, name, model, truth, estimate, low, high. Appends. */
plm_status plm_report_csv(const plm_estimate *estimate, plm_buf *out) PLM_MUST_CHECK;

/*
 * One HTML document with everything in it: pictures as inline SVG, no script, no request to
 * anywhere. title: any text (it is escaped). Appends.
 */
plm_status plm_report_html(const plm_estimate *estimate, const char *title,
                           plm_buf *out) PLM_MUST_CHECK;

#endif
