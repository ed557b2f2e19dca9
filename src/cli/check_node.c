/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_node.c - what palermo check looks at within the node: files, disk, store, clock.
 */
#include "base/file.h"
#include "cli/check.h"
#include "crypto/sign.h"
#include "ledger/clock.h"
#include "node/worker.h"
#include "store/backup.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

enum {
    DISK_ERROR_MIB = 100,
    DISK_WARNING_MIB = 1024,
    SKEW_MS = 600000, /* more, and a peer refuses a proposal (spec/wire.md section 5) */
    KEY_MAX = 4096
};

static void check_mode(plm_check *c, const char *area, const char *path, bool must_be)
{
    struct stat s;
    if (lstat(path, &s) != 0) {
        if (must_be || errno != ENOENT) {
            plm_check_say(c, PLM_FINDING_ERROR, area, "%s: %s", path, strerror(errno));
        }
    } else if (s.st_uid != geteuid()) {
        plm_check_say(c, PLM_FINDING_ERROR, area, "%s: belongs to another user", path);
    } else if ((s.st_mode & 077) != 0) {
        plm_check_say(c, PLM_FINDING_ERROR, area,
                      "%s: others may read or change it (mode %03o); chmod go= %s", path,
                      (unsigned)s.st_mode & 0777, path);
    } else {
        plm_check_say(c, PLM_FINDING_OK, area, "%s: its owner's alone", path);
    }
}

static void check_key_file(plm_check *c)
{
    plm_buf file;
    plm_unlock_kind kind;
    uint8_t identity[32];
    plm_buf_init(&file, KEY_MAX);
    plm_status status = plm_file_read(c->home.key_path, &file);
    if (status == PLM_OK && plm_keyfile_peek(&kind, identity, plm_buf_span(&file)) != PLM_OK) {
        plm_check_say(c, PLM_FINDING_ERROR, "keys", "%s: not an identity key of Palermo",
                      c->home.key_path);
    } else if (status == PLM_OK) {
        plm_check_say(c, PLM_FINDING_OK, "keys", "%s: sealed under a %s", c->home.key_path,
                      kind == PLM_UNLOCK_PASSPHRASE ? "passphrase" : "key file");
    }
    plm_buf_wipe(&file);
}

/* Without it there is no run. */
static void check_worker(plm_check *c)
{
    char path[PLM_WORKER_PATH_MAX];
    if (plm_worker_find(path) != PLM_OK) {
        char why[PLM_WORKER_WHY_MAX];
        plm_check_say(c, PLM_FINDING_ERROR, "config", "%s", plm_worker_why(why));
    }
}

void plm_check_files(plm_check *c)
{
    const char *key_file =
        c->common.key_file != NULL ? c->common.key_file : getenv("PALERMO_KEY_FILE");
    check_worker(c);
    check_mode(c, "config", c->home.directory, true);
    check_mode(c, "config", c->home.config_path, false);
    check_mode(c, "keys", c->home.key_path, true);
    check_key_file(c);
    if (key_file != NULL && strcmp(key_file, "-") != 0) {
        check_mode(c, "keys", key_file, true);
    }
    if (!plm_store_is_postgresql(c->home.store_path)) {
        check_mode(c, "store", c->home.store_path, true);
    }
}

static void check_space(plm_check *c, const char *directory)
{
    struct statvfs v;
    if (statvfs(directory, &v) != 0) {
        plm_check_say(c, PLM_FINDING_ERROR, "disk", "%s: %s", directory, strerror(errno));
        return;
    }
    uint64_t mib = (uint64_t)v.f_bavail * v.f_frsize >> 20;
    plm_finding finding = mib < DISK_ERROR_MIB     ? PLM_FINDING_ERROR
                          : mib < DISK_WARNING_MIB ? PLM_FINDING_WARNING
                                                   : PLM_FINDING_OK;
    plm_check_say(c, finding, "disk", "%s: %" PRIu64 " MiB free", directory, mib);
}

void plm_check_disk(plm_check *c)
{
    char copy[PATH_MAX];
    check_space(c, c->home.directory);
    if (!plm_store_is_postgresql(c->home.store_path)) {
        (void)snprintf(copy, sizeof copy, "%s", c->home.store_path);
        const char *directory = dirname(copy);
        if (strcmp(directory, c->home.directory) != 0) {
            check_space(c, directory);
        }
    }
}

static void check_identity(plm_check *c)
{
    plm_buf file;
    plm_unlock_kind kind;
    uint8_t identity[32];
    plm_buf_init(&file, KEY_MAX);
    if (plm_file_read(c->home.key_path, &file) == PLM_OK &&
        plm_keyfile_peek(&kind, identity, plm_buf_span(&file)) == PLM_OK &&
        memcmp(identity, c->home.identity, sizeof identity) != 0) {
        plm_check_say(c, PLM_FINDING_ERROR, "keys", "%s: is not the key of %s in the store",
                      c->home.key_path, c->home.code);
    }
    plm_buf_wipe(&file);
}

void plm_check_store(plm_check *c)
{
    uint64_t version = 0;
    uint64_t n_records = 0;
    bool is_durable = false;
    bool is_writable = false;
    plm_status status = plm_store_version(c->home.store, &version);
    if (status == PLM_OK) {
        status = plm_store_count_records(c->home.store, &n_records);
    }
    if (status == PLM_OK) {
        status = plm_store_is_durable(c->home.store, &is_durable);
    }
    if (status == PLM_OK) {
        status = plm_store_is_writable(c->home.store, &is_writable);
    }
    if (status != PLM_OK) {
        plm_check_say(c, PLM_FINDING_ERROR, "store", "%s: %s", c->home.store_path,
                      plm_store_words(c->home.store, status));
        return;
    }
    plm_check_say(c, PLM_FINDING_OK, "store", "%s: %s, version %" PRIu64 ", %" PRIu64 " records",
                  c->home.store_path, c->home.code, version, n_records);
    if (!is_writable) {
        plm_check_say(c, PLM_FINDING_ERROR, "store",
                      "the database takes no changes: it follows another, or is set to be read "
                      "only");
    }
    if (!is_durable) {
        plm_check_say(c, PLM_FINDING_ERROR, "store",
                      "fsync or full_page_writes of the server is off: what is acknowledged can "
                      "be lost with the power");
    }
    check_identity(c);
}

static plm_status last_time(void *context, const plm_ledger_row *row)
{
    *(int64_t *)context = row->time_ms;
    return PLM_OK;
}

/* What is deleted for its age is gone: not while the clock may be wrong by months. */
static void check_leap(plm_check *c, int64_t now)
{
    plm_ledger_clock clock = {0};
    char words[PLM_CLOCK_TEXT];
    plm_status status = c->clock_is_right ? plm_ledger_clock_agree(c->home.store, now) : PLM_OK;
    if (status == PLM_OK) {
        status = plm_ledger_clock_look(c->home.store, now, &clock);
    }
    if (status != PLM_OK) {
        plm_check_say(c, PLM_FINDING_ERROR, "clock", "%s: %s", c->home.store_path,
                      plm_store_words(c->home.store, status));
    } else if (clock.is_ahead) {
        plm_check_say(c, PLM_FINDING_ERROR, "clock", "%s",
                      plm_say_clock_ahead(words, now, clock.seen_ms));
    }
}

void plm_check_clock(plm_check *c)
{
    struct timex state = {.modes = 0};
    uint8_t hash[32];
    uint64_t size = 0;
    int64_t then = 0;
    int64_t now = plm_wall_ms();
    char text[PLM_TIME_TEXT];
    plm_say_time(text, now);
    bool is_synced = adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
    if (is_synced) {
        plm_check_say(c, PLM_FINDING_OK, "clock", "%s, kept in time", text);
    } else {
        plm_check_say(c, PLM_FINDING_WARNING, "clock",
                      "%s; nothing that this kernel knows of keeps it in time (NTP)", text);
    }
    plm_status status = plm_store_ledger_head(c->home.store, &size, hash);
    if (status == PLM_OK && size > 0) {
        status = plm_store_ledger_range(c->home.store, size, size, last_time, &then);
    }
    if (status == PLM_OK && then > now + SKEW_MS) {
        plm_say_time(text, then);
        plm_check_say(c, PLM_FINDING_ERROR, "clock",
                      "it is behind the ledger, whose last entry is of %s", text);
    }
    check_leap(c, now);
}
