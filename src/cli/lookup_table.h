/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_table.h - a table of travellers, row by row: CSV whose head names a column each "id",
 * "mrz", "country" (of what stands behind it), or a type of identifiers; others are passed over.
 */
#ifndef PLM_CLI_LOOKUP_TABLE_H
#define PLM_CLI_LOOKUP_TABLE_H

#include "cli/lookup_question.h"

typedef struct plm_lookup_table plm_lookup_table;

typedef struct plm_lookup_row {
    uint64_t number; /* from 1, the head not counted */
    plm_subject subject;
    json_t *json;    /* the same as the API wants it */
    char *id;        /* NULL if there is none */
    char error[256]; /* why it can't be asked; "" if it can */
} plm_lookup_row;

/* "-": standard input. PLM_E_IO and PLM_E_SYNTAX (no column to ask with) are said on standard
 * error. */
plm_status plm_lookup_table_open(plm_lookup_table **out, const char *path,
                                 plm_date today) PLM_MUST_CHECK;
void plm_lookup_table_close(plm_lookup_table *table);

/* The next row; PLM_E_NOT_FOUND at the end. PLM_E_IO, PLM_E_NOMEM. */
plm_status plm_lookup_table_next(plm_lookup_table *table, plm_lookup_row *row) PLM_MUST_CHECK;
void plm_lookup_row_wipe(plm_lookup_row *row);

#endif
