/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate.h - the PRF of a lookup, VOPRF(ristretto255, SHA-512) of RFC 9497 on 16-byte tokens: by
 * the holder alone, who has the key; and between an asker and a holder, blindly and in batches
 * (spec/lookup.md section 7).
 *
 * Adversary and assumption: those of palermo/oprf.h, mode VOPRF, malicious on both sides. The
 * holder sees uniform group elements that are independent of the tokens; the asker sees F(k, x) for
 * the tokens it blinded and for no other; a holder that used another key than the epoch's is found
 * out by the proof.
 */
#ifndef PLM_INDEX_EVALUATE_H
#define PLM_INDEX_EVALUATE_H

#include "base/pool.h"
#include "crypto/ristretto.h"
#include "index/index.h"

#include <palermo/token.h>

enum {
    PLM_QUESTIONS_MAX = 1024 /* of one batch */
};

typedef struct plm_epoch_key {
    uint8_t secret[PLM_OPRF_SCALAR_BYTES]; /* SECRET */
    uint8_t public_key[PLM_OPRF_ELEMENT_BYTES];
} plm_epoch_key;

/* Takes the keys of the tokens first to first + n - 1; called in order. */
typedef plm_status plm_index_sink_fn(void *context, size_t first, const plm_index_key *keys,
                                     size_t n);

/*
 * Evaluates n tokens with the holder's own key, shared among the pool's threads. tokens, the sink's
 * keys: SECRET. progress may be NULL. PLM_E_CANCELLED, PLM_E_NOMEM, and the sink's statuses.
 * Cost: one hash to the group and one scalar multiplication a token.
 */
plm_status plm_index_evaluate(const plm_epoch_key *key, const plm_token *tokens, size_t n,
                              plm_pool *pool, plm_index_sink_fn *sink, void *context,
                              plm_index_progress_fn *progress,
                              void *progress_context) PLM_MUST_CHECK;

/* Blinds drawn and inverted ahead, many at once. */
typedef struct plm_blinds {
    size_t n;                                                   /* left */
    uint8_t blinds[PLM_SCALARS_DRAWN][PLM_OPRF_SCALAR_BYTES];   /* SECRET */
    uint8_t inverses[PLM_SCALARS_DRAWN][PLM_OPRF_SCALAR_BYTES]; /* SECRET */
} plm_blinds;

/* Takes one out; draws new ones if none is left (blinds->n = 0). */
plm_status plm_blinds_take(plm_blinds *blinds, uint8_t blind[static PLM_OPRF_SCALAR_BYTES],
                           uint8_t inverse[static PLM_OPRF_SCALAR_BYTES]) PLM_MUST_CHECK;

/* One question. The same blinded token may go to several holders, each with a key of its own. */
typedef struct plm_question {
    plm_token token;                        /* SECRET */
    uint8_t inverse[PLM_OPRF_SCALAR_BYTES]; /* SECRET; of the blind */
    uint8_t blinded[PLM_OPRF_ELEMENT_BYTES];
} plm_question;

/* Blinds question->token with a fresh blind, which is not kept. SECRET: blind, inverse. */
plm_status plm_question_blind(plm_question *question,
                              const uint8_t blind[static PLM_OPRF_SCALAR_BYTES],
                              const uint8_t inverse[static PLM_OPRF_SCALAR_BYTES]) PLM_MUST_CHECK;

/* A batch of questions as its asker keeps it. */
typedef struct plm_questions {
    size_t n;
    plm_token tokens[PLM_QUESTIONS_MAX];                        /* SECRET */
    uint8_t inverses[PLM_QUESTIONS_MAX][PLM_OPRF_SCALAR_BYTES]; /* SECRET; of the blinds */
    uint8_t blinded[PLM_QUESTIONS_MAX][PLM_OPRF_ELEMENT_BYTES]; /* what the holder gets */
} plm_questions;

/* Adds one that is blinded. PLM_E_LIMIT: the batch is full. */
plm_status plm_questions_add(plm_questions *questions, const plm_question *question) PLM_MUST_CHECK;
/* Blinds questions->tokens (n of them, 1 to PLM_QUESTIONS_MAX). PLM_E_ARGUMENT. */
plm_status plm_questions_blind(plm_questions *questions) PLM_MUST_CHECK;
/*
 * The keys of the n tokens, from what the holder gave: n elements and a proof.
 * PLM_E_PROOF: not evaluated with the key of public_key. PLM_E_PROTOCOL: no elements.
 */
plm_status plm_questions_finish(plm_index_key *keys, const plm_questions *questions,
                                const uint8_t public_key[static PLM_OPRF_ELEMENT_BYTES],
                                const uint8_t *evaluated,
                                const uint8_t proof[static PLM_OPRF_PROOF_BYTES]) PLM_MUST_CHECK;

/*
 * The holder's part: n blinded elements (hostile) to n evaluated ones and the proof for all of
 * them. PLM_E_PROTOCOL: one is no element. PLM_E_ARGUMENT: n.
 */
plm_status plm_questions_answer(uint8_t *evaluated, uint8_t proof[static PLM_OPRF_PROOF_BYTES],
                                const plm_epoch_key *key, const uint8_t *blinded,
                                size_t n) PLM_MUST_CHECK;

#endif
