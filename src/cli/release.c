/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.c - palermo release: the holder's officers decide on hits; batches are made when due.
 */
#include "node/release.h"

#include "base/ct.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "cli/verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    FIELDS_MAX = 1 << 20
};

/* "RUN/HIT" into the two arguments of the path. */
static int split_place(plm_operation_call *call)
{
    const char *slash = strchr(call->words[0], '/');
    if (slash == NULL || slash == call->words[0] || slash[1] == '\0' ||
        strlen(call->words[0]) >= sizeof call->scratch) {
        return plm_usage_error(&call->operation->usage, "%s: not of the form RUN/HIT",
                               call->words[0]);
    }
    (void)snprintf(call->scratch, sizeof call->scratch, "%.*s", (int)(slash - call->words[0]),
                   call->words[0]);
    call->arguments[0] = call->scratch;
    call->arguments[1] = slash + 1;
    return PLM_GO_ON;
}

static void print_gates(const json_t *gates)
{
    size_t i;
    json_t *gate;
    json_array_foreach(gates, i, gate)
    {
        (void)printf("  %-7s %-11s %s\n", plm_text_of(gate, "state"), plm_text_of(gate, "gate"),
                     plm_text_of(gate, "words"));
    }
}

static void print_record(const json_t *record)
{
    size_t i;
    json_t *value;
    (void)printf("  record      %s, %s, %s%s\n", plm_text_of(record, "record"),
                 plm_text_of(record, "kind"), plm_text_of(record, "role"),
                 json_is_true(json_object_get(record, "assessment")) ? ", an assessment" : "");
    if (plm_text_of(record, "grading")[0] != '\0') {
        (void)printf("  grading     %s\n", plm_text_of(record, "grading"));
    }
    json_array_foreach(json_object_get(record, "values"), i, value)
    {
        (void)printf("  %-11s %s\n", plm_text_of(value, "type"), plm_text_of(value, "value"));
    }
}

static void print_rules(const json_t *rules)
{
    (void)printf("  matched by ");
    for (size_t i = 0; i < json_array_size(rules); i++) {
        (void)printf(" %s", json_string_value(json_array_get(rules, i)));
    }
    (void)printf("\n");
}

static void print_fields(const json_t *fields)
{
    plm_buf text;
    plm_buf_init(&text, FIELDS_MAX);
    if (!json_is_null(fields) && plm_json_dump(fields, false, &text) == PLM_OK) {
        (void)printf("  disclosed   %.*s\n", (int)text.n, (const char *)text.data);
    }
    plm_buf_wipe(&text);
}

static void print_hit(const plm_operation_call *call, const json_t *hit)
{
    (void)call;
    (void)printf("hit %lld: %s\n", plm_number_of(hit, "hit"), plm_text_of(hit, "state"));
    print_record(json_object_get(hit, "of_record"));
    print_rules(json_object_get(hit, "rules"));
    if (plm_text_of(hit, "words")[0] != '\0') {
        (void)printf("              %s\n", plm_text_of(hit, "words"));
    }
    if (plm_text_of(hit, "officer")[0] != '\0') {
        (void)printf("  officer     %s%s%s\n", plm_text_of(hit, "officer"),
                     plm_text_of(hit, "second")[0] != '\0' ? ", " : "", plm_text_of(hit, "second"));
    }
    print_fields(json_object_get(hit, "fields"));
    if (strcmp(plm_text_of(hit, "state"), "received") != 0) {
        (void)printf("gates\n"); /* the holder's, and nobody's once a hit has come */
        print_gates(json_object_get(hit, "gates"));
    }
    (void)printf("A hit is a lead, never an identification.\n");
}

static void print_decision(const plm_operation_call *call, const json_t *answer)
{
    (void)printf("hit %s is %s\n", call->words[0], plm_text_of(answer, "state"));
}

static void print_refused(const plm_operation_call *call, const json_t *problem)
{
    (void)call;
    print_gates(json_object_get(problem, "gates"));
}

static const plm_operation show = {
    .usage = {"palermo release show", "RUN/HIT",
              "Shows the record, why it matched, and the gates as they stand. RUN may be the\n"
              "beginning of a run's id; 'palermo hits' lists both."},
    .method = "GET",
    .path = "/v1/hits/{run}/{hit}",
    .min_words = 1,
    .max_words = 1,
    .prepare = split_place,
    .print = print_hit,
};

#define BECAUSE                                                           \
    {                                                                     \
        "because", PLM_OPTION_TEXT, PLM_TO_BODY, "because", "TEXT",       \
            "why; needed where the record itself speaks against it", 0, 0 \
    }

static const plm_operation_option decision_options[] = {
    PLM_OFFICER_OPTION("who decides"),
    {"clear", PLM_OPTION_LIST, PLM_TO_BODY, "clear", "GATE",
     "a gate the officer has judged and found clear, or all; may be repeated", 0, 0},
    BECAUSE,
    PLM_OPERATION_OPTIONS_END,
};

static const plm_operation approve = {
    .usage = {"palermo release approve", "RUN/HIT --officer NAME [OPTIONS]",
              "An officer clears gates and approves; two do where the accord says so."},
    .method = "POST",
    .path = "/v1/hits/{run}/{hit}/approve",
    .min_words = 1,
    .max_words = 1,
    .options = decision_options,
    .prepare = split_place,
    .print = print_decision,
    .print_problem = print_refused,
};

static const plm_operation lapse = {
    .usage = {"palermo release lapse", "RUN/HIT --officer NAME [OPTIONS]",
              "The hit will not go; to the asker that is the same as no hit."},
    .method = "POST",
    .path = "/v1/hits/{run}/{hit}/lapse",
    .min_words = 1,
    .max_words = 1,
    .options = decision_options,
    .prepare = split_place,
    .print = print_decision,
    .print_problem = print_refused,
};

static const plm_operation_option outcome_options[] = {
    PLM_OFFICER_OPTION("who says so"),
    BECAUSE,
    PLM_OPERATION_OPTIONS_END,
};

static const plm_operation outcome = {
    .usage = {"palermo release outcome", "RUN/HIT confirmed|wrong|unknown --officer NAME",
              "Says what came of a hit."},
    .method = "POST",
    .path = "/v1/hits/{run}/{hit}/outcome",
    .min_words = 2,
    .max_words = 2,
    .members = {NULL, "outcome"},
    .options = outcome_options,
    .prepare = split_place,
};

/* No operation of the API: a serving node does it by itself. */
static int command_post(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo release post", "[OPTIONS]",
        "Makes the batches that are due ('palermo serve' does it by itself)."};
    plm_common common = {0};
    const plm_option options[] = {PLM_UNLOCK_OPTIONS(&common), PLM_COMMON_OPTIONS(&common),
                                  PLM_OPTIONS_END};
    plm_home home;
    uint64_t n = 0;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    plm_node node = {.store = home.store};
    memcpy(node.code, home.code, sizeof node.code);
    status = plm_home_unlock(&home, &common, node.seed, usage.command);
    int result = plm_exit_status(status, 0);
    if (status == PLM_OK) {
        status = plm_release_post_due(&node, plm_wall_ms(), &n);
        result = status == PLM_OK ? PLM_EXIT_OK : plm_say_status(usage.command, "batches", status);
    }
    plm_wipe(node.seed, sizeof node.seed);
    plm_home_close(&home);
    if (status == PLM_OK && common.json) {
        return plm_say_json(json_pack("{s:I}", "posted", (json_int_t)n));
    }
    if (status == PLM_OK) {
        (void)printf("%" PRIu64 " batch%s posted\n", n, n == 1 ? "" : "es");
    }
    return result;
}

static const plm_verb verbs[] = {
    {"show", NULL, "the record, why it matched, and the gates", &show},
    {"approve", NULL, "an officer clears gates and approves", &approve},
    {"lapse", NULL, "the hit will not go", &lapse},
    {"outcome", NULL, "what came of a hit", &outcome},
    {"post", command_post, "make the batches that are due", NULL},
};

int plm_command_release(int argc, char **argv)
{
    return plm_verbs_run("palermo release", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
