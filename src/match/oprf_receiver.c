/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oprf_receiver.c - the side that learns which of its tokens the other holds too.
 *
 *   KEY in, then in any order:
 *     batches: blind, BLINDED out ... EVALUATED in, verify, unblind, keep the value
 *     OUTPUTS in: the sender's values, ascending
 *   and at the end both lists are merged.
 *
 *   batches   0 ........ n_verified ...... n_answered ...... n_sent ...... n_blinded .... n_batches
 *             done       answer waits      question is out   to be sent    to be blinded
 *
 * Dummies that pad the set are random tokens and take the same way as the real ones.
 */
#include "match/compare.h"
#include "match/oprf_wire.h"

#include "base/ct.h"
#include "crypto/ristretto.h"
#include "crypto/sign.h"
#include "oprf/suite.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What a batch needs from blinding to unblinding. */
typedef struct pending {
    uint8_t blinds[PLM_OPRF_BATCH][PLM_OPRF_SCALAR_BYTES]; /* SECRET */
    plm_token tokens[PLM_OPRF_BATCH];                      /* SECRET; dummies included */
    uint8_t blinded[PLM_OPRF_BATCH * PLM_OPRF_ELEMENT_BYTES];
    uint8_t evaluated[PLM_OPRF_BATCH * PLM_OPRF_ELEMENT_BYTES];
    uint8_t proof[PLM_OPRF_PROOF_BYTES];
} pending;

typedef struct receiver {
    plm_engine_config config;
    uint8_t pk[PLM_OPRF_ELEMENT_BYTES];
    bool has_key;
    size_t n_batches;
    size_t n_blinded;
    size_t n_sent;
    size_t n_answered;
    size_t n_verified;
    pending *window; /* batch i at i % PLM_OPRF_WINDOW */
    plm_compare compare;
    plm_buf message;
    uint8_t inverses[PLM_OPRF_BATCH][PLM_OPRF_SCALAR_BYTES]; /* SECRET */
} receiver;

static void receiver_destroy(void *state)
{
    receiver *r = (receiver *)state;
    if (r->window != NULL) {
        plm_wipe(r->window, PLM_OPRF_WINDOW * sizeof *r->window);
    }
    free(r->window);
    plm_compare_wipe(&r->compare);
    plm_buf_wipe(&r->message);
    plm_wipe(r, sizeof *r);
    free(r);
}

static plm_status receiver_create(void **out, const plm_engine_config *config)
{
    receiver *r = (receiver *)calloc(1, sizeof *r);
    if (r == NULL) {
        return PLM_E_NOMEM;
    }
    r->config = *config;
    r->n_batches = plm_oprf_batches(config->n_padded);
    plm_buf_init(&r->message, PLM_MATCH_MESSAGE_MAX);
    r->window = (pending *)calloc(PLM_OPRF_WINDOW, sizeof *r->window);
    if (r->window == NULL || plm_compare_init(&r->compare, config->n, config->n_peer) != PLM_OK) {
        receiver_destroy(r);
        return PLM_E_NOMEM;
    }
    *out = r;
    return PLM_OK;
}

/* Needs no key: it can begin before anything has come. */
static bool can_blind(const receiver *r)
{
    return r->n_blinded < r->n_batches && r->n_blinded - r->n_verified < PLM_OPRF_WINDOW;
}

static unsigned receiver_wants(const void *state)
{
    const receiver *r = (const receiver *)state;
    unsigned wants = 0;
    if (r->compare.is_done) {
        return PLM_MATCH_DONE;
    }
    bool all_in =
        r->has_key && r->n_answered == r->n_batches && r->compare.n_theirs == r->config.n_peer;
    if (!all_in) {
        wants |= PLM_MATCH_INPUT;
    }
    if (can_blind(r) || r->n_verified < r->n_answered ||
        (all_in && r->n_verified == r->n_batches)) {
        wants |= PLM_MATCH_WORK;
    }
    if (r->has_key && r->n_sent < r->n_blinded) {
        wants |= PLM_MATCH_OUTPUT;
    }
    return wants;
}

static pending *slot(receiver *r, size_t batch)
{
    return &r->window[batch % PLM_OPRF_WINDOW];
}

static plm_status take_key(receiver *r, plm_span message)
{
    plm_reader in = message;
    uint8_t type;
    if (plm_rd_u8(&in, &type) < 0 || type != PLM_OPRF_KEY ||
        plm_rd_copy(&in, r->pk, sizeof r->pk) < 0 || plm_rd_end(&in) < 0) {
        return PLM_E_PROTOCOL;
    }
    /* A valid element, and not the identity: it survives a multiplication. */
    uint8_t one[PLM_SCALAR_BYTES] = {1};
    uint8_t same[PLM_ELEMENT_BYTES];
    plm_status status = plm_element_multiply(same, one, r->pk);
    r->has_key = status == PLM_OK;
    return status;
}

static plm_status take_evaluated(receiver *r, plm_span message)
{
    plm_span rest;
    if (r->n_answered == r->n_sent) {
        return PLM_E_PROTOCOL; /* an answer to nothing */
    }
    size_t n = plm_oprf_batch_size(r->config.n_padded, r->n_answered);
    plm_status status = plm_oprf_read_batch(message, PLM_OPRF_EVALUATED, r->n_answered, n,
                                            PLM_OPRF_PROOF_BYTES, &rest);
    if (status == PLM_OK) {
        pending *p = slot(r, r->n_answered);
        memcpy(p->evaluated, rest.p, n * PLM_OPRF_ELEMENT_BYTES);
        memcpy(p->proof, rest.p + n * PLM_OPRF_ELEMENT_BYTES, sizeof p->proof);
        r->n_answered++;
    }
    return status;
}

static plm_status take_outputs(receiver *r, plm_span message)
{
    plm_reader in = message;
    uint8_t type;
    uint32_t first;
    uint32_t n;
    if (plm_rd_u8(&in, &type) < 0 || plm_rd_u32(&in, &first) < 0 || first != r->compare.n_theirs ||
        plm_rd_u32(&in, &n) < 0 || n == 0 || n > PLM_OPRF_OUTPUTS_PER_MESSAGE ||
        in.n != (size_t)n * PLM_VALUE_BYTES) {
        return PLM_E_PROTOCOL;
    }
    return plm_compare_take(&r->compare, in);
}

static plm_status receiver_input(void *state, plm_span message)
{
    receiver *r = (receiver *)state;
    if (!r->has_key) {
        return take_key(r, message);
    }
    if (message.n > 0 && message.p[0] == PLM_OPRF_OUTPUTS) {
        return take_outputs(r, message);
    }
    return take_evaluated(r, message);
}

/* A loop over a batch that threads share; the first failure is kept. */
typedef struct sharing {
    receiver *r;
    pending *p;
    size_t first; /* token number of item 0 */
    _Atomic plm_status status;
} sharing;

static void blind_range(void *context, size_t first, size_t last)
{
    sharing *w = (sharing *)context;
    for (size_t i = first; i < last; i++) {
        uint8_t input[PLM_OPRF_INPUT_BYTES];
        size_t n = plm_oprf_input(input, &w->r->config, &w->p->tokens[i]);
        plm_scalar_random(w->p->blinds[i]);
        plm_status status = plm_oprf_blind(w->p->blinded + i * PLM_OPRF_ELEMENT_BYTES,
                                           PLM_MODE_VOPRF, w->p->blinds[i], input, n);
        if (status != PLM_OK) {
            atomic_store(&w->status, PLM_E_CRYPTO);
        }
        plm_wipe(input, sizeof input);
    }
}

static plm_status blind_batch(receiver *r)
{
    size_t batch = r->n_blinded;
    size_t n = plm_oprf_batch_size(r->config.n_padded, batch);
    sharing w = {.r = r, .p = slot(r, batch), .first = batch * PLM_OPRF_BATCH};
    for (size_t i = 0; i < n; i++) {
        if (w.first + i < r->config.n) {
            w.p->tokens[i] = r->config.tokens[w.first + i];
        } else {
            plm_random(w.p->tokens[i].b, PLM_TOKEN_BYTES);
        }
    }
    plm_pool_run(r->config.pool, n, 16, blind_range, &w);
    r->n_blinded++;
    return atomic_load(&w.status);
}

static void unblind_range(void *context, size_t first, size_t last)
{
    sharing *w = (sharing *)context;
    for (size_t i = first; i < last; i++) {
        uint8_t input[PLM_OPRF_INPUT_BYTES];
        uint8_t output[PLM_OPRF_OUTPUT_BYTES];
        size_t n = plm_oprf_input(input, &w->r->config, &w->p->tokens[i]);
        plm_status status = plm_oprf_finalize(
            output, w->r->inverses[i], w->p->evaluated + i * PLM_OPRF_ELEMENT_BYTES, input, n);
        if (status != PLM_OK) {
            atomic_store(&w->status, status);
        }
        if (w->first + i < w->r->config.n) {
            plm_compare_set(&w->r->compare, w->first + i, output);
        }
        plm_wipe(input, sizeof input);
        plm_wipe(output, sizeof output);
    }
}

static plm_status verify_batch(receiver *r)
{
    size_t batch = r->n_verified;
    size_t n = plm_oprf_batch_size(r->config.n_padded, batch);
    sharing w = {.r = r, .p = slot(r, batch), .first = batch * PLM_OPRF_BATCH};
    plm_status status =
        plm_oprf_verify_with(r->config.pool, w.p->proof, r->pk, w.p->blinded, w.p->evaluated, n);
    if (status == PLM_OK) {
        status = plm_scalar_invert_all(r->inverses, w.p->blinds, n);
    }
    if (status != PLM_OK) {
        return status;
    }
    plm_pool_run(r->config.pool, n, 16, unblind_range, &w);
    r->n_verified++;
    return atomic_load(&w.status);
}

static plm_status receiver_work(void *state)
{
    receiver *r = (receiver *)state;
    /* Questions first, so that the sender is never idle; then the answers. */
    if (can_blind(r)) {
        return blind_batch(r);
    }
    return r->n_verified < r->n_answered ? verify_batch(r) : plm_compare_step(&r->compare);
}

static plm_status receiver_output(void *state, plm_span *message)
{
    receiver *r = (receiver *)state;
    size_t n = plm_oprf_batch_size(r->config.n_padded, r->n_sent);
    plm_status status = plm_oprf_write_batch(&r->message, PLM_OPRF_BLINDED, r->n_sent, n,
                                             slot(r, r->n_sent)->blinded);
    if (status == PLM_OK) {
        r->n_sent++;
        *message = plm_buf_span(&r->message);
    }
    return status;
}

static void receiver_progress(const void *state, plm_match_progress *out)
{
    const receiver *r = (const receiver *)state;
    uint64_t n = r->config.n_padded;
    uint64_t blinded = (uint64_t)r->n_blinded * PLM_OPRF_BATCH;
    uint64_t verified = (uint64_t)r->n_verified * PLM_OPRF_BATCH;
    bool is_done = r->compare.is_done;
    out->total = 4 * n + 1;
    out->done = (blinded < n ? blinded : n) + 3 * (verified < n ? verified : n) + is_done;
    out->phase = is_done                                  ? "done"
                 : !r->has_key                            ? "blind"
                 : r->n_verified < r->n_batches           ? "verify"
                 : r->compare.n_theirs < r->config.n_peer ? "outputs"
                                                          : "compare";
}

static plm_status receiver_hits(const void *state, const uint32_t **indices, size_t *n)
{
    const receiver *r = (const receiver *)state;
    *indices = r->compare.hits;
    *n = r->compare.n_hits;
    return PLM_OK;
}

const plm_engine_ops plm_oprf_receiver_ops = {
    .create = receiver_create,
    .destroy = receiver_destroy,
    .wants = receiver_wants,
    .output = receiver_output,
    .input = receiver_input,
    .work = receiver_work,
    .progress = receiver_progress,
    .hits = receiver_hits,
};
