/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trees, the code, and whole instances of vector OLE: what both sides get fits together, and wrong
 * trees or a wrong response are found out.
 */
#include "tap.h"

/* White box: a sender that cheats has to do all the rest right, with what it holds inside. */
#include "../../src/vole/sender.c"

#include <stdlib.h>

static plm_block random_block(void)
{
    plm_block out;
    plm_random((uint8_t *)&out, sizeof out);
    return out;
}

static void check_tree(unsigned depth, uint32_t path)
{
    plm_tree_keys keys;
    plm_block scratch[256];
    plm_block leaves[513];
    plm_block known[513];
    plm_block sums[PLM_TREE_DEPTH_MAX][2];
    plm_block chosen[PLM_TREE_DEPTH_MAX];
    uint32_t n_leaves = (uint32_t)1 << depth;
    plm_tree_keys_init(&keys);
    memset(leaves, 0x55, sizeof leaves);
    memset(known, 0x55, sizeof known);
    plm_block guard = leaves[n_leaves];
    plm_block wanted = random_block();
    plm_tree_expand(&keys, random_block(), depth, scratch, leaves, sums);
    CHECK(plm_block_equal(leaves[n_leaves], guard));
    for (unsigned l = 1; l <= depth; l++) {
        chosen[l - 1] = sums[l - 1][plm_tree_choice(path, depth, l)];
    }
    plm_tree_complete(&keys, path, depth, chosen, wanted, scratch, known);
    plm_block sum = plm_block_zero();
    for (uint32_t i = 0; i < n_leaves; i++) {
        sum ^= known[i];
        if (plm_block_equal(known[i], leaves[i]) == (i == path)) {
            CHECK(false); /* every leaf but the path's */
            return;
        }
    }
    CHECK(plm_block_equal(sum, wanted));
    CHECK(plm_block_equal(known[n_leaves], guard));
}

static void test_trees(void)
{
    for (unsigned depth = 1; depth <= 6; depth++) {
        for (uint32_t path = 0; path < (uint32_t)1 << depth; path++) {
            check_tree(depth, path);
        }
    }
    check_tree(9, 0);
    check_tree(9, 300);
    check_tree(9, 511);
}

/* The code as spec/matching-vole.md section 5 has it, step by step. */
static void compress_naively(const plm_block *x, size_t c, plm_block *out)
{
    size_t n = 2 * c;
    plm_block *y = (plm_block *)plm_big_create(2 * n * sizeof *y);
    plm_block *z = y + n;
    uint32_t *p = (uint32_t *)calloc(n, sizeof *p);
    plm_aes_key key;
    memcpy(z, x, n * sizeof *z);
    for (uint64_t k = 0; k < 3; k++) {
        plm_fixed_key(&key, 7 + (k << 32));
        for (size_t i = 0; i < n; i++) {
            plm_block v;
            plm_kernels_best()->counter(&key, &v, i / 2, 1);
            size_t j = plm_scale64(v[i % 2], i + 1);
            p[i] = p[j];
            p[j] = (uint32_t)i;
            y[i] = i == 0 ? z[0] : y[i - 1] ^ z[i];
        }
        for (size_t i = 0; i < n; i++) {
            z[i] = y[p[i]];
        }
    }
    plm_fixed_key(&key, 8);
    for (size_t i = 0; i < c; i++) {
        plm_block bits;
        plm_kernels_best()->counter(&key, &bits, i / 32 * 8 + i % 32 / 4, 1);
        out[i] = z[i];
        for (size_t j = 0; j < 32; j++) {
            if (plm_block_bit(bits, i % 4 * 32 + j)) {
                out[i] ^= z[c + i / 32 * 32 + j];
            }
        }
    }
    free(p);
    plm_big_destroy(y, 2 * n * sizeof *y);
}

/* One vector, and one of noise, against the naive code; alike with any number of threads. */
static void check_code(size_t n_parts, unsigned depth, plm_pool *pool)
{
    size_t c = n_parts << depth >> 1;
    size_t places = (size_t)1 << depth;
    plm_code *code;
    uint32_t at[16];
    plm_block y[16];
    CHECK_STATUS(plm_code_create(&code, c), PLM_OK);
    size_t n = 2 * c;
    plm_block *x = (plm_block *)plm_big_create((3 * n + c) * sizeof *x);
    plm_block *scratch = x + n;
    plm_block *kept = scratch + n;
    plm_block *want = kept + n;
    plm_random((uint8_t *)kept, 2 * c * sizeof *kept);
    compress_naively(kept, c, want);
    memcpy(x, kept, 2 * c * sizeof *x);
    plm_code_compress(code, NULL, x, scratch, scratch);
    CHECK_EQ_MEM(scratch, want, c * sizeof *x);
    memcpy(x, kept, 2 * c * sizeof *x);
    plm_code_compress(code, pool, x, scratch, scratch);
    CHECK_EQ_MEM(scratch, want, c * sizeof *x);

    plm_code_noise noise = {n_parts, depth, at, y};
    memset(kept, 0, 2 * c * sizeof *kept);
    for (size_t j = 0; j < n_parts; j++) { /* first and last places too */
        at[j] = (uint32_t)(j < 2 ? j * (places - 1) : j * 7919 % places);
        y[j] = random_block();
        kept[j * places + at[j]] = y[j];
    }
    compress_naively(kept, c, want);
    plm_code_compress_noise(code, pool, &noise, x, scratch, scratch);
    CHECK_EQ_MEM(scratch, want, c * sizeof *x);
    plm_big_destroy(x, (3 * n + c) * sizeof *x);
    plm_code_destroy(code);
}

static void test_code(void)
{
    plm_code *code;
    plm_pool *pool;
    CHECK_STATUS(plm_code_create(&code, 33), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_code_create(&code, 0), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_code_create(&code, (size_t)1 << 31), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_pool_create(&pool, 3), PLM_OK);
    check_code(1, 6, pool);
    check_code(16, 4, pool);
    check_code(5, 6, pool);
    check_code(11, 11, pool);
    check_code(16, 12, pool);
    plm_pool_destroy(pool);
}

static void make_ots(plm_ot_giver *giver, plm_ot_chooser *chooser)
{
    plm_block keys[128][2];
    plm_block chosen[128];
    uint8_t trees[PLM_OT_TREES_BYTES];
    plm_block choices = random_block();
    for (unsigned i = 0; i < 128; i++) {
        keys[i][0] = random_block();
        keys[i][1] = random_block();
        chosen[i] = keys[i][(choices[i / 64] >> (i % 64)) & 1];
    }
    plm_ot_chooser_init(chooser, keys, trees);
    CHECK_STATUS(plm_ot_giver_init(giver, choices, chosen, trees), PLM_OK);
}

/* What is done to a message on the way. */
typedef enum cheat {
    HONEST,
    ROWS,  /* a correction is changed */
    LEVEL, /* a level's sums, both sides: no tree */
    SIDE,  /* a level's sum of one side: harmless where the path does not need it */
    LEAF,  /* the sum of leaves */
    RESPONSE,
    DELTA_EXTEND, /* another Delta for rows, keys and trees than for the rest */
    DELTA_PROOF,  /* another for the proof alone */
    DELTA_LATER   /* another from the second instance on */
} cheat;

typedef struct run {
    plm_vole_params params;
    plm_ot_giver giver;
    plm_ot_chooser chooser;
    plm_vole_sender *sender;
    plm_vole_receiver *receiver;
    uint8_t *extend;
    uint8_t *trees;
    plm_block *a; /* and b and c, as many each */
    cheat cheat;
    size_t side;
    plm_status extended;
    plm_status verified;
    size_t n_wrong;
} run;

/* A sender that sends wrong TREES, and answers for them as well as it can. */
static void cheat_with_trees(run *r)
{
    pending *p = &r->sender->pending[r->sender->next];
    size_t n_blocks = plm_vole_row_blocks(&r->params, r->sender->next);
    if (r->cheat == LEVEL) {
        r->trees[5] ^= 1;
        r->trees[16 + 5] ^= 1;
    } else if (r->cheat == SIDE) {
        r->trees[16 * r->side + 5] ^= 1;
    } else if (r->cheat == LEAF) {
        r->trees[plm_vole_trees_bytes(&r->params) - 1] ^= 1;
    }
    plm_vole_hash(p->hash, &r->sender->setup, r->sender->next,
                  plm_span_of(r->extend, n_blocks * PLM_OT_GROUPS * sizeof(plm_block)));
    plm_vole_hash_trees(p->hash, plm_span_of(r->trees, plm_vole_trees_bytes(&r->params)));
    p->sum = plm_kernels_best()->polynomial(plm_block_zero(), plm_block_load(p->hash),
                                            r->sender->work.x, 2 * r->params.c) ^
             r->sender->z[PLM_VOLE_TREES];
}

static void one_instance(run *r, size_t i)
{
    uint8_t check[PLM_VOLE_CHECK_BYTES] = {0};
    uint8_t proof[PLM_VOLE_PROOF_BYTES];
    size_t n = r->params.c;
    plm_block *b = r->a + n;
    plm_block *c = b + n;
    const plm_block other = plm_block_of(1, (uint64_t)1 << 63);
    CHECK_STATUS(plm_vole_receiver_extend(r->receiver, r->extend), PLM_OK);
    r->extend[77] ^= r->cheat == ROWS;
    if (r->cheat == DELTA_EXTEND || (r->cheat == DELTA_LATER && i == 1)) {
        r->sender->setup.is_malicious = 0; /* it would not look at what its own Delta does */
        r->giver.delta ^= other;
    }
    plm_status status = plm_vole_sender_extend(r->sender, r->extend, r->trees);
    r->extended = status == PLM_OK ? r->extended : status;
    if (r->cheat == DELTA_EXTEND) {
        r->giver.delta ^= other;
    }
    if (status == PLM_OK) {
        cheat_with_trees(r);
    }
    memset(r->a, 0, 2 * n * sizeof *r->a); /* both are added to what stands there */
    CHECK_STATUS(plm_vole_sender_compress(r->sender, b, n), PLM_OK);
    CHECK_STATUS(plm_vole_receiver_mask(r->receiver, r->a, n), PLM_OK);
    plm_vole_receiver_take(r->receiver, r->trees, check);
    plm_vole_receiver_compress(r->receiver, c, n);
    check[2] ^= r->cheat == RESPONSE;
    r->giver.delta ^= other & plm_block_mask(r->cheat == DELTA_PROOF);
    plm_vole_sender_prove(r->sender, i, check, proof);
    r->giver.delta ^= other & plm_block_mask(r->cheat == DELTA_PROOF);
    status = plm_vole_receiver_verify(r->receiver, i, proof);
    r->verified = status == PLM_OK ? r->verified : status;
    for (size_t k = 0; k < n; k++) {
        plm_block product = plm_gf_mul(r->a[k], r->giver.delta);
        r->n_wrong += !plm_block_equal(c[k], product ^ b[k]);
    }
}

static void run_all(run *r, size_t n, cheat what, int is_malicious, plm_pool *pool)
{
    size_t side = r->side;
    memset(r, 0, sizeof *r);
    r->side = side;
    r->cheat = what;
    plm_vole_params_init(&r->params, n);
    make_ots(&r->giver, &r->chooser);
    plm_vole_setup setup = {.params = &r->params, .is_malicious = is_malicious, .pool = pool};
    CHECK_STATUS(plm_vole_sender_create(&r->sender, &setup, &r->giver), PLM_OK);
    CHECK_STATUS(plm_vole_receiver_create(&r->receiver, &setup, &r->chooser), PLM_OK);
    r->extend = (uint8_t *)malloc(plm_vole_extend_bytes(&r->params, 0));
    r->trees = (uint8_t *)malloc(plm_vole_trees_bytes(&r->params));
    r->a = (plm_block *)plm_big_create(3 * r->params.c * sizeof *r->a);
    for (size_t i = 0; i < r->params.n_instances; i++) {
        one_instance(r, i);
    }
    plm_big_destroy(r->a, 3 * r->params.c * sizeof *r->a);
    free(r->extend);
    free(r->trees);
    plm_vole_sender_destroy(r->sender);
    plm_vole_receiver_destroy(r->receiver);
}

static run r;

/* No path of choice bits leads beside a leaf: a chooser that found one would have all of a tree. */
static void test_every_path_ends_in_a_leaf(void)
{
    for (size_t n = 0; n < 40000000; n = n * 5 / 4 + 1) {
        plm_vole_params p;
        plm_vole_params_init(&p, n);
        CHECK(p.n_leaves == (uint32_t)1 << p.depth);
        CHECK(p.c == (size_t)p.n_leaves * PLM_VOLE_TREES / 2 && p.c <= PLM_VOLE_COLUMNS_MAX);
        CHECK(p.n_instances * plm_vole_usable(&p) >= n);
    }
}

static void test_instances(void)
{
    plm_pool *pool;
    CHECK_STATUS(plm_pool_create(&pool, 2), PLM_OK);
    static const size_t sizes[] = {1, 20000, PLM_VOLE_COLUMNS_MAX, PLM_VOLE_COLUMNS_MAX + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        run_all(&r, sizes[i], HONEST, i != 1, i == 2 ? pool : NULL);
        CHECK_EQ_INT(r.n_wrong, 0);
        CHECK_STATUS(r.extended, PLM_OK);
        CHECK_STATUS(r.verified, i == 1 ? r.verified : PLM_OK);
        CHECK(r.params.n_instances * plm_vole_usable(&r.params) >= sizes[i]);
        CHECK_EQ_INT(r.params.n_instances, i == 3 ? 2 : 1);
    }
    plm_pool_destroy(pool);
}

static void test_cheats(void)
{
    run_all(&r, 100, ROWS, 1, NULL);
    CHECK_STATUS(r.extended, PLM_E_PROOF);
    run_all(&r, 100, LEVEL, 1, NULL);
    CHECK(r.n_wrong > 0);
    CHECK_STATUS(r.verified, PLM_E_PROOF);
    run_all(&r, 100, LEAF, 1, NULL);
    CHECK(r.n_wrong > 0);
    CHECK_STATUS(r.verified, PLM_E_PROOF);
    run_all(&r, 100, RESPONSE, 1, NULL);
    CHECK_STATUS(r.verified, PLM_E_PROOF);
    run_all(&r, 100, LEVEL, 0, NULL); /* the control: nothing but the check finds it */
    CHECK(r.n_wrong > 0);
}

/*
 * A sender that does not use one Delta everywhere. C = A Delta + B holds for the Delta that chose
 * in the base transfers; with another one the keys do not fit, or the proof does not.
 */
static void test_other_delta(void)
{
    run_all(&r, 100, DELTA_EXTEND, 1, NULL);
    CHECK_STATUS(r.verified, PLM_E_PROOF);
    run_all(&r, 100, DELTA_PROOF, 1, NULL);
    CHECK_STATUS(r.verified, PLM_E_PROOF);
    CHECK_EQ_INT(r.n_wrong, 0); /* nothing else was wrong */
    run_all(&r, PLM_VOLE_COLUMNS_MAX + 1, DELTA_LATER, 1, NULL);
    CHECK_EQ_INT(r.params.n_instances, 2);
    CHECK_STATUS(r.verified, PLM_E_PROOF);
    run_all(&r, 100, DELTA_EXTEND, 0, NULL); /* the control: nothing but the proof finds it */
    CHECK(r.n_wrong > 0);
}

/* Found exactly where it did harm: that is the bit about the path that such a sender may learn. */
static void test_selective_failure(void)
{
    int n_found = 0;
    for (r.side = 0; r.side < 40; r.side++) {
        run_all(&r, 100, SIDE, 1, NULL);
        CHECK_STATUS(r.verified, r.n_wrong > 0 ? PLM_E_PROOF : PLM_OK);
        n_found += r.verified == PLM_E_PROOF;
    }
    CHECK(n_found >= 8 && n_found <= 32); /* half, as the paths fall */
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_trees);
    TAP_RUN(test_code);
    TAP_RUN(test_every_path_ends_in_a_leaf);
    TAP_RUN(test_instances);
    TAP_RUN(test_cheats);
    TAP_RUN(test_other_delta);
    TAP_RUN(test_selective_failure);
    return tap_done();
}
