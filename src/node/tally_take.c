/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_take.c - parcels of a tally as they come in. Nothing is computed here but signatures: what
 * comes is kept, and plm_tally_go_on does the rest.
 */
#include "node/tally.h"

#include "crypto/sign.h"
#include "node/parcel_check.h"

#include <string.h>

/* A proposal: kept as it came; what the accord says to it is looked at when it is answered. */
static plm_status take_proposal(plm_node *node, const plm_parcel_in *in, plm_span body,
                                plm_parcel_verdict *verdict)
{
    plm_tally_proposal p;
    plm_tally_book book;
    plm_status status = plm_tally_proposal_decode(&p, body);
    if (status != PLM_OK || memcmp(p.id, in->parcel.meta.p, sizeof p.id) != 0 ||
        memcmp(p.accord_hash, in->parcel.accord_hash, sizeof p.accord_hash) != 0 ||
        strcmp(p.parties[p.counter], in->parcel.from) != 0 ||
        plm_tally_place(&p, node->code) == p.n_parties) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    plm_tally_row row = {.purpose = p.purpose,
                         .state = PLM_TALLY_PROPOSED,
                         .proposal = body,
                         .officer = "",
                         .created_ms = in->now_ms,
                         .blamed = "",
                         .clause = ""};
    memcpy(row.id, p.id, sizeof row.id);
    memcpy(row.accord_hash, p.accord_hash, sizeof row.accord_hash);
    status = plm_store_add_tally(node->store, &row);
    if (status == PLM_E_EXISTS) {
        *verdict = PLM_PARCEL_BAD_CHAIN;
        return PLM_OK;
    }
    status = status == PLM_OK ? plm_tally_open(&book, node->store, node->code, p.id) : status;
    if (status == PLM_OK) {
        status = plm_tally_save(node, &book, in->now_ms);
        status = status == PLM_OK
                     ? plm_tally_note(node->store, "tally-proposed", &book, body, in->now_ms)
                     : status;
        plm_tally_shut(&book);
    }
    return status;
}

/* Signed by the party at that place, on this proposal. */
static bool is_consent(const plm_tally_book *book, plm_span signed_body, unsigned place,
                       const uint8_t identity[static 32])
{
    plm_tally_consent consent;
    uint8_t hash[PLM_HASH_BYTES];
    plm_span body;
    plm_hash256(hash, book->row.proposal);
    return plm_identity_open(&body, signed_body, identity, PLM_NAME_TALLY_CONSENT) == PLM_OK &&
           plm_tally_consent_decode(&consent, body) == PLM_OK && consent.place == place &&
           memcmp(consent.id, book->row.id, sizeof consent.id) == 0 &&
           memcmp(consent.proposal_hash, hash, sizeof hash) == 0 &&
           (consent.n > 0 || place == book->proposal.counter);
}

static plm_status take_consent(plm_node *node, plm_tally_book *book, unsigned place,
                               const plm_parcel_in *in, plm_span body, plm_parcel_verdict *verdict)
{
    if (!book->row.is_counter || book->row.state != PLM_TALLY_PROPOSED) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    if (!is_consent(book, body, place, in->identity)) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    plm_status status =
        plm_store_add_tally_word(node->store, book->row.id, place, PLM_TALLY_WORD_CONSENT, body);
    if (status == PLM_E_EXISTS) {
        *verdict = PLM_PARCEL_BAD_CHAIN;
        return PLM_OK;
    }
    return status == PLM_OK ? plm_tally_save(node, book, in->now_ms) : status;
}

plm_status plm_tally_take_start(plm_node *node, plm_tally_book *book, plm_span body, int64_t now_ms,
                                plm_parcel_verdict *verdict)
{
    plm_reader r = body;
    plm_buf own;
    uint64_t n_points = 0;
    bool good = book->row.state == PLM_TALLY_CONSENTED;
    plm_buf_init(&own, PLM_PARCEL_SIGNED_MAX);
    plm_status status =
        plm_store_get_tally_word(node->store, book->row.id, book->me, PLM_TALLY_WORD_CONSENT, &own);
    for (unsigned i = 0; status == PLM_OK && good && i < book->proposal.n_parties; i++) {
        plm_span signed_body;
        uint8_t identity[32];
        plm_tally_consent consent = {0};
        status = plm_tally_identity(node->store, book, i, identity);
        good = status == PLM_OK && plm_rd_block16(&r, UINT16_MAX, &signed_body) == 0 &&
               is_consent(book, signed_body, i, identity) &&
               (i != book->me || plm_span_equal(signed_body, plm_buf_span(&own))) &&
               plm_tally_consent_decode(
                   &consent, plm_span_of(signed_body.p, signed_body.n - PLM_SIGNATURE_BYTES)) ==
                   PLM_OK;
        n_points += (uint64_t)consent.n * book->proposal.tokens_each;
    }
    plm_buf_wipe(&own);
    if (status != PLM_OK) {
        return status;
    }
    if (!good || plm_rd_end(&r) < 0 || n_points > PLM_TALLY_LIST_MAX) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    book->row.start = body;
    book->row.state = PLM_TALLY_RUNNING;
    return plm_tally_save(node, book, now_ms);
}

static plm_status take_passed(plm_node *node, plm_tally_book *book, unsigned place, plm_span body,
                              int64_t now_ms, plm_parcel_verdict *verdict)
{
    const unsigned k = book->proposal.n_parties;
    unsigned known = 0;
    if (!book->row.is_counter || book->row.state != PLM_TALLY_RUNNING || body.p[0] >= k ||
        body.p[1] != (place + k - body.p[0]) % k + 1) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    plm_status status = plm_store_get_tally_hop(node->store, book->row.id, body.p[0], &known);
    if (status == PLM_OK && known < body.p[1]) {
        status = plm_store_set_tally_hop(node->store, book->row.id, body.p[0], body.p[1]);
    }
    return status == PLM_OK ? plm_tally_save(node, book, now_ms) : status;
}

static plm_status take_signature(plm_node *node, plm_tally_book *book, unsigned place,
                                 const plm_parcel_in *in, plm_span body,
                                 plm_parcel_verdict *verdict)
{
    if (!book->row.is_counter || book->row.state != PLM_TALLY_COUNTED) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    plm_status status =
        plm_identity_verify(body.p, in->identity, PLM_NAME_TALLY_TABLE, book->row.result);
    if (status == PLM_E_AUTH) {
        *verdict = PLM_PARCEL_BAD_SIGNATURE;
        return PLM_OK;
    }
    if (status == PLM_OK) {
        status = plm_store_add_tally_word(node->store, book->row.id, place,
                                          PLM_TALLY_WORD_SIGNATURE, body);
    }
    if (status == PLM_E_EXISTS) {
        *verdict = PLM_PARCEL_BAD_CHAIN;
        return PLM_OK;
    }
    return status == PLM_OK ? plm_tally_save(node, book, in->now_ms) : status;
}

/* The counting party's word ends it; another's is told to all by the counting party. */
static plm_status take_end(plm_node *node, plm_tally_book *book, unsigned place, plm_span body,
                           int64_t now_ms, plm_parcel_verdict *verdict)
{
    plm_tally_end end;
    if ((!book->row.is_counter && place != book->proposal.counter) ||
        plm_tally_end_decode(&end, body) != PLM_OK ||
        plm_tally_place(&book->proposal, end.blamed) == book->proposal.n_parties) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    return plm_tally_stop(node, book, &end, true, now_ms);
}

static plm_status take_into(plm_node *node, plm_tally_book *book, const plm_parcel_in *in,
                            plm_span body, plm_parcel_verdict *verdict)
{
    const unsigned place = plm_tally_place(&book->proposal, in->parcel.from);
    const plm_tally_step step = (plm_tally_step)in->parcel.meta.p[PLM_RUN_ID_BYTES];
    const bool is_of_counter =
        step == PLM_TALLY_START || step == PLM_TALLY_RESULT || step == PLM_TALLY_CLOSE;
    if (place == book->proposal.n_parties ||
        memcmp(book->row.accord_hash, in->parcel.accord_hash, PLM_HASH_BYTES) != 0) {
        *verdict = PLM_PARCEL_NO_REQUEST;
        return PLM_OK;
    }
    if (is_of_counter && place != book->proposal.counter) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    if (book->row.ended_ms != 0) {
        return PLM_OK; /* it was on its way when the tally ended: taken, and of no effect */
    }
    switch (step) {
    case PLM_TALLY_CONSENT:
        return take_consent(node, book, place, in, body, verdict);
    case PLM_TALLY_START:
        return plm_tally_take_start(node, book, body, in->now_ms, verdict);
    case PLM_TALLY_PASSED:
        return take_passed(node, book, place, body, in->now_ms, verdict);
    case PLM_TALLY_RESULT:
        return plm_tally_take_result(node, book, body, in->now_ms, verdict);
    case PLM_TALLY_SIGNED:
        return take_signature(node, book, place, in, body, verdict);
    case PLM_TALLY_CLOSE:
        return plm_tally_take_close(node, book, body, in->now_ms, verdict);
    case PLM_TALLY_END:
        return take_end(node, book, place, body, in->now_ms, verdict);
    case PLM_TALLY_PROPOSE:
    default:
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
}

plm_status plm_tally_take_step(plm_node *node, const plm_parcel_in *in, plm_parcel_verdict *verdict)
{
    plm_tally_book book;
    plm_span body;
    if (plm_parcel_check(PLM_PARCEL_TALLY, in->parcel.meta, in->content) != PLM_OK ||
        !plm_parcel_unsalt(&body, in->content)) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    if (in->parcel.meta.p[PLM_RUN_ID_BYTES] == PLM_TALLY_PROPOSE) {
        return take_proposal(node, in, body, verdict);
    }
    plm_status status = plm_tally_open(&book, node->store, node->code, in->parcel.meta.p);
    if (status == PLM_E_NOT_FOUND) {
        *verdict = PLM_PARCEL_NO_REQUEST;
        status = PLM_OK;
    } else if (status == PLM_OK) {
        status = take_into(node, &book, in, body, verdict);
    }
    plm_tally_shut(&book);
    return status;
}

/* Only from the party that has it before us, or that has had it last, or of its own dummies. */
static bool is_for_us(const plm_tally_book *book, const plm_tally_piece *piece, unsigned from)
{
    const unsigned k = book->proposal.n_parties;
    if (piece->owner >= k || piece->hop > k || from == book->me) {
        return false;
    }
    if (piece->hop == 0) {
        return book->row.is_counter && from == piece->owner;
    }
    const unsigned to = piece->hop == k ? book->proposal.counter : (piece->owner + piece->hop) % k;
    return to == book->me && from == (piece->owner + piece->hop + k - 1) % k;
}

static plm_status keep_piece(plm_node *node, const plm_tally_book *book, const plm_parcel_in *in,
                             const plm_tally_piece *piece, plm_parcel_verdict *verdict)
{
    plm_span body;
    if (!plm_parcel_unsalt(&body, in->content) ||
        !is_for_us(book, piece, plm_tally_place(&book->proposal, in->parcel.from)) ||
        memcmp(book->row.accord_hash, in->parcel.accord_hash, PLM_HASH_BYTES) != 0) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    if (book->row.ended_ms != 0) {
        return PLM_OK;
    }
    /* A list may come before the start, by another way; before the consent it can't. */
    if (book->row.state != PLM_TALLY_CONSENTED && book->row.state != PLM_TALLY_RUNNING) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    unsigned passed = 0;
    plm_status status = plm_store_get_tally_hop(node->store, book->row.id, piece->owner, &passed);
    if (status == PLM_OK && piece->hop > 0 && piece->hop < book->proposal.n_parties &&
        passed > piece->hop) {
        *verdict = PLM_PARCEL_BAD_CHAIN; /* it has gone on already */
        return PLM_OK;
    }
    status = status == PLM_OK
                 ? plm_store_add_tally_piece(node->store, book->row.id, piece->owner, piece->hop,
                                             piece->number, piece->n_pieces, body)
                 : status;
    if (status == PLM_E_EXISTS) {
        *verdict = PLM_PARCEL_BAD_CHAIN;
        return PLM_OK;
    }
    return status;
}

plm_status plm_tally_take_piece(plm_node *node, const plm_parcel_in *in,
                                plm_parcel_verdict *verdict)
{
    plm_tally_book book;
    plm_tally_piece piece;
    if (plm_parcel_check(PLM_PARCEL_LIST, in->parcel.meta, in->content) != PLM_OK ||
        plm_tally_piece_decode(&piece, in->parcel.meta) != PLM_OK) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    plm_status status = plm_tally_open(&book, node->store, node->code, piece.id);
    if (status == PLM_E_NOT_FOUND) {
        *verdict = PLM_PARCEL_NO_REQUEST;
        status = PLM_OK;
    } else if (status == PLM_OK) {
        status = keep_piece(node, &book, in, &piece, verdict);
    }
    plm_tally_shut(&book);
    return status;
}
