/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heads.h - two nodes meet, and each looks whether the other's ledger still goes on from what it
 * showed before (spec/wire.md section 8, spec/ledger.md section 6).
 *
 *     HEAD          our head, signed; the last head of theirs that we keep
 *     CONSISTENCY   the proof that the one of ours that they keep and the one of now are one ledger
 *     WITNESS       our signed word on their head: a countersignature, or what does not fit
 *
 * Both sides send each before they read the other's. It comes first in every session, whatever the
 * session is for.
 */
#ifndef PLM_NODE_HEADS_H
#define PLM_NODE_HEADS_H

#include "ledger/ledger.h"
#include "node/node.h"

typedef struct plm_meeting {
    plm_verdict ours;   /* what we say of their ledger; an open finding counts until acknowledged */
    plm_verdict theirs; /* what they say of ours */
} plm_meeting;

/*
 * PLM_OK: each has countersigned the other's head, and both are stored. PLM_E_REFUSED: one of the
 * two verdicts is another than consistent; it stands in the ledger, the peer was told, and the
 * session is finished. PLM_E_AUTH: a signature is not the peer's. PLM_E_PROTOCOL; every status of a
 * session and the store.
 */
plm_status plm_heads_meet(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                          plm_meeting *meeting) PLM_MUST_CHECK;

/*
 * The head of our ledger as it is now, signed and kept; appended to out. One head is signed for
 * each size: where there is one it is that. PLM_E_STORE: the one signed at this size says something
 * else.
 */
plm_status plm_heads_sign(plm_store *store, const char *party, const uint8_t seed[static 32],
                          plm_buf *out) PLM_MUST_CHECK;

/*
 * Takes a party's ledger as it is now, although it does not go on from what it showed before; with
 * an entry in ours. officer: pseudonym. PLM_E_NOT_FOUND: nothing was found that is open.
 */
plm_status plm_heads_acknowledge(plm_store *store, const char *party, const char *officer,
                                 const char *reason, int64_t now_ms) PLM_MUST_CHECK;

/* heads_judge.c */
/*
 * Whether `now` goes on from `last` (either may be the older), given what the owner of both could
 * prove. Pure: no store, no signature.
 */
plm_verdict plm_heads_judge(const plm_head *last, const plm_head *now,
                            const plm_consistency *proof);
/*
 * The proof of that from our own ledger; has_proof is false if it can't be made, because the signed
 * head `last` is not of this ledger, or not ours.
 */
plm_status plm_heads_prove(plm_store *store, const uint8_t identity[static 32], plm_span last,
                           uint64_t now_size, plm_consistency *out) PLM_MUST_CHECK;

#endif
