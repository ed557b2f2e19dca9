/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/draft.h"

#include "base/json.h"
#include "base/utf8.h"

#include <stdio.h>

enum {
    DEFAULT_TOKENS = 100000,
    DEFAULT_PAD = 1000
};

/* What the three purposes of a draft differ in. */
typedef struct draft_purpose {
    const char *code;
    const char *title;
    const char *aim;
    const char *const *offences; /* NULL-terminated, as roles */
    const char *const *roles;    /* of both sides */
    bool both_learn;             /* whatever the options say */
} draft_purpose;

static const char *const crime_offences[] = {"UNTOC.5",    "UNTOC.6",    "TIP.5",
                                             "SOM.6",      "FIREARMS.5", "DRUGS88.3.1",
                                             "BUDAPEST.8", "OPSC.3.1c",  NULL};
static const char *const crime_roles[] = {"suspect",   "wanted", "convicted", "listed",
                                          "associate", "lost",   "stolen",    NULL};
static const char *const victim_offences[] = {"TIP.5", "SOM.6", "OPSC.3.1a", "OPSC.3.1b", NULL};
/* Not witnesses: who is one is best kept from everybody. */
static const char *const victim_roles[] = {"victim", "missing", NULL};
static const char *const sanctions_offences[] = {"UNSC.41", "TERFIN99.2", NULL};
static const char *const sanctions_roles[] = {"listed", NULL};

/* What the holder's officer and the asker need to judge a hit; no identifier beyond the agreed one.
 */
static const char *const labels[] = {"kind", "role", "offences", "grading", "assessment", NULL};

static const draft_purpose purposes[] = {
    {"organised-crime", "Members and means of organised criminal groups", "suspect", crime_offences,
     crime_roles, false},
    {"victim-protection", "Victims of trafficking and smuggling, and missing persons", "protection",
     victim_offences, victim_roles, false},
    /* The lists are public and bind all states: neither side need wait for the other. */
    {"sanctions", "Measures of the Security Council and financing of terrorism", "suspect",
     sanctions_offences, sanctions_roles, true},
};

static json_t *array_of(const char *const *names)
{
    json_t *array = json_array();
    for (size_t i = 0; array != NULL && names[i] != NULL; i++) {
        if (json_array_append_new(array, json_string(names[i])) != 0) {
            json_decref(array);
            array = NULL;
        }
    }
    return array;
}

static json_t *list_of(const char **names, size_t n)
{
    json_t *array = json_array();
    for (size_t i = 0; array != NULL && i < n; i++) {
        if (json_array_append_new(array, json_string(names[i])) != 0) {
            json_decref(array);
            array = NULL;
        }
    }
    return array;
}

static json_t *all_rules(void)
{
    json_t *array = json_array();
    for (size_t i = 0; array != NULL && i < plm_rule_count(); i++) {
        if (json_array_append_new(array, json_string(plm_rule_name(i))) != 0) {
            json_decref(array);
            array = NULL;
        }
    }
    return array;
}

static json_int_t or_default(uint64_t value, json_int_t otherwise)
{
    /* What does not fit is no number a parser takes either. */
    return value == 0 ? otherwise : value > INT64_MAX ? -1 : (json_int_t)value;
}

/* Rounding up beyond the budget of a run would forbid every run. */
static json_int_t pad_to(const plm_draft_options *o)
{
    json_int_t most = or_default(o->budget.tokens_per_run, DEFAULT_TOKENS);
    return or_default(o->pad_to, most < DEFAULT_PAD ? most : DEFAULT_PAD);
}

static const char *learns_name(plm_learns learns)
{
    return learns == PLM_LEARNS_BOTH ? "both" : learns == PLM_LEARNS_ASKER ? "asker" : "holder";
}

static json_t *purpose_json(const draft_purpose *p, const plm_draft_options *o)
{
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:{s:o, s:o}, s:o, s:s, s:s, s:{s:I, s:I, s:I, s:I}, s:I, s:I, s:I, "
        "s:s, s:o, s:{s:i, s:i}}",
        "code", p->code, "title", p->title, "aim", p->aim, "offences", array_of(p->offences),
        "roles", "asker", array_of(p->roles), "holder", array_of(p->roles), "rules", all_rules(),
        "engine", o->engine != NULL ? o->engine : plm_engine_choices[PLM_ENGINE_CHOICE_BY_SIZE],
        "learns", p->both_learn ? "both" : learns_name(o->learns), "budgets", "tokens_per_run",
        or_default(o->budget.tokens_per_run, DEFAULT_TOKENS), "tokens_per_day",
        or_default(o->budget.tokens_per_day, 500000), "runs_per_day",
        or_default(o->budget.runs_per_day, 10), "lookups_per_hour",
        (json_int_t)o->budget.lookups_per_hour, "smallest_set", or_default(o->smallest_set, 1),
        "pad_to", pad_to(o), "retention_days", or_default(o->retention_days, 180), "approval",
        plm_approvals[p->both_learn ? PLM_APPROVAL_AUTOMATIC : PLM_APPROVAL_OFFICER], "labels",
        array_of(labels), "deadlines", "urgent_hours", 48, "ordinary_days", 14);
}

static json_t *party_json(const plm_party *party)
{
    char key[2 * sizeof party->identity + 1];
    plm_hex_encode(key, party->identity, sizeof party->identity);
    static const char *fallback[] = {"en"};
    bool has_languages = party->n_languages > 0;
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "code", party->code, "name",
                  party->name, "kind", party->kind, "identity_key", key, "address", party->address,
                  "contact", party->contact, "languages",
                  list_of(has_languages ? party->languages : fallback,
                          has_languages ? party->n_languages : 1),
                  "death_penalty", list_of(party->death_penalty, party->n_death_penalty));
    if (party->assurances != NULL && party->assurances[0] != '\0' &&
        json_object_set_new(json, "assurances", json_string(party->assurances)) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}

/* Appends, consuming item. */
static bool append(json_t *array, json_t *item)
{
    return json_array_append_new(array, item) == 0;
}

/* The title asked for, or one of the parties' codes. */
static void make_title(char out[static PLM_TEXT_MAX], const plm_party *parties, size_t n,
                       const plm_draft_options *o)
{
    if (o->title != NULL) {
        (void)snprintf(out, PLM_TEXT_MAX, "%s", o->title);
    } else if (n == 2) {
        (void)snprintf(out, PLM_TEXT_MAX, "Accord between %.32s and %.32s", parties[0].code,
                       parties[1].code);
    } else {
        (void)snprintf(out, PLM_TEXT_MAX, "Accord of %zu parties", n);
    }
}

static json_t *document_json(const plm_party *parties, size_t n, const plm_draft_options *o)
{
    uint8_t digest[PLM_RECIPE_DIGEST_BYTES];
    char recipe[2 * PLM_RECIPE_DIGEST_BYTES + 1];
    char title[PLM_TEXT_MAX];
    char expires[PLM_DATE_TEXT];
    plm_recipe_digest(digest);
    plm_hex_encode(recipe, o->recipe_digest != NULL ? o->recipe_digest : digest, sizeof digest);
    plm_date_format(expires, o->expires);
    make_title(title, parties, n, o);
    json_t *party_list = json_array();
    json_t *purpose_list = json_array();
    bool good = party_list != NULL && purpose_list != NULL;
    for (size_t i = 0; good && i < n; i++) {
        good = append(party_list, party_json(&parties[i]));
    }
    for (size_t i = 0; good && i < sizeof purposes / sizeof *purposes; i++) {
        good = append(purpose_list, purpose_json(&purposes[i], o));
    }
    if (!good) {
        json_decref(party_list);
        json_decref(purpose_list);
        return NULL;
    }
    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:I, s:o, s:o}", "palermo", "accord/2", "title",
                     title, "recipe", recipe, "in_force_after", or_default(o->in_force_after, 2),
                     "expires", expires, "notice_days", or_default(o->notice_days, 90), "parties",
                     party_list, "purposes", purpose_list);
}

static bool is_complete(const plm_party *party)
{
    return party->code != NULL && party->name != NULL && party->kind != NULL &&
           party->address != NULL && party->contact != NULL;
}

/* A string that is no text can't be put into JSON at all; the parser would refuse it too. */
static plm_status check_texts(const plm_party *parties, size_t n, const plm_draft_options *o,
                              const plm_diag_sink *sink)
{
    const plm_span title = plm_span_str(o->title != NULL ? o->title : "");
    if (title.n >= PLM_TEXT_MAX || !plm_utf8_is_text(title)) {
        plm_diag_error(sink, "draft", 0, "/title", "must be a text of at most %d bytes in UTF-8",
                       PLM_TEXT_MAX - 1);
        return PLM_E_INVALID;
    }
    for (size_t i = 0; i < n; i++) {
        const char *const texts[] = {parties[i].code, parties[i].name, parties[i].kind,
                                     parties[i].address, parties[i].contact};
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            if (!plm_utf8_is_text(plm_span_str(texts[j]))) {
                plm_diag_error(sink, "draft", 0, "/parties", "party %zu is not text in UTF-8", i);
                return PLM_E_INVALID;
            }
        }
    }
    return PLM_OK;
}

plm_status plm_accord_draft(plm_buf *out, const plm_party *parties, size_t n_parties,
                            const plm_draft_options *options, const plm_diag_sink *sink)
{
    if (n_parties > PLM_PARTIES_MAX) {
        return PLM_E_ARGUMENT;
    }
    for (size_t i = 0; i < n_parties; i++) {
        if (!is_complete(&parties[i])) {
            return PLM_E_ARGUMENT;
        }
    }
    plm_status status = check_texts(parties, n_parties, options, sink);
    if (status != PLM_OK) {
        return status;
    }
    json_t *document = document_json(parties, n_parties, options);
    if (document == NULL) {
        return PLM_E_NOMEM;
    }
    size_t before = out->n;
    plm_accord *accord = NULL;
    status = plm_json_dump(document, true, out);
    json_decref(document);
    if (status == PLM_OK) {
        const plm_span text = plm_span_of(out->data + before, out->n - before);
        status = plm_accord_parse(&accord, text, sink, "draft");
        plm_accord_destroy(accord);
    }
    if (status != PLM_OK) {
        out->n = before;
    }
    return status;
}
