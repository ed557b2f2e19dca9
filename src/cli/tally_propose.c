/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_propose.c - palermo tally propose.
 */
#include "cli/exit.h"
#include "cli/tally.h"
#include "node/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const plm_operation_option options[] = {
    {"with", PLM_OPTION_LIST, PLM_TO_BODY, "with", "CODE", "another party (repeatable: 1 to 7)", 0,
     0},
    {"purpose", PLM_OPTION_TEXT, PLM_TO_BODY, "purpose", "P",
     "one of the accord's that has tallies", 0, 0},
    PLM_OFFICER_OPTION("who proposes"),
    {"by", PLM_OPTION_LIST, PLM_TO_BODY, "by", "KIND",
     "age-group, sex, year, exploitation: a table for each (repeatable)", 0, 0},
    {"years", PLM_OPTION_TEXT, PLM_TO_COMMAND, "years", "FIRST-LAST", "with --by year", 0, 0},
    {"accord", PLM_OPTION_TEXT, PLM_TO_BODY, "accord", "HASH", "not the newest in force", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

/* "2019-2024", or one year; NULL: it is neither. Which years there are is the node's to say. */
static json_t *read_years(const char *text)
{
    char *end = NULL;
    const long first = strtol(text, &end, 10);
    const long last = *end == '-' ? strtol(end + 1, &end, 10) : first;
    return end == text || *end != '\0' || last < first
               ? NULL
               : json_pack("{s:I, s:I}", "first", (json_int_t)first, "last", (json_int_t)last);
}

static bool is_kind(const char *name)
{
    unsigned kind = 0;
    while (kind < PLM_STRATUM_KINDS && strcmp(plm_stratum_kinds[kind], name) != 0) {
        kind++;
    }
    return kind < PLM_STRATUM_KINDS;
}

static int complete(plm_operation_call *call)
{
    const plm_usage_text *usage = &call->operation->usage;
    const plm_text_list *with = &plm_operation_value_of(call, "with")->list;
    const plm_text_list *by = &plm_operation_value_of(call, "by")->list;
    const char *years = plm_operation_value_of(call, "years")->text;
    bool is_by_year = false;
    if (with->n == 0 || with->n >= PLM_TALLY_MEMBERS_MAX ||
        plm_operation_value_of(call, "purpose")->text == NULL) {
        return plm_usage_error(usage, "--with (1 to 7 times), --purpose and --officer");
    }
    for (size_t i = 0; i < by->n; i++) {
        if (!is_kind(by->items[i])) {
            return plm_usage_error(
                usage, "--by takes age-group, sex, year or exploitation, not \"%s\"", by->items[i]);
        }
        is_by_year = is_by_year || strcmp(by->items[i], plm_stratum_kinds[PLM_STRATUM_YEAR]) == 0;
    }
    if (is_by_year != (years != NULL)) {
        return plm_usage_error(usage, "--by year and --years go together");
    }
    json_t *read = years != NULL ? read_years(years) : NULL;
    if (years != NULL && read == NULL) {
        return plm_usage_error(usage, "--years takes FIRST-LAST, not \"%s\"", years);
    }
    if (read != NULL) {
        (void)json_object_set_new(call->body, "years", read);
    }
    return PLM_GO_ON;
}

static void print(const plm_operation_call *call, const json_t *answer)
{
    (void)printf("tally %s proposed to %zu parties\n", plm_text_of(answer, "tally"),
                 plm_operation_value_of(call, "with")->list.n);
}

const plm_operation plm_operation_tally_propose = {
    .usage = {"palermo tally propose", "--with CODE... --purpose P --officer NAME [OPTIONS]",
              "Proposes to count with other parties how our lists of persons overlap, without "
              "anybody\n"
              "learning who is on another's list. We count; the parties pass their lists round in "
              "the order\n"
              "in which they are named. 'palermo deliver' or 'palermo serve' takes it from there."},
    .method = "POST",
    .path = "/v1/tallies",
    .options = options,
    .prepare = complete,
    .print = print,
};
