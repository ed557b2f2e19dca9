/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runs.c - runs, and what askers were charged for them.
 */
#include "store/rows.h"

#include <string.h>

static const char *const state_names[PLM_RUN_STATE_COUNT] = {
    [PLM_RUN_PROPOSED] = "proposed", [PLM_RUN_REFUSED] = "refused", [PLM_RUN_RUNNING] = "running",
    [PLM_RUN_BROKEN] = "broken",     [PLM_RUN_DONE] = "done",
};

const char *plm_run_state_name(plm_run_state state)
{
    return (unsigned)state < PLM_RUN_STATE_COUNT ? state_names[state] : "unknown";
}

static plm_status find_state(const char *name, plm_run_state *out)
{
    for (unsigned i = 0; name != NULL && i < PLM_RUN_STATE_COUNT; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *out = (plm_run_state)i;
            return PLM_OK;
        }
    }
    return PLM_E_STORE;
}

plm_status plm_store_add_run(plm_store *store, const plm_run *run)
{
    return plm_sql_run(
        store,
        "INSERT INTO run (id, is_asker, peer, accord_hash, purpose, case_ref, officer, state, "
        "failure, clause, n_own, n_peer, charged, started_ms, ended_ms, proposal, acceptance, "
        "receipt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
        "$17, $18)",
        "bitbttttttiiiiibbb", plm_span_of(run->id, 16), (int64_t)run->is_asker, run->peer,
        plm_span_of(run->accord_hash, 32), run->purpose, run->case_ref, run->officer,
        plm_run_state_name(run->state), run->failure, run->clause, (int64_t)run->n_own,
        (int64_t)run->n_peer, (int64_t)run->charged, run->started_ms, run->ended_ms, run->proposal,
        run->acceptance, run->receipt);
}

plm_status plm_store_update_run(plm_store *store, const plm_run *run)
{
    return plm_sql_run(
        store,
        "UPDATE run SET accord_hash = $2, purpose = $3, case_ref = $4, officer = $5, state = $6, "
        "failure = $7, clause = $8, n_own = $9, n_peer = $10, charged = $11, ended_ms = $12, "
        "proposal = $13, acceptance = $14, receipt = $15 WHERE id = $1",
        "bbttttttiiiibbb", plm_span_of(run->id, 16), plm_span_of(run->accord_hash, 32),
        run->purpose, run->case_ref, run->officer, plm_run_state_name(run->state), run->failure,
        run->clause, (int64_t)run->n_own, (int64_t)run->n_peer, (int64_t)run->charged,
        run->ended_ms, run->proposal, run->acceptance, run->receipt);
}

plm_status plm_store_break_run(plm_store *store, const uint8_t id[static 16], const char *failure,
                               bool refund, int64_t now_ms)
{
    int64_t found;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status =
        plm_sql_int(store, &found, "SELECT 1 FROM run WHERE id = $1", "b", plm_span_of(id, 16));
    if (status == PLM_OK) {
        status = plm_sql_run(store,
                             "UPDATE run SET state = 'broken', failure = $2, ended_ms = $3, "
                             "charged = CASE WHEN $4 = 1 THEN 0 ELSE charged END "
                             "WHERE id = $1 AND state IN ('proposed', 'running')",
                             "btii", plm_span_of(id, 16), failure, now_ms, (int64_t)refund);
    }
    return plm_store_leave(store, mine, status);
}

typedef struct run_walk {
    plm_run_fn *fn;
    void *context;
} run_walk;

plm_status plm_row_run(plm_run *out, const plm_db_driver *d, plm_statement *s)
{
    plm_span id = d->column_bytes(s, 0);
    plm_span accord_hash = d->column_bytes(s, 3);
    plm_run run = {.is_asker = d->column_int(s, 1) != 0,
                   .peer = d->column_text(s, 2),
                   .purpose = d->column_text(s, 4),
                   .case_ref = d->column_text(s, 5),
                   .officer = d->column_text(s, 6),
                   .failure = d->column_text(s, 8),
                   .clause = d->column_text(s, 9),
                   .n_own = (uint64_t)d->column_int(s, 10),
                   .n_peer = (uint64_t)d->column_int(s, 11),
                   .charged = (uint64_t)d->column_int(s, 12),
                   .started_ms = d->column_int(s, 13),
                   .ended_ms = d->column_int(s, 14),
                   .proposal = d->column_bytes(s, 15),
                   .acceptance = d->column_bytes(s, 16),
                   .receipt = d->column_bytes(s, 17)};
    if (id.n != sizeof run.id || accord_hash.n != sizeof run.accord_hash) {
        return PLM_E_STORE;
    }
    memcpy(run.id, id.p, id.n);
    memcpy(run.accord_hash, accord_hash.p, accord_hash.n);
    plm_status status = find_state(d->column_text(s, 7), &run.state);
    if (status == PLM_OK) {
        *out = run;
    }
    return status;
}

static plm_status run_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const run_walk *w = (const run_walk *)walk;
    plm_run run;
    plm_status status = plm_row_run(&run, d, s);
    return status == PLM_OK ? w->fn(w->context, &run) : status;
}

plm_status plm_store_each_run(plm_store *store, plm_run_fn *fn, void *context)
{
    return plm_store_each_run_of(store, NULL, fn, context);
}

plm_status plm_store_each_run_of(plm_store *store, const uint8_t *id, plm_run_fn *fn, void *context)
{
    run_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT " PLM_RUN_COLUMNS
                      " FROM run WHERE length($1) = 0 OR id = $1 ORDER BY started_ms, id",
                      "b", plm_span_of(id, id != NULL ? 16 : 0));
    return status == PLM_OK ? plm_sql_walk(store, s, run_row, &walk) : status;
}

plm_status plm_store_usage(plm_store *store, const char *asker,
                           const uint8_t accord_hash[static 32], const char *purpose,
                           int64_t since_ms, uint64_t *tokens, uint64_t *runs)
{
    const plm_db_driver *d = store->driver;
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT CAST(coalesce(sum(charged), 0) AS BIGINT), count(*) FROM run WHERE is_asker = 0 "
        "AND peer = $1 AND accord_hash = $2 AND purpose = $3 AND started_ms >= $4 AND charged > 0 "
        "AND state <> 'refused'",
        "tbti", asker, plm_span_of(accord_hash, 32), purpose, since_ms);
    if (status != PLM_OK) {
        return status;
    }
    status = d->step(s);
    if (status == PLM_OK) {
        *tokens = (uint64_t)d->column_int(s, 0);
        *runs = (uint64_t)d->column_int(s, 1);
    }
    d->reset(s);
    return status;
}

plm_status plm_store_is_asked(plm_store *store, const char *asker,
                              const uint8_t accord_hash[static 32], const char *purpose,
                              const char *case_ref, bool *yes)
{
    int64_t n;
    plm_status status =
        plm_sql_int(store, &n,
                    "SELECT count(*) FROM run WHERE is_asker = 0 AND peer = $1 AND "
                    "accord_hash = $2 AND purpose = $3 AND case_ref = $4 AND state = 'running'",
                    "tbtt", asker, plm_span_of(accord_hash, 32), purpose, case_ref);
    if (status == PLM_OK) {
        *yes = n > 0;
    }
    return status;
}
