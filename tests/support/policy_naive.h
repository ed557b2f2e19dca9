/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_naive.h - a slow, obvious evaluator of spec/accord.md section 5, for comparison.
 *
 * It reads the JSON documents themselves, again for every question, and shares no code with
 * src/accord: names stand for themselves, sets are arrays of strings, sums are made in 128 bits. It
 * was written from the specification's text, line by line.
 */
#ifndef PLM_TESTS_POLICY_NAIVE_H
#define PLM_TESTS_POLICY_NAIVE_H

#include "policy_naive_read.h"

/* Section 5.1, from the denunciations on. */
static inline naive_verdict naive_left_or_replaced(const naive_world *w, const plm_proposal *p)
{
    const char *const sides[2] = {p->asker, p->holder};
    char clause[PLM_TEXT_MAX];
    for (int s = 0; s < 2; s++) {
        const json_t *d = naive_of(w->denunciations, sides[s]);
        if (d != NULL && strcmp(w->today, naive_text(d, "last_day")) > 0) {
            (void)snprintf(clause, sizeof clause, "/denunciations/%s/last_day", sides[s]);
            return naive_say(PLM_REFUSAL_NOT_IN_FORCE, clause);
        }
    }
    for (size_t i = 0; i < json_array_size(w->successors); i++) {
        const json_t *successor = json_array_get(w->successors, i);
        const json_t *accord = json_object_get(successor, "accord");
        const json_t *those = json_object_get(accord, "parties");
        const json_t *ratified = json_object_get(successor, "ratified");
        json_int_t many = 0;
        for (size_t j = 0; j < json_array_size(those); j++) {
            many += naive_in(ratified, naive_text(json_array_get(those, j), "code"));
        }
        bool both = true;
        for (int s = 0; s < 2; s++) {
            both = both && naive_in(ratified, sides[s]) && naive_position(those, sides[s]) >= 0;
        }
        if (both && many >= json_integer_value(json_object_get(accord, "in_force_after"))) {
            (void)snprintf(clause, sizeof clause, "/amendments/%s", naive_text(successor, "hash"));
            return naive_say(PLM_REFUSAL_NOT_IN_FORCE, clause);
        }
    }
    for (int s = 0; s < 2; s++) {
        const json_t *list = json_object_get(naive_of(w->ratifications, sides[s]), "reservations");
        for (size_t i = 0; i < json_array_size(list); i++) {
            const json_t *r = json_array_get(list, i);
            if (json_object_get(r, "refuses") != NULL && json_object_get(r, "purposes") == NULL &&
                naive_in(json_object_get(r, "counterparties"), sides[1 - s])) {
                (void)snprintf(clause, sizeof clause,
                               "/ratifications/%s/reservations/%zu/counterparties", sides[s], i);
                return naive_say(PLM_REFUSAL_NOT_IN_FORCE, clause);
            }
        }
    }
    return naive_say(PLM_REFUSAL_NONE, "");
}

/* Section 5.1. */
static inline naive_verdict naive_in_force(const naive_world *w, const plm_proposal *p)
{
    const json_t *parties = json_object_get(w->accord, "parties");
    const char *const sides[2] = {p->asker, p->holder};
    char clause[PLM_TEXT_MAX];
    if (w->today[0] == '\0' || strcmp(w->today, naive_text(w->accord, "expires")) > 0) {
        return naive_say(PLM_REFUSAL_NOT_IN_FORCE, "/expires");
    }
    json_int_t n = 0;
    for (size_t i = 0; i < json_array_size(parties); i++) {
        n += naive_of(w->ratifications, naive_text(json_array_get(parties, i), "code")) != NULL;
    }
    if (n < json_integer_value(json_object_get(w->accord, "in_force_after"))) {
        return naive_say(PLM_REFUSAL_NOT_IN_FORCE, "/in_force_after");
    }
    for (int s = 0; s < 2; s++) {
        int at = naive_position(parties, sides[s]);
        if (at < 0) {
            return naive_say(PLM_REFUSAL_PARTY, "/parties");
        }
        if (naive_of(w->ratifications, sides[s]) == NULL) {
            (void)snprintf(clause, sizeof clause, "/parties/%d", at);
            return naive_say(PLM_REFUSAL_NOT_IN_FORCE, clause);
        }
    }
    if (strcmp(sides[0], sides[1]) == 0) {
        return naive_say(PLM_REFUSAL_PARTY, "/parties");
    }
    return naive_left_or_replaced(w, p);
}

/* The roles in the order of their numbers. */
static const char *const naive_roles[] = {"suspect", "wanted", "convicted", "listed", "associate",
                                          "missing", "victim", "witness",   "lost",   "stolen"};

/* Section 5.2: is anything left of the purpose? */
static inline naive_verdict naive_left(const naive_world *w, const plm_proposal *p,
                                       const json_t *purpose)
{
    static const char *const sides[2] = {"asker", "holder"};
    const json_t *offences = json_object_get(purpose, "offences");
    const json_t *rules = json_object_get(purpose, "rules");
    const char *engine = naive_text(purpose, "engine");
    char clause[PLM_TEXT_MAX];
    char first[PLM_TEXT_MAX] = "";
    size_t n = 0;
    if (naive_taken(w, p, "refuses", NULL, "purposes", clause)) {
        return naive_say(PLM_REFUSAL_PURPOSE, clause);
    }
    for (size_t i = 0; i < json_array_size(offences); i++) {
        n += !naive_offence_taken(w, p, json_string_value(json_array_get(offences, i)), clause);
    }
    if (n == 0) {
        (void)naive_offence_taken(w, p, json_string_value(json_array_get(offences, 0)), clause);
        return naive_say(PLM_REFUSAL_OFFENCE, clause);
    }
    for (int s = 0; s < 2; s++) {
        const json_t *roles = json_object_get(json_object_get(purpose, "roles"), sides[s]);
        n = 0;
        first[0] = '\0';
        for (size_t i = 0; i < sizeof naive_roles / sizeof *naive_roles; i++) {
            if (!naive_in(roles, naive_roles[i])) {
                continue;
            }
            if (!naive_taken(w, p, "categories", naive_roles[i], "categories", clause)) {
                n++;
            } else if (first[0] == '\0') {
                memcpy(first, clause, sizeof first);
            }
        }
        if (n == 0) {
            return naive_say(PLM_REFUSAL_PURPOSE, first);
        }
    }
    n = 0;
    first[0] = '\0';
    for (size_t i = 0; i < plm_rule_count(); i++) {
        if (!naive_in(rules, plm_rule_name(i))) {
            continue;
        }
        if (!naive_taken(w, p, "rules", plm_rule_name(i), "rules", clause)) {
            n++;
        } else if (first[0] == '\0') {
            memcpy(first, clause, sizeof first);
        }
    }
    if (n == 0) {
        return naive_say(PLM_REFUSAL_RULES, first);
    }
    bool no_vole = naive_taken(w, p, "engines", "vole", "engines", clause);
    if (no_vole && strcmp(engine, "vole") == 0) {
        return naive_say(PLM_REFUSAL_ENGINE, clause);
    }
    bool no_oprf = naive_taken(w, p, "engines", "oprf", "engines", clause);
    if (no_oprf && (strcmp(engine, "oprf") == 0 || (no_vole && strcmp(engine, "by-size") == 0))) {
        return naive_say(PLM_REFUSAL_ENGINE, clause);
    }
    return naive_say(PLM_REFUSAL_NONE, "");
}

/* A member's value by a pointer without the first slash: "budgets/tokens_per_run". */
static inline const json_t *naive_get(const json_t *object, const char *pointer)
{
    const char *slash = strchr(pointer, '/');
    char head[64];
    if (slash == NULL) {
        return json_object_get(object, pointer);
    }
    (void)snprintf(head, sizeof head, "%.*s", (int)(slash - pointer), pointer);
    return json_object_get(json_object_get(object, head), slash + 1);
}

/* A number of the purpose at its tightest, and the clause that made it so. */
static inline uint64_t naive_number(const naive_world *w, const plm_proposal *p, int at,
                                    const char *pointer, bool rises, char *clause)
{
    const char *const sides[2] = {p->asker, p->holder};
    const json_t *purpose = json_array_get(json_object_get(w->accord, "purposes"), (size_t)at);
    json_int_t best = json_integer_value(naive_get(purpose, pointer));
    (void)snprintf(clause, PLM_TEXT_MAX, "/purposes/%d/%s", at, pointer);
    for (int s = 0; s < 2; s++) {
        const json_t *list = json_object_get(naive_of(w->ratifications, sides[s]), "reservations");
        for (size_t i = 0; i < json_array_size(list); i++) {
            const json_t *r = json_array_get(list, i);
            const json_t *value = naive_get(r, pointer);
            if (value == NULL || !naive_applies(r, p->purpose, sides[1 - s])) {
                continue;
            }
            if (rises ? json_integer_value(value) > best : json_integer_value(value) < best) {
                best = json_integer_value(value);
                (void)snprintf(clause, PLM_TEXT_MAX, "/ratifications/%s/reservations/%zu/%s",
                               sides[s], i, pointer);
            }
        }
    }
    return (uint64_t)best;
}

static inline bool naive_hex(const char *text, size_t n)
{
    size_t good = 0;
    while (text[good] != '\0' && strchr("0123456789abcdef", text[good]) != NULL) {
        good++;
    }
    return good == n && text[good] == '\0';
}

/* The proposed rules are those that are left, each once. */
static inline bool naive_rules_fit(const naive_world *w, const plm_proposal *p,
                                   const json_t *purpose)
{
    char clause[PLM_TEXT_MAX];
    size_t n_left = 0;
    for (size_t i = 0; i < plm_rule_count(); i++) {
        const char *rule = plm_rule_name(i);
        size_t n_named = 0;
        for (size_t j = 0; j < p->n_rules && j < PLM_MESSAGE_RULES_MAX; j++) {
            n_named += strcmp(p->rules[j], rule) == 0;
        }
        bool is_left = naive_in(json_object_get(purpose, "rules"), rule) &&
                       !naive_taken(w, p, "rules", rule, "rules", clause);
        n_left += is_left;
        if (n_named != (is_left ? 1U : 0U)) {
            return false;
        }
    }
    return n_left == p->n_rules;
}

/* Section 5.3, from the offence to the case. */
static inline naive_verdict naive_choices(const naive_world *w, const plm_proposal *p, int at,
                                          const json_t *purpose)
{
    char clause[PLM_TEXT_MAX];
    const char *engine = naive_text(purpose, "engine");
    const char *learns = naive_text(purpose, "learns");
    bool is_listed = naive_in(json_object_get(purpose, "offences"), p->offence);
    if (!is_listed || naive_offence_taken(w, p, p->offence, clause)) {
        if (!is_listed) {
            (void)snprintf(clause, sizeof clause, "/purposes/%d/offences", at);
        }
        return naive_say(PLM_REFUSAL_OFFENCE, clause);
    }
    if (!naive_rules_fit(w, p, purpose)) {
        (void)snprintf(clause, sizeof clause, "/purposes/%d/rules", at);
        for (size_t i = 0; i < p->n_rules && i < PLM_MESSAGE_RULES_MAX; i++) {
            if (naive_taken(w, p, "rules", p->rules[i], "rules", clause)) {
                break;
            }
        }
        return naive_say(PLM_REFUSAL_RULES, clause);
    }
    (void)snprintf(clause, sizeof clause, "/purposes/%d/engine", at);
    bool is_vole = strcmp(engine, "vole") == 0;
    if (strcmp(engine, "by-size") == 0) {
        is_vole = p->n_tokens / PLM_ENGINE_BY_SIZE > 0;
        if (naive_taken(w, p, "engines", "oprf", "engines", clause)) {
            is_vole = true;
        } else if (naive_taken(w, p, "engines", "vole", "engines", clause)) {
            is_vole = false;
        }
    }
    is_vole = is_vole ||
              json_object_get(json_array_get(json_object_get(w->accord, "purposes"), (size_t)at),
                              "person_rules") != NULL;
    if ((unsigned)p->engine != (is_vole ? 2U : 1U)) {
        return naive_say(PLM_REFUSAL_ENGINE, clause);
    }
    (void)snprintf(clause, sizeof clause, "/purposes/%d/learns", at);
    unsigned wanted = strcmp(learns, "holder") == 0 ? 1 : strcmp(learns, "asker") == 0 ? 2 : 3;
    if (wanted != 1 && naive_taken(w, p, "holder_first", NULL, "holder_first", clause)) {
        wanted = 1;
    }
    if ((unsigned)p->learns != wanted) {
        return naive_say(PLM_REFUSAL_LEARNS, clause);
    }
    return naive_say(PLM_REFUSAL_NONE, "");
}

static inline naive_verdict naive_numbers(const naive_world *w, const plm_proposal *p, int at,
                                          const json_t *purpose)
{
    __extension__ typedef unsigned __int128 wide;
    char clause[PLM_TEXT_MAX];
    uint64_t pad_to = (uint64_t)json_integer_value(json_object_get(purpose, "pad_to"));
    if (p->n_tokens % pad_to != 0) {
        (void)snprintf(clause, sizeof clause, "/purposes/%d/pad_to", at);
        return naive_say(PLM_REFUSAL_PADDING, clause);
    }
    uint64_t smallest = naive_number(w, p, at, "smallest_set", true, clause);
    if (p->n_tokens < 1 || p->n_tokens < smallest) {
        return naive_say(PLM_REFUSAL_SMALLEST_SET, clause);
    }
    if (p->n_tokens > naive_number(w, p, at, "budgets/tokens_per_run", false, clause)) {
        return naive_say(PLM_REFUSAL_BUDGET_RUN, clause);
    }
    if ((wide)p->n_tokens + w->tokens_today >
        naive_number(w, p, at, "budgets/tokens_per_day", false, clause)) {
        return naive_say(PLM_REFUSAL_BUDGET_DAY, clause);
    }
    if ((wide)w->runs_today + 1 > naive_number(w, p, at, "budgets/runs_per_day", false, clause)) {
        return naive_say(PLM_REFUSAL_BUDGET_RUNS, clause);
    }
    return naive_say(PLM_REFUSAL_NONE, "");
}

/* A run so many minutes ago is too soon: less a tenth of the interval, ten minutes at most. */
static inline bool naive_soon(int64_t ago, int64_t interval)
{
    int64_t slack_tenths = interval < 100 ? interval : 100;
    return ago >= 0 && ago * 10 < interval * 10 - slack_tenths;
}

/* spec/standing.md section 2. */
static inline naive_verdict naive_standing(const naive_world *w, const plm_proposal *p, int at,
                                           const json_t *purpose)
{
    const json_t *terms = json_object_get(purpose, "standing");
    const json_t *whole_days = json_object_get(terms, "whole_days");
    char clause[PLM_TEXT_MAX];
    if (p->standing == 0) {
        return naive_say(PLM_REFUSAL_NONE, "");
    }
    if (terms == NULL) {
        (void)snprintf(clause, sizeof clause, "/purposes/%d", at);
        return naive_say(PLM_REFUSAL_STANDING, clause);
    }
    if (naive_taken(w, p, "no_standing", NULL, "no_standing", clause)) {
        return naive_say(PLM_REFUSAL_STANDING, clause);
    }
    if (strcmp(w->today, naive_text(terms, "last_day")) > 0) {
        (void)snprintf(clause, sizeof clause, "/purposes/%d/standing/last_day", at);
        return naive_say(PLM_REFUSAL_STANDING, clause);
    }
    if (naive_soon(w->last_minutes,
                   json_integer_value(json_object_get(terms, "shortest_minutes")))) {
        (void)snprintf(clause, sizeof clause, "/purposes/%d/standing/shortest_minutes", at);
        return naive_say(PLM_REFUSAL_STANDING, clause);
    }
    if (p->standing == 2 && whole_days == NULL) {
        (void)snprintf(clause, sizeof clause, "/purposes/%d/standing", at);
        return naive_say(PLM_REFUSAL_STANDING, clause);
    }
    if (p->standing == 1 && whole_days != NULL &&
        naive_soon(w->whole_minutes, json_integer_value(whole_days) * 24 * 60)) {
        (void)snprintf(clause, sizeof clause, "/purposes/%d/standing/whole_days", at);
        return naive_say(PLM_REFUSAL_STANDING, clause);
    }
    return naive_say(PLM_REFUSAL_NONE, "");
}

/* Section 5.3: the first line of its table that fails. */
static inline naive_verdict naive_proposal(const naive_world *w, const plm_proposal *p)
{
    uint8_t own[PLM_RECIPE_DIGEST_BYTES];
    char hex[65];
    plm_hex_encode(hex, p->accord_hash, 32);
    if (strcmp(hex, w->accord_hash) != 0) {
        return naive_say(PLM_REFUSAL_NOT_IN_FORCE, "");
    }
    naive_verdict v = naive_in_force(w, p);
    if (v.code != PLM_REFUSAL_NONE) {
        return v;
    }
    const json_t *purposes = json_object_get(w->accord, "purposes");
    int at = naive_position(purposes, p->purpose);
    if (at < 0) {
        return naive_say(PLM_REFUSAL_PURPOSE, "/purposes");
    }
    const json_t *purpose = json_array_get(purposes, (size_t)at);
    v = naive_left(w, p, purpose);
    if (v.code == PLM_REFUSAL_NONE) {
        v = naive_choices(w, p, at, purpose);
    }
    if (v.code != PLM_REFUSAL_NONE) {
        return v;
    }
    plm_recipe_digest(own);
    plm_hex_encode(hex, p->recipe_digest, 32);
    if (strcmp(hex, naive_text(w->accord, "recipe")) != 0 ||
        memcmp(own, p->recipe_digest, 32) != 0) {
        return naive_say(PLM_REFUSAL_RECIPE, "/recipe");
    }
    if (!naive_hex(p->case_ref, 32) || !naive_hex(p->officer, 16)) {
        return naive_say(PLM_REFUSAL_CASE, "");
    }
    v = naive_standing(w, p, at, purpose);
    return v.code != PLM_REFUSAL_NONE ? v : naive_numbers(w, p, at, purpose);
}

#endif
