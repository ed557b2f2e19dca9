/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hits.c - palermo hits, palermo runs and palermo status.
 */
#include "cli/commands.h"
#include "cli/operation.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

/* Runs come the newest first, the hits of one in order; people read from the oldest run on. */
static json_t *oldest_run_first(const plm_operation_call *call, json_t *items)
{
    json_t *out = json_array();
    size_t end = json_array_size(items);
    (void)call;
    while (end > 0) {
        size_t begin = end - 1;
        const char *run = plm_text_of(json_array_get(items, begin), "run");
        while (begin > 0 &&
               strcmp(plm_text_of(json_array_get(items, begin - 1), "run"), run) == 0) {
            begin--;
        }
        for (size_t i = begin; i < end; i++) {
            if (json_array_append(out, json_array_get(items, i)) != 0) {
                json_decref(out);
                json_decref(items);
                return NULL;
            }
        }
        end = begin;
    }
    json_decref(items);
    return out;
}

static void print_hits(const plm_operation_call *call, const json_t *hits)
{
    size_t i;
    json_t *hit;
    const char *run = "";
    (void)call;
    json_array_foreach(hits, i, hit)
    {
        const char *this_run = plm_text_of(hit, "run");
        const json_t *rules = json_object_get(hit, "rules");
        if (strcmp(this_run, run) != 0) {
            (void)printf("%srun %s\n", i > 0 ? "\n" : "", this_run);
            run = this_run;
        }
        (void)printf("  %4lld %-9s ", plm_number_of(hit, "hit"), plm_text_of(hit, "state"));
        plm_say_padded(plm_text_of(hit, "record"), 16);
        (void)printf(" %-10s ", plm_text_of(hit, "role"));
        plm_say_padded(plm_text_of(hit, "name"), 36);
        (void)printf(" ");
        for (size_t r = 0; r < json_array_size(rules); r++) {
            (void)printf("%s%s", r > 0 ? ", " : "", json_string_value(json_array_get(rules, r)));
        }
        (void)printf("\n");
    }
    size_t n = json_array_size(hits);
    (void)printf("%s%zu record%s in common. A hit is a lead, never an identification.\n",
                 n > 0 ? "\n" : "", n, n == 1 ? "" : "s");
}

int plm_command_hits(int argc, char **argv)
{
    static const plm_operation_option options[] = {
        {"run", PLM_OPTION_TEXT, PLM_TO_QUERY, "run", "ID", "of one run only (a prefix will do)", 0,
         0},
        {"seeds", PLM_OPTION_FLAG, PLM_TO_QUERY, "seeds", NULL,
         "those on invented test persons instead", 0, 0},
        PLM_OPERATION_OPTIONS_END,
    };
    static const plm_operation hits = {
        .usage = {"palermo hits", "[--run ID] [OPTIONS]",
                  "Lists the records of ours that another party has too, each with the rules that "
                  "agreed."},
        .method = "GET",
        .path = "/v1/hits",
        .flags = PLM_OPERATION_PAGED | PLM_OPERATION_EXPIRES,
        .options = options,
        .shape = oldest_run_first,
        .print = print_hits,
    };
    return plm_operation_run(&hits, argc, argv);
}

static void print_runs(const plm_operation_call *call, const json_t *runs)
{
    size_t i;
    json_t *run;
    (void)call;
    json_array_foreach(runs, i, run)
    {
        (void)printf("%.8s  %s  %-6s with %-12s %-20s %-8s %s %s\n", plm_text_of(run, "run"),
                     plm_text_of(run, "started"), plm_text_of(run, "side"),
                     plm_text_of(run, "with"), plm_text_of(run, "purpose"),
                     plm_text_of(run, "state"), plm_text_of(run, "failure"),
                     plm_text_of(run, "clause"));
    }
}

int plm_command_runs(int argc, char **argv)
{
    static const plm_operation runs = {
        .usage = {"palermo runs", "[OPTIONS]", "Lists the runs this node asked for or answered."},
        .method = "GET",
        .path = "/v1/runs",
        .flags = PLM_OPERATION_PAGED,
        .shape = plm_oldest_first,
        .print = print_runs,
    };
    return plm_operation_run(&runs, argc, argv);
}

static json_t *add_serving(const plm_operation_call *call, json_t *overview)
{
    if (json_object_set_new(overview, "serving", json_boolean(call->is_remote)) != 0) {
        json_decref(overview);
        return NULL;
    }
    return overview;
}

static void print_status(const plm_operation_call *call, const json_t *overview)
{
    const json_t *authority = json_object_get(overview, "authority");
    const char *key;
    json_t *value;
    size_t i;
    (void)printf("%s, %s\n", plm_text_of(authority, "code"), plm_text_of(authority, "name"));
    json_object_foreach(json_object_get(overview, "counts"), key, value)
    {
        (void)printf("  %-14s %lld\n", key, (long long)json_integer_value(value));
    }
    json_array_foreach(json_object_get(overview, "peers"), i, value)
    {
        if (!json_is_true(json_object_get(value, "is_us"))) {
            (void)printf("  %-14s ledger: %s; %lld waiting\n", plm_text_of(value, "code"),
                         plm_text_of(value, "ledger"), plm_number_of(value, "waiting"));
        }
    }
    json_array_foreach(json_object_get(overview, "waiting"), i, value)
    {
        (void)printf(
            "waits: %lld %s%s%s\n", plm_number_of(value, "count"), plm_text_of(value, "kind"),
            plm_text_of(value, "due")[0] != '\0' ? ", due " : "", plm_text_of(value, "due"));
    }
    (void)printf("%s\n",
                 call->is_remote ? "the node serves its API" : "the node's API is not served");
}

int plm_command_status(int argc, char **argv)
{
    static const plm_operation status = {
        .usage = {"palermo status", "[OPTIONS]",
                  "Says what this node holds, what waits for somebody, and how it stands with the "
                  "others."},
        .method = "GET",
        .path = "/v1/overview",
        .shape = add_serving,
        .print = print_status,
    };
    return plm_operation_run(&status, argc, argv);
}
