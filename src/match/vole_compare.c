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

static size_t theirs_bytes(size_t n)
{
    return n * (sizeof(plm_block) + sizeof(plm_found));
}

/* Room for the n values of one message, and for what is found of them. */
static plm_status make_theirs(plm_vole_side *s, size_t n)
{
    if (n <= s->n_theirs) {
        return PLM_OK;
    }
    plm_big_destroy(s->theirs, theirs_bytes(s->n_theirs));
    s->theirs = (plm_block *)plm_big_create(theirs_bytes(n));
    s->n_theirs = s->theirs == NULL ? 0 : n;
    s->found = s->theirs == NULL ? NULL : (plm_found *)(s->theirs + n);
    return s->theirs == NULL ? PLM_E_NOMEM : PLM_OK;
}

static size_t marks_bytes(const plm_vole_side *s)
{
    return (s->v.config.n / 64 + 1) * sizeof(uint64_t);
}

static size_t hits_bytes(const plm_vole_side *s)
{
    return (s->n_hits + 1) * sizeof(uint32_t);
}

plm_status plm_vole_bucket_own(plm_vole_side *s)
{
    /* Nobody decodes again, and the columns' memory serves. */
    plm_status status = plm_buckets_init(&s->buckets, s->partition.tokens, s->partition.index,
                                         s->v.n_receiver, s->columns);
    plm_okvs_partition_wipe(&s->partition);
    s->marks = (uint64_t *)plm_big_create(marks_bytes(s));
    s->is_bucketed = true;
    return status == PLM_OK && s->marks == NULL ? PLM_E_NOMEM : status;
}

/* For n bytes at least, and for what is still to come of usual messages. */
static size_t chunk_bytes(const plm_vole_side *s, size_t n)
{
    enum {
        HEADS = 1 << 12 /* of those messages */
    };
    const plm_vole_common *v = &s->v;
    size_t each = (size_t)v->coding.value_bytes + 1 + v->config.label_bytes;
    size_t left = (v->n_sender - s->n_outputs_in) * each + HEADS;
    left = left < CHUNK_BYTES ? left : CHUNK_BYTES;
    return left > n ? left : n;
}

/* A chunk with room for n bytes more at its end, behind all others. */
static plm_vole_waiting *room_for(plm_vole_side *s, size_t n)
{
    plm_vole_waiting *last = s->last_waiting;
    if (last != NULL && n <= last->capacity - last->end) {
        return last;
    }
    if (last != NULL && last->end == 0) { /* empty, and so the only one */
        plm_big_destroy(last, sizeof *last + last->capacity);
        s->first_waiting = s->last_waiting = last = NULL;
    }
    size_t capacity = chunk_bytes(s, n);
    plm_vole_waiting *w = (plm_vole_waiting *)plm_big_create(sizeof *w + capacity);
    if (w == NULL) {
        return NULL;
    }
    w->capacity = capacity;
    if (last != NULL) {
        last->next = w;
    } else {
        s->first_waiting = w;
    }
    s->last_waiting = w;
    return w;
}

/*
 * Whether the messages so far, this one of n values included, can be that long. What is beyond a
 * value's own bits are ones of differences, and of these all messages together have no more than
 * the largest upper part says: so a peer can't make us keep more than about a run's values.
 */
static bool has_its_length(plm_vole_side *s, size_t n, size_t bytes)
{
    const plm_coding *c = &s->v.coding;
    size_t least = n * (c->low_bytes + s->v.config.label_bytes) + (n * (c->rice + 1) + 7) / 8;
    s->n_ones_in += bytes > least ? 8 * (uint64_t)(bytes - least) - 7 : 0;
    return s->n_ones_in <= plm_coding_ones_max(c);
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
        n > s->v.n_sender - s->n_outputs_in || !has_its_length(s, n, r.n)) {
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
        plm_big_destroy(w, sizeof *w + w->capacity);
    }
}

bool plm_vole_has_outputs(const plm_vole_side *s)
{
    return s->first_waiting != NULL && s->first_waiting->at < s->first_waiting->end;
}

/* What was found in a message whose labels these are. */
static plm_status add_hits(plm_vole_side *s, size_t n_found, const uint8_t *labels)
{
    size_t bytes = s->v.config.label_bytes;
    plm_status status = PLM_OK;
    for (size_t i = 0; i < n_found && status == PLM_OK; i++) {
        plm_found f = s->found[i];
        if (f.belongs >= s->v.config.n) { /* one of our dummies: 2^-128 */
            continue;
        }
        s->marks[f.belongs / 64] |= (uint64_t)1 << (f.belongs % 64);
        s->n_hits++;
        if (bytes > 0) {
            status = plm_buf_append(&s->sealed, &f.belongs, sizeof f.belongs);
        }
        if (bytes > 0 && status == PLM_OK) {
            status = plm_buf_append(&s->sealed, labels + f.at * bytes, bytes);
        }
    }
    return status;
}

plm_status plm_vole_compare(plm_vole_side *s)
{
    const uint8_t *message = s->first_waiting->bytes + s->first_waiting->at;
    plm_reader r = plm_span_of(message + 12, plm_load_u32(message) - 8);
    size_t n = plm_load_u32(message + 8);
    plm_span labels;
    plm_status status = make_theirs(s, n);
    if (status == PLM_OK) {
        status =
            plm_coding_read(&s->v.coding, &r, n, &s->last_output, s->n_compared == 0, s->theirs);
    }
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

/* Hits in the order of the caller's tokens. */
static plm_status list_hits(plm_vole_side *s)
{
    size_t n_words = marks_bytes(s) / sizeof *s->marks;
    size_t n = 0;
    s->hits = (uint32_t *)plm_big_create(hits_bytes(s));
    if (s->hits == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t w = 0; w < n_words; w++) {
        for (uint64_t word = s->marks[w]; word != 0; word &= word - 1) {
            s->hits[n++] = (uint32_t)(64 * w + (size_t)__builtin_ctzll(word));
        }
    }
    return PLM_OK;
}

static int compare_tokens(const void *a, const void *b)
{
    const uint32_t *x = (const uint32_t *)a;
    const uint32_t *y = (const uint32_t *)b;
    return (*x > *y) - (*x < *y);
}

/* Labels in the order of hits, opened. */
static plm_status open_labels(plm_vole_side *s)
{
    size_t bytes = s->v.config.label_bytes;
    plm_reader r = plm_buf_span(&s->sealed);
    s->labels = (uint8_t *)plm_big_create(s->n_hits * bytes);
    if (s->labels == NULL) {
        return PLM_E_NOMEM;
    }
    while (r.n > 0) {
        uint32_t token;
        memcpy(&token, r.p, sizeof token);
        const uint32_t *hit =
            (const uint32_t *)bsearch(&token, s->hits, s->n_hits, sizeof token, compare_tokens);
        uint8_t *label = s->labels + (size_t)(hit - s->hits) * bytes;
        memcpy(label, r.p + sizeof token, bytes);
        plm_vole_label(&s->v, s->label_keys[token], label);
        r = plm_span_of(r.p + sizeof token + bytes, r.n - sizeof token - bytes);
    }
    return PLM_OK;
}

plm_status plm_vole_finish(plm_vole_side *s)
{
    plm_status status = list_hits(s);
    if (status == PLM_OK && s->v.config.label_bytes > 0) {
        status = open_labels(s);
    }
    s->is_done = status == PLM_OK;
    return status;
}

void plm_vole_compare_free(plm_vole_side *s)
{
    while (s->first_waiting != NULL) {
        plm_vole_waiting *w = s->first_waiting;
        s->first_waiting = w->next;
        plm_big_destroy(w, sizeof *w + w->capacity);
    }
    plm_big_destroy(s->theirs, theirs_bytes(s->n_theirs));
    plm_big_destroy(s->hits, hits_bytes(s));
    plm_big_destroy(s->marks, marks_bytes(s));
    plm_buckets_wipe(&s->buckets);
    plm_buf_wipe(&s->sealed);
    plm_big_destroy(s->labels, s->n_hits * s->v.config.label_bytes);
}
