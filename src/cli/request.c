/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.c - palermo request: finds the verb; grounds.
 */
#include "cli/request.h"

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/verbs.h"
#include "request/grounds.h"

#include <stdio.h>

/* The program's own list; no node is needed. */
static int command_grounds(int argc, char **argv)
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

static const plm_verb verbs[] = {
    {"new", NULL, "draft a request or an offer", &plm_operation_request_new},
    {"edit", NULL, "change a draft", &plm_operation_request_edit},
    {"check", NULL, "say what a draft lacks, with the article", &plm_operation_request_check},
    {"send", NULL, "sign a draft and hand it to the outbox", &plm_operation_request_send},
    {"list", NULL, "list requests; with --due those that wait for a word",
     &plm_operation_request_list},
    {"show", NULL, "show a request with all its steps", &plm_operation_request_show},
    {"accept", NULL, "accept, perhaps with conditions", &plm_operation_request_accept},
    {"refuse", NULL, "refuse, with a ground and a reason", &plm_operation_request_refuse},
    {"postpone", NULL, "postpone, with the reason", &plm_operation_request_postpone},
    {"consult", NULL, "ask back, or answer a question", &plm_operation_request_consult},
    {"answer", NULL, "answer, perhaps with conditions", &plm_operation_request_answer},
    {"close", NULL, "close what was answered or refused, with the outcome",
     &plm_operation_request_close},
    {"withdraw", NULL, "withdraw what is no longer needed", &plm_operation_request_withdraw},
    {"recall", NULL, "take back what an earlier step of ours said", &plm_operation_request_recall},
    {"attach", NULL, "seal a file to the other party", &plm_operation_request_attach},
    {"export", NULL, "write it as JSON, or save an attachment", &plm_operation_request_export},
    {"print", NULL, "write it as a page to print", &plm_operation_request_print},
    {"grounds", command_grounds, "list the grounds for a refusal", NULL},
};

int plm_command_request(int argc, char **argv)
{
    return plm_verbs_run("palermo request", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
