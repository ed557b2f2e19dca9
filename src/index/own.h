/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own.h - what the holder keeps at home of an index it made (spec/lookup.md section 6): which token
 * each entry is, so that the index can be compared with the registers of a later day without
 * evaluating all of it again.
 *
 *   0           8         40         48
 *   +-----------+---------+----------+----------------------------------------------------+
 *   | magic, 8  | root 32 | n, u64   | n * (token 16, fingerprint 10, mark of its label 6)|
 *   +-----------+---------+----------+----------------------------------------------------+
 *
 * Ascending by token. Private like the store: a token can be guessed back to its identifiers.
 */
#ifndef PLM_INDEX_OWN_H
#define PLM_INDEX_OWN_H

#include "index/index.h"

#include <palermo/token.h>

enum {
    PLM_OWN_MARK_BYTES = 6,
    PLM_OWN_ROW_BYTES = PLM_TOKEN_BYTES + PLM_FINGERPRINT_BYTES + PLM_OWN_MARK_BYTES
};

/* A token with the mark that changes when what its label would say does. */
typedef struct plm_own_token {
    plm_token token; /* SECRET */
    uint8_t mark[PLM_OWN_MARK_BYTES];
} plm_own_token;

typedef struct plm_own {
    plm_map map;
    const uint8_t *rows;
    size_t n;
    uint8_t root[PLM_HASH_BYTES]; /* of the index that this is about */
} plm_own;

/*
 * tokens: ascending, different; fingerprints[i] is that of tokens[i]. Whole or not at all.
 * PLM_E_IO, PLM_E_NOMEM, PLM_E_LIMIT.
 */
plm_status plm_own_write(const char *path, const uint8_t root[static PLM_HASH_BYTES],
                         const plm_own_token *tokens, const plm_fingerprint *fingerprints,
                         size_t n) PLM_MUST_CHECK;
/* PLM_E_IO (errno), PLM_E_NOMEM, PLM_E_PROTOCOL: no such file. */
plm_status plm_own_open(plm_own *out, const char *path) PLM_MUST_CHECK;
void plm_own_close(plm_own *own);
/* Where in the rows the token stands; SIZE_MAX: nowhere. */
size_t plm_own_find(const plm_own *own, const plm_token *token);

/* What is otherwise now. Owned by the caller (plm_own_changes_wipe). */
typedef struct plm_own_changes {
    plm_fingerprint *withdrawn; /* ascending */
    size_t n_withdrawn;
    size_t *added; /* numbers of the tokens that are new, or have another label */
    size_t n_added;
} plm_own_changes;

/*
 * tokens: those of now, ascending, different. Makes one pass over both. PLM_E_NOMEM.
 */
plm_status plm_own_compare(plm_own_changes *out, const plm_own *own, const plm_own_token *tokens,
                           size_t n) PLM_MUST_CHECK;
void plm_own_changes_wipe(plm_own_changes *changes);

#endif
