/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c - palermo ledger: list, verify.
 */
#include "ledger/ledger.h"

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static plm_status list_row(void *context, const plm_ledger_row *row)
{
    json_t *list = (json_t *)context;
    char time[PLM_TIME_TEXT];
    char hash[65];
    plm_say_time(time, row->time_ms);
    plm_hex_encode(hash, row->hash, sizeof row->hash);
    if (list == NULL) {
        (void)printf("%6" PRIu64 "  %s  %-10s  %.16s\n", row->sequence, time, row->kind, hash);
        return PLM_OK;
    }
    return json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:I, s:s}", "sequence",
                                                 (json_int_t)row->sequence, "time", time, "kind",
                                                 row->kind, "bytes", (json_int_t)row->body.n,
                                                 "hash", hash)) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

static int verify(const plm_home *home, bool json)
{
    uint64_t n = 0;
    uint64_t bad = 0;
    plm_status status = plm_ledger_verify(home->store, &n, &bad);
    if (json) {
        int printed = plm_say_json(json_pack("{s:b, s:I, s:I}", "good", (int)(status == PLM_OK),
                                             "entries", (json_int_t)n, "bad", (json_int_t)bad));
        return status == PLM_OK ? printed : PLM_EXIT_STORE;
    }
    if (status == PLM_OK) {
        (void)printf("%" PRIu64 " entries, every one where it was written\n", n);
        return PLM_EXIT_OK;
    }
    plm_say_error("palermo ledger", "entry %" PRIu64 " is not what was written", bad);
    return plm_exit_status(status, 0);
}

int plm_command_ledger(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger", "list | verify",
        "Lists the ledger's entries, or checks that none was changed, dropped or reordered."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *word = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &word, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    bool is_list = strcmp(word, "list") == 0;
    if (!is_list && strcmp(word, "verify") != 0) {
        return plm_usage_error(&usage, "say list or verify");
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    int result;
    if (is_list) {
        json_t *list = common.json ? json_array() : NULL;
        status = plm_store_each_ledger(home.store, list_row, list);
        if (status != PLM_OK) {
            result = plm_say_status(usage.command, home.store_path, status);
            json_decref(list);
        } else {
            result = list != NULL ? plm_say_json(list) : PLM_EXIT_OK;
        }
    } else {
        result = verify(&home, common.json);
    }
    plm_home_close(&home);
    return result;
}
