/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole.h - what both sides of vector-OLE matching share (Rindal and Schoppmann, Eurocrypt 2021,
 * figure 4; Raghuraman and Rindal, CCS 2022): numbers, message heads, hashes. The course and every
 * message are in spec/matching-vole.md.
 *
 *     sender                                      receiver
 *     BEGIN  commitment to w_s; base question -->
 *                                             <-- BASE   base answer, trees
 *                                             <-- STORE  row key r, w_r, the store's numbers
 *                                             <-- EXTEND i
 *     TREES i                                 -->
 *                                             <-- CHECK i
 *     PROOF i                                 -->
 *                                             <-- COLUMNS  A + P, as instances get done
 *     OPEN   w_s (when all columns are there) -->
 *     OUTPUTS sorted                          -->
 *
 *     y -> H_o(Decode(K, y) + Delta H_F(y) + w, y)   x -> H_o(Decode(C, x) + w, x)   w = w_r + w_s
 */
#ifndef PLM_MATCH_VOLE_H
#define PLM_MATCH_VOLE_H

#include "base/big.h"
#include "match/coded.h"
#include "match/engine.h"
#include "match/order.h"
#include "okvs/okvs.h"
#include "ot/base.h"
#include "vole/silent.h"

typedef enum plm_vole_message {
    PLM_VOLE_BEGIN = 1,
    PLM_VOLE_AGAIN,
    PLM_VOLE_BASE,
    PLM_VOLE_STORE,
    PLM_VOLE_EXTEND,
    PLM_VOLE_TREES_MESSAGE,
    PLM_VOLE_CHECK,
    PLM_VOLE_PROOF,
    PLM_VOLE_COLUMNS,
    PLM_VOLE_OPEN,
    PLM_VOLE_OUTPUTS
} plm_vole_message;

enum {
    PLM_VOLE_ID_BYTES = 16,
    PLM_VOLE_OPENING_BYTES = 16 + 32, /* w_s, and what hides it in the commitment */
    PLM_VOLE_COLUMNS_PER_MESSAGE = 1 << 15,
    PLM_VOLE_OUTPUTS_PER_MESSAGE = 1 << 15,
    /* Fewer of them, so that less waits on either side; a message of columns has just 128 KiB. */
    PLM_VOLE_TOLD_AT_ONCE = (1 << 13) - 1,
    PLM_VOLE_BATCH = 256, /* tokens at a time, in cache */
    PLM_VOLE_BEGIN_FRESH = 0,
    PLM_VOLE_BEGIN_KEPT = 1
};

/* Numbers and keys that both sides have, once STORE is known. */
typedef struct plm_vole_common {
    plm_engine_config config;
    bool is_malicious;
    size_t n_receiver;
    size_t n_sender;
    plm_okvs_params store;
    plm_vole_params vole;
    size_t n_columns;
    plm_coding coding;
    size_t n_per_message; /* of outputs, at most */
    uint8_t session[32];  /* hash of what both knew beforehand */
    plm_aes_key field;    /* of H_F */
    plm_aes_key rows;     /* under r, of this run */
} plm_vole_common;

/* PLM_E_ARGUMENT: numbers beyond any store. */
plm_status plm_vole_common_init(plm_vole_common *v, const plm_engine_config *config) PLM_MUST_CHECK;

/* Columns of the store that the first n_instances instances cover. */
size_t plm_vole_covered(const plm_vole_common *v, size_t n_instances);

/*
 * What an instance of vector OLE is set up with. Its session hashes the run and what set the
 * transfers up: BEGIN, and BASE or nothing. id becomes the name of the base that this run leaves:
 * made from the one it has if that base goes on (is_kept), else from the session.
 */
void plm_vole_setup_init(plm_vole_setup *out, const plm_vole_common *v, plm_span begin,
                         plm_span base, bool is_kept, uint8_t id[static PLM_VOLE_ID_BYTES]);

/* The sender's commitment to w_s (hash of the opening; random oracle). */
void plm_vole_commit(uint8_t out[static 32], const plm_vole_common *v,
                     const uint8_t opening[static PLM_VOLE_OPENING_BYTES]);

/* Head of a message: type, number, number. Either number may be absent (SIZE_MAX). */
plm_status plm_vole_head(plm_buf *message, plm_vole_message type, size_t first,
                         size_t second) PLM_MUST_CHECK;

/*
 * All tokens of a bin, each replaced by its output H_o(Decode(columns, x) + delta H_F(x) + w, x),
 * cut and moved as coded.h has it. columns: of all bins. delta: zero for the receiver. label_keys,
 * where there are labels, else NULL: gets what each token's label is sealed under, at the token's
 * number in the partition's index. The pool's threads share the work.
 */
void plm_vole_decode_bin(const plm_vole_common *v, const plm_okvs_partition *partition, size_t bin,
                         const plm_block *columns, plm_block delta, plm_block w,
                         plm_block *label_keys);
/* H_o: values[i] becomes the output of (values[i], tokens[i]), cut and moved. */
void plm_vole_outputs(const plm_vole_common *v, const plm_block *tokens, size_t n,
                      plm_block *values);
/* Seals or opens a label, in place. key: SECRET. */
void plm_vole_label(const plm_vole_common *v, plm_block key, uint8_t *label);

/*
 * A kept base (palermo/match.h): version, role, number of rows so far, leaves, and the name that
 * both sides know it by.
 */
size_t plm_vole_base_write(uint8_t *out, plm_match_role role, const uint8_t id[PLM_VOLE_ID_BYTES],
                           uint64_t n_blocks, plm_block delta, const plm_block *leaves);
/* 0, or -1 if it is none of this role. */
int plm_vole_base_read(plm_span base, plm_match_role role, uint8_t id[PLM_VOLE_ID_BYTES],
                       uint64_t *n_blocks, plm_block *delta, plm_block *leaves);
/* The name of the base that follows on one that had `of` for its name, or on a session (32 bytes).
 */
void plm_vole_base_name(uint8_t out[static PLM_VOLE_ID_BYTES], plm_span of);

#endif
