/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/rivals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PASSES = 12 /* of messages; each halves, in logarithms, what they are off */
};

plm_status plm_rivals_create(plm_rivals *out, const plm_pair *pairs, size_t n)
{
    *out = (plm_rivals){.n = n, .n_records = 1, .n_peers = 1};
    for (size_t i = 0; i < n; i++) {
        const size_t record = (size_t)pairs[i].record + 1;
        const size_t peer = (size_t)pairs[i].peer + 1;
        out->n_records = record > out->n_records ? record : out->n_records;
        out->n_peers = peer > out->n_peers ? peer : out->n_peers;
    }
    out->odds = (double *)calloc(3 * n + 1, sizeof *out->odds);
    out->records = (plm_rival_sum *)calloc(out->n_records + out->n_peers, sizeof *out->records);
    if (out->odds == NULL || out->records == NULL) {
        return PLM_E_NOMEM;
    }
    out->to_peer = out->odds + n;
    out->to_record = out->to_peer + n;
    out->peers = out->records + out->n_records;
    for (size_t i = 0; i < 2 * n; i++) {
        out->to_peer[i] = 1;
    }
    return PLM_OK;
}

void plm_rivals_destroy(plm_rivals *r)
{
    free(r->odds);
    free(r->records);
    memset(r, 0, sizeof *r);
}

/* The greatest is kept apart, so that what is left without it is not lost in rounding. */
static void add(plm_rival_sum *sum, double sent, size_t i)
{
    if (sent > sum->most) {
        sum->rest += sum->most;
        sum->most = sent;
        sum->of = (uint32_t)i;
    } else {
        sum->rest += sent;
    }
}

static double without(const plm_rival_sum *sum, double sent, size_t i)
{
    const double rest = sum->of == (uint32_t)i ? sum->rest : sum->most + sum->rest - sent;
    return rest > 0 ? rest : 0;
}

static void pass(plm_rivals *r, const plm_pair *pairs)
{
    memset(r->records, 0, (r->n_records + r->n_peers) * sizeof *r->records);
    for (size_t i = 0; i < r->n; i++) {
        add(&r->records[pairs[i].record], r->odds[i] * r->to_record[i], i);
        add(&r->peers[pairs[i].peer], r->odds[i] * r->to_peer[i], i);
    }
    for (size_t i = 0; i < r->n; i++) {
        const double of_record =
            without(&r->records[pairs[i].record], r->odds[i] * r->to_record[i], i);
        const double of_peer = without(&r->peers[pairs[i].peer], r->odds[i] * r->to_peer[i], i);
        /* The geometric mean of old and new: two that exclude each other would swing for ever. */
        r->to_peer[i] = sqrt(r->to_peer[i] / (1 + of_record));
        r->to_record[i] = sqrt(r->to_record[i] / (1 + of_peer));
    }
}

void plm_rivals_settle(plm_rivals *r, const plm_pair *pairs)
{
    for (int i = 0; i < PASSES; i++) {
        pass(r, pairs);
    }
}

double plm_rivals_probability(const plm_rivals *r, size_t i)
{
    const double odds = r->odds[i] * r->to_peer[i] * r->to_record[i];
    return odds / (1 + odds);
}
