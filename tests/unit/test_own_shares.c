/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/own_shares.h"

#include "ident/frequency.h"
#include "record_fixture.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>

enum {
    N = 2000,
    TABLE_RECORDS = 1000 /* spec/resolution.md section 4 */
};

static plm_frequency *table;
static plm_arena arena;

static const char table_text[] =
    "palermo-frequencies/1\nname: t\npopulation: p\ndate: d\npersons: 100000\nmade: by hand\n\n"
    "name\tmohammad\t1000\nname\tkorvuth\t10\nname\tzelbrin\t10\nname\tivan\t50000\n";

/* The features of a person with these names; in the arena. */
static plm_features features_of(const char *const *names, size_t n)
{
    static record_fixture f;
    plm_features out;
    fixture_begin(&f, PLM_KIND_PERSON);
    for (size_t i = 0; i < n; i++) {
        fixture_value(&f, PLM_IDENT_NAME, names[i]);
    }
    CHECK_STATUS(plm_features_of(&out, &f.record, table, false, &arena), PLM_OK);
    return out;
}

/* Every fourth record has "mohammad", in two names; all others nothing of it. */
static plm_own_shares *list_of_a_kind(void)
{
    static const char *const some[] = {"Mohammad Gulbaz", "Gulbaz Mohammad"};
    static const char *const others[] = {"Dwonkel Ferich"};
    plm_own_shares *shares;
    CHECK_STATUS(plm_own_shares_create(&shares, N), PLM_OK);
    for (uint64_t i = 0; i < N; i++) {
        const plm_features f = i % 4 == 0 ? features_of(some, 2) : features_of(others, 1);
        CHECK(plm_own_shares_wants(shares, i));
        CHECK_STATUS(plm_own_shares_add(shares, i, &f), PLM_OK);
        plm_arena_reset(&arena);
    }
    return shares;
}

static double bits_of(const plm_features *f, const char *text)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->items[i].kind == PLM_FEATURE_FOLDED &&
            plm_span_equal(f->items[i].text, plm_span_str(text))) {
            return plm_bits_value(f->items[i].bits);
        }
    }
    return -1;
}

static void check_bits(const plm_own_shares *shares, uint64_t i, const char *name, double want)
{
    plm_features f = features_of(&name, 1);
    plm_own_shares_lower(shares, i, &f);
    const double got = bits_of(&f, name);
    CHECK(fabs(got - want) < 0.02);
    plm_arena_reset(&arena);
}

/* c of n other records have it, the table's share counts as 1,000 records more. */
static void test_common_in_the_list(void)
{
    plm_own_shares *shares = list_of_a_kind();
    const double table_share = 1000.0 / 100000;
    const double all = N - 1 + TABLE_RECORDS;
    check_bits(shares, 0, "mohammad", -log2((N / 4.0 - 1 + TABLE_RECORDS * table_share) / all));
    plm_own_shares_destroy(shares);
}

/* What nobody else in the list has, and what is rarer there than in the table, weighs as it did. */
static void test_never_more_than_the_table(void)
{
    static const char *const alone[] = {"Korvuth"};
    plm_own_shares *shares = list_of_a_kind();
    check_bits(shares, 1, "zelbrin", log2(100000.0 / 10));
    check_bits(shares, 1, "ivan", log2(100000.0 / 50000));
    plm_own_shares_destroy(shares);

    CHECK_STATUS(plm_own_shares_create(&shares, N), PLM_OK);
    const plm_features f = features_of(alone, 1);
    CHECK_STATUS(plm_own_shares_add(shares, 7, &f), PLM_OK);
    plm_arena_reset(&arena);
    check_bits(shares, 7, "korvuth", log2(100000.0 / 10)); /* it is the record itself */
    plm_own_shares_destroy(shares);
}

/* Of a long list a sample is counted, spread over all of it. */
static void test_sample(void)
{
    enum {
        LONG = 1000000
    };
    plm_own_shares *shares;
    uint64_t n = 0;
    uint64_t last = 0;
    CHECK_STATUS(plm_own_shares_create(&shares, LONG), PLM_OK);
    for (uint64_t i = 0; i < LONG; i++) {
        if (plm_own_shares_wants(shares, i)) {
            n++;
            last = i;
        }
    }
    CHECK(n > PLM_OWN_SHARES_SAMPLE / 2 && n <= PLM_OWN_SHARES_SAMPLE && last > LONG - 100);
    plm_own_shares_destroy(shares);
    CHECK_STATUS(plm_own_shares_create(&shares, 0), PLM_OK);
    check_bits(shares, 0, "mohammad", log2(100.0));
    plm_own_shares_destroy(shares);
}

int main(void)
{
    static const plm_diag_sink nobody = {NULL, NULL};
    plm_arena_init(&arena, 64 << 20);
    if (plm_frequency_parse(&table, plm_span_str(table_text), &nobody, "t") != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_common_in_the_list);
    TAP_RUN(test_never_more_than_the_table);
    TAP_RUN(test_sample);
    plm_frequency_destroy(table);
    plm_arena_wipe(&arena);
    return tap_done();
}
