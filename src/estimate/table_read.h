/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_read.h - overlap tables from CSV (RFC 4180, UTF-8; spec/estimate.md, section 1).
 *
 *   LA,NG,PFNCA,GO,count
 *   1,0,0,0,54
 *   1,1,0,0,15
 *
 * One column of 0 and 1 for each list, a column "count", and columns that name a stratum (sex, age
 * group, ...) where they are asked for by name. A history that is missing counts 0. Every error
 * names file, line and field.
 */
#ifndef PLM_ESTIMATE_TABLE_READ_H
#define PLM_ESTIMATE_TABLE_READ_H

#include "base/diag.h"
#include "estimate/table.h"

enum {
    PLM_TABLE_FILE_MAX = 16 << 20, /* bytes of a file */
    PLM_TABLE_COLUMNS_MAX = 32,
    PLM_TABLE_STRATA_MAX = 64 /* values of all stratum columns together */
};

/* The rows with one value in one stratum column. */
typedef struct plm_stratum {
    char column[PLM_TABLE_NAME_BYTES];
    char value[PLM_TABLE_NAME_BYTES];
    plm_table table;
} plm_stratum;

typedef struct plm_table_file {
    plm_table table; /* all rows */
    size_t n_strata;
    plm_stratum *strata; /* column by column, values as they come up; owned */
} plm_table_file;

typedef struct plm_table_format {
    const char *const *strata; /* names of stratum columns, NULL-terminated; NULL: none */
    bool is_noised;            /* counts may be negative, and then count as 0 */
} plm_table_format;

/*
 * Reads the bytes of one file; `file` is its name in diagnostics. out is to be wiped in any case.
 * PLM_E_SYNTAX, PLM_E_INVALID, PLM_E_NOMEM.
 */
plm_status plm_table_read(plm_table_file *out, plm_span text, const char *file,
                          const plm_table_format *format, const plm_diag_sink *sink) PLM_MUST_CHECK;
void plm_table_file_wipe(plm_table_file *file);

#endif
