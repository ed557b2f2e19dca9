/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_view.h - tallies and their tables as the command line and the local API show them: JSON,
 * and the CSV of 'palermo estimate'. There is nothing personal in any of it.
 */
#ifndef PLM_NODE_TALLY_VIEW_H
#define PLM_NODE_TALLY_VIEW_H

#include "base/json.h"
#include "node/tally.h"

enum {
    PLM_TALLY_CSV_MAX = 16 << 20
};

/* {"tally", "state", "purpose", "counts", "created", "reason", "blamed", "clause"}; a new
 * reference, NULL without memory. */
json_t *plm_tally_row_view(const plm_tally_row *row);

/* How far a tally has come. */
typedef struct plm_tally_progress {
    unsigned hops[PLM_TALLY_MEMBERS_MAX]; /* of the list of the party at a place */
    unsigned waits_for;                   /* the place of the party that is waited for */
} plm_tally_progress;

/* PLM_E_STORE. */
plm_status plm_tally_progress_of(plm_store *store, const plm_tally_book *book,
                                 plm_tally_progress *out) PLM_MUST_CHECK;
/* The row's members, and "parties", "strata", "waits_for"; a new reference, NULL without memory. */
json_t *plm_tally_view(const plm_tally_book *book, const plm_tally_progress *progress);

/* The table that all have signed. PLM_E_NOT_FOUND: there is none yet. PLM_E_STORE. */
plm_status plm_tally_table_of(const plm_tally_book *book, plm_tally_table *out) PLM_MUST_CHECK;
/* The place in the ring of the party whose list is the table's number i. */
unsigned plm_tally_table_place(const plm_tally_table *table, unsigned i);
/* Everything with which somebody else can check it: cells, the signed bytes, and who signed. A new
 * reference, NULL without memory. */
json_t *plm_tally_table_view(plm_store *store, const plm_tally_book *book,
                             const plm_tally_table *table);
/*
 * Appends the columns of 'palermo estimate'; a number that was suppressed is left empty.
 * PLM_E_NOMEM, PLM_E_LIMIT.
 */
plm_status plm_tally_table_csv(const plm_tally_book *book, const plm_tally_table *table,
                               plm_buf *out) PLM_MUST_CHECK;

#endif
