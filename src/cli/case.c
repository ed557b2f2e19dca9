/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case.c - palermo case: open, list, show, close. No run starts without an open case.
 */
#include "accord/case_rule.h"
#include "cli/commands.h"
#include "cli/verbs.h"

#include <stdio.h>

static void print_opened(const plm_operation_call *call, const json_t *c)
{
    (void)call;
    (void)printf("case %s is open; others see it as %s\n", plm_text_of(c, "reference"),
                 plm_text_of(c, "opaque"));
}

static void print_closed(const plm_operation_call *call, const json_t *c)
{
    (void)call;
    (void)printf("case %s is closed\n", plm_text_of(c, "reference"));
}

static void print_case(const plm_operation_call *call, const json_t *c)
{
    size_t i;
    json_t *code;
    (void)call;
    (void)printf("%s: %s\n  others see  %s\n  purpose     %s\n", plm_text_of(c, "reference"),
                 plm_text_of(c, "state"), plm_text_of(c, "opaque"), plm_text_of(c, "purpose"));
    json_array_foreach(json_object_get(c, "offences"), i, code)
    {
        const plm_offence *offence = plm_offence_find(json_string_value(code));
        (void)printf("  offence     %s: %s\n", json_string_value(code),
                     offence != NULL ? offence->title : "");
    }
    const char *element = plm_text_of(c, "transnational");
    const char *words = plm_case_element_words(element);
    (void)printf("  penalty     %lld years\n  crosses     %s (UNTOC art. 3(2)(%s))%s\n",
                 plm_number_of(c, "penalty_years"), words != NULL ? words : "", element,
                 json_is_true(json_object_get(c, "group")) ? ", by an organised criminal group"
                                                           : "");
    (void)printf("  officer     %s, whom others see as %s\n  supervisor  %s\n  opened      %s\n",
                 plm_text_of(c, "officer"), plm_text_of(c, "pseudonym"),
                 plm_text_of(c, "supervisor"), plm_text_of(c, "opened"));
    if (plm_text_of(c, "closed")[0] != '\0') {
        (void)printf("  closed      %s\n", plm_text_of(c, "closed"));
    }
}

static void print_list(const plm_operation_call *call, const json_t *list)
{
    size_t i;
    json_t *one;
    (void)call;
    json_array_foreach(list, i, one)
    {
        (void)printf("%-6s  %s\n", plm_text_of(one, "state"), plm_text_of(one, "reference"));
    }
}

static const plm_operation_option open_options[] = {
    {"offence", PLM_OPTION_LIST, PLM_TO_BODY, "offences", "CODE", "of the catalogue; repeatable", 0,
     0},
    {"penalty", PLM_OPTION_NUMBER, PLM_TO_BODY, "penalty_years", "YEARS",
     "the highest the law threatens; 100: for life", 1, PLM_CASE_PENALTY_MAX},
    {"transnational", PLM_OPTION_TEXT, PLM_TO_BODY, "transnational", "a|b|c|d",
     "what makes it so: of UNTOC art. 3(2)", 0, 0},
    {"group", PLM_OPTION_FLAG, PLM_TO_BODY, "group", NULL,
     "an organised criminal group is involved", 0, 0},
    PLM_OFFICER_OPTION("who works on it"),
    {"supervisor", PLM_OPTION_TEXT, PLM_TO_BODY, "supervisor", "NAME", "another person", 0, 0},
    {"purpose", PLM_OPTION_TEXT, PLM_TO_BODY, "purpose", "TEXT", "what is to be found out", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

static const plm_operation open_case = {
    .usage = {"palermo case open", "REF [OPTIONS]",
              "Opens a case because of which others may be asked. They see a random reference and\n"
              "a pseudonym of the officer."},
    .method = "POST",
    .path = "/v1/cases",
    .min_words = 1,
    .max_words = 1,
    .members = {"reference"},
    .options = open_options,
    .print = print_opened,
};

static const plm_operation list = {
    .usage = {"palermo case list", "[OPTIONS]", "Lists the cases."},
    .method = "GET",
    .path = "/v1/cases",
    .flags = PLM_OPERATION_PAGED,
    .shape = plm_oldest_first,
    .print = print_list,
};

static const plm_operation show = {
    .usage = {"palermo case show", "REF", "Shows a case."},
    .method = "GET",
    .path = "/v1/cases/{reference}",
    .min_words = 1,
    .max_words = 1,
    .print = print_case,
};

static const plm_operation close_case = {
    .usage = {"palermo case close", "REF", "Closes a case: no run starts because of it any more."},
    .method = "POST",
    .path = "/v1/cases/{reference}/close",
    .min_words = 1,
    .max_words = 1,
    .print = print_closed,
};

static const plm_verb verbs[] = {
    {"open", NULL, "open a case; no run starts without one", &open_case},
    {"list", NULL, "list the cases", &list},
    {"show", NULL, "show a case", &show},
    {"close", NULL, "close a case", &close_case},
};

int plm_command_case(int argc, char **argv)
{
    return plm_verbs_run("palermo case", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
