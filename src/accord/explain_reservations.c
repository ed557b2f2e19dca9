/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_reservations.c - what two parties reserved about a purpose, in plain words and why; and
 * the names of sets.
 */
#include "accord/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    INDENT = 12
};

/* Appends ", name" to a list. */
static void add_name(char out[static PLM_EXPLAIN_NAMES], const char *name)
{
    size_t used = strlen(out);
    (void)snprintf(out + used, PLM_EXPLAIN_NAMES - used, "%s%s", used > 0 ? ", " : "", name);
}

const char *plm_explain_roles(char out[static PLM_EXPLAIN_NAMES], uint32_t roles)
{
    out[0] = '\0';
    for (unsigned role = 0; role < PLM_ROLE_COUNT; role++) {
        if ((roles >> role & 1) != 0) {
            add_name(out, plm_role_name((plm_role)role));
        }
    }
    return out;
}

const char *plm_explain_labels(char out[static PLM_EXPLAIN_NAMES], uint64_t labels)
{
    out[0] = '\0';
    for (size_t label = 0; label < plm_label_count(); label++) {
        if ((labels >> label & 1) != 0) {
            add_name(out, plm_label_name(label));
        }
    }
    return out;
}

const char *plm_explain_rules(char out[static PLM_EXPLAIN_NAMES], uint64_t rules)
{
    out[0] = '\0';
    for (size_t rule = 0; rule < PLM_RULES_MAX; rule++) {
        if ((rules >> rule & 1) != 0) {
            add_name(out, plm_rule_name(rule));
        }
    }
    return out;
}

const char *plm_explain_approval(plm_approval approval)
{
    switch (approval) {
    case PLM_APPROVAL_AUTOMATIC:
        return "Hits that no gate holds back are released by the node itself.";
    case PLM_APPROVAL_TWO_OFFICERS:
        return "Two different officers decide on each hit.";
    case PLM_APPROVAL_OFFICER:
    default:
        return "One officer decides on each hit.";
    }
}

static const char *term_words(plm_term term)
{
    static const char *const words[PLM_TERM_COUNT] = {
        [PLM_TERM_TOKENS_PER_RUN] = "no more tokens a run than",
        [PLM_TERM_TOKENS_PER_DAY] = "no more tokens a day than",
        [PLM_TERM_RUNS_PER_DAY] = "no more runs a day than",
        [PLM_TERM_LOOKUPS_PER_HOUR] = "no more lookups an hour than",
        [PLM_TERM_SMALLEST_SET] = "no fewer tokens than",
        [PLM_TERM_RETENTION_DAYS] = "hits kept no longer, in days, than",
        [PLM_TERM_APPROVAL] = "release",
        [PLM_TERM_URGENT_HOURS] = "urgent requests answered in hours:",
        [PLM_TERM_ORDINARY_DAYS] = "other requests answered in days:",
    };
    return words[term];
}

static void say_terms(plm_words *w, const plm_reservation *r)
{
    for (unsigned t = 0; t < PLM_TERM_COUNT; t++) {
        char number[PLM_WORDS_NUMBER];
        if ((r->has_term >> t & 1) == 0) {
            continue;
        }
        if (t == PLM_TERM_APPROVAL) {
            plm_words_line(w, "", INDENT, "- %s", plm_explain_approval((plm_approval)r->terms[t]));
        } else {
            plm_words_line(w, "", INDENT, "- %s %s", term_words((plm_term)t),
                           plm_words_number(number, r->terms[t]));
        }
    }
}

static void say_engines(plm_words *w, uint32_t engines)
{
    if ((engines >> PLM_ENGINE_OPRF & 1) != 0) {
        plm_words_line(w, "", INDENT, "- not by the engine oprf");
    }
    if ((engines >> PLM_ENGINE_VOLE & 1) != 0) {
        plm_words_line(w, "", INDENT, "- not by the engine vole");
    }
}

static void say_reservation(plm_words *w, const char *party, size_t i, const plm_reservation *r)
{
    char names[PLM_EXPLAIN_NAMES];
    plm_words_line(w, "reserved", INDENT, "by %s (/ratifications/%s/reservations/%zu): %s", party,
                   party, i, r->reason);
    if (r->refuses) {
        plm_words_line(w, "", INDENT, "- the whole of it");
    }
    for (size_t j = 0; j < r->n_offences; j++) {
        plm_words_line(w, "", INDENT, "- without the offence %s", r->offences[j]);
    }
    if (r->categories != 0) {
        plm_words_line(w, "", INDENT, "- without records with the role %s",
                       plm_explain_roles(names, r->categories));
    }
    if (r->rules != 0) {
        plm_words_line(w, "", INDENT, "- without the rules %s", plm_explain_rules(names, r->rules));
    }
    if (r->labels != 0) {
        plm_words_line(w, "", INDENT, "- a released hit does not disclose %s",
                       plm_explain_labels(names, r->labels));
    }
    if (r->holder_first) {
        plm_words_line(w, "", INDENT, "- the holder learns the hits first");
    }
    if (r->no_standing) {
        plm_words_line(w, "", INDENT, "- no runs that repeat by themselves");
    }
    say_engines(w, r->engines);
    say_terms(w, r);
}

/* Offences of the purpose that the party's law does not punish. */
static void say_catalogue(plm_words *w, const plm_ratification *r, const plm_purpose *purpose)
{
    for (size_t i = 0; i < purpose->n_offences; i++) {
        bool is_punishable = false;
        for (size_t j = 0; j < r->n_catalogue; j++) {
            is_punishable = is_punishable || strcmp(r->catalogue[j], purpose->offences[i]) == 0;
        }
        if (!is_punishable) {
            plm_words_line(w, "reserved", INDENT,
                           "by %s (/ratifications/%s/catalogue): %s is not punishable under its "
                           "law",
                           r->head.party, r->head.party, purpose->offences[i]);
        }
    }
}

void plm_explain_reservations(plm_words *w, const plm_in_force *state, const plm_purpose *purpose,
                              const char *me, const char *with)
{
    const char *const sides[2] = {me, with};
    for (size_t s = 0; s < 2; s++) {
        const plm_ratification *r = plm_in_force_ratification(state, sides[s]);
        if (r == NULL) {
            continue;
        }
        say_catalogue(w, r, purpose);
        for (size_t i = 0; i < r->n_reservations; i++) {
            if (plm_reservation_applies(&r->reservations[i], purpose->code, sides[1 - s])) {
                say_reservation(w, sides[s], i, &r->reservations[i]);
            }
        }
    }
}
