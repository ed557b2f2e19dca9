/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_fetch.c - palermo index fetch.
 */
#include "cli/exit.h"
#include "cli/lookup.h"
#include "cli/say.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    HOUR_MS = 3600000
};

static json_t *state_json(const plm_lookups_state *s)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:I}", "party", s->party, "status",
                     plm_status_name(s->failure), "refusal",
                     s->failure == PLM_E_REFUSED ? plm_refusal_name(s->refusal.code) : "", "epoch",
                     (json_int_t)s->epoch, "sequence", (json_int_t)s->sequence);
}

static int say_states(const plm_usage_text *usage, const plm_lookup_options *o,
                      plm_lookups *lookups)
{
    int result = PLM_EXIT_OK;
    json_t *list = json_array();
    for (size_t i = 0; i < plm_lookups_n_parties(lookups); i++) {
        plm_lookups_state s;
        plm_lookups_get_state(lookups, i, &s);
        if (!s.is_ready && s.failure == PLM_OK) {
            s.failure = PLM_E_TIMEOUT;
        }
        if (o->common.json) {
            (void)json_array_append_new(list, state_json(&s));
        } else if (s.failure == PLM_OK) {
            (void)printf("%-10s epoch %" PRIu32 ", changes %" PRIu64 "\n", s.party, s.epoch,
                         s.sequence);
        } else if (s.failure == PLM_E_LIMIT && s.offered_bytes > 0) {
            char n[PLM_NUMBER_TEXT];
            plm_say_error(usage->command,
                          "%s: its file has %s bytes: more than --most-index, or than half of the "
                          "room on the disk",
                          s.party, plm_say_number(n, s.offered_bytes));
        } else {
            plm_say_error(usage->command, "%s: %s", s.party,
                          s.failure == PLM_E_REFUSED ? plm_refusal_sentence(s.refusal.code)
                                                     : plm_status_sentence(s.failure));
        }
        if (s.failure != PLM_OK && result == PLM_EXIT_OK) {
            result = plm_exit_status(s.failure, (unsigned)s.refusal.code);
        }
    }
    if (o->common.json) {
        int printed = plm_say_json(json_incref(list));
        result = result == PLM_EXIT_OK ? printed : result;
    }
    json_decref(list);
    return result;
}

int plm_index_verb_fetch(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo index fetch", "--purpose CODE --case REF [--with CODE] [OPTIONS]",
        "Fetches the indexes of the other parties and their changes, and checks every byte."};
    plm_lookup_options o = {.timeout_s = 30};
    plm_lookup_home home;
    const plm_option options[] = {
        {"purpose", PLM_OPTION_TEXT, &o.purpose, "CODE", "of the accord", 0, 0},
        {"case", PLM_OPTION_TEXT, &o.case_ref, "REF", "our open case", 0, 0},
        {"offence", PLM_OPTION_TEXT, &o.offence, "CODE", "one of the case's", 0, 0},
        {"accord", PLM_OPTION_TEXT, &o.accord, "HASH", "not the newest that has the purpose", 0, 0},
        {"with", PLM_OPTION_LIST, &o.with, "CODE", "this party alone; may be repeated", 0, 0},
        {"address", PLM_OPTION_TEXT, &o.address, "HOST:PORT", "not at the accord's address", 0, 0},
        PLM_MOST_INDEX_OPTION(&o.most_index_mib),
        {"timeout", PLM_OPTION_NUMBER, &o.timeout_s, "SECONDS", "silence of a connection (30)", 1,
         3600},
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    int result = plm_lookup_home_open(&home, &usage, &o);
    if (result >= 0) {
        return result;
    }
    (void)plm_lookups_wait_ready(home.lookups, HOUR_MS);
    result = say_states(&usage, &o, home.lookups);
    plm_lookup_home_close(&home);
    return result;
}
