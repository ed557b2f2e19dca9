/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hits.c - palermo hits, palermo runs and palermo status.
 */
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/inquiry.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

static const char *member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* Runs come the newest first; people read from the oldest on. */
static json_t *oldest_first(json_t *items, const char *prefix)
{
    json_t *out = json_array();
    size_t end = json_array_size(items);
    while (end > 0) {
        size_t begin = end - 1;
        const char *run = member(json_array_get(items, begin), "run");
        while (begin > 0 && strcmp(member(json_array_get(items, begin - 1), "run"), run) == 0) {
            begin--;
        }
        for (size_t i = begin; i < end && strncmp(run, prefix, strlen(prefix)) == 0; i++) {
            (void)json_array_append(out, json_array_get(items, i));
        }
        end = begin;
    }
    json_decref(items);
    return out;
}

static void print_hits(const json_t *hits)
{
    size_t i;
    json_t *hit;
    const char *run = "";
    json_array_foreach(hits, i, hit)
    {
        const char *this_run = json_string_value(json_object_get(hit, "run"));
        const json_t *rules = json_object_get(hit, "rules");
        const char *name = json_string_value(json_object_get(hit, "name"));
        if (strcmp(this_run, run) != 0) {
            (void)printf("%srun %s\n", i > 0 ? "\n" : "", this_run);
            run = this_run;
        }
        (void)printf("  %4d %-9s ", (int)json_integer_value(json_object_get(hit, "hit")),
                     json_string_value(json_object_get(hit, "state")));
        plm_say_padded(json_string_value(json_object_get(hit, "record")), 16);
        (void)printf(" %-10s ", json_string_value(json_object_get(hit, "role")));
        plm_say_padded(name != NULL ? name : "", 36);
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
    static const plm_usage_text usage = {
        "palermo hits", "[--run ID] [OPTIONS]",
        "Lists the records of ours that another party has too, each with the rules that agreed."};
    plm_common common = {0};
    const char *run = "";
    const char *socket = NULL;
    bool seeds = false;
    const plm_option options[] = {
        {"run", PLM_OPTION_TEXT, &run, "ID", "of one run only (a prefix will do)", 0, 0},
        {"seeds", PLM_OPTION_FLAG, &seeds, NULL, "those on invented test persons instead", 0, 0},
        PLM_API_OPTION(&socket),
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_inquiry inquiry;
    json_t *hits = NULL;
    json_t *expired = NULL;
    plm_status status = plm_inquiry_open(&inquiry, &common, socket, "", usage.command);
    if (status == PLM_OK) {
        status = plm_inquiry_ask(&inquiry, "POST", "/v1/registers/expire", NULL, &expired);
    }
    if (status == PLM_OK) {
        status = plm_inquiry_list(&inquiry, seeds ? "/v1/hits?seeds=true" : "/v1/hits", &hits);
    }
    json_decref(expired);
    plm_inquiry_close(&inquiry);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    hits = oldest_first(hits, run);
    if (common.json) {
        return plm_say_json(hits);
    }
    print_hits(hits);
    json_decref(hits);
    return PLM_EXIT_OK;
}

int plm_command_runs(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo runs", "[OPTIONS]",
                                         "Lists the runs this node asked for or answered."};
    plm_common common = {0};
    const char *socket = NULL;
    const plm_option options[] = {
        PLM_API_OPTION(&socket),
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_inquiry inquiry;
    json_t *runs = NULL;
    plm_status status = plm_inquiry_open(&inquiry, &common, socket, "", usage.command);
    if (status == PLM_OK) {
        status = plm_inquiry_list(&inquiry, "/v1/runs", &runs);
    }
    plm_inquiry_close(&inquiry);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    runs = oldest_first(runs, "");
    for (size_t i = 0; !common.json && i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        (void)printf("%.8s  %s  %-6s with %-12s %-20s %-8s %s %s\n", member(run, "run"),
                     member(run, "started"), member(run, "side"), member(run, "with"),
                     member(run, "purpose"), member(run, "state"), member(run, "failure"),
                     member(run, "clause"));
    }
    if (common.json) {
        return plm_say_json(runs);
    }
    json_decref(runs);
    return PLM_EXIT_OK;
}

static void print_status(const json_t *overview)
{
    const json_t *waiting = json_object_get(overview, "waiting");
    const json_t *peers = json_object_get(overview, "peers");
    const char *key;
    json_t *value;
    size_t i;
    (void)printf("%s, %s\n", member(json_object_get(overview, "authority"), "code"),
                 member(json_object_get(overview, "authority"), "name"));
    json_object_foreach(json_object_get(overview, "counts"), key, value)
    {
        (void)printf("  %-14s %lld\n", key, (long long)json_integer_value(value));
    }
    json_array_foreach(peers, i, value)
    {
        if (!json_is_true(json_object_get(value, "is_us"))) {
            (void)printf("  %-14s ledger: %s; %lld waiting\n", member(value, "code"),
                         member(value, "ledger"),
                         (long long)json_integer_value(json_object_get(value, "waiting")));
        }
    }
    json_array_foreach(waiting, i, value)
    {
        (void)printf("waits: %lld %s%s%s\n",
                     (long long)json_integer_value(json_object_get(value, "count")),
                     member(value, "kind"), member(value, "due")[0] != '\0' ? ", due " : "",
                     member(value, "due"));
    }
}

int plm_command_status(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo status", "[OPTIONS]",
        "Says what this node holds, what waits for somebody, and how it stands with the others."};
    plm_common common = {0};
    const char *socket = NULL;
    const plm_option options[] = {
        PLM_API_OPTION(&socket),
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_inquiry inquiry;
    json_t *overview = NULL;
    plm_status status = plm_inquiry_open(&inquiry, &common, socket, "", usage.command);
    if (status == PLM_OK) {
        status = plm_inquiry_ask(&inquiry, "GET", "/v1/overview", NULL, &overview);
    }
    const bool is_remote = inquiry.is_remote;
    plm_inquiry_close(&inquiry);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    (void)json_object_set_new(overview, "serving", json_boolean(is_remote));
    if (common.json) {
        return plm_say_json(overview);
    }
    print_status(overview);
    (void)printf("%s\n", is_remote ? "the node serves its API" : "the node's API is not served");
    json_decref(overview);
    return PLM_EXIT_OK;
}
