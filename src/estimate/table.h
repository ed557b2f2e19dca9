/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - the overlap table: how many persons stand on exactly which lists.
 *
 * A *history* is the set of lists that a person stands on, as a bit mask: bit i for list i (from
 * 0). The table has a count for each history but the empty one, which nobody can count:
 *
 *   history   001  010  011  100  101  110  111     (bit 0 is list 1, at the right)
 *   count      54  463   15  995   19   62    1
 *
 * Counts are whole numbers where they come from lists or a tally; a table that was corrected for
 * noise or linkage errors may have fractions, never anything negative. A tally fills one with
 * plm_table_init and plm_table_set; a file, with estimate/table_read.h.
 */
#ifndef PLM_ESTIMATE_TABLE_H
#define PLM_ESTIMATE_TABLE_H

#include <palermo/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLM_TABLE_LISTS_MIN = 2,
    PLM_TABLE_LISTS_MAX = 8,
    PLM_TABLE_CELLS_MAX = 1 << PLM_TABLE_LISTS_MAX,
    PLM_TABLE_NAME_BYTES = 64
};

/* The largest count of a cell that is taken. */
#define PLM_TABLE_COUNT_MAX 1e9

typedef struct plm_table {
    unsigned n_lists;
    char names[PLM_TABLE_LISTS_MAX][PLM_TABLE_NAME_BYTES];
    double count[PLM_TABLE_CELLS_MAX]; /* by history; count[0] is 0 */
} plm_table;

/* All counts 0, lists named "1", "2", ... PLM_E_ARGUMENT: not 2 to 8 lists. */
plm_status plm_table_init(plm_table *table, unsigned n_lists) PLM_MUST_CHECK;
/* Names a list; a name that is too long is cut at the end of a character. */
void plm_table_set_name(plm_table *table, unsigned list, const char *name, size_t name_bytes);
/* PLM_E_ARGUMENT: no such history, or a count that is negative, too large or no number. */
plm_status plm_table_set(plm_table *table, unsigned history, double count) PLM_MUST_CHECK;

/* Histories, the empty one included: 2^n_lists. */
static inline unsigned plm_table_cells(const plm_table *table)
{
    return 1U << table->n_lists;
}

/* n, the persons on any list. */
double plm_table_total(const plm_table *table);
/* N*_theta: the persons on all lists of the set theta (a bit mask); theta 0 gives n. */
double plm_table_on_all(const plm_table *table, unsigned theta);
/* f_k: the persons on exactly k lists. */
double plm_table_frequency(const plm_table *table, unsigned k);

/* Leaves a list out: persons on no other list are gone. PLM_E_ARGUMENT: it has but two lists. */
plm_status plm_table_omit(plm_table *out, const plm_table *table, unsigned list) PLM_MUST_CHECK;
/* Makes one list of two, a < b, which keeps a's place and is called "A+B". PLM_E_ARGUMENT. */
plm_status plm_table_merge(plm_table *out, const plm_table *table, unsigned a,
                           unsigned b) PLM_MUST_CHECK;
/*
 * The table of the other lists among the persons of `list`: there the number of those on none of
 * the others is known, *known_total being the truth. PLM_E_ARGUMENT: it has but two lists.
 */
plm_status plm_table_condition(plm_table *out, const plm_table *table, unsigned list,
                               double *known_total) PLM_MUST_CHECK;

#endif
