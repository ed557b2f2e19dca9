/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_act.c - a step of our own.
 */
#include "node/request.h"

#include "ledger/ledger.h"

#include <string.h>

plm_request_fit plm_request_fits(const plm_agreement *agreement, const char *self, const char *with,
                                 const plm_document *document, const json_t *root, plm_date today)
{
    const plm_in_force state = plm_agreement_state(agreement, today);
    plm_refusal refusal;
    if (plm_policy_in_force(agreement->accord, &state, self, with, &refusal) != PLM_OK) {
        return PLM_REQUEST_NOT_IN_FORCE;
    }
    plm_effective effective;
    if (plm_policy_effective(&effective, agreement->accord, &state, self, with,
                             document->conditions.purpose, &refusal) != PLM_OK) {
        return PLM_REQUEST_NO_PURPOSE;
    }
    const plm_purpose *purpose = &effective.purpose;
    size_t i;
    json_t *offence;
    json_array_foreach(json_object_get(root, "offences"), i, offence)
    {
        if (!plm_purpose_has_offence(purpose, json_string_value(offence))) {
            return PLM_REQUEST_NOT_OFFENCE;
        }
    }
    return PLM_REQUEST_FITS;
}

plm_status plm_request_due_ms(const plm_node *node,
                              const uint8_t accord_hash[static PLM_HASH_BYTES], const char *peer,
                              plm_span content, bool is_urgent, int64_t sent_ms, int64_t *due_ms)
{
    enum {
        HOURS_A_DAY = 24
    };
    plm_agreement *agreement = NULL;
    plm_effective effective;
    plm_refusal refusal;
    unsigned urgent_hours = 0;
    unsigned ordinary_hours = 0;
    json_t *root = NULL;
    plm_status status = plm_content_json(&root, content);
    const char *purpose =
        json_string_value(json_object_get(json_object_get(root, "conditions"), "purpose"));
    if (purpose != NULL) {
        status = plm_agreement_load(&agreement, node->store, accord_hash);
    }
    if (agreement != NULL) {
        const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(sent_ms));
        if (plm_policy_effective(&effective, agreement->accord, &state, node->code, peer, purpose,
                                 &refusal) == PLM_OK) {
            urgent_hours = effective.purpose.urgent_hours;
            ordinary_hours = effective.purpose.ordinary_days * HOURS_A_DAY;
        }
    }
    plm_agreement_destroy(agreement);
    json_decref(root);
    *due_ms = plm_due_ms(sent_ms, is_urgent, urgent_hours, ordinary_hours);
    return status == PLM_E_PROTOCOL || status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* The meta part, signed and in the outbox; its id and signed bytes in the row. */
static plm_status post(plm_node *node, const plm_request_book *book, const plm_transition *t,
                       plm_span content, int64_t now_ms, plm_posted *posted)
{
    plm_buf meta;
    plm_buf_init(&meta, PLM_PARCEL_META_MAX);
    plm_status status = plm_transition_encode(t, &meta);
    if (status == PLM_OK) {
        status =
            plm_delivery_post(node, book->row.peer, book->row.accord_hash, PLM_PARCEL_TRANSITION,
                              plm_buf_span(&meta), content, now_ms, posted);
    }
    plm_buf_wipe(&meta);
    return status;
}

static plm_status write_step(plm_node *node, plm_request_book *book, const plm_transition *t,
                             plm_span content, const plm_note *note,
                             uint8_t id[static PLM_HASH_BYTES])
{
    plm_posted posted;
    int64_t now = plm_wall_ms();
    plm_status status = post(node, book, t, content, now, &posted);
    if (status != PLM_OK) {
        return status;
    }
    plm_step_row row = {.time_ms = now,
                        .signed_body = plm_span_of(posted.signed_body, posted.signed_bytes),
                        .content = content};
    memcpy(row.id, posted.id, sizeof row.id);
    memcpy(id, posted.id, sizeof row.id);
    if (t->action == PLM_REQUEST_SEND) {
        book->row.sent_ms = now;
        book->row.draft = plm_span_of(NULL, 0);
        status = plm_request_due_ms(node, book->row.accord_hash, book->row.peer, content,
                                    book->row.is_urgent, now, &book->row.due_ms);
        if (status != PLM_OK) {
            return status;
        }
    }
    status = plm_request_add_step(node, book, t, &row, note, now);
    return status == PLM_OK
               ? plm_ledger_append(node->store,
                                   t->action == PLM_REQUEST_SEND ? "request-sent" : "transition",
                                   row.signed_body, now)
               : status;
}

plm_status plm_request_act(plm_node *node, plm_request_book *book, const plm_transition *what,
                           const json_t *json, uint8_t id[static PLM_HASH_BYTES])
{
    plm_transition t = *what;
    plm_note note;
    plm_buf content;
    bool mine = false;
    memcpy(t.request_id, book->row.id, sizeof t.request_id);
    t.side = plm_request_own_side(book);
    plm_transition_link(&t, &book->log);
    plm_status status = plm_request_may_add(&book->log, t.side, t.action, t.seen);
    if (status != PLM_OK) {
        return status;
    }
    if (plm_transition_judge(&t, &book->log) != PLM_PARCEL_TAKEN) {
        return PLM_E_NOT_FOUND;
    }
    plm_buf_init(&content, PLM_REQUEST_DOCUMENT_MAX + PLM_PARCEL_SALT_BYTES);
    status = plm_content_write(&content, json);
    if (status == PLM_OK) {
        status = plm_note_read(&note, t.action, plm_buf_span(&content));
    }
    if (status == PLM_OK) {
        status = plm_store_enter(node->store, &mine);
        if (status == PLM_OK) {
            status = write_step(node, book, &t, plm_buf_span(&content), &note, id);
            status = plm_store_leave(node->store, mine, status);
        }
        plm_note_wipe(&note);
    }
    plm_buf_wipe(&content);
    return status;
}
