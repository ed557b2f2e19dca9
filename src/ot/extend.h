/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extend.h - many correlated oblivious transfers from 128 base ones: SoftSpokenOT (Roy, Crypto
 * 2022), with trees of 2^k = 16 leaves.
 *
 * The giver has Delta in GF(2)^128, the chooser has choice bits b_r; for each row r
 *
 *     Q_r = T_r + b_r Delta                       (giver: Q_r; chooser: T_r)
 *
 * Delta's bits come in 32 groups of four. For each group the chooser has a tree of 16 leaves, made
 * from four base transfers; the giver knows all leaves but number delta, its four bits. Each leaf x
 * is the key of a stream r_x of bits, one a row:
 *
 *     u = sum of r_x,  v_j = sum of r_x over x with bit j    chooser
 *     w_j = sum over x with bit j of r_(x + delta)           giver; = v_j + delta_j u
 *
 * and the chooser sends u + b once for each group: four bits a row and group instead of sixteen.
 *
 * Adversary: malicious on both sides, in the random-oracle model. The giver checks the chooser's
 * trees (figure 14 there: the leaves are committed to) and its rows (figure 8: all groups use the
 * same b), and ends the run where a check fails; a chooser that guesses bits of Delta is found out
 * for each wrong one. Rows must be hashed before use as keys (plm_ot_keys).
 */
#ifndef PLM_OT_EXTEND_H
#define PLM_OT_EXTEND_H

#include "crypto/kernel.h"

#include <palermo/status.h>

enum {
    PLM_OT_GROUPS = 32,
    PLM_OT_DEPTH = 4, /* k */
    PLM_OT_LEAVES = 1 << PLM_OT_DEPTH,
    /* A tree's message: both sums of levels 2 to k, and the sum of its leaves' commitments. */
    PLM_OT_TREE_BYTES = (PLM_OT_DEPTH - 1) * 2 * 16 + 32,
    PLM_OT_TREES_BYTES = PLM_OT_GROUPS * PLM_OT_TREE_BYTES + 32,
    PLM_OT_CHECK_BYTES = 16 + 32,
    PLM_OT_PAD_BLOCKS = 1 /* of 128 rows that hide the others in the check and serve nothing else */
};

typedef struct plm_ot_giver {
    plm_block delta; /* SECRET */
    /* SECRET; of leaf x + delta at [x]; [0] is the unknown one and zero */
    plm_block leaves[PLM_OT_GROUPS][PLM_OT_LEAVES];
    uint64_t n_blocks; /* of 128 rows, so far */
} plm_ot_giver;

typedef struct plm_ot_chooser {
    plm_block leaves[PLM_OT_GROUPS][PLM_OT_LEAVES]; /* SECRET */
    uint64_t n_blocks;
} plm_ot_chooser;

/*
 * Chooser, who was the giver of the base transfers: its trees and what the other needs for its own.
 * keys: both of each base transfer, SECRET.
 */
void plm_ot_chooser_init(plm_ot_chooser *c, plm_block (*keys)[2],
                         uint8_t message[static PLM_OT_TREES_BYTES]);
/*
 * Giver, who chose in the base transfers. choices: bit i is the choice of transfer i, SECRET;
 * keys: the chosen ones, SECRET. PLM_E_PROOF: the trees are not what was committed to.
 */
plm_status plm_ot_giver_init(plm_ot_giver *g, plm_block choices, const plm_block *keys,
                             const uint8_t message[static PLM_OT_TREES_BYTES]) PLM_MUST_CHECK;

/*
 * Chooser: 128 n_blocks rows. choices: n_blocks blocks, bit r of them b_r, SECRET. corrections:
 * PLM_OT_GROUPS n_blocks blocks, for the giver. columns: 128 n_blocks blocks; plm_transpose makes
 * rows T_r of them.
 */
void plm_ot_choose(plm_ot_chooser *c, const plm_block *choices, size_t n_blocks,
                   plm_block *corrections, plm_block *columns);
/* Giver: the same rows. */
void plm_ot_give(plm_ot_giver *g, const plm_block *corrections, size_t n_blocks,
                 plm_block *columns);

/*
 * The check of rows. challenge: hashed from all that was sent, corrections included. The last of
 * n_blocks blocks must be choices at random that serve nothing else.
 */
void plm_ot_check_make(uint8_t check[static PLM_OT_CHECK_BYTES], plm_block challenge,
                       const plm_block *choices, const plm_block *columns, size_t n_blocks);
/* PLM_E_PROOF: the chooser did not use one b for all groups. */
plm_status plm_ot_check_verify(const plm_ot_giver *g, plm_block challenge,
                               const uint8_t check[static PLM_OT_CHECK_BYTES],
                               const plm_block *columns, size_t n_blocks) PLM_MUST_CHECK;

/*
 * Keys of n transfers from their rows, the first being row number `first` of all that this pair has
 * made (tweakable correlation robustness: TMMO of Guo, Katz, Wang and Yu, IEEE S&P 2020, section
 * 7.4): out[i] = pi(pi(rows[i] + offset) + tweak) + pi(rows[i] + offset). offset: Delta for the
 * giver's key of bit 1, else 0; SECRET.
 */
void plm_ot_keys(plm_block *out, const plm_block *rows, plm_block offset, uint64_t first, size_t n);

/*
 * Replaces every leaf by E(leaf + salt) + leaf + salt: it can't be found again from that, and other
 * salts give leaves that have nothing to do with one another.
 */
void plm_ot_giver_step(plm_ot_giver *g, plm_block salt);
void plm_ot_chooser_step(plm_ot_chooser *c, plm_block salt);

#endif
