/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keccak.h - SHA3-256 (FIPS 202), and Keccak-256 as it was before FIPS 202 changed the padding:
 * Ethereum's hash.
 */
#ifndef PLM_CRYPTO_KECCAK_H
#define PLM_CRYPTO_KECCAK_H

#include "base/bytes.h"

/* Keccak[c = 512], 256 bits of output, padding 10*1 without FIPS 202's two domain bits. */
void plm_keccak256(uint8_t out[static 32], plm_span message);
/* FIPS 202 section 6.1: the domain bits 01 before the padding. */
void plm_sha3_256(uint8_t out[static 32], plm_span message);

#endif
