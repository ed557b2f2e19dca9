/* SPDX-License-Identifier: Apache-2.0 */
#include "match/vole.h"

#include "base/ct.h"
#include "crypto/hasher.h"

#include <math.h>

enum {
    LAMBDA = 40,
    BASE_VERSION = 1
};

/* kappa = 128 bits against malicious parties, else lambda + log2(n_r n_s). */
static unsigned value_bytes(const plm_vole_common *v)
{
    if (v->is_malicious) {
        return 16;
    }
    double pairs = (double)(v->n_receiver > 0 ? v->n_receiver : 1) *
                   (double)(v->n_sender > 0 ? v->n_sender : 1);
    unsigned bytes = (unsigned)ceil((LAMBDA + log2(pairs)) / 8);
    return bytes < 16 ? bytes : 16;
}

static void hash_session(plm_vole_common *v)
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 session");
    plm_hasher_bytes(&h, plm_span_of(v->config.context, v->config.context_bytes));
    plm_hasher_number(&h, v->is_malicious);
    plm_hasher_number(&h, v->n_receiver);
    plm_hasher_number(&h, v->n_sender);
    plm_hasher_number(&h, v->config.label_bytes);
    plm_hasher_final(&h, v->session);
}

plm_status plm_vole_common_init(plm_vole_common *v, const plm_engine_config *config)
{
    memset(v, 0, sizeof *v);
    v->config = *config;
    v->is_malicious = config->security == PLM_MATCH_MALICIOUS;
    bool receives = config->role == PLM_MATCH_RECEIVER;
    v->n_receiver = receives ? config->n_padded : config->n_peer;
    v->n_sender = receives ? config->n_peer : config->n_padded;
    plm_status status = plm_okvs_params_init(&v->store, v->n_receiver);
    if (status != PLM_OK) {
        return status;
    }
    v->n_columns = plm_okvs_columns(&v->store);
    plm_vole_params_init(&v->vole, v->n_columns);
    v->coding = plm_coding_of(v->n_sender, value_bytes(v));
    size_t room = (PLM_MATCH_MESSAGE_MAX - (1U << 17)) / (18 + config->label_bytes);
    v->n_per_message = room < PLM_VOLE_OUTPUTS_PER_MESSAGE ? room : PLM_VOLE_OUTPUTS_PER_MESSAGE;
    hash_session(v);
    plm_fixed_key(&v->field, PLM_KEY_FIELD);
    return PLM_OK;
}

size_t plm_vole_covered(const plm_vole_common *v, size_t n_instances)
{
    size_t n = n_instances * plm_vole_usable(&v->vole);
    return n < v->n_columns ? n : v->n_columns;
}

void plm_vole_base_name(uint8_t out[static PLM_VOLE_ID_BYTES], plm_span of)
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 base name");
    plm_hasher_bytes(&h, of);
    plm_block_store(out, plm_hasher_final_block(&h));
}

void plm_vole_setup_init(plm_vole_setup *out, const plm_vole_common *v, plm_span begin,
                         plm_span base, bool is_kept, uint8_t id[static PLM_VOLE_ID_BYTES])
{
    plm_hasher h;
    *out = (plm_vole_setup){
        .params = &v->vole, .is_malicious = v->is_malicious, .pool = v->config.pool};
    plm_hasher_init(&h, "palermo vole/1 bound");
    plm_hasher_fixed(&h, v->session, sizeof v->session);
    plm_hasher_bytes(&h, begin);
    plm_hasher_bytes(&h, base);
    plm_hasher_final(&h, out->session);
    plm_vole_base_name(id, is_kept ? plm_span_of(id, PLM_VOLE_ID_BYTES)
                                   : plm_span_of(out->session, sizeof out->session));
}

void plm_vole_commit(uint8_t out[static 32], const plm_vole_common *v,
                     const uint8_t opening[static PLM_VOLE_OPENING_BYTES])
{
    plm_hasher h;
    plm_hasher_init(&h, "palermo vole/1 commit");
    plm_hasher_fixed(&h, v->session, sizeof v->session);
    plm_hasher_fixed(&h, opening, PLM_VOLE_OPENING_BYTES);
    plm_hasher_final(&h, out);
}

plm_status plm_vole_head(plm_buf *message, plm_vole_message type, size_t first, size_t second)
{
    plm_buf_clear(message);
    plm_status status = plm_buf_append_u8(message, (uint8_t)type);
    if (status == PLM_OK && first != SIZE_MAX) {
        status = plm_buf_append_u32(message, (uint32_t)first);
    }
    if (status == PLM_OK && second != SIZE_MAX) {
        status = plm_buf_append_u32(message, (uint32_t)second);
    }
    return status;
}

typedef struct decoding {
    const plm_vole_common *v;
    const plm_block *columns; /* of the bin */
    plm_block *tokens;        /* of the bin; outputs take their places */
    const uint32_t *index;    /* of the bin; NULL without labels */
    plm_block *label_keys;
    plm_block delta;
    plm_block w;
} decoding;

/* values[i] = Decode(columns, x_i) + delta H_F(x_i) + w, for n tokens, at most a batch. */
static void decode(const decoding *d, const plm_block *tokens, size_t n, plm_block *values)
{
    const plm_kernels *kernels = plm_kernels_best();
    const plm_vole_common *v = d->v;
    plm_block hashes[PLM_VOLE_BATCH];
    kernels->hash(&v->rows, hashes, tokens, n);
    plm_okvs_decode_bin(&v->store, d->columns, hashes, n, values);
    if (v->config.role == PLM_MATCH_SENDER) {
        kernels->hash(&v->field, hashes, tokens, n);
        kernels->mul_add(values, hashes, d->delta, n);
    }
    for (size_t i = 0; i < n; i++) {
        values[i] ^= d->w;
    }
    plm_wipe(hashes, sizeof hashes);
}

void plm_vole_outputs(const plm_vole_common *v, const plm_block *tokens, size_t n,
                      plm_block *values)
{
    plm_kernels_best()->davies_meyer(values, values, tokens, n);
    for (size_t i = 0; i < n && v->coding.value_bytes < 16; i++) {
        values[i] = plm_coding_value(values[i], v->coding.value_bytes);
    }
}

/* Labels' keys are E_v(y') + y', y' being another input than that of the output. */
static void derive_label_keys(const decoding *d, size_t at, size_t n, const plm_block *values)
{
    plm_block keys[PLM_VOLE_BATCH];
    for (size_t i = 0; i < n; i++) {
        keys[i] = d->tokens[at + i] ^ plm_block_of(0, UINT64_MAX);
    }
    plm_kernels_best()->davies_meyer(keys, values, keys, n);
    for (size_t i = 0; i < n; i++) {
        d->label_keys[d->index[at + i]] = keys[i];
    }
    plm_wipe(keys, sizeof keys);
}

static void decode_range(void *context, size_t first, size_t last)
{
    const decoding *d = (const decoding *)context;
    plm_block values[PLM_VOLE_BATCH];
    for (size_t at = first; at < last; at += PLM_VOLE_BATCH) {
        size_t n = last - at < PLM_VOLE_BATCH ? last - at : PLM_VOLE_BATCH;
        decode(d, d->tokens + at, n, values);
        if (d->label_keys != NULL) {
            derive_label_keys(d, at, n, values);
        }
        plm_vole_outputs(d->v, d->tokens + at, n, values);
        memcpy(d->tokens + at, values, n * sizeof *values);
    }
    plm_wipe(values, sizeof values);
}

void plm_vole_decode_bin(const plm_vole_common *v, const plm_okvs_partition *partition, size_t bin,
                         const plm_block *columns, plm_block delta, plm_block w,
                         plm_block *label_keys)
{
    enum {
        GRAIN = 4096
    };
    size_t first = partition->starts[bin];
    decoding d = {.v = v,
                  .columns = columns + bin * plm_okvs_bin_columns(&v->store),
                  .tokens = partition->tokens + first,
                  .index = label_keys != NULL ? partition->index + first : NULL,
                  .label_keys = label_keys,
                  .delta = delta,
                  .w = w};
    plm_pool_run(v->config.pool, partition->starts[bin + 1] - first, GRAIN, decode_range, &d);
}

void plm_vole_label(const plm_vole_common *v, plm_block key, uint8_t *label)
{
    const plm_kernels *kernels = plm_kernels_best();
    plm_block pad[PLM_MATCH_LABEL_MAX / 16];
    plm_aes_key schedule;
    kernels->key(&schedule, key);
    kernels->counter(&schedule, pad, 0, (v->config.label_bytes + 15) / 16);
    const uint8_t *bytes = (const uint8_t *)pad;
    for (size_t i = 0; i < v->config.label_bytes; i++) {
        label[i] ^= bytes[i];
    }
    plm_wipe(pad, sizeof pad);
    plm_wipe(&schedule, sizeof schedule);
}

/* version (1), role (1), id (16), blocks of rows (8), delta (16), leaves (32 * 16 * 16) */
enum {
    LEAVES_BYTES = PLM_OT_GROUPS * PLM_OT_LEAVES * (int)sizeof(plm_block),
    BASE_BYTES = 2 + PLM_VOLE_ID_BYTES + 8 + 16 + LEAVES_BYTES
};
_Static_assert(BASE_BYTES <= (int)PLM_MATCH_BASE_MAX, "a base fits what match.h promises");

size_t plm_vole_base_write(uint8_t *out, plm_match_role role, const uint8_t id[PLM_VOLE_ID_BYTES],
                           uint64_t n_blocks, plm_block delta, const plm_block *leaves)
{
    out[0] = BASE_VERSION;
    out[1] = (uint8_t)role;
    memcpy(out + 2, id, PLM_VOLE_ID_BYTES);
    plm_store_u64(out + 18, n_blocks);
    plm_block_store(out + 26, delta);
    memcpy(out + 42, leaves, LEAVES_BYTES);
    return BASE_BYTES;
}

int plm_vole_base_read(plm_span base, plm_match_role role, uint8_t id[PLM_VOLE_ID_BYTES],
                       uint64_t *n_blocks, plm_block *delta, plm_block *leaves)
{
    if (base.n != BASE_BYTES || base.p[0] != BASE_VERSION || base.p[1] != (uint8_t)role) {
        return -1;
    }
    memcpy(id, base.p + 2, PLM_VOLE_ID_BYTES);
    *n_blocks = plm_load_u64(base.p + 18);
    *delta = plm_block_load(base.p + 26);
    memcpy(leaves, base.p + 42, LEAVES_BYTES);
    return 0;
}
