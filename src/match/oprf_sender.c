/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oprf_sender.c - the side that has the key and learns nothing.
 *
 *   KEY out, then in any order:
 *     for each BLINDED in:  evaluate, prove, EVALUATED out
 *     own tokens: evaluate all, sort by value, OUTPUTS out
 *
 * Dummies that pad the set are random tokens and take the same way as the real ones, so that
 * neither bytes nor time tell them apart.
 */
#include "match/compare.h"
#include "match/oprf_wire.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "oprf/suite.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct sender {
    plm_engine_config config;
    uint8_t sk[PLM_OPRF_SCALAR_BYTES]; /* SECRET; of this run alone */
    uint8_t pk[PLM_OPRF_ELEMENT_BYTES];
    bool key_sent;
    plm_oprf_ring blinded; /* batches that came and are not answered */
    size_t n_batches;
    bool has_answer; /* `message` holds the EVALUATED of batch blinded.first - 1 */
    uint64_t n_evaluated;
    plm_value *values; /* n_padded of them */
    size_t n_values;   /* computed so far */
    plm_sorter sorter; /* begun when all are */
    bool is_sorted;
    size_t n_told; /* values sent */
    plm_buf message;
    uint8_t evaluated[PLM_OPRF_BATCH * PLM_OPRF_ELEMENT_BYTES];
} sender;

static void sender_destroy(void *state)
{
    sender *s = (sender *)state;
    if (s->values != NULL) {
        plm_wipe(s->values, s->config.n_padded * sizeof *s->values);
    }
    free(s->values);
    plm_buf_wipe(&s->message);
    plm_wipe(s, sizeof *s);
    free(s);
}

static plm_status sender_create(void **out, const plm_engine_config *config)
{
    sender *s = (sender *)calloc(1, sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    s->config = *config;
    s->n_batches = plm_oprf_batches(config->n_peer);
    plm_buf_init(&s->message, PLM_MATCH_MESSAGE_MAX);
    s->values = (plm_value *)calloc(config->n_padded + 1, sizeof *s->values);
    plm_status status = s->values == NULL ? PLM_E_NOMEM : plm_oprf_random_key_pair(s->sk, s->pk);
    if (status != PLM_OK) {
        sender_destroy(s);
        return status;
    }
    *out = s;
    return PLM_OK;
}

static unsigned sender_wants(const void *state)
{
    const sender *s = (const sender *)state;
    unsigned wants = 0;
    bool values_ready = s->is_sorted && s->n_told < s->config.n_padded;
    if (!s->key_sent || s->has_answer || values_ready) {
        wants |= PLM_MATCH_OUTPUT;
    }
    /* A receiver has nothing to send before the key, and a message is in the making until then. */
    if (s->key_sent && s->blinded.first + s->blinded.n < s->n_batches &&
        s->blinded.n < PLM_OPRF_WINDOW) {
        wants |= PLM_MATCH_INPUT;
    }
    if ((s->blinded.n > 0 && !s->has_answer) || !s->is_sorted) {
        wants |= PLM_MATCH_WORK;
    }
    bool all_answered = s->blinded.first == s->n_batches && !s->has_answer;
    if (s->key_sent && all_answered && s->is_sorted && s->n_told == s->config.n_padded) {
        return PLM_MATCH_DONE;
    }
    return wants;
}

static plm_status sender_input(void *state, plm_span message)
{
    sender *s = (sender *)state;
    plm_span elements;
    size_t batch = s->blinded.first + s->blinded.n;
    size_t n = plm_oprf_batch_size(s->config.n_peer, batch);
    plm_status status = plm_oprf_read_batch(message, PLM_OPRF_BLINDED, batch, n, 0, &elements);
    if (status == PLM_OK) {
        memcpy(plm_oprf_ring_slot(&s->blinded, batch), elements.p, elements.n);
        s->blinded.n++;
    }
    return status;
}

/* A loop over elements or tokens that threads share; the first failure is kept. */
typedef struct sharing {
    sender *s;
    const uint8_t *blinded;
    size_t first; /* value number of item 0 */
    _Atomic plm_status status;
} sharing;

static void evaluate_range(void *context, size_t first, size_t last)
{
    sharing *w = (sharing *)context;
    for (size_t i = first; i < last; i++) {
        plm_status status =
            plm_oprf_blind_evaluate(w->s->evaluated + i * PLM_OPRF_ELEMENT_BYTES, w->s->sk,
                                    w->blinded + i * PLM_OPRF_ELEMENT_BYTES);
        if (status != PLM_OK) {
            atomic_store(&w->status, status);
        }
    }
}

static plm_status write_answer(sender *s, size_t batch, size_t n, const uint8_t proof[static 64])
{
    plm_status status =
        plm_oprf_write_batch(&s->message, PLM_OPRF_EVALUATED, batch, n, s->evaluated);
    return status == PLM_OK ? plm_buf_append(&s->message, proof, PLM_OPRF_PROOF_BYTES) : status;
}

static plm_status answer_batch(sender *s)
{
    size_t batch = s->blinded.first;
    size_t n = plm_oprf_batch_size(s->config.n_peer, batch);
    const uint8_t *blinded = plm_oprf_ring_slot(&s->blinded, batch);
    uint8_t proof[PLM_OPRF_PROOF_BYTES];
    uint8_t r[PLM_OPRF_SCALAR_BYTES];
    uint8_t unused[PLM_OPRF_ELEMENT_BYTES];
    sharing w = {.s = s, .blinded = blinded};
    plm_pool_run(s->config.pool, n, 16, evaluate_range, &w);
    plm_status status = atomic_load(&w.status);
    if (status == PLM_OK) {
        status = plm_oprf_random_key_pair(r, unused);
    }
    if (status == PLM_OK) {
        status =
            plm_oprf_prove_with(s->config.pool, proof, s->sk, s->pk, blinded, s->evaluated, n, r);
    }
    plm_wipe(r, sizeof r);
    if (status == PLM_OK) {
        status = write_answer(s, batch, n, proof);
    }
    if (status == PLM_OK) {
        s->blinded.first++;
        s->blinded.n--;
        s->n_evaluated += n;
        s->has_answer = true;
    }
    return status;
}

static void own_range(void *context, size_t first, size_t last)
{
    sharing *w = (sharing *)context;
    sender *s = w->s;
    for (size_t i = w->first + first; i < w->first + last; i++) {
        uint8_t input[PLM_OPRF_INPUT_BYTES];
        uint8_t output[PLM_OPRF_OUTPUT_BYTES];
        plm_token dummy;
        if (i >= s->config.n) {
            plm_random(dummy.b, sizeof dummy.b);
        }
        size_t n =
            plm_oprf_input(input, &s->config, i < s->config.n ? &s->config.tokens[i] : &dummy);
        plm_status status = plm_oprf_evaluate(output, PLM_MODE_VOPRF, s->sk, input, n);
        if (status != PLM_OK) {
            atomic_store(&w->status, PLM_E_CRYPTO);
        }
        memcpy(s->values[i].b, output, PLM_VALUE_BYTES);
        plm_wipe(input, sizeof input);
        plm_wipe(output, sizeof output);
    }
}

static plm_status evaluate_own(sender *s)
{
    size_t left = s->config.n_padded - s->n_values;
    size_t n = left < PLM_OPRF_OWN_PIECE ? left : PLM_OPRF_OWN_PIECE;
    sharing w = {.s = s, .first = s->n_values};
    if (n == 0) {
        s->is_sorted = plm_sorter_step(&s->sorter, PLM_OPRF_SORT_PIECE);
        return PLM_OK;
    }
    plm_pool_run(s->config.pool, n, 16, own_range, &w);
    s->n_values += n;
    if (s->n_values == s->config.n_padded) {
        plm_sorter_init(&s->sorter, s->values, s->n_values, sizeof *s->values);
    }
    return atomic_load(&w.status);
}

static plm_status sender_work(void *state)
{
    sender *s = (sender *)state;
    /* The receiver waits for answers; our own tokens fill the time in between. */
    return s->blinded.n > 0 && !s->has_answer ? answer_batch(s) : evaluate_own(s);
}

static plm_status write_key(sender *s)
{
    plm_buf_clear(&s->message);
    plm_status status = plm_buf_append_u8(&s->message, PLM_OPRF_KEY);
    return status == PLM_OK ? plm_buf_append(&s->message, s->pk, sizeof s->pk) : status;
}

static plm_status write_values(sender *s)
{
    size_t left = s->config.n_padded - s->n_told;
    size_t n = left < PLM_OPRF_OUTPUTS_PER_MESSAGE ? left : PLM_OPRF_OUTPUTS_PER_MESSAGE;
    plm_buf_clear(&s->message);
    plm_status status = plm_buf_append_u8(&s->message, PLM_OPRF_OUTPUTS);
    if (status == PLM_OK) {
        status = plm_buf_append_u32(&s->message, (uint32_t)s->n_told);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u32(&s->message, (uint32_t)n);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&s->message, s->values + s->n_told, n * sizeof *s->values);
    }
    if (status == PLM_OK) {
        s->n_told += n;
    }
    return status;
}

static plm_status sender_output(void *state, plm_span *message)
{
    sender *s = (sender *)state;
    plm_status status = PLM_OK;
    if (!s->key_sent) {
        status = write_key(s);
        s->key_sent = true;
    } else if (s->has_answer) {
        s->has_answer = false; /* it is in `message` already */
    } else {
        status = write_values(s);
    }
    *message = plm_buf_span(&s->message);
    return status;
}

static void sender_progress(const void *state, plm_match_progress *out)
{
    const sender *s = (const sender *)state;
    out->done = 2 * s->n_evaluated + s->n_values;
    out->total = 2 * (uint64_t)s->config.n_peer + s->config.n_padded;
    out->phase = s->n_evaluated < s->config.n_peer ? "evaluate" : "outputs";
    if (out->total == 0 || out->done == out->total) {
        out->phase = "done";
        out->total += out->total == 0;
        out->done = out->total;
    }
}

static uint64_t sender_evaluated(const void *state)
{
    return ((const sender *)state)->n_evaluated;
}

const plm_engine_ops plm_oprf_sender_ops = {
    .create = sender_create,
    .destroy = sender_destroy,
    .wants = sender_wants,
    .output = sender_output,
    .input = sender_input,
    .work = sender_work,
    .progress = sender_progress,
    .evaluated = sender_evaluated,
};
