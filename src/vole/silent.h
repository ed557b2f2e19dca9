/* SPDX-License-Identifier: Apache-2.0 */
/*
 * silent.h - vector OLE over F = GF(2^128) from a pseudorandom correlation generator: a few hundred
 * thousand columns from about a hundred kilobytes (Boyle et al., CCS 2019; Schoppmann et al., CCS
 * 2019).
 *
 *     sender: Delta, B         receiver: A, C         C = A Delta + B
 *
 * One instance makes c columns. The receiver's noise has t = PLM_VOLE_TREES places, one in each of
 * t equal parts of 2c positions; at the place alpha_j stands y_j:
 *
 *     sender       part j:  b ..................... b            leaves of tree j
 *     receiver     part j:  b .. b  b + y_j Delta  b .. b        the same but for one
 *                           0 .. 0       y_j       0 .. 0
 *
 * and the code (code.h) compresses all three vectors alike. y_j and w_j = y_j Delta + z_j (noisy
 * VOLE) come from rows of the OT extension in the first instance, from columns kept back of the
 * instance before in every further one (as in Weng et al., "Wolverine", IEEE S&P 2021).
 *
 * Messages of instance i:
 *     receiver: EXTEND   corrections of rows for all paths (and the first y), and their check
 *     sender:   TREES    2 sums a level and tree under the transfers' keys; sum of leaves + z_j
 *     receiver: CHECK    x' = x* + sum_j chi_(alpha_j) y_j
 *     sender:   PROOF    H(sum chi_i b_i + z* + x' Delta)
 * with chi_i = X^(2c - i), X hashed from all that came before (figure 7 of "Wolverine", with powers
 * of one challenge, made non-interactive).
 *
 * Adversary: malicious on both sides. A sender with wrong trees is found out by CHECK/PROOF but
 * where it guessed places of the noise; each guess is found out with the probability that it is
 * wrong (the standard assumption's leakage: about one bit). A wrong x' shows the sender
 * nothing and makes PROOF fail for the receiver that sent it; it is one test of a guess at Delta.
 * Semi-honest: CHECK and PROOF fall away. Constant time in all secrets.
 */
#ifndef PLM_VOLE_SILENT_H
#define PLM_VOLE_SILENT_H

#include "ot/extend.h"
#include "vole/code.h"
#include "vole/tree.h"

enum {
    PLM_VOLE_TREES = 176,                /* t */
    PLM_VOLE_SPARE = PLM_VOLE_TREES + 1, /* columns that the next instance needs: y_j and x* */
    PLM_VOLE_COLUMNS_MIN = 8448,
    PLM_VOLE_LEAVES_MAX = 2048, /* of a tree: so that 2c blocks stay in a shared cache */
    PLM_VOLE_COLUMNS_MAX = PLM_VOLE_LEAVES_MAX * PLM_VOLE_TREES / 2,
    PLM_VOLE_AHEAD = 4, /* instances that EXTEND may be told of before TREES come */
    PLM_VOLE_CHECK_BYTES = 16,
    PLM_VOLE_PROOF_BYTES = 32
};

typedef struct plm_vole_params {
    size_t n_instances; /* at least 1 */
    size_t c;           /* columns of each instance */
    uint32_t n_leaves;  /* of each tree: 2c / t, a power of two (tree.h) */
    unsigned depth;
} plm_vole_params;

/* For n columns in all. Both parties compute the same. */
void plm_vole_params_init(plm_vole_params *out, size_t n);

/* Columns of instance i for the caller: from first, n of them. */
static inline size_t plm_vole_usable(const plm_vole_params *p)
{
    return p->n_instances == 1 ? p->c : p->c - PLM_VOLE_SPARE;
}

/* Instances that can be under way at once. */
static inline size_t plm_vole_ahead(const plm_vole_params *p)
{
    return p->n_instances < PLM_VOLE_AHEAD ? p->n_instances : PLM_VOLE_AHEAD;
}

/* Blocks of 128 rows that instance i takes from the OT extension, the padding included. */
size_t plm_vole_row_blocks(const plm_vole_params *p, size_t i);
size_t plm_vole_extend_bytes(const plm_vole_params *p, size_t i);
size_t plm_vole_trees_bytes(const plm_vole_params *p);

typedef struct plm_vole_sender plm_vole_sender;
typedef struct plm_vole_receiver plm_vole_receiver;

/* Common to both: borrowed until destroy. */
typedef struct plm_vole_setup {
    const plm_vole_params *params;
    int is_malicious;
    plm_pool *pool;
    uint8_t session[32]; /* hash of all that went before, the context included */
} plm_vole_setup;

/* ot: borrowed until destroy. PLM_E_NOMEM. */
plm_status plm_vole_sender_create(plm_vole_sender **out, const plm_vole_setup *setup,
                                  plm_ot_giver *ot) PLM_MUST_CHECK;
void plm_vole_sender_destroy(plm_vole_sender *s);
/*
 * The next instance: takes EXTEND, gives TREES; then compress adds the first n (at most c) columns
 * of B to `columns`. PLM_E_PROOF: the rows' check fails. PLM_E_NOMEM. Wrong sizes are the caller's
 * to refuse.
 * With the last instance the memory that they are made in goes.
 */
plm_status plm_vole_sender_extend(plm_vole_sender *s, const uint8_t *extend,
                                  uint8_t *trees) PLM_MUST_CHECK;
plm_status plm_vole_sender_compress(plm_vole_sender *s, plm_block *columns,
                                    size_t n) PLM_MUST_CHECK;
/* Instance i (each once, in order): takes CHECK, gives PROOF. */
void plm_vole_sender_prove(plm_vole_sender *s, size_t i,
                           const uint8_t check[static PLM_VOLE_CHECK_BYTES],
                           uint8_t proof[static PLM_VOLE_PROOF_BYTES]);

/* ot: borrowed until destroy. PLM_E_NOMEM. */
plm_status plm_vole_receiver_create(plm_vole_receiver **out, const plm_vole_setup *setup,
                                    plm_ot_chooser *ot) PLM_MUST_CHECK;
void plm_vole_receiver_destroy(plm_vole_receiver *r);
/* The next instance's EXTEND; up to PLM_VOLE_AHEAD before their TREES. PLM_E_NOMEM. */
plm_status plm_vole_receiver_extend(plm_vole_receiver *r, uint8_t *extend) PLM_MUST_CHECK;
/*
 * Then for each instance, one after the other, n being at most c:
 *     mask       adds its first n columns of A to `columns`; needs no TREES; PLM_E_NOMEM
 *     take       takes TREES, gives CHECK
 *     compress   gives the first n columns of C
 * With the last instance the memory that they are made in goes.
 */
plm_status plm_vole_receiver_mask(plm_vole_receiver *r, plm_block *columns,
                                  size_t n) PLM_MUST_CHECK;
void plm_vole_receiver_take(plm_vole_receiver *r, const uint8_t *trees,
                            uint8_t check[static PLM_VOLE_CHECK_BYTES]);
void plm_vole_receiver_compress(plm_vole_receiver *r, plm_block *columns, size_t n);
/* Instance i: takes PROOF. PLM_E_PROOF: the trees were wrong. */
plm_status
plm_vole_receiver_verify(plm_vole_receiver *r, size_t i,
                         const uint8_t proof[static PLM_VOLE_PROOF_BYTES]) PLM_MUST_CHECK;

#endif
