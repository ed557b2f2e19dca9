/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frequency_make.h - a table of frequencies from the records of a register, for parties to agree
 * on.
 *
 * A table is shown to others, so it must not show a person: values that fewer than `least` records
 * have are left out, counts are rounded to a multiple of PLM_FREQUENCY_ROUND, and of dates the year
 * alone is counted. Nothing says which values stand together.
 */
#ifndef PLM_IDENT_FREQUENCY_MAKE_H
#define PLM_IDENT_FREQUENCY_MAKE_H

#include "ident/frequency.h"

enum {
    PLM_FREQUENCY_LEAST = 5, /* records a value must have at least */
    PLM_FREQUENCY_ROUND = 5
};

typedef struct plm_frequency_maker {
    plm_arena arena;
    struct plm_frequency_seen *seen; /* a value of a record; repeated for each record */
    size_t n;
    size_t capacity;
    uint64_t n_records;
} plm_frequency_maker;

void plm_frequency_maker_init(plm_frequency_maker *maker);
/* Counts a record of a person; others are passed over. PLM_E_NOMEM; then the maker is of no use. */
plm_status plm_frequency_maker_add(plm_frequency_maker *maker,
                                   const plm_record *record) PLM_MUST_CHECK;

typedef struct plm_frequency_title {
    const char *name;
    const char *population;
    const char *date; /* when the register was as it is counted */
} plm_frequency_title;

/*
 * The least number of records, `least` or more, with which the table has no more than most_rows
 * rows (PLM_FREQUENCY_ROWS_MAX) and PLM_FREQUENCY_BYTES_MAX bytes: the rarest values go.
 */
uint64_t plm_frequency_maker_least(plm_frequency_maker *maker, uint64_t least, uint64_t most_rows);
/*
 * Appends the table's text; least: PLM_FREQUENCY_LEAST or more. *n_left_out: values too rare.
 * PLM_E_ARGUMENT (least too small, an empty title or one with a line end, no person), PLM_E_LIMIT,
 * PLM_E_NOMEM.
 */
plm_status plm_frequency_maker_write(plm_frequency_maker *maker, const plm_frequency_title *title,
                                     uint64_t least, plm_buf *out,
                                     uint64_t *n_left_out) PLM_MUST_CHECK;
void plm_frequency_maker_wipe(plm_frequency_maker *maker);

#endif
