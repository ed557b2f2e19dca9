/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_resolve.c - from candidate pairs to partners and grades, with what each says in words.
 */
#include "node/run_pairs.h"

#include "base/ct.h"
#include "resolve/explain.h"
#include "resolve/resolution.h"
#include "resolve/second_look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    ARENA_MAX = 64 << 20,
    WORDS_MAX = 1024,
    TICK_EVERY = 256
};

typedef struct resolving {
    plm_run_side *side;
    plm_run_pairs *pairs;
    plm_resolution *resolution;
    bool looks_again;
    plm_link *links; /* of all candidates, ascending, each once: their place is the peer's number */
    size_t n_links;
    plm_arena records;
    plm_arena features;
    size_t *added; /* pair of each candidate that was added */
    size_t n_added;
} resolving;

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

/* Which of our features the second look found. */
static plm_status see_features(resolving *r, const plm_run_pair *pair, const plm_features *features,
                               uint8_t *states)
{
    plm_token *own = (plm_token *)plm_arena_array(&r->features, features->n + 1, sizeof *own);
    bool *has_agreed = (bool *)plm_arena_alloc(&r->features, features->n + 1);
    if (own == NULL || has_agreed == NULL) {
        return PLM_E_NOMEM;
    }
    const plm_token *look = r->pairs->look;
    const size_t n = r->pairs->n_look;
    plm_status status = plm_feature_tokens(own, link_of(r, pair), features, &r->features);
    for (size_t i = 0; status == PLM_OK && i < features->n; i++) {
        const plm_token *found =
            n > 0 ? (const plm_token *)bsearch(&own[i], look, n, sizeof own[i], plm_token_compare)
                  : NULL;
        has_agreed[i] = found != NULL && r->pairs->has_agreed[found - look];
    }
    plm_evidence_of_features(states, features, has_agreed);
    return status;
}

/* Which of our combinations are tokens of the peer's record too. */
static plm_status see_tokens(resolving *r, const plm_run_pair *pair, const plm_features *features,
                             uint8_t *states)
{
    const plm_token_set *set = &r->side->selected.set;
    plm_combinations made;
    plm_status status = plm_person_gate_combine(&made, &set->gate, features,
                                                PLM_TOKENS_PER_RECORD_MAX, &r->features);
    if (status != PLM_OK) {
        return status;
    }
    bool *has_agreed = (bool *)plm_arena_alloc(&r->features, made.n + 1);
    if (has_agreed == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = pair->first; i < pair->last; i++) {
        const plm_token *token = &set->tokens[r->pairs->agreements[i].token];
        for (size_t k = 0; k < made.n; k++) {
            has_agreed[k] = has_agreed[k] || plm_token_compare(&made.items[k].token, token) == 0;
        }
    }
    plm_evidence_of_tokens(states, features, &made, has_agreed);
    return PLM_OK;
}

static plm_status add_pair(resolving *r, size_t at, const plm_record *record)
{
    const plm_run_pair *pair = &r->pairs->pairs[at];
    const plm_link *found = (const plm_link *)bsearch(link_of(r, pair), r->links, r->n_links,
                                                      sizeof *r->links, compare_links);
    bool was_seen_twice = r->looks_again && pair->was_looked_at;
    plm_features features;
    plm_arena_reset(&r->features);
    plm_status status =
        plm_features_of(&features, record, r->side->selected.table, was_seen_twice, &r->features);
    if (status != PLM_OK) {
        return status;
    }
    uint8_t *states = (uint8_t *)plm_arena_alloc(&r->features, features.n + 1);
    if (states == NULL) {
        return PLM_E_NOMEM;
    }
    status = was_seen_twice ? see_features(r, pair, &features, states)
                            : see_tokens(r, pair, &features, states);
    if (status == PLM_OK) {
        status = plm_resolution_add(r->resolution, r->pairs->agreements[pair->first].record,
                                    (uint32_t)(found - r->links), &features, states);
    }
    if (status == PLM_OK) {
        r->added[r->n_added++] = at;
    }
    return status;
}

static plm_status read_record(resolving *r, uint32_t record, plm_stored_record *out)
{
    plm_arena_reset(&r->records);
    return plm_store_get_record(r->side->node->store, r->side->selected.numbers[record],
                                &r->records, out);
}

static plm_status add_all(resolving *r)
{
    plm_stored_record stored;
    uint32_t last = UINT32_MAX;
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < r->pairs->n; i++) {
        const uint32_t record = r->pairs->agreements[r->pairs->pairs[i].first].record;
        if (!r->pairs->pairs[i].is_person) {
            continue;
        }
        if (record != last) {
            status = read_record(r, record, &stored);
            last = status == PLM_OK ? record : UINT32_MAX;
        }
        if (status == PLM_E_NOT_FOUND) {
            status = PLM_OK; /* deleted while the run went on: it can be no hit */
            continue;
        }
        if (status == PLM_OK) {
            status = add_pair(r, i, &stored.record);
        }
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
    plm_status status =
        plm_resolution_create(&r.resolution, n_own, rules->records, rules->expected_overlap);
    if (status == PLM_OK) {
        status = number_links(&r);
    }
    if (status == PLM_OK) {
        status = add_all(&r);
    }
    if (status == PLM_OK) {
        status = plm_resolution_solve(r.resolution);
    }
    if (status == PLM_OK) {
        status = take_grades(&r);
    }
    plm_resolution_destroy(r.resolution);
    plm_arena_wipe(&r.records);
    plm_arena_wipe(&r.features);
    free(r.links);
    free(r.added);
    return status;
}
