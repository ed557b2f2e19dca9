/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_state.c - a party's machine made, kept between two lists, and unmade.
 *
 * A frozen machine:
 *
 *   1 (u8) | k (u8) | me (u8) | counter (u8) | dummies of the own list (u32) |
 *   k * (u8: 1 if the list was passed on) | scalar (32) | points seen: key (16) | n (u64) | n * 16
 */
#include "match/tally_state.h"

#include "base/ct.h"
#include "crypto/sign.h"

#include <stdlib.h>
#include <string.h>

enum {
    FROZEN_VERSION = 1
};

static bool is_valid(const plm_tally_config *c)
{
    uint64_t n_points = 0;
    if (c->n_parties < PLM_TALLY_PARTIES_MIN || c->n_parties > PLM_TALLY_PARTIES_MAX ||
        c->me >= c->n_parties || c->counter >= c->n_parties || c->n_padded == NULL ||
        c->tokens_each == 0 || c->tokens_each > PLM_TALLY_TOKENS_MAX || c->n_strata == 0 ||
        c->n_strata > PLM_TALLY_STRATA_MAX || c->context_bytes > PLM_MATCH_CONTEXT_MAX ||
        (c->context_bytes > 0 && c->context == NULL) || (c->n > 0 && c->records == NULL) ||
        c->n > PLM_TALLY_POINTS_MAX) {
        return false;
    }
    for (unsigned j = 0; j < c->n_parties; j++) {
        n_points += (uint64_t)c->n_padded[j] * c->tokens_each;
    }
    for (size_t i = 0; i < c->n; i++) {
        if (c->records[i].stratum >= c->n_strata ||
            (c->records[i].n_tokens > 0 && c->records[i].tokens == NULL)) {
            return false;
        }
    }
    return n_points <= PLM_TALLY_POINTS_MAX;
}

/* done: lists that were passed on before the machine was frozen. */
static plm_status make_lists(plm_tally *t, const plm_tally_config *config,
                             const bool done[static PLM_TALLY_PARTIES_MAX])
{
    size_t n_seen = 0;
    plm_status status = PLM_OK;
    for (unsigned j = 0; status == PLM_OK && j < t->k; j++) {
        const unsigned hop = (t->me + t->k - j) % t->k;
        const size_t n_points = (size_t)config->n_padded[j] * config->tokens_each;
        if (done[j]) {
            plm_tally_list_pass(&t->lists[j], j, hop, config->n_padded[j], config->tokens_each);
        } else {
            status =
                plm_tally_list_init(&t->lists[j], j, hop, config->n_padded[j], config->tokens_each);
        }
        n_seen += hop > 0 ? n_points : 0;
        n_seen += hop < t->k - 1 ? n_points : 0;
        if (status == PLM_OK && plm_tally_counts(t) && plm_tally_last_of(t, j) != t->me) {
            status = plm_tally_list_init(&t->finals[j], j, t->k, config->n_padded[j],
                                         config->tokens_each);
        }
    }
    return status == PLM_OK ? plm_map_init(&t->seen, n_seen) : status;
}

/* All but the scalar and the own list. */
static plm_status make_machine(plm_tally **out, const plm_tally_config *config,
                               const bool done[static PLM_TALLY_PARTIES_MAX])
{
    if (plm_crypto_init() != PLM_OK) {
        return PLM_E_CRYPTO;
    }
    plm_tally *t = (plm_tally *)calloc(1, sizeof *t);
    if (t == NULL) {
        return PLM_E_NOMEM;
    }
    t->k = config->n_parties;
    t->me = config->me;
    t->counter = config->counter;
    t->n_strata = config->n_strata;
    t->context_bytes = config->context_bytes;
    if (config->context_bytes > 0) {
        memcpy(t->context, config->context, config->context_bytes);
    }
    plm_buf_init(&t->message, PLM_MATCH_MESSAGE_MAX);
    t->own_tokens = (size_t)config->n_padded[t->me] * config->tokens_each;
    plm_status status = plm_pool_create(&t->pool, config->n_threads == 0 ? 1 : config->n_threads);
    status = status == PLM_OK ? make_lists(t, config, done) : status;
    if (status != PLM_OK) {
        plm_tally_destroy(t);
        return status;
    }
    *out = t;
    return PLM_OK;
}

plm_status plm_tally_create(plm_tally **out, const plm_tally_config *config)
{
    static const bool none[PLM_TALLY_PARTIES_MAX] = {false};
    plm_tally *t = NULL;
    if (!is_valid(config)) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = make_machine(&t, config, none);
    if (status != PLM_OK) {
        return status;
    }
    plm_scalar_random(t->scalar);
    status = plm_tally_own_init(&t->own, config);
    if (status != PLM_OK) {
        plm_tally_destroy(t);
        return status;
    }
    t->count.n_dummies[t->me] = config->n_padded[t->me] - t->own.n_persons;
    t->dummies_known[t->me] = plm_tally_counts(t);
    *out = t;
    return PLM_OK;
}

void plm_tally_destroy(plm_tally *t)
{
    if (t == NULL) {
        return;
    }
    for (unsigned j = 0; j < PLM_TALLY_PARTIES_MAX; j++) {
        plm_tally_list_free(&t->lists[j]);
        plm_tally_list_free(&t->finals[j]);
    }
    plm_tally_own_wipe(&t->own, t->own_tokens);
    plm_map_wipe(&t->seen);
    plm_tally_count_wipe(&t->count);
    plm_buf_wipe(&t->message);
    plm_pool_destroy(t->pool);
    plm_wipe(t, sizeof *t);
    free(t);
}

/* Each list passed on, or not begun; nothing of the final ones. */
static bool is_at_rest(const plm_tally *t)
{
    bool rests = !t->dead && t->lists[t->me].n_out == t->lists[t->me].n && t->dummies_known[t->me];
    for (unsigned j = 0; rests && j < t->k; j++) {
        const plm_tally_list *list = &t->lists[j];
        rests = (list->n_out == list->n || list->n_in == 0) && t->finals[j].n_in == 0 &&
                (j == t->me || !t->dummies_known[j]);
    }
    return rests;
}

plm_status plm_tally_freeze(const plm_tally *t, plm_buf *out)
{
    const size_t before = out->n;
    if (!is_at_rest(t)) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = plm_buf_append_u8(out, FROZEN_VERSION);
    status = status == PLM_OK ? plm_buf_append_u8(out, (uint8_t)t->k) : status;
    status = status == PLM_OK ? plm_buf_append_u8(out, (uint8_t)t->me) : status;
    status = status == PLM_OK ? plm_buf_append_u8(out, (uint8_t)t->counter) : status;
    status = status == PLM_OK ? plm_buf_append_u32(out, t->count.n_dummies[t->me]) : status;
    for (unsigned j = 0; status == PLM_OK && j < t->k; j++) {
        status = plm_buf_append_u8(out, t->lists[j].n_out == t->lists[j].n);
    }
    status = status == PLM_OK ? plm_buf_append(out, t->scalar, sizeof t->scalar) : status;
    status = status == PLM_OK ? plm_map_write(&t->seen, out) : status;
    if (status != PLM_OK) {
        out->n = before;
    }
    return status;
}

/* What stands before the scalar. */
static plm_status read_frozen(plm_reader *r, const plm_tally_config *config, uint32_t *n_dummies,
                              bool done[static PLM_TALLY_PARTIES_MAX])
{
    uint8_t head[4];
    if (plm_rd_copy(r, head, sizeof head) < 0 || head[0] != FROZEN_VERSION ||
        head[1] != config->n_parties || head[2] != config->me || head[3] != config->counter ||
        plm_rd_u32(r, n_dummies) < 0 || *n_dummies > config->n_padded[config->me]) {
        return PLM_E_PROTOCOL;
    }
    for (unsigned j = 0; j < config->n_parties; j++) {
        uint8_t flag;
        if (plm_rd_u8(r, &flag) < 0 || flag > 1) {
            return PLM_E_PROTOCOL;
        }
        done[j] = flag == 1 || config->n_padded[j] == 0;
    }
    return done[config->me] ? PLM_OK : PLM_E_PROTOCOL;
}

plm_status plm_tally_thaw(plm_tally **out, const plm_tally_config *config, plm_span frozen)
{
    bool done[PLM_TALLY_PARTIES_MAX] = {false};
    plm_reader r = frozen;
    uint32_t n_dummies = 0;
    plm_tally *t = NULL;
    if (config->n > 0 || !is_valid(config)) {
        return PLM_E_ARGUMENT;
    }
    plm_status status = read_frozen(&r, config, &n_dummies, done);
    if (status == PLM_OK) {
        status = make_machine(&t, config, done);
    }
    if (status != PLM_OK) {
        return status;
    }
    if (plm_rd_copy(&r, t->scalar, sizeof t->scalar) < 0) {
        status = PLM_E_PROTOCOL;
    }
    status = status == PLM_OK ? plm_map_read(&t->seen, r) : status;
    if (status != PLM_OK) {
        plm_tally_destroy(t);
        return status;
    }
    t->count.n_dummies[t->me] = n_dummies;
    t->dummies_known[t->me] = true;
    *out = t;
    return PLM_OK;
}
