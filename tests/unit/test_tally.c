/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of the tally: uniform numbers, the shuffle, joining, configurations.
 */
#include "match/tally.h"
#include "match/tally_draw.h"
#include "match/tally_join.h"
#include "match/tally_list.h"
#include "tap.h"

#include "crypto/sign.h"

static void test_draw(void)
{
    plm_draw draw = {0};
    unsigned counts[7] = {0};
    double chi = 0;
    for (int i = 0; i < 70000; i++) {
        counts[plm_draw_below(&draw, 7)]++;
    }
    for (int i = 0; i < 7; i++) {
        chi += (counts[i] - 10000.0) * (counts[i] - 10000.0) / 10000.0;
    }
    CHECK(chi < 60); /* 6 degrees of freedom: 5e-11 */
    CHECK_EQ_INT(plm_draw_below(&draw, 1), 0);
    /* Without rejection every third number below 3 * 2^30 comes in half of all cases. */
    unsigned n_third = 0;
    for (int i = 0; i < 30000; i++) {
        n_third += plm_draw_below(&draw, 3U << 30) % 3 == 0;
    }
    CHECK(n_third > 9400 && n_third < 10600); /* 7 standard deviations */
}

/* All 24 orders of four records, and the 6 of the three points in the first one, as often. */
static void test_mix(void)
{
    enum {
        ROUNDS = 24000
    };
    plm_draw draw = {0};
    unsigned orders[256] = {0};
    unsigned inner[64] = {0};
    for (int round = 0; round < ROUNDS; round++) {
        plm_tally_list list;
        if (!CHECK_STATUS(plm_tally_list_init(&list, 0, 0, 4, 3), PLM_OK)) {
            return;
        }
        for (uint8_t i = 0; i < 12; i++) {
            memset(list.points + (size_t)i * PLM_ELEMENT_BYTES, i, PLM_ELEMENT_BYTES);
            list.strata[i / 3] = i / 3;
        }
        list.n_in = list.n_raised = 4;
        plm_tally_list_mix(&list, &draw);
        CHECK_EQ_INT(list.n_mixed, 4);
        unsigned order = 0;
        for (unsigned i = 0; i < 4; i++) {
            const uint8_t *points = list.points + (size_t)i * 3 * PLM_ELEMENT_BYTES;
            const unsigned record = list.strata[i];
            unsigned points_order = 0;
            order = order << 2 | record;
            for (unsigned p = 0; p < 3; p++, points += PLM_ELEMENT_BYTES) {
                CHECK_EQ_INT(points[0] / 3, record); /* points stay with their record */
                CHECK_EQ_INT(points[0], points[PLM_ELEMENT_BYTES - 1]);
                points_order = points_order << 2 | points[0] % 3U;
            }
            inner[points_order] += record == 0;
        }
        orders[order]++;
        plm_tally_list_free(&list);
    }
    unsigned n_orders = 0;
    unsigned n_inner = 0;
    for (unsigned i = 0; i < 256; i++) {
        n_orders += orders[i] > 0;
        CHECK(orders[i] == 0 || (orders[i] > 750 && orders[i] < 1250)); /* 8 deviations */
    }
    for (unsigned i = 0; i < 64; i++) {
        n_inner += inner[i] > 0;
        CHECK(inner[i] == 0 || (inner[i] > 3500 && inner[i] < 4500));
    }
    CHECK_EQ_INT(n_orders, 24);
    CHECK_EQ_INT(n_inner, 6);
}

static void test_map_and_join(void)
{
    plm_map map;
    uint32_t before;
    uint32_t parent[6];
    if (!CHECK_STATUS(plm_map_init(&map, 3), PLM_OK)) {
        return;
    }
    for (uint8_t i = 0; i < 3; i++) {
        CHECK(plm_map_get(&map, &i, 1) == PLM_MAP_NONE);
        CHECK_STATUS(plm_map_put(&map, &i, 1, 10U + i, &before), PLM_OK);
        CHECK(before == PLM_MAP_NONE);
    }
    for (uint8_t i = 0; i < 3; i++) {
        CHECK_EQ_INT(plm_map_get(&map, &i, 1), 10 + i);
        CHECK_STATUS(plm_map_put(&map, &i, 1, 99, &before), PLM_OK);
        CHECK_EQ_INT(before, 10 + i);
        CHECK_EQ_INT(plm_map_get(&map, &i, 1), 99);
    }
    CHECK_STATUS(plm_map_put(&map, (const uint8_t *)"x", 1, 0, &before), PLM_E_LIMIT);
    plm_map_wipe(&map);
    plm_join_init(parent, 6);
    plm_join_unite(parent, 5, 4);
    plm_join_unite(parent, 2, 1);
    plm_join_unite(parent, 4, 2);
    plm_join_unite(parent, 1, 5);
    static const uint32_t roots[6] = {0, 1, 1, 3, 1, 1};
    for (uint32_t i = 0; i < 6; i++) {
        CHECK_EQ_INT(plm_join_root(parent, i), roots[i]);
    }
}

static void test_configuration(void)
{
    static const plm_token tokens[3] = {{{1}}, {{2}}, {{3}}};
    const plm_tally_record records[2] = {{tokens, 2, 0}, {tokens + 1, 2, 1}};
    const uint32_t n_padded[2] = {2, 2};
    static const uint32_t huge[2] = {PLM_TALLY_POINTS_MAX, 1};
    const plm_tally_config good = {.n_parties = 2,
                                   .records = records,
                                   .n = 2,
                                   .n_padded = n_padded,
                                   .tokens_each = 3,
                                   .n_strata = 2};
    enum {
        N_BAD = 13
    };
    plm_tally_config bad[N_BAD];
    plm_tally *t = NULL;
    for (size_t i = 0; i < N_BAD; i++) {
        bad[i] = good;
    }
    bad[0].n_parties = 1;
    bad[1].n_parties = 9;
    bad[2].me = 2;
    bad[3].counter = 2;
    bad[4].records = NULL;
    bad[5].n_padded = NULL;
    bad[6].tokens_each = 0;
    bad[7].tokens_each = PLM_TALLY_TOKENS_MAX + 1;
    bad[8].n_strata = 0;
    bad[9].n_strata = 1; /* and a record of stratum 1 */
    bad[10].context_bytes = 3;
    bad[11].context_bytes = PLM_MATCH_CONTEXT_MAX + 1;
    bad[12].n_padded = huge;
    for (size_t i = 0; i < N_BAD; i++) {
        CHECK_STATUS(plm_tally_create(&t, &bad[i]), PLM_E_ARGUMENT);
        CHECK(t == NULL);
    }
    /* The two records are one person of three tokens. */
    plm_tally_config tight = good;
    tight.tokens_each = 2;
    CHECK_STATUS(plm_tally_create(&t, &tight), PLM_E_LIMIT);
    const plm_tally_record apart[2] = {{tokens, 1, 0}, {tokens + 1, 1, 0}};
    const uint32_t one[2] = {1, 1};
    tight = good;
    tight.n_padded = one;
    CHECK_STATUS(plm_tally_create(&t, &tight), PLM_OK); /* one person: there is room */
    plm_tally_destroy(t);
    t = NULL;
    tight.records = apart;
    CHECK_STATUS(plm_tally_create(&t, &tight), PLM_E_LIMIT);
    CHECK(t == NULL);
    plm_tally_destroy(NULL);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_draw);
    TAP_RUN(test_mix);
    TAP_RUN(test_map_and_join);
    TAP_RUN(test_configuration);
    return tap_done();
}
