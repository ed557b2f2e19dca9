/* SPDX-License-Identifier: Apache-2.0 */
#include "node/run_hits.h"
#include "node/run_pairs.h"
#include "node/run_standing.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "node/heads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIGNED_MAX = 1 << 16
};

void plm_run_side_init(plm_run_side *side, plm_node *node, plm_outcome *outcome, bool is_asker)
{
    *side = (plm_run_side){.node = node, .outcome = outcome};
    *outcome = (plm_outcome){0};
    side->run.is_asker = is_asker;
    plm_buf_init(&side->proposal_signed, SIGNED_MAX);
    plm_buf_init(&side->answer_signed, SIGNED_MAX);
    plm_buf_init(&side->receipt_signed, SIGNED_MAX);
}

void plm_run_side_wipe(plm_run_side *side)
{
    if (side->is_open) {
        plm_session_close(&side->session);
    }
    plm_selected_wipe(&side->selected);
    plm_run_pairs_destroy(side->pairs);
    plm_run_standing_destroy(side->standing);
    plm_session_result_wipe(&side->hits);
    plm_wipe(side->bases, sizeof side->bases);
    plm_wipe(side->link_key, sizeof side->link_key);
    plm_buf_wipe(&side->proposal_signed);
    plm_buf_wipe(&side->answer_signed);
    plm_buf_wipe(&side->receipt_signed);
}

plm_session_config plm_run_session_config(const plm_node *node, bool is_asker,
                                          const plm_tls_pin *pins, size_t n_pins)
{
    const plm_session_config config = {
        .worker_program = node->worker_program,
        .self = node->code,
        .seed = node->seed,
        .is_asker = is_asker,
        .timeout_ms = node->timeout_ms,
        .longest_ms = node->longest_ms,
        .n_threads = node->n_threads,
        .pins = pins,
        .n_pins = n_pins,
        .progress = node->progress,
        .progress_context = node->progress_context,
        .cancel = node->cancel,
        .carry = node->carry,
    };
    return config;
}

plm_status plm_run_meet(plm_run_side *side, const plm_tls_pin *pin)
{
    static const char *const clauses[PLM_VERDICT_COUNT] = {"", "/ledger/rollback", "/ledger/fork",
                                                           "/ledger/rewritten"};
    plm_meeting meeting;
    plm_status status = plm_heads_meet(side->node, &side->session, pin, &meeting);
    if (status == PLM_E_REFUSED) {
        plm_outcome *outcome = side->outcome;
        outcome->refused_by_peer = meeting.ours == PLM_VERDICT_CONSISTENT;
        const char *clause = clauses[outcome->refused_by_peer ? meeting.theirs : meeting.ours];
        outcome->refusal.code = PLM_REFUSAL_LEDGER;
        memcpy(outcome->refusal.clause, clause, strlen(clause) + 1);
    }
    return status;
}

bool plm_run_learns(plm_learns learns, bool is_asker)
{
    return ((unsigned)learns & (unsigned)(is_asker ? PLM_LEARNS_ASKER : PLM_LEARNS_HOLDER)) != 0;
}

static plm_status put_run(plm_run_side *side)
{
    plm_status status = side->is_stored ? plm_store_update_run(side->node->store, &side->run)
                                        : plm_store_add_run(side->node->store, &side->run);
    if (status == PLM_OK) {
        side->is_stored = true;
    }
    return status;
}

plm_status plm_run_store(plm_run_side *side, plm_run_state state, const char *ledger_kind,
                         plm_span ledger_body)
{
    plm_store *store = side->node->store;
    int64_t now = plm_wall_ms();
    bool was_stored = side->is_stored;
    side->run.state = state;
    char note[32];
    (void)snprintf(note, sizeof note, "stored.%s", ledger_kind);
    if (plm_carry_has(side->node->carry, note)) {
        side->is_stored = true;
        return PLM_OK;
    }
    if (state == PLM_RUN_REFUSED || state == PLM_RUN_BROKEN || state == PLM_RUN_DONE) {
        side->run.ended_ms = now;
    }
    plm_status status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    status = put_run(side);
    if (status == PLM_OK) {
        status = plm_ledger_append(store, ledger_kind, ledger_body, now);
    }
    if (status == PLM_OK) {
        status = plm_carry_note(side->node->carry, note, plm_span_of(NULL, 0));
    }
    if (status == PLM_OK) {
        status = plm_store_commit(store);
    }
    if (status != PLM_OK) {
        plm_store_rollback(store);
        side->is_stored = was_stored;
    }
    return status;
}

/*
 * What the asker's budget is charged for a broken run: nothing where only the holder could learn;
 * otherwise what was evaluated for it, and everything if nobody can say how much that was: the
 * worker died, or it was we who ended the run - over a receipt that is none, say, when the asker
 * has had all its answers.
 */
static uint64_t broken_charge(const plm_run_side *side, plm_status why)
{
    if (!side->engine_started || !((unsigned)side->proposal.learns & PLM_LEARNS_ASKER)) {
        return 0;
    }
    bool is_known = side->session.has_evaluated && why != PLM_E_WORKER_DIED;
    uint64_t evaluated = side->session.evaluated;
    uint64_t most = plm_match_tokens_at_most(side->proposal.engine, side->run.n_peer);
    return is_known && evaluated < most ? evaluated : most;
}

static void store_failure(plm_run_side *side, plm_status why)
{
    if (!side->is_stored || side->run.state == PLM_RUN_REFUSED || side->run.state == PLM_RUN_DONE) {
        return;
    }
    uint8_t body[PLM_RUN_ID_BYTES + 1];
    memcpy(body, side->run.id, PLM_RUN_ID_BYTES);
    body[PLM_RUN_ID_BYTES] = (uint8_t)why;
    side->run.failure = plm_status_name(why);
    side->run.charged = side->run.is_asker ? 0 : broken_charge(side, why);
    plm_status status =
        plm_run_store(side, PLM_RUN_BROKEN, "broken", plm_span_of(body, sizeof body));
    (void)status; /* if even that fails, plm_node_mend_runs will do it */
}

void plm_run_fail(plm_run_side *side, plm_status why)
{
    side->outcome->peer_failure = side->session.peer_failure;
    if (side->is_open && why != PLM_E_REFUSED) {
        plm_session_fail(&side->session, why);
    }
    store_failure(side, why);
}

plm_status plm_run_receipt_body(const plm_run_side *side, int64_t time_ms, plm_buf *out)
{
    plm_receipt receipt = {
        .n_asker = side->proposal.n_tokens,
        .n_holder = side->acceptance.n_tokens,
        .time_ms = time_ms,
    };
    memcpy(receipt.run_id, side->proposal.run_id, sizeof receipt.run_id);
    memcpy(receipt.proposal_hash, side->proposal_hash, sizeof receipt.proposal_hash);
    memcpy(receipt.acceptance_hash, side->answer_hash, sizeof receipt.acceptance_hash);
    memcpy(receipt.transcript, side->transcript, sizeof receipt.transcript);
    return plm_receipt_encode(&receipt, out);
}

plm_status plm_run_complete(plm_run_side *side, const plm_purpose *purpose)
{
    plm_store *store = side->node->store;
    int64_t now = plm_wall_ms();
    plm_status status = PLM_OK;
    if (plm_carry_has(side->node->carry, "completed")) {
        side->run.state = PLM_RUN_DONE;
        return PLM_OK;
    }
    if (side->outcome->learned && purpose->has_person_rules) {
        status = plm_run_pairs_resolve(side, purpose);
    }
    if (status == PLM_OK) {
        status = plm_store_begin(store);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (side->standing != NULL) {
        status = plm_run_standing_complete(side);
    }
    if (status == PLM_OK && side->outcome->learned) {
        status = plm_run_store_hits(side, purpose);
    }
    if (status == PLM_OK) {
        status = plm_run_begin_release(side, purpose);
    }
    if (status == PLM_OK) {
        status = plm_run_put_bases(side);
    }
    side->run.state = PLM_RUN_DONE;
    side->run.ended_ms = now;
    side->run.receipt = plm_buf_span(&side->receipt_signed);
    if (status == PLM_OK) {
        status = plm_store_update_run(store, &side->run);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "receipt", side->run.receipt, now);
    }
    if (status == PLM_OK) {
        status = plm_carry_note(side->node->carry, "completed", plm_span_of(NULL, 0));
    }
    if (status == PLM_OK) {
        status = plm_store_commit(store);
    }
    if (status != PLM_OK) {
        plm_store_rollback(store);
        side->run.state = PLM_RUN_RUNNING;
        side->run.receipt = plm_span_of(NULL, 0);
    }
    return status;
}

typedef struct stale_run {
    uint8_t id[PLM_RUN_ID_BYTES];
    bool refund; /* only the holder could have learned anything */
} stale_run;

typedef struct mending {
    stale_run *runs;
    size_t n;
    bool is_asker;
} mending;

static bool only_holder_learns(plm_span proposal_signed)
{
    plm_proposal proposal;
    return proposal_signed.n > PLM_SIGNATURE_BYTES &&
           plm_proposal_decode(&proposal, plm_span_of(proposal_signed.p,
                                                      proposal_signed.n - PLM_SIGNATURE_BYTES)) ==
               PLM_OK &&
           proposal.learns == PLM_LEARNS_HOLDER;
}

static plm_status collect_stale(void *context, const plm_run *run)
{
    mending *m = (mending *)context;
    bool is_open = run->state == PLM_RUN_PROPOSED || run->state == PLM_RUN_RUNNING;
    if (!is_open || run->is_asker != m->is_asker) {
        return PLM_OK;
    }
    stale_run *runs = (stale_run *)realloc(m->runs, (m->n + 1) * sizeof *runs);
    if (runs == NULL) {
        return PLM_E_NOMEM;
    }
    m->runs = runs;
    stale_run *stale = &runs[m->n++];
    memcpy(stale->id, run->id, sizeof stale->id);
    stale->refund = only_holder_learns(run->proposal);
    return PLM_OK;
}

/* The entry says what a principal would have said that lived to see its worker die. */
static plm_status mend(plm_store *store, const stale_run *run, int64_t now)
{
    uint8_t body[PLM_RUN_ID_BYTES + 1];
    memcpy(body, run->id, PLM_RUN_ID_BYTES);
    body[PLM_RUN_ID_BYTES] = PLM_E_WORKER_DIED;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status =
        plm_store_break_run(store, run->id, plm_status_name(PLM_E_WORKER_DIED), run->refund, now);
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "broken", plm_span_of(body, sizeof body), now);
    }
    return plm_store_leave(store, mine, status);
}

/* only: this run; NULL: all. */
static plm_status mend_those(plm_node *node, bool is_asker, const uint8_t *only, uint64_t *n)
{
    mending m = {NULL, 0, is_asker};
    plm_status status = plm_store_each_run_of(node->store, only, collect_stale, &m);
    for (size_t i = 0; status == PLM_OK && i < m.n; i++) {
        plm_carry_row row;
        char peer[PLM_CODE_MAX];
        if (plm_store_carry_get(node->store, m.runs[i].id, &row, peer) == PLM_OK &&
            row.ended_ms == 0) {
            continue; /* between two files no process is in it */
        }
        status = mend(node->store, &m.runs[i], plm_wall_ms());
    }
    if (status == PLM_OK) {
        *n = m.n;
    }
    free(m.runs);
    return status;
}

plm_status plm_node_mend_runs(plm_node *node, bool is_asker, uint64_t *n)
{
    return mend_those(node, is_asker, NULL, n);
}

plm_status plm_node_mend_run(plm_node *node, const uint8_t run_id[static PLM_RUN_ID_BYTES])
{
    uint64_t n;
    return mend_those(node, false, run_id, &n);
}
