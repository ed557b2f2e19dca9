/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_report.c - palermo ledger report: who asked what, how often, for which purpose and with
 * which outcome, for an oversight body; no name of a person, no reference of a case.
 */
#include "cli/ledger.h"

#include <stdio.h>

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

static void print_report(const plm_operation_call *call, const json_t *report)
{
    if (plm_operation_value_of(call, "csv")->flag) {
        print_csv(report);
    } else {
        print_text(report);
    }
}

static const plm_operation_option options[] = {
    {"from", PLM_OPTION_TEXT, PLM_TO_QUERY, "from", "DATE", "first day, YYYY-MM-DD", 0, 0},
    {"to", PLM_OPTION_TEXT, PLM_TO_QUERY, "to", "DATE", "last day", 0, 0},
    {"by", PLM_OPTION_TEXT, PLM_TO_QUERY, "by", "WHAT", "party, purpose or month (party)", 0, 0},
    {"small", PLM_OPTION_NUMBER, PLM_TO_QUERY, "small", "N", "mark numbers below N (5)", 1,
     1000000},
    {"csv", PLM_OPTION_FLAG, PLM_TO_COMMAND, NULL, NULL, "print CSV", 0, 0},
    PLM_OPERATION_OPTIONS_END,
};

const plm_operation plm_operation_ledger_report = {
    .usage = {"palermo ledger report", "[--from DATE] [--to DATE] [--by party|purpose|month]",
              "Reports for an oversight body who asked what, how often, for which purpose and with "
              "which\n"
              "outcome. No name and no case reference is in it; small numbers are marked."},
    .method = "GET",
    .path = "/v1/ledger/report",
    .options = options,
    .print = print_report,
};
