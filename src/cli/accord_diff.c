/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_diff.c - palermo accord diff, offences: what changed, and what there is to pick from. Two
 * adopted accords are compared by the API; a file can be compared here alone.
 */
#include "accord/explain.h"
#include "base/file.h"
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/operation_problem.h"
#include "cli/say.h"
#include "node/agreement.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    EXPLAIN_MAX = 4 << 20
};

static bool is_hash(const char *text)
{
    return strlen(text) == (size_t)2 * PLM_HASH_BYTES &&
           strspn(text, "0123456789abcdef") == (size_t)2 * PLM_HASH_BYTES;
}

/* The adopted accord of that hash, from wherever the node is. */
static plm_status fetch(const plm_operation_call *call, const char *hash, plm_buf *bytes)
{
    char target[128];
    plm_inquiry inquiry;
    (void)snprintf(target, sizeof target, "/v1/accords/%s/text", hash);
    const plm_inquiry_question question = {.method = "GET", .target = target};
    plm_status status = plm_inquiry_open(&inquiry, &call->common, &call->access, "",
                                         call->operation->usage.command);
    if (status == PLM_OK) {
        status = plm_inquiry_ask(&inquiry, &question, bytes);
    }
    if (status == PLM_E_REJECTED) {
        (void)plm_problem_say(&inquiry, hash);
        status = inquiry.http == 404 ? PLM_E_NOT_FOUND : PLM_E_INVALID;
    }
    plm_inquiry_close(&inquiry);
    return status;
}

static plm_status take_accord(const plm_operation_call *call, const char *what, plm_accord **out)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
    plm_status status = is_hash(what) ? fetch(call, what, &bytes) : plm_file_read(what, &bytes);
    if (status != PLM_OK && !is_hash(what)) {
        plm_say_error(call->operation->usage.command, "%s: %s", what,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    if (status == PLM_OK) {
        status = plm_accord_parse(out, plm_buf_span(&bytes), &sink, what);
    }
    plm_buf_wipe(&bytes);
    return status;
}

static int say_words(const plm_operation_call *call, const plm_buf *words)
{
    json_t *answer =
        json_pack("{s:s%}", "explanation", words->n > 0 ? (const char *)words->data : "", words->n);
    if (call->common.json) {
        return plm_say_json(answer);
    }
    plm_accord_print_words(call, answer);
    json_decref(answer);
    return PLM_EXIT_OK;
}

/* Two adopted accords are compared where they are; with a file, here. */
static int compare(plm_operation_call *call)
{
    plm_accord *sides[2] = {NULL, NULL};
    plm_status status = PLM_OK;
    plm_buf words;
    if (is_hash(call->words[0]) && is_hash(call->words[1])) {
        call->arguments[0] = call->words[1];
        return PLM_GO_ON;
    }
    plm_buf_init(&words, EXPLAIN_MAX);
    for (size_t i = 0; status == PLM_OK && i < 2; i++) {
        status = take_accord(call, call->words[i], &sides[i]);
    }
    if (status == PLM_OK) {
        status = plm_accord_diff(sides[0], sides[1], &words);
    }
    const int result = status == PLM_OK ? say_words(call, &words) : plm_exit_status(status, 0);
    plm_accord_destroy(sides[0]);
    plm_accord_destroy(sides[1]);
    plm_buf_wipe(&words);
    return result;
}

const plm_operation plm_operation_accord_diff = {
    .usage = {"palermo accord diff", "OLD NEW",
              "Says in plain words what changed from one accord to another; each is a file, or the "
              "hash\nof an adopted accord."},
    .method = "GET",
    .path = "/v1/accords/{hash}/changes",
    .min_words = 2,
    .max_words = 2,
    .members = {"?from"},
    .prepare = compare,
    .print = plm_accord_print_words,
};

int plm_accord_command_offences(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord offences", "[--json]",
        "Lists the closed catalogue of treaty offences, from which accords pick."};
    bool json = false;
    const plm_option options[] = {
        {"json", PLM_OPTION_FLAG, &json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < plm_offence_count(); i++) {
        const plm_offence *offence = plm_offence_at(i);
        if (!json) {
            (void)printf("%-14s %s\n%14s %s\n", offence->code, offence->title, "", offence->source);
        }
        (void)json_array_append_new(list,
                                    json_pack("{s:s, s:s, s:s}", "code", offence->code, "title",
                                              offence->title, "source", offence->source));
    }
    if (json) {
        return plm_say_json(list);
    }
    json_decref(list);
    return PLM_EXIT_OK;
}
