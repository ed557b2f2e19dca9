/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_peers.c - palermo ledger peers, acknowledge: what other parties' ledgers showed us.
 */
#include "cli/ledger.h"

#include "cli/exit.h"
#include "cli/say.h"
#include "node/heads.h"
#include "wire/field.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct peer_list {
    json_t *json; /* NULL: print */
    bool is_finding;
} peer_list;

static plm_status show_peer(void *context, const plm_stored_head *head)
{
    const peer_list *list = (const peer_list *)context;
    char time[PLM_TIME_TEXT];
    const char *verdict = list->is_finding ? plm_verdict_name(head->verdict) : "consistent";
    plm_say_time(time, head->time_ms);
    if (list->json != NULL) {
        json_t *entry = json_pack("{s:s, s:I, s:s, s:s, s:b}", "party", head->party, "entries",
                                  (json_int_t)head->size, "time", time, "verdict", verdict, "open",
                                  (int)list->is_finding);
        return json_array_append_new(list->json, entry) == 0 ? PLM_OK : PLM_E_NOMEM;
    }
    (void)printf("%-16s  %s  %10" PRIu64 " entries  %s%s\n", head->party, time, head->size, verdict,
                 list->is_finding ? ": no run until 'palermo ledger acknowledge'" : "");
    return PLM_OK;
}

int plm_ledger_peers_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo ledger peers", "",
                                         "Shows the newest head of each party's ledger that goes "
                                         "on from what it showed before, and\n"
                                         "what does not."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    peer_list list = {common.json ? json_array() : NULL, false};
    status = plm_store_each_peer_head(home.store, show_peer, &list);
    list.is_finding = true;
    if (status == PLM_OK) {
        status = plm_store_each_finding(home.store, show_peer, &list);
    }
    int result = PLM_EXIT_OK;
    if (status != PLM_OK) {
        result = plm_say_status(usage.command, home.store_path, status);
        json_decref(list.json);
    } else if (list.json != NULL) {
        result = plm_say_json(list.json);
    }
    plm_home_close(&home);
    return result;
}

static bool is_text(const char *s)
{
    return s != NULL && strlen(s) < PLM_TEXT_MAX && plm_field_fits(PLM_FIELD_TEXT, plm_span_str(s));
}

int plm_ledger_acknowledge_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger acknowledge", "PARTY --officer NAME --reason TEXT",
        "Takes a party's ledger as it is now, although it does not go on from what it showed "
        "before\n"
        "(a restored backup, say): runs with it are possible again. What was found stays in our\n"
        "ledger, and so do this and the reason."};
    plm_common common = {0};
    const char *party = NULL;
    const char *officer = NULL;
    const char *reason = NULL;
    const plm_option options[] = {
        {"officer", PLM_OPTION_TEXT, &officer, "NAME", "pseudonym of the officer", 0, 0},
        {"reason", PLM_OPTION_TEXT, &reason, "TEXT", "what the other party explained", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &party, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (!is_text(officer) || !is_text(reason)) {
        return plm_usage_error(&usage, "--officer and --reason are needed, up to 200 bytes each");
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_heads_acknowledge(home.store, party, officer, reason, plm_wall_ms());
    int result = PLM_EXIT_OK;
    if (status == PLM_E_NOT_FOUND) {
        plm_say_error(usage.command, "%s: nothing was found that is to be acknowledged", party);
        result = PLM_EXIT_NOT_FOUND;
    } else if (status != PLM_OK) {
        result = plm_say_status(usage.command, home.store_path, status);
    }
    plm_home_close(&home);
    return result;
}
