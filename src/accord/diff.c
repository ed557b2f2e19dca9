/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.c - what changed from one accord to another, in plain words.
 */
#include "accord/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    INDENT = 2
};

typedef struct differ {
    plm_words *w;
    const char *about; /* "purpose organised-crime"; printed once, before its first change */
    bool is_told;
    bool is_any;
} differ;

static void begin(differ *d)
{
    if (!d->is_told) {
        plm_words_line(d->w, "", 0, "%s", d->about);
        d->is_told = true;
    }
    d->is_any = true;
}

static void text_changed(differ *d, const char *what, const char *from, const char *to)
{
    if (strcmp(from, to) != 0) {
        begin(d);
        plm_words_line(d->w, "", INDENT, "%s: was \"%s\", is \"%s\"", what, from, to);
    }
}

static void number_changed(differ *d, const char *what, uint64_t from, uint64_t to)
{
    char a[PLM_WORDS_NUMBER];
    char b[PLM_WORDS_NUMBER];
    if (from != to) {
        begin(d);
        plm_words_line(d->w, "", INDENT, "%s: was %s, is %s (%s)", what, plm_words_number(a, from),
                       plm_words_number(b, to), to > from ? "more" : "less");
    }
}

static bool has(const char *const *list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* What one list has and the other has not. */
static void names_changed(differ *d, const char *what, const char *const *from, size_t n_from,
                          const char *const *to, size_t n_to)
{
    for (size_t i = 0; i < n_from; i++) {
        if (!has(to, n_to, from[i])) {
            begin(d);
            plm_words_line(d->w, "", INDENT, "%s: %s falls away", what, from[i]);
        }
    }
    for (size_t i = 0; i < n_to; i++) {
        if (!has(from, n_from, to[i])) {
            begin(d);
            plm_words_line(d->w, "", INDENT, "%s: %s is new", what, to[i]);
        }
    }
}

static void set_changed(differ *d, const char *what, uint64_t from, uint64_t to,
                        const char *(*name)(size_t))
{
    for (size_t i = 0; i < 64; i++) {
        bool was = (from >> i & 1) != 0;
        bool is = (to >> i & 1) != 0;
        if (was != is) {
            begin(d);
            plm_words_line(d->w, "", INDENT, "%s: %s %s", what, name(i),
                           is ? "is new" : "falls away");
        }
    }
}

static const char *role_name(size_t i)
{
    return plm_role_name((plm_role)i);
}

static uint64_t rule_set(const plm_purpose *p)
{
    uint64_t set = 0;
    for (size_t i = 0; i < p->n_rules; i++) {
        set |= UINT64_C(1) << p->rules[i];
    }
    return set;
}

static const char *learns_name(plm_learns learns)
{
    return learns == PLM_LEARNS_BOTH ? "both" : learns == PLM_LEARNS_ASKER ? "asker" : "holder";
}

static void person_rules_changed(differ *d, const plm_purpose *from, const plm_purpose *to)
{
    const plm_person_rules *a = &from->person_rules;
    const plm_person_rules *b = &to->person_rules;
    if (from->has_person_rules != to->has_person_rules) {
        begin(d);
        plm_words_line(d->w, "", INDENT, "person rules: %s",
                       to->has_person_rules ? "are new" : "fall away");
    }
    if (!from->has_person_rules || !to->has_person_rules) {
        return;
    }
    bool is_same = a->n_tables == b->n_tables &&
                   memcmp(a->tables, b->tables, a->n_tables * sizeof *a->tables) == 0;
    if (!is_same) {
        begin(d);
        plm_words_line(d->w, "", INDENT, "person rules: other tables of frequencies");
    }
    if (a->has_equivalents != b->has_equivalents ||
        memcmp(a->equivalents, b->equivalents, sizeof a->equivalents) != 0) {
        begin(d);
        plm_words_line(d->w, "", INDENT, "person rules: other equivalent names");
    }
    number_changed(d, "expected overlap", a->expected_overlap, b->expected_overlap);
    number_changed(d, "bits to spare", a->c, b->c);
    text_changed(d, "second look", a->second_look ? "yes" : "no", b->second_look ? "yes" : "no");
}

static const char *stratum_name(size_t i)
{
    return i < PLM_STRATUM_KINDS ? plm_stratum_kinds[i] : NULL;
}

static void tally_changed(differ *d, const plm_purpose *from, const plm_purpose *to)
{
    const plm_tally_terms *a = &from->tally;
    const plm_tally_terms *b = &to->tally;
    if (from->has_tally != to->has_tally) {
        begin(d);
        plm_words_line(d->w, "", INDENT, "tallies: %s", to->has_tally ? "are new" : "fall away");
    }
    if (!from->has_tally || !to->has_tally) {
        return;
    }
    set_changed(d, "told apart in tallies", a->strata, b->strata, stratum_name);
    number_changed(d, "tally: points of a person", a->tokens_each, b->tokens_each);
    number_changed(d, "tally: smallest list", a->smallest_list, b->smallest_list);
    number_changed(d, "tally: sizes rounded up to", a->pad_to, b->pad_to);
    text_changed(d, "tally: what leaves", plm_table_releases[a->release - PLM_RELEASE_LAPLACE],
                 plm_table_releases[b->release - PLM_RELEASE_LAPLACE]);
    number_changed(d, "tally: thousandths of epsilon", a->epsilon_milli, b->epsilon_milli);
    number_changed(d, "tally: thousandths of rho", a->rho_milli, b->rho_milli);
    number_changed(d, "tally: threshold", a->threshold, b->threshold);
    number_changed(d, "tally: days of the budget", a->budget_days, b->budget_days);
    number_changed(d, "tally: budget in thousandths of epsilon", a->budget_epsilon_milli,
                   b->budget_epsilon_milli);
    number_changed(d, "tally: digits of the budget's delta", a->budget_delta, b->budget_delta);
    number_changed(d, "tally: budget of tallies", a->budget_tallies, b->budget_tallies);
    number_changed(d, "tally: hours", a->hours, b->hours);
}

static void standing_changed(differ *d, const plm_purpose *from, const plm_purpose *to)
{
    const plm_standing_terms *a = &from->standing;
    const plm_standing_terms *b = &to->standing;
    char was[PLM_DATE_TEXT];
    char is[PLM_DATE_TEXT];
    if (from->has_standing != to->has_standing) {
        begin(d);
        plm_words_line(d->w, "", INDENT, "standing runs: %s",
                       to->has_standing ? "are new" : "fall away");
    }
    if (!from->has_standing || !to->has_standing) {
        return;
    }
    number_changed(d, "standing: minutes between two", a->shortest_minutes, b->shortest_minutes);
    number_changed(d, "standing: days between two with everything (0: every one is)", a->whole_days,
                   b->whole_days);
    plm_date_format(was, a->last_day);
    plm_date_format(is, b->last_day);
    text_changed(d, "standing: last day", was, is);
    text_changed(d, "standing: who starts it", plm_standing_starters[a->started_by],
                 plm_standing_starters[b->started_by]);
}

static void purpose_changed(differ *d, const plm_purpose *from, const plm_purpose *to)
{
    text_changed(d, "title", from->title, to->title);
    text_changed(d, "aim", plm_aims[from->aim], plm_aims[to->aim]);
    names_changed(d, "offence", (const char *const *)from->offences, from->n_offences,
                  (const char *const *)to->offences, to->n_offences);
    set_changed(d, "role on the asker's side", from->asker_roles, to->asker_roles, role_name);
    set_changed(d, "role on the holder's side", from->holder_roles, to->holder_roles, role_name);
    set_changed(d, "rule", rule_set(from), rule_set(to), plm_rule_name);
    text_changed(d, "engine", plm_engine_choices[from->engine], plm_engine_choices[to->engine]);
    text_changed(d, "who learns", learns_name(from->learns), learns_name(to->learns));
    text_changed(d, "release", plm_approvals[from->approval], plm_approvals[to->approval]);
    set_changed(d, "field told with a released hit", from->labels, to->labels, plm_label_name);
    for (unsigned t = 0; t < PLM_TERM_COUNT; t++) {
        if (t != PLM_TERM_APPROVAL) {
            number_changed(d, plm_term_pointer((plm_term)t), plm_term_get(from, (plm_term)t),
                           plm_term_get(to, (plm_term)t));
        }
    }
    number_changed(d, "pad_to", from->pad_to, to->pad_to);
    person_rules_changed(d, from, to);
    tally_changed(d, from, to);
    standing_changed(d, from, to);
}

static void party_changed(differ *d, const plm_party *from, const plm_party *to)
{
    char a[2 * sizeof from->identity + 1];
    char b[2 * sizeof to->identity + 1];
    plm_hex_encode(a, from->identity, sizeof from->identity);
    plm_hex_encode(b, to->identity, sizeof to->identity);
    text_changed(d, "name", from->name, to->name);
    text_changed(d, "kind", from->kind, to->kind);
    text_changed(d, "identity key", a, b);
    text_changed(d, "address", from->address, to->address);
    text_changed(d, "urgent contact", from->contact, to->contact);
    names_changed(d, "language", (const char *const *)from->languages, from->n_languages,
                  (const char *const *)to->languages, to->n_languages);
    names_changed(d, "death penalty", (const char *const *)from->death_penalty,
                  from->n_death_penalty, (const char *const *)to->death_penalty,
                  to->n_death_penalty);
    text_changed(d, "assurance", from->assurances, to->assurances);
}

static void head_changed(differ *d, const plm_accord *from, const plm_accord *to)
{
    char a[2 * PLM_RECIPE_DIGEST_BYTES + 1];
    char b[2 * PLM_RECIPE_DIGEST_BYTES + 1];
    text_changed(d, "title", from->title, to->title);
    plm_hex_encode(a, from->recipe_digest, sizeof from->recipe_digest);
    plm_hex_encode(b, to->recipe_digest, sizeof to->recipe_digest);
    text_changed(d, "recipe", a, b);
    number_changed(d, "ratifications needed", from->in_force_after, to->in_force_after);
    number_changed(d, "days of notice", from->notice_days, to->notice_days);
    plm_date_format(a, from->expires);
    plm_date_format(b, to->expires);
    text_changed(d, "last day", a, b);
}

/* A part that only one of the two has. */
static void alone(differ *d, const char *kind, const char *code, const char *what)
{
    d->is_any = true;
    plm_words_line(d->w, "", 0, "%s %s %s", kind, code, what);
}

static void parts_changed(differ *d, const plm_accord *from, const plm_accord *to)
{
    char about[PLM_TEXT_MAX];
    d->about = about;
    for (size_t i = 0; i < from->n_parties; i++) {
        const plm_party *now = plm_accord_party(to, from->parties[i].code);
        (void)snprintf(about, sizeof about, "Party %s", from->parties[i].code);
        d->is_told = false;
        if (now == NULL) {
            alone(d, "Party", from->parties[i].code, "falls away");
        } else {
            party_changed(d, &from->parties[i], now);
        }
    }
    for (size_t i = 0; i < to->n_parties; i++) {
        if (plm_accord_party(from, to->parties[i].code) == NULL) {
            alone(d, "Party", to->parties[i].code, "is new");
        }
    }
    for (size_t i = 0; i < from->n_purposes; i++) {
        const plm_purpose *now = plm_accord_purpose(to, from->purposes[i].code);
        (void)snprintf(about, sizeof about, "Purpose %s", from->purposes[i].code);
        d->is_told = false;
        if (now == NULL) {
            alone(d, "Purpose", from->purposes[i].code, "falls away");
        } else {
            purpose_changed(d, &from->purposes[i], now);
        }
    }
    for (size_t i = 0; i < to->n_purposes; i++) {
        if (plm_accord_purpose(from, to->purposes[i].code) == NULL) {
            alone(d, "Purpose", to->purposes[i].code, "is new");
        }
    }
    d->about = "";
}

plm_status plm_accord_diff(const plm_accord *from, const plm_accord *to, plm_buf *out)
{
    plm_words w = plm_words_begin(out);
    differ d = {&w, "Accord", false, false};
    head_changed(&d, from, to);
    parts_changed(&d, from, to);
    if (!d.is_any) {
        plm_words_line(&w, "", 0, "Nothing changed.");
    }
    return plm_words_end(&w);
}
