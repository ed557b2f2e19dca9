/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup.c - palermo backup: one state of the store into a file, whatever goes on meanwhile.
 *
 * The file is written under another name beside it and gets its own when it is complete.
 */
#include "store/backup.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/store_work.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct backing {
    plm_common common;
    const char *path;
    bool with_key;
    char partial[PATH_MAX];
    plm_buf key;
    plm_backup backup;
} backing;

/* Whoever has a backup tries passphrases at leisure; under a key file it would be of no use. */
static plm_status take_key(backing *b, const plm_home *home, const char *command)
{
    plm_unlock_kind kind;
    uint8_t identity[32];
    plm_status status = plm_file_read(home->key_path, &b->key);
    if (status == PLM_OK) {
        status = plm_keyfile_peek(&kind, identity, plm_buf_span(&b->key));
    }
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", home->key_path,
                      status == PLM_E_IO ? strerror(errno) : "not an identity key of Palermo");
    } else if (kind != PLM_UNLOCK_PASSPHRASE) {
        plm_say_error(command,
                      "%s: is sealed under a key file, without which it is of no use: keep the two "
                      "apart from the backup, by themselves",
                      home->key_path);
        status = PLM_E_LOCKED;
    }
    b->backup.key = plm_buf_span(&b->key);
    return status;
}

static void remove_partial(const backing *b)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[PATH_MAX + 8];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        (void)snprintf(path, sizeof path, "%s%s", b->partial, ends[i]);
        (void)unlink(path);
    }
}

/* What a try that ended after its last step left: the file under both names. */
static void remove_second_name(const backing *b)
{
    struct stat named;
    struct stat partial;
    if (stat(b->path, &named) == 0 && stat(b->partial, &partial) == 0 &&
        named.st_dev == partial.st_dev && named.st_ino == partial.st_ino) {
        remove_partial(b);
    }
}

static plm_status write_partial(backing *b, const plm_home *home, const char *command)
{
    plm_store *to = NULL;
    plm_status status = plm_store_work_open(&to, b->partial, true, command);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_work_copy(to, b->path, home->store, home->store_path, false, command,
                                 &b->backup.content);
    if (status == PLM_OK) {
        status = plm_store_version(to, &b->backup.version);
        if (status == PLM_OK) {
            status = plm_backup_put(to, &b->backup);
        }
        if (status != PLM_OK) {
            plm_say_error(command, "%s: %s", b->path, plm_store_words(to, status));
        }
    }
    plm_store_close(to); /* with it what stands in the write-ahead log goes into the file */
    return status;
}

static plm_status sync_path(const char *path, int flags)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    plm_status status = fd >= 0 && plm_fd_sync(fd) == 0 ? PLM_OK : PLM_E_IO;
    if (fd >= 0) {
        (void)close(fd);
    }
    return status;
}

/*
 * The name it was asked for, if nobody took it meanwhile. SQLite removes its log as it closes the
 * file, unless a write failed: then the file is not whole without it.
 */
static plm_status give_name(const backing *b, const char *command)
{
    char copy[PATH_MAX];
    char log[PATH_MAX + 8];
    (void)snprintf(log, sizeof log, "%s-wal", b->partial);
    if (access(log, F_OK) == 0) {
        plm_say_error(command, "%s: it could not be written whole", b->path);
        return PLM_E_IO;
    }
    (void)snprintf(copy, sizeof copy, "%s", b->path);
    plm_status status = sync_path(b->partial, 0);
    if (status == PLM_OK) {
        status = plm_file_name(b->partial, b->path);
    }
    if (status == PLM_OK) {
        status = sync_path(dirname(copy), O_DIRECTORY);
    }
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", b->path, strerror(errno));
    }
    return status;
}

static int report(const backing *b)
{
    if (b->common.json) {
        json_t *out = plm_store_work_json(&b->backup.content);
        (void)json_object_set_new(out, "file", json_string(b->path));
        (void)json_object_set_new(out, "identity_key", json_boolean(b->with_key));
        return plm_say_json(out);
    }
    char hex[65];
    char rows[PLM_NUMBER_TEXT];
    plm_hex_encode(hex, b->backup.content.digest, 32);
    (void)printf("%s: %s rows, read again and found the same\n  digest  %s\n", b->path,
                 plm_say_number(rows, b->backup.content.n_rows), hex);
    (void)printf(b->with_key
                     ? "The identity key is in it, sealed under its passphrase.\n"
                     : "The identity key is not in it: keep a copy of identity.key elsewhere. "
                       "Without it the node\ncan't be made again as the same party.\n");
    (void)printf("It holds what the store holds, in clear: keep it as you keep the store.\n");
    return PLM_EXIT_OK;
}

int plm_command_backup(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo backup", "FILE [OPTIONS]",
        "Copies the store, as it is at one moment, into a new file, also while the node serves."};
    backing b = {.path = NULL};
    const plm_option options[] = {
        {"with-key", PLM_OPTION_FLAG, &b.with_key, NULL,
         "the identity key too; only if a passphrase seals it", 0, 0},
        PLM_COMMON_OPTIONS(&b.common),
        PLM_OPTIONS_END,
    };
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &b.path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    int n = snprintf(b.partial, sizeof b.partial, "%s.partial", b.path);
    if (n < 0 || (size_t)n >= sizeof b.partial || plm_store_is_postgresql(b.path)) {
        return plm_usage_error(&usage, "FILE must be the name of a file");
    }
    if (access(b.path, F_OK) == 0) {
        remove_second_name(&b);
        plm_say_error(usage.command, "%s: is there already", b.path);
        return PLM_EXIT_FAILED;
    }
    plm_status status = plm_home_open(&home, &b.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    plm_buf_init(&b.key, PLM_BACKUP_KEY_MAX);
    b.backup.made_ms = plm_wall_ms();
    if (b.with_key) {
        status = take_key(&b, &home, usage.command);
    }
    if (status == PLM_OK) {
        remove_partial(&b);
        status = write_partial(&b, &home, usage.command);
        if (status == PLM_OK) {
            status = give_name(&b, usage.command);
        }
        remove_partial(&b);
    }
    plm_home_close(&home);
    plm_buf_wipe(&b.key);
    return status == PLM_OK ? report(&b) : plm_exit_status(status, 0);
}
