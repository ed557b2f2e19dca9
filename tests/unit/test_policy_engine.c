/* SPDX-License-Identifier: Apache-2.0 */
/* Which engine a purpose gives for a number of tokens, and that a proposal may name no other. */
#include "accord/explain.h"
#include "accord/policy.h"
#include "policy_fixture.h"
#include "tap.h"

enum {
    N = PLM_ENGINE_BY_SIZE
};

static const struct {
    const char *word;
    plm_engine_choice choice;
} choices[] = {
    {"oprf", PLM_ENGINE_CHOICE_OPRF},
    {"vole", PLM_ENGINE_CHOICE_VOLE},
    {"by-size", PLM_ENGINE_CHOICE_BY_SIZE},
};

/* The fixture's accord with that engine in both purposes, and budgets that leave room for it. */
static plm_accord *accord_with(const char *word)
{
    fixture_diags diags = {0};
    plm_accord *accord = NULL;
    json_t *document = fixture_document();
    char text[32];
    (void)snprintf(text, sizeof text, "\"%s\"", word);
    CHECK(fixture_set(document, "/purposes/0/engine", text));
    CHECK(fixture_set(document, "/purposes/1/engine", text));
    CHECK(fixture_set(document, "/purposes/0/budgets/tokens_per_run", "1000000"));
    CHECK(fixture_set(document, "/purposes/0/budgets/tokens_per_day", "1000000"));
    CHECK(fixture_set(document, "/purposes/0/pad_to", "1"));
    CHECK_STATUS(fixture_parse(&accord, document, &diags), PLM_OK);
    json_decref(document);
    return accord;
}

static void test_the_words_of_an_accord(void)
{
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        plm_accord *a = accord_with(choices[i].word);
        CHECK_EQ_INT(a->purposes[0].engine, choices[i].choice);
        CHECK_EQ_INT(a->purposes[1].engine, choices[i].choice);
        CHECK_EQ_STR(plm_engine_choices[choices[i].choice], choices[i].word);
        plm_accord_destroy(a);
    }
    CHECK(plm_engine_choices[sizeof choices / sizeof *choices] == NULL);
}

static void test_the_engine_of_a_number(void)
{
    static const struct {
        plm_engine_choice choice;
        uint64_t n;
        plm_match_engine engine;
    } cases[] = {
        {PLM_ENGINE_CHOICE_OPRF, 1, PLM_ENGINE_OPRF},
        {PLM_ENGINE_CHOICE_OPRF, N, PLM_ENGINE_OPRF},
        {PLM_ENGINE_CHOICE_OPRF, PLM_MATCH_TOKENS_MAX, PLM_ENGINE_OPRF},
        {PLM_ENGINE_CHOICE_VOLE, 1, PLM_ENGINE_VOLE},
        {PLM_ENGINE_CHOICE_VOLE, PLM_MATCH_TOKENS_MAX, PLM_ENGINE_VOLE},
        {PLM_ENGINE_CHOICE_BY_SIZE, 0, PLM_ENGINE_OPRF},
        {PLM_ENGINE_CHOICE_BY_SIZE, N - 1, PLM_ENGINE_OPRF},
        {PLM_ENGINE_CHOICE_BY_SIZE, N, PLM_ENGINE_VOLE},
        {PLM_ENGINE_CHOICE_BY_SIZE, UINT64_C(1) << 32, PLM_ENGINE_VOLE}, /* 0 in 32 bits */
        {PLM_ENGINE_CHOICE_BY_SIZE, UINT64_MAX, PLM_ENGINE_VOLE},
        {(plm_engine_choice)9, UINT64_MAX, PLM_ENGINE_OPRF},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const plm_purpose purpose = {.engine = cases[i].choice};
        if (!CHECK_EQ_INT(plm_policy_engine(&purpose, cases[i].n), cases[i].engine)) {
            printf("# case %zu\n", i);
        }
    }
}

static plm_refusal judge(const plm_accord *a, uint64_t n, unsigned engine)
{
    static const char *const all[] = {"AA-ONE", "BB-TWO", "CC-3"};
    fixture_force force;
    fixture_all_ratify(&force, all, 3, (plm_date){2030, 6, 30});
    const plm_usage none = {0};
    plm_refusal refusal;
    plm_proposal p = {.n_rules = 2,
                      .purpose = "crime",
                      .offence = "TIP.5",
                      .engine = (plm_match_engine)engine,
                      .learns = PLM_LEARNS_HOLDER,
                      .n_tokens = n,
                      .asker = "AA-ONE",
                      .holder = "BB-TWO",
                      .case_ref = "00112233445566778899aabbccddeeff",
                      .officer = "0123456789abcdef"};
    memcpy(p.accord_hash, a->hash, sizeof p.accord_hash);
    memcpy(p.recipe_digest, a->recipe_digest, sizeof p.recipe_digest);
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(p.rules[i], sizeof p.rules[i], "%s", plm_rule_name(a->purposes[0].rules[i]));
    }
    plm_status status = plm_policy_check_proposal(a, &force.state, &none, &p, &refusal);
    fixture_force_wipe(&force);
    CHECK_STATUS(status, refusal.code == PLM_REFUSAL_NONE ? PLM_OK : PLM_E_REFUSED);
    return refusal;
}

/* Of all engines a proposal could name, one is taken; the refusal of the others says where. */
static void test_no_other_engine_is_taken(void)
{
    static const uint64_t numbers[] = {20, N - 1, N, 1000000};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        plm_accord *a = accord_with(choices[i].word);
        for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++) {
            bool is_vole = choices[i].choice == PLM_ENGINE_CHOICE_VOLE ||
                           (choices[i].choice == PLM_ENGINE_CHOICE_BY_SIZE && numbers[j] >= N);
            for (unsigned engine = 0; engine < 256; engine++) {
                const plm_refusal refusal = judge(a, numbers[j], engine);
                bool is_it = engine == (is_vole ? 2 : 1);
                if (!CHECK_EQ_INT(refusal.code, is_it ? PLM_REFUSAL_NONE : PLM_REFUSAL_ENGINE) ||
                    !CHECK_EQ_STR(refusal.clause, is_it ? "" : "/purposes/0/engine")) {
                    printf("# %s, number %zu, engine %u\n", choices[i].word, j, engine);
                }
            }
        }
        plm_accord_destroy(a);
    }
}

static void test_plain_words(void)
{
    static const struct {
        const char *word;
        const char *said;
        bool has_margin; /* a budget is not exact with vector OLE, and whoever signs is told so */
    } cases[] = {
        {"oprf", "evaluated blindly (VOPRF).\n", false},
        {"vole", "are compared by vector OLE", true},
        {"by-size", "tokens or more", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plm_accord *a = accord_with(cases[i].word);
        plm_buf text;
        plm_buf_init(&text, 1 << 16);
        CHECK_STATUS(plm_accord_explain(a, NULL, "AA-ONE", "BB-TWO", &text), PLM_OK);
        if (!CHECK(memmem(text.data, text.n, cases[i].said, strlen(cases[i].said)) != NULL) ||
            !CHECK_EQ_INT(memmem(text.data, text.n, "quarter", 7) != NULL, cases[i].has_margin)) {
            printf("# %.*s\n", (int)text.n, (const char *)text.data);
        }
        plm_buf_wipe(&text);
        plm_accord_destroy(a);
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_the_words_of_an_accord);
    TAP_RUN(test_the_engine_of_a_number);
    TAP_RUN(test_no_other_engine_is_taken);
    TAP_RUN(test_plain_words);
    return tap_done();
}
