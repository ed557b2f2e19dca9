/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_policy.c - what counts between all parties of a tally, and who takes part in one
 * (spec/accord.md section 5.5).
 */
#include "accord/refuse.h"

#include <string.h>

/* Of *all, what `pair` has too. */
static plm_status meet(plm_effective *all, const plm_effective *pair, plm_refusal *refusal)
{
    plm_purpose *purpose = &all->purpose;
    plm_effective_meet(all, &pair->purpose);
    if (pair->purpose.approval > purpose->approval) {
        purpose->approval = pair->purpose.approval;
    }
    if (purpose->n_offences == 0) {
        return plm_refuse(refusal, PLM_REFUSAL_OFFENCE, "/purposes/%zu/offences", all->index);
    }
    if (purpose->n_rules == 0) {
        return plm_refuse(refusal, PLM_REFUSAL_RULES, "/purposes/%zu/rules", all->index);
    }
    return (purpose->asker_roles | purpose->holder_roles) != 0
               ? PLM_OK
               : plm_refuse(refusal, PLM_REFUSAL_PURPOSE, "/purposes/%zu/roles", all->index);
}

/* It makes far more tokens of a record than a tally has points for, and is weighed afterwards. */
static void drop_person_rule(plm_purpose *purpose)
{
    size_t n = 0;
    for (size_t i = 0; i < purpose->n_rules; i++) {
        if (purpose->rules[i] != PLM_RULE_PERSON) {
            purpose->rules[n++] = purpose->rules[i];
        }
    }
    purpose->n_rules = n;
    purpose->has_person_rules = false;
}

plm_status plm_policy_tally(plm_effective *out, const plm_accord *accord, const plm_in_force *state,
                            const char *const *parties, size_t n_parties, const char *purpose,
                            plm_refusal *refusal)
{
    bool is_first = true;
    for (size_t a = 0; a < n_parties; a++) {
        for (size_t b = a + 1; b < n_parties; b++) {
            plm_effective pair;
            plm_effective *into = is_first ? out : &pair;
            plm_status status =
                plm_policy_narrow(into, accord, state, parties[a], parties[b], purpose, refusal);
            if (status == PLM_OK && !is_first) {
                status = meet(out, &pair, refusal);
            }
            if (status != PLM_OK) {
                return status;
            }
            is_first = false;
        }
    }
    if (is_first) {
        return plm_refuse(refusal, PLM_REFUSAL_PARTY, "/parties");
    }
    /* Whatever a parser let pass: victims are counted for their protection, or by nobody. */
    if (out->purpose.aim != PLM_AIM_PROTECTION && out->purpose.aim != PLM_AIM_STATISTICS) {
        return plm_refuse(refusal, PLM_REFUSAL_PURPOSE, "/purposes/%zu/aim", out->index);
    }
    if (!out->purpose.has_tally) {
        return plm_refuse(refusal, PLM_REFUSAL_PURPOSE, "/purposes/%zu/tally", out->index);
    }
    drop_person_rule(&out->purpose);
    if (out->purpose.n_rules == 0) {
        return plm_refuse(refusal, PLM_REFUSAL_RULES, "/purposes/%zu/rules", out->index);
    }
    memset(refusal, 0, sizeof *refusal);
    return PLM_OK;
}

plm_exclusion plm_policy_admit_tally(const plm_purpose *purpose, const plm_record *record,
                                     plm_date today)
{
    if (record->kind != PLM_KIND_PERSON || (unsigned)record->role >= PLM_ROLE_COUNT) {
        return PLM_EXCLUDED_ROLE;
    }
    if (purpose->aim != PLM_AIM_PROTECTION && purpose->aim != PLM_AIM_STATISTICS) {
        return PLM_EXCLUDED_PROTECTED;
    }
    const uint32_t roles = purpose->asker_roles | purpose->holder_roles;
    if (purpose->aim == PLM_AIM_STATISTICS) {
        /* Nobody is matched, so nobody need be kept out for a role that the accord names. */
        return plm_policy_admit_listed(purpose, roles, record, today);
    }
    plm_purpose both = *purpose;
    both.asker_roles = roles;
    return plm_policy_admit(&both, true, record, today);
}
