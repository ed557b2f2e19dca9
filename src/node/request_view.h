/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_view.h - a request as JSON, for people and exports (spec/request.md section 8).
 */
#ifndef PLM_NODE_REQUEST_VIEW_H
#define PLM_NODE_REQUEST_VIEW_H

#include "node/request.h"

enum {
    PLM_STEP_NAME = 8 /* "r12", "h3": side and number */
};

void plm_step_name(char out[static PLM_STEP_NAME], plm_request_side side, int64_t sequence);
/* The id of a step by its name. PLM_E_NOT_FOUND. */
plm_status plm_step_find(const plm_request_book *book, const char *name,
                         uint8_t id[static PLM_HASH_BYTES]) PLM_MUST_CHECK;

/*
 * Everything there is of a request: head, document or draft, steps with their content, and how far
 * each step of ours got. With signatures, for whoever wants to verify: the signed bodies too.
 * *out: new reference. PLM_E_STORE, PLM_E_NOMEM.
 */
plm_status plm_request_view(json_t **out, plm_store *store, const plm_request_book *book,
                            bool with_signatures, int64_t now_ms) PLM_MUST_CHECK;

/*
 * Whether a use keeps to the conditions of all that the peer disclosed in it; PLM_CONDITION_NONE if
 * so, else the condition and, in `step`, the name of the step that carries it.
 */
plm_status plm_request_check_use(plm_store *store, const plm_request_book *book, const plm_use *use,
                                 plm_condition_kind *broken,
                                 char step[static PLM_STEP_NAME]) PLM_MUST_CHECK;

#endif
