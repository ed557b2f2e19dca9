/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inquiry_store.h - an inquiry's answer by the API's handlers in this process.
 */
#ifndef PLM_CLI_INQUIRY_STORE_H
#define PLM_CLI_INQUIRY_STORE_H

#include "cli/inquiry.h"

/* As plm_inquiry_ask; inquiry->http says what the answer is. Opens the key if it is to be signed.
 */
plm_status plm_inquiry_ask_store(plm_inquiry *inquiry, const plm_inquiry_question *question,
                                 plm_buf *answer) PLM_MUST_CHECK;
/* As plm_inquiry_listen; a problem is appended to problem. */
plm_status plm_inquiry_listen_store(plm_inquiry *inquiry, const plm_inquiry_question *question,
                                    plm_http_piece_fn *take, void *context,
                                    plm_buf *problem) PLM_MUST_CHECK;
/*
 * Whether who asks may do the operation, where a command does it itself. PLM_E_REJECTED, as of
 * plm_inquiry_ask.
 */
plm_status plm_inquiry_may(plm_inquiry *inquiry, const char *method,
                           const char *operation) PLM_MUST_CHECK;
/* Whether the operation counts Idempotency-Keys, so that it may be asked for twice. */
bool plm_inquiry_is_once(const plm_inquiry_question *question);

#endif
