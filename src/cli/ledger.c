/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c - palermo ledger: its verbs, and list.
 */
#include "cli/ledger.h"

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "ledger/kinds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static plm_status list_row(void *context, const plm_ledger_row *row)
{
    json_t *list = (json_t *)context;
    char time[PLM_TIME_TEXT];
    char hash[65];
    plm_buf line;
    const char *kind = row->kind != NULL ? row->kind : "?";
    plm_buf_init(&line, PLM_KIND_LINE_MAX);
    plm_say_time(time, row->time_ms);
    plm_hex_encode(hash, row->hash, sizeof row->hash);
    plm_status status = plm_kind_line(kind, row->body, &line);
    if (status == PLM_OK && list == NULL) {
        (void)printf("%6" PRIu64 "  %s  %-16s  %.16s  %.*s\n", row->sequence, time, kind, hash,
                     (int)line.n, (const char *)line.data);
    } else if (status == PLM_OK) {
        json_t *entry =
            json_pack("{s:I, s:s, s:s, s:I, s:s, s:s%}", "sequence", (json_int_t)row->sequence,
                      "time", time, "kind", kind, "bytes", (json_int_t)row->body.n, "hash", hash,
                      "line", (const char *)line.data, line.n);
        status = json_array_append_new(list, entry) == 0 ? PLM_OK : PLM_E_NOMEM;
    }
    plm_buf_wipe(&line);
    return status;
}

static int list_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo ledger list", "",
                                         "Lists the ledger's entries, one line each."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    int result = PLM_EXIT_OK;
    json_t *list = common.json ? json_array() : NULL;
    status = plm_store_each_ledger(home.store, list_row, list);
    if (status != PLM_OK) {
        result = plm_say_status(usage.command, home.store_path, status);
        json_decref(list);
    } else if (list != NULL) {
        result = plm_say_json(list);
    }
    plm_home_close(&home);
    return result;
}

int plm_command_ledger(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } verbs[] = {
        {"list", list_verb},
        {"verify", plm_ledger_verify_verb},
        {"prove", plm_ledger_prove_verb},
        {"check-proof", plm_ledger_check_proof_verb},
        {"report", plm_ledger_report_verb},
        {"subject", plm_ledger_subject_verb},
        {"export", plm_ledger_export_verb},
        {"peers", plm_ledger_peers_verb},
        {"acknowledge", plm_ledger_acknowledge_verb},
    };
    static const plm_usage_text usage = {
        "palermo ledger",
        "list | verify | prove | check-proof | report | subject | export | peers | acknowledge",
        "The log of what this node did with others, which nobody can rewrite: lists it, checks "
        "it,\n"
        "proves an entry of it, reports on it, searches it for a person.\n"
        "'palermo ledger VERB --help' says more."};
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0) {
            return verbs[i].run(argc - 1, argv + 1);
        }
    }
    const plm_option options[] = {PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    return parsed == PLM_PARSE_HELP
               ? PLM_EXIT_OK
               : plm_usage_error(&usage, "say list, verify, prove, check-proof, report, subject, "
                                         "export, peers or acknowledge");
}
