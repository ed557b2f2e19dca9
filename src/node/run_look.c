/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_look.c - the second look: features under links (spec/resolution.md section 5).
 */
#include "node/run_pairs.h"

#include "base/ct.h"
#include "resolve/second_look.h"

#include <stdlib.h>
#include <string.h>

enum {
    ARENA_MAX = 64 << 20,
    TICK_EVERY = 256
};

/* Growing tokens, and what is needed to make them. */
typedef struct looking {
    plm_run_side *side;
    plm_token *tokens;
    size_t n;
    size_t capacity;
    size_t most;
    size_t n_records;
    plm_arena records;
    plm_arena features;
    plm_arena work; /* of the hashes of one record under one link */
} looking;

static plm_status reserve(looking *l, size_t extra)
{
    if (l->n + extra <= l->capacity) {
        return PLM_OK;
    }
    size_t capacity = l->capacity * 2 > l->n + extra ? l->capacity * 2 : l->n + extra;
    plm_token *tokens = (plm_token *)malloc(capacity * sizeof *tokens);
    if (tokens == NULL) {
        return PLM_E_NOMEM;
    }
    if (l->n > 0) {
        memcpy(tokens, l->tokens, l->n * sizeof *tokens);
        plm_wipe(l->tokens, l->n * sizeof *tokens);
    }
    free(l->tokens);
    l->tokens = tokens;
    l->capacity = capacity;
    return PLM_OK;
}

/* Appends the record's features under the link. */
static plm_status add_features(looking *l, const plm_features *features, const plm_link *link)
{
    plm_status status = reserve(l, features->n);
    if (status == PLM_OK) {
        status = plm_feature_tokens(l->tokens + l->n, link, features, &l->work);
        plm_arena_reset(&l->work);
    }
    if (status == PLM_OK) {
        l->n += features->n;
    }
    return status;
}

/*
 * In ascending order, each once: a record may have a feature twice, and two of our records that are
 * candidates for one of the peer's are under one link.
 */
static void sort_tokens(looking *l)
{
    size_t kept = 0;
    if (l->n > 0) {
        qsort(l->tokens, l->n, sizeof *l->tokens, plm_token_compare);
    }
    for (size_t i = 0; i < l->n; i++) {
        if (kept == 0 || plm_token_compare(&l->tokens[i], &l->tokens[kept - 1]) != 0) {
            l->tokens[kept++] = l->tokens[i];
        }
    }
    if (l->n > kept) {
        plm_wipe(l->tokens + kept, (l->n - kept) * sizeof *l->tokens);
    }
    l->n = kept;
}

/* The features of one of our records; in l->features until the next. */
static plm_status read_features(looking *l, uint32_t record, plm_features *out)
{
    plm_stored_record stored;
    const plm_run_side *side = l->side;
    plm_arena_reset(&l->records);
    plm_arena_reset(&l->features);
    *out = (plm_features){0};
    plm_status status = plm_store_get_record(side->node->store, side->selected.numbers[record],
                                             &l->records, &stored);
    if (status == PLM_E_NOT_FOUND) {
        return PLM_OK; /* deleted while the run goes on: it has none any more */
    }
    if (status == PLM_OK) {
        status = plm_features_of(out, &stored.record, side->selected.table, true, &l->features);
    }
    if (status == PLM_OK && l->n_records++ % TICK_EVERY == 0) {
        status = plm_session_tick(&l->side->session);
    }
    return status;
}

static plm_status list_sent(looking *l)
{
    const plm_run_side *side = l->side;
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < side->selected.n_numbers; i++) {
        plm_features features;
        plm_link link;
        plm_link_of(&link, side->link_key, side->selected.numbers[i]);
        status = read_features(l, (uint32_t)i, &features);
        if (status == PLM_OK && l->n + features.n <= l->most) {
            status = add_features(l, &features, &link);
        }
    }
    return status;
}

static plm_status list_wanted(looking *l)
{
    plm_run_pairs *p = l->side->pairs;
    plm_features features = {0};
    uint32_t last = UINT32_MAX;
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < p->n; i++) {
        plm_run_pair *pair = &p->pairs[i];
        const plm_run_agreement *a = &p->agreements[pair->first];
        if (!pair->is_person) {
            continue;
        }
        if (a->record != last) {
            status = read_features(l, a->record, &features);
            last = a->record;
        }
        if (status == PLM_OK && l->n + features.n > l->most) {
            p->n_unlooked++;
            continue;
        }
        if (status == PLM_OK) {
            status = add_features(l, &features, &a->link);
            pair->was_looked_at = features.n > 0;
        }
    }
    return status;
}

plm_status plm_run_look_tokens(plm_run_side *side, bool is_receiver, plm_token **out, size_t *n)
{
    looking l = {.side = side, .most = (size_t)side->n_features};
    plm_arena_init(&l.records, ARENA_MAX);
    plm_arena_init(&l.features, ARENA_MAX);
    plm_arena_init(&l.work, ARENA_MAX);
    plm_status status = is_receiver ? list_wanted(&l) : list_sent(&l);
    plm_arena_wipe(&l.records);
    plm_arena_wipe(&l.features);
    plm_arena_wipe(&l.work);
    if (status != PLM_OK) {
        if (l.tokens != NULL) {
            plm_wipe(l.tokens, l.n * sizeof *l.tokens);
        }
        free(l.tokens);
        return status;
    }
    sort_tokens(&l);
    if (is_receiver) {
        side->pairs->look = l.tokens;
        side->pairs->n_look = l.n;
    }
    *out = l.tokens;
    *n = l.n;
    return PLM_OK;
}

plm_status plm_run_look_take(plm_run_side *side, const plm_session_result *result)
{
    plm_run_pairs *p = side->pairs;
    p->has_agreed = (bool *)calloc(p->n_look + 1, sizeof *p->has_agreed);
    if (p->has_agreed == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < result->n_hits; i++) {
        p->has_agreed[result->hits[i]] = true;
    }
    return PLM_OK;
}
