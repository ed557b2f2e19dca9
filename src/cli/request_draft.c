/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_draft.c - palermo request new, edit: drafts.
 */
#include "base/file.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "cli/say.h"
#include "crypto/sign.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What new and edit take. */
typedef struct draft_options {
    plm_common common;
    const char *with;
    const char *file;
    const char *hit;
    const char *kind;
    bool is_offer;
    bool is_urgent;
    plm_text_list set;
} draft_options;

plm_status plm_request_read_file(const char *command, const char *path, json_t **out)
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

/* The options go over what there is. */
static plm_status apply(const draft_options *o, json_t *document, const char *command)
{
    plm_status status = PLM_OK;
    if (o->kind != NULL) {
        (void)json_object_set_new(document, "kind", json_string(o->kind));
    }
    if (o->is_offer) {
        (void)json_object_set_new(document, "direction", json_string("offer"));
    }
    if (o->is_urgent) {
        (void)json_object_set_new(document, "urgent", json_true());
    }
    for (size_t i = 0; status == PLM_OK && i < o->set.n; i++) {
        status = plm_request_set(document, o->set.items[i], command);
    }
    return status;
}

void plm_request_missing(void *context, const char *pointer, const char *what, const char *article)
{
    json_t *list = (json_t *)context;
    (void)json_array_append_new(
        list, json_pack("{s:s, s:s, s:s}", "field", pointer, "what", what, "article", article));
}

static plm_status put_draft(plm_request_job *job, json_t *document, const char *file, bool is_new,
                            json_t *missing)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_status status =
        plm_request_put_draft(job->home.store, &job->book.row, document, is_new, plm_wall_ms(),
                              &sink, file, plm_request_missing, missing);
    if (status != PLM_OK && status != PLM_E_INVALID) {
        plm_say_error(job->command, "%s", plm_store_error(job->home.store));
    }
    return status;
}

static int tell_draft(const plm_request_job *job, json_t *missing, bool json)
{
    char id[2 * PLM_REQUEST_ID_BYTES + 1];
    plm_hex_encode(id, job->book.row.id, sizeof job->book.row.id);
    if (json) {
        return plm_say_json(json_pack("{s:s, s:O}", "request", id, "missing", missing));
    }
    (void)printf("%s\n", id);
    if (json_array_size(missing) > 0) {
        (void)fprintf(stderr, "%s: it lacks %zu fields: 'palermo request check %.8s' lists them\n",
                      job->command, json_array_size(missing), id);
    }
    return PLM_EXIT_OK;
}

static plm_status fill_from_hit(plm_request_job *job, json_t *document, const char *hit,
                                char peer[static PLM_CODE_MAX])
{
    plm_status status = plm_request_fill_from_hit(job->home.store, document, hit, peer);
    if (status == PLM_E_SYNTAX) {
        plm_say_error(job->command, "--hit takes RUN/HIT or RUN/RECORD, not \"%s\"", hit);
        return PLM_E_INVALID;
    }
    if (status == PLM_E_REFUSED) {
        plm_say_error(job->command, "hit \"%s\" has not been released: see 'palermo release'", hit);
        return PLM_E_INVALID;
    }
    if (status == PLM_E_NOT_FOUND) {
        plm_say_error(job->command, "there is no hit \"%s\": 'palermo hits' lists them", hit);
    }
    return status;
}

/* A document with what is known of ourselves, and of the hit. */
static plm_status begin_document(plm_request_job *job, const draft_options *o, json_t **out)
{
    char peer[PLM_CODE_MAX] = "";
    json_t *document = NULL;
    plm_status status = PLM_OK;
    if (o->file != NULL) {
        status = plm_request_read_file(job->command, o->file, &document);
    } else {
        document = json_pack("{s:s, s:s}", "palermo", "request/1", "kind", "information");
    }
    if (status == PLM_OK) {
        status = plm_request_add_authority(job->home.store, document);
    }
    if (status == PLM_OK && o->hit != NULL) {
        status = fill_from_hit(job, document, o->hit, peer);
    }
    if (status != PLM_OK) {
        json_decref(document);
        return status;
    }
    const char *with = o->with != NULL ? o->with : peer;
    job->book.row.peer = plm_arena_string(&job->book.arena, plm_span_str(with));
    *out = document;
    return job->book.row.peer != NULL ? PLM_OK : PLM_E_NOMEM;
}

static plm_status check_peer(const plm_request_job *job)
{
    if (job->book.row.peer[0] == '\0') {
        plm_say_error(job->command, "say with whom: --with CODE, or --hit RUN/RECORD");
        return PLM_E_INVALID;
    }
    plm_status status = plm_request_check_peer(job->home.store, job->home.code, job->book.row.peer);
    if (status == PLM_E_NOT_FOUND) {
        plm_say_error(job->command, "no accord here has the party %s", job->book.row.peer);
    }
    return status;
}

int plm_request_command_new(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo request new", "--with CODE [OPTIONS]",
        "Drafts a request, or with --offer spontaneous information. Nothing is sent."};
    draft_options o = {0};
    const plm_option options[] = {
        {"with", PLM_OPTION_TEXT, &o.with, "CODE", "the other party", 0, 0},
        {"kind", PLM_OPTION_TEXT, &o.kind, "KIND", "information, identity, extradition, ...", 0, 0},
        {"offer", PLM_OPTION_FLAG, &o.is_offer, NULL, "offer information, not ask for it", 0, 0},
        {"urgent", PLM_OPTION_FLAG, &o.is_urgent, NULL, "a word is owed within 48 hours", 0, 0},
        {"file", PLM_OPTION_TEXT, &o.file, "FILE", "the document, as JSON", 0, 0},
        {"hit", PLM_OPTION_TEXT, &o.hit, "RUN/RECORD", "fill in what is known of a hit", 0, 0},
        {"set", PLM_OPTION_LIST, &o.set, "FIELD=VALUE", "facts=..., person.name=..., ...", 0, 0},
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_request_job job;
    json_t *document = NULL;
    json_t *missing = json_array();
    plm_status status = plm_request_job_begin(&job, &o.common, usage.command, NULL, false);
    if (status == PLM_OK) {
        plm_arena_init(&job.book.arena, 1 << 16);
        plm_random(job.book.row.id, sizeof job.book.row.id);
        job.book.row.is_ours = true;
        status = begin_document(&job, &o, &document);
    }
    if (status == PLM_OK) {
        status = check_peer(&job);
    }
    if (status == PLM_OK) {
        status = apply(&o, document, usage.command);
    }
    if (status == PLM_OK) {
        status = put_draft(&job, document, o.file != NULL ? o.file : "draft", true, missing);
    }
    int result = status == PLM_OK ? tell_draft(&job, missing, o.common.json) : 0;
    json_decref(document);
    json_decref(missing);
    int ended = plm_request_job_end(&job, status);
    return status == PLM_OK ? result : ended;
}

plm_status plm_request_open_draft(const plm_request_job *job, json_t **out)
{
    plm_status status = plm_request_draft_document(&job->book, out);
    if (status == PLM_E_REFUSED) {
        plm_say_error(job->command, "it is no draft any more: %s",
                      plm_request_state_name((plm_request_state)job->book.row.state));
        return PLM_E_INVALID;
    }
    return status;
}

int plm_request_command_edit(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo request edit", "ID [OPTIONS]",
                                         "Changes a draft: all of it, or single fields."};
    draft_options o = {0};
    const plm_option options[] = {
        {"kind", PLM_OPTION_TEXT, &o.kind, "KIND", "information, identity, extradition, ...", 0, 0},
        {"urgent", PLM_OPTION_FLAG, &o.is_urgent, NULL, "a word is owed within 48 hours", 0, 0},
        {"file", PLM_OPTION_TEXT, &o.file, "FILE", "the document, as JSON", 0, 0},
        {"set", PLM_OPTION_LIST, &o.set, "FIELD=VALUE", "facts=..., person.name=..., ...", 0, 0},
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    const char *id;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_request_job job;
    json_t *document = NULL;
    json_t *missing = json_array();
    plm_status status = plm_request_job_begin(&job, &o.common, usage.command, id, false);
    if (status == PLM_OK) {
        status = plm_request_open_draft(&job, &document);
    }
    if (status == PLM_OK && o.file != NULL) {
        json_decref(document);
        document = NULL;
        status = plm_request_read_file(usage.command, o.file, &document);
    }
    if (status == PLM_OK) {
        status = apply(&o, document, usage.command);
    }
    if (status == PLM_OK) {
        status = put_draft(&job, document, o.file != NULL ? o.file : "draft", false, missing);
    }
    int result = status == PLM_OK ? tell_draft(&job, missing, o.common.json) : 0;
    json_decref(document);
    json_decref(missing);
    int ended = plm_request_job_end(&job, status);
    return status == PLM_OK ? result : ended;
}
