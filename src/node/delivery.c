/* SPDX-License-Identifier: Apache-2.0 */
#include "node/delivery.h"

#include "crypto/sign.h"
#include "node/agreement.h"
#include "store/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS_MAX = 16,
    PARCELS_MAX = 100000, /* of one turn */
    BACK_OFF_FIRST_MS = 2000,
    BACK_OFF_MOST_MS = 15 * 60 * 1000
};

plm_status plm_delivery_pack(plm_node *node, const char *to,
                             const uint8_t accord_hash[static PLM_HASH_BYTES], uint8_t kind,
                             plm_span meta, plm_span content, int64_t now_ms, plm_posted *posted,
                             plm_buf *packed)
{
    plm_parcel m = {.kind = kind, .time_ms = now_ms, .meta = meta};
    plm_buf body;
    plm_buf both;
    plm_buf_init(&body, PLM_PARCEL_SIGNED_MAX);
    plm_buf_init(&both, PLM_PARCEL_SIGNED_MAX);
    (void)snprintf(m.from, sizeof m.from, "%s", node->code);
    (void)snprintf(m.to, sizeof m.to, "%s", to);
    memcpy(m.accord_hash, accord_hash, sizeof m.accord_hash);
    plm_hash256(m.content_hash, content);
    plm_status status = plm_parcel_encode(&m, &body);
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&both, node->seed, PLM_NAME_PARCEL, plm_buf_span(&body));
    }
    if (status == PLM_OK) {
        status = plm_parcel_pack(packed, plm_buf_span(&both), content);
    }
    if (status == PLM_OK) {
        plm_parcel_id(posted->id, plm_buf_span(&both));
        memcpy(posted->signed_body, both.data, both.n);
        posted->signed_bytes = both.n;
    }
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
    return status;
}

plm_status plm_delivery_post(plm_node *node, const char *to,
                             const uint8_t accord_hash[static PLM_HASH_BYTES], uint8_t kind,
                             plm_span meta, plm_span content, int64_t now_ms, plm_posted *posted)
{
    plm_buf packed;
    plm_buf_init(&packed, PLM_PARCEL_BYTES_MAX);
    plm_status status =
        plm_delivery_pack(node, to, accord_hash, kind, meta, content, now_ms, posted, &packed);
    if (status == PLM_OK) {
        status =
            plm_store_outbox_put(node->store, posted->id, to, kind, plm_buf_span(&packed), now_ms);
    }
    plm_buf_wipe(&packed);
    return status;
}

static plm_status receive(plm_session *session, plm_frame_type *type, plm_buf *out)
{
    plm_buf_clear(out);
    return plm_session_receive(session, type, out);
}

/* Our turn: every parcel that waits, each after the peer's word on the one before. */
static plm_status send_waiting(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                               plm_delivery_report *report)
{
    plm_buf message;
    uint8_t id[PLM_HASH_BYTES];
    plm_frame_type type;
    plm_buf_init(&message, PLM_FRAME_PAYLOAD_MAX);
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && i < PARCELS_MAX; i++) {
        plm_buf_clear(&message);
        status = plm_store_outbox_next(node->store, pin->party, id, &message);
        if (status == PLM_OK) {
            status = plm_session_send(session, PLM_FRAME_PARCEL, plm_buf_span(&message));
        }
        if (status == PLM_OK) {
            status = receive(session, &type, &message);
        }
        if (status == PLM_OK && type != PLM_FRAME_ACKNOWLEDGEMENT) {
            status = PLM_E_PROTOCOL;
        }
        if (status == PLM_OK) {
            status = plm_delivery_told(node, pin, id, plm_buf_span(&message), report);
        }
    }
    plm_buf_wipe(&message);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* The peer's turn: each of its parcels is taken, or not, and answered. */
plm_status plm_delivery_take_turn(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                                  plm_delivery_report *report, bool *goes_on)
{
    plm_buf message;
    plm_buf answer;
    plm_frame_type type;
    bool is_over = false;
    plm_buf_init(&message, PLM_FRAME_PAYLOAD_MAX);
    plm_buf_init(&answer, PLM_PARCEL_SIGNED_MAX);
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && !is_over; i++) {
        status = receive(session, &type, &message);
        if (status != PLM_OK) {
            break;
        }
        if (type == PLM_FRAME_TURN) {
            is_over = true;
            status = plm_turn_decode(goes_on, plm_buf_span(&message));
        } else if (type != PLM_FRAME_PARCEL || i >= PARCELS_MAX) {
            status = PLM_E_PROTOCOL;
        } else {
            plm_buf_clear(&answer);
            status = plm_delivery_take(node, pin, plm_buf_span(&message), report, &answer);
            if (status == PLM_OK) {
                status =
                    plm_session_send(session, PLM_FRAME_ACKNOWLEDGEMENT, plm_buf_span(&answer));
            }
        }
    }
    plm_buf_wipe(&message);
    plm_buf_wipe(&answer);
    return status;
}

plm_status plm_delivery_say_turn(plm_session *session, bool goes_on)
{
    const uint8_t value = goes_on ? 1 : 0;
    return plm_session_send(session, PLM_FRAME_TURN, plm_span_of(&value, 1));
}

static bool has_waiting(plm_node *node, const char *peer)
{
    plm_buf bytes;
    uint8_t id[PLM_HASH_BYTES];
    plm_buf_init(&bytes, PLM_PARCEL_BYTES_MAX);
    plm_status status = plm_store_outbox_next(node->store, peer, id, &bytes);
    plm_buf_wipe(&bytes);
    return status == PLM_OK;
}

/* Turns until nothing waits on our side: what we took may have made us write again. */
static plm_status exchange(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                           plm_delivery_report *report)
{
    plm_status status = PLM_OK;
    for (unsigned round = 0; status == PLM_OK && round < ROUNDS_MAX; round++) {
        bool goes_on = false;
        if (round > 0 && !has_waiting(node, pin->party)) {
            break;
        }
        status = send_waiting(node, session, pin, report);
        if (status == PLM_OK) {
            status = plm_delivery_say_turn(session, true);
        }
        if (status == PLM_OK) {
            status = plm_delivery_take_turn(node, session, pin, report, &goes_on);
        }
        if (status == PLM_OK && !goes_on) {
            status = PLM_E_PROTOCOL; /* it is for us to end it */
        }
    }
    if (status == PLM_OK) {
        status = plm_delivery_say_turn(session, false);
    }
    return status;
}

static plm_status connect_and_exchange(plm_node *node, const plm_tls_pin *pin, const char *address,
                                       plm_delivery_report *report)
{
    const plm_session_config config = {
        .worker_program = node->worker_program,
        .self = node->code,
        .seed = node->seed,
        .is_asker = true,
        .errand = PLM_ERRAND_DELIVER,
        .timeout_ms = node->timeout_ms,
        .n_threads = 1,
        .pins = pin,
        .n_pins = 1,
        .cancel = node->cancel,
        .carry = node->carry,
    };
    plm_session session;
    int fd;
    plm_status status = plm_session_connect(&config, address, &fd);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_session_open(&session, &config, fd);
    if (status == PLM_OK) {
        status = node->carry != NULL ? plm_delivery_carried(node, &session, pin, true, report)
                                     : exchange(node, &session, pin, report);
    }
    if (status == PLM_OK) {
        /* All is in both stores: how the goodbye goes changes nothing. */
        plm_status goodbye = plm_session_finish(&session);
        (void)goodbye;
    } else if (!plm_carry_is_dry(node->carry)) {
        plm_session_fail(&session, status);
    }
    report->peer_failure = session.peer_failure;
    plm_session_close(&session);
    return status;
}

plm_status plm_node_deliver(plm_node *node, const char *with, const char *address,
                            plm_delivery_report *report)
{
    plm_agreement *agreement = NULL;
    *report = (plm_delivery_report){0};
    (void)snprintf(report->peer, sizeof report->peer, "%s", with);
    plm_status status = plm_agreement_find(&agreement, node->store, node->code, with, NULL,
                                           plm_date_of_ms(plm_wall_ms()));
    if (status != PLM_OK) {
        return status;
    }
    const plm_party *peer = plm_accord_party(agreement->accord, with);
    plm_tls_pin pin = {0};
    (void)snprintf(pin.party, sizeof pin.party, "%s", peer->code);
    memcpy(pin.identity, peer->identity, sizeof pin.identity);
    status = connect_and_exchange(node, &pin, address != NULL ? address : peer->address, report);
    plm_agreement_destroy(agreement);
    if (node->carry != NULL) {
        return status; /* says nothing of when to try over the network */
    }
    plm_status noted = plm_store_delivery(node->store, with, status == PLM_OK, plm_wall_ms(),
                                          BACK_OFF_FIRST_MS, BACK_OFF_MOST_MS);
    return status == PLM_OK ? noted : status;
}

plm_status plm_delivery_answer(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                               plm_delivery_report *report)
{
    *report = (plm_delivery_report){0};
    memcpy(report->peer, pin->party, sizeof report->peer);
    plm_status status = PLM_OK;
    bool goes_on = true;
    if (node->carry != NULL) {
        status = plm_delivery_carried(node, session, pin, false, report);
        return status == PLM_OK ? plm_session_finish(session) : status;
    }
    for (unsigned round = 0; status == PLM_OK && goes_on; round++) {
        status = round > ROUNDS_MAX ? PLM_E_PROTOCOL
                                    : plm_delivery_take_turn(node, session, pin, report, &goes_on);
        if (status == PLM_OK && goes_on) {
            status = send_waiting(node, session, pin, report);
        }
        if (status == PLM_OK && goes_on) {
            status = plm_delivery_say_turn(session, true);
        }
    }
    if (status == PLM_OK) {
        /* The peer is heard: there is no need to wait before we speak to it. */
        status = plm_store_delivery(node->store, pin->party, true, plm_wall_ms(), BACK_OFF_FIRST_MS,
                                    BACK_OFF_MOST_MS);
    }
    if (status == PLM_OK) {
        plm_status goodbye = plm_session_finish(session);
        (void)goodbye;
    }
    return status;
}
