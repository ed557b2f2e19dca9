/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_change.c - palermo accord amend and denounce: how an accord comes to its end.
 */
#include "base/ct.h"
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "ledger/ledger.h"

#include <stdio.h>
#include <string.h>

/* The accord's own document with "amends" set to its hash: for the parties to edit. */
static plm_status write_amendment(const plm_home *home, const plm_accord *accord, plm_buf *out)
{
    const plm_diag_sink quiet = {NULL, NULL};
    char hash[65];
    json_t *document = NULL;
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_store_get_accord(home->store, accord->hash, &bytes);
    if (status == PLM_OK) {
        status = plm_json_parse(&document, plm_buf_span(&bytes), &quiet, NULL, 1);
    }
    if (status == PLM_OK) {
        plm_hex_encode(hash, accord->hash, sizeof accord->hash);
        status =
            json_object_set_new(document, "amends", json_string(hash)) == 0 ? PLM_OK : PLM_E_NOMEM;
    }
    if (status == PLM_OK) {
        status = plm_json_dump(document, true, out);
    }
    json_decref(document);
    plm_buf_wipe(&bytes);
    return status;
}

int plm_accord_command_amend(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord amend", "HASH [--out FILE]",
        "Writes a draft that begins as the accord is and names it by its hash. Edited, adopted "
        "and\n"
        "ratified, it takes the accord's place between every two parties that both ratified it."};
    plm_common common = {0};
    const char *out_path = NULL;
    const plm_option options[] = {
        {"out", PLM_OPTION_TEXT, &out_path, "FILE", "write it there, not to standard output", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    const char *hash;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &hash, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home = {0};
    plm_agreement *agreement = NULL;
    plm_buf text;
    plm_buf_init(&text, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status == PLM_OK) {
        status = plm_accord_load(&home, usage.command, hash, &agreement);
    }
    if (status == PLM_OK) {
        status = write_amendment(&home, agreement->accord, &text);
    }
    if (status == PLM_OK) {
        status = plm_accord_write_document(usage.command, out_path, plm_buf_span(&text));
    }
    plm_agreement_destroy(agreement);
    plm_buf_wipe(&text);
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

typedef struct denounce_options {
    plm_common common;
    const char *hash;
    const char *last_day;
    const char *reason;
    const char *out_path;
} denounce_options;

static plm_status make_denunciation(const plm_home *home, const denounce_options *o,
                                    const plm_accord *accord, plm_date last_day,
                                    const char *command, plm_buf *document)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    uint8_t seed[32];
    plm_status status = plm_home_unlock(home, &o->common, seed, command);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_denunciation_make(document, accord, home->code, seed, plm_wall_ms(), last_day,
                                   o->reason, &sink);
    plm_wipe(seed, sizeof seed);
    if (status == PLM_E_AUTH) {
        plm_say_error(command, "the accord names another identity key for %s", home->code);
    }
    return status;
}

static plm_status keep_denunciation(const plm_home *home, const plm_accord *accord,
                                    plm_span document)
{
    int64_t now = plm_wall_ms();
    bool mine;
    plm_status status = plm_store_enter(home->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_put_denunciation(home->store, accord->hash, home->code, document, now);
    if (status == PLM_OK) {
        status = plm_ledger_append(home->store, "denounce", document, now);
    }
    return plm_store_leave(home->store, mine, status);
}

static plm_status denounce(const plm_home *home, const denounce_options *o, plm_date last_day,
                           const char *command)
{
    plm_agreement *agreement = NULL;
    plm_buf document;
    plm_buf_init(&document, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_accord_load(home, command, o->hash, &agreement);
    for (size_t i = 0; status == PLM_OK && i < agreement->n_denounced; i++) {
        if (strcmp(agreement->denounced[i]->head.party, home->code) == 0) {
            plm_say_error(command, "%.16s: it was denounced before", o->hash);
            status = PLM_E_EXISTS;
        }
    }
    if (status == PLM_OK) {
        status = make_denunciation(home, o, agreement->accord, last_day, command, &document);
    }
    if (status == PLM_OK) {
        status = keep_denunciation(home, agreement->accord, plm_buf_span(&document));
        if (status != PLM_OK) {
            plm_say_error(command, "%s", plm_store_error(home->store));
        }
    }
    if (status == PLM_OK) {
        status = plm_accord_write_document(command, o->out_path, plm_buf_span(&document));
    }
    plm_agreement_destroy(agreement);
    plm_buf_wipe(&document);
    return status;
}

int plm_accord_command_denounce(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord denounce", "HASH --reason TEXT [--last-day DATE] [--out FILE]",
        "Leaves an accord: signs a denunciation, for the other parties to add. We stay bound "
        "until\n"
        "the last day, which is not before the accord's notice is over."};
    denounce_options o = {.reason = NULL};
    const plm_option options[] = {
        {"reason", PLM_OPTION_TEXT, &o.reason, "TEXT", "why", 0, 0},
        {"last-day", PLM_OPTION_TEXT, &o.last_day, "DATE", "the last on which we are bound", 0, 0},
        {"out", PLM_OPTION_TEXT, &o.out_path, "FILE", "write it there, not to standard output", 0,
         0},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &o.hash, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_date last_day = {0, 0, 0};
    if (o.reason == NULL) {
        return plm_usage_error(&usage, "--reason is needed");
    }
    if (o.last_day != NULL && (plm_date_parse(&last_day, plm_span_str(o.last_day)) != PLM_OK ||
                               last_day.day == 0 || last_day.month == 0)) {
        return plm_usage_error(&usage, "--last-day must be a date, YYYY-MM-DD");
    }
    plm_home home = {0};
    plm_status status = plm_home_open(&home, &o.common, usage.command);
    if (status == PLM_OK) {
        status = denounce(&home, &o, last_day, usage.command);
    }
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}
