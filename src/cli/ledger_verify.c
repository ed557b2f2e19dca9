/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_verify.c - palermo ledger verify, export.
 */
#include "cli/ledger.h"

#include "api/ledger_view.h"
#include "base/file.h"
#include "cli/exit.h"
#include "cli/operation_problem.h"
#include "cli/say.h"
#include "ledger/export.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OUT_BUFFER = 1 << 20
};

#define EXPORT_BYTES_MAX ((size_t)64 << 30)

static int judge(const plm_operation_call *call, const json_t *result)
{
    (void)call;
    return json_is_true(json_object_get(result, "good")) ? PLM_EXIT_OK : PLM_EXIT_STORE;
}

static void print_result(const plm_operation_call *call, const json_t *r)
{
    const long long n_open = plm_number_of(r, "open_findings");
    if (judge(call, r) != PLM_EXIT_OK) {
        plm_say_error(call->operation->usage.command, "%s %lld", plm_text_of(r, "finding"),
                      plm_number_of(r, "bad"));
        return;
    }
    (void)printf("%s: %lld entries, every one where it was written; %lld heads signed, %lld "
                 "countersignatures, %lld signatures in the entries\n",
                 plm_text_of(r, "party"), plm_number_of(r, "entries"), plm_number_of(r, "heads"),
                 plm_number_of(r, "countersignatures"), plm_number_of(r, "signatures"));
    if (n_open > 0) {
        (void)printf("%lld ledgers of other parties do not go on from what they showed: see "
                     "'palermo ledger peers'\n",
                     n_open);
    }
}

static int say_result(const plm_operation_call *call, const char *party, plm_status status,
                      const plm_audit_result *result)
{
    json_t *json = plm_api_audit(result, status == PLM_OK, party, 0);
    const int judged = judge(call, json);
    if (call->common.json) {
        const int said = plm_say_json(json);
        return said != PLM_EXIT_OK ? said : judged;
    }
    print_result(call, json);
    json_decref(json);
    return judged;
}

static int verify_file(const plm_operation_call *call, const char *path, const uint8_t *identity)
{
    const char *command = call->operation->usage.command;
    plm_buf file;
    plm_export_owner owner;
    plm_audit_result result;
    plm_buf_init(&file, EXPORT_BYTES_MAX);
    plm_status status = plm_file_read(path, &file);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        return PLM_EXIT_INPUT;
    }
    status = plm_export_check(plm_buf_span(&file), identity,
                              !plm_operation_value_of(call, "quick")->flag, &owner, &result);
    plm_buf_wipe(&file);
    if (status != PLM_OK && status != PLM_E_STORE) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_SYNTAX ? "this is no whole export of a ledger"
                      : status == PLM_E_AUTH ? "this is the ledger of another identity key"
                                             : plm_status_sentence(status));
        return plm_exit_status(status, 0);
    }
    return say_result(call, owner.party, status, &result);
}

/* A file is read here; a ledger where it is. */
static int choose(plm_operation_call *call)
{
    const char *path = plm_operation_value_of(call, "file")->text;
    const char *key = plm_operation_value_of(call, "identity")->text;
    uint8_t identity[32];
    if (key != NULL && (path == NULL || plm_hex_decode(identity, sizeof identity, key) < 0)) {
        return plm_usage_error(&call->operation->usage,
                               "--identity takes 64 hexadecimal digits, and needs --file");
    }
    return path != NULL ? verify_file(call, path, key != NULL ? identity : NULL) : (int)PLM_GO_ON;
}

static const plm_operation_option verify_options[] = {
    {"file", PLM_OPTION_TEXT, PLM_TO_COMMAND, NULL, "EXPORT", "a file of 'palermo ledger export'",
     0, 0},
    {"identity", PLM_OPTION_TEXT, PLM_TO_COMMAND, NULL, "KEY",
     "the identity key its owner must have", 0, 0},
    {"quick", PLM_OPTION_FLAG, PLM_TO_BODY, "quick", NULL,
     "leave out the signatures in the entries", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_ledger_verify = {
    .usage = {"palermo ledger verify", "[--file EXPORT [--identity KEY]] [--quick]",
              "Checks that no entry was changed, dropped, added or moved: the chain, the tree, the "
              "heads\n"
              "that were signed, other parties' countersignatures, and every signature in the "
              "entries."},
    .method = "POST",
    .path = "/v1/ledger/verify",
    .options = verify_options,
    .prepare = choose,
    .print = print_result,
    .judge = judge,
};

/* The file that is written, until Ctrl-C. */
typedef struct writing {
    FILE *out;
    const volatile sig_atomic_t *cancel;
} writing;

static plm_status write_bytes(void *context, plm_span bytes)
{
    const writing *w = (const writing *)context;
    if (*w->cancel != 0) {
        return PLM_E_CANCELLED;
    }
    return bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, w->out) == bytes.n ? PLM_OK : PLM_E_IO;
}

/* Written beside, then moved there, so that a file of that name is a whole one. */
static plm_status export_to(plm_inquiry *inquiry, const char *path)
{
    char part[PATH_MAX];
    (void)snprintf(part, sizeof part, "%s.part", path);
    FILE *out = fopen(part, "wbe");
    if (out == NULL) {
        return PLM_E_IO;
    }
    writing w = {out, plm_catch_signals()};
    (void)setvbuf(out, NULL, _IOFBF, OUT_BUFFER);
    const plm_inquiry_question question = {.method = "GET", .target = "/v1/ledger/export"};
    plm_status status = plm_inquiry_listen(inquiry, &question, write_bytes, &w, w.cancel);
    if (status == PLM_OK && (fflush(out) != 0 || plm_fd_sync(fileno(out)) != 0)) {
        status = PLM_E_IO;
    }
    if (fclose(out) != 0 && status == PLM_OK) {
        status = PLM_E_IO;
    }
    if (status == PLM_OK) {
        status = plm_file_rename(part, path);
    }
    if (status != PLM_OK) {
        (void)remove(part);
    }
    return status;
}

int plm_ledger_export_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger export", "FILE",
        "Writes the whole ledger, with heads, countersignatures and keys, to one file that\n"
        "'palermo ledger verify --file' can check elsewhere."};
    plm_common common = {0};
    plm_access access = {0};
    const char *path = NULL;
    const plm_option options[] = {PLM_ACCESS_OPTIONS(&access), PLM_COMMON_OPTIONS(&common),
                                  PLM_OPTIONS_END};
    plm_inquiry inquiry;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_inquiry_open(&inquiry, &common, &access, "", usage.command);
    int result = status == PLM_E_ARGUMENT ? PLM_EXIT_USAGE : plm_exit_status(status, 0);
    if (status == PLM_OK) {
        status = export_to(&inquiry, path);
        result = status == PLM_OK           ? PLM_EXIT_OK
                 : status == PLM_E_REJECTED ? plm_problem_say(&inquiry, NULL)
                                            : plm_say_status(usage.command, path, status);
    }
    plm_inquiry_close(&inquiry);
    return result;
}
