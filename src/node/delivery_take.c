/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery_take.c - one parcel in, and the word on one that went out.
 */
#include "node/delivery.h"

#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "net/net.h"

#include <string.h>

#include "store/outbox.h"

enum {
    ACKNOWLEDGEMENT_MAX = 256
};

static plm_status sign_acknowledgement(const plm_node *node, const uint8_t id[static 32],
                                       plm_parcel_verdict verdict, int64_t now_ms, plm_buf *out)
{
    plm_acknowledgement m = {.verdict = (uint8_t)verdict, .time_ms = now_ms};
    plm_buf body;
    memcpy(m.parcel_id, id, sizeof m.parcel_id);
    plm_buf_init(&body, ACKNOWLEDGEMENT_MAX);
    plm_status status = plm_acknowledgement_encode(&m, &body);
    if (status == PLM_OK) {
        status = plm_identity_sign_append(out, node->seed, PLM_NAME_ACKNOWLEDGEMENT,
                                          plm_buf_span(&body));
    }
    plm_buf_wipe(&body);
    return status;
}

/* Within a transaction: what a new parcel does, its mark in the inbox, the acknowledgement. */
static plm_status take_new(plm_node *node, const plm_parcel_in *in, plm_parcel_verdict *verdict,
                           plm_buf *out)
{
    const plm_parcel_handler *handler = plm_parcel_handler_find(in->parcel.kind);
    if (handler == NULL) {
        *verdict = PLM_PARCEL_BAD_KIND;
        return PLM_OK;
    }
    plm_status status = handler->take(node, in, verdict);
    if (status != PLM_OK || *verdict != PLM_PARCEL_TAKEN) {
        return status;
    }
    status = sign_acknowledgement(node, in->id, PLM_PARCEL_TAKEN, in->now_ms, out);
    return status == PLM_OK ? plm_store_inbox_put(node->store, in->id, in->parcel.from,
                                                  plm_buf_span(out), in->now_ms)
                            : status;
}

/* A refusal changes nothing but the ledger. */
static plm_status decline(plm_node *node, const plm_parcel_in *in, plm_parcel_verdict verdict,
                          plm_buf *out)
{
    uint8_t body[PLM_HASH_BYTES + 1];
    memcpy(body, in->id, PLM_HASH_BYTES);
    body[PLM_HASH_BYTES] = (uint8_t)verdict;
    plm_status status = plm_ledger_append(node->store, "parcel-refused",
                                          plm_span_of(body, sizeof body), in->now_ms);
    return status == PLM_OK ? sign_acknowledgement(node, in->id, verdict, in->now_ms, out) : status;
}

static plm_status take_judged(plm_node *node, const plm_parcel_in *in, plm_delivery_report *report,
                              plm_buf *out)
{
    plm_parcel_verdict verdict = PLM_PARCEL_TAKEN;
    size_t before = out->n;
    bool is_again = false;
    plm_status status = plm_store_begin(node->store);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_inbox_get(node->store, in->id, out);
    if (status == PLM_OK) {
        is_again = true;
    } else if (status == PLM_E_NOT_FOUND) {
        status = take_new(node, in, &verdict, out);
    }
    if (status == PLM_OK && verdict == PLM_PARCEL_TAKEN) {
        status = plm_store_commit(node->store);
    }
    if (status != PLM_OK || verdict != PLM_PARCEL_TAKEN) {
        plm_store_rollback(node->store);
        out->n = before;
    }
    if (status == PLM_OK && verdict != PLM_PARCEL_TAKEN) {
        report->n_declined++;
        return decline(node, in, verdict, out);
    }
    report->n_again += status == PLM_OK && is_again;
    report->n_taken += status == PLM_OK && !is_again;
    return status;
}

plm_status plm_delivery_take(plm_node *node, const plm_tls_pin *pin, plm_span payload,
                             plm_delivery_report *report, plm_buf *out)
{
    plm_parcel_in in = {.identity = pin->identity, .now_ms = plm_wall_ms()};
    plm_span body;
    plm_status status = plm_parcel_unpack(payload, &in.signed_body, &in.content, &in.parcel);
    if (status != PLM_OK) {
        return status;
    }
    plm_parcel_id(in.id, in.signed_body);
    status = plm_identity_open(&body, in.signed_body, pin->identity, PLM_NAME_PARCEL);
    if (status == PLM_E_AUTH) {
        report->n_declined++;
        return decline(node, &in, PLM_PARCEL_BAD_SIGNATURE, out);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (strcmp(in.parcel.from, pin->party) != 0 || strcmp(in.parcel.to, node->code) != 0) {
        report->n_declined++;
        return decline(node, &in, PLM_PARCEL_BAD_ADDRESS, out);
    }
    return take_judged(node, &in, report, out);
}

plm_status plm_delivery_told(plm_node *node, const plm_tls_pin *pin,
                             const uint8_t id[static PLM_HASH_BYTES], plm_span payload,
                             plm_delivery_report *report)
{
    plm_span body;
    plm_acknowledgement m;
    bool was_waiting = false;
    plm_status status = plm_identity_open(&body, payload, pin->identity, PLM_NAME_ACKNOWLEDGEMENT);
    if (status == PLM_OK) {
        status = plm_acknowledgement_decode(&m, body);
    }
    if (status == PLM_OK && memcmp(m.parcel_id, id, PLM_HASH_BYTES) != 0) {
        status = PLM_E_PROTOCOL;
    }
    if (status != PLM_OK) {
        return status;
    }
    int64_t now = plm_wall_ms();
    bool mine;
    status = plm_store_enter(node->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status =
        plm_store_outbox_end(node->store, pin->party, id, m.verdict, payload, now, &was_waiting);
    if (status == PLM_OK && was_waiting) {
        status = plm_ledger_append(node->store, "acknowledgement", payload, now);
    }
    status = plm_store_leave(node->store, mine, status);
    if (status == PLM_OK && was_waiting) {
        report->n_delivered += m.verdict == PLM_PARCEL_TAKEN;
        report->n_refused += m.verdict != PLM_PARCEL_TAKEN;
    }
    return status;
}
