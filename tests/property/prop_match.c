/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the two sets are and in whatever order the machines are moved, the receiver finds
 * exactly the tokens that both hold: compared with the naive intersection.
 */
#include "match_pair.h"

static uint64_t numbers = 20261123; /* the state of everything that is picked */

/* n distinct tokens: numbers first, first + step, ... in a shuffled order. */
static plm_token *make_set(size_t n, uint64_t first, uint64_t step)
{
    plm_token *set = (plm_token *)calloc(n + 1, sizeof *set);
    for (size_t i = 0; set != NULL && i < n; i++) {
        set[i] = pair_token(first + step * i);
    }
    for (size_t i = n; set != NULL && i > 1; i--) {
        size_t j = (size_t)(test_number(&numbers) % i);
        plm_token t = set[i - 1];
        set[i - 1] = set[j];
        set[j] = t;
    }
    return set;
}

static bool holds(const plm_token *set, size_t n, const plm_token *token)
{
    for (size_t i = 0; i < n; i++) {
        if (memcmp(set[i].b, token->b, PLM_TOKEN_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

/* The hits are those of the naive intersection, ascending. */
static void check_hits(const pair *p, const plm_match_config *receiver,
                       const plm_match_config *sender, bool same_context)
{
    const uint32_t *hits = NULL;
    size_t n = 0;
    size_t k = 0;
    CHECK_STATUS(plm_match_hits(p->side[PLM_MATCH_RECEIVER], &hits, &n), PLM_OK);
    for (size_t i = 0; i < receiver->n && same_context; i++) {
        if (holds(sender->tokens, sender->n, &receiver->tokens[i])) {
            CHECK(k < n && hits[k] == i);
            k++;
        }
    }
    CHECK_EQ_INT(n, k);
}

typedef struct scene {
    size_t n[2]; /* by role */
    size_t n_padded[2];
    uint64_t first[2];
    uint64_t step[2];
    unsigned n_threads;
    bool other_context;
} scene;

static void play(const scene *s)
{
    static const uint8_t contexts[2][5] = {"run 1", "run 2"};
    plm_match_config configs[2];
    plm_token *sets[2];
    pair p;
    for (int role = 0; role < 2; role++) {
        sets[role] = make_set(s->n[role], s->first[role], s->step[role]);
        size_t peer = s->n_padded[!role] == 0 ? s->n[!role] : s->n_padded[!role];
        configs[role] = (plm_match_config){.engine = PLM_ENGINE_OPRF,
                                           .role = (plm_match_role)role,
                                           .tokens = s->n[role] == 0 ? NULL : sets[role],
                                           .n = s->n[role],
                                           .n_padded = s->n_padded[role],
                                           .n_peer = peer,
                                           .context = contexts[role == 0 && s->other_context],
                                           .context_bytes = sizeof contexts[0],
                                           .n_threads = s->n_threads};
    }
    if (pair_open(&p, &configs[PLM_MATCH_RECEIVER], &configs[PLM_MATCH_SENDER])) {
        p.order = test_number(&numbers) | 1;
        CHECK_STATUS(pair_run(&p), PLM_OK);
        CHECK(pair_is_done(&p, PLM_MATCH_SENDER) && pair_is_done(&p, PLM_MATCH_RECEIVER));
        check_hits(&p, &configs[PLM_MATCH_RECEIVER], &configs[PLM_MATCH_SENDER], !s->other_context);
        CHECK_EQ_INT(plm_match_evaluated(p.side[PLM_MATCH_SENDER]),
                     configs[PLM_MATCH_SENDER].n_peer);
        CHECK_EQ_INT(plm_match_evaluated(p.side[PLM_MATCH_RECEIVER]), 0);
    }
    pair_close(&p);
    free(sets[0]);
    free(sets[1]);
}

/* Every second number on one side, every third on the other. */
static void test_small_sizes(void)
{
    for (size_t a = 0; a <= 4; a++) {
        for (size_t b = 0; b <= 4; b++) {
            play(&(scene){.n = {a, b}, .step = {2, 3}, .n_threads = 1});
        }
    }
}

/* A batch has 256 tokens. */
static void test_batch_borders(void)
{
    static const size_t sizes[] = {255, 256, 257, 512, 513};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        play(&(scene){.n = {200, sizes[i]}, .step = {3, 2}, .n_threads = 1 + i % 2});
    }
    play(&(scene){.n = {1100, 3}, .step = {3, 300}, .n_threads = 2}); /* OWN_PIECE is 512 */
}

static void test_all_and_none_in_common(void)
{
    play(&(scene){.n = {300, 300}, .step = {1, 1}, .n_threads = 2});
    play(&(scene){.n = {300, 300}, .first = {0, 1000}, .step = {1, 1}, .n_threads = 1});
}

static void test_padding(void)
{
    play(&(scene){.n = {5, 7}, .n_padded = {20, 300}, .step = {2, 3}, .n_threads = 1});
    play(&(scene){.n = {0, 7}, .n_padded = {20, 8}, .step = {2, 3}, .n_threads = 1});
    play(&(scene){.n = {7, 0}, .n_padded = {7, 256}, .step = {2, 3}, .n_threads = 2});
    play(&(scene){.n = {0, 0}, .n_padded = {5, 5}, .step = {2, 3}, .n_threads = 1});
}

static void test_other_context(void)
{
    play(&(scene){.n = {20, 20}, .step = {1, 1}, .n_threads = 1, .other_context = true});
}

static void test_random_scenes(void)
{
    for (int i = 0; i < 40; i++) {
        scene s = {.n_threads = 1 + (unsigned)(test_number(&numbers) % 3)};
        for (int role = 0; role < 2; role++) {
            s.n[role] = (size_t)(test_number(&numbers) % 40);
            s.first[role] = test_number(&numbers) % 20;
            s.step[role] = 1 + test_number(&numbers) % 3;
            s.n_padded[role] =
                test_number(&numbers) % 2 == 0 ? 0 : s.n[role] + test_number(&numbers) % 10;
        }
        play(&s);
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_small_sizes);
    TAP_RUN(test_batch_borders);
    TAP_RUN(test_all_and_none_in_common);
    TAP_RUN(test_padding);
    TAP_RUN(test_other_context);
    TAP_RUN(test_random_scenes);
    return tap_done();
}
