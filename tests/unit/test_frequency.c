/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/frequency.h"
#include "ident/frequency_make.h"
#include "record_fixture.h"
#include "tap.h"

#include <math.h>
#include <stdio.h>

static uint64_t diag_line;

static void keep_line(void *context, const plm_diag *diag)
{
    (void)context;
    diag_line = diag->line;
}

static const plm_diag_sink sink = {keep_line, NULL};

#define HEADER                                                                                  \
    "palermo-frequencies/1\nname: t\npopulation: p\ndate: 2026\npersons: 1000\nmade: by hand\n" \
    "\n"

static void test_logarithm(void)
{
    for (uint64_t v = 1; v < UINT64_MAX / 3; v = v + v / 7 + 1) {
        const plm_bits bits = plm_bits_log2(v);
        const double exact = log2((double)v) * PLM_BIT;
        CHECK(bits <= exact + 1e-6 && bits > exact - 1.001);
    }
    CHECK_EQ_INT(plm_bits_log2(0), 0);
    CHECK_EQ_INT(plm_bits_log2(1), 0);
    CHECK_EQ_INT(plm_bits_log2(1024), 10 * PLM_BIT);
}

static plm_bits bits_of(const plm_frequency *t, plm_feature_kind kind, const char *text)
{
    return plm_frequency_bits(t, kind, PLM_IDENT_NAME, plm_span_str(text));
}

static void test_lookup(void)
{
    static const char text[] = HEADER "name\tsmith\t100\nname\tsmyth\t25\nname\trare\t1\n"
                                      "birthDate\t1974\t20\npostcode\t1010\t10\n";
    plm_frequency *t;
    CHECK_STATUS(plm_frequency_parse(&t, plm_span_str(text), &sink, "t"), PLM_OK);
    const plm_bits n = plm_bits_log2(1000);
    CHECK_EQ_INT(bits_of(t, PLM_FEATURE_FOLDED, "smith"), n - plm_bits_log2(100));
    CHECK_EQ_INT(bits_of(t, PLM_FEATURE_FOLDED, "nobody"), plm_bits_log2(2000));
    /* Levels add up the words that share them: both sound SMT, and "smth" is left of both. */
    CHECK_EQ_INT(bits_of(t, PLM_FEATURE_SKELETON, "SMT"), n - plm_bits_log2(125));
    CHECK_EQ_INT(bits_of(t, PLM_FEATURE_DELETION, "smth"), n - plm_bits_log2(125));
    CHECK_EQ_INT(bits_of(t, PLM_FEATURE_DELETION, "smit"), n - plm_bits_log2(100));
    /* A year that is as common as one in fifty counts 5.6 bits and not 6.6, at every level. */
    const plm_bits year = n - plm_bits_log2(20);
    CHECK_EQ_INT(
        plm_frequency_bits(t, PLM_FEATURE_YEAR, PLM_IDENT_BIRTH_DATE, plm_span_str("1974-XX-XX")),
        year);
    CHECK_EQ_INT(
        plm_frequency_bits(t, PLM_FEATURE_SWAP, PLM_IDENT_BIRTH_DATE, plm_span_str("1974-03-12")),
        PLM_BIT * 145 / 10 - PLM_BIT * 66 / 10 + year);
    CHECK_EQ_INT(
        plm_frequency_bits(t, PLM_FEATURE_WILD, PLM_IDENT_BIRTH_DATE, plm_span_str("197X-03-12")),
        PLM_BIT * 123 / 10);
    CHECK_EQ_INT(plm_frequency_bits(t, PLM_FEATURE_VALUE, PLM_IDENT_POSTCODE, plm_span_str("1010")),
                 n - plm_bits_log2(10));
    CHECK_EQ_INT(plm_frequency_bits(t, PLM_FEATURE_VALUE, PLM_IDENT_PHONE, plm_span_str("+1")),
                 32 * PLM_BIT);
    plm_frequency_destroy(t);
}

/* Each is refused at the line named. */
static void test_bad_tables(void)
{
    static const struct {
        const char *text;
        uint64_t line;
    } bad[] = {
        {"", 0},
        {"palermo-frequencies/2\n", 1},
        {"palermo-frequencies/1\nname t\n", 2},
        {"palermo-frequencies/1\nname: t\nname: u\n", 3},
        {"palermo-frequencies/1\nname: t\npopulation: p\ndate: d\nmade: m\n\n", 6},
        {"palermo-frequencies/1\nname: t\npopulation: p\ndate: d\npersons: 0\nmade: m\n\n", 7},
        {HEADER "name\tsmith\n", 8},
        {HEADER "name\tsmith\t0\n", 8},
        {HEADER "name\tsmith\t1001\n", 8},
        {HEADER "name\tsmith\t1e3\n", 8},
        {HEADER "name\t\t1\n", 8},
        {HEADER "nome\tsmith\t1\n", 8},
        {HEADER "name\tsm\xff\t1\n", 8},
        {HEADER "name\tsmith\t1\n\n", 9},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plm_frequency *t = NULL;
        diag_line = 99;
        CHECK_STATUS(plm_frequency_parse(&t, plm_span_str(bad[i].text), &sink, "t"), PLM_E_SYNTAX);
        CHECK(t == NULL);
        CHECK_EQ_INT(diag_line, bad[i].line);
    }
}

static void test_shipped_tables(void)
{
    plm_frequency *t;
    CHECK_EQ_INT(plm_frequency_builtin_count(), 7);
    for (size_t i = 0; i < plm_frequency_builtin_count(); i++) {
        uint8_t hash[PLM_FREQUENCY_HASH_BYTES];
        CHECK_STATUS(plm_frequency_builtin(&t, plm_frequency_builtin_name(i)), PLM_OK);
        plm_frequency_hash(hash, plm_frequency_builtin_text(i));
        CHECK_EQ_MEM(plm_frequency_own_hash(t), hash, sizeof hash);
        CHECK_EQ_STR(plm_frequency_header(t, "name"), plm_frequency_builtin_name(i));
        CHECK(strlen(plm_frequency_header(t, "made")) > 20);
        plm_frequency_destroy(t);
    }
    CHECK_STATUS(plm_frequency_builtin(&t, "nowhere"), PLM_E_NOT_FOUND);
    CHECK(t == NULL);
}

static void add(plm_frequency_maker *maker, const char *name, const char *phone)
{
    record_fixture f;
    fixture_begin(&f, PLM_KIND_PERSON);
    fixture_value(&f, PLM_IDENT_NAME, name);
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, "1974-03-12");
    fixture_value(&f, PLM_IDENT_PHONE, phone);
    CHECK_STATUS(plm_frequency_maker_add(maker, &f.record), PLM_OK);
}

/* A table that would be too long leaves out more of the rarest, and no more than it must. */
static void test_making_keeps_to_the_most_rows(void)
{
    static const char *const names[] = {"Anna Rossi", "Anna Bianchi", "Carla Verdi"};
    const plm_frequency_title title = {"r", "p", "2026"};
    plm_frequency_maker maker;
    plm_frequency *made;
    plm_buf text;
    uint64_t n_left_out;
    plm_frequency_maker_init(&maker);
    plm_buf_init(&text, PLM_FREQUENCY_BYTES_MAX);
    for (unsigned name = 0; name < 3; name++) {
        for (unsigned i = 0; i < 6 + name; i++) {
            add(&maker, names[name], "+393331234567");
        }
    }
    /* The year 21, Anna 13, Verdi and Carla 8, Bianchi 7, Rossi 6. */
    CHECK_EQ_INT(plm_frequency_maker_least(&maker, 5, 6), 5);
    CHECK_EQ_INT(plm_frequency_maker_least(&maker, 5, 5), 7);
    CHECK_EQ_INT(plm_frequency_maker_least(&maker, 5, 4), 8);
    CHECK_EQ_INT(plm_frequency_maker_least(&maker, 5, 3), 9);
    CHECK_EQ_INT(plm_frequency_maker_least(&maker, 9, 6), 9);
    CHECK_STATUS(plm_frequency_maker_write(&maker, &title, 8, &text, &n_left_out), PLM_OK);
    CHECK_EQ_INT(n_left_out, 2);
    CHECK_STATUS(plm_frequency_parse(&made, plm_buf_span(&text), &sink, "made"), PLM_OK);
    plm_frequency_destroy(made);
    plm_buf_wipe(&text);
    plm_frequency_maker_wipe(&maker);
}

/* Whoever reads a table made from a register finds nobody in it. */
static void test_making_leaves_out_the_rare(void)
{
    static const plm_frequency_title title = {"own", "a register", "2026"};
    plm_frequency_maker maker;
    plm_buf text;
    uint64_t n_left_out;
    plm_frequency *t;
    plm_frequency_maker_init(&maker);
    plm_buf_init(&text, 1 << 16);
    for (int i = 0; i < 12; i++) {
        add(&maker, i < 4 ? "Anna Rossi" : "Anna Bianchi", "+393331234567");
    }
    CHECK_STATUS(plm_frequency_maker_write(&maker, &title, 4, &text, &n_left_out), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_frequency_maker_write(&maker, &title, 5, &text, &n_left_out), PLM_OK);
    CHECK_EQ_INT(n_left_out, 1);
    CHECK_STATUS(plm_buf_append_u8(&text, 0), PLM_OK);
    const char *rows = (const char *)text.data;
    CHECK(strstr(rows, "name\tanna\t10\n") != NULL);
    CHECK(strstr(rows, "name\tbianchi\t10\n") != NULL);
    CHECK(strstr(rows, "birthDate\t1974\t10\n") != NULL);
    CHECK(strstr(rows, "rossi") == NULL);
    CHECK(strstr(rows, "393") == NULL);
    CHECK_STATUS(plm_frequency_parse(&t, plm_span_of(text.data, text.n - 1), &sink, "own"), PLM_OK);
    plm_frequency_destroy(t);
    plm_frequency_maker_wipe(&maker);
    plm_buf_wipe(&text);
}

int main(void)
{
    TAP_RUN(test_logarithm);
    TAP_RUN(test_lookup);
    TAP_RUN(test_bad_tables);
    TAP_RUN(test_shipped_tables);
    TAP_RUN(test_making_leaves_out_the_rare);
    TAP_RUN(test_making_keeps_to_the_most_rows);
    return tap_done();
}
