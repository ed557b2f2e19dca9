/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/trial.h"

#include "resolve/own_shares.h"
#include "resolve/second_look.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROGRESS_STEP = 1024,
    ARENA_MAX_BYTES = 64 << 20
};

static const uint8_t trial_hash[PLM_ACCORD_HASH_BYTES] = {0}; /* there is no accord */

/* A token that both sides made. */
typedef struct met {
    uint32_t record; /* of B */
    uint32_t peer;   /* of A */
    uint32_t entry;  /* of B's token set */
} met;

typedef struct running {
    plm_trial *out;
    const plm_trial_config *config;
    const plm_record *lists[2];
    size_t n[2];
    plm_token_set sets[2];
    plm_person_gate gate;
    plm_own_shares *shares; /* of B */
    met *met;
    size_t n_met;
    plm_arena arena;
} running;

static plm_status tell(const running *r, double done)
{
    return r->config->progress == NULL ? PLM_OK : r->config->progress(r->config->context, done);
}

static plm_status tell_solving(void *context, double done)
{
    return tell((const running *)context, 0.9 + 0.1 * done);
}

static plm_status make_tokens(running *r, int side)
{
    const uint32_t rule = PLM_RULE_PERSON;
    plm_token_set *set = &r->sets[side];
    plm_status status = plm_token_set_init(set, trial_hash, &rule, 1);
    if (status == PLM_OK) {
        plm_token_set_gate(set, r->config->table, r->out->threshold, r->config->has_second_look);
    }
    for (size_t i = 0; status == PLM_OK && i < r->n[side]; i++) {
        status = plm_token_set_add(set, &r->lists[side][i], (uint32_t)i);
        if (status == PLM_OK && i % PROGRESS_STEP == 0) {
            status = tell(r, 0.3 * side + 0.3 * (double)i / (double)r->n[side]);
        }
    }
    if (status == PLM_OK) {
        status = plm_token_set_finish(set);
        r->out->reports[side] = set->report;
    }
    return status;
}

/* What B learns of A's tokens: of each the records that its label would name. */
static size_t join(const plm_token_set *a, const uint32_t *named, const plm_token_set *b, met *out)
{
    size_t n = 0;
    for (size_t i = 0, j = 0; i < a->n_tokens && j < b->n_tokens;) {
        const int order = plm_token_compare(&a->tokens[i], &b->tokens[j]);
        for (size_t k = 0; order == 0 && k < PLM_LINKS_PER_TOKEN; k++) {
            const uint32_t peer = named[i * PLM_LINKS_PER_TOKEN + k];
            for (size_t y = b->first[j]; peer != PLM_NO_RECORD && y < b->first[j + 1]; y++, n++) {
                if (out != NULL) {
                    out[n] = (met){b->entries[y].record, peer, (uint32_t)y};
                }
            }
        }
        i += order <= 0;
        j += order >= 0;
    }
    return n;
}

static int compare_met(const void *a, const void *b)
{
    const met *x = (const met *)a;
    const met *y = (const met *)b;
    if (x->record != y->record) {
        return x->record < y->record ? -1 : 1;
    }
    if (x->peer != y->peer) {
        return x->peer < y->peer ? -1 : 1;
    }
    return (x->entry > y->entry) - (x->entry < y->entry);
}

/* What the second round would say of a pair: which of `mine` are among `theirs` under one link. */
static plm_status look_again(running *r, const plm_features *mine, uint32_t peer, bool *has_agreed)
{
    plm_features theirs;
    plm_link link;
    randombytes_buf(link.b, sizeof link.b);
    plm_status status =
        plm_features_of(&theirs, &r->lists[0][peer], r->config->table, true, &r->arena);
    if (status != PLM_OK) {
        return status;
    }
    plm_token *sent = (plm_token *)plm_arena_array(&r->arena, theirs.n + mine->n + 1, sizeof *sent);
    if (sent == NULL) {
        return PLM_E_NOMEM;
    }
    plm_token *own = sent + theirs.n;
    status = plm_feature_tokens(sent, &link, &theirs, &r->arena);
    if (status == PLM_OK) {
        status = plm_feature_tokens(own, &link, mine, &r->arena);
    }
    qsort(sent, theirs.n, sizeof *sent, plm_token_compare);
    for (size_t i = 0; i < mine->n; i++) {
        has_agreed[i] = bsearch(&own[i], sent, theirs.n, sizeof *sent, plm_token_compare) != NULL;
    }
    return status;
}

/* Counts for each combination the tokens r->met[first .. last) that are its own; NULL: no memory.
 */
static uint8_t *count_met(running *r, const plm_combinations *made, size_t first, size_t last)
{
    uint8_t *n = (uint8_t *)plm_arena_alloc(&r->arena, made->n + 1);
    for (size_t i = first; n != NULL && i < last; i++) {
        const plm_token *token = &r->sets[1].entries[r->met[i].entry].token;
        for (size_t j = 0; j < made->n; j++) {
            const bool is_its = plm_token_compare(&made->items[j].token, token) == 0;
            n[j] = (uint8_t)(n[j] + (is_its && n[j] < UINT8_MAX));
        }
    }
    return n;
}

/* What the tokens r->met[first .. last) of one candidate say. n_named: by combination. */
static plm_status see_tokens(running *r, const plm_features *features, const plm_combinations *made,
                             const uint8_t *n_named, size_t first, size_t last, uint8_t *states)
{
    uint8_t *agreement = count_met(r, made, first, last);
    if (agreement == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t j = 0; j < made->n; j++) {
        agreement[j] = (uint8_t)plm_evidence_of_label(agreement[j] > 0, n_named[j]);
    }
    plm_evidence_of_tokens(states, features, made, agreement);
    return PLM_OK;
}

/* One candidate: r->met[first .. last) are its tokens. */
static plm_status add_pair(running *r, const plm_features *features, const plm_combinations *made,
                           const uint8_t *n_named, size_t first, size_t last)
{
    const met *m = &r->met[first];
    size_t n_pairs;
    plm_resolution *resolution = r->out->resolution;
    uint8_t *states = (uint8_t *)plm_arena_alloc(&r->arena, features->n + 1);
    bool *has_agreed = (bool *)plm_arena_alloc(&r->arena, features->n + 1);
    if (states == NULL || has_agreed == NULL) {
        return PLM_E_NOMEM;
    }
    (void)plm_resolution_pairs(resolution, &n_pairs);
    for (size_t i = first; i < last; i++) {
        const plm_token_entry *e = &r->sets[1].entries[r->met[i].entry];
        r->out->patterns[2 * n_pairs + e->pattern / 32U] |= 1U << e->pattern % 32U;
    }
    plm_status status = PLM_OK;
    if (r->config->has_second_look) {
        status = look_again(r, features, m->peer, has_agreed);
        plm_evidence_of_features(states, features, has_agreed);
    } else {
        status = see_tokens(r, features, made, n_named, first, last, states);
    }
    return status == PLM_OK ? plm_resolution_add(resolution, m->record, m->peer, features, states)
                            : status;
}

/* All candidates of one of B's records. */
static plm_status add_record(running *r, size_t first, size_t last)
{
    plm_features features;
    plm_combinations made;
    const plm_record *record = &r->lists[1][r->met[first].record];
    plm_status status =
        plm_features_of(&features, record, r->config->table, r->config->has_second_look, &r->arena);
    if (status == PLM_OK) {
        status = plm_person_gate_combine(&made, &r->gate, &features, PLM_TOKENS_PER_RECORD_MAX,
                                         &r->arena);
    }
    const uint8_t *n_named = NULL;
    if (status == PLM_OK) {
        plm_own_shares_lower(r->shares, r->met[first].record, &features);
    }
    if (status == PLM_OK && !r->config->has_second_look) {
        n_named = count_met(r, &made, first, last);
        status = n_named == NULL ? PLM_E_NOMEM : PLM_OK;
    }
    for (size_t i = first; status == PLM_OK && i < last;) {
        size_t end = i + 1;
        while (end < last && r->met[end].peer == r->met[i].peer) {
            end++;
        }
        status = add_pair(r, &features, &made, n_named, i, end);
        i = end;
    }
    plm_arena_reset(&r->arena);
    return status;
}

/* How common B's values are in its own list. */
static plm_status count_shares(running *r)
{
    plm_status status = plm_own_shares_create(&r->shares, r->n[1]);
    for (size_t i = 0; status == PLM_OK && i < r->n[1]; i++) {
        plm_features features;
        if (!plm_own_shares_wants(r->shares, i)) {
            continue;
        }
        status = plm_features_of(&features, &r->lists[1][i], r->config->table,
                                 r->config->has_second_look, &r->arena);
        if (status == PLM_OK) {
            status = plm_own_shares_add(r->shares, i, &features);
        }
        plm_arena_reset(&r->arena);
    }
    return status;
}

static plm_status add_candidates(running *r)
{
    plm_status status = count_shares(r);
    for (size_t i = 0; status == PLM_OK && i < r->n_met;) {
        size_t end = i + 1;
        while (end < r->n_met && r->met[end].record == r->met[i].record) {
            end++;
        }
        status = add_record(r, i, end);
        if (status == PLM_OK) {
            status = tell(r, 0.6 + 0.3 * (double)end / (double)r->n_met);
        }
        i = end;
    }
    return status;
}

static plm_status meet(running *r)
{
    const plm_token_set *sets = r->sets;
    uint32_t *named = (uint32_t *)calloc(sets[0].n_tokens * PLM_LINKS_PER_TOKEN + 1, sizeof *named);
    plm_status status = named == NULL ? PLM_E_NOMEM : plm_token_set_name(named, &sets[0], r->n[0]);
    if (status == PLM_OK) {
        r->n_met = join(&sets[0], named, &sets[1], NULL);
        r->met = (met *)calloc(r->n_met + 1, sizeof *r->met);
        r->out->patterns = (uint32_t *)calloc(2 * r->n_met + 2, sizeof *r->out->patterns);
        status = r->met == NULL || r->out->patterns == NULL ? PLM_E_NOMEM : PLM_OK;
    }
    if (status == PLM_OK) {
        (void)join(&sets[0], named, &sets[1], r->met);
        qsort(r->met, r->n_met, sizeof *r->met, compare_met);
    }
    free(named);
    return status;
}

static plm_status run(running *r)
{
    plm_trial *out = r->out;
    plm_status status = make_tokens(r, 0);
    if (status == PLM_OK) {
        status = make_tokens(r, 1);
    }
    if (status != PLM_OK) {
        return status;
    }
    status = meet(r);
    if (status != PLM_OK) {
        return status;
    }
    plm_person_gate_init(&r->gate, r->config->table, out->threshold, r->config->has_second_look,
                         trial_hash);
    status = add_candidates(r);
    return status == PLM_OK ? plm_resolution_solve(out->resolution, tell_solving, r) : status;
}

plm_status plm_trial_run(plm_trial *out, const plm_trial_config *config, const plm_record *a,
                         size_t n_a, const plm_record *b, size_t n_b)
{
    running r = {.out = out, .config = config, .lists = {a, b}, .n = {n_a, n_b}};
    memset(out, 0, sizeof *out);
    const uint64_t n_expected = config->n_expected == 0 ? 1 : config->n_expected;
    out->threshold = plm_person_gate_threshold(n_a, n_b, n_expected, config->c);
    plm_arena_init(&r.arena, ARENA_MAX_BYTES);
    plm_status status = plm_resolution_create(&out->resolution, n_b, n_a, n_expected);
    if (status == PLM_OK) {
        status = run(&r);
    }
    plm_token_set_wipe(&r.sets[0]);
    plm_token_set_wipe(&r.sets[1]);
    plm_arena_wipe(&r.arena);
    plm_own_shares_destroy(r.shares);
    free(r.met);
    if (status != PLM_OK) {
        plm_trial_wipe(out);
    }
    return status;
}

void plm_trial_wipe(plm_trial *trial)
{
    plm_resolution_destroy(trial->resolution);
    free(trial->patterns);
    memset(trial, 0, sizeof *trial);
}
