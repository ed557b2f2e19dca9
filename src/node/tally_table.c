/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_table.c - one table, signed by all: made known by the counting party, signed by each,
 * closed with every signature.
 */
#include "node/tally.h"

#include "crypto/sign.h"

#include <string.h>

/* 'tally-table': the table's hash and our signature under it. */
static plm_status note_table(plm_node *node, const plm_tally_book *book,
                             const uint8_t signature[static PLM_SIGNATURE_BYTES], int64_t now_ms)
{
    uint8_t more[PLM_HASH_BYTES + PLM_SIGNATURE_BYTES];
    plm_hash256(more, book->row.result);
    memcpy(more + PLM_HASH_BYTES, signature, PLM_SIGNATURE_BYTES);
    return plm_tally_note(node->store, "tally-table", book, plm_span_of(more, sizeof more), now_ms);
}

static plm_status tell_table(plm_node *node, const plm_tally_book *book, plm_span signature,
                             int64_t now_ms)
{
    plm_buf body;
    if (!book->row.is_counter) {
        return plm_tally_post(node, book, book->proposal.counter, PLM_TALLY_SIGNED, signature,
                              now_ms);
    }
    plm_buf_init(&body, PLM_PARCEL_CONTENT_MAX);
    plm_status status = plm_buf_append(&body, book->row.result.p, book->row.result.n);
    status = status == PLM_OK ? plm_buf_append(&body, signature.p, signature.n) : status;
    status = status == PLM_OK
                 ? plm_tally_post_all(node, book, PLM_TALLY_RESULT, plm_buf_span(&body), now_ms)
                 : status;
    plm_buf_wipe(&body);
    return status;
}

plm_status plm_tally_sign_table(plm_node *node, plm_tally_book *book, plm_span table,
                                int64_t now_ms)
{
    uint8_t signature[PLM_SIGNATURE_BYTES];
    const plm_span signature_span = plm_span_of(signature, sizeof signature);
    plm_status status = plm_identity_sign(signature, node->seed, PLM_NAME_TALLY_TABLE, table);
    book->row.result = table;
    book->row.state = PLM_TALLY_COUNTED;
    if (status == PLM_OK) {
        status = plm_tally_save(node, book, now_ms);
    }
    /* What made the table has served: scalar and lists are gone with this transaction. */
    if (status == PLM_OK) {
        status = plm_store_put_tally_secret(node->store, book->row.id, plm_span_of(NULL, 0));
    }
    if (status == PLM_OK) {
        status = plm_store_drop_tally_pieces(node->store, book->row.id, -1, 0);
    }
    if (status == PLM_OK) {
        status = plm_store_add_tally_word(node->store, book->row.id, book->me,
                                          PLM_TALLY_WORD_SIGNATURE, signature_span);
    }
    if (status == PLM_OK) {
        status = tell_table(node, book, signature_span, now_ms);
    }
    return status == PLM_OK ? note_table(node, book, signature, now_ms) : status;
}

/* The table of this tally, of the lists and strata and by the mechanism that were agreed. */
static bool is_ours(const plm_tally_book *book, const plm_tally_table *table)
{
    const plm_tally_proposal *p = &book->proposal;
    return memcmp(table->id, p->id, sizeof table->id) == 0 &&
           memcmp(table->accord_hash, p->accord_hash, sizeof table->accord_hash) == 0 &&
           memcmp(table->start_hash, book->start_hash, sizeof table->start_hash) == 0 &&
           table->release == p->release && table->epsilon_milli == p->epsilon_milli &&
           table->rho_milli == p->rho_milli && table->threshold == p->threshold &&
           table->lists == plm_tally_lists(book) && table->n_strata == plm_strata_count(&p->strata);
}

plm_status plm_tally_take_result(plm_node *node, plm_tally_book *book, plm_span body,
                                 int64_t now_ms, plm_parcel_verdict *verdict)
{
    uint8_t identity[32];
    plm_tally_table table;
    plm_span signed_table;
    bool all = false;
    if (book->row.state != PLM_TALLY_RUNNING) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    plm_status status = plm_tally_identity(node->store, book, book->proposal.counter, identity);
    status = status == PLM_OK ? plm_tally_passed_all(node->store, book, &all) : status;
    if (status != PLM_OK) {
        return status;
    }
    /* Before every list has gone through our hands, there can be no table of them. */
    if (!all || plm_identity_open(&signed_table, body, identity, PLM_NAME_TALLY_TABLE) != PLM_OK ||
        plm_tally_table_decode(&table, signed_table) != PLM_OK || !is_ours(book, &table)) {
        plm_tally_end end = {.reason = PLM_TALLY_DEVIATED};
        memcpy(end.blamed, book->proposal.parties[book->proposal.counter], sizeof end.blamed);
        return plm_tally_stop(node, book, &end, false, now_ms);
    }
    return plm_tally_sign_table(node, book, signed_table, now_ms);
}

/* 'tally-closed': the hash of the table that all have signed. */
static plm_status finish(plm_node *node, plm_tally_book *book, int64_t now_ms)
{
    uint8_t hash[PLM_HASH_BYTES];
    plm_hash256(hash, book->row.result);
    book->row.state = PLM_TALLY_DONE;
    book->row.ended_ms = now_ms;
    plm_status status = plm_tally_save(node, book, now_ms);
    return status == PLM_OK ? plm_tally_note(node->store, "tally-closed", book,
                                             plm_span_of(hash, sizeof hash), now_ms)
                            : status;
}

plm_status plm_tally_close(plm_node *node, plm_tally_book *book, int64_t now_ms, bool *did)
{
    plm_buf signatures;
    plm_status status = PLM_OK;
    *did = false;
    if (!book->row.is_counter || book->row.state != PLM_TALLY_COUNTED) {
        return PLM_OK;
    }
    plm_buf_init(&signatures, PLM_PARCEL_SIGNED_MAX);
    for (unsigned i = 0; status == PLM_OK && i < book->proposal.n_parties; i++) {
        status = plm_store_get_tally_word(node->store, book->row.id, i, PLM_TALLY_WORD_SIGNATURE,
                                          &signatures);
    }
    if (status == PLM_OK) {
        status = plm_tally_post_all(node, book, PLM_TALLY_CLOSE, plm_buf_span(&signatures), now_ms);
        status = status == PLM_OK ? finish(node, book, now_ms) : status;
        *did = status == PLM_OK;
    }
    plm_buf_wipe(&signatures);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

plm_status plm_tally_take_close(plm_node *node, plm_tally_book *book, plm_span body, int64_t now_ms,
                                plm_parcel_verdict *verdict)
{
    plm_status status = PLM_OK;
    if (book->row.state != PLM_TALLY_COUNTED ||
        body.n != book->proposal.n_parties * (size_t)PLM_SIGNATURE_BYTES) {
        *verdict = PLM_PARCEL_NOT_ALLOWED;
        return PLM_OK;
    }
    for (unsigned i = 0; status == PLM_OK && i < book->proposal.n_parties; i++) {
        const plm_span signature =
            plm_span_of(body.p + (size_t)i * PLM_SIGNATURE_BYTES, PLM_SIGNATURE_BYTES);
        uint8_t identity[32];
        status = plm_tally_identity(node->store, book, i, identity);
        if (status == PLM_OK) {
            status =
                plm_identity_verify(signature.p, identity, PLM_NAME_TALLY_TABLE, book->row.result);
        }
        if (status == PLM_E_AUTH) {
            *verdict = PLM_PARCEL_BAD_SIGNATURE;
            return PLM_OK;
        }
        if (status == PLM_OK && i != book->me) {
            status = plm_store_add_tally_word(node->store, book->row.id, i,
                                              PLM_TALLY_WORD_SIGNATURE, signature);
        }
    }
    return status == PLM_OK ? finish(node, book, now_ms) : status;
}
