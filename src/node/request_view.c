/* SPDX-License-Identifier: Apache-2.0 */
#include "node/request_view.h"

#include "accord/rfc3339.h"
#include "request/grounds.h"
#include "store/outbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const erased_names[] = {NULL, "recalled", "expired", "void"};

void plm_step_name(char out[static PLM_STEP_NAME], plm_request_side side, int64_t sequence)
{
    unsigned number = sequence > 0 && sequence <= PLM_REQUEST_STEPS_MAX ? (unsigned)sequence : 0;
    (void)snprintf(out, PLM_STEP_NAME, "%c%u", side == PLM_REQUEST_REQUESTER ? 'r' : 'h', number);
}

plm_status plm_step_find(const plm_request_book *book, const char *name,
                         uint8_t id[static PLM_HASH_BYTES])
{
    for (unsigned side = 0; side < 2; side++) {
        for (size_t i = 0; i < book->log.n[side]; i++) {
            char own[PLM_STEP_NAME];
            plm_step_name(own, (plm_request_side)side, (int64_t)i + 1);
            if (strcmp(own, name) == 0) {
                memcpy(id, book->log.steps[side][i].id, PLM_HASH_BYTES);
                return PLM_OK;
            }
        }
    }
    return PLM_E_NOT_FOUND;
}

static json_t *time_json(int64_t ms)
{
    char text[PLM_RFC3339_TEXT];
    return ms > 0 && plm_rfc3339_format(text, ms) == PLM_OK ? json_string(text) : json_null();
}

typedef struct viewing {
    const plm_request_book *book;
    plm_store *store;
    json_t *steps;
    json_t *document; /* of the SEND */
    bool with_signatures;
} viewing;

/* How far a step of ours got. */
static json_t *delivery_json(const viewing *v, const plm_step_row *row)
{
    bool waits = false;
    uint8_t verdict = 0;
    if (row->side != (int64_t)plm_request_own_side(v->book)) {
        return json_string("received");
    }
    if (plm_store_outbox_get(v->store, row->id, &waits, &verdict) != PLM_OK) {
        return json_string("unknown");
    }
    if (waits) {
        return json_string("waiting");
    }
    return verdict == PLM_PARCEL_TAKEN
               ? json_string("delivered")
               : json_sprintf("refused: %s", plm_parcel_verdict_name(verdict));
}

/* What the signed meta part says besides the chain. */
static int add_meta(json_t *step, const viewing *v, const plm_step_row *row)
{
    plm_parcel parcel;
    plm_transition t;
    if (row->signed_body.n <= PLM_SIGNATURE_BYTES ||
        plm_parcel_decode(
            &parcel, plm_span_of(row->signed_body.p, row->signed_body.n - PLM_SIGNATURE_BYTES)) !=
            PLM_OK ||
        plm_transition_decode(&t, parcel.meta) != PLM_OK) {
        return -1;
    }
    int failed = 0;
    if (t.action == PLM_REQUEST_REFUSE) {
        const plm_ground *ground = plm_ground_find(t.code);
        failed |= json_object_set_new(step, "ground", json_string(ground->name));
        failed |= json_object_set_new(step, "ground_title", json_string(ground->title));
        failed |= json_object_set_new(step, "ground_source", json_string(ground->source));
    }
    if (t.action == PLM_REQUEST_CLOSE) {
        failed |= json_object_set_new(step, "outcome", json_string(plm_request_outcomes[t.code]));
    }
    if (t.until_ms > 0) {
        failed |= json_object_set_new(step, "until", time_json(t.until_ms));
    }
    for (unsigned side = 0; side < 2; side++) {
        for (size_t i = 0; i < v->book->log.n[side]; i++) {
            if (memcmp(v->book->log.steps[side][i].id, t.target, PLM_HASH_BYTES) == 0) {
                char name[PLM_STEP_NAME];
                plm_step_name(name, (plm_request_side)side, (int64_t)i + 1);
                failed |= json_object_set_new(step, "target", json_string(name));
            }
        }
    }
    return failed;
}

static json_t *step_json(viewing *v, const plm_step_row *row)
{
    char name[PLM_STEP_NAME];
    char id[2 * PLM_HASH_BYTES + 1];
    plm_step_name(name, (plm_request_side)row->side, row->sequence);
    plm_hex_encode(id, row->id, sizeof row->id);
    json_t *step = json_pack("{s:s, s:s, s:b, s:s, s:o, s:b, s:s?, s:o}", "step", name, "id", id,
                             "ours", (int)(row->side == (int64_t)plm_request_own_side(v->book)),
                             "action", plm_request_action_name((plm_request_action)row->action),
                             "time", time_json(row->time_ms), "void", (int)row->is_void, "erased",
                             erased_names[row->erased & 3], "delivery", delivery_json(v, row));
    if (step == NULL || add_meta(step, v, row) != 0) {
        json_decref(step);
        return NULL;
    }
    json_t *content = NULL;
    int failed = plm_content_json(&content, row->content) == PLM_E_NOMEM;
    if (content != NULL && row->action == PLM_REQUEST_SEND) {
        v->document = content;
    } else if (content != NULL && json_object_size(content) > 0) {
        failed |= json_object_set_new(step, "content", content);
    } else {
        json_decref(content);
    }
    if (v->with_signatures) {
        char *hex = (char *)malloc(2 * row->signed_body.n + 1);
        failed |= hex == NULL;
        if (hex != NULL) {
            plm_hex_encode(hex, row->signed_body.p, row->signed_body.n);
            failed |= json_object_set_new(step, "signed", json_string(hex));
            free(hex);
        }
    }
    if (failed) {
        json_decref(step);
        return NULL;
    }
    return step;
}

static plm_status view_step(void *context, const plm_step_row *row)
{
    viewing *v = (viewing *)context;
    return json_array_append_new(v->steps, step_json(v, row)) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* In the order of time, with the chains' own order within a side (steps come side by side). */
static json_t *in_order(const json_t *steps)
{
    json_t *ordered = json_array();
    size_t i;
    json_t *step;
    json_array_foreach(steps, i, step)
    {
        const char *time = json_string_value(json_object_get(step, "time"));
        size_t at = json_array_size(ordered);
        while (at > 0 && time != NULL &&
               strcmp(json_string_value(json_object_get(json_array_get(ordered, at - 1), "time")),
                      time) > 0) {
            at--;
        }
        (void)json_array_insert(ordered, at, step);
    }
    return ordered;
}

static json_t *draft_json(const plm_request_row *row)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *draft = NULL;
    if (row->draft.n == 0 || plm_json_parse(&draft, row->draft, &quiet, NULL, 0) != PLM_OK) {
        return NULL;
    }
    return draft;
}

plm_status plm_request_view(json_t **out, plm_store *store, const plm_request_book *book,
                            bool with_signatures, int64_t now_ms)
{
    const plm_request_row *row = &book->row;
    char id[2 * PLM_REQUEST_ID_BYTES + 1];
    char accord[2 * PLM_HASH_BYTES + 1];
    viewing v = {book, store, json_array(), NULL, with_signatures};
    plm_hex_encode(id, row->id, sizeof row->id);
    plm_hex_encode(accord, row->accord_hash, sizeof row->accord_hash);
    plm_status status =
        v.steps == NULL ? PLM_E_NOMEM : plm_store_each_step(store, row->id, view_step, &v);
    plm_alarm alarm =
        plm_due_alarm((plm_request_state)row->state, row->sent_ms, row->due_ms, now_ms);
    bool counts = row->due_ms > 0 && plm_due_counts((plm_request_state)row->state);
    json_t *document = v.document != NULL ? v.document : draft_json(row);
    json_t *view = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:s?, s:o, s:o*, s:o}", "palermo",
        "request-view/1", "request", id, "side", row->is_ours ? "requester" : "requested", "with",
        row->peer, "accord", accord, "kind",
        plm_request_kinds[row->kind < PLM_REQUEST_KIND_COUNT ? row->kind : 0], "direction",
        row->is_offer ? "offer" : "ask", "urgent", (int)row->is_urgent, "state",
        plm_request_state_name((plm_request_state)row->state), "sent", time_json(row->sent_ms),
        "due", time_json(counts ? row->due_ms : 0), "alarm", counts ? plm_alarm_name(alarm) : NULL,
        "changed", time_json(row->changed_ms), "document", document, "steps", in_order(v.steps));
    json_decref(v.steps);
    if (status == PLM_OK && view == NULL) {
        status = PLM_E_NOMEM;
    }
    if (status != PLM_OK) {
        json_decref(view);
        return status;
    }
    *out = view;
    return PLM_OK;
}

typedef struct use_check {
    const plm_request_book *book;
    const plm_use *use;
    plm_condition_kind *broken;
    char *step;
    char purpose[PLM_CODE_MAX]; /* the request's own */
} use_check;

/*
 * What the peer said without a purpose of its own has the request's, and may not be passed on
 * (UNTOC art. 18(19)). The requester's steps come first, and the send first of them.
 */
static plm_status check_step(void *context, const plm_step_row *row)
{
    use_check *c = (use_check *)context;
    plm_note note;
    bool is_peers = row->side != (int64_t)plm_request_own_side(c->book);
    bool is_send = row->action == PLM_REQUEST_SEND;
    bool says_nothing = row->action == PLM_REQUEST_RECEIVE || row->action == PLM_REQUEST_RECALLED;
    if ((!is_peers && !is_send) || says_nothing || row->content.n == 0 ||
        *c->broken != PLM_CONDITION_NONE) {
        return PLM_OK;
    }
    if (plm_note_read(&note, (plm_request_action)row->action, row->content) != PLM_OK) {
        return PLM_E_STORE;
    }
    if (is_send) {
        memcpy(c->purpose, note.conditions.purpose, sizeof c->purpose);
    } else if (note.conditions.purpose[0] == '\0') {
        memcpy(note.conditions.purpose, c->purpose, sizeof c->purpose);
    }
    if (is_peers) {
        *c->broken = plm_conditions_check(&note.conditions, c->use);
    }
    if (*c->broken != PLM_CONDITION_NONE) {
        plm_step_name(c->step, (plm_request_side)row->side, row->sequence);
    }
    plm_note_wipe(&note);
    return PLM_OK;
}

plm_status plm_request_check_use(plm_store *store, const plm_request_book *book, const plm_use *use,
                                 plm_condition_kind *broken, char step[static PLM_STEP_NAME])
{
    use_check c = {.book = book, .use = use, .broken = broken, .step = step};
    *broken = PLM_CONDITION_NONE;
    step[0] = '\0';
    return plm_store_each_step(store, book->row.id, check_step, &c);
}
