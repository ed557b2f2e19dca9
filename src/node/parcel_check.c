/* SPDX-License-Identifier: Apache-2.0 */
#include "node/parcel_check.h"

#include "request/note.h"
#include "request/seal.h"
#include "tally/message.h"
#include "wire/lookup.h"
#include "wire/parcel.h"

#include <string.h>

enum {
    BATCH_META_BYTES = 16 + 2
};

bool plm_parcel_unsalt(plm_span *body, plm_span content)
{
    if (content.n < PLM_PARCEL_SALT_BYTES) {
        return false;
    }
    *body = plm_span_of(content.p + PLM_PARCEL_SALT_BYTES, content.n - PLM_PARCEL_SALT_BYTES);
    return true;
}

static plm_status check_transition(plm_span meta, plm_span content)
{
    plm_transition t;
    plm_note note;
    plm_status status = plm_transition_decode(&t, meta);
    if (status == PLM_OK) {
        status = plm_note_read(&note, t.action, content);
    }
    if (status == PLM_OK) {
        plm_note_wipe(&note);
    }
    return status;
}

plm_status plm_chunk_meta_read(plm_span meta, uint8_t step_id[static PLM_HASH_BYTES],
                               uint32_t *number)
{
    plm_reader r = meta;
    return plm_rd_copy(&r, step_id, PLM_HASH_BYTES) < 0 || plm_rd_u32(&r, number) < 0 ||
                   plm_rd_end(&r) < 0
               ? PLM_E_PROTOCOL
               : PLM_OK;
}

static plm_status check_chunk(plm_span meta, plm_span content)
{
    uint8_t step_id[PLM_HASH_BYTES];
    uint32_t number;
    bool is_sized =
        content.n > PLM_SEAL_TAG_BYTES && content.n <= PLM_ATTACHMENT_CHUNK + PLM_SEAL_TAG_BYTES;
    return is_sized ? plm_chunk_meta_read(meta, step_id, &number) : PLM_E_PROTOCOL;
}

plm_status plm_parcel_open_batch(plm_batch_head *head, plm_span *slots, plm_span content)
{
    plm_span body;
    return plm_parcel_unsalt(&body, content) ? plm_batch_decode(head, slots, body) : PLM_E_PROTOCOL;
}

static plm_status check_batch(plm_span meta, plm_span content)
{
    plm_batch_head head;
    plm_span slots;
    plm_status status = plm_parcel_open_batch(&head, &slots, content);
    if (status != PLM_OK) {
        return status;
    }
    if (meta.n != BATCH_META_BYTES || memcmp(meta.p, head.run_id, 16) != 0 ||
        plm_load_u16(meta.p + 16) != head.number) {
        return PLM_E_PROTOCOL;
    }
    for (size_t i = 0; status == PLM_OK && i < head.n_slots; i++) {
        plm_batch_slot slot;
        bool is_empty;
        status = plm_slot_decode(&slot, &is_empty, slots, i);
    }
    return status;
}

static plm_status check_tally_step(plm_span meta, plm_span content)
{
    plm_span body;
    return meta.n == PLM_TALLY_STEP_META && plm_parcel_unsalt(&body, content)
               ? plm_tally_step_check((plm_tally_step)meta.p[PLM_RUN_ID_BYTES], body)
               : PLM_E_PROTOCOL;
}

static plm_status check_tally_piece(plm_span meta, plm_span content)
{
    plm_tally_piece piece;
    plm_span body;
    plm_span message;
    bool is_there = true;
    plm_status status = plm_tally_piece_decode(&piece, meta);
    if (status != PLM_OK || !plm_parcel_unsalt(&body, content) || body.n == 0) {
        return PLM_E_PROTOCOL;
    }
    while (status == PLM_OK && is_there) {
        status = plm_tally_piece_next(&body, &message, &is_there);
    }
    return status;
}

static plm_status check_notice(plm_span meta, plm_span content)
{
    plm_lookup_notice notice;
    return content.n == PLM_PARCEL_SALT_BYTES ? plm_lookup_notice_decode(&notice, meta)
                                              : PLM_E_PROTOCOL;
}

plm_status plm_parcel_check(uint8_t kind, plm_span meta, plm_span content)
{
    static const struct {
        uint8_t kind; /* plm_parcel_kind */
        plm_status (*check)(plm_span meta, plm_span content);
    } checks[] = {
        {PLM_PARCEL_TRANSITION, check_transition}, {PLM_PARCEL_CHUNK, check_chunk},
        {PLM_PARCEL_BATCH, check_batch},           {PLM_PARCEL_TALLY, check_tally_step},
        {PLM_PARCEL_LIST, check_tally_piece},      {PLM_PARCEL_NOTICE, check_notice},
    };
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        if (checks[i].kind == kind) {
            return checks[i].check(meta, content);
        }
    }
    return PLM_OK;
}

plm_status plm_parcel_check_frame(plm_frame_type type, plm_span payload)
{
    plm_parcel parcel;
    plm_span signed_body;
    plm_span content;
    bool goes_on;
    if (type == PLM_FRAME_TURN) {
        return plm_turn_decode(&goes_on, payload);
    }
    if (type == PLM_FRAME_ACKNOWLEDGEMENT) {
        plm_acknowledgement m;
        return payload.n > PLM_SIGNATURE_BYTES
                   ? plm_acknowledgement_decode(
                         &m, plm_span_of(payload.p, payload.n - PLM_SIGNATURE_BYTES))
                   : PLM_E_PROTOCOL;
    }
    plm_status status = plm_parcel_unpack(payload, &signed_body, &content, &parcel);
    return status == PLM_OK ? plm_parcel_check(parcel.kind, parcel.meta, content) : status;
}
