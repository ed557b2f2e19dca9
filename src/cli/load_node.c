/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_node.c - palermo load where a node serves: the files go up, and the node loads them.
 */
#include "base/file.h"
#include "cli/exit.h"
#include "cli/load.h"
#include "cli/operation_problem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    TARGET_MAX = 2048,
    ANSWER_MAX = 1 << 20
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* What nobody has said yet: all that fails before the node is asked. */
static plm_status say(const plm_inquiry *inquiry, plm_status status)
{
    if (status == PLM_E_NOMEM || status == PLM_E_LIMIT) {
        plm_say_error(inquiry->command, "%s", plm_status_sentence(status));
    }
    return status;
}

/* The files go up; their ids into `uploads`. */
static plm_status upload_all(plm_inquiry *inquiry, const plm_load *l, json_t *uploads)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < l->n_files; i++) {
        plm_buf target;
        plm_buf answer;
        json_t *json = NULL;
        plm_buf_init(&target, TARGET_MAX);
        plm_buf_init(&answer, ANSWER_MAX);
        status = plm_buf_printf(&target, "/v1/uploads?name=");
        if (status == PLM_OK) {
            status = plm_http_escape(&target, base_name(l->files[i]));
        }
        if (status == PLM_OK) {
            status = plm_buf_append_u8(&target, '\0');
        }
        status = say(inquiry, status);
        if (status == PLM_OK) {
            const plm_inquiry_question question = {.method = "POST",
                                                   .target = (const char *)target.data,
                                                   .type = "application/octet-stream",
                                                   .file = l->files[i]};
            status = plm_inquiry_ask(inquiry, &question, &answer);
        }
        if (status == PLM_OK) {
            status = plm_inquiry_parse(inquiry, &answer, &json);
        }
        if (status == PLM_OK && json_array_append(uploads, json_object_get(json, "upload")) != 0) {
            status = say(inquiry, PLM_E_NOMEM);
        }
        json_decref(json);
        plm_buf_wipe(&target);
        plm_buf_wipe(&answer);
    }
    return status;
}

static plm_status add_text(json_t *body, const char *key, const char *text)
{
    return text == NULL || text[0] == '\0' || json_object_set_new(body, key, json_string(text)) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

static plm_status add_mapping(json_t *body, const char *path, const char *command)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    json_t *mapping = NULL;
    plm_buf text;
    plm_buf_init(&text, ANSWER_MAX);
    plm_status status = plm_file_read(path, &text);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        status = PLM_E_INVALID;
    } else {
        status = plm_json_parse(&mapping, plm_buf_span(&text), &sink, path, 1);
    }
    if (status == PLM_OK && json_object_set(body, "mapping", mapping) != 0) {
        status = PLM_E_NOMEM;
    }
    json_decref(mapping);
    plm_buf_wipe(&text);
    return status;
}

static plm_status fill_body(const plm_load_command *o, json_t *body, const char *command)
{
    json_t *offences = json_array();
    plm_status status = add_text(body, "format", o->load.format);
    if (status == PLM_OK) {
        status = add_text(body, "role", o->role);
    }
    if (status == PLM_OK) {
        status = add_text(body, "grading", o->grading);
    }
    if (status == PLM_OK) {
        status = add_text(body, "retention", o->retention);
    }
    if (status == PLM_OK) {
        status = add_text(body, "country", o->country);
    }
    for (size_t i = 0; status == PLM_OK && i < o->offences.n; i++) {
        status = json_array_append_new(offences, json_string(o->offences.items[i])) == 0
                     ? PLM_OK
                     : PLM_E_NOMEM;
    }
    if (status == PLM_OK && json_object_set(body, "offences", offences) != 0) {
        status = PLM_E_NOMEM;
    }
    json_decref(offences);
    return status == PLM_OK && o->load.mapping != NULL ? add_mapping(body, o->load.mapping, command)
                                                       : status;
}

/* As the importer tells them here. "file" is an upload's id. */
static void say_diagnostics(plm_load_command *o, const json_t *list, const json_t *uploads)
{
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        size_t k = 0;
        while (k + 1 < json_array_size(uploads) &&
               strcmp(json_string_value(json_array_get(uploads, k)), plm_text_of(one, "file")) !=
                   0) {
            k++;
        }
        const plm_diag diag = {.severity = strcmp(plm_text_of(one, "severity"), "warning") == 0
                                               ? PLM_WARNING
                                               : PLM_ERROR,
                               .file = o->load.files[k],
                               .line = (uint64_t)plm_number_of(one, "line"),
                               .field = json_string_value(json_object_get(one, "field")),
                               .reason = plm_text_of(one, "reason")};
        plm_load_take_diag(o, &diag);
    }
}

static int tell_answer(plm_load_command *o, json_t *answer, const json_t *uploads)
{
    const uint64_t n = (uint64_t)plm_number_of(answer, "n_diagnostics");
    say_diagnostics(o, json_object_get(answer, "diagnostics"), uploads);
    (void)json_object_del(answer, "diagnostics");
    (void)json_object_del(answer, "n_diagnostics");
    (void)json_object_del(answer, "sample");
    return plm_load_report(answer, o->quiet ? 0 : n - o->n_shown, o->common.json);
}

int plm_load_at_node(plm_inquiry *inquiry, plm_load_command *o)
{
    json_t *uploads = json_array();
    json_t *body = json_object();
    json_t *answer = NULL;
    plm_buf target;
    int result = PLM_EXIT_FAILED;
    plm_buf_init(&target, TARGET_MAX);
    plm_status status = fill_body(o, body, inquiry->command);
    if (status == PLM_OK) {
        status = plm_buf_printf(&target, "/v1/registers/");
    }
    if (status == PLM_OK) {
        status = plm_http_escape(&target, o->load.name);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&target, "/load", sizeof "/load");
    }
    status = say(inquiry, status);
    if (status == PLM_OK) {
        status = upload_all(inquiry, &o->load, uploads);
    }
    if (status == PLM_OK && json_object_set(body, "uploads", uploads) != 0) {
        status = say(inquiry, PLM_E_NOMEM);
    }
    if (status == PLM_OK) {
        status = plm_inquiry_json(inquiry, "POST", (const char *)target.data, body, &answer);
    }
    if (status == PLM_OK) {
        result = tell_answer(o, answer, uploads);
    } else if (status == PLM_E_REJECTED) {
        say_diagnostics(o, json_object_get(inquiry->problem, "diagnostics"), uploads);
        result = plm_problem_say(inquiry, o->load.files[0]);
    } else {
        result = plm_exit_status(status, 0);
    }
    json_decref(uploads);
    json_decref(body);
    plm_buf_wipe(&target);
    return result;
}
