/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.c - palermo ledger: its verbs, list and prove.
 */
#include "cli/ledger.h"

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <string.h>

static void print_entries(const plm_operation_call *call, const json_t *entries)
{
    size_t i;
    json_t *e;
    (void)call;
    json_array_foreach(entries, i, e)
    {
        (void)printf("%6lld  %s  %-16s  %.16s  %s\n", plm_number_of(e, "sequence"),
                     plm_text_of(e, "time"), plm_text_of(e, "kind"), plm_text_of(e, "hash"),
                     plm_text_of(e, "line"));
    }
}

static const plm_operation_option list_options[] = {
    {"kind", PLM_OPTION_TEXT, PLM_TO_QUERY, "kind", "KIND", "entries of this kind", 0, 0},
    {"from", PLM_OPTION_TEXT, PLM_TO_QUERY, "from", "DATE", "first day, YYYY-MM-DD", 0, 0},
    {"to", PLM_OPTION_TEXT, PLM_TO_QUERY, "to", "DATE", "last day", 0, 0},
    {"text", PLM_OPTION_TEXT, PLM_TO_QUERY, "q", "TEXT", "that have it in their line", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

static const plm_operation list = {
    .usage = {"palermo ledger list", "[OPTIONS]", "Lists the ledger's entries, one line each."},
    .method = "GET",
    .path = "/v1/ledger",
    .query = "order=oldest",
    .flags = PLM_OPERATION_PAGED | PLM_OPERATION_FLOWS,
    .options = list_options,
    .print = print_entries,
};

static int check_number(plm_operation_call *call)
{
    const char *number = call->words[0];
    return number[0] != '\0' && strspn(number, "0123456789") == strlen(number)
               ? (int)PLM_GO_ON
               : plm_usage_error(&call->operation->usage, "\"%s\" is no entry's number", number);
}

static void print_proof(const plm_operation_call *call, const json_t *proof)
{
    const int said = plm_say_json(json_deep_copy(proof));
    (void)call;
    (void)said; /* what can't be written is found when the program ends */
}

static const plm_operation prove = {
    .usage = {"palermo ledger prove", "NUMBER",
              "Prints a proof that entry NUMBER stands in this ledger: the entry, its path in the\n"
              "tree, the signed head, and the countersignatures of those who saw it. 'palermo\n"
              "ledger check-proof' checks it anywhere."},
    .method = "GET",
    .path = "/v1/ledger/{sequence}/proof",
    .min_words = 1,
    .max_words = 1,
    .prepare = check_number,
    .print = print_proof,
};

static const plm_verb verbs[] = {
    {"list", NULL, "the entries", &list},
    {"verify", NULL, "that no entry was changed, dropped, added or moved",
     &plm_operation_ledger_verify},
    {"prove", NULL, "a proof that an entry stands there", &prove},
    {"check-proof", plm_ledger_check_proof_verb, "check such a proof, anywhere", NULL},
    {"report", NULL, "who asked what, how often, for an oversight body",
     &plm_operation_ledger_report},
    {"subject", NULL, "what is held of one person", &plm_operation_ledger_subject},
    {"export", plm_ledger_export_verb, "all of it into a file that can be verified", NULL},
    {"peers", NULL, "what other parties' ledgers showed us", &plm_operation_ledger_peers},
    {"acknowledge", NULL, "take a party's ledger as it is now", &plm_operation_ledger_acknowledge},
};

int plm_command_ledger(int argc, char **argv)
{
    return plm_verbs_run("palermo ledger", verbs, sizeof verbs / sizeof *verbs, argc, argv);
}
