/* SPDX-License-Identifier: Apache-2.0 */
/*
 * effective.c - what reservations and the two catalogues of offences leave of a purpose
 * (spec/accord.md section 5.2).
 */
#include "accord/refuse.h"

#include <string.h>

static bool is_among(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool plm_reservation_applies(const plm_reservation *reservation, const char *purpose,
                             const char *counterparty)
{
    return (reservation->n_purposes == 0 ||
            is_among(reservation->purposes, reservation->n_purposes, purpose)) &&
           (reservation->n_counterparties == 0 ||
            is_among(reservation->counterparties, reservation->n_counterparties, counterparty));
}

bool plm_purpose_has_offence(const plm_purpose *purpose, const char *code)
{
    return is_among(purpose->offences, purpose->n_offences, code);
}

bool plm_purpose_has_rule(const plm_purpose *purpose, uint32_t rule)
{
    for (size_t i = 0; i < purpose->n_rules; i++) {
        if (purpose->rules[i] == rule) {
            return true;
        }
    }
    return false;
}

void plm_effective_meet(plm_effective *all, const plm_purpose *other)
{
    plm_purpose *purpose = &all->purpose;
    size_t n = 0;
    for (size_t i = 0; i < purpose->n_offences; i++) {
        if (plm_purpose_has_offence(other, purpose->offences[i])) {
            all->offences[n++] = purpose->offences[i];
        }
    }
    purpose->offences = all->offences;
    purpose->n_offences = n;
    n = 0;
    for (size_t i = 0; i < purpose->n_rules; i++) {
        if (plm_purpose_has_rule(other, purpose->rules[i])) {
            purpose->rules[n++] = purpose->rules[i];
        }
    }
    purpose->n_rules = n;
    purpose->asker_roles &= other->asker_roles;
    purpose->holder_roles &= other->holder_roles;
}

/* What is asked of each reservation that applies. */
typedef bool takes_fn(const plm_reservation *reservation, const void *what);

static bool takes_offence(const plm_reservation *reservation, const void *what)
{
    return is_among(reservation->offences, reservation->n_offences, (const char *)what);
}

static bool takes_category(const plm_reservation *reservation, const void *what)
{
    return (reservation->categories >> *(const unsigned *)what & 1) != 0;
}

static bool takes_rule(const plm_reservation *reservation, const void *what)
{
    return (reservation->rules >> *(const uint32_t *)what & 1) != 0;
}

static bool takes_engine(const plm_reservation *reservation, const void *what)
{
    return (reservation->engines >> *(const plm_match_engine *)what & 1) != 0;
}

static bool takes_label(const plm_reservation *reservation, const void *what)
{
    return (reservation->labels >> *(const unsigned *)what & 1) != 0;
}

static bool puts_holder_first(const plm_reservation *reservation, const void *what)
{
    (void)what;
    return reservation->holder_first;
}

static bool takes_standing(const plm_reservation *reservation, const void *what)
{
    (void)what;
    return reservation->no_standing;
}

static bool refuses(const plm_reservation *reservation, const void *what)
{
    (void)what;
    return reservation->refuses;
}

/* The first reservation of the two parties, about this purpose and each other, that takes it. */
static plm_source find(const plm_policy_pair *pair, const char *purpose, takes_fn *takes,
                       const void *what)
{
    const plm_ratification *const sides[2] = {pair->a, pair->b};
    for (size_t s = 0; s < 2; s++) {
        const plm_ratification *r = sides[s];
        for (size_t i = 0; i < r->n_reservations; i++) {
            if (plm_reservation_applies(&r->reservations[i], purpose, sides[1 - s]->head.party) &&
                takes(&r->reservations[i], what)) {
                return (plm_source){r, i};
            }
        }
    }
    return (plm_source){NULL, 0};
}

plm_status plm_refuse_source(plm_refusal *refusal, plm_refusal_code code, plm_source source,
                             size_t purpose, const char *member)
{
    if (source.by == NULL) {
        return plm_refuse(refusal, code, "/purposes/%zu/%s", purpose, member);
    }
    return plm_refuse(refusal, code, "/ratifications/%s/reservations/%zu/%s", source.by->head.party,
                      source.reservation, member);
}

static bool is_punishable(const plm_ratification *r, const char *code)
{
    return is_among(r->catalogue, r->n_catalogue, code);
}

plm_status plm_refuse_offence(plm_refusal *refusal, const plm_policy_pair *pair, size_t purpose,
                              const char *code)
{
    const plm_purpose *p = &pair->accord->purposes[purpose];
    const plm_ratification *const sides[2] = {pair->a, pair->b};
    plm_source source = {NULL, 0};
    if (is_among(p->offences, p->n_offences, code)) {
        for (size_t s = 0; s < 2; s++) {
            if (!is_punishable(sides[s], code)) {
                return plm_refuse(refusal, PLM_REFUSAL_OFFENCE, "/ratifications/%s/catalogue",
                                  sides[s]->head.party);
            }
        }
        source = find(pair, p->code, takes_offence, code);
    }
    return plm_refuse_source(refusal, PLM_REFUSAL_OFFENCE, source, purpose, "offences");
}

plm_status plm_refuse_rules(plm_refusal *refusal, const plm_policy_pair *pair, size_t purpose,
                            const plm_proposal *proposal)
{
    const plm_purpose *p = &pair->accord->purposes[purpose];
    plm_source source = {NULL, 0};
    size_t n = proposal->n_rules <= PLM_MESSAGE_RULES_MAX ? proposal->n_rules : 0;
    for (size_t i = 0; i < n && source.by == NULL; i++) {
        size_t rule;
        if (plm_rule_find(&rule, proposal->rules[i]) == PLM_OK) {
            const uint32_t number = (uint32_t)rule;
            source = find(pair, p->code, takes_rule, &number);
        }
    }
    return plm_refuse_source(refusal, PLM_REFUSAL_RULES, source, purpose, "rules");
}

/* Offences punishable under both laws that nobody took out. */
static plm_status narrow_offences(plm_effective *out, const plm_policy_pair *pair,
                                  const plm_purpose *whole, plm_refusal *refusal)
{
    size_t n = 0;
    for (size_t i = 0; i < whole->n_offences; i++) {
        const char *code = whole->offences[i];
        if (is_punishable(pair->a, code) && is_punishable(pair->b, code) &&
            find(pair, whole->code, takes_offence, code).by == NULL) {
            out->offences[n++] = code;
        }
    }
    out->purpose.offences = out->offences;
    out->purpose.n_offences = n;
    return n > 0 ? PLM_OK : plm_refuse_offence(refusal, pair, out->index, whole->offences[0]);
}

static plm_status narrow_roles(plm_effective *out, const plm_policy_pair *pair,
                               const plm_purpose *whole, plm_refusal *refusal)
{
    plm_source first[2] = {{NULL, 0}, {NULL, 0}};
    for (unsigned role = 0; role < PLM_ROLE_COUNT; role++) {
        const plm_source source = find(pair, whole->code, takes_category, &role);
        const uint32_t sides[2] = {whole->asker_roles, whole->holder_roles};
        for (size_t s = 0; s < 2; s++) {
            if (source.by != NULL && first[s].by == NULL && (sides[s] >> role & 1) != 0) {
                first[s] = source;
            }
        }
        if (source.by != NULL) {
            out->purpose.asker_roles &= ~(1U << role);
            out->purpose.holder_roles &= ~(1U << role);
        }
    }
    if (out->purpose.asker_roles != 0 && out->purpose.holder_roles != 0) {
        return PLM_OK;
    }
    return plm_refuse_source(refusal, PLM_REFUSAL_PURPOSE,
                             first[out->purpose.asker_roles == 0 ? 0 : 1], out->index,
                             "categories");
}

static plm_status narrow_rules(plm_effective *out, const plm_policy_pair *pair,
                               const plm_purpose *whole, plm_refusal *refusal)
{
    plm_source first = {NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < whole->n_rules && i < PLM_RULES_MAX; i++) {
        const plm_source source = find(pair, whole->code, takes_rule, &whole->rules[i]);
        if (source.by == NULL) {
            out->purpose.rules[n++] = whole->rules[i];
        } else if (first.by == NULL) {
            first = source;
        }
    }
    out->purpose.n_rules = n;
    return n > 0 ? PLM_OK
                 : plm_refuse_source(refusal, PLM_REFUSAL_RULES, first, out->index, "rules");
}

static plm_status narrow_engine(plm_effective *out, const plm_policy_pair *pair,
                                const plm_purpose *whole, plm_refusal *refusal)
{
    const plm_match_engine oprf = PLM_ENGINE_OPRF;
    const plm_match_engine vole = PLM_ENGINE_VOLE;
    const plm_source no_oprf = find(pair, whole->code, takes_engine, &oprf);
    const plm_source no_vole = find(pair, whole->code, takes_engine, &vole);
    bool is_by_size = whole->engine == PLM_ENGINE_CHOICE_BY_SIZE;
    if (no_oprf.by != NULL &&
        (whole->engine == PLM_ENGINE_CHOICE_OPRF || (is_by_size && no_vole.by != NULL))) {
        return plm_refuse_source(refusal, PLM_REFUSAL_ENGINE, no_oprf, out->index, "engines");
    }
    if (no_vole.by != NULL && whole->engine == PLM_ENGINE_CHOICE_VOLE) {
        return plm_refuse_source(refusal, PLM_REFUSAL_ENGINE, no_vole, out->index, "engines");
    }
    if (is_by_size && no_oprf.by != NULL) {
        out->purpose.engine = PLM_ENGINE_CHOICE_VOLE;
        out->engine = no_oprf;
    } else if (is_by_size && no_vole.by != NULL) {
        out->purpose.engine = PLM_ENGINE_CHOICE_OPRF;
        out->engine = no_vole;
    }
    return PLM_OK;
}

/* Each number at its tightest; of equal ones the first counts. */
static void narrow_terms(plm_effective *out, const plm_policy_pair *pair, const char *purpose)
{
    const plm_ratification *const sides[2] = {pair->a, pair->b};
    for (size_t s = 0; s < 2; s++) {
        const plm_ratification *r = sides[s];
        for (size_t i = 0; i < r->n_reservations; i++) {
            const plm_reservation *reservation = &r->reservations[i];
            if (!plm_reservation_applies(reservation, purpose, sides[1 - s]->head.party)) {
                continue;
            }
            for (unsigned t = 0; t < PLM_TERM_COUNT; t++) {
                uint64_t now = plm_term_get(&out->purpose, (plm_term)t);
                uint64_t wish = reservation->terms[t];
                bool is_tighter = plm_term_rises((plm_term)t) ? wish > now : wish < now;
                if ((reservation->has_term >> t & 1) != 0 && is_tighter) {
                    plm_term_set(&out->purpose, (plm_term)t, wish);
                    out->terms[t] = (plm_source){r, i};
                }
            }
        }
    }
}

static void narrow_release(plm_effective *out, const plm_policy_pair *pair,
                           const plm_purpose *whole)
{
    for (unsigned label = 0; label < plm_label_count(); label++) {
        if (find(pair, whole->code, takes_label, &label).by != NULL) {
            out->purpose.labels &= ~(UINT64_C(1) << label);
        }
    }
    const plm_source first = find(pair, whole->code, puts_holder_first, NULL);
    if (first.by != NULL && whole->learns != PLM_LEARNS_HOLDER) {
        out->purpose.learns = PLM_LEARNS_HOLDER;
        out->learns = first;
    }
}

static void narrow_standing(plm_effective *out, const plm_policy_pair *pair,
                            const plm_purpose *whole)
{
    const plm_source no = find(pair, whole->code, takes_standing, NULL);
    if (no.by != NULL && whole->has_standing) {
        out->purpose.has_standing = false;
        out->standing = no;
    }
}

plm_status plm_policy_narrow(plm_effective *out, const plm_accord *accord,
                             const plm_in_force *state, const char *a, const char *b,
                             const char *purpose, plm_refusal *refusal)
{
    plm_status status = plm_policy_in_force(accord, state, a, b, refusal);
    if (status != PLM_OK) {
        return status;
    }
    const plm_purpose *whole = plm_accord_purpose(accord, purpose);
    if (whole == NULL) {
        return plm_refuse(refusal, PLM_REFUSAL_PURPOSE, "/purposes");
    }
    const plm_policy_pair pair = {accord, plm_in_force_ratification(state, a),
                                  plm_in_force_ratification(state, b)};
    *out = (plm_effective){.purpose = *whole, .index = (size_t)(whole - accord->purposes)};
    const plm_source no = find(&pair, whole->code, refuses, NULL);
    if (no.by != NULL) {
        return plm_refuse_source(refusal, PLM_REFUSAL_PURPOSE, no, out->index, "purposes");
    }
    if ((status = narrow_offences(out, &pair, whole, refusal)) != PLM_OK ||
        (status = narrow_roles(out, &pair, whole, refusal)) != PLM_OK ||
        (status = narrow_rules(out, &pair, whole, refusal)) != PLM_OK ||
        (status = narrow_engine(out, &pair, whole, refusal)) != PLM_OK) {
        return status;
    }
    narrow_terms(out, &pair, whole->code);
    narrow_release(out, &pair, whole);
    narrow_standing(out, &pair, whole);
    memset(refusal, 0, sizeof *refusal);
    return PLM_OK;
}

plm_status plm_policy_effective(plm_effective *out, const plm_accord *accord,
                                const plm_in_force *state, const char *a, const char *b,
                                const char *purpose, plm_refusal *refusal)
{
    plm_status status = plm_policy_narrow(out, accord, state, a, b, purpose, refusal);
    if (status == PLM_OK && out->purpose.aim == PLM_AIM_STATISTICS) {
        return plm_refuse(refusal, PLM_REFUSAL_PURPOSE, "/purposes/%zu/aim", out->index);
    }
    return status;
}
