/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_book.c - a tally read from the store and written back, its steps posted, its end.
 */
#include "node/tally.h"

#include "crypto/sign.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <string.h>

enum {
    ARENA_MAX = 4 << 20,
    HOUR_MS = 3600000,
    HOURS_UNKNOWN = 72 /* where the accord is not here any more */
};

static const char *const states[] = {
    [0] = "unknown",
    [PLM_TALLY_PROPOSED] = "proposed",
    [PLM_TALLY_CONSENTED] = "consented",
    [PLM_TALLY_RUNNING] = "running",
    [PLM_TALLY_COUNTED] = "counted",
    [PLM_TALLY_DONE] = "done",
    [PLM_TALLY_ENDED] = "ended",
};

_Static_assert(sizeof states / sizeof *states == PLM_TALLY_STATE_COUNT, "every state");

const char *plm_tally_state_name(int64_t state)
{
    return state > 0 && state < PLM_TALLY_STATE_COUNT ? states[state] : states[0];
}

/* The numbers of records that all parties consented with, and what the run is bound to. */
static plm_status read_start(plm_tally_book *book)
{
    plm_reader r = book->row.start;
    for (unsigned i = 0; i < book->proposal.n_parties; i++) {
        plm_span signed_body;
        plm_tally_consent consent;
        if (plm_rd_block16(&r, UINT16_MAX, &signed_body) < 0 ||
            signed_body.n < PLM_SIGNATURE_BYTES ||
            plm_tally_consent_decode(
                &consent, plm_span_of(signed_body.p, signed_body.n - PLM_SIGNATURE_BYTES)) !=
                PLM_OK ||
            consent.place != i) {
            return PLM_E_STORE;
        }
        book->n_padded[i] = consent.n;
    }
    plm_hash256(book->start_hash, book->row.start);
    return plm_rd_end(&r) < 0 ? PLM_E_STORE : PLM_OK;
}

plm_status plm_tally_open(plm_tally_book *out, plm_store *store, const char *self,
                          const uint8_t id[static PLM_RUN_ID_BYTES])
{
    memset(out, 0, sizeof *out);
    plm_arena_init(&out->arena, ARENA_MAX);
    plm_status status = plm_store_get_tally(store, id, &out->arena, &out->row);
    if (status == PLM_OK) {
        status = plm_tally_proposal_decode(&out->proposal, out->row.proposal);
        status = status == PLM_E_PROTOCOL ? PLM_E_STORE : status;
    }
    if (status == PLM_OK) {
        out->me = plm_tally_place(&out->proposal, self);
        status = out->me < out->proposal.n_parties ? PLM_OK : PLM_E_STORE;
    }
    return status == PLM_OK && out->row.start.n > 0 ? read_start(out) : status;
}

void plm_tally_shut(plm_tally_book *book)
{
    plm_arena_wipe(&book->arena);
    memset(book, 0, sizeof *book);
}

static plm_status hours_of(plm_store *store, const plm_tally_book *book, uint32_t *hours)
{
    plm_agreement *agreement = NULL;
    *hours = HOURS_UNKNOWN;
    plm_status status = plm_agreement_load(&agreement, store, book->row.accord_hash);
    if (status == PLM_OK) {
        const plm_purpose *purpose = plm_accord_purpose(agreement->accord, book->row.purpose);
        *hours = purpose != NULL && purpose->has_tally ? purpose->tally.hours : *hours;
        plm_agreement_destroy(agreement);
    }
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

plm_status plm_tally_save(plm_node *node, plm_tally_book *book, int64_t now_ms)
{
    uint32_t hours;
    plm_status status = hours_of(node->store, book, &hours);
    if (status == PLM_OK) {
        book->row.deadline_ms = now_ms + (int64_t)hours * HOUR_MS;
        status = plm_store_update_tally(node->store, &book->row);
    }
    return status;
}

plm_status plm_tally_post(plm_node *node, const plm_tally_book *book, unsigned place,
                          plm_tally_step step, plm_span body, int64_t now_ms)
{
    uint8_t meta[PLM_TALLY_STEP_META];
    uint8_t salt[PLM_PARCEL_SALT_BYTES];
    plm_posted posted;
    plm_buf content;
    memcpy(meta, book->row.id, PLM_RUN_ID_BYTES);
    meta[PLM_RUN_ID_BYTES] = (uint8_t)step;
    plm_random(salt, sizeof salt);
    plm_buf_init(&content, PLM_PARCEL_CONTENT_MAX);
    plm_status status = plm_buf_append(&content, salt, sizeof salt);
    if (status == PLM_OK) {
        status = plm_buf_append(&content, body.p, body.n);
    }
    if (status == PLM_OK) {
        status = plm_delivery_post(node, book->proposal.parties[place], book->row.accord_hash,
                                   PLM_PARCEL_TALLY, plm_span_of(meta, sizeof meta),
                                   plm_buf_span(&content), now_ms, &posted);
    }
    plm_buf_wipe(&content);
    return status;
}

plm_status plm_tally_post_all(plm_node *node, const plm_tally_book *book, plm_tally_step step,
                              plm_span body, int64_t now_ms)
{
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && i < book->proposal.n_parties; i++) {
        if (i != book->me) {
            status = plm_tally_post(node, book, i, step, body, now_ms);
        }
    }
    return status;
}

plm_status plm_tally_note(plm_store *store, const char *kind, const plm_tally_book *book,
                          plm_span more, int64_t now_ms)
{
    plm_buf body;
    plm_buf_init(&body, PLM_PARCEL_CONTENT_MAX);
    plm_status status = plm_buf_append(&body, book->row.id, sizeof book->row.id);
    if (status == PLM_OK) {
        status = plm_buf_append(&body, more.p, more.n);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, kind, plm_buf_span(&body), now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_tally_passed_all(plm_store *store, const plm_tally_book *book, bool *all)
{
    const unsigned k = book->proposal.n_parties;
    plm_status status = PLM_OK;
    *all = book->row.start.n > 0;
    for (unsigned owner = 0; status == PLM_OK && *all && owner < k; owner++) {
        unsigned hop = 0;
        status = plm_store_get_tally_hop(store, book->row.id, owner, &hop);
        *all = hop > (book->me + k - owner) % k || book->n_padded[owner] == 0;
    }
    return status;
}

/* A list of which the counting party, or we, can say who has it. */
static plm_status find_holder(plm_store *store, const plm_tally_book *book, unsigned *place)
{
    const unsigned k = book->proposal.n_parties;
    bool all = false;
    plm_status status = plm_tally_passed_all(store, book, &all);
    *place = book->row.is_counter ? book->me
             : all                ? book->proposal.counter
                                  : (book->me + k - 1) % k;
    for (unsigned owner = 0; status == PLM_OK && book->row.is_counter && owner < k; owner++) {
        unsigned hop = 0;
        status = plm_store_get_tally_hop(store, book->row.id, owner, &hop);
        if (hop < k && book->n_padded[owner] > 0 && (owner + hop) % k != book->me) {
            *place = (owner + hop) % k;
            return status;
        }
    }
    return status;
}

plm_status plm_tally_waits_for(plm_store *store, const plm_tally_book *book, unsigned *place)
{
    plm_status status = PLM_OK;
    plm_buf word;
    const int64_t kind =
        book->row.state == PLM_TALLY_PROPOSED ? PLM_TALLY_WORD_CONSENT : PLM_TALLY_WORD_SIGNATURE;
    if (book->row.state == PLM_TALLY_RUNNING) {
        return find_holder(store, book, place);
    }
    *place = book->row.state == PLM_TALLY_PROPOSED ? book->me : book->proposal.counter;
    plm_buf_init(&word, PLM_PARCEL_SIGNED_MAX);
    for (unsigned i = 0; book->row.is_counter && status == PLM_OK && i < book->proposal.n_parties;
         i++) {
        plm_buf_clear(&word);
        status = plm_store_get_tally_word(store, book->row.id, i, kind, &word);
        *place = status == PLM_E_NOT_FOUND ? i : *place;
    }
    plm_buf_wipe(&word);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* What was charged is given back where nobody can have counted, or nothing has left. */
static plm_status give_back(plm_store *store, plm_tally_book *book)
{
    bool all = false;
    plm_status status = plm_tally_passed_all(store, book, &all);
    if (status == PLM_OK && (book->row.is_counter ? book->row.result.n == 0 : !all)) {
        book->row.charged_ms = 0;
    }
    return status;
}

plm_status plm_tally_stop(plm_node *node, plm_tally_book *book, const plm_tally_end *end,
                          bool is_told, int64_t now_ms)
{
    plm_buf body;
    plm_buf_init(&body, PLM_PARCEL_SIGNED_MAX);
    plm_status status = plm_tally_end_encode(end, &body);
    if (status == PLM_OK) {
        status = give_back(node->store, book);
    }
    book->row.state = PLM_TALLY_ENDED;
    book->row.ended_ms = now_ms;
    book->row.reason = (int64_t)end->reason;
    book->row.blamed = end->blamed;
    book->row.clause = end->clause;
    if (status == PLM_OK) {
        status = plm_store_update_tally(node->store, &book->row);
    }
    if (status == PLM_OK) {
        status = plm_store_put_tally_secret(node->store, book->row.id, plm_span_of(NULL, 0));
    }
    if (status == PLM_OK) {
        status = plm_store_drop_tally_pieces(node->store, book->row.id, -1, 0);
    }
    if (status == PLM_OK) {
        status = plm_tally_note(node->store, "tally-ended", book, plm_buf_span(&body), now_ms);
    }
    if (status == PLM_OK && book->row.is_counter) {
        status = plm_tally_post_all(node, book, PLM_TALLY_END, plm_buf_span(&body), now_ms);
    } else if (status == PLM_OK && !is_told) {
        status = plm_tally_post(node, book, book->proposal.counter, PLM_TALLY_END,
                                plm_buf_span(&body), now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_tally_identity(plm_store *store, const plm_tally_book *book, unsigned place,
                              uint8_t out[static 32])
{
    plm_agreement *agreement = NULL;
    plm_status status = plm_agreement_load(&agreement, store, book->row.accord_hash);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_E_STORE : status;
    }
    const plm_party *party = plm_accord_party(agreement->accord, book->proposal.parties[place]);
    if (party != NULL) {
        memcpy(out, party->identity, 32);
    }
    plm_agreement_destroy(agreement);
    return party != NULL ? PLM_OK : PLM_E_STORE;
}
