/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry.h - a run that is carried across an air gap (spec/airgap.md,
 * docs/decisions/0055-air-gap.md).
 *
 * The two nodes share nothing but files that somebody carries. At each step a new process goes
 * through the run from its beginning: what earlier steps drew, chose and said is recalled from
 * notes in the store, the worker is given the same seed and all files so far, and nothing is
 * stored, charged or said twice. Where the peer's next file would be needed the step ends, and what
 * was said beyond the earlier files is this side's next file.
 *
 *     store: notes, files so far ──► principal ──► worker (seed, the peer's stream so far)
 *                                        │              │
 *     next file ◄── seal ◄── stream beyond what earlier files said
 *
 * No note is written twice, and a note is written in the transaction of what it notes.
 */
#ifndef PLM_NODE_CARRY_H
#define PLM_NODE_CARRY_H

#include "store/carry.h"
#include "wire/carried.h"

enum {
    PLM_CARRY_STREAM_MAX = 1 << 30,
    PLM_CARRY_DAYS = 30 /* then a run that was not carried on is broken */
};

typedef struct plm_carry {
    plm_store *store;
    uint8_t id[PLM_CARRIED_ID_BYTES];
    char peer[PLM_CODE_MAX]; /* who is at the other end, and under which key */
    uint8_t identity[32];
    uint8_t seed[32];    /* SECRET; of the worker's randomness */
    uint8_t channel[32]; /* SECRET; in the place of the TLS exporter */
    plm_buf in;          /* the peer's stream so far */
    plm_buf out;         /* SECRET; ours, from the beginning */
    uint32_t n_said;     /* signed messages of this process */
    bool is_dry;         /* the run can't go on before the peer's next file */
} plm_carry;

/*
 * Notes and recalls, for a run that is carried; carry NULL: PLM_OK and nothing noted,
 * PLM_E_NOT_FOUND. Recalled bytes are appended to out. Statuses of the store.
 */
plm_status plm_carry_note(plm_carry *carry, const char *name, plm_span bytes) PLM_MUST_CHECK;
plm_status plm_carry_recall(const plm_carry *carry, const char *name, plm_buf *out) PLM_MUST_CHECK;
/* Exactly n bytes. PLM_E_STORE: the note is of another length. */
plm_status plm_carry_recall_exact(const plm_carry *carry, const char *name, void *out,
                                  size_t n) PLM_MUST_CHECK;
/* True: it was noted. A failure of the store counts as no, and shows at the next use. */
bool plm_carry_has(const plm_carry *carry, const char *name);

/* n random bytes; the same at every step. */
plm_status plm_carry_draw(plm_carry *carry, const char *name, void *out, size_t n) PLM_MUST_CHECK;
/* The time now; the same at every step. */
plm_status plm_carry_time(plm_carry *carry, const char *name, int64_t *out) PLM_MUST_CHECK;
/* False for NULL. */
bool plm_carry_is_dry(const plm_carry *carry);
/* What a worker gets in the place of a socket. The caller's to close. PLM_E_IO. */
plm_status plm_carry_descriptor(int *fd) PLM_MUST_CHECK;

/*
 * A signed message is about to be said. The first time it is noted; later `message` becomes what
 * was noted, so that nobody ever gets two different words of ours at the same place.
 */
plm_status plm_carry_say(plm_carry *carry, plm_buf *message) PLM_MUST_CHECK;

#endif
