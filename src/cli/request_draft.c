/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_draft.c - palermo request new, edit, check, send: drafts, until they are sent.
 */
#include "base/file.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "cli/say.h"
#include "request/document.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    TARGET_MAX = 256
};

static plm_status read_document(const char *command, const char *path, json_t **out)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_REQUEST_DOCUMENT_MAX);
    plm_status status = plm_file_read(path, &bytes);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    } else {
        status = plm_json_parse(out, plm_buf_span(&bytes), &sink, path, 1);
    }
    plm_buf_wipe(&bytes);
    return status;
}

static plm_status say_no_memory(const plm_operation_call *call)
{
    plm_say_error(call->operation->usage.command, "%s", plm_status_sentence(PLM_E_NOMEM));
    return PLM_E_NOMEM;
}

/* The options go over what there is. */
static plm_status apply(const plm_operation_call *call, json_t *document)
{
    const plm_text_list *set = &plm_operation_value_of(call, "set")->list;
    const char *kind = plm_operation_value_of(call, "kind")->text;
    plm_status status = PLM_OK;
    if ((kind != NULL && json_object_set_new(document, "kind", json_string(kind)) != 0) ||
        (plm_operation_value_of(call, "urgent")->flag &&
         json_object_set_new(document, "urgent", json_true()) != 0)) {
        status = say_no_memory(call);
    }
    for (size_t i = 0; status == PLM_OK && i < set->n; i++) {
        status = plm_request_set(document, set->items[i], call->operation->usage.command);
    }
    return status;
}

/* What the file says, if there is one, and the options. */
static int make_document(plm_operation_call *call)
{
    const char *file = plm_operation_value_of(call, "file")->text;
    json_t *document = NULL;
    plm_status status = PLM_OK;
    if (file != NULL) {
        status = read_document(call->operation->usage.command, file, &document);
    } else {
        document = json_object();
    }
    if (status == PLM_OK && plm_operation_value_of(call, "offer")->flag &&
        json_object_set_new(document, "direction", json_string("offer")) != 0) {
        status = say_no_memory(call);
    }
    if (status == PLM_OK) {
        status = apply(call, document);
    }
    if (status == PLM_OK && json_object_set(call->body, "document", document) != 0) {
        status = say_no_memory(call);
    }
    json_decref(document);
    return status == PLM_OK ? (int)PLM_GO_ON : plm_exit_status(status, 0);
}

static void print_draft(const plm_operation_call *call, const json_t *draft)
{
    const size_t n = json_array_size(json_object_get(draft, "missing"));
    const char *id = plm_text_of(draft, "request");
    (void)printf("%s\n", id);
    if (n > 0) {
        (void)fprintf(stderr, "%s: it lacks %zu fields: 'palermo request check %.8s' lists them\n",
                      call->operation->usage.command, n, id);
    }
}

#define DRAFT_OPTIONS                                                                                \
    {"kind",                                                                                         \
     PLM_OPTION_TEXT,                                                                                \
     PLM_TO_COMMAND,                                                                                 \
     NULL,                                                                                           \
     "KIND",                                                                                         \
     "information, identity, extradition, ...",                                                      \
     0,                                                                                              \
     0},                                                                                             \
        {"urgent", PLM_OPTION_FLAG, PLM_TO_COMMAND, NULL, NULL, "a word is owed within 48 hours", 0, \
         0},                                                                                         \
        {"file", PLM_OPTION_TEXT, PLM_TO_COMMAND, NULL, "FILE", "the document, as JSON", 0, 0},      \
    {                                                                                                \
        "set", PLM_OPTION_LIST, PLM_TO_COMMAND, NULL, "FIELD=VALUE",                                 \
            "facts=..., person.name=..., ...", 0, 0                                                  \
    }

static const plm_operation_option new_options[] = {
    {"with", PLM_OPTION_TEXT, PLM_TO_BODY, "with", "CODE", "the other party", 0, 0},
    {"offer", PLM_OPTION_FLAG, PLM_TO_COMMAND, NULL, NULL, "offer information, not ask for it", 0,
     0},
    {"hit", PLM_OPTION_TEXT, PLM_TO_BODY, "hit", "RUN/RECORD", "fill in what is known of a hit", 0,
     0},
    DRAFT_OPTIONS,
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_request_new = {
    .usage = {"palermo request new", "--with CODE [OPTIONS]",
              "Drafts a request, or with --offer spontaneous information. Nothing is sent."},
    .method = "POST",
    .path = "/v1/requests",
    .options = new_options,
    .prepare = make_document,
    .print = print_draft,
    .wrong = PLM_EXIT_INPUT,
};

/* The draft as it is, unless a file takes its place, with what the options change. */
static int change_document(plm_operation_call *call)
{
    const char *file = plm_operation_value_of(call, "file")->text;
    char target[TARGET_MAX];
    json_t *document = NULL;
    json_t *view = NULL;
    if (strspn(call->words[0], "0123456789abcdef") != strlen(call->words[0]) ||
        strlen(call->words[0]) > 32) {
        plm_say_error(call->operation->usage.command, "there is no request \"%s\"", call->words[0]);
        return PLM_EXIT_NOT_FOUND;
    }
    (void)snprintf(target, sizeof target, "/v1/requests/%s", call->words[0]);
    plm_status status = PLM_OK;
    if (file != NULL) {
        status = read_document(call->operation->usage.command, file, &document);
    } else {
        const int fetched = plm_operation_fetch(call, target, &view);
        if (fetched != PLM_GO_ON) {
            return fetched;
        }
        document = json_incref(json_object_get(view, "document"));
    }
    if (status == PLM_OK) {
        status = apply(call, document);
    }
    if (status == PLM_OK && json_object_update(call->body, document) != 0) {
        status = say_no_memory(call);
    }
    json_decref(document);
    json_decref(view);
    return status == PLM_OK ? (int)PLM_GO_ON : plm_exit_status(status, 0);
}

static const plm_operation_option edit_options[] = {
    DRAFT_OPTIONS,
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_request_edit = {
    .usage = {"palermo request edit", "ID [OPTIONS]",
              "Changes a draft: all of it, or single fields."},
    .method = "PUT",
    .path = "/v1/requests/{request}",
    .min_words = 1,
    .max_words = 1,
    .options = edit_options,
    .prepare = change_document,
    .print = print_draft,
    .wrong = PLM_EXIT_INPUT,
};

/* --- what it lacks, and off it goes ------------------------------------------------------------
 */

static void print_missing(const plm_operation_call *call, const json_t *answer)
{
    size_t i;
    json_t *one;
    (void)call;
    json_array_foreach(json_object_get(answer, "missing"), i, one)
    {
        (void)printf("%-24s %s (%s)\n", plm_text_of(one, "field"), plm_text_of(one, "what"),
                     plm_text_of(one, "article"));
    }
}

static int judge(const plm_operation_call *call, const json_t *answer)
{
    (void)call;
    return json_is_true(json_object_get(answer, "complete")) ? PLM_EXIT_OK : PLM_EXIT_INPUT;
}

#define CHECK_USAGE                                                                              \
    {                                                                                            \
        "palermo request check", "ID | --file FILE",                                             \
            "Lists what a draft lacks before it can be sent, with the article that asks for it." \
    }

static const plm_operation check_file = {
    .usage = CHECK_USAGE,
    .method = "POST",
    .path = "/v1/requests/check",
    .print = print_missing,
    .judge = judge,
    .wrong = PLM_EXIT_INPUT,
};

static const plm_operation_option check_options[] = {
    {"file", PLM_OPTION_TEXT, PLM_TO_COMMAND, NULL, "FILE", "a document, not a draft in the store",
     0, 0},
    PLM_OPERATION_OPTIONS_END,
};

static int choose(plm_operation_call *call)
{
    const char *file = plm_operation_value_of(call, "file")->text;
    if ((call->n_words == 0) == (file == NULL)) {
        return plm_usage_error(&call->operation->usage, "say which: ID or --file FILE");
    }
    if (file != NULL) {
        call->operation = &check_file;
        call->file = file;
    }
    return PLM_GO_ON;
}

const plm_operation plm_operation_request_check = {
    .usage = CHECK_USAGE,
    .method = "GET",
    .path = "/v1/requests/{request}/check",
    .max_words = 1,
    .options = check_options,
    .prepare = choose,
    .print = print_missing,
    .judge = judge,
};

static void print_sent(const plm_operation_call *call, const json_t *answer)
{
    (void)call;
    (void)printf("%s sent to %s\n", plm_text_of(answer, "request"), plm_text_of(answer, "with"));
}

const plm_operation plm_operation_request_send = {
    .usage = {"palermo request send", "ID",
              "Signs a complete draft and puts it into the outbox; 'palermo serve' or 'palermo "
              "deliver' takes it to the other party."},
    .method = "POST",
    .path = "/v1/requests/{request}/send",
    .min_words = 1,
    .max_words = 1,
    .print = print_sent,
    .print_problem = print_missing,
};
