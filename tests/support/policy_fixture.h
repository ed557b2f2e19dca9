/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_fixture.h - what parties did about the fixture's accord, for tests of the policy: read by
 * our own reader, but with made-up signatures, which the policy does not look at.
 */
#ifndef PLM_TESTS_POLICY_FIXTURE_H
#define PLM_TESTS_POLICY_FIXTURE_H

#include "accord/policy.h"
#include "accord_fixture.h"
#include "tap.h"

enum {
    FIXTURE_FORCE_MAX = 4
};

typedef struct fixture_force {
    plm_ratification ratifications[FIXTURE_FORCE_MAX];
    const plm_ratification *ratified[FIXTURE_FORCE_MAX];
    plm_denunciation denunciation;
    const plm_denunciation *denounced[1];
    plm_in_force state;
} fixture_force;

#define FIXTURE_HEAD(accord, party)                                                              \
    "accord", accord, "party", party, "time", "2026-03-01T12:34:56.789Z", "signature",           \
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000" \
        "000000000000000000000000000000000000000000"

/* Adds a party's ratification with those reservations (JSON text of an array) and catalogue. */
static inline bool fixture_ratify(fixture_force *f, const char *party, const char *reservations,
                                  const char *catalogue)
{
    const plm_diag_sink quiet = {NULL, NULL};
    char hash[65];
    memset(hash, '0', 64);
    hash[64] = '\0';
    json_t *document =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "palermo", "ratification/2",
                  FIXTURE_HEAD(hash, party), "reservations", json_loads(reservations, 0, NULL),
                  "catalogue", json_loads(catalogue, 0, NULL));
    char *text = json_dumps(document, 0);
    size_t i = f->state.n_ratified;
    bool good =
        text != NULL && i < FIXTURE_FORCE_MAX &&
        plm_ratification_parse(&f->ratifications[i], plm_span_str(text), &quiet, NULL) == PLM_OK;
    if (good) {
        f->ratified[i] = &f->ratifications[i];
        f->state.ratified = f->ratified;
        f->state.n_ratified++;
    }
    free(text);
    json_decref(document);
    return good;
}

static inline bool fixture_denounce(fixture_force *f, const char *party, const char *last_day)
{
    const plm_diag_sink quiet = {NULL, NULL};
    char hash[65];
    memset(hash, '0', 64);
    hash[64] = '\0';
    json_t *document =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "palermo", "denunciation/1",
                  FIXTURE_HEAD(hash, party), "last_day", last_day, "reason", "because");
    char *text = json_dumps(document, 0);
    bool good =
        plm_denunciation_parse(&f->denunciation, plm_span_str(text), &quiet, NULL) == PLM_OK;
    f->denounced[0] = &f->denunciation;
    f->state.denounced = f->denounced;
    f->state.n_denounced = good;
    free(text);
    json_decref(document);
    return good;
}

/* All these parties ratified without reservation. */
static inline void fixture_all_ratify(fixture_force *f, const char *const *codes, size_t n,
                                      plm_date today)
{
    memset(f, 0, sizeof *f);
    f->state.today = today;
    for (size_t i = 0; i < n; i++) {
        if (!fixture_ratify(f, codes[i], "[]",
                            "[\"UNTOC.5\", \"TIP.5\", \"UNTOC.6\", \"SOM.6\"]")) {
            printf("# fixture: %s does not ratify\n", codes[i]);
        }
    }
}

static inline void fixture_force_wipe(fixture_force *f)
{
    for (size_t i = 0; i < f->state.n_ratified; i++) {
        plm_ratification_wipe(&f->ratifications[i]);
    }
    plm_denunciation_wipe(&f->denunciation);
}

/* A proposal of AA-ONE's to BB-TWO under the fixture's first purpose that nothing forbids. */
static inline plm_proposal fixture_proposal(const plm_accord *accord)
{
    const plm_purpose *purpose = &accord->purposes[0];
    plm_proposal p = {.n_rules = 2, .engine = PLM_ENGINE_OPRF, .learns = PLM_LEARNS_HOLDER};
    memcpy(p.asker, "AA-ONE", sizeof "AA-ONE");
    memcpy(p.holder, "BB-TWO", sizeof "BB-TWO");
    memcpy(p.accord_hash, accord->hash, sizeof p.accord_hash);
    memcpy(p.recipe_digest, accord->recipe_digest, sizeof p.recipe_digest);
    memcpy(p.purpose, "crime", sizeof "crime");
    memcpy(p.offence, "TIP.5", sizeof "TIP.5");
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(p.rules[i], sizeof p.rules[i], "%s", plm_rule_name(purpose->rules[i]));
    }
    p.n_tokens = 500;
    memcpy(p.case_ref, "00112233445566778899aabbccddeeff", 33);
    memcpy(p.officer, "0123456789abcdef", 17);
    return p;
}

/* The policy's verdict is this one. */
static inline bool fixture_refused(const plm_accord *accord, const plm_in_force *state,
                                   const plm_proposal *p, const plm_usage *usage,
                                   plm_refusal_code code, const char *clause)
{
    plm_refusal refusal;
    memset(&refusal, 0x5a, sizeof refusal);
    plm_status status = plm_policy_check_proposal(accord, state, usage, p, &refusal);
    bool good = CHECK_STATUS(status, code == PLM_REFUSAL_NONE ? PLM_OK : PLM_E_REFUSED);
    good &= CHECK_EQ_INT(refusal.code, code);
    good &= CHECK_EQ_STR(refusal.clause, clause);
    return good;
}

#endif
