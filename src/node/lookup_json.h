/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_json.h - lookups for other programs: JSON in, JSON out (spec/lookup.md section 11). It
 * knows nothing of HTTP; POST /v1/lookups and 'palermo lookup' both speak it.
 */
#ifndef PLM_NODE_LOOKUP_JSON_H
#define PLM_NODE_LOOKUP_JSON_H

#include "base/json.h"
#include "node/lookup.h"
#include "node/lookup_subject.h"

/* A request: {"purpose": "...", "case": "...", "subject": {"mrz": "...", "identifiers": [{"type",
 * "value", "country"}]}, "deadline_ms": 2000}; mrz or identifiers, or both. */
typedef struct plm_lookup_request {
    char purpose[PLM_CODE_MAX];
    char case_ref[PLM_TEXT_MAX];
    plm_subject subject;
    int deadline_ms;
} plm_lookup_request;

enum {
    PLM_LOOKUP_DEADLINE_MS = 2000, /* where a request has none */
    PLM_LOOKUP_DEADLINE_MAX_MS = 60000
};

/*
 * Reads it; what is wrong is reported at its JSON pointer. PLM_E_INVALID, PLM_E_NOMEM. To be wiped
 * in any case.
 */
plm_status plm_lookup_request_read(plm_lookup_request *out, const plm_json_at *at,
                                   plm_date today) PLM_MUST_CHECK;
void plm_lookup_request_wipe(plm_lookup_request *request);

/* {"answers": [...]}, a new reference; NULL without memory. */
json_t *plm_lookup_answers_json(const plm_lookup_answer_of *answers, size_t n);

/* Asks, and appends the answers as JSON in one line. Statuses as of plm_lookups_ask. */
plm_status plm_lookup_answer_json(plm_lookups *lookups, const plm_lookup_request *request,
                                  plm_buf *out) PLM_MUST_CHECK;

#endif
