/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_log.h - what an import handed over and reported, as text that a test can compare whole:
 *
 *   12 id=X1 person suspect B2 until=2030-01-01 minor offences=a,b
 *     name=Ivan Petrov
 *     phone=+4930123456 ?            the check digit does not fit
 *   E file.csv:3:NAME: reason        a row refused
 *   W file.csv:4:DOB: reason         a value dropped or marked
 */
#ifndef PLM_TESTS_IMPORT_LOG_H
#define PLM_TESTS_IMPORT_LOG_H

#include "register/import.h"
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct import_log {
    plm_import import;
    plm_buf text;
    uint64_t n_errors;
    uint64_t n_warnings;
    uint64_t n_progress;
    uint64_t last_done;
    uint64_t last_total;
    uint64_t n_by_kind[PLM_KIND_COUNT];
    uint64_t n_by_type[PLM_IDENT_TYPE_COUNT];
    bool is_quiet;            /* counts only */
    plm_status record_status; /* what the callbacks return */
    plm_status progress_status;
} import_log;

static inline void PLM_PRINTF(2, 3) import_log_add(import_log *log, const char *format, ...)
{
    char line[4096];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n > 0) {
        size_t used = (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
        CHECK_STATUS(plm_buf_append(&log->text, line, used), PLM_OK);
    }
}

static inline plm_status import_log_record(void *context, const plm_record *record,
                                           const char *file, uint64_t line)
{
    import_log *log = (import_log *)context;
    (void)file;
    log->n_by_kind[record->kind]++;
    for (size_t i = 0; i < record->n_values; i++) {
        log->n_by_type[record->values[i].type]++;
    }
    if (log->is_quiet) {
        return log->record_status;
    }
    char until[PLM_DATE_TEXT];
    plm_date_format(until, record->retention);
    import_log_add(
        log, "%" PRIu64 " id=%s %s %s%s%s%s%s%s%s", line, record->id, plm_kind_name(record->kind),
        plm_role_name(record->role), record->grading[0] != '\0' ? " " : "", record->grading,
        record->retention.year != 0 ? " until=" : "", record->retention.year != 0 ? until : "",
        record->is_minor ? " minor" : "", record->is_assessment ? " assessment" : "");
    for (size_t i = 0; i < record->n_offences; i++) {
        import_log_add(log, "%s%s", i == 0 ? " offences=" : ",", record->offences[i]);
    }
    import_log_add(log, "\n");
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *value = &record->values[i];
        import_log_add(log, "  %s=%s%s\n", plm_ident_type_name(value->type), value->canonical,
                       (value->flags & PLM_IDENT_CHECK_FAILED) != 0 ? " ?" : "");
    }
    return log->record_status;
}

static inline void import_log_diag(void *context, const plm_diag *diag)
{
    import_log *log = (import_log *)context;
    log->n_errors += diag->severity == PLM_ERROR;
    log->n_warnings += diag->severity == PLM_WARNING;
    if (log->is_quiet) {
        return;
    }
    import_log_add(log, "%c %s:%" PRIu64 ":%s: %s\n", diag->severity == PLM_ERROR ? 'E' : 'W',
                   diag->file, diag->line, diag->field != NULL ? diag->field : "", diag->reason);
}

static inline plm_status import_log_progress(void *context, uint64_t done, uint64_t total)
{
    import_log *log = (import_log *)context;
    CHECK(done >= log->last_done);
    CHECK(total == 0 || done <= total);
    log->n_progress++;
    log->last_done = done;
    log->last_total = total;
    return log->progress_status;
}

static inline void import_log_init(import_log *log)
{
    memset(log, 0, sizeof *log);
    plm_buf_init(&log->text, 1 << 24);
    log->import.defaults.role = PLM_ROLE_SUSPECT;
    log->import.today = (plm_date){2026, 6, 15};
    log->import.record = import_log_record;
    log->import.progress = import_log_progress;
    log->import.context = log;
    log->import.sink.fn = import_log_diag;
    log->import.sink.context = log;
}

static inline void import_log_wipe(import_log *log)
{
    plm_buf_wipe(&log->text);
}

/* The text so far, terminated. */
static inline const char *import_log_text(import_log *log)
{
    if (plm_buf_append_u8(&log->text, 0) != PLM_OK) {
        return "(log full)";
    }
    log->text.n--;
    return (const char *)log->text.data;
}

/* The counts agree with what was reported. */
static inline void import_log_check_counts(const import_log *log)
{
    CHECK_EQ_INT(log->import.n_quarantined, log->n_errors);
    CHECK_EQ_INT(log->import.n_warnings, log->n_warnings);
}

/*
 * The path of a public data file beside the source tree, or NULL if this checkout has none: such a
 * test then has nothing to check.
 */
static inline const char *import_log_data(char *path, size_t size, const char *this_file,
                                          const char *name)
{
    const char *slash = strrchr(this_file, '/');
    int n = slash == NULL ? 0 : (int)(slash - this_file);
    (void)snprintf(path, size, "%.*s/../../../shared/data/lists/%s", n, this_file, name);
    if (access(path, R_OK) != 0) {
        printf("# skipped: no %s\n", path);
        return NULL;
    }
    return path;
}

#endif
