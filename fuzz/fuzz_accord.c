/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_accord.c - any bytes as an accord; what is taken in must keep every promise of accord.h.
 */
#include "accord/explain.h"
#include "accord/policy.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_purpose(const plm_purpose *p)
{
    const uint32_t protected_roles =
        1U << PLM_ROLE_VICTIM | 1U << PLM_ROLE_WITNESS | 1U << PLM_ROLE_MISSING;
    require(p->aim == PLM_AIM_SUSPECT || p->aim == PLM_AIM_PROTECTION);
    require(p->aim == PLM_AIM_PROTECTION ||
            ((p->asker_roles | p->holder_roles) & protected_roles) == 0);
    require(p->asker_roles != 0 && p->holder_roles != 0 &&
            (p->asker_roles | p->holder_roles) >> PLM_ROLE_COUNT == 0);
    require(p->n_offences >= 1 && p->n_offences <= PLM_PURPOSE_OFFENCES_MAX);
    for (size_t i = 0; i < p->n_offences; i++) {
        require(plm_offence_find(p->offences[i]) != NULL);
    }
    require(p->n_rules >= 1 && p->n_rules <= PLM_RULES_MAX);
    for (size_t i = 0; i < p->n_rules; i++) {
        require(p->rules[i] < plm_rule_count() && (i == 0 || p->rules[i - 1] < p->rules[i]));
    }
    require(p->budget.tokens_per_run >= 1 && p->budget.tokens_per_run <= PLM_MATCH_TOKENS_MAX);
    require(p->budget.tokens_per_day >= 1 && p->budget.runs_per_day >= 1);
    require(p->smallest_set >= 1 && p->pad_to >= 1 && p->retention_days >= 1);
    require(plm_policy_padded(p, 12345) % p->pad_to == 0);
}

static void check_accord(const plm_accord *accord)
{
    require(accord->n_parties >= 2 && accord->n_parties <= PLM_PARTIES_MAX);
    require(accord->in_force_after >= 2 && accord->in_force_after <= accord->n_parties);
    require(accord->n_purposes >= 1 && accord->n_purposes <= PLM_PURPOSES_MAX);
    require(plm_date_is_valid(accord->expires) && accord->expires.day > 0);
    for (size_t i = 0; i < accord->n_parties; i++) {
        /* The first of its code: no other party has it. */
        require(plm_accord_party(accord, accord->parties[i].code) == &accord->parties[i]);
        require(strlen(accord->parties[i].code) < PLM_CODE_MAX);
    }
    for (size_t i = 0; i < accord->n_purposes; i++) {
        require(plm_accord_purpose(accord, accord->purposes[i].code) == &accord->purposes[i]);
        check_purpose(&accord->purposes[i]);
    }
    plm_buf words;
    plm_buf_init(&words, 1 << 24);
    require(plm_accord_explain(accord, NULL, accord->parties[0].code, accord->parties[1].code,
                               &words) == PLM_OK);
    plm_buf_wipe(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const plm_diag_sink quiet = {NULL, NULL};
    plm_accord *accord = NULL;
    if (plm_accord_parse(&accord, plm_span_of(data, size), &quiet, "fuzz") == PLM_OK) {
        check_accord(accord);
    } else {
        require(accord == NULL);
    }
    plm_accord_destroy(accord);
    return 0;
}
