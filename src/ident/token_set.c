/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ct.h"
#include "ident/birth_date.h"
#include "ident/names0.h"
#include "ident/rules.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    VALUES_MAX = 512
};

typedef struct value_list {
    char text[VALUES_MAX][PLM_NAME_KEY_MAX];
    size_t n;
} value_list;

plm_status plm_token_set_init(plm_token_set *set,
                              const uint8_t accord_hash[static PLM_ACCORD_HASH_BYTES],
                              const uint32_t *rules, size_t n_rules)
{
    *set = (plm_token_set){0};
    if (n_rules > PLM_RULES_MAX)
        return PLM_E_ARGUMENT;
    for (size_t i = 0; i < n_rules; i++) {
        if (rules[i] >= plm_rule_count())
            return PLM_E_ARGUMENT;
        set->rules[i] = rules[i];
    }
    set->n_rules = n_rules;
    memcpy(set->accord_hash, accord_hash, 32);
    return PLM_OK;
}

static void add_text(value_list *l, const char *text)
{
    if (text[0] == '\0' || l->n == VALUES_MAX || strlen(text) >= PLM_NAME_KEY_MAX)
        return;
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->text[i], text) == 0)
            return;
    memcpy(l->text[l->n++], text, strlen(text) + 1);
}

static void collect(value_list *l, const plm_record *r, const plm_component *c)
{
    l->n = 0;
    for (size_t i = 0; i < r->n_values; i++) {
        const plm_value *v = &r->values[i];
        plm_date d;
        char folded[PLM_NAME_KEY_MAX], sound[PLM_NAME_KEY_MAX], text[16];
        if (v->type != c->type || (v->flags & PLM_IDENT_CHECK_FAILED))
            continue;
        switch (c->level) {
        case PLM_LEVEL_EXACT:
            add_text(l, v->canonical);
            break;
        case PLM_LEVEL_FULL:
        case PLM_LEVEL_YEAR:
            if (plm_date_parse(&d, plm_span_str(v->canonical)) != PLM_OK)
                break;
            if (c->level == PLM_LEVEL_FULL &&
                (d.day == 0 || d.month == 0 || plm_birth_date_is_default(d)))
                break;
            memcpy(text, v->canonical, 11);
            text[c->level == PLM_LEVEL_YEAR ? 4 : 10] = '\0';
            add_text(l, text);
            break;
        case PLM_LEVEL_FOLDED:
        case PLM_LEVEL_SOUND:
        default:
            if (r->kind != PLM_KIND_PERSON)
                break;
            plm_name_keys(plm_span_str(v->canonical), folded, sound);
            add_text(l, c->level == PLM_LEVEL_SOUND ? sound : folded);
            break;
        }
    }
}

static void rule_key(uint8_t key[32], const plm_token_set *set, const plm_rule *rule)
{
    crypto_generichash_state s;
    (void)crypto_generichash_init(&s, set->accord_hash, 32, 32);
    (void)crypto_generichash_update(&s, (const uint8_t *)"palermo token 1", 15);
    (void)crypto_generichash_update(&s, (const uint8_t *)rule->name, strlen(rule->name));
    (void)crypto_generichash_final(&s, key, 32);
}

static plm_status push(plm_token_set *set, const plm_token_entry *e)
{
    if (set->n_entries == set->capacity) {
        size_t capacity = set->capacity == 0 ? 4096 : set->capacity * 2;
        plm_token_entry *p = (plm_token_entry *)realloc(set->entries, capacity * sizeof *p);
        if (p == NULL)
            return PLM_E_NOMEM;
        set->entries = p;
        set->capacity = capacity;
    }
    set->entries[set->n_entries++] = *e;
    return PLM_OK;
}

static plm_status add_rule(plm_token_set *set, value_list lists[3], const plm_record *r,
                           uint32_t number, uint32_t rule_number, size_t *n_made)
{
    const plm_rule *rule = plm_rule_at(rule_number);
    size_t n = 1;
    uint8_t key[32];
    for (size_t i = 0; i < rule->n; i++) {
        collect(&lists[i], r, &rule->components[i]);
        n *= lists[i].n;
    }
    rule_key(key, set, rule);
    for (size_t k = 0; k < n; k++) {
        plm_token_entry e = {.record = number, .rule = rule_number};
        crypto_generichash_state s;
        size_t rest = k;
        if (*n_made == PLM_TOKENS_PER_RECORD_MAX) {
            set->report.n_cut += n - k;
            break;
        }
        (void)crypto_generichash_init(&s, key, 32, 16);
        for (size_t i = 0; i < rule->n; i++) {
            const char *text = lists[i].text[rest % lists[i].n];
            uint8_t length[2];
            rest /= lists[i].n;
            plm_store_u16(length, (uint16_t)strlen(text));
            (void)crypto_generichash_update(&s, length, 2);
            (void)crypto_generichash_update(&s, (const uint8_t *)text, strlen(text));
        }
        (void)crypto_generichash_final(&s, e.token.b, 16);
        plm_status status = push(set, &e);
        if (status != PLM_OK)
            return status;
        ++*n_made;
    }
    return PLM_OK;
}

plm_status plm_token_set_add(plm_token_set *set, const plm_record *record, uint32_t record_number)
{
    size_t before = set->n_entries, made = 0;
    value_list *lists = (value_list *)malloc(3 * sizeof *lists);
    plm_status status = lists == NULL ? PLM_E_NOMEM : PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < set->n_rules; i++) {
        status = add_rule(set, lists, record, record_number, set->rules[i], &made);
    }
    free(lists);
    if (status != PLM_OK) {
        set->n_entries = before;
        return status;
    }
    set->report.n_records++;
    set->report.n_without += made == 0;
    return PLM_OK;
}

static int compare(const void *a, const void *b)
{
    const plm_token_entry *x = (const plm_token_entry *)a, *y = (const plm_token_entry *)b;
    int c = memcmp(x->token.b, y->token.b, 16);
    return c != 0                   ? c
           : x->record != y->record ? (x->record > y->record ? 1 : -1)
                                    : (x->rule > y->rule) - (x->rule < y->rule);
}

plm_status plm_token_set_finish(plm_token_set *set)
{
    if (set->n_entries > 0)
        qsort(set->entries, set->n_entries, sizeof *set->entries, compare);
    set->tokens = (plm_token *)calloc(set->n_entries + 1, sizeof *set->tokens);
    set->first = (uint32_t *)calloc(set->n_entries + 2, sizeof *set->first);
    if (set->tokens == NULL || set->first == NULL)
        return PLM_E_NOMEM;
    size_t out = 0;
    for (size_t i = 0; i < set->n_entries;) {
        size_t end = i, kept = out;
        uint32_t n_records = 0;
        for (; end < set->n_entries &&
               memcmp(set->entries[end].token.b, set->entries[i].token.b, 16) == 0;
             end++) {
            n_records += end == i || set->entries[end].record != set->entries[end - 1].record;
        }
        if (n_records > PLM_COMMON_VALUE_RECORDS) {
            set->report.n_common++;
        } else {
            set->tokens[set->n_tokens] = set->entries[i].token;
            set->first[set->n_tokens++] = (uint32_t)kept;
            for (size_t k = i; k < end; k++) {
                if (k > i && compare(&set->entries[k], &set->entries[k - 1]) == 0)
                    continue;
                set->entries[out++] = set->entries[k];
                set->report.n_per_rule[set->entries[out - 1].rule]++;
            }
        }
        i = end;
    }
    set->first[set->n_tokens] = (uint32_t)out;
    set->n_entries = out;
    return PLM_OK;
}

void plm_token_set_wipe(plm_token_set *set)
{
    if (set->entries != NULL)
        plm_wipe(set->entries, set->capacity * sizeof *set->entries);
    if (set->tokens != NULL)
        plm_wipe(set->tokens, set->n_tokens * sizeof *set->tokens);
    free(set->entries);
    free(set->tokens);
    free(set->first);
    *set = (plm_token_set){0};
}
