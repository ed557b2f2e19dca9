/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_life.c - palermo accord adopt, ratify, add: from a draft to being in force.
 */
#include "base/ct.h"
#include "base/file.h"
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "ledger/ledger.h"
#include "node/agreement.h"
#include "node/tables.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static plm_status adopt(plm_store *store, const plm_accord *accord, plm_span bytes)
{
    int64_t now = plm_wall_ms();
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_put_accord(store, accord->hash, bytes, now);
    if (status == PLM_OK && accord->amends) {
        status = plm_store_put_amendment(store, accord->hash, accord->amended_hash);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "adopt", plm_span_of(accord->hash, 32), now);
    }
    return plm_store_leave(store, mine, status);
}

int plm_accord_command_adopt(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord adopt", "FILE",
        "Checks an accord and freezes its text in the store. Its hash names it from now on."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *path;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home = {0};
    plm_accord *accord = NULL;
    plm_buf bytes;
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status == PLM_OK) {
        status = plm_accord_read_file(usage.command, path, &bytes);
    }
    if (status == PLM_OK) {
        status = plm_accord_parse(&accord, plm_buf_span(&bytes), &sink, path);
    }
    if (status == PLM_OK && plm_accord_party(accord, home.code) == NULL) {
        plm_say_error(usage.command, "%s: %s is not a party", path, home.code);
        status = PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        status = adopt(home.store, accord, plm_buf_span(&bytes));
        if (status != PLM_OK) {
            plm_say_error(usage.command, "%s", plm_store_error(home.store));
        }
    }
    int result = plm_exit_status(status, 0);
    if (status == PLM_OK) {
        char hash[65];
        plm_hex_encode(hash, accord->hash, sizeof accord->hash);
        if (common.json) {
            result = plm_say_json(json_pack("{s:s, s:s}", "accord", hash, "title", accord->title));
        } else {
            (void)printf("%s\n", hash);
        }
    }
    plm_accord_destroy(accord);
    plm_buf_wipe(&bytes);
    plm_home_close(&home);
    return result;
}

/* Keeps a signed document with its ledger entry, in one transaction. */
typedef plm_status put_fn(plm_store *store, const uint8_t hash[static 32], const char *party,
                          plm_span document, int64_t now_ms);

static plm_status keep(plm_store *store, put_fn *put, const char *kind, const plm_signed_head *head,
                       plm_span document)
{
    int64_t now = plm_wall_ms();
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = put(store, head->accord_hash, head->party, document, now);
    if (status == PLM_OK) {
        status = plm_ledger_append(store, kind, document, now);
    }
    return plm_store_leave(store, mine, status);
}

/* The party's ratification that is known already, or NULL. */
static const plm_ratification *known(const plm_agreement *agreement, const char *party)
{
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(plm_wall_ms()));
    return plm_in_force_ratification(&state, party);
}

typedef struct ratify_options {
    plm_common common;
    const char *hash;
    const char *out_path;
    const char *reservations;
} ratify_options;

static plm_status make_ratification(const plm_home *home, const ratify_options *o,
                                    const plm_accord *accord, const char *command,
                                    plm_buf *document)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    uint8_t seed[32];
    plm_buf wish;
    plm_buf_init(&wish, PLM_RATIFICATION_BYTES_MAX);
    plm_status status =
        o->reservations != NULL ? plm_accord_read_file(command, o->reservations, &wish) : PLM_OK;
    if (status == PLM_OK) {
        status = plm_home_unlock(home, &o->common, seed, command);
    }
    if (status == PLM_OK) {
        const plm_span text = plm_buf_span(&wish);
        status =
            plm_ratification_make(document, accord, home->code, seed, plm_wall_ms(),
                                  o->reservations != NULL ? &text : NULL, &sink, o->reservations);
        plm_wipe(seed, sizeof seed);
        if (status == PLM_E_AUTH) {
            plm_say_error(command, "the accord names another identity key for %s", home->code);
        }
    }
    plm_buf_wipe(&wish);
    return status;
}

static plm_status ratify(const plm_home *home, const ratify_options *o, const char *command)
{
    plm_agreement *agreement = NULL;
    plm_ratification made;
    plm_buf document;
    plm_buf_init(&document, PLM_RATIFICATION_BYTES_MAX);
    plm_status status = plm_accord_load(home, command, o->hash, &agreement);
    if (status == PLM_OK && known(agreement, home->code) != NULL) {
        plm_say_error(command,
                      "%.16s: %s has ratified it before; reservations are changed by "
                      "amending it",
                      o->hash, home->code);
        status = PLM_E_EXISTS;
    }
    if (status == PLM_OK) {
        const plm_diag_sink sink = {plm_diag_print, stderr};
        status = plm_tables_check(home->store, agreement->accord, &sink, NULL);
    }
    if (status == PLM_OK) {
        status = make_ratification(home, o, agreement->accord, command, &document);
    }
    if (status == PLM_OK) {
        const plm_diag_sink quiet = {NULL, NULL};
        status = plm_ratification_parse(&made, plm_buf_span(&document), &quiet, NULL);
    }
    if (status == PLM_OK) {
        status = keep(home->store, plm_store_put_ratification, "ratify", &made.head,
                      plm_buf_span(&document));
        plm_ratification_wipe(&made);
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

int plm_accord_command_ratify(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord ratify", "HASH [--reservations FILE] [--out FILE]",
        "Signs an adopted accord for this authority, with what it does not accept of it and the\n"
        "offences that its own law punishes. The ratification is for the other parties to add."};
    ratify_options o = {.out_path = NULL};
    const plm_option options[] = {
        {"reservations", PLM_OPTION_TEXT, &o.reservations, "FILE",
         "JSON: \"catalogue\" and \"reservations\" (spec/accord.md section 4)", 0, 0},
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
    plm_home home = {0};
    plm_status status = plm_home_open(&home, &o.common, usage.command);
    if (status == PLM_OK) {
        status = ratify(&home, &o, usage.command);
    }
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

/* What is to be added, once it was read. */
typedef struct added {
    const char *what; /* "ratified" or "denounced" */
    char party[PLM_CODE_MAX];
    char accord[65];
} added;

static void say_unverified(const char *command, const char *path, plm_status status)
{
    if (status == PLM_E_AUTH) {
        plm_say_error(command, "%s: the signature is not of that party's key", path);
    } else if (status == PLM_E_NOT_FOUND) {
        plm_say_error(command, "%s: the accord has no such party", path);
    }
}

static plm_status add_ratification(const plm_home *home, const char *command, const char *path,
                                   plm_span document, added *out)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_agreement *agreement = NULL;
    plm_ratification r;
    plm_status status = plm_ratification_parse(&r, document, &sink, path);
    if (status != PLM_OK) {
        return status;
    }
    plm_hex_encode(out->accord, r.head.accord_hash, sizeof r.head.accord_hash);
    memcpy(out->party, r.head.party, sizeof out->party);
    out->what = "ratified";
    status = plm_accord_load(home, command, out->accord, &agreement);
    if (status == PLM_OK) {
        status = plm_ratification_verify(&r, agreement->accord, &sink, path);
        say_unverified(command, path, status);
    }
    const plm_ratification *before = status == PLM_OK ? known(agreement, r.head.party) : NULL;
    if (before != NULL &&
        memcmp(before->head.signature, r.head.signature, sizeof r.head.signature) != 0) {
        plm_say_error(command, "%s: %s gave another ratification before; ask it which it means",
                      path, r.head.party);
        status = PLM_E_EXISTS;
    }
    if (status == PLM_OK && before == NULL) {
        status = keep(home->store, plm_store_put_ratification, "ratify", &r.head, document);
        if (status != PLM_OK) {
            plm_say_error(command, "%s", plm_store_error(home->store));
        }
    }
    plm_ratification_wipe(&r);
    plm_agreement_destroy(agreement);
    return status;
}

static plm_status add_denunciation(const plm_home *home, const char *command, const char *path,
                                   plm_span document, added *out)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_agreement *agreement = NULL;
    plm_denunciation d;
    plm_status status = plm_denunciation_parse(&d, document, &sink, path);
    if (status != PLM_OK) {
        return status;
    }
    plm_hex_encode(out->accord, d.head.accord_hash, sizeof d.head.accord_hash);
    memcpy(out->party, d.head.party, sizeof out->party);
    out->what = "denounced";
    status = plm_accord_load(home, command, out->accord, &agreement);
    if (status == PLM_OK) {
        status = plm_denunciation_verify(&d, agreement->accord, &sink, path);
        say_unverified(command, path, status);
    }
    if (status == PLM_OK) {
        status = keep(home->store, plm_store_put_denunciation, "denounce", &d.head, document);
        if (status != PLM_OK) {
            plm_say_error(command, "%s", plm_store_error(home->store));
        }
    }
    plm_denunciation_wipe(&d);
    plm_agreement_destroy(agreement);
    return status;
}

/* Which of the two it is, by its own word; a ratification if it says neither. */
static bool is_denunciation(plm_span document)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *json = NULL;
    if (plm_json_parse(&json, document, &quiet, NULL, 1) != PLM_OK) {
        return false;
    }
    const char *word = json_string_value(json_object_get(json, "palermo"));
    bool is = word != NULL && strncmp(word, "denunciation/", 13) == 0;
    json_decref(json);
    return is;
}

int plm_accord_command_add(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord add", "FILE",
        "Adds another party's ratification or denunciation, after checking its signature."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *path;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home = {0};
    added done = {.what = ""};
    plm_buf document;
    plm_buf_init(&document, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status == PLM_OK) {
        status = plm_accord_read_file(usage.command, path, &document);
    }
    if (status == PLM_OK) {
        const plm_span text = plm_buf_span(&document);
        status = is_denunciation(text) ? add_denunciation(&home, usage.command, path, text, &done)
                                       : add_ratification(&home, usage.command, path, text, &done);
    }
    int result = plm_exit_status(status, 0);
    if (status == PLM_OK && common.json) {
        result = plm_say_json(json_pack("{s:s, s:s, s:s}", "accord", done.accord, "party",
                                        done.party, "did", done.what));
    } else if (status == PLM_OK) {
        (void)printf("%s by %s\n", done.what, done.party);
    }
    plm_buf_wipe(&document);
    plm_home_close(&home);
    return result;
}
