/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_sender.c - what the sender does next, and what it says.
 */
#include "match/vole_sender.h"

#include "base/ct.h"
#include "crypto/sign.h"

static void sender_destroy(void *state)
{
    plm_vole_sending *s = (plm_vole_sending *)state;
    plm_vole_sender_destroy(s->vole);
    plm_okvs_partition_wipe(&s->partition);
    plm_big_destroy(s->label_keys, s->v.n_sender * sizeof *s->label_keys);
    plm_buckets_wipe(&s->buckets);
    plm_big_destroy(s->columns, s->v.n_columns * sizeof *s->columns);
    for (size_t i = 0; i < PLM_VOLE_AHEAD; i++) {
        plm_big_destroy(s->extends[i], plm_vole_extend_bytes(&s->v.vole, i));
    }
    plm_big_destroy(s->trees, plm_vole_trees_bytes(&s->v.vole));
    plm_buf_wipe(&s->message);
    plm_buf_wipe(&s->begin);
    plm_big_destroy(s, sizeof *s);
}

/* Outputs that one message tells. */
static size_t told_at_once(const plm_vole_sending *s)
{
    size_t n = s->v.n_per_message;
    return n < PLM_VOLE_TOLD_AT_ONCE ? n : PLM_VOLE_TOLD_AT_ONCE;
}

/* What messages need; values that are far apart may need more. */
static size_t usual_bytes(const plm_vole_sending *s)
{
    size_t n = told_at_once(s);
    n = n < s->v.n_sender ? n : s->v.n_sender;
    size_t outputs = n * (s->v.coding.value_bytes + 1 + s->v.config.label_bytes);
    size_t trees = plm_vole_trees_bytes(&s->v.vole);
    return (outputs > trees ? outputs : trees) + 64; /* with its head */
}

static plm_status allocate(plm_vole_sending *s)
{
    bool good = true;
    for (size_t i = 0; i < plm_vole_ahead(&s->v.vole); i++) {
        s->extends[i] = (uint8_t *)plm_big_create(plm_vole_extend_bytes(&s->v.vole, i));
        good = good && s->extends[i] != NULL;
    }
    s->trees = (uint8_t *)plm_big_create(plm_vole_trees_bytes(&s->v.vole));
    s->columns = (plm_block *)plm_big_create(s->v.n_columns * sizeof *s->columns);
    good = good && s->trees != NULL && s->columns != NULL;
    /* All of it at once, lest each doubling leaves its memory behind. */
    return good ? plm_buf_reserve(&s->message, usual_bytes(s)) : PLM_E_NOMEM;
}

static plm_status sender_create(void **out, const plm_engine_config *config)
{
    plm_vole_sending *s = (plm_vole_sending *)plm_big_create(sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    plm_buf_init(&s->message, PLM_MATCH_MESSAGE_MAX);
    plm_buf_init(&s->begin, PLM_MATCH_MESSAGE_MAX);
    plm_status status = plm_vole_common_init(&s->v, config);
    if (status == PLM_OK) {
        status = allocate(s);
    }
    if (status != PLM_OK) {
        sender_destroy(s);
        return status;
    }
    plm_random(s->opening, sizeof s->opening);
    s->w = plm_block_load(s->opening);
    s->has_kept = plm_vole_base_read(config->base, PLM_MATCH_SENDER, s->base_id, &s->ot.n_blocks,
                                     &s->ot.delta, s->ot.leaves[0]) == 0;
    s->v.config.base = plm_span_of(NULL, 0);
    *out = s;
    return PLM_OK;
}

/* What can be computed next; the order is that of urgency: the peer waits for the first ones. */
typedef enum task {
    TASK_NONE,
    TASK_BEGIN,
    TASK_BASE,
    TASK_EXTEND,
    TASK_COMPRESS,
    TASK_PARTITION,
    TASK_DECODE,
    TASK_SORT
} task;

static bool bin_is_ready(const plm_vole_sending *s)
{
    size_t end = (s->n_bins_done + 1) * plm_okvs_bin_columns(&s->v.store);
    return s->n_bins_done < s->v.store.n_bins && end <= s->n_columns_in &&
           end <= plm_vole_covered(&s->v, s->n_compressed);
}

static task next_task(const plm_vole_sending *s)
{
    if (!s->begin_sent && !s->begin_ready) {
        return TASK_BEGIN;
    }
    if (s->base_pending) {
        return TASK_BASE;
    }
    if (s->n_compressed < s->n_extended) {
        return TASK_COMPRESS;
    }
    if (s->has_base && s->n_extended < s->n_extends_in && s->n_trees_sent == s->n_extended) {
        return TASK_EXTEND;
    }
    /* One bin has the tokens as they are: a copy is not needed before it is decoded. */
    if (s->has_store && !s->is_parted && (s->v.store.n_bins > 1 || bin_is_ready(s))) {
        return TASK_PARTITION;
    }
    if (s->is_parted && bin_is_ready(s)) {
        return TASK_DECODE;
    }
    if (s->n_bins_done == s->v.store.n_bins && !s->is_bucketed) {
        return TASK_SORT;
    }
    return TASK_NONE;
}

static bool all_columns_in(const plm_vole_sending *s)
{
    return s->n_columns_in == s->v.n_columns && s->has_store;
}

static bool outputs_ready(const plm_vole_sending *s)
{
    return s->is_bucketed && s->is_open_sent && s->n_told < s->v.n_sender;
}

static unsigned sender_wants(const void *state)
{
    const plm_vole_sending *s = (const plm_vole_sending *)state;
    unsigned wants = 0;
    bool has_message = s->begin_ready || s->n_trees_sent < s->n_extended ||
                       s->n_proofs_sent < s->n_checks_in ||
                       (all_columns_in(s) && !s->is_open_sent) || outputs_ready(s);
    size_t n_checks = s->v.is_malicious ? s->v.vole.n_instances : 0;
    bool all_in =
        all_columns_in(s) && s->n_extends_in == s->v.vole.n_instances && s->n_checks_in == n_checks;
    if (has_message) {
        wants |= PLM_MATCH_OUTPUT;
    }
    if (s->begin_sent && !all_in) {
        wants |= PLM_MATCH_INPUT;
    }
    if (next_task(s) != TASK_NONE) {
        wants |= PLM_MATCH_WORK;
    }
    return wants == 0 ? (unsigned)PLM_MATCH_DONE : wants;
}

static plm_status work_extend(plm_vole_sending *s)
{
    plm_status status =
        plm_vole_sender_extend(s->vole, s->extends[s->n_extended % PLM_VOLE_AHEAD], s->trees);
    s->n_extended += status == PLM_OK;
    return status;
}

static plm_status work_compress(plm_vole_sending *s)
{
    size_t first = plm_vole_covered(&s->v, s->n_compressed);
    size_t last = plm_vole_covered(&s->v, ++s->n_compressed);
    return plm_vole_sender_compress(s->vole, s->columns + first, last - first);
}

static plm_status work_partition(plm_vole_sending *s)
{
    const plm_engine_config *c = &s->v.config;
    s->is_parted = true;
    if (c->label_bytes > 0) {
        s->label_keys = (plm_block *)plm_big_create(s->v.n_sender * sizeof *s->label_keys);
        if (s->label_keys == NULL) {
            return PLM_E_NOMEM;
        }
    }
    plm_okvs_source_init(&s->source, c->tokens, c->n);
    return plm_okvs_partition_init(&s->partition, &s->v.store, &s->v.rows, &s->source, c->n_padded,
                                   c->label_bytes > 0 ? PLM_OKVS_INDEX : 0);
}

static plm_status work_sort(plm_vole_sending *s)
{
    s->is_bucketed = true;
    /* Nobody decodes again, and the columns' memory serves. */
    plm_block *memory = s->v.n_sender > s->v.n_columns ? NULL : s->columns;
    plm_status status = plm_buckets_init(&s->buckets, s->partition.tokens, s->partition.index,
                                         s->v.n_sender, memory);
    plm_okvs_partition_wipe(&s->partition);
    return status;
}

static plm_status sender_work(void *state)
{
    plm_vole_sending *s = (plm_vole_sending *)state;
    switch (next_task(s)) {
    case TASK_BEGIN:
        return plm_vole_ask_base(s);
    case TASK_BASE:
        return plm_vole_take_base(s);
    case TASK_EXTEND:
        return work_extend(s);
    case TASK_COMPRESS:
        return work_compress(s);
    case TASK_PARTITION:
        return work_partition(s);
    case TASK_DECODE:
        plm_vole_decode_bin(&s->v, &s->partition, s->n_bins_done++, s->columns, s->ot.delta, s->w,
                            s->label_keys);
        return PLM_OK;
    case TASK_SORT:
        return work_sort(s);
    case TASK_NONE:
        break;
    }
    return PLM_OK;
}

static plm_status sender_input(void *state, plm_span message)
{
    return plm_vole_sender_input((plm_vole_sending *)state, message);
}

/* Labels of n outputs that belong to these, sealed; a dummy's is zero and sealed all the same. */
static plm_status append_labels(plm_vole_sending *s, const uint32_t *index, size_t n)
{
    enum {
        AHEAD = 8
    };
    const plm_engine_config *c = &s->v.config;
    size_t bytes = c->label_bytes;
    plm_status status = plm_buf_reserve(&s->message, n * bytes);
    for (size_t i = 0; i < n && status == PLM_OK; i++, s->message.n += bytes) {
        uint8_t *label = s->message.data + s->message.n;
        if (i + AHEAD < n) { /* outputs are in no order that tokens have */
            size_t next = index[i + AHEAD];
            __builtin_prefetch(&s->label_keys[next]);
            if (next < c->n) {
                __builtin_prefetch(c->labels + next * bytes);
            }
        }
        if (index[i] < c->n) {
            memcpy(label, c->labels + index[i] * bytes, bytes);
        } else {
            memset(label, 0, bytes);
        }
        plm_vole_label(&s->v, s->label_keys[index[i]], label);
    }
    return status;
}

/* The next bucket that is not empty; all before it are told. */
static plm_status sort_next(plm_vole_sending *s)
{
    plm_status status = PLM_OK;
    while (s->sorted.n == 0 && status == PLM_OK) {
        status = plm_buckets_sort(&s->buckets, s->n_buckets_sorted++, &s->sorted);
    }
    return status == PLM_E_EXISTS ? PLM_E_ARGUMENT : status; /* a token stood there twice */
}

/* OUTPUTS: first (u32), n (u32), coded values, then n sealed labels */
static plm_status write_outputs(plm_vole_sending *s)
{
    plm_status status = sort_next(s);
    if (status != PLM_OK) {
        return status;
    }
    plm_sorted *left = &s->sorted;
    size_t n_messages = (left->n + told_at_once(s) - 1) / told_at_once(s);
    size_t n = (left->n + n_messages - 1) / n_messages;
    status = plm_vole_head(&s->message, PLM_VOLE_OUTPUTS, s->n_told, n);
    if (status == PLM_OK) {
        status = plm_buf_reserve(&s->message,
                                 plm_coding_bytes_max(&s->v.coding, left->values, n, s->last_told));
    }
    if (status != PLM_OK) {
        return status;
    }
    s->message.n += plm_coding_write(&s->v.coding, left->values, n, &s->last_told,
                                     s->message.data + s->message.n);
    if (s->v.config.label_bytes > 0) {
        status = append_labels(s, left->index, n);
    }
    s->n_told += n;
    *left = (plm_sorted){left->values + n, left->index + n, left->n - n};
    return status;
}

static plm_status append(plm_vole_sending *s, const void *bytes, size_t n)
{
    return plm_buf_append(&s->message, bytes, n);
}

static plm_status sender_output(void *state, plm_span *message)
{
    plm_vole_sending *s = (plm_vole_sending *)state;
    plm_status status;
    if (s->begin_ready) {
        s->begin_ready = false;
        s->begin_sent = true;
        *message = plm_buf_span(&s->begin);
        return PLM_OK;
    }
    if (s->n_trees_sent < s->n_extended) {
        status = plm_vole_head(&s->message, PLM_VOLE_TREES_MESSAGE, s->n_trees_sent, SIZE_MAX);
        if (status == PLM_OK) {
            status = append(s, s->trees, plm_vole_trees_bytes(&s->v.vole));
        }
        s->n_trees_sent++;
    } else if (s->n_proofs_sent < s->n_checks_in) {
        status = plm_vole_head(&s->message, PLM_VOLE_PROOF, s->n_proofs_sent, SIZE_MAX);
        if (status == PLM_OK) {
            status =
                append(s, s->proofs[s->n_proofs_sent % (PLM_VOLE_AHEAD + 1)], PLM_VOLE_PROOF_BYTES);
        }
        s->n_proofs_sent++;
    } else if (!s->is_open_sent) {
        status = plm_vole_head(&s->message, PLM_VOLE_OPEN, SIZE_MAX, SIZE_MAX);
        if (status == PLM_OK) {
            status = append(s, s->opening, sizeof s->opening);
        }
        s->is_open_sent = true;
    } else {
        status = write_outputs(s);
    }
    *message = plm_buf_span(&s->message);
    return status;
}

static void sender_progress(const void *state, plm_match_progress *out)
{
    static const char *const phases[] = {
        [TASK_NONE] = "wait",     [TASK_BEGIN] = "base",        [TASK_BASE] = "base",
        [TASK_EXTEND] = "trees",  [TASK_COMPRESS] = "compress", [TASK_PARTITION] = "partition",
        [TASK_DECODE] = "decode", [TASK_SORT] = "sort",
    };
    const plm_vole_sending *s = (const plm_vole_sending *)state;
    size_t each = plm_vole_usable(&s->v.vole);
    out->total = s->v.vole.n_instances * each + s->v.n_columns + 2 * (uint64_t)s->v.n_sender + 1;
    out->done = s->n_compressed * each + s->n_columns_in + s->n_told;
    if (s->is_bucketed) {
        out->done += s->v.n_sender;
    } else if (s->is_parted) {
        out->done += s->partition.starts[s->n_bins_done];
    }
    bool is_done = sender_wants(s) == PLM_MATCH_DONE;
    out->done += is_done;
    out->phase = is_done ? "done" : outputs_ready(s) ? "outputs" : phases[next_task(s)];
}

/* Once outputs are out, all that the peer's store has room for has been evaluated. */
static uint64_t sender_evaluated(const void *state)
{
    const plm_vole_sending *s = (const plm_vole_sending *)state;
    return s->n_told > 0 ? s->v.n_columns : 0;
}

static plm_status sender_base(const void *state, uint8_t *out, size_t *bytes)
{
    const plm_vole_sending *s = (const plm_vole_sending *)state;
    plm_ot_giver next = s->ot;
    plm_ot_giver_step(&next, plm_block_zero());
    *bytes = plm_vole_base_write(out, PLM_MATCH_SENDER, s->base_id, next.n_blocks, next.delta,
                                 next.leaves[0]);
    plm_wipe(&next, sizeof next);
    return PLM_OK;
}

const plm_engine_ops plm_vole_sender_ops = {
    .create = sender_create,
    .destroy = sender_destroy,
    .wants = sender_wants,
    .output = sender_output,
    .input = sender_input,
    .work = sender_work,
    .progress = sender_progress,
    .evaluated = sender_evaluated,
    .base = sender_base,
};
