/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_check.h - what must hold of every record an importer hands over, whatever its input was.
 */
#ifndef PLM_FUZZ_IMPORT_CHECK_H
#define PLM_FUZZ_IMPORT_CHECK_H

#include "base/utf8.h"
#include "register/import.h"

#include <stdlib.h>
#include <string.h>

static inline void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

typedef struct import_check {
    plm_import import;
    uint64_t n_records;
    uint64_t n_errors;
    uint64_t n_warnings;
} import_check;

static inline plm_status check_record(void *context, const plm_record *record, const char *file,
                                      uint64_t line)
{
    import_check *check = (import_check *)context;
    size_t n = strlen(record->id);
    bool has_identifier = false;
    check->n_records++;
    must(file != NULL && line > 0);
    must(n > 0 && n < PLM_RECORD_ID_MAX && plm_utf8_is_text(plm_span_of(record->id, n)));
    must(record->kind < PLM_KIND_COUNT && record->role < PLM_ROLE_COUNT);
    must(plm_grading_is_valid(record->grading));
    must(record->n_values <= PLM_RECORD_VALUES_MAX);
    must(record->n_offences <= PLM_RECORD_OFFENCES_MAX);
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *value = &record->values[i];
        size_t length = strlen(value->canonical);
        must(value->type < PLM_IDENT_TYPE_COUNT && value->raw != NULL);
        must(length > 0 && length < PLM_IDENT_CANONICAL_MAX);
        has_identifier = has_identifier || (value->type != PLM_IDENT_NATIONALITY &&
                                            value->type != PLM_IDENT_BIRTH_DATE);
        for (size_t j = 0; j < i; j++) {
            must(value->type != record->values[j].type ||
                 strcmp(value->canonical, record->values[j].canonical) != 0);
        }
    }
    must(has_identifier);
    return PLM_OK;
}

static inline void check_diag(void *context, const plm_diag *diag)
{
    import_check *check = (import_check *)context;
    check->n_errors += diag->severity == PLM_ERROR;
    check->n_warnings += diag->severity == PLM_WARNING;
    must(diag->file != NULL && diag->reason != NULL && diag->reason[0] != '\0');
}

static inline void check_init(import_check *check)
{
    memset(check, 0, sizeof *check);
    check->import.today = (plm_date){2026, 6, 15};
    check->import.record = check_record;
    check->import.context = check;
    check->import.sink.fn = check_diag;
    check->import.sink.context = check;
}

/* The counts agree with what was handed over and reported. */
static inline void check_counts(const import_check *check, plm_status status)
{
    must(check->import.n_records == check->n_records);
    must(check->import.n_warnings == check->n_warnings);
    must(status != PLM_OK || check->import.n_quarantined == check->n_errors);
}

#endif
