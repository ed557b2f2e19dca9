/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_export.c - palermo request export, print: nothing leaves but for its purpose, and the
 * ledger knows.
 */
#include "base/file.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "cli/say.h"
#include "request/page.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct export_options {
    plm_common common;
    const char *purpose;
    const char *to;
    const char *out;
    const char *attachment; /* step; NULL: the request itself */
    bool is_page;
} export_options;

/* Which step's row is wanted. */
typedef struct step_search {
    plm_request_job *job;
    uint8_t id[PLM_HASH_BYTES];
    plm_attachment announced;
    plm_buf *out;
    bool is_found;
} step_search;

static plm_status open_step(void *context, const plm_step_row *row)
{
    step_search *search = (step_search *)context;
    if (memcmp(row->id, search->id, sizeof search->id) != 0) {
        return PLM_OK;
    }
    search->is_found = true;
    return plm_request_open_attachment(&search->job->node, row, &search->announced, search->out);
}

static plm_status write_attachment(plm_request_job *job, const export_options *o, plm_buf *out)
{
    step_search search = {.job = job, .out = out};
    plm_status status = plm_step_find(&job->book, o->attachment, search.id);
    if (status == PLM_OK) {
        status = plm_store_each_step(job->home.store, job->book.row.id, open_step, &search);
    }
    if (status != PLM_OK) {
        plm_say_error(job->command, "%s: %s", o->attachment,
                      status == PLM_E_NOT_FOUND
                          ? "no attachment from the other side, or not all of it is here"
                      : status == PLM_E_AUTH ? "it is not what was announced"
                                             : plm_status_sentence(status));
    }
    return status;
}

static plm_status write_view(plm_request_job *job, const export_options *o, plm_buf *out)
{
    json_t *view = NULL;
    plm_status status =
        plm_request_view(&view, job->home.store, &job->book, !o->is_page, plm_wall_ms());
    if (status == PLM_OK) {
        status = o->is_page ? plm_page_write(out, view) : plm_json_dump(view, true, out);
    }
    json_decref(view);
    return status;
}

/* The first condition it would break is named, and nothing leaves. */
static plm_status check(const plm_request_job *job, const export_options *o)
{
    const plm_use use = {.purpose = o->purpose,
                         .to = o->to,
                         .owner = job->book.row.peer,
                         .today = plm_date_of_ms(plm_wall_ms())};
    plm_condition_kind broken;
    char step[PLM_STEP_NAME];
    plm_status status = plm_request_check_use(job->home.store, &job->book, &use, &broken, step);
    if (status == PLM_OK && broken != PLM_CONDITION_NONE) {
        plm_say_error(job->command, "refused by the conditions of %s: %s", step,
                      plm_condition_sentence(broken));
        status = PLM_E_INVALID;
    }
    return status;
}

static plm_status hand_out(const plm_request_job *job, const export_options *o, plm_span bytes)
{
    if (o->out == NULL) {
        return fwrite(bytes.p, 1, bytes.n, stdout) == bytes.n && fflush(stdout) == 0 ? PLM_OK
                                                                                     : PLM_E_IO;
    }
    plm_status status = plm_file_write(o->out, bytes, 0600, false);
    if (status != PLM_OK) {
        plm_say_error(job->command, "%s: %s", o->out, strerror(errno));
    }
    return status;
}

int plm_request_command_export(int argc, char **argv)
{
    static const plm_usage_text usages[] = {
        {"palermo request export", "ID --purpose P [--to CODE] [OPTIONS]",
         "Writes a request as JSON, or saves an attachment, if its conditions allow that use."},
        {"palermo request print", "ID --purpose P [--to CODE] [OPTIONS]",
         "Writes a request as a page of HTML to print, if its conditions allow that use."}};
    export_options o = {.is_page = strcmp(argv[0], "print") == 0};
    const plm_usage_text usage = usages[o.is_page ? 1 : 0];
    const plm_option options[] = {
        {"purpose", PLM_OPTION_TEXT, &o.purpose, "P", "what it is for: a purpose of the accord", 0,
         0},
        {"to", PLM_OPTION_TEXT, &o.to, "CODE", "an authority it is for, other than ours", 0, 0},
        {"out", PLM_OPTION_TEXT, &o.out, "FILE", "write it there, not to standard output", 0, 0},
        {"attachment", PLM_OPTION_TEXT, &o.attachment, "STEP", "the attachment of that step", 0, 0},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    const char *id;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.purpose == NULL) {
        return plm_usage_error(&usage, "say what it is for: --purpose P");
    }
    plm_request_job job;
    plm_buf out;
    plm_buf_init(&out, PLM_ATTACHMENT_MAX);
    plm_status status =
        plm_request_job_begin(&job, &o.common, usage.command, id, o.attachment != NULL);
    if (status == PLM_OK) {
        status = check(&job, &o);
    }
    if (status == PLM_OK) {
        status =
            o.attachment != NULL ? write_attachment(&job, &o, &out) : write_view(&job, &o, &out);
    }
    if (status == PLM_OK) {
        /* Entered first: what could not be entered does not leave. */
        status =
            plm_request_note_export(job.home.store, job.book.row.id, o.purpose,
                                    o.to != NULL ? o.to : "", plm_buf_span(&out), plm_wall_ms());
    }
    if (status == PLM_OK) {
        status = hand_out(&job, &o, plm_buf_span(&out));
    }
    plm_buf_wipe(&out);
    return plm_request_job_end(&job, status);
}
