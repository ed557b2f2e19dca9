/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c - the front: checks the configuration, finds the engine, stops a machine that failed.
 */
#include "match/engine.h"

#include "crypto/sign.h"
#include "okvs/okvs.h"

#include <stdlib.h>
#include <string.h>

struct plm_match {
    const plm_engine_ops *ops;
    void *state;
    plm_pool *pool;
    bool dead;
};

static const plm_engine_ops *find_engine(const plm_match_config *config)
{
    bool receives = config->role == PLM_MATCH_RECEIVER;
    switch (config->engine) {
    case PLM_ENGINE_OPRF:
        return receives ? &plm_oprf_receiver_ops : &plm_oprf_sender_ops;
    case PLM_ENGINE_VOLE:
        return receives ? &plm_vole_receiver_ops : &plm_vole_sender_ops;
    }
    return NULL;
}

static bool is_valid(const plm_match_config *config)
{
    size_t n_padded = config->n_padded == 0 ? config->n : config->n_padded;
    if (config->engine == PLM_ENGINE_OPRF &&
        (config->security != PLM_MATCH_MALICIOUS || config->label_bytes != 0)) {
        return false;
    }
    bool gives_labels = config->role == PLM_MATCH_SENDER && config->n > 0;
    if (config->label_bytes > PLM_MATCH_LABEL_MAX ||
        (config->label_bytes > 0 && gives_labels && config->labels == NULL) ||
        (config->security != PLM_MATCH_MALICIOUS && config->security != PLM_MATCH_SEMI_HONEST)) {
        return false;
    }
    return (config->role == PLM_MATCH_SENDER || config->role == PLM_MATCH_RECEIVER) &&
           (config->n == 0 || config->tokens != NULL) && n_padded >= config->n &&
           n_padded <= PLM_MATCH_TOKENS_MAX && config->n_peer <= PLM_MATCH_TOKENS_MAX &&
           config->context_bytes <= PLM_MATCH_CONTEXT_MAX &&
           (config->context_bytes == 0 || config->context != NULL);
}

plm_status plm_match_create(plm_match **out, const plm_match_config *config)
{
    const plm_engine_ops *ops = find_engine(config);
    if (ops == NULL || !is_valid(config)) {
        return PLM_E_ARGUMENT;
    }
    if (plm_crypto_init() != PLM_OK) {
        return PLM_E_CRYPTO;
    }
    plm_match *m = (plm_match *)calloc(1, sizeof *m);
    if (m == NULL) {
        return PLM_E_NOMEM;
    }
    m->ops = ops;
    plm_status status = plm_pool_create(&m->pool, config->n_threads == 0 ? 1 : config->n_threads);
    if (status == PLM_OK) {
        plm_engine_config c = {.role = config->role,
                               .security = config->security,
                               .label_bytes = config->label_bytes,
                               .labels = config->labels,
                               .base = plm_span_of(config->base, config->base_bytes),
                               .tokens = config->tokens,
                               .n = config->n,
                               .n_padded = config->n_padded == 0 ? config->n : config->n_padded,
                               .n_peer = config->n_peer,
                               .context_bytes = config->context_bytes,
                               .pool = m->pool};
        if (config->context_bytes > 0) {
            memcpy(c.context, config->context, config->context_bytes);
        }
        status = ops->create(&m->state, &c);
    }
    if (status != PLM_OK) {
        plm_match_destroy(m);
        return status;
    }
    *out = m;
    return PLM_OK;
}

void plm_match_destroy(plm_match *m)
{
    if (m == NULL) {
        return;
    }
    if (m->state != NULL) {
        m->ops->destroy(m->state);
    }
    plm_pool_destroy(m->pool);
    free(m);
}

unsigned plm_match_wants(const plm_match *m)
{
    return m->dead ? 0 : m->ops->wants(m->state);
}

static plm_status remember(plm_match *m, plm_status status)
{
    m->dead = m->dead || status != PLM_OK;
    return status;
}

plm_status plm_match_output(plm_match *m, const uint8_t **message, size_t *message_bytes)
{
    plm_span span;
    if (m->dead || !(m->ops->wants(m->state) & PLM_MATCH_OUTPUT)) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = remember(m, m->ops->output(m->state, &span));
    if (status == PLM_OK) {
        *message = span.p;
        *message_bytes = span.n;
    }
    return status;
}

plm_status plm_match_input(plm_match *m, const uint8_t *message, size_t message_bytes)
{
    if (m->dead) {
        return PLM_E_ARGUMENT;
    }
    if (message_bytes > PLM_MATCH_MESSAGE_MAX || !(m->ops->wants(m->state) & PLM_MATCH_INPUT)) {
        return remember(m, PLM_E_PROTOCOL);
    }
    return remember(m, m->ops->input(m->state, plm_span_of(message, message_bytes)));
}

plm_status plm_match_work(plm_match *m)
{
    if (m->dead) {
        return PLM_E_ARGUMENT;
    }
    if (!(m->ops->wants(m->state) & PLM_MATCH_WORK)) {
        return PLM_OK;
    }
    return remember(m, m->ops->work(m->state));
}

void plm_match_get_progress(const plm_match *m, plm_match_progress *out)
{
    m->ops->progress(m->state, out);
}

plm_status plm_match_hits(const plm_match *m, const uint32_t **indices, size_t *n)
{
    if (m->dead || m->ops->hits == NULL || !(m->ops->wants(m->state) & PLM_MATCH_DONE)) {
        return PLM_E_ARGUMENT;
    }
    return m->ops->hits(m->state, indices, n);
}

plm_status plm_match_label(const plm_match *m, size_t i, const uint8_t **label)
{
    if (m->dead || m->ops->label == NULL || !(m->ops->wants(m->state) & PLM_MATCH_DONE)) {
        return PLM_E_ARGUMENT;
    }
    return m->ops->label(m->state, i, label);
}

plm_status plm_match_get_base(const plm_match *m, uint8_t *out, size_t *bytes)
{
    if (m->dead || !(m->ops->wants(m->state) & PLM_MATCH_DONE)) {
        return PLM_E_ARGUMENT;
    }
    return m->ops->base == NULL ? PLM_E_NOT_FOUND : m->ops->base(m->state, out, bytes);
}

uint64_t plm_match_tokens_at_most(plm_match_engine engine, uint64_t n)
{
    plm_okvs_params params;
    if (n > PLM_MATCH_TOKENS_MAX) {
        return UINT64_MAX;
    }
    if (engine != PLM_ENGINE_VOLE || plm_okvs_params_init(&params, (size_t)n) != PLM_OK) {
        return n;
    }
    return plm_okvs_columns(&params);
}

uint64_t plm_match_evaluated(const plm_match *m)
{
    return m->ops->evaluated == NULL ? 0 : m->ops->evaluated(m->state);
}
