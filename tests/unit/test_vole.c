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

static void check_tree(uint32_t n_leaves, uint32_t path)
{
    plm_tree_keys keys;
    plm_block scratch[300];
    plm_block leaves[300];
    plm_block known[300];
    plm_block sums[PLM_TREE_DEPTH_MAX][2];
    plm_block chosen[PLM_TREE_DEPTH_MAX];
    unsigned depth = plm_tree_depth(n_leaves);
    plm_tree_keys_init(&keys);
    memset(leaves, 0x55, sizeof leaves);
    plm_block guard = leaves[n_leaves];
    plm_tree_expand(&keys, random_block(), n_leaves, scratch, leaves, sums);
    CHECK(plm_block_equal(leaves[n_leaves], guard));
    for (unsigned l = 1; l <= depth; l++) {
        chosen[l - 1] = sums[l - 1][plm_tree_choice(path, depth, l)];
    }
    memset(known, 0x55, sizeof known);
    plm_block total = plm_tree_complete(&keys, path, n_leaves, chosen, scratch, known);
    plm_block sum = plm_block_zero();
    for (uint32_t i = 0; i < n_leaves; i++) {
        sum ^= known[i];
        if (plm_block_equal(known[i], leaves[i]) == (i == path)) {
            CHECK(false); /* every leaf but the path's */
            return;
        }
    }
    CHECK(plm_block_equal(sum, total));
    CHECK(plm_block_equal(known[n_leaves], guard));
}

static void test_trees(void)
{
    for (uint32_t n = 2; n <= 40; n++) {
        for (uint32_t path = 0; path < n; path++) {
            check_tree(n, path);
        }
    }
    check_tree(255, 254);
    check_tree(256, 255);
    check_tree(257, 256);
    check_tree(257, 0);
}

/* Linear, of full rank as far as can be seen, and the same with any number of threads. */
static void test_code(void)
{
    enum {
        C = 3520
    };
    plm_code *code;
    plm_pool *pool;
    CHECK_STATUS(plm_code_create(&code, 33), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_code_create(&code, C), PLM_OK);
    CHECK_STATUS(plm_pool_create(&pool, 3), PLM_OK);
    plm_block *v = (plm_block *)plm_big_create((size_t)10 * C * sizeof *v);
    plm_block *scratch = (plm_block *)plm_big_create((size_t)2 * C * sizeof *scratch);
    plm_block *a = v;
    plm_block *b = v + 2 * C;
    plm_block *ab = v + 4 * C;
    plm_block *out[4] = {v + 6 * C, v + 7 * C, v + 8 * C, v + 9 * C};
    for (size_t i = 0; i < 2 * C; i++) {
        a[i] = i % 50 == 7 ? random_block() : plm_block_zero();
        b[i] = random_block();
        ab[i] = a[i] ^ b[i];
    }
    memcpy(out[2], ab, 0);
    plm_code_compress(code, NULL, a, scratch, out[0]);
    plm_block *again = (plm_block *)plm_big_create((size_t)2 * C * sizeof *again);
    memcpy(again, b, (size_t)2 * C * sizeof *again);
    plm_code_compress(code, NULL, b, scratch, out[1]);
    plm_code_compress(code, pool, again, scratch, out[3]);
    CHECK_EQ_MEM(out[1], out[3], C * sizeof **out);
    plm_code_compress(code, NULL, ab, scratch, out[2]);
    size_t wrong = 0;
    size_t zero = 0;
    for (size_t i = 0; i < C; i++) {
        wrong += !plm_block_equal(out[2][i], out[0][i] ^ out[1][i]);
        zero += plm_block_equal(out[0][i], plm_block_zero());
    }
    CHECK_EQ_INT(wrong, 0);
    CHECK(zero < 5); /* a sparse vector comes out dense */
    plm_big_destroy(again, (size_t)2 * C * sizeof *again);
    plm_big_destroy(scratch, (size_t)2 * C * sizeof *scratch);
    plm_big_destroy(v, (size_t)10 * C * sizeof *v);
    plm_pool_destroy(pool);
    plm_code_destroy(code);
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
    RESPONSE
} cheat;

typedef struct run {
    plm_vole_params params;
    plm_ot_giver giver;
    plm_ot_chooser chooser;
    plm_vole_sender *sender;
    plm_vole_receiver *receiver;
    uint8_t *extend;
    uint8_t *trees;
    plm_block *columns; /* B, A, C */
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
    p->sum = plm_kernels_best()->polynomial(plm_block_zero(), plm_block_load(p->hash), r->sender->x,
                                            2 * r->params.c) ^
             r->sender->z[PLM_VOLE_TREES];
}

static void one_instance(run *r, size_t i)
{
    uint8_t check[PLM_VOLE_CHECK_BYTES] = {0};
    uint8_t proof[PLM_VOLE_PROOF_BYTES];
    plm_block *b = r->columns;
    plm_block *a = b + r->params.c;
    plm_block *c = a + r->params.c;
    CHECK_STATUS(plm_vole_receiver_extend(r->receiver, r->extend), PLM_OK);
    r->extend[77] ^= r->cheat == ROWS;
    plm_status status = plm_vole_sender_extend(r->sender, r->extend, r->trees);
    r->extended = status == PLM_OK ? r->extended : status;
    if (status == PLM_OK) {
        cheat_with_trees(r);
    }
    plm_vole_sender_compress(r->sender, b);
    plm_vole_receiver_take(r->receiver, r->trees, check);
    plm_vole_receiver_compress(r->receiver, a, c);
    check[2] ^= r->cheat == RESPONSE;
    plm_vole_sender_prove(r->sender, i, check, proof);
    status = plm_vole_receiver_verify(r->receiver, i, proof);
    r->verified = status == PLM_OK ? r->verified : status;
    for (size_t k = 0; k < r->params.c; k++) {
        plm_block product = plm_gf_mul(a[k], r->giver.delta);
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
    r->columns = (plm_block *)plm_big_create(3 * r->params.c * sizeof(plm_block));
    for (size_t i = 0; i < r->params.n_instances; i++) {
        one_instance(r, i);
    }
    plm_big_destroy(r->columns, 3 * r->params.c * sizeof(plm_block));
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
    TAP_RUN(test_selective_failure);
    return tap_done();
}
