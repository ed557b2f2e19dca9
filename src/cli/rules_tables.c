/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules_tables.c - palermo rules tables, add, drop: the tables that accords can name here.
 */
#include "base/file.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/rules.h"
#include "cli/say.h"
#include "ident/frequency.h"
#include "net/net.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    HEX = 2 * PLM_FREQUENCY_HASH_BYTES + 1
};

static plm_status list_one(json_t *list, const char *name, const char *kind,
                           const uint8_t hash[static PLM_FREQUENCY_HASH_BYTES], bool is_shipped)
{
    char hex[HEX];
    plm_hex_encode(hex, hash, PLM_FREQUENCY_HASH_BYTES);
    if (list != NULL) {
        return json_array_append_new(list,
                                     json_pack("{s:s, s:s, s:s, s:b}", "name", name, "kind", kind,
                                               "hash", hex, "shipped", (int)is_shipped)) == 0
                   ? PLM_OK
                   : PLM_E_NOMEM;
    }
    plm_say_padded(name, 20);
    (void)printf(" %s  %s%s\n", hex, kind, is_shipped ? "" : ", of this node");
    return PLM_OK;
}

static plm_status list_stored(void *context, const plm_stored_table *table)
{
    return list_one((json_t *)context, table->name, table->kind, table->hash, false);
}

/* The node's own, if there is a node: the shipped ones are there without it. */
static plm_status list_own(const plm_common *common, const char *command, json_t *list)
{
    plm_home home;
    plm_status status = plm_home_paths(&home, common, command);
    if (status != PLM_OK) {
        return status;
    }
    if (common->home == NULL && access(home.store_path, F_OK) != 0) {
        return PLM_OK;
    }
    status = plm_home_open(&home, common, command);
    if (status == PLM_OK) {
        status = plm_store_each_table(home.store, list_stored, list);
        plm_home_close(&home);
    }
    return status;
}

int plm_rules_command_tables(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo rules tables", "[OPTIONS]",
        "Lists the tables that ship with Palermo, and those that were added to this node, with the "
        "hash\nby which an accord names them."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    json_t *list = common.json ? json_array() : NULL;
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < plm_frequency_builtin_count(); i++) {
        uint8_t hash[PLM_FREQUENCY_HASH_BYTES];
        plm_frequency_hash(hash, plm_frequency_builtin_text(i));
        status = list_one(list, plm_frequency_builtin_name(i), PLM_STORE_FREQUENCIES, hash, true);
    }
    if (status == PLM_OK) {
        status = list_own(&common, usage.command, list);
    }
    if (status != PLM_OK) {
        json_decref(list);
        return plm_exit_status(status, 0);
    }
    return list != NULL ? plm_say_json(list) : PLM_EXIT_OK;
}

/* Reads the table as its kind; *frequencies is NULL for equivalents. */
static plm_status check_table(const char *command, const char *path, bool is_equivalents,
                              plm_span text, plm_frequency **frequencies)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_name_classes *classes = NULL;
    *frequencies = NULL;
    plm_status status = is_equivalents ? plm_name_classes_parse(&classes, text, path, &sink)
                                       : plm_frequency_parse(frequencies, text, &sink, path);
    plm_name_classes_destroy(classes);
    if (status == PLM_E_NOMEM) {
        (void)plm_say_status(command, path, status);
    }
    return status;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static plm_status add_table(const plm_home *home, const char *command, const char *path,
                            bool is_equivalents, char hex[static HEX])
{
    uint8_t hash[PLM_FREQUENCY_HASH_BYTES];
    plm_frequency *frequencies = NULL;
    plm_buf text;
    plm_buf_init(&text, PLM_FREQUENCY_BYTES_MAX);
    plm_status status = plm_file_read(path, &text);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    } else {
        status = check_table(command, path, is_equivalents, plm_buf_span(&text), &frequencies);
    }
    if (status == PLM_OK) {
        plm_frequency_hash(hash, plm_buf_span(&text));
        plm_hex_encode(hex, hash, sizeof hash);
        const plm_stored_table table = {
            .hash = hash,
            .kind = is_equivalents ? PLM_STORE_EQUIVALENTS : PLM_STORE_FREQUENCIES,
            .name = is_equivalents ? base_name(path) : plm_frequency_header(frequencies, "name"),
            .bytes = plm_buf_span(&text),
            .added_ms = plm_wall_ms()};
        status = plm_store_put_table(home->store, &table);
        if (status != PLM_OK) {
            plm_say_error(command, "%s", plm_store_words(home->store, status));
        }
    }
    plm_frequency_destroy(frequencies);
    plm_buf_wipe(&text);
    return status;
}

int plm_rules_command_add(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo rules add", "FILE [--equivalents] [OPTIONS]",
        "Keeps a table in this node, so that an accord can name it by its hash: frequencies, or\n"
        "equivalent given names of the parties' own. Prints the hash."};
    plm_common common = {0};
    bool is_equivalents = false;
    const char *path;
    const plm_option options[] = {
        {"equivalents", PLM_OPTION_FLAG, &is_equivalents, NULL, "of equivalent given names", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    char hex[HEX];
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status == PLM_OK) {
        status = add_table(&home, usage.command, path, is_equivalents, hex);
        plm_home_close(&home);
    }
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    if (common.json) {
        return plm_say_json(json_pack("{s:s}", "hash", hex));
    }
    (void)printf("%s\n", hex);
    return PLM_EXIT_OK;
}

int plm_rules_command_drop(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo rules drop", "HASH [OPTIONS]",
        "Forgets a table that was added. Accords that name it can't be run until it is added "
        "again."};
    plm_common common = {0};
    const char *hex;
    uint8_t hash[PLM_FREQUENCY_HASH_BYTES];
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &hex, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (plm_hex_decode(hash, sizeof hash, hex) < 0) {
        return plm_usage_error(&usage, "HASH is 64 hexadecimal digits");
    }
    plm_home home;
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_store_drop_table(home.store, hash);
    plm_home_close(&home);
    return status == PLM_OK ? PLM_EXIT_OK : plm_say_status(usage.command, hex, status);
}
