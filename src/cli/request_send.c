/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_send.c - palermo request check, send: what a draft lacks, and off it goes.
 */
#include "cli/exit.h"
#include "cli/request.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

static plm_status check_document(json_t *document, const char *file, json_t *missing,
                                 plm_document *d)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    return plm_document_read(d, document, &sink, file, plm_request_missing, missing);
}

static void print_missing(const json_t *missing)
{
    size_t i;
    json_t *one;
    json_array_foreach(missing, i, one)
    {
        (void)printf("%-24s %s (%s)\n", json_string_value(json_object_get(one, "field")),
                     json_string_value(json_object_get(one, "what")),
                     json_string_value(json_object_get(one, "article")));
    }
}

int plm_request_command_check(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo request check", "ID | --file FILE",
        "Lists what a draft lacks before it can be sent, with the article that asks for it."};
    plm_common common = {0};
    const char *file = NULL;
    const plm_option options[] = {
        {"file", PLM_OPTION_TEXT, &file, "FILE", "a document, not a draft in the store", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    const char *id = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 0, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if ((id == NULL) == (file == NULL)) {
        return plm_usage_error(&usage, "say which: ID or --file FILE");
    }
    plm_request_job job = {.command = usage.command};
    plm_document d = {0};
    json_t *document = NULL;
    json_t *missing = json_array();
    plm_status status = file != NULL
                            ? plm_request_read_file(usage.command, file, &document)
                            : plm_request_job_begin(&job, &common, usage.command, id, false);
    if (status == PLM_OK && file == NULL) {
        status = plm_request_open_draft(&job, &document);
    }
    if (status == PLM_OK) {
        status = check_document(document, file != NULL ? file : "draft", missing, &d);
    }
    int result = PLM_EXIT_OK;
    if (status == PLM_OK) {
        bool is_whole = json_array_size(missing) == 0;
        if (common.json) {
            result = plm_say_json(
                json_pack("{s:b, s:O}", "complete", (int)is_whole, "missing", missing));
        } else {
            print_missing(missing);
        }
        result = is_whole ? result : PLM_EXIT_INPUT;
    }
    json_decref(document);
    json_decref(missing);
    int ended = plm_request_job_end(&job, status);
    return status == PLM_OK ? result : ended;
}

/* Everything that stands against sending it is said; what is sent is what was checked. */
static plm_status send_draft(plm_request_job *job, json_t *document)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_request_fit fit = PLM_REQUEST_FITS;
    json_t *missing = json_array();
    plm_status status = plm_request_send_draft(&job->node, &job->book, document, &sink,
                                               plm_request_missing, missing, &fit);
    if (status == PLM_E_INVALID && json_array_size(missing) > 0) {
        plm_say_error(job->command, "it is incomplete and was not sent; it lacks");
        print_missing(missing);
    } else if (fit != PLM_REQUEST_FITS) {
        plm_say_error(job->command, "%s: %s", job->book.row.peer, plm_request_fit_sentence(fit));
        status = PLM_E_INVALID;
    } else if (status != PLM_OK && status != PLM_E_INVALID) {
        plm_say_error(job->command, "%s", plm_status_sentence(status));
    }
    json_decref(missing);
    return status;
}

int plm_request_command_send(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo request send", "ID",
        "Signs a complete draft and puts it into the outbox; 'palermo serve' or 'palermo deliver' "
        "takes it to the other party."};
    plm_common common = {0};
    const plm_option options[] = {PLM_UNLOCK_OPTIONS(&common), PLM_COMMON_OPTIONS(&common),
                                  PLM_OPTIONS_END};
    const char *id;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_request_job job;
    json_t *document = NULL;
    plm_status status = plm_request_job_begin(&job, &common, usage.command, id, true);
    if (status == PLM_OK) {
        status = plm_request_open_draft(&job, &document);
    }
    if (status == PLM_OK) {
        status = send_draft(&job, document);
    }
    if (status == PLM_OK) {
        char full[2 * PLM_REQUEST_ID_BYTES + 1];
        plm_hex_encode(full, job.book.row.id, sizeof job.book.row.id);
        if (common.json) {
            (void)plm_say_json(json_pack("{s:s, s:s}", "request", full, "state", "sent"));
        } else {
            (void)printf("%s sent to %s\n", full, job.book.row.peer);
        }
    }
    json_decref(document);
    return plm_request_job_end(&job, status);
}
