/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register.c - palermo register: list, quarantine, drop, expire; register_find.c has find.
 */
#include "cli/register.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "ledger/clock.h"
#include "ledger/ledger.h"
#include "net/net.h"
#include "node/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static plm_status list_register(void *context, const plm_register_info *info)
{
    json_t *list = (json_t *)context;
    char loaded[PLM_TIME_TEXT];
    char n[PLM_NUMBER_TEXT];
    plm_say_time(loaded, info->loaded_ms);
    if (list == NULL) {
        (void)printf("%-20s %-5s %12s records  %6" PRIu64 " quarantined  loaded %s\n", info->name,
                     info->format, plm_say_number(n, info->n_records), info->n_quarantined, loaded);
        return PLM_OK;
    }
    return json_array_append_new(
               list, json_pack("{s:s, s:s, s:I, s:I, s:s}", "name", info->name, "format",
                               info->format, "records", (json_int_t)info->n_records, "quarantined",
                               (json_int_t)info->n_quarantined, "loaded", loaded)) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

static plm_status list_quarantine(void *context, const plm_quarantine_row *row)
{
    json_t *list = (json_t *)context;
    if (list == NULL) {
        const plm_diag diag = {PLM_ERROR, row->file, row->line, row->field, row->reason};
        plm_diag_print(stdout, &diag);
        return PLM_OK;
    }
    return json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:s?, s:s}", "register",
                                                 row->register_name, "file", row->file, "line",
                                                 (json_int_t)row->line, "field", row->field,
                                                 "reason", row->reason)) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

/* What serve does every day. */
static plm_status expire(plm_store *store, json_t *list)
{
    uint64_t n = 0;
    char words[PLM_CLOCK_TEXT];
    plm_ledger_clock clock;
    const int64_t now_ms = plm_wall_ms();
    plm_status status = plm_ledger_clock_look(store, now_ms, &clock);
    if (status == PLM_OK && clock.is_ahead) {
        plm_say_error("palermo register", "%s", plm_say_clock_ahead(words, now_ms, clock.seen_ms));
        return PLM_E_REFUSED;
    }
    if (status == PLM_OK) {
        status = plm_ledger_expire(store, now_ms, &n);
    }
    if (status == PLM_OK && list == NULL) {
        (void)printf("%" PRIu64 " record%s deleted\n", n, n == 1 ? "" : "s");
    } else if (status == PLM_OK) {
        status = json_array_append_new(list, json_pack("{s:I}", "deleted", (json_int_t)n)) == 0
                     ? PLM_OK
                     : PLM_E_NOMEM;
    }
    return status;
}

int plm_command_register(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "find") == 0) {
        return plm_register_find(argc - 1, argv + 1);
    }
    static const plm_usage_text usage = {
        "palermo register", "list | quarantine [NAME] | drop NAME | expire | find VALUE...",
        "Lists the registers, shows the rows that could not be loaded and why, drops a "
        "register,\ndeletes the records and hits whose retention date has passed, or finds records "
        "by an "
        "identifier\n('palermo register find --help')."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *words[2] = {NULL, NULL};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, words, 1, 2, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    bool is_drop = strcmp(words[0], "drop") == 0;
    bool is_list = strcmp(words[0], "list") == 0;
    bool is_expire = strcmp(words[0], "expire") == 0;
    if ((!is_drop && !is_list && !is_expire && strcmp(words[0], "quarantine") != 0) ||
        (is_drop && words[1] == NULL)) {
        return plm_usage_error(&usage,
                               "say list, quarantine [NAME], drop NAME, expire or find VALUE");
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    json_t *list = common.json ? json_array() : NULL;
    if (is_drop) {
        status = plm_register_drop(home.store, words[1], plm_wall_ms());
    } else if (is_expire) {
        status = expire(home.store, list);
    } else if (is_list) {
        status = plm_store_each_register(home.store, list_register, list);
    } else {
        status = plm_store_each_quarantine(home.store, words[1], list_quarantine, list);
    }
    int result = PLM_EXIT_OK;
    if (status != PLM_OK) {
        result = plm_say_status(usage.command, words[1] != NULL ? words[1] : words[0], status);
        json_decref(list);
    } else if (list != NULL) {
        result = plm_say_json(list);
    }
    plm_home_close(&home);
    return result;
}
