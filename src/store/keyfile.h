/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyfile.h - the authority's identity seed on disk, sealed under a passphrase or a key file.
 *
 *   "PLMKEY" | version 1 (u8) | kind (u8: 1 passphrase, 2 key file) | opslimit (u32) |
 *   memlimit KiB (u32) | salt (16) | nonce (24) | XChaCha20-Poly1305 of the 32-byte seed (48) |
 *   public key (32, also authenticated)
 *
 * The sealing key is Argon2id13(secret, salt); everything before the ciphertext, and the public
 * key, is authenticated as associated data.
 */
#ifndef PLM_STORE_KEYFILE_H
#define PLM_STORE_KEYFILE_H

#include "base/bytes.h"

typedef enum plm_unlock_kind {
    PLM_UNLOCK_PASSPHRASE = 1,
    PLM_UNLOCK_KEY_FILE = 2
} plm_unlock_kind;

enum {
    PLM_UNLOCK_SECRET_MAX = 1 << 16
};

/*
 * secret: SECRET, 1 to PLM_UNLOCK_SECRET_MAX bytes. is_uniform: it was drawn at random, with 128
 * bits or more, by whoever calls: nobody guesses it, so Argon2id runs at its least cost; otherwise
 * at 64 MiB and 3 passes (RFC 9106 section 4). The costs stand in the file. PLM_E_NOMEM.
 */
plm_status plm_keyfile_seal(plm_buf *out, plm_unlock_kind kind, plm_span secret, bool is_uniform,
                            const uint8_t seed[static 32]) PLM_MUST_CHECK;
/* PLM_E_SYNTAX: not a key file or of an unknown version. PLM_E_LOCKED: wrong secret, or changed. */
plm_status plm_keyfile_open(uint8_t seed[static 32], plm_span file, plm_span secret) PLM_MUST_CHECK;
/* Kind and public key, without opening (unauthenticated). PLM_E_SYNTAX. */
plm_status plm_keyfile_peek(plm_unlock_kind *kind, uint8_t public_key[static 32],
                            plm_span file) PLM_MUST_CHECK;

#endif
