/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_report.c - palermo ledger report: who asked what, how often, for which purpose and with
 * which outcome, for an oversight body; no name of a person, no reference of a case.
 */
#include "cli/ledger.h"

#include <stdio.h>
#include <string.h>

static const char *const outcomes[] = {"proposed", "done", "refused", "broken"};

static void print_text(const json_t *report)
{
    const char *by = plm_text_of(report, "by");
    const long long small = plm_number_of(report, "small_below");
    size_t i;
    json_t *group;
    (void)printf("%-24s  %-8s %9s %9s %9s %9s %14s\n", by, "we", "proposed", "done", "refused",
                 "broken", "tokens");
    json_array_foreach(json_object_get(report, "groups"), i, group)
    {
        (void)printf("%-24s  %-8s", plm_text_of(group, by), plm_text_of(group, "we"));
        for (size_t k = 0; k < sizeof outcomes / sizeof *outcomes; k++) {
            const long long n = plm_number_of(group, outcomes[k]);
            (void)printf(" %8lld%c", n, n > 0 && n < small ? '*' : ' ');
        }
        (void)printf(" %13lld\n", plm_number_of(group, "tokens"));
    }
    (void)printf("%lld entries; %lld refusals of what was no proposal to us; %lld"
                 " searches for a data subject; %lld records deleted by retention; %lld"
                 " ledgers that did not go on\n* less than %lld"
                 ": a small number can point to a person; don't publish it\n",
                 plm_number_of(report, "entries"), plm_number_of(report, "strange_refusals"),
                 plm_number_of(report, "subject_searches"),
                 plm_number_of(report, "records_expired"), plm_number_of(report, "findings"),
                 small);
}

/* The member by which lookups are grouped, beside party and purpose; NULL: by no time. */
static const char *period_of(const json_t *report)
{
    const char *by = plm_text_of(report, "by");
    return strcmp(by, "hour") == 0 || strcmp(by, "month") == 0 ? by : NULL;
}

static void print_lookup_group(const json_t *g, const char *period, long long small)
{
    const long long n = plm_number_of(g, "evaluated");
    const long long hits = plm_number_of(g, "hits");
    const long long most = plm_number_of(g, "busiest_hour_evaluated");
    if (period != NULL) {
        (void)printf("%s  ", plm_text_of(g, period));
    }
    (void)printf("%-12s %-16s %-8s %11lld %6lld %11lld%c %8lld  %8lld%c %6.3f%% %11lld  %s\n",
                 plm_text_of(g, "party"), plm_text_of(g, "purpose"), plm_text_of(g, "we"),
                 plm_number_of(g, "connections"), plm_number_of(g, "turned_away"), n,
                 n > 0 && n < small ? '*' : ' ', plm_number_of(g, "refused"), hits,
                 hits > 0 && hits < small ? '*' : ' ',
                 100.0 * json_number_value(json_object_get(g, "hit_ratio")), most,
                 most > 0 ? plm_text_of(g, "busiest_hour") : "-");
}

static void print_lookups(const json_t *report)
{
    const char *period = period_of(report);
    const json_t *groups = json_object_get(report, "lookups");
    size_t i;
    json_t *group;
    if (json_array_size(groups) == 0) {
        return;
    }
    (void)printf("\n%s%-12s %-16s %-8s %11s %6s %12s %9s %9s %7s %11s  %s\n",
                 period == NULL                ? ""
                 : strcmp(period, "hour") == 0 ? "hour            "
                                               : "month    ",
                 "party", "purpose", "we", "connections", "no", "lookups", "refused", "hits",
                 "ratio", "most in 1 h", "busiest hour");
    json_array_foreach(groups, i, group)
    {
        print_lookup_group(group, period, plm_number_of(report, "small_below"));
    }
}

static void print_lookups_csv(const json_t *report)
{
    static const char *const numbers[] = {
        "connections", "turned_away", "evaluated",    "refused",
        "batches",     "hits",        "active_hours", "busiest_hour_evaluated"};
    const char *period = period_of(report);
    size_t i;
    json_t *group;
    (void)printf("%s%sparty,purpose,we", period != NULL ? period : "", period != NULL ? "," : "");
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        (void)printf(",%s", numbers[k]);
    }
    (void)printf(",busiest_hour,small\n");
    json_array_foreach(json_object_get(report, "lookups"), i, group)
    {
        if (period != NULL) {
            (void)printf("%s,", plm_text_of(group, period));
        }
        (void)printf("%s,%s,%s", plm_text_of(group, "party"), plm_text_of(group, "purpose"),
                     plm_text_of(group, "we"));
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            (void)printf(",%lld", plm_number_of(group, numbers[k]));
        }
        (void)printf(",%s,%s\n", plm_text_of(group, "busiest_hour"),
                     json_is_true(json_object_get(group, "small")) ? "yes" : "no");
    }
}

static void print_csv(const json_t *report)
{
    const char *by = plm_text_of(report, "by");
    size_t i;
    json_t *group;
    (void)printf("%s,we,proposed,done,refused,broken,tokens,small\n", by);
    json_array_foreach(json_object_get(report, "groups"), i, group)
    {
        (void)printf("%s,%s", plm_text_of(group, by), plm_text_of(group, "we"));
        for (size_t k = 0; k < sizeof outcomes / sizeof *outcomes; k++) {
            (void)printf(",%lld", plm_number_of(group, outcomes[k]));
        }
        (void)printf(",%lld,%s\n", plm_number_of(group, "tokens"),
                     json_is_true(json_object_get(group, "small")) ? "yes" : "no");
    }
}

static int prepare(plm_operation_call *call)
{
    if (plm_operation_value_of(call, "lookups")->flag &&
        (call->common.json || !plm_operation_value_of(call, "csv")->flag)) {
        return plm_usage_error(&call->operation->usage,
                               "--lookups goes with --csv; text and JSON have both");
    }
    return PLM_GO_ON;
}

static void print_report(const plm_operation_call *call, const json_t *report)
{
    if (plm_operation_value_of(call, "lookups")->flag) {
        print_lookups_csv(report);
    } else if (plm_operation_value_of(call, "csv")->flag) {
        print_csv(report);
    } else {
        print_text(report);
        print_lookups(report);
    }
}

static const plm_operation_option options[] = {
    {"from", PLM_OPTION_TEXT, PLM_TO_QUERY, "from", "DATE", "first day, YYYY-MM-DD", 0, 0},
    {"to", PLM_OPTION_TEXT, PLM_TO_QUERY, "to", "DATE", "last day", 0, 0},
    {"by", PLM_OPTION_TEXT, PLM_TO_QUERY, "by", "WHAT", "party, purpose, month or hour (party)", 0,
     0},
    {"small", PLM_OPTION_NUMBER, PLM_TO_QUERY, "small", "N", "mark numbers below N (5)", 1,
     1000000},
    {"csv", PLM_OPTION_FLAG, PLM_TO_COMMAND, NULL, NULL, "print CSV", 0, 0},
    {"lookups", PLM_OPTION_FLAG, PLM_TO_COMMAND, NULL, NULL, "of lookups, with --csv", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_ledger_report = {
    .usage = {"palermo ledger report", "[--from DATE] [--to DATE] [--by party|purpose|month|hour]",
              "Reports for an oversight body who asked what, how often, for which purpose and with "
              "which\n"
              "outcome. No name and no case reference is in it; small numbers are marked."},
    .method = "GET",
    .path = "/v1/ledger/report",
    .options = options,
    .prepare = prepare,
    .print = print_report,
};
