/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector-OLE matching, both machines in one thread: results equal the known intersection at every
 * kind of size, and labels and kept bases fit. Cheats are in protocol_vole_hostile.c.
 */
#include "vole_scene.h"

static void run_scene(const scene *x)
{
    static pair p;
    sets s;
    make_sets(&s, x);
    if (open_scene(&p, x, &s) && CHECK_STATUS(pair_run(&p), PLM_OK)) {
        CHECK(pair_is_done(&p, PLM_MATCH_RECEIVER));
        CHECK(pair_is_done(&p, PLM_MATCH_SENDER));
        check_hits(&p, x, &s);
        plm_match_progress progress;
        for (int role = 0; role < 2; role++) {
            plm_match_get_progress(p.side[role], &progress);
            CHECK_EQ_STR(progress.phase, "done");
            CHECK_EQ_INT(progress.done, progress.total);
        }
    }
    pair_close(&p);
    free_sets(&s);
}

static void test_sizes(void)
{
    static const size_t sizes[][3] = {/* receiver, sender, common */
                                      {0, 0, 0},       {0, 1, 0},    {1, 0, 0},       {1, 1, 0},
                                      {1, 1, 1},       {2, 2, 1},    {3, 2, 2},       {33, 7, 5},
                                      {1, 5000, 1},    {5000, 1, 1}, {999, 999, 999}, {999, 999, 0},
                                      {4097, 3001, 77}};
    scene kept = scene_with_base(); /* base transfers are in the other tests */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int honest = 0; honest < 2; honest++) {
            scene x = {.n = {[PLM_MATCH_RECEIVER] = sizes[i][0], [PLM_MATCH_SENDER] = sizes[i][1]},
                       .n_common = sizes[i][2],
                       .security = honest ? PLM_MATCH_SEMI_HONEST : PLM_MATCH_MALICIOUS,
                       .label_bytes = i % 3 == 0 ? SCENE_LABEL : 0,
                       .base = {kept.base[0], kept.base[1]},
                       .base_bytes = {kept.base_bytes[0], kept.base_bytes[1]},
                       .order = i % 2 == 0 ? 0 : i + 1};
            run_scene(&x);
        }
    }
}

static void test_many(void)
{
    scene x = {.n = {[PLM_MATCH_RECEIVER] = 300001, [PLM_MATCH_SENDER] = 280000},
               .n_common = 12345,
               .n_threads = 2};
    run_scene(&x);                         /* two bins, two instances */
    for (int role = 0; role < 2; role++) { /* one against a million, either way */
        scene one = {.n = {[PLM_MATCH_RECEIVER] = 1, [PLM_MATCH_SENDER] = 1}, .n_common = 1};
        one.n[role] = 1000000;
        run_scene(&one);
    }
    x.n[PLM_MATCH_RECEIVER] = 50000;
    x.label_bytes = SCENE_LABEL;
    run_scene(&x);
}

static void test_padding(void)
{
    scene x = {.n = {[PLM_MATCH_RECEIVER] = 100, [PLM_MATCH_SENDER] = 130},
               .n_padded = {[PLM_MATCH_RECEIVER] = 1000, [PLM_MATCH_SENDER] = 2000},
               .n_common = 60,
               .label_bytes = SCENE_LABEL};
    run_scene(&x);
    x.n[0] = x.n[1] = x.n_common = 0;
    run_scene(&x);
}

/* Number of bytes that a side sends does not depend on its set, but on the padded numbers. */
static void test_lengths(void)
{
    size_t bytes[2] = {0, 0};
    for (int run = 0; run < 2; run++) {
        static pair p;
        sets s;
        scene x = {.n = {[PLM_MATCH_RECEIVER] = run ? 3 : 900, [PLM_MATCH_SENDER] = 500},
                   .n_padded = {[PLM_MATCH_RECEIVER] = 1000, [PLM_MATCH_SENDER] = 1000},
                   .n_common = run ? 0 : 300};
        make_sets(&s, &x);
        if (open_scene(&p, &x, &s)) {
            CHECK_STATUS(pair_run(&p), PLM_OK);
            bytes[run] = p.n_sent[PLM_MATCH_RECEIVER] * 1000 + p.n_sent[PLM_MATCH_SENDER];
        }
        pair_close(&p);
        free_sets(&s);
    }
    CHECK_EQ_INT(bytes[0], bytes[1]);
}

static void test_base_is_kept(void)
{
    static uint8_t bases[2][PLM_MATCH_BASE_MAX];
    static pair p;
    scene x = {.n = {[PLM_MATCH_RECEIVER] = 50, [PLM_MATCH_SENDER] = 60}, .n_common = 10};
    size_t sent[4];
    for (int run = 0; run < 4; run++) {
        sets s;
        make_sets(&s, &x);
        if (open_scene(&p, &x, &s) && CHECK_STATUS(pair_run(&p), PLM_OK)) {
            check_hits(&p, &x, &s);
            sent[run] = p.n_sent[PLM_MATCH_RECEIVER];
            for (int role = 0; role < 2; role++) {
                size_t n = 0;
                CHECK_STATUS(plm_match_get_base(p.side[role], bases[role], &n), PLM_OK);
                CHECK(n <= PLM_MATCH_BASE_MAX);
                x.base[role] = bases[role];
                x.base_bytes[role] = n;
            }
        }
        pair_close(&p);
        free_sets(&s);
        if (run == 1) { /* the receiver lost its half: the run goes on with a fresh one */
            x.base[PLM_MATCH_RECEIVER] = NULL;
            x.base_bytes[PLM_MATCH_RECEIVER] = 0;
        }
    }
    CHECK_EQ_INT(sent[1], sent[0] - 1); /* no BASE */
    CHECK_EQ_INT(sent[2], sent[0] + 1); /* AGAIN, then BASE */
    CHECK_EQ_INT(sent[3], sent[1]);
}

static void test_duplicates(void)
{
    for (int role = 0; role < 2; role++) {
        static pair p;
        sets s;
        scene x = {.n = {[PLM_MATCH_RECEIVER] = 40, [PLM_MATCH_SENDER] = 40}, .n_common = 10};
        make_sets(&s, &x);
        s.tokens[role][5] = s.tokens[role][30];
        if (open_scene(&p, &x, &s)) {
            CHECK_STATUS(pair_run(&p), PLM_E_ARGUMENT);
            CHECK_EQ_INT(p.failed, role);
        }
        pair_close(&p);
        free_sets(&s);
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_sizes);
    TAP_RUN(test_many);
    TAP_RUN(test_padding);
    TAP_RUN(test_lengths);
    TAP_RUN(test_base_is_kept);
    TAP_RUN(test_duplicates);
    return tap_done();
}
