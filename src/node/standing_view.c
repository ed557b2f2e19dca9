/* SPDX-License-Identifier: Apache-2.0 */
#include "node/standing_view.h"

static json_t *time_or_null(int64_t ms)
{
    char text[PLM_TIME_TEXT];
    if (ms <= 0) {
        return json_null();
    }
    plm_time_format(text, ms);
    return json_string(text);
}

static json_t *run_or_null(const plm_standing_row *row)
{
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    plm_hex_encode(hex, row->last_run, sizeof row->last_run);
    return row->n_done > 0 ? json_string(hex) : json_null();
}

json_t *plm_standing_view(const plm_standing_row *row, int64_t now_ms)
{
    char id[2 * PLM_STANDING_ID_BYTES + 1];
    char accord[2 * PLM_HASH_BYTES + 1];
    plm_hex_encode(id, row->id, sizeof row->id);
    plm_hex_encode(accord, row->accord_hash, sizeof row->accord_hash);
    const bool is_active = row->is_asker && row->state == PLM_STANDING_ACTIVE;
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:b, s:o, s:o, "
        "s:o, s:I, s:I, s:o, s:s, s:s}",
        "standing", id, "side", row->is_asker ? "asker" : "holder", "with", row->peer, "purpose",
        row->purpose, "accord", accord, "case", row->case_ref, "offence", row->offence, "officer",
        row->officer, "state", row->is_asker ? plm_standing_state_name(row->state) : "asked",
        "every_minutes", (json_int_t)(row->every_ms / 60000), "started",
        time_or_null(row->created_ms), "next", is_active ? time_or_null(row->next_ms) : json_null(),
        "due", (int)plm_standing_is_due(row, now_ms), "last", time_or_null(row->last_ms),
        "last_whole", time_or_null(row->whole_ms), "last_run", run_or_null(row), "done",
        (json_int_t)row->n_done, "failures", (json_int_t)row->failures, "failed",
        time_or_null(row->failed_ms), "failure", row->failure, "clause", row->clause);
}

typedef struct counting {
    plm_standing_counts *out;
    int64_t now_ms;
} counting;

static plm_status count_row(void *context, const plm_standing_row *row)
{
    const counting *c = (const counting *)context;
    if (!row->is_asker) {
        c->out->n_asked_of_us++;
        return PLM_OK;
    }
    c->out->n_states[row->state]++;
    c->out->n_due += plm_standing_is_due(row, c->now_ms);
    c->out->n_failing += row->state == PLM_STANDING_ACTIVE && row->failures > 0;
    c->out->n_done += row->n_done;
    return PLM_OK;
}

plm_status plm_standing_count(plm_store *store, int64_t now_ms, plm_standing_counts *out)
{
    counting c = {out, now_ms};
    *out = (plm_standing_counts){.n_due = 0};
    return plm_store_each_standing(store, count_row, &c);
}
