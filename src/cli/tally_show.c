/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_show.c - palermo tally list, show: how far tallies have come.
 */
#include "api/tally_estimate.h"
#include "cli/tally.h"
#include "node/tally.h"

#include <stdio.h>
#include <string.h>

/* A sentence, from the name of the reason. */
static const char *sentence_of(const char *name)
{
    unsigned reason = 0;
    while (reason < PLM_TALLY_REASON_COUNT && strcmp(plm_tally_reason_name(reason), name) != 0) {
        reason++;
    }
    return plm_tally_reason_sentence(reason);
}

static void print_end(const json_t *tally)
{
    const char *clause = plm_text_of(tally, "clause");
    (void)printf("%s %s%s%s\n", plm_text_of(tally, "blamed"),
                 sentence_of(plm_text_of(tally, "reason")), clause[0] != '\0' ? ", clause " : "",
                 clause);
}

static bool has_reason(const json_t *tally)
{
    return plm_text_of(tally, "reason")[0] != '\0';
}

/* --- list --------------------------------------------------------------------------------------
 */

/* With --json the list alone; the first tally first, as text too. */
static json_t *list_items(const plm_operation_call *call, json_t *answer)
{
    return call->common.json ? plm_oldest_first(call, plm_items_of(call, answer)) : answer;
}

static void print_row(const json_t *tally)
{
    (void)printf("%.12s  %s  %-9s %-20s%s\n", plm_text_of(tally, "tally"),
                 plm_text_of(tally, "created"), plm_text_of(tally, "state"),
                 plm_text_of(tally, "purpose"),
                 json_is_true(json_object_get(tally, "counts")) ? " we count" : "");
    if (has_reason(tally)) {
        (void)printf("              ");
        print_end(tally);
    }
}

static void print_list(const plm_operation_call *call, const json_t *answer)
{
    const json_t *items = json_object_get(answer, "items");
    const json_t *usage = json_object_get(answer, "usage");
    const long long epsilon = plm_number_of(usage, "epsilon_milli");
    const long long rho = plm_number_of(usage, "rho_milli");
    (void)call;
    for (size_t i = json_array_size(items); i > 0; i--) {
        print_row(json_array_get(items, i - 1));
    }
    (void)printf("%zu tallies; %lld of them took of the privacy of those counted, an epsilon of "
                 "%lld.%03lld together",
                 json_array_size(items), plm_number_of(usage, "tallies"), epsilon / 1000,
                 epsilon % 1000);
    if (rho > 0) {
        (void)printf(" and a rho of %lld.%03lld", rho / 1000, rho % 1000);
    }
    (void)printf("\n");
}

const plm_operation plm_operation_tally_list = {
    .usage = {"palermo tally list", "[OPTIONS]", "Lists the tallies this node has taken part in."},
    .method = "GET",
    .path = "/v1/tallies",
    .shape = list_items,
    .print = print_list,
};

/* --- show --------------------------------------------------------------------------------------
 */

static void print_party(const json_t *tally, const json_t *party)
{
    const bool counts = json_is_true(json_object_get(party, "counts"));
    const bool is_us = json_is_true(json_object_get(party, "is_us"));
    (void)printf("  %-10s%s%s", plm_text_of(party, "code"), counts ? " counts" : "",
                 is_us ? " (we)" : "");
    if (json_is_true(json_object_get(tally, "started"))) {
        (void)printf("%s %lld records", is_us || counts ? "," : "",
                     plm_number_of(party, "records"));
        if (json_is_true(json_object_get(tally, "counts")) &&
            strcmp(plm_text_of(tally, "state"), plm_tally_state_name(PLM_TALLY_RUNNING)) == 0) {
            (void)printf(", list at hop %lld of %zu", plm_number_of(party, "hop"),
                         json_array_size(json_object_get(tally, "parties")));
        }
    }
    (void)printf("\n");
}

static void print_release(const json_t *terms)
{
    const char *mechanism = plm_text_of(terms, "mechanism");
    const long long epsilon = plm_number_of(terms, "epsilon_milli");
    const long long rho = plm_number_of(terms, "rho_milli");
    if (strcmp(mechanism, "laplace") == 0) {
        (void)printf("leaves       numbers with discrete Laplace noise, epsilon %lld.%03lld\n",
                     epsilon / 1000, epsilon % 1000);
    } else if (strcmp(mechanism, "gaussian") == 0) {
        (void)printf("leaves       numbers with discrete Gaussian noise, rho %lld.%03lld, which is "
                     "a standard deviation of %.2f\n",
                     rho / 1000, rho % 1000,
                     plm_tally_deviation((uint32_t)rho, PLM_TALLY_SENSITIVITY));
    } else {
        (void)printf("leaves       numbers of %lld and more\n", plm_number_of(terms, "threshold"));
    }
}

static void print_tally(const plm_operation_call *call, const json_t *tally)
{
    const json_t *terms = json_object_get(tally, "terms");
    const char *waits_for = plm_text_of(tally, "waits_for");
    size_t i;
    json_t *party;
    (void)call;
    (void)printf("tally %s: %s\n", plm_text_of(tally, "tally"), plm_text_of(tally, "state"));
    (void)printf("purpose      %s\n", plm_text_of(tally, "purpose"));
    print_release(terms);
    (void)printf("strata       %lld\nparties\n", plm_number_of(tally, "strata"));
    json_array_foreach(json_object_get(tally, "parties"), i, party)
    {
        print_party(tally, party);
    }
    if (waits_for[0] != '\0') {
        (void)printf("waits for    %s, until %s\n", waits_for, plm_text_of(terms, "until"));
    } else if (has_reason(tally)) {
        (void)printf("ended        ");
        print_end(tally);
    }
}

const plm_operation plm_operation_tally_show = {
    .usage = {"palermo tally show", "ID [OPTIONS]",
              "Shows a tally; ID may be the beginning of its id."},
    .method = "GET",
    .path = "/v1/tallies/{tally}",
    .min_words = 1,
    .max_words = 1,
    .print = print_tally,
};
