/* SPDX-License-Identifier: Apache-2.0 */
/*
 * init.c - palermo init.
 */
#include "base/ct.h"
#include "base/file.h"
#include "cli/authority.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "crypto/sign.h"
#include "node/authority_view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const setting_names[] = {"code",    "name",      "kind",          "address",
                                            "contact", "languages", "death_penalty", "assurances"};

enum {
    N_SETTINGS = sizeof setting_names / sizeof *setting_names,
    LANGUAGES = 5,
    DEATH_PENALTY = 6,
    ASSURANCES = 7
};

typedef struct init_options {
    plm_common common;
    const char *values[N_SETTINGS]; /* in the order of setting_names */
    const char *store;              /* NULL: palermo.db in the node's directory */
} init_options;

/* The code goes into certificates, accords and messages: upper case, digits, hyphen. */
static bool is_party_code(const char *code)
{
    size_t n = strlen(code);
    return n >= 2 && n < PLM_CODE_MAX && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == n;
}

/*
 * A key file that is not there yet is made: 32 random bytes, readable by the owner only.
 * PLM_E_EXISTS: there is one.
 */
static plm_status make_key_file(const char *path)
{
    uint8_t key[32];
    char text[66];
    if (access(path, F_OK) == 0) {
        return PLM_E_EXISTS;
    }
    plm_random(key, sizeof key);
    plm_hex_encode(text, key, sizeof key);
    text[64] = '\n';
    plm_status status = plm_file_write(path, plm_span_of(text, 65), 0400, true);
    plm_wipe(key, sizeof key);
    plm_wipe(text, sizeof text);
    return status;
}

static plm_status seal_identity(const plm_home *home, const plm_common *common,
                                uint8_t identity[static 32], const char *command)
{
    uint8_t seed[32];
    plm_buf secret;
    plm_buf file;
    plm_buf_init(&secret, PLM_UNLOCK_SECRET_MAX);
    plm_buf_init(&file, 4096);
    plm_unlock_kind kind = common->key_file != NULL ? PLM_UNLOCK_KEY_FILE : PLM_UNLOCK_PASSPHRASE;
    plm_status status = PLM_OK;
    bool is_uniform = false;
    if (kind == PLM_UNLOCK_KEY_FILE) {
        status = make_key_file(common->key_file);
        is_uniform = status == PLM_OK;
        if (status != PLM_OK && status != PLM_E_EXISTS) {
            plm_say_error(command, "%s: %s", common->key_file, strerror(errno));
            goto out;
        }
    }
    status = plm_home_secret(common, kind, true, &secret, command);
    if (status != PLM_OK) {
        goto out;
    }
    plm_random(seed, sizeof seed);
    plm_identity_public(identity, seed);
    status = plm_keyfile_seal(&file, kind, plm_buf_span(&secret), is_uniform, seed);
    if (status == PLM_OK) {
        status = plm_file_write(home->key_path, plm_buf_span(&file), 0400, true);
    }
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", home->key_path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
out:
    plm_wipe(seed, sizeof seed);
    plm_buf_wipe(&secret);
    plm_buf_wipe(&file);
    return status;
}

static plm_status write_settings(plm_store *store, const init_options *o,
                                 const uint8_t identity[static 32])
{
    char hex[65];
    plm_hex_encode(hex, identity, 32);
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_put_setting(store, "authority.identity", hex);
    for (size_t i = 0; status == PLM_OK && i < N_SETTINGS; i++) {
        char key[64];
        (void)snprintf(key, sizeof key, "authority.%s", setting_names[i]);
        status = plm_store_put_setting(store, key, o->values[i]);
    }
    return plm_store_leave(store, mine, status);
}

static int print_made_authority(const plm_home *home, bool json)
{
    json_t *party = NULL;
    plm_status status = plm_authority_view(&party, home->store);
    if (status != PLM_OK) {
        return plm_say_status("palermo init", home->store_path, status);
    }
    if (json) {
        return plm_say_json(party);
    }
    plm_authority_print(party);
    json_decref(party);
    return PLM_EXIT_OK;
}

/*
 * A store in a file is made under another name and gets its own when it is whole and the key is
 * there; in a database the transaction that writes whose node it is comes after all else. Either
 * way the last step makes the node, and what an init that was interrupted has left can be told.
 */
static void name_unfinished(char out[PATH_MAX], const plm_home *home)
{
    (void)snprintf(out, PATH_MAX, "%.4000s.new", home->store_path);
}

static void remove_unfinished(const char *store_path)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[PATH_MAX + 16];
        (void)snprintf(path, sizeof path, "%s%s", store_path, ends[i]);
        (void)unlink(path);
    }
}

static void remove_leftovers(const plm_home *home, const init_options *o)
{
    (void)unlink(home->key_path);
    if (o->store != NULL) { /* otherwise it is not ours */
        (void)unlink(home->config_path);
    }
}

/* A database may hold another node already, which this directory knows nothing of. */
static plm_status check_unused(const plm_home *home)
{
    char identity[65];
    plm_status status = plm_home_setting(home, "authority.identity", identity, sizeof identity);
    return status == PLM_OK && identity[0] != '\0' ? PLM_E_EXISTS : status;
}

/* An init before this one went as far as the key and no further. */
static bool was_interrupted(const plm_home *home, const init_options *o)
{
    char unfinished[PATH_MAX];
    plm_config config;
    const plm_diag_sink sink = {plm_diag_print, stderr};
    if (!plm_store_is_postgresql(home->store_path)) {
        name_unfinished(unfinished, home);
        return access(home->store_path, F_OK) != 0 && access(unfinished, F_OK) == 0;
    }
    return o->store != NULL && plm_config_read(&config, home->config_path, &sink) == PLM_OK &&
           strcmp(config.store, o->store) == 0; /* and fill_node looks into it */
}

/* There is a directory for the node, and no node in it. */
static plm_status make_place(const plm_home *home, const init_options *o, const char *command)
{
    if (mkdir(home->directory, 0700) != 0 && errno != EEXIST) {
        plm_say_error(command, "%s: %s", home->directory, strerror(errno));
        return PLM_E_IO;
    }
    if (was_interrupted(home, o)) {
        return PLM_OK;
    }
    if (access(home->key_path, F_OK) == 0 ||
        (!plm_store_is_postgresql(home->store_path) && access(home->store_path, F_OK) == 0)) {
        plm_say_error(command, "%s: there is a node already", home->directory);
        return PLM_E_EXISTS;
    }
    return PLM_OK;
}

static plm_status write_config(const plm_home *home, const init_options *o, const char *command)
{
    plm_config config = {.store = ""};
    if (o->store == NULL) {
        return PLM_OK;
    }
    (void)snprintf(config.store, sizeof config.store, "%s", o->store);
    plm_status status = plm_config_write(&config, home->config_path, true);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", home->config_path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    return status;
}

/* The key, the configuration, whose node it is: the store is open and empty. */
static plm_status fill_node(plm_home *home, const init_options *o, const char *command)
{
    plm_status status = check_unused(home);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", home->store_path,
                      status == PLM_E_EXISTS ? "there is a node in it already"
                                             : plm_store_words(home->store, status));
        return status;
    }
    remove_leftovers(home, o);
    status = write_config(home, o, command);
    if (status == PLM_OK) {
        status = seal_identity(home, &o->common, home->identity, command);
    }
    if (status == PLM_OK) {
        status = write_settings(home->store, o, home->identity);
        if (status != PLM_OK) {
            plm_say_error(command, "%s: %s", home->store_path,
                          plm_store_words(home->store, status));
        }
    }
    if (status != PLM_OK) {
        remove_leftovers(home, o);
    }
    return status;
}

/*
 * Gives a closed store its own name. A log beside it (SQLite removes its own when all of it is in
 * the file) means that a write failed as it was closed: without it the file is not whole.
 */
static plm_status name_finished(const char *path, const plm_home *home, const char *command)
{
    char log[PATH_MAX + 16];
    (void)snprintf(log, sizeof log, "%s-wal", path);
    if (access(log, F_OK) == 0) {
        plm_say_error(command, "%s: it could not be written whole", path);
        return PLM_E_IO;
    }
    plm_status status = plm_file_rename(path, home->store_path);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", home->store_path, strerror(errno));
    }
    return status;
}

static plm_status make_node(plm_home *home, const init_options *o, const char *command)
{
    char path[PATH_MAX];
    char error[PLM_STORE_ERROR_MAX] = "";
    bool is_file = !plm_store_is_postgresql(home->store_path);
    if (is_file) {
        name_unfinished(path, home);
        remove_unfinished(path);
    }
    plm_status status =
        plm_store_open(&home->store, is_file ? path : home->store_path, true, error);
    if (status != PLM_OK) {
        plm_home_say_store(command, is_file ? path : home->store_path, error);
        return status;
    }
    status = fill_node(home, o, command);
    plm_home_close(home); /* and what it wrote is in the one file */
    if (is_file && status == PLM_OK) {
        status = name_finished(path, home, command);
        if (status != PLM_OK) {
            remove_leftovers(home, o);
        }
    }
    if (is_file && status != PLM_OK) {
        remove_unfinished(path);
    }
    return status;
}

static int init_node(const plm_usage_text *usage, const init_options *o)
{
    plm_home home;
    plm_status status = plm_home_paths(&home, &o->common, usage->command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    if (o->store != NULL) {
        plm_home_place_store(&home, o->store);
    }
    status = make_place(&home, o, usage->command);
    if (status == PLM_OK) {
        status = make_node(&home, o, usage->command);
    }
    if (status == PLM_OK) {
        status = plm_home_open(&home, &o->common, usage->command);
    }
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    int result = print_made_authority(&home, o->common.json);
    plm_home_close(&home);
    return result;
}

int plm_command_init(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo init", "--code CODE --name NAME --address HOST:PORT [OPTIONS]",
        "Makes a node: an identity key, sealed under a passphrase or a key file, and a store."};
    init_options o = {.values = {NULL, NULL, "police", NULL, "-", "en", "", ""}};
    const plm_option options[] = {
        {"code", PLM_OPTION_TEXT, &o.values[0], "CODE", "party code: A-Z, 0-9, hyphen", 0, 0},
        {"name", PLM_OPTION_TEXT, &o.values[1], "NAME", "the authority's full name", 0, 0},
        {"kind", PLM_OPTION_TEXT, &o.values[2], "KIND", "police, fiu, border, labour, ngo, ...", 0,
         0},
        {"address", PLM_OPTION_TEXT, &o.values[3], "HOST:PORT", "where peers reach the node", 0, 0},
        {"contact", PLM_OPTION_TEXT, &o.values[4], "TEXT", "urgent contact", 0, 0},
        {"languages", PLM_OPTION_TEXT, &o.values[LANGUAGES], "CODE,CODE",
         "in which it takes requests, as it,en (ISO 639)", 0, 0},
        {"death-penalty", PLM_OPTION_TEXT, &o.values[DEATH_PENALTY], "CODE,CODE",
         "offences of the catalogue for which the law knows it", 0, 0},
        {"assurances", PLM_OPTION_TEXT, &o.values[ASSURANCES], "TEXT",
         "that it is neither sought nor carried out", 0, 0},
        {"store", PLM_OPTION_TEXT, &o.store, "WHERE",
         "a file, or postgresql://...; palermo.db if not given", 0, 0},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.values[0] == NULL || o.values[1] == NULL || o.values[3] == NULL) {
        return plm_usage_error(&usage, "--code, --name and --address are needed");
    }
    if (!is_party_code(o.values[0])) {
        return plm_usage_error(&usage, "\"%s\" is no party code: 2 to 32 of A-Z, 0-9, hyphen",
                               o.values[0]);
    }
    if (o.store != NULL && (o.store[0] == '\0' || strlen(o.store) >= PATH_MAX / 2)) {
        return plm_usage_error(&usage, "--store is empty or too long");
    }
    return init_node(&usage, &o);
}
