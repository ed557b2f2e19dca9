/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_sender.h - the state of the side that answers by a pseudorandom function, which the
 * receiver's store programs, and learns nothing; vole_sender.c moves it, vole_base.c sets the
 * transfers up, vole_sender_input.c takes the peer's messages.
 *
 *     columns:  0 -> + Delta (A + P) as COLUMNS come, + B as instances are compressed: K in either
 *               order
 */
#ifndef PLM_MATCH_VOLE_SENDER_H
#define PLM_MATCH_VOLE_SENDER_H

#include "match/vole.h"

/* In the order of use: there is one a run, and its padding is nothing. */
typedef struct plm_vole_sending { /* NOLINT(clang-analyzer-optin.performance.Padding) */
    plm_vole_common v;
    plm_ot_giver ot;
    plm_vole_sender *vole;
    plm_buf message;
    plm_buf begin; /* the BEGIN that was sent: what the session is bound to */

    uint8_t opening[PLM_VOLE_OPENING_BYTES]; /* SECRET until OPEN; w_s first */
    plm_block w;                             /* w_s, then w_s + w_r */
    uint8_t base_id[PLM_VOLE_ID_BYTES];
    uint8_t scalars[PLM_BASE_OTS][PLM_SCALAR_BYTES]; /* SECRET */
    plm_block choices;                               /* SECRET */
    uint8_t base_answers[PLM_BASE_OTS * PLM_BASE_ANSWER_BYTES + PLM_OT_TREES_BYTES];

    bool has_kept;
    bool begin_ready; /* made, not sent */
    bool begin_sent;
    bool has_base;     /* BASE came, or the kept one goes on */
    bool base_pending; /* BASE came and is not worked on */
    bool has_store;

    uint8_t *extends[PLM_VOLE_AHEAD]; /* of instance i at [i % PLM_VOLE_AHEAD] */
    uint8_t *trees;                   /* of instance n_extended - 1 */
    size_t n_extends_in;
    size_t n_extended; /* worked on */
    size_t n_trees_sent;
    size_t n_compressed;
    size_t n_checks_in;
    size_t n_proofs_sent;
    uint8_t proofs[PLM_VOLE_AHEAD + 1][PLM_VOLE_PROOF_BYTES];

    plm_block *columns; /* SECRET; K at the end */
    size_t n_columns_in;

    plm_okvs_source source;       /* SECRET; of our tokens */
    plm_okvs_partition partition; /* gone when its outputs are in buckets */
    bool is_parted;
    plm_block *label_keys; /* SECRET; where there are labels: by token, dummies included */
    size_t n_bins_done;
    bool is_open_sent;
    plm_buckets buckets;
    bool is_bucketed;
    size_t n_buckets_sorted;
    plm_sorted sorted; /* what is not told of the last of them */
    size_t n_told;
    plm_block last_told;
} plm_vole_sending;

/* vole_base.c. BEGIN into s->begin, with the questions or the kept base's name. */
plm_status plm_vole_ask_base(plm_vole_sending *s) PLM_MUST_CHECK;
/* What came in BASE. As plm_base_take and plm_ot_giver_init. */
plm_status plm_vole_take_base(plm_vole_sending *s) PLM_MUST_CHECK;
/* The vector OLE begins, from `base` (the message BASE without its type) or from the kept base. */
plm_status plm_vole_start_sending(plm_vole_sending *s, plm_span base) PLM_MUST_CHECK;

/* vole_sender_input.c */
plm_status plm_vole_sender_input(plm_vole_sending *s, plm_span message) PLM_MUST_CHECK;

#endif
