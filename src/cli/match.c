/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c - palermo match: one run as the asker.
 */
#include "cli/match.h"
#include "base/ct.h"
#include "base/pool.h"
#include "cli/carry.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "ledger/clock.h"
#include "ledger/ledger.h"
#include "node/run_watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static json_t *selection_json(const plm_selection *selection)
{
    json_t *excluded = json_object();
    static const char *const names[PLM_EXCLUSION_COUNT] = {[PLM_EXCLUDED_ROLE] = "role",
                                                           [PLM_EXCLUDED_PROTECTED] = "protected",
                                                           [PLM_EXCLUDED_MINOR] = "minor",
                                                           [PLM_EXCLUDED_OFFENCE] = "offence",
                                                           [PLM_EXCLUDED_RETENTION] = "retention"};
    for (size_t i = 1; i < PLM_EXCLUSION_COUNT; i++) {
        (void)json_object_set_new(excluded, names[i],
                                  json_integer((json_int_t)selection->n_excluded[i]));
    }
    return json_pack("{s:I, s:I, s:o, s:I, s:I, s:I}", "records", (json_int_t)selection->n_records,
                     "took_part", (json_int_t)selection->n_excluded[PLM_ADMITTED], "excluded",
                     excluded, "without_tokens", (json_int_t)selection->tokens.n_without,
                     "tokens_cut", (json_int_t)selection->tokens.n_cut, "common_values",
                     (json_int_t)selection->tokens.n_common);
}

static const char *learns_name(plm_learns learns)
{
    return learns == PLM_LEARNS_HOLDER ? "holder" : learns == PLM_LEARNS_ASKER ? "asker" : "both";
}

static void print_outcome(const plm_outcome *o)
{
    char run[2 * PLM_RUN_ID_BYTES + 1];
    char own[PLM_NUMBER_TEXT];
    char peer[PLM_NUMBER_TEXT];
    char records[PLM_NUMBER_TEXT];
    char total[PLM_NUMBER_TEXT];
    plm_hex_encode(run, o->run_id, sizeof o->run_id);
    (void)printf("run %s with %s for %s: done, receipt signed by both\n", run, o->peer, o->purpose);
    (void)printf("  our side    %s of %s records took part, %s tokens\n",
                 plm_say_number(records, o->selection.n_excluded[PLM_ADMITTED]),
                 plm_say_number(total, o->selection.n_records), plm_say_number(own, o->n_own));
    for (int i = 1; i < PLM_EXCLUSION_COUNT; i++) {
        if (o->selection.n_excluded[i] > 0) {
            (void)printf("              %s stayed out: %s\n",
                         plm_say_number(records, o->selection.n_excluded[i]),
                         plm_exclusion_sentence((plm_exclusion)i));
        }
    }
    if (o->selection.tokens.n_common > 0) {
        (void)printf("              %s values too common to mean anything were left out\n",
                     plm_say_number(records, o->selection.tokens.n_common));
    }
    (void)printf("  their side  %s tokens; that is all we know of it\n",
                 plm_say_number(peer, o->n_peer));
    if (o->learned) {
        (void)printf("  in common   %s of our records: see 'palermo hits --run %.8s'\n",
                     plm_say_number(records, o->n_hits), run);
    } else {
        (void)printf("  in common   the holder knows; its officer decides what to release\n");
    }
}

json_t *plm_match_json(plm_status status, const plm_outcome *o)
{
    char run[2 * PLM_RUN_ID_BYTES + 1];
    char accord[2 * PLM_HASH_BYTES + 1];
    plm_hex_encode(run, o->run_id, sizeof o->run_id);
    plm_hex_encode(accord, o->accord_hash, sizeof o->accord_hash);
    json_t *value =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:o}", "status",
                  plm_status_name(status), "run", run, "accord", accord, "with", o->peer, "purpose",
                  o->purpose, "learns", status == PLM_OK ? learns_name(o->learns) : "", "learned",
                  (int)(status == PLM_OK && o->learned), "tokens", (json_int_t)o->n_own,
                  "peer_tokens", (json_int_t)o->n_peer, "hits", (json_int_t)o->n_hits, "bytes_sent",
                  (json_int_t)o->bytes_sent, "bytes_received", (json_int_t)o->bytes_received,
                  "selection", selection_json(&o->selection));
    if (status == PLM_E_REFUSED) {
        (void)json_object_set_new(
            value, "refusal",
            json_pack("{s:s, s:s, s:s, s:b}", "code", plm_refusal_name(o->refusal.code), "clause",
                      o->refusal.clause, "sentence", plm_refusal_sentence(o->refusal.code),
                      "by_peer", (int)o->refused_by_peer));
    }
    return value;
}

void plm_match_say_failure(const plm_match_options *o, plm_status status,
                           const plm_outcome *outcome)
{
    static const char command[] = "palermo match";
    const char *with = o->ask.with;
    if (status == PLM_E_REFUSED) {
        plm_say_error(
            command, "%s: refused by %s: %s%s%s%s%s", with,
            outcome->refused_by_peer ? with : "our own policy",
            plm_refusal_sentence(outcome->refusal.code), outcome->detail != NULL ? ": " : "",
            outcome->detail != NULL ? outcome->detail : "",
            outcome->refusal.clause[0] != '\0' ? " - clause " : "", outcome->refusal.clause);
    } else if (status == PLM_E_NOT_FOUND) {
        plm_say_error(command, "%s: no accord here has it as a party", with);
    } else if (status == PLM_E_PEER_FAILED) {
        plm_say_error(command, "%s: the peer ended the run: %s", with,
                      plm_status_sentence(outcome->peer_failure));
    } else {
        plm_say_error(command, "%s: %s; nothing was kept, run it again", with,
                      plm_status_sentence(status));
    }
}

plm_node plm_match_node(const plm_match_options *options)
{
    return (plm_node){.timeout_ms = (int)options->timeout_s * 1000,
                      .n_threads = (unsigned)options->n_threads};
}

/* Hits of one record follow each other. */
typedef struct seed_count {
    int64_t last;
    uint64_t n;
} seed_count;

static plm_status count_seed(void *context, const plm_hit *hit, const plm_stored_record *stored)
{
    seed_count *count = (seed_count *)context;
    count->n += stored->is_seed && hit->record != count->last;
    count->last = hit->record;
    return PLM_OK;
}

/* Test persons are no records in common: 'palermo seed report' tells of them. */
plm_status plm_match_leave_out_seeds(plm_store *store, plm_outcome *outcome)
{
    const plm_hit_filter filter = {.run_id = outcome->run_id};
    seed_count count = {0, 0};
    plm_status status = plm_store_each_hit(store, &filter, count_seed, &count);
    if (status == PLM_OK) {
        outcome->n_hits -= count.n < outcome->n_hits ? count.n : outcome->n_hits;
    }
    return status;
}

plm_status plm_match_run(plm_node *node, const plm_match_options *options, plm_outcome *outcome)
{
    plm_status status = plm_node_ask(node, &options->ask, outcome);
    if (status == PLM_OK) {
        status = plm_match_leave_out_seeds(node->store, outcome);
    }
    if (status == PLM_OK) {
        uint64_t n_expired;
        status = plm_ledger_clock_agree(node->store, plm_wall_ms());
        if (status == PLM_OK) {
            status = plm_ledger_expire(node->store, plm_wall_ms(), &n_expired);
        }
    }
    return status;
}

/* The first file of a run across an air gap; 'palermo carry' goes on. */
static plm_status begin_carried(plm_node *node, const plm_match_options *o, plm_outcome *outcome)
{
    uint8_t id[PLM_CARRIED_ID_BYTES];
    json_t *list = o->common.json ? json_array() : NULL;
    node->progress = NULL;
    plm_status status = plm_carry_begin(node, &o->ask, id);
    if (status == PLM_OK) {
        status = plm_carry_on(node, id, o->folder, list, outcome);
    } else {
        plm_match_say_failure(o, status, outcome);
    }
    if (list != NULL) {
        (void)plm_say_json(json_pack("{s:[], s:o}", "files", "runs", list));
    }
    return status;
}

static int run_match(const plm_usage_text *usage, const plm_match_options *options)
{
    plm_match_options own = *options;
    plm_match_options *o = &own;
    plm_home home;
    plm_node node = plm_match_node(o);
    plm_outcome outcome = {0};
    plm_meter meter;
    uint8_t accord_hash[PLM_HASH_BYTES];
    plm_status status = plm_home_open(&home, &o->common, usage->command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    if (o->accord != NULL) {
        if (plm_hex_decode(accord_hash, sizeof accord_hash, o->accord) < 0) {
            plm_home_close(&home);
            return plm_usage_error(usage, "--accord takes the 64 hexadecimal digits of its hash");
        }
        o->ask.accord_hash = accord_hash;
    }
    status = plm_home_unlock(&home, &o->common, node.seed, usage->command);
    if (status != PLM_OK) {
        plm_home_close(&home);
        return plm_exit_status(status, 0);
    }
    node.store = home.store;
    memcpy(node.code, home.code, sizeof node.code);
    node.cancel = plm_catch_signals();
    plm_meter_init(&meter, "steps");
    node.progress = plm_meter_progress;
    node.progress_context = &meter;
    int lock = plm_node_asking_lock(home.directory, &node);
    if (o->folder != NULL) {
        status = begin_carried(&node, o, &outcome);
        plm_wipe(node.seed, sizeof node.seed);
        plm_home_close(&home);
        if (lock >= 0) {
            (void)close(lock);
        }
        return plm_exit_status(status, outcome.refusal.code);
    }
    status = plm_match_run(&node, o, &outcome);
    plm_meter_end(&meter);
    plm_wipe(node.seed, sizeof node.seed);
    if (status == PLM_E_STORE) {
        plm_say_error(usage->command, "%s: %s", home.store_path, plm_store_error(home.store));
    } else if (status != PLM_OK) {
        plm_match_say_failure(o, status, &outcome);
    }
    if (o->common.json) {
        (void)plm_say_json(plm_match_json(status, &outcome));
    } else if (status == PLM_OK) {
        print_outcome(&outcome);
    }
    plm_home_close(&home);
    if (lock >= 0) {
        (void)close(lock);
    }
    return plm_exit_status(status, outcome.refusal.code);
}

int plm_command_match(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo match", "--with CODE|all --purpose P --case REF [OPTIONS]",
        "Finds, under an accord in force, what another party's registers have in common with "
        "ours.\n"
        "Who learns the hits is what the accord says; nobody learns anything else."};
    plm_match_options o = {.timeout_s = 30, .n_threads = plm_pool_cpus()};
    const plm_option options[] = {
        {"with", PLM_OPTION_TEXT, &o.ask.with, "CODE", "the other party, or all", 0, 0},
        {"purpose", PLM_OPTION_TEXT, &o.ask.purpose, "P", "a purpose of the accord", 0, 0},
        {"accord", PLM_OPTION_TEXT, &o.accord, "HASH", "if there is more than one", 0, 0},
        {"case", PLM_OPTION_TEXT, &o.ask.case_ref, "REF", "the open case because of which", 0, 0},
        {"offence", PLM_OPTION_TEXT, &o.ask.offence, "CODE", "of the case, if it has several", 0,
         0},
        {"address", PLM_OPTION_TEXT, &o.ask.address, "HOST:PORT", "instead of the accord's", 0, 0},
        {"folder", PLM_OPTION_TEXT, &o.folder, "DIR", "across an air gap: files in this folder", 0,
         0},
        {"timeout", PLM_OPTION_NUMBER, &o.timeout_s, "SECONDS", "silence that ends a run (30)", 1,
         3600},
        {"threads", PLM_OPTION_NUMBER, &o.n_threads, "N", "of the engine", 1, 256},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.ask.with == NULL || o.ask.purpose == NULL) {
        return plm_usage_error(&usage, "--with and --purpose are needed");
    }
    if (o.ask.case_ref == NULL) {
        return plm_usage_error(&usage, "--case is needed: no run without a case (palermo case)");
    }
    if (o.folder != NULL && strcmp(o.ask.with, "all") == 0) {
        return plm_usage_error(&usage, "--folder goes to one party at a time");
    }
    return strcmp(o.ask.with, "all") == 0 ? plm_match_all(&usage, &o) : run_match(&usage, &o);
}
