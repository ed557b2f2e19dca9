/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loading.h - a load as the store sees it: pieces that nobody sees, and the moment in which they
 * all become part of the register (spec/store.md section 7, decision 0062).
 *
 *   filling      records from first_record on are its own: no reader looks at them
 *   searching    the same; entries of record_search are being added
 *      │  one transaction: all of them are the register's, and the ledger says so
 *   settling     what records that were there before are to become is applied, piece by piece
 *
 * A register that is deleted is the other way round: one transaction from which on nobody sees it
 *
 *   dropping     what it holds is taken away, piece by piece; then the register
 *
 * Each piece is a transaction of its own, so that others can write in between. What a process that
 * dies leaves is taken away (filling, searching) or done (settling) by the next that loads, drops,
 * expires or seeds. One process at a time loads: it has the driver's lock (store/db.h, lock_load).
 */
#ifndef PLM_STORE_LOADING_H
#define PLM_STORE_LOADING_H

#include "store/store.h"

typedef enum plm_loading_state {
    PLM_LOADING_FILLING,
    PLM_LOADING_SEARCHING,
    PLM_LOADING_SETTLING,
    PLM_LOADING_DROPPING
} plm_loading_state;

/* Tables that a load fills, and the one of the entries for searching (store/db.h, learn). */
#define PLM_LOADING_TABLES "record, record_value, record_offence"
#define PLM_LOADING_SEARCH "record_search"
#define PLM_LOADING_ALL    PLM_LOADING_TABLES ", " PLM_LOADING_SEARCH

enum {
    PLM_LOADING_ANY = 0 /* register */
};

typedef struct plm_loading {
    int64_t token; /* of whose load it is */
    plm_loading_state state;
    int64_t register_id;
    bool is_new; /* the register was not there */
    int64_t first_record;
    int64_t first_quarantine;
    int64_t now_ms;
} plm_loading;

/* done and total: of what there is to do. A status other than PLM_OK ends the work, if it can. */
typedef plm_status plm_loading_fn(void *context, const char *phase, uint64_t done, uint64_t total);
/* Called within the transaction that makes a load part of the register. */
typedef plm_status plm_loading_commit_fn(void *context);

/*
 * Begins, with the lock, after what another left was taken away; outside of transactions, and the
 * store's connection is in PLM_LOAD_FILL after it. *has_records: the register has some.
 * PLM_E_STORE: another process is loading.
 */
plm_status plm_loading_begin(plm_store *store, const char *name, const char *format, int64_t now_ms,
                             plm_loading *out, bool *has_records) PLM_MUST_CHECK;
/* Within a transaction: PLM_E_STORE unless the load is still this one's. */
plm_status plm_loading_check(plm_store *store, const plm_loading *loading) PLM_MUST_CHECK;
/* In a transaction of its own. */
plm_status plm_loading_set_state(plm_store *store, plm_loading *loading,
                                 plm_loading_state state) PLM_MUST_CHECK;
/*
 * The load becomes part of the register, and ends, with its lock. fn: for the ledger. Where many
 * records are to change, this takes its time, and tells progress (which may be NULL and can't end
 * it any more).
 */
plm_status plm_loading_commit(plm_store *store, plm_loading *loading, const char *format,
                              plm_loading_commit_fn *fn, void *context,
                              plm_loading_fn *progress) PLM_MUST_CHECK;
/* The load is given up: nothing of it stays, and its lock goes; what fails is left for the next. */
void plm_loading_give_up(plm_store *store, const plm_loading *loading);

/*
 * Takes away, or does, what a load left that died; nothing if there is none, or if its process is
 * at work, or within a transaction.
 */
plm_status plm_loading_mend(plm_store *store) PLM_MUST_CHECK;
/* The same by who has the lock. */
plm_status plm_loading_mend_locked(plm_store *store) PLM_MUST_CHECK;
/*
 * Within a transaction of somebody who gives records numbers, or deletes a register: PLM_E_STORE
 * with words if a load is under way, or what is left of a register is being deleted (that one;
 * PLM_LOADING_ANY).
 */
plm_status plm_loading_is_in_the_way(plm_store *store, int64_t register_id) PLM_MUST_CHECK;

/* --- loading_settle.c --- */

/* The load there is. PLM_E_NOT_FOUND: none. */
plm_status plm_loading_get(plm_store *store, plm_loading *out) PLM_MUST_CHECK;
/* Applies up to `max` changes, within a transaction. *n: how many there were. PLM_E_STORE. */
plm_status plm_loading_apply(plm_store *store, int64_t max, int64_t *n) PLM_MUST_CHECK;
/* All that there is to apply, piece by piece, and the end of the load. */
plm_status plm_loading_settle(plm_store *store, const plm_loading *loading, plm_loading_fn *fn,
                              void *context) PLM_MUST_CHECK;
/* Takes everything away that the load brought, piece by piece, and the load. */
plm_status plm_loading_remove(plm_store *store, plm_loading *loading) PLM_MUST_CHECK;

/* --- loading_drop.c --- */

/* Takes what is left of the register away, piece by piece, and in the end the register. */
plm_status plm_loading_drop(plm_store *store, const plm_loading *loading) PLM_MUST_CHECK;
/* As plm_store_drop_register, in one transaction where it has up to `at_once` records. */
plm_status plm_loading_drop_register(plm_store *store, const char *name, int64_t at_once,
                                     plm_dropped_fn *fn, void *context) PLM_MUST_CHECK;
/* Entries of record_search, of the load's records or of the register's that goes. */
plm_status plm_loading_remove_search(plm_store *store, const plm_loading *loading) PLM_MUST_CHECK;

#endif
