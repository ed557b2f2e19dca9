/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_run.c - palermo standing run: the runs of a series made now, by this process.
 */
#include "base/ct.h"
#include "base/pool.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/match.h"
#include "cli/say.h"
#include "cli/standing.h"
#include "net/net.h"
#include "node/outcome_view.h"
#include "node/standing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct standing_options {
    plm_common common;
    int64_t timeout_s;
    int64_t n_threads;
    bool is_whole;
} standing_options;

static const plm_usage_text usage = {
    "palermo standing run", "[ID] [OPTIONS]",
    "Makes the runs that are due, or that one whether it is due or not, and ends."};

/* One of them, with what came of it; the first failure gives the exit status. */
static void repeat(plm_node *node, const standing_options *o, const plm_standing_row *row,
                   json_t *list, int *result)
{
    plm_outcome outcome = {.n_hits = 0};
    plm_status status = plm_standing_repeat(node, row->id, o->is_whole, &outcome);
    json_t *view = plm_outcome_json(status, &outcome);
    int failure = PLM_EXIT_OK;
    if (view == NULL || (list != NULL && json_array_append(list, view) != 0)) {
        plm_say_error(usage.command, "%s", plm_status_sentence(PLM_E_NOMEM));
        *result = *result == PLM_EXIT_OK ? PLM_EXIT_FAILED : *result;
        json_decref(view);
        return;
    }
    if (status == PLM_E_REJECTED) {
        plm_say_error(usage.command, "%s: it is paused, stopped, or asked of us", row->peer);
        failure = PLM_EXIT_FAILED;
    } else if (status != PLM_OK) {
        failure = plm_match_say_failure(view);
    } else if (list == NULL) {
        (void)printf("run %.8s with %s for %s, %s: done\n", plm_text_of(view, "run"), row->peer,
                     row->purpose,
                     outcome.standing == PLM_STANDING_WHOLE ? "with everything"
                                                            : "with what is new");
    }
    failure = failure != PLM_EXIT_OK ? failure : plm_match_say_unsettled(&outcome);
    *result = *result == PLM_EXIT_OK ? failure : *result;
    json_decref(view);
}

/* That one, or all that are due. */
static int run_some(plm_home *home, const standing_options *o, const plm_standing_row *one)
{
    plm_node node = {.store = home->store,
                     .directory = home->directory,
                     .timeout_ms = (int)o->timeout_s * 1000,
                     .n_threads = (unsigned)o->n_threads};
    plm_standing_row row;
    int lock = -1;
    int result = PLM_EXIT_OK;
    memcpy(node.code, home->code, sizeof node.code);
    plm_status status = plm_home_unlock(home, &o->common, node.seed, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    node.cancel = plm_catch_signals();
    status = plm_standing_lock(&node, &lock);
    if (status != PLM_OK) {
        plm_say_error(usage.command, "another process of this node repeats runs just now");
        plm_wipe(node.seed, sizeof node.seed);
        return PLM_EXIT_FAILED;
    }
    json_t *list = o->common.json ? json_array() : NULL;
    if (one != NULL) {
        repeat(&node, o, one, list, &result);
    }
    uint8_t before[PLM_STANDING_ID_BYTES] = {0};
    while (one == NULL && *node.cancel == 0 &&
           plm_standing_next(home->store, plm_wall_ms(), &row) == PLM_OK &&
           memcmp(before, row.id, sizeof before) != 0) {
        memcpy(before, row.id, sizeof before);
        repeat(&node, o, &row, list, &result);
    }
    (void)close(lock);
    plm_wipe(node.seed, sizeof node.seed);
    if (list != NULL) {
        (void)plm_say_json(list);
    }
    return result;
}

/* The series that was named, if one was. */
static int run_named(plm_home *home, const standing_options *o, const char *id)
{
    plm_standing_row row;
    if (id == NULL) {
        return run_some(home, o, NULL);
    }
    plm_status status = plm_standing_find(home->store, id, &row);
    if (status != PLM_OK) {
        plm_say_error(usage.command, "%s: %s", id,
                      status == PLM_E_EXISTS ? "several series begin so"
                                             : plm_status_sentence(status));
        return plm_exit_status(status, 0);
    }
    return run_some(home, o, &row);
}

int plm_standing_run(int argc, char **argv)
{
    standing_options o = {.timeout_s = 30, .n_threads = plm_pool_cpus()};
    const plm_option options[] = {
        {"whole", PLM_OPTION_FLAG, &o.is_whole, NULL,
         "with everything, if the accord allows it already", 0, 0},
        {"timeout", PLM_OPTION_NUMBER, &o.timeout_s, "SECONDS", "silence that ends a run (30)", 1,
         3600},
        {"threads", PLM_OPTION_NUMBER, &o.n_threads, "N", "of the engine", 1, 256},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    const char *id = NULL;
    size_t n = 0;
    plm_home home;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 0, 1, &n);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_status status = plm_home_open(&home, &o.common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    const int result = run_named(&home, &o, id);
    plm_home_close(&home);
    return result;
}
