/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release_take.c - a batch has come: which of our records do its hits mean?
 */
#include "node/release.h"

#include "base/ct.h"
#include "ledger/ledger.h"
#include "net/net.h"
#include "node/parcel_check.h"
#include "node/release_view.h"
#include "node/select.h"
#include "release/batch.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DAY_MS = 86400000,
    FIELDS_MAX = 8 * PLM_SLOT_BYTES /* a byte is six at most as JSON; the labels' names */
};

/* A filled slot, and the record of ours that it means once it is found. */
typedef struct arrival {
    plm_batch_slot slot;
    int64_t record; /* 0: not found */
} arrival;

typedef struct taking {
    plm_node *node;
    const plm_parcel_in *in;
    plm_batch_head head;
    arrival *arrivals;
    size_t n;
    plm_release_view view;
    uint8_t link_key[PLM_LINK_KEY_BYTES];
} taking;

static plm_status compare_link(void *context, int64_t number)
{
    taking *t = (taking *)context;
    plm_link link;
    plm_link_of(&link, t->link_key, number);
    for (size_t i = 0; i < t->n; i++) {
        if (memcmp(link.b, t->arrivals[i].slot.link, sizeof link.b) == 0) {
            t->arrivals[i].record = number;
        }
    }
    return PLM_OK;
}

static plm_status find_by_links(taking *t)
{
    plm_status status = plm_store_get_link_key(t->node->store, t->head.run_id, t->link_key);
    return status == PLM_OK ? plm_store_each_number(t->node->store, compare_link, t) : status;
}

/* The engine gave no links: a token that both have stands for the record. */
static plm_status find_by_tokens(taking *t)
{
    plm_selected selected;
    plm_status status = plm_select(&selected, t->node, NULL, t->view.agreement->accord,
                                   t->view.purpose, true, plm_date_of_ms(t->in->now_ms));
    const plm_token_set *set = &selected.set;
    for (size_t k = 0; status == PLM_OK && k < set->n_tokens; k++) {
        for (size_t i = 0; i < t->n; i++) {
            if (memcmp(set->tokens[k].b, t->arrivals[i].slot.link, PLM_LINK_BYTES) == 0) {
                t->arrivals[i].record = selected.numbers[set->entries[set->first[k]].record];
            }
        }
    }
    plm_selected_wipe(&selected);
    return status;
}

/* What the purpose does not name is not ours to know, whoever tells it. */
static bool may_be_told(const plm_purpose *purpose, uint8_t label)
{
    return label < plm_label_count() && (purpose->labels >> label & 1U) != 0;
}

static bool is_rule_of(const plm_purpose *purpose, plm_span name)
{
    for (size_t i = 0; i < purpose->n_rules; i++) {
        if (plm_span_equal(name, plm_span_str(plm_rule_name(purpose->rules[i])))) {
            return true;
        }
    }
    return false;
}

/* {"name": ["...", "..."], "role": ["..."]}, terminated. */
static plm_status write_fields(const plm_batch_slot *slot, const plm_purpose *purpose, plm_buf *out)
{
    json_t *root = json_object();
    bool is_good = root != NULL;
    for (size_t i = 0; is_good && i < slot->n_fields; i++) {
        const uint8_t number = slot->fields[i].label;
        const char *label = may_be_told(purpose, number) ? plm_label_name(number) : NULL;
        json_t *list = label != NULL ? json_object_get(root, label) : NULL;
        if (label != NULL && list == NULL) {
            list = json_array();
            is_good = json_object_set_new(root, label, list) == 0;
        }
        if (is_good && list != NULL) {
            is_good = json_array_append_new(list, json_stringn((const char *)slot->fields[i].text.p,
                                                               slot->fields[i].text.n)) == 0;
        }
    }
    plm_status status = is_good ? plm_json_dump(root, false, out) : PLM_E_NOMEM;
    json_decref(root);
    return status == PLM_OK ? plm_buf_append_u8(out, '\0') : status;
}

static plm_status store_arrival(taking *t, size_t at)
{
    const arrival *a = &t->arrivals[at];
    char rules[PLM_SLOT_RULES_MAX * PLM_RULE_NAME_MAX + 1] = "";
    size_t used = 0;
    for (size_t i = 0; i < a->slot.n_rules; i++) {
        const plm_span rule = a->slot.rules[i];
        if (is_rule_of(t->view.purpose, rule)) {
            used += (size_t)snprintf(rules + used, sizeof rules - used, "%s%.*s",
                                     used > 0 ? " " : "", (int)rule.n, (const char *)rule.p);
        }
    }
    plm_buf fields;
    plm_buf_init(&fields, FIELDS_MAX);
    plm_status status = write_fields(&a->slot, t->view.purpose, &fields);
    if (status != PLM_OK) {
        plm_buf_wipe(&fields);
        return status;
    }
    plm_hit hit = {
        .number = (uint32_t)t->head.number * t->head.n_slots + (uint32_t)at + 1,
        .record = a->record,
        .has_link = true,
        .grade = a->slot.grade,
        .rules = rules,
        .words = "",
        .state = plm_hit_state_name(PLM_HIT_RECEIVED),
        .officer = "",
        .second = "",
        .remark = "",
        .peer_number = a->slot.number,
        .fields = (const char *)fields.data,
        .outcome = "",
        .retention =
            plm_date_from_days(t->in->now_ms / DAY_MS + (int64_t)t->view.purpose->retention_days),
    };
    memcpy(hit.run_id, t->head.run_id, sizeof hit.run_id);
    memcpy(hit.link, a->slot.link, sizeof hit.link);
    status = plm_store_add_hit(t->node->store, &hit);
    plm_buf_wipe(&fields);
    return status;
}

/* 'released': run id, batch, hits in it, of them without a record of ours, the parcel's id. */
static plm_status write_ledger(const taking *t, size_t n_lost)
{
    uint8_t body[16 + 2 + 4 + 4 + PLM_HASH_BYTES];
    memcpy(body, t->head.run_id, 16);
    plm_store_u16(body + 16, t->head.number);
    plm_store_u32(body + 18, (uint32_t)t->n);
    plm_store_u32(body + 22, (uint32_t)n_lost);
    memcpy(body + 26, t->in->id, PLM_HASH_BYTES);
    return plm_ledger_append(t->node->store, "released", plm_span_of(body, sizeof body),
                             t->in->now_ms);
}

static plm_status store_all(taking *t, const plm_run_release *r)
{
    size_t n_lost = 0;
    plm_status status = PLM_OK;
    if (t->n > 0) {
        status = t->view.proposal.engine == PLM_ENGINE_VOLE ? find_by_links(t) : find_by_tokens(t);
    }
    for (size_t i = 0; status == PLM_OK && i < t->n; i++) {
        n_lost += t->arrivals[i].record == 0;
        status = t->arrivals[i].record != 0 ? store_arrival(t, i) : PLM_OK;
    }
    if (status == PLM_OK) {
        status = plm_store_step_release(t->node->store, t->head.run_id, r->next);
    }
    if (status == PLM_OK && r->next + 1 == r->n_batches) {
        status = plm_store_drop_link_key(t->node->store, t->head.run_id);
    }
    return status == PLM_OK ? write_ledger(t, n_lost) : status;
}

static plm_status read_arrivals(taking *t, plm_span slots)
{
    plm_status status = PLM_OK;
    t->arrivals = (arrival *)calloc(t->head.n_slots, sizeof *t->arrivals);
    if (t->arrivals == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < t->head.n_slots; i++) {
        bool is_empty;
        status = plm_slot_decode(&t->arrivals[t->n].slot, &is_empty, slots, i);
        t->n += status == PLM_OK && !is_empty;
    }
    return status;
}

/* Is the run one that we asked this sender for, under this accord? */
static bool is_ours(const taking *t)
{
    const plm_parcel *parcel = &t->in->parcel;
    return t->view.is_asker && t->view.is_done && strcmp(t->view.peer, parcel->from) == 0 &&
           memcmp(t->view.accord_hash, parcel->accord_hash, sizeof parcel->accord_hash) == 0;
}

static plm_status take(taking *t, plm_span slots, plm_parcel_verdict *verdict)
{
    plm_run_release r;
    plm_status status =
        plm_release_view_open(&t->view, t->node->store, t->head.run_id, t->in->now_ms);
    if (status == PLM_E_NOT_FOUND || (status == PLM_OK && !is_ours(t))) {
        *verdict = PLM_PARCEL_NO_REQUEST;
        return PLM_OK;
    }
    if (status == PLM_OK) {
        status = plm_store_get_release(t->node->store, t->head.run_id, &r);
    }
    if (status == PLM_E_NOT_FOUND || (status == PLM_OK && r.is_holder)) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    if (status == PLM_OK &&
        (t->head.number != r.next || t->head.n_slots != r.slots || r.next >= r.n_batches)) {
        *verdict = PLM_PARCEL_BAD_CHAIN;
        return PLM_OK;
    }
    if (status == PLM_OK) {
        status = read_arrivals(t, slots);
    }
    return status == PLM_OK ? store_all(t, &r) : status;
}

plm_status plm_release_take_batch(plm_node *node, const plm_parcel_in *in,
                                  plm_parcel_verdict *verdict)
{
    taking *t = (taking *)calloc(1, sizeof *t);
    plm_span slots;
    if (t == NULL) {
        return PLM_E_NOMEM;
    }
    t->node = node;
    t->in = in;
    plm_status status = PLM_OK;
    if (plm_parcel_check(PLM_PARCEL_BATCH, in->parcel.meta, in->content) != PLM_OK ||
        plm_parcel_open_batch(&t->head, &slots, in->content) != PLM_OK) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
    } else {
        status = take(t, slots, verdict);
    }
    plm_release_view_close(&t->view);
    free(t->arrivals);
    plm_wipe(t, sizeof *t);
    free(t);
    return status;
}
