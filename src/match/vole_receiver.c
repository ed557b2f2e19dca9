/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_receiver.c - what the receiver does next, and what it says.
 */
#include "match/vole_receiver.h"

#include "base/ct.h"
#include "crypto/sign.h"

#include <stdlib.h>

static void receiver_destroy(void *state)
{
    plm_vole_side *s = (plm_vole_side *)state;
    plm_vole_receiver_destroy(s->vole);
    plm_vole_benches_free(s);
    plm_vole_compare_free(s);
    plm_okvs_partition_wipe(&s->partition);
    plm_big_destroy(s->label_keys, s->v.n_receiver * sizeof *s->label_keys);
    plm_big_destroy(s->columns, s->v.n_columns * sizeof *s->columns);
    for (unsigned i = 0; i < PLM_VOLE_AHEAD; i++) {
        plm_big_destroy(s->trees[i], plm_vole_trees_bytes(&s->v.vole));
    }
    plm_big_destroy(s->extend, plm_vole_extend_bytes(&s->v.vole, 0));
    plm_buf_wipe(&s->message);
    plm_buf_wipe(&s->begin);
    plm_big_destroy(s, sizeof *s);
}

/* The longest message. */
static size_t message_bytes(const plm_vole_side *s)
{
    size_t n = s->v.n_columns < PLM_VOLE_TOLD_AT_ONCE ? s->v.n_columns : PLM_VOLE_TOLD_AT_ONCE;
    size_t columns = n * sizeof(plm_block);
    size_t extend = plm_vole_extend_bytes(&s->v.vole, 0);
    return (columns > extend ? columns : extend) + 9; /* with its head */
}

static plm_status allocate(plm_vole_side *s)
{
    bool good = true;
    for (size_t i = 0; i < plm_vole_ahead(&s->v.vole); i++) {
        s->trees[i] = (uint8_t *)plm_big_create(plm_vole_trees_bytes(&s->v.vole));
        good = good && s->trees[i] != NULL;
    }
    s->extend = (uint8_t *)plm_big_create(plm_vole_extend_bytes(&s->v.vole, 0));
    s->columns = (plm_block *)plm_big_create(s->v.n_columns * sizeof *s->columns);
    good = good && s->extend != NULL && s->columns != NULL;
    /* All of it at once, lest each doubling leaves its memory behind. */
    return good ? plm_buf_reserve(&s->message, message_bytes(s)) : PLM_E_NOMEM;
}

static plm_status receiver_create(void **out, const plm_engine_config *config)
{
    plm_vole_side *s = (plm_vole_side *)plm_big_create(sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    plm_block none;
    plm_buf_init(&s->message, PLM_MATCH_MESSAGE_MAX);
    plm_buf_init(&s->begin, PLM_MATCH_MESSAGE_MAX);
    plm_status status = plm_vole_common_init(&s->v, config);
    /* Their values are distinct, and so are ours: no more hits than the fewer of both. */
    size_t n_hits = s->v.n_sender < s->v.n_receiver ? s->v.n_sender : s->v.n_receiver;
    plm_buf_init(&s->sealed, n_hits * (sizeof(uint32_t) + config->label_bytes));
    if (status == PLM_OK) {
        status = allocate(s);
    }
    if (status != PLM_OK) {
        receiver_destroy(s);
        return status;
    }
    s->has_kept = plm_vole_base_read(config->base, PLM_MATCH_RECEIVER, s->base_id, &s->ot.n_blocks,
                                     &none, s->ot.leaves[0]) == 0;
    s->v.config.base = plm_span_of(NULL, 0);
    *out = s;
    return PLM_OK;
}

typedef enum task {
    TASK_NONE,
    TASK_BASE,
    TASK_PARTITION,
    TASK_EXTEND,
    TASK_ENCODE,
    TASK_MASK,
    TASK_TAKE,
    TASK_COMPRESS,
    TASK_DECODE,
    TASK_BUCKET,
    TASK_COMPARE,
    TASK_FINISH
} task;

static bool extend_is_due(const plm_vole_side *s)
{
    return s->has_base && s->store_sent && s->n_extended < s->v.vole.n_instances &&
           s->n_extended < s->n_taken + PLM_VOLE_AHEAD && s->n_extends_sent == s->n_extended;
}

static bool mask_is_due(const plm_vole_side *s)
{
    size_t encoded = s->n_bins_encoded * plm_okvs_bin_columns(&s->v.store);
    return s->n_masked < s->n_extended && s->n_masked == s->n_compressed &&
           encoded >= plm_vole_covered(&s->v, s->n_masked + 1);
}

static bool take_is_due(const plm_vole_side *s)
{
    return s->n_taken < s->n_masked && s->n_taken < s->n_trees_in && s->n_checks_sent == s->n_taken;
}

/* C takes the place of what has been sent. */
static bool compress_is_due(const plm_vole_side *s)
{
    return s->n_compressed < s->n_taken && s->n_columns_sent == plm_vole_covered(&s->v, s->n_taken);
}

static task next_task(const plm_vole_side *s)
{
    if (s->has_begin && !s->has_base && !s->again_due) {
        return TASK_BASE;
    }
    if (!s->is_parted) {
        return TASK_PARTITION;
    }
    if (extend_is_due(s)) {
        return TASK_EXTEND;
    }
    if (take_is_due(s)) {
        return TASK_TAKE;
    }
    if (compress_is_due(s)) {
        return TASK_COMPRESS;
    }
    if (mask_is_due(s)) {
        return TASK_MASK;
    }
    if (s->n_bins_encoded < s->v.store.n_bins) {
        return TASK_ENCODE;
    }
    if (s->is_open && s->n_compressed == s->v.vole.n_instances &&
        s->n_bins_decoded < s->v.store.n_bins) {
        return TASK_DECODE;
    }
    if (s->n_bins_decoded == s->v.store.n_bins && !s->is_bucketed) {
        return TASK_BUCKET;
    }
    if (s->is_bucketed && plm_vole_has_outputs(s)) {
        return TASK_COMPARE;
    }
    bool is_proven = !s->v.is_malicious || s->n_proofs_in == s->v.vole.n_instances;
    if (s->is_bucketed && s->n_compared == s->v.n_sender && is_proven && !s->is_done) {
        return TASK_FINISH;
    }
    return TASK_NONE;
}

static bool has_message(const plm_vole_side *s)
{
    return s->again_due || s->base_due || (s->has_base && s->is_parted && !s->store_sent) ||
           s->n_extends_sent < s->n_extended || s->n_checks_sent < s->n_taken ||
           s->n_columns_sent < plm_vole_covered(&s->v, s->n_taken);
}

static unsigned receiver_wants(const void *state)
{
    const plm_vole_side *s = (const plm_vole_side *)state;
    unsigned wants = 0;
    if (s->is_done) {
        return PLM_MATCH_DONE;
    }
    if (has_message(s)) {
        wants |= PLM_MATCH_OUTPUT;
    }
    if (next_task(s) != TASK_NONE) {
        wants |= PLM_MATCH_WORK;
    }
    size_t n_proofs = s->v.is_malicious ? s->v.vole.n_instances : 0;
    bool all_in = s->is_open && s->n_outputs_in == s->v.n_sender && s->n_proofs_in == n_proofs &&
                  s->n_trees_in == s->v.vole.n_instances;
    return all_in ? wants : wants | PLM_MATCH_INPUT;
}

static plm_status work_extend(plm_vole_side *s)
{
    plm_status status = plm_vole_receiver_extend(s->vole, s->extend);
    s->n_extended += status == PLM_OK;
    return status;
}

/* The columns that instance i makes. */
static plm_block *columns_of(const plm_vole_side *s, size_t i, size_t *n)
{
    size_t first = plm_vole_covered(&s->v, i);
    *n = plm_vole_covered(&s->v, i + 1) - first;
    return s->columns + first;
}

static plm_status work_mask(plm_vole_side *s)
{
    size_t n;
    plm_block *columns = columns_of(s, s->n_masked++, &n);
    return plm_vole_receiver_mask(s->vole, columns, n);
}

static void work_take(plm_vole_side *s)
{
    plm_vole_receiver_take(s->vole, s->trees[s->n_taken++ % PLM_VOLE_AHEAD], s->check);
    if (!s->v.is_malicious) {
        s->n_checks_sent = s->n_taken;
    }
}

static void work_compress(plm_vole_side *s)
{
    size_t n;
    plm_block *columns = columns_of(s, s->n_compressed++, &n);
    plm_vole_receiver_compress(s->vole, columns, n);
}

static plm_status work_decode(plm_vole_side *s)
{
    plm_status status = s->partition.tokens == NULL ? plm_vole_sort_tokens(s) : PLM_OK;
    if (status == PLM_OK) {
        plm_vole_decode_bin(&s->v, &s->partition, s->n_bins_decoded++, s->columns, plm_block_zero(),
                            s->w, s->label_keys);
    }
    return status;
}

static plm_status receiver_work(void *state)
{
    plm_vole_side *s = (plm_vole_side *)state;
    switch (next_task(s)) {
    case TASK_BASE:
        return plm_vole_give_base(s);
    case TASK_PARTITION:
        return plm_vole_part(s);
    case TASK_EXTEND:
        return work_extend(s);
    case TASK_ENCODE:
        return plm_vole_encode(s);
    case TASK_MASK:
        return work_mask(s);
    case TASK_TAKE:
        work_take(s);
        return PLM_OK;
    case TASK_COMPRESS:
        work_compress(s);
        return PLM_OK;
    case TASK_DECODE:
        return work_decode(s);
    case TASK_BUCKET:
        return plm_vole_bucket_own(s);
    case TASK_COMPARE:
        return plm_vole_compare(s);
    case TASK_FINISH:
        return plm_vole_finish(s);
    case TASK_NONE:
        break;
    }
    return PLM_OK;
}

static plm_status receiver_input(void *state, plm_span message)
{
    return plm_vole_receiver_input((plm_vole_side *)state, message);
}

static plm_status append(plm_vole_side *s, plm_status status, const void *bytes, size_t n)
{
    return status == PLM_OK ? plm_buf_append(&s->message, bytes, n) : status;
}

static plm_status write_store(plm_vole_side *s)
{
    const plm_okvs_params *p = &s->v.store;
    const uint32_t numbers[4] = {p->n_bins, p->bin_rows, p->n_sparse, p->n_dense};
    plm_status status = plm_vole_head(&s->message, PLM_VOLE_STORE, SIZE_MAX, SIZE_MAX);
    status = append(s, status, s->keys, sizeof s->keys);
    for (size_t i = 0; i < 4 && status == PLM_OK; i++) {
        status = plm_buf_append_u32(&s->message, numbers[i]);
    }
    s->store_sent = true;
    return status;
}

static plm_status write_columns(plm_vole_side *s)
{
    size_t n = plm_vole_covered(&s->v, s->n_taken) - s->n_columns_sent;
    n = n < PLM_VOLE_TOLD_AT_ONCE ? n : PLM_VOLE_TOLD_AT_ONCE;
    plm_status status = plm_vole_head(&s->message, PLM_VOLE_COLUMNS, s->n_columns_sent, n);
    status = append(s, status, s->columns + s->n_columns_sent, n * sizeof *s->columns);
    s->n_columns_sent += n;
    return status;
}

static plm_status receiver_output(void *state, plm_span *message)
{
    plm_vole_side *s = (plm_vole_side *)state;
    plm_status status;
    if (s->again_due) {
        s->again_due = false;
        status = plm_vole_head(&s->message, PLM_VOLE_AGAIN, SIZE_MAX, SIZE_MAX);
    } else if (s->base_due) {
        s->base_due = false;
        status = plm_vole_head(&s->message, PLM_VOLE_BASE, SIZE_MAX, SIZE_MAX);
        status = append(s, status, s->base_answers, sizeof s->base_answers);
    } else if (!s->store_sent) {
        status = write_store(s);
    } else if (s->n_extends_sent < s->n_extended) {
        size_t i = s->n_extends_sent++;
        status = plm_vole_head(&s->message, PLM_VOLE_EXTEND, i, SIZE_MAX);
        status = append(s, status, s->extend, plm_vole_extend_bytes(&s->v.vole, i));
    } else if (s->n_checks_sent < s->n_taken) {
        status = plm_vole_head(&s->message, PLM_VOLE_CHECK, s->n_checks_sent++, SIZE_MAX);
        status = append(s, status, s->check, sizeof s->check);
    } else {
        status = write_columns(s);
    }
    *message = plm_buf_span(&s->message);
    return status;
}

static void receiver_progress(const void *state, plm_match_progress *out)
{
    static const char *const phases[] = {
        [TASK_NONE] = "wait",     [TASK_BASE] = "base",         [TASK_PARTITION] = "partition",
        [TASK_EXTEND] = "extend", [TASK_ENCODE] = "encode",     [TASK_MASK] = "mask",
        [TASK_TAKE] = "trees",    [TASK_COMPRESS] = "compress", [TASK_DECODE] = "decode",
        [TASK_BUCKET] = "sort",   [TASK_COMPARE] = "compare",   [TASK_FINISH] = "compare",
    };
    const plm_vole_side *s = (const plm_vole_side *)state;
    out->total = 2 * (uint64_t)s->v.n_receiver + 2 * (uint64_t)s->v.n_columns + s->v.n_sender + 1;
    out->done =
        plm_vole_covered(&s->v, s->n_compressed) + s->n_columns_sent + s->n_compared + s->is_done;
    if (s->is_bucketed) {
        out->done += 2 * (uint64_t)s->v.n_receiver;
    } else if (s->is_parted) {
        out->done += plm_vole_tokens_before(s, s->n_bins_encoded) +
                     plm_vole_tokens_before(s, s->n_bins_decoded);
    }
    out->phase = s->is_done ? "done" : phases[next_task(s)];
}

static plm_status receiver_hits(const void *state, const uint32_t **indices, size_t *n)
{
    const plm_vole_side *s = (const plm_vole_side *)state;
    *indices = s->hits;
    *n = s->n_hits;
    return PLM_OK;
}

static plm_status receiver_label(const void *state, size_t i, const uint8_t **label)
{
    const plm_vole_side *s = (const plm_vole_side *)state;
    if (i >= s->n_hits || s->v.config.label_bytes == 0) {
        return PLM_E_ARGUMENT;
    }
    *label = s->labels + i * s->v.config.label_bytes;
    return PLM_OK;
}

static plm_status receiver_base(const void *state, uint8_t *out, size_t *bytes)
{
    const plm_vole_side *s = (const plm_vole_side *)state;
    plm_ot_chooser next = s->ot;
    plm_ot_chooser_step(&next, plm_block_zero());
    *bytes = plm_vole_base_write(out, PLM_MATCH_RECEIVER, s->base_id, next.n_blocks,
                                 plm_block_zero(), next.leaves[0]);
    plm_wipe(&next, sizeof next);
    return PLM_OK;
}

const plm_engine_ops plm_vole_receiver_ops = {
    .create = receiver_create,
    .destroy = receiver_destroy,
    .wants = receiver_wants,
    .output = receiver_output,
    .input = receiver_input,
    .work = receiver_work,
    .progress = receiver_progress,
    .hits = receiver_hits,
    .label = receiver_label,
    .base = receiver_base,
};
