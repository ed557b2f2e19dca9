/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failing allocations: a set is built as often as it allocates, each time with another allocation
 * failing. The failing call must say PLM_E_NOMEM and leave the set as it was; done once more, it
 * succeeds, and the tokens are those of a set that never failed. Linked with --wrap=malloc and
 * --wrap=calloc.
 */
#include "ident/recipe.h"
#include "record_fixture.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

static long n_until_failure = -1; /* -1: none fails */
static unsigned n_failures;

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t size);

static bool fails_now(void)
{
    bool fails = n_until_failure == 0;
    n_until_failure -= n_until_failure >= 0;
    n_failures += fails;
    return fails;
}

void *__wrap_malloc(size_t n)
{
    return fails_now() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

/* A record with enough values to need several blocks of the arena. */
static void fill(record_fixture *f, unsigned number)
{
    static char names[40][32];
    fixture_begin(f, PLM_KIND_PERSON);
    for (unsigned i = 0; i < 40; i++) {
        (void)snprintf(names[i], sizeof names[i], "Marta%c%c Berg", 'b' + (int)(number % 20),
                       'b' + (int)(i % 20));
        fixture_value(f, PLM_IDENT_NAME, names[i]);
    }
    fixture_value(f, PLM_IDENT_BIRTH_DATE, "1970-05-04");
    fixture_value(f, PLM_IDENT_NATIONALITY, "IT");
    fixture_value(f, PLM_IDENT_PHONE, "+390612345678");
}

static plm_status init(plm_token_set *set)
{
    const uint8_t hash[PLM_ACCORD_HASH_BYTES] = {9};
    uint32_t rules[PLM_RULES_MAX];
    for (uint32_t i = 0; i < plm_rule_count(); i++) {
        rules[i] = i;
    }
    return plm_token_set_init(set, hash, rules, plm_rule_count());
}

/* Builds a set of 60 records; a call that fails is made once more. */
static void build(plm_token_set *set)
{
    static record_fixture f;
    plm_status status = init(set);
    if (status != PLM_OK) {
        CHECK_STATUS(status, PLM_E_NOMEM);
        plm_token_set_wipe(set);
        CHECK_STATUS(init(set), PLM_OK);
    }
    for (unsigned i = 0; i < 60; i++) {
        fill(&f, i);
        size_t before = set->n_entries;
        const plm_token_report report = set->report;
        status = plm_token_set_add(set, &f.record, i);
        if (status != PLM_OK) {
            CHECK_STATUS(status, PLM_E_NOMEM);
            CHECK_EQ_INT(set->n_entries, before);
            CHECK(memcmp(&report, &set->report, sizeof report) == 0);
            CHECK_STATUS(plm_token_set_add(set, &f.record, i), PLM_OK);
        }
    }
    status = plm_token_set_finish(set);
    if (status != PLM_OK) {
        CHECK_STATUS(status, PLM_E_NOMEM);
        CHECK(set->tokens == NULL && set->first == NULL);
        CHECK_STATUS(plm_token_set_finish(set), PLM_OK);
    }
}

static void test_each_allocation(void)
{
    plm_token_set want;
    build(&want);
    CHECK(want.n_entries > 2000 && want.report.n_common == 1);
    unsigned n = 0;
    for (; n < 10000; n++) {
        plm_token_set set;
        n_failures = 0;
        n_until_failure = (long)n;
        build(&set);
        n_until_failure = -1;
        bool good = set.n_entries == want.n_entries && set.n_tokens == want.n_tokens &&
                    memcmp(set.tokens, want.tokens, want.n_tokens * sizeof *want.tokens) == 0 &&
                    memcmp(&set.report, &want.report, sizeof want.report) == 0;
        plm_token_set_wipe(&set);
        if (!CHECK(good) || n_failures == 0) {
            break;
        }
    }
    CHECK(n >= 8 && n < 10000); /* so many were made to fail */
    plm_token_set_wipe(&want);
}

int main(void)
{
    TAP_RUN(test_each_allocation);
    return tap_done();
}
