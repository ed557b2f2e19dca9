/* SPDX-License-Identifier: Apache-2.0 */
#include "node/heads.h"

#include "crypto/sign.h"

#include <string.h>

enum {
    MESSAGE_MAX = 8192,
    SIGNED_MAX = 512
};

/* One meeting as this side sees it. */
typedef struct meeting {
    plm_node *node;
    plm_session *session;
    const plm_tls_pin *pin;
    plm_buf own;     /* our head, signed */
    plm_buf last;    /* theirs that we keep, signed; empty: none */
    plm_buf theirs;  /* their frame HEAD, and in it: */
    plm_heads shown; /* their head, and the one of ours that they keep */
    plm_head own_head;
    plm_head their_head;
    plm_verdict verdict;
    uint64_t baseline; /* size of `last` */
} meeting;

/* Their head that we keep; in a carried run the one that we kept when it began. */
static plm_status get_last(meeting *m)
{
    plm_carry *carry = m->node->carry;
    plm_status status = plm_carry_recall(carry, "heads.last", &m->last);
    if (status != PLM_E_NOT_FOUND) {
        return status;
    }
    status = plm_store_get_peer_head(m->node->store, m->pin->party, &m->last);
    return status == PLM_OK || status == PLM_E_NOT_FOUND
               ? plm_carry_note(carry, "heads.last", plm_buf_span(&m->last))
               : status;
}

static plm_status send_heads(meeting *m)
{
    plm_store *store = m->node->store;
    plm_buf message;
    plm_buf_init(&message, MESSAGE_MAX);
    plm_carry *carry = m->node->carry;
    plm_status status = plm_carry_recall(carry, "heads.own", &m->own);
    if (status == PLM_E_NOT_FOUND) {
        status = plm_heads_sign(store, m->node->code, m->node->seed, &m->own);
        if (status == PLM_OK) {
            status = plm_carry_note(carry, "heads.own", plm_buf_span(&m->own));
        }
    }
    if (status == PLM_OK) {
        const plm_span body = plm_span_of(m->own.data, m->own.n - PLM_SIGNATURE_BYTES);
        status = plm_head_decode(&m->own_head, body);
    }
    if (status == PLM_OK) {
        status = get_last(m);
    }
    if (status == PLM_OK) {
        const plm_heads heads = {plm_buf_span(&m->own), plm_buf_span(&m->last)};
        status = plm_heads_encode(&heads, &message);
    }
    if (status == PLM_OK) {
        status = plm_session_send(m->session, PLM_FRAME_HEAD, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    return status;
}

static plm_status receive(meeting *m, plm_frame_type wanted, plm_buf *out)
{
    plm_frame_type type;
    plm_status status = plm_session_receive(m->session, &type, out);
    return status == PLM_OK && type != wanted ? PLM_E_PROTOCOL : status;
}

static plm_status take_heads(meeting *m)
{
    plm_span body;
    plm_status status = receive(m, PLM_FRAME_HEAD, &m->theirs);
    if (status == PLM_OK) {
        status = plm_heads_decode(&m->shown, plm_buf_span(&m->theirs));
    }
    if (status == PLM_OK) {
        status = plm_identity_open(&body, m->shown.own, m->pin->identity, PLM_NAME_HEAD);
    }
    if (status == PLM_OK) {
        status = plm_head_decode(&m->their_head, body);
    }
    return status == PLM_OK && strcmp(m->their_head.party, m->pin->party) != 0 ? PLM_E_PROTOCOL
                                                                               : status;
}

static plm_status send_proof(meeting *m)
{
    uint8_t identity[32];
    plm_consistency proof;
    plm_buf message;
    plm_identity_public(identity, m->node->seed);
    plm_status status =
        plm_heads_prove(m->node->store, identity, m->shown.last, m->own_head.size, &proof);
    plm_buf_init(&message, MESSAGE_MAX);
    if (status == PLM_OK) {
        status = plm_consistency_encode(&proof, &message);
    }
    if (status == PLM_OK) {
        status = plm_session_send(m->session, PLM_FRAME_CONSISTENCY, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    return status;
}

/* Their proof, and our verdict: the first head of a party is taken as it is. */
static plm_status take_proof(meeting *m)
{
    plm_consistency proof;
    plm_head last;
    plm_buf message;
    plm_buf_init(&message, MESSAGE_MAX);
    plm_status status = receive(m, PLM_FRAME_CONSISTENCY, &message);
    if (status == PLM_OK) {
        status = plm_consistency_decode(&proof, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    if (status != PLM_OK || m->last.n == 0) {
        m->verdict = PLM_VERDICT_CONSISTENT;
        return status;
    }
    if (m->last.n <= PLM_SIGNATURE_BYTES ||
        plm_head_decode(&last, plm_span_of(m->last.data, m->last.n - PLM_SIGNATURE_BYTES)) !=
            PLM_OK) {
        return PLM_E_STORE;
    }
    m->baseline = last.size;
    m->verdict = plm_heads_judge(&last, &m->their_head, &proof);
    return PLM_OK;
}

/* verdict (u8) || block16 before || block16 after; the finding stays open until acknowledged. */
static plm_status store_finding(meeting *m, int64_t now)
{
    const plm_stored_head finding = {.size = m->their_head.size,
                                     .party = m->pin->party,
                                     .identity = plm_span_of(m->pin->identity, 32),
                                     .bytes = m->shown.own,
                                     .time_ms = now,
                                     .before = plm_buf_span(&m->last),
                                     .verdict = (uint8_t)m->verdict};
    plm_buf body;
    plm_buf_init(&body, MESSAGE_MAX);
    plm_status status = plm_store_put_finding(m->node->store, &finding);
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&body, finding.verdict);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, finding.before);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, finding.bytes);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(m->node->store, "finding", plm_buf_span(&body), now);
    }
    plm_buf_wipe(&body);
    return status;
}

/*
 * In a transaction, since another process of ours may be in a meeting with the same party: what was
 * judged is judged against the head that was kept then, and only a longer one replaces it.
 */
static plm_status store_verdict(meeting *m, int64_t now)
{
    plm_store *store = m->node->store;
    if (m->verdict != PLM_VERDICT_CONSISTENT) {
        return store_finding(m, now);
    }
    uint8_t open;
    plm_status status = plm_store_get_finding(store, m->pin->party, &open);
    if (status == PLM_OK) { /* found before, and nobody has acknowledged it */
        m->verdict = open < PLM_VERDICT_COUNT ? (plm_verdict)open : PLM_VERDICT_REWRITTEN;
        return PLM_OK;
    }
    if (status != PLM_E_NOT_FOUND) {
        return status;
    }
    status = plm_ledger_append(store, "head", m->shown.own, now);
    if (status == PLM_OK && (m->last.n == 0 || m->their_head.size > m->baseline)) {
        status = plm_store_put_peer_head(store, m->pin->party, m->pin->identity, m->their_head.size,
                                         m->shown.own, now);
    }
    return status;
}

static plm_status keep_verdict(meeting *m)
{
    plm_store *store = m->node->store;
    plm_carry *carry = m->node->carry;
    uint8_t verdict;
    plm_status status = plm_carry_recall_exact(carry, "heads.verdict", &verdict, 1);
    if (status == PLM_OK) {
        m->verdict = verdict < PLM_VERDICT_COUNT ? (plm_verdict)verdict : PLM_VERDICT_REWRITTEN;
        return PLM_OK;
    }
    status = plm_store_begin(store);
    if (status != PLM_OK) {
        return status;
    }
    status = store_verdict(m, plm_wall_ms());
    if (status == PLM_OK) {
        verdict = (uint8_t)m->verdict;
        status = plm_carry_note(carry, "heads.verdict", plm_span_of(&verdict, 1));
    }
    if (status == PLM_OK) {
        status = plm_store_commit(store);
    }
    if (status != PLM_OK) {
        plm_store_rollback(store);
    }
    return status;
}

static plm_status send_witness(meeting *m)
{
    plm_witness witness = {.verdict = m->verdict, .time_ms = plm_wall_ms()};
    plm_buf body;
    plm_buf message;
    plm_buf_init(&body, SIGNED_MAX);
    plm_buf_init(&message, SIGNED_MAX);
    memcpy(witness.party, m->node->code, sizeof witness.party);
    plm_hash256(witness.head, m->shown.own);
    plm_status status = plm_witness_encode(&witness, &body);
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&message, m->node->seed, PLM_NAME_WITNESS,
                                          plm_buf_span(&body));
    }
    if (status == PLM_OK) {
        status = plm_session_send(m->session, PLM_FRAME_WITNESS, plm_buf_span(&message));
    }
    plm_buf_wipe(&body);
    plm_buf_wipe(&message);
    return status;
}

/* Kept under our head, or, if it is no countersignature, in the ledger. Once. */
static plm_status keep_witness(meeting *m, plm_verdict said, plm_span message)
{
    plm_store *store = m->node->store;
    plm_carry *carry = m->node->carry;
    const int64_t now = plm_wall_ms();
    bool mine;
    if (plm_carry_has(carry, "heads.heard")) {
        return PLM_OK;
    }
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = said == PLM_VERDICT_CONSISTENT
                 ? plm_store_put_witness(store, m->own_head.size, m->pin->party, m->pin->identity,
                                         message, now)
                 : plm_ledger_append(store, "witness", message, now);
    if (status == PLM_OK) {
        status = plm_carry_note(carry, "heads.heard", plm_span_of(NULL, 0));
    }
    return plm_store_leave(store, mine, status);
}

/* Their word on our head. */
static plm_status take_witness(meeting *m, plm_verdict *theirs)
{
    plm_witness witness;
    plm_span body;
    plm_buf message;
    uint8_t hash[PLM_HASH_BYTES];
    plm_buf_init(&message, SIGNED_MAX);
    plm_hash256(hash, plm_buf_span(&m->own));
    plm_status status = receive(m, PLM_FRAME_WITNESS, &message);
    if (status == PLM_OK) {
        status =
            plm_identity_open(&body, plm_buf_span(&message), m->pin->identity, PLM_NAME_WITNESS);
    }
    if (status == PLM_OK) {
        status = plm_witness_decode(&witness, body);
    }
    if (status == PLM_OK && (memcmp(witness.head, hash, sizeof hash) != 0 ||
                             strcmp(witness.party, m->pin->party) != 0)) {
        status = PLM_E_PROTOCOL;
    }
    if (status == PLM_OK) {
        *theirs = witness.verdict;
        status = keep_witness(m, witness.verdict, plm_buf_span(&message));
    }
    plm_buf_wipe(&message);
    return status;
}

static plm_status meet(meeting *m, plm_meeting *out)
{
    plm_status status = send_heads(m);
    if (status == PLM_OK) {
        status = take_heads(m);
    }
    if (status == PLM_OK) {
        status = send_proof(m);
    }
    if (status == PLM_OK) {
        status = take_proof(m);
    }
    if (status == PLM_OK) {
        status = keep_verdict(m);
    }
    if (status == PLM_OK) {
        status = send_witness(m);
    }
    if (status == PLM_OK) {
        status = take_witness(m, &out->theirs);
    }
    out->ours = m->verdict;
    return status;
}

plm_status plm_heads_meet(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                          plm_meeting *out)
{
    meeting m = {.node = node, .session = session, .pin = pin};
    plm_meeting result = {PLM_VERDICT_CONSISTENT, PLM_VERDICT_CONSISTENT};
    plm_buf_init(&m.own, SIGNED_MAX);
    plm_buf_init(&m.last, SIGNED_MAX);
    plm_buf_init(&m.theirs, MESSAGE_MAX);
    plm_status status = meet(&m, &result);
    plm_buf_wipe(&m.own);
    plm_buf_wipe(&m.last);
    plm_buf_wipe(&m.theirs);
    if (status == PLM_OK &&
        (result.ours != PLM_VERDICT_CONSISTENT || result.theirs != PLM_VERDICT_CONSISTENT)) {
        plm_status goodbye = plm_session_finish(session);
        (void)goodbye; /* refused is refused */
        status = PLM_E_REFUSED;
    }
    *out = result;
    return status;
}
