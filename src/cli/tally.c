/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.c - palermo tally: finds the verb; an officer's words on a tally.
 */
#include "cli/tally.h"

#include "cli/commands.h"
#include "cli/estimate.h"
#include "cli/verbs.h"

#include <stdio.h>

static void print_joined(const plm_operation_call *call, const json_t *done)
{
    (void)call;
    (void)done;
    (void)printf("joined\n");
}

static void print_ended(const plm_operation_call *call, const json_t *done)
{
    (void)call;
    (void)done;
    (void)printf("ended\n");
}

static const plm_operation_option answer_options[] = {
    PLM_OFFICER_OPTION("who decides"),
    PLM_OPERATION_OPTIONS_END,
};

static const plm_operation join = {
    .usage = {"palermo tally join", "ID --officer NAME [OPTIONS]",
              "Consents to a tally that another party proposed."},
    .method = "POST",
    .path = "/v1/tallies/{tally}/join",
    .min_words = 1,
    .max_words = 1,
    .options = answer_options,
    .print = print_joined,
};

static const plm_operation cancel = {
    .usage = {"palermo tally cancel", "ID --officer NAME [OPTIONS]",
              "Ends a tally that goes on, or declines one; all parties are told who ended it."},
    .method = "POST",
    .path = "/v1/tallies/{tally}/cancel",
    .min_words = 1,
    .max_words = 1,
    .options = answer_options,
    .print = print_ended,
};

static int estimate(int argc, char **argv)
{
    return plm_estimate_main(argc, argv, true);
}

static const plm_verb verbs[] = {
    {"propose", NULL, "propose a tally in which we count", &plm_operation_tally_propose},
    {"join", NULL, "an officer's yes to a proposal", &join},
    {"cancel", NULL, "an officer's end to a tally that goes on", &cancel},
    {"list", NULL, "list tallies and the budget of privacy loss", &plm_operation_tally_list},
    {"show", NULL, "show how far one has come, and who is waited for", &plm_operation_tally_show},
    {"table", NULL, "print the table that all have signed", &plm_operation_tally_table},
    {"estimate", estimate, "estimate from it how many stand on no list", NULL},
};

int plm_command_tally(int argc, char **argv)
{
    return plm_verbs_run("palermo tally", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
