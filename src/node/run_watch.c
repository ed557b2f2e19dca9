/* SPDX-License-Identifier: Apache-2.0 */
#include "node/run_watch.h"

#include "base/json.h"
#include "net/net.h"
#include "node/outcome_view.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_BYTES = 8192, /* padded, so that each write replaces all of the one before */
    TELL_EVERY_MS = 100,
    KEEP_MS = 24 * 60 * 60 * 1000
};

static int path_of(char out[static PATH_MAX], const char *home, const char *name)
{
    const int n =
        snprintf(out, PATH_MAX, "%.3800s/runs%s%.64s", home, name[0] != '\0' ? "/" : "", name);
    return n > 0 && n < PATH_MAX ? 0 : -1;
}

static void write_watch(const plm_run_watcher *w)
{
    const plm_run_watch *watch = &w->watch;
    char id[2 * PLM_RUN_ID_BYTES + 1];
    char bytes[FILE_BYTES];
    plm_buf text;
    plm_hex_encode(id, watch->run_id, sizeof watch->run_id);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:I}", "run", id,
                  "with", watch->with, "purpose", watch->purpose, "case", watch->case_ref, "phase",
                  watch->phase, "done", (json_int_t)watch->done, "total", (json_int_t)watch->total,
                  "started", (json_int_t)watch->started_ms, "ended", (json_int_t)watch->ended_ms,
                  "failure", watch->failure, "clause", watch->clause, "outcome", watch->outcome,
                  "pid", (json_int_t)watch->pid);
    plm_buf_init(&text, FILE_BYTES);
    memset(bytes, ' ', sizeof bytes);
    if (json != NULL && plm_json_dump(json, false, &text) == PLM_OK) {
        memcpy(bytes, text.data, text.n);
        /* What is not told now is told next time; the run itself does not depend on it. */
        const ssize_t n = pwrite(w->fd, bytes, sizeof bytes, 0);
        (void)n;
    }
    json_decref(json);
    plm_buf_wipe(&text);
}

plm_status plm_run_watch_begin(plm_run_watcher *out, const char *home, const plm_run_watch *watch)
{
    char path[PATH_MAX];
    char id[2 * PLM_RUN_ID_BYTES + 1];
    *out = (plm_run_watcher){.fd = -1, .watch = *watch};
    out->watch.pid = getpid();
    if (path_of(path, home, "") < 0 || (mkdir(path, 0700) != 0 && errno != EEXIST)) {
        return PLM_E_IO;
    }
    plm_hex_encode(id, watch->run_id, sizeof watch->run_id);
    if (path_of(path, home, id) < 0) {
        return PLM_E_IO;
    }
    out->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out->fd < 0 || TEMP_FAILURE_RETRY(flock(out->fd, LOCK_EX)) != 0) {
        return PLM_E_IO;
    }
    write_watch(out);
    return PLM_OK;
}

void plm_run_watch_progress(void *context, const plm_run_progress *progress)
{
    plm_run_watcher *w = (plm_run_watcher *)context;
    const int64_t now = plm_clock_ms();
    const bool is_new = strncmp(w->watch.phase, progress->phase, sizeof w->watch.phase - 1) != 0;
    w->watch.done = progress->done;
    w->watch.total = progress->total;
    (void)snprintf(w->watch.phase, sizeof w->watch.phase, "%s", progress->phase);
    if (is_new || now - w->told_ms >= TELL_EVERY_MS) {
        w->told_ms = now;
        write_watch(w);
    }
}

static void write_outcome(plm_run_watch *watch, plm_status status, const plm_outcome *outcome)
{
    plm_buf text;
    json_t *json = plm_outcome_json(status, outcome);
    plm_buf_init(&text, sizeof watch->outcome - 1);
    if (json != NULL && plm_json_dump(json, false, &text) == PLM_OK) {
        memcpy(watch->outcome, text.data, text.n);
        watch->outcome[text.n] = '\0';
    }
    json_decref(json);
    plm_buf_wipe(&text);
}

void plm_run_watch_end(plm_run_watcher *w, plm_status status, const plm_outcome *outcome)
{
    if (w->fd < 0) {
        return;
    }
    w->watch.ended_ms = plm_wall_ms();
    write_outcome(&w->watch, status, outcome);
    if (status == PLM_E_REFUSED) {
        (void)snprintf(w->watch.failure, sizeof w->watch.failure, "%s",
                       plm_refusal_name(outcome->refusal.code));
        (void)snprintf(w->watch.clause, sizeof w->watch.clause, "%s", outcome->refusal.clause);
    } else if (status != PLM_OK) {
        (void)snprintf(w->watch.failure, sizeof w->watch.failure, "%s", plm_status_name(status));
    }
    write_watch(w);
    (void)close(w->fd);
    w->fd = -1;
}

static void copy_text(char *out, size_t size, const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));
    (void)snprintf(out, size, "%s", text != NULL ? text : "");
}

static plm_status parse(plm_run_watch *out, plm_span bytes)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *json = NULL;
    if (plm_json_parse(&json, bytes, &quiet, NULL, 0) != PLM_OK) {
        return PLM_E_IO;
    }
    const char *id = json_string_value(json_object_get(json, "run"));
    plm_status status =
        id != NULL && plm_hex_decode(out->run_id, sizeof out->run_id, id) == 0 ? PLM_OK : PLM_E_IO;
    copy_text(out->with, sizeof out->with, json, "with");
    copy_text(out->purpose, sizeof out->purpose, json, "purpose");
    copy_text(out->case_ref, sizeof out->case_ref, json, "case");
    copy_text(out->phase, sizeof out->phase, json, "phase");
    copy_text(out->failure, sizeof out->failure, json, "failure");
    copy_text(out->clause, sizeof out->clause, json, "clause");
    copy_text(out->outcome, sizeof out->outcome, json, "outcome");
    out->done = (uint64_t)json_integer_value(json_object_get(json, "done"));
    out->total = (uint64_t)json_integer_value(json_object_get(json, "total"));
    out->started_ms = json_integer_value(json_object_get(json, "started"));
    out->ended_ms = json_integer_value(json_object_get(json, "ended"));
    out->pid = (pid_t)json_integer_value(json_object_get(json, "pid"));
    json_decref(json);
    return status;
}

static plm_status read_file(plm_run_watch *out, const char *path)
{
    uint8_t bytes[FILE_BYTES];
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return errno == ENOENT ? PLM_E_NOT_FOUND : PLM_E_IO;
    }
    *out = (plm_run_watch){0};
    const bool is_free = flock(fd, LOCK_SH | LOCK_NB) == 0;
    const ssize_t n = pread(fd, bytes, sizeof bytes, 0);
    (void)close(fd);
    plm_status status = n > 0 ? parse(out, plm_span_of(bytes, (size_t)n)) : PLM_E_IO;
    out->is_going_on = status == PLM_OK && !is_free;
    return status;
}

plm_status plm_run_watch_read(plm_run_watch *out, const char *home,
                              const uint8_t run_id[static PLM_RUN_ID_BYTES])
{
    char path[PATH_MAX];
    char id[2 * PLM_RUN_ID_BYTES + 1];
    plm_hex_encode(id, run_id, PLM_RUN_ID_BYTES);
    return path_of(path, home, id) == 0 ? read_file(out, path) : PLM_E_IO;
}

plm_status plm_run_watch_each(const char *home, int64_t now_ms, plm_run_watch_fn *fn, void *context)
{
    char path[PATH_MAX];
    if (path_of(path, home, "") < 0) {
        return PLM_E_IO;
    }
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return errno == ENOENT ? PLM_OK : PLM_E_IO;
    }
    plm_status status = PLM_OK;
    const struct dirent *entry;
    while (status == PLM_OK && (entry = readdir(directory)) != NULL) {
        plm_run_watch watch;
        if (strlen(entry->d_name) != (size_t)2 * PLM_RUN_ID_BYTES ||
            path_of(path, home, entry->d_name) < 0 || read_file(&watch, path) != PLM_OK) {
            continue;
        }
        if (!watch.is_going_on && now_ms - watch.started_ms > KEEP_MS) {
            (void)unlink(path);
            continue;
        }
        status = fn(context, &watch);
    }
    (void)closedir(directory);
    return status;
}

plm_status plm_run_watch_cancel(const char *home, const uint8_t run_id[static PLM_RUN_ID_BYTES])
{
    plm_run_watch watch;
    plm_status status = plm_run_watch_read(&watch, home, run_id);
    if (status == PLM_OK && (!watch.is_going_on || watch.pid <= 1)) {
        status = PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK && kill(watch.pid, SIGTERM) != 0) {
        status = PLM_E_IO;
    }
    return status;
}

int plm_node_asking_lock(const char *home, plm_node *node)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "%.4000s/match.lock", home);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
        uint64_t n;
        plm_status status = plm_node_mend_runs(node, true, &n);
        (void)status; /* what could not be mended now is mended next time */
    }
    if (fd >= 0) {
        (void)TEMP_FAILURE_RETRY(flock(fd, LOCK_SH)); /* waits while another mends */
    }
    return fd;
}
