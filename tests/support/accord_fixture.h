/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_fixture.h - a valid accord of three parties, to be altered by tests.
 */
#ifndef PLM_TESTS_ACCORD_FIXTURE_H
#define PLM_TESTS_ACCORD_FIXTURE_H

#include "accord/accord.h"
#include "base/json.h"
#include "crypto/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const fixture_codes[] = {"AA-ONE", "BB-TWO", "CC-3"};

/* The seed of the i-th party's identity key. */
static inline void fixture_seed(uint8_t seed[static 32], unsigned i)
{
    memset(seed, (int)(0x11 * (i + 1)), 32);
}

static inline json_t *fixture_party(unsigned i)
{
    uint8_t seed[32];
    uint8_t key[32];
    char hex[65];
    fixture_seed(seed, i);
    plm_identity_public(key, seed);
    plm_hex_encode(hex, key, sizeof key);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:[s,s], s:[s], s:s}", "code",
                     fixture_codes[i], "name", "Authorité № 1", "kind", "police", "identity_key",
                     hex, "address", "node.example.org:7143", "contact", "+39 06 0000", "languages",
                     "it", "en", "death_penalty", "DRUGS88.3.1", "assurances",
                     "neither sought nor carried out");
}

/* Purpose 0 is against suspects, 1 for protection, with other numbers and rules. */
static inline json_t *fixture_purpose(unsigned i)
{
    json_t *roles =
        i == 0 ? json_pack("{s:[s,s], s:[s,s,s]}", "asker", "suspect", "wanted", "holder",
                           "suspect", "convicted", "stolen")
               : json_pack("{s:[s], s:[s,s]}", "asker", "missing", "holder", "victim", "witness");
    return json_pack("{s:s, s:s, s:s, s:[s,s], s:o, s:[s,s], s:s, s:s, s:{s:i,s:i,s:i,s:i}, "
                     "s:i, s:i, s:i, s:s, s:[s,s,s], s:{s:i,s:i}}",
                     "code", i == 0 ? "crime" : "protect-1", "title", "A purpose", "aim",
                     i == 0 ? "suspect" : "protection", "offences", "UNTOC.5", "TIP.5", "roles",
                     roles, "rules", plm_rule_name(1 + i), plm_rule_name(0), "engine", "oprf",
                     "learns", i == 0 ? "holder" : "both", "budgets", "tokens_per_run", 1000,
                     "tokens_per_day", 2500, "runs_per_day", 3, "lookups_per_hour", 60,
                     "smallest_set", 20, "pad_to", 10, "retention_days", 90, "approval", "officer",
                     "labels", "role", "offences", "name", "deadlines", "urgent_hours", 48,
                     "ordinary_days", 14);
}

static inline json_t *fixture_document(void)
{
    uint8_t digest[PLM_RECIPE_DIGEST_BYTES];
    char recipe[2 * PLM_RECIPE_DIGEST_BYTES + 1];
    plm_recipe_digest(digest);
    plm_hex_encode(recipe, digest, sizeof digest);
    return json_pack("{s:s, s:s, s:s, s:i, s:s, s:i, s:[o,o,o], s:[o,o]}", "palermo", "accord/2",
                     "title", "A test", "recipe", recipe, "in_force_after", 2, "expires",
                     "2030-06-30", "notice_days", 30, "parties", fixture_party(0), fixture_party(1),
                     fixture_party(2), "purposes", fixture_purpose(0), fixture_purpose(1));
}

/*
 * Puts the value that `text` is (NULL: nothing) at the pointer, whose parent must exist; the index
 * "-" appends to an array.
 */
static inline bool fixture_set(json_t *document, const char *pointer, const char *text)
{
    json_t *at = document;
    char key[64];
    for (;;) {
        size_t n = strcspn(++pointer, "/");
        (void)snprintf(key, sizeof key, "%.*s", (int)n, pointer);
        pointer += n;
        if (*pointer == '\0') {
            break;
        }
        at = json_is_array(at) ? json_array_get(at, (size_t)strtoul(key, NULL, 10))
                               : json_object_get(at, key);
        if (at == NULL) {
            return false;
        }
    }
    json_t *value = text == NULL ? NULL : json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    if (text != NULL && value == NULL) {
        return false;
    }
    if (json_is_object(at)) {
        return (value == NULL ? json_object_del(at, key) : json_object_set_new(at, key, value)) ==
               0;
    }
    if (strcmp(key, "-") == 0) {
        return json_array_append_new(at, value) == 0;
    }
    size_t index = (size_t)strtoul(key, NULL, 10);
    return (value == NULL ? json_array_remove(at, index) : json_array_set_new(at, index, value)) ==
           0;
}

/* Collects what a parser says. */
typedef struct fixture_diags {
    unsigned n;
    char field[64][64];
    char reason[64][256];
} fixture_diags;

static inline void fixture_collect(void *context, const plm_diag *diag)
{
    fixture_diags *d = (fixture_diags *)context;
    if (d->n < 64) {
        (void)snprintf(d->field[d->n], sizeof d->field[0], "%s", diag->field ? diag->field : "");
        (void)snprintf(d->reason[d->n], sizeof d->reason[0], "%s", diag->reason);
        d->n++;
    }
}

static inline bool fixture_said(const fixture_diags *d, const char *field)
{
    for (unsigned i = 0; i < d->n; i++) {
        if (strcmp(d->field[i], field) == 0) {
            return true;
        }
    }
    return false;
}

/* Parses a document as its compact text. */
static inline plm_status fixture_parse(plm_accord **out, const json_t *document,
                                       fixture_diags *diags)
{
    const plm_diag_sink sink = {fixture_collect, diags};
    char *text = json_dumps(document, JSON_COMPACT);
    plm_status status = plm_accord_parse(out, plm_span_str(text), &sink, "accord.json");
    free(text);
    return status;
}

/* The accord as it stands; the caller destroys it. NULL only if everything is broken. */
static inline plm_accord *fixture_accord(void)
{
    fixture_diags diags = {0};
    plm_accord *accord = NULL;
    json_t *document = fixture_document();
    if (fixture_parse(&accord, document, &diags) != PLM_OK) {
        printf("# fixture: %s: %s\n", diags.field[0], diags.reason[0]);
    }
    json_decref(document);
    return accord;
}

#endif
