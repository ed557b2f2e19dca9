/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base transfers and their extension: what both sides get fits together, and a party that cheats in
 * any of the messages is found out or gains nothing.
 */
#include "crypto/sign.h"
#include "crypto/transpose.h"
#include "ot/base.h"
#include "ot/extend.h"
#include "tap.h"

enum {
    N_BLOCKS = 9,
    N_ROWS = 128 * N_BLOCKS
};

static const uint8_t session[PLM_BASE_SESSION_BYTES] = {1, 2, 3};

static plm_block random_block(void)
{
    plm_block out;
    plm_random((uint8_t *)&out, sizeof out);
    return out;
}

static uint64_t bit_of(plm_block b, size_t i)
{
    return (b[i / 64] >> (i % 64)) & 1;
}

static void test_base(void)
{
    for (unsigned i = 0; i < 8; i++) {
        uint8_t question[PLM_BASE_QUESTION_BYTES];
        uint8_t answer[PLM_BASE_ANSWER_BYTES];
        uint8_t a[PLM_SCALAR_BYTES];
        plm_block keys[2];
        plm_block key;
        uint64_t choice = i % 2;
        CHECK_STATUS(plm_base_ask(question, a, choice, session, i), PLM_OK);
        CHECK_STATUS(plm_base_give(answer, keys, question, session, i), PLM_OK);
        CHECK_STATUS(plm_base_take(&key, answer, a, choice, session, i), PLM_OK);
        CHECK(plm_block_equal(key, keys[choice]));
        CHECK(!plm_block_equal(key, keys[1 - choice]));
        /* Another number, another key: nothing can be carried over. */
        CHECK_STATUS(plm_base_take(&key, answer, a, choice, session, i + 1), PLM_OK);
        CHECK(!plm_block_equal(key, keys[choice]));
    }
}

static void test_base_refuses(void)
{
    uint8_t question[PLM_BASE_QUESTION_BYTES];
    uint8_t answer[PLM_BASE_ANSWER_BYTES];
    uint8_t a[PLM_SCALAR_BYTES];
    plm_block keys[2];
    plm_block key;
    CHECK_STATUS(plm_base_ask(question, a, 1, session, 0), PLM_OK);
    memset(question + 32, 0xff, 32); /* no canonical encoding */
    CHECK_STATUS(plm_base_give(answer, keys, question, session, 0), PLM_E_PROTOCOL);
    memset(answer, 0, sizeof answer); /* the identity */
    CHECK_STATUS(plm_base_take(&key, answer, a, 1, session, 0), PLM_E_PROTOCOL);
    memset(answer, 0xff, sizeof answer);
    CHECK_STATUS(plm_base_take(&key, answer, a, 1, session, 0), PLM_E_PROTOCOL);
}

typedef struct pair {
    plm_ot_giver giver;
    plm_ot_chooser chooser;
    uint8_t trees[PLM_OT_TREES_BYTES];
    plm_block choices;
    plm_block chosen[PLM_BASE_OTS];
} pair;

static void make_pair(pair *p)
{
    plm_block keys[PLM_BASE_OTS][2];
    p->choices = random_block();
    for (unsigned i = 0; i < PLM_BASE_OTS; i++) {
        keys[i][0] = random_block();
        keys[i][1] = random_block();
        p->chosen[i] = keys[i][bit_of(p->choices, i)];
    }
    plm_ot_chooser_init(&p->chooser, keys, p->trees);
}

typedef struct rows {
    plm_block choices[N_BLOCKS];
    plm_block corrections[PLM_OT_GROUPS * N_BLOCKS];
    plm_block chooser[128 * N_BLOCKS];
    plm_block giver[128 * N_BLOCKS];
    uint8_t check[PLM_OT_CHECK_BYTES];
    plm_block challenge;
} rows;

static rows r;

static void choose(pair *p)
{
    plm_random((uint8_t *)r.choices, sizeof r.choices);
    r.challenge = random_block();
    plm_ot_choose(&p->chooser, r.choices, N_BLOCKS, r.corrections, r.chooser);
    plm_ot_check_make(r.check, r.challenge, r.choices, r.chooser, N_BLOCKS);
}

static plm_status give(pair *p)
{
    plm_ot_give(&p->giver, r.corrections, N_BLOCKS, r.giver);
    return plm_ot_check_verify(&p->giver, r.challenge, r.check, r.giver, N_BLOCKS);
}

static bool correlated(const pair *p)
{
    static plm_block t[N_ROWS];
    static plm_block q[N_ROWS];
    plm_transpose(t, r.chooser, N_BLOCKS);
    plm_transpose(q, r.giver, N_BLOCKS);
    bool all = true;
    for (size_t i = 0; i < N_ROWS; i++) {
        plm_block by = p->giver.delta & plm_block_mask(bit_of(r.choices[i / 128], i % 128));
        all = all && plm_block_equal(q[i], t[i] ^ by);
    }
    plm_block key;
    plm_block keys[2];
    for (size_t i = 0; i < N_ROWS; i++) {
        plm_ot_keys(&key, &t[i], plm_block_zero(), i, 1);
        plm_ot_keys(&keys[0], &q[i], plm_block_zero(), i, 1);
        plm_ot_keys(&keys[1], &q[i], p->giver.delta, i, 1);
        uint64_t bit = bit_of(r.choices[i / 128], i % 128);
        all = all && plm_block_equal(key, keys[bit]) && !plm_block_equal(key, keys[1 - bit]);
    }
    return all;
}

static void test_extension(void)
{
    static pair p;
    for (int run = 0; run < 4; run++) {
        make_pair(&p);
        CHECK_STATUS(plm_ot_giver_init(&p.giver, p.choices, p.chosen, p.trees), PLM_OK);
        for (int again = 0; again < 3; again++) { /* streams go on, and survive a step */
            choose(&p);
            CHECK_STATUS(give(&p), PLM_OK);
            CHECK(correlated(&p));
            if (again == 1) {
                plm_ot_giver_step(&p.giver, plm_block_of(5, 6));
                plm_ot_chooser_step(&p.chooser, plm_block_of(5, 6));
            }
        }
    }
}

/* Delta is what the choices say: bit by bit the side that was not chosen. */
static void test_delta(void)
{
    static pair p;
    make_pair(&p);
    CHECK_STATUS(plm_ot_giver_init(&p.giver, p.choices, p.chosen, p.trees), PLM_OK);
    unsigned n = 0;
    for (unsigned i = 0; i < 128; i++) {
        unsigned mirrored = i / PLM_OT_DEPTH * PLM_OT_DEPTH + (PLM_OT_DEPTH - 1 - i % PLM_OT_DEPTH);
        n += bit_of(p.giver.delta, mirrored) != bit_of(p.choices, i);
    }
    CHECK_EQ_INT(n, 128);
}

/* A changed bit anywhere in the trees' message: found, or on no path of the giver's. */
static void test_tree_cheats(void)
{
    static pair p;
    unsigned found = 0;
    unsigned harmless = 0;
    make_pair(&p);
    for (size_t at = 0; at < PLM_OT_TREES_BYTES; at += 7) {
        p.trees[at] ^= 1;
        plm_status status = plm_ot_giver_init(&p.giver, p.choices, p.chosen, p.trees);
        p.trees[at] ^= 1;
        if (status == PLM_E_PROOF) {
            found++;
        } else {
            harmless++;
            choose(&p);
            p.giver.n_blocks = p.chooser.n_blocks - N_BLOCKS;
            CHECK_STATUS(give(&p), PLM_OK);
            CHECK(correlated(&p));
        }
    }
    /* Sums of the side that the giver does not use, half of them, change nothing for it. */
    CHECK(found > 200);
    CHECK(harmless > 100);
}

static void test_row_cheats(void)
{
    static pair p;
    make_pair(&p);
    CHECK_STATUS(plm_ot_giver_init(&p.giver, p.choices, p.chosen, p.trees), PLM_OK);
    unsigned found = 0;
    unsigned wrong = 0;
    for (unsigned g = 0; g < PLM_OT_GROUPS; g++) {
        choose(&p);
        r.corrections[g * N_BLOCKS + 3] ^= plm_block_of(1, 0); /* another b for one group */
        unsigned delta = 0;
        for (unsigned j = 0; j < PLM_OT_DEPTH; j++) {
            delta |= (unsigned)bit_of(p.giver.delta, g * PLM_OT_DEPTH + j);
        }
        found += give(&p) == PLM_E_PROOF;
        wrong += delta;
    }
    CHECK_EQ_INT(found, wrong); /* unseen only where Delta's four bits are zero: a guess of 1/16 */
    CHECK(found >= 20);
    choose(&p);
    r.check[3] ^= 4;
    CHECK_STATUS(give(&p), PLM_E_PROOF);
    choose(&p);
    r.check[40] ^= 4;
    CHECK_STATUS(give(&p), PLM_E_PROOF);
}

static void test_transpose(void)
{
    static plm_block t[N_ROWS];
    plm_random((uint8_t *)r.chooser, sizeof r.chooser);
    plm_transpose(t, r.chooser, N_BLOCKS);
    bool all = true;
    for (size_t row = 0; row < N_ROWS; row++) {
        for (size_t c = 0; c < 128; c++) {
            all =
                all && bit_of(t[row], c) == bit_of(r.chooser[c * N_BLOCKS + row / 128], row % 128);
        }
    }
    CHECK(all);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_base);
    TAP_RUN(test_base_refuses);
    TAP_RUN(test_transpose);
    TAP_RUN(test_extension);
    TAP_RUN(test_delta);
    TAP_RUN(test_tree_cheats);
    TAP_RUN(test_row_cheats);
    return tap_done();
}
