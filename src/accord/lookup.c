/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c - whether a party may ask an index (spec/accord.md section 5, spec/lookup.md section 9).
 */
#include "accord/refuse.h"

#include <string.h>

plm_status plm_policy_check_lookup(plm_effective *effective, const plm_accord *accord,
                                   const plm_in_force *state, const plm_lookup_open *open,
                                   plm_refusal *refusal)
{
    if (memcmp(open->accord_hash, accord->hash, sizeof accord->hash) != 0) {
        return plm_refuse(refusal, PLM_REFUSAL_NOT_IN_FORCE, "%s", "");
    }
    plm_status status = plm_policy_effective(effective, accord, state, open->asker, open->holder,
                                             open->purpose, refusal);
    if (status != PLM_OK) {
        return status;
    }
    const plm_policy_pair pair = {accord, plm_in_force_ratification(state, open->asker),
                                  plm_in_force_ratification(state, open->holder)};
    if (!plm_policy_has_offence(&effective->purpose, open->offence)) {
        return plm_refuse_offence(refusal, &pair, effective->index, open->offence);
    }
    if (!plm_policy_has_recipe(accord, open->recipe_digest)) {
        return plm_refuse(refusal, PLM_REFUSAL_RECIPE, "/recipe");
    }
    if (!plm_policy_has_case(open->case_ref, open->officer)) {
        return plm_refuse(refusal, PLM_REFUSAL_CASE, "%s", "");
    }
    if (effective->purpose.budget.lookups_per_hour == 0) {
        return plm_refuse_source(refusal, PLM_REFUSAL_BUDGET_LOOKUPS,
                                 effective->terms[PLM_TERM_LOOKUPS_PER_HOUR], effective->index,
                                 plm_term_pointer(PLM_TERM_LOOKUPS_PER_HOUR));
    }
    return PLM_OK;
}
