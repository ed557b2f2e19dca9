/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - the verbs of palermo request, and what they share.
 */
#ifndef PLM_CLI_REQUEST_H
#define PLM_CLI_REQUEST_H

#include "cli/operation.h"

extern const plm_operation plm_operation_request_list;  /* request_list.c */
extern const plm_operation plm_operation_request_show;  /* request_list.c */
extern const plm_operation plm_operation_request_new;   /* request_draft.c */
extern const plm_operation plm_operation_request_edit;  /* request_draft.c */
extern const plm_operation plm_operation_request_check; /* request_draft.c */
extern const plm_operation plm_operation_request_send;  /* request_draft.c */
/* request_step.c; each is the action that its verb is. */
extern const plm_operation plm_operation_request_accept;
extern const plm_operation plm_operation_request_refuse;
extern const plm_operation plm_operation_request_postpone;
extern const plm_operation plm_operation_request_consult;
extern const plm_operation plm_operation_request_answer;
extern const plm_operation plm_operation_request_close;
extern const plm_operation plm_operation_request_withdraw;
extern const plm_operation plm_operation_request_recall;
extern const plm_operation plm_operation_request_attach;
extern const plm_operation plm_operation_request_export; /* request_export.c */
extern const plm_operation plm_operation_request_print;  /* request_export.c */

/*
 * Puts "name=value" or "group.name=value" into a document. PLM_E_INVALID, said: no such field, or a
 * value that is none.
 */
plm_status plm_request_set(json_t *document, const char *assignment,
                           const char *command) PLM_MUST_CHECK;

#endif
