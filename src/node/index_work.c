/* SPDX-License-Identifier: Apache-2.0 */
#include "node/index_work.h"

#include "base/ct.h"
#include "base/pool.h"
#include "crypto/hasher.h"
#include "ident/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)PLM_LABEL_REFERENCE_BYTES == (int)PLM_LINK_BYTES, "a reference is a link");

plm_status plm_index_work_init(plm_index_work *w, plm_node *node, const plm_index_order *order,
                               plm_refusal *refusal)
{
    *w = (plm_index_work){.node = node};
    return plm_index_scope_find(&w->scope, node, order->accord_hash, order->purpose, refusal);
}

plm_status plm_index_work_select(plm_index_work *w, bool for_build)
{
    const plm_accord *accord = plm_index_scope_accord(w->scope);
    const plm_purpose *purpose = plm_index_scope_purpose(w->scope);
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    plm_status status =
        plm_select_for_index(&w->selected, w->node, accord, purpose, today, for_build);
    return status == PLM_OK ? plm_index_work_take_set(w) : status;
}

plm_status plm_index_work_take_set(plm_index_work *w)
{
    w->n_tokens = w->selected.set.n_tokens;
    w->tokens = (plm_own_token *)calloc(w->n_tokens + 1, sizeof *w->tokens);
    if (w->tokens == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < w->n_tokens; i++) {
        w->tokens[i].token = w->selected.set.tokens[i];
    }
    return PLM_OK;
}

static void drop_evaluated(plm_index_work *w)
{
    if (w->keys != NULL) {
        plm_wipe(w->keys, w->n_rows * sizeof *w->keys);
    }
    free(w->keys);
    free(w->rows);
    free(w->fingerprints);
    w->keys = NULL;
    w->rows = NULL;
    w->fingerprints = NULL;
    w->n_rows = 0;
}

void plm_index_work_wipe(plm_index_work *w)
{
    drop_evaluated(w);
    if (w->tokens != NULL) {
        plm_wipe(w->tokens, w->n_tokens * sizeof *w->tokens);
    }
    free(w->tokens);
    free(w->urgent);
    plm_selected_wipe(&w->selected);
    plm_index_scope_destroy(w->scope);
    plm_wipe(w, sizeof *w);
}

plm_status plm_index_work_add_urgent(plm_index_work *w, int64_t number)
{
    if (w->n_urgent == w->urgent_capacity) {
        const size_t wanted = w->urgent_capacity == 0 ? 1024 : w->urgent_capacity * 2;
        int64_t *grown = (int64_t *)realloc(w->urgent, wanted * sizeof *grown);
        if (grown == NULL) {
            return PLM_E_NOMEM;
        }
        w->urgent = grown;
        w->urgent_capacity = wanted;
    }
    w->urgent[w->n_urgent++] = number;
    return PLM_OK;
}

static plm_status note_urgent(void *context, const plm_stored_record *stored)
{
    plm_index_work *w = (plm_index_work *)context;
    return (w->epoch->urgent_roles >> stored->record.role & 1) == 0
               ? PLM_OK
               : plm_index_work_add_urgent(w, stored->number);
}

int plm_number_compare(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

bool plm_index_work_is_urgent(const plm_index_work *w, int64_t number)
{
    return w->n_urgent > 0 &&
           bsearch(&number, w->urgent, w->n_urgent, sizeof *w->urgent, plm_number_compare) != NULL;
}

/* A token may be of several records: it is urgent if one of them is, and names that one. */
static void label_of(plm_index_label *out, const plm_index_work *w, size_t token)
{
    const plm_token_set *set = &w->selected.set;
    int64_t named = w->selected.numbers[set->entries[set->first[token]].record];
    plm_link link;
    *out = w->common;
    for (uint32_t e = set->first[token]; e < set->first[token + 1] && !out->is_urgent; e++) {
        const int64_t number = w->selected.numbers[set->entries[e].record];
        if (plm_index_work_is_urgent(w, number)) {
            named = number;
            out->is_urgent = true;
        }
    }
    plm_link_of(&link, w->link_key, named);
    memcpy(out->reference, link.b, sizeof out->reference);
}

static void mark_token(plm_index_work *w, size_t token)
{
    plm_index_label label;
    plm_hasher h;
    uint8_t hash[32];
    const uint8_t urgent = 1;
    label_of(&label, w, token);
    plm_hasher_init(&h, "palermo/1 index-mark");
    plm_hasher_fixed(&h, label.reference, sizeof label.reference);
    plm_hasher_bytes(&h, plm_span_of(&urgent, label.is_urgent ? 1 : 0));
    plm_hasher_bytes(&h, plm_span_str(label.contact));
    plm_hasher_bytes(&h, plm_span_str(label.handling));
    plm_hasher_final(&h, hash);
    memcpy(w->tokens[token].mark, hash, sizeof w->tokens[token].mark);
}

void plm_index_work_mark(plm_index_work *w, const plm_stored_epoch *epoch)
{
    const plm_party *self = plm_accord_party(plm_index_scope_accord(w->scope), w->node->code);
    w->epoch = epoch;
    w->label_bytes = 0;
    if (!epoch->has_labels) {
        return;
    }
    if (w->n_urgent > 0) {
        qsort(w->urgent, w->n_urgent, sizeof *w->urgent, plm_number_compare);
    }
    w->common = (plm_index_label){0};
    (void)snprintf(w->common.contact, sizeof w->common.contact, "%s", self->contact);
    (void)snprintf(w->common.handling, sizeof w->common.handling, "%s", epoch->handling);
    w->label_bytes = (uint16_t)plm_index_label_bytes(&w->common);
    plm_index_link_key(w->link_key, w->node, epoch->accord_hash, epoch->purpose);
    for (size_t i = 0; i < w->n_tokens; i++) {
        mark_token(w, i);
    }
}

plm_status plm_index_work_label(plm_index_work *w, const plm_stored_epoch *epoch)
{
    plm_status status = PLM_OK;
    w->epoch = epoch;
    w->n_urgent = 0;
    if (epoch->has_labels && epoch->urgent_roles != 0) {
        status = plm_store_each_record(w->node->store, NULL, note_urgent, w);
    }
    if (status == PLM_OK) {
        plm_index_work_mark(w, epoch);
    }
    return status;
}

static plm_status keep_keys(void *context, size_t first, const plm_index_key *keys, size_t n)
{
    plm_index_work *w = (plm_index_work *)context;
    for (size_t i = 0; i < n; i++) {
        w->fingerprints[first + i] = keys[i].fingerprint;
        w->rows[first + i] = (plm_index_row){keys[i].fingerprint, (uint32_t)(first + i)};
    }
    if (w->keys != NULL) {
        memcpy(w->keys + first, keys, n * sizeof *keys);
    }
    return PLM_OK;
}

static bool go_on(void *context, const char *phase, uint64_t done, uint64_t total)
{
    const plm_node *node = (const plm_node *)context;
    if (node->progress != NULL) {
        const plm_run_progress progress = {phase, done, total};
        node->progress(node->progress_context, &progress);
    }
    return node->cancel == NULL || *node->cancel == 0;
}

plm_status plm_index_work_evaluate(plm_index_work *w, const plm_epoch_key *key, const size_t *which,
                                   size_t n)
{
    plm_pool *pool = NULL;
    drop_evaluated(w);
    plm_token *tokens = (plm_token *)calloc(n + 1, sizeof *tokens);
    w->rows = (plm_index_row *)calloc(n + 1, sizeof *w->rows);
    w->fingerprints = (plm_fingerprint *)calloc(n + 1, sizeof *w->fingerprints);
    w->keys = w->label_bytes > 0 ? (plm_index_key *)calloc(n + 1, sizeof *w->keys) : NULL;
    w->n_rows = n;
    w->which = which;
    const bool has_room = tokens != NULL && w->rows != NULL && w->fingerprints != NULL &&
                          (w->label_bytes == 0 || w->keys != NULL);
    plm_status status = has_room ? PLM_OK : PLM_E_NOMEM;
    if (status == PLM_OK && w->node->n_threads > 1) {
        status = plm_pool_create(&pool, w->node->n_threads);
    }
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        tokens[i] = w->tokens[which == NULL ? i : which[i]].token;
    }
    if (status == PLM_OK) {
        status = plm_index_evaluate(key, tokens, n, pool, keep_keys, w, go_on, w->node);
    }
    plm_pool_destroy(pool);
    if (tokens != NULL) {
        plm_wipe(tokens, n * sizeof *tokens);
    }
    free(tokens);
    return status;
}

void plm_index_work_header(plm_index_header *out, const plm_index_work *w)
{
    const plm_stored_epoch *epoch = w->epoch;
    *out = (plm_index_header){
        .epoch = epoch->epoch, .made_ms = plm_wall_ms(), .label_bytes = w->label_bytes};
    (void)snprintf(out->party, sizeof out->party, "%s", w->node->code);
    (void)snprintf(out->purpose, sizeof out->purpose, "%s", epoch->purpose);
    memcpy(out->accord_hash, epoch->accord_hash, sizeof out->accord_hash);
    memcpy(out->public_key, epoch->public_key, sizeof out->public_key);
    plm_recipe_digest(out->recipe_digest);
}

static plm_status seal_label(void *context, uint32_t item, uint8_t *sealed)
{
    const plm_index_work *w = (const plm_index_work *)context;
    plm_index_label label;
    label_of(&label, w, w->which == NULL ? item : w->which[item]);
    return plm_index_label_seal(sealed, w->label_bytes, &w->keys[item], &label);
}

plm_index_make plm_index_work_make(plm_index_work *w)
{
    return (plm_index_make){.seed = w->node->seed,
                            .label = seal_label,
                            .context = w,
                            .progress = go_on,
                            .progress_context = w->node};
}
