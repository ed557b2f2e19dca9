/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.h - the accords a node has adopted, with who ratified, denounced or amended them, read
 * from its store.
 */
#ifndef PLM_NODE_AGREEMENT_H
#define PLM_NODE_AGREEMENT_H

#include "accord/policy.h"
#include "net/net.h"
#include "store/store.h"

/* Another adopted accord that amends this one, or one that does. */
typedef struct plm_agreement_successor {
    plm_accord *accord;
    const char *ratified[PLM_PARTIES_MAX]; /* codes, of parties of that accord */
    size_t n_ratified;
} plm_agreement_successor;

enum {
    PLM_AGREEMENT_SUCCESSORS_MAX = 16
};

typedef struct plm_agreement {
    plm_accord *accord;
    plm_ratification ratifications[PLM_PARTIES_MAX];
    const plm_ratification *ratified[PLM_PARTIES_MAX]; /* into ratifications */
    size_t n_ratified;
    plm_denunciation denunciations[PLM_PARTIES_MAX];
    const plm_denunciation *denounced[PLM_PARTIES_MAX]; /* into denunciations */
    size_t n_denounced;
    plm_agreement_successor successors[PLM_AGREEMENT_SUCCESSORS_MAX];
    plm_successor succeeded[PLM_AGREEMENT_SUCCESSORS_MAX]; /* into successors */
    size_t n_successors;
} plm_agreement;

/*
 * Reads one, with what its parties did about it; all signatures are verified again.
 * PLM_E_NOT_FOUND; PLM_E_STORE, also for more than PLM_AGREEMENT_SUCCESSORS_MAX successors.
 */
plm_status plm_agreement_load(plm_agreement **out, plm_store *store,
                              const uint8_t hash[static PLM_ACCORD_HASH_BYTES]) PLM_MUST_CHECK;
void plm_agreement_destroy(plm_agreement *agreement);

/* Borrowed until it returns. */
typedef plm_status plm_agreement_fn(void *context, const plm_agreement *agreement,
                                    int64_t adopted_ms);
/* All adopted accords, the oldest first, until fn returns something else than PLM_OK. */
plm_status plm_agreement_each(plm_store *store, plm_agreement_fn *fn, void *context) PLM_MUST_CHECK;

/*
 * The hash of the adopted accord that `text` is, or begins with 8 digits or more. PLM_E_NOT_FOUND:
 * of none; PLM_E_EXISTS: of several.
 */
plm_status plm_agreement_hash(uint8_t hash[static PLM_ACCORD_HASH_BYTES], plm_store *store,
                              const char *text) PLM_MUST_CHECK;

/* The state of being in force on a day, borrowed from the agreement. */
plm_in_force plm_agreement_state(const plm_agreement *agreement, plm_date today);

/*
 * The newest accord that has both parties and, if purpose is not NULL, that purpose; one in force
 * between the two is preferred. PLM_E_NOT_FOUND: none has both parties.
 */
plm_status plm_agreement_find(plm_agreement **out, plm_store *store, const char *self,
                              const char *with, const char *purpose, plm_date today) PLM_MUST_CHECK;

/*
 * Every other party of every accord that names us: whom a connection may be with. *pins is owned
 * by the caller (free). PLM_E_NOT_FOUND if there is none. `only`: that party alone, or NULL.
 */
plm_status plm_agreement_pins(plm_tls_pin **pins, size_t *n, plm_store *store, const char *self,
                              const char *only) PLM_MUST_CHECK;

#endif
