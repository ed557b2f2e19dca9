/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vectors of the RFCs do not reach: large batches, threads, invalid elements and scalars,
 * limits, inversion.
 */
#include "crypto/ristretto.h"
#include "crypto/sign.h"
#include "oprf/suite.h"
#include "tap.h"

#include <palermo/oprf.h>

enum {
    BATCH = 300
};

/* l of RFC 9496 section 4, little-endian: the order of the group. */
static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                  0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                  0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

static uint8_t sk[32];
static uint8_t pk[32];
static uint8_t blinded[BATCH * 32];
static uint8_t evaluated[BATCH * 32];

static void make_batch(void)
{
    CHECK_STATUS(plm_oprf_random_key_pair(sk, pk), PLM_OK);
    for (size_t i = 0; i < BATCH; i++) {
        uint8_t blind[32];
        const uint8_t input[2] = {(uint8_t)i, (uint8_t)(i >> 8)};
        plm_scalar_random(blind);
        CHECK_STATUS(plm_oprf_blind(blinded + 32 * i, PLM_MODE_VOPRF, blind, input, 2), PLM_OK);
        CHECK_STATUS(plm_oprf_blind_evaluate(evaluated + 32 * i, sk, blinded + 32 * i), PLM_OK);
    }
}

/* Any number of threads makes and takes the same proof. */
static void test_batches_and_threads(void)
{
    static const size_t sizes[] = {1, 2, 3, 63, 64, 65, 256, BATCH};
    plm_pool *pools[3] = {NULL};
    uint8_t r[32];
    plm_scalar_random(r);
    CHECK_STATUS(plm_pool_create(&pools[1], 2), PLM_OK);
    CHECK_STATUS(plm_pool_create(&pools[2], 33), PLM_OK); /* more than one piece each */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t proofs[3][64];
        const size_t n = sizes[i];
        for (int k = 0; k < 3; k++) {
            CHECK_STATUS(plm_oprf_prove_with(pools[k], proofs[k], sk, pk, blinded, evaluated, n, r),
                         PLM_OK);
            CHECK_EQ_MEM(proofs[k], proofs[0], 64);
        }
        for (int k = 0; k < 3; k++) {
            CHECK_STATUS(plm_oprf_verify_with(pools[k], proofs[0], pk, blinded, evaluated, n),
                         PLM_OK);
        }
        /* Not of another number of elements, nor from another place. */
        CHECK(plm_oprf_verify(proofs[0], pk, blinded + 32, evaluated + 32, n < BATCH ? n : 1) ==
              PLM_E_PROOF);
        if (n > 1) {
            CHECK_STATUS(plm_oprf_verify(proofs[0], pk, blinded, evaluated, n - 1), PLM_E_PROOF);
        }
    }
    plm_pool_destroy(pools[1]);
    plm_pool_destroy(pools[2]);
}

static void test_batch_limits(void)
{
    static uint8_t many[(PLM_OPRF_BATCH_MAX + 1) * 32];
    uint8_t proof[64] = {1};
    uint8_t r[32] = {1};
    CHECK_STATUS(plm_oprf_prove(proof, sk, pk, blinded, evaluated, 0, r), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_oprf_verify(proof, pk, blinded, evaluated, 0), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_oprf_verify(proof, pk, many, many, PLM_OPRF_BATCH_MAX + 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_oprf_prove(proof, sk, pk, many, many, PLM_OPRF_BATCH_MAX + 1, r),
                 PLM_E_ARGUMENT);
}

/* One of many elements is not one: of either list, in any thread's part. */
static void test_invalid_in_batch(void)
{
    uint8_t proof[64];
    uint8_t r[32];
    plm_pool *pool = NULL;
    CHECK_STATUS(plm_pool_create(&pool, 2), PLM_OK);
    plm_scalar_random(r);
    CHECK_STATUS(plm_oprf_prove(proof, sk, pk, blinded, evaluated, BATCH, r), PLM_OK);
    for (int list = 0; list < 2; list++) {
        for (size_t i = 0; i < BATCH; i += 97) {
            uint8_t *element = (list == 0 ? blinded : evaluated) + 32 * i;
            uint8_t kept[32];
            memcpy(kept, element, 32);
            memset(element, 0, 32); /* the identity */
            CHECK_STATUS(plm_oprf_verify_with(pool, proof, pk, blinded, evaluated, BATCH),
                         PLM_E_PROTOCOL);
            memset(element, 0xff, 32);
            CHECK_STATUS(plm_oprf_verify(proof, pk, blinded, evaluated, BATCH), PLM_E_PROTOCOL);
            memcpy(element, kept, 32);
        }
    }
    CHECK_STATUS(plm_oprf_verify(proof, pk, blinded, evaluated, BATCH), PLM_OK);
    plm_pool_destroy(pool);
}

/* s and s + l are the same number, but only one encoding of it is taken. */
static void test_proof_is_canonical(void)
{
    uint8_t proof[64];
    uint8_t r[32];
    plm_scalar_random(r);
    CHECK_STATUS(plm_oprf_prove(proof, sk, pk, blinded, evaluated, 1, r), PLM_OK);
    for (size_t at = 0; at < 64; at += 32) {
        uint8_t other[64];
        unsigned carry = 0;
        memcpy(other, proof, sizeof other);
        for (size_t i = 0; i < 32; i++) {
            carry += (unsigned)other[at + i] + order[i];
            other[at + i] = (uint8_t)carry;
            carry >>= 8;
        }
        CHECK_STATUS(plm_oprf_verify(other, pk, blinded, evaluated, 1), PLM_E_PROOF);
    }
    CHECK_STATUS(plm_oprf_verify(proof, pk, blinded, evaluated, 1), PLM_OK);
    memset(proof, 0, sizeof proof);
    CHECK_STATUS(plm_oprf_verify(proof, pk, blinded, evaluated, 1), PLM_E_PROOF);
}

/* A proof is bound to the public key it is checked against. */
static void test_proof_of_other_key(void)
{
    uint8_t other_sk[32];
    uint8_t other_pk[32];
    uint8_t proof[64];
    uint8_t r[32];
    plm_scalar_random(r);
    CHECK_STATUS(plm_oprf_random_key_pair(other_sk, other_pk), PLM_OK);
    CHECK_STATUS(plm_oprf_prove(proof, sk, pk, blinded, evaluated, 3, r), PLM_OK);
    CHECK_STATUS(plm_oprf_verify(proof, other_pk, blinded, evaluated, 3), PLM_E_PROOF);
    memset(other_pk, 0, sizeof other_pk);
    CHECK_STATUS(plm_oprf_verify(proof, other_pk, blinded, evaluated, 3), PLM_E_PROOF);
}

static void test_invalid_elements(void)
{
    static const uint8_t identity[32] = {0};
    uint8_t scalar[32] = {2};
    uint8_t bad[32];
    uint8_t out[64] = {9};
    memset(bad, 0xff, sizeof bad);
    CHECK_STATUS(plm_oprf_blind_evaluate(out, scalar, identity), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_oprf_blind_evaluate(out, scalar, bad), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_oprf_finalize(out, scalar, identity, identity, 1), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_oprf_finalize(out, scalar, bad, identity, 1), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_element_add(out, bad, pk), PLM_E_PROTOCOL);
    CHECK_STATUS(plm_element_add(out, pk, bad), PLM_E_PROTOCOL);
    memset(scalar, 0, sizeof scalar);
    CHECK_STATUS(plm_oprf_blind_evaluate(out, scalar, pk), PLM_E_PROTOCOL);
}

static void test_input_limits(void)
{
    static uint8_t input[PLM_OPRF_INPUT_MAX + 1];
    uint8_t one[32] = {1};
    uint8_t out[64];
    const size_t most = PLM_OPRF_INPUT_MAX;
    CHECK_STATUS(plm_oprf_blind(out, PLM_MODE_OPRF, one, input, most), PLM_OK);
    CHECK_STATUS(plm_oprf_blind(out, PLM_MODE_OPRF, one, input, most + 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_oprf_evaluate(out, PLM_MODE_OPRF, one, input, most + 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_oprf_finalize(out, one, pk, input, most + 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_oprf_derive_key_pair(out, out + 32, PLM_MODE_OPRF, one, input, most + 1),
                 PLM_E_ARGUMENT);
}

static void test_inversion(void)
{
    enum {
        N = 37
    };
    uint8_t in[N][32];
    uint8_t out[N][32];
    uint8_t element[32];
    uint8_t back[32];
    for (size_t i = 0; i < N; i++) {
        plm_scalar_random(in[i]);
    }
    for (size_t n = 0; n <= N; n += n < 3 ? 1 : 17) {
        memset(out, 0xaa, sizeof out);
        CHECK_STATUS(plm_scalar_invert_all(out, in, n), PLM_OK);
        for (size_t i = 0; i < n; i++) {
            CHECK_STATUS(plm_element_multiply(element, in[i], pk), PLM_OK);
            CHECK_STATUS(plm_element_multiply(back, out[i], element), PLM_OK);
            CHECK_EQ_MEM(back, pk, 32);
        }
        for (size_t i = n * 32; i < sizeof out; i++) {
            CHECK(out[i / 32][i % 32] == 0xaa);
        }
    }
    /* A zero anywhere, and the order, which is one: nothing is given out. */
    for (size_t zero = 0; zero < N; zero += 18) {
        uint8_t kept[32];
        memcpy(kept, in[zero], 32);
        memset(in[zero], 0, 32);
        memset(out, 0xaa, sizeof out);
        CHECK_STATUS(plm_scalar_invert_all(out, in, N), PLM_E_ARGUMENT);
        for (size_t i = 0; i < sizeof out; i++) {
            CHECK(out[i / 32][i % 32] == 0);
        }
        memcpy(in[zero], order, 32);
        CHECK_STATUS(plm_scalar_invert_all(out, in, N), PLM_E_ARGUMENT);
        memcpy(in[zero], kept, 32);
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    make_batch();
    TAP_RUN(test_batches_and_threads);
    TAP_RUN(test_batch_limits);
    TAP_RUN(test_invalid_in_batch);
    TAP_RUN(test_proof_is_canonical);
    TAP_RUN(test_proof_of_other_key);
    TAP_RUN(test_invalid_elements);
    TAP_RUN(test_input_limits);
    TAP_RUN(test_inversion);
    return tap_done();
}
