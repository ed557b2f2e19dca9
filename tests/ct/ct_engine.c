/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct_engine.c - the parts of the fast engine that have secrets: paths of trees, choices and Delta
 * of the transfers, noise of the vector OLE. Each case makes public only what a party sends.
 */
#include "ct.h"

#include "base/big.h"
#include "crypto/select.h"
#include "crypto/sign.h"
#include "ot/base.h"
#include "vole/silent.h"

#include <stdlib.h>

enum {
    DEPTH = 7,
    LEAVES = 1 << DEPTH,
    BLOCKS = 3 /* of 128 rows */
};

/* What 128 base transfers leave, public until a case says otherwise. */
typedef struct transfers {
    plm_block keys[PLM_BASE_OTS][2];
    plm_block chosen[PLM_BASE_OTS];
    plm_block choices;
    uint8_t message[PLM_OT_TREES_BYTES];
    plm_ot_chooser chooser;
    plm_ot_giver giver;
} transfers;

static transfers t;

static void make_transfers(void)
{
    ct_fill_public(t.keys, sizeof t.keys);
    ct_fill_public(&t.choices, sizeof t.choices);
    for (unsigned i = 0; i < PLM_BASE_OTS; i++) {
        t.chosen[i] = t.keys[i][(t.choices[i / 64] >> (i % 64)) & 1];
    }
    plm_ot_chooser_init(&t.chooser, t.keys, t.message);
    ct_require(plm_ot_giver_init(&t.giver, t.choices, t.chosen, t.message) == PLM_OK,
               "honest transfers pass");
}

static void hide_chooser(void)
{
    ct_secret(t.chooser.leaves, sizeof t.chooser.leaves);
}

static void hide_giver(void)
{
    ct_secret(&t.giver.delta, sizeof t.giver.delta);
    ct_secret(t.giver.leaves, sizeof t.giver.leaves);
}

static void tree_expand(void)
{
    static plm_block scratch[LEAVES / 2];
    static plm_block leaves[LEAVES];
    plm_block sums[PLM_TREE_DEPTH_MAX][2];
    plm_tree_keys keys;
    plm_block root;
    plm_tree_keys_init(&keys);
    ct_fill_secret(&root, sizeof root);
    plm_tree_expand(&keys, root, DEPTH, scratch, leaves, sums);
    ct_expect_blocks(leaves, LEAVES);
    ct_expect_blocks(sums, (size_t)2 * DEPTH);
}

static void tree_complete(void)
{
    static plm_block scratch[LEAVES / 2];
    static plm_block leaves[LEAVES];
    plm_block sums[DEPTH];
    plm_block total;
    plm_tree_keys keys;
    uint32_t path = LEAVES - 2;
    plm_tree_keys_init(&keys);
    ct_fill_secret(sums, sizeof sums);
    ct_fill_secret(&total, sizeof total);
    ct_secret(&path, sizeof path);
    plm_tree_complete(&keys, path, DEPTH, sums, total, scratch, leaves);
    ct_expect_blocks(leaves, LEAVES);
}

/* The path alone is secret: what it shifts, picks and compares. */
static void tree_path(void)
{
    static plm_block scratch[LEAVES / 2];
    static plm_block leaves[LEAVES];
    plm_block sums[DEPTH];
    plm_tree_keys keys;
    uint32_t path = 5;
    plm_tree_keys_init(&keys);
    ct_fill_public(sums, sizeof sums);
    ct_secret(&path, sizeof path);
    uint64_t choice = plm_tree_choice(path, DEPTH, 3);
    plm_block mask = plm_block_mask(choice);
    ct_expect_blocks(&mask, 1);
    plm_tree_complete(&keys, path, DEPTH, sums, plm_block_zero(), scratch, leaves);
    ct_expect_blocks(leaves, LEAVES);
}

static void blocks_add_at(void)
{
    static plm_block nodes[LEAVES];
    plm_block by;
    uint32_t at = 40;
    ct_fill_public(nodes, sizeof nodes);
    ct_fill_secret(&by, sizeof by);
    ct_secret(&at, sizeof at);
    plm_blocks_add_at(nodes, LEAVES, at, by);
    ct_expect_blocks(nodes, LEAVES);
}

static void code_compress(void)
{
    enum {
        C = 704
    };
    static plm_block x[2 * C];
    static plm_block scratch[2 * C];
    plm_code *code;
    ct_require(plm_code_create(&code, C) == PLM_OK, "memory");
    ct_fill_secret(x, sizeof x);
    plm_code_compress(code, NULL, x, scratch, scratch);
    ct_expect_blocks(scratch, C);
    plm_code_destroy(code);
}

static void code_noise(void)
{
    enum {
        PARTS = 11,
        DEEP = 7,
        C = PARTS << DEEP >> 1
    };
    static plm_block x[2 * C];
    static plm_block scratch[2 * C];
    plm_block y[PARTS];
    uint32_t at[PARTS] = {0, 127, 5, 64, 1};
    plm_code_noise noise = {PARTS, DEEP, at, y};
    plm_code *code;
    ct_require(plm_code_create(&code, C) == PLM_OK, "memory");
    ct_fill_secret(y, sizeof y);
    ct_secret(at, sizeof at);
    plm_code_compress_noise(code, NULL, &noise, x, scratch, scratch);
    ct_expect_blocks(scratch, C);
    plm_code_destroy(code);
}

static void ot_chooser_init(void)
{
    ct_fill_secret(t.keys, sizeof t.keys);
    plm_ot_chooser_init(&t.chooser, t.keys, t.message);
    ct_expect_blocks(t.chooser.leaves, (size_t)PLM_OT_GROUPS * PLM_OT_LEAVES);
}

static void ot_giver_init(void)
{
    make_transfers();
    ct_secret(&t.choices, sizeof t.choices);
    ct_secret(t.chosen, sizeof t.chosen);
    plm_status status = plm_ot_giver_init(&t.giver, t.choices, t.chosen, t.message);
    ct_public(&status, sizeof status);
    ct_require(status == PLM_OK, "honest trees pass");
    ct_expect_blocks(&t.giver.delta, 1);
}

static void ot_choose(void)
{
    static plm_block corrections[PLM_OT_GROUPS * BLOCKS];
    static plm_block columns[128 * BLOCKS];
    plm_block choices[BLOCKS];
    uint8_t check[PLM_OT_CHECK_BYTES];
    make_transfers();
    hide_chooser();
    ct_fill_secret(choices, sizeof choices);
    plm_ot_choose(&t.chooser, choices, BLOCKS, corrections, columns);
    ct_expect_blocks(corrections, (size_t)PLM_OT_GROUPS * BLOCKS); /* sent */
    plm_ot_check_make(check, corrections[0], choices, columns, BLOCKS);
    ct_public(check, sizeof check); /* sent */
    plm_ot_chooser_step(&t.chooser, plm_block_zero());
    ct_expect_blocks(columns, (size_t)128 * BLOCKS);
}

static void ot_give(void)
{
    static plm_block corrections[PLM_OT_GROUPS * BLOCKS];
    static plm_block columns[128 * BLOCKS];
    static plm_block theirs[128 * BLOCKS];
    plm_block choices[BLOCKS];
    uint8_t check[PLM_OT_CHECK_BYTES];
    make_transfers();
    ct_fill_public(choices, sizeof choices);
    plm_ot_choose(&t.chooser, choices, BLOCKS, corrections, theirs);
    plm_ot_check_make(check, corrections[0], choices, theirs, BLOCKS);
    hide_giver();
    plm_ot_give(&t.giver, corrections, BLOCKS, columns);
    plm_status status = plm_ot_check_verify(&t.giver, corrections[0], check, columns, BLOCKS);
    ct_public(&status, sizeof status); /* the run goes on, or not */
    ct_require(status == PLM_OK, "honest rows pass");
    plm_ot_giver_step(&t.giver, plm_block_zero());
    ct_expect_blocks(columns, (size_t)128 * BLOCKS);
}

static void ot_keys(void)
{
    static plm_block rows[150];
    static plm_block keys[150];
    plm_block offset;
    ct_fill_secret(rows, sizeof rows);
    ct_fill_secret(&offset, sizeof offset);
    plm_ot_keys(keys, rows, offset, 7, 150);
    ct_expect_blocks(keys, 150);
}

/* A vector OLE of two instances, the second one fed by the first; as small as they get. */
typedef struct course {
    plm_vole_params params;
    plm_vole_setup setup;
    plm_vole_sender *sender;
    plm_vole_receiver *receiver;
    uint8_t *extend;
    uint8_t *trees;
    uint8_t check[PLM_VOLE_CHECK_BYTES];
    uint8_t proof[PLM_VOLE_PROOF_BYTES];
    plm_block *a;
    plm_block *b;
    plm_block *c;
} course;

static void course_start(course *o)
{
    memset(o, 0, sizeof *o);
    plm_vole_params_init(&o->params, 1);
    o->params.n_instances = 2;
    o->setup.params = &o->params;
    o->setup.is_malicious = 1;
    make_transfers();
    o->extend = (uint8_t *)malloc(plm_vole_extend_bytes(&o->params, 0));
    o->trees = (uint8_t *)malloc(plm_vole_trees_bytes(&o->params));
    o->a = (plm_block *)plm_big_create(3 * o->params.c * sizeof *o->a);
    o->b = o->a + o->params.c;
    o->c = o->b + o->params.c;
    ct_require(o->extend != NULL && o->trees != NULL && o->a != NULL &&
                   plm_vole_sender_create(&o->sender, &o->setup, &t.giver) == PLM_OK &&
                   plm_vole_receiver_create(&o->receiver, &o->setup, &t.chooser) == PLM_OK,
               "memory");
}

static void course_end(course *o)
{
    plm_vole_sender_destroy(o->sender);
    plm_vole_receiver_destroy(o->receiver);
    plm_big_destroy(o->a, 3 * o->params.c * sizeof *o->a);
    free(o->trees);
    free(o->extend);
}

/* One instance; the secrets of one side alone are marked, so that each side is seen by itself. */
static void course_run(course *o, size_t i, bool of_receiver)
{
    ct_random_is_secret(of_receiver);
    plm_status status = plm_vole_receiver_extend(o->receiver, o->extend);
    ct_require(status == PLM_OK, "memory");
    ct_public(o->extend, plm_vole_extend_bytes(&o->params, i)); /* sent */
    ct_random_is_secret(!of_receiver);
    status = plm_vole_sender_extend(o->sender, o->extend, o->trees);
    ct_public(&status, sizeof status);
    ct_require(status == PLM_OK, "honest rows pass");
    ct_public(o->trees, plm_vole_trees_bytes(&o->params)); /* sent */
    ct_require(plm_vole_sender_compress(o->sender, o->b, o->params.c) == PLM_OK &&
                   plm_vole_receiver_mask(o->receiver, o->a, o->params.c) == PLM_OK,
               "memory");
    plm_vole_receiver_take(o->receiver, o->trees, o->check);
    ct_public(o->check, sizeof o->check); /* sent */
    plm_vole_receiver_compress(o->receiver, o->c, o->params.c);
    plm_vole_sender_prove(o->sender, i, o->check, o->proof);
    ct_public(o->proof, sizeof o->proof); /* sent */
    status = plm_vole_receiver_verify(o->receiver, i, o->proof);
    ct_public(&status, sizeof status);
    ct_require(status == PLM_OK, "honest trees pass");
}

static void vole_receiver(void)
{
    course o;
    course_start(&o);
    hide_chooser();
    for (size_t i = 0; i < 2; i++) {
        course_run(&o, i, true);
        ct_expect_blocks(o.a, o.params.c);
        ct_expect_blocks(o.c, o.params.c);
    }
    course_end(&o);
}

static void vole_sender(void)
{
    course o;
    course_start(&o);
    hide_giver();
    for (size_t i = 0; i < 2; i++) {
        course_run(&o, i, false);
        ct_expect_blocks(o.b, o.params.c);
    }
    course_end(&o);
}

/* The choice bit alone: libsodium draws scalars again until they are in range, in the open. */
static void base_ask(void)
{
    static const uint8_t session[PLM_BASE_SESSION_BYTES] = {1};
    _Alignas(16) uint8_t question[PLM_BASE_QUESTION_BYTES];
    uint8_t a[PLM_SCALAR_BYTES];
    uint64_t choice = 1;
    ct_secret(&choice, sizeof choice);
    plm_status status = plm_base_ask(question, a, choice, session, 5);
    ct_public(&status, sizeof status);
    ct_require(status == PLM_OK, "a question can be asked");
    ct_expect_blocks(question, sizeof question / sizeof(plm_block));
}

static void base_take(void)
{
    static const uint8_t session[PLM_BASE_SESSION_BYTES] = {1};
    uint8_t question[PLM_BASE_QUESTION_BYTES];
    uint8_t answer[PLM_BASE_ANSWER_BYTES];
    uint8_t a[PLM_SCALAR_BYTES];
    plm_block keys[2];
    plm_block key;
    uint64_t choice = 0;
    plm_status status = plm_base_ask(question, a, choice, session, 5);
    ct_public(question, sizeof question); /* sent */
    if (status == PLM_OK) {
        status = plm_base_give(answer, keys, question, session, 5);
    }
    ct_require(status == PLM_OK, "honest transfers pass");
    ct_secret(&choice, sizeof choice);
    status = plm_base_take(&key, answer, a, choice, session, 5);
    ct_public(&status, sizeof status);
    ct_expect_blocks(&key, 1);
    ct_require(status == PLM_OK && plm_block_equal(key, keys[0]), "the chosen key arrives");
}

const ct_case ct_engine_cases[] = {{"tree_expand", tree_expand},
                                   {"tree_complete", tree_complete},
                                   {"tree_path", tree_path},
                                   {"blocks_add_at", blocks_add_at},
                                   {"code_compress", code_compress},
                                   {"code_noise", code_noise},
                                   {"ot_chooser_init", ot_chooser_init},
                                   {"ot_giver_init", ot_giver_init},
                                   {"ot_choose", ot_choose},
                                   {"ot_give", ot_give},
                                   {"ot_keys", ot_keys},
                                   {"vole_receiver", vole_receiver},
                                   {"vole_sender", vole_sender},
                                   {"base_ask", base_ask},
                                   {"base_take", base_take},
                                   {NULL, NULL}};
