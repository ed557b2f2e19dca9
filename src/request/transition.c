/* SPDX-License-Identifier: Apache-2.0 */
#include "request/transition.h"

#include "request/grounds.h"
#include "wire/field.h"

#include <string.h>

const char *const plm_request_outcomes[] = {"unknown", "confirmed", "wrong", NULL};

static const uint8_t zeroes[PLM_HASH_BYTES];

static bool is_zero(const uint8_t hash[static PLM_HASH_BYTES])
{
    return memcmp(hash, zeroes, PLM_HASH_BYTES) == 0;
}

static bool is_code(plm_request_action action, unsigned code)
{
    if (action == PLM_REQUEST_REFUSE) {
        return plm_ground_find(code) != NULL;
    }
    return action == PLM_REQUEST_CLOSE ? code < PLM_OUTCOME_COUNT : code == 0;
}

/* What may not be there without which: the one encoding of each step. */
static bool is_whole(const plm_transition *m)
{
    bool has_target = m->action == PLM_REQUEST_RECALL || m->action == PLM_REQUEST_RECALLED;
    return (m->side == PLM_REQUEST_REQUESTER || m->side == PLM_REQUEST_REQUESTED) &&
           m->action >= PLM_REQUEST_SEND && m->action < PLM_REQUEST_ACTION_COUNT &&
           m->sequence >= 1 && m->sequence <= PLM_REQUEST_STEPS_MAX &&
           m->seen <= PLM_REQUEST_STEPS_MAX && is_code(m->action, m->code) &&
           (m->until_ms == 0 || m->action == PLM_REQUEST_POSTPONE) &&
           has_target != is_zero(m->target) &&
           (m->action == PLM_REQUEST_SEND) == is_zero(m->request_hash) &&
           (m->sequence == 1) == is_zero(m->previous) && (m->seen == 0) == is_zero(m->seen_hash);
}

static void put_u32(plm_writer *w, uint32_t v)
{
    uint8_t b[4];
    plm_store_u32(b, v);
    plm_writer_bytes(w, b, sizeof b);
}

plm_status plm_transition_encode(const plm_transition *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, is_whole(m));
    plm_writer_bytes(&w, m->request_id, sizeof m->request_id);
    plm_writer_u8(&w, (uint8_t)m->side);
    plm_writer_u8(&w, (uint8_t)m->action);
    put_u32(&w, m->sequence);
    put_u32(&w, m->seen);
    plm_writer_bytes(&w, m->request_hash, sizeof m->request_hash);
    plm_writer_bytes(&w, m->previous, sizeof m->previous);
    plm_writer_bytes(&w, m->seen_hash, sizeof m->seen_hash);
    plm_writer_u16(&w, m->code);
    plm_writer_time(&w, m->until_ms);
    plm_writer_bytes(&w, m->target, sizeof m->target);
    return plm_writer_end(&w);
}

plm_status plm_transition_decode(plm_transition *out, plm_span meta)
{
    plm_reader r = meta;
    plm_transition m = {0};
    uint8_t side;
    uint8_t action;
    if (plm_rd_copy(&r, m.request_id, sizeof m.request_id) < 0 || plm_rd_u8(&r, &side) < 0 ||
        side > 1 || plm_rd_u8(&r, &action) < 0 || plm_rd_u32(&r, &m.sequence) < 0 ||
        plm_rd_u32(&r, &m.seen) < 0 || plm_rd_copy(&r, m.request_hash, PLM_HASH_BYTES) < 0 ||
        plm_rd_copy(&r, m.previous, PLM_HASH_BYTES) < 0 ||
        plm_rd_copy(&r, m.seen_hash, PLM_HASH_BYTES) < 0 || plm_rd_u16(&r, &m.code) < 0 ||
        plm_rd_time(&r, &m.until_ms) < 0 || plm_rd_copy(&r, m.target, PLM_HASH_BYTES) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.side = (plm_request_side)side;
    m.action = (plm_request_action)action;
    if (!is_whole(&m)) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

/* The id of step number `number` of a side; zero for 0. */
static const uint8_t *id_of(const plm_request_log *log, plm_request_side side, size_t number)
{
    return number == 0 ? zeroes : log->steps[side][number - 1].id;
}

static const uint8_t *id_of_send(const plm_request_log *log)
{
    return id_of(log, PLM_REQUEST_REQUESTER, log->n[PLM_REQUEST_REQUESTER] > 0 ? 1 : 0);
}

void plm_transition_link(plm_transition *t, const plm_request_log *log)
{
    plm_request_side other = (plm_request_side)(1 - t->side);
    t->sequence = (uint32_t)log->n[t->side] + 1;
    t->seen = (uint32_t)log->n[other];
    memcpy(t->request_hash, id_of_send(log), PLM_HASH_BYTES);
    memcpy(t->previous, id_of(log, t->side, log->n[t->side]), PLM_HASH_BYTES);
    memcpy(t->seen_hash, id_of(log, other, log->n[other]), PLM_HASH_BYTES);
}

/* A recall names a step of its own side that said something; its answer, one of the other's. */
static bool has_target(const plm_transition *t, const plm_request_log *log)
{
    if (t->action != PLM_REQUEST_RECALL && t->action != PLM_REQUEST_RECALLED) {
        return true;
    }
    bool is_own = t->action == PLM_REQUEST_RECALL;
    plm_request_side side = is_own ? t->side : (plm_request_side)(1 - t->side);
    size_t n = is_own ? log->n[side] : t->seen;
    for (size_t i = 0; i < n; i++) {
        if (memcmp(log->steps[side][i].id, t->target, PLM_HASH_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

plm_parcel_verdict plm_transition_judge(const plm_transition *t, const plm_request_log *log)
{
    plm_request_side other = (plm_request_side)(1 - t->side);
    if (t->sequence != log->n[t->side] + 1 || t->seen > log->n[other] ||
        memcmp(t->request_hash, id_of_send(log), PLM_HASH_BYTES) != 0 ||
        memcmp(t->previous, id_of(log, t->side, log->n[t->side]), PLM_HASH_BYTES) != 0 ||
        memcmp(t->seen_hash, id_of(log, other, t->seen), PLM_HASH_BYTES) != 0 ||
        !has_target(t, log)) {
        return PLM_PARCEL_BAD_CHAIN;
    }
    plm_status status = plm_request_may_add(log, t->side, t->action, t->seen);
    if (status == PLM_OK) {
        return PLM_PARCEL_TAKEN;
    }
    return status == PLM_E_PROTOCOL ? PLM_PARCEL_BAD_CHAIN : PLM_PARCEL_NOT_ALLOWED;
}
