/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_scope.c - one index is for all parties: what reservations leave against every one of them.
 */
#include "node/index_make.h"

#include "crypto/hasher.h"
#include "ident/recipe.h"
#include "node/agreement.h"

#include <stdlib.h>
#include <string.h>

struct plm_index_scope {
    plm_agreement *agreement;
    plm_effective effective; /* its purpose: narrowed party by party */
    plm_effective next;
    size_t n_parties;
};

/* Not to be copied: the purpose's list of offences is the struct's own. */
static void take_first(plm_index_scope *scope)
{
    scope->effective = scope->next;
    memcpy(scope->effective.offences, scope->next.offences, sizeof scope->effective.offences);
    scope->effective.purpose.offences = scope->effective.offences;
}

static plm_status narrow_by_all(plm_index_scope *scope, const char *self, const char *purpose,
                                plm_refusal *refusal)
{
    const plm_accord *accord = scope->agreement->accord;
    const plm_in_force state = plm_agreement_state(scope->agreement, plm_date_of_ms(plm_wall_ms()));
    for (size_t i = 0; i < accord->n_parties; i++) {
        const char *other = accord->parties[i].code;
        plm_refusal why;
        plm_status status =
            strcmp(other, self) == 0
                ? PLM_E_REFUSED
                : plm_policy_effective(&scope->next, accord, &state, self, other, purpose, &why);
        if (status == PLM_OK && scope->next.purpose.budget.lookups_per_hour == 0) {
            why = (plm_refusal){.code = PLM_REFUSAL_BUDGET_LOOKUPS};
            status = PLM_E_REFUSED;
        }
        if (status == PLM_OK && scope->n_parties++ == 0) {
            take_first(scope);
        } else if (status == PLM_OK) {
            plm_effective_meet(&scope->effective, &scope->next.purpose);
        } else if (status == PLM_E_REFUSED && strcmp(other, self) != 0) {
            *refusal = why; /* that party gets nothing, and takes nothing from the others */
        } else if (status != PLM_E_REFUSED) {
            return status;
        }
    }
    const plm_purpose *left = &scope->effective.purpose;
    return scope->n_parties > 0 && left->n_offences > 0 && left->n_rules > 0 ? PLM_OK
                                                                             : PLM_E_REFUSED;
}

/* The newest accord in which we are in force with somebody, and that has the purpose. */
static plm_status find_agreement(plm_agreement **out, const plm_node *node, const char *purpose)
{
    plm_tls_pin *pins = NULL;
    size_t n = 0;
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    plm_agreement *best = NULL;
    plm_status status = plm_agreement_pins(&pins, &n, node->store, node->code, NULL);
    for (size_t i = 0; status == PLM_OK && best == NULL && i < n; i++) {
        plm_refusal why;
        status = plm_agreement_find(&best, node->store, node->code, pins[i].party, purpose, today);
        if (status != PLM_OK) {
            break;
        }
        const plm_in_force state = plm_agreement_state(best, today);
        if (plm_policy_in_force(best->accord, &state, node->code, pins[i].party, &why) != PLM_OK ||
            plm_accord_purpose(best->accord, purpose) == NULL) {
            plm_agreement_destroy(best);
            best = NULL;
        }
    }
    free(pins);
    if (status == PLM_OK && best == NULL) {
        status = PLM_E_NOT_FOUND;
    }
    *out = best;
    return status;
}

plm_status plm_index_scope_find(plm_index_scope **out, const plm_node *node,
                                const uint8_t *accord_hash, const char *purpose,
                                plm_refusal *refusal)
{
    plm_index_scope *scope = (plm_index_scope *)calloc(1, sizeof *scope);
    *refusal = (plm_refusal){.code = PLM_REFUSAL_NOT_IN_FORCE};
    if (scope == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = accord_hash == NULL
                            ? find_agreement(&scope->agreement, node, purpose)
                            : plm_agreement_load(&scope->agreement, node->store, accord_hash);
    if (status == PLM_OK) {
        status = narrow_by_all(scope, node->code, purpose, refusal);
    }
    if (status != PLM_OK) {
        plm_index_scope_destroy(scope);
        return status;
    }
    *out = scope;
    return PLM_OK;
}

void plm_index_scope_destroy(plm_index_scope *scope)
{
    if (scope != NULL) {
        plm_agreement_destroy(scope->agreement);
        free(scope);
    }
}

const plm_accord *plm_index_scope_accord(const plm_index_scope *scope)
{
    return scope->agreement->accord;
}

const plm_purpose *plm_index_scope_purpose(const plm_index_scope *scope)
{
    return &scope->effective.purpose;
}

void plm_index_scope_hash(uint8_t out[static 32], const plm_index_scope *scope)
{
    const plm_purpose *p = plm_index_scope_purpose(scope);
    uint8_t recipe[PLM_RECIPE_DIGEST_BYTES];
    plm_hasher h;
    plm_recipe_digest(recipe);
    plm_hasher_init(&h, "palermo/1 index-scope");
    plm_hasher_bytes(&h, plm_span_str(PALERMO_VERSION));
    plm_hasher_fixed(&h, recipe, sizeof recipe);
    plm_hasher_fixed(&h, plm_index_scope_accord(scope)->hash, PLM_ACCORD_HASH_BYTES);
    plm_hasher_bytes(&h, plm_span_str(p->code));
    plm_hasher_number(&h, (uint64_t)p->aim);
    plm_hasher_number(&h, p->holder_roles);
    plm_hasher_number(&h, p->n_offences);
    for (size_t i = 0; i < p->n_offences; i++) {
        plm_hasher_bytes(&h, plm_span_str(p->offences[i]));
    }
    plm_hasher_number(&h, p->n_rules);
    for (size_t i = 0; i < p->n_rules; i++) {
        plm_hasher_number(&h, p->rules[i]);
    }
    plm_hasher_final(&h, out);
}
