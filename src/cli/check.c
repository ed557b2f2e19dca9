/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - palermo check: is the node fit to run?
 */
#include "cli/check.h"

#include "base/ct.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/exit.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const finding_names[] = {"ok", "warning", "error"};

void plm_check_say(plm_check *c, plm_finding finding, const char *area, const char *format, ...)
{
    char words[600];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(words, sizeof words, format, args);
    va_end(args);
    c->worst = finding > c->worst ? finding : c->worst;
    if (!c->common.json) {
        (void)printf("%-8s %-7s %s\n", finding_names[finding], area, words);
        (void)fflush(stdout);
    }
    (void)json_array_append_new(c->findings,
                                json_pack("{s:s, s:s, s:s}", "finding", finding_names[finding],
                                          "area", area, "words", words));
}

/* Only where it can be done without asking. */
static void open_key(plm_check *c)
{
    bool given = c->common.key_file != NULL || c->common.passphrase_file != NULL ||
                 getenv("PALERMO_KEY_FILE") != NULL;
    if (!given) {
        plm_check_say(c, PLM_FINDING_OK, "keys",
                      "the identity key was not opened: give --key-file or --passphrase-file");
        return;
    }
    if (plm_home_unlock(&c->home, &c->common, c->seed, c->command) == PLM_OK) {
        c->has_seed = true;
        plm_check_say(c, PLM_FINDING_OK, "keys", "the identity key opens, and is the store's");
    } else {
        plm_check_say(c, PLM_FINDING_ERROR, "keys", "the identity key does not open");
    }
}

static void check_all(plm_check *c)
{
    if (plm_home_paths(&c->home, &c->common, c->command) != PLM_OK) {
        plm_check_say(c, PLM_FINDING_ERROR, "config", "%s: can't be used", c->home.config_path);
        return;
    }
    plm_check_files(c);
    plm_check_disk(c);
    if (plm_home_open(&c->home, &c->common, c->command) != PLM_OK) {
        char shown[PATH_MAX];
        plm_store_shown(shown, sizeof shown, c->home.store_path);
        plm_check_say(c, PLM_FINDING_ERROR, "store", "%s: can't be opened", shown);
        return;
    }
    plm_check_store(c);
    plm_check_clock(c);
    open_key(c);
    plm_check_accords(c);
    plm_home_close(&c->home);
}

int plm_command_check(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo check", "[OPTIONS]",
        "Looks at the configuration, the keys, the store, the disk, the clock, the accords and "
        "the\npeers, and prints a line for each: ok, warning or error. With an error the exit "
        "status is 1."};
    int64_t timeout_s = 5;
    plm_check c = {.command = usage.command, .findings = json_array()};
    const plm_option options[] = {
        {"offline", PLM_OPTION_FLAG, &c.offline, NULL, "connect to nobody", 0, 0},
        {"clock-is-right", PLM_OPTION_FLAG, &c.clock_is_right, NULL,
         "the time is right, though this node has not seen it come", 0, 0},
        {"timeout", PLM_OPTION_NUMBER, &timeout_s, "SECONDS", "for each peer (5)", 1, 600},
        PLM_UNLOCK_OPTIONS(&c.common),
        PLM_COMMON_OPTIONS(&c.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        json_decref(c.findings);
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    c.timeout_ms = (int)timeout_s * 1000;
    check_all(&c);
    plm_wipe(c.seed, sizeof c.seed);
    int result = c.worst == PLM_FINDING_ERROR ? PLM_EXIT_FAILED : PLM_EXIT_OK;
    if (c.common.json) {
        int printed = plm_say_json(
            json_pack("{s:s, s:o}", "worst", finding_names[c.worst], "findings", c.findings));
        return printed == PLM_EXIT_OK ? result : printed;
    }
    json_decref(c.findings);
    return result;
}
