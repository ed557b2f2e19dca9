/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_naive_read.h - how policy_naive.h reads its documents: names stand for themselves, sets
 * are arrays of strings, and who took something out is looked for anew each time.
 */
#ifndef PLM_TESTS_POLICY_NAIVE_READ_H
#define PLM_TESTS_POLICY_NAIVE_READ_H

#include "accord/policy.h"
#include "base/json.h"

#include <stdio.h>
#include <string.h>

/* Everything that bears on a proposal, as documents. */
typedef struct naive_world {
    json_t *accord;
    char accord_hash[65];
    json_t *ratifications; /* array of documents */
    json_t *denunciations;
    json_t *successors; /* array of {"hash", "accord", "ratified": [codes]} */
    char today[16];     /* "2030-06-30", or "" if the clock gives none */
    uint64_t tokens_today;
    uint64_t runs_today;
    /* Of a standing run's series: minutes since the last run, and the last whole one; -1: none. */
    int64_t last_minutes;
    int64_t whole_minutes;
} naive_world;

typedef struct naive_verdict {
    plm_refusal_code code;
    char clause[PLM_TEXT_MAX];
} naive_verdict;

static inline const char *naive_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static inline bool naive_in(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), name) == 0) {
            return true;
        }
    }
    return false;
}

/* The document of that party in a list, or NULL. */
static inline const json_t *naive_of(const json_t *documents, const char *party)
{
    for (size_t i = 0; i < json_array_size(documents); i++) {
        const json_t *d = json_array_get(documents, i);
        if (strcmp(naive_text(d, "party"), party) == 0) {
            return d;
        }
    }
    return NULL;
}

/* Where the entry with that code stands in an array of objects, or -1. */
static inline int naive_position(const json_t *list, const char *code)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(naive_text(json_array_get(list, i), "code"), code) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static inline bool naive_applies(const json_t *reservation, const char *purpose, const char *other)
{
    const json_t *purposes = json_object_get(reservation, "purposes");
    const json_t *with = json_object_get(reservation, "counterparties");
    return (purposes == NULL || naive_in(purposes, purpose)) &&
           (with == NULL || naive_in(with, other));
}

/*
 * The clause of the first reservation, the asker's before the holder's, that applies and whose
 * `member` holds `name` (or, if name is NULL, is there at all). False if there is none.
 */
static inline bool naive_taken(const naive_world *w, const plm_proposal *p, const char *member,
                               const char *name, const char *clause_member, char *clause)
{
    const char *const sides[2] = {p->asker, p->holder};
    for (int s = 0; s < 2; s++) {
        const json_t *list = json_object_get(naive_of(w->ratifications, sides[s]), "reservations");
        for (size_t i = 0; i < json_array_size(list); i++) {
            const json_t *r = json_array_get(list, i);
            const json_t *value = json_object_get(r, member);
            if (naive_applies(r, p->purpose, sides[1 - s]) && value != NULL &&
                (name == NULL || naive_in(value, name))) {
                (void)snprintf(clause, PLM_TEXT_MAX, "/ratifications/%s/reservations/%zu/%s",
                               sides[s], i, clause_member);
                return true;
            }
        }
    }
    return false;
}

/* As naive_taken for an offence, where the party's own catalogue counts first. */
static inline bool naive_offence_taken(const naive_world *w, const plm_proposal *p,
                                       const char *code, char *clause)
{
    const char *const sides[2] = {p->asker, p->holder};
    for (int s = 0; s < 2; s++) {
        const json_t *r = naive_of(w->ratifications, sides[s]);
        if (!naive_in(json_object_get(r, "catalogue"), code)) {
            (void)snprintf(clause, PLM_TEXT_MAX, "/ratifications/%s/catalogue", sides[s]);
            return true;
        }
    }
    return naive_taken(w, p, "offences", code, "offences", clause);
}

static inline naive_verdict naive_say(plm_refusal_code code, const char *clause)
{
    naive_verdict v = {code, ""};
    (void)snprintf(v.clause, sizeof v.clause, "%s", clause);
    return v;
}

#endif
