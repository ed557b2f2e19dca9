/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Token sets of random records against a naive oracle: a list of (token, record, rule) that is
 * sorted with qsort, and counted by looking at all of it.
 */
#include "ident/rule.h"
#include "record_fixture.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ROUNDS = 60,
    ENTRIES_MAX = 20000
};

static uint64_t state = 88172645463325252U;

/* xorshift64 (Marsaglia 2003). */
static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % n;
}

static plm_token_entry naive[ENTRIES_MAX];
static size_t n_naive;

static void naive_add(const uint8_t *hash, uint32_t rule, uint32_t record, const char *text)
{
    uint8_t key[32];
    plm_span item = plm_span_str(text);
    plm_token_entry *e = &naive[n_naive++];
    plm_rule_key(key, hash, plm_rule_get(rule));
    plm_rule_token(&e->token, key, plm_rule_get(rule), &item);
    e->record = record;
    e->rule = (uint16_t)rule;
    e->pattern = 0;
}

static int compare(const void *a, const void *b)
{
    const plm_token_entry *x = (const plm_token_entry *)a;
    const plm_token_entry *y = (const plm_token_entry *)b;
    int order = memcmp(x->token.b, y->token.b, PLM_TOKEN_BYTES);
    if (order == 0) {
        order = (x->record > y->record) - (x->record < y->record);
    }
    return order != 0 ? order : (x->rule > y->rule) - (x->rule < y->rule);
}

static bool same_token(const plm_token_entry *a, const plm_token_entry *b)
{
    return memcmp(&a->token, &b->token, sizeof a->token) == 0;
}

/* Leaves in naive[] what the set must hold; the number of distinct tokens and of common ones. */
static void naive_finish(size_t *n_tokens, uint64_t *n_common)
{
    size_t kept = 0;
    *n_tokens = 0;
    *n_common = 0;
    qsort(naive, n_naive, sizeof *naive, compare);
    size_t unique = 0;
    for (size_t i = 0; i < n_naive; i++) {
        if (unique == 0 || compare(&naive[unique - 1], &naive[i]) != 0) {
            naive[unique++] = naive[i];
        }
    }
    for (size_t i = 0; i < unique;) {
        size_t end = i;
        size_t n_records = 0;
        while (end < unique && same_token(&naive[i], &naive[end])) {
            n_records += end == i || naive[end].record != naive[end - 1].record;
            end++;
        }
        if (n_records > PLM_COMMON_VALUE_RECORDS) {
            ++*n_common;
        } else {
            ++*n_tokens;
            memmove(naive + kept, naive + i, (end - i) * sizeof *naive);
            kept += end - i;
        }
        i = end;
    }
    n_naive = kept;
}

static void check_set(const plm_token_set *set, size_t n_tokens, uint64_t n_common)
{
    CHECK_EQ_INT(set->n_entries, n_naive);
    CHECK_EQ_INT(set->n_tokens, n_tokens);
    CHECK_EQ_INT(set->report.n_common, n_common);
    uint64_t n_per_rule[PLM_RULES_MAX] = {0};
    size_t bad = set->n_entries != n_naive;
    size_t t = 0;
    for (size_t i = 0; i < n_naive && bad == 0; i++) {
        t += t + 1 < set->n_tokens && set->first[t + 1] == i;
        bad += compare(&set->entries[i], &naive[i]) != 0;
        bad += memcmp(&set->tokens[t], &naive[i].token, sizeof(plm_token)) != 0;
        bad += set->first[t] > i || set->first[t + 1] <= i;
        n_per_rule[naive[i].rule]++;
    }
    CHECK_EQ_INT(bad, 0);
    CHECK(bad > 0 || memcmp(n_per_rule, set->report.n_per_rule, sizeof n_per_rule) == 0);
}

static void round_of(uint32_t n_records, uint32_t n_different)
{
    static const plm_ident_type types[] = {PLM_IDENT_DOCUMENT, PLM_IDENT_PHONE, PLM_IDENT_EMAIL};
    const uint32_t rules[] = {2, 0, 1}; /* email, document, phone */
    const uint8_t hash[PLM_ACCORD_HASH_BYTES] = {(uint8_t)n_records, 5};
    plm_token_set set;
    uint64_t n_without = 0;
    n_naive = 0;
    CHECK_STATUS(plm_token_set_init(&set, hash, rules, 3), PLM_OK);
    for (uint32_t i = 0; i < n_records; i++) {
        char text[6][24];
        record_fixture f;
        uint32_t number = below(n_records * 2); /* repeated and unordered record numbers */
        uint32_t n_values = below(6);
        fixture_begin(&f, PLM_KIND_PERSON);
        for (uint32_t j = 0; j < n_values; j++) {
            uint32_t type = below(3);
            /* A few values are in very many records. */
            uint32_t value = below(4) == 0 ? below(3) : below(n_different);
            (void)snprintf(text[j], sizeof text[j], "v%u", value);
            fixture_value(&f, types[type], text[j]);
            naive_add(hash, type, number, text[j]);
        }
        n_without += n_values == 0;
        CHECK_STATUS(plm_token_set_add(&set, &f.record, number), PLM_OK);
    }
    CHECK_STATUS(plm_token_set_finish(&set), PLM_OK);
    size_t n_tokens;
    uint64_t n_common;
    naive_finish(&n_tokens, &n_common);
    check_set(&set, n_tokens, n_common);
    CHECK_EQ_INT(set.report.n_records, n_records);
    CHECK_EQ_INT(set.report.n_without, n_without);
    plm_token_set_wipe(&set);
}

static void test_against_naive(void)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        round_of(below(20), 1 + below(10));
        round_of(below(400), 1 + below(1000));
        round_of(2500, 1 + below(3000));
    }
}

int main(void)
{
    TAP_RUN(test_against_naive);
    return tap_done();
}
