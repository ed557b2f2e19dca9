/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver.c - palermo deliver: takes what waits to the other parties, once, now.
 */
#include "base/ct.h"
#include "cli/carry.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/home.h"
#include "cli/say.h"
#include "node/delivery.h"
#include "node/release.h"
#include "node/tally.h"
#include "node/worker.h"
#include "store/outbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct peer_list {
    char codes[PLM_PARTIES_MAX][PLM_CODE_MAX];
    size_t n;
} peer_list;

static plm_status add_peer(void *context, const char *peer, uint64_t n_waiting, int64_t next_ms)
{
    peer_list *list = (peer_list *)context;
    (void)next_ms; /* who calls by hand does not wait */
    if (n_waiting > 0 && list->n < PLM_PARTIES_MAX) {
        (void)snprintf(list->codes[list->n++], PLM_CODE_MAX, "%s", peer);
    }
    return PLM_OK;
}

static json_t *report_json(const plm_delivery_report *r, plm_status status)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "with", r->peer, "status",
                     plm_status_name(status), "delivered", (json_int_t)r->n_delivered, "refused",
                     (json_int_t)r->n_refused, "taken", (json_int_t)r->n_taken, "again",
                     (json_int_t)r->n_again, "declined", (json_int_t)r->n_declined);
}

static void print_report(const plm_delivery_report *r)
{
    (void)printf("%s: %" PRIu64 " delivered, %" PRIu64 " taken", r->peer, r->n_delivered,
                 r->n_taken);
    if (r->n_refused > 0) {
        (void)printf(", %" PRIu64 " refused by them", r->n_refused);
    }
    if (r->n_declined > 0) {
        (void)printf(", %" PRIu64 " refused by us", r->n_declined);
    }
    (void)printf("\n");
}

static void say_failure(const char *peer, plm_status status)
{
    char why[PLM_WORKER_WHY_MAX];
    const bool has_no_worker = status == PLM_E_NO_WORKER;
    plm_say_error("palermo deliver", "%s: %s%s%s", peer,
                  status == PLM_E_NOT_FOUND ? "no accord here has that party"
                                            : plm_status_sentence(status),
                  has_no_worker ? ": " : "", has_no_worker ? plm_worker_why(why) : "");
}

/* Each peer; the first failure is the command's, but the others are tried all the same. */
static plm_status deliver_all(plm_node *node, const peer_list *peers, const char *address,
                              json_t *list)
{
    plm_status first = PLM_OK;
    for (size_t i = 0; i < peers->n; i++) {
        plm_delivery_report report;
        plm_status status = plm_node_deliver(node, peers->codes[i], address, &report);
        if (list != NULL) {
            (void)json_array_append_new(list, report_json(&report, status));
        }
        if (status == PLM_OK && list == NULL) {
            print_report(&report);
        } else if (status != PLM_OK) {
            say_failure(peers->codes[i], status);
        }
        first = first == PLM_OK ? status : first;
    }
    return first;
}

/* What is due goes into the outbox; then who is to be visited. */
static plm_status prepare(plm_node *node, const char *with, peer_list *peers)
{
    uint64_t n_batches;
    uint64_t n_steps;
    plm_status status = plm_release_post_due(node, plm_wall_ms(), &n_batches);
    if (status == PLM_OK) {
        status = plm_tally_go_on(node, plm_wall_ms(), &n_steps);
    }
    if (status == PLM_OK) {
        status = with != NULL ? add_peer(peers, with, 1, 0)
                              : plm_store_each_waiting(node->store, add_peer, peers);
    }
    return status;
}

/* The first file of a delivery across an air gap; 'palermo carry' goes on. */
static plm_status deliver_carried(plm_node *node, const char *with, const char *folder,
                                  json_t *list)
{
    uint8_t id[PLM_CARRIED_ID_BYTES];
    plm_outcome outcome;
    const plm_ask ask = {.with = with};
    plm_status status = plm_carry_begin(node, &ask, id);
    if (status == PLM_E_NOT_FOUND) {
        plm_say_error("palermo deliver", "%s: no accord here has that party", with);
    }
    return status == PLM_OK ? plm_carry_on(node, id, folder, list, &outcome) : status;
}

int plm_command_deliver(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo deliver", "[--with CODE] [OPTIONS]",
        "Takes waiting requests and answers to the other parties, and fetches theirs."};
    plm_common common = {0};
    static peer_list peers;
    const char *with = NULL;
    const char *address = NULL;
    const char *folder = NULL;
    int64_t timeout_s = 30;
    const plm_option options[] = {
        {"with", PLM_OPTION_TEXT, &with, "CODE", "this party, whether anything waits or not", 0, 0},
        {"address", PLM_OPTION_TEXT, &address, "HOST:PORT", "not at the accord's address", 0, 0},
        {"folder", PLM_OPTION_TEXT, &folder, "DIR", "across an air gap: files in this folder", 0,
         0},
        {"timeout", PLM_OPTION_NUMBER, &timeout_s, "SECONDS", "silence that ends it (30)", 1, 3600},
        PLM_UNLOCK_OPTIONS(&common),
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (folder != NULL && with == NULL) {
        return plm_usage_error(&usage, "--folder needs --with: one party at a time");
    }
    plm_home home = {0};
    plm_node node = {.timeout_ms = (int)timeout_s * 1000};
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    node.store = home.store;
    memcpy(node.code, home.code, sizeof node.code);
    status = plm_home_unlock(&home, &common, node.seed, usage.command);
    if (status == PLM_OK) {
        status = prepare(&node, with, &peers);
        if (status != PLM_OK) {
            plm_say_error(usage.command, "%s: %s", home.store_path, plm_status_sentence(status));
        }
    }
    json_t *list = json_array();
    node.cancel = plm_catch_signals();
    if (status == PLM_OK && folder != NULL) {
        status = deliver_carried(&node, with, folder, common.json ? list : NULL);
    } else if (status == PLM_OK) {
        status = deliver_all(&node, &peers, address, common.json ? list : NULL);
    }
    int result = plm_exit_status(status, 0);
    if (common.json) {
        int printed = plm_say_json(json_incref(list));
        result = status == PLM_OK ? printed : result;
    }
    json_decref(list);
    plm_wipe(node.seed, sizeof node.seed);
    plm_home_close(&home);
    return result;
}
