/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader_beside.h - a second hand of a load: rows that nobody sees yet go into another table on a
 * connection and by a thread of their own, so that a server uses two processors (decision 0081).
 *
 *     the loader's thread                               the second hand
 *     begin: the write lock
 *     put(values) ────────────────────────────────────► begin, is the load still ours?, rows
 *     records, offences, changes, refusals
 *     join ◄──────────────────────────────────────────  done
 *     commit
 *     leave: commit, or roll back if the first did
 *
 * The first commits before the second: whoever takes away what a load left that died goes by the
 * numbers of records, and so finds all values. Whoever mends such a load gives it another token
 * first (store/loading.c), and that waits for a second hand that is at work.
 */
#ifndef PLM_STORE_LOADER_BESIDE_H
#define PLM_STORE_LOADER_BESIDE_H

#include "store/loading.h"
#include "store/sql.h"

typedef struct plm_load_beside plm_load_beside;

/*
 * *out is NULL where the database has one writer, and where it gives no second connection: then all
 * goes by the first. loading: borrowed until destroy. PLM_E_NOMEM, PLM_E_IO (no thread).
 */
plm_status plm_load_beside_create(plm_load_beside **out, plm_store *store,
                                  const plm_loading *loading) PLM_MUST_CHECK;
/* Waits for what is under way, and rolls back what was not left. NULL: nothing. */
void plm_load_beside_destroy(plm_load_beside *b);

/* Begins to put rows in; what `bulk` names stays until join. */
void plm_load_beside_put(plm_load_beside *b, const plm_bulk *bulk);
/* Begins to tell the planner of these tables (store/db.h, learn), which stay until join. */
void plm_load_beside_learn(plm_load_beside *b, const char *tables);
/* Waits until what was begun is done. PLM_OK if nothing was; what failed: words in store's error. */
plm_status plm_load_beside_join(plm_load_beside *b, plm_store *store) PLM_MUST_CHECK;
/* After a join: commits the rows if status, the first connection's, is PLM_OK. Returns it, or why
 * not. */
plm_status plm_load_beside_leave(plm_load_beside *b, plm_store *store,
                                 plm_status status) PLM_MUST_CHECK;

#endif
