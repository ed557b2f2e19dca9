/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/classes.h"

#include "estimate/bca.h"
#include "estimate/number.h"
#include "estimate/random.h"

#include <stdlib.h>
#include <string.h>

static const double unseen_most = 1e12;

/* One chain's state, by the paper's letters. */
typedef struct sampler {
    plm_random random;
    unsigned k; /* classes */
    unsigned n_lists;
    unsigned n_cells; /* with persons */
    uint8_t cell[PLM_TABLE_CELLS_MAX];
    uint64_t count[PLM_TABLE_CELLS_MAX];
    double n;
    double a, b;
    double alpha;
    double n_0;                                          /* persons unseen */
    double pi[PLM_CLASSES_MAX];                          /* class sizes */
    double log_v[PLM_CLASSES_MAX];                       /* of the stick's pieces: log V_k */
    double log_rest[PLM_CLASSES_MAX];                    /* log (1 - V_k) */
    double lambda[PLM_TABLE_LISTS_MAX][PLM_CLASSES_MAX]; /* of being on list j in class k */
    double members[PLM_CLASSES_MAX];                     /* persons in class k */
    double on[PLM_TABLE_LISTS_MAX][PLM_CLASSES_MAX];     /* of them on list j */
    bool is_ceiling_hit;
} sampler;

/* The weights pi_k prod lambda of a history over the classes. */
static double class_weights(const sampler *s, unsigned history, double *weight)
{
    double sum = 0;
    for (unsigned k = 0; k < s->k; k++) {
        double w = s->pi[k];
        for (unsigned j = 0; j < s->n_lists; j++) {
            w *= (history >> j & 1U) != 0 ? s->lambda[j][k] : 1 - s->lambda[j][k];
        }
        weight[k] = w;
        sum += w;
    }
    return sum;
}

static void allocate(sampler *s, unsigned history, uint64_t n, const double *weight)
{
    double drawn[PLM_CLASSES_MAX];
    plm_random_multinomial(&s->random, drawn, n, weight, s->k);
    for (unsigned k = 0; k < s->k; k++) {
        s->members[k] += drawn[k];
        for (unsigned j = 0; j < s->n_lists; j++) {
            s->on[j][k] += (history >> j & 1U) != 0 ? drawn[k] : 0;
        }
    }
}

/* n_0 ~ NegBin(n, 1 - p_0), as a Poisson number with a Gamma mean; then its classes. */
static void draw_unseen(sampler *s)
{
    double weight[PLM_CLASSES_MAX];
    double p_0 = class_weights(s, 0, weight);
    double seen = 1 - p_0;
    double mean = seen > 0 ? plm_random_gamma(&s->random, s->n) * p_0 / seen : unseen_most;
    s->is_ceiling_hit = s->is_ceiling_hit || mean >= unseen_most;
    mean = mean < unseen_most ? mean : unseen_most;
    uint64_t unseen = plm_random_poisson(&s->random, mean);
    s->n_0 = (double)unseen;
    if (p_0 > 0) {
        allocate(s, 0, unseen, weight);
    }
}

/* Class sizes by stick breaking; the logarithm of the last piece is what alpha's law needs. */
static void draw_sizes(sampler *s)
{
    double above = s->n + s->n_0;
    double left = 0; /* log of what of the stick is left */
    for (unsigned k = 0; k + 1 < s->k; k++) {
        above -= s->members[k];
        double x = log(plm_random_gamma(&s->random, 1 + s->members[k]));
        double y = plm_random_log_gamma(&s->random, s->alpha + above);
        double both = x > y ? x + log1p(exp(y - x)) : y + log1p(exp(x - y));
        s->log_v[k] = x - both;
        s->log_rest[k] = y - both;
        left += y - both;
    }
    s->alpha = plm_random_gamma(&s->random, s->a + s->k - 1) / (s->b - left);
}

static void swap_doubles(double *a, double *b)
{
    double swap = *a;
    *a = *b;
    *b = swap;
}

/* Exchanges the members and probabilities of two classes. */
static void swap_members(sampler *s, unsigned k, unsigned l)
{
    swap_doubles(&s->members[k], &s->members[l]);
    for (unsigned j = 0; j < s->n_lists; j++) {
        swap_doubles(&s->lambda[j][k], &s->lambda[j][l]);
        swap_doubles(&s->on[j][k], &s->on[j][l]);
    }
}

static bool is_accepted(sampler *s, double log_ratio)
{
    return log_ratio >= 0 || log(plm_random_uniform(&s->random)) < log_ratio;
}

/*
 * The order of the classes along the stick changes slowly by itself. Two Metropolis moves that
 * leave the law as it is (Papaspiliopoulos and Roberts, Biometrika 2008, section 3.4): two classes
 * exchange their members; neighbours exchange members and pieces of the stick.
 */
static void relabel(sampler *s)
{
    double log_pi[PLM_CLASSES_MAX] = {0};
    for (unsigned k = 0; k + 2 < s->k; k++) {
        if (is_accepted(s,
                        s->members[k] * s->log_rest[k + 1] - s->members[k + 1] * s->log_rest[k])) {
            swap_members(s, k, k + 1);
            swap_doubles(&s->log_v[k], &s->log_v[k + 1]);
            swap_doubles(&s->log_rest[k], &s->log_rest[k + 1]);
        }
    }
    double left = 0;
    for (unsigned k = 0; k < s->k; k++) {
        log_pi[k] = left + (k + 1 < s->k ? s->log_v[k] : 0);
        left += s->log_rest[k];
    }
    for (unsigned i = 0; i < s->k; i++) {
        unsigned k = plm_random_u32(&s->random) % s->k;
        unsigned l = plm_random_u32(&s->random) % s->k;
        double difference = s->members[l] - s->members[k];
        if (k != l && is_accepted(s, (log_pi[k] - log_pi[l]) * difference)) {
            swap_members(s, k, l);
        }
    }
    for (unsigned k = 0; k < s->k; k++) {
        s->pi[k] = exp(log_pi[k]);
    }
}

static void sweep(sampler *s)
{
    double weight[PLM_CLASSES_MAX];
    memset(s->members, 0, sizeof s->members);
    memset(s->on, 0, sizeof s->on);
    for (unsigned i = 0; i < s->n_cells; i++) {
        if (class_weights(s, s->cell[i], weight) <= 0) {
            weight[0] = 1; /* impossible everywhere to a double's precision: any class will do */
        }
        allocate(s, s->cell[i], s->count[i], weight);
    }
    draw_unseen(s);
    for (unsigned k = 0; k < s->k; k++) {
        for (unsigned j = 0; j < s->n_lists; j++) {
            s->lambda[j][k] =
                plm_random_beta(&s->random, 1 + s->on[j][k], 1 + s->members[k] - s->on[j][k]);
        }
    }
    draw_sizes(s);
    relabel(s);
}

/* Scattered starts: random class profiles, alpha between 0.1 and 10. */
static void begin(sampler *s, const plm_table *table, const plm_classes_config *config,
                  unsigned chain)
{
    memset(s, 0, sizeof *s);
    plm_random_init(&s->random, config->seed, PLM_RANDOM_CHAIN, chain);
    s->k = config->n_classes;
    s->n_lists = table->n_lists;
    s->a = config->a;
    s->b = config->b;
    for (unsigned h = 1; h < plm_table_cells(table); h++) {
        if (table->count[h] > 0) {
            s->cell[s->n_cells] = (uint8_t)h;
            s->count[s->n_cells++] = (uint64_t)llround(table->count[h]);
            s->n += round(table->count[h]);
        }
    }
    double sum = 0;
    for (unsigned k = 0; k < s->k; k++) {
        s->pi[k] = plm_random_gamma(&s->random, 1);
        sum += s->pi[k];
        for (unsigned j = 0; j < s->n_lists; j++) {
            s->lambda[j][k] = plm_random_beta(&s->random, 1, 1);
        }
    }
    for (unsigned k = 0; k < s->k; k++) {
        s->pi[k] /= sum;
    }
    s->alpha = exp((plm_random_uniform(&s->random) * 2 - 1) * log(10));
}

typedef struct chains {
    sampler *state;
    const plm_classes_config *config;
    plm_classes *out;
    unsigned first_draw; /* of this round */
    unsigned n_draws;
    bool is_burning;
} chains;

static void run_chains(void *context, size_t first, size_t last)
{
    const chains *c = (const chains *)context;
    for (size_t chain = first; chain < last; chain++) {
        sampler *s = &c->state[chain];
        for (unsigned i = 0; i < c->n_draws; i++) {
            for (unsigned j = 0; j < (c->is_burning ? 1 : c->config->thin); j++) {
                sweep(s);
            }
            if (!c->is_burning) {
                c->out->total[chain * c->out->n_kept + c->first_draw + i] = s->n + s->n_0;
            }
        }
    }
}

/* n draws (or burnt sweeps) of every chain, in rounds between which progress is told. */
static plm_status run_rounds(chains *c, unsigned n, const plm_work *work, const char *phase)
{
    enum {
        ROUNDS = 25
    };
    for (unsigned done = 0; done < n;) {
        c->first_draw = done;
        c->n_draws = n - done < n / ROUNDS + 1 ? n - done : n / ROUNDS + 1;
        plm_pool_run(work->pool, c->config->n_chains, 1, run_chains, c);
        done += c->n_draws;
        if (work->progress != NULL && !work->progress(work->context, phase, done, n)) {
            return PLM_E_CANCELLED;
        }
    }
    return PLM_OK;
}

static plm_status summarise(plm_classes *out)
{
    size_t n_all = (size_t)out->n_chains * out->n_kept;
    out->sorted = (double *)calloc(n_all, sizeof *out->sorted);
    if (out->sorted == NULL) {
        return PLM_E_NOMEM;
    }
    for (unsigned c = 0; c < out->n_chains; c++) {
        memcpy(out->sorted, out->total + (size_t)c * out->n_kept, out->n_kept * sizeof(double));
        plm_sort_doubles(out->sorted, out->n_kept);
        out->chain_median[c] = plm_quantile8(out->sorted, out->n_kept, 0.5);
    }
    memcpy(out->sorted, out->total, n_all * sizeof(double));
    plm_sort_doubles(out->sorted, n_all);
    plm_status status =
        plm_chains_diagnose(out->total, out->n_chains, out->n_kept, &out->rhat, &out->ess);
    if (status != PLM_OK) {
        return status;
    }
    out->is_mixed =
        out->rhat < PLM_CLASSES_RHAT_MAX && out->ess >= PLM_CLASSES_ESS_MIN && !out->is_ceiling_hit;
    out->median = out->low = out->high = out->median_mcse = PLM_NAN;
    if (out->is_mixed) {
        /* The median's error by the binomial law of how many of `ess` draws lie below it. */
        double half = 0.5 / sqrt(out->ess);
        out->median = plm_quantile8(out->sorted, n_all, 0.5);
        out->low = plm_quantile8(out->sorted, n_all, 0.025);
        out->high = plm_quantile8(out->sorted, n_all, 0.975);
        out->median_mcse = (plm_quantile8(out->sorted, n_all, 0.5 + half) -
                            plm_quantile8(out->sorted, n_all, 0.5 - half)) /
                           2;
    }
    return PLM_OK;
}

void plm_classes_default(plm_classes_config *config)
{
    const plm_classes_config usual = {10, 0.25, 0.25, 4, 5000, 1000, 25, 1};
    *config = usual;
}

plm_status plm_classes_run(plm_classes *out, const plm_table *table,
                           const plm_classes_config *config, const plm_work *work)
{
    memset(out, 0, sizeof *out);
    if (config->n_classes < 2 || config->n_classes > PLM_CLASSES_MAX || config->n_chains < 2 ||
        config->n_chains > PLM_CLASSES_CHAINS_MAX || config->n_kept < 8 || config->thin < 1 ||
        !(plm_table_total(table) >= 1)) {
        return PLM_E_ARGUMENT;
    }
    out->n_chains = config->n_chains;
    out->n_kept = config->n_kept;
    out->total = (double *)calloc((size_t)config->n_chains * config->n_kept, sizeof(double));
    sampler *state = (sampler *)calloc(config->n_chains, sizeof *state);
    plm_status status = PLM_E_NOMEM;
    if (out->total == NULL || state == NULL) {
        goto out;
    }
    for (unsigned c = 0; c < config->n_chains; c++) {
        begin(&state[c], table, config, c);
    }
    chains all = {state, config, out, 0, 0, true};
    status = run_rounds(&all, config->n_burn, work, "latent classes, burning in");
    if (status == PLM_OK) {
        all.is_burning = false;
        status = run_rounds(&all, config->n_kept, work, "latent classes");
    }
    for (unsigned c = 0; c < config->n_chains; c++) {
        out->is_ceiling_hit = out->is_ceiling_hit || state[c].is_ceiling_hit;
    }
    if (status == PLM_OK) {
        status = summarise(out);
    }
out:
    free(state);
    return status;
}

void plm_classes_wipe(plm_classes *classes)
{
    free(classes->total);
    free(classes->sorted);
    memset(classes, 0, sizeof *classes);
}
