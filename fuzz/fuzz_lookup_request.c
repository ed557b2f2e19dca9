/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of gates and programs: a line of JSON. What is taken holds what the header says; what is
 * refused is complained about. Every value of a subject is canonical, and there are few of them,
 * however many readings a zone has.
 */
#include "fuzz.h"
#include "node/lookup_json.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_subject(const plm_record *record)
{
    require(record->n_values <= PLM_SUBJECT_VALUES_MAX);
    for (size_t i = 0; i < record->n_values; i++) {
        require(record->values[i].canonical[0] != '\0');
    }
}

static void count(void *context, const plm_diag *diag)
{
    require(diag->reason[0] != '\0');
    ++*(size_t *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const plm_date today = {2026, 11, 25};
    static plm_lookup_request request;
    size_t n_complaints = 0;
    const plm_diag_sink sink = {count, &n_complaints};
    json_t *root = NULL;
    if (plm_json_parse(&root, plm_span_of(data, size), &sink, NULL, 0) != PLM_OK) {
        require(n_complaints > 0);
        return 0;
    }
    const plm_json_at at = plm_json_root(root, &sink, NULL, 0);
    plm_status status = plm_lookup_request_read(&request, &at, today);
    if (status == PLM_OK) {
        require(request.deadline_ms >= 1 && request.deadline_ms <= PLM_LOOKUP_DEADLINE_MAX_MS);
        require(request.terms.purpose[0] != '\0' && request.terms.case_ref[0] != '\0');
        require(request.n_subjects >= 1 && request.n_subjects <= PLM_LOOKUP_SUBJECTS_MAX);
        require(request.is_batch || request.n_subjects == 1);
        require(request.at_once >= 1 && request.terms.n_with <= PLM_LOOKUP_WITH_MAX);
        for (size_t k = 0; k < request.n_subjects; k++) {
            check_subject(&request.subjects[k].record);
        }
    } else {
        require(n_complaints > 0 || status == PLM_E_LIMIT || status == PLM_E_NOMEM);
    }
    plm_lookup_request_wipe(&request);
    json_decref(root);
    return 0;
}
