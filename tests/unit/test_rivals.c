/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probabilities of rival pairs against counting all sets of pairs without a record or a peer twice.
 */
#include "resolve/rivals.h"
#include "tap.h"

#include <math.h>

enum {
    PAIRS_MAX = 6,
    SETTLINGS = 20
};

/* By all subsets of the pairs. */
static void count_all(double out[PAIRS_MAX], const plm_pair *pairs, const double *odds, size_t n)
{
    double whole = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = 0;
    }
    for (unsigned set = 0; set < 1U << n; set++) {
        double weight = 1;
        unsigned records = 0;
        unsigned peers = 0;
        for (size_t i = 0; i < n; i++) {
            if ((set >> i & 1U) != 0) {
                const unsigned record = 1U << pairs[i].record;
                const unsigned peer = 1U << pairs[i].peer;
                weight *= (records & record) != 0 || (peers & peer) != 0 ? 0 : odds[i];
                records |= record;
                peers |= peer;
            }
        }
        whole += weight;
        for (size_t i = 0; i < n; i++) {
            out[i] += (set >> i & 1U) != 0 ? weight : 0;
        }
    }
    for (size_t i = 0; i < n; i++) {
        out[i] /= whole;
    }
}

static void compare(const plm_pair *pairs, const double *odds, size_t n, double tolerance)
{
    plm_rivals r;
    double want[PAIRS_MAX];
    count_all(want, pairs, odds, n);
    CHECK_STATUS(plm_rivals_create(&r, pairs, n), PLM_OK);
    for (size_t i = 0; i < n; i++) {
        r.odds[i] = odds[i];
    }
    for (int i = 0; i < SETTLINGS; i++) {
        plm_rivals_settle(&r, pairs);
    }
    for (size_t i = 0; i < n; i++) {
        CHECK(fabs(plm_rivals_probability(&r, i) - want[i]) < tolerance);
    }
    plm_rivals_destroy(&r);
}

static void test_a_chain_is_exact(void)
{
    const plm_pair pairs[] = {{.record = 0, .peer = 0},
                              {.record = 0, .peer = 1},
                              {.record = 1, .peer = 1},
                              {.record = 1, .peer = 2},
                              {.record = 2, .peer = 2}};
    const double odds[][5] = {{1, 1, 1, 1, 1}, {8, 2, 0.5, 4, 1}, {1e9, 1e9, 1e12, 3, 0.01}};
    for (size_t i = 0; i < sizeof odds / sizeof *odds; i++) {
        compare(pairs, odds[i], 5, 1e-6);
    }
}

static void test_a_star_is_exact(void)
{
    const plm_pair pairs[] = {{.record = 0, .peer = 0},
                              {.record = 1, .peer = 0},
                              {.record = 2, .peer = 0},
                              {.record = 2, .peer = 1}};
    const double odds[] = {5, 5, 5, 1e6};
    compare(pairs, odds, 4, 1e-6);
}

/* Two namesakes; one of them has a partner of her own. */
static void test_a_rival_with_a_partner_hardly_counts(void)
{
    const plm_pair pairs[] = {
        {.record = 0, .peer = 0}, {.record = 0, .peer = 1}, {.record = 1, .peer = 1}};
    const double odds[] = {1000, 1000, 1e12};
    plm_rivals r;
    CHECK_STATUS(plm_rivals_create(&r, pairs, 3), PLM_OK);
    memcpy(r.odds, odds, sizeof odds);
    plm_rivals_settle(&r, pairs);
    CHECK(plm_rivals_probability(&r, 0) > 0.99);
    CHECK(plm_rivals_probability(&r, 1) < 0.01);
    CHECK(plm_rivals_probability(&r, 2) > 0.99);
    plm_rivals_destroy(&r);
}

/* On a cycle it is an approximation; great and equal odds settle all the same. */
static void test_a_cycle_settles(void)
{
    const plm_pair pairs[] = {{.record = 0, .peer = 0},
                              {.record = 0, .peer = 1},
                              {.record = 1, .peer = 0},
                              {.record = 1, .peer = 1}};
    const double odds[] = {1e20, 1e20, 1e20, 1e20};
    compare(pairs, odds, 4, 0.01);
    const double little[] = {0.1, 0.2, 0.3, 0.1};
    compare(pairs, little, 4, 0.01);
}

int main(void)
{
    TAP_RUN(test_a_chain_is_exact);
    TAP_RUN(test_a_star_is_exact);
    TAP_RUN(test_a_rival_with_a_partner_hardly_counts);
    TAP_RUN(test_a_cycle_settles);
    return tap_done();
}
