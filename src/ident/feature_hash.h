/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feature_hash.h - 128 bits that stand for a feature, and what is made of them (spec/tokens.md
 * section 5.1).
 *
 *     H(feature):  kind | type | length | "palermo feat"  ──► E ──► ⊕ ──► E ──► ⊕ ──► ...
 *                                                              ▲            ▲
 *                                                    text, bytes 0..15   16..31, zeros behind
 *
 *     chain(start, feature):  E under H(feature) of start, ⊕ start
 *
 * Davies and Meyer's way to hash with a block cipher: AES-128, keyed with the message. In the ideal
 * cipher model a collision takes about 2^64 evaluations, as for any hash of 128 bits (Black,
 * Rogaway and Shrimpton, Crypto 2002). A feature is hashed once, however many combinations it is
 * in, and each of these costs one block more: docs/decisions/0040-tokens-from-blocks.md.
 */
#ifndef PLM_IDENT_FEATURE_HASH_H
#define PLM_IDENT_FEATURE_HASH_H

#include "crypto/block.h"
#include "ident/feature.h"

/*
 * out[i] = H(features->items[i]) for n features. keys: room for n blocks, overwritten with parts of
 * the texts.
 */
void plm_feature_hashes(plm_block *out, plm_block *keys, const plm_features *features);

/* chains[i] = chain(chains[i], the feature whose hash is hashes[i]). */
void plm_feature_chains(plm_block *chains, const plm_block *hashes, size_t n);

#endif
