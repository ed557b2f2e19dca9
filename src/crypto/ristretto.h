/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ristretto.h - the group ristretto255 (RFC 9496) as libsodium has it, hashing into it and into its
 * scalars (RFC 9380, RFC 9497 section 4.1), and the inversion of many scalars at once.
 *
 * Elements and scalars are 32 bytes in their canonical encodings. All functions take constant time
 * in the values of their arguments (libsodium's arithmetic), except where an encoding is refused.
 */
#ifndef PLM_CRYPTO_RISTRETTO_H
#define PLM_CRYPTO_RISTRETTO_H

#include "base/bytes.h"

enum {
    PLM_ELEMENT_BYTES = 32,
    PLM_SCALAR_BYTES = 32,
    PLM_SCALARS_DRAWN = 64 /* at once, at most */
};

/*
 * expand_message_xmd with SHA-512 (RFC 9380 section 5.3.1), message given in parts.
 * out_bytes: 1 to 255 * 64. dst: 1 to 255 bytes. PLM_E_ARGUMENT outside those.
 */
plm_status plm_expand_message_xmd(uint8_t *out, size_t out_bytes, const plm_span *parts,
                                  size_t n_parts, plm_span dst) PLM_MUST_CHECK;

/* hash_to_ristretto255 (RFC 9380 appendix B). */
plm_status plm_hash_to_element(uint8_t out[static PLM_ELEMENT_BYTES], const plm_span *parts,
                               size_t n_parts, plm_span dst) PLM_MUST_CHECK;
/* HashToScalar of RFC 9497 section 4.1: 64 uniform bytes, little-endian, modulo the order. */
plm_status plm_hash_to_scalar(uint8_t out[static PLM_SCALAR_BYTES], const plm_span *parts,
                              size_t n_parts, plm_span dst) PLM_MUST_CHECK;

/*
 * PLM_E_PROTOCOL unless it is the canonical encoding (RFC 9496 section 4.3.1) of an element, and
 * not the identity's. What is multiplied or added need not be looked at before.
 */
plm_status plm_element_check(const uint8_t element[static PLM_ELEMENT_BYTES]) PLM_MUST_CHECK;
/*
 * out = scalar * element. scalar: SECRET or not. PLM_E_PROTOCOL if the element is no canonical
 * encoding, or the product is the identity (so also for the identity element and scalar 0).
 */
plm_status plm_element_multiply(uint8_t out[static PLM_ELEMENT_BYTES],
                                const uint8_t scalar[static PLM_SCALAR_BYTES],
                                const uint8_t element[static PLM_ELEMENT_BYTES]) PLM_MUST_CHECK;
/* out = a + b; out may be either. PLM_E_PROTOCOL if one is no canonical encoding. */
plm_status plm_element_add(uint8_t out[static PLM_ELEMENT_BYTES],
                           const uint8_t a[static PLM_ELEMENT_BYTES],
                           const uint8_t b[static PLM_ELEMENT_BYTES]) PLM_MUST_CHECK;

/* out = a - b; out may be either. PLM_E_PROTOCOL if one is no canonical encoding. */
plm_status plm_element_subtract(uint8_t out[static PLM_ELEMENT_BYTES],
                                const uint8_t a[static PLM_ELEMENT_BYTES],
                                const uint8_t b[static PLM_ELEMENT_BYTES]) PLM_MUST_CHECK;
/* A random element, whose discrete logarithm nobody knows. */
void plm_element_random(uint8_t out[static PLM_ELEMENT_BYTES]);
/* out = scalar * generator. scalar: SECRET, not 0. PLM_E_ARGUMENT if it is. */
plm_status plm_element_base(uint8_t out[static PLM_ELEMENT_BYTES],
                            const uint8_t scalar[static PLM_SCALAR_BYTES]) PLM_MUST_CHECK;

/* A random scalar, never 0. */
void plm_scalar_random(uint8_t out[static PLM_SCALAR_BYTES]);
/* n of them, 1 to PLM_SCALARS_DRAWN, by one call of the system. */
void plm_scalar_random_all(uint8_t (*out)[PLM_SCALAR_BYTES], size_t n);
/*
 * out[i] = 1 / in[i] for n scalars, none of them 0, with one inversion and 3(n - 1) products
 * (Montgomery's trick: Montgomery, Speeding the Pollard and elliptic curve methods of
 * factorization, 1987, section 10.3.1). in, out: SECRET; distinct arrays. PLM_E_ARGUMENT if one is
 * 0 (all of out is zeroed then).
 */
plm_status plm_scalar_invert_all(uint8_t (*out)[PLM_SCALAR_BYTES],
                                 uint8_t (*const in)[PLM_SCALAR_BYTES], size_t n) PLM_MUST_CHECK;

#endif
