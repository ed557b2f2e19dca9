/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_report.c - palermo ledger report: who asked what, how often, for which purpose and with
 * which outcome, for an oversight body; no name of a person, no reference of a case.
 */
#include "cli/ledger.h"

#include "cli/exit.h"
#include "cli/say.h"
#include "crypto/sign.h"
#include "ledger/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GROUP_NAME_MAX = PLM_CODE_MAX + PLM_CODE_MAX + 16,
    DAY_MS = 86400000
};

typedef enum outcome {
    OUTCOME_PROPOSED,
    OUTCOME_DONE,
    OUTCOME_REFUSED,
    OUTCOME_BROKEN,
    OUTCOME_COUNT
} outcome;

static const char *const outcome_names[OUTCOME_COUNT] = {"proposed", "done", "refused", "broken"};

typedef struct group {
    char name[GROUP_NAME_MAX];
    bool is_asker; /* we asked */
    uint64_t n[OUTCOME_COUNT];
    uint64_t tokens; /* of the asker, padded, in all proposals */
} group;

typedef struct open_run {
    uint8_t run_id[PLM_RUN_ID_BYTES];
    uint8_t proposal_hash[PLM_HASH_BYTES];
    size_t group;
} open_run;

typedef enum grouping {
    BY_PARTY,
    BY_PURPOSE,
    BY_MONTH
} grouping;

typedef struct reporting {
    const char *self;
    grouping by;
    int64_t from_ms;
    int64_t to_ms;
    group *groups;
    size_t n_groups;
    open_run *runs; /* whose end has not come by */
    size_t n_runs;
    uint64_t n_entries;
    uint64_t n_strange; /* refusals of what was no proposal to us */
    uint64_t n_searches;
    uint64_t n_findings;
    uint64_t n_deleted;
} reporting;

static plm_status find_group(reporting *r, const char *name, bool is_asker, size_t *out)
{
    for (size_t i = 0; i < r->n_groups; i++) {
        if (strcmp(r->groups[i].name, name) == 0 && r->groups[i].is_asker == is_asker) {
            *out = i;
            return PLM_OK;
        }
    }
    group *groups = (group *)realloc(r->groups, (r->n_groups + 1) * sizeof *groups);
    if (groups == NULL) {
        return PLM_E_NOMEM;
    }
    r->groups = groups;
    groups[r->n_groups] = (group){.is_asker = is_asker};
    (void)snprintf(groups[r->n_groups].name, sizeof groups[0].name, "%s", name);
    *out = r->n_groups++;
    return PLM_OK;
}

static void group_name(const reporting *r, const plm_proposal *p, bool is_asker, int64_t time_ms,
                       char out[static GROUP_NAME_MAX])
{
    const char *party = is_asker ? p->holder : p->asker;
    plm_date date = plm_date_of_ms(time_ms);
    if (r->by == BY_MONTH) {
        (void)snprintf(out, GROUP_NAME_MAX, "%04d-%02d", date.year, date.month);
    } else {
        (void)snprintf(out, GROUP_NAME_MAX, "%s", r->by == BY_PARTY ? party : p->purpose);
    }
}

static plm_status take_proposal(reporting *r, const plm_ledger_row *row)
{
    plm_proposal p;
    char name[GROUP_NAME_MAX];
    if (row->body.n <= PLM_SIGNATURE_BYTES ||
        plm_proposal_decode(&p, plm_span_of(row->body.p, row->body.n - PLM_SIGNATURE_BYTES)) !=
            PLM_OK) {
        return PLM_OK; /* 'verify' tells of it */
    }
    bool is_asker = strcmp(p.asker, r->self) == 0;
    group_name(r, &p, is_asker, row->time_ms, name);
    open_run *runs = (open_run *)realloc(r->runs, (r->n_runs + 1) * sizeof *runs);
    if (runs == NULL) {
        return PLM_E_NOMEM;
    }
    r->runs = runs;
    open_run *run = &runs[r->n_runs];
    plm_status status = find_group(r, name, is_asker, &run->group);
    if (status == PLM_OK) {
        memcpy(run->run_id, p.run_id, sizeof run->run_id);
        plm_hash256(run->proposal_hash, row->body);
        r->n_runs++;
        r->groups[run->group].n[OUTCOME_PROPOSED]++;
        r->groups[run->group].tokens += p.n_tokens;
    }
    return status;
}

/* The run's end counts where its proposal did; runs end soon, so the newest are looked at first. */
static void end_run(reporting *r, const uint8_t *run_id, const uint8_t *proposal_hash, outcome what)
{
    for (size_t i = r->n_runs; i > 0; i--) {
        const open_run *run = &r->runs[i - 1];
        if ((run_id != NULL && memcmp(run->run_id, run_id, sizeof run->run_id) == 0) ||
            (proposal_hash != NULL &&
             memcmp(run->proposal_hash, proposal_hash, sizeof run->proposal_hash) == 0)) {
            r->groups[run->group].n[what]++;
            r->runs[i - 1] = r->runs[--r->n_runs];
            return;
        }
    }
    r->n_strange += what == OUTCOME_REFUSED;
}

static plm_status take_row(void *context, const plm_ledger_row *row)
{
    reporting *r = (reporting *)context;
    plm_refusal_message refusal;
    plm_receipt receipt;
    if (row->kind == NULL || row->time_ms < r->from_ms || row->time_ms >= r->to_ms) {
        return PLM_OK;
    }
    r->n_entries++;
    const plm_span one = plm_span_of(
        row->body.p, row->body.n > PLM_SIGNATURE_BYTES ? row->body.n - PLM_SIGNATURE_BYTES : 0);
    const plm_span two =
        plm_span_of(one.p, one.n > PLM_SIGNATURE_BYTES ? one.n - PLM_SIGNATURE_BYTES : 0);
    if (strcmp(row->kind, "proposal") == 0) {
        return take_proposal(r, row);
    }
    if (strcmp(row->kind, "refusal") == 0 && plm_refusal_decode(&refusal, one) == PLM_OK) {
        end_run(r, NULL, refusal.proposal_hash, OUTCOME_REFUSED);
    } else if (strcmp(row->kind, "receipt") == 0 && plm_receipt_decode(&receipt, two) == PLM_OK) {
        end_run(r, receipt.run_id, NULL, OUTCOME_DONE);
    } else if (strcmp(row->kind, "broken") == 0 && row->body.n == PLM_RUN_ID_BYTES + 1) {
        end_run(r, row->body.p, NULL, OUTCOME_BROKEN);
    } else if (strcmp(row->kind, "expire") == 0 && row->body.n == 16) {
        r->n_deleted += plm_load_u64(row->body.p);
    }
    r->n_searches += strcmp(row->kind, "subject") == 0;
    r->n_findings += strcmp(row->kind, "finding") == 0;
    return PLM_OK;
}

static int compare_groups(const void *a, const void *b)
{
    const group *x = (const group *)a;
    const group *y = (const group *)b;
    int by_name = strcmp(x->name, y->name);
    return by_name != 0 ? by_name : (int)x->is_asker - (int)y->is_asker;
}

static bool is_small(const group *g, int64_t small)
{
    bool found = false;
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        found = found || (g->n[i] > 0 && g->n[i] < (uint64_t)small);
    }
    return found;
}

static void print_text(const reporting *r, const char *by, int64_t small)
{
    (void)printf("%-24s  %-8s %9s %9s %9s %9s %14s\n", by, "we", "proposed", "done", "refused",
                 "broken", "tokens");
    for (size_t i = 0; i < r->n_groups; i++) {
        const group *g = &r->groups[i];
        (void)printf("%-24s  %-8s", g->name, g->is_asker ? "asked" : "answered");
        for (int k = 0; k < OUTCOME_COUNT; k++) {
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

static void print_csv(const reporting *r, const char *by, int64_t small)
{
    (void)printf("%s,we,proposed,done,refused,broken,tokens,small\n", by);
    for (size_t i = 0; i < r->n_groups; i++) {
        const group *g = &r->groups[i];
        (void)printf("%s,%s", g->name, g->is_asker ? "asked" : "answered");
        for (int k = 0; k < OUTCOME_COUNT; k++) {
            (void)printf(",%" PRIu64, g->n[k]);
        }
        (void)printf(",%" PRIu64 ",%s\n", g->tokens, is_small(g, small) ? "yes" : "no");
    }
}

static int print_json(const reporting *r, const char *by, int64_t small)
{
    json_t *groups = json_array();
    for (size_t i = 0; i < r->n_groups; i++) {
        const group *g = &r->groups[i];
        json_t *entry =
            json_pack("{s:s, s:s, s:I, s:b}", by, g->name, "we", g->is_asker ? "asked" : "answered",
                      "tokens", (json_int_t)g->tokens, "small", (int)is_small(g, small));
        for (int k = 0; k < OUTCOME_COUNT; k++) {
            (void)json_object_set_new(entry, outcome_names[k], json_integer((json_int_t)g->n[k]));
        }
        (void)json_array_append_new(groups, entry);
    }
    return plm_say_json(json_pack(
        "{s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "groups", groups, "by", by, "entries",
        (json_int_t)r->n_entries, "strange_refusals", (json_int_t)r->n_strange, "subject_searches",
        (json_int_t)r->n_searches, "records_expired", (json_int_t)r->n_deleted, "findings",
        (json_int_t)r->n_findings, "small_below", (json_int_t)small));
}

static int run_report(const char *command, const plm_common *common, reporting *r, const char *by,
                      int64_t small, bool csv)
{
    plm_home home;
    plm_status status = plm_home_open(&home, common, command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    r->self = home.code;
    int result = PLM_EXIT_OK;
    status = plm_store_each_ledger(home.store, take_row, r);
    if (r->n_groups > 0) {
        qsort(r->groups, r->n_groups, sizeof *r->groups, compare_groups);
    }
    if (status != PLM_OK) {
        result = plm_say_status(command, home.store_path, status);
    } else if (common->json) {
        result = print_json(r, by, small);
    } else if (csv) {
        print_csv(r, by, small);
    } else {
        print_text(r, by, small);
    }
    free(r->groups);
    free(r->runs);
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
        "palermo ledger report", "[--from DATE] [--to DATE] [--by party|purpose|month]",
        "Reports for an oversight body who asked what, how often, for which purpose and with "
        "which\n"
        "outcome. No name and no case reference is in it; small numbers are marked."};
    static const char *const words[] = {"party", "purpose", "month"};
    plm_common common = {0};
    const char *from = NULL;
    const char *to = NULL;
    const char *by = "party";
    bool csv = false;
    int64_t small = 5;
    const plm_option options[] = {
        {"from", PLM_OPTION_TEXT, &from, "DATE", "first day, YYYY-MM-DD", 0, 0},
        {"to", PLM_OPTION_TEXT, &to, "DATE", "last day", 0, 0},
        {"by", PLM_OPTION_TEXT, &by, "WHAT", "party, purpose or month (party)", 0, 0},
        {"small", PLM_OPTION_NUMBER, &small, "N", "mark numbers below N (5)", 1, 1000000},
        {"csv", PLM_OPTION_FLAG, &csv, NULL, "print CSV", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    reporting r = {.from_ms = INT64_MIN, .to_ms = INT64_MAX};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if ((from != NULL && !read_day(from, &r.from_ms)) || (to != NULL && !read_day(to, &r.to_ms))) {
        return plm_usage_error(&usage, "--from and --to take a day, YYYY-MM-DD");
    }
    r.to_ms += to != NULL ? DAY_MS : 0;
    size_t word = 0;
    while (word < 3 && strcmp(words[word], by) != 0) {
        word++;
    }
    if (word == 3) {
        return plm_usage_error(&usage, "--by takes party, purpose or month");
    }
    r.by = (grouping)word;
    return run_report(usage.command, &common, &r, by, small, csv);
}
