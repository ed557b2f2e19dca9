/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sum.h - weighted sums of many elements of ristretto255 (RFC 9496), for proofs.
 *
 * sum = w_0 E_0 + ... + w_{n-1} E_{n-1}, for many elements by Pippenger's method of buckets
 * (Bernstein, Doumen, Lange, Oosterwijk, Faster batch forgery identification, Indocrypt 2012,
 * section 4): the weights are cut into signed digits, and elements with the same digit are added
 * before they are multiplied. Few elements share their doublings. So one weighted element costs a
 * fraction of one multiplication, and a single one less than libsodium's in constant time.
 *
 * NOT constant time, neither in weights nor in elements: both must be public. What is computed with
 * a secret scalar goes through crypto/ristretto.h.
 */
#ifndef PLM_CRYPTO_SUM_H
#define PLM_CRYPTO_SUM_H

#include "crypto/ristretto.h"

enum {
    PLM_SUM_BLOCK = 1024 /* elements that share their doublings; a multiple costs the least */
};

/*
 * elements: n * 32 bytes, n at least 1. weights: below the group's order. PLM_E_PROTOCOL: an
 * element is no canonical encoding, or the identity, or the sum is. PLM_E_ARGUMENT: n is 0.
 */
plm_status plm_element_sum(uint8_t out[static PLM_ELEMENT_BYTES],
                           uint8_t (*const weights)[PLM_SCALAR_BYTES], const uint8_t *elements,
                           size_t n) PLM_MUST_CHECK;

#endif
