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

#include <errno.h>
#include <stdio.h>
#include <string.h>

static plm_status read_file(const char *command, const char *path, plm_buf *out)
{
    plm_status status = plm_file_read(path, out);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    return status;
}

static plm_status adopt(plm_store *store, const plm_accord *accord, plm_span bytes)
{
    int64_t now = plm_wall_ms();
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_put_accord(store, accord->hash, bytes, now);
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
        status = read_file(usage.command, path, &bytes);
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

static plm_status keep_ratification(plm_store *store, const plm_ratification *r, plm_span document)
{
    int64_t now = plm_wall_ms();
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_put_ratification(store, r->accord_hash, r->party, document, now);
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "ratify", document, now);
    }
    return plm_store_leave(store, mine, status);
}

/* The accord of that hash, from the store. */
static plm_status load_accord(const plm_home *home, const char *command, const char *text,
                              plm_agreement **out)
{
    uint8_t hash[32];
    if (plm_hex_decode(hash, sizeof hash, text) < 0) {
        plm_say_error(command, "\"%s\" is no hash of an accord: 64 hexadecimal digits", text);
        return PLM_E_INVALID;
    }
    plm_status status = plm_agreement_load(out, home->store, hash);
    if (status != PLM_OK) {
        plm_say_error(command, "%.16s: %s", text,
                      status == PLM_E_NOT_FOUND ? "no such accord was adopted here"
                                                : plm_store_error(home->store));
    }
    return status;
}

int plm_accord_command_ratify(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord ratify", "HASH [--out FILE]",
        "Signs an adopted accord for this authority. The ratification is for the other parties to "
        "add."};
    plm_common common = {0};
    const char *out_path = NULL;
    const plm_option options[] = {
        {"out", PLM_OPTION_TEXT, &out_path, "FILE", "write it there, not to standard output", 0, 0},
        PLM_UNLOCK_OPTIONS(&common),
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
    plm_ratification ratification;
    uint8_t seed[32];
    plm_buf document;
    plm_buf_init(&document, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status == PLM_OK) {
        status = load_accord(&home, usage.command, hash, &agreement);
    }
    if (status == PLM_OK) {
        status = plm_home_unlock(&home, &common, seed, usage.command);
    }
    if (status == PLM_OK) {
        status =
            plm_ratification_make(&ratification, agreement->accord, home.code, seed, plm_wall_ms());
        plm_wipe(seed, sizeof seed);
        if (status == PLM_E_AUTH) {
            plm_say_error(usage.command, "the accord names another identity key for %s", home.code);
        }
    }
    if (status == PLM_OK) {
        status = plm_ratification_write(&ratification, &document);
    }
    if (status == PLM_OK) {
        status = keep_ratification(home.store, &ratification, plm_buf_span(&document));
        if (status != PLM_OK) {
            plm_say_error(usage.command, "%s", plm_store_error(home.store));
        }
    }
    if (status == PLM_OK && out_path != NULL) {
        status = plm_file_write(out_path, plm_buf_span(&document), 0644, false);
        if (status != PLM_OK) {
            plm_say_error(usage.command, "%s: %s", out_path, strerror(errno));
        }
    } else if (status == PLM_OK) {
        (void)fwrite(document.data, 1, document.n, stdout);
    }
    plm_agreement_destroy(agreement);
    plm_buf_wipe(&document);
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

static plm_status add(const plm_home *home, const char *command, const char *path,
                      plm_ratification *ratification)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_agreement *agreement = NULL;
    plm_buf document;
    char hash[65];
    plm_buf_init(&document, PLM_ACCORD_BYTES_MAX);
    plm_status status = read_file(command, path, &document);
    if (status == PLM_OK) {
        status = plm_ratification_parse(ratification, plm_buf_span(&document), &sink, path);
    }
    if (status == PLM_OK) {
        plm_hex_encode(hash, ratification->accord_hash, sizeof ratification->accord_hash);
        status = load_accord(home, command, hash, &agreement);
    }
    if (status == PLM_OK) {
        status = plm_ratification_verify(ratification, agreement->accord);
        if (status != PLM_OK) {
            plm_say_error(command, "%s: %s", path,
                          status == PLM_E_AUTH ? "the signature is not of that party's key"
                                               : "the accord has no such party");
        }
    }
    if (status == PLM_OK) {
        status = keep_ratification(home->store, ratification, plm_buf_span(&document));
        if (status != PLM_OK) {
            plm_say_error(command, "%s", plm_store_error(home->store));
        }
    }
    plm_agreement_destroy(agreement);
    plm_buf_wipe(&document);
    return status;
}

int plm_accord_command_add(int argc, char **argv)
{
    static const plm_usage_text usage = {"palermo accord add", "FILE",
                                         "Adds another party's ratification, after checking its "
                                         "signature."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *path;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home = {0};
    plm_ratification ratification;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status == PLM_OK) {
        status = add(&home, usage.command, path, &ratification);
    }
    int result = plm_exit_status(status, 0);
    if (status == PLM_OK && common.json) {
        char hash[65];
        plm_hex_encode(hash, ratification.accord_hash, sizeof ratification.accord_hash);
        result = plm_say_json(json_pack("{s:s, s:s}", "accord", hash, "party", ratification.party));
    } else if (status == PLM_OK) {
        (void)printf("ratified by %s\n", ratification.party);
    }
    plm_home_close(&home);
    return result;
}
