/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_csv.h - rows and fields of a small CSV file in memory.
 */
#ifndef PLM_ESTIMATE_TABLE_CSV_H
#define PLM_ESTIMATE_TABLE_CSV_H

#include "estimate/table_read.h"

typedef struct plm_table_csv {
    plm_span text;
    size_t at;
    char separator;
    uint64_t line; /* of the last row */
    uint64_t next_line;
    size_t n_fields;
    plm_span field[PLM_TABLE_COLUMNS_MAX]; /* of the last row; a quoted one without its quotes */
    uint8_t unquoted[1024];                /* fields that have doubled quotes inside */
    size_t n_unquoted;
} plm_table_csv;

/* Skips a byte-order mark; the separator is a comma, or a semicolon if the header has no comma. */
void plm_table_csv_init(plm_table_csv *csv, plm_span text);
/*
 * The next row that is not empty. PLM_E_NOT_FOUND at the end; PLM_E_SYNTAX with the reason in
 * *reason.
 */
plm_status plm_table_csv_next(plm_table_csv *csv, const char **reason) PLM_MUST_CHECK;

#endif
