/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carried.h - a file that takes one step of a run, or a delivery, across an air gap
 * (spec/airgap.md).
 *
 *   +---------+------+------+--------+-----------+---------+---------+--------------+
 *   | PLMAIR1 | kind | from | number | id        | from    | to      | time u64     |
 *   | \0    8 | u8   | u8   | u32    | 16        | block16 | block16 |              |
 *   +---------+------+------+--------+-----------+---------+---------+--------------+
 *   | ephemeral 32 | answers 32 | nonce 24 | u32 n | sealed, n bytes | signature 64  |
 *   +--------------+------------+----------+-------+-----------------+---------------+
 *
 * Sealed with XChaCha20-Poly1305, all before it being associated data; signed over everything by
 * the sender's identity key. The adversary carries the stick: it may read, change, drop, repeat and
 * reorder. It learns who writes to whom, when, and how much; it can stop a run, and nothing else.
 * `answers` is the hash of the last file taken from the other side: so both have seen the same.
 *
 * The first file is sealed to the holder's identity key; from the holder's first on both ephemeral
 * keys are in, and whoever has an identity key later can't open what was carried before.
 */
#ifndef PLM_WIRE_CARRIED_H
#define PLM_WIRE_CARRIED_H

#include "wire/message.h"

enum {
    PLM_CARRIED_ID_BYTES = PLM_RUN_ID_BYTES,
    PLM_CARRIED_KEY_BYTES = 32,
    PLM_CARRIED_SEALED_MAX = 1 << 30,
    PLM_CARRIED_HEAD_MAX = 256,
    PLM_CARRIED_NUMBER_MAX = 10000
};

/* Values are on the wire. */
typedef enum plm_carried_kind {
    PLM_CARRIED_SESSION = 1 /* what a connection would carry: a run or a delivery */
} plm_carried_kind;

/* What stands outside the seal. */
typedef struct plm_carried {
    plm_carried_kind kind;
    bool from_asker;
    uint32_t number; /* of this side's files, from 1 */
    uint8_t id[PLM_CARRIED_ID_BYTES];
    char from[PLM_CODE_MAX];
    char to[PLM_CODE_MAX];
    int64_t time_ms;
    uint8_t ephemeral[PLM_CARRIED_KEY_BYTES]; /* the sender's X25519 key of this run */
    uint8_t answers[PLM_HASH_BYTES];
} plm_carried;

/* What one side has of the keys of one run. */
typedef struct plm_carried_keys {
    uint8_t secret[PLM_CARRIED_KEY_BYTES];         /* SECRET; own ephemeral, RFC 7748 */
    const uint8_t *seed;                           /* SECRET; own identity */
    uint8_t identity[32];                          /* the peer's */
    bool is_asker;                                 /* we are */
    uint8_t peer_ephemeral[PLM_CARRIED_KEY_BYTES]; /* zeroes until a file of the peer's is here */
} plm_carried_keys;

/* The public half of an ephemeral secret. PLM_E_CRYPTO. */
plm_status plm_carried_ephemeral(uint8_t out[static PLM_CARRIED_KEY_BYTES],
                                 const uint8_t secret[static PLM_CARRIED_KEY_BYTES]) PLM_MUST_CHECK;

/*
 * The value that stands in for the TLS exporter in a carried run: of the asker's ephemeral and the
 * holder's identity key, both identities and the id. out: SECRET. PLM_E_CRYPTO: a key is none.
 */
plm_status plm_carried_channel(uint8_t out[static 32], const plm_carried_keys *keys,
                               const uint8_t id[static PLM_CARRIED_ID_BYTES]) PLM_MUST_CHECK;

/*
 * Appends the file to out. PLM_E_ARGUMENT (codes, number), PLM_E_LIMIT, PLM_E_NOMEM, PLM_E_CRYPTO.
 */
plm_status plm_carried_seal(plm_buf *out, const plm_carried *head, const plm_carried_keys *keys,
                            plm_span content) PLM_MUST_CHECK;

/*
 * Reads what stands outside the seal. PLM_E_SYNTAX: no such file, or cut. Nothing of it is true
 * before plm_carried_verify.
 */
plm_status plm_carried_read(plm_carried *out, plm_span file) PLM_MUST_CHECK;
/* PLM_E_AUTH: the signature is not of that identity. */
plm_status plm_carried_verify(plm_span file, const uint8_t identity[static 32]) PLM_MUST_CHECK;
/*
 * Opens the seal of a file that was read and verified; the content is appended to out. PLM_E_AUTH:
 * sealed to another key. PLM_E_LIMIT, PLM_E_NOMEM, PLM_E_CRYPTO.
 */
plm_status plm_carried_open(plm_buf *out, plm_span file,
                            const plm_carried_keys *keys) PLM_MUST_CHECK;

#endif
