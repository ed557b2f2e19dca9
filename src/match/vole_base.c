/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_base.c - the 128 base transfers that the sender asks for and the receiver gives, or the base
 * that both have kept, and the vector OLE that begins from there.
 */
#include "base/ct.h"
#include "crypto/sign.h"
#include "match/vole_receiver.h"
#include "match/vole_sender.h"

/* The 128 questions, as a loop that threads share. */
typedef struct asking {
    plm_vole_sending *s;
    uint8_t *questions;
    _Atomic plm_status status;
} asking;

static void ask_range(void *context, size_t first, size_t last)
{
    asking *a = (asking *)context;
    for (size_t i = first; i < last; i++) {
        uint64_t choice = plm_block_bit(a->s->choices, i);
        plm_status status = plm_base_ask(a->questions + i * PLM_BASE_QUESTION_BYTES,
                                         a->s->scalars[i], choice, a->s->v.session, (unsigned)i);
        if (status != PLM_OK) {
            a->status = PLM_E_CRYPTO;
        }
    }
}

/* type, commitment (32), 0 and 128 questions, or 1 and the kept base's name */
plm_status plm_vole_ask_base(plm_vole_sending *s)
{
    uint8_t commitment[32];
    static const size_t all = (size_t)PLM_BASE_OTS * PLM_BASE_QUESTION_BYTES;
    plm_vole_commit(commitment, &s->v, s->opening);
    plm_status status = plm_vole_head(&s->begin, PLM_VOLE_BEGIN, SIZE_MAX, SIZE_MAX);
    if (status == PLM_OK) {
        status = plm_buf_append(&s->begin, commitment, sizeof commitment);
    }
    if (status == PLM_OK) {
        status =
            plm_buf_append_u8(&s->begin, s->has_kept ? PLM_VOLE_BEGIN_KEPT : PLM_VOLE_BEGIN_FRESH);
    }
    if (status == PLM_OK && s->has_kept) {
        status = plm_buf_append(&s->begin, s->base_id, sizeof s->base_id);
    } else if (status == PLM_OK) {
        status = plm_buf_reserve(&s->begin, all);
        if (status == PLM_OK) {
            plm_random((uint8_t *)&s->choices, sizeof s->choices);
            asking a = {.s = s, .questions = s->begin.data + s->begin.n};
            plm_pool_run(s->v.config.pool, PLM_BASE_OTS, 4, ask_range, &a);
            s->begin.n += all;
            status = a.status;
        }
    }
    s->begin_ready = status == PLM_OK;
    return status;
}

plm_status plm_vole_start_sending(plm_vole_sending *s, plm_span base)
{
    plm_vole_setup setup;
    plm_vole_setup_init(&setup, &s->v, plm_buf_span(&s->begin), base, s->has_kept, s->base_id);
    if (s->has_kept) { /* a base that is used twice against the rule gives no row twice */
        plm_ot_giver_step(&s->ot, plm_block_load(setup.session));
    }
    s->has_base = true;
    return plm_vole_sender_create(&s->vole, &setup, &s->ot);
}

typedef struct taking {
    plm_vole_sending *s;
    plm_block keys[PLM_BASE_OTS]; /* SECRET */
    _Atomic plm_status status;
} taking;

static void take_range(void *context, size_t first, size_t last)
{
    taking *t = (taking *)context;
    for (size_t i = first; i < last; i++) {
        uint64_t choice = plm_block_bit(t->s->choices, i);
        plm_status status =
            plm_base_take(&t->keys[i], t->s->base_answers + i * PLM_BASE_ANSWER_BYTES,
                          t->s->scalars[i], choice, t->s->v.session, (unsigned)i);
        if (status != PLM_OK) {
            t->status = status;
        }
    }
}

plm_status plm_vole_take_base(plm_vole_sending *s)
{
    taking t = {.s = s};
    plm_pool_run(s->v.config.pool, PLM_BASE_OTS, 4, take_range, &t);
    plm_status status = t.status;
    if (status == PLM_OK) {
        status = plm_ot_giver_init(&s->ot, s->choices, t.keys,
                                   s->base_answers + (size_t)PLM_BASE_OTS * PLM_BASE_ANSWER_BYTES);
    }
    if (status == PLM_OK) {
        status = plm_vole_start_sending(s, plm_span_of(s->base_answers, sizeof s->base_answers));
    }
    plm_wipe(t.keys, sizeof t.keys);
    plm_wipe(s->scalars, sizeof s->scalars);
    s->base_pending = false;
    return status;
}

static plm_status start_receiving(plm_vole_side *s, plm_span base)
{
    plm_vole_setup setup;
    plm_vole_setup_init(&setup, &s->v, plm_buf_span(&s->begin), base, s->knows_base, s->base_id);
    if (s->knows_base) { /* a base that is used twice against the rule gives no row twice */
        plm_ot_chooser_step(&s->ot, plm_block_load(setup.session));
    }
    s->has_base = true;
    return plm_vole_receiver_create(&s->vole, &setup, &s->ot);
}

typedef struct giving {
    plm_vole_side *s;
    plm_block keys[PLM_BASE_OTS][2]; /* SECRET */
    _Atomic plm_status status;
} giving;

static void give_range(void *context, size_t first, size_t last)
{
    enum {
        QUESTIONS_AT = 1 + 32 + 1
    };
    giving *g = (giving *)context;
    for (size_t i = first; i < last; i++) {
        plm_status status =
            plm_base_give(g->s->base_answers + i * PLM_BASE_ANSWER_BYTES, g->keys[i],
                          g->s->begin.data + QUESTIONS_AT + i * PLM_BASE_QUESTION_BYTES,
                          g->s->v.session, (unsigned)i);
        if (status != PLM_OK) {
            g->status = status;
        }
    }
}

plm_status plm_vole_give_base(plm_vole_side *s)
{
    if (s->knows_base) {
        return start_receiving(s, plm_span_of(NULL, 0));
    }
    giving g = {.s = s};
    plm_pool_run(s->v.config.pool, PLM_BASE_OTS, 4, give_range, &g);
    plm_status status = g.status;
    if (status == PLM_OK) {
        plm_ot_chooser_init(&s->ot, g.keys,
                            s->base_answers + (size_t)PLM_BASE_OTS * PLM_BASE_ANSWER_BYTES);
        s->base_due = true;
        status = start_receiving(s, plm_span_of(s->base_answers, sizeof s->base_answers));
    }
    plm_wipe(g.keys, sizeof g.keys);
    return status;
}
