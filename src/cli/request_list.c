/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_list.c - palermo request list, show.
 */
#include "cli/exit.h"
#include "cli/request.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct listing {
    json_t *list;
    int64_t now_ms;
    bool only_due;
} listing;

static plm_status list_one(void *context, const plm_request_row *row)
{
    listing *l = (listing *)context;
    char id[2 * PLM_REQUEST_ID_BYTES + 1];
    char due[PLM_TIME_TEXT] = "";
    char changed[PLM_TIME_TEXT];
    plm_request_state state = (plm_request_state)row->state;
    bool counts = row->due_ms > 0 && plm_due_counts(state);
    if (l->only_due && !counts) {
        return PLM_OK;
    }
    plm_hex_encode(id, row->id, sizeof row->id);
    plm_say_time(changed, row->changed_ms);
    if (counts) {
        plm_say_time(due, row->due_ms);
    }
    plm_alarm alarm = plm_due_alarm(state, row->sent_ms, row->due_ms, l->now_ms);
    json_t *one =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s}", "request", id, "side",
                  row->is_ours ? "requester" : "requested", "with", row->peer, "kind",
                  plm_request_kinds[row->kind < PLM_REQUEST_KIND_COUNT ? row->kind : 0],
                  "direction", row->is_offer ? "offer" : "ask", "urgent", (int)row->is_urgent,
                  "state", plm_request_state_name(state), "due", due, "alarm",
                  counts ? plm_alarm_name(alarm) : "", "changed", changed);
    return json_array_append_new(l->list, one) == 0 ? PLM_OK : PLM_E_NOMEM;
}

static const char *member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void print_list(const json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        (void)printf("%.8s  %-4s %-12s %-20s %-6s %-10s %s%s%s\n", member(one, "request"),
                     strcmp(member(one, "side"), "requester") == 0 ? "to" : "from",
                     member(one, "with"), member(one, "kind"), member(one, "direction"),
                     member(one, "state"), member(one, "alarm"),
                     member(one, "due")[0] != '\0' ? " " : "", member(one, "due"));
    }
}

int plm_request_command_list(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo request list", "[--due] [OPTIONS]",
                                         "Lists the requests and offers of this node."};
    plm_common common = {0};
    listing l = {.now_ms = plm_wall_ms()};
    const plm_option options[] = {
        {"due", PLM_OPTION_FLAG, &l.only_due, NULL, "those that wait for a word, and how late", 0,
         0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_request_job job;
    l.list = json_array();
    int result = PLM_EXIT_OK;
    plm_status status = plm_request_job_begin(&job, &common, usage.command, NULL, false);
    if (status == PLM_OK) {
        status = plm_store_each_request(job.home.store, list_one, &l);
    }
    if (status == PLM_OK && common.json) {
        result = plm_say_json(json_incref(l.list));
    } else if (status == PLM_OK) {
        print_list(l.list);
    }
    json_decref(l.list);
    int ended = plm_request_job_end(&job, status);
    return status == PLM_OK ? result : ended;
}

static void print_fields(const json_t *document)
{
    for (size_t i = 0; i < plm_document_n_fields; i++) {
        const plm_document_field *f = &plm_document_fields[i];
        const json_t *object = f->group == NULL ? document : json_object_get(document, f->group);
        const json_t *value = json_object_get(object, f->name);
        if (json_is_string(value)) {
            (void)printf("  %-28s %s\n", f->label, json_string_value(value));
        }
    }
}

static void print_step(const json_t *step)
{
    const json_t *content = json_object_get(step, "content");
    (void)printf("  %-4s %s  %-9s %s%s%s%s%s%s\n", member(step, "step"), member(step, "time"),
                 member(step, "action"), member(step, "delivery"),
                 json_is_true(json_object_get(step, "void")) ? ", void" : "",
                 member(step, "erased")[0] != '\0' ? ", erased: " : "", member(step, "erased"),
                 member(step, "ground")[0] != '\0' ? ", ground: " : "", member(step, "ground"));
    if (json_string_value(json_object_get(content, "text")) != NULL) {
        (void)printf("       %s\n", member(content, "text"));
    }
    const json_t *attachment = json_object_get(content, "attachment");
    if (attachment != NULL) {
        (void)printf("       %s, %lld bytes\n", member(attachment, "name"),
                     (long long)json_integer_value(json_object_get(attachment, "bytes")));
    }
}

static void print_view(const json_t *view)
{
    size_t i;
    json_t *step;
    (void)printf(
        "%s\n%s %s, %s %s: %s%s%s%s%s\n", member(view, "request"), member(view, "kind"),
        member(view, "direction"), strcmp(member(view, "side"), "requester") == 0 ? "to" : "from",
        member(view, "with"), member(view, "state"), member(view, "due")[0] != '\0' ? ", due " : "",
        member(view, "due"), member(view, "alarm")[0] != '\0' ? ", " : "", member(view, "alarm"));
    print_fields(json_object_get(view, "document"));
    json_array_foreach(json_object_get(view, "steps"), i, step)
    {
        print_step(step);
    }
}

int plm_request_command_show(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo request show", "ID [OPTIONS]",
                                         "Shows a request, its contents and all its steps."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *id;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_request_job job;
    json_t *view = NULL;
    int result = PLM_EXIT_OK;
    plm_status status = plm_request_job_begin(&job, &common, usage.command, id, false);
    if (status == PLM_OK) {
        status = plm_request_view(&view, job.home.store, &job.book, false, plm_wall_ms());
    }
    if (status == PLM_OK && common.json) {
        result = plm_say_json(json_incref(view));
    } else if (status == PLM_OK) {
        print_view(view);
    }
    json_decref(view);
    int ended = plm_request_job_end(&job, status);
    return status == PLM_OK ? result : ended;
}
