/* SPDX-License-Identifier: Apache-2.0 */
#include "node/outcome_view.h"

#include "ledger/clock.h"
#include "ledger/ledger.h"
#include "net/net.h"
#include "node/worker.h"

static json_t *selection_json(const plm_selection *selection)
{
    json_t *excluded = json_object();
    static const char *const names[PLM_EXCLUSION_COUNT] = {[PLM_EXCLUDED_ROLE] = "role",
                                                           [PLM_EXCLUDED_PROTECTED] = "protected",
                                                           [PLM_EXCLUDED_MINOR] = "minor",
                                                           [PLM_EXCLUDED_OFFENCE] = "offence",
                                                           [PLM_EXCLUDED_RETENTION] = "retention"};
    for (size_t i = 1; i < PLM_EXCLUSION_COUNT; i++) {
        (void)json_object_set_new(excluded, names[i],
                                  json_integer((json_int_t)selection->n_excluded[i]));
    }
    return json_pack("{s:I, s:I, s:o, s:I, s:I, s:I}", "records", (json_int_t)selection->n_records,
                     "took_part", (json_int_t)selection->n_excluded[PLM_ADMITTED], "excluded",
                     excluded, "without_tokens", (json_int_t)selection->tokens.n_without,
                     "tokens_cut", (json_int_t)selection->tokens.n_cut, "common_values",
                     (json_int_t)selection->tokens.n_common);
}

static const char *learns_name(plm_learns learns)
{
    return learns == PLM_LEARNS_HOLDER ? "holder" : learns == PLM_LEARNS_ASKER ? "asker" : "both";
}

json_t *plm_outcome_json(plm_status status, const plm_outcome *o)
{
    char run[2 * PLM_RUN_ID_BYTES + 1];
    char accord[2 * PLM_HASH_BYTES + 1];
    plm_hex_encode(run, o->run_id, sizeof o->run_id);
    plm_hex_encode(accord, o->accord_hash, sizeof o->accord_hash);
    json_t *value =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:o}", "status",
                  plm_status_name(status), "run", run, "accord", accord, "with", o->peer, "purpose",
                  o->purpose, "learns", status == PLM_OK ? learns_name(o->learns) : "", "learned",
                  (int)(status == PLM_OK && o->learned), "tokens", (json_int_t)o->n_own,
                  "peer_tokens", (json_int_t)o->n_peer, "hits", (json_int_t)o->n_hits, "bytes_sent",
                  (json_int_t)o->bytes_sent, "bytes_received", (json_int_t)o->bytes_received,
                  "selection", selection_json(&o->selection));
    if (status == PLM_E_REFUSED) {
        (void)json_object_set_new(
            value, "refusal",
            json_pack("{s:s, s:s, s:s, s:s, s:b}", "code", plm_refusal_name(o->refusal.code),
                      "clause", o->refusal.clause, "sentence",
                      plm_refusal_sentence(o->refusal.code), "detail",
                      o->detail != NULL ? o->detail : "", "by_peer", (int)o->refused_by_peer));
    } else if (status == PLM_E_PEER_FAILED) {
        (void)json_object_set_new(value, "peer_failure",
                                  json_string(plm_status_name(o->peer_failure)));
    } else if (status == PLM_E_NO_WORKER) {
        char why[PLM_WORKER_WHY_MAX];
        (void)json_object_set_new(value, "worker", json_string(plm_worker_why(why)));
    }
    return value;
}

/* Hits of one record follow each other. */
typedef struct seed_count {
    int64_t last;
    uint64_t n;
} seed_count;

static plm_status count_seed(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    seed_count *count = (seed_count *)context;
    count->n += stored->is_seed && hit->record != count->last;
    count->last = hit->record;
    return PLM_OK;
}

/* Test persons are no records in common: 'palermo seed report' tells of them. */
plm_status plm_outcome_leave_out_seeds(plm_store *store, plm_outcome *outcome)
{
    const plm_hit_filter filter = {.run_id = outcome->run_id};
    seed_count count = {0, 0};
    plm_status status = plm_store_each_hit(store, &filter, count_seed, &count);
    if (status == PLM_OK) {
        outcome->n_hits -= count.n < outcome->n_hits ? count.n : outcome->n_hits;
    }
    return status;
}

void plm_outcome_settle(plm_store *store, plm_outcome *outcome)
{
    const int64_t now_ms = plm_wall_ms();
    uint64_t n_expired;
    plm_status status = plm_outcome_leave_out_seeds(store, outcome);
    if (status == PLM_OK) {
        status = plm_ledger_clock_agree(store, now_ms);
    }
    if (status == PLM_OK) {
        status = plm_ledger_expire(store, now_ms, &n_expired);
    }
    outcome->settled = status;
}
