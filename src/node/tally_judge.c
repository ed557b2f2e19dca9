/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_judge.c - whether we may take part in a tally: what its proposal has to be like, the budget
 * of privacy loss, our own list (spec/tally.md section 9).
 */
#include "node/tally.h"

#include <stdio.h>
#include <string.h>

enum {
    DAY_MS = 86400000,
    DAYS_MAX = 31 /* from the day of a proposal to that of a consent */
};

static plm_status refuse(plm_tally_end *end, plm_tally_reason reason,
                         const plm_effective *effective, const char *member)
{
    end->reason = reason;
    (void)snprintf(end->clause, sizeof end->clause, "/purposes/%zu/%s", effective->index, member);
    return PLM_E_REFUSED;
}

/* The rules of the purpose that all parties have, and no other. */
static bool has_rules(const plm_tally_proposal *proposal, const plm_purpose *purpose)
{
    bool same = proposal->n_rules == purpose->n_rules;
    for (size_t i = 0; same && i < purpose->n_rules; i++) {
        same = strcmp(proposal->rules[i], plm_rule_name(purpose->rules[i])) == 0;
    }
    return same;
}

static plm_status judge_terms(const plm_tally_proposal *proposal, const plm_accord *accord,
                              const plm_effective *effective, plm_date today, plm_tally_end *end)
{
    const plm_tally_terms *terms = &effective->purpose.tally;
    uint8_t own_recipe[PLM_RECIPE_DIGEST_BYTES];
    plm_recipe_digest(own_recipe);
    if (memcmp(proposal->recipe_digest, accord->recipe_digest, PLM_HASH_BYTES) != 0 ||
        memcmp(own_recipe, accord->recipe_digest, PLM_HASH_BYTES) != 0) {
        end->reason = PLM_TALLY_REFUSED;
        (void)snprintf(end->clause, sizeof end->clause, "/recipe");
        return PLM_E_REFUSED;
    }
    if (!has_rules(proposal, &effective->purpose)) {
        return refuse(end, PLM_TALLY_REFUSED, effective, "rules");
    }
    if ((proposal->strata.kinds & ~terms->strata) != 0) {
        return refuse(end, PLM_TALLY_REFUSED, effective, "tally/strata");
    }
    if (proposal->tokens_each != terms->tokens_each) {
        return refuse(end, PLM_TALLY_REFUSED, effective, "tally/tokens_each");
    }
    if (proposal->release != terms->release || proposal->epsilon_milli != terms->epsilon_milli ||
        proposal->rho_milli != terms->rho_milli || proposal->threshold != terms->threshold) {
        return refuse(end, PLM_TALLY_REFUSED, effective, "tally/release");
    }
    /* Another day would make other records and other ages of the same register. */
    const int64_t days = plm_date_days(today) - plm_date_days(proposal->day);
    return days >= -1 && days <= DAYS_MAX
               ? PLM_OK
               : refuse(end, PLM_TALLY_REFUSED, effective, "tally/hours");
}

/* All tallies count, under whatever accord: they are of the same persons. */
static plm_status judge_budget(plm_store *store, const plm_tally_proposal *proposal,
                               const plm_effective *effective, int64_t now_ms, plm_tally_end *end)
{
    const plm_tally_terms *terms = &effective->purpose.tally;
    plm_tally_usage usage;
    plm_status status =
        plm_store_tally_usage(store, now_ms - (int64_t)terms->budget_days * DAY_MS, &usage);
    if (status != PLM_OK) {
        return status;
    }
    if (plm_tally_spent(usage.epsilon_milli + proposal->epsilon_milli,
                        usage.rho_milli + proposal->rho_milli,
                        terms->budget_delta) > terms->budget_epsilon_milli) {
        return refuse(end, PLM_TALLY_BUDGET, effective, "tally/budget/epsilon_milli");
    }
    return usage.n < terms->budget_tallies
               ? PLM_OK
               : refuse(end, PLM_TALLY_BUDGET, effective, "tally/budget/tallies");
}

static plm_status judge_list(const plm_node *node, const plm_tally_proposal *proposal,
                             const plm_accord *accord, const plm_effective *effective, unsigned me,
                             uint32_t *n, plm_tally_end *end)
{
    const plm_tally_terms *terms = &effective->purpose.tally;
    plm_tally_list_of_ours list;
    plm_status status = plm_tally_select(&list, node, accord, &effective->purpose, proposal);
    const uint64_t n_persons = list.n_persons;
    const uint32_t most_tokens = list.most_tokens;
    plm_tally_select_wipe(&list);
    if (status != PLM_OK) {
        return status;
    }
    /* Who counts need not have a list; who has one must have a large one. */
    if (n_persons < terms->smallest_list && (n_persons > 0 || me != proposal->counter)) {
        return refuse(end, PLM_TALLY_SMALL, effective, "tally/smallest_list");
    }
    if (most_tokens > terms->tokens_each) {
        return refuse(end, PLM_TALLY_TOKENS, effective, "tally/tokens_each");
    }
    const uint64_t padded = (n_persons + terms->pad_to - 1) / terms->pad_to * terms->pad_to;
    if (padded * terms->tokens_each > PLM_TALLY_LIST_MAX) {
        return refuse(end, PLM_TALLY_FAILED, effective, "tally/pad_to");
    }
    *n = (uint32_t)padded;
    return PLM_OK;
}

plm_status plm_tally_judge(plm_node *node, const plm_tally_proposal *proposal, unsigned me,
                           int64_t now_ms, uint32_t *n, plm_tally_end *end)
{
    const char *parties[PLM_TALLY_MEMBERS_MAX];
    plm_agreement *agreement = NULL;
    plm_effective effective;
    plm_refusal refusal;
    *end = (plm_tally_end){0};
    (void)snprintf(end->blamed, sizeof end->blamed, "%s", proposal->parties[me]);
    for (unsigned i = 0; i < proposal->n_parties; i++) {
        parties[i] = proposal->parties[i];
    }
    plm_status status = plm_agreement_load(&agreement, node->store, proposal->accord_hash);
    if (status == PLM_E_NOT_FOUND) {
        end->reason = PLM_TALLY_REFUSED;
        return PLM_E_REFUSED;
    }
    if (status != PLM_OK) {
        return status;
    }
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(now_ms));
    status = plm_policy_tally(&effective, agreement->accord, &state, parties, proposal->n_parties,
                              proposal->purpose, &refusal);
    if (status == PLM_E_REFUSED) {
        end->reason = PLM_TALLY_REFUSED;
        (void)snprintf(end->clause, sizeof end->clause, "%s", refusal.clause);
    }
    status = status == PLM_OK
                 ? judge_terms(proposal, agreement->accord, &effective, state.today, end)
                 : status;
    status =
        status == PLM_OK ? judge_budget(node->store, proposal, &effective, now_ms, end) : status;
    status = status == PLM_OK
                 ? judge_list(node, proposal, agreement->accord, &effective, me, n, end)
                 : status;
    plm_agreement_destroy(agreement);
    return status;
}
