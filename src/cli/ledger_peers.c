/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_peers.c - palermo ledger peers, acknowledge: what other parties' ledgers showed us.
 */
#include "cli/ledger.h"

#include <stdio.h>

static void print_peers(const plm_operation_call *call, const json_t *peers)
{
    size_t i;
    json_t *peer;
    (void)call;
    json_array_foreach(peers, i, peer)
    {
        if (plm_text_of(peer, "seen")[0] != '\0') {
            (void)printf("%-16s  %s  %10lld entries  consistent\n", plm_text_of(peer, "party"),
                         plm_text_of(peer, "seen"), plm_number_of(peer, "size"));
        }
        if (plm_text_of(peer, "finding")[0] != '\0') {
            (void)printf("%-16s  %s  %s: no run until 'palermo ledger acknowledge'\n",
                         plm_text_of(peer, "party"), plm_text_of(peer, "found"),
                         plm_text_of(peer, "finding"));
        }
    }
}

const plm_operation plm_operation_ledger_peers = {
    .usage = {"palermo ledger peers", "",
              "Shows the newest head of each party's ledger that goes on from what it showed "
              "before, and\nwhat does not."},
    .method = "GET",
    .path = "/v1/peers",
    .shape = plm_items_of,
    .print = print_peers,
};

static const plm_operation_option acknowledge_options[] = {
    PLM_OFFICER_OPTION("who takes it; the ledger has a pseudonym"),
    {"reason", PLM_OPTION_TEXT, PLM_TO_BODY, "reason", "TEXT", "what the other party explained", 0,
     0},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_ledger_acknowledge = {
    .usage = {"palermo ledger acknowledge", "PARTY --officer NAME --reason TEXT",
              "Takes a party's ledger as it is now, although it does not go on from what it showed "
              "before\n"
              "(a restored backup, say): runs with it are possible again. What was found stays in "
              "our\nledger, and so do this and the reason."},
    .method = "POST",
    .path = "/v1/peers/{party}/acknowledge",
    .min_words = 1,
    .max_words = 1,
    .options = acknowledge_options,
};
