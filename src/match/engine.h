/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h - what an engine is to match.c: a table of functions over its own state.
 */
#ifndef PLM_MATCH_ENGINE_H
#define PLM_MATCH_ENGINE_H

#include "base/bytes.h"
#include "base/pool.h"

#include <palermo/match.h>

/* The configuration as an engine gets it: defaults filled in, the context copied. */
typedef struct plm_engine_config {
    plm_match_role role;
    plm_match_security security;
    const plm_token *tokens; /* SECRET */
    size_t n;
    size_t n_padded;
    size_t n_peer;
    uint8_t context[PLM_MATCH_CONTEXT_MAX];
    size_t context_bytes;
    size_t label_bytes;
    const uint8_t *labels; /* SECRET; borrowed */
    plm_span base;         /* SECRET; borrowed during create */
    plm_pool *pool;
} plm_engine_config;

typedef struct plm_engine_ops {
    plm_status (*create)(void **state, const plm_engine_config *config);
    void (*destroy)(void *state);
    unsigned (*wants)(const void *state);
    /* The message stays valid until the next call. */
    plm_status (*output)(void *state, plm_span *message);
    plm_status (*input)(void *state, plm_span message);
    plm_status (*work)(void *state);
    void (*progress)(const void *state, plm_match_progress *out);
    plm_status (*hits)(const void *state, const uint32_t **indices, size_t *n);
    uint64_t (*evaluated)(const void *state);
    /* Those that an engine has not are NULL. */
    plm_status (*label)(const void *state, size_t i, const uint8_t **label);
    plm_status (*base)(const void *state, uint8_t *out, size_t *bytes);
} plm_engine_ops;

extern const plm_engine_ops plm_oprf_receiver_ops;
extern const plm_engine_ops plm_oprf_sender_ops;
extern const plm_engine_ops plm_vole_receiver_ops;
extern const plm_engine_ops plm_vole_sender_ops;

#endif
