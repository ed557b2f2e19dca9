/* SPDX-License-Identifier: Apache-2.0 */
#include "index/evaluate.h"

#include "base/ct.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 4096, /* tokens between two looks at whether to go on */
    GRAIN = 64
};

typedef struct evaluating {
    const plm_epoch_key *key;
    const plm_token *tokens;
    plm_index_key *keys;
    _Atomic plm_status status;
} evaluating;

static void evaluate_piece(void *context, size_t first, size_t last)
{
    evaluating *e = (evaluating *)context;
    uint8_t prf[PLM_OPRF_OUTPUT_BYTES];
    for (size_t i = first; i < last; i++) {
        plm_status status = plm_oprf_evaluate(prf, PLM_MODE_VOPRF, e->key->secret, e->tokens[i].b,
                                              sizeof e->tokens[i].b);
        if (status != PLM_OK) {
            atomic_store(&e->status, status);
            break;
        }
        plm_index_key_of(&e->keys[i], prf);
    }
    plm_wipe(prf, sizeof prf);
}

plm_status plm_index_evaluate(const plm_epoch_key *key, const plm_token *tokens, size_t n,
                              plm_pool *pool, plm_index_sink_fn *sink, void *context,
                              plm_index_progress_fn *progress, void *progress_context)
{
    plm_index_key *keys = (plm_index_key *)malloc(CHUNK * sizeof *keys);
    if (keys == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = PLM_OK;
    for (size_t first = 0; status == PLM_OK && first < n; first += CHUNK) {
        const size_t count = n - first < CHUNK ? n - first : CHUNK;
        evaluating e = {.key = key, .tokens = tokens + first, .keys = keys};
        if (progress != NULL && !progress(progress_context, "evaluate", first, n)) {
            status = PLM_E_CANCELLED;
            break;
        }
        plm_pool_run(pool, count, GRAIN, evaluate_piece, &e);
        status = atomic_load(&e.status);
        if (status == PLM_OK) {
            status = sink(context, first, keys, count);
        }
    }
    plm_wipe(keys, CHUNK * sizeof *keys);
    free(keys);
    return status;
}

plm_status plm_blinds_take(plm_blinds *b, uint8_t blind[static PLM_OPRF_SCALAR_BYTES],
                           uint8_t inverse[static PLM_OPRF_SCALAR_BYTES])
{
    if (b->n == 0) {
        plm_scalar_random_all(b->blinds, PLM_SCALARS_DRAWN);
        plm_status status = plm_scalar_invert_all(b->inverses, b->blinds, PLM_SCALARS_DRAWN);
        if (status != PLM_OK) {
            return status;
        }
        b->n = PLM_SCALARS_DRAWN;
    }
    b->n--;
    memcpy(blind, b->blinds[b->n], PLM_OPRF_SCALAR_BYTES);
    memcpy(inverse, b->inverses[b->n], PLM_OPRF_SCALAR_BYTES);
    plm_wipe(b->blinds[b->n], PLM_OPRF_SCALAR_BYTES);
    plm_wipe(b->inverses[b->n], PLM_OPRF_SCALAR_BYTES);
    return PLM_OK;
}

plm_status plm_question_blind(plm_question *q, const uint8_t blind[static PLM_OPRF_SCALAR_BYTES],
                              const uint8_t inverse[static PLM_OPRF_SCALAR_BYTES])
{
    memcpy(q->inverse, inverse, sizeof q->inverse);
    return plm_oprf_blind(q->blinded, PLM_MODE_VOPRF, blind, q->token.b, sizeof q->token.b);
}

plm_status plm_questions_add(plm_questions *q, const plm_question *question)
{
    if (q->n >= PLM_QUESTIONS_MAX) {
        return PLM_E_LIMIT;
    }
    q->tokens[q->n] = question->token;
    memcpy(q->inverses[q->n], question->inverse, sizeof q->inverses[0]);
    memcpy(q->blinded[q->n], question->blinded, sizeof q->blinded[0]);
    q->n++;
    return PLM_OK;
}

plm_status plm_questions_blind(plm_questions *q)
{
    plm_blinds blinds = {0};
    uint8_t blind[PLM_OPRF_SCALAR_BYTES];
    if (q->n == 0 || q->n > PLM_QUESTIONS_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < q->n; i++) {
        status = plm_blinds_take(&blinds, blind, q->inverses[i]);
        if (status == PLM_OK) {
            status = plm_oprf_blind(q->blinded[i], PLM_MODE_VOPRF, blind, q->tokens[i].b,
                                    sizeof q->tokens[i].b);
        }
    }
    plm_wipe(blind, sizeof blind);
    plm_wipe(&blinds, sizeof blinds);
    return status;
}

plm_status plm_questions_finish(plm_index_key *keys, const plm_questions *q,
                                const uint8_t public_key[static PLM_OPRF_ELEMENT_BYTES],
                                const uint8_t *evaluated,
                                const uint8_t proof[static PLM_OPRF_PROOF_BYTES])
{
    uint8_t prf[PLM_OPRF_OUTPUT_BYTES];
    plm_status status = plm_oprf_verify(proof, public_key, q->blinded[0], evaluated, q->n);
    for (size_t i = 0; status == PLM_OK && i < q->n; i++) {
        status = plm_oprf_finalize(prf, q->inverses[i], evaluated + i * PLM_OPRF_ELEMENT_BYTES,
                                   q->tokens[i].b, sizeof q->tokens[i].b);
        if (status == PLM_OK) {
            plm_index_key_of(&keys[i], prf);
        }
    }
    plm_wipe(prf, sizeof prf);
    if (status != PLM_OK) {
        plm_wipe(keys, q->n * sizeof *keys);
    }
    return status;
}

plm_status plm_questions_answer(uint8_t *evaluated, uint8_t proof[static PLM_OPRF_PROOF_BYTES],
                                const plm_epoch_key *key, const uint8_t *blinded, size_t n)
{
    uint8_t r[PLM_OPRF_SCALAR_BYTES];
    if (n == 0 || n > PLM_QUESTIONS_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        status = plm_oprf_blind_evaluate(evaluated + i * PLM_OPRF_ELEMENT_BYTES, key->secret,
                                         blinded + i * PLM_OPRF_ELEMENT_BYTES);
    }
    if (status == PLM_OK) {
        plm_scalar_random_all(&r, 1);
        status = plm_oprf_prove(proof, key->secret, key->public_key, blinded, evaluated, n, r);
        plm_wipe(r, sizeof r);
    }
    if (status != PLM_OK) {
        plm_wipe(evaluated, n * PLM_OPRF_ELEMENT_BYTES);
    }
    return status;
}
