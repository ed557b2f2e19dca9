/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token_set.c - tokens of many records, sorted, without repeats and without common values.
 */
#include "base/ct.h"
#include "ident/rule.h"

#include <stdlib.h>
#include <string.h>

enum {
    CAPACITY_MIN = 1024,
    RADIX_BYTES = 4,           /* of a token, sorted by counting; even */
    ARENA_MAX_BYTES = 64 << 20 /* one record's values: 512 names with 8 keys of 1,056 bytes */
};

struct plm_token_scratch {
    plm_arena arena;                 /* values of the record that is being added */
    uint8_t keys[PLM_RULES_MAX][32]; /* K_rule, in the order of set->rules */
};

plm_status plm_token_set_init(plm_token_set *set,
                              const uint8_t accord_hash[static PLM_ACCORD_HASH_BYTES],
                              const uint32_t *rules, size_t n_rules)
{
    bool is_taken[PLM_RULES_MAX] = {false};
    memset(set, 0, sizeof *set);
    if (n_rules > plm_rule_count() + 1) {
        return PLM_E_ARGUMENT;
    }
    for (size_t i = 0; i < n_rules; i++) {
        const bool is_known = rules[i] < plm_rule_count() || rules[i] == PLM_RULE_PERSON;
        if (!is_known || is_taken[rules[i]]) {
            return PLM_E_ARGUMENT;
        }
        is_taken[rules[i]] = true;
    }
    struct plm_token_scratch *scratch = (struct plm_token_scratch *)malloc(sizeof *scratch);
    if (scratch == NULL) {
        return PLM_E_NOMEM;
    }
    plm_arena_init(&scratch->arena, ARENA_MAX_BYTES);
    for (size_t i = 0; i < n_rules; i++) {
        set->rules[i] = rules[i];
        if (rules[i] != PLM_RULE_PERSON) {
            plm_rule_key(scratch->keys[i], accord_hash, plm_rule_get(rules[i]));
        }
    }
    set->n_rules = n_rules;
    memcpy(set->accord_hash, accord_hash, sizeof set->accord_hash);
    set->scratch = scratch;
    return PLM_OK;
}

void plm_token_set_gate(plm_token_set *set, const plm_frequency *table, plm_bits threshold,
                        bool has_second_look)
{
    plm_person_gate_init(&set->gate, table, threshold, has_second_look, set->accord_hash);
    set->has_gate = true;
}

static plm_status reserve(plm_token_set *set, size_t extra)
{
    size_t wanted;
    size_t bytes;
    if (plm_size_add(set->n_entries, extra, &wanted) != 0) {
        return PLM_E_NOMEM;
    }
    if (wanted <= set->capacity) {
        return PLM_OK;
    }
    size_t capacity = set->capacity + set->capacity / 2;
    capacity = capacity < wanted ? wanted : capacity;
    capacity = capacity < CAPACITY_MIN ? CAPACITY_MIN : capacity;
    /* malloc and wipe rather than realloc: tokens can be guessed back to identifiers. */
    if (plm_size_mul(capacity, sizeof(plm_token_entry), &bytes) != 0) {
        return PLM_E_NOMEM;
    }
    plm_token_entry *entries = (plm_token_entry *)malloc(bytes);
    if (entries == NULL) {
        return PLM_E_NOMEM;
    }
    if (set->n_entries > 0) {
        memcpy(entries, set->entries, set->n_entries * sizeof *entries);
        plm_wipe(set->entries, set->n_entries * sizeof *entries);
    }
    free(set->entries);
    set->entries = entries;
    set->capacity = capacity;
    return PLM_OK;
}

plm_status plm_token_set_put(plm_token_set *set, const plm_token *token, uint32_t record_number)
{
    plm_status status = reserve(set, 1);
    if (status == PLM_OK) {
        set->entries[set->n_entries++] = (plm_token_entry){*token, record_number, 0, 0};
    }
    return status;
}

/* Appends all combinations of the rule's values, up to *left of them; *n_cut counts the others. */
static plm_status add_rule(plm_token_set *set, size_t at, const plm_record *record,
                           uint32_t record_number, size_t *left, uint64_t *n_cut)
{
    const plm_rule *rule = plm_rule_get(set->rules[at]);
    plm_rule_values values[PLM_RULE_COMPONENTS_MAX];
    size_t chosen[PLM_RULE_COMPONENTS_MAX] = {0};
    plm_arena *arena = &set->scratch->arena;
    plm_status status = plm_rule_values_of(values, rule, record, arena);
    if (status != PLM_OK) {
        return status;
    }
    uint64_t n_all = 1; /* at most 4,096 x 512 x 512 */
    for (size_t i = 0; i < rule->n_components; i++) {
        n_all *= values[i].n;
    }
    size_t n = n_all < *left ? (size_t)n_all : *left;
    status = reserve(set, n);
    for (size_t made = 0; status == PLM_OK && made < n; made++) {
        plm_span items[PLM_RULE_COMPONENTS_MAX];
        plm_token_entry *entry = &set->entries[set->n_entries++];
        entry->record = record_number;
        entry->rule = (uint16_t)set->rules[at];
        entry->pattern = 0;
        for (size_t i = 0; i < rule->n_components; i++) {
            items[i] = values[i].items[chosen[i]];
        }
        plm_rule_token(&entry->token, set->scratch->keys[at], rule, items);
        for (size_t i = rule->n_components; i-- > 0 && ++chosen[i] == values[i].n;) {
            chosen[i] = 0;
        }
    }
    *left -= n;
    *n_cut += n_all - n;
    return status;
}

/* The same for the rule that is gated. */
static plm_status add_person(plm_token_set *set, const plm_record *record, uint32_t record_number,
                             size_t *left, uint64_t *n_cut)
{
    plm_features features;
    plm_combinations made;
    plm_arena *arena = &set->scratch->arena;
    if (!set->has_gate) {
        return PLM_E_ARGUMENT;
    }
    if (record->kind != PLM_KIND_PERSON) {
        return PLM_OK;
    }
    plm_status status = plm_features_of(&features, record, set->gate.table, false, arena);
    if (status == PLM_OK) {
        status = plm_person_gate_combine(&made, &set->gate, &features, *left, arena);
    }
    if (status == PLM_OK) {
        status = reserve(set, made.n);
    }
    if (status != PLM_OK) {
        return status;
    }
    for (size_t i = 0; i < made.n; i++) {
        set->entries[set->n_entries++] = (plm_token_entry){made.items[i].token, record_number,
                                                           PLM_RULE_PERSON, made.items[i].pattern};
    }
    *left -= made.n;
    *n_cut += made.n_cut;
    return PLM_OK;
}

plm_status plm_token_set_add(plm_token_set *set, const plm_record *record, uint32_t record_number)
{
    size_t before = set->n_entries;
    size_t left = PLM_TOKENS_PER_RECORD_MAX;
    uint64_t n_cut = 0;
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < set->n_rules; i++) {
        status = set->rules[i] == PLM_RULE_PERSON
                     ? add_person(set, record, record_number, &left, &n_cut)
                     : add_rule(set, i, record, record_number, &left, &n_cut);
    }
    plm_arena_reset(&set->scratch->arena);
    if (status != PLM_OK) {
        plm_wipe(set->entries == NULL ? NULL : set->entries + before,
                 (set->n_entries - before) * sizeof *set->entries);
        set->n_entries = before;
        return status;
    }
    set->report.n_records++;
    set->report.n_without += set->n_entries == before;
    set->report.n_cut += n_cut;
    return PLM_OK;
}

static int compare_entries(const void *a, const void *b)
{
    const plm_token_entry *x = (const plm_token_entry *)a;
    const plm_token_entry *y = (const plm_token_entry *)b;
    int order = memcmp(x->token.b, y->token.b, PLM_TOKEN_BYTES);
    if (order != 0) {
        return order;
    }
    if (x->record != y->record) {
        return x->record < y->record ? -1 : 1;
    }
    if (x->rule != y->rule) {
        return x->rule < y->rule ? -1 : 1;
    }
    return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

/* Sorts [first, last), whose first RADIX_BYTES token bytes agree; by insertion where that is cheap.
 */
static void sort_run(plm_token_entry *entries, size_t first, size_t last)
{
    enum {
        SHORT = 8
    };
    if (last - first > SHORT) {
        qsort(entries + first, last - first, sizeof *entries, compare_entries);
        return;
    }
    for (size_t i = first + 1; i < last; i++) {
        plm_token_entry e = entries[i];
        size_t at = i;
        for (; at > first && compare_entries(&entries[at - 1], &e) > 0; at--) {
            entries[at] = entries[at - 1];
        }
        entries[at] = e;
    }
}

/* By the first RADIX_BYTES bytes of the token, last byte first; `other` is as long. The sorted
 * entries are in `entries` again, since the number of passes is even. */
static void radix_sort(plm_token_entry *entries, plm_token_entry *other, size_t n)
{
    for (size_t pass = RADIX_BYTES; pass-- > 0;) {
        size_t start[257] = {0};
        for (size_t i = 0; i < n; i++) {
            start[entries[i].token.b[pass] + 1]++;
        }
        for (size_t i = 0; i < 256; i++) {
            start[i + 1] += start[i];
        }
        for (size_t i = 0; i < n; i++) {
            other[start[entries[i].token.b[pass]]++] = entries[i];
        }
        plm_token_entry *swap = entries;
        entries = other;
        other = swap;
    }
}

static void sort_entries(plm_token_entry *entries, plm_token_entry *other, size_t n)
{
    radix_sort(entries, other, n);
    for (size_t first = 0; first < n;) {
        size_t last = first + 1;
        while (last < n &&
               memcmp(entries[last].token.b, entries[first].token.b, RADIX_BYTES) == 0) {
            last++;
        }
        sort_run(entries, first, last);
        first = last;
    }
}

static bool same_token(const plm_token_entry *a, const plm_token_entry *b)
{
    return memcmp(a->token.b, b->token.b, PLM_TOKEN_BYTES) == 0;
}

/*
 * Moves the kept entries of the token at [first, last) down to set->entries[kept...]: each pair of
 * record and rule once; none if too many records carry it. Returns the new number of kept entries.
 */
static size_t keep(plm_token_set *set, size_t first, size_t last, size_t kept)
{
    plm_token_entry *e = set->entries;
    size_t n_carriers = 1;
    for (size_t i = first + 1; i < last; i++) {
        n_carriers += e[i].record != e[i - 1].record;
    }
    if (n_carriers > PLM_COMMON_VALUE_RECORDS) {
        set->report.n_common++;
        if (set->common != NULL) {
            memcpy(set->common + set->n_common, e + first, (last - first) * sizeof *e);
            set->n_common += last - first;
        }
        return kept;
    }
    size_t begin = kept;
    for (size_t i = first; i < last; i++) {
        if (kept == begin || compare_entries(&e[i], &e[kept - 1]) != 0) {
            set->report.n_per_rule[e[i].rule]++;
            set->report.n_per_pattern[e[i].pattern] += e[i].rule == PLM_RULE_PERSON;
            e[kept++] = e[i];
        }
    }
    set->tokens[set->n_tokens] = e[begin].token;
    set->first[set->n_tokens++] = (uint32_t)begin;
    return kept;
}

plm_status plm_token_set_finish(plm_token_set *set)
{
    size_t n = set->n_entries;
    if (n > UINT32_MAX - 1) {
        return PLM_E_LIMIT;
    }
    plm_token_entry *other = (plm_token_entry *)malloc((n + 1) * sizeof *other);
    plm_token *tokens = (plm_token *)malloc((n + 1) * sizeof *tokens);
    uint32_t *first = (uint32_t *)malloc((n + 1) * sizeof *first);
    if (other == NULL || tokens == NULL || first == NULL) {
        free(other);
        free(tokens);
        free(first);
        return PLM_E_NOMEM;
    }
    sort_entries(set->entries, other, n);
    plm_wipe(other, n * sizeof *other);
    set->common = set->keeps_common ? other : NULL; /* has room for all */
    free(set->keeps_common ? NULL : other);
    set->tokens = tokens;
    set->first = first;
    size_t kept = 0;
    for (size_t begin = 0; begin < n;) {
        size_t end = begin + 1;
        while (end < n && same_token(&set->entries[end], &set->entries[begin])) {
            end++;
        }
        kept = keep(set, begin, end, kept);
        begin = end;
    }
    if (n > 0) {
        plm_wipe(set->entries + kept, (n - kept) * sizeof *set->entries);
    }
    set->n_entries = kept;
    set->first[set->n_tokens] = (uint32_t)kept;
    return PLM_OK;
}

static void name_token(uint32_t out[static PLM_LINKS_PER_TOKEN], const plm_token_set *set, size_t i,
                       uint32_t *n_named)
{
    for (size_t k = 0; k < PLM_LINKS_PER_TOKEN; k++) {
        uint32_t chosen = PLM_NO_RECORD;
        for (uint32_t e = set->first[i]; e < set->first[i + 1]; e++) {
            const uint32_t record = set->entries[e].record;
            bool is_named = false;
            for (size_t j = 0; j < k; j++) {
                is_named = is_named || out[j] == record;
            }
            if (!is_named && (chosen == PLM_NO_RECORD || n_named[record] < n_named[chosen])) {
                chosen = record;
            }
        }
        out[k] = chosen;
        if (chosen != PLM_NO_RECORD) {
            n_named[chosen]++;
        }
    }
}

plm_status plm_token_set_name(uint32_t *out, const plm_token_set *set, size_t n_records)
{
    uint32_t *n_named = (uint32_t *)calloc(n_records + 1, sizeof *n_named);
    if (n_named == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < set->n_tokens; i++) {
        name_token(out + i * PLM_LINKS_PER_TOKEN, set, i, n_named);
    }
    free(n_named);
    return PLM_OK;
}

void plm_token_set_wipe(plm_token_set *set)
{
    if (set->scratch != NULL) {
        plm_arena_wipe(&set->scratch->arena);
        plm_wipe(set->scratch, sizeof *set->scratch);
    }
    if (set->entries != NULL) {
        plm_wipe(set->entries, set->capacity * sizeof *set->entries);
    }
    if (set->tokens != NULL) {
        plm_wipe(set->tokens, set->n_tokens * sizeof *set->tokens);
    }
    if (set->common != NULL) {
        plm_wipe(set->common, set->n_common * sizeof *set->common);
    }
    free(set->common);
    free(set->scratch);
    free(set->entries);
    free(set->tokens);
    free(set->first);
    memset(set, 0, sizeof *set);
}
