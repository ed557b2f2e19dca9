/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_take.c - a step of the peer's.
 */
#include "node/request.h"

#include "ledger/ledger.h"

#include <string.h>

/* A step of ours that our node takes by itself: receive, recalled. */
static plm_status act_alone(plm_node *node, plm_request_book *book, plm_request_action action,
                            const uint8_t *target)
{
    plm_transition t = {.action = action};
    uint8_t id[PLM_HASH_BYTES];
    if (target != NULL) {
        memcpy(t.target, target, sizeof t.target);
    }
    json_t *nothing = json_object();
    plm_status status =
        nothing == NULL ? PLM_E_NOMEM : plm_request_act(node, book, &t, nothing, id);
    json_decref(nothing);
    return status == PLM_E_REFUSED ? PLM_OK : status; /* it crossed a step that ended all */
}

/* A new request: its accord must be in force between the two, and have room for it. */
static plm_status begin_request(plm_node *node, const plm_parcel_in *in, const plm_transition *t,
                                const plm_note *note, plm_parcel_verdict *verdict)
{
    plm_agreement *agreement = NULL;
    plm_status status = plm_agreement_load(&agreement, node->store, in->parcel.accord_hash);
    if (status == PLM_E_NOT_FOUND) {
        *verdict = PLM_PARCEL_BAD_ACCORD;
        return PLM_OK;
    }
    if (status != PLM_OK) {
        return status;
    }
    json_t *root = NULL;
    status = plm_content_json(&root, in->content);
    if (status == PLM_E_NOMEM) {
        plm_agreement_destroy(agreement);
        return status;
    }
    const plm_party *peer = plm_accord_party(agreement->accord, in->parcel.from);
    if (root == NULL || peer == NULL || memcmp(peer->identity, in->identity, 32) != 0 ||
        plm_request_fits(agreement, node->code, in->parcel.from, &note->document, root,
                         plm_date_of_ms(in->now_ms)) != PLM_REQUEST_FITS) {
        *verdict = PLM_PARCEL_BAD_ACCORD;
    }
    json_decref(root);
    plm_agreement_destroy(agreement);
    if (*verdict != PLM_PARCEL_TAKEN) {
        return PLM_OK;
    }
    plm_request_row row = {.peer = in->parcel.from,
                           .kind = note->document.kind,
                           .is_offer = note->document.is_offer,
                           .is_urgent = note->document.is_urgent,
                           .state = PLM_REQUEST_DRAFT,
                           .sent_ms = in->now_ms,
                           .changed_ms = in->now_ms};
    memcpy(row.id, t->request_id, sizeof row.id);
    memcpy(row.accord_hash, in->parcel.accord_hash, sizeof row.accord_hash);
    status = plm_request_due_ms(node, in->parcel.accord_hash, in->parcel.from, in->content,
                                note->document.is_urgent, in->now_ms, &row.due_ms);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_add_request(node->store, &row);
    if (status == PLM_E_EXISTS) {
        *verdict = PLM_PARCEL_BAD_CHAIN;
        return PLM_OK;
    }
    return status;
}

/* What the peer takes back is deleted here, and it is told so. */
static plm_status recall(plm_node *node, plm_request_book *book, const plm_transition *t,
                         int64_t now_ms)
{
    bool did = false;
    plm_status status = plm_store_erase_step(node->store, t->target, PLM_ERASED_RECALLED, &did);
    if (status == PLM_OK && did) {
        status = plm_request_note_ledger(node->store, "erased", t->target, sizeof t->target,
                                         PLM_ERASED_RECALLED, now_ms);
    }
    return status == PLM_OK ? act_alone(node, book, PLM_REQUEST_RECALLED, t->target) : status;
}

static plm_parcel_verdict judge(const plm_parcel_in *in, const plm_transition *t,
                                const plm_request_book *book)
{
    if (strcmp(book->row.peer, in->parcel.from) != 0) {
        return PLM_PARCEL_NO_REQUEST;
    }
    if (memcmp(book->row.accord_hash, in->parcel.accord_hash, PLM_HASH_BYTES) != 0) {
        return PLM_PARCEL_BAD_ACCORD;
    }
    if (t->side == plm_request_own_side(book)) {
        return PLM_PARCEL_NOT_ALLOWED;
    }
    return plm_transition_judge(t, &book->log);
}

static plm_status take_into(plm_node *node, const plm_parcel_in *in, const plm_transition *t,
                            const plm_note *note, plm_request_book *book)
{
    plm_step_row row = {
        .time_ms = in->parcel.time_ms, .signed_body = in->signed_body, .content = in->content};
    memcpy(row.id, in->id, sizeof row.id);
    plm_status status = plm_request_add_step(node, book, t, &row, note, in->now_ms);
    if (status == PLM_OK) {
        status = plm_ledger_append(
            node->store, t->action == PLM_REQUEST_SEND ? "request-received" : "transition",
            in->signed_body, in->now_ms);
    }
    if (status == PLM_OK && t->action == PLM_REQUEST_SEND) {
        status = act_alone(node, book, PLM_REQUEST_RECEIVE, NULL);
    }
    if (status == PLM_OK && t->action == PLM_REQUEST_RECALL) {
        status = recall(node, book, t, in->now_ms);
    }
    return status;
}

plm_status plm_request_take_transition(plm_node *node, const plm_parcel_in *in,
                                       plm_parcel_verdict *verdict)
{
    plm_transition t;
    plm_note note;
    plm_request_book book = {0};
    plm_status status = plm_transition_decode(&t, in->parcel.meta);
    if (status == PLM_OK) {
        status = plm_note_read(&note, t.action, in->content);
    }
    if (status != PLM_OK) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return status == PLM_E_PROTOCOL ? PLM_OK : status;
    }
    if (t.action == PLM_REQUEST_SEND) {
        status = begin_request(node, in, &t, &note, verdict);
    }
    if (status == PLM_OK && *verdict == PLM_PARCEL_TAKEN) {
        status = plm_request_open(&book, node->store, t.request_id);
        if (status == PLM_E_NOT_FOUND) {
            *verdict = PLM_PARCEL_NO_REQUEST;
            status = PLM_OK;
        } else if (status == PLM_OK) {
            *verdict = judge(in, &t, &book);
        }
    }
    if (status == PLM_OK && *verdict == PLM_PARCEL_TAKEN) {
        status = take_into(node, in, &t, &note, &book);
    }
    plm_request_shut(&book);
    plm_note_wipe(&note);
    return status;
}
