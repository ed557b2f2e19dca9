/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_export.c - palermo request export, print: nothing leaves but for its purpose, and the
 * ledger knows.
 */
#include "cli/exit.h"
#include "cli/request.h"

#define EXPORT_USAGE                                                                              \
    {                                                                                             \
        "palermo request export", "ID --purpose P [--to CODE] [OPTIONS]",                         \
            "Writes a request as JSON, or saves an attachment, if its conditions allow that use." \
    }

#define USE_OPTIONS                                         \
    {"purpose",                                             \
     PLM_OPTION_TEXT,                                       \
     PLM_TO_QUERY,                                          \
     "purpose",                                             \
     "P",                                                   \
     "what it is for: a purpose of the accord",             \
     0,                                                     \
     0},                                                    \
    {                                                       \
        "to", PLM_OPTION_TEXT, PLM_TO_QUERY, "to", "CODE",  \
            "an authority it is for, other than ours", 0, 0 \
    }

static const plm_operation_option export_options[] = {
    USE_OPTIONS,
    {"attachment", PLM_OPTION_TEXT, PLM_TO_COMMAND, NULL, "STEP", "the attachment of that step", 0,
     0},
    PLM_OPERATION_OPTIONS_END,
};

static int need_purpose(plm_operation_call *call)
{
    return plm_operation_value_of(call, "purpose")->text != NULL
               ? (int)PLM_GO_ON
               : plm_usage_error(&call->operation->usage, "say what it is for: --purpose P");
}

static const plm_operation attachment = {
    .usage = EXPORT_USAGE,
    .method = "GET",
    .path = "/v1/requests/{request}/attachments/{step}",
    .flags = PLM_OPERATION_BYTES | PLM_OPERATION_PRIVATE,
    .options = export_options,
    .wrong = PLM_EXIT_INPUT,
};

static int choose(plm_operation_call *call)
{
    const char *step = plm_operation_value_of(call, "attachment")->text;
    if (step != NULL) {
        call->operation = &attachment;
        call->arguments[1] = step;
    }
    return need_purpose(call);
}

const plm_operation plm_operation_request_export = {
    .usage = EXPORT_USAGE,
    .method = "GET",
    .path = "/v1/requests/{request}/export",
    .flags = PLM_OPERATION_BYTES | PLM_OPERATION_PRIVATE | PLM_OPERATION_SIGNS,
    .min_words = 1,
    .max_words = 1,
    .options = export_options,
    .prepare = choose,
    .wrong = PLM_EXIT_INPUT,
};

static const plm_operation_option print_options[] = {
    USE_OPTIONS,
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_request_print = {
    .usage = {"palermo request print", "ID --purpose P [--to CODE] [OPTIONS]",
              "Writes a request as a page of HTML to print, if its conditions allow that use."},
    .method = "GET",
    .path = "/v1/requests/{request}/page",
    .flags = PLM_OPERATION_BYTES | PLM_OPERATION_PRIVATE,
    .min_words = 1,
    .max_words = 1,
    .options = print_options,
    .prepare = need_purpose,
    .wrong = PLM_EXIT_INPUT,
};
