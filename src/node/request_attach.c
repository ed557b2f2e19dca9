/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_attach.c - attachments: sealed and cut up here, put together there.
 */
#include "base/ct.h"
#include "crypto/sign.h"
#include "node/parcel_check.h"
#include "node/request.h"
#include "request/seal.h"

#include <stdio.h>
#include <string.h>

/* What a chunk is put to: the step that announced it. */
typedef struct chunk_target {
    const plm_parcel_in *in;
    uint32_t number;
    plm_request_side peer_side;
    plm_attachment announced;
    bool is_there;
    bool is_gone; /* erased or void: the chunk is taken and thrown away */
} chunk_target;

static plm_status find_target(void *context, const plm_step_row *row)
{
    chunk_target *target = (chunk_target *)context;
    plm_note note;
    if (memcmp(row->id, target->in->parcel.meta.p, PLM_HASH_BYTES) != 0 ||
        row->action != PLM_REQUEST_ATTACH || row->side != (int64_t)target->peer_side) {
        return PLM_OK;
    }
    target->is_there = true;
    target->is_gone = row->erased != PLM_ERASED_NOT || row->is_void;
    if (target->is_gone) {
        return PLM_OK;
    }
    plm_status status = plm_note_read(&note, PLM_REQUEST_ATTACH, row->content);
    if (status == PLM_OK) {
        target->announced = note.attachment;
        plm_note_wipe(&note);
    }
    return status == PLM_E_PROTOCOL ? PLM_E_STORE : status;
}

static plm_status keep_chunk(plm_node *node, const chunk_target *target,
                             const uint8_t step_id[static PLM_HASH_BYTES],
                             plm_parcel_verdict *verdict)
{
    uint64_t n = 0;
    const plm_attachment *a = &target->announced;
    if (target->number >= a->n_chunks ||
        target->in->content.n != plm_seal_chunk_bytes(a, target->number) + PLM_SEAL_TAG_BYTES) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    plm_status status =
        plm_store_add_chunk(node->store, step_id, target->number, target->in->content);
    if (status == PLM_E_EXISTS) {
        *verdict = PLM_PARCEL_BAD_CHAIN;
        return PLM_OK;
    }
    if (status == PLM_OK) {
        status = plm_store_count_chunks(node->store, step_id, &n);
    }
    return status == PLM_OK && n == a->n_chunks
               ? plm_request_note_ledger(node->store, "attachment", step_id, PLM_HASH_BYTES, 0,
                                         target->in->now_ms)
               : status;
}

plm_status plm_request_take_chunk(plm_node *node, const plm_parcel_in *in,
                                  plm_parcel_verdict *verdict)
{
    uint8_t step_id[PLM_HASH_BYTES];
    uint8_t request_id[PLM_REQUEST_ID_BYTES];
    plm_request_book book = {0};
    chunk_target target = {.in = in};
    if (plm_chunk_meta_read(in->parcel.meta, step_id, &target.number) != PLM_OK) {
        *verdict = PLM_PARCEL_BAD_CONTENT;
        return PLM_OK;
    }
    plm_status status = plm_store_request_of_step(node->store, step_id, request_id);
    if (status == PLM_OK) {
        status = plm_request_open(&book, node->store, request_id);
    }
    if (status == PLM_OK && strcmp(book.row.peer, in->parcel.from) == 0) {
        target.peer_side = (plm_request_side)(1 - plm_request_own_side(&book));
        status = plm_store_each_step(node->store, request_id, find_target, &target);
    }
    if (status == PLM_E_NOT_FOUND || (status == PLM_OK && !target.is_there)) {
        *verdict = PLM_PARCEL_NO_REQUEST;
        status = PLM_OK;
    } else if (status == PLM_OK && !target.is_gone) {
        status = keep_chunk(node, &target, step_id, verdict);
    }
    plm_request_shut(&book);
    return status;
}

static plm_status post_chunks(plm_node *node, const plm_request_book *book,
                              const uint8_t step_id[static PLM_HASH_BYTES],
                              const uint8_t key[static PLM_SEAL_KEY_BYTES], const plm_attachment *a,
                              plm_span file)
{
    uint8_t meta[PLM_CHUNK_META_BYTES];
    plm_posted posted;
    plm_buf sealed;
    plm_buf_init(&sealed, PLM_ATTACHMENT_CHUNK + PLM_SEAL_TAG_BYTES);
    memcpy(meta, step_id, PLM_HASH_BYTES);
    plm_status status = PLM_OK;
    for (uint32_t i = 0; status == PLM_OK && i < a->n_chunks; i++) {
        const plm_span chunk =
            plm_span_of(file.p + (size_t)i * PLM_ATTACHMENT_CHUNK, plm_seal_chunk_bytes(a, i));
        plm_store_u32(meta + PLM_HASH_BYTES, i);
        plm_buf_clear(&sealed);
        status = plm_seal_chunk(&sealed, key, a, i, chunk);
        if (status == PLM_OK) {
            status = plm_delivery_post(node, book->row.peer, book->row.accord_hash,
                                       PLM_PARCEL_CHUNK, plm_span_of(meta, sizeof meta),
                                       plm_buf_span(&sealed), plm_wall_ms(), &posted);
        }
    }
    plm_buf_wipe(&sealed);
    return status;
}

/* The peer's identity key, as the request's accord has it. */
static plm_status peer_identity(plm_node *node, const plm_request_book *book,
                                uint8_t identity[static 32])
{
    plm_agreement *agreement = NULL;
    plm_status status = plm_agreement_load(&agreement, node->store, book->row.accord_hash);
    if (status != PLM_OK) {
        return status;
    }
    const plm_party *peer = plm_accord_party(agreement->accord, book->row.peer);
    if (peer != NULL) {
        memcpy(identity, peer->identity, 32);
    }
    plm_agreement_destroy(agreement);
    return peer != NULL ? PLM_OK : PLM_E_STORE;
}

static plm_status announce_and_post(plm_node *node, plm_request_book *book, const plm_attachment *a,
                                    plm_span file, const uint8_t key[static PLM_SEAL_KEY_BYTES],
                                    const char *text, const json_t *conditions)
{
    const plm_transition what = {.action = PLM_REQUEST_ATTACH};
    uint8_t step_id[PLM_HASH_BYTES];
    bool mine = false;
    json_t *note = plm_note_json(text, conditions, a);
    plm_status status = note == NULL ? PLM_E_NOMEM : plm_store_enter(node->store, &mine);
    if (status == PLM_OK) {
        status = plm_request_act(node, book, &what, note, step_id);
        if (status == PLM_OK) {
            status = post_chunks(node, book, step_id, key, a, file);
        }
        status = plm_store_leave(node->store, mine, status);
    }
    json_decref(note);
    return status;
}

plm_status plm_request_attach(plm_node *node, plm_request_book *book, const char *name,
                              const char *media_type, plm_span file, const char *text,
                              const json_t *conditions)
{
    plm_attachment a = {.bytes = file.n};
    uint8_t key[PLM_SEAL_KEY_BYTES];
    uint8_t identity[32];
    if (file.n == 0 || file.n > PLM_ATTACHMENT_MAX) {
        return PLM_E_LIMIT;
    }
    (void)snprintf(a.name, sizeof a.name, "%s", name);
    (void)snprintf(a.media_type, sizeof a.media_type, "%s", media_type);
    a.n_chunks = (uint32_t)((file.n + PLM_ATTACHMENT_CHUNK - 1) / PLM_ATTACHMENT_CHUNK);
    plm_hash256(a.hash, file);
    plm_random(key, sizeof key);
    plm_status status = peer_identity(node, book, identity);
    if (status == PLM_OK) {
        status = plm_seal_key(a.sealed_key, key, identity);
    }
    if (status == PLM_OK) {
        status = announce_and_post(node, book, &a, file, key, text, conditions);
    }
    plm_wipe(key, sizeof key);
    return status;
}

plm_status plm_request_open_attachment(plm_node *node, const plm_step_row *step,
                                       plm_attachment *announced, plm_buf *out)
{
    plm_note note;
    plm_buf sealed;
    uint8_t key[PLM_SEAL_KEY_BYTES];
    uint8_t hash[PLM_HASH_BYTES];
    uint64_t n = 0;
    plm_status status = plm_store_count_chunks(node->store, step->id, &n);
    if (status != PLM_OK) {
        return status;
    }
    if (step->action != PLM_REQUEST_ATTACH || step->erased != PLM_ERASED_NOT || n == 0) {
        return PLM_E_NOT_FOUND;
    }
    status = plm_note_read(&note, PLM_REQUEST_ATTACH, step->content);
    if (status != PLM_OK) {
        return PLM_E_STORE;
    }
    const plm_attachment a = note.attachment;
    plm_note_wipe(&note);
    size_t before = out->n;
    plm_buf_init(&sealed, PLM_ATTACHMENT_CHUNK + PLM_SEAL_TAG_BYTES);
    status = plm_seal_open_key(key, a.sealed_key, node->seed);
    for (uint32_t i = 0; status == PLM_OK && i < a.n_chunks; i++) {
        plm_buf_clear(&sealed);
        status = plm_store_get_chunk(node->store, step->id, i, &sealed);
        if (status == PLM_OK) {
            status = plm_seal_open_chunk(out, key, &a, i, plm_buf_span(&sealed));
        }
    }
    if (status == PLM_OK) {
        plm_hash256(hash, plm_span_of(out->data + before, out->n - before));
        status = memcmp(hash, a.hash, sizeof hash) == 0 ? PLM_OK : PLM_E_AUTH;
    }
    if (status == PLM_OK) {
        *announced = a;
    } else {
        out->n = before;
    }
    plm_wipe(key, sizeof key);
    plm_buf_wipe(&sealed);
    return status;
}
