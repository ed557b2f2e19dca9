/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_report.h"

#include "crypto/sign.h"
#include "store/lookups.h"
#include "wire/field.h"
#include "wire/lookup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOUR_MS = 3600000,
    MONTHS = 12
};

/* A connection that was asked for, until terms or a refusal come by. */
typedef struct plm_lookup_opened {
    uint8_t hash[PLM_HASH_BYTES];
    size_t group;
} opened;

/* --- taking ---------------------------------------------------------------------------------- */

static int compare_texts(const plm_lookup_group *a, const plm_lookup_group *b)
{
    const int by_peer = strcmp(a->peer, b->peer);
    const int by_purpose = by_peer != 0 ? by_peer : strcmp(a->purpose, b->purpose);
    return by_purpose != 0 ? by_purpose : (int)a->is_asker - (int)b->is_asker;
}

/* The group of that peer, purpose, side and hour: one of the last ones, or a new one. */
static plm_status find_group(plm_lookup_groups *g, const plm_lookup_group *key, size_t *out)
{
    enum {
        LOOK_BACK = 64
    };
    for (size_t i = g->n; i > 0 && i + LOOK_BACK > g->n; i--) {
        if (g->items[i - 1].hour == key->hour && compare_texts(&g->items[i - 1], key) == 0) {
            *out = i - 1;
            return PLM_OK;
        }
    }
    if (g->n == g->capacity) {
        const size_t capacity = g->capacity == 0 ? 64 : g->capacity * 2;
        plm_lookup_group *items =
            (plm_lookup_group *)realloc(g->items, capacity * sizeof *g->items);
        if (items == NULL) {
            return PLM_E_NOMEM;
        }
        g->items = items;
        g->capacity = capacity;
    }
    g->items[g->n] = *key;
    *out = g->n++;
    return PLM_OK;
}

static plm_status take_open(plm_lookup_groups *g, const char *self, const plm_ledger_row *row)
{
    plm_lookup_open m;
    if (row->body.n <= PLM_SIGNATURE_BYTES ||
        plm_lookup_open_decode(&m, plm_span_of(row->body.p, row->body.n - PLM_SIGNATURE_BYTES)) !=
            PLM_OK) {
        return PLM_OK;
    }
    plm_lookup_group key = {.is_asker = strcmp(m.asker, self) == 0, .hour = row->time_ms / HOUR_MS};
    (void)snprintf(key.peer, sizeof key.peer, "%s", key.is_asker ? m.holder : m.asker);
    (void)snprintf(key.purpose, sizeof key.purpose, "%s", m.purpose);
    opened *grown = (opened *)realloc(g->opened, (g->n_opened + 1) * sizeof *grown);
    if (grown == NULL) {
        return PLM_E_NOMEM;
    }
    g->opened = grown;
    opened *open = &grown[g->n_opened];
    plm_status status = find_group(g, &key, &open->group);
    if (status == PLM_OK) {
        plm_hash256(open->hash, row->body);
        g->items[open->group].connections++;
        g->n_opened++;
    }
    return status;
}

/* True if it was the answer to a connection that was asked for; the newest are looked at first. */
static bool close_open(plm_lookup_groups *g, const uint8_t hash[static PLM_HASH_BYTES],
                       bool is_refused)
{
    for (size_t i = g->n_opened; i > 0; i--) {
        opened *open = &g->opened[i - 1];
        if (memcmp(open->hash, hash, sizeof open->hash) == 0) {
            g->items[open->group].turned_away += is_refused;
            *open = g->opened[--g->n_opened];
            return true;
        }
    }
    return false;
}

/* node/lookup_summary.h */
static plm_status take_summary(plm_lookup_groups *g, plm_span body)
{
    plm_reader r = body;
    plm_lookup_group key = {.hour = 0};
    plm_span accord;
    uint8_t is_asker;
    uint64_t v[6];
    size_t i;
    if (plm_rd_field(&r, PLM_FIELD_PARTY, key.peer, sizeof key.peer) < 0 ||
        plm_rd_take(&r, PLM_HASH_BYTES, &accord) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PURPOSE, key.purpose, sizeof key.purpose) < 0 ||
        plm_rd_u8(&r, &is_asker) < 0 || is_asker > 1) {
        return PLM_OK;
    }
    for (i = 0; i < sizeof v / sizeof *v; i++) {
        if (plm_rd_u64(&r, &v[i]) < 0) {
            return PLM_OK;
        }
    }
    key.is_asker = is_asker == 1;
    key.hour = (int64_t)(v[0] / HOUR_MS);
    plm_status status = find_group(g, &key, &i);
    if (status == PLM_OK) {
        g->items[i].evaluated += v[2];
        g->items[i].refused += v[3];
        g->items[i].batches += v[4];
        g->items[i].hits += v[5];
    }
    return status;
}

plm_status plm_lookup_groups_take(plm_lookup_groups *g, const char *self, const plm_ledger_row *row,
                                  bool *taken)
{
    const plm_span body = plm_span_of(
        row->body.p, row->body.n > PLM_SIGNATURE_BYTES ? row->body.n - PLM_SIGNATURE_BYTES : 0);
    plm_lookup_terms terms;
    plm_refusal_message refusal;
    *taken = true;
    if (strcmp(row->kind, "lookup-open") == 0) {
        return take_open(g, self, row);
    }
    if (strcmp(row->kind, "lookups") == 0) {
        return take_summary(g, row->body);
    }
    if (strcmp(row->kind, "lookup-terms") == 0) {
        if (plm_lookup_terms_decode(&terms, body) == PLM_OK) {
            (void)close_open(g, terms.open_hash, false);
        }
        return PLM_OK;
    }
    *taken = strcmp(row->kind, "refusal") == 0 && plm_refusal_decode(&refusal, body) == PLM_OK &&
             close_open(g, refusal.proposal_hash, true);
    return PLM_OK;
}

/* --- finishing ------------------------------------------------------------------------------- */

typedef struct adding {
    plm_lookup_groups *groups;
    int64_t to_hour; /* the first that is out */
} adding;

static plm_status add_notices(void *context, const plm_lookup_usage *usage)
{
    adding *a = (adding *)context;
    size_t i;
    if (usage->hits == 0 || usage->hour >= a->to_hour) {
        return PLM_OK;
    }
    plm_lookup_group key = {.hour = usage->hour};
    (void)snprintf(key.peer, sizeof key.peer, "%s", usage->peer);
    (void)snprintf(key.purpose, sizeof key.purpose, "%s", usage->purpose);
    plm_status status = find_group(a->groups, &key, &i);
    if (status == PLM_OK) {
        a->groups->items[i].hits += usage->hits;
    }
    return status;
}

static int64_t period_of(int64_t hour, plm_period period)
{
    if (period == PLM_PERIOD_MONTH) {
        const plm_date date = plm_date_of_ms(hour * HOUR_MS);
        return (int64_t)date.year * MONTHS + date.month - 1;
    }
    return period == PLM_PERIOD_HOUR ? hour : 0;
}

static int compare_groups(const void *a, const void *b)
{
    const plm_lookup_group *x = (const plm_lookup_group *)a;
    const plm_lookup_group *y = (const plm_lookup_group *)b;
    const int by_period = (x->period > y->period) - (x->period < y->period);
    const int by_text = by_period != 0 ? by_period : compare_texts(x, y);
    return by_text != 0 ? by_text : (x->hour > y->hour) - (x->hour < y->hour);
}

/* Adds an hour to what has been added up so far. */
static void add_hour(plm_lookup_group *sum, const plm_lookup_group *hour)
{
    const bool is_busier = hour->evaluated > sum->most;
    sum->hour = is_busier ? hour->hour : sum->hour;
    sum->most = is_busier ? hour->evaluated : sum->most;
    sum->n_hours += hour->evaluated + hour->refused > 0;
    sum->connections += hour->connections;
    sum->turned_away += hour->turned_away;
    sum->evaluated += hour->evaluated;
    sum->refused += hour->refused;
    sum->batches += hour->batches;
    sum->hits += hour->hits;
}

/* Several groups of one hour become one, then the hours of a period. */
static void merge(plm_lookup_groups *g, bool by_hour)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        plm_lookup_group next = g->items[i];
        plm_lookup_group *last = n > 0 ? &g->items[n - 1] : NULL;
        const bool goes_on = last != NULL && last->period == next.period &&
                             compare_texts(last, &next) == 0 &&
                             (!by_hour || last->hour == next.hour);
        if (!goes_on) {
            last = &g->items[n++];
            *last = (plm_lookup_group){
                .is_asker = next.is_asker, .period = next.period, .hour = next.hour};
            memcpy(last->peer, next.peer, sizeof last->peer);
            memcpy(last->purpose, next.purpose, sizeof last->purpose);
        }
        add_hour(last, &next);
    }
    g->n = n;
}

plm_status plm_lookup_groups_finish(plm_lookup_groups *g, plm_store *store, plm_period period,
                                    int64_t from_ms, int64_t to_ms)
{
    adding a = {g, to_ms / HOUR_MS};
    plm_status status = plm_store_each_lookup_usage(
        store, from_ms < 0 ? 0 : (from_ms + HOUR_MS - 1) / HOUR_MS, add_notices, &a);
    for (size_t i = 0; i < g->n; i++) {
        g->items[i].period = period_of(g->items[i].hour, period);
    }
    if (g->n > 0) {
        qsort(g->items, g->n, sizeof *g->items, compare_groups);
    }
    merge(g, true);
    merge(g, false);
    return status;
}

void plm_lookup_groups_wipe(plm_lookup_groups *g)
{
    free(g->items);
    free(g->opened);
    *g = (plm_lookup_groups){0};
}

/* --- showing --------------------------------------------------------------------------------- */

void plm_report_hour_text(char out[static PLM_PERIOD_TEXT], int64_t hour)
{
    const plm_date date = plm_date_of_ms(hour * HOUR_MS);
    (void)snprintf(out, PLM_PERIOD_TEXT, "%04d-%02d-%02d %02dh", date.year, date.month, date.day,
                   (int)(hour % 24));
}

void plm_lookup_period_text(char out[static PLM_PERIOD_TEXT], const plm_lookup_group *group,
                            plm_period period)
{
    out[0] = '\0';
    if (period == PLM_PERIOD_HOUR) {
        plm_report_hour_text(out, group->period);
    } else if (period == PLM_PERIOD_MONTH) {
        (void)snprintf(out, PLM_PERIOD_TEXT, "%04" PRId64 "-%02" PRId64, group->period / MONTHS,
                       group->period % MONTHS + 1);
    }
}

bool plm_lookup_group_is_small(const plm_lookup_group *g, int64_t small)
{
    return (g->evaluated > 0 && g->evaluated < (uint64_t)small) ||
           (g->hits > 0 && g->hits < (uint64_t)small);
}

json_t *plm_lookup_groups_json(const plm_lookup_groups *groups, plm_period period, int64_t small)
{
    json_t *list = json_array();
    for (size_t i = 0; i < groups->n; i++) {
        const plm_lookup_group *g = &groups->items[i];
        char of[PLM_PERIOD_TEXT];
        char busiest[PLM_PERIOD_TEXT];
        plm_lookup_period_text(of, g, period);
        plm_report_hour_text(busiest, g->hour);
        json_t *entry = json_pack(
            "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:I, s:I, s:s, s:b}", "party",
            g->peer, "purpose", g->purpose, "we", g->is_asker ? "asked" : "answered", "connections",
            (json_int_t)g->connections, "turned_away", (json_int_t)g->turned_away, "evaluated",
            (json_int_t)g->evaluated, "refused", (json_int_t)g->refused, "batches",
            (json_int_t)g->batches, "hits", (json_int_t)g->hits, "hit_ratio",
            g->evaluated > 0 ? (double)g->hits / (double)g->evaluated : 0.0, "active_hours",
            (json_int_t)g->n_hours, "busiest_hour_evaluated", (json_int_t)g->most, "busiest_hour",
            busiest, "small", (int)plm_lookup_group_is_small(g, small));
        if (of[0] != '\0') {
            (void)json_object_set_new(entry, period == PLM_PERIOD_HOUR ? "hour" : "month",
                                      json_string(of));
        }
        (void)json_array_append_new(list, entry);
    }
    return list;
}
