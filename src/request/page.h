/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - a request as one printable page: HTML with its own style, nothing fetched, nothing run.
 */
#ifndef PLM_REQUEST_PAGE_H
#define PLM_REQUEST_PAGE_H

#include "base/json.h"

/*
 * Appends the page of a request's JSON form (spec/request.md section 8). Every text is escaped, and
 * the page forbids scripts and the network to itself. PLM_E_NOMEM, PLM_E_LIMIT.
 */
plm_status plm_page_write(plm_buf *out, const json_t *view) PLM_MUST_CHECK;

#endif
