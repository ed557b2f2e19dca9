/* SPDX-License-Identifier: Apache-2.0 */
/*
 * requests.h - requests and offers, each with the two chains of its steps (spec/store.md section
 * 5).
 *
 * The numbers of kinds, states, actions and sides are those of src/request; the store only keeps
 * them.
 */
#ifndef PLM_STORE_REQUESTS_H
#define PLM_STORE_REQUESTS_H

#include "store/store.h"

typedef struct plm_request_row {
    uint8_t id[16];
    bool is_ours; /* we ask, or offer */
    const char *peer;
    uint8_t accord_hash[32];
    int64_t kind;
    bool is_offer;
    bool is_urgent;
    int64_t state;
    int64_t sent_ms; /* 0 while it is a draft */
    int64_t due_ms;  /* 0 likewise */
    int64_t alarm;   /* told so far: plm_alarm */
    int64_t changed_ms;
    plm_span draft; /* JSON of a draft; empty once sent */
} plm_request_row;

typedef struct plm_step_row {
    uint8_t request_id[16];
    int64_t side;
    int64_t sequence;
    uint8_t id[32];
    int64_t action;
    int64_t seen;
    bool is_void;
    int64_t time_ms;
    plm_span signed_body; /* of its parcel */
    plm_span content;     /* empty once erased */
    plm_date retention;   /* of the content; year 0: none */
    int64_t erased;       /* 0, or why: plm_erased */
} plm_step_row;

typedef enum plm_erased {
    PLM_ERASED_NOT,
    PLM_ERASED_RECALLED,
    PLM_ERASED_EXPIRED,
    PLM_ERASED_VOID
} plm_erased;

/* PLM_E_EXISTS. */
plm_status plm_store_add_request(plm_store *store, const plm_request_row *row) PLM_MUST_CHECK;
/* Replaces all but id, is_ours and peer. */
plm_status plm_store_update_request(plm_store *store, const plm_request_row *row) PLM_MUST_CHECK;
typedef plm_status plm_request_fn(void *context, const plm_request_row *row);
/* In order of change; what fn gets is borrowed until it returns. */
plm_status plm_store_each_request(plm_store *store, plm_request_fn *fn,
                                  void *context) PLM_MUST_CHECK;
/* One; its peer and draft are copied into `arena`. PLM_E_NOT_FOUND. */
plm_status plm_store_get_request(plm_store *store, const uint8_t id[static 16], plm_arena *arena,
                                 plm_request_row *out) PLM_MUST_CHECK;

/* PLM_E_EXISTS: that place of the chain is taken. */
plm_status plm_store_add_step(plm_store *store, const plm_step_row *row) PLM_MUST_CHECK;
typedef plm_status plm_step_fn(void *context, const plm_step_row *row);
/* By side and sequence. */
plm_status plm_store_each_step(plm_store *store, const uint8_t request_id[static 16],
                               plm_step_fn *fn, void *context) PLM_MUST_CHECK;
plm_status plm_store_set_void(plm_store *store, const uint8_t step_id[static 32],
                              bool is_void) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND: there is no such step. */
plm_status plm_store_request_of_step(plm_store *store, const uint8_t step_id[static 32],
                                     uint8_t request_id[static 16]) PLM_MUST_CHECK;
/* Deletes the content of a step and its chunks. *did: false if it was erased before. */
plm_status plm_store_erase_step(plm_store *store, const uint8_t step_id[static 32], plm_erased why,
                                bool *did) PLM_MUST_CHECK;
/*
 * Calls fn for each step that has content whose retention date is before today. PLM_OK if there is
 * none.
 */
plm_status plm_store_each_expired_step(plm_store *store, plm_date today, plm_step_fn *fn,
                                       void *context) PLM_MUST_CHECK;

/* PLM_E_EXISTS: that one is there. */
plm_status plm_store_add_chunk(plm_store *store, const uint8_t step_id[static 32], uint32_t number,
                               plm_span bytes) PLM_MUST_CHECK;
plm_status plm_store_count_chunks(plm_store *store, const uint8_t step_id[static 32],
                                  uint64_t *n) PLM_MUST_CHECK;
/* Appends one. PLM_E_NOT_FOUND. */
plm_status plm_store_get_chunk(plm_store *store, const uint8_t step_id[static 32], uint32_t number,
                               plm_buf *out) PLM_MUST_CHECK;

#endif
