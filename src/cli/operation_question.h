/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation_question.h - what the words and options of an operation become.
 */
#ifndef PLM_CLI_OPERATION_QUESTION_H
#define PLM_CLI_OPERATION_QUESTION_H

#include "cli/operation.h"

/* Arguments, file and body, of the words and options. PLM_E_NOMEM. */
plm_status plm_operation_fill(plm_operation_call *call, const plm_api_route *route) PLM_MUST_CHECK;
/* The path with the arguments in it, then the query; terminated. PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_operation_target(const plm_operation_call *call, plm_buf *out) PLM_MUST_CHECK;
/* Who acts; "" if nobody was named. */
const char *plm_operation_officer(const plm_operation_call *call);

#endif
