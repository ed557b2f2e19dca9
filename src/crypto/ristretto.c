/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/ristretto.h"

#include "base/ct.h"

#include <sodium.h>
#include <string.h>

enum {
    HASH_BYTES = 64,
    BLOCK_BYTES = 128
};

_Static_assert(PLM_ELEMENT_BYTES == crypto_core_ristretto255_BYTES, "element");
_Static_assert(PLM_SCALAR_BYTES == crypto_core_ristretto255_SCALARBYTES, "scalar");

static void add_dst(crypto_hash_sha512_state *state, plm_span dst)
{
    const uint8_t length = (uint8_t)dst.n;
    (void)crypto_hash_sha512_update(state, dst.p, dst.n);
    (void)crypto_hash_sha512_update(state, &length, 1);
}

/* b_0 = H(Z_pad || msg || I2OSP(out_bytes, 2) || 0 || DST_prime) */
static void first_block(uint8_t b0[HASH_BYTES], size_t out_bytes, const plm_span *parts,
                        size_t n_parts, plm_span dst)
{
    static const uint8_t z_pad[BLOCK_BYTES] = {0};
    const uint8_t length[3] = {(uint8_t)(out_bytes >> 8), (uint8_t)out_bytes, 0};
    crypto_hash_sha512_state state;
    (void)crypto_hash_sha512_init(&state);
    (void)crypto_hash_sha512_update(&state, z_pad, sizeof z_pad);
    for (size_t i = 0; i < n_parts; i++) {
        (void)crypto_hash_sha512_update(&state, parts[i].p, parts[i].n);
    }
    (void)crypto_hash_sha512_update(&state, length, sizeof length);
    add_dst(&state, dst);
    (void)crypto_hash_sha512_final(&state, b0);
}

plm_status plm_expand_message_xmd(uint8_t *out, size_t out_bytes, const plm_span *parts,
                                  size_t n_parts, plm_span dst)
{
    uint8_t b0[HASH_BYTES];
    uint8_t b[HASH_BYTES] = {0};
    if (out_bytes == 0 || out_bytes > (size_t)255 * HASH_BYTES || dst.n == 0 || dst.n > 255) {
        return PLM_E_ARGUMENT;
    }
    first_block(b0, out_bytes, parts, n_parts, dst);
    for (uint8_t i = 1; out_bytes > 0; i++) {
        /* b_i = H((b_0 xor b_{i-1}) || i || DST_prime), with b_0 alone for i = 1 */
        for (size_t k = 0; k < HASH_BYTES; k++) {
            b[k] ^= b0[k];
        }
        crypto_hash_sha512_state state;
        (void)crypto_hash_sha512_init(&state);
        (void)crypto_hash_sha512_update(&state, b, sizeof b);
        (void)crypto_hash_sha512_update(&state, &i, 1);
        add_dst(&state, dst);
        (void)crypto_hash_sha512_final(&state, b);
        size_t n = out_bytes < HASH_BYTES ? out_bytes : HASH_BYTES;
        memcpy(out, b, n);
        out += n;
        out_bytes -= n;
    }
    plm_wipe(b0, sizeof b0);
    plm_wipe(b, sizeof b);
    return PLM_OK;
}

plm_status plm_hash_to_element(uint8_t out[static PLM_ELEMENT_BYTES], const plm_span *parts,
                               size_t n_parts, plm_span dst)
{
    uint8_t uniform[crypto_core_ristretto255_HASHBYTES];
    plm_status status = plm_expand_message_xmd(uniform, sizeof uniform, parts, n_parts, dst);
    if (status == PLM_OK) {
        (void)crypto_core_ristretto255_from_hash(out, uniform);
    }
    plm_wipe(uniform, sizeof uniform);
    return status;
}

plm_status plm_hash_to_scalar(uint8_t out[static PLM_SCALAR_BYTES], const plm_span *parts,
                              size_t n_parts, plm_span dst)
{
    uint8_t uniform[crypto_core_ristretto255_NONREDUCEDSCALARBYTES];
    plm_status status = plm_expand_message_xmd(uniform, sizeof uniform, parts, n_parts, dst);
    if (status == PLM_OK) {
        crypto_core_ristretto255_scalar_reduce(out, uniform);
    }
    plm_wipe(uniform, sizeof uniform);
    return status;
}

/*
 * libsodium 1.0.18 leaves the top bit out when it decodes; an encoding that has it is not below the
 * field's prime (RFC 9496 section 4.3.1).
 */
static bool has_top_bit(const uint8_t element[static PLM_ELEMENT_BYTES])
{
    return element[PLM_ELEMENT_BYTES - 1] >> 7 != 0;
}

plm_status plm_element_check(const uint8_t element[static PLM_ELEMENT_BYTES])
{
    return !has_top_bit(element) && crypto_core_ristretto255_is_valid_point(element) == 1 &&
                   !sodium_is_zero(element, PLM_ELEMENT_BYTES)
               ? PLM_OK
               : PLM_E_PROTOCOL;
}

plm_status plm_element_multiply(uint8_t out[static PLM_ELEMENT_BYTES],
                                const uint8_t scalar[static PLM_SCALAR_BYTES],
                                const uint8_t element[static PLM_ELEMENT_BYTES])
{
    /* Without a branch: our own elements are secret, though this is the same for all of them. */
    const unsigned bad = (unsigned)has_top_bit(element) |
                         (unsigned)(crypto_scalarmult_ristretto255(out, scalar, element) != 0);
    return (plm_status)(bad * (unsigned)PLM_E_PROTOCOL);
}

plm_status plm_element_add(uint8_t out[static PLM_ELEMENT_BYTES],
                           const uint8_t a[static PLM_ELEMENT_BYTES],
                           const uint8_t b[static PLM_ELEMENT_BYTES])
{
    return !has_top_bit(a) && !has_top_bit(b) && crypto_core_ristretto255_add(out, a, b) == 0
               ? PLM_OK
               : PLM_E_PROTOCOL;
}

plm_status plm_element_subtract(uint8_t out[static PLM_ELEMENT_BYTES],
                                const uint8_t a[static PLM_ELEMENT_BYTES],
                                const uint8_t b[static PLM_ELEMENT_BYTES])
{
    return !has_top_bit(a) && !has_top_bit(b) && crypto_core_ristretto255_sub(out, a, b) == 0
               ? PLM_OK
               : PLM_E_PROTOCOL;
}

void plm_element_random(uint8_t out[static PLM_ELEMENT_BYTES])
{
    crypto_core_ristretto255_random(out);
}

plm_status plm_element_base(uint8_t out[static PLM_ELEMENT_BYTES],
                            const uint8_t scalar[static PLM_SCALAR_BYTES])
{
    return crypto_scalarmult_ristretto255_base(out, scalar) == 0 ? PLM_OK : PLM_E_ARGUMENT;
}

void plm_scalar_random(uint8_t out[static PLM_SCALAR_BYTES])
{
    crypto_core_ristretto255_scalar_random(out); /* rejects 0 itself */
}

void plm_scalar_random_all(uint8_t (*out)[PLM_SCALAR_BYTES], size_t n)
{
    uint8_t wide[PLM_SCALARS_DRAWN][crypto_core_ristretto255_NONREDUCEDSCALARBYTES];
    randombytes_buf(wide, n * sizeof *wide);
    for (size_t i = 0; i < n; i++) {
        /* 512 bits modulo the order: as good as uniform, and 0 with a probability of 2^-252. */
        crypto_core_ristretto255_scalar_reduce(out[i], wide[i]);
        while (sodium_is_zero(out[i], PLM_SCALAR_BYTES)) {
            plm_scalar_random(out[i]);
        }
    }
    plm_wipe(wide, n * sizeof *wide);
}

plm_status plm_scalar_invert_all(uint8_t (*out)[PLM_SCALAR_BYTES],
                                 uint8_t (*const in)[PLM_SCALAR_BYTES], size_t n)
{
    uint8_t inverse[PLM_SCALAR_BYTES];
    uint8_t next[PLM_SCALAR_BYTES];
    if (n == 0) {
        return PLM_OK;
    }
    /* out[i] = in[0] * ... * in[i] */
    memcpy(out[0], in[0], PLM_SCALAR_BYTES);
    for (size_t i = 1; i < n; i++) {
        crypto_core_ristretto255_scalar_mul(out[i], out[i - 1], in[i]);
    }
    /* A product modulo a prime is 0 if, and only if, one of the factors is. */
    if (crypto_core_ristretto255_scalar_invert(inverse, out[n - 1]) != 0) {
        plm_wipe(out, n * sizeof *out);
        return PLM_E_ARGUMENT;
    }
    /* inverse = 1 / (in[0] * ... * in[i]) going down */
    for (size_t i = n - 1; i > 0; i--) {
        crypto_core_ristretto255_scalar_mul(next, inverse, in[i]);
        crypto_core_ristretto255_scalar_mul(out[i], inverse, out[i - 1]);
        memcpy(inverse, next, sizeof inverse);
    }
    memcpy(out[0], inverse, PLM_SCALAR_BYTES);
    plm_wipe(inverse, sizeof inverse);
    plm_wipe(next, sizeof next);
    return PLM_OK;
}
