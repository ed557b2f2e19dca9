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
#include "cli/inquiry_store.h"
#include "cli/operation_problem.h"
#include "cli/say.h"
#include "node/outcome_view.h"
#include "node/run_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long long count_of(const json_t *object, const char *key)
{
    return (unsigned long long)json_integer_value(json_object_get(object, key));
}

static void print_selection(const json_t *selection)
{
    static const struct {
        const char *name;
        plm_exclusion why;
    } reasons[] = {{"role", PLM_EXCLUDED_ROLE},
                   {"protected", PLM_EXCLUDED_PROTECTED},
                   {"minor", PLM_EXCLUDED_MINOR},
                   {"offence", PLM_EXCLUDED_OFFENCE},
                   {"retention", PLM_EXCLUDED_RETENTION}};
    const json_t *excluded = json_object_get(selection, "excluded");
    char n[PLM_NUMBER_TEXT];
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const unsigned long long out = count_of(excluded, reasons[i].name);
        if (out > 0) {
            (void)printf("              %s stayed out: %s\n", plm_say_number(n, out),
                         plm_exclusion_sentence(reasons[i].why));
        }
    }
    if (count_of(selection, "common_values") > 0) {
        (void)printf("              %s values too common to mean anything were left out\n",
                     plm_say_number(n, count_of(selection, "common_values")));
    }
}

static void print_outcome(const json_t *o)
{
    const json_t *selection = json_object_get(o, "selection");
    char own[PLM_NUMBER_TEXT];
    char peer[PLM_NUMBER_TEXT];
    char records[PLM_NUMBER_TEXT];
    char total[PLM_NUMBER_TEXT];
    (void)printf("run %s with %s for %s: done, receipt signed by both\n", plm_text_of(o, "run"),
                 plm_text_of(o, "with"), plm_text_of(o, "purpose"));
    (void)printf("  our side    %s of %s records took part, %s tokens\n",
                 plm_say_number(records, count_of(selection, "took_part")),
                 plm_say_number(total, count_of(selection, "records")),
                 plm_say_number(own, count_of(o, "tokens")));
    print_selection(selection);
    (void)printf("  their side  %s tokens; that is all we know of it\n",
                 plm_say_number(peer, count_of(o, "peer_tokens")));
    if (json_is_true(json_object_get(o, "learned"))) {
        (void)printf("  in common   %s of our records: see 'palermo hits --run %.8s'\n",
                     plm_say_number(records, count_of(o, "hits")), plm_text_of(o, "run"));
    } else {
        (void)printf("  in common   the holder knows; its officer decides what to release\n");
    }
}

static void say_refusal(const char *with, const json_t *refusal)
{
    const char *detail = plm_text_of(refusal, "detail");
    const char *clause = plm_text_of(refusal, "clause");
    plm_say_error("palermo match", "%s: refused by %s: %s%s%s%s%s", with,
                  json_is_true(json_object_get(refusal, "by_peer")) ? with : "our own policy",
                  plm_text_of(refusal, "sentence"), detail[0] != '\0' ? ": " : "", detail,
                  clause[0] != '\0' ? " - clause " : "", clause);
}

int plm_match_say_failure(const json_t *o)
{
    static const char command[] = "palermo match";
    const plm_status status = plm_status_named(plm_text_of(o, "status"));
    const json_t *refusal = json_object_get(o, "refusal");
    const char *with = plm_text_of(o, "with");
    if (status == PLM_E_REFUSED) {
        say_refusal(with, refusal);
    } else if (status == PLM_E_NOT_FOUND) {
        plm_say_error(command, "%s: no accord here has it as a party", with);
    } else if (status == PLM_E_PEER_FAILED) {
        plm_say_error(command, "%s: the peer ended the run: %s", with,
                      plm_status_sentence(plm_status_named(plm_text_of(o, "peer_failure"))));
    } else if (status == PLM_E_NO_WORKER) {
        plm_say_error(command, "%s: %s: %s", with, plm_status_sentence(status),
                      plm_text_of(o, "worker"));
    } else if (status != PLM_OK) {
        plm_say_error(command, "%s: %s; nothing was kept, run it again", with,
                      plm_status_sentence(status));
    }
    return plm_exit_status(status, plm_refusal_named(plm_text_of(refusal, "code")));
}

int plm_match_tell(json_t *outcome, bool json)
{
    const int result = plm_match_say_failure(outcome);
    if (json && result != PLM_EXIT_NOT_FOUND) { /* then there was no run */
        const int said = plm_say_json(outcome);
        return said != PLM_EXIT_OK ? said : result;
    }
    if (result == PLM_EXIT_OK) {
        print_outcome(outcome);
    }
    json_decref(outcome);
    return result;
}

plm_node plm_match_node(const plm_match_options *options)
{
    return (plm_node){.timeout_ms = (int)options->timeout_s * 1000,
                      .n_threads = options->n_threads > 0 ? (unsigned)options->n_threads
                                                          : (unsigned)plm_pool_cpus()};
}

plm_status plm_match_run(plm_node *node, const plm_match_options *options, plm_outcome *outcome)
{
    plm_status status = plm_node_ask(node, &options->ask, outcome);
    if (status == PLM_OK) {
        plm_outcome_settle(node->store, outcome);
    }
    return status;
}

int plm_match_say_unsettled(const plm_outcome *outcome)
{
    if (outcome->settled != PLM_OK) {
        plm_say_error("palermo match",
                      "%s: the run is done; what is past its date stays until the next: %s",
                      outcome->peer, plm_status_sentence(outcome->settled));
    }
    return plm_exit_status(outcome->settled, 0);
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
        json_t *json = plm_outcome_json(status, outcome);
        const int said = plm_match_say_failure(json);
        (void)said; /* the caller has the status */
        json_decref(json);
    }
    if (list != NULL) {
        (void)plm_say_json(json_pack("{s:[], s:o}", "files", "runs", list));
    }
    return status;
}

static int run_match(const plm_usage_text *usage, const plm_match_options *o)
{
    plm_home home;
    plm_node node = plm_match_node(o);
    plm_outcome outcome = {0};
    plm_meter meter;
    plm_status status = plm_home_open(&home, &o->common, usage->command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
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
    }
    plm_home_close(&home);
    if (lock >= 0) {
        (void)close(lock);
    }
    const int told = plm_match_tell(plm_outcome_json(status, &outcome), o->common.json);
    return told != PLM_EXIT_OK ? told : plm_match_say_unsettled(&outcome);
}

/* What the API does not take is done here, by who owns the store. */
static bool is_for_here(const plm_match_options *o)
{
    return o->folder != NULL || o->ask.address != NULL || o->n_threads > 0;
}

/* As the node's run, which this process looks on at, or here by who may. */
static int match(const plm_usage_text *usage, const plm_match_options *o, plm_inquiry *inquiry)
{
    const bool is_all = strcmp(o->ask.with, "all") == 0;
    if (inquiry->is_remote && is_for_here(o)) {
        return plm_usage_error(usage, "this is done on the store itself, by its owner: without "
                                      "--api or a token");
    }
    if (!inquiry->is_remote) {
        plm_status status = plm_inquiry_may(inquiry, "POST", "/v1/runs");
        if (status != PLM_OK) {
            return status == PLM_E_REJECTED ? plm_problem_say(inquiry, o->ask.with)
                                            : plm_exit_status(status, 0);
        }
    }
    return is_all               ? plm_match_all(usage, o, inquiry)
           : inquiry->is_remote ? plm_match_at_node(inquiry, o)
                                : (int)PLM_GO_ON;
}

static int choose_way(const plm_usage_text *usage, const plm_match_options *o)
{
    const bool is_owners = o->access.token_file == NULL && o->access.socket == NULL &&
                           getenv("PALERMO_TOKEN_FILE") == NULL;
    plm_access access = o->access;
    plm_inquiry inquiry;
    access.direct = access.direct || (is_owners && is_for_here(o));
    plm_status status = plm_inquiry_open(&inquiry, &o->common, &access, "", usage->command);
    const int result = status == PLM_OK           ? match(usage, o, &inquiry)
                       : status == PLM_E_ARGUMENT ? (int)PLM_EXIT_USAGE
                                                  : plm_exit_status(status, 0);
    plm_inquiry_close(&inquiry);
    return result != PLM_GO_ON ? result : run_match(usage, o);
}

int plm_command_match(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo match", "--with CODE|all --purpose P --case REF [OPTIONS]",
        "Finds, under an accord in force, what another party's registers have in common with "
        "ours.\n"
        "Who learns the hits is what the accord says; nobody learns anything else."};
    plm_match_options o = {.timeout_s = 30};
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
        {"threads", PLM_OPTION_NUMBER, &o.n_threads, "N", "of the engine, on the store itself", 1,
         256},
        PLM_ACCESS_OPTIONS(&o.access),
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
    uint8_t accord_hash[PLM_HASH_BYTES];
    if (o.accord != NULL) {
        if (plm_hex_decode(accord_hash, sizeof accord_hash, o.accord) < 0) {
            return plm_usage_error(&usage, "--accord takes the 64 hexadecimal digits of its hash");
        }
        o.ask.accord_hash = accord_hash;
    }
    if (o.folder != NULL && strcmp(o.ask.with, "all") == 0) {
        return plm_usage_error(&usage, "--folder goes to one party at a time");
    }
    if (strcmp(o.ask.with, "all") == 0 && (o.accord != NULL || o.ask.address != NULL)) {
        return plm_usage_error(&usage, "--with all takes neither --accord nor --address");
    }
    return choose_way(&usage, &o);
}
