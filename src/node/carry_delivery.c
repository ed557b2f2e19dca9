/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry_delivery.c - a delivery across an air gap: all that waits on one side, all that waits on
 * the other with the words on the first, and the words on that.
 *
 *     asker                                      holder
 *     parcels, TURN 1            ──►
 *                                ◄──             acknowledgements, parcels, TURN 1
 *     acknowledgements, TURN 0   ──►
 *
 * Going through it again does no harm: a parcel that comes again is answered with the same words,
 * and one whose answer is known waits no longer. Which parcels went is noted when they go.
 */
#include "node/delivery.h"

#include "store/outbox.h"

#include <string.h>

enum {
    PARCELS_MAX = 1000
};

/* Appends the ids of what waits for the peer now; in a transaction with their note. */
static plm_status collect(plm_node *node, const char *peer, plm_buf *ids)
{
    plm_buf bytes;
    uint8_t id[PLM_HASH_BYTES];
    int64_t number = 0;
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && i < PARCELS_MAX; i++) {
        plm_buf_init(&bytes, PLM_PARCEL_BYTES_MAX);
        status = plm_store_outbox_after(node->store, peer, &number, id, &bytes);
        if (status == PLM_OK) {
            status = plm_buf_append(ids, id, sizeof id);
        }
        plm_buf_wipe(&bytes);
    }
    status = status == PLM_E_NOT_FOUND ? PLM_OK : status;
    return status == PLM_OK ? plm_carry_note(node->carry, "parcels", plm_buf_span(ids)) : status;
}

/*
 * What is said again is what was said (plm_carry_say), so that of a parcel that is in the outbox no
 * more an empty message stands for it here.
 */
static plm_status send_parcels(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                               const plm_buf *ids)
{
    plm_status status = PLM_OK;
    for (size_t at = 0; status == PLM_OK && at < ids->n; at += PLM_HASH_BYTES) {
        plm_buf bytes;
        plm_buf_init(&bytes, PLM_PARCEL_BYTES_MAX);
        status = plm_store_outbox_bytes(node->store, pin->party, ids->data + at, &bytes);
        if (status == PLM_OK) {
            status = plm_session_send(session, PLM_FRAME_PARCEL, plm_buf_span(&bytes));
        }
        plm_buf_wipe(&bytes);
    }
    return status == PLM_OK ? plm_delivery_say_turn(session, true) : status;
}

/* The peer's word on each, in the order in which they went. */
static plm_status take_words(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                             const plm_buf *ids, plm_delivery_report *report)
{
    plm_status status = PLM_OK;
    for (size_t at = 0; status == PLM_OK && at < ids->n; at += PLM_HASH_BYTES) {
        plm_frame_type type;
        plm_buf message;
        plm_buf_init(&message, PLM_FRAME_PAYLOAD_MAX);
        status = plm_session_receive(session, &type, &message);
        if (status == PLM_OK && type != PLM_FRAME_ACKNOWLEDGEMENT) {
            status = PLM_E_PROTOCOL;
        }
        if (status == PLM_OK) {
            status = plm_delivery_told(node, pin, ids->data + at, plm_buf_span(&message), report);
        }
        plm_buf_wipe(&message);
    }
    return status;
}

plm_status plm_delivery_carried(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                                bool is_first, plm_delivery_report *report)
{
    bool goes_on = true;
    plm_buf ids;
    plm_buf_init(&ids, (size_t)PARCELS_MAX * PLM_HASH_BYTES);
    plm_status status = PLM_OK;
    if (!is_first) {
        status = plm_delivery_take_turn(node, session, pin, report, &goes_on);
    }
    if (status == PLM_OK) {
        status = plm_carry_recall(node->carry, "parcels", &ids);
        status = status == PLM_E_NOT_FOUND ? collect(node, pin->party, &ids) : status;
    }
    if (status == PLM_OK) {
        status = send_parcels(node, session, pin, &ids);
    }
    if (status == PLM_OK) {
        status = take_words(node, session, pin, &ids, report);
    }
    if (status == PLM_OK) {
        status = plm_delivery_take_turn(node, session, pin, report, &goes_on);
    }
    if (status == PLM_OK && goes_on != is_first) {
        status = PLM_E_PROTOCOL;
    }
    if (status == PLM_OK && is_first) {
        status = plm_delivery_say_turn(session, false);
    }
    plm_buf_wipe(&ids);
    return status;
}
