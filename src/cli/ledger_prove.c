/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_prove.c - palermo ledger prove.
 */
#include "cli/ledger.h"

#include "base/ct.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "node/ledger_proof.h"

#include <stdlib.h>

int plm_ledger_prove_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger prove", "NUMBER",
        "Prints a proof that entry NUMBER stands in this ledger: the entry, its path in the tree,\n"
        "the signed head, and the countersignatures of those who saw it. 'palermo ledger\n"
        "check-proof' checks it anywhere."};
    plm_common common = {0};
    const char *number = NULL;
    const plm_option options[] = {PLM_UNLOCK_OPTIONS(&common), PLM_COMMON_OPTIONS(&common),
                                  PLM_OPTIONS_END};
    plm_home home;
    char *end = NULL;
    json_t *proof = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &number, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    const uint64_t sequence = strtoull(number, &end, 10);
    if (*end != '\0' || number[0] < '0' || number[0] > '9') {
        return plm_usage_error(&usage, "\"%s\" is no entry's number", number);
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    status = plm_ledger_prove(&proof, home.store, sequence, home.code, home.identity, NULL);
    if (status == PLM_E_LOCKED) {
        uint8_t seed[32];
        status = plm_home_unlock(&home, &common, seed, usage.command);
        if (status != PLM_OK) {
            plm_home_close(&home);
            return plm_exit_status(status, 0);
        }
        status = plm_ledger_prove(&proof, home.store, sequence, home.code, home.identity, seed);
        plm_wipe(seed, sizeof seed);
    }
    const int result =
        status == PLM_OK ? plm_say_json(proof) : plm_say_status(usage.command, number, status);
    plm_home_close(&home);
    return result;
}
