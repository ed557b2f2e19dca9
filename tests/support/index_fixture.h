/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_fixture.h - an index of tokens that a test makes, with labels that say which token it is.
 */
#ifndef PLM_TESTS_INDEX_FIXTURE_H
#define PLM_TESTS_INDEX_FIXTURE_H

#include "crypto/sign.h"
#include "index/changes.h"
#include "index/evaluate.h"
#include "index/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    INDEX_LABEL_BYTES = 48
};

typedef struct index_fixture {
    char directory[64];
    char path[96];
    char changes_path[96];
    uint8_t seed[32];
    uint8_t identity[32];
    plm_epoch_key key;
    plm_index_header header;
    plm_token *tokens; /* that were asked for, n of them */
    plm_index_key *keys;
    size_t n;
} index_fixture;

/* A token by its number. */
static inline plm_token index_token(uint64_t number)
{
    plm_token token = {{0}};
    uint8_t hash[32];
    plm_hash256(hash, plm_span_of(&number, sizeof number));
    memcpy(token.b, hash, sizeof token.b);
    return token;
}

static inline plm_status index_keep(void *context, size_t first, const plm_index_key *keys,
                                    size_t n)
{
    memcpy((plm_index_key *)context + first, keys, n * sizeof *keys);
    return PLM_OK;
}

static inline plm_index_label index_label(uint32_t item)
{
    plm_index_label label = {.is_urgent = item % 3 == 0};
    plm_store_u32(label.reference, item);
    (void)snprintf(label.contact, sizeof label.contact, "desk %u", item % 7);
    (void)snprintf(label.handling, sizeof label.handling, "%s", item % 2 ? "detain" : "");
    return label;
}

static inline plm_status index_seal(void *context, uint32_t item, uint8_t *sealed)
{
    const index_fixture *f = (const index_fixture *)context;
    const plm_index_label label = index_label(item);
    return plm_index_label_seal(sealed, f->header.label_bytes, &f->keys[item], &label);
}

/* Evaluates tokens 0 to n - 1 with a random key; nothing is written yet. */
static inline plm_status index_fixture_init(index_fixture *f, size_t n, uint16_t label_bytes)
{
    *f = (index_fixture){.n = n};
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/palermo-index-XXXXXX");
    if (mkdtemp(f->directory) == NULL) {
        return PLM_E_IO;
    }
    (void)snprintf(f->path, sizeof f->path, "%s/a.index", f->directory);
    (void)snprintf(f->changes_path, sizeof f->changes_path, "%s/a.changes", f->directory);
    plm_random(f->seed, sizeof f->seed);
    plm_identity_public(f->identity, f->seed);
    f->tokens = (plm_token *)calloc(n + 1, sizeof *f->tokens);
    f->keys = (plm_index_key *)calloc(n + 1, sizeof *f->keys);
    if (f->tokens == NULL || f->keys == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        f->tokens[i] = index_token(i);
    }
    plm_status status = plm_oprf_random_key_pair(f->key.secret, f->key.public_key);
    f->header = (plm_index_header){.party = "AA-ONE",
                                   .purpose = "border",
                                   .epoch = 1,
                                   .made_ms = 1700000000000,
                                   .label_bytes = label_bytes};
    memcpy(f->header.public_key, f->key.public_key, sizeof f->header.public_key);
    return status == PLM_OK
               ? plm_index_evaluate(&f->key, f->tokens, n, NULL, index_keep, f->keys, NULL, NULL)
               : status;
}

/* Writes tokens 0 to n - 1 as the index. */
static inline plm_status index_fixture_write(index_fixture *f, size_t n)
{
    const plm_index_make make = {.seed = f->seed, .label = index_seal, .context = f};
    plm_index_row *rows = (plm_index_row *)calloc(n + 1, sizeof *rows);
    if (rows == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        rows[i] = (plm_index_row){f->keys[i].fingerprint, (uint32_t)i};
    }
    plm_status status = plm_index_write(f->path, &f->header, rows, n, &make);
    free(rows);
    return status;
}

static inline int index_order(const void *a, const void *b)
{
    return plm_fingerprint_compare((const plm_fingerprint *)a, (const plm_fingerprint *)b);
}

/* Changes: tokens first to last - 1 are added, the first n_withdrawn of the index withdrawn. */
static inline plm_status index_fixture_change(index_fixture *f, uint64_t sequence, size_t first,
                                              size_t last, size_t n_withdrawn)
{
    const plm_index_make make = {.seed = f->seed, .label = index_seal, .context = f};
    plm_index_row *rows = (plm_index_row *)calloc(last - first + 1, sizeof *rows);
    plm_fingerprint *gone = (plm_fingerprint *)calloc(n_withdrawn + 1, sizeof *gone);
    plm_index_header header = f->header;
    plm_status status = rows == NULL || gone == NULL ? PLM_E_NOMEM : PLM_OK;
    for (size_t i = first; status == PLM_OK && i < last; i++) {
        rows[i - first] = (plm_index_row){f->keys[i].fingerprint, (uint32_t)i};
    }
    for (size_t i = 0; status == PLM_OK && i < n_withdrawn; i++) {
        gone[i] = f->keys[i].fingerprint;
    }
    header.sequence = sequence;
    memcpy(header.index, f->header.root, sizeof header.index);
    if (status == PLM_OK) {
        qsort(gone, n_withdrawn, sizeof *gone, index_order);
        status = plm_changes_write(f->changes_path, &header, gone, n_withdrawn, rows, last - first,
                                   &make);
    }
    free(rows);
    free(gone);
    return status;
}

static inline void index_fixture_wipe(index_fixture *f)
{
    (void)unlink(f->path);
    (void)unlink(f->changes_path);
    (void)rmdir(f->directory);
    free(f->tokens);
    free(f->keys);
}

#endif
