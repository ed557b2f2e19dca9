/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_world.h - random accords, reservations, denunciations, amendments and proposals, as
 * documents for policy_naive.h and as our own readers take them in.
 */
#ifndef PLM_TESTS_POLICY_WORLD_H
#define PLM_TESTS_POLICY_WORLD_H

#include "accord_fixture.h"
#include "policy_naive.h"

#include <inttypes.h>

enum {
    WORLD_DOCUMENTS = 5
};

/* Where chance comes from: a fuzzer's bytes, or a generator. */
typedef struct world_chance {
    uint64_t (*next)(void *context);
    void *context;
} world_chance;

typedef struct world {
    naive_world naive;
    plm_accord *accord;
    plm_ratification ratifications[WORLD_DOCUMENTS];
    const plm_ratification *ratified[WORLD_DOCUMENTS];
    size_t n_ratified;
    plm_denunciation denunciations[WORLD_DOCUMENTS];
    const plm_denunciation *denounced[WORLD_DOCUMENTS];
    size_t n_denounced;
    plm_accord *later;
    const char *later_ratified[WORLD_DOCUMENTS];
    plm_successor successor;
    plm_in_force state;
    plm_usage usage;
    plm_proposal proposal;
    bool is_good; /* all of it could be made */
} world;

static const char *const world_codes[] = {"AA-ONE", "BB-TWO", "CC-3", "ZZ-NONE"};
static const char *const world_purposes[] = {"crime", "protect-1", "other"};
static const char *const world_offences[] = {"TIP.5", "UNTOC.5", "SOM.6", "EXTREMISM"};

static inline size_t world_below(const world_chance *c, size_t n)
{
    return (size_t)(c->next(c->context) % n);
}

static inline bool world_one_in(const world_chance *c, size_t n)
{
    return world_below(c, n) == 0;
}

/* A non-empty list of some of n names; NULL one time in `none`. */
static inline json_t *world_some(const world_chance *c, const char *const *names, size_t n,
                                 size_t none)
{
    if (none > 0 && !world_one_in(c, none)) {
        return NULL;
    }
    json_t *list = json_array();
    size_t keep = world_below(c, n);
    for (size_t i = 0; i < n; i++) {
        if (i == keep || world_one_in(c, 3)) {
            (void)json_array_append_new(list, json_string(names[i]));
        }
    }
    return list;
}

static inline void world_put(json_t *object, const char *key, json_t *value)
{
    if (value != NULL) {
        (void)json_object_set_new(object, key, value);
    }
}

/* A number near what the fixture's purposes have. */
static inline json_t *world_number(const world_chance *c, size_t none)
{
    static const int marks[] = {1, 2, 3, 10, 20, 30, 500, 1000, 2500, 4000};
    return world_one_in(c, none) ? json_integer(marks[world_below(c, 10)]) : NULL;
}

static inline json_t *world_reservation(const world_chance *c)
{
    static const char *const roles[] = {"suspect", "wanted", "convicted", "stolen",
                                        "missing", "victim", "witness"};
    static const char *const engines[] = {"oprf", "vole"};
    static const char *const labels[] = {"role", "name", "kind"};
    const char *const rules[] = {plm_rule_name(0), plm_rule_name(1), plm_rule_name(2)};
    json_t *r = json_object();
    json_t *budgets = json_object();
    world_put(r, "reason", json_string("because"));
    world_put(r, "purposes", world_some(c, world_purposes, 2, 3));
    world_put(r, "counterparties", world_some(c, world_codes, 3, 3));
    world_put(r, "offences", world_some(c, world_offences, 3, 5));
    world_put(r, "categories", world_some(c, roles, 7, 5));
    world_put(r, "rules", world_some(c, rules, 3, 6));
    world_put(r, "engines", world_some(c, engines, 2, 6));
    world_put(r, "labels", world_some(c, labels, 3, 5));
    world_put(r, "holder_first", world_one_in(c, 8) ? json_true() : NULL);
    world_put(r, "no_standing", world_one_in(c, 8) ? json_true() : NULL);
    bool has_scope =
        json_object_get(r, "purposes") != NULL || json_object_get(r, "counterparties") != NULL;
    world_put(r, "refuses", has_scope && world_one_in(c, 10) ? json_true() : NULL);
    world_put(budgets, "tokens_per_run", world_number(c, 3));
    world_put(budgets, "tokens_per_day", world_number(c, 3));
    world_put(budgets, "runs_per_day", world_number(c, 3));
    world_put(r, "budgets", budgets);
    world_put(r, "smallest_set", world_number(c, 5));
    /* Whatever chance left out, something is reserved. */
    world_put(r, "retention_days", json_integer(30));
    return r;
}

static inline json_t *world_ratification(const world_chance *c, const char *party,
                                         const char *accord)
{
    char signature[129];
    memset(signature, '0', 128);
    signature[128] = '\0';
    json_t *reservations = json_array();
    for (size_t n = world_one_in(c, 2) ? world_below(c, 4) : 0; n > 0; n--) {
        (void)json_array_append_new(reservations, world_reservation(c));
    }
    json_t *catalogue = world_one_in(c, 3) ? world_some(c, world_offences, 3, 0)
                                           : json_pack("[s,s,s]", "TIP.5", "UNTOC.5", "SOM.6");
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s}", "palermo", "ratification/2", "accord",
                     accord, "party", party, "time", "2026-03-01T12:34:56.789Z", "catalogue",
                     catalogue, "reservations", reservations, "signature", signature);
}

static inline json_t *world_denunciation(const world_chance *c, const char *party,
                                         const char *accord)
{
    char signature[129];
    char day[16];
    memset(signature, '0', 128);
    signature[128] = '\0';
    (void)snprintf(day, sizeof day, "2030-%02d-%02d", 1 + (int)world_below(c, 7),
                   1 + (int)world_below(c, 28));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "palermo", "denunciation/1", "accord",
                     accord, "party", party, "time", "2026-03-01T12:34:56.789Z", "last_day", day,
                     "reason", "because", "signature", signature);
}

/* Runs on a schedule, in most purposes. */
static inline json_t *world_standing(const world_chance *c)
{
    static const char *const days[] = {"2030-01-01", "2030-04-15", "2099-12-31"};
    if (world_one_in(c, 5)) {
        return NULL;
    }
    json_t *terms =
        json_pack("{s:i, s:s, s:s}", "shortest_minutes", (int)(1 + world_below(c, 3000)),
                  "last_day", days[world_below(c, 3)], "started_by", "officer");
    world_put(terms, "whole_days",
              world_one_in(c, 2) ? json_integer((json_int_t)(1 + world_below(c, 3))) : NULL);
    return terms;
}

/* The fixture's accord with other choices. */
static inline json_t *world_accord(const world_chance *c)
{
    static const char *const engines[] = {"oprf", "vole", "by-size"};
    static const char *const learners[] = {"holder", "asker", "both"};
    json_t *document = fixture_document();
    json_t *purposes = json_object_get(document, "purposes");
    for (size_t i = 0; i < 2; i++) {
        json_t *purpose = json_array_get(purposes, i);
        world_put(purpose, "engine", json_string(engines[world_below(c, 3)]));
        world_put(purpose, "learns", json_string(learners[world_below(c, 3)]));
        world_put(purpose, "offences", world_some(c, world_offences, 3, 1));
        world_put(purpose, "standing", world_standing(c));
    }
    if (world_one_in(c, 5)) {
        world_put(document, "in_force_after", json_integer(3));
    }
    return document;
}

/* Minutes since the last run, round the intervals there are; -1: there was none. */
static inline int64_t world_minutes(const world_chance *c)
{
    return world_one_in(c, 3) ? -1 : (int64_t)world_below(c, 4500);
}

static inline void world_texts(world *w, const world_chance *c)
{
    naive_world *n = &w->naive;
    n->ratifications = json_array();
    n->denunciations = json_array();
    n->successors = json_array();
    for (size_t i = 0; i < 4; i++) {
        /* Mostly everybody ratified; sometimes a stranger too. */
        if (i < 3 ? !world_one_in(c, 12) : world_one_in(c, 8)) {
            (void)json_array_append_new(n->ratifications,
                                        world_ratification(c, world_codes[i], n->accord_hash));
        }
        if (world_one_in(c, 12)) {
            (void)json_array_append_new(n->denunciations,
                                        world_denunciation(c, world_codes[i], n->accord_hash));
        }
    }
}

static inline plm_accord *world_parse(const json_t *document, char hash[static 65])
{
    fixture_diags diags = {0};
    plm_accord *accord = NULL;
    if (fixture_parse(&accord, document, &diags) == PLM_OK) {
        plm_hex_encode(hash, accord->hash, 32);
    }
    return accord;
}

static inline bool world_take_documents(world *w)
{
    const plm_diag_sink quiet = {NULL, NULL};
    bool good = true;
    for (size_t i = 0; i < json_array_size(w->naive.ratifications); i++) {
        char *text = json_dumps(json_array_get(w->naive.ratifications, i), JSON_COMPACT);
        plm_ratification *r = &w->ratifications[w->n_ratified];
        good = good && plm_ratification_parse(r, plm_span_str(text), &quiet, NULL) == PLM_OK;
        if (good) {
            w->ratified[w->n_ratified++] = r;
        }
        free(text);
    }
    for (size_t i = 0; i < json_array_size(w->naive.denunciations); i++) {
        char *text = json_dumps(json_array_get(w->naive.denunciations, i), JSON_COMPACT);
        plm_denunciation *d = &w->denunciations[w->n_denounced];
        good = good && plm_denunciation_parse(d, plm_span_str(text), &quiet, NULL) == PLM_OK;
        if (good) {
            w->denounced[w->n_denounced++] = d;
        }
        free(text);
    }
    return good;
}

/* A newer accord, of all three parties or of two, ratified by some. */
static inline void world_amend(world *w, const world_chance *c)
{
    char hash[65];
    json_t *ratified = json_array();
    json_t *document = fixture_document();
    world_put(document, "title", json_string("A newer one"));
    world_put(document, "amends", json_string(w->naive.accord_hash));
    if (world_one_in(c, 3)) {
        (void)json_array_remove(json_object_get(document, "parties"), world_below(c, 3));
    }
    w->later = world_parse(document, hash);
    for (size_t i = 0; w->later != NULL && i < 4; i++) {
        if (world_one_in(c, 2)) {
            w->later_ratified[w->successor.n_ratified++] = world_codes[i];
            (void)json_array_append_new(ratified, json_string(world_codes[i]));
        }
    }
    w->successor.accord = w->later;
    w->successor.ratified = w->later_ratified;
    (void)json_array_append_new(
        w->naive.successors,
        json_pack("{s:s, s:o, s:o}", "hash", hash, "accord", document, "ratified", ratified));
    w->state.successors = &w->successor;
    w->state.n_successors = 1;
}

static inline uint64_t world_tokens(const world_chance *c)
{
    static const uint64_t marks[] = {0,   10,   20,   30,         PLM_ENGINE_BY_SIZE,
                                     500, 1000, 2500, UINT64_MAX, 4000};
    uint64_t n = marks[world_below(c, 10)] + world_below(c, 5) - 2;
    return world_one_in(c, 4) ? n : n - n % 10;
}

/* Names rules as the effective purpose would, most of the time. */
static inline void world_rules(world *w, const world_chance *c, const json_t *purpose)
{
    plm_proposal *p = &w->proposal;
    char clause[PLM_TEXT_MAX];
    for (size_t i = 0; purpose != NULL && i < plm_rule_count(); i++) {
        const char *rule = plm_rule_name(i);
        bool is_left = naive_in(json_object_get(purpose, "rules"), rule) &&
                       !naive_taken(&w->naive, p, "rules", rule, "rules", clause);
        if (is_left || world_one_in(c, 200)) {
            (void)snprintf(p->rules[p->n_rules++], sizeof p->rules[0], "%s", rule);
        }
    }
    if (p->n_rules > 0 && world_one_in(c, 25)) {
        p->n_rules--;
    }
}

static inline void world_propose(world *w, const world_chance *c)
{
    plm_proposal *p = &w->proposal;
    static const char *const cases[] = {"0123456789abcdef0123456789abcdef", "-",
                                        "0123456789ABCDEF"};
    (void)snprintf(p->asker, sizeof p->asker, "%s",
                   world_codes[world_one_in(c, 15) ? world_below(c, 4) : 0]);
    (void)snprintf(p->holder, sizeof p->holder, "%s",
                   world_codes[world_one_in(c, 15) ? world_below(c, 4) : 1]);
    (void)snprintf(p->purpose, sizeof p->purpose, "%s",
                   world_purposes[world_one_in(c, 25) ? 2 : world_below(c, 2)]);
    (void)snprintf(p->offence, sizeof p->offence, "%s",
                   world_offences[world_one_in(c, 12) ? world_below(c, 4) : world_below(c, 2)]);
    (void)snprintf(p->case_ref, sizeof p->case_ref, "%s",
                   cases[world_one_in(c, 20) ? world_below(c, 3) : 0]);
    (void)snprintf(p->officer, sizeof p->officer, "%s",
                   world_one_in(c, 20) ? "Inspector" : "fedcba9876543210");
    memcpy(p->accord_hash, w->accord->hash, 32);
    memcpy(p->recipe_digest, w->accord->recipe_digest, 32);
    p->accord_hash[world_below(c, 32)] ^= world_one_in(c, 40);
    p->recipe_digest[world_below(c, 32)] ^= world_one_in(c, 30);
    const json_t *list = json_object_get(w->naive.accord, "purposes");
    int at = naive_position(list, p->purpose);
    const json_t *purpose = at >= 0 ? json_array_get(list, (size_t)at) : NULL;
    world_rules(w, c, purpose);
    p->n_tokens = world_tokens(c);
    p->standing = (plm_standing_kind)(world_one_in(c, 6) ? 1 + world_below(c, 2) : 0);
    p->engine = (plm_match_engine)(1 + world_below(c, 2));
    p->learns = (plm_learns)(1 + world_below(c, 3));
    /* Right engine and learner more often than chance would have it. */
    for (int i = 0; purpose != NULL && i < 6 && !world_one_in(c, 6); i++) {
        naive_verdict v = naive_choices(&w->naive, p, at, purpose);
        if (v.code == PLM_REFUSAL_ENGINE) {
            p->engine = p->engine == PLM_ENGINE_OPRF ? PLM_ENGINE_VOLE : PLM_ENGINE_OPRF;
        } else if (v.code == PLM_REFUSAL_LEARNS) {
            p->learns = (plm_learns)(1 + (unsigned)p->learns % 3);
        }
    }
}

static inline void world_make(world *w, const world_chance *c)
{
    memset(w, 0, sizeof *w);
    w->naive.accord = world_accord(c);
    w->accord = world_parse(w->naive.accord, w->naive.accord_hash);
    if (w->accord == NULL) {
        return;
    }
    world_texts(w, c);
    w->is_good = world_take_documents(w);
    if (world_one_in(c, 6)) {
        world_amend(w, c);
        w->is_good = w->is_good && w->later != NULL;
    }
    w->state.ratified = w->ratified;
    w->state.n_ratified = w->n_ratified;
    w->state.denounced = w->denounced;
    w->state.n_denounced = w->n_denounced;
    if (!world_one_in(c, 60)) {
        w->state.today =
            (plm_date){world_one_in(c, 20) ? 2031 : 2030, (uint8_t)(1 + world_below(c, 7)),
                       (uint8_t)(1 + world_below(c, 28))};
        plm_date_format(w->naive.today, w->state.today);
    }
    w->usage.tokens_today = world_one_in(c, 2) ? 0 : world_tokens(c);
    w->usage.runs_today = world_one_in(c, 2)   ? 0
                          : world_one_in(c, 8) ? UINT64_MAX
                                               : world_below(c, 5);
    w->naive.tokens_today = w->usage.tokens_today;
    w->naive.runs_today = w->usage.runs_today;
    w->naive.last_minutes = world_minutes(c);
    w->naive.whole_minutes = world_minutes(c);
    w->usage.has_last = w->naive.last_minutes >= 0;
    w->usage.since_last_ms = w->naive.last_minutes * 60000;
    w->usage.has_whole = w->naive.whole_minutes >= 0;
    w->usage.since_whole_ms = w->naive.whole_minutes * 60000;
    world_propose(w, c);
}

static inline void world_wipe(world *w)
{
    json_decref(w->naive.accord);
    json_decref(w->naive.ratifications);
    json_decref(w->naive.denunciations);
    json_decref(w->naive.successors);
    for (size_t i = 0; i < w->n_ratified; i++) {
        plm_ratification_wipe(&w->ratifications[i]);
    }
    for (size_t i = 0; i < w->n_denounced; i++) {
        plm_denunciation_wipe(&w->denunciations[i]);
    }
    plm_accord_destroy(w->accord);
    plm_accord_destroy(w->later);
}

/* Both evaluators on the world; true if they say the same. */
static inline bool world_agrees(const world *w, naive_verdict *naive, plm_refusal *ours)
{
    memset(ours, 0x5a, sizeof *ours);
    plm_status status =
        plm_policy_check_proposal(w->accord, &w->state, &w->usage, &w->proposal, ours);
    *naive = naive_proposal(&w->naive, &w->proposal);
    return status == (naive->code == PLM_REFUSAL_NONE ? PLM_OK : PLM_E_REFUSED) &&
           ours->code == naive->code && strcmp(ours->clause, naive->clause) == 0;
}

#endif
