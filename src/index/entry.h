/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h - what an index says of one token (spec/lookup.md section 3).
 *
 * The PRF output F(k, token) of RFC 9497, 64 bytes, is used in two disjoint parts:
 *
 *   0            4                10                  32                        64
 *   +------------+----------------+-------------------+-------------------------+
 *   | prefix u32 | remainder, 48  |      unused       | key of the sealed label |
 *   +------------+----------------+-------------------+-------------------------+
 *
 * The first 10 bytes are the fingerprint, which is published; the last 32 make the key under which
 * the entry's label is sealed, so that only who got the token evaluated opens it. Without k
 * neither part can be told from random: the PRF is pseudorandom under the assumption of
 * palermo/oprf.h.
 */
#ifndef PLM_INDEX_ENTRY_H
#define PLM_INDEX_ENTRY_H

#include "base/bytes.h"

#include <palermo/oprf.h>

enum {
    PLM_FINGERPRINT_BYTES = 10,
    PLM_FINGERPRINT_PREFIX_BYTES = 4,
    PLM_REMAINDER_BYTES = 6,
    PLM_LABEL_KEY_BYTES = 32,
    PLM_LABEL_REFERENCE_BYTES = 16,
    PLM_LABEL_TEXT_MAX = 121, /* of contact and handling, terminator included */
    PLM_LABEL_PLAIN_MAX = 272,
    PLM_LABEL_STEP = 16,      /* a label's length is a multiple of it */
    PLM_LABEL_SEAL_BYTES = 28 /* nonce and tag */
};

typedef struct plm_fingerprint {
    uint8_t b[PLM_FINGERPRINT_BYTES];
} plm_fingerprint;

/* What one evaluation of the PRF gives. */
typedef struct plm_index_key {
    plm_fingerprint fingerprint;
    uint8_t label_key[PLM_LABEL_KEY_BYTES]; /* SECRET */
} plm_index_key;

/* What a hit opens. */
typedef struct plm_index_label {
    bool is_urgent;                               /* ask the contact at once */
    uint8_t reference[PLM_LABEL_REFERENCE_BYTES]; /* by which the holder finds its record */
    char contact[PLM_LABEL_TEXT_MAX];
    char handling[PLM_LABEL_TEXT_MAX];
} plm_index_label;

/* prf: SECRET. */
void plm_index_key_of(plm_index_key *out, const uint8_t prf[static PLM_OPRF_OUTPUT_BYTES]);

int plm_fingerprint_compare(const plm_fingerprint *a, const plm_fingerprint *b);
/* The first `bits` (0 to 32) bits. */
uint32_t plm_fingerprint_bucket(const plm_fingerprint *f, unsigned bits);

/* Bytes of the label's plain text, rounded up to a multiple of PLM_LABEL_STEP. */
size_t plm_index_label_bytes(const plm_index_label *label);
/*
 * Writes nonce, sealed text and tag: PLM_LABEL_SEAL_BYTES + plain_bytes bytes. plain_bytes: the
 * same for all labels of an index. ChaCha20-Poly1305 (RFC 8439), a random nonce, the fingerprint as
 * associated data. PLM_E_ARGUMENT: the label does not fit, or a text is not UTF-8.
 */
plm_status plm_index_label_seal(uint8_t *out, size_t plain_bytes, const plm_index_key *key,
                                const plm_index_label *label) PLM_MUST_CHECK;
/* PLM_E_TAMPERED: not sealed under this key, or not a label. */
plm_status plm_index_label_open(plm_index_label *out, const plm_index_key *key,
                                plm_span sealed) PLM_MUST_CHECK;

#endif
