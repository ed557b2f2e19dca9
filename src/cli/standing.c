/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.c - palermo standing: runs that repeat by themselves, started, shown, paused, resumed
 * and stopped.
 */
#include "cli/standing.h"

#include "cli/commands.h"
#include "cli/verbs.h"
#include "node/standing.h"

#include <stdio.h>
#include <string.h>

static void print_one(const plm_operation_call *call, const json_t *v)
{
    (void)call;
    (void)printf("%s: %s\n  with        %s, %s, because of case %s\n", plm_text_of(v, "standing"),
                 plm_text_of(v, "state"), plm_text_of(v, "with"), plm_text_of(v, "purpose"),
                 plm_text_of(v, "case"));
    if (strcmp(plm_text_of(v, "side"), "asker") == 0) {
        (void)printf("  started     %s by %s, every %lld minutes\n", plm_text_of(v, "started"),
                     plm_text_of(v, "officer"), plm_number_of(v, "every_minutes"));
    } else {
        (void)printf("  asked of us since %s\n", plm_text_of(v, "started"));
    }
    (void)printf("  done        %lld times", plm_number_of(v, "done"));
    if (plm_text_of(v, "last")[0] != '\0') {
        (void)printf(", the last %s as run %.8s", plm_text_of(v, "last"),
                     plm_text_of(v, "last_run"));
    }
    (void)printf("\n");
    if (plm_text_of(v, "last_whole")[0] != '\0') {
        (void)printf("  with all    %s\n", plm_text_of(v, "last_whole"));
    }
    if (plm_text_of(v, "next")[0] != '\0') {
        (void)printf("  next        %s%s\n", plm_text_of(v, "next"),
                     json_is_true(json_object_get(v, "due")) ? ", due now" : "");
    }
    if (plm_text_of(v, "failure")[0] != '\0') {
        const char *clause = plm_text_of(v, "clause");
        (void)printf("  failed      %s: %s%s%s; %lld times in a row\n", plm_text_of(v, "failed"),
                     plm_text_of(v, "failure"), clause[0] != '\0' ? " - clause " : "", clause,
                     plm_number_of(v, "failures"));
    }
}

static void print_list(const plm_operation_call *call, const json_t *list)
{
    size_t i;
    json_t *v;
    (void)call;
    json_array_foreach(list, i, v)
    {
        const char *next = plm_text_of(v, "next");
        const char *failure = plm_text_of(v, "failure");
        (void)printf("%.8s  %-7s with %-12s %-20s next %-20s done %lld%s%s\n",
                     plm_text_of(v, "standing"), plm_text_of(v, "state"), plm_text_of(v, "with"),
                     plm_text_of(v, "purpose"), next[0] != '\0' ? next : "-",
                     plm_number_of(v, "done"), failure[0] != '\0' ? ", failed: " : "", failure);
    }
}

static json_t *items_oldest_first(const plm_operation_call *call, json_t *answer)
{
    return plm_oldest_first(call, plm_items_of(call, answer));
}

static const plm_operation_option start_options[] = {
    {"with", PLM_OPTION_TEXT, PLM_TO_BODY, "with", "CODE", "the other party", 0, 0},
    {"purpose", PLM_OPTION_TEXT, PLM_TO_BODY, "purpose", "P", "a purpose that has standing runs", 0,
     0},
    {"accord", PLM_OPTION_TEXT, PLM_TO_BODY, "accord", "HASH", "if there is more than one", 0, 0},
    {"case", PLM_OPTION_TEXT, PLM_TO_BODY, "case", "REF", "the open case because of which", 0, 0},
    {"offence", PLM_OPTION_TEXT, PLM_TO_BODY, "offence", "CODE", "of the case, if it has several",
     0, 0},
    {"every", PLM_OPTION_NUMBER, PLM_TO_BODY, "every_minutes", "MINUTES",
     "between two runs (the shortest that the accord allows)", 1, PLM_STANDING_MINUTES_MAX},
    PLM_OFFICER_OPTION("who starts it: the case's officer or supervisor"),
    PLM_OPERATION_OPTIONS_END,
};

static const plm_operation start = {
    .usage = {"palermo standing start", "[OPTIONS]",
              "Starts a series of runs, the first of which is due at once."},
    .method = "POST",
    .path = "/v1/standing",
    .options = start_options,
    .print = print_one,
};

static const plm_operation list = {
    .usage = {"palermo standing list", "[OPTIONS]",
              "Lists the series that we ask, and those that are asked of us."},
    .method = "GET",
    .path = "/v1/standing",
    .shape = items_oldest_first,
    .print = print_list,
};

static const plm_operation show = {
    .usage = {"palermo standing show", "ID",
              "Shows a series: the last run, the next, and why the\n"
              "last one failed."},
    .method = "GET",
    .path = "/v1/standing/{standing}",
    .min_words = 1,
    .max_words = 1,
    .print = print_one,
};

static const plm_operation_option change_options[] = {
    PLM_OFFICER_OPTION("who says so"),
    PLM_OPERATION_OPTIONS_END,
};

#define CHANGE(verb, text)                                                       \
    {                                                                            \
        .usage = {"palermo standing " verb, "ID", text}, .method = "POST",       \
        .path = "/v1/standing/{standing}/" verb, .min_words = 1, .max_words = 1, \
        .options = change_options, .print = print_one,                           \
    }

static const plm_operation pause_series = CHANGE("pause", "Asks nothing until it is resumed.");
static const plm_operation resume = CHANGE("resume", "Goes on; what was missed is one run.");
static const plm_operation stop = CHANGE("stop", "Ends a series, and forgets what was entered.");

static const plm_verb verbs[] = {
    {"start", NULL, "let runs with another party repeat", &start},
    {"list", NULL, "list the series", &list},
    {"show", NULL, "show a series", &show},
    {"pause", NULL, "ask nothing until it is resumed", &pause_series},
    {"resume", NULL, "go on", &resume},
    {"stop", NULL, "end a series", &stop},
    {"run", plm_standing_run, "make the runs that are due, or one, now", NULL},
};

int plm_command_standing(int argc, char **argv)
{
    return plm_verbs_run("palermo standing", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
