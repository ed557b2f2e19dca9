/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_table.c - palermo tally table, and a tally's table for an estimate.
 */
#include "api/answer.h"
#include "api/tally_estimate.h"
#include "cli/exit.h"
#include "cli/operation_problem.h"
#include "cli/say.h"
#include "cli/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say_no_table(const char *command, const json_t *tally)
{
    plm_say_error(command, "there is no table that all have signed: the tally is %s",
                  plm_text_of(tally, "state"));
}

/* With --json everything by which somebody else can check it. */
static json_t *take_table(const plm_operation_call *call, json_t *tally)
{
    json_t *table = json_incref(json_object_get(tally, "table"));
    if (json_is_null(table)) {
        say_no_table(call->operation->usage.command, tally);
    }
    if (call->common.json || json_is_null(table)) {
        json_decref(tally);
        return table;
    }
    json_decref(table);
    return tally;
}

static int judge_table(const plm_operation_call *call, const json_t *answer)
{
    (void)call;
    return json_is_null(answer) ? PLM_EXIT_NOT_FOUND : PLM_EXIT_OK;
}

static void print_csv(const plm_operation_call *call, const json_t *tally)
{
    (void)call;
    (void)printf("%s", plm_text_of(tally, "csv"));
}

const plm_operation plm_operation_tally_table = {
    .usage = {"palermo tally table", "ID [OPTIONS]",
              "Prints a tally's table as CSV for 'palermo estimate'; with --json, everything by "
              "which\n"
              "somebody else can check that all parties have signed it."},
    .method = "GET",
    .path = "/v1/tallies/{tally}",
    .min_words = 1,
    .max_words = 1,
    .shape = take_table,
    .judge = judge_table,
    .print = print_csv,
};

/* --- for an estimate ---------------------------------------------------------------------------
 */

static void read_strata(const json_t *terms, plm_strata *out)
{
    const json_t *years = json_object_get(terms, "years");
    const long long first = plm_number_of(years, "first");
    size_t i;
    json_t *name;
    json_array_foreach(json_object_get(terms, "by"), i, name)
    {
        for (unsigned kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
            if (strcmp(plm_stratum_kinds[kind], json_string_value(name)) == 0) {
                out->kinds |= (uint8_t)(1U << kind);
            }
        }
    }
    if (json_is_object(years)) {
        out->first_year = (uint16_t)first;
        out->n_years = (uint8_t)(plm_number_of(years, "last") - first + 1);
    }
}

/* What of the proposal counts for an estimate: whose lists there are, and which strata. */
static void read_proposal(const json_t *tally, plm_tally_proposal *out)
{
    size_t i;
    json_t *party;
    json_array_foreach(json_object_get(tally, "parties"), i, party)
    {
        if (i < PLM_TALLY_MEMBERS_MAX) {
            (void)snprintf(out->parties[i], sizeof out->parties[i], "%s",
                           plm_text_of(party, "code"));
            out->n_parties = (unsigned)i + 1;
        }
    }
    read_strata(json_object_get(tally, "terms"), &out->strata);
}

/* The table from the bytes that all have signed; they are borrowed from *bytes. */
static plm_status read_signed(const json_t *tally, plm_buf *bytes, plm_tally_table *out)
{
    const char *hex = plm_text_of(json_object_get(tally, "table"), "signed");
    const size_t n = strlen(hex) / 2;
    plm_status status = plm_buf_reserve(bytes, n);
    if (status == PLM_OK && plm_hex_decode(bytes->data, n, hex) < 0) {
        status = PLM_E_SYNTAX;
    }
    bytes->n = status == PLM_OK ? n : 0;
    return status == PLM_OK ? plm_tally_table_decode(out, plm_buf_span(bytes)) : status;
}

static int make_table(const json_t *tally, const char *const *only, const char *command,
                      plm_table_file *out, plm_error_rates *rates)
{
    plm_tally_proposal proposal = {.n_parties = 0};
    plm_tally_table table;
    const char *wrong = NULL;
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_API_ANSWER_MAX);
    if (json_is_null(json_object_get(tally, "table"))) {
        say_no_table(command, tally);
        return PLM_EXIT_NOT_FOUND;
    }
    read_proposal(tally, &proposal);
    plm_status status = read_signed(tally, &bytes, &table);
    if (status == PLM_OK) {
        status = plm_tally_estimate_table(&proposal, &table, only, &wrong, out, rates);
    }
    plm_buf_wipe(&bytes);
    if (status == PLM_E_INVALID && wrong != NULL) {
        plm_say_error(command, "the tally is not by \"%s\"", wrong);
    } else if (status == PLM_E_INVALID) {
        plm_say_error(command, "no stratum of the tally has these values");
    } else if (status != PLM_OK) {
        plm_say_error(command, "%s", plm_status_sentence(status));
    }
    return plm_exit_status(status, 0);
}

int plm_tally_for_estimate(const plm_common *common, const plm_access *access, const char *prefix,
                           const char *const *only, const char *command, plm_table_file *out,
                           plm_error_rates *rates)
{
    plm_inquiry inquiry = {0};
    plm_buf target;
    json_t *tally = NULL;
    memset(out, 0, sizeof *out);
    plm_buf_init(&target, PLM_API_TARGET_MAX);
    plm_status status = plm_buf_printf(&target, "/v1/tallies/");
    if (status == PLM_OK) {
        status = plm_http_escape(&target, prefix);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&target, '\0');
    }
    if (status == PLM_OK) {
        status = plm_inquiry_open(&inquiry, common, access, "", command);
    }
    if (status == PLM_OK) {
        status = plm_inquiry_json(&inquiry, "GET", (const char *)target.data, NULL, &tally);
    }
    const int result = status == PLM_OK           ? make_table(tally, only, command, out, rates)
                       : status == PLM_E_REJECTED ? plm_problem_say(&inquiry, prefix)
                       : status == PLM_E_ARGUMENT ? (int)PLM_EXIT_USAGE
                                                  : plm_exit_status(status, 0);
    json_decref(tally);
    plm_inquiry_close(&inquiry);
    plm_buf_wipe(&target);
    return result;
}
