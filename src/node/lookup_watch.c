/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_watch.h"

#include "wire/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOUR_MS = 3600000,
    HOURS_MAX = 8760,
    SURGE = 5,           /* an hour of so many times the median */
    SURGE_LEAST = 100,   /* evaluations, below which no hour is a surge */
    STEADY_HOURS = 24,   /* active hours on end that look like a machine that walks */
    STEADY_PERCENT = 10, /* between the lowest and the highest of them */
    NO_HITS_LEAST = 100000
};

typedef struct watching {
    plm_watched_fn *fn;
    void *context;
    uint64_t n_hours;
    char peer[PLM_CODE_MAX];
    char purpose[PLM_CODE_MAX];
    uint8_t accord_hash[32];
    uint64_t counts[HOURS_MAX];
    size_t n;
    uint64_t night;
    plm_watched sum;
} watching;

static int compare_counts(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Borders have days and nights, weekdays and holidays; a range that is walked through has none. */
static bool is_steady(const watching *w)
{
    const uint64_t lowest = w->counts[0];
    const uint64_t highest = w->counts[w->n - 1];
    return w->n >= STEADY_HOURS && lowest > 0 &&
           (highest - lowest) * 100 <= highest * STEADY_PERCENT;
}

static void add_remark(char *out, size_t size, const char *word)
{
    const size_t n = strlen(out);
    (void)snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "", word);
}

static void flush(watching *w)
{
    char remarks[128] = "";
    plm_watched *s = &w->sum;
    if (w->n == 0) {
        return;
    }
    qsort(w->counts, w->n, sizeof *w->counts, compare_counts);
    s->peer = w->peer;
    s->purpose = w->purpose;
    s->n_hours = w->n_hours;
    s->n_active = w->n;
    s->median = w->counts[w->n / 2];
    s->highest = w->counts[w->n - 1];
    s->hit_ratio = s->charged > 0 ? (double)s->hits / (double)s->charged : 0;
    s->night_share = s->charged > 0 ? (double)w->night / (double)s->charged : 0;
    if (s->refused > 0) {
        add_remark(remarks, sizeof remarks, "budget-reached");
    }
    if (w->n > 2 && s->highest >= SURGE_LEAST && s->highest > SURGE * s->median) {
        add_remark(remarks, sizeof remarks, "surge");
    }
    if (is_steady(w)) {
        add_remark(remarks, sizeof remarks, "steady");
    }
    if (s->hits == 0 && s->charged >= NO_HITS_LEAST) {
        add_remark(remarks, sizeof remarks, "no-hits");
    }
    s->remarks = remarks;
    w->fn(w->context, s);
    s->remarks = NULL;
}

static plm_status take_hour(void *context, const plm_lookup_usage *u)
{
    watching *w = (watching *)context;
    const bool is_same = w->n > 0 && strcmp(w->peer, u->peer) == 0 &&
                         strcmp(w->purpose, u->purpose) == 0 &&
                         memcmp(w->accord_hash, u->accord_hash, sizeof w->accord_hash) == 0;
    if (!is_same) {
        flush(w);
        w->sum = (plm_watched){0};
        w->n = 0;
        w->night = 0;
        (void)snprintf(w->peer, sizeof w->peer, "%s", u->peer);
        (void)snprintf(w->purpose, sizeof w->purpose, "%s", u->purpose);
        memcpy(w->accord_hash, u->accord_hash, sizeof w->accord_hash);
    }
    if (w->n < HOURS_MAX) {
        w->counts[w->n++] = u->charged;
    }
    const int64_t hour_of_day = u->hour % 24;
    w->night += hour_of_day >= 22 || hour_of_day < 6 ? u->charged : 0;
    w->sum.charged += u->charged;
    w->sum.refused += u->refused;
    w->sum.hits += u->hits;
    return PLM_OK;
}

plm_status plm_lookup_watch(plm_store *store, int64_t now_ms, unsigned n_hours, plm_watched_fn *fn,
                            void *context)
{
    watching *w = (watching *)calloc(1, sizeof *w);
    if (w == NULL) {
        return PLM_E_NOMEM;
    }
    w->fn = fn;
    w->context = context;
    w->n_hours = n_hours;
    plm_status status =
        plm_store_each_lookup_usage(store, now_ms / HOUR_MS - (int64_t)n_hours + 1, take_hour, w);
    if (status == PLM_OK) {
        flush(w);
    }
    free(w);
    return status;
}
