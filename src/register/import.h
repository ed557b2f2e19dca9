/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h - from a source's files to records: CSV with a mapping, FollowTheMoney JSON lines, the
 * UN Security Council consolidated list (XML), OFAC's SDN list (three CSV files).
 *
 * An importer reads hostile bytes, canonicalises what it finds, and calls `record` for each entity.
 * A bad row is reported to `sink` as file:line:field with the reason and counted; the rest goes on.
 * A bad *value* of an otherwise good row: the value is dropped and reported, the row is kept if
 * it still has an identifier of its own; otherwise the row is quarantined. Which of the two a
 * diagnostic means is its severity: PLM_ERROR the row, PLM_WARNING the value.
 */
#ifndef PLM_REGISTER_IMPORT_H
#define PLM_REGISTER_IMPORT_H

#include "base/diag.h"
#include "ident/record.h"

/* What records get that the source does not say. */
typedef struct plm_import_defaults {
    plm_role role;
    const char *const *offences; /* catalogue codes, checked by the caller */
    size_t n_offences;
    char grading[PLM_GRADING_MAX];
    plm_date retention; /* year 0: none */
    char country[3];    /* region of national phone numbers, plates, ... ; "" none */
} plm_import_defaults;

/* Every 65,536 bytes or so; a status other than PLM_OK stops the import and is returned. */
typedef plm_status plm_import_progress_fn(void *context, uint64_t bytes_done, uint64_t bytes_total);
/* record is borrowed until the call returns. A status other than PLM_OK stops the import. */
typedef plm_status plm_import_record_fn(void *context, const plm_record *record, const char *file,
                                        uint64_t line);

typedef struct plm_import {
    plm_import_defaults defaults;
    plm_date today; /* dates of birth after it are rejected */
    plm_import_record_fn *record;
    plm_import_progress_fn *progress; /* may be NULL */
    void *context;
    plm_diag_sink sink;
    /* Checks an offence code that the source itself gives; false: unknown. May be NULL. */
    bool (*is_offence)(const char *code);
    /* out: */
    uint64_t n_records;     /* handed to `record` */
    uint64_t n_quarantined; /* rows refused */
    uint64_t n_warnings;    /* values dropped or marked */
} plm_import;

/*
 * Each: PLM_OK even if rows were quarantined (see the counts); PLM_E_IO, PLM_E_SYNTAX (the file as
 * a whole is not of this format; a diagnostic says where), PLM_E_LIMIT, PLM_E_NOMEM, or what a
 * callback returned.
 */
/* mapping: JSON (spec/mapping.md, spec/mapping.schema.json); csv: RFC 4180, UTF-8, BOM allowed. */
plm_status plm_import_csv(plm_import *import, const char *mapping_path,
                          const char *csv_path) PLM_MUST_CHECK;
/* FollowTheMoney entities, one JSON object a line. */
plm_status plm_import_ftm(plm_import *import, const char *path) PLM_MUST_CHECK;
/* The UN consolidated list. */
plm_status plm_import_un(plm_import *import, const char *path) PLM_MUST_CHECK;
/* OFAC: sdn.csv, alt.csv and add.csv; alt and add may be NULL. */
plm_status plm_import_ofac(plm_import *import, const char *sdn_path, const char *alt_path,
                           const char *add_path) PLM_MUST_CHECK;

/*
 * The same on bytes in memory, for fuzzing and tests; `name` stands in diagnostics.
 */
plm_status plm_import_csv_bytes(plm_import *import, plm_span mapping, const char *mapping_name,
                                plm_span csv, const char *csv_name) PLM_MUST_CHECK;
plm_status plm_import_ftm_bytes(plm_import *import, plm_span bytes,
                                const char *name) PLM_MUST_CHECK;
plm_status plm_import_un_bytes(plm_import *import, plm_span bytes, const char *name) PLM_MUST_CHECK;

#endif
