/* SPDX-License-Identifier: Apache-2.0 */
/* Test persons: the same for every party, each in its own spelling, and nobody's. */
#include "synth/seed.h"

#include "crypto/sign.h"
#include "tap.h"

#include <math.h>

enum {
    N = 200
};

static const uint8_t accord[32] = {1, 2, 3};
static const uint8_t other_accord[32] = {1, 2, 4};

static void make(plm_buf *out, const uint8_t *hash, const char *purpose, unsigned place, unsigned n)
{
    const plm_seed_plan plan = {.accord_hash = hash,
                                .purpose = purpose,
                                .place = place,
                                .role = PLM_ROLE_VICTIM,
                                .offence = "TIP.5",
                                .n = n};
    plm_buf_init(out, 1 << 20);
    CHECK_STATUS(plm_seed_write(&plan, out), PLM_OK);
}

static bool same(const plm_buf *a, const plm_buf *b)
{
    return plm_span_equal(plm_buf_span(a), plm_buf_span(b));
}

/* The cell of that number in a line without quoted commas; advances to the next line. */
static plm_span next_cell(plm_span *lines, unsigned column)
{
    plm_span cell = {NULL, 0};
    size_t start = 0;
    unsigned at = 0;
    bool quoted = false;
    for (size_t i = 0; i < lines->n; i++) {
        const char c = (char)lines->p[i];
        quoted ^= c == '"';
        if (!quoted && (c == ',' || c == '\r')) {
            if (at++ == column) {
                cell = plm_span_of(lines->p + start, i - start);
            }
            start = i + 1;
        }
        if (!quoted && c == '\n') {
            *lines = plm_span_of(lines->p + i + 1, lines->n - i - 1);
            return cell;
        }
    }
    return cell;
}

static void test_the_same_for_everybody_and_another_for_each(void)
{
    plm_buf first;
    plm_buf b;
    make(&first, accord, "crime", 0, N);
    make(&b, accord, "crime", 0, N);
    CHECK(same(&first, &b));
    plm_buf_wipe(&b);
    make(&b, accord, "crime", 0, N / 2); /* fewer are the first of them */
    CHECK(b.n < first.n && memcmp(b.data, first.data, b.n) == 0);
    plm_buf_wipe(&b);
    static const struct {
        const uint8_t *hash;
        const char *purpose;
        unsigned place;
    } others[] = {{accord, "crime", 1},
                  {accord, "crime", 2},
                  {accord, "protection", 0},
                  {other_accord, "crime", 0}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        make(&b, others[i].hash, others[i].purpose, others[i].place, N);
        CHECK(!same(&first, &b));
        plm_buf_wipe(&b);
    }
    plm_buf_wipe(&first);
}

/* Fixed for ever: who loads with another version must get the same persons. */
static void test_the_bytes(void)
{
    plm_buf a;
    uint8_t hash[32];
    char hex[17];
    make(&a, accord, "crime", 1, N);
    plm_hash256(hash, plm_buf_span(&a));
    plm_hex_encode(hex, hash, 8);
    CHECK_EQ_STR(hex, "2e6eac23cf0600be");
    plm_buf_wipe(&a);
}

static void test_the_same_persons_written_differently(void)
{
    plm_buf a;
    plm_buf b;
    unsigned n_names = 0;
    make(&a, accord, "crime", 0, N);
    make(&b, accord, "crime", 1, N);
    plm_span lines[2] = {plm_buf_span(&a), plm_buf_span(&b)};
    plm_span again[2] = {lines[0], lines[1]};
    (void)next_cell(&lines[0], 0);
    (void)next_cell(&lines[1], 0);
    (void)next_cell(&again[0], 0);
    (void)next_cell(&again[1], 0);
    for (unsigned i = 0; i < N; i++) {
        CHECK(plm_span_equal(next_cell(&lines[0], 0), next_cell(&lines[1], 0)));
        n_names += plm_span_equal(next_cell(&again[0], 3), next_cell(&again[1], 3));
    }
    CHECK(n_names > 0 && n_names < N / 2);
    plm_buf_wipe(&a);
    plm_buf_wipe(&b);
}

/* Born before 1922, of one role and offence, without passport and plate, and no minor. */
static void test_nobody_alive(void)
{
    plm_buf a;
    make(&a, accord, "crime", 1, N);
    for (unsigned column = 0; column < 21; column++) {
        plm_span lines = plm_buf_span(&a);
        (void)next_cell(&lines, column);
        for (unsigned i = 0; i < N; i++) {
            plm_span cell = next_cell(&lines, column);
            if (column == 1) {
                CHECK(plm_span_equal(cell, plm_span_str("victim")));
            } else if (column == 2) {
                CHECK(plm_span_equal(cell, plm_span_str("TIP.5")));
            } else if (column == 5 && cell.n > 0) {
                CHECK(memcmp(cell.p, "1850", 4) >= 0 && memcmp(cell.p, "1922", 4) < 0);
            } else if (column == 7 || column == 14) {
                CHECK_EQ_INT(cell.n, 0);
            } else if (column == 20) {
                CHECK(plm_span_equal(cell, plm_span_str("no")));
            }
        }
    }
    plm_buf_wipe(&a);
}

/* By Wilson's formula, evaluated with Python. */
static void test_intervals(void)
{
    static const struct {
        uint64_t k;
        uint64_t n;
        double low;
        double high;
    } cases[] = {{0, 10, 0, 0.27753},
                 {10, 10, 0.72247, 1},
                 {5, 10, 0.23659, 0.76341},
                 {1, 50, 0.00354, 0.10495},
                 {0, 0, 0, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double low;
        double high;
        plm_seed_interval(cases[i].k, cases[i].n, &low, &high);
        CHECK(fabs(low - cases[i].low) < 5e-5);
        CHECK(fabs(high - cases[i].high) < 5e-5);
    }
}

static void test_limits(void)
{
    plm_seed_plan plan = {.accord_hash = accord, .purpose = "crime", .offence = "TIP.5", .n = 0};
    plm_buf out;
    plm_buf_init(&out, 1 << 20);
    CHECK_STATUS(plm_seed_write(&plan, &out), PLM_E_ARGUMENT);
    plan.n = PLM_SEED_MAX + 1;
    CHECK_STATUS(plm_seed_write(&plan, &out), PLM_E_ARGUMENT);
    CHECK_EQ_INT(out.n, 0);
    plm_buf_wipe(&out);
}

int main(void)
{
    TAP_RUN(test_the_same_for_everybody_and_another_for_each);
    TAP_RUN(test_the_bytes);
    TAP_RUN(test_the_same_persons_written_differently);
    TAP_RUN(test_nobody_alive);
    TAP_RUN(test_intervals);
    TAP_RUN(test_limits);
    return tap_done();
}
