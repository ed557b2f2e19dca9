/* SPDX-License-Identifier: Apache-2.0 */
#include "node/run_hits.h"

#include "base/ct.h"
#include "node/run_pairs.h"
#include "node/run_standing.h"
#include "release/decision.h"
#include "release/terms.h"

#include <stdlib.h>
#include <string.h>

enum {
    DAY_MS = 86400000,
    TICK_EVERY = 256
};

/* The links of all records that take part, each made once. */
static plm_link *make_links(const plm_selected *selected,
                            const uint8_t key[static PLM_LINK_KEY_BYTES])
{
    plm_link *links = (plm_link *)calloc(selected->n_numbers + 1, sizeof *links);
    for (size_t i = 0; links != NULL && i < selected->n_numbers; i++) {
        plm_link_of(&links[i], key, selected->numbers[i]);
    }
    return links;
}

plm_status plm_run_make_labels(uint8_t **out, const plm_selected *selected,
                               const uint8_t key[static PLM_LINK_KEY_BYTES])
{
    const plm_token_set *set = &selected->set;
    const size_t n = set->n_tokens;
    uint8_t *labels = (uint8_t *)calloc(n + 1, PLM_LABEL_BYTES);
    uint32_t *records = (uint32_t *)calloc(n + 1, PLM_LINKS_PER_TOKEN * sizeof *records);
    plm_link *links = make_links(selected, key);
    plm_status status = labels == NULL || records == NULL || links == NULL
                            ? PLM_E_NOMEM
                            : plm_token_set_name(records, set, selected->n_numbers);
    for (size_t i = 0; status == PLM_OK && i < n * PLM_LINKS_PER_TOKEN; i++) {
        if (records[i] != PLM_NO_RECORD) {
            memcpy(labels + i * PLM_LINK_BYTES, links[records[i]].b, PLM_LINK_BYTES);
        }
    }
    if (links != NULL) {
        plm_wipe(links, selected->n_numbers * sizeof *links);
    }
    free(links);
    free(records);
    if (status != PLM_OK) {
        free(labels);
        return status;
    }
    *out = labels;
    return PLM_OK;
}

/* Names of the rules of one pair, each once, a blank between; terminated. */
static plm_status name_rules(plm_buf *out, const plm_run_agreement *list, size_t n)
{
    plm_status status = PLM_OK;
    plm_buf_clear(out);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        if (i == 0 || list[i].rule != list[i - 1].rule) {
            status = plm_buf_printf(out, "%s%s", i > 0 ? " " : "", plm_rule_name(list[i].rule));
        }
    }
    return status == PLM_OK ? plm_buf_append_u8(out, 0) : status;
}

/* What a hit on this record begins as. */
static plm_status first_state(const plm_run_side *side, const plm_purpose *purpose, int64_t number,
                              plm_arena *arena, const char **state)
{
    plm_stored_record stored;
    plm_gates gates;
    if (!plm_release_applies(side->proposal.learns)) {
        *state = plm_hit_state_name(PLM_HIT_KNOWN);
        return PLM_OK;
    }
    plm_arena_reset(arena);
    plm_status status = plm_store_get_record(side->node->store, number, arena, &stored);
    if (status != PLM_OK) {
        /* Deleted while the run went on: the store will leave the hit out. */
        *state = plm_hit_state_name(PLM_HIT_PENDING);
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    plm_gates_of(&gates, purpose, &stored.record, plm_date_of_ms(plm_wall_ms()), side->at_risk, 0);
    *state = plm_hit_state_name(plm_decision_first(purpose->approval, &gates));
    return PLM_OK;
}

typedef struct hit_writer {
    plm_run_side *side;
    const plm_purpose *purpose;
    plm_arena arena;
    plm_buf rules;
    plm_hit hit;
    uint32_t last_record;
} hit_writer;

static plm_status store_pair(hit_writer *w, const plm_run_pair *pair)
{
    plm_run_side *side = w->side;
    bool is_news = true;
    if (side->standing != NULL) {
        plm_status told = plm_run_standing_is_news(side, pair, &is_news);
        if (told != PLM_OK || !is_news) {
            return told;
        }
    }
    const plm_run_agreement *list = &side->pairs->agreements[pair->first];
    plm_hit *hit = &w->hit;
    hit->number++;
    hit->record = side->selected.numbers[list->record];
    hit->grade = pair->grade;
    hit->score = pair->score;
    hit->words = pair->words != NULL ? pair->words : "";
    hit->has_link = true;
    memcpy(hit->link,
           side->hits.labels != NULL ? list->link.b : side->selected.set.tokens[list->token].b,
           sizeof hit->link);
    plm_status status = name_rules(&w->rules, list, pair->last - pair->first);
    if (status == PLM_OK) {
        hit->rules = (const char *)w->rules.data;
        status = first_state(side, w->purpose, hit->record, &w->arena, &hit->state);
    }
    if (status == PLM_OK) {
        status = plm_store_add_hit(side->node->store, hit);
    }
    if (status == PLM_OK && side->standing != NULL) {
        status = plm_run_standing_tell(side, pair, hit->number);
    }
    if (list->record != w->last_record) {
        side->outcome->n_hits++;
        w->last_record = list->record;
    }
    return status;
}

/* Below the cut, or another partner is better; and nothing else speaks for it. */
static bool is_no_hit(const plm_run_pair *pair)
{
    return pair->is_person && !pair->is_strong && pair->grade == 0;
}

plm_status plm_run_store_hits(plm_run_side *side, const plm_purpose *purpose)
{
    hit_writer w = {.side = side, .purpose = purpose, .last_record = UINT32_MAX};
    w.hit = (plm_hit){
        .words = "", .officer = "", .second = "", .remark = "", .fields = "", .outcome = ""};
    w.hit.retention = plm_date_from_days(plm_wall_ms() / DAY_MS + (int64_t)purpose->retention_days);
    memcpy(w.hit.run_id, side->run.id, sizeof w.hit.run_id);
    plm_arena_init(&w.arena, (size_t)4 << 20);
    plm_buf_init(&w.rules, (size_t)PLM_RULES_MAX * (PLM_RULE_NAME_MAX + 1));
    side->outcome->n_hits = 0;
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < side->pairs->n; i++) {
        if (!is_no_hit(&side->pairs->pairs[i])) {
            status = store_pair(&w, &side->pairs->pairs[i]);
        }
        if (status == PLM_OK && i % TICK_EVERY == 0) {
            status = plm_session_tick(&side->session);
        }
    }
    plm_arena_wipe(&w.arena);
    plm_buf_wipe(&w.rules);
    return status;
}

plm_status plm_run_begin_release(plm_run_side *side, const plm_purpose *purpose)
{
    const plm_release_terms terms = plm_release_terms_of(purpose);
    plm_store *store = side->node->store;
    if (!plm_release_applies(side->proposal.learns)) {
        return PLM_OK;
    }
    plm_run_release r = {
        .is_holder = !side->run.is_asker,
        .slots = terms.slots,
        .every_ms = terms.every_ms,
        .n_batches = terms.n_batches,
        .since_ms = side->receipt_ms, /* the same on both sides */
    };
    memcpy(r.run_id, side->run.id, sizeof r.run_id);
    plm_status status = plm_store_put_release(store, &r);
    if (status == PLM_OK && side->has_link_key) {
        status = plm_store_put_link_key(store, side->run.id, side->link_key);
    }
    return status;
}
