/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.c - whether a run may be (spec/accord.md section 5). What reservations leave of a purpose
 * is in effective.c, who takes part in admit.c.
 */
#include "accord/refuse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    const char *sentence;
} refusals[] = {
    [PLM_REFUSAL_NONE] = {"none", "nothing was refused"},
    [PLM_REFUSAL_NOT_IN_FORCE] = {"not-in-force",
                                  "the accord is not in force between the two parties"},
    [PLM_REFUSAL_PARTY] = {"party", "asker and holder must be two parties of the accord"},
    [PLM_REFUSAL_PURPOSE] = {"purpose", "the accord has no such purpose"},
    [PLM_REFUSAL_OFFENCE] = {"offence", "the offence is outside the purpose's catalogue"},
    [PLM_REFUSAL_RULES] = {"rules", "the rules are not those of the purpose"},
    [PLM_REFUSAL_ENGINE] = {"engine", "the engine is not the one the purpose gives"},
    [PLM_REFUSAL_LEARNS] = {"learns", "the purpose lets somebody else learn the hits"},
    [PLM_REFUSAL_RECIPE] = {"recipe", "the two sides would make tokens by different recipes"},
    [PLM_REFUSAL_BUDGET_RUN] = {"budget-run", "more tokens than one run may have"},
    [PLM_REFUSAL_BUDGET_DAY] = {"budget-day", "the day's budget of tokens is used up"},
    [PLM_REFUSAL_BUDGET_RUNS] = {"budget-runs", "the day's budget of runs is used up"},
    [PLM_REFUSAL_SMALLEST_SET] = {"smallest-set", "fewer tokens than may take part"},
    [PLM_REFUSAL_REPLAYED] = {"replayed",
                              "the run was proposed before, or belongs to another connection"},
    [PLM_REFUSAL_CLOCK] = {"clock", "the clocks of the two sides are more than 10 minutes apart"},
    [PLM_REFUSAL_SIGNATURE] = {"signature", "the signature is not of the asker's identity key"},
    [PLM_REFUSAL_UNAVAILABLE] = {"unavailable",
                                 "the holder has too little to compare, or can't answer now"},
    [PLM_REFUSAL_PADDING] = {"padding", "the number of tokens is not rounded up as agreed"},
    [PLM_REFUSAL_CASE] = {"case", "no run without an open case and its officer"},
    [PLM_REFUSAL_LEDGER] = {"ledger", "a ledger does not go on from what it showed before"},
    [PLM_REFUSAL_BUDGET_LOOKUPS] = {"budget-lookups", "the hour's budget of lookups is used up"},
    [PLM_REFUSAL_INDEX] = {"index", "the holder has published no index for the purpose"},
    [PLM_REFUSAL_STANDING] = {"standing", "no run may repeat so, or not yet"},
};

_Static_assert(sizeof refusals / sizeof *refusals == PLM_REFUSAL_COUNT, "every code has words");
_Static_assert((int)PLM_REFUSAL_COUNT - 1 == (int)PLM_REFUSAL_CODE_LAST, "codes on the wire");

const char *plm_refusal_name(unsigned code)
{
    return code < PLM_REFUSAL_COUNT ? refusals[code].name : "unknown";
}

unsigned plm_refusal_named(const char *name)
{
    unsigned code = 1;
    while (code < PLM_REFUSAL_COUNT && strcmp(refusals[code].name, name) != 0) {
        code++;
    }
    return code < PLM_REFUSAL_COUNT ? code : 0;
}

const char *plm_refusal_sentence(unsigned code)
{
    return code < PLM_REFUSAL_COUNT ? refusals[code].sentence
                                    : "refused for a reason this version does not know";
}

plm_status plm_refuse(plm_refusal *refusal, plm_refusal_code code, const char *clause, ...)
{
    va_list args;
    va_start(args, clause);
    memset(refusal, 0, sizeof *refusal);
    refusal->code = code;
    (void)vsnprintf(refusal->clause, sizeof refusal->clause, clause, args);
    va_end(args);
    return PLM_E_REFUSED;
}

const plm_ratification *plm_in_force_ratification(const plm_in_force *state, const char *party)
{
    for (size_t i = 0; i < state->n_ratified; i++) {
        if (strcmp(state->ratified[i]->head.party, party) == 0) {
            return state->ratified[i];
        }
    }
    return NULL;
}

/* Parties counted, not entries: a code that stands twice or is no party's does not help. */
static size_t count_ratified(const plm_accord *accord, const plm_in_force *state)
{
    size_t n = 0;
    for (size_t i = 0; i < accord->n_parties; i++) {
        n += plm_in_force_ratification(state, accord->parties[i].code) != NULL;
    }
    return n;
}

static plm_status check_parties(const plm_accord *accord, const plm_in_force *state,
                                const char *const codes[static 2], plm_refusal *refusal)
{
    for (size_t i = 0; i < 2; i++) {
        const plm_party *party = plm_accord_party(accord, codes[i]);
        if (party == NULL) {
            return plm_refuse(refusal, PLM_REFUSAL_PARTY, "/parties");
        }
        if (plm_in_force_ratification(state, party->code) == NULL) {
            return plm_refuse(refusal, PLM_REFUSAL_NOT_IN_FORCE, "/parties/%zu",
                              (size_t)(party - accord->parties));
        }
    }
    if (strcmp(codes[0], codes[1]) == 0) {
        return plm_refuse(refusal, PLM_REFUSAL_PARTY, "/parties");
    }
    return PLM_OK;
}

static plm_status check_denounced(const plm_in_force *state, const char *code, plm_refusal *refusal)
{
    for (size_t i = 0; i < state->n_denounced; i++) {
        const plm_denunciation *d = state->denounced[i];
        if (strcmp(d->head.party, code) == 0 && plm_date_compare(state->today, d->last_day) > 0) {
            return plm_refuse(refusal, PLM_REFUSAL_NOT_IN_FORCE, "/denunciations/%s/last_day",
                              code);
        }
    }
    return PLM_OK;
}

static bool is_among(const char *const *codes, size_t n, const char *code)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(codes[i], code) == 0) {
            return true;
        }
    }
    return false;
}

/* A newer accord takes the place of this one once it has entered into force between the two. */
static plm_status check_replaced(const plm_in_force *state, const char *const codes[static 2],
                                 plm_refusal *refusal)
{
    for (size_t i = 0; i < state->n_successors; i++) {
        const plm_successor *s = &state->successors[i];
        size_t n = 0;
        for (size_t j = 0; j < s->accord->n_parties; j++) {
            n += is_among(s->ratified, s->n_ratified, s->accord->parties[j].code);
        }
        if (n >= s->accord->in_force_after && plm_accord_party(s->accord, codes[0]) != NULL &&
            plm_accord_party(s->accord, codes[1]) != NULL &&
            is_among(s->ratified, s->n_ratified, codes[0]) &&
            is_among(s->ratified, s->n_ratified, codes[1])) {
            char hash[2 * PLM_ACCORD_HASH_BYTES + 1];
            plm_hex_encode(hash, s->accord->hash, sizeof s->accord->hash);
            return plm_refuse(refusal, PLM_REFUSAL_NOT_IN_FORCE, "/amendments/%s", hash);
        }
    }
    return PLM_OK;
}

/* Does `party` refuse the counterparty as such? */
static plm_status check_accepted(const plm_in_force *state, const char *party, const char *other,
                                 plm_refusal *refusal)
{
    const plm_ratification *r = plm_in_force_ratification(state, party);
    for (size_t i = 0; i < r->n_reservations; i++) {
        const plm_reservation *reservation = &r->reservations[i];
        if (reservation->refuses && reservation->n_purposes == 0 &&
            plm_reservation_applies(reservation, "", other)) {
            return plm_refuse(refusal, PLM_REFUSAL_NOT_IN_FORCE,
                              "/ratifications/%s/reservations/%zu/counterparties", party, i);
        }
    }
    return PLM_OK;
}

plm_status plm_policy_in_force(const plm_accord *accord, const plm_in_force *state, const char *a,
                               const char *b, plm_refusal *refusal)
{
    /* A clock that gives no day gives no run. */
    bool has_day =
        plm_date_is_valid(state->today) && state->today.month > 0 && state->today.day > 0;
    if (!has_day || plm_date_compare(state->today, accord->expires) > 0) {
        return plm_refuse(refusal, PLM_REFUSAL_NOT_IN_FORCE, "/expires");
    }
    if (count_ratified(accord, state) < accord->in_force_after) {
        return plm_refuse(refusal, PLM_REFUSAL_NOT_IN_FORCE, "/in_force_after");
    }
    const char *const codes[] = {a, b};
    plm_status status;
    if ((status = check_parties(accord, state, codes, refusal)) != PLM_OK ||
        (status = check_denounced(state, a, refusal)) != PLM_OK ||
        (status = check_denounced(state, b, refusal)) != PLM_OK ||
        (status = check_replaced(state, codes, refusal)) != PLM_OK ||
        (status = check_accepted(state, a, b, refusal)) != PLM_OK ||
        (status = check_accepted(state, b, a, refusal)) != PLM_OK) {
        return status;
    }
    memset(refusal, 0, sizeof *refusal);
    return PLM_OK;
}

bool plm_policy_has_offence(const plm_purpose *purpose, const char *code)
{
    return plm_purpose_has_offence(purpose, code) && plm_offence_find(code) != NULL;
}

/* True if the proposal names the purpose's rules, each once, and no other. */
static bool has_same_rules(const plm_purpose *purpose, const plm_proposal *proposal)
{
    if (proposal->n_rules != purpose->n_rules || proposal->n_rules > PLM_MESSAGE_RULES_MAX) {
        return false;
    }
    bool seen[PLM_RULES_MAX] = {false};
    for (size_t i = 0; i < proposal->n_rules; i++) {
        size_t rule;
        size_t at = 0;
        if (plm_rule_find(&rule, proposal->rules[i]) != PLM_OK) {
            return false;
        }
        while (at < purpose->n_rules && purpose->rules[at] != rule) {
            at++;
        }
        if (at == purpose->n_rules || seen[at]) {
            return false;
        }
        seen[at] = true;
    }
    return true;
}

bool plm_policy_has_recipe(const plm_accord *accord,
                           const uint8_t digest[static PLM_RECIPE_DIGEST_BYTES])
{
    uint8_t own[PLM_RECIPE_DIGEST_BYTES];
    plm_recipe_digest(own);
    return memcmp(accord->recipe_digest, digest, sizeof own) == 0 &&
           memcmp(accord->recipe_digest, own, sizeof own) == 0;
}

static bool is_hex(const char *text, size_t n)
{
    return strlen(text) == n && strspn(text, "0123456789abcdef") == n;
}

bool plm_policy_has_case(const char *case_ref, const char *officer)
{
    return is_hex(case_ref, PLM_CASE_OPAQUE_DIGITS) && is_hex(officer, PLM_OFFICER_DIGITS);
}

/* A clause of the effective purpose: where its term comes from. */
static plm_status refuse_term(plm_refusal *refusal, plm_refusal_code code,
                              const plm_effective *effective, plm_term term)
{
    return plm_refuse_source(refusal, code, effective->terms[term], effective->index,
                             plm_term_pointer(term));
}

static plm_status check_numbers(const plm_effective *effective, const plm_usage *usage,
                                uint64_t n_tokens, plm_refusal *refusal)
{
    const plm_purpose *purpose = &effective->purpose;
    uint64_t pad_to = purpose->pad_to > 0 ? purpose->pad_to : 1;
    if (n_tokens % pad_to != 0) {
        return plm_refuse(refusal, PLM_REFUSAL_PADDING, "/purposes/%zu/pad_to", effective->index);
    }
    if (n_tokens == 0 || n_tokens < purpose->smallest_set) {
        return refuse_term(refusal, PLM_REFUSAL_SMALLEST_SET, effective, PLM_TERM_SMALLEST_SET);
    }
    if (n_tokens > purpose->budget.tokens_per_run) {
        return refuse_term(refusal, PLM_REFUSAL_BUDGET_RUN, effective, PLM_TERM_TOKENS_PER_RUN);
    }
    /* Compared without adding: no sum can wrap round. */
    if (usage->tokens_today > purpose->budget.tokens_per_day ||
        n_tokens > purpose->budget.tokens_per_day - usage->tokens_today) {
        return refuse_term(refusal, PLM_REFUSAL_BUDGET_DAY, effective, PLM_TERM_TOKENS_PER_DAY);
    }
    if (usage->runs_today >= purpose->budget.runs_per_day) {
        return refuse_term(refusal, PLM_REFUSAL_BUDGET_RUNS, effective, PLM_TERM_RUNS_PER_DAY);
    }
    return PLM_OK;
}

/* The lists of a proposal: its offence and its rules; and its choices: engine and learns. */
static plm_status check_choices(const plm_effective *effective, const plm_policy_pair *pair,
                                const plm_proposal *proposal, plm_refusal *refusal)
{
    const plm_purpose *purpose = &effective->purpose;
    if (!plm_policy_has_offence(purpose, proposal->offence)) {
        return plm_refuse_offence(refusal, pair, effective->index, proposal->offence);
    }
    if (!has_same_rules(purpose, proposal)) {
        return plm_refuse_rules(refusal, pair, effective->index, proposal);
    }
    if (proposal->engine != plm_policy_engine(purpose, proposal->n_tokens)) {
        return plm_refuse_source(refusal, PLM_REFUSAL_ENGINE, effective->engine, effective->index,
                                 effective->engine.by != NULL ? "engines" : "engine");
    }
    if (proposal->learns != purpose->learns) {
        return plm_refuse_source(refusal, PLM_REFUSAL_LEARNS, effective->learns, effective->index,
                                 effective->learns.by != NULL ? "holder_first" : "learns");
    }
    return PLM_OK;
}

plm_status plm_policy_check_proposal(const plm_accord *accord, const plm_in_force *state,
                                     const plm_usage *usage, const plm_proposal *proposal,
                                     plm_refusal *refusal)
{
    if (memcmp(proposal->accord_hash, accord->hash, sizeof accord->hash) != 0) {
        return plm_refuse(refusal, PLM_REFUSAL_NOT_IN_FORCE, "%s", "");
    }
    plm_effective effective;
    plm_status status = plm_policy_effective(&effective, accord, state, proposal->asker,
                                             proposal->holder, proposal->purpose, refusal);
    if (status != PLM_OK) {
        return status;
    }
    const plm_policy_pair pair = {accord, plm_in_force_ratification(state, proposal->asker),
                                  plm_in_force_ratification(state, proposal->holder)};
    status = check_choices(&effective, &pair, proposal, refusal);
    if (status != PLM_OK) {
        return status;
    }
    if (!plm_policy_has_recipe(accord, proposal->recipe_digest)) {
        return plm_refuse(refusal, PLM_REFUSAL_RECIPE, "/recipe");
    }
    if (!plm_policy_has_case(proposal->case_ref, proposal->officer)) {
        return plm_refuse(refusal, PLM_REFUSAL_CASE, "%s", "");
    }
    status = plm_policy_check_standing(&effective, state->today, usage, proposal, refusal);
    return status != PLM_OK ? status
                            : check_numbers(&effective, usage, proposal->n_tokens, refusal);
}

plm_match_engine plm_policy_engine(const plm_purpose *purpose, uint64_t n_tokens)
{
    if (purpose->has_person_rules) {
        return PLM_ENGINE_VOLE; /* which alone seals labels to tokens */
    }
    switch (purpose->engine) {
    case PLM_ENGINE_CHOICE_VOLE:
        return PLM_ENGINE_VOLE;
    case PLM_ENGINE_CHOICE_BY_SIZE:
        return n_tokens >= PLM_ENGINE_BY_SIZE ? PLM_ENGINE_VOLE : PLM_ENGINE_OPRF;
    case PLM_ENGINE_CHOICE_OPRF:
    default:
        return PLM_ENGINE_OPRF;
    }
}

uint64_t plm_policy_padded(const plm_purpose *purpose, uint64_t n)
{
    uint64_t pad_to = purpose->pad_to > 0 ? purpose->pad_to : 1;
    uint64_t multiples = n == 0 ? 1 : n / pad_to + (n % pad_to != 0);
    /* Where no multiple holds n: more than any budget allows. */
    return multiples > UINT64_MAX / pad_to ? UINT64_MAX : multiples * pad_to;
}
