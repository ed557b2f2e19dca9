/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words_routes.c - everything that a form offers to choose from: catalogues, names, sentences.
 */
#include "accord/case_rule.h"
#include "api/answer.h"
#include "api/routes.h"
#include "ident/recipe.h"
#include "node/load.h"
#include "release/decision.h"
#include "request/document_fields.h"
#include "request/grounds.h"
#include "request/machine.h"

static json_t *offences(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plm_offence_count(); i++) {
        const plm_offence *o = plm_offence_at(i);
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "code", o->code, "title",
                                                    o->title, "source", o->source));
    }
    return list;
}

static json_t *grounds(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plm_ground_count(); i++) {
        const plm_ground *g = plm_ground_at(i);
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "ground", g->name, "title",
                                                    g->title, "source", g->source));
    }
    return list;
}

static json_t *gates(void)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < PLM_GATE_COUNT; i++) {
        (void)json_array_append_new(list,
                                    json_pack("{s:s, s:s}", "gate", plm_gate_name((plm_gate_kind)i),
                                              "words", plm_gate_sentence((plm_gate_kind)i)));
    }
    return list;
}

static json_t *identifiers(void)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < PLM_IDENT_TYPE_COUNT; i++) {
        const plm_ident_type type = (plm_ident_type)i;
        (void)json_array_append_new(list,
                                    json_pack("{s:s, s:s, s:b}", "type", plm_ident_type_name(type),
                                              "words", plm_ident_type_words(type), "country",
                                              (int)plm_ident_type_has_country(type)));
    }
    return list;
}

static json_t *rules(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i <= plm_rule_count(); i++) {
        const size_t rule = i < plm_rule_count() ? i : (size_t)PLM_RULE_PERSON;
        (void)json_array_append_new(list, json_pack("{s:s, s:s}", "rule", plm_rule_name(rule),
                                                    "words", plm_rule_words(rule)));
    }
    return list;
}

static json_t *fields(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plm_document_n_fields; i++) {
        const plm_document_field *f = &plm_document_fields[i];
        const char *type = f->type == 'l'   ? "list"
                           : f->type == 'f' ? "flag"
                           : f->type == 'd' ? "date"
                                            : "text";
        (void)json_array_append_new(list,
                                    json_pack("{s:s?, s:s, s:s, s:s}", "group", f->group, "name",
                                              f->name, "label", f->label, "type", type));
    }
    return list;
}

/* The kinds of a bit set. */
static json_t *kinds_of(unsigned set)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < PLM_REQUEST_KIND_COUNT; i++) {
        if ((set >> i & 1U) != 0) {
            (void)json_array_append_new(list, json_string(plm_request_kinds[i]));
        }
    }
    return list;
}

static json_t *mandatory(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plm_document_n_mandatory; i++) {
        const plm_mandatory *m = &plm_document_mandatory[i];
        (void)json_array_append_new(list,
                                    json_pack("{s:s, s:s, s:s, s:o, s:o}", "field", m->pointer,
                                              "what", m->what, "article", m->article, "ask",
                                              kinds_of(m->ask), "offer", kinds_of(m->offer)));
    }
    return list;
}

static json_t *elements(void)
{
    json_t *list = json_array();
    static const char *const letters[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        (void)json_array_append_new(list, json_pack("{s:s, s:s}", "element", letters[i], "words",
                                                    plm_case_element_words(letters[i])));
    }
    return list;
}

/* A NULL-terminated list. */
static json_t *names(const char *const *list)
{
    json_t *out = json_array();
    for (size_t i = 0; list[i] != NULL; i++) {
        (void)json_array_append_new(out, json_string(list[i]));
    }
    return out;
}

/* The names of an enumeration's values, from 0 on. */
#define NAMES_OF(count, type, name)                                       \
    static json_t *name##s(void)                                          \
    {                                                                     \
        json_t *out = json_array();                                       \
        for (unsigned i = 0; i < (unsigned)(count); i++) {                \
            (void)json_array_append_new(out, json_string(name((type)i))); \
        }                                                                 \
        return out;                                                       \
    }
NAMES_OF(PLM_ROLE_COUNT, plm_role, plm_role_name)
NAMES_OF(PLM_KIND_COUNT, plm_kind, plm_kind_name)
NAMES_OF(PLM_REQUEST_STATE_COUNT, plm_request_state, plm_request_state_name)
NAMES_OF(PLM_HIT_STATE_COUNT, plm_hit_state, plm_hit_state_name)
NAMES_OF(PLM_RUN_STATE_COUNT, plm_run_state, plm_run_state_name)

static plm_status get_words(plm_api_call *call)
{
    return plm_api_json(
        call, 200,
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
                  "s:o, s:o}",
                  "offences", offences(), "grounds", grounds(), "gates", gates(), "roles",
                  plm_role_names(), "kinds", plm_kind_names(), "identifiers", identifiers(),
                  "rules", rules(), "engines", names(plm_engine_choices), "request_kinds",
                  names(plm_request_kinds), "request_fields", fields(), "request_mandatory",
                  mandatory(), "request_states", plm_request_state_names(), "hit_states",
                  plm_hit_state_names(), "run_states", plm_run_state_names(), "elements",
                  elements(), "assurances", names(plm_assurances), "formats",
                  names(plm_load_formats)));
}

static const plm_api_route routes[] = {
    {"GET", "/v1/words", PLM_API_ALL, 0, PLM_API_NO_BODY, 0, get_words, NULL},
};

const plm_api_table plm_api_words_routes = {routes, sizeof routes / sizeof *routes};
