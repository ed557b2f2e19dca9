/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_question.h - a subject as the API takes it (spec/lookup.md section 11): {"mrz": "...",
 * "identifiers": [{"type", "value", "country"}]}, of the texts that were given, not of what was
 * made of them.
 */
#ifndef PLM_CLI_LOOKUP_QUESTION_H
#define PLM_CLI_LOOKUP_QUESTION_H

#include "base/json.h"
#include "node/lookup_subject.h"

/* Both add to the object. PLM_E_INVALID: the text is no UTF-8. PLM_E_NOMEM. */
plm_status plm_lookup_json_add_mrz(json_t *subject, plm_span text) PLM_MUST_CHECK;
plm_status plm_lookup_json_add(json_t *subject, const plm_subject_part *part) PLM_MUST_CHECK;

#endif
