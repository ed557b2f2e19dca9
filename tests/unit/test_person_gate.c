/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Combinations against a naive reading of spec/tokens.md section 4.5: every way to fill every
 * pattern is tried, and the conditions are checked one by one.
 */
#include "ident/person_gate.h"
#include "record_fixture.h"
#include "tap.h"

#include <stdlib.h>

enum {
    NAIVE_MAX = 20000
};

static const uint8_t accord[32] = {7};
static plm_frequency *table;
static plm_arena arena;

static const char table_text[] =
    "palermo-frequencies/1\nname: t\npopulation: p\ndate: d\npersons: 4096\nmade: by hand\n\n"
    "name\tmaria\t128\nname\tivan\t512\nname\tpetrov\t256\nname\tali\t700\nname\thassan\t64\n"
    "name\tyuri\t8\nname\tshcherbakov\t2\npostcode\t1010\t16\npostcode\t1020\t1\n";

typedef struct picked {
    plm_token token;
    plm_bits bits;
} picked;

static plm_bits capped(const plm_feature *f, plm_pattern_slot s)
{
    const plm_bits cap = plm_pattern_slot_cap(s);
    return f->bits < cap ? f->bits : cap;
}

static bool fills(const plm_feature *f, plm_pattern_slot s)
{
    switch ((int)s) {
    case PLM_FILL_NAME:
        return f->kind == PLM_FEATURE_SKELETON || f->kind == PLM_FEATURE_CLASS;
    case PLM_FILL_WRITTEN:
        return f->kind == PLM_FEATURE_FOLDED && !f->is_joined;
    case PLM_FILL_SPELLING:
        return f->kind == PLM_FEATURE_DELETION;
    case PLM_FILL_DATE:
        return f->kind == PLM_FEATURE_SWAP;
    case PLM_FILL_DATE_WILD:
        return f->kind == PLM_FEATURE_WILD;
    case PLM_FILL_YEAR_MONTH:
        return f->kind == PLM_FEATURE_YEAR_MONTH;
    case PLM_FILL_YEAR_DAY:
        return f->kind == PLM_FEATURE_YEAR_DAY;
    case PLM_FILL_MONTH_DAY:
        return f->kind == PLM_FEATURE_MONTH_DAY;
    case PLM_FILL_YEAR:
        return f->kind == PLM_FEATURE_YEAR;
    case PLM_FILL_OTHER:
        return f->kind == PLM_FEATURE_VALUE && f->type != PLM_IDENT_NATIONALITY;
    case PLM_FILL_OTHER_NEAR:
        return f->kind == PLM_FEATURE_VALUE_DELETION;
    default:
        return false;
    }
}

static bool overlap(const plm_feature *a, const plm_feature *b)
{
    for (int i = 0; i <= a->is_joined; i++) {
        for (int j = 0; j <= b->is_joined; j++) {
            if (a->word + i == b->word + j) {
                return true;
            }
        }
    }
    return false;
}

static bool together(const plm_feature *a, const plm_feature *b)
{
    if (a->type == PLM_IDENT_NAME && b->type == PLM_IDENT_NAME) {
        return a->value == b->value && !overlap(a, b);
    }
    const bool both_other = a->type != PLM_IDENT_NAME && b->type != PLM_IDENT_NAME &&
                            a->type != PLM_IDENT_BIRTH_DATE && b->type != PLM_IDENT_BIRTH_DATE;
    return !both_other || a->value != b->value;
}

static bool part_passes(const plm_pattern *p, const plm_feature *const *f, plm_bits threshold)
{
    for (unsigned mask = 1; mask + 1 < 1U << p->n; mask++) {
        uint8_t slots[PLM_PATTERN_SLOTS_MAX] = {0};
        size_t n = 0;
        plm_bits bits = 0;
        bool is_pattern = false;
        for (size_t i = 0; i < p->n; i++) {
            if ((mask >> i & 1U) != 0) {
                slots[n++] = p->slots[i];
                bits += capped(f[i], (plm_pattern_slot)p->slots[i]);
            }
        }
        for (size_t q = 0; q < plm_pattern_count(); q++) {
            const plm_pattern *other = plm_pattern_get(q);
            is_pattern |= other->n == n && memcmp(other->slots, slots, n) == 0;
        }
        if (is_pattern && bits >= threshold) {
            return true;
        }
    }
    return false;
}

/* The slot of what agrees wherever a feature in slot s does, or PLM_FILL_NONE. */
static plm_pattern_slot coarser_slot(const plm_feature *f, plm_pattern_slot s)
{
    switch ((int)s) {
    case PLM_FILL_WRITTEN:
        return PLM_FILL_NAME;
    case PLM_FILL_YEAR_MONTH:
    case PLM_FILL_YEAR_DAY:
        return PLM_FILL_YEAR;
    case PLM_FILL_DATE_WILD:
        return memchr(f->text.p, 'X', 4) != NULL       ? PLM_FILL_MONTH_DAY
               : memchr(f->text.p + 5, 'X', 2) != NULL ? PLM_FILL_YEAR_DAY
                                                       : PLM_FILL_YEAR_MONTH;
    default:
        return PLM_FILL_NONE;
    }
}

static bool coarser_passes(const plm_pattern *p, const plm_feature *const *f,
                           const plm_features *all, plm_bits threshold)
{
    plm_bits bits = 0;
    bool has_coarser = false;
    for (size_t i = 0; i < p->n; i++) {
        const plm_pattern_slot s = coarser_slot(f[i], (plm_pattern_slot)p->slots[i]);
        plm_bits most = s == PLM_FILL_NONE ? capped(f[i], (plm_pattern_slot)p->slots[i]) : 0;
        for (size_t j = 0; s != PLM_FILL_NONE && j < all->n; j++) {
            const plm_feature *k = &all->items[j];
            if (fills(k, s) && !k->is_joined && k->value == f[i]->value && k->word == f[i]->word &&
                capped(k, s) > most) {
                most = capped(k, s);
            }
        }
        has_coarser |= s != PLM_FILL_NONE;
        bits += most;
    }
    return has_coarser && bits >= threshold;
}

/* Not the word's first skeleton. */
static bool is_other_reading(const plm_feature *f, const plm_features *all)
{
    if (f->is_joined || f->kind == PLM_FEATURE_CLASS) {
        return true;
    }
    for (const plm_feature *k = all->items; k < f; k++) {
        if (k->kind == PLM_FEATURE_SKELETON && !k->is_joined && k->value == f->value &&
            k->word == f->word) {
            return true;
        }
    }
    return false;
}

static bool is_one_allowance(const plm_pattern *p, const plm_feature *const *f,
                             const plm_features *all)
{
    size_t n = 0;
    bool is_tolerant = false;
    for (size_t i = 0; i < p->n; i++) {
        const plm_pattern_slot s = (plm_pattern_slot)p->slots[i];
        n += s == PLM_FILL_NAME && is_other_reading(f[i], all);
        is_tolerant |= s == PLM_FILL_SPELLING || s == PLM_FILL_OTHER_NEAR;
        for (size_t j = 0; s >= PLM_FILL_DATE_WILD && s <= PLM_FILL_YEAR && j < all->n; j++) {
            is_tolerant |=
                all->items[j].kind == PLM_FEATURE_SWAP && all->items[j].value == f[i]->value;
        }
    }
    return n <= (is_tolerant ? 0U : 1U);
}

/* All fillings of one pattern, equal slots in ascending order of features. */
static size_t naive_pattern(picked *out, size_t n_out, const plm_pattern *p,
                            const plm_features *all, plm_bits threshold)
{
    const plm_feature *f[PLM_PATTERN_SLOTS_MAX];
    size_t total = 1;
    for (size_t i = 0; i < p->n; i++) {
        total *= all->n;
    }
    for (size_t code = 0; code < total; code++) {
        size_t rest = code;
        plm_bits bits = 0;
        bool good = true;
        for (size_t i = 0; good && i < p->n; i++, rest /= all->n) {
            f[i] = &all->items[rest % all->n];
            good = fills(f[i], (plm_pattern_slot)p->slots[i]);
            for (size_t j = 0; good && j < i; j++) {
                good = together(f[j], f[i]) && (p->slots[j] != p->slots[i] || f[j] < f[i]);
            }
            bits += good ? capped(f[i], (plm_pattern_slot)p->slots[i]) : 0;
        }
        if (good && bits >= threshold && !part_passes(p, f, threshold) &&
            !coarser_passes(p, f, all, threshold) && is_one_allowance(p, f, all) &&
            n_out < NAIVE_MAX) {
            out[n_out++].bits = bits;
        }
    }
    return n_out;
}

static int by_bits(const void *a, const void *b)
{
    return ((const picked *)a)->bits - ((const picked *)b)->bits;
}

static int combination_by_bits(const void *a, const void *b)
{
    return ((const plm_combination *)a)->bits - ((const plm_combination *)b)->bits;
}

static void make(plm_combinations *made, plm_features *features, const record_fixture *f,
                 plm_bits threshold, size_t limit)
{
    plm_person_gate gate;
    plm_person_gate_init(&gate, table, threshold, true, accord);
    CHECK_STATUS(plm_features_of(features, &f->record, table, false, &arena), PLM_OK);
    CHECK_STATUS(plm_person_gate_combine(made, &gate, features, limit, &arena), PLM_OK);
}

static void test_against_naive(void)
{
    static const char *const names[] = {"Ivan Petrov", "Maria Hassan Ali", "Yuri Shcherbakov",
                                        "Ali Ali", "Maria"};
    static picked naive[NAIVE_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        record_fixture f;
        fixture_begin(&f, PLM_KIND_PERSON);
        fixture_value(&f, PLM_IDENT_NAME, names[i]);
        fixture_value(&f, PLM_IDENT_BIRTH_DATE, i % 2 == 0 ? "1974-03-12" : "1980-XX-XX");
        fixture_value(&f, PLM_IDENT_POSTCODE, "1010");
        for (plm_bits t = 8 * PLM_BIT; t <= 26 * PLM_BIT; t += 3 * PLM_BIT) {
            plm_features features;
            plm_combinations made;
            size_t n = 0;
            make(&made, &features, &f, t, SIZE_MAX);
            for (size_t p = 0; p < plm_pattern_count(); p++) {
                n = naive_pattern(naive, n, plm_pattern_get(p), &features, t);
            }
            qsort(naive, n, sizeof *naive, by_bits);
            if (made.n > 0) {
                qsort(made.items, made.n, sizeof *made.items, combination_by_bits);
            }
            CHECK_EQ_INT(made.n, n);
            for (size_t j = 0; j < n && j < made.n; j++) {
                CHECK_EQ_INT(made.items[j].bits, naive[j].bits);
            }
            plm_arena_reset(&arena);
        }
    }
}

static bool share(const char *a, const char *date_a, const char *b, const char *date_b,
                  plm_bits threshold)
{
    record_fixture f[2];
    plm_features features[2];
    plm_combinations made[2];
    bool found = false;
    for (int i = 0; i < 2; i++) {
        fixture_begin(&f[i], PLM_KIND_PERSON);
        fixture_value(&f[i], PLM_IDENT_NAME, i == 0 ? a : b);
        fixture_value(&f[i], PLM_IDENT_BIRTH_DATE, i == 0 ? date_a : date_b);
        make(&made[i], &features[i], &f[i], threshold, SIZE_MAX);
    }
    for (size_t i = 0; i < made[0].n; i++) {
        for (size_t j = 0; j < made[1].n; j++) {
            found |=
                memcmp(&made[0].items[i].token, &made[1].items[j].token, sizeof(plm_token)) == 0;
        }
    }
    plm_arena_reset(&arena);
    return found;
}

static void test_who_meets_whom(void)
{
    const plm_bits t = 20 * PLM_BIT;
    CHECK(share("Yuri Shcherbakov", "1974-03-12", "SCHERBAKOW Iurii", "1974-03-12", t));
    CHECK(share("Юрий Щербаков", "1974-03-12", "Shcherbakov Yuri", "1974-12-03", t));
    CHECK(share("Yuri Shcherbakov", "1974-03-12", "Yuri Shcherbakov", "1994-03-12", t));
    CHECK(share("Yuri Shcherbakov", "1974-03-12", "Yuri Shcherbakof", "1974-XX-XX", t));
    CHECK(share("Yuri Schcherbakov", "1974-03-12", "Maria Shcherbakov", "1974-03-12", t));
    CHECK(!share("Yuri Shcherbakov", "1974-03-12", "Ivan Petrov", "1974-03-12", t));
    CHECK(!share("Ivan Petrov", "1974-03-12", "Ivan Petrov", "1999-XX-XX", t));
    CHECK(!share("Yuri Shcherbakov", "1974-01-01", "Maria Hassan", "1974-01-01", t));
    /* A common name needs more beside it than a rare one. */
    CHECK(!share("Ali Petrov", "1974-03-12", "Ali Hassan", "1974-03-12", t));
    CHECK(share("Yuri Petrov", "1974-03-12", "Yuri Hassan", "1974-03-12", t));
}

static void test_limit_is_counted(void)
{
    record_fixture f;
    plm_features features;
    plm_combinations all;
    plm_combinations some;
    fixture_begin(&f, PLM_KIND_PERSON);
    fixture_value(&f, PLM_IDENT_NAME, "Yuri Shcherbakov");
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, "1974-03-12");
    make(&all, &features, &f, 16 * PLM_BIT, SIZE_MAX);
    make(&some, &features, &f, 16 * PLM_BIT, 5);
    CHECK_EQ_INT(some.n, 5);
    CHECK_EQ_INT(some.n + some.n_cut, all.n);
    CHECK_EQ_MEM(some.items, all.items, 5 * sizeof *all.items);
    plm_arena_reset(&arena);
}

/* 512 values that go together in every way: cut, and counted, in bounded time. */
static void test_hostile_record(void)
{
    static char dates[256][16];
    record_fixture f;
    plm_features features;
    plm_combinations made;
    fixture_begin(&f, PLM_KIND_PERSON);
    for (unsigned i = 0; i < 256; i++) {
        (void)snprintf(dates[i], sizeof dates[i], "19%02u-%02u-%02u", i % 90, 1 + i % 12,
                       2 + i % 27);
        fixture_value(&f, PLM_IDENT_NAME, "Ivan Ali Maria Hassan Petrov Yuri Ivan Ali");
        fixture_value(&f, PLM_IDENT_BIRTH_DATE, dates[i]);
    }
    make(&made, &features, &f, 22 * PLM_BIT, 1000);
    CHECK_EQ_INT(made.n, 1000);
    CHECK(made.n_cut > 0);
    /* So much that nothing is enough: there are more names than are looked at all the same. */
    make(&made, &features, &f, 100 * PLM_BIT, 1000);
    CHECK_EQ_INT(made.n, 0);
    CHECK_EQ_INT(made.n_cut, 1);
    plm_arena_reset(&arena);
}

static void test_threshold(void)
{
    /* The page's example: 10^6 x 10^6, half in common, c = 4. */
    const plm_bits t = plm_person_gate_threshold(1000000, 1000000, 500000, 4 * PLM_BIT);
    CHECK_EQ_INT(t % PLM_PERSON_GATE_STEP, 0);
    CHECK(t >= 249 * PLM_BIT / 10 && t <= 25 * PLM_BIT);
    CHECK_EQ_INT(plm_person_gate_threshold(1, 1, 1, 0), 0);
    CHECK_EQ_INT(plm_person_gate_threshold(1, 1, 1000, 0), 0);
    CHECK_EQ_INT(plm_person_gate_threshold(1024, 1024, 1024, PLM_BIT), 11 * PLM_BIT);
}

/* In small lists a date of birth carries T: a candidate for a second look, and no hit without. */
static void test_date_alone(void)
{
    for (unsigned look = 0; look < 2; look++) {
        record_fixture f;
        plm_person_gate gate;
        plm_features features;
        plm_combinations made;
        size_t n_alone = 0;
        size_t n_with_name = 0;
        fixture_begin(&f, PLM_KIND_PERSON);
        fixture_value(&f, PLM_IDENT_NAME, "Yuri Shcherbakov");
        fixture_value(&f, PLM_IDENT_BIRTH_DATE, "1974-03-12");
        plm_person_gate_init(&gate, table, 12 * PLM_BIT, look == 1, accord);
        CHECK_STATUS(plm_features_of(&features, &f.record, table, false, &arena), PLM_OK);
        CHECK_STATUS(plm_person_gate_combine(&made, &gate, &features, SIZE_MAX, &arena), PLM_OK);
        for (size_t i = 0; i < made.n; i++) {
            const char *name = plm_pattern_get(made.items[i].pattern)->name;
            n_alone += strcmp(name, "date") == 0;
            n_with_name += strcmp(name, "date+name") == 0;
        }
        CHECK_EQ_INT(n_alone, look);
        CHECK((n_with_name > 0) == (look == 0));
        plm_arena_reset(&arena);
    }
}

int main(void)
{
    static const plm_diag_sink nobody = {NULL, NULL};
    plm_arena_init(&arena, 64 << 20);
    if (plm_frequency_parse(&table, plm_span_str(table_text), &nobody, "t") != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_against_naive);
    TAP_RUN(test_who_meets_whom);
    TAP_RUN(test_limit_is_counted);
    TAP_RUN(test_hostile_record);
    TAP_RUN(test_threshold);
    TAP_RUN(test_date_alone);
    plm_frequency_destroy(table);
    plm_arena_wipe(&arena);
    return tap_done();
}
