/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c - palermo request: finds the verb; what the verbs share.
 */
#include "cli/request.h"

#include "base/ct.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/verbs.h"
#include "request/grounds.h"

#include <stdio.h>
#include <string.h>

static const plm_verb verbs[] = {
    {"new", plm_request_command_new, "draft a request or an offer"},
    {"edit", plm_request_command_edit, "change a draft"},
    {"check", plm_request_command_check, "say what a draft lacks, with the article"},
    {"send", plm_request_command_send, "sign a draft and hand it to the outbox"},
    {"list", plm_request_command_list, "list requests; with --due those that wait for a word"},
    {"show", plm_request_command_show, "show a request with all its steps"},
    {"accept", plm_request_command_step, "accept, perhaps with conditions"},
    {"refuse", plm_request_command_step, "refuse, with a ground and a reason"},
    {"postpone", plm_request_command_step, "postpone, with the reason"},
    {"consult", plm_request_command_step, "ask back, or answer a question"},
    {"answer", plm_request_command_step, "answer, perhaps with conditions"},
    {"close", plm_request_command_step, "close what was answered or refused, with the outcome"},
    {"withdraw", plm_request_command_step, "withdraw what is no longer needed"},
    {"recall", plm_request_command_step, "take back what an earlier step of ours said"},
    {"attach", plm_request_command_attach, "seal a file to the other party"},
    {"export", plm_request_command_export, "write it as JSON, or save an attachment"},
    {"print", plm_request_command_export, "write it as a page to print"},
    {"grounds", plm_request_command_grounds, "list the grounds for a refusal"},
};

int plm_command_request(int argc, char **argv)
{
    return plm_verbs_run("palermo request", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}

typedef struct id_search {
    const char *prefix;
    uint8_t id[PLM_REQUEST_ID_BYTES];
    unsigned n;
} id_search;

static plm_status match_id(void *context, const plm_request_row *row)
{
    id_search *search = (id_search *)context;
    char id[2 * PLM_REQUEST_ID_BYTES + 1];
    plm_hex_encode(id, row->id, sizeof row->id);
    if (strncmp(id, search->prefix, strlen(search->prefix)) == 0) {
        memcpy(search->id, row->id, sizeof search->id);
        search->n++;
    }
    return PLM_OK;
}

static plm_status open_book(plm_request_job *job, const char *prefix)
{
    id_search search = {.prefix = prefix};
    plm_status status = plm_store_each_request(job->home.store, match_id, &search);
    if (status == PLM_OK && search.n != 1) {
        plm_say_error(job->command,
                      search.n == 0 ? "there is no request \"%s\""
                                    : "several requests begin with \"%s\"",
                      prefix);
        return PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = plm_request_open(&job->book, job->home.store, search.id);
    }
    if (status != PLM_OK) {
        plm_say_error(job->command, "%s: %s", job->home.store_path, plm_status_sentence(status));
    }
    return status;
}

plm_status plm_request_job_begin(plm_request_job *job, const plm_common *common,
                                 const char *command, const char *prefix, bool unlock)
{
    plm_keep_report kept;
    *job = (plm_request_job){.command = command};
    plm_status status = plm_home_open(&job->home, common, command);
    if (status != PLM_OK) {
        return status;
    }
    job->node.store = job->home.store;
    memcpy(job->node.code, job->home.code, sizeof job->node.code);
    status = plm_request_keep(job->home.store, plm_wall_ms(), &kept);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", job->home.store_path, plm_store_error(job->home.store));
        return status;
    }
    if (prefix != NULL) {
        status = open_book(job, prefix);
    }
    return status == PLM_OK && unlock ? plm_home_unlock(&job->home, common, job->node.seed, command)
                                      : status;
}

int plm_request_job_end(plm_request_job *job, plm_status status)
{
    plm_wipe(job->node.seed, sizeof job->node.seed);
    plm_request_shut(&job->book);
    plm_home_close(&job->home);
    if (status == PLM_E_NOMEM || status == PLM_E_STORE) {
        /* What the caller's own input has to do with is said where it is found; this is not. */
        plm_say_error(job->command, "%s", plm_status_sentence(status));
    }
    return plm_exit_status(status, 0);
}

int plm_request_command_grounds(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo request grounds", "",
                                         "Lists the grounds for a refusal, with their sources."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < plm_ground_count(); i++) {
        const plm_ground *ground = plm_ground_at(i);
        if (common.json) {
            (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "ground", ground->name,
                                                        "title", ground->title, "source",
                                                        ground->source));
        } else {
            (void)printf("%-23s %s\n%-23s %s\n", ground->name, ground->title, "", ground->source);
        }
    }
    if (common.json) {
        return plm_say_json(list);
    }
    json_decref(list);
    return PLM_EXIT_OK;
}
