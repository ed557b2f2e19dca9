/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_since.c - what has changed since an index was built, told by the records that have.
 *
 *   changed: records that the store has noted, new ones, and those whose day has come
 *     │ ─► the tokens they had then (carriers.h)  ┐
 *     └ ─► the tokens they have now               ┴► affected: these, and no others, can differ
 *                                                      │
 *   carried now by the changed records that have them, and by the others that had them then
 *
 * Of these a small selection is made, as if the registers had no other tokens, and compared with
 * the affected rows of own.h.
 */
#include "node/index_work.h"

#include "base/ct.h"
#include "ident/recipe.h"
#include "index/carriers.h"
#include "resolve/second_look.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHANGED_MOST = 100000, /* records, beyond which all are read */
    RECORD_ARENA_MAX = 4 << 20
};

/* A list of numbers, or of tokens, that grows. */
typedef struct list {
    uint8_t *items;
    size_t n;
    size_t capacity;
    size_t bytes; /* of an item */
} list;

/* An affected token that a record has, which has not changed. */
typedef struct kept {
    plm_token token;
    int64_t number;
} kept;

typedef struct since {
    plm_index_work *w;
    const plm_stored_epoch *epoch;
    plm_own own;
    plm_carriers carriers;
    list changed;        /* int64_t, ascending */
    list admitted;       /* int64_t: of these, those that take part now */
    list affected;       /* plm_token, ascending */
    list kept;           /* kept */
    list numbers;        /* int64_t, ascending: all carriers of affected tokens */
    plm_token_set fresh; /* of the admitted ones; records count them */
} since;

static plm_status add(list *l, const void *item)
{
    if (l->n == l->capacity) {
        const size_t capacity = l->capacity == 0 ? 256 : 2 * l->capacity;
        uint8_t *grown = (uint8_t *)realloc(l->items, capacity * l->bytes);
        if (grown == NULL) {
            return PLM_E_NOMEM;
        }
        l->items = grown;
        l->capacity = capacity;
    }
    memcpy(l->items + l->n++ * l->bytes, item, l->bytes);
    return PLM_OK;
}

static void wipe_list(list *l)
{
    if (l->items != NULL) {
        plm_wipe(l->items, l->capacity * l->bytes);
    }
    free(l->items);
}

/* Ascending, each once. */
static void put_in_order(list *l, int (*compare)(const void *, const void *))
{
    size_t n = 0;
    if (l->n > 0) {
        qsort(l->items, l->n, l->bytes, compare);
    }
    for (size_t i = 0; i < l->n; i++) {
        if (n == 0 || compare(l->items + (n - 1) * l->bytes, l->items + i * l->bytes) != 0) {
            memmove(l->items + n++ * l->bytes, l->items + i * l->bytes, l->bytes);
        }
    }
    l->n = n;
}

static int64_t number_at(const list *l, size_t i)
{
    int64_t number;
    memcpy(&number, l->items + i * l->bytes, sizeof number);
    return number;
}

/* Where in a list in order the number stands; SIZE_MAX: nowhere. */
static size_t find_number(const list *l, int64_t number)
{
    const uint8_t *at =
        l->n == 0 ? NULL
                  : (const uint8_t *)bsearch(&number, l->items, l->n, l->bytes, plm_number_compare);
    return at == NULL ? SIZE_MAX : (size_t)(at - l->items) / l->bytes;
}

static plm_status path_of(const plm_index_work *w, const plm_stored_epoch *epoch,
                          plm_index_file file, char out[static PATH_MAX])
{
    return plm_index_path(out, w->node, NULL, epoch->accord_hash, epoch->purpose, epoch->epoch,
                          file);
}

/* PLM_E_NOT_FOUND: there is nothing to go by. */
static plm_status open_files(since *s, int64_t today)
{
    char path[PATH_MAX];
    uint8_t scope[PLM_HASH_BYTES];
    plm_status status = path_of(s->w, s->epoch, PLM_INDEX_FILE_OWN, path);
    if (status == PLM_OK) {
        status = plm_own_open(&s->own, path);
    }
    if (status == PLM_OK) {
        status = path_of(s->w, s->epoch, PLM_INDEX_FILE_CARRIERS, path);
    }
    if (status == PLM_OK) {
        status = plm_carriers_open(&s->carriers, path);
    }
    if (status != PLM_OK) {
        return status == PLM_E_NOMEM ? status : PLM_E_NOT_FOUND;
    }
    plm_index_scope_hash(scope, s->w->scope);
    return s->epoch->changes_from > 0 && today <= (int64_t)s->carriers.until_day &&
                   s->own.n == s->carriers.n_tokens &&
                   memcmp(s->own.root, s->epoch->root, PLM_HASH_BYTES) == 0 &&
                   memcmp(s->carriers.root, s->epoch->root, PLM_HASH_BYTES) == 0 &&
                   memcmp(s->carriers.scope, scope, sizeof scope) == 0
               ? PLM_OK
               : PLM_E_NOT_FOUND;
}

static plm_status take_changed(void *context, int64_t number)
{
    since *s = (since *)context;
    return s->changed.n < CHANGED_MOST ? add(&s->changed, &number) : PLM_E_LIMIT;
}

static plm_status list_changed(since *s, int64_t today)
{
    plm_status status = plm_store_each_changed(s->w->node->store, s->epoch->changes_from,
                                               s->carriers.last_number, take_changed, s);
    for (size_t i = 0; status == PLM_OK && i < s->carriers.n_days; i++) {
        const plm_carrier_day day = plm_carriers_day(&s->carriers, i);
        if ((int64_t)day.day > today) {
            break;
        }
        status = take_changed(s, day.number);
    }
    put_in_order(&s->changed, plm_number_compare);
    return status == PLM_E_LIMIT ? PLM_E_NOT_FOUND : status;
}

/* What a changed record is now, if it is there and takes part. */
static plm_status read_record(since *s, plm_arena *arena, int64_t number, plm_date today)
{
    plm_stored_record stored;
    plm_index_work *w = s->w;
    plm_arena_reset(arena);
    plm_status status = plm_store_get_record(w->node->store, number, arena, &stored);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    if (plm_policy_admit(plm_index_scope_purpose(w->scope), false, &stored.record, today) !=
        PLM_ADMITTED) {
        return PLM_OK;
    }
    status = plm_token_set_add(&s->fresh, &stored.record, (uint32_t)s->admitted.n);
    if (status == PLM_OK) {
        status = add(&s->admitted, &number);
    }
    return status == PLM_OK && (s->epoch->urgent_roles >> stored.record.role & 1) != 0
               ? plm_index_work_add_urgent(w, number)
               : status;
}

static plm_status read_changed(since *s, plm_date today)
{
    plm_index_work *w = s->w;
    const plm_purpose *purpose = plm_index_scope_purpose(w->scope);
    plm_arena arena;
    plm_arena_init(&arena, RECORD_ARENA_MAX);
    plm_status status = plm_token_set_init(&s->fresh, plm_index_scope_accord(w->scope)->hash,
                                           purpose->rules, purpose->n_rules);
    if (status == PLM_OK) {
        status =
            plm_select_gate(&w->selected.table, &w->selected.threshold, w->node->store, purpose);
    }
    if (status == PLM_OK && w->selected.table != NULL) {
        plm_token_set_gate(&s->fresh, w->selected.table, w->selected.threshold, false);
    }
    for (size_t i = 0; status == PLM_OK && i < s->changed.n; i++) {
        const bool is_over = w->node->cancel != NULL && *w->node->cancel != 0;
        status =
            is_over ? PLM_E_CANCELLED : read_record(s, &arena, number_at(&s->changed, i), today);
    }
    plm_arena_wipe(&arena);
    return status;
}

/* The tokens that a changed record had. */
static plm_status affect_old(since *s, int64_t number)
{
    plm_span tokens;
    const size_t record = plm_carriers_find(&s->carriers, number);
    if (record == SIZE_MAX) {
        return PLM_OK;
    }
    plm_status status = plm_carriers_tokens_of(&s->carriers, record, &tokens);
    for (size_t at = 0; status == PLM_OK && at < tokens.n; at += sizeof(uint32_t)) {
        const uint32_t t = plm_load_u32(tokens.p + at);
        plm_token token;
        if (t < s->own.n) {
            memcpy(token.b, s->own.rows + (size_t)t * PLM_OWN_ROW_BYTES, sizeof token.b);
        } else {
            token = plm_carriers_common(&s->carriers, t);
        }
        status = add(&s->affected, &token);
    }
    return status;
}

static plm_status list_affected(since *s)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < s->changed.n; i++) {
        status = affect_old(s, number_at(&s->changed, i));
    }
    for (size_t i = 0; status == PLM_OK && i < s->fresh.n_entries; i++) {
        status = add(&s->affected, &s->fresh.entries[i].token);
    }
    put_in_order(&s->affected, plm_token_compare);
    return status;
}

/* The records that had the token and have not changed. */
static plm_status keep_carriers(since *s, const plm_token *token)
{
    plm_span records;
    size_t t = plm_own_find(&s->own, token);
    t = t == SIZE_MAX ? plm_carriers_find_common(&s->carriers, token) : t;
    if (t == SIZE_MAX) {
        return PLM_OK;
    }
    plm_status status = plm_carriers_records_of(&s->carriers, t, &records);
    for (size_t at = 0; status == PLM_OK && at < records.n; at += sizeof(uint32_t)) {
        const uint64_t both = plm_carriers_number(&s->carriers, plm_load_u32(records.p + at));
        const kept k = {*token, (int64_t)(both & ~PLM_CARRIER_URGENT)};
        if (find_number(&s->changed, k.number) != SIZE_MAX) {
            continue;
        }
        status = add(&s->kept, &k);
        if (status == PLM_OK) {
            status = add(&s->numbers, &k.number);
        }
        if (status == PLM_OK && (both & PLM_CARRIER_URGENT) != 0) {
            status = plm_index_work_add_urgent(s->w, k.number);
        }
    }
    return status;
}

static plm_status list_carriers(since *s)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < s->affected.n; i++) {
        plm_token token;
        memcpy(token.b, s->affected.items + i * s->affected.bytes, sizeof token.b);
        status = keep_carriers(s, &token);
    }
    for (size_t i = 0; status == PLM_OK && i < s->admitted.n; i++) {
        const int64_t number = number_at(&s->admitted, i);
        status = add(&s->numbers, &number);
    }
    put_in_order(&s->numbers, plm_number_compare);
    return status;
}

/* The selection of all carriers of affected tokens, as if there were no others. */
static plm_status select_affected(since *s)
{
    plm_token_set *set = &s->w->selected.set;
    const plm_purpose *purpose = plm_index_scope_purpose(s->w->scope);
    plm_status status = plm_token_set_init(set, plm_index_scope_accord(s->w->scope)->hash,
                                           purpose->rules, purpose->n_rules);
    for (size_t i = 0; status == PLM_OK && i < s->fresh.n_entries; i++) {
        const plm_token_entry *e = &s->fresh.entries[i];
        status = plm_token_set_put(
            set, &e->token, (uint32_t)find_number(&s->numbers, number_at(&s->admitted, e->record)));
    }
    for (size_t i = 0; status == PLM_OK && i < s->kept.n; i++) {
        kept k;
        memcpy(&k, s->kept.items + i * s->kept.bytes, sizeof k);
        status = plm_token_set_put(set, &k.token, (uint32_t)find_number(&s->numbers, k.number));
    }
    if (status == PLM_OK) {
        status = plm_token_set_finish(set);
    }
    if (status == PLM_OK) {
        s->w->selected.numbers = (int64_t *)(void *)s->numbers.items;
        s->w->selected.n_numbers = s->numbers.n;
        s->numbers.items = NULL; /* the selection's now */
        status = plm_index_work_take_set(s->w);
    }
    return status;
}

/* The affected rows of own.h against the selection. */
static plm_status compare_affected(since *s, plm_own_changes *changes)
{
    plm_own part = {0};
    uint8_t *rows = (uint8_t *)malloc((s->affected.n + 1) * PLM_OWN_ROW_BYTES);
    if (rows == NULL) {
        return PLM_E_NOMEM;
    }
    part.rows = rows;
    for (size_t i = 0; i < s->affected.n; i++) {
        plm_token token;
        memcpy(token.b, s->affected.items + i * s->affected.bytes, sizeof token.b);
        const size_t row = plm_own_find(&s->own, &token);
        if (row != SIZE_MAX) {
            memcpy(rows + part.n++ * PLM_OWN_ROW_BYTES, s->own.rows + row * PLM_OWN_ROW_BYTES,
                   PLM_OWN_ROW_BYTES);
        }
    }
    plm_index_work_mark(s->w, s->epoch);
    plm_status status = plm_own_compare(changes, &part, s->w->tokens, s->w->n_tokens);
    plm_wipe(rows, part.n * PLM_OWN_ROW_BYTES);
    free(rows);
    return status;
}

plm_status plm_index_since(plm_index_work *w, const plm_stored_epoch *epoch,
                           plm_own_changes *changes)
{
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    const int64_t day = plm_date_days(today);
    since s = {.w = w,
               .epoch = epoch,
               .changed = {.bytes = sizeof(int64_t)},
               .admitted = {.bytes = sizeof(int64_t)},
               .affected = {.bytes = sizeof(plm_token)},
               .kept = {.bytes = sizeof(kept)},
               .numbers = {.bytes = sizeof(int64_t)}};
    plm_status (*const steps[])(since *) = {list_affected, list_carriers, select_affected};
    plm_status status = open_files(&s, day);
    if (status == PLM_OK) {
        status = list_changed(&s, day);
    }
    if (status == PLM_OK) {
        status = read_changed(&s, today);
    }
    for (size_t i = 0; status == PLM_OK && i < sizeof steps / sizeof *steps; i++) {
        status = steps[i](&s);
    }
    if (status == PLM_OK) {
        status = compare_affected(&s, changes);
    }
    list *const lists[] = {&s.changed, &s.admitted, &s.affected, &s.kept, &s.numbers};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        wipe_list(lists[i]);
    }
    plm_token_set_wipe(&s.fresh);
    plm_carriers_close(&s.carriers);
    plm_own_close(&s.own);
    return status;
}
