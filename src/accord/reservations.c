/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/reservations.h"

#include "accord/parse.h"

#include <string.h>

static const struct {
    const char *pointer;
    bool rises;
} terms[PLM_TERM_COUNT] = {
    [PLM_TERM_TOKENS_PER_RUN] = {"budgets/tokens_per_run", false},
    [PLM_TERM_TOKENS_PER_DAY] = {"budgets/tokens_per_day", false},
    [PLM_TERM_RUNS_PER_DAY] = {"budgets/runs_per_day", false},
    [PLM_TERM_LOOKUPS_PER_HOUR] = {"budgets/lookups_per_hour", false},
    [PLM_TERM_SMALLEST_SET] = {"smallest_set", true},
    [PLM_TERM_RETENTION_DAYS] = {"retention_days", false},
    [PLM_TERM_APPROVAL] = {"approval", true},
    [PLM_TERM_URGENT_HOURS] = {"deadlines/urgent_hours", true},
    [PLM_TERM_ORDINARY_DAYS] = {"deadlines/ordinary_days", true},
};

const char *plm_term_pointer(plm_term term)
{
    return terms[term].pointer;
}

bool plm_term_rises(plm_term term)
{
    return terms[term].rises;
}

uint64_t plm_term_get(const plm_purpose *purpose, plm_term term)
{
    const uint64_t values[PLM_TERM_COUNT] = {
        [PLM_TERM_TOKENS_PER_RUN] = purpose->budget.tokens_per_run,
        [PLM_TERM_TOKENS_PER_DAY] = purpose->budget.tokens_per_day,
        [PLM_TERM_RUNS_PER_DAY] = purpose->budget.runs_per_day,
        [PLM_TERM_LOOKUPS_PER_HOUR] = purpose->budget.lookups_per_hour,
        [PLM_TERM_SMALLEST_SET] = purpose->smallest_set,
        [PLM_TERM_RETENTION_DAYS] = purpose->retention_days,
        [PLM_TERM_APPROVAL] = (uint64_t)purpose->approval,
        [PLM_TERM_URGENT_HOURS] = purpose->urgent_hours,
        [PLM_TERM_ORDINARY_DAYS] = purpose->ordinary_days,
    };
    return values[term];
}

void plm_term_set(plm_purpose *purpose, plm_term term, uint64_t value)
{
    switch (term) {
    case PLM_TERM_TOKENS_PER_RUN:
        purpose->budget.tokens_per_run = value;
        break;
    case PLM_TERM_TOKENS_PER_DAY:
        purpose->budget.tokens_per_day = value;
        break;
    case PLM_TERM_RUNS_PER_DAY:
        purpose->budget.runs_per_day = value;
        break;
    case PLM_TERM_LOOKUPS_PER_HOUR:
        purpose->budget.lookups_per_hour = value;
        break;
    case PLM_TERM_SMALLEST_SET:
        purpose->smallest_set = value;
        break;
    case PLM_TERM_RETENTION_DAYS:
        purpose->retention_days = (uint32_t)value;
        break;
    case PLM_TERM_APPROVAL:
        purpose->approval = (plm_approval)value;
        break;
    case PLM_TERM_URGENT_HOURS:
        purpose->urgent_hours = (uint32_t)value;
        break;
    case PLM_TERM_ORDINARY_DAYS:
        purpose->ordinary_days = (uint32_t)value;
        break;
    case PLM_TERM_COUNT:
    default:
        break;
    }
}

/* A list of names: an optional array of 1 to max different strings. */
static plm_status read_names(plm_arena *arena, const plm_json_at *object, const char *key,
                             size_t max, const char ***out, size_t *n_out)
{
    const plm_json_at list = plm_json_member(object, key);
    size_t n;
    if (list.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_array(&list, 1, max, &n);
    if (status != PLM_OK) {
        return status;
    }
    const char **names = (const char **)plm_arena_array(arena, n, sizeof *names);
    if (names == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *name;
        status = plm_json_string(&at, 1, PLM_RULE_NAME_MAX - 1, &name);
        if (status != PLM_OK) {
            return status;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(names[j], name) == 0) {
                return plm_json_error(&at, "\"%s\" stands there twice", name);
            }
        }
        names[i] = plm_arena_string(arena, plm_span_str(name));
        if (names[i] == NULL) {
            return PLM_E_NOMEM;
        }
    }
    *out = names;
    *n_out = n;
    return PLM_OK;
}

static plm_status find_role(size_t *out, const char *name)
{
    plm_role role;
    plm_status status = plm_role_find(&role, name);
    *out = status == PLM_OK ? (size_t)role : 0;
    return status;
}

static plm_status find_engine(size_t *out, const char *name)
{
    *out = strcmp(name, "oprf") == 0 ? PLM_ENGINE_OPRF : PLM_ENGINE_VOLE;
    return strcmp(name, "oprf") == 0 || strcmp(name, "vole") == 0 ? PLM_OK : PLM_E_NOT_FOUND;
}

/* An optional list of names of which each is a bit of a set. */
static plm_status read_set(plm_arena *arena, const plm_json_at *object, const char *key,
                           plm_status (*find)(size_t *, const char *), const char *what,
                           uint64_t *set)
{
    const char **names = NULL;
    size_t n = 0;
    plm_status status = read_names(arena, object, key, 64, &names, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        size_t bit;
        if (find(&bit, names[i]) != PLM_OK) {
            const plm_json_at list = plm_json_member(object, key);
            const plm_json_at at = plm_json_element(&list, i);
            return plm_json_error(&at, "\"%s\" is no %s", names[i], what);
        }
        *set |= UINT64_C(1) << bit;
    }
    return status;
}

static plm_status read_offences(plm_arena *arena, const plm_json_at *object, const char *key,
                                const char ***out, size_t *n)
{
    plm_status status = read_names(arena, object, key, PLM_PURPOSE_OFFENCES_MAX, out, n);
    for (size_t i = 0; status == PLM_OK && i < *n; i++) {
        if (plm_offence_find((*out)[i]) == NULL) {
            const plm_json_at list = plm_json_member(object, key);
            const plm_json_at at = plm_json_element(&list, i);
            return plm_json_error(&at, "\"%s\" is not in the catalogue of treaty offences",
                                  (*out)[i]);
        }
    }
    return status;
}

static plm_status read_term(plm_reservation *out, const plm_json_at *object, const char *key,
                            plm_term term, int64_t min, int64_t max)
{
    const plm_json_at at = plm_json_member(object, key);
    int64_t value;
    if (at.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_integer(&at, min, max, &value);
    if (status == PLM_OK) {
        out->has_term |= 1U << term;
        out->terms[term] = (uint64_t)value;
    }
    return status;
}

static plm_status read_budgets(plm_reservation *out, const plm_json_at *object)
{
    static const char *const members[] = {"tokens_per_run", "tokens_per_day", "runs_per_day",
                                          "lookups_per_hour", NULL};
    const plm_json_at at = plm_json_member(object, "budgets");
    if (at.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_object(&at, members);
    if (status == PLM_OK) {
        status = read_term(out, &at, members[0], PLM_TERM_TOKENS_PER_RUN, 1, PLM_MATCH_TOKENS_MAX);
    }
    if (status == PLM_OK) {
        status =
            read_term(out, &at, members[1], PLM_TERM_TOKENS_PER_DAY, 1, PLM_TOKENS_PER_DAY_MAX);
    }
    if (status == PLM_OK) {
        status = read_term(out, &at, members[2], PLM_TERM_RUNS_PER_DAY, 1, PLM_RUNS_PER_DAY_MAX);
    }
    if (status == PLM_OK) {
        status =
            read_term(out, &at, members[3], PLM_TERM_LOOKUPS_PER_HOUR, 0, PLM_LOOKUPS_PER_HOUR_MAX);
    }
    return status;
}

static plm_status read_deadlines(plm_reservation *out, const plm_json_at *object)
{
    static const char *const members[] = {"urgent_hours", "ordinary_days", NULL};
    const plm_json_at at = plm_json_member(object, "deadlines");
    if (at.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_object(&at, members);
    if (status == PLM_OK) {
        status = read_term(out, &at, members[0], PLM_TERM_URGENT_HOURS, 1, PLM_URGENT_HOURS_MAX);
    }
    if (status == PLM_OK) {
        status = read_term(out, &at, members[1], PLM_TERM_ORDINARY_DAYS, 1, PLM_ORDINARY_DAYS_MAX);
    }
    return status;
}

static plm_status read_approval(plm_reservation *out, const plm_json_at *object)
{
    const plm_json_at at = plm_json_member(object, "approval");
    size_t which;
    if (at.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_choice(&at, plm_approvals, &which);
    if (status == PLM_OK) {
        out->has_term |= 1U << PLM_TERM_APPROVAL;
        out->terms[PLM_TERM_APPROVAL] = which;
    }
    return status;
}

/* A flag that can only be true: false would say nothing, and read as if it did. */
static plm_status read_flag(const plm_json_at *object, const char *key, bool *out)
{
    const plm_json_at at = plm_json_member(object, key);
    if (at.value == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_json_boolean(&at, out);
    return status == PLM_OK && !*out ? plm_json_error(&at, "must be true or be left out") : status;
}

static plm_status read_sets(plm_arena *arena, plm_reservation *out, const plm_json_at *at)
{
    uint64_t categories = 0;
    uint64_t engines = 0;
    plm_status status;
    if ((status = read_set(arena, at, "categories", find_role, "role", &categories)) != PLM_OK ||
        (status = read_set(arena, at, "rules", plm_rule_find, "rule", &out->rules)) != PLM_OK ||
        (status = read_set(arena, at, "engines", find_engine, "engine", &engines)) != PLM_OK ||
        (status = read_set(arena, at, "labels", plm_label_find, "field that a hit can disclose",
                           &out->labels)) != PLM_OK) {
        return status;
    }
    out->categories = (uint32_t)categories;
    out->engines = (uint32_t)engines;
    return PLM_OK;
}

static plm_status read_reservation(plm_arena *arena, plm_reservation *out, const plm_json_at *at)
{
    static const char *const members[] = {
        "purposes",       "counterparties", "reason",    "refuses",      "offences", "categories",
        "rules",          "engines",        "labels",    "holder_first", "budgets",  "smallest_set",
        "retention_days", "approval",       "deadlines", "no_standing",  NULL};
    const plm_json_at reason = plm_json_member(at, "reason");
    const char *text;
    plm_status status;
    if ((status = plm_json_object(at, members)) != PLM_OK ||
        (status = plm_json_string(&reason, 1, PLM_TEXT_MAX - 1, &text)) != PLM_OK ||
        (status = read_names(arena, at, "purposes", PLM_PURPOSES_MAX, &out->purposes,
                             &out->n_purposes)) != PLM_OK ||
        (status = read_names(arena, at, "counterparties", PLM_PARTIES_MAX, &out->counterparties,
                             &out->n_counterparties)) != PLM_OK ||
        (status = read_offences(arena, at, "offences", &out->offences, &out->n_offences)) !=
            PLM_OK ||
        (status = read_flag(at, "refuses", &out->refuses)) != PLM_OK ||
        (status = read_flag(at, "holder_first", &out->holder_first)) != PLM_OK ||
        (status = read_flag(at, "no_standing", &out->no_standing)) != PLM_OK ||
        (status = read_sets(arena, out, at)) != PLM_OK ||
        (status = read_budgets(out, at)) != PLM_OK ||
        (status = read_term(out, at, "smallest_set", PLM_TERM_SMALLEST_SET, 1,
                            PLM_MATCH_TOKENS_MAX)) != PLM_OK ||
        (status = read_term(out, at, "retention_days", PLM_TERM_RETENTION_DAYS, 1,
                            PLM_RETENTION_DAYS_MAX)) != PLM_OK ||
        (status = read_approval(out, at)) != PLM_OK ||
        (status = read_deadlines(out, at)) != PLM_OK) {
        return status;
    }
    out->reason = plm_arena_string(arena, plm_span_str(text));
    if (out->reason == NULL) {
        return PLM_E_NOMEM;
    }
    if (out->refuses && out->n_purposes == 0 && out->n_counterparties == 0) {
        return plm_json_error(at, "refuses everything: then don't ratify");
    }
    bool says_something = out->refuses || out->holder_first || out->no_standing ||
                          out->n_offences > 0 || out->categories != 0 || out->rules != 0 ||
                          out->engines != 0 || out->labels != 0 || out->has_term != 0;
    return says_something ? PLM_OK : plm_json_error(at, "reserves nothing");
}

plm_status plm_reservations_read(plm_ratification *r, const plm_json_at *root)
{
    const plm_json_at catalogue = plm_json_member(root, "catalogue");
    const plm_json_at list = plm_json_member(root, "reservations");
    size_t n;
    plm_status status = plm_json_array(&catalogue, 1, PLM_PURPOSE_OFFENCES_MAX, &n);
    if (status == PLM_OK) {
        status = read_offences(&r->arena, root, "catalogue", &r->catalogue, &r->n_catalogue);
    }
    if (status == PLM_OK) {
        status = plm_json_array(&list, 0, PLM_RESERVATIONS_MAX, &n);
    }
    if (status != PLM_OK || n == 0) {
        return status;
    }
    r->reservations = (plm_reservation *)plm_arena_array(&r->arena, n, sizeof *r->reservations);
    if (r->reservations == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        status = read_reservation(&r->arena, &r->reservations[i], &at);
    }
    r->n_reservations = n;
    return status;
}
