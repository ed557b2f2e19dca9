/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_report.c - palermo ledger report: who asked what, how often, for which purpose and with
 * which outcome, for an oversight body; no name of a person, no reference of a case.
 */
#include "cli/ledger.h"

#include "cli/exit.h"
#include "cli/say.h"
#include "node/ledger_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    DAY_MS = 86400000
};

static void print_text(const plm_ledger_report *r, const char *by, int64_t small)
{
    (void)printf("%-24s  %-8s %9s %9s %9s %9s %14s\n", by, "we", "proposed", "done", "refused",
                 "broken", "tokens");
    for (size_t i = 0; i < r->n_groups; i++) {
        const plm_report_group *g = &r->groups[i];
        (void)printf("%-24s  %-8s", g->name, g->is_asker ? "asked" : "answered");
        for (int k = 0; k < PLM_REPORT_OUTCOMES; k++) {
            (void)printf(" %8" PRIu64 "%c", g->n[k],
                         g->n[k] > 0 && g->n[k] < (uint64_t)small ? '*' : ' ');
        }
        (void)printf(" %13" PRIu64 "\n", g->tokens);
    }
    (void)printf("%" PRIu64 " entries; %" PRIu64 " refusals of what was no proposal to us; %" PRIu64
                 " searches for a data subject; %" PRIu64 " records deleted by retention; %" PRIu64
                 " ledgers that did not go on\n* less than %" PRId64
                 ": a small number can point to a person; don't publish it\n",
                 r->n_entries, r->n_strange, r->n_searches, r->n_deleted, r->n_findings, small);
}

static void print_lookups(const plm_ledger_report *r, int64_t small)
{
    const plm_period period = plm_report_period(r);
    if (r->lookups.n == 0) {
        return;
    }
    (void)printf("\n%s%-12s %-16s %-8s %11s %6s %12s %9s %9s %7s %11s  %s\n",
                 period == PLM_PERIOD_HOUR    ? "hour            "
                 : period == PLM_PERIOD_MONTH ? "month    "
                                              : "",
                 "party", "purpose", "we", "connections", "no", "lookups", "refused", "hits",
                 "ratio", "most in 1 h", "busiest hour");
    for (size_t i = 0; i < r->lookups.n; i++) {
        const plm_lookup_group *g = &r->lookups.items[i];
        char of[PLM_PERIOD_TEXT];
        char busiest[PLM_PERIOD_TEXT];
        plm_lookup_period_text(of, g, period);
        plm_report_hour_text(busiest, g->hour);
        (void)printf("%s%s%-12s %-16s %-8s %11" PRIu64 " %6" PRIu64 " %11" PRIu64 "%c %8" PRIu64
                     "  %8" PRIu64 "%c %6.3f%% %11" PRIu64 "  %s\n",
                     of, of[0] != '\0' ? "  " : "", g->peer, g->purpose,
                     g->is_asker ? "asked" : "answered", g->connections, g->turned_away,
                     g->evaluated, g->evaluated > 0 && g->evaluated < (uint64_t)small ? '*' : ' ',
                     g->refused, g->hits, g->hits > 0 && g->hits < (uint64_t)small ? '*' : ' ',
                     g->evaluated > 0 ? 100.0 * (double)g->hits / (double)g->evaluated : 0.0,
                     g->most, g->most > 0 ? busiest : "-");
    }
}

static void print_lookups_csv(const plm_ledger_report *r, int64_t small)
{
    const plm_period period = plm_report_period(r);
    (void)printf("%sparty,purpose,we,connections,turned_away,evaluated,refused,batches,hits,"
                 "active_hours,busiest_hour_evaluated,busiest_hour,small\n",
                 period == PLM_PERIOD_HOUR    ? "hour,"
                 : period == PLM_PERIOD_MONTH ? "month,"
                                              : "");
    for (size_t i = 0; i < r->lookups.n; i++) {
        const plm_lookup_group *g = &r->lookups.items[i];
        char of[PLM_PERIOD_TEXT];
        char busiest[PLM_PERIOD_TEXT];
        plm_lookup_period_text(of, g, period);
        plm_report_hour_text(busiest, g->hour);
        (void)printf("%s%s%s,%s,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
                     ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%s,%s\n",
                     of, of[0] != '\0' ? "," : "", g->peer, g->purpose,
                     g->is_asker ? "asked" : "answered", g->connections, g->turned_away,
                     g->evaluated, g->refused, g->batches, g->hits, g->n_hours, g->most, busiest,
                     plm_lookup_group_is_small(g, small) ? "yes" : "no");
    }
}

static void print_csv(const plm_ledger_report *r, const char *by, int64_t small)
{
    (void)printf("%s,we,proposed,done,refused,broken,tokens,small\n", by);
    for (size_t i = 0; i < r->n_groups; i++) {
        const plm_report_group *g = &r->groups[i];
        (void)printf("%s,%s", g->name, g->is_asker ? "asked" : "answered");
        for (int k = 0; k < PLM_REPORT_OUTCOMES; k++) {
            (void)printf(",%" PRIu64, g->n[k]);
        }
        (void)printf(",%" PRIu64 ",%s\n", g->tokens, plm_report_is_small(g, small) ? "yes" : "no");
    }
}

static int run_report(const char *command, const plm_common *common, plm_ledger_report *r,
                      const char *by, int64_t small, bool csv, bool lookups)
{
    plm_home home;
    plm_status status = plm_home_open(&home, common, command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    r->self = home.code;
    int result = PLM_EXIT_OK;
    status = plm_ledger_report_make(r, home.store);
    if (status != PLM_OK) {
        result = plm_say_status(command, home.store_path, status);
    } else if (common->json) {
        result = plm_say_json(plm_ledger_report_json(r, small));
    } else if (csv && lookups) {
        print_lookups_csv(r, small);
    } else if (csv) {
        print_csv(r, by, small);
    } else {
        print_text(r, by, small);
        print_lookups(r, small);
    }
    plm_ledger_report_wipe(r);
    plm_home_close(&home);
    return result;
}

/* The day's first millisecond. */
static bool read_day(const char *text, int64_t *ms)
{
    plm_date date;
    if (plm_date_parse(&date, plm_span_str(text)) != PLM_OK || date.day == 0) {
        return false;
    }
    *ms = plm_date_days(date) * DAY_MS;
    return true;
}

int plm_ledger_report_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger report", "[--from DATE] [--to DATE] [--by party|purpose|month|hour]",
        "Reports for an oversight body who asked what, how often, for which purpose and with "
        "which\n"
        "outcome. No name and no case reference is in it; small numbers are marked."};
    plm_common common = {0};
    const char *from = NULL;
    const char *to = NULL;
    const char *by = "party";
    bool csv = false;
    bool lookups = false;
    int64_t small = PLM_REPORT_SMALL;
    const plm_option options[] = {
        {"from", PLM_OPTION_TEXT, &from, "DATE", "first day, YYYY-MM-DD", 0, 0},
        {"to", PLM_OPTION_TEXT, &to, "DATE", "last day", 0, 0},
        {"by", PLM_OPTION_TEXT, &by, "WHAT", "party, purpose, month or hour (party)", 0, 0},
        {"small", PLM_OPTION_NUMBER, &small, "N", "mark numbers below N (5)", 1, 1000000},
        {"csv", PLM_OPTION_FLAG, &csv, NULL, "print CSV", 0, 0},
        {"lookups", PLM_OPTION_FLAG, &lookups, NULL, "of lookups, with --csv", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    plm_ledger_report r = {.from_ms = INT64_MIN, .to_ms = INT64_MAX};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if ((from != NULL && !read_day(from, &r.from_ms)) || (to != NULL && !read_day(to, &r.to_ms))) {
        return plm_usage_error(&usage, "--from and --to take a day, YYYY-MM-DD");
    }
    r.to_ms += to != NULL ? DAY_MS : 0;
    size_t word = 0;
    while (plm_report_by_names[word] != NULL && strcmp(plm_report_by_names[word], by) != 0) {
        word++;
    }
    if (plm_report_by_names[word] == NULL) {
        return plm_usage_error(&usage, "--by takes party, purpose, month or hour");
    }
    if (lookups && !csv) {
        return plm_usage_error(&usage, "--lookups goes with --csv; text and JSON have both");
    }
    r.by = (plm_report_by)word;
    return run_report(usage.command, &common, &r, by, small, csv, lookups);
}
