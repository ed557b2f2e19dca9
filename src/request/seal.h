/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.h - attachments that the peer's node alone can open (spec/request.md section 7).
 *
 * Each file has a random key of its own. The key is sealed (libsodium's crypto_box_seal: ephemeral
 * X25519, XSalsa20-Poly1305) to the X25519 form of the peer's Ed25519 identity key, which the
 * accord names (docs/decisions/0027). Each chunk is encrypted by XChaCha20-Poly1305 under that key,
 * with the chunk's number as nonce and the file's hash, length and that number as associated data:
 * chunks can't be exchanged, reordered or dropped.
 */
#ifndef PLM_REQUEST_SEAL_H
#define PLM_REQUEST_SEAL_H

#include "request/note.h"

enum {
    PLM_SEAL_KEY_BYTES = 32,
    PLM_SEAL_TAG_BYTES = 16
};

/* Seals a key (SECRET) to an identity. PLM_E_CRYPTO: that is no valid identity key. */
plm_status plm_seal_key(uint8_t sealed[static PLM_SEALED_KEY_BYTES],
                        const uint8_t key[static PLM_SEAL_KEY_BYTES],
                        const uint8_t identity[static 32]) PLM_MUST_CHECK;
/* seed, key: SECRET. PLM_E_AUTH: not sealed to this identity. */
plm_status plm_seal_open_key(uint8_t key[static PLM_SEAL_KEY_BYTES],
                             const uint8_t sealed[static PLM_SEALED_KEY_BYTES],
                             const uint8_t seed[static 32]) PLM_MUST_CHECK;

/* Bytes of the file in chunk `index`. */
size_t plm_seal_chunk_bytes(const plm_attachment *a, uint32_t index);
/* Appends chunk || tag. PLM_E_NOMEM. */
plm_status plm_seal_chunk(plm_buf *out, const uint8_t key[static PLM_SEAL_KEY_BYTES],
                          const plm_attachment *a, uint32_t index, plm_span chunk) PLM_MUST_CHECK;
/* Appends the chunk. PLM_E_AUTH: not that chunk of that file under that key. */
plm_status plm_seal_open_chunk(plm_buf *out, const uint8_t key[static PLM_SEAL_KEY_BYTES],
                               const plm_attachment *a, uint32_t index,
                               plm_span sealed) PLM_MUST_CHECK;

#endif
