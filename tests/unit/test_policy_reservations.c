/* SPDX-License-Identifier: Apache-2.0 */
/* What the parties did about an accord: reservations, catalogues, denunciations, amendments. */
#include "policy_fixture.h"
#include "tap.h"

static const plm_date day = {2030, 6, 30}; /* the fixture's last day */
static const char *const all[] = {"AA-ONE", "BB-TWO", "CC-3"};

/* One reservation of one of the two, and what it does to the same proposal. */
typedef struct reservation_case {
    const char *party;
    const char *reservation;
    plm_refusal_code code;
    const char *clause;
} reservation_case;

#define OF(party, rest) "/ratifications/" party "/reservations/0/" rest

static const reservation_case reservation_cases[] = {
    {"AA-ONE", "{\"offences\": [\"TIP.5\"]}", PLM_REFUSAL_OFFENCE, OF("AA-ONE", "offences")},
    {"BB-TWO", "{\"offences\": [\"TIP.5\"]}", PLM_REFUSAL_OFFENCE, OF("BB-TWO", "offences")},
    {"BB-TWO", "{\"offences\": [\"UNTOC.5\"]}", PLM_REFUSAL_NONE, ""},
    {"CC-3", "{\"offences\": [\"TIP.5\"]}", PLM_REFUSAL_NONE, ""},
    {"BB-TWO", "{\"offences\": [\"TIP.5\"], \"purposes\": [\"protect-1\"]}", PLM_REFUSAL_NONE, ""},
    {"BB-TWO", "{\"offences\": [\"TIP.5\"], \"counterparties\": [\"CC-3\"]}", PLM_REFUSAL_NONE, ""},
    {"BB-TWO", "{\"offences\": [\"TIP.5\"], \"counterparties\": [\"AA-ONE\"]}", PLM_REFUSAL_OFFENCE,
     OF("BB-TWO", "offences")},
    {"BB-TWO", "{\"refuses\": true, \"purposes\": [\"crime\"]}", PLM_REFUSAL_PURPOSE,
     OF("BB-TWO", "purposes")},
    {"BB-TWO", "{\"refuses\": true, \"purposes\": [\"protect-1\"]}", PLM_REFUSAL_NONE, ""},
    {"AA-ONE", "{\"refuses\": true, \"counterparties\": [\"BB-TWO\"]}", PLM_REFUSAL_NOT_IN_FORCE,
     OF("AA-ONE", "counterparties")},
    {"AA-ONE", "{\"refuses\": true, \"counterparties\": [\"CC-3\"]}", PLM_REFUSAL_NONE, ""},
    {"AA-ONE", "{\"categories\": [\"suspect\", \"wanted\"]}", PLM_REFUSAL_PURPOSE,
     OF("AA-ONE", "categories")},
    {"AA-ONE", "{\"categories\": [\"suspect\"]}", PLM_REFUSAL_NONE, ""},
    {"AA-ONE", "{\"engines\": [\"oprf\"]}", PLM_REFUSAL_ENGINE, OF("AA-ONE", "engines")},
    {"AA-ONE", "{\"engines\": [\"vole\"]}", PLM_REFUSAL_NONE, ""},
    {"BB-TWO", "{\"budgets\": {\"tokens_per_run\": 490}}", PLM_REFUSAL_BUDGET_RUN,
     OF("BB-TWO", "budgets/tokens_per_run")},
    {"BB-TWO", "{\"budgets\": {\"tokens_per_run\": 5000}}", PLM_REFUSAL_NONE, ""},
    {"BB-TWO", "{\"budgets\": {\"tokens_per_day\": 499}}", PLM_REFUSAL_BUDGET_DAY,
     OF("BB-TWO", "budgets/tokens_per_day")},
    {"BB-TWO", "{\"smallest_set\": 501}", PLM_REFUSAL_SMALLEST_SET, OF("BB-TWO", "smallest_set")},
    {"BB-TWO", "{\"smallest_set\": 2}", PLM_REFUSAL_NONE, ""},
    {"BB-TWO", "{\"holder_first\": true}", PLM_REFUSAL_NONE, ""},
};

static void test_reservations(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    const plm_proposal p = fixture_proposal(a);
    for (size_t i = 0; i < sizeof reservation_cases / sizeof *reservation_cases; i++) {
        const reservation_case *c = &reservation_cases[i];
        fixture_force force = {.state.today = day};
        for (size_t j = 0; j < 3; j++) {
            char list[400] = "[]";
            if (strcmp(all[j], c->party) == 0) {
                (void)snprintf(list, sizeof list, "[{\"reason\": \"law\", %s]", c->reservation + 1);
            }
            CHECK(fixture_ratify(&force, all[j], list, "[\"TIP.5\", \"UNTOC.5\"]"));
        }
        if (!fixture_refused(a, &force.state, &p, &none, c->code, c->clause)) {
            printf("# reservation %zu: %s\n", i, c->reservation);
        }
        fixture_force_wipe(&force);
    }
    plm_accord_destroy(a);
}

/* Dual criminality: an offence that one of the two laws does not know opens nothing. */
static void test_catalogues(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    const plm_proposal p = fixture_proposal(a);
    for (size_t j = 0; j < 3; j++) {
        fixture_force force = {.state.today = day};
        for (size_t i = 0; i < 3; i++) {
            CHECK(fixture_ratify(&force, all[i], "[]",
                                 i == j ? "[\"UNTOC.5\"]" : "[\"TIP.5\", \"UNTOC.5\"]"));
        }
        static const char *const clauses[] = {"/ratifications/AA-ONE/catalogue",
                                              "/ratifications/BB-TWO/catalogue", ""};
        fixture_refused(a, &force.state, &p, &none, j < 2 ? PLM_REFUSAL_OFFENCE : PLM_REFUSAL_NONE,
                        clauses[j]);
        fixture_force_wipe(&force);
    }
    plm_accord_destroy(a);
}

/* Bound to the end of the last day, and the others go on. */
static void test_denounced(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    const plm_proposal p = fixture_proposal(a);
    fixture_force force;
    fixture_all_ratify(&force, all, 3, (plm_date){2030, 5, 1});
    CHECK(fixture_denounce(&force, "BB-TWO", "2030-05-01"));
    fixture_refused(a, &force.state, &p, &none, PLM_REFUSAL_NONE, "");
    force.state.today.day = 2;
    fixture_refused(a, &force.state, &p, &none, PLM_REFUSAL_NOT_IN_FORCE,
                    "/denunciations/BB-TWO/last_day");
    plm_proposal other = p;
    memcpy(other.holder, "CC-3", sizeof "CC-3");
    fixture_refused(a, &force.state, &other, &none, PLM_REFUSAL_NONE, "");
    fixture_force_wipe(&force);
    plm_accord_destroy(a);
}

/* The newer accord takes its place between two that both ratified it, once enough have. */
static void test_replaced(void)
{
    static const plm_usage none = {0};
    plm_accord *a = fixture_accord();
    plm_accord *later = fixture_accord();
    const plm_proposal p = fixture_proposal(a);
    char clause[PLM_TEXT_MAX] = "/amendments/";
    later->hash[0] ^= 1;
    plm_hex_encode(clause + strlen(clause), later->hash, 32);
    fixture_force force;
    fixture_all_ratify(&force, all, 3, day);
    plm_successor successor = {later, all, 1};
    force.state.successors = &successor;
    force.state.n_successors = 1;
    fixture_refused(a, &force.state, &p, &none, PLM_REFUSAL_NONE, "");
    successor.n_ratified = 2;
    fixture_refused(a, &force.state, &p, &none, PLM_REFUSAL_NOT_IN_FORCE, clause);
    later->in_force_after = 3;
    fixture_refused(a, &force.state, &p, &none, PLM_REFUSAL_NONE, "");
    later->in_force_after = 2;
    static const char *const others[] = {"BB-TWO", "CC-3"};
    successor.ratified = others;
    fixture_refused(a, &force.state, &p, &none, PLM_REFUSAL_NONE, "");
    fixture_force_wipe(&force);
    plm_accord_destroy(a);
    plm_accord_destroy(later);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_reservations);
    TAP_RUN(test_catalogues);
    TAP_RUN(test_denounced);
    TAP_RUN(test_replaced);
    return tap_done();
}
