/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.h - records on their way into the store, copied, found by their source id, and rows that
 * were refused.
 */
#ifndef PLM_STORE_BATCH_H
#define PLM_STORE_BATCH_H

#include "base/arena.h"
#include "ident/record.h"

enum {
    PLM_BATCH_MAX = 1024,
    PLM_BATCH_SLOTS = 4 * PLM_BATCH_MAX, /* a power of two */
    PLM_BATCH_BYTES = 64 << 20,
    PLM_BATCH_FULL_BYTES = 4 << 20 /* handed over beyond that */
};

typedef struct plm_batch_record {
    plm_record record; /* its strings in the batch's arena */
    uint8_t digest[32];
    int64_t number; /* in the store; 0: not there */
    bool is_same;   /* what is there has this digest */
} plm_batch_record;

/* A row that was refused. */
typedef struct plm_batch_refusal {
    const char *file;
    uint64_t line;
    const char *field; /* NULL: the whole row */
    const char *reason;
} plm_batch_refusal;

typedef struct plm_batch {
    plm_arena arena;
    size_t n;
    size_t n_refusals;
    size_t n_bytes; /* of strings, about */
    plm_batch_record records[PLM_BATCH_MAX];
    plm_batch_refusal refusals[PLM_BATCH_MAX];
    uint16_t slots[PLM_BATCH_SLOTS]; /* place in records plus one; 0: free */
} plm_batch;

void plm_batch_init(plm_batch *batch);
/* Empty again; wipes. */
void plm_batch_clear(plm_batch *batch);
void plm_batch_wipe(plm_batch *batch);
/*
 * PLM_E_EXISTS: a record with this source id is in it; PLM_E_LIMIT: it is full. Then hand the batch
 * over first. PLM_E_NOMEM.
 */
plm_status plm_batch_add(plm_batch *batch, const plm_record *record) PLM_MUST_CHECK;
/* Takes a copy. PLM_E_LIMIT: it is full; PLM_E_NOMEM. */
plm_status plm_batch_refuse(plm_batch *batch, const plm_batch_refusal *refusal) PLM_MUST_CHECK;
bool plm_batch_is_empty(const plm_batch *batch);
/* NULL: none. */
plm_batch_record *plm_batch_find(plm_batch *batch, plm_span source_id);

#endif
