/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oprf.h - RFC 9497: oblivious pseudorandom functions, suite ristretto255-SHA512, modes OPRF (0x00)
 * and VOPRF (0x01).
 *
 * A client learns F(sk, input) for inputs of its own; the server, which has sk, learns nothing of
 * them. In mode VOPRF it also proves that all answers of a batch were made with the one key whose
 * public key is pk (a batched Chaum-Pedersen proof).
 *
 * Adversary: malicious on both sides (mode VOPRF; in mode OPRF a malicious server may use any
 * keys), in the random-oracle model, under the one-more gap computational Diffie-Hellman assumption
 * in ristretto255 (Jarecki, Kiayias, Krawczyk, Asiacrypt 2014; RFC 9497 section 7.2.1). Each
 * answered element is a query to a static Diffie-Hellman oracle: Q of them cost log2(Q)/2 bits
 * (7.2.3), so that a key should not live long. Call plm_crypto_init (or sodium_init) first. All
 * functions are pure and may be used from any thread.
 */
#ifndef PALERMO_OPRF_H
#define PALERMO_OPRF_H

#include <palermo/attributes.h>
#include <palermo/status.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    PLM_OPRF_ELEMENT_BYTES = 32,
    PLM_OPRF_SCALAR_BYTES = 32,
    PLM_OPRF_OUTPUT_BYTES = 64,
    PLM_OPRF_PROOF_BYTES = 64,
    PLM_OPRF_INPUT_MAX = 65535,
    PLM_OPRF_BATCH_MAX = 65535
};

typedef enum plm_oprf_mode {
    PLM_MODE_OPRF = 0x00,
    PLM_MODE_VOPRF = 0x01
} plm_oprf_mode;

/*
 * DeriveKeyPair (section 3.2.1). seed: 32 bytes, SECRET; info: up to 65535 bytes. sk: SECRET.
 * PLM_E_ARGUMENT, PLM_E_CRYPTO (no key after 256 tries).
 */
plm_status plm_oprf_derive_key_pair(uint8_t sk[PLM_AT_LEAST(32)], uint8_t pk[PLM_AT_LEAST(32)],
                                    plm_oprf_mode mode, const uint8_t seed[PLM_AT_LEAST(32)],
                                    const uint8_t *info, size_t info_bytes) PLM_MUST_CHECK;
/* A random key pair (section 3.2). sk: SECRET. */
plm_status plm_oprf_random_key_pair(uint8_t sk[PLM_AT_LEAST(32)],
                                    uint8_t pk[PLM_AT_LEAST(32)]) PLM_MUST_CHECK;

/*
 * Blind (section 3.3.1) with the blind given: blinded = blind * HashToGroup(input).
 * input, blind: SECRET. PLM_E_ARGUMENT (too long, or it hashes to the identity).
 */
plm_status plm_oprf_blind(uint8_t blinded[PLM_AT_LEAST(32)], plm_oprf_mode mode,
                          const uint8_t blind[PLM_AT_LEAST(32)], const uint8_t *input,
                          size_t input_bytes) PLM_MUST_CHECK;
/* BlindEvaluate without its proof: evaluated = sk * blinded. PLM_E_PROTOCOL: no valid element. */
plm_status plm_oprf_blind_evaluate(uint8_t evaluated[PLM_AT_LEAST(32)],
                                   const uint8_t sk[PLM_AT_LEAST(32)],
                                   const uint8_t blinded[PLM_AT_LEAST(32)]) PLM_MUST_CHECK;
/*
 * Finalize with 1/blind given: output = Hash(input, evaluated / blind).
 * input, inverse_blind: SECRET. PLM_E_PROTOCOL: evaluated is no valid element.
 */
plm_status plm_oprf_finalize(uint8_t output[PLM_AT_LEAST(64)],
                             const uint8_t inverse_blind[PLM_AT_LEAST(32)],
                             const uint8_t evaluated[PLM_AT_LEAST(32)], const uint8_t *input,
                             size_t input_bytes) PLM_MUST_CHECK;
/* Evaluate: the function itself, by who has the key. PLM_E_ARGUMENT as in plm_oprf_blind. */
plm_status plm_oprf_evaluate(uint8_t output[PLM_AT_LEAST(64)], plm_oprf_mode mode,
                             const uint8_t sk[PLM_AT_LEAST(32)], const uint8_t *input,
                             size_t input_bytes) PLM_MUST_CHECK;

/*
 * GenerateProof (section 2.2.1) for n elements, 1 to PLM_OPRF_BATCH_MAX: that evaluated[i] =
 * sk * blinded[i] for all i. Arrays are n * 32 bytes. r: the random scalar of the proof, SECRET,
 * never used twice. PLM_E_ARGUMENT, PLM_E_PROTOCOL (an invalid element).
 */
plm_status plm_oprf_prove(uint8_t proof[PLM_AT_LEAST(64)], const uint8_t sk[PLM_AT_LEAST(32)],
                          const uint8_t pk[PLM_AT_LEAST(32)], const uint8_t *blinded,
                          const uint8_t *evaluated, size_t n,
                          const uint8_t r[PLM_AT_LEAST(32)]) PLM_MUST_CHECK;
/* VerifyProof (section 2.2.2). PLM_E_PROOF, PLM_E_ARGUMENT, PLM_E_PROTOCOL (invalid element). */
plm_status plm_oprf_verify(const uint8_t proof[PLM_AT_LEAST(64)],
                           const uint8_t pk[PLM_AT_LEAST(32)], const uint8_t *blinded,
                           const uint8_t *evaluated, size_t n) PLM_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif
