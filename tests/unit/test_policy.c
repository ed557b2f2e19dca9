/* SPDX-License-Identifier: Apache-2.0 */
/* What an accord allows, and which clause refuses the rest. */
#include "policy_fixture.h"
#include "tap.h"

static const plm_date day = {2030, 6, 30}; /* the fixture's last day */
static const char *const all[] = {"AA-ONE", "BB-TWO", "CC-3"};

typedef struct in_force_case {
    const char *ratified[3];
    size_t n;
    plm_date today;
    const char *a;
    const char *b;
    plm_refusal_code code;
    const char *clause;
} in_force_case;

static const in_force_case in_force_cases[] = {
    {{"AA-ONE", "BB-TWO"}, 2, {2030, 6, 30}, "AA-ONE", "BB-TWO", PLM_REFUSAL_NONE, ""},
    {{"BB-TWO", "AA-ONE"}, 2, {2026, 1, 1}, "BB-TWO", "AA-ONE", PLM_REFUSAL_NONE, ""},
    {{"AA-ONE", "BB-TWO"},
     2,
     {2030, 7, 1},
     "AA-ONE",
     "BB-TWO",
     PLM_REFUSAL_NOT_IN_FORCE,
     "/expires"},
    {{"AA-ONE", "BB-TWO"}, 2, {0, 0, 0}, "AA-ONE", "BB-TWO", PLM_REFUSAL_NOT_IN_FORCE, "/expires"},
    {{"AA-ONE", "BB-TWO"},
     2,
     {2030, 0, 0},
     "AA-ONE",
     "BB-TWO",
     PLM_REFUSAL_NOT_IN_FORCE,
     "/expires"},
    {{"AA-ONE"}, 1, {2026, 1, 1}, "AA-ONE", "BB-TWO", PLM_REFUSAL_NOT_IN_FORCE, "/in_force_after"},
    {{NULL}, 0, {2026, 1, 1}, "AA-ONE", "BB-TWO", PLM_REFUSAL_NOT_IN_FORCE, "/in_force_after"},
    /* One party twice is one ratification, a stranger's is none. */
    {{"AA-ONE", "AA-ONE"},
     2,
     {2026, 1, 1},
     "AA-ONE",
     "BB-TWO",
     PLM_REFUSAL_NOT_IN_FORCE,
     "/in_force_after"},
    {{"AA-ONE", "ZZ-NONE"},
     2,
     {2026, 1, 1},
     "AA-ONE",
     "BB-TWO",
     PLM_REFUSAL_NOT_IN_FORCE,
     "/in_force_after"},
    /* In force, but not between these two. */
    {{"AA-ONE", "BB-TWO"},
     2,
     {2026, 1, 1},
     "AA-ONE",
     "CC-3",
     PLM_REFUSAL_NOT_IN_FORCE,
     "/parties/2"},
    {{"BB-TWO", "CC-3"}, 2, {2026, 1, 1}, "AA-ONE", "CC-3", PLM_REFUSAL_NOT_IN_FORCE, "/parties/0"},
    {{"AA-ONE", "BB-TWO"}, 2, {2026, 1, 1}, "AA-ONE", "ZZ-NONE", PLM_REFUSAL_PARTY, "/parties"},
    {{"AA-ONE", "BB-TWO", "ZZ-NONE"},
     3,
     {2026, 1, 1},
     "ZZ-NONE",
     "AA-ONE",
     PLM_REFUSAL_PARTY,
     "/parties"},
    {{"AA-ONE", "BB-TWO"}, 2, {2026, 1, 1}, "AA-ONE", "AA-ONE", PLM_REFUSAL_PARTY, "/parties"},
};

static void test_in_force(void)
{
    plm_accord *accord = fixture_accord();
    for (size_t i = 0; accord != NULL && i < sizeof in_force_cases / sizeof *in_force_cases; i++) {
        const in_force_case *c = &in_force_cases[i];
        fixture_force force;
        plm_refusal refusal;
        fixture_all_ratify(&force, c->ratified, c->n, c->today);
        memset(&refusal, 0x5a, sizeof refusal);
        plm_status status = plm_policy_in_force(accord, &force.state, c->a, c->b, &refusal);
        fixture_force_wipe(&force);
        if (!CHECK_STATUS(status, c->code == PLM_REFUSAL_NONE ? PLM_OK : PLM_E_REFUSED) ||
            !CHECK_EQ_INT(refusal.code, c->code) || !CHECK_EQ_STR(refusal.clause, c->clause)) {
            printf("# case %zu\n", i);
        }
    }
    plm_accord_destroy(accord);
}

static void test_in_force_needs_as_many_as_it_says(void)
{
    plm_accord *accord = fixture_accord();
    plm_refusal refusal;
    fixture_force two;
    fixture_force three;
    accord->in_force_after = 3;
    fixture_all_ratify(&two, all, 2, day);
    fixture_all_ratify(&three, all, 3, day);
    CHECK_STATUS(plm_policy_in_force(accord, &two.state, "AA-ONE", "BB-TWO", &refusal),
                 PLM_E_REFUSED);
    CHECK_STATUS(plm_policy_in_force(accord, &three.state, "AA-ONE", "BB-TWO", &refusal), PLM_OK);
    fixture_force_wipe(&two);
    fixture_force_wipe(&three);
    plm_accord_destroy(accord);
}

static bool refused(const plm_accord *accord, const plm_proposal *p, const plm_usage *usage,
                    plm_refusal_code code, const char *clause)
{
    fixture_force force;
    fixture_all_ratify(&force, all, 3, day);
    bool good = fixture_refused(accord, &force.state, p, usage, code, clause);
    fixture_force_wipe(&force);
    return good;
}

static void test_proposals(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    const plm_proposal good = fixture_proposal(a);
    plm_proposal p = good;
    refused(a, &p, &none, PLM_REFUSAL_NONE, "");
    p.accord_hash[5] ^= 1;
    refused(a, &p, &none, PLM_REFUSAL_NOT_IN_FORCE, "");
    p = good;
    memcpy(p.holder, "AA-ONE", sizeof "AA-ONE");
    refused(a, &p, &none, PLM_REFUSAL_PARTY, "/parties");
    p = good;
    memcpy(p.asker, "ZZ", sizeof "ZZ");
    refused(a, &p, &none, PLM_REFUSAL_PARTY, "/parties");
    p = good;
    memcpy(p.purpose, "other", sizeof "other");
    refused(a, &p, &none, PLM_REFUSAL_PURPOSE, "/purposes");
    p = good;
    memcpy(p.offence, "UNTOC.6", sizeof "UNTOC.6"); /* in the catalogue, not in the purpose */
    refused(a, &p, &none, PLM_REFUSAL_OFFENCE, "/purposes/0/offences");
    p = good;
    p.engine = PLM_ENGINE_VOLE;
    refused(a, &p, &none, PLM_REFUSAL_ENGINE, "/purposes/0/engine");
    p = good;
    p.learns = PLM_LEARNS_ASKER;
    refused(a, &p, &none, PLM_REFUSAL_LEARNS, "/purposes/0/learns");
    p = good;
    p.recipe_digest[0] ^= 1;
    refused(a, &p, &none, PLM_REFUSAL_RECIPE, "/recipe");
    plm_accord_destroy(a);
}

static void test_rules(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    const plm_proposal good = fixture_proposal(a);
    plm_proposal p = good;
    memcpy(p.rules[0], good.rules[1], sizeof p.rules[0]); /* in another order */
    memcpy(p.rules[1], good.rules[0], sizeof p.rules[1]);
    refused(a, &p, &none, PLM_REFUSAL_NONE, "");
    p = good;
    p.n_rules = 1; /* fewer */
    refused(a, &p, &none, PLM_REFUSAL_RULES, "/purposes/0/rules");
    p = good;
    memcpy(p.rules[1], p.rules[0], sizeof p.rules[1]); /* one twice, one not */
    refused(a, &p, &none, PLM_REFUSAL_RULES, "/purposes/0/rules");
    p = good;
    (void)snprintf(p.rules[1], sizeof p.rules[1], "%s", plm_rule_name(2)); /* another */
    refused(a, &p, &none, PLM_REFUSAL_RULES, "/purposes/0/rules");
    p = good;
    (void)snprintf(p.rules[1], sizeof p.rules[1], "shoe"); /* none there is */
    refused(a, &p, &none, PLM_REFUSAL_RULES, "/purposes/0/rules");
    p = good;
    (void)snprintf(p.rules[2], sizeof p.rules[2], "%s", plm_rule_name(2)); /* more */
    p.n_rules = 3;
    refused(a, &p, &none, PLM_REFUSAL_RULES, "/purposes/0/rules");
    p = good;
    p.n_rules = 65535; /* no decoder gives that, and nothing is read past the end */
    a->purposes[0].n_rules = 65535;
    refused(a, &p, &none, PLM_REFUSAL_RULES, "/purposes/0/rules");
    plm_accord_destroy(a);
}

/* A code outside of the closed catalogue opens nothing, even where an accord has it. */
static void test_offence_outside_of_the_catalogue(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    plm_proposal p = fixture_proposal(a);
    a->purposes[0].offences[1] = "EXTREMISM";
    memcpy(p.offence, "EXTREMISM", sizeof "EXTREMISM");
    /* Even if it is punishable at home everywhere, were a reader to take that. */
    static const char *made_up[] = {"UNTOC.5", "EXTREMISM"};
    fixture_force force;
    fixture_all_ratify(&force, all, 3, day);
    for (size_t i = 0; i < 3; i++) {
        force.ratifications[i].catalogue = made_up;
        force.ratifications[i].n_catalogue = 2;
    }
    fixture_refused(a, &force.state, &p, &none, PLM_REFUSAL_OFFENCE, "/purposes/0/offences");
    fixture_force_wipe(&force);
    plm_accord_destroy(a);
}

static void test_other_recipe_than_this_program_has(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    a->recipe_digest[9] ^= 1;
    plm_proposal p = fixture_proposal(a); /* says the same as the accord */
    refused(a, &p, &none, PLM_REFUSAL_RECIPE, "/recipe");
    plm_accord_destroy(a);
}

static void test_numbers(void)
{
    /* tokens per run 1000, per day 2500, runs 3, smallest set 20, rounded up to 10 */
    static const struct {
        uint64_t n;
        plm_usage usage;
        plm_refusal_code code;
        const char *clause;
    } cases[] = {
        {1000, {.tokens_today = 0, .runs_today = 0}, PLM_REFUSAL_NONE, ""},
        {20, {.tokens_today = 0, .runs_today = 0}, PLM_REFUSAL_NONE, ""},
        {0,
         {.tokens_today = 0, .runs_today = 0},
         PLM_REFUSAL_SMALLEST_SET,
         "/purposes/0/smallest_set"},
        {10,
         {.tokens_today = 0, .runs_today = 0},
         PLM_REFUSAL_SMALLEST_SET,
         "/purposes/0/smallest_set"},
        {25, {.tokens_today = 0, .runs_today = 0}, PLM_REFUSAL_PADDING, "/purposes/0/pad_to"},
        {1010,
         {.tokens_today = 0, .runs_today = 0},
         PLM_REFUSAL_BUDGET_RUN,
         "/purposes/0/budgets/tokens_per_run"},
        {UINT64_MAX - 5,
         {.tokens_today = 0, .runs_today = 0},
         PLM_REFUSAL_BUDGET_RUN,
         "/purposes/0/budgets/tokens_per_run"},
        {1000, {.tokens_today = 1500, .runs_today = 2}, PLM_REFUSAL_NONE, ""},
        {1000,
         {.tokens_today = 1501, .runs_today = 2},
         PLM_REFUSAL_BUDGET_DAY,
         "/purposes/0/budgets/tokens_per_day"},
        {20,
         {.tokens_today = 2500, .runs_today = 2},
         PLM_REFUSAL_BUDGET_DAY,
         "/purposes/0/budgets/tokens_per_day"},
        {20,
         {.tokens_today = 2501, .runs_today = 2},
         PLM_REFUSAL_BUDGET_DAY,
         "/purposes/0/budgets/tokens_per_day"},
        {20,
         {.tokens_today = UINT64_MAX, .runs_today = 2},
         PLM_REFUSAL_BUDGET_DAY,
         "/purposes/0/budgets/tokens_per_day"},
        {1000,
         {.tokens_today = UINT64_MAX - 999, .runs_today = 0},
         PLM_REFUSAL_BUDGET_DAY,
         "/purposes/0/budgets/tokens_per_day"},
        {1000,
         {.tokens_today = 1500, .runs_today = 3},
         PLM_REFUSAL_BUDGET_RUNS,
         "/purposes/0/budgets/runs_per_day"},
        {1000,
         {.tokens_today = 0, .runs_today = UINT64_MAX},
         PLM_REFUSAL_BUDGET_RUNS,
         "/purposes/0/budgets/runs_per_day"},
    };
    plm_accord *a = fixture_accord();
    plm_proposal p = fixture_proposal(a);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        p.n_tokens = cases[i].n;
        if (!refused(a, &p, &cases[i].usage, cases[i].code, cases[i].clause)) {
            printf("# case %zu\n", i);
        }
    }
    /* No sum wraps round, even where a hand-made purpose has the largest budgets there are. */
    const plm_usage nearly = {.tokens_today = UINT64_MAX - 10};
    a->purposes[0].budget.tokens_per_run = UINT64_MAX;
    a->purposes[0].budget.tokens_per_day = UINT64_MAX;
    p.n_tokens = 20;
    refused(a, &p, &nearly, PLM_REFUSAL_BUDGET_DAY, "/purposes/0/budgets/tokens_per_day");
    p.n_tokens = 0; /* even where a hand-made purpose has no smallest set */
    a->purposes[0].smallest_set = 0;
    refused(a, &p, &cases[0].usage, PLM_REFUSAL_SMALLEST_SET, "/purposes/0/smallest_set");
    a->purposes[0].pad_to = 0; /* no division by it */
    refused(a, &p, &cases[0].usage, PLM_REFUSAL_SMALLEST_SET, "/purposes/0/smallest_set");
    plm_accord_destroy(a);
}

/* Everything is wrong; mended one by one, the refusals come in the documented order. */
static void test_order(void)
{
    plm_accord *a = fixture_accord();
    const plm_proposal good = fixture_proposal(a);
    plm_proposal p = good;
    plm_usage usage = {.tokens_today = 2500, .runs_today = 3};
    memcpy(p.holder, "AA-ONE", sizeof "AA-ONE");
    memcpy(p.purpose, "other", sizeof "other");
    memcpy(p.offence, "UNTOC.6", sizeof "UNTOC.6");
    p.n_rules = 1;
    p.engine = (plm_match_engine)9;
    p.learns = PLM_LEARNS_BOTH;
    p.recipe_digest[0] ^= 1;
    p.n_tokens = 15;
    const plm_date expires = a->expires;
    a->expires.year = 2029;
    refused(a, &p, &usage, PLM_REFUSAL_NOT_IN_FORCE, "/expires");
    a->expires = expires;
    refused(a, &p, &usage, PLM_REFUSAL_PARTY, "/parties");
    memcpy(p.holder, good.holder, sizeof p.holder);
    refused(a, &p, &usage, PLM_REFUSAL_PURPOSE, "/purposes");
    memcpy(p.purpose, good.purpose, sizeof p.purpose);
    refused(a, &p, &usage, PLM_REFUSAL_OFFENCE, "/purposes/0/offences");
    memcpy(p.offence, good.offence, sizeof p.offence);
    refused(a, &p, &usage, PLM_REFUSAL_RULES, "/purposes/0/rules");
    p.n_rules = 2;
    refused(a, &p, &usage, PLM_REFUSAL_ENGINE, "/purposes/0/engine");
    p.engine = good.engine;
    refused(a, &p, &usage, PLM_REFUSAL_LEARNS, "/purposes/0/learns");
    p.learns = good.learns;
    refused(a, &p, &usage, PLM_REFUSAL_RECIPE, "/recipe");
    p.recipe_digest[0] ^= 1;
    p.case_ref[0] = '\0';
    refused(a, &p, &usage, PLM_REFUSAL_CASE, "");
    memcpy(p.case_ref, good.case_ref, sizeof p.case_ref);
    refused(a, &p, &usage, PLM_REFUSAL_PADDING, "/purposes/0/pad_to");
    p.n_tokens = 10;
    refused(a, &p, &usage, PLM_REFUSAL_SMALLEST_SET, "/purposes/0/smallest_set");
    p.n_tokens = 2000;
    refused(a, &p, &usage, PLM_REFUSAL_BUDGET_RUN, "/purposes/0/budgets/tokens_per_run");
    p.n_tokens = 20;
    refused(a, &p, &usage, PLM_REFUSAL_BUDGET_DAY, "/purposes/0/budgets/tokens_per_day");
    usage.tokens_today = 0;
    refused(a, &p, &usage, PLM_REFUSAL_BUDGET_RUNS, "/purposes/0/budgets/runs_per_day");
    usage.runs_today = 2;
    refused(a, &p, &usage, PLM_REFUSAL_NONE, "");
    plm_accord_destroy(a);
}

/* The clause is of the purpose that was asked for. */
static void test_clause_of_the_second_purpose(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    plm_proposal p = fixture_proposal(a);
    memcpy(p.purpose, "protect-1", sizeof "protect-1");
    refused(a, &p, &none, PLM_REFUSAL_RULES, "/purposes/1/rules");
    plm_accord_destroy(a);
}

/* A case is random digits, an officer a pseudonym: whatever reads like a name is refused. */
static void test_case(void)
{
    static const plm_usage none = {0};
    static const char *const bad[] = {"",
                                      "-",
                                      "Operation Red",
                                      "00112233445566778899aabbccddeef",
                                      "00112233445566778899aabbccddeeff0",
                                      "00112233445566778899AABBCCDDEEFF",
                                      "00112233 45566778899aabbccddeeff"};
    plm_accord *a = fixture_accord();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plm_proposal p = fixture_proposal(a);
        (void)snprintf(p.case_ref, sizeof p.case_ref, "%s", bad[i]);
        refused(a, &p, &none, PLM_REFUSAL_CASE, "");
        p = fixture_proposal(a);
        (void)snprintf(p.officer, sizeof p.officer, "%s", bad[i]);
        refused(a, &p, &none, PLM_REFUSAL_CASE, "");
    }
    plm_accord_destroy(a);
}

static void test_padded(void)
{
    plm_purpose p = {.pad_to = 10};
    CHECK(plm_policy_padded(&p, 0) == 10);
    CHECK(plm_policy_padded(&p, 1) == 10);
    CHECK(plm_policy_padded(&p, 10) == 10);
    CHECK(plm_policy_padded(&p, 11) == 20);
    CHECK(plm_policy_padded(&p, UINT64_MAX - 5) == UINT64_MAX - 5); /* a multiple of 10 */
    CHECK(plm_policy_padded(&p, UINT64_MAX - 4) == UINT64_MAX);
    p.pad_to = 1;
    CHECK(plm_policy_padded(&p, 0) == 1);
    CHECK(plm_policy_padded(&p, 7) == 7);
    CHECK(plm_policy_padded(&p, UINT64_MAX) == UINT64_MAX);
    p.pad_to = 0;
    CHECK(plm_policy_padded(&p, 7) == 7);
    p.pad_to = UINT64_MAX;
    CHECK(plm_policy_padded(&p, 3) == UINT64_MAX);
}

static void test_words(void)
{
    for (unsigned i = 0; i < PLM_REFUSAL_COUNT; i++) {
        CHECK(plm_refusal_name(i)[0] != '\0' && strchr(plm_refusal_name(i), ' ') == NULL);
        CHECK(strlen(plm_refusal_sentence(i)) > 10);
        for (unsigned j = 0; j < i; j++) {
            CHECK(strcmp(plm_refusal_name(i), plm_refusal_name(j)) != 0);
        }
    }
    CHECK_EQ_STR(plm_refusal_name(PLM_REFUSAL_BUDGET_DAY), "budget-day");
    CHECK_EQ_STR(plm_refusal_name(PLM_REFUSAL_COUNT), "unknown");
    CHECK(plm_refusal_sentence(UINT32_MAX) != NULL);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_in_force);
    TAP_RUN(test_in_force_needs_as_many_as_it_says);
    TAP_RUN(test_proposals);
    TAP_RUN(test_rules);
    TAP_RUN(test_offence_outside_of_the_catalogue);
    TAP_RUN(test_other_recipe_than_this_program_has);
    TAP_RUN(test_numbers);
    TAP_RUN(test_order);
    TAP_RUN(test_clause_of_the_second_purpose);
    TAP_RUN(test_case);
    TAP_RUN(test_padded);
    TAP_RUN(test_words);
    return tap_done();
}
