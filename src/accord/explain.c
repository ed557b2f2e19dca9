/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    INDENT = 12
};

/* Of an item of a list, whose text begins where all others do. */
static const char bullet[] = "          -";

static void say_party(plm_words *w, const char *label, const plm_party *party)
{
    char languages[PLM_EXPLAIN_NAMES] = "";
    for (size_t i = 0, used = 0; i < party->n_languages && used < sizeof languages; i++) {
        int wrote = snprintf(languages + used, sizeof languages - used, "%s%s", i > 0 ? ", " : "",
                             party->languages[i]);
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    plm_words_line(w, label, INDENT, "%s, %s (%s); urgent contact: %s; languages: %s", party->code,
                   party->name, party->kind, party->contact, languages);
    for (size_t i = 0; i < party->n_death_penalty; i++) {
        plm_words_line(w, bullet, INDENT, "its law knows the death penalty for %s; assurance: %s",
                       party->death_penalty[i],
                       party->assurances[0] != '\0' ? party->assurances : "none");
    }
}

static void say_head(plm_words *w, const plm_accord *accord, const plm_party *me,
                     const plm_party *with)
{
    char hash[2 * PLM_ACCORD_HASH_BYTES + 1];
    char recipe[2 * PLM_RECIPE_DIGEST_BYTES + 1];
    char expires[PLM_DATE_TEXT];
    plm_hex_encode(hash, accord->hash, sizeof accord->hash);
    plm_hex_encode(recipe, accord->recipe_digest, sizeof accord->recipe_digest);
    plm_date_format(expires, accord->expires);
    plm_words_line(w, "Accord", INDENT, "%s", accord->title);
    plm_words_line(w, "hash", INDENT, "%s", hash);
    plm_words_line(w, "recipe", INDENT, "%s", recipe);
    say_party(w, "between", me);
    say_party(w, "and", with);
    if (accord->n_parties > 2) {
        plm_words_line(w, "", INDENT, "%zu parties in all", accord->n_parties);
    }
    plm_words_line(w, "in force", INDENT,
                   "between the parties that have ratified it, once %" PRIu32
                   " of them have; %s is its last day; a party may leave with %" PRIu32
                   " days of notice",
                   accord->in_force_after, expires, accord->notice_days);
    if (accord->amends) {
        plm_hex_encode(hash, accord->amended_hash, sizeof accord->amended_hash);
        plm_words_line(w, "amends", INDENT, "%s", hash);
    }
}

/* Whether it counts between the two now; if not, which clause says so. */
static void say_state(plm_words *w, const plm_accord *accord, const plm_in_force *state,
                      const char *me, const char *with)
{
    plm_refusal refusal;
    if (plm_policy_in_force(accord, state, me, with, &refusal) == PLM_OK) {
        plm_words_line(w, "now", INDENT, "in force between the two");
    } else {
        plm_words_line(w, "now", INDENT, "not in force between the two: clause %s", refusal.clause);
    }
}

static void say_aim(plm_words *w, const plm_purpose *purpose)
{
    if (purpose->aim == PLM_AIM_PROTECTION) {
        plm_words_line(w, "aim", INDENT,
                       "protection of victims, missing persons and minors. Whoever is accused or "
                       "listed takes part only if he or she may be a minor.");
    } else if (purpose->aim == PLM_AIM_STATISTICS) {
        plm_words_line(w, "aim", INDENT,
                       "statistics. Nobody is matched: there are tallies, and nothing else.");
    } else {
        plm_words_line(w, "aim", INDENT,
                       "against suspects. Victims, witnesses, missing persons and whoever may be a "
                       "minor never take part.");
    }
}

static void say_roles(plm_words *w, const plm_purpose *purpose)
{
    char asker[PLM_EXPLAIN_NAMES];
    char holder[PLM_EXPLAIN_NAMES];
    (void)plm_explain_roles(asker, purpose->asker_roles);
    (void)plm_explain_roles(holder, purpose->holder_roles);
    if (purpose->asker_roles == purpose->holder_roles) {
        plm_words_line(w, "records", INDENT, "of both sides, with the role %s", asker);
    } else {
        plm_words_line(w, "records", INDENT, "of who asks, with the role %s", asker);
        plm_words_line(w, "", INDENT, "of who is asked, with the role %s", holder);
    }
}

static void say_lists(plm_words *w, const plm_purpose *purpose)
{
    plm_words_line(w, "offences", INDENT, "Only records of these take part:");
    for (size_t i = 0; i < purpose->n_offences; i++) {
        const plm_offence *offence = plm_offence_find(purpose->offences[i]);
        if (offence != NULL) {
            plm_words_line(w, bullet, INDENT, "%s: %s (%s)", offence->code, offence->title,
                           offence->source);
        }
    }
    say_roles(w, purpose);
    plm_words_line(w, "rules", INDENT, "Two records are a hit if, by one of these,");
    for (size_t i = 0; i < purpose->n_rules; i++) {
        plm_words_line(w, bullet, INDENT, "%s (%s)", plm_rule_words(purpose->rules[i]),
                       plm_rule_name(purpose->rules[i]));
    }
}

static const char *learns_text(plm_learns learns)
{
    switch (learns) {
    case PLM_LEARNS_ASKER:
        return "who asks learns the hits at once; who is asked learns nothing but the number of "
               "tokens";
    case PLM_LEARNS_BOTH:
        return "both sides learn the hits at once";
    case PLM_LEARNS_HOLDER:
    default:
        return "who is asked learns the hits first, and its officer decides what is released; who "
               "asks learns nothing but the number of tokens";
    }
}

/* spec/accord.md section 3: what a budget is worth with that engine. */
static const char vole_margin[] =
    "With vector OLE, a side that learns the hits and does not keep to the protocol can enter more "
    "tokens than it tells: about a quarter more of many, up to twice as many or a hundred of few.";

static void say_engine(plm_words *w, const plm_purpose *purpose)
{
    char number[PLM_WORDS_NUMBER];
    switch (purpose->engine) {
    case PLM_ENGINE_CHOICE_VOLE:
        plm_words_line(w, "engine", INDENT,
                       "Tokens are compared by vector OLE, the engine for large registers. %s",
                       vole_margin);
        break;
    case PLM_ENGINE_CHOICE_BY_SIZE:
        plm_words_line(w, "engine", INDENT,
                       "If who asks has %s tokens or more, rounding included, tokens are compared "
                       "by vector OLE, the engine for large registers; else by a keyed function "
                       "evaluated blindly (VOPRF). %s",
                       plm_words_number(number, PLM_ENGINE_BY_SIZE), vole_margin);
        break;
    case PLM_ENGINE_CHOICE_OPRF:
    default:
        plm_words_line(w, "engine", INDENT,
                       "Tokens are compared by a keyed function evaluated blindly (VOPRF).");
        break;
    }
}

static void say_limits(plm_words *w, const plm_purpose *purpose)
{
    char run[PLM_WORDS_NUMBER];
    char day[PLM_WORDS_NUMBER];
    char runs[PLM_WORDS_NUMBER];
    char lookups[PLM_WORDS_NUMBER];
    plm_words_line(w, "budget", INDENT,
                   "Each may ask the other with up to %s tokens a run, %s tokens a day and %s runs "
                   "a day, and look up %s times an hour.",
                   plm_words_number(run, purpose->budget.tokens_per_run),
                   plm_words_number(day, purpose->budget.tokens_per_day),
                   plm_words_number(runs, purpose->budget.runs_per_day),
                   plm_words_number(lookups, purpose->budget.lookups_per_hour));
    char smallest[PLM_WORDS_NUMBER];
    char pad_to[PLM_WORDS_NUMBER];
    char days[PLM_WORDS_NUMBER];
    if (purpose->smallest_set > 1) {
        plm_words_line(w, "sets", INDENT, "Fewer than %s tokens may not take part.",
                       plm_words_number(smallest, purpose->smallest_set));
    }
    if (purpose->pad_to > 1) {
        plm_words_line(w, "told", INDENT, "Numbers of tokens are rounded up to a multiple of %s.",
                       plm_words_number(pad_to, purpose->pad_to));
    } else {
        plm_words_line(w, "told", INDENT, "Each side tells the other its exact number of tokens.");
    }
    plm_words_line(w, "kept", INDENT, "Hits are deleted after %s days.",
                   plm_words_number(days, purpose->retention_days));
}

static void say_release(plm_words *w, const plm_purpose *purpose)
{
    char labels[PLM_EXPLAIN_NAMES];
    char hours[PLM_WORDS_NUMBER];
    char days[PLM_WORDS_NUMBER];
    plm_words_line(w, "learns", INDENT, "%s.", learns_text(purpose->learns));
    if (purpose->learns == PLM_LEARNS_HOLDER) {
        plm_words_line(w, "release", INDENT, "%s", plm_explain_approval(purpose->approval));
    }
    plm_words_line(w, "disclosed", INDENT, "With a released hit: the rule that agreed%s%s.",
                   purpose->labels != 0 ? ", " : " alone",
                   plm_explain_labels(labels, purpose->labels));
    plm_words_line(w, "answers", INDENT,
                   "An urgent request is answered within %s hours, any other within %s days.",
                   plm_words_number(hours, purpose->urgent_hours),
                   plm_words_number(days, purpose->ordinary_days));
}

static void say_hash(plm_words *w, const char *what, const uint8_t hash[static PLM_HASH_BYTES])
{
    char hex[2 * PLM_HASH_BYTES + 1];
    plm_hex_encode(hex, hash, PLM_HASH_BYTES);
    plm_words_line(w, bullet, INDENT, "%s %s", what, hex);
}

static void say_person_rules(plm_words *w, const plm_purpose *purpose)
{
    const plm_person_rules *rules = &purpose->person_rules;
    char overlap[PLM_WORDS_NUMBER];
    if (!purpose->has_person_rules) {
        return;
    }
    plm_words_line(w, "persons", INDENT,
                   "Weighed by %zu tables of frequencies, for %s persons in common, with %u bits "
                   "to spare%s:",
                   rules->n_tables, plm_words_number(overlap, rules->expected_overlap),
                   (unsigned)rules->c, rules->second_look ? ", and looked at a second time" : "");
    for (size_t i = 0; i < rules->n_tables; i++) {
        say_hash(w, "table", rules->tables[i]);
    }
    if (rules->has_equivalents) {
        say_hash(w, "equivalent names", rules->equivalents);
    }
}

static void say_purpose(plm_words *w, const plm_accord *accord, const plm_in_force *state,
                        const plm_purpose *whole, const char *me, const char *with)
{
    plm_effective effective;
    plm_refusal refusal;
    const plm_purpose *purpose = whole;
    plm_words_gap(w);
    plm_words_line(w, "Purpose", INDENT, "%s: %s", whole->code, whole->title);
    if (state != NULL) {
        plm_explain_reservations(w, state, whole, me, with);
    }
    if (state != NULL && plm_policy_in_force(accord, state, me, with, &refusal) == PLM_OK) {
        if (plm_policy_narrow(&effective, accord, state, me, with, whole->code, &refusal) !=
            PLM_OK) {
            plm_words_line(w, "", INDENT, "Nothing is left of it between the two: %s - clause %s",
                           plm_refusal_sentence(refusal.code), refusal.clause);
            return;
        }
        purpose = &effective.purpose;
    }
    say_aim(w, purpose);
    say_lists(w, purpose);
    say_person_rules(w, purpose);
    plm_explain_tally(w, purpose);
    if (purpose->aim != PLM_AIM_STATISTICS) {
        say_engine(w, purpose);
        say_release(w, purpose);
        say_limits(w, purpose);
        plm_explain_standing(w, purpose);
    }
}

plm_status plm_accord_explain(const plm_accord *accord, const plm_in_force *state, const char *me,
                              const char *with, plm_buf *out)
{
    const plm_party *own = plm_accord_party(accord, me);
    const plm_party *other = plm_accord_party(accord, with);
    if (own == NULL || other == NULL) {
        return PLM_E_NOT_FOUND;
    }
    plm_words w = plm_words_begin(out);
    say_head(&w, accord, own, other);
    if (state != NULL) {
        say_state(&w, accord, state, me, with);
    }
    for (size_t i = 0; i < accord->n_purposes; i++) {
        say_purpose(&w, accord, state, &accord->purposes[i], me, with);
    }
    plm_words_gap(&w);
    plm_words_line(&w, "", 0, "A hit is a lead, never an identification.");
    return plm_words_end(&w);
}
