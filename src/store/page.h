/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page.h - reading long lists piece by piece: what a page shows, and where the next one begins.
 *
 * A page begins behind the last row of the one before, by the key of its order, so that rows that
 * come or go meanwhile neither repeat nor hide others. Filters that are NULL, "" or negative take
 * everything. What a callback gets is borrowed until it returns.
 */
#ifndef PLM_STORE_PAGE_H
#define PLM_STORE_PAGE_H

#include "store/requests.h"
#include "store/store.h"

/* --- runs: the last started first ----------------------------------------------------------------
 */

typedef struct plm_run_query {
    const char *state;
    const char *peer;
    const char *purpose;
    int is_asker;    /* -1: either */
    bool has_cursor; /* behind the run of this start and id */
    int64_t after_ms;
    uint8_t after_id[16];
} plm_run_query;

/* Calls fn for at most `limit` runs. */
plm_status plm_store_page_runs(plm_store *store, const plm_run_query *query, size_t limit,
                               plm_run_fn *fn, void *context) PLM_MUST_CHECK;

/* --- hits: those of the last run first, in each run by number ------------------------------------
 */

typedef struct plm_hit_query {
    plm_run_query run;     /* its cursor is the run that the page begins in, itself included */
    const uint8_t *run_id; /* of one run alone, or NULL */
    uint32_t after_number; /* in the run of the cursor */
    const char *states;    /* ",pending,approved,": with commas around; "" any */
    const char *register_name;
    const char *role;
    const char *rule;    /* one of those that agreed */
    const char *text;    /* part of a name or of the source id, case apart */
    const char *outcome; /* "" any; "none": nobody has said */
    int grade;           /* -1: any */
    bool seeds;          /* those on test persons, and no others */
} plm_hit_query;

typedef plm_status plm_hit_page_fn(void *context, const plm_run *run, const plm_hit *hit,
                                   const plm_stored_record *record);
plm_status plm_store_page_hits(plm_store *store, const plm_hit_query *query, size_t limit,
                               plm_hit_page_fn *fn, void *context) PLM_MUST_CHECK;

/* How many there are in all pages; the query's cursor does not count. */
plm_status plm_store_count_hits_of(plm_store *store, const plm_hit_query *query,
                                   uint64_t *n) PLM_MUST_CHECK;

/* How many hits on real records a run has; and of all runs how many with each party are in each
 * state. */
plm_status plm_store_count_hits(plm_store *store, const uint8_t run_id[static 16],
                                uint64_t *n) PLM_MUST_CHECK;
typedef plm_status plm_count_fn(void *context, const char *name, uint64_t n);
typedef plm_status plm_state_count_fn(void *context, const char *party, const char *state,
                                      uint64_t n);
plm_status plm_store_count_states(plm_store *store, plm_state_count_fn *fn,
                                  void *context) PLM_MUST_CHECK;

/* --- requests: the last changed first ------------------------------------------------------------
 */

typedef struct plm_request_query {
    const char *peer;
    int is_ours; /* -1: either */
    int state;   /* -1: any */
    bool has_cursor;
    int64_t after_ms;
    uint8_t after_id[16];
} plm_request_query;

plm_status plm_store_page_requests(plm_store *store, const plm_request_query *query, size_t limit,
                                   plm_request_fn *fn, void *context) PLM_MUST_CHECK;

/* --- ledger: the newest first
 * --------------------------------------------------------------------- */

typedef struct plm_ledger_query {
    const char *kind;
    int64_t from_ms;
    int64_t to_ms;   /* first millisecond that is out */
    uint64_t before; /* sequence; 0: from the newest */
} plm_ledger_query;

plm_status plm_store_page_ledger(plm_store *store, const plm_ledger_query *query, size_t limit,
                                 plm_ledger_fn *fn, void *context) PLM_MUST_CHECK;

/* --- registers
 * ------------------------------------------------------------------------------------ */

/* Records behind number `after`: with that value, that source id, of that register; "": any. */
typedef struct plm_record_query {
    const char *type;      /* of the value: its name; both or neither */
    const char *canonical; /* the value, in its canonical form */
    const char *source_id;
    const char *register_name;
    int64_t after;
} plm_record_query;

/* The first `limit` of them, in order of number; borrowed as from plm_store_each_of. */
plm_status plm_store_page_records(plm_store *store, const plm_record_query *query, size_t limit,
                                  plm_record_fn *fn, void *context) PLM_MUST_CHECK;

typedef plm_status plm_quarantine_page_fn(void *context, int64_t number,
                                          const plm_quarantine_row *row);
/* register_name "": of all registers. */
plm_status plm_store_page_quarantine(plm_store *store, const char *register_name, int64_t after,
                                     size_t limit, plm_quarantine_page_fn *fn,
                                     void *context) PLM_MUST_CHECK;

/* What is wrong with a register's values, by type; and with its rows, by reason. */
typedef struct plm_junk_type {
    const char *type;
    uint64_t n_values;
    uint64_t n_distinct;
    uint64_t n_flagged[3]; /* by PLM_IDENT_CHECK_FAILED, UNCHECKED, TEST */
} plm_junk_type;

typedef plm_status plm_junk_type_fn(void *context, const plm_junk_type *type);
plm_status plm_store_junk_types(plm_store *store, const char *register_name, plm_junk_type_fn *fn,
                                void *context) PLM_MUST_CHECK;
plm_status plm_store_junk_reasons(plm_store *store, const char *register_name, plm_count_fn *fn,
                                  void *context) PLM_MUST_CHECK;

#endif
