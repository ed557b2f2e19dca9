/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/explain.h"

#include "accord/policy.h"
#include "accord/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    INDENT = 12,
    ROLES_TEXT = 200
};

/* Of an item of a list, whose text begins where all others do. */
static const char bullet[] = "          -";

/* Names of a set of roles: "suspect, wanted, convicted". */
static void roles_text(char out[static ROLES_TEXT], uint32_t roles)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned role = 0; role < PLM_ROLE_COUNT; role++) {
        if ((roles & 1U << role) != 0 && used < ROLES_TEXT) {
            int wrote = snprintf(out + used, ROLES_TEXT - used, "%s%s", used > 0 ? ", " : "",
                                 plm_role_name((plm_role)role));
            used += wrote > 0 ? (size_t)wrote : 0;
        }
    }
}

static void say_party(plm_words *w, const char *label, const plm_party *party)
{
    plm_words_line(w, label, INDENT, "%s, %s (%s); urgent contact: %s", party->code, party->name,
                   party->kind, party->contact);
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
                   " of them have; %s is its last day",
                   accord->in_force_after, expires);
}

static void say_aim(plm_words *w, const plm_purpose *purpose)
{
    if (purpose->aim == PLM_AIM_PROTECTION) {
        plm_words_line(w, "aim", INDENT,
                       "protection of victims, missing persons and minors. Whoever is accused or "
                       "listed takes part only if he or she may be a minor.");
    } else {
        plm_words_line(w, "aim", INDENT,
                       "against suspects. Victims, witnesses, missing persons and whoever may be a "
                       "minor never take part.");
    }
}

static void say_roles(plm_words *w, const plm_purpose *purpose)
{
    char asker[ROLES_TEXT];
    char holder[ROLES_TEXT];
    roles_text(asker, purpose->asker_roles);
    roles_text(holder, purpose->holder_roles);
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
    plm_words_line(w, "learns", INDENT, "%s.", learns_text(purpose->learns));
    plm_words_line(w, "budget", INDENT,
                   "Each may ask the other with up to %s tokens a run, %s tokens a day and %s runs "
                   "a day.",
                   plm_words_number(run, purpose->budget.tokens_per_run),
                   plm_words_number(day, purpose->budget.tokens_per_day),
                   plm_words_number(runs, purpose->budget.runs_per_day));
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

plm_status plm_accord_explain(const plm_accord *accord, const char *me, const char *with,
                              plm_buf *out)
{
    const plm_party *own = plm_accord_party(accord, me);
    const plm_party *other = plm_accord_party(accord, with);
    if (own == NULL || other == NULL) {
        return PLM_E_NOT_FOUND;
    }
    plm_words w = plm_words_begin(out);
    say_head(&w, accord, own, other);
    for (size_t i = 0; i < accord->n_purposes; i++) {
        const plm_purpose *purpose = &accord->purposes[i];
        plm_words_gap(&w);
        plm_words_line(&w, "Purpose", INDENT, "%s: %s", purpose->code, purpose->title);
        say_aim(&w, purpose);
        say_lists(&w, purpose);
        say_engine(&w, purpose);
        say_limits(&w, purpose);
    }
    plm_words_gap(&w);
    plm_words_line(&w, "", 0, "A hit is a lead, never an identification.");
    return plm_words_end(&w);
}
