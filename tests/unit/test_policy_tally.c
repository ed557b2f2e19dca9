/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may tally, about whom: what several parties' reservations leave, aims, records of victims.
 */
#include "policy_fixture.h"
#include "tap.h"

#include <math.h>

static const plm_date day = {2026, 6, 1};

static const char block[] =
    "{\"strata\": [\"sex\"], \"tokens_each\": 4, \"smallest_list\": 10, \"pad_to\": 10, "
    "\"release\": {\"mechanism\": \"laplace\", \"epsilon_milli\": 500}, "
    "\"budget\": {\"days\": 365, \"epsilon_milli\": 1000, \"tallies\": 2}, \"hours\": 24}";

/* The fixture, its purpose for protection with these tallies and this aim; NULL if it can't be. */
static plm_accord *make_with(const char *aim, const char *tally)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *document = fixture_document();
    plm_accord *accord = NULL;
    char *text = NULL;
    if (fixture_set(document, "/purposes/1/tally", tally) &&
        fixture_set(document, "/purposes/1/aim", aim)) {
        text = json_dumps(document, 0);
    }
    if (text == NULL || plm_accord_parse(&accord, plm_span_str(text), &quiet, NULL) != PLM_OK) {
        accord = NULL;
    }
    free(text);
    json_decref(document);
    return accord;
}

static plm_accord *make(const char *aim)
{
    return make_with(aim, block);
}

static void test_aims(void)
{
    static const char *const all[] = {"AA-ONE", "BB-TWO", "CC-3"};
    fixture_force force;
    fixture_all_ratify(&force, all, 3, day);
    CHECK(make("\"suspect\"") == NULL); /* the parser, before there is any policy */
    static const char *const aims[] = {"\"protection\"", "\"statistics\""};
    for (size_t i = 0; i < 2; i++) {
        plm_accord *accord = make(aims[i]);
        plm_effective effective;
        plm_refusal refusal;
        if (!CHECK(accord != NULL)) {
            continue;
        }
        CHECK_STATUS(
            plm_policy_tally(&effective, accord, &force.state, all, 3, "protect-1", &refusal),
            PLM_OK);
        /* A purpose for statistics is for nothing else. */
        CHECK_STATUS(plm_policy_effective(&effective, accord, &force.state, "AA-ONE", "BB-TWO",
                                          "protect-1", &refusal),
                     i == 0 ? PLM_OK : PLM_E_REFUSED);
        CHECK_STATUS(plm_policy_tally(&effective, accord, &force.state, all, 3, "crime", &refusal),
                     PLM_E_REFUSED);
        CHECK_EQ_STR(refusal.clause, "/purposes/0/aim");
        CHECK_STATUS(
            plm_policy_tally(&effective, accord, &force.state, all, 1, "protect-1", &refusal),
            PLM_E_REFUSED);
        /* Whatever a parser let pass. */
        accord->purposes[0].has_tally = true;
        CHECK_STATUS(plm_policy_tally(&effective, accord, &force.state, all, 3, "crime", &refusal),
                     PLM_E_REFUSED);
        accord->purposes[1].has_tally = false;
        CHECK_STATUS(
            plm_policy_tally(&effective, accord, &force.state, all, 3, "protect-1", &refusal),
            PLM_E_REFUSED);
        CHECK_EQ_STR(refusal.clause, "/purposes/1/tally");
        plm_accord_destroy(accord);
    }
    fixture_force_wipe(&force);
}

/* What one of three reserves counts for all; one that has not ratified ends it. */
static void test_reservations_of_all(void)
{
    static const char *const all[] = {"AA-ONE", "BB-TWO", "CC-3"};
    static const char offences[] = "[\"UNTOC.5\", \"TIP.5\"]";
    char reservation[200];
    plm_accord *accord = make("\"statistics\"");
    plm_effective effective;
    plm_refusal refusal;
    if (!CHECK(accord != NULL)) {
        return;
    }
    const char *rule = plm_rule_name(accord->purposes[1].rules[0]);
    (void)snprintf(reservation, sizeof reservation, "[{\"reason\": \"law\", \"rules\": [\"%s\"]}]",
                   rule);
    fixture_force force = {.state.today = day};
    CHECK(fixture_ratify(&force, "AA-ONE", "[]", offences));
    CHECK(fixture_ratify(&force, "BB-TWO", "[]", offences));
    CHECK_STATUS(plm_policy_tally(&effective, accord, &force.state, all, 3, "protect-1", &refusal),
                 PLM_E_REFUSED);
    CHECK(fixture_ratify(&force, "CC-3", reservation, "[\"TIP.5\"]"));
    CHECK_STATUS(plm_policy_tally(&effective, accord, &force.state, all, 3, "protect-1", &refusal),
                 PLM_OK);
    CHECK_EQ_INT(effective.purpose.n_rules, 1);
    CHECK_EQ_INT(effective.purpose.rules[0], accord->purposes[1].rules[1]);
    CHECK_EQ_INT(effective.purpose.n_offences, 1);
    CHECK_EQ_STR(effective.purpose.offences[0], "TIP.5");
    CHECK_STATUS(plm_policy_tally(&effective, accord, &force.state, all, 2, "protect-1", &refusal),
                 PLM_OK);
    CHECK_EQ_INT(effective.purpose.n_rules, 2);
    fixture_force_wipe(&force);
    plm_accord_destroy(accord);
}

/* Every role with every aim: in a tally, and in a match. */
static void test_records(void)
{
    static const char *const offences[] = {"TIP.5"};
    plm_accord *accord = make("\"statistics\"");
    if (!CHECK(accord != NULL)) {
        return;
    }
    for (plm_aim aim = PLM_AIM_SUSPECT; aim <= PLM_AIM_STATISTICS; aim++) {
        for (unsigned role = 0; role < PLM_ROLE_COUNT; role++) {
            plm_purpose purpose = accord->purposes[1];
            const plm_record r = {.kind = PLM_KIND_PERSON,
                                  .role = (plm_role)role,
                                  .offences = offences,
                                  .n_offences = 1};
            plm_record thing = r;
            const bool is_protected =
                role == PLM_ROLE_VICTIM || role == PLM_ROLE_WITNESS || role == PLM_ROLE_MISSING;
            const bool is_accused = role <= PLM_ROLE_ASSOCIATE;
            purpose.aim = aim;
            purpose.asker_roles = purpose.holder_roles = (1U << PLM_ROLE_COUNT) - 1;
            const bool in = plm_policy_admit_tally(&purpose, &r, day) == PLM_ADMITTED;
            CHECK(in == (aim == PLM_AIM_STATISTICS || (aim == PLM_AIM_PROTECTION && !is_accused)));
            const bool in_match = plm_policy_admit(&purpose, true, &r, day) == PLM_ADMITTED;
            CHECK(!is_protected || in_match == (aim == PLM_AIM_PROTECTION));
            thing.kind = PLM_KIND_DOCUMENT;
            CHECK(plm_policy_admit_tally(&purpose, &thing, day) != PLM_ADMITTED);
            purpose.asker_roles = purpose.holder_roles = 0;
            CHECK(plm_policy_admit_tally(&purpose, &r, day) != PLM_ADMITTED);
        }
    }
    plm_accord_destroy(accord);
}

/*
 * Thousandths of rho + 2 sqrt(rho n ln 10), rounded up: at most one above the exact value, and
 * never below it.
 */
static void test_epsilon_of_rho(void)
{
    static const uint64_t rho[] = {1, 2, 20, 125, 999, 10000, 123456};
    for (size_t i = 0; i < sizeof rho / sizeof *rho; i++) {
        for (uint32_t n = PLM_TALLY_DELTA_MIN; n <= PLM_TALLY_DELTA_MAX; n++) {
            const double r = (double)rho[i] / 1000;
            const double exact = 1000 * (r + 2 * sqrt(r * n * log(10)));
            const double ours = (double)plm_tally_epsilon_of_rho(rho[i], n);
            CHECK(ours >= exact && ours < exact + 1.05);
        }
    }
    CHECK_EQ_INT(plm_tally_epsilon_of_rho(0, 6), 0);
    CHECK_EQ_INT(plm_tally_spent(500, 0, 6), 500);
    CHECK_EQ_INT(plm_tally_spent(500, 125, 6), 500 + 125 + 2629); /* 2628.2 */
    CHECK(plm_tally_epsilon_of_rho(UINT32_MAX, 12) > UINT32_MAX);
}

/* What a budget has to hold: the epsilon of one table at its delta. */
static void test_gaussian_terms(void)
{
    static const struct {
        const char *release;
        const char *budget;
        bool good;
    } cases[] = {
        {"{\"mechanism\": \"gaussian\", \"rho_milli\": 125}",
         "{\"days\": 365, \"epsilon_milli\": 2754, \"delta_exponent\": 6, \"tallies\": 2}", true},
        {"{\"mechanism\": \"gaussian\", \"rho_milli\": 125}",
         "{\"days\": 365, \"epsilon_milli\": 2753, \"delta_exponent\": 6, \"tallies\": 2}", false},
        {"{\"mechanism\": \"gaussian\", \"rho_milli\": 125}",
         "{\"days\": 365, \"epsilon_milli\": 9999, \"tallies\": 2}", false},
        {"{\"mechanism\": \"gaussian\", \"rho_milli\": 125}",
         "{\"days\": 365, \"epsilon_milli\": 9999, \"delta_exponent\": 3, \"tallies\": 2}", false},
        {"{\"mechanism\": \"gaussian\", \"rho_milli\": 10001}",
         "{\"days\": 365, \"epsilon_milli\": 99999, \"delta_exponent\": 6, \"tallies\": 2}", false},
        {"{\"mechanism\": \"laplace\", \"epsilon_milli\": 500}",
         "{\"days\": 365, \"epsilon_milli\": 500, \"delta_exponent\": 6, \"tallies\": 2}", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400];
        (void)snprintf(text, sizeof text,
                       "{\"strata\": [], \"tokens_each\": 4, \"smallest_list\": 10, \"pad_to\": "
                       "10, \"release\": %s, \"budget\": %s, \"hours\": 24}",
                       cases[i].release, cases[i].budget);
        plm_accord *accord = make_with("\"statistics\"", text);
        if (CHECK((accord != NULL) == cases[i].good) && accord != NULL) {
            const plm_tally_terms *t = &accord->purposes[1].tally;
            CHECK_EQ_INT(t->budget_delta, 6);
            CHECK_EQ_INT(t->rho_milli, i == 0 ? 125 : 0);
        }
        plm_accord_destroy(accord);
    }
    plm_accord *accord = make("\"statistics\"");
    if (CHECK(accord != NULL)) {
        CHECK_EQ_INT(accord->purposes[1].tally.budget_delta, PLM_TALLY_DELTA_MAX);
    }
    plm_accord_destroy(accord);
}

int main(void)
{
    TAP_RUN(test_aims);
    TAP_RUN(test_reservations_of_all);
    TAP_RUN(test_records);
    TAP_RUN(test_epsilon_of_rho);
    TAP_RUN(test_gaussian_terms);
    return tap_done();
}
