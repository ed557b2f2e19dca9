/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c - palermo ledger: its verbs, and list.
 */
#include "cli/ledger.h"

#include "accord/accord.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "ledger/kinds.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct key_list {
    plm_party_key *keys;
    size_t n;
} key_list;

static plm_status add_key(key_list *list, const char *party, const uint8_t key[static 32])
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->keys[i].party, party) == 0 && memcmp(list->keys[i].key, key, 32) == 0) {
            return PLM_OK;
        }
    }
    plm_party_key *keys = (plm_party_key *)realloc(list->keys, (list->n + 1) * sizeof *keys);
    if (keys == NULL) {
        return PLM_E_NOMEM;
    }
    list->keys = keys;
    plm_party_key *added = &keys[list->n++];
    *added = (plm_party_key){0};
    (void)snprintf(added->party, sizeof added->party, "%s", party);
    memcpy(added->key, key, sizeof added->key);
    return PLM_OK;
}

static plm_status add_accord(void *context, const uint8_t hash[static 32], plm_span bytes,
                             int64_t adopted_ms)
{
    const plm_diag_sink quiet = {NULL, NULL};
    plm_accord *accord;
    (void)hash;
    (void)adopted_ms;
    plm_status status = plm_accord_parse(&accord, bytes, &quiet, NULL);
    if (status != PLM_OK) {
        return status == PLM_E_NOMEM ? status : PLM_E_STORE;
    }
    for (size_t i = 0; status == PLM_OK && i < accord->n_parties; i++) {
        status = add_key((key_list *)context, accord->parties[i].code, accord->parties[i].identity);
    }
    plm_accord_destroy(accord);
    return status;
}

plm_status plm_ledger_keys(const plm_home *home, plm_party_key **keys, size_t *n)
{
    key_list list = {NULL, 0};
    plm_status status = add_key(&list, home->code, home->identity);
    if (status == PLM_OK) {
        status = plm_store_each_accord(home->store, add_accord, &list);
    }
    if (status != PLM_OK) {
        free(list.keys);
        return status;
    }
    *keys = list.keys;
    *n = list.n;
    return PLM_OK;
}

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
