/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_receiver.h - the state of the side that learns; vole_receiver.c moves it, vole_base.c sets
 * the transfers up, vole_receiver_input.c takes the peer's messages, vole_store.c makes its store,
 * vole_compare.c looks the sender's outputs up.
 *
 *     columns:  P, bin by bin -> A + P, instance by instance -> sent -> C in its place
 */
#ifndef PLM_MATCH_VOLE_RECEIVER_H
#define PLM_MATCH_VOLE_RECEIVER_H

#include "match/vole.h"

/* OUTPUTS messages that wait to be compared, each behind its length (u32), one after the other. */
typedef struct plm_vole_waiting {
    struct plm_vole_waiting *next;
    size_t capacity; /* of bytes */
    size_t at;       /* the oldest one */
    size_t end;
    uint8_t bytes[];
} plm_vole_waiting;

/* What a thread needs to encode a bin. */
typedef struct plm_vole_bench {
    plm_okvs_workspace *workspace;
    plm_block *hashes; /* bin_rows */
    plm_block *values; /* SECRET; bin_rows */
    plm_status status;
} plm_vole_bench;

/* In the order of use: there is one a run, and its padding is nothing. */
typedef struct plm_vole_side { /* NOLINT(clang-analyzer-optin.performance.Padding) */
    plm_vole_common v;
    plm_ot_chooser ot;
    plm_vole_receiver *vole;
    plm_buf message;
    plm_buf begin; /* as it came */

    bool has_begin;
    bool knows_base; /* BEGIN named the base that we kept */
    bool again_due;
    bool said_again; /* or will: a fresh BEGIN is due */
    bool base_due;   /* BASE is made and not sent */
    bool has_base;
    bool store_sent;
    uint8_t base_id[PLM_VOLE_ID_BYTES];
    bool has_kept;
    uint8_t commitment[32];
    uint8_t base_answers[PLM_BASE_OTS * PLM_BASE_ANSWER_BYTES + PLM_OT_TREES_BYTES];

    uint8_t keys[32]; /* r and w_r, as STORE tells them */
    plm_block w;      /* w_r, then w_r + w_s */
    bool is_open;

    plm_okvs_source source; /* SECRET; of our tokens */
    /* Of one bin made when it is decoded; gone when its outputs are in buckets. */
    plm_okvs_partition partition;
    bool is_parted;           /* r is drawn, and so are bins */
    plm_aes_key free_columns; /* SECRET */
    plm_block *columns;       /* SECRET */
    plm_vole_bench *benches;  /* one a thread; gone when all bins are encoded */
    size_t n_benches;
    size_t n_bins_encoded;

    uint8_t *extend; /* of instance n_extended - 1 */
    size_t n_extended;
    size_t n_extends_sent;
    uint8_t *trees[PLM_VOLE_AHEAD]; /* of instance i at [i % PLM_VOLE_AHEAD] */
    size_t n_trees_in;
    size_t n_masked; /* instances whose columns are A + P */
    size_t n_taken;  /* whose TREES are worked on: CHECK and COLUMNS are due */
    size_t n_compressed;
    uint8_t check[PLM_VOLE_CHECK_BYTES];
    size_t n_checks_sent;
    size_t n_proofs_in;
    size_t n_columns_sent;

    plm_block *label_keys; /* SECRET; where there are labels: by token, dummies included */
    size_t n_bins_decoded;
    plm_buckets buckets;
    bool is_bucketed;

    plm_vole_waiting *first_waiting;
    plm_vole_waiting *last_waiting;
    size_t n_outputs_in;
    uint64_t n_ones_in; /* that OUTPUTS so far must have for their length */
    size_t n_compared;
    plm_block last_output;
    plm_block *theirs; /* of one message */
    plm_found *found;  /* of these */
    size_t n_theirs;   /* room for so many */
    uint64_t *marks;   /* bit i % 64 of word i / 64: token i is a hit */
    plm_buf sealed;    /* where there are labels: of each hit, as found: token (u32), label */
    size_t n_hits;
    uint32_t *hits;  /* tokens, ascending */
    uint8_t *labels; /* of these, opened */
    bool is_done;
} plm_vole_side;

/* vole_base.c. Answers to BEGIN's questions, and the vector OLE begins; or from the kept base. */
plm_status plm_vole_give_base(plm_vole_side *s) PLM_MUST_CHECK;

/* vole_receiver_input.c */
plm_status plm_vole_receiver_input(plm_vole_side *s, plm_span message) PLM_MUST_CHECK;

/* vole_store.c */
plm_status plm_vole_part(plm_vole_side *s) PLM_MUST_CHECK;
/* Our tokens into s->partition. PLM_E_LIMIT: a bin has too many under this r. */
plm_status plm_vole_sort_tokens(plm_vole_side *s) PLM_MUST_CHECK;
/* How many are in the bins before this one; bins must be drawn. */
size_t plm_vole_tokens_before(const plm_vole_side *s, size_t bin);
plm_status plm_vole_encode(plm_vole_side *s) PLM_MUST_CHECK;
void plm_vole_benches_free(plm_vole_side *s);

/* vole_compare.c */
plm_status plm_vole_bucket_own(plm_vole_side *s) PLM_MUST_CHECK;
plm_status plm_vole_keep_outputs(plm_vole_side *s, plm_span body) PLM_MUST_CHECK;
bool plm_vole_has_outputs(const plm_vole_side *s);
plm_status plm_vole_compare(plm_vole_side *s) PLM_MUST_CHECK;
plm_status plm_vole_finish(plm_vole_side *s) PLM_MUST_CHECK;
void plm_vole_compare_free(plm_vole_side *s);

#endif
