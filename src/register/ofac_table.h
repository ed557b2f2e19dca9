/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ofac_table.h - alt.csv and add.csv in memory, by the number of the entity they belong to.
 *
 *   rows   [ 36 | line 1 | text ][ 173 | line 2 | text ][ 173 | line 9 | text ] ...   sorted
 */
#ifndef PLM_REGISTER_OFAC_TABLE_H
#define PLM_REGISTER_OFAC_TABLE_H

#include "register/assemble.h"
#include "register/source.h"

enum {
    PLM_OFAC_ROWS_MAX = 4 << 20,
    PLM_OFAC_TABLE_BYTES = 1 << 28
};

typedef struct plm_ofac_row {
    uint64_t entity;
    uint64_t line;
    const char *text; /* alt: the name; add: the country; "" if null */
    bool is_used;
} plm_ofac_row;

typedef struct plm_ofac_table {
    plm_arena arena;
    plm_ofac_row *rows;
    size_t n_rows;
    size_t capacity;
    const char *file; /* NULL: there is no such file */
} plm_ofac_table;

void plm_ofac_table_init(plm_ofac_table *table);
void plm_ofac_table_wipe(plm_ofac_table *table);
/*
 * Reads a file whose rows have n_columns columns, of which the first is the entity's number and
 * `column` (from 0) the text. Bad rows are quarantined. PLM_E_IO, PLM_E_LIMIT (with a diagnostic),
 * PLM_E_NOMEM, what the progress callback returned.
 */
plm_status plm_ofac_table_load(plm_ofac_table *table, plm_assembler *a, plm_source *source,
                               size_t n_columns, size_t column) PLM_MUST_CHECK;
/* The rows of an entity, in the file's order, marked as used; *n may be 0. */
plm_ofac_row *plm_ofac_table_find(plm_ofac_table *table, uint64_t entity, size_t *n);
/* Quarantines each row that no entity used. */
void plm_ofac_table_report(const plm_ofac_table *table, plm_assembler *a);

/* An entity's number: 1 to 18 digits. False: it is none. */
bool plm_ofac_number(plm_span text, uint64_t *number);
/* The field, trimmed; empty if it is OFAC's null "-0-". */
plm_span plm_ofac_field(plm_span field);

#endif
