/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_list.c - palermo request list, show.
 */
#include "cli/request.h"
#include "request/document.h"

#include <stdio.h>
#include <string.h>

static void print_list(const plm_operation_call *call, const json_t *list)
{
    size_t i;
    json_t *one;
    (void)call;
    json_array_foreach(list, i, one)
    {
        (void)printf("%.8s  %-4s %-12s %-20s %-6s %-10s %s%s%s\n", plm_text_of(one, "request"),
                     strcmp(plm_text_of(one, "side"), "requester") == 0 ? "to" : "from",
                     plm_text_of(one, "with"), plm_text_of(one, "kind"),
                     plm_text_of(one, "direction"), plm_text_of(one, "state"),
                     plm_text_of(one, "alarm"), plm_text_of(one, "due")[0] != '\0' ? " " : "",
                     plm_text_of(one, "due"));
    }
}

static const plm_operation_option list_options[] = {
    {"due", PLM_OPTION_FLAG, PLM_TO_QUERY, "due", NULL, "those that wait for a word, and how late",
     0, 0},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_request_list = {
    .usage = {"palermo request list", "[--due] [OPTIONS]",
              "Lists the requests and offers of this node."},
    .method = "GET",
    .path = "/v1/requests",
    .flags = PLM_OPERATION_PAGED | PLM_OPERATION_KEEPS,
    .options = list_options,
    .shape = plm_oldest_first,
    .print = print_list,
};

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
    (void)printf(
        "  %-4s %s  %-9s %s%s%s%s%s%s\n", plm_text_of(step, "step"), plm_text_of(step, "time"),
        plm_text_of(step, "action"), plm_text_of(step, "delivery"),
        json_is_true(json_object_get(step, "void")) ? ", void" : "",
        plm_text_of(step, "erased")[0] != '\0' ? ", erased: " : "", plm_text_of(step, "erased"),
        plm_text_of(step, "ground")[0] != '\0' ? ", ground: " : "", plm_text_of(step, "ground"));
    if (json_string_value(json_object_get(content, "text")) != NULL) {
        (void)printf("       %s\n", plm_text_of(content, "text"));
    }
    const json_t *attachment = json_object_get(content, "attachment");
    if (attachment != NULL) {
        (void)printf("       %s, %lld bytes\n", plm_text_of(attachment, "name"),
                     (long long)json_integer_value(json_object_get(attachment, "bytes")));
    }
}

static void print_view(const plm_operation_call *call, const json_t *view)
{
    (void)call;
    size_t i;
    json_t *step;
    (void)printf("%s\n%s %s, %s %s: %s%s%s%s%s\n", plm_text_of(view, "request"),
                 plm_text_of(view, "kind"), plm_text_of(view, "direction"),
                 strcmp(plm_text_of(view, "side"), "requester") == 0 ? "to" : "from",
                 plm_text_of(view, "with"), plm_text_of(view, "state"),
                 plm_text_of(view, "due")[0] != '\0' ? ", due " : "", plm_text_of(view, "due"),
                 plm_text_of(view, "alarm")[0] != '\0' ? ", " : "", plm_text_of(view, "alarm"));
    print_fields(json_object_get(view, "document"));
    json_array_foreach(json_object_get(view, "steps"), i, step)
    {
        print_step(step);
    }
}

const plm_operation plm_operation_request_show = {
    .usage = {"palermo request show", "ID [OPTIONS]",
              "Shows a request, its contents and all its steps. The beginning of its id will do."},
    .method = "GET",
    .path = "/v1/requests/{request}",
    .min_words = 1,
    .max_words = 1,
    .print = print_view,
};
