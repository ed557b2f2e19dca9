/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.c - the batched proof that one key was used (RFC 9497 section 2.2): A is the generator,
 * B the public key, C the blinded and D the evaluated elements.
 *
 * The composites M = sum d_i C_i and Z = sum d_i D_i are weighted sums of public elements by public
 * weights (crypto/sum.h): two for who verifies, one for who has the key (Z = k M), unless they are
 * very few. They are cut into pieces whose sums are added up at the end, so that threads share
 * them.
 */
#include "base/ct.h"
#include "crypto/ristretto.h"
#include "crypto/sum.h"
#include "oprf/suite.h"

#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

enum {
    SEED_BYTES = 64,
    PIECES_MAX = 64,
    SUMS_BOTH_MAX = 2 /* so few that a second sum costs less than k M in constant time */
};

/* RFC 9496 section 4.4 (the encoding: appendix A.1). */
static const uint8_t generator[PLM_ELEMENT_BYTES] = {
    0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f,
    0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76};

typedef struct partial {
    uint8_t m[PLM_ELEMENT_BYTES];
    uint8_t z[PLM_ELEMENT_BYTES];
} partial;

typedef struct composites {
    const uint8_t *c;
    const uint8_t *d;
    size_t grain;
    bool with_z;
    uint8_t seed[SEED_BYTES];
    uint8_t dst[PLM_OPRF_DST_MAX];
    size_t dst_bytes;
    partial sums[PIECES_MAX];
    _Atomic plm_status status;
} composites;

/* seed = Hash(I2OSP(len(Bm), 2) || Bm || I2OSP(len(seedDST), 2) || seedDST) */
static void make_seed(uint8_t seed[SEED_BYTES], const uint8_t b[static 32])
{
    static const uint8_t element_length[2] = {0, PLM_ELEMENT_BYTES};
    uint8_t dst[PLM_OPRF_DST_MAX];
    uint8_t dst_length[2];
    size_t n = plm_oprf_dst(dst, "Seed-", PLM_MODE_VOPRF);
    crypto_hash_sha512_state state;
    plm_store_u16(dst_length, (uint16_t)n);
    (void)crypto_hash_sha512_init(&state);
    (void)crypto_hash_sha512_update(&state, element_length, 2);
    (void)crypto_hash_sha512_update(&state, b, PLM_ELEMENT_BYTES);
    (void)crypto_hash_sha512_update(&state, dst_length, 2);
    (void)crypto_hash_sha512_update(&state, dst, n);
    (void)crypto_hash_sha512_final(&state, seed);
}

/* d_i = HashToScalar(len(seed) || seed || i || len(C_i) || C_i || len(D_i) || D_i || "Composite")
 */
static plm_status make_weight(uint8_t out[static 32], const composites *w, size_t i)
{
    static const uint8_t seed_length[2] = {0, SEED_BYTES};
    static const uint8_t element_length[2] = {0, PLM_ELEMENT_BYTES};
    uint8_t index[2];
    plm_store_u16(index, (uint16_t)i);
    const plm_span parts[] = {
        plm_span_of(seed_length, 2),
        plm_span_of(w->seed, SEED_BYTES),
        plm_span_of(index, 2),
        plm_span_of(element_length, 2),
        plm_span_of(w->c + i * PLM_ELEMENT_BYTES, PLM_ELEMENT_BYTES),
        plm_span_of(element_length, 2),
        plm_span_of(w->d + i * PLM_ELEMENT_BYTES, PLM_ELEMENT_BYTES),
        plm_span_str("Composite"),
    };
    return plm_hash_to_scalar(out, parts, sizeof parts / sizeof *parts,
                              plm_span_of(w->dst, w->dst_bytes));
}

/* sum += part, or = for the first. */
static plm_status add_part(uint8_t sum[static 32], bool is_first, const uint8_t part[static 32])
{
    if (is_first) {
        memcpy(sum, part, PLM_ELEMENT_BYTES);
        return PLM_OK;
    }
    return plm_element_add(sum, sum, part);
}

/* Adds elements `first` to first + n - 1, n at most PLM_SUM_BLOCK: weights and elements are public.
 */
static plm_status add_block(const composites *w, partial *sum, bool is_first, size_t first,
                            size_t n)
{
    uint8_t weights[PLM_SUM_BLOCK][PLM_SCALAR_BYTES];
    uint8_t part[PLM_ELEMENT_BYTES];
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        status = make_weight(weights[i], w, first + i);
    }
    if (status == PLM_OK) {
        status = plm_element_sum(part, weights, w->c + first * PLM_ELEMENT_BYTES, n);
    }
    if (status == PLM_OK) {
        status = add_part(sum->m, is_first, part);
    }
    if (status == PLM_OK && w->with_z) {
        status = plm_element_sum(part, weights, w->d + first * PLM_ELEMENT_BYTES, n);
        if (status == PLM_OK) {
            status = add_part(sum->z, is_first, part);
        }
    }
    return status;
}

static void sum_piece(void *context, size_t first, size_t last)
{
    composites *w = (composites *)context;
    /* Without threads all pieces come as one call. */
    for (size_t at = first; at < last; at += w->grain) {
        partial *sum = &w->sums[at / w->grain];
        size_t end = last - at > w->grain ? at + w->grain : last;
        for (size_t i = at; i < end; i += PLM_SUM_BLOCK) {
            const size_t n = end - i < PLM_SUM_BLOCK ? end - i : PLM_SUM_BLOCK;
            plm_status status = add_block(w, sum, i == at, i, n);
            if (status != PLM_OK) {
                atomic_store(&w->status, status);
                return;
            }
        }
    }
}

/* ComputeComposites, or with_z false the part ComputeCompositesFast shares with it. */
static plm_status compute(plm_pool *pool, partial *out, const uint8_t b[static 32],
                          const uint8_t *c, const uint8_t *d, size_t n, bool with_z)
{
    composites w = {.c = c, .d = d, .with_z = with_z};
    if (n == 0 || n > PLM_OPRF_BATCH_MAX) {
        return PLM_E_ARGUMENT;
    }
    const size_t n_threads = plm_pool_threads(pool);
    size_t n_pieces = n_threads > 1 ? 4 * n_threads : 1;
    n_pieces = n_pieces > PIECES_MAX ? PIECES_MAX : n_pieces > n ? n : n_pieces;
    w.grain = (n + n_pieces - 1) / n_pieces;
    n_pieces = (n + w.grain - 1) / w.grain;
    w.dst_bytes = plm_oprf_dst(w.dst, "HashToScalar-", PLM_MODE_VOPRF);
    make_seed(w.seed, b);
    plm_pool_run(pool, n, w.grain, sum_piece, &w);
    plm_status status = atomic_load(&w.status);
    for (size_t i = 1; status == PLM_OK && i < n_pieces; i++) {
        status = plm_element_add(w.sums[0].m, w.sums[0].m, w.sums[i].m);
        if (status == PLM_OK && with_z) {
            status = plm_element_add(w.sums[0].z, w.sums[0].z, w.sums[i].z);
        }
    }
    if (status == PLM_OK) {
        *out = w.sums[0];
    }
    return status;
}

/* c = HashToScalar(len || Bm || len || M || len || Z || len || t2 || len || t3 || "Challenge") */
static plm_status make_challenge(uint8_t out[static 32], const uint8_t b[static 32],
                                 const partial *mz, const uint8_t t2[static 32],
                                 const uint8_t t3[static 32])
{
    static const uint8_t length[2] = {0, PLM_ELEMENT_BYTES};
    uint8_t dst[PLM_OPRF_DST_MAX];
    size_t dst_bytes = plm_oprf_dst(dst, "HashToScalar-", PLM_MODE_VOPRF);
    const plm_span l = plm_span_of(length, sizeof length);
    const plm_span parts[] = {
        l,
        plm_span_of(b, 32),
        l,
        plm_span_of(mz->m, 32),
        l,
        plm_span_of(mz->z, 32),
        l,
        plm_span_of(t2, 32),
        l,
        plm_span_of(t3, 32),
        plm_span_str("Challenge"),
    };
    return plm_hash_to_scalar(out, parts, sizeof parts / sizeof *parts,
                              plm_span_of(dst, dst_bytes));
}

plm_status plm_oprf_prove_with(plm_pool *pool, uint8_t proof[static 64],
                               const uint8_t sk[static 32], const uint8_t pk[static 32],
                               const uint8_t *blinded, const uint8_t *evaluated, size_t n,
                               const uint8_t r[static 32])
{
    partial mz;
    uint8_t t2[PLM_ELEMENT_BYTES];
    uint8_t t3[PLM_ELEMENT_BYTES];
    uint8_t challenge[PLM_SCALAR_BYTES];
    uint8_t product[PLM_SCALAR_BYTES];
    const bool sums_z = n <= SUMS_BOTH_MAX;
    plm_status status = compute(pool, &mz, pk, blinded, evaluated, n, sums_z);
    if (status == PLM_OK && !sums_z) {
        status = plm_element_multiply(mz.z, sk, mz.m);
    }
    if (status == PLM_OK && crypto_scalarmult_ristretto255_base(t2, r) != 0) {
        status = PLM_E_ARGUMENT;
    }
    if (status == PLM_OK) {
        status = plm_element_multiply(t3, r, mz.m);
    }
    if (status == PLM_OK) {
        status = make_challenge(challenge, pk, &mz, t2, t3);
    }
    if (status == PLM_OK) {
        /* s = r - c * k */
        crypto_core_ristretto255_scalar_mul(product, challenge, sk);
        memcpy(proof, challenge, PLM_SCALAR_BYTES);
        crypto_core_ristretto255_scalar_sub(proof + PLM_SCALAR_BYTES, r, product);
    }
    plm_wipe(product, sizeof product);
    return status;
}

/* out = s * x + c * y; all public. */
static plm_status combine(uint8_t out[static 32], const uint8_t s[static 32],
                          const uint8_t x[static 32], const uint8_t c[static 32],
                          const uint8_t y[static 32])
{
    uint8_t weights[2][PLM_SCALAR_BYTES];
    uint8_t elements[2 * PLM_ELEMENT_BYTES];
    memcpy(weights[0], s, PLM_SCALAR_BYTES);
    memcpy(weights[1], c, PLM_SCALAR_BYTES);
    memcpy(elements, x, PLM_ELEMENT_BYTES);
    memcpy(elements + PLM_ELEMENT_BYTES, y, PLM_ELEMENT_BYTES);
    return plm_element_sum(out, weights, elements, 2);
}

/* A scalar below the group's order: the one encoding the RFC takes (section 4.1). */
static bool is_canonical_scalar(const uint8_t s[static 32])
{
    uint8_t wide[crypto_core_ristretto255_NONREDUCEDSCALARBYTES] = {0};
    uint8_t reduced[PLM_SCALAR_BYTES];
    memcpy(wide, s, PLM_SCALAR_BYTES);
    crypto_core_ristretto255_scalar_reduce(reduced, wide);
    return memcmp(reduced, s, sizeof reduced) == 0;
}

plm_status plm_oprf_verify_with(plm_pool *pool, const uint8_t proof[static 64],
                                const uint8_t pk[static 32], const uint8_t *blinded,
                                const uint8_t *evaluated, size_t n)
{
    partial mz;
    uint8_t t2[PLM_ELEMENT_BYTES];
    uint8_t t3[PLM_ELEMENT_BYTES];
    uint8_t expected[PLM_SCALAR_BYTES];
    const uint8_t *c = proof;
    const uint8_t *s = proof + PLM_SCALAR_BYTES;
    if (!is_canonical_scalar(c) || !is_canonical_scalar(s)) {
        return PLM_E_PROOF;
    }
    plm_status status = compute(pool, &mz, pk, blinded, evaluated, n, true);
    if (status != PLM_OK) {
        return status;
    }
    /* t2 = s * A + c * B; t3 = s * M + c * Z. A zero s or c is no proof an honest server makes. */
    if (sodium_is_zero(c, PLM_SCALAR_BYTES) || sodium_is_zero(s, PLM_SCALAR_BYTES) ||
        combine(t2, s, generator, c, pk) != PLM_OK || combine(t3, s, mz.m, c, mz.z) != PLM_OK) {
        return PLM_E_PROOF;
    }
    status = make_challenge(expected, pk, &mz, t2, t3);
    if (status != PLM_OK) {
        return status;
    }
    return memcmp(expected, c, sizeof expected) == 0 ? PLM_OK : PLM_E_PROOF;
}

plm_status plm_oprf_prove(uint8_t proof[static 64], const uint8_t sk[static 32],
                          const uint8_t pk[static 32], const uint8_t *blinded,
                          const uint8_t *evaluated, size_t n, const uint8_t r[static 32])
{
    return plm_oprf_prove_with(NULL, proof, sk, pk, blinded, evaluated, n, r);
}

plm_status plm_oprf_verify(const uint8_t proof[static 64], const uint8_t pk[static 32],
                           const uint8_t *blinded, const uint8_t *evaluated, size_t n)
{
    return plm_oprf_verify_with(NULL, proof, pk, blinded, evaluated, n);
}
