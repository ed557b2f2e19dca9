/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_life.c - palermo accord adopt, ratify, add, denounce: from a draft to an accord's end.
 */
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/say.h"

#include <stdio.h>

static void print_adopted(const plm_operation_call *call, const json_t *answer)
{
    const json_t *lacks = json_object_get(answer, "lacks");
    (void)printf("%s\n", plm_text_of(answer, "accord"));
    for (size_t i = 0; i < json_array_size(lacks); i++) {
        const json_t *one = json_array_get(lacks, i);
        plm_say_error(call->operation->usage.command, "warning: %s: %s", plm_text_of(one, "field"),
                      plm_text_of(one, "reason"));
    }
}

const plm_operation plm_operation_accord_adopt = {
    .usage = {"palermo accord adopt", "FILE",
              "Checks an accord and freezes its text in the store. Its hash names it from now on."},
    .method = "POST",
    .path = "/v1/accords",
    .flags = PLM_OPERATION_FILE,
    .min_words = 1,
    .max_words = 1,
    .print = print_adopted,
};

static void print_added(const plm_operation_call *call, const json_t *answer)
{
    (void)call;
    (void)printf("%s by %s\n", plm_text_of(answer, "did"), plm_text_of(answer, "party"));
}

const plm_operation plm_operation_accord_add = {
    .usage = {"palermo accord add", "FILE",
              "Adds another party's ratification or denunciation, after checking its signature."},
    .method = "POST",
    .path = "/v1/accords/documents",
    .flags = PLM_OPERATION_FILE,
    .min_words = 1,
    .max_words = 1,
    .print = print_added,
};

static int take_reservations(plm_operation_call *call)
{
    call->file = plm_operation_value_of(call, "reservations")->text;
    return PLM_GO_ON;
}

static const plm_operation_option ratify_options[] = {
    {"reservations", PLM_OPTION_TEXT, PLM_TO_COMMAND, NULL, "FILE",
     "JSON: \"catalogue\" and \"reservations\" (spec/accord.md section 4)", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_accord_ratify = {
    .usage = {"palermo accord ratify", "HASH [--reservations FILE] [--out FILE]",
              "Signs an adopted accord for this authority, with what it does not accept of it and "
              "the\n"
              "offences that its own law punishes. The ratification is for the other parties to "
              "add."},
    .method = "POST",
    .path = "/v1/accords/{hash}/ratify",
    .min_words = 1,
    .max_words = 1,
    .options = ratify_options,
    .prepare = take_reservations,
    .document = "document",
};

static const plm_operation_option denounce_options[] = {
    {"reason", PLM_OPTION_TEXT, PLM_TO_BODY, "reason", "TEXT", "why", 0, 0},
    {"last-day", PLM_OPTION_TEXT, PLM_TO_BODY, "last_day", "DATE", "the last on which we are bound",
     0, 0},
    PLM_OPERATION_OPTIONS_END,
};

static int need_reason(plm_operation_call *call)
{
    return plm_operation_value_of(call, "reason")->text != NULL
               ? (int)PLM_GO_ON
               : plm_usage_error(&call->operation->usage, "--reason is needed");
}

const plm_operation plm_operation_accord_denounce = {
    .usage = {"palermo accord denounce", "HASH --reason TEXT [--last-day DATE] [--out FILE]",
              "Leaves an accord: signs a denunciation, for the other parties to add. We stay bound "
              "until\n"
              "the last day, which is not before the accord's notice is over."},
    .method = "POST",
    .path = "/v1/accords/{hash}/denounce",
    .min_words = 1,
    .max_words = 1,
    .options = denounce_options,
    .prepare = need_reason,
    .wrong = PLM_EXIT_INPUT,
    .document = "document",
};
