/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry.c - palermo carry: runs across an air gap, from the files in a folder to the next ones.
 */
#include "cli/carry.h"
#include "base/ct.h"
#include "base/file.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/match.h"
#include "cli/say.h"
#include "ledger/ledger.h"
#include "node/outcome_view.h"
#include "node/run_watch.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".carried"

enum {
    FILES_MAX = 4096,
    FILE_MAX = PLM_CARRIED_SEALED_MAX,
    RUNS_MAX = 1024,
    ID_DIGITS = 2 * PLM_CARRIED_ID_BYTES + 1
};

static const char command[] = "palermo carry";

/* "AA-ONE-to-BB-TWO-1f2e3d4c-001.carried" */
static plm_status write_file(const plm_node *node, const plm_carry_step *step, const char *folder,
                             char path[static PATH_MAX])
{
    char id[ID_DIGITS];
    plm_hex_encode(id, step->row.id, sizeof step->row.id);
    int n = snprintf(path, PATH_MAX, "%s/%s-to-%s-%.8s-%03u" SUFFIX, folder, node->code, step->peer,
                     id, (unsigned)step->row.n_written);
    return n < PATH_MAX ? plm_file_write(path, plm_buf_span(&step->file), 0600, false)
                        : PLM_E_LIMIT;
}

static void print_step(const plm_carry_step *step, const char *path)
{
    char id[ID_DIGITS];
    plm_hex_encode(id, step->row.id, sizeof step->row.id);
    const bool is_asker = step->row.is_asker;
    const plm_delivery_report *r = &step->outcome.delivery;
    if (step->is_over && step->is_repeated) {
        (void)printf("run %s with %s: over\n", id, step->peer);
    } else if (step->is_over && step->status == PLM_OK && step->outcome.is_delivery) {
        (void)printf("delivery %s with %s: %" PRIu64 " delivered, %" PRIu64 " refused, %" PRIu64
                     " taken\n",
                     id, step->peer, r->n_delivered, r->n_refused, r->n_taken + r->n_again);
    } else if (step->is_over && step->status == PLM_OK) {
        (void)printf("run %s with %s for %s: done, receipt signed by both\n", id, step->peer,
                     step->outcome.purpose);
        if (step->outcome.learned) {
            (void)printf("  in common   %" PRIu64
                         " of our records: see 'palermo hits --run %.8s'\n",
                         step->outcome.n_hits, id);
        } else if (is_asker) {
            (void)printf("  in common   the holder knows; its officer decides what to release\n");
        }
    } else if (!step->is_over) {
        (void)printf("run %s with %s: goes on with the next file of theirs\n", id, step->peer);
    }
    if (step->file.n > 0) {
        (void)printf("  carry       %s to %s, and 'palermo carry --folder' there\n", path,
                     step->peer);
    } else if (!step->is_over) {
        (void)printf("  wait        for their next file\n");
    }
}

static void say_failure(const plm_carry_step *step)
{
    const plm_outcome *o = &step->outcome;
    if (step->status == PLM_E_REFUSED) {
        plm_say_error(command, "%s: refused by %s: %s%s%s", step->peer,
                      o->refused_by_peer ? step->peer : "our own policy",
                      plm_refusal_sentence(o->refusal.code),
                      o->refusal.clause[0] != '\0' ? " - clause " : "", o->refusal.clause);
    } else {
        plm_say_error(command, "%s: %s; the run is broken, begin another", step->peer,
                      plm_status_sentence(step->status == PLM_E_PEER_FAILED ? o->peer_failure
                                                                            : step->status));
    }
}

static json_t *step_json(const plm_carry_step *step, const char *path)
{
    char id[ID_DIGITS];
    plm_hex_encode(id, step->row.id, sizeof step->row.id);
    json_t *value =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "run", id, "with", step->peer, "side",
                  step->row.is_asker ? "asker" : "holder", "status",
                  !step->is_over ? "waiting" : plm_status_name(step->status), "taken",
                  (json_int_t)step->row.n_taken, "written", (json_int_t)step->row.n_written, "hits",
                  (json_int_t)step->outcome.n_hits);
    (void)json_object_set_new(value, "file", path[0] != '\0' ? json_string(path) : json_null());
    return value;
}

plm_status plm_carry_on(plm_node *node, const uint8_t id[static PLM_CARRIED_ID_BYTES],
                        const char *folder, json_t *list, plm_outcome *outcome)
{
    plm_carry_step step;
    char path[PATH_MAX] = "";
    plm_status status = plm_carry_go(node, id, &step);
    if (status == PLM_OK && step.is_over && step.status == PLM_OK && step.outcome.learned) {
        status = plm_outcome_leave_out_seeds(node->store, &step.outcome);
    }
    if (status == PLM_OK && step.file.n > 0) {
        status = write_file(node, &step, folder, path);
        if (status != PLM_OK) {
            plm_say_error(command, "%s: the file could not be written: %s; run it again", folder,
                          status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
            path[0] = '\0';
        }
    }
    if (status == PLM_OK && step.is_over && step.status != PLM_OK) {
        say_failure(&step);
        status = step.status;
    }
    if (list != NULL) {
        (void)json_array_append_new(list, step_json(&step, path));
    } else if (status == PLM_OK || path[0] != '\0') {
        print_step(&step, path);
    }
    *outcome = step.outcome;
    plm_carry_step_wipe(&step);
    return status;
}

/* The files of one folder, by name. */
typedef struct folder_files {
    char *names[FILES_MAX];
    size_t n;
} folder_files;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static plm_status list_files(folder_files *out, const char *folder)
{
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        return PLM_E_IO;
    }
    plm_status status = PLM_OK;
    const struct dirent *entry;
    while (status == PLM_OK && (entry = readdir(directory)) != NULL) {
        const size_t n = strlen(entry->d_name);
        if (n < sizeof SUFFIX || strcmp(entry->d_name + n - (sizeof SUFFIX - 1), SUFFIX) != 0) {
            continue;
        }
        char *name = out->n < FILES_MAX ? strdup(entry->d_name) : NULL;
        status = name != NULL ? PLM_OK : PLM_E_LIMIT;
        if (name != NULL) {
            out->names[out->n++] = name;
        }
    }
    (void)closedir(directory);
    qsort(out->names, out->n, sizeof out->names[0], compare_names);
    return status;
}

/* What one pass over the folder does. */
typedef struct carrying {
    plm_node *node;
    const char *folder;
    json_t *files; /* NULL: printed */
    json_t *runs;
    uint8_t ids[RUNS_MAX][PLM_CARRIED_ID_BYTES]; /* runs to go on with */
    size_t n_ids;
    plm_status refused; /* the first file's that was not taken though it claims to be for us */
} carrying;

static void tell_file(carrying *c, const char *name, const plm_carry_judged *judged)
{
    const plm_carry_verdict verdict = judged->verdict;
    if (c->files != NULL) {
        (void)json_array_append_new(c->files, json_pack("{s:s, s:s, s:I}", "file", name, "verdict",
                                                        plm_carry_verdict_name(verdict), "number",
                                                        (json_int_t)judged->head.number));
    } else if (verdict == PLM_CARRY_MISSING) {
        plm_say_error(command, "%s: file %u of its run is missing, this is file %u", name,
                      (unsigned)judged->next, (unsigned)judged->head.number);
    } else if (verdict != PLM_CARRY_TAKEN && verdict != PLM_CARRY_OWN &&
               verdict != PLM_CARRY_REPLAYED) {
        plm_say_error(command, "%s: %s", name, plm_carry_verdict_sentence(verdict));
    } else if (verdict != PLM_CARRY_OWN) {
        char shown[PATH_MAX];
        plm_utf8_print(shown, sizeof shown, "%s", name);
        plm_utf8_disarm(shown);
        (void)printf("%s: %s\n", shown, plm_carry_verdict_sentence(verdict));
    }
    static const plm_status statuses[PLM_CARRY_VERDICT_COUNT] = {
        [PLM_CARRY_OTHER] = PLM_E_REPLAYED,   [PLM_CARRY_MISSING] = PLM_E_TRUNCATED,
        [PLM_CARRY_FOREIGN] = PLM_E_AUTH,     [PLM_CARRY_CHANGED] = PLM_E_TAMPERED,
        [PLM_CARRY_CUT] = PLM_E_TRUNCATED,    [PLM_CARRY_OVER] = PLM_E_PROTOCOL,
        [PLM_CARRY_UNKNOWN] = PLM_E_PROTOCOL,
    };
    c->refused = c->refused == PLM_OK ? statuses[verdict] : c->refused;
}

static void remember(carrying *c, const uint8_t *id)
{
    for (size_t i = 0; i < c->n_ids; i++) {
        if (memcmp(c->ids[i], id, PLM_CARRIED_ID_BYTES) == 0) {
            return;
        }
    }
    if (c->n_ids < RUNS_MAX) {
        memcpy(c->ids[c->n_ids++], id, PLM_CARRIED_ID_BYTES);
    }
}

/* The others are taken all the same: runs do not wait for what somebody left in the folder. */
static void leave_file(carrying *c, const char *name, const char *why)
{
    if (c->files != NULL) {
        (void)json_array_append_new(c->files, json_pack("{s:s, s:s, s:i}", "file", name, "verdict",
                                                        "unreadable", "number", 0));
    } else {
        plm_say_error(command, "%s: can't be read: %s", name, why);
    }
    c->refused = c->refused == PLM_OK ? PLM_E_INVALID : c->refused;
}

static plm_status take_file(carrying *c, const char *name)
{
    char path[PATH_MAX];
    struct stat about;
    plm_buf file;
    plm_carry_judged judged;
    int n = snprintf(path, sizeof path, "%s/%s", c->folder, name);
    if (n < 0 || (size_t)n >= sizeof path || lstat(path, &about) != 0) {
        leave_file(c, name, strerror(errno));
        return PLM_OK;
    }
    /* A pipe would be waited for, a device have no end. */
    if (!S_ISREG(about.st_mode) || about.st_size > FILE_MAX) {
        leave_file(c, name, S_ISREG(about.st_mode) ? "it is too large" : "it is no file");
        return PLM_OK;
    }
    plm_buf_init(&file, FILE_MAX);
    plm_status status = plm_file_read(path, &file);
    if (status != PLM_OK) {
        plm_buf_wipe(&file);
        leave_file(c, name, status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        return PLM_OK;
    }
    status = plm_carry_take(c->node, plm_buf_span(&file), &judged);
    plm_buf_wipe(&file);
    if (status != PLM_OK) {
        return status;
    }
    tell_file(c, name, &judged);
    /* One that was taken before, too: the step after it may have been cut off. */
    if (judged.verdict == PLM_CARRY_TAKEN || judged.verdict == PLM_CARRY_REPLAYED) {
        remember(c, judged.head.id);
    }
    return PLM_OK;
}

static plm_status carry_all(carrying *c, folder_files *files)
{
    plm_status status = list_files(files, c->folder);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: no folder that can be read", c->folder);
    }
    for (size_t i = 0; status == PLM_OK && i < files->n; i++) {
        status = take_file(c, files->names[i]);
    }
    plm_status first = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < c->n_ids; i++) {
        plm_outcome outcome;
        plm_status ended = plm_carry_on(c->node, c->ids[i], c->folder, c->runs, &outcome);
        first = first == PLM_OK ? ended : first;
    }
    return status != PLM_OK ? status : first != PLM_OK ? first : c->refused;
}

static int run_carry(plm_common *common, const char *folder)
{
    static carrying c;
    static folder_files files;
    plm_home home;
    plm_node node = {.timeout_ms = 30000, .n_threads = plm_pool_cpus()};
    plm_status status = plm_home_open(&home, common, command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_home_unlock(&home, common, node.seed, command);
    node.store = home.store;
    memcpy(node.code, home.code, sizeof node.code);
    /* No signal is caught: a step that is stopped is done again, and the run goes on. */
    c = (carrying){.node = &node, .folder = folder};
    c.files = common->json ? json_array() : NULL;
    c.runs = common->json ? json_array() : NULL;
    uint64_t n_expired = 0;
    if (status == PLM_OK) {
        int lock = plm_node_asking_lock(home.directory, &node);
        status = plm_carry_expire(&node, plm_wall_ms(), &n_expired);
        if (status == PLM_OK) {
            status = carry_all(&c, &files);
        }
        if (lock >= 0) {
            (void)close(lock);
        }
    }
    if (status == PLM_E_STORE) {
        plm_say_error(command, "%s: %s", home.store_path, plm_store_error(home.store));
    }
    if (common->json) {
        (void)plm_say_json(json_pack("{s:o, s:o}", "files", c.files, "runs", c.runs));
    } else if (files.n == 0 && status == PLM_OK) {
        (void)printf("%s: no file of a carried run\n", folder);
    }
    for (size_t i = 0; i < files.n; i++) {
        free(files.names[i]);
    }
    plm_wipe(node.seed, sizeof node.seed);
    plm_home_close(&home);
    return plm_exit_status(status, 0);
}

int plm_command_carry(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo carry", "--folder DIR [OPTIONS]",
        "Goes on with runs across an air gap: takes the other side's files out of the folder and "
        "writes\nours into it. 'palermo match --folder DIR' begins one."};
    plm_common common = {0};
    const char *folder = NULL;
    const plm_option options[] = {
        {"folder", PLM_OPTION_TEXT, &folder, "DIR", "that is carried between the two", 0, 0},
        PLM_UNLOCK_OPTIONS(&common),
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (folder == NULL) {
        return plm_usage_error(&usage, "--folder is needed");
    }
    return run_carry(&common, folder);
}
