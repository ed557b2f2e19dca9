/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vole_sender.c - the side of Delta and K: it answers by a pseudorandom function that the
 * receiver's store programs, and learns nothing.
 *
 *     columns:  0 -> + Delta (A + P) as COLUMNS come, + B as instances are compressed: K in either
 * order
 */
#include "match/vole.h"

#include "base/ct.h"
#include "crypto/sign.h"

#include <stdlib.h>

/* In the order of use: there is one a run, and its padding is nothing. */
typedef struct sender { /* NOLINT(clang-analyzer-optin.performance.Padding) */
    plm_vole_common v;
    plm_ot_giver ot;
    plm_vole_sender *vole;
    plm_buf message;
    plm_buf begin; /* the BEGIN that was sent: what the session is bound to */

    uint8_t opening[PLM_VOLE_OPENING_BYTES]; /* SECRET until OPEN; w_s first */
    plm_block w;                             /* w_s, then w_s + w_r */
    uint8_t base_id[PLM_VOLE_ID_BYTES];
    uint8_t scalars[PLM_BASE_OTS][PLM_SCALAR_BYTES]; /* SECRET */
    plm_block choices;                               /* SECRET */
    uint8_t base_answers[PLM_BASE_OTS * PLM_BASE_ANSWER_BYTES + PLM_OT_TREES_BYTES];

    bool has_kept;
    bool begin_ready; /* made, not sent */
    bool begin_sent;
    bool has_base;     /* BASE came, or the kept one goes on */
    bool base_pending; /* BASE came and is not worked on */
    bool has_store;

    uint8_t *extends[PLM_VOLE_AHEAD]; /* of instance i at [i % PLM_VOLE_AHEAD] */
    uint8_t *trees;                   /* of instance n_extended - 1 */
    size_t n_extends_in;
    size_t n_extended; /* worked on */
    size_t n_trees_sent;
    size_t n_compressed;
    size_t n_checks_in;
    size_t n_proofs_sent;
    uint8_t proofs[PLM_VOLE_AHEAD + 1][PLM_VOLE_PROOF_BYTES];

    plm_block *columns; /* SECRET; K at the end */
    size_t n_columns_in;

    plm_okvs_partition partition;
    bool is_parted;
    size_t n_bins_done;
    bool is_open_sent;
    plm_buckets buckets;
    bool is_bucketed;
    size_t n_buckets_sorted;
    size_t n_told;
    plm_block last_told;
} sender;

static void sender_destroy(void *state)
{
    sender *s = (sender *)state;
    plm_vole_sender_destroy(s->vole);
    plm_okvs_partition_wipe(&s->partition);
    plm_buckets_wipe(&s->buckets);
    plm_big_destroy(s->columns, s->v.n_columns * sizeof *s->columns);
    for (unsigned i = 0; i < PLM_VOLE_AHEAD; i++) {
        plm_big_destroy(s->extends[i], plm_vole_extend_bytes(&s->v.vole, 0));
    }
    plm_big_destroy(s->trees, plm_vole_trees_bytes(&s->v.vole));
    plm_buf_wipe(&s->message);
    plm_buf_wipe(&s->begin);
    plm_big_destroy(s, sizeof *s);
}

static plm_status allocate(sender *s)
{
    bool good = true;
    for (unsigned i = 0; i < PLM_VOLE_AHEAD; i++) {
        s->extends[i] = (uint8_t *)plm_big_create(plm_vole_extend_bytes(&s->v.vole, 0));
        good = good && s->extends[i] != NULL;
    }
    s->trees = (uint8_t *)plm_big_create(plm_vole_trees_bytes(&s->v.vole));
    s->columns = (plm_block *)plm_big_create(s->v.n_columns * sizeof *s->columns);
    good = good && s->trees != NULL && s->columns != NULL;
    return good ? PLM_OK : PLM_E_NOMEM;
}

static plm_status sender_create(void **out, const plm_engine_config *config)
{
    sender *s = (sender *)plm_big_create(sizeof *s);
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

static bool bin_is_ready(const sender *s)
{
    size_t end = (s->n_bins_done + 1) * plm_okvs_bin_columns(&s->v.store);
    return s->n_bins_done < s->v.store.n_bins && end <= s->n_columns_in &&
           end <= plm_vole_covered(&s->v, s->n_compressed);
}

static task next_task(const sender *s)
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
    if (s->has_store && !s->is_parted) {
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

static bool all_columns_in(const sender *s)
{
    return s->n_columns_in == s->v.n_columns && s->has_store;
}

static bool outputs_ready(const sender *s)
{
    return s->is_bucketed && s->is_open_sent && s->n_told < s->v.n_sender;
}

static unsigned sender_wants(const void *state)
{
    const sender *s = (const sender *)state;
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

/* The 128 questions, as a loop that threads share. */
typedef struct asking {
    sender *s;
    uint8_t *questions;
    _Atomic plm_status status;
} asking;

static void ask_range(void *context, size_t first, size_t last)
{
    asking *a = (asking *)context;
    for (size_t i = first; i < last; i++) {
        uint64_t choice = plm_block_bit(a->s->choices, i);
        plm_status status = plm_base_ask(a->questions + i * PLM_BASE_QUESTION_BYTES,
                                         a->s->scalars[i], choice, a->s->v.session, (unsigned)i);
        if (status != PLM_OK) {
            a->status = PLM_E_CRYPTO;
        }
    }
}

/* type, commitment (32), 0 and 128 questions, or 1 and the kept base's name */
static plm_status make_begin(sender *s)
{
    uint8_t commitment[32];
    static const size_t all = (size_t)PLM_BASE_OTS * PLM_BASE_QUESTION_BYTES;
    plm_vole_commit(commitment, &s->v, s->opening);
    plm_status status = plm_vole_head(&s->begin, PLM_VOLE_BEGIN, SIZE_MAX, SIZE_MAX);
    if (status == PLM_OK) {
        status = plm_buf_append(&s->begin, commitment, sizeof commitment);
    }
    if (status == PLM_OK) {
        status =
            plm_buf_append_u8(&s->begin, s->has_kept ? PLM_VOLE_BEGIN_KEPT : PLM_VOLE_BEGIN_FRESH);
    }
    if (status == PLM_OK && s->has_kept) {
        status = plm_buf_append(&s->begin, s->base_id, sizeof s->base_id);
    } else if (status == PLM_OK) {
        status = plm_buf_reserve(&s->begin, all);
        if (status == PLM_OK) {
            plm_random((uint8_t *)&s->choices, sizeof s->choices);
            asking a = {.s = s, .questions = s->begin.data + s->begin.n};
            plm_pool_run(s->v.config.pool, PLM_BASE_OTS, 4, ask_range, &a);
            s->begin.n += all;
            status = a.status;
        }
    }
    s->begin_ready = status == PLM_OK;
    return status;
}

static plm_status start_vole(sender *s, plm_span base)
{
    plm_vole_setup setup;
    plm_vole_setup_init(&setup, &s->v, plm_buf_span(&s->begin), base, s->has_kept, s->base_id);
    if (s->has_kept) { /* a base that is used twice against the rule gives no row twice */
        plm_ot_giver_step(&s->ot, plm_block_load(setup.session));
    }
    s->has_base = true;
    return plm_vole_sender_create(&s->vole, &setup, &s->ot);
}

typedef struct taking {
    sender *s;
    plm_block keys[PLM_BASE_OTS]; /* SECRET */
    _Atomic plm_status status;
} taking;

static void take_range(void *context, size_t first, size_t last)
{
    taking *t = (taking *)context;
    for (size_t i = first; i < last; i++) {
        uint64_t choice = plm_block_bit(t->s->choices, i);
        plm_status status =
            plm_base_take(&t->keys[i], t->s->base_answers + i * PLM_BASE_ANSWER_BYTES,
                          t->s->scalars[i], choice, t->s->v.session, (unsigned)i);
        if (status != PLM_OK) {
            t->status = status;
        }
    }
}

static plm_status work_base(sender *s)
{
    taking t = {.s = s};
    plm_pool_run(s->v.config.pool, PLM_BASE_OTS, 4, take_range, &t);
    plm_status status = t.status;
    if (status == PLM_OK) {
        status = plm_ot_giver_init(&s->ot, s->choices, t.keys,
                                   s->base_answers + (size_t)PLM_BASE_OTS * PLM_BASE_ANSWER_BYTES);
    }
    if (status == PLM_OK) {
        status = start_vole(s, plm_span_of(s->base_answers, sizeof s->base_answers));
    }
    plm_wipe(t.keys, sizeof t.keys);
    plm_wipe(s->scalars, sizeof s->scalars);
    s->base_pending = false;
    return status;
}

static plm_status work_extend(sender *s)
{
    plm_status status =
        plm_vole_sender_extend(s->vole, s->extends[s->n_extended % PLM_VOLE_AHEAD], s->trees);
    s->n_extended += status == PLM_OK;
    return status;
}

static void work_compress(sender *s)
{
    const plm_block *b = plm_vole_sender_compress(s->vole);
    size_t first = plm_vole_covered(&s->v, s->n_compressed);
    size_t last = plm_vole_covered(&s->v, ++s->n_compressed);
    for (size_t i = first; i < last; i++) {
        s->columns[i] ^= b[i - first];
    }
}

static plm_status work_partition(sender *s)
{
    const plm_engine_config *c = &s->v.config;
    s->is_parted = true;
    return plm_okvs_partition_init(&s->partition, &s->v.store, &s->v.rows, c->tokens, c->n,
                                   c->n_padded, 0);
}

static plm_status work_sort(sender *s)
{
    s->is_bucketed = true;
    bool with_labels = s->v.config.label_bytes > 0;
    /* Without labels nobody decodes again, and the columns' memory serves. */
    plm_block *memory = with_labels || s->v.n_sender > s->v.n_columns ? NULL : s->columns;
    return plm_buckets_init(&s->buckets, s->partition.tokens,
                            with_labels ? s->partition.index : NULL, s->v.n_sender, memory);
}

static plm_status sender_work(void *state)
{
    sender *s = (sender *)state;
    switch (next_task(s)) {
    case TASK_BEGIN:
        return make_begin(s);
    case TASK_BASE:
        return work_base(s);
    case TASK_EXTEND:
        return work_extend(s);
    case TASK_COMPRESS:
        work_compress(s);
        return PLM_OK;
    case TASK_PARTITION:
        return work_partition(s);
    case TASK_DECODE:
        plm_vole_decode_bin(&s->v, &s->partition, s->n_bins_done++, s->columns, s->ot.delta, s->w);
        return PLM_OK;
    case TASK_SORT:
        return work_sort(s);
    case TASK_NONE:
        break;
    }
    return PLM_OK;
}

/* BASE: 128 answers and the trees. */
static plm_status take_base(sender *s, plm_reader r)
{
    if (s->has_kept || s->has_base || s->base_pending ||
        plm_rd_copy(&r, s->base_answers, sizeof s->base_answers) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    s->base_pending = true;
    return PLM_OK;
}

/* AGAIN: the peer has not kept its half; a fresh BEGIN follows. */
static plm_status take_again(sender *s, plm_reader r)
{
    if (!s->has_kept || s->has_base || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    s->has_kept = false;
    s->begin_sent = false;
    return PLM_OK;
}

/* STORE: r (16), w_r (16), n_bins, bin_rows, n_sparse, n_dense (u32 each) */
static plm_status take_store(sender *s, plm_reader r)
{
    uint8_t keys[32];
    uint32_t numbers[4];
    if (s->has_store || !(s->has_base || s->base_pending || s->has_kept) ||
        plm_rd_copy(&r, keys, sizeof keys) < 0 || plm_rd_u32(&r, &numbers[0]) < 0 ||
        plm_rd_u32(&r, &numbers[1]) < 0 || plm_rd_u32(&r, &numbers[2]) < 0 ||
        plm_rd_u32(&r, &numbers[3]) < 0 || plm_rd_end(&r) < 0 || numbers[0] != s->v.store.n_bins ||
        numbers[1] != s->v.store.bin_rows || numbers[2] != s->v.store.n_sparse ||
        numbers[3] != s->v.store.n_dense) {
        return PLM_E_PROTOCOL;
    }
    plm_kernels_best()->key(&s->v.rows, plm_block_load(keys));
    s->w ^= plm_block_load(keys + 16);
    s->has_store = true;
    /* A peer that knows our base goes on without BASE. */
    return s->has_kept && !s->has_base ? start_vole(s, plm_span_of(NULL, 0)) : PLM_OK;
}

/* EXTEND: instance (u32), bytes of silent.h */
static plm_status take_extend(sender *s, plm_reader r)
{
    uint32_t i;
    if (!s->has_store || plm_rd_u32(&r, &i) < 0 || i != s->n_extends_in ||
        i >= s->v.vole.n_instances || i >= s->n_trees_sent + PLM_VOLE_AHEAD ||
        plm_rd_copy(&r, s->extends[i % PLM_VOLE_AHEAD], plm_vole_extend_bytes(&s->v.vole, i)) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    s->n_extends_in++;
    return PLM_OK;
}

/* CHECK: instance (u32), x' (16) */
static plm_status take_check(sender *s, plm_reader r)
{
    uint32_t i;
    uint8_t check[PLM_VOLE_CHECK_BYTES];
    if (plm_rd_u32(&r, &i) < 0 || plm_rd_copy(&r, check, sizeof check) < 0 || plm_rd_end(&r) < 0 ||
        !s->v.is_malicious || i != s->n_checks_in || i >= s->n_trees_sent ||
        i > s->n_proofs_sent + PLM_VOLE_AHEAD) {
        return PLM_E_PROTOCOL;
    }
    plm_vole_sender_prove(s->vole, i, check, s->proofs[i % (PLM_VOLE_AHEAD + 1)]);
    s->n_checks_in++;
    return PLM_OK;
}

/* COLUMNS: first (u32), n (u32), n columns of A + P (16 each) */
static plm_status take_columns(sender *s, plm_reader r)
{
    enum {
        PIECE = 1024
    };
    uint32_t first;
    uint32_t n;
    if (!s->has_store || !s->has_base || plm_rd_u32(&r, &first) < 0 || plm_rd_u32(&r, &n) < 0 ||
        first != s->n_columns_in || n == 0 || n > PLM_VOLE_COLUMNS_PER_MESSAGE ||
        n > s->v.n_columns - first || r.n != (size_t)n * sizeof(plm_block)) {
        return PLM_E_PROTOCOL;
    }
    for (size_t at = 0; at < n; at += PIECE) {
        plm_block piece[PIECE];
        size_t count = n - at < PIECE ? n - at : PIECE;
        memcpy(piece, r.p + at * sizeof *piece, count * sizeof *piece);
        plm_kernels_best()->mul_add(s->columns + first + at, piece, s->ot.delta, count);
    }
    s->n_columns_in += n;
    return PLM_OK;
}

static plm_status sender_input(void *state, plm_span message)
{
    sender *s = (sender *)state;
    plm_reader r = message;
    uint8_t type;
    if (plm_rd_u8(&r, &type) < 0) {
        return PLM_E_PROTOCOL;
    }
    switch (type) {
    case PLM_VOLE_AGAIN:
        return take_again(s, r);
    case PLM_VOLE_BASE:
        return take_base(s, r);
    case PLM_VOLE_STORE:
        return take_store(s, r);
    case PLM_VOLE_EXTEND:
        return take_extend(s, r);
    case PLM_VOLE_CHECK:
        return take_check(s, r);
    case PLM_VOLE_COLUMNS:
        return take_columns(s, r);
    default:
        return PLM_E_PROTOCOL;
    }
}

static plm_status append_labels(sender *s, size_t first, size_t n)
{
    size_t bytes = s->v.config.label_bytes;
    for (size_t i = first; i < first + n; i++) {
        uint8_t label[PLM_MATCH_LABEL_MAX];
        size_t token = s->buckets.index[i];
        plm_random(label, sizeof label); /* a dummy's: nobody has its key */
        if (token < s->v.config.n) {
            memcpy(label, s->v.config.labels + token * bytes, bytes);
            plm_vole_label(&s->v, s->columns, &s->v.config.tokens[token], s->ot.delta, s->w, label);
        }
        plm_status status = plm_buf_append(&s->message, label, bytes);
        plm_wipe(label, sizeof label);
        if (status != PLM_OK) {
            return status;
        }
    }
    return PLM_OK;
}

/* OUTPUTS: first (u32), n (u32), coded values, then n sealed labels */
static plm_status write_outputs(sender *s)
{
    size_t left = s->v.n_sender - s->n_told;
    size_t n = left < s->v.n_per_message ? left : s->v.n_per_message;
    while (s->buckets.starts[s->n_buckets_sorted] < s->n_told + n) {
        plm_status status = plm_buckets_sort(&s->buckets, s->n_buckets_sorted++);
        if (status != PLM_OK) {
            return status == PLM_E_EXISTS ? PLM_E_ARGUMENT : status; /* a token stood there twice */
        }
    }
    plm_status status = plm_vole_head(&s->message, PLM_VOLE_OUTPUTS, s->n_told, n);
    if (status == PLM_OK) {
        status = plm_buf_reserve(
            &s->message,
            plm_coding_bytes_max(&s->v.coding, s->buckets.values + s->n_told, n, s->last_told));
    }
    if (status != PLM_OK) {
        return status;
    }
    s->message.n += plm_coding_write(&s->v.coding, s->buckets.values + s->n_told, n, &s->last_told,
                                     s->message.data + s->message.n);
    if (s->v.config.label_bytes > 0) {
        status = append_labels(s, s->n_told, n);
    }
    s->n_told += n;
    return status;
}

static plm_status append(sender *s, const void *bytes, size_t n)
{
    return plm_buf_append(&s->message, bytes, n);
}

static plm_status sender_output(void *state, plm_span *message)
{
    sender *s = (sender *)state;
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
    const sender *s = (const sender *)state;
    size_t each = plm_vole_usable(&s->v.vole);
    out->total = s->v.vole.n_instances * each + s->v.n_columns + 2 * (uint64_t)s->v.n_sender + 1;
    out->done = s->n_compressed * each + s->n_columns_in + s->n_told;
    if (s->is_parted) {
        out->done += s->partition.starts[s->n_bins_done];
    }
    bool is_done = sender_wants(s) == PLM_MATCH_DONE;
    out->done += is_done;
    out->phase = is_done ? "done" : outputs_ready(s) ? "outputs" : phases[next_task(s)];
}

/* Once outputs are out, all that the peer's store has room for has been evaluated. */
static uint64_t sender_evaluated(const void *state)
{
    const sender *s = (const sender *)state;
    return s->n_told > 0 ? s->v.n_columns : 0;
}

static plm_status sender_base(const void *state, uint8_t *out, size_t *bytes)
{
    const sender *s = (const sender *)state;
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
