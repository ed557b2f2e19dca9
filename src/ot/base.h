/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base.h - the base oblivious transfers: Masny and Rindal, "Endemic oblivious transfer", CCS 2019,
 * figure 8, over ristretto255.
 *
 * 128 transfers of one random key out of two. The chooser gets the key of its choice bit, the giver
 * both, and neither more:
 *
 *     chooser, bit c                              giver
 *     r_(1-c) random, a random
 *     r_c = a G - H_c(r_(1-c))
 *                          r_0, r_1  -->
 *                                                 y random
 *                          <--  Y = y G
 *     key_c = KDF(a Y)                            key_b = KDF(y (r_b + H_b(r_(1-b))))
 *
 * Adversary: malicious on both sides (who may fix its own keys: "endemic" security), in the
 * random-oracle model under computational Diffie-Hellman in ristretto255. Every transfer has
 * scalars of its own; H and KDF take the session, the number of the transfer and b, so that
 * nothing can be carried from one to another (McQuoid, Rosulek and Roy, Asiacrypt 2021, on
 * batches). Functions are pure: transfers may be worked on by different threads.
 */
#ifndef PLM_OT_BASE_H
#define PLM_OT_BASE_H

#include "crypto/block.h"
#include "crypto/ristretto.h"

enum {
    PLM_BASE_OTS = 128,
    PLM_BASE_QUESTION_BYTES = 2 * PLM_ELEMENT_BYTES, /* r_0 || r_1, of one transfer */
    PLM_BASE_ANSWER_BYTES = PLM_ELEMENT_BYTES,       /* Y */
    PLM_BASE_SESSION_BYTES = 32
};

/* Transfer number i, chooser: question, and the scalar a to keep. choice: 0 or 1, SECRET. */
plm_status plm_base_ask(uint8_t question[static PLM_BASE_QUESTION_BYTES],
                        uint8_t a[static PLM_SCALAR_BYTES], uint64_t choice,
                        const uint8_t session[static PLM_BASE_SESSION_BYTES],
                        unsigned i) PLM_MUST_CHECK;
/* Transfer number i, giver: answer and both keys. PLM_E_PROTOCOL: no group elements. */
plm_status plm_base_give(uint8_t answer[static PLM_BASE_ANSWER_BYTES], plm_block keys[static 2],
                         const uint8_t question[static PLM_BASE_QUESTION_BYTES],
                         const uint8_t session[static PLM_BASE_SESSION_BYTES],
                         unsigned i) PLM_MUST_CHECK;
/* Transfer number i, chooser: its key. PLM_E_PROTOCOL: no group element. */
plm_status plm_base_take(plm_block *key, const uint8_t answer[static PLM_BASE_ANSWER_BYTES],
                         const uint8_t a[static PLM_SCALAR_BYTES], uint64_t choice,
                         const uint8_t session[static PLM_BASE_SESSION_BYTES],
                         unsigned i) PLM_MUST_CHECK;

#endif
