/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.c - palermo case: open, list, show, close. No run starts without an open case.
 */
#include "accord/case_rule.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "net/net.h"
#include "node/case_book.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct case_options {
    plm_common common;
    plm_case_facts facts;
    plm_text_list offences;
} case_options;

static int command_open(const plm_usage_text *usage, const plm_home *home, case_options *o)
{
    char opaque[PLM_CASE_OPAQUE_DIGITS + 1];
    o->facts.offences = o->offences.items;
    o->facts.n_offences = o->offences.n;
    const char *objection = plm_case_objection(&o->facts);
    if (objection == NULL && o->offences.n > PLM_CASE_OFFENCES_MAX) {
        objection = "a case has at most 16 offences";
    }
    if (objection != NULL) {
        return plm_usage_error(usage, "the case can't be opened: %s", objection);
    }
    plm_status status = plm_case_open(home->store, &o->facts, plm_wall_ms(), opaque);
    if (status == PLM_E_EXISTS) {
        plm_say_error(usage->command, "%s: there was a case of that reference before",
                      o->facts.reference);
        return PLM_EXIT_FAILED;
    }
    if (status != PLM_OK) {
        return plm_say_status(usage->command, o->facts.reference, status);
    }
    if (o->common.json) {
        return plm_say_json(
            json_pack("{s:s, s:s}", "reference", o->facts.reference, "opaque", opaque));
    }
    (void)printf("case %s is open; others see it as %s\n", o->facts.reference, opaque);
    return PLM_EXIT_OK;
}

static json_t *case_json(const plm_case *c)
{
    char opened[PLM_TIME_TEXT];
    char closed[PLM_TIME_TEXT] = "";
    json_t *offences = json_array();
    plm_say_time(opened, c->opened_ms);
    if (c->closed_ms != 0) {
        plm_say_time(closed, c->closed_ms);
    }
    for (size_t i = 0; i < c->n_offences; i++) {
        (void)json_array_append_new(offences, json_string(c->offences[i]));
    }
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:s, s:s, s:o}", "reference",
        c->reference, "opaque", c->opaque, "state", c->closed_ms == 0 ? "open" : "closed",
        "officer", c->officer, "pseudonym", c->pseudonym, "supervisor", c->supervisor, "purpose",
        c->purpose, "penalty_years", (json_int_t)c->penalty_years, "transnational", c->element,
        "group", (int)c->is_group, "opened", opened, "closed", closed, "offences", offences);
}

static void print_case(const plm_case *c)
{
    char time[PLM_TIME_TEXT];
    plm_say_time(time, c->opened_ms);
    (void)printf("%s: %s\n  others see  %s\n  purpose     %s\n", c->reference,
                 c->closed_ms == 0 ? "open" : "closed", c->opaque, c->purpose);
    for (size_t i = 0; i < c->n_offences; i++) {
        const plm_offence *offence = plm_offence_find(c->offences[i]);
        (void)printf("  offence     %s: %s\n", c->offences[i],
                     offence != NULL ? offence->title : "");
    }
    const char *element = plm_case_element_words(c->element);
    (void)printf("  penalty     %" PRId64 " years\n  crosses     %s (UNTOC art. 3(2)(%s))%s\n",
                 c->penalty_years, element != NULL ? element : "", c->element,
                 c->is_group ? ", by an organised criminal group" : "");
    (void)printf("  officer     %s, whom others see as %s\n  supervisor  %s\n  opened      %s\n",
                 c->officer, c->pseudonym, c->supervisor, time);
    if (c->closed_ms != 0) {
        plm_say_time(time, c->closed_ms);
        (void)printf("  closed      %s\n", time);
    }
}

static int command_show(const char *command, const plm_home *home, const char *reference, bool json)
{
    plm_case c;
    plm_arena arena;
    int result = PLM_EXIT_OK;
    plm_arena_init(&arena, 1 << 20);
    plm_status status = plm_store_get_case(home->store, reference, &arena, &c);
    if (status != PLM_OK) {
        result = plm_say_status(command, reference, status);
    } else if (json) {
        result = plm_say_json(case_json(&c));
    } else {
        print_case(&c);
    }
    plm_arena_wipe(&arena);
    return result;
}

static plm_status list_case(void *context, const char *reference, int64_t closed_ms)
{
    json_t *entry = json_pack("{s:s, s:s}", "reference", reference, "state",
                              closed_ms == 0 ? "open" : "closed");
    return json_array_append_new((json_t *)context, entry) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static int command_list(const char *command, const plm_home *home, bool json)
{
    json_t *list = json_array();
    plm_status status = plm_store_each_case(home->store, list_case, list);
    if (status != PLM_OK) {
        json_decref(list);
        return plm_say_status(command, home->store_path, status);
    }
    if (json) {
        return plm_say_json(list);
    }
    size_t i;
    json_t *entry;
    json_array_foreach(list, i, entry)
    {
        (void)printf("%-6s  %s\n", json_string_value(json_object_get(entry, "state")),
                     json_string_value(json_object_get(entry, "reference")));
    }
    json_decref(list);
    return PLM_EXIT_OK;
}

static int command_close(const char *command, const plm_home *home, const char *reference)
{
    plm_status status = plm_case_close(home->store, reference, plm_wall_ms());
    if (status == PLM_E_EXISTS) {
        plm_say_error(command, "%s: it is closed already", reference);
        return PLM_EXIT_FAILED;
    }
    if (status != PLM_OK) {
        return plm_say_status(command, reference, status);
    }
    (void)printf("case %s is closed\n", reference);
    return PLM_EXIT_OK;
}

static int run(const plm_usage_text *usage, case_options *o, const char *const words[static 2])
{
    plm_home home;
    plm_status status = plm_home_open(&home, &o->common, usage->command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    o->facts.reference = words[1];
    int result;
    if (strcmp(words[0], "open") == 0) {
        result = command_open(usage, &home, o);
    } else if (strcmp(words[0], "show") == 0) {
        result = command_show(usage->command, &home, words[1], o->common.json);
    } else if (strcmp(words[0], "close") == 0) {
        result = command_close(usage->command, &home, words[1]);
    } else {
        result = command_list(usage->command, &home, o->common.json);
    }
    plm_home_close(&home);
    return result;
}

int plm_command_case(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo case", "open REF [OPTIONS] | list | show REF | close REF",
        "Opens, lists, shows or closes the cases because of which others are asked. No run starts\n"
        "without an open case; others see a random reference and a pseudonym of the officer."};
    case_options o = {0};
    const plm_option options[] = {
        {"offence", PLM_OPTION_LIST, &o.offences, "CODE", "of the catalogue; repeatable", 0, 0},
        {"penalty", PLM_OPTION_NUMBER, &o.facts.penalty_years, "YEARS",
         "the highest the law threatens; 100: for life", 1, PLM_CASE_PENALTY_MAX},
        {"transnational", PLM_OPTION_TEXT, &o.facts.element, "a|b|c|d",
         "what makes it so: of UNTOC art. 3(2)", 0, 0},
        {"group", PLM_OPTION_FLAG, &o.facts.is_group, NULL,
         "an organised criminal group is involved", 0, 0},
        {"officer", PLM_OPTION_TEXT, &o.facts.officer, "NAME", "who works on it", 0, 0},
        {"supervisor", PLM_OPTION_TEXT, &o.facts.supervisor, "NAME", "another person", 0, 0},
        {"purpose", PLM_OPTION_TEXT, &o.facts.purpose, "TEXT", "what is to be found out", 0, 0},
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    const char *words[2] = {NULL, NULL};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, words, 1, 2, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    bool is_list = strcmp(words[0], "list") == 0;
    bool is_one = strcmp(words[0], "open") == 0 || strcmp(words[0], "show") == 0 ||
                  strcmp(words[0], "close") == 0;
    if ((!is_list && !is_one) || is_list != (words[1] == NULL)) {
        return plm_usage_error(&usage, "say open REF, list, show REF or close REF");
    }
    return run(&usage, &o, words);
}
