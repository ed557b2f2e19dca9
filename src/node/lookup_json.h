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

/*
 * A request: {"purpose": "...", "case": "...", "subject": {"mrz": "...", "identifiers": [{"type",
 * "value", "country"}]}, "deadline_ms": 2000}; mrz or identifiers, or both. For "subject" a batch
 * has "subjects": a list of such, and "at_once": how many of them. It may say "offence", "accord",
 * and "with", a list of parties, as 'palermo lookup' does.
 */
enum {
    PLM_LOOKUP_DEADLINE_MS = 2000, /* where a request has none */
    PLM_LOOKUP_DEADLINE_MAX_MS = 60000,
    PLM_LOOKUP_SUBJECTS_MAX = 1024, /* subjects */
    PLM_LOOKUP_AT_ONCE = 32,
    PLM_LOOKUP_AT_ONCE_MAX = 256,
    PLM_LOOKUP_WITH_MAX = 16
};

/* Under what is asked, and whom. */
typedef struct plm_lookup_under {
    char purpose[PLM_CODE_MAX];
    char case_ref[PLM_TEXT_MAX];
    char offence[PLM_CODE_MAX]; /* "": the first that fits */
    bool has_accord;
    uint8_t accord_hash[PLM_HASH_BYTES];
    char with[PLM_LOOKUP_WITH_MAX][PLM_CODE_MAX]; /* n_with of them; 0: all parties */
    size_t n_with;
} plm_lookup_under;

typedef struct plm_lookup_request {
    plm_lookup_under terms;
    plm_subject *subjects;
    size_t n_subjects;
    bool is_batch;
    int deadline_ms;
    unsigned at_once;
} plm_lookup_request;

/*
 * Reads it; what is wrong is reported at its JSON pointer. PLM_E_INVALID, PLM_E_NOMEM. To be wiped
 * in any case.
 */
plm_status plm_lookup_request_read(plm_lookup_request *out, const plm_json_at *at,
                                   plm_date today) PLM_MUST_CHECK;
void plm_lookup_request_wipe(plm_lookup_request *request);

/* {"answers": [...]}, a new reference; NULL without memory. */
json_t *plm_lookup_answers_json(const plm_lookup_answer_of *answers, size_t n);

/* What a row of a batch says that could not be asked, in words. */
const char *plm_lookup_row_fault(plm_status status);

/*
 * Asks, and appends the answers as JSON in one line: {"answers": [...]}; of a batch {"results":
 * [...]}, for each subject such an object, or {"error": "..."}. Statuses as of plm_lookups_ask.
 */
plm_status plm_lookup_answer_json(plm_lookups *lookups, const plm_lookup_request *request,
                                  plm_buf *out) PLM_MUST_CHECK;

#endif
