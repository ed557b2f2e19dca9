/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_compare.c - the receiver's own outputs, and the sender's looked up among them.
 */
#include "base/ct.h"
#include "match/vole_receiver.h"

#include <stdlib.h>

enum {
    /* With what a chunk says of itself and of a message, just a huge page. */
    CHUNK_BYTES = (1 << 21) - (int)sizeof(plm_vole_waiting)
};
_Static_assert((int)PLM_MATCH_MESSAGE_MAX + 4 <= (int)CHUNK_BYTES, "a chunk holds any message");

/* One message's values, and what is found of them. */
static size_t theirs_bytes(const plm_vole_side *s)
{
    return s->v.n_per_message * (sizeof(plm_block) + sizeof(plm_found));
}

/* Their values are distinct, and so are ours: no more hits than the fewer of both. */
static size_t hits_bytes(const plm_vole_side *s)
{
    size_t n = s->v.n_sender < s->v.n_receiver ? s->v.n_sender : s->v.n_receiver;
    return (n + 1) * sizeof(uint32_t);
}

plm_status plm_vole_bucket_own(plm_vole_side *s)
{
    /* Without labels nobody decodes again, and the columns' memory serves. */
    plm_block *memory = s->v.config.label_bytes > 0 ? NULL : s->columns;
    plm_status status = plm_buckets_init(&s->buckets, s->partition.tokens, s->partition.index,
                                         s->v.n_receiver, memory);
    s->theirs = (plm_block *)plm_big_create(theirs_bytes(s));
    s->hits = (uint32_t *)plm_big_create(hits_bytes(s));
    s->is_bucketed = true;
    if (status != PLM_OK || s->theirs == NULL || s->hits == NULL) {
        return status != PLM_OK ? status : PLM_E_NOMEM;
    }
    s->found = (plm_found *)(s->theirs + s->v.n_per_message);
    return PLM_OK;
}

/* A chunk with room for n bytes more at its end, behind all others. */
static plm_vole_waiting *room_for(plm_vole_side *s, size_t n)
{
    plm_vole_waiting *last = s->last_waiting;
    if (last != NULL && last->end + n <= CHUNK_BYTES) {
        return last;
    }
    plm_vole_waiting *w = (plm_vole_waiting *)plm_big_create(sizeof *w + CHUNK_BYTES);
    if (w == NULL) {
        return NULL;
    }
    if (last != NULL) {
        last->next = w;
    } else {
        s->first_waiting = w;
    }
    s->last_waiting = w;
    return w;
}

/* body: of OUTPUTS, behind its type: first (u32), n (u32), values, labels. Looked at for numbers.
 */
plm_status plm_vole_keep_outputs(plm_vole_side *s, plm_span body)
{
    plm_reader r = body;
    uint32_t first;
    uint32_t n;
    if (!s->is_open || plm_rd_u32(&r, &first) < 0 || plm_rd_u32(&r, &n) < 0 ||
        first != s->n_outputs_in || n == 0 || n > s->v.n_per_message ||
        n > s->v.n_sender - s->n_outputs_in) {
        return PLM_E_PROTOCOL;
    }
    plm_vole_waiting *w = room_for(s, 4 + body.n);
    if (w == NULL) {
        return PLM_E_NOMEM;
    }
    plm_store_u32(w->bytes + w->end, (uint32_t)body.n);
    memcpy(w->bytes + w->end + 4, body.p, body.n);
    w->end += 4 + body.n;
    s->n_outputs_in += n;
    return PLM_OK;
}

/* The oldest message is done with. The last chunk stays, to be filled again. */
static void drop_first(plm_vole_side *s)
{
    plm_vole_waiting *w = s->first_waiting;
    w->at += 4 + plm_load_u32(w->bytes + w->at);
    if (w->at == w->end && w->next == NULL) {
        w->at = w->end = 0;
    } else if (w->at == w->end) {
        s->first_waiting = w->next;
        plm_big_destroy(w, sizeof *w + CHUNK_BYTES);
    }
}

bool plm_vole_has_outputs(const plm_vole_side *s)
{
    return s->first_waiting != NULL && s->first_waiting->at < s->first_waiting->end;
}

/* Room for n labels more. */
static plm_status grow_labels(plm_vole_side *s, size_t n)
{
    size_t capacity = s->labels_capacity == 0 ? 256 : s->labels_capacity;
    while (capacity < s->n_hits + n) {
        capacity *= 2;
    }
    if (capacity > s->labels_capacity) {
        uint8_t *labels = (uint8_t *)realloc(s->labels, capacity * s->v.config.label_bytes);
        if (labels == NULL) {
            return PLM_E_NOMEM;
        }
        s->labels = labels;
        s->labels_capacity = capacity;
    }
    return PLM_OK;
}

/* What was found in a message whose labels these are. */
static plm_status add_hits(plm_vole_side *s, size_t n_found, const uint8_t *labels)
{
    size_t bytes = s->v.config.label_bytes;
    if (bytes > 0) {
        plm_status status = grow_labels(s, n_found);
        if (status != PLM_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < n_found; i++) {
        plm_found f = s->found[i];
        if (f.belongs < s->v.config.n) { /* else one of our dummies: 2^-128 */
            if (bytes > 0) {
                memcpy(s->labels + s->n_hits * bytes, labels + f.at * bytes, bytes);
            }
            s->hits[s->n_hits++] = f.belongs;
        }
    }
    return PLM_OK;
}

plm_status plm_vole_compare(plm_vole_side *s)
{
    const uint8_t *message = s->first_waiting->bytes + s->first_waiting->at;
    plm_reader r = plm_span_of(message + 12, plm_load_u32(message) - 8);
    size_t n = plm_load_u32(message + 8);
    plm_span labels;
    plm_status status =
        plm_coding_read(&s->v.coding, &r, n, &s->last_output, s->n_compared == 0, s->theirs);
    if (status != PLM_OK) {
        return status;
    }
    if (plm_rd_take(&r, n * s->v.config.label_bytes, &labels) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    status = add_hits(s, plm_buckets_find(&s->buckets, s->theirs, n, s->found), labels.p);
    s->n_compared += n;
    drop_first(s);
    return status;
}

typedef struct numbered {
    uint32_t token;
    uint32_t number; /* in the order of finding */
} numbered;

static int compare_numbered(const void *a, const void *b)
{
    uint32_t x = ((const numbered *)a)->token;
    uint32_t y = ((const numbered *)b)->token;
    return (x > y) - (x < y);
}

/* Without labels: hits in the order of the caller's tokens, by marking them. */
static plm_status mark_hits(plm_vole_side *s)
{
    size_t n_words = s->v.config.n / 64 + 1;
    uint64_t *marks = (uint64_t *)calloc(n_words, sizeof *marks);
    if (marks == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < s->n_hits; i++) {
        marks[s->hits[i] / 64] |= (uint64_t)1 << (s->hits[i] % 64);
    }
    size_t n = 0;
    for (size_t w = 0; w < n_words; w++) {
        for (uint64_t word = marks[w]; word != 0; word &= word - 1) {
            s->hits[n++] = (uint32_t)(64 * w + (size_t)__builtin_ctzll(word));
        }
    }
    free(marks);
    s->is_done = true;
    return PLM_OK;
}

/* Hits in the order of the caller's tokens, with their labels opened. */
static plm_status order_hits(plm_vole_side *s)
{
    size_t bytes = s->v.config.label_bytes;
    numbered *order = (numbered *)calloc(s->n_hits + 1, sizeof *order);
    uint8_t *opened = (uint8_t *)calloc(s->n_hits + 1, bytes + 1);
    if (order == NULL || opened == NULL) {
        free(order);
        free(opened);
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < s->n_hits; i++) {
        order[i] = (numbered){s->hits[i], (uint32_t)i};
    }
    qsort(order, s->n_hits, sizeof *order, compare_numbered);
    for (size_t i = 0; i < s->n_hits; i++) {
        s->hits[i] = order[i].token;
        memcpy(opened + i * bytes, s->labels + order[i].number * bytes, bytes);
        plm_vole_label(&s->v, s->columns, &s->v.config.tokens[order[i].token], plm_block_zero(),
                       s->w, opened + i * bytes);
    }
    free(order);
    free(s->labels);
    s->labels = opened;
    s->is_done = true;
    return PLM_OK;
}

plm_status plm_vole_finish(plm_vole_side *s)
{
    return s->v.config.label_bytes > 0 ? order_hits(s) : mark_hits(s);
}

void plm_vole_compare_free(plm_vole_side *s)
{
    while (s->first_waiting != NULL) {
        plm_vole_waiting *w = s->first_waiting;
        s->first_waiting = w->next;
        plm_big_destroy(w, sizeof *w + CHUNK_BYTES);
    }
    plm_big_destroy(s->theirs, theirs_bytes(s));
    plm_big_destroy(s->hits, hits_bytes(s));
    plm_buckets_wipe(&s->buckets);
    if (s->labels != NULL) {
        plm_wipe(s->labels, s->n_hits * s->v.config.label_bytes);
    }
    free(s->labels);
}
