/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restore.c - palermo restore: a backup into a store that is empty.
 */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/store_work.h"
#include "store/backup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct restoring {
    plm_common common;
    const char *path;
    const char *store; /* NULL: what the configuration says */
    plm_buf key;
    plm_backup backup;
    uint64_t ledger_size;
    bool has_key; /* identity.key is there in the end */
} restoring;

/* What the backup says of itself is true of it. */
static plm_status check_backup(restoring *r, plm_store *from, const char *command)
{
    plm_content content;
    uint64_t version = 0;
    plm_status status = plm_backup_get(from, &r->key, &r->backup);
    if (status == PLM_E_NOT_FOUND) {
        plm_say_error(command, "%s: is a store, but no backup: see palermo store copy", r->path);
        return PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        status = plm_store_version(from, &version);
    }
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", r->path, plm_store_words(from, status));
        return status;
    }
    status = plm_store_work_content(from, r->path, command, &content);
    /* One of an earlier version has been brought up to date, and is another now. */
    if (status == PLM_OK && version == r->backup.version &&
        (content.n_rows != r->backup.content.n_rows ||
         memcmp(content.digest, r->backup.content.digest, sizeof content.digest) != 0)) {
        plm_say_error(command, "%s: is not as it was made: it is damaged, or was changed", r->path);
        status = PLM_E_TAMPERED;
    }
    return status;
}

static plm_status put_key(restoring *r, const plm_home *home, const char *command)
{
    r->has_key = access(home->key_path, F_OK) == 0;
    if (r->has_key || r->backup.key.n == 0) {
        return PLM_OK;
    }
    plm_status status = plm_file_write(home->key_path, r->backup.key, 0400, true);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", home->key_path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    r->has_key = status == PLM_OK;
    return status;
}

/* A node that is there, with a store elsewhere, stays as it is. */
static plm_status check_place(const restoring *r, const plm_home *home, const char *command)
{
    plm_home wanted = *home;
    if (r->store == NULL) {
        return PLM_OK;
    }
    plm_home_place_store(&wanted, r->store);
    if (strcmp(wanted.store_path, home->store_path) == 0 ||
        (access(home->config_path, F_OK) != 0 && access(home->store_path, F_OK) != 0)) {
        return PLM_OK;
    }
    plm_say_error(command,
                  "%s: is a node's already, whose store is elsewhere: restore into another "
                  "directory, or see palermo store copy",
                  home->directory);
    return PLM_E_EXISTS;
}

/* Only now that the store is there: what fails before leaves the directory as it was. */
static plm_status put_config(const restoring *r, const plm_home *home, const char *command)
{
    plm_config config = {.store = ""};
    if (r->store == NULL || access(home->config_path, F_OK) == 0) {
        return PLM_OK;
    }
    (void)snprintf(config.store, sizeof config.store, "%s", r->store);
    plm_status status = plm_config_write(&config, home->config_path, true);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", home->config_path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    }
    return status;
}

static plm_status fill_store(restoring *r, plm_home *home, plm_store *from, const char *command)
{
    plm_store *to = NULL;
    uint8_t head[32];
    if (r->store != NULL) {
        plm_home_place_store(home, r->store);
    }
    plm_status status = plm_store_work_open(&to, home->store_path, true, command);
    if (status == PLM_OK) {
        /* As it is, with what a load that it caught had put there unseen: the next load takes it
         * away. */
        status = plm_store_work_copy(to, home->store_path, from, r->path, false, command,
                                     &r->backup.content);
    }
    if (status == PLM_OK) {
        status = plm_store_ledger_head(to, &r->ledger_size, head);
    }
    plm_store_close(to);
    return status;
}

static plm_status restore(restoring *r, plm_home *home, const char *command)
{
    plm_store *from = NULL;
    int fds[PLM_STORE_WORK_LOCKS] = {-1, -1};
    plm_status status = plm_store_work_open(&from, r->path, false, command);
    if (status == PLM_OK) {
        status = check_backup(r, from, command);
    }
    if (status == PLM_OK && mkdir(home->directory, 0700) != 0 && errno != EEXIST) {
        plm_say_error(command, "%s: %s", home->directory, strerror(errno));
        status = PLM_E_IO;
    }
    if (status == PLM_OK) {
        status = plm_store_work_lock(home, fds, command);
    }
    if (status == PLM_OK) {
        status = check_place(r, home, command);
    }
    if (status == PLM_OK) {
        status = fill_store(r, home, from, command);
    }
    if (status == PLM_OK) {
        status = put_key(r, home, command);
    }
    if (status == PLM_OK) {
        status = put_config(r, home, command);
    }
    plm_store_work_unlock(fds);
    plm_store_close(from);
    return status;
}

static int report(const restoring *r, const plm_home *home)
{
    char made[PLM_TIME_TEXT];
    plm_say_time(made, r->backup.made_ms);
    if (r->common.json) {
        json_t *out = plm_store_work_json(&r->backup.content);
        (void)json_object_set_new(out, "store", json_string(home->store_path));
        (void)json_object_set_new(out, "made", json_string(made));
        (void)json_object_set_new(out, "ledger_entries", json_integer((json_int_t)r->ledger_size));
        (void)json_object_set_new(out, "identity_key", json_boolean(r->has_key));
        return plm_say_json(out);
    }
    char rows[PLM_NUMBER_TEXT];
    (void)printf("%s: %s rows of %s restored\n", home->store_path,
                 plm_say_number(rows, r->backup.content.n_rows), made);
    if (!r->has_key) {
        (void)printf("The identity key was not in the backup: put identity.key into %s.\n",
                     home->directory);
    }
    (void)printf("The ledger ends with entry %" PRIu64
                 ". A party that saw later ones will report that it went back: tell\nthem what "
                 "happened (palermo ledger peers).\n",
                 r->ledger_size);
    return PLM_EXIT_OK;
}

int plm_command_restore(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo restore", "FILE [OPTIONS]",
        "Makes the store of a node of a backup, after it was found to be as it was made. The "
        "store\nmust be empty; nothing is overwritten."};
    restoring r = {.path = NULL};
    const plm_option options[] = {
        {"store", PLM_OPTION_TEXT, &r.store, "WHERE",
         "a file, or postgresql://...; without it, what palermo.conf says", 0, 0},
        PLM_COMMON_OPTIONS(&r.common),
        PLM_OPTIONS_END,
    };
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &r.path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (plm_store_is_postgresql(r.path) ||
        (r.store != NULL && (r.store[0] == '\0' || strlen(r.store) >= PATH_MAX / 2))) {
        return plm_usage_error(&usage, "FILE must be a file, and --store not be empty");
    }
    plm_status status = plm_home_paths(&home, &r.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    plm_buf_init(&r.key, PLM_BACKUP_KEY_MAX);
    status = restore(&r, &home, usage.command);
    int result = status == PLM_OK ? report(&r, &home) : plm_exit_status(status, 0);
    plm_buf_wipe(&r.key);
    return result;
}
