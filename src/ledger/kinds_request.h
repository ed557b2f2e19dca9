/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds_request.h - one line for people of the entries about cases, requests and deliveries; rows
 * of the table in kinds.c. PLM_E_PROTOCOL: the body is not what the kind has; nothing was appended.
 */
#ifndef PLM_LEDGER_KINDS_REQUEST_H
#define PLM_LEDGER_KINDS_REQUEST_H

#include "base/bytes.h"

plm_status plm_kind_case(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_parcel(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_acknowledgement(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_parcel_refused(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_attachment(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_erased(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_request_late(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_request_export(plm_span body, plm_buf *out) PLM_MUST_CHECK;
plm_status plm_kind_denounce(plm_span body, plm_buf *out) PLM_MUST_CHECK;

#endif
