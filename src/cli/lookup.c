/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c - palermo lookup: one traveller or thing, every party's answer.
 */
#include "cli/lookup.h"

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/inquiry_store.h"
#include "cli/lookup_question.h"
#include "cli/operation_problem.h"
#include "cli/say.h"
#include "node/lookup_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECT_MS = 10000,
    TIMEOUT_S = 10,
    MRZ_FILE_MAX = PLM_MRZ_TEXT_MAX
};

int plm_lookup_home_open(plm_lookup_home *out, const plm_usage_text *usage,
                         const plm_lookup_options *o)
{
    plm_refusal refusal;
    const char *detail;
    const char *const addresses[] = {o->address};
    if (o->purpose == NULL || o->case_ref == NULL) {
        return plm_usage_error(usage, "%s",
                               o->purpose == NULL ? "which purpose? Give --purpose"
                                                  : "under which case? Give --case");
    }
    if (o->address != NULL && o->with.n != 1) {
        return plm_usage_error(usage, "--address is for one party: give one --with");
    }
    if (o->accord != NULL && plm_hex_decode(out->accord_hash, 32, o->accord) < 0) {
        return plm_usage_error(usage, "--accord: 64 hexadecimal digits");
    }
    plm_status status = plm_index_home_open(&out->home, &o->common, usage->command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    out->home.node.timeout_ms = (int)(o->timeout_s > 0 ? o->timeout_s : TIMEOUT_S) * 1000;
    out->home.node.most_index_bytes = (uint64_t)o->most_index_mib << 20;
    const plm_lookups_config config = {
        .node = out->home.node,
        .store = out->home.home.store_path,
        .purpose = o->purpose,
        .accord_hash = o->accord != NULL ? out->accord_hash : NULL,
        .case_ref = o->case_ref,
        .offence = o->offence,
        .parties = o->with.n > 0 ? o->with.items : NULL,
        .addresses = o->address != NULL ? addresses : NULL,
        .fetches = !o->no_fetch,
    };
    status = plm_lookups_open(&out->lookups, &config, &refusal, &detail);
    if (status == PLM_OK) {
        return -1;
    }
    if (status == PLM_E_REFUSED) {
        plm_say_error(usage->command, "%s%s%s", plm_refusal_sentence(refusal.code),
                      detail != NULL ? ": " : "", detail != NULL ? detail : "");
    } else {
        plm_say_error(usage->command, "%s%s",
                      status == PLM_E_NOT_FOUND ? "no accord in force here has that purpose"
                                                : plm_status_sentence(status),
                      status == PLM_E_NOT_FOUND && o->with.n > 0 ? " with each of these parties"
                                                                 : "");
    }
    plm_index_home_close(&out->home);
    return plm_exit_status(status, (unsigned)refusal.code);
}

void plm_lookup_home_close(plm_lookup_home *home)
{
    plm_lookups_close(home->lookups);
    plm_index_home_close(&home->home);
}

/* "-" and "@FILE" are read, anything else is the zone itself. */
static plm_status read_mrz(const char *text, plm_buf *out)
{
    plm_buf_init(out, MRZ_FILE_MAX);
    if (strcmp(text, "-") == 0 || text[0] == '@') {
        return plm_file_read(text[0] == '@' ? text + 1 : text, out);
    }
    return plm_buf_append(out, text, strlen(text));
}

/* The subject of the command line; PLM_OK, or what was wrong has been said. */
static plm_status read_subject(const plm_usage_text *usage, const plm_lookup_options *o,
                               plm_subject *subject, json_t *json)
{
    plm_status status = PLM_OK;
    if (o->mrz != NULL) {
        plm_buf text;
        plm_mrz mrz;
        status = read_mrz(o->mrz, &text);
        if (status != PLM_OK) {
            plm_say_error(usage->command, "%s: %s", o->mrz, plm_status_sentence(status));
        } else {
            status = plm_subject_add_mrz(subject, plm_buf_span(&text),
                                         plm_date_of_ms(plm_wall_ms()), &mrz);
            if (status == PLM_E_REJECTED) {
                plm_say_error(usage->command, "--mrz: %s", mrz.detail);
            }
            if (status == PLM_OK) {
                status = plm_lookup_json_add_mrz(json, plm_buf_span(&text));
            }
        }
        plm_buf_wipe(&text);
    }
    for (size_t i = 0; status == PLM_OK && i < o->identifiers.n; i++) {
        plm_ident ident = {.reason = PLM_REASON_NONE};
        plm_subject_part part;
        status = plm_subject_split(o->identifiers.items[i], &part);
        if (status == PLM_OK) {
            status = plm_subject_add(subject, part.type, part.country, part.value, &ident);
        }
        if (status == PLM_OK) {
            status = plm_lookup_json_add(json, &part);
        }
        if (status == PLM_E_SYNTAX) {
            plm_say_error(usage->command, "--id %s: is not TYPE=VALUE", o->identifiers.items[i]);
        } else if (status != PLM_OK) {
            plm_say_error(usage->command, "--id %s: %s%s%s", o->identifiers.items[i],
                          plm_ident_reason_text(ident.reason), ident.detail[0] ? ": " : "",
                          ident.detail);
        }
    }
    return status;
}

bool plm_lookup_is_owners(const plm_lookup_options *o)
{
    return o->access.token_file == NULL && o->access.socket == NULL &&
           getenv("PALERMO_TOKEN_FILE") == NULL;
}

/* What the API does not take is done here, by who owns the store. */
static bool is_for_here(const plm_lookup_options *o)
{
    return o->address != NULL || o->timeout_s > 0 || o->most_index_mib > 0 || o->no_fetch;
}

int plm_lookup_inquire(plm_inquiry *inquiry, const plm_usage_text *usage,
                       const plm_lookup_options *o)
{
    plm_access access = o->access;
    access.direct = access.direct || (plm_lookup_is_owners(o) && is_for_here(o));
    plm_status status = plm_inquiry_open(inquiry, &o->common, &access, "", usage->command);
    if (status == PLM_OK && inquiry->is_remote && is_for_here(o)) {
        return plm_usage_error(usage, "this is done on the store itself, by its owner: without "
                                      "--api or a token");
    }
    if (status == PLM_OK && !inquiry->is_remote) {
        status = plm_inquiry_may(inquiry, "POST", "/v1/lookups");
    }
    return status == PLM_OK           ? (int)PLM_GO_ON
           : status == PLM_E_REJECTED ? plm_problem_say(inquiry, NULL)
           : status == PLM_E_ARGUMENT ? (int)PLM_EXIT_USAGE
                                      : plm_exit_status(status, 0);
}

/* From here, with connections of our own. */
static int ask(const plm_usage_text *usage, const plm_lookup_options *o, const plm_subject *subject)
{
    plm_lookup_home home = {0};
    int result = plm_lookup_home_open(&home, usage, o);
    if (result >= 0) {
        return result;
    }
    const size_t n = plm_lookups_n_parties(home.lookups);
    plm_lookup_answer_of *answers = (plm_lookup_answer_of *)calloc(n, sizeof *answers);
    plm_status status = answers == NULL ? PLM_E_NOMEM : PLM_OK;
    if (status == PLM_OK) {
        (void)plm_lookups_wait_ready(home.lookups, CONNECT_MS);
        status = plm_lookups_ask(home.lookups, &subject->record, (int)o->deadline_ms, answers);
    }
    if (status == PLM_E_INVALID) {
        plm_say_error(usage->command, "by the rules nothing can be asked with these identifiers");
        result = PLM_EXIT_INPUT;
    } else if (status != PLM_OK) {
        result = plm_say_status(usage->command, "lookup", status);
    } else {
        result = plm_lookup_tell(plm_lookup_answers_json(answers, n), o->common.json);
    }
    free(answers);
    plm_lookup_home_close(&home);
    return result;
}

/* The node that serves, or from here. */
static int choose_way(const plm_usage_text *usage, const plm_lookup_options *o,
                      const plm_subject *subject, json_t *json)
{
    plm_inquiry inquiry;
    int result = plm_lookup_inquire(&inquiry, usage, o);
    if (result == PLM_GO_ON && inquiry.is_remote) {
        result = plm_lookup_at_node(&inquiry, o, json);
    }
    plm_inquiry_close(&inquiry);
    return result == PLM_GO_ON ? ask(usage, o, subject) : result;
}

static int lookup(const plm_usage_text *usage, const plm_lookup_options *o)
{
    if ((o->batch != NULL) == (o->mrz != NULL || o->identifiers.n > 0)) {
        return plm_usage_error(usage, "give --mrz or --id for one subject, or --batch for many");
    }
    if (o->purpose == NULL || o->case_ref == NULL) {
        return plm_usage_error(usage, "%s",
                               o->purpose == NULL ? "which purpose? Give --purpose"
                                                  : "under which case? Give --case");
    }
    if (o->batch != NULL) {
        return plm_lookup_batch(usage, o);
    }
    plm_subject *subject = (plm_subject *)malloc(sizeof *subject);
    json_t *json = json_object();
    if (subject == NULL || json == NULL) {
        free(subject);
        json_decref(json);
        return PLM_EXIT_FAILED;
    }
    plm_subject_init(subject);
    plm_status status = read_subject(usage, o, subject, json);
    int result = status == PLM_OK ? choose_way(usage, o, subject, json) : PLM_EXIT_INPUT;
    plm_subject_wipe(subject);
    free(subject);
    json_decref(json);
    return result;
}

int plm_command_lookup(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo lookup", "--purpose CODE --case REF (--mrz ZONE | --id TYPE=VALUE | --batch FILE)",
        "Asks the indexes of all parties about one traveller or thing, or about a table of them."};
    plm_lookup_options o = {.deadline_ms = PLM_LOOKUP_DEADLINE_MS, .at_once = 32};
    const plm_option options[] = {
        {"purpose", PLM_OPTION_TEXT, &o.purpose, "CODE", "of the accord", 0, 0},
        {"case", PLM_OPTION_TEXT, &o.case_ref, "REF", "our open case", 0, 0},
        {"offence", PLM_OPTION_TEXT, &o.offence, "CODE", "one of the case's", 0, 0},
        {"accord", PLM_OPTION_TEXT, &o.accord, "HASH", "not the newest that has the purpose", 0, 0},
        {"with", PLM_OPTION_LIST, &o.with, "CODE", "this party alone; may be repeated", 0, 0},
        {"address", PLM_OPTION_TEXT, &o.address, "HOST:PORT", "not at the accord's address", 0, 0},
        {"mrz", PLM_OPTION_TEXT, &o.mrz, "ZONE", "lines of a document's zone; @FILE, or - to read",
         0, 0},
        {"id", PLM_OPTION_LIST, &o.identifiers, "TYPE=VALUE", "an identifier; may be repeated", 0,
         0},
        {"batch", PLM_OPTION_TEXT, &o.batch, "FILE", "CSV, a column each: id, mrz, or a type", 0,
         0},
        {"out", PLM_OPTION_TEXT, &o.out, "FILE", "lines of JSON; goes on where it ends", 0, 0},
        {"at-once", PLM_OPTION_NUMBER, &o.at_once, "N", "of a batch (32)", 1, 256},
        {"deadline", PLM_OPTION_NUMBER, &o.deadline_ms, "MS", "for all answers (2000)", 1,
         PLM_LOOKUP_DEADLINE_MAX_MS},
        {"timeout", PLM_OPTION_NUMBER, &o.timeout_s, "SECONDS", "silence of a connection (10)", 1,
         3600},
        PLM_MOST_INDEX_OPTION(&o.most_index_mib),
        {"no-fetch", PLM_OPTION_FLAG, &o.no_fetch, NULL, "with what was fetched before alone", 0,
         0},
        PLM_ACCESS_OPTIONS(&o.access),
        PLM_UNLOCK_OPTIONS(&o.common),
        PLM_COMMON_OPTIONS(&o.common),
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    return lookup(&usage, &o);
}
