/* SPDX-License-Identifier: Apache-2.0 */
#include "node/ledger_report.h"

#include "base/date.h"
#include "crypto/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const plm_report_by_names[] = {"party", "purpose", "month", "hour", NULL};

enum {
    HOUR_MS = 3600000
};

static const char *const outcome_names[PLM_REPORT_OUTCOMES] = {"proposed", "done", "refused",
                                                               "broken"};

struct plm_report_run {
    uint8_t run_id[PLM_RUN_ID_BYTES];
    uint8_t proposal_hash[PLM_HASH_BYTES];
    size_t group;
};

typedef struct plm_report_run open_run;

static plm_status find_group(plm_ledger_report *r, const char *name, bool is_asker, size_t *out)
{
    for (size_t i = 0; i < r->n_groups; i++) {
        if (strcmp(r->groups[i].name, name) == 0 && r->groups[i].is_asker == is_asker) {
            *out = i;
            return PLM_OK;
        }
    }
    plm_report_group *groups =
        (plm_report_group *)realloc(r->groups, (r->n_groups + 1) * sizeof *groups);
    if (groups == NULL) {
        return PLM_E_NOMEM;
    }
    r->groups = groups;
    groups[r->n_groups] = (plm_report_group){.is_asker = is_asker};
    (void)snprintf(groups[r->n_groups].name, sizeof groups[0].name, "%s", name);
    *out = r->n_groups++;
    return PLM_OK;
}

static void group_name(const plm_ledger_report *r, const plm_proposal *p, bool is_asker,
                       int64_t time_ms, char out[static PLM_REPORT_NAME_MAX])
{
    const char *party = is_asker ? p->holder : p->asker;
    plm_date date = plm_date_of_ms(time_ms);
    if (r->by == PLM_REPORT_BY_HOUR) {
        plm_report_hour_text(out, time_ms / HOUR_MS);
    } else if (r->by == PLM_REPORT_BY_MONTH) {
        (void)snprintf(out, PLM_REPORT_NAME_MAX, "%04d-%02d", date.year, date.month);
    } else {
        (void)snprintf(out, PLM_REPORT_NAME_MAX, "%s",
                       r->by == PLM_REPORT_BY_PARTY ? party : p->purpose);
    }
}

static plm_status take_proposal(plm_ledger_report *r, const plm_ledger_row *row)
{
    plm_proposal p;
    char name[PLM_REPORT_NAME_MAX];
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
        r->groups[run->group].n[PLM_REPORT_PROPOSED]++;
        r->groups[run->group].tokens += p.n_tokens;
    }
    return status;
}

/* The run's end counts where its proposal did; runs end soon, so the newest are looked at first. */
static void end_run(plm_ledger_report *r, const uint8_t *run_id, const uint8_t *proposal_hash,
                    plm_report_outcome what)
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
    r->n_strange += what == PLM_REPORT_REFUSED;
}

static plm_status take_row(void *context, const plm_ledger_row *row)
{
    plm_ledger_report *r = (plm_ledger_report *)context;
    plm_refusal_message refusal;
    plm_receipt receipt;
    if (row->kind == NULL || row->time_ms < r->from_ms || row->time_ms >= r->to_ms) {
        return PLM_OK;
    }
    r->n_entries++;
    bool is_lookup;
    plm_status status = plm_lookup_groups_take(&r->lookups, r->self, row, &is_lookup);
    if (status != PLM_OK || is_lookup) {
        return status;
    }
    const plm_span one = plm_span_of(
        row->body.p, row->body.n > PLM_SIGNATURE_BYTES ? row->body.n - PLM_SIGNATURE_BYTES : 0);
    const plm_span two =
        plm_span_of(one.p, one.n > PLM_SIGNATURE_BYTES ? one.n - PLM_SIGNATURE_BYTES : 0);
    if (strcmp(row->kind, "proposal") == 0) {
        return take_proposal(r, row);
    }
    if (strcmp(row->kind, "refusal") == 0 && plm_refusal_decode(&refusal, one) == PLM_OK) {
        end_run(r, NULL, refusal.proposal_hash, PLM_REPORT_REFUSED);
    } else if (strcmp(row->kind, "receipt") == 0 && plm_receipt_decode(&receipt, two) == PLM_OK) {
        end_run(r, receipt.run_id, NULL, PLM_REPORT_DONE);
    } else if (strcmp(row->kind, "broken") == 0 && row->body.n == PLM_RUN_ID_BYTES + 1) {
        end_run(r, row->body.p, NULL, PLM_REPORT_BROKEN);
    } else if (strcmp(row->kind, "expire") == 0 && row->body.n == 16) {
        r->n_deleted += plm_load_u64(row->body.p);
    }
    r->n_searches += strcmp(row->kind, "subject") == 0;
    r->n_findings += strcmp(row->kind, "finding") == 0;
    return PLM_OK;
}

static int compare_groups(const void *a, const void *b)
{
    const plm_report_group *x = (const plm_report_group *)a;
    const plm_report_group *y = (const plm_report_group *)b;
    int by_name = strcmp(x->name, y->name);
    return by_name != 0 ? by_name : (int)x->is_asker - (int)y->is_asker;
}

plm_period plm_report_period(const plm_ledger_report *r)
{
    return r->by == PLM_REPORT_BY_HOUR    ? PLM_PERIOD_HOUR
           : r->by == PLM_REPORT_BY_MONTH ? PLM_PERIOD_MONTH
                                          : PLM_PERIOD_ALL;
}

plm_status plm_ledger_report_make(plm_ledger_report *r, plm_store *store)
{
    plm_status status = plm_store_each_ledger(store, take_row, r);
    if (status == PLM_OK) {
        status = plm_lookup_groups_finish(&r->lookups, store, plm_report_period(r), r->from_ms,
                                          r->to_ms);
    }
    if (r->n_groups > 0) {
        qsort(r->groups, r->n_groups, sizeof *r->groups, compare_groups);
    }
    return status;
}

void plm_ledger_report_wipe(plm_ledger_report *r)
{
    free(r->groups);
    free(r->runs);
    plm_lookup_groups_wipe(&r->lookups);
    r->groups = NULL;
    r->runs = NULL;
}

bool plm_report_is_small(const plm_report_group *g, int64_t small)
{
    bool found = false;
    for (int i = 0; i < PLM_REPORT_OUTCOMES; i++) {
        found = found || (g->n[i] > 0 && g->n[i] < (uint64_t)small);
    }
    return found;
}

json_t *plm_ledger_report_json(const plm_ledger_report *r, int64_t small)
{
    const char *by = plm_report_by_names[r->by];
    json_t *groups = json_array();
    for (size_t i = 0; i < r->n_groups; i++) {
        const plm_report_group *g = &r->groups[i];
        json_t *entry =
            json_pack("{s:s, s:s, s:I, s:b}", by, g->name, "we", g->is_asker ? "asked" : "answered",
                      "tokens", (json_int_t)g->tokens, "small", (int)plm_report_is_small(g, small));
        for (int k = 0; k < PLM_REPORT_OUTCOMES; k++) {
            (void)json_object_set_new(entry, outcome_names[k], json_integer((json_int_t)g->n[k]));
        }
        (void)json_array_append_new(groups, entry);
    }
    return json_pack("{s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "groups", groups, "lookups",
                     plm_lookup_groups_json(&r->lookups, plm_report_period(r), small), "by", by,
                     "entries", (json_int_t)r->n_entries, "strange_refusals",
                     (json_int_t)r->n_strange, "subject_searches", (json_int_t)r->n_searches,
                     "records_expired", (json_int_t)r->n_deleted, "findings",
                     (json_int_t)r->n_findings, "small_below", (json_int_t)small);
}
