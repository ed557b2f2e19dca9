/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts are valid accords, and accords are explained in plain words. */
#include "accord/draft.h"
#include "accord/explain.h"
#include "accord/words.h"
#include "accord_fixture.h"
#include "base/utf8.h"
#include "tap.h"

static const plm_diag_sink quiet = {NULL, NULL};
static const plm_date expires = {2031, 12, 31};

static plm_party party(unsigned i)
{
    uint8_t seed[32];
    plm_party p = {.code = fixture_codes[i],
                   .name = "Guardia Nazionale \"Ž\" \\ Полиция",
                   .kind = "police",
                   .address = "[::1]:7143",
                   .contact = "duty officer"};
    fixture_seed(seed, i);
    plm_identity_public(p.identity, seed);
    return p;
}

static plm_accord *drafted(const plm_draft_options *options, size_t n)
{
    const plm_party parties[] = {party(0), party(1), party(2)};
    plm_accord *accord = NULL;
    plm_buf text;
    plm_buf_init(&text, PLM_ACCORD_BYTES_MAX);
    CHECK_STATUS(plm_buf_append(&text, "before", 6), PLM_OK);
    if (CHECK_STATUS(plm_accord_draft(&text, parties, n, options, &quiet), PLM_OK)) {
        CHECK_EQ_MEM(text.data, "before", 6);
        CHECK_STATUS(plm_accord_parse(&accord, plm_span_of(text.data + 6, text.n - 6), &quiet, "x"),
                     PLM_OK);
    }
    plm_buf_wipe(&text);
    return accord;
}

static void test_defaults(void)
{
    const plm_draft_options options = {.expires = expires};
    plm_accord *a = drafted(&options, 2);
    if (!CHECK(a != NULL) || !CHECK_EQ_INT(a->n_purposes, 3)) {
        return;
    }
    uint8_t digest[32];
    plm_recipe_digest(digest);
    CHECK_EQ_STR(a->title, "Accord between AA-ONE and BB-TWO");
    CHECK_EQ_STR(a->parties[1].name, "Guardia Nazionale \"Ž\" \\ Полиция");
    CHECK_EQ_MEM(a->recipe_digest, digest, 32);
    CHECK_EQ_INT(a->in_force_after, 2);
    CHECK_EQ_INT(plm_date_compare(a->expires, expires), 0);
    const plm_purpose *crime = plm_accord_purpose(a, "organised-crime");
    const plm_purpose *victims = plm_accord_purpose(a, "victim-protection");
    const plm_purpose *sanctions = plm_accord_purpose(a, "sanctions");
    if (CHECK(crime != NULL && victims != NULL && sanctions != NULL)) {
        CHECK_EQ_INT(crime->aim, PLM_AIM_SUSPECT);
        CHECK_EQ_INT(crime->engine, PLM_ENGINE_CHOICE_BY_SIZE);
        CHECK_EQ_INT(crime->learns, PLM_LEARNS_HOLDER);
        CHECK_EQ_INT(crime->n_rules, plm_rule_count());
        CHECK_EQ_INT(crime->asker_roles, 1 << PLM_ROLE_SUSPECT | 1 << PLM_ROLE_WANTED |
                                             1 << PLM_ROLE_CONVICTED | 1 << PLM_ROLE_LISTED |
                                             1 << PLM_ROLE_ASSOCIATE | 1 << PLM_ROLE_LOST |
                                             1 << PLM_ROLE_STOLEN);
        CHECK_EQ_INT(crime->holder_roles, crime->asker_roles);
        CHECK_EQ_INT(crime->pad_to, 1000);
        CHECK_EQ_INT(crime->budget.tokens_per_run, 100000);
        CHECK_EQ_INT(victims->aim, PLM_AIM_PROTECTION);
        CHECK_EQ_INT(victims->asker_roles, 1 << PLM_ROLE_VICTIM | 1 << PLM_ROLE_MISSING);
        CHECK_EQ_INT(victims->learns, PLM_LEARNS_HOLDER);
        CHECK_EQ_INT(sanctions->asker_roles, 1 << PLM_ROLE_LISTED);
        CHECK_EQ_INT(sanctions->learns, PLM_LEARNS_BOTH);
        CHECK_EQ_STR(sanctions->offences[0], "UNSC.41");
    }
    plm_accord_destroy(a);
}

static void test_options(void)
{
    uint8_t recipe[32];
    memset(recipe, 0xab, sizeof recipe);
    const plm_draft_options options = {.title = "Pact",
                                       .recipe_digest = recipe,
                                       .in_force_after = 3,
                                       .expires = expires,
                                       .engine = "vole",
                                       .learns = PLM_LEARNS_ASKER,
                                       .budget = {50, 60, 7, 0},
                                       .smallest_set = 5,
                                       .retention_days = 8};
    plm_accord *a = drafted(&options, 3);
    if (CHECK(a != NULL)) {
        const plm_purpose *p = &a->purposes[0];
        CHECK_EQ_STR(a->title, "Pact");
        CHECK_EQ_MEM(a->recipe_digest, recipe, 32);
        CHECK_EQ_INT(a->in_force_after, 3);
        CHECK_EQ_INT(a->n_parties, 3);
        CHECK_EQ_INT(p->engine, PLM_ENGINE_CHOICE_VOLE);
        CHECK_EQ_INT(p->learns, PLM_LEARNS_ASKER);
        CHECK(p->budget.tokens_per_run == 50 && p->budget.tokens_per_day == 60 &&
              p->budget.runs_per_day == 7);
        CHECK_EQ_INT(p->smallest_set, 5);
        CHECK_EQ_INT(p->pad_to, 50); /* not more than a run may have */
        CHECK_EQ_INT(p->retention_days, 8);
    }
    plm_accord_destroy(a);
}

static void test_what_a_draft_refuses(void)
{
    plm_party parties[] = {party(0), party(1), party(2)};
    plm_draft_options options = {.expires = expires};
    plm_buf text;
    plm_buf_init(&text, PLM_ACCORD_BYTES_MAX);
    CHECK_STATUS(plm_accord_draft(&text, parties, 1, &options, &quiet), PLM_E_INVALID);
    options.in_force_after = 3;
    CHECK_STATUS(plm_accord_draft(&text, parties, 2, &options, &quiet), PLM_E_INVALID);
    options.in_force_after = 0;
    options.expires = (plm_date){2031, 2, 30};
    CHECK_STATUS(plm_accord_draft(&text, parties, 2, &options, &quiet), PLM_E_INVALID);
    options.expires = expires;
    options.budget.tokens_per_day = UINT64_MAX;
    CHECK_STATUS(plm_accord_draft(&text, parties, 2, &options, &quiet), PLM_E_INVALID);
    options.budget.tokens_per_day = 0;
    options.title = "\xff";
    CHECK_STATUS(plm_accord_draft(&text, parties, 2, &options, &quiet), PLM_E_INVALID);
    options.title = NULL;
    options.engine = "fastest";
    CHECK_STATUS(plm_accord_draft(&text, parties, 2, &options, &quiet), PLM_E_INVALID);
    options.engine = NULL;
    parties[1].name = "\xc3";
    CHECK_STATUS(plm_accord_draft(&text, parties, 2, &options, &quiet), PLM_E_INVALID);
    parties[1].name = NULL;
    CHECK_STATUS(plm_accord_draft(&text, parties, 2, &options, &quiet), PLM_E_ARGUMENT);
    parties[1] = parties[0];
    CHECK_STATUS(plm_accord_draft(&text, parties, 2, &options, &quiet), PLM_E_INVALID);
    CHECK_STATUS(plm_accord_draft(&text, parties, PLM_PARTIES_MAX + 1, &options, &quiet),
                 PLM_E_ARGUMENT);
    CHECK_EQ_INT(text.n, 0);
    plm_buf_wipe(&text);
}

/* Lines end with a line feed, take 80 columns at most and have no blank at their end. */
static void check_page(const plm_buf *text)
{
    size_t columns = 0;
    CHECK(plm_utf8_valid_prefix(plm_buf_span(text)) == text->n);
    for (size_t i = 0; i < text->n; i++) {
        uint8_t c = text->data[i];
        if (c == '\n') {
            CHECK(i == 0 || text->data[i - 1] != ' ');
            if (!CHECK(columns <= 80)) {
                printf("# %zu columns before byte %zu\n", columns, i);
            }
            columns = 0;
        } else {
            columns += (c & 0xc0) != 0x80;
        }
    }
    CHECK(text->n > 0 && text->data[text->n - 1] == '\n');
}

static bool says(const plm_buf *text, const char *what)
{
    return CHECK(memmem(text->data, text->n, what, strlen(what)) != NULL) ||
           printf("# not said: %s\n", what) < 0;
}

static void test_explain(void)
{
    plm_accord *a = fixture_accord();
    plm_buf text;
    plm_buf_init(&text, 1 << 16);
    CHECK_STATUS(plm_accord_explain(a, NULL, "AA-ONE", "BB-TWO", &text), PLM_OK);
    check_page(&text);
    says(&text, "A test\n");
    says(&text, "AA-ONE, Authorité № 1 (police)");
    says(&text, "BB-TWO");
    says(&text, "3 parties in all");
    says(&text, "2030-06-30");
    says(&text, "TIP.5: Trafficking in persons");
    says(&text, "Trafficking in Persons (2000), art. 5");
    says(&text, plm_rule_name(a->purposes[0].rules[0]));
    says(&text, "suspect, wanted\n");
    says(&text, "suspect, convicted, stolen\n");
    says(&text, "Victims, witnesses, missing persons");
    says(&text, "both sides learn the hits at once");
    says(&text, "up to 1,000 tokens a run");
    says(&text, "multiple of 10");
    says(&text, "Fewer than 20 tokens");
    says(&text, "after 90 days");
    says(&text, "a lead, never an identification");
    CHECK(memmem(text.data, text.n, "CC-3", 4) == NULL);
    plm_buf_wipe(&text);
    plm_accord_destroy(a);
}

static void test_explain_failures(void)
{
    plm_accord *a = fixture_accord();
    plm_buf text;
    plm_buf_init(&text, 1000);
    CHECK_STATUS(plm_buf_append(&text, "kept", 4), PLM_OK);
    CHECK_STATUS(plm_accord_explain(a, NULL, "AA-ONE", "ZZ", &text), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_accord_explain(a, NULL, "ZZ", "AA-ONE", &text), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_accord_explain(a, NULL, "AA-ONE", "BB-TWO", &text), PLM_E_LIMIT);
    CHECK_EQ_INT(text.n, 4);
    plm_buf_wipe(&text);
    plm_accord_destroy(a);
}

static void test_wrapping(void)
{
    char long_text[500];
    plm_buf text;
    plm_buf_init(&text, 1 << 16);
    for (size_t indent = 0; indent <= 20; indent += 5) {
        for (size_t word = 1; word < 200; word += 7) {
            plm_buf_clear(&text);
            memset(long_text, 'x', sizeof long_text);
            for (size_t i = word; i < sizeof long_text; i += word + 1) {
                long_text[i] = ' ';
            }
            long_text[sizeof long_text - 1] = '\0';
            plm_words w = plm_words_begin(&text);
            plm_words_line(&w, "label", indent, "%s", long_text);
            CHECK_STATUS(plm_words_end(&w), PLM_OK);
            check_page(&text);
            size_t n = 0;
            for (size_t i = 0; i < text.n; i++) {
                n += text.data[i] == 'x';
            }
            size_t want = 0;
            for (size_t i = 0; long_text[i] != '\0'; i++) {
                want += long_text[i] == 'x';
            }
            CHECK_EQ_INT(n, want); /* nothing is lost */
        }
    }
    plm_buf_clear(&text);
    plm_words w = plm_words_begin(&text);
    plm_words_line(&w, "ab", 5, "%s", "one two");
    CHECK_STATUS(plm_words_end(&w), PLM_OK);
    CHECK_EQ_INT(text.n, 13);
    CHECK_EQ_MEM(text.data, "ab   one two\n", 13);
    plm_buf_wipe(&text);
}

static void test_numbers(void)
{
    char out[PLM_WORDS_NUMBER];
    CHECK_EQ_STR(plm_words_number(out, 0), "0");
    CHECK_EQ_STR(plm_words_number(out, 999), "999");
    CHECK_EQ_STR(plm_words_number(out, 1000), "1,000");
    CHECK_EQ_STR(plm_words_number(out, 123456), "123,456");
    CHECK_EQ_STR(plm_words_number(out, UINT64_MAX), "18,446,744,073,709,551,615");
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_defaults);
    TAP_RUN(test_options);
    TAP_RUN(test_what_a_draft_refuses);
    TAP_RUN(test_explain);
    TAP_RUN(test_explain_failures);
    TAP_RUN(test_wrapping);
    TAP_RUN(test_numbers);
    return tap_done();
}
