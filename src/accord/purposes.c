/* SPDX-License-Identifier: Apache-2.0 */
/*
 * purposes.c - "purposes" of an accord (spec/accord.md section 3).
 */
#include "accord/parse.h"

#include "wire/field.h"

#include <stdlib.h>
#include <string.h>

const char *const plm_aims[] = {
    [PLM_AIM_SUSPECT] = "suspect",
    [PLM_AIM_PROTECTION] = "protection",
    [PLM_AIM_STATISTICS] = "statistics",
    NULL,
};

const char *const plm_engine_choices[] = {
    [PLM_ENGINE_CHOICE_OPRF] = "oprf",
    [PLM_ENGINE_CHOICE_VOLE] = "vole",
    [PLM_ENGINE_CHOICE_BY_SIZE] = "by-size",
    NULL,
};

static const uint32_t protected_roles =
    1U << PLM_ROLE_VICTIM | 1U << PLM_ROLE_WITNESS | 1U << PLM_ROLE_MISSING;

/* Reads the set of roles of one side. */
static uint32_t read_side(plm_accord_reader *r, const plm_json_at *roles, const char *side,
                          plm_aim aim)
{
    const plm_json_at list = plm_json_member(roles, side);
    uint32_t set = 0;
    size_t n;
    if (!plm_accord_took(r, plm_json_array(&list, 1, PLM_ROLE_COUNT, &n))) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *name;
        plm_role role;
        if (!plm_accord_took(r, plm_json_string(&at, 1, PLM_CODE_MAX - 1, &name))) {
            continue;
        }
        if (plm_role_find(&role, name) != PLM_OK) {
            (void)plm_accord_took(r, plm_json_error(&at, "\"%s\" is not a role", name));
            continue;
        }
        uint32_t bit = 1U << role;
        if ((set & bit) != 0) {
            (void)plm_accord_took(r, plm_json_error(&at, "\"%s\" stands there twice", name));
        }
        if (aim == PLM_AIM_SUSPECT && (bit & protected_roles) != 0) {
            (void)plm_accord_took(
                r, plm_json_error(&at, "\"%s\" can't stand in a purpose against suspects", name));
        }
        set |= bit;
    }
    return set;
}

static void read_roles(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    static const char *const members[] = {"asker", "holder", NULL};
    const plm_json_at roles = plm_json_member(purpose, "roles");
    if (plm_accord_took(r, plm_json_object(&roles, members))) {
        out->asker_roles = read_side(r, &roles, "asker", out->aim);
        out->holder_roles = read_side(r, &roles, "holder", out->aim);
    }
}

static int compare_rules(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void read_rules(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    const plm_json_at list = plm_json_member(purpose, "rules");
    size_t n;
    if (!plm_accord_took(r, plm_json_array(&list, 1, PLM_RULES_MAX, &n))) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *name;
        size_t rule;
        if (!plm_accord_took(r, plm_json_string(&at, 1, PLM_RULE_NAME_MAX - 1, &name))) {
            continue;
        }
        if (plm_rule_find(&rule, name) != PLM_OK) {
            (void)plm_accord_took(r, plm_json_error(&at, "\"%s\" is not a rule", name));
            continue;
        }
        for (size_t j = 0; j < out->n_rules; j++) {
            if (out->rules[j] == rule) {
                (void)plm_accord_took(r, plm_json_error(&at, "\"%s\" stands there twice", name));
            }
        }
        out->rules[out->n_rules++] = (uint32_t)rule;
    }
    qsort(out->rules, out->n_rules, sizeof *out->rules, compare_rules);
}

static void read_numbers(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    static const char *const members[] = {"tokens_per_run", "tokens_per_day", "runs_per_day",
                                          "lookups_per_hour", NULL};
    const plm_json_at budgets = plm_json_member(purpose, "budgets");
    if (plm_accord_took(r, plm_json_object(&budgets, members))) {
        out->budget.tokens_per_run =
            plm_accord_read_number(r, &budgets, "tokens_per_run", 1, PLM_MATCH_TOKENS_MAX);
        out->budget.tokens_per_day =
            plm_accord_read_number(r, &budgets, "tokens_per_day", 1, PLM_TOKENS_PER_DAY_MAX);
        out->budget.runs_per_day =
            plm_accord_read_number(r, &budgets, "runs_per_day", 1, PLM_RUNS_PER_DAY_MAX);
        out->budget.lookups_per_hour =
            plm_accord_read_number(r, &budgets, "lookups_per_hour", 0, PLM_LOOKUPS_PER_HOUR_MAX);
    }
    out->smallest_set = plm_accord_read_number(r, purpose, "smallest_set", 1, PLM_MATCH_TOKENS_MAX);
    out->pad_to = plm_accord_read_number(r, purpose, "pad_to", 1, PLM_MATCH_TOKENS_MAX);
    out->retention_days =
        (uint32_t)plm_accord_read_number(r, purpose, "retention_days", 1, PLM_RETENTION_DAYS_MAX);
}

static void read_choices(plm_accord_reader *r, const plm_json_at *purpose, plm_purpose *out)
{
    static const char *const learners[] = {"holder", "asker", "both", NULL};
    size_t which = 0;
    const plm_json_at aim = plm_json_member(purpose, "aim");
    (void)plm_accord_took(r, plm_json_choice(&aim, plm_aims, &which));
    out->aim = (plm_aim)which;
    const plm_json_at engine = plm_json_member(purpose, "engine");
    which = 0;
    (void)plm_accord_took(r, plm_json_choice(&engine, plm_engine_choices, &which));
    out->engine = (plm_engine_choice)which;
    which = 0;
    const plm_json_at learns = plm_json_member(purpose, "learns");
    (void)plm_accord_took(r, plm_json_choice(&learns, learners, &which));
    out->learns = which == 2 ? PLM_LEARNS_BOTH : which == 1 ? PLM_LEARNS_ASKER : PLM_LEARNS_HOLDER;
}

/* The rule "person" can't be without what it needs both sides to agree on. */
static void check_person(plm_accord_reader *r, const plm_json_at *at, const plm_purpose *purpose)
{
    for (size_t i = 0; i < purpose->n_rules; i++) {
        if (purpose->rules[i] == PLM_RULE_PERSON && !purpose->has_person_rules) {
            const plm_json_at rules = plm_json_member(at, "rules");
            (void)plm_accord_took(r, plm_json_error(&rules, "\"person\" needs person_rules"));
        }
    }
}

static void read_purpose(plm_accord_reader *r, const plm_json_at *at, plm_purpose *out)
{
    static const char *const members[] = {"code",     "title",        "aim",       "offences",
                                          "roles",    "rules",        "engine",    "learns",
                                          "budgets",  "smallest_set", "pad_to",    "retention_days",
                                          "approval", "labels",       "deadlines", "person_rules",
                                          "release",  "tally",        "standing",  NULL};
    out->code = out->title = "";
    if (!plm_accord_took(r, plm_json_object(at, members)) && !json_is_object(at->value)) {
        return;
    }
    plm_accord_read_text(r, at, "code", 1, PLM_CODE_MAX - 1, &out->code);
    plm_accord_read_text(r, at, "title", 1, PLM_TEXT_MAX - 1, &out->title);
    if (out->code[0] != '\0' && !plm_field_fits(PLM_FIELD_PURPOSE, plm_span_str(out->code))) {
        const plm_json_at code = plm_json_member(at, "code");
        (void)plm_accord_took(r, plm_json_error(&code, "may hold a-z, 0-9 and - only"));
    }
    read_choices(r, at, out);
    plm_accord_read_offences(r, at, "offences", 1, &out->offences, &out->n_offences);
    read_roles(r, at, out);
    read_rules(r, at, out);
    read_numbers(r, at, out);
    plm_accord_read_terms(r, at, out);
    plm_accord_read_tally(r, at, out);
    plm_accord_read_standing(r, at, out);
    check_person(r, at, out);
}

void plm_accord_read_purposes(plm_accord_reader *r, const plm_json_at *root)
{
    const plm_json_at list = plm_json_member(root, "purposes");
    size_t n;
    if (!plm_accord_took(r, plm_json_array(&list, 1, PLM_PURPOSES_MAX, &n))) {
        return;
    }
    plm_purpose *purposes =
        (plm_purpose *)plm_arena_array(&r->accord->arena, n, sizeof *r->accord->purposes);
    if (purposes == NULL) {
        (void)plm_accord_took(r, PLM_E_NOMEM);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        read_purpose(r, &at, &purposes[i]);
        for (size_t j = 0; j < i; j++) {
            if (purposes[i].code[0] != '\0' && strcmp(purposes[i].code, purposes[j].code) == 0) {
                const plm_json_at code = plm_json_member(&at, "code");
                (void)plm_accord_took(r,
                                      plm_json_error(&code, "is the code of /purposes/%zu too", j));
            }
        }
    }
    r->accord->purposes = purposes;
    r->accord->n_purposes = n;
}
