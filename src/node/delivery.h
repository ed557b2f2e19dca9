/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery.h - exactly once, whatever breaks (spec/wire.md section 11).
 *
 * A parcel stands in the sender's outbox in the transaction that made it. It goes over the TLS
 * channel of a connection with the errand "deliver", again and again until the receiver's signed
 * acknowledgement is in the sender's store. The receiver puts what a parcel does, the fact that it
 * came, and the acknowledgement into its store in one transaction, and only then answers; a parcel
 * that comes again gets the same answer and does nothing.
 *
 * What is done with a parcel stands in one table of kinds (delivery_kinds.c), whether it is well
 * formed in another (parcel_check.h): another kind is another row in both.
 */
#ifndef PLM_NODE_DELIVERY_H
#define PLM_NODE_DELIVERY_H

#include "node/node.h"
#include "wire/frame.h"
#include "wire/parcel.h"

/* A parcel that came in, its signature and addresses good; everything borrowed. */
typedef struct plm_parcel_in {
    plm_parcel parcel;
    uint8_t id[PLM_HASH_BYTES];
    const uint8_t *identity; /* the sender's key */
    plm_span signed_body;
    plm_span content;
    int64_t now_ms;
} plm_parcel_in;

typedef struct plm_parcel_handler {
    uint8_t kind; /* plm_parcel_kind */
    /*
     * In the principal, within the transaction that takes the parcel: what it does. A verdict other
     * than PLM_PARCEL_TAKEN undoes the transaction.
     */
    plm_status (*take)(plm_node *node, const plm_parcel_in *in, plm_parcel_verdict *verdict);
} plm_parcel_handler;

/* NULL: there is no such kind. */
const plm_parcel_handler *plm_parcel_handler_find(uint8_t kind);

/* What was posted. */
typedef struct plm_posted {
    uint8_t id[PLM_HASH_BYTES];
    uint8_t signed_body[PLM_PARCEL_SIGNED_MAX];
    size_t signed_bytes;
} plm_posted;

/*
 * Signs a parcel and puts it into the outbox; part of the caller's transaction. to: who gets it.
 * PLM_E_ARGUMENT (too long), PLM_E_NOMEM, PLM_E_STORE.
 */
plm_status plm_delivery_post(plm_node *node, const char *to,
                             const uint8_t accord_hash[static PLM_HASH_BYTES], uint8_t kind,
                             plm_span meta, plm_span content, int64_t now_ms,
                             plm_posted *posted) PLM_MUST_CHECK;

/*
 * The first half of it: what would be put into the outbox, appended to `packed`. PLM_E_ARGUMENT,
 * PLM_E_NOMEM.
 */
plm_status plm_delivery_pack(plm_node *node, const char *to,
                             const uint8_t accord_hash[static PLM_HASH_BYTES], uint8_t kind,
                             plm_span meta, plm_span content, int64_t now_ms, plm_posted *posted,
                             plm_buf *packed) PLM_MUST_CHECK;

/*
 * Connects to a party and empties both outboxes. address NULL: the accord's. PLM_E_NOT_FOUND: no
 * accord has that party; and every status of a session.
 */
plm_status plm_node_deliver(plm_node *node, const char *with, const char *address,
                            plm_delivery_report *report) PLM_MUST_CHECK;
/* The holder's side, on an open session whose errand it is. */
plm_status plm_delivery_answer(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                               plm_delivery_report *report) PLM_MUST_CHECK;

/* The peer's turn: takes and answers its parcels until it says how it goes on. */
plm_status plm_delivery_take_turn(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                                  plm_delivery_report *report, bool *goes_on) PLM_MUST_CHECK;
plm_status plm_delivery_say_turn(plm_session *session, bool goes_on) PLM_MUST_CHECK;

/*
 * carry_delivery.c: the whole of a delivery in a session that is carried (node/carry.h). is_first:
 * we began it.
 */
plm_status plm_delivery_carried(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                                bool is_first, plm_delivery_report *report) PLM_MUST_CHECK;

/* Judges one parcel and takes it in; the signed acknowledgement is appended to out. */
plm_status plm_delivery_take(plm_node *node, const plm_tls_pin *pin, plm_span payload,
                             plm_delivery_report *report, plm_buf *out) PLM_MUST_CHECK;
/*
 * The peer's word on the parcel we sent last. PLM_E_AUTH: not signed by it; PLM_E_PROTOCOL: on
 * another one.
 */
plm_status plm_delivery_told(plm_node *node, const plm_tls_pin *pin,
                             const uint8_t id[static PLM_HASH_BYTES], plm_span payload,
                             plm_delivery_report *report) PLM_MUST_CHECK;

#endif
