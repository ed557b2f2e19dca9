/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_resolve.c - from candidate pairs to partners and grades, with what each says in words.
 */
#include "node/run_pairs.h"

#include "base/ct.h"
#include "resolve/explain.h"
#include "resolve/own_shares.h"
#include "resolve/resolution.h"
#include "resolve/second_look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARENA_MAX = 64 << 20,
    WORDS_MAX = 1024,
    TICK_EVERY = 256,
    PARTS = 1000 /* of the work, as it is told */
};

/* Where in the work a part of it begins: about as the time goes. */
#define ADDED_AT   0.1
#define SOLVED_AT  0.5
#define EXPLAIN_AT 0.9

typedef struct resolving {
    plm_run_side *side;
    plm_run_pairs *pairs;
    plm_resolution *resolution;
    bool looks_again;
    plm_link *links; /* of all candidates, ascending, each once: their place is the peer's number */
    size_t n_links;
    plm_own_shares *shares;
    plm_arena records;
    plm_arena features; /* of one record */
    plm_arena work;     /* on one of its candidates */
    size_t *added;      /* pair of each candidate that was added */
    size_t n_added;
} resolving;

/* A record of ours, ready to be compared. */
typedef struct own_record {
    plm_features features;
    plm_combinations made;
    uint8_t *n_named;   /* of each combination: records of the peer that its label names */
    bool is_seen_twice; /* they are those of a second look */
} own_record;

/* The peer waits for us meanwhile: both sides' workers hear that we are here. */
static plm_status tell(const resolving *r, double done)
{
    const plm_node *node = r->side->node;
    if (node->progress != NULL) {
        const plm_run_progress progress = {"resolve", (uint64_t)(done * PARTS), PARTS};
        node->progress(node->progress_context, &progress);
    }
    return plm_session_tick(&r->side->session);
}

static plm_status tell_solving(void *context, double done)
{
    return tell((const resolving *)context, SOLVED_AT + done * (EXPLAIN_AT - SOLVED_AT));
}

static int compare_links(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(plm_link));
}

static const plm_link *link_of(const resolving *r, const plm_run_pair *pair)
{
    return &r->pairs->agreements[pair->first].link;
}

static plm_status number_links(resolving *r)
{
    r->links = (plm_link *)calloc(r->pairs->n + 1, sizeof *r->links);
    r->added = (size_t *)calloc(r->pairs->n + 1, sizeof *r->added);
    if (r->links == NULL || r->added == NULL) {
        return PLM_E_NOMEM;
    }
    size_t n = 0;
    for (size_t i = 0; i < r->pairs->n; i++) {
        r->links[n++] = *link_of(r, &r->pairs->pairs[i]);
    }
    qsort(r->links, n, sizeof *r->links, compare_links);
    for (size_t i = 0; i < n; i++) {
        if (r->n_links == 0 || compare_links(&r->links[i], &r->links[r->n_links - 1]) != 0) {
            r->links[r->n_links++] = r->links[i];
        }
    }
    return PLM_OK;
}

static plm_status read_record(resolving *r, uint32_t record, plm_stored_record *out)
{
    plm_arena_reset(&r->records);
    return plm_store_get_record(r->side->node->store, r->side->selected.numbers[record],
                                &r->records, out);
}

/* How common the values of our list are in it. */
static plm_status count_shares(resolving *r)
{
    plm_features features;
    plm_stored_record stored;
    const size_t n = r->side->selected.n_numbers;
    plm_status status = plm_own_shares_create(&r->shares, n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        if (!plm_own_shares_wants(r->shares, i)) {
            continue;
        }
        plm_arena_reset(&r->features);
        status = read_record(r, (uint32_t)i, &stored);
        if (status == PLM_E_NOT_FOUND) {
            status = PLM_OK; /* deleted while the run went on */
            continue;
        }
        if (status == PLM_OK) {
            status = plm_features_of(&features, &stored.record, r->side->selected.table,
                                     r->looks_again, &r->features);
        }
        if (status == PLM_OK) {
            status = plm_own_shares_add(r->shares, i, &features);
        }
        if (status == PLM_OK && i % TICK_EVERY == 0) {
            status = tell(r, ADDED_AT * (double)i / (double)n);
        }
    }
    return status;
}

/* Which of our features the second look found. */
static plm_status see_features(resolving *r, const plm_run_pair *pair, const own_record *own,
                               uint8_t *states)
{
    const plm_features *features = &own->features;
    plm_token *tokens = (plm_token *)plm_arena_array(&r->work, features->n + 1, sizeof *tokens);
    bool *has_agreed = (bool *)plm_arena_alloc(&r->work, features->n + 1);
    if (tokens == NULL || has_agreed == NULL) {
        return PLM_E_NOMEM;
    }
    const plm_token *look = r->pairs->look;
    const size_t n = r->pairs->n_look;
    plm_status status = plm_feature_tokens(tokens, link_of(r, pair), features, &r->work);
    for (size_t i = 0; status == PLM_OK && i < features->n; i++) {
        const plm_token *found =
            n > 0 ? (const plm_token *)bsearch(&tokens[i], look, n, sizeof *look, plm_token_compare)
                  : NULL;
        has_agreed[i] = found != NULL && r->pairs->has_agreed[found - look];
    }
    plm_evidence_of_features(states, features, has_agreed);
    return status;
}

/* Counts for each of our combinations the agreements first <= i < last by its token. */
static uint8_t *count_agreements(const resolving *r, const plm_combinations *made, size_t first,
                                 size_t last, plm_arena *arena)
{
    const plm_token_set *set = &r->side->selected.set;
    uint8_t *n = (uint8_t *)plm_arena_alloc(arena, made->n + 1);
    for (size_t i = first; n != NULL && i < last; i++) {
        const plm_token *token = &set->tokens[r->pairs->agreements[i].token];
        for (size_t k = 0; k < made->n; k++) {
            const bool is_its = plm_token_compare(&made->items[k].token, token) == 0;
            n[k] = (uint8_t)(n[k] + (is_its && n[k] < UINT8_MAX));
        }
    }
    return n;
}

/* Which of our combinations are tokens of the peer's record too. */
static plm_status see_tokens(resolving *r, const plm_run_pair *pair, const own_record *own,
                             uint8_t *states)
{
    const plm_combinations *made = &own->made;
    uint8_t *met = count_agreements(r, made, pair->first, pair->last, &r->work);
    if (met == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t k = 0; k < made->n; k++) {
        met[k] = (uint8_t)plm_evidence_of_label(met[k] > 0, own->n_named[k]);
    }
    plm_evidence_of_tokens(states, &own->features, made, met);
    return PLM_OK;
}

/* Tokens were made by the table alone, on both sides alike; weights know our own list too. */
static plm_status prepare(resolving *r, own_record *own, uint32_t number, const plm_record *record,
                          bool is_seen_twice)
{
    plm_arena_reset(&r->features);
    own->is_seen_twice = is_seen_twice;
    own->made = (plm_combinations){0};
    plm_status status = plm_features_of(&own->features, record, r->side->selected.table,
                                        is_seen_twice, &r->features);
    if (status == PLM_OK && !is_seen_twice) {
        status = plm_person_gate_combine(&own->made, &r->side->selected.set.gate, &own->features,
                                         PLM_TOKENS_PER_RECORD_MAX, &r->features);
    }
    if (status == PLM_OK) {
        plm_own_shares_lower(r->shares, number, &own->features);
    }
    return status;
}

static plm_status add_pair(resolving *r, size_t at, const own_record *own)
{
    const plm_run_pair *pair = &r->pairs->pairs[at];
    const plm_link *found = (const plm_link *)bsearch(link_of(r, pair), r->links, r->n_links,
                                                      sizeof *r->links, compare_links);
    plm_arena_reset(&r->work);
    uint8_t *states = (uint8_t *)plm_arena_alloc(&r->work, own->features.n + 1);
    if (states == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status =
        own->is_seen_twice ? see_features(r, pair, own, states) : see_tokens(r, pair, own, states);
    if (status == PLM_OK) {
        status = plm_resolution_add(r->resolution, r->pairs->agreements[pair->first].record,
                                    (uint32_t)(found - r->links), &own->features, states);
    }
    if (status == PLM_OK) {
        r->added[r->n_added++] = at;
    }
    return status;
}

/* The candidates first <= i < last, all of one of our records. */
static plm_status add_record(resolving *r, size_t first, size_t last)
{
    plm_stored_record stored;
    own_record own;
    bool is_prepared = false;
    const uint32_t number = r->pairs->agreements[r->pairs->pairs[first].first].record;
    while (first < last && !r->pairs->pairs[first].is_person) {
        first++;
    }
    if (first == last) {
        return PLM_OK;
    }
    plm_status status = read_record(r, number, &stored);
    if (status == PLM_E_NOT_FOUND) {
        return PLM_OK; /* deleted while the run went on: it can be no hit */
    }
    for (size_t i = first; status == PLM_OK && i < last; i++) {
        const plm_run_pair *pair = &r->pairs->pairs[i];
        const bool is_seen_twice = r->looks_again && pair->was_looked_at;
        if (!pair->is_person) {
            continue;
        }
        if (!is_prepared || own.is_seen_twice != is_seen_twice) {
            status = prepare(r, &own, number, &stored.record, is_seen_twice);
            is_prepared = true;
            own.n_named = count_agreements(r, &own.made, r->pairs->pairs[first].first,
                                           r->pairs->pairs[last - 1].last, &r->features);
            status = status == PLM_OK && own.n_named == NULL ? PLM_E_NOMEM : status;
        }
        if (status == PLM_OK) {
            status = add_pair(r, i, &own);
        }
    }
    return status;
}

static plm_status add_all(resolving *r)
{
    const plm_run_pairs *p = r->pairs;
    plm_status status = PLM_OK;
    for (size_t i = 0, n_records = 0; status == PLM_OK && i < p->n; n_records++) {
        const uint32_t record = p->agreements[p->pairs[i].first].record;
        size_t end = i + 1;
        while (end < p->n && p->agreements[p->pairs[end].first].record == record) {
            end++;
        }
        status = add_record(r, i, end);
        if (status == PLM_OK && n_records % TICK_EVERY == 0) {
            status = tell(r, ADDED_AT + (SOLVED_AT - ADDED_AT) * (double)i / (double)p->n);
        }
        i = end;
    }
    return status;
}

static plm_status explain(resolving *r, size_t candidate, plm_run_pair *pair)
{
    size_t n;
    plm_stored_record stored;
    plm_buf words;
    const plm_pair_field *fields = plm_resolution_fields(r->resolution, candidate, &n);
    plm_status status = read_record(r, r->pairs->agreements[pair->first].record, &stored);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    plm_buf_init(&words, WORDS_MAX);
    status = plm_pair_fields_explain(&words, plm_resolution_model(r->resolution), fields, n,
                                     &stored.record);
    if (status == PLM_OK || status == PLM_E_LIMIT) {
        pair->words = strndup((const char *)words.data, words.n);
        status = pair->words != NULL ? PLM_OK : PLM_E_NOMEM;
    }
    plm_buf_wipe(&words);
    return status;
}

/* A pair that an identifier of its own found is a hit whatever the names say, and at least
 * probable. */
static plm_status take_grades(resolving *r)
{
    size_t n;
    const plm_pair *found = plm_resolution_pairs(r->resolution, &n);
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        plm_run_pair *pair = &r->pairs->pairs[r->added[i]];
        pair->grade = (uint8_t)found[i].grade;
        pair->score = (int32_t)lround(found[i].score * 100);
        if (pair->is_strong && pair->grade < PLM_GRADE_PROBABLE) {
            pair->grade = PLM_GRADE_PROBABLE;
        }
        if (pair->grade != PLM_GRADE_NONE) {
            status = explain(r, i, pair);
        }
        if (status == PLM_OK && i % TICK_EVERY == 0) {
            status = tell(r, EXPLAIN_AT + (1 - EXPLAIN_AT) * (double)i / (double)n);
        }
    }
    return status;
}

plm_status plm_run_pairs_resolve(plm_run_side *side, const plm_purpose *purpose)
{
    const plm_person_rules *rules = &purpose->person_rules;
    resolving r = {.side = side, .pairs = side->pairs, .looks_again = plm_run_looks_again(purpose)};
    uint64_t n_own = side->selected.n_numbers > 0 ? side->selected.n_numbers : 1;
    plm_arena_init(&r.records, ARENA_MAX);
    plm_arena_init(&r.features, ARENA_MAX);
    plm_arena_init(&r.work, ARENA_MAX);
    plm_status status =
        plm_resolution_create(&r.resolution, n_own, rules->records, rules->expected_overlap);
    if (status == PLM_OK) {
        status = number_links(&r);
    }
    if (status == PLM_OK) {
        status = count_shares(&r);
    }
    if (status == PLM_OK) {
        status = add_all(&r);
    }
    if (status == PLM_OK) {
        status = plm_resolution_solve(r.resolution, tell_solving, &r);
    }
    if (status == PLM_OK) {
        status = take_grades(&r);
    }
    plm_resolution_destroy(r.resolution);
    plm_arena_wipe(&r.records);
    plm_arena_wipe(&r.features);
    plm_arena_wipe(&r.work);
    plm_own_shares_destroy(r.shares);
    free(r.links);
    free(r.added);
    return status;
}
