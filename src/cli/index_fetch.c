/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_fetch.c - palermo index fetch.
 */
#include "cli/exit.h"
#include "cli/lookup.h"
#include "cli/operation.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

/* What is said of a party whose index did not come; the exit status for it. */
static int say_failure(const char *command, const json_t *party)
{
    const plm_status status = plm_status_named(plm_text_of(party, "status"));
    const unsigned refusal = plm_refusal_named(plm_text_of(party, "refusal"));
    const long long n_offered = plm_number_of(party, "offered_bytes");
    const char *code = plm_text_of(party, "party");
    if (status == PLM_E_LIMIT && n_offered > 0) {
        char n[PLM_NUMBER_TEXT];
        plm_say_error(command,
                      "%s: its file has %s bytes: more than --most-index, or than half of the "
                      "room on the disk",
                      code, plm_say_number(n, (uint64_t)n_offered));
    } else if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", code,
                      status == PLM_E_REFUSED ? plm_refusal_sentence(refusal)
                                              : plm_status_sentence(status));
    }
    return plm_exit_status(status, refusal);
}

static int say_parties(const char *command, json_t *parties, bool json)
{
    int result = PLM_EXIT_OK;
    size_t i;
    json_t *party;
    json_array_foreach(parties, i, party)
    {
        if (!json && strcmp(plm_text_of(party, "status"), plm_status_name(PLM_OK)) == 0) {
            (void)printf("%-10s epoch %lld, changes %lld\n", plm_text_of(party, "party"),
                         plm_number_of(party, "epoch"), plm_number_of(party, "sequence"));
        }
        const int failed = json ? plm_exit_status(plm_status_named(plm_text_of(party, "status")),
                                                  plm_refusal_named(plm_text_of(party, "refusal")))
                                : say_failure(command, party);
        result = result == PLM_EXIT_OK ? failed : result;
        (void)json_object_del(party, "offered_bytes");
    }
    if (json) {
        const int printed = plm_say_json(json_incref(parties));
        result = result == PLM_EXIT_OK ? printed : result;
    }
    return result;
}

static json_t *question_of(const plm_lookup_options *o)
{
    json_t *body = plm_lookup_body(o);
    (void)json_object_set_new(body, "timeout", json_integer(o->timeout_s));
    if (o->address != NULL) {
        (void)json_object_set_new(body, "address", json_string(o->address));
    }
    if (o->most_index_mib > 0) {
        (void)json_object_set_new(body, "most_index_mib", json_integer(o->most_index_mib));
    }
    return body;
}

/* By the serving node, or on the store itself. */
static int fetch(const plm_usage_text *usage, const plm_lookup_options *o)
{
    plm_inquiry inquiry;
    json_t *body = question_of(o);
    json_t *end = NULL;
    plm_status status = plm_inquiry_open(&inquiry, &o->common, &o->access, "", usage->command);
    int result = status == PLM_E_ARGUMENT ? PLM_EXIT_USAGE : plm_exit_status(status, 0);
    if (status == PLM_OK) {
        result = plm_index_ask(&inquiry, "/v1/indexes/fetch", body, "parties", &end);
    }
    if (result == PLM_EXIT_OK) {
        result = plm_index_say_end(usage->command, end);
    }
    if (result == PLM_EXIT_OK) {
        result = say_parties(usage->command, json_object_get(end, "parties"), o->common.json);
    }
    json_decref(end);
    json_decref(body);
    plm_inquiry_close(&inquiry);
    return result;
}

int plm_index_verb_fetch(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo index fetch", "--purpose CODE --case REF [--with CODE] [OPTIONS]",
        "Fetches the indexes of the other parties and their changes, and checks every byte."};
    plm_lookup_options o = {.timeout_s = 30};
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
        PLM_ACCESS_OPTIONS(&o.access),
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.purpose == NULL || o.case_ref == NULL) {
        return plm_usage_error(&usage, "%s",
                               o.purpose == NULL ? "which purpose? Give --purpose"
                                                 : "under which case? Give --case");
    }
    return fetch(&usage, &o);
}
