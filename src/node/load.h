/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.h - a register is loaded from its source's files, all of it or nothing, with one entry in
 * the ledger.
 */
#ifndef PLM_NODE_LOAD_H
#define PLM_NODE_LOAD_H

#include "register/import.h"
#include "store/store.h"

enum {
    PLM_LOAD_FILES_MAX = 3,
    PLM_LOAD_NAME_MAX = 65,      /* bytes of a register's name, terminator included */
    PLM_LOAD_RETENTION_YEARS = 4 /* with the rest of this one, five at most
                                    (spec/imports.md section 1) */
};

/* "csv", "ftm", "un", "ofac", NULL. */
extern const char *const plm_load_formats[];

/* What is to be loaded; strings are borrowed. */
typedef struct plm_load {
    const char *name;
    const char *format;
    const char *mapping; /* path; with csv, and only with it */
    const char *files[PLM_LOAD_FILES_MAX];
    const char *names[PLM_LOAD_FILES_MAX]; /* what people call them; NULL: by their paths */
    size_t n_files;
    bool is_dry_run; /* read and report, write nothing */
    plm_import_defaults defaults;
    int64_t now_ms;
    /* Each may be NULL. What they get is borrowed. progress may end the load by its status. */
    plm_import_progress_fn *progress;
    /* What comes after reading: "search" and "changes"; the first may be ended, too. */
    plm_status (*phase)(void *context, const char *phase, uint64_t done, uint64_t total);
    plm_import_record_fn *seen;
    plm_diag_sink sink;
    void *context;
    /* out: */
    uint64_t n_put[3]; /* by plm_put_result */
    uint64_t n_records;
    uint64_t n_quarantined;
    uint64_t n_warnings;
} plm_load;

/*
 * What stands against name, format, mapping and files, as a sentence; NULL: nothing. *field: what
 * it is about: "name", "format", "mapping" or "files".
 */
const char *plm_load_objection(const plm_load *load, const char **field);
/* The last day of records without a date of their own, where nobody says: no record is kept without
 * end, and loading again the same year changes nothing. */
plm_date plm_load_retention(int64_t now_ms);

/* store: in no transaction; may be NULL for a dry run. Statuses of the importers
 * (register/import.h) and the store. */
plm_status plm_load_run(plm_load *load, plm_store *store) PLM_MUST_CHECK;

/* Deletes a register with all it holds. PLM_E_NOT_FOUND. */
plm_status plm_register_drop(plm_store *store, const char *name, int64_t now_ms) PLM_MUST_CHECK;

#endif
