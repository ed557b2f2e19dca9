/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/recipe.h"
#include "record_fixture.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Whoever changes a table or a rule changes what equal records give, and must raise
 * PLM_RECIPE_VERSION (or PLM_IDENT_VERSION for canonical forms) together with this line.
 */
static const char pinned[] = "version 5.4 "
                             "2083b29f92375602faf15875a8d9dccdb1061591364cc5ec6d11dede017d0973";

static const uint8_t accord_hash[PLM_ACCORD_HASH_BYTES] = {1, 2, 3};

static void test_digest_is_pinned(void)
{
    uint8_t digest[PLM_RECIPE_DIGEST_BYTES];
    char hex[2 * PLM_RECIPE_DIGEST_BYTES + 1];
    char text[128];
    plm_recipe_digest(digest);
    plm_hex_encode(hex, digest, sizeof digest);
    (void)snprintf(text, sizeof text, "version %d.%d %s", PLM_RECIPE_VERSION, PLM_IDENT_VERSION,
                   hex);
    CHECK_EQ_STR(text, pinned);
}

static void test_rules_are_named(void)
{
    CHECK_EQ_INT(plm_rule_count(), 29);
    for (size_t i = 0; i < plm_rule_count(); i++) {
        size_t found = PLM_RULES_MAX;
        CHECK_STATUS(plm_rule_find(&found, plm_rule_name(i)), PLM_OK);
        CHECK_EQ_INT(found, i);
        CHECK(strlen(plm_rule_name(i)) < PLM_RULE_NAME_MAX);
        CHECK(strlen(plm_rule_words(i)) > 10);
    }
    size_t found = 3;
    CHECK_STATUS(plm_rule_find(&found, "Phone"), PLM_E_NOT_FOUND);
    CHECK_EQ_INT(found, 3);
    CHECK_EQ_STR(plm_rule_name(plm_rule_count()), "unknown");
    CHECK_EQ_STR(plm_rule_words(plm_rule_count()), "unknown");
}

static uint32_t rule_of(const char *name)
{
    size_t rule = PLM_RULES_MAX;
    CHECK_STATUS(plm_rule_find(&rule, name), PLM_OK);
    return (uint32_t)rule;
}

static void begin(plm_token_set *set)
{
    uint32_t rules[PLM_RULES_MAX];
    for (uint32_t i = 0; i < plm_rule_count(); i++) {
        rules[i] = i;
    }
    CHECK_STATUS(plm_token_set_init(set, accord_hash, rules, plm_rule_count()), PLM_OK);
}

/* The set of one record, under all rules. */
static plm_token_report report_of(const record_fixture *f)
{
    plm_token_set set;
    begin(&set);
    CHECK_STATUS(plm_token_set_add(&set, &f->record, 0), PLM_OK);
    CHECK_STATUS(plm_token_set_finish(&set), PLM_OK);
    const plm_token_report report = set.report;
    plm_token_set_wipe(&set);
    return report;
}

static void test_init_checks_rules(void)
{
    plm_token_set set;
    const uint32_t unknown[] = {0, (uint32_t)plm_rule_count()};
    const uint32_t repeated[] = {2, 3, 2};
    uint32_t many[PLM_RULES_MAX + 1] = {0};
    CHECK_STATUS(plm_token_set_init(&set, accord_hash, unknown, 2), PLM_E_ARGUMENT);
    plm_token_set_wipe(&set);
    CHECK_STATUS(plm_token_set_init(&set, accord_hash, repeated, 3), PLM_E_ARGUMENT);
    plm_token_set_wipe(&set);
    CHECK_STATUS(plm_token_set_init(&set, accord_hash, many, PLM_RULES_MAX + 1), PLM_E_ARGUMENT);
    plm_token_set_wipe(&set);
    CHECK_STATUS(plm_token_set_init(&set, accord_hash, NULL, 0), PLM_OK);
    CHECK_STATUS(plm_token_set_finish(&set), PLM_OK);
    CHECK(set.n_tokens == 0 && set.n_entries == 0 && set.first[0] == 0);
    plm_token_set_wipe(&set);
    CHECK(set.entries == NULL && set.tokens == NULL && set.first == NULL && set.scratch == NULL);
}

static void test_combinations(void)
{
    const uint32_t sound = rule_of("name+birthDate");
    const uint32_t folded = rule_of("name+birthYear+nationality");
    record_fixture f;
    fixture_begin(&f, PLM_KIND_PERSON);
    fixture_value(&f, PLM_IDENT_NAME, "Marta Bergmann");
    fixture_value(&f, PLM_IDENT_NAME, "Marthe Berkmann");
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, "1970-05-04");
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, "1971-05-04");
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, "1971-XX-XX");
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, "1972-05-XX");
    fixture_value(&f, PLM_IDENT_BIRTH_DATE, "1973-01-01");
    fixture_value(&f, PLM_IDENT_NATIONALITY, "IT");
    fixture_value(&f, PLM_IDENT_NATIONALITY, "MT");
    fixture_value(&f, PLM_IDENT_NATIONALITY, "IT");
    plm_token_report report = report_of(&f);
    CHECK_EQ_INT(report.n_per_rule[sound], 2 * 2);
    CHECK_EQ_INT(report.n_per_rule[folded], 2 * 4 * 2);
    CHECK(report.n_records == 1 && report.n_without == 0 && report.n_cut == 0);
    f.record.kind = PLM_KIND_ORGANISATION;
    report = report_of(&f);
    CHECK(report.n_per_rule[sound] == 0 && report.n_per_rule[folded] == 0);
    CHECK_EQ_INT(report.n_without, 1);
}

static void test_failed_checks_stay_out(void)
{
    static const plm_ident_type types[] = {PLM_IDENT_IBAN, PLM_IDENT_IMEI, PLM_IDENT_VIN,
                                           PLM_IDENT_IMO};
    for (size_t i = 0; i < 4; i++) {
        for (unsigned flags = 0; flags < 8; flags++) {
            record_fixture f;
            fixture_begin(&f, PLM_KIND_ORGANISATION);
            fixture_flagged(&f, types[i], "123456", flags);
            plm_token_report report = report_of(&f);
            CHECK_EQ_INT(report.n_per_rule[rule_of(plm_ident_type_name(types[i]))],
                         (flags & PLM_IDENT_UNMATCHED) == 0);
        }
    }
}

static void test_too_many_combinations_are_cut(void)
{
    static char names[64][16];
    record_fixture f;
    fixture_begin(&f, PLM_KIND_PERSON);
    for (unsigned i = 0; i < 64; i++) {
        (void)snprintf(names[i], sizeof names[i], "Marta Bergman%c%c", 'b' + (int)(i / 8) * 2,
                       'b' + (int)(i % 8) * 2);
        fixture_value(&f, PLM_IDENT_NAME, names[i]);
    }
    static char years[32][11];
    for (unsigned i = 0; i < 32; i++) {
        (void)snprintf(years[i], sizeof years[i], "%u-XX-XX", 1950 + i);
        fixture_value(&f, PLM_IDENT_BIRTH_DATE, years[i]);
    }
    /* A value that stands there twice makes no more combinations. */
    fixture_value(&f, PLM_IDENT_NATIONALITY, "IT");
    fixture_value(&f, PLM_IDENT_NATIONALITY, "IT");
    fixture_value(&f, PLM_IDENT_PHONE, "+390612345678");
    const plm_token_report report = report_of(&f);
    CHECK_EQ_INT(report.n_per_rule[rule_of("phone")], 1);
    CHECK_EQ_INT(report.n_per_rule[rule_of("name+birthYear+nationality")],
                 PLM_TOKENS_PER_RECORD_MAX - 1);
    CHECK_EQ_INT(report.n_cut, 64 * 32 + 1 - PLM_TOKENS_PER_RECORD_MAX);
}

/* n records with the same phone, each with one of its own too. */
static void add_with_phone(plm_token_set *set, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        char own[32];
        record_fixture f;
        (void)snprintf(own, sizeof own, "m%u@a.example", i);
        fixture_begin(&f, PLM_KIND_PERSON);
        fixture_value(&f, PLM_IDENT_PHONE, "+390612345678");
        fixture_value(&f, PLM_IDENT_EMAIL, own);
        CHECK_STATUS(plm_token_set_add(set, &f.record, i), PLM_OK);
        /* Twice the same record counts as one carrier, and gives one entry. */
        CHECK_STATUS(plm_token_set_add(set, &f.record, i), PLM_OK);
    }
}

static void test_common_values_are_dropped(void)
{
    for (unsigned extra = 0; extra < 2; extra++) {
        const unsigned n = PLM_COMMON_VALUE_RECORDS + extra;
        plm_token_set set;
        begin(&set);
        add_with_phone(&set, n);
        CHECK_STATUS(plm_token_set_finish(&set), PLM_OK);
        CHECK_EQ_INT(set.report.n_common, extra);
        CHECK_EQ_INT(set.report.n_per_rule[rule_of("phone")], extra ? 0 : n);
        CHECK_EQ_INT(set.report.n_per_rule[rule_of("email")], n);
        CHECK_EQ_INT(set.n_tokens, extra ? n : n + 1);
        CHECK_EQ_INT(set.n_entries, extra ? n : 2 * n);
        CHECK_EQ_INT(set.first[set.n_tokens], set.n_entries);
        plm_token_set_wipe(&set);
    }
}

static void test_accords_and_rules_part_tokens(void)
{
    plm_token_set a;
    plm_token_set b;
    uint8_t other[PLM_ACCORD_HASH_BYTES] = {1, 2, 4};
    const uint32_t rules[] = {rule_of("phone"), rule_of("email")};
    record_fixture f;
    fixture_begin(&f, PLM_KIND_PERSON);
    /* The same text as two types: the rules' keys part them. */
    fixture_value(&f, PLM_IDENT_PHONE, "+390612345678");
    fixture_value(&f, PLM_IDENT_EMAIL, "+390612345678");
    CHECK_STATUS(plm_token_set_init(&a, accord_hash, rules, 2), PLM_OK);
    CHECK_STATUS(plm_token_set_init(&b, other, rules, 2), PLM_OK);
    CHECK_STATUS(plm_token_set_add(&a, &f.record, 0), PLM_OK);
    CHECK_STATUS(plm_token_set_add(&b, &f.record, 0), PLM_OK);
    CHECK_STATUS(plm_token_set_finish(&a), PLM_OK);
    CHECK_STATUS(plm_token_set_finish(&b), PLM_OK);
    CHECK(a.n_tokens == 2 && b.n_tokens == 2);
    for (size_t i = 0; i < 4 && a.n_tokens == 2; i++) {
        CHECK(memcmp(&a.tokens[i / 2], &b.tokens[i % 2], PLM_TOKEN_BYTES) != 0);
    }
    plm_token_set_wipe(&a);
    plm_token_set_wipe(&b);
}

int main(void)
{
    TAP_RUN(test_digest_is_pinned);
    TAP_RUN(test_rules_are_named);
    TAP_RUN(test_init_checks_rules);
    TAP_RUN(test_combinations);
    TAP_RUN(test_failed_checks_stay_out);
    TAP_RUN(test_too_many_combinations_are_cut);
    TAP_RUN(test_common_values_are_dropped);
    TAP_RUN(test_accords_and_rules_part_tokens);
    return tap_done();
}
