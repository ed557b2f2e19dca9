/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.c - palermo index: what we publish for others to ask.
 */
#include "cli/index.h"

#include "base/ct.h"
#include "base/pool.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/verbs.h"
#include "node/index_make.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    HOUR_MS = 3600000
};

typedef struct index_options {
    plm_common common;
    const char *purpose;
    const char *accord;
    const char *handling;
    bool has_labels;
    plm_text_list urgent;
    int64_t overlap_h;
    int64_t n_threads;
} index_options;

plm_status plm_index_home_open(plm_index_home *out, const plm_common *common, const char *command)
{
    *out = (plm_index_home){.node = {.n_threads = plm_pool_cpus()}};
    plm_status status = plm_home_open(&out->home, common, command);
    if (status != PLM_OK) {
        return status;
    }
    out->node.store = out->home.store;
    out->node.directory = out->home.directory;
    memcpy(out->node.code, out->home.code, sizeof out->node.code);
    status = plm_home_unlock(&out->home, common, out->node.seed, command);
    if (status != PLM_OK) {
        plm_index_home_close(out);
    }
    return status;
}

void plm_index_home_close(plm_index_home *home)
{
    plm_wipe(home->node.seed, sizeof home->node.seed);
    plm_home_close(&home->home);
}

static json_t *made_json(const plm_index_made *m)
{
    char hash[65];
    plm_hex_encode(hash, m->accord_hash, sizeof m->accord_hash);
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:b}", "accord", hash, "epoch",
                     (json_int_t)m->epoch, "sequence", (json_int_t)m->sequence, "entries",
                     (json_int_t)m->n_entries, "added", (json_int_t)m->n_added, "withdrawn",
                     (json_int_t)m->n_withdrawn, "changed", (int)m->is_changed);
}

static void print_made(const char *what, const plm_index_made *m)
{
    char n[PLM_NUMBER_TEXT];
    (void)printf("epoch %" PRIu32 " %s: %s entries", m->epoch, what,
                 plm_say_number(n, m->n_entries));
    if (m->sequence > 0) {
        (void)printf("; changes %" PRIu64 ": ", m->sequence);
        (void)printf("%s added, ", plm_say_number(n, m->n_added));
        (void)printf("%s withdrawn", plm_say_number(n, m->n_withdrawn));
    }
    (void)printf("%s\n", m->is_changed ? "" : " (nothing has changed)");
}

static int say_made(const index_options *o, const char *what, const plm_index_made *m)
{
    if (o->common.json) {
        return plm_say_json(made_json(m));
    }
    print_made(what, m);
    return PLM_EXIT_OK;
}

static int say_failure(const char *command, plm_status status, const plm_refusal *refusal,
                       const char *not_found, const plm_index_home *home)
{
    if (status == PLM_E_REFUSED) {
        plm_say_error(command, "%s%s%s", plm_refusal_sentence(refusal->code),
                      refusal->clause[0] != '\0' ? ": " : "", refusal->clause);
    } else if (status == PLM_E_NOT_FOUND) {
        plm_say_error(command, "%s", not_found);
    } else if (status == PLM_E_EXISTS) {
        plm_say_error(command, "another process is making or changing an index of this node");
    } else if (status == PLM_E_STORE) {
        plm_say_error(command, "%s: %s", home->home.store_path, plm_store_error(home->home.store));
    } else {
        plm_say_error(command, "%s", plm_status_sentence(status));
    }
    return plm_exit_status(status, status == PLM_E_REFUSED ? (unsigned)refusal->code : 0);
}

/* The options that all verbs here have; those of one verb alone are the first, if there are any. */
static int parse(const plm_usage_text *usage, index_options *o, bool builds, bool publishes,
                 int argc, char **argv)
{
    const plm_option builds_options[] = {
        {"labels", PLM_OPTION_FLAG, &o->has_labels, NULL,
         "seal our contact, a reference and the handling to each entry", 0, 0},
        {"handling", PLM_OPTION_TEXT, &o->handling, "TEXT", "in each label: what is to be done", 0,
         0},
        {"urgent", PLM_OPTION_LIST, &o->urgent, "ROLE",
         "labels of records with this role say that it is urgent", 0, 0},
    };
    const plm_option overlap[] = {{"overlap", PLM_OPTION_NUMBER, &o->overlap_h, "HOURS",
                                   "the epoch before is answered for so much longer (24)", 0,
                                   8760}};
    const plm_option all[] = {
        {"purpose", PLM_OPTION_TEXT, &o->purpose, "CODE", "of the accord", 0, 0},
        {"accord", PLM_OPTION_TEXT, &o->accord, "HASH", "not the newest that has the purpose", 0,
         0},
        {"threads", PLM_OPTION_NUMBER, &o->n_threads, "N", "that evaluate (all processors)", 1,
         256},
        PLM_UNLOCK_OPTIONS(&o->common),
        PLM_COMMON_OPTIONS(&o->common),
        PLM_OPTIONS_END,
    };
    plm_option options[16];
    size_t n = 0;
    if (builds) {
        memcpy(options + n, builds_options, sizeof builds_options);
        n += sizeof builds_options / sizeof *builds_options;
    }
    if (publishes) {
        memcpy(options + n, overlap, sizeof overlap);
        n += 1;
    }
    memcpy(options + n, all, sizeof all);
    plm_parse_result parsed = plm_options_parse(usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o->purpose == NULL) {
        return plm_usage_error(usage, "which purpose? Give --purpose");
    }
    return -1;
}

/* The order that the options make; -1, or an exit status which was said. */
static int read_order(const plm_usage_text *usage, const index_options *o, uint8_t hash[static 32],
                      plm_index_order *order)
{
    *order =
        (plm_index_order){.purpose = o->purpose,
                          .has_labels = o->has_labels || o->urgent.n > 0 || o->handling != NULL,
                          .handling = o->handling != NULL ? o->handling : "",
                          .overlap_ms = o->overlap_h * HOUR_MS};
    if (o->accord != NULL) {
        if (plm_hex_decode(hash, 32, o->accord) < 0) {
            return plm_usage_error(usage, "--accord: 64 hexadecimal digits");
        }
        order->accord_hash = hash;
    }
    if (strlen(order->handling) >= PLM_LABEL_TEXT_MAX) {
        return plm_usage_error(usage, "--handling: at most %d bytes", PLM_LABEL_TEXT_MAX - 1);
    }
    for (size_t i = 0; i < o->urgent.n; i++) {
        plm_role role;
        if (plm_role_find(&role, o->urgent.items[i]) != PLM_OK) {
            return plm_usage_error(usage, "--urgent: there is no role \"%s\"", o->urgent.items[i]);
        }
        order->urgent_roles |= UINT32_C(1) << role;
    }
    return -1;
}

typedef plm_status work_fn(plm_node *node, const plm_index_order *order, plm_index_made *made);

static int run_one(const plm_usage_text *usage, const index_options *o, const char *what,
                   const char *not_found, work_fn *work)
{
    plm_index_home home;
    plm_index_order order;
    plm_index_made made = {0};
    uint8_t hash[32];
    plm_meter meter;
    int result = read_order(usage, o, hash, &order);
    if (result >= 0) {
        return result;
    }
    plm_status status = plm_index_home_open(&home, &o->common, usage->command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    plm_meter_init(&meter, "tokens");
    home.node.progress = plm_meter_progress;
    home.node.progress_context = &meter;
    home.node.cancel = plm_catch_signals();
    home.node.n_threads = o->n_threads > 0 ? (unsigned)o->n_threads : home.node.n_threads;
    status = work(&home.node, &order, &made);
    plm_meter_end(&meter);
    result = status == PLM_OK
                 ? say_made(o, what, &made)
                 : say_failure(usage->command, status, &made.refusal, not_found, &home);
    plm_index_home_close(&home);
    return result;
}

static const char no_accord[] = "no accord in force here has that purpose";

int plm_index_verb_build(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo index build", "--purpose CODE [OPTIONS]",
        "Evaluates our tokens of a purpose under a key of their own, and makes an index of them."};
    index_options o = {0};
    int result = parse(&usage, &o, true, false, argc, argv);
    return result >= 0 ? result : run_one(&usage, &o, "built", no_accord, plm_index_build);
}

int plm_index_verb_publish(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo index publish", "--purpose CODE [OPTIONS]",
        "Answers for the epoch that was built, and for the one before it a while longer."};
    index_options o = {.overlap_h = 24};
    int result = parse(&usage, &o, false, true, argc, argv);
    return result >= 0 ? result
                       : run_one(&usage, &o, "published", "nothing was built since the last one",
                                 plm_index_publish);
}

static plm_status rotate(plm_node *node, const plm_index_order *order, plm_index_made *made)
{
    plm_status status = plm_index_build(node, order, made);
    return status == PLM_OK ? plm_index_publish(node, order, made) : status;
}

int plm_index_verb_rotate(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo index rotate", "--purpose CODE [OPTIONS]",
        "Builds an index under a new key and publishes it: build and publish in one."};
    index_options o = {.overlap_h = 24};
    int result = parse(&usage, &o, true, true, argc, argv);
    return result >= 0 ? result : run_one(&usage, &o, "published", no_accord, rotate);
}

typedef struct updates {
    const index_options *options;
    json_t *list;
} updates;

static void take_update(void *context, const plm_index_made *made)
{
    updates *u = (updates *)context;
    if (u->options->common.json) {
        (void)json_array_append_new(u->list, made_json(made));
    } else {
        print_made("brought up to date", made);
    }
}

int plm_index_verb_update(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo index update", "--purpose CODE [OPTIONS]",
        "Adds to the indexes that are answered for what is new in our registers, and withdraws\n"
        "what is there no longer."};
    index_options o = {0};
    plm_index_home home;
    plm_index_order order;
    plm_refusal refusal;
    uint8_t hash[32];
    plm_meter meter;
    int result = parse(&usage, &o, false, false, argc, argv);
    if (result < 0) {
        result = read_order(&usage, &o, hash, &order);
    }
    if (result >= 0) {
        return result;
    }
    plm_status status = plm_index_home_open(&home, &o.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    updates u = {.options = &o, .list = json_array()};
    plm_meter_init(&meter, "records");
    home.node.progress = plm_meter_progress;
    home.node.progress_context = &meter;
    home.node.cancel = plm_catch_signals();
    status = plm_index_update(&home.node, &order, take_update, &u, &refusal);
    plm_meter_end(&meter);
    if (status != PLM_OK) {
        result = say_failure(usage.command, status, &refusal,
                             "there is no index of that purpose: make one with build", &home);
    } else {
        result = o.common.json ? plm_say_json(json_incref(u.list)) : PLM_EXIT_OK;
    }
    json_decref(u.list);
    plm_index_home_close(&home);
    return result;
}

int plm_command_index(int argc, char **argv)
{
    static const plm_verb verbs[] = {
        {"build", plm_index_verb_build, "evaluate our tokens and make an index of them", NULL},
        {"publish", plm_index_verb_publish, "answer for what was built", NULL},
        {"update", plm_index_verb_update, "add what is new, withdraw what is gone", NULL},
        {"rotate", plm_index_verb_rotate, "build under a new key and publish", NULL},
        {"fetch", plm_index_verb_fetch, "fetch the indexes of the other parties", NULL},
        {"list", NULL, "the indexes here: ours, and those fetched", &plm_operation_index_list},
        {"show", plm_index_verb_show, "check every byte of an index file and show what it says",
         NULL},
        {"watch", NULL, "who asks how much, how evenly, and how often it hits",
         &plm_operation_index_watch},
        {"notices", NULL, "hits of others on entries of ours", &plm_operation_index_notices},
    };
    return plm_verbs_run("palermo index", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
