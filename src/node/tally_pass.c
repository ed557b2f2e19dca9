/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_pass.c - lists on their way through this node: the machine thawed, given every list that
 * has come whole, and frozen again.
 *
 * The computation stands outside of any transaction; what comes of it is written in one, unless
 * somebody else was faster.
 */
#include "crypto/sign.h"
#include "node/tally_machine.h"

#include <string.h>

/* Lists at this party's hop that are whole and have not gone on. kept: that which nobody comes
 * after. */
static plm_status find_ready(plm_tally_passing *p, bool ready[static PLM_TALLY_MEMBERS_MAX],
                             bool *any)
{
    const plm_tally_book *book = p->book;
    const unsigned k = book->proposal.n_parties;
    plm_status status = PLM_OK;
    *any = false;
    for (unsigned owner = 0; status == PLM_OK && owner < k; owner++) {
        const unsigned hop = (book->me + k - owner) % k;
        const bool is_kept = book->row.is_counter && hop == k - 1;
        unsigned passed = 0;
        ready[owner] = false;
        status = plm_store_get_tally_hop(p->node->store, book->row.id, owner, &passed);
        /* The counting party is told how far the others are, too. */
        if (status == PLM_OK && passed <= hop && hop > 0 && !is_kept) {
            status =
                plm_store_has_tally_list(p->node->store, book->row.id, owner, hop, &ready[owner]);
        } else if (status == PLM_OK && hop == 0) {
            ready[owner] = passed == 0;
        }
        *any = *any || ready[owner];
    }
    return status;
}

static plm_status post_list(plm_tally_passing *p, const plm_tally_outgoing *out, int64_t now_ms)
{
    uint8_t meta[PLM_TALLY_PIECE_META];
    uint8_t salt[PLM_PARCEL_SALT_BYTES];
    plm_tally_piece piece = {.owner = out->owner, .hop = out->hop, .n_pieces = (uint16_t)out->n};
    plm_posted posted;
    plm_buf content;
    plm_status status = out->n <= PLM_TALLY_PIECES_MAX ? PLM_OK : PLM_E_LIMIT;
    memcpy(piece.id, p->book->row.id, sizeof piece.id);
    plm_buf_init(&content, PLM_PARCEL_CONTENT_MAX);
    for (size_t i = 0; status == PLM_OK && i < out->n; i++) {
        piece.number = (uint16_t)i;
        plm_tally_piece_encode(&piece, meta);
        plm_random(salt, sizeof salt);
        plm_buf_clear(&content);
        status = plm_buf_append(&content, salt, sizeof salt);
        status = status == PLM_OK ? plm_buf_append(&content, out->pieces[i].data, out->pieces[i].n)
                                  : status;
        status = status == PLM_OK ? plm_delivery_post(p->node, p->book->proposal.parties[out->to],
                                                      p->book->row.accord_hash, PLM_PARCEL_LIST,
                                                      plm_span_of(meta, sizeof meta),
                                                      plm_buf_span(&content), now_ms, &posted)
                                  : status;
    }
    plm_buf_wipe(&content);
    return status;
}

/* A list has gone on: noted here, its pieces forgotten, the counting party told. */
static plm_status note_passed(plm_tally_passing *p, unsigned owner, int64_t now_ms)
{
    plm_tally_book *book = p->book;
    const unsigned k = book->proposal.n_parties;
    const uint8_t body[] = {(uint8_t)owner, (uint8_t)((book->me + k - owner) % k + 1)};
    plm_status status = plm_store_set_tally_hop(p->node->store, book->row.id, owner, body[1]);
    if (status == PLM_OK) {
        status =
            plm_store_drop_tally_pieces(p->node->store, book->row.id, (int)owner, body[1] - 1U);
    }
    if (status == PLM_OK && !book->row.is_counter) {
        status = plm_tally_post(p->node, book, book->proposal.counter, PLM_TALLY_PASSED,
                                plm_span_of(body, sizeof body), now_ms);
    }
    return status;
}

static plm_status write_step(plm_tally_passing *p, int64_t now_ms)
{
    bool mine;
    plm_status status = plm_store_enter(p->node->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_tally_save(p->node, p->book, now_ms);
    if (status == PLM_OK) {
        status =
            plm_store_put_tally_secret(p->node->store, p->book->row.id, plm_buf_span(&p->frozen));
    }
    for (size_t i = 0; status == PLM_OK && i < p->n_lists; i++) {
        status = post_list(p, &p->lists[i], now_ms);
    }
    for (unsigned owner = 0; status == PLM_OK && owner < p->book->proposal.n_parties; owner++) {
        if (p->given[owner]) {
            status = note_passed(p, owner, now_ms);
        }
    }
    return plm_store_leave(p->node->store, mine, status);
}

plm_status plm_tally_pass_lists(plm_node *node, plm_tally_book *book, int64_t now_ms, bool *did)
{
    const unsigned k = book->proposal.n_parties;
    plm_tally_passing p = {.node = node, .book = book, .blamed = book->me};
    *did = false;
    if (book->row.state != PLM_TALLY_RUNNING || k == 0) {
        return PLM_OK;
    }
    plm_status status = find_ready(&p, p.given, did);
    if (status != PLM_OK || !*did) {
        return status;
    }
    plm_buf_init(&p.frozen, PLM_TALLY_FROZEN_MAX);
    status = plm_tally_machine_open(&p);
    status = status == PLM_OK ? plm_tally_machine_run(&p) : status;
    for (unsigned owner = 0; status == PLM_OK && owner < k; owner++) {
        if (p.given[owner] && owner != book->me) {
            status = plm_tally_machine_feed(&p, owner, (book->me + k - owner) % k,
                                            (book->me + k - 1) % k);
        }
    }
    if (status == PLM_OK) {
        plm_buf_wipe(&p.frozen);
        plm_buf_init(&p.frozen, PLM_TALLY_FROZEN_MAX);
        status = plm_tally_freeze(p.machine, &p.frozen);
        /* Whole in pieces, and yet not whole for the machine. */
        if (status == PLM_E_ARGUMENT) {
            p.blamed = (book->me + k - 1) % k;
            status = PLM_E_PROTOCOL;
        }
    }
    status =
        status == PLM_OK ? write_step(&p, now_ms) : plm_tally_machine_failed(&p, status, now_ms);
    plm_tally_machine_wipe(&p);
    return status;
}
