/* SPDX-License-Identifier: Apache-2.0 */
/*
 * okvs_failures.c - how often a small store can't be encoded, against what plm_okvs_security says.
 *
 *     okvs_failures --n 32,64 [--from E] [--to E] [--steps N] [--trials N] [--seed N] [--threads N]
 *                   [--peel]
 *
 * Without --from and --to: expansions e where the formula gives 2^-3 to 2^-20. CSV on stdout; each
 * expansion has one line for each answer to `what`:
 *
 *     peel      a core remained, whatever became of it
 *     sparse    the core had no solution in the sparse columns alone (n_dense is 0)
 *     formula   no solution with the dense columns for the lambda that the formula gives here
 *     engine    no solution with the dense columns for PLM_OKVS_LAMBDA
 *
 * With --peel cores are not solved, which for thousands of rows takes long; the lines are then
 * `peel` and `large`: a core of more than an eighth of the rows remained.
 *
 * All of them are of the same stores: the linker puts count_core in the place of
 * plm_okvs_solve_core, so that the core that plm_okvs_encode_bin found is solved with 0, 1, 2 ...
 * dense columns in turn. tools/okvs-picture draws it.
 */
#include "okvs/okvs.h"

#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SIZES_MAX = 16,
    THREADS_MAX = 64
};

typedef struct options {
    uint32_t sizes[SIZES_MAX];
    size_t n_sizes;
    double from; /* 0: by the formula */
    double to;
    unsigned long steps;
    unsigned long trials;
    unsigned long seed;
    unsigned long threads;
    bool peel_only;
} options;

typedef struct counts {
    uint64_t trials;
    uint64_t cores;
    uint64_t large;    /* those of more than an eighth of the rows */
    uint64_t failures; /* of plm_okvs_encode_bin with `engine` dense columns */
    /* Stores that need this many dense columns; more than `engine` are in the last. */
    uint64_t needs[PLM_OKVS_DENSE_MAX + 2];
} counts;

typedef struct worker {
    plm_okvs_params params;
    plm_block key;
    uint64_t trials;
    bool peel_only;
    counts result;
    plm_status status;
} worker;

static _Thread_local counts *counting;
static _Thread_local bool is_solving;

plm_status __real_plm_okvs_solve_core(const plm_okvs_params *params, const plm_okvs_core *core,
                                      plm_block *columns);
plm_status __wrap_plm_okvs_solve_core(const plm_okvs_params *params, const plm_okvs_core *core,
                                      plm_block *columns);

plm_status __wrap_plm_okvs_solve_core(const plm_okvs_params *params, const plm_okvs_core *core,
                                      plm_block *columns)
{
    plm_okvs_params fewer = *params;
    plm_status status = PLM_E_LIMIT;
    counting->cores++;
    counting->large += 8 * core->n > params->n;
    if (!is_solving) {
        return PLM_E_LIMIT;
    }
    fewer.n_dense = 0;
    while (status == PLM_E_LIMIT && fewer.n_dense <= params->n_dense) {
        status = __real_plm_okvs_solve_core(&fewer, core, columns);
        fewer.n_dense += status == PLM_E_LIMIT;
    }
    counting->needs[fewer.n_dense]++;
    return status;
}

static plm_status run_trials(worker *w)
{
    const plm_kernels *kernels = plm_kernels_best();
    size_t n = w->params.n;
    plm_okvs_workspace *space = NULL;
    plm_aes_key key;
    plm_block *hashes = (plm_block *)calloc(n, sizeof *hashes);
    plm_block *values = (plm_block *)calloc(n, sizeof *values);
    plm_block *columns = (plm_block *)calloc(plm_okvs_columns(&w->params), sizeof *columns);
    plm_status status = plm_okvs_workspace_create(&space, &w->params);
    if (hashes == NULL || values == NULL || columns == NULL) {
        status = PLM_E_NOMEM;
    }
    kernels->key(&key, w->key);
    counting = &w->result;
    is_solving = !w->peel_only;
    for (uint64_t i = 0; i < w->trials && status == PLM_OK; i++) {
        kernels->counter(&key, hashes, i * n, n);
        plm_status encoded = plm_okvs_encode_bin(space, &w->params, hashes, values, n, columns);
        w->result.failures += encoded == PLM_E_LIMIT;
        w->result.trials++;
        status = encoded == PLM_E_LIMIT ? PLM_OK : encoded;
    }
    plm_okvs_workspace_destroy(space);
    free(hashes);
    free(values);
    free(columns);
    return status;
}

static void *start(void *argument)
{
    worker *w = (worker *)argument;
    w->status = run_trials(w);
    return NULL;
}

static void print_point(const plm_okvs_params *p, const counts *all, bool peel_only)
{
    double lambda = plm_okvs_security((double)p->n, p->n_sparse);
    double predicted = lambda <= 0 ? 1 : 1 / __builtin_exp2(lambda);
    uint32_t formula = plm_okvs_dense_columns(p->n_sparse, lambda < 1 ? 1 : lambda);
    formula = formula < p->n_dense ? formula : p->n_dense; /* no more were tried */
    uint64_t more = all->failures; /* stores that need more than g dense columns */
    uint64_t formula_failures = 0;
    uint64_t sparse_failures = 0;
    for (uint32_t g = p->n_dense + 1; g-- > 0;) {
        formula_failures = g == formula ? more : formula_failures;
        sparse_failures = more;
        more += all->needs[g];
    }
    const struct {
        const char *name;
        uint32_t n_dense;
        uint64_t failures;
    } lines[] = {{"peel", 0, all->cores},
                 {"large", 0, all->large},
                 {"sparse", 0, sparse_failures},
                 {"formula", formula, formula_failures},
                 {"engine", p->n_dense, all->failures}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (i > 0 && (i == 1) != peel_only) {
            continue;
        }
        printf("%zu,%u,%u,%llu,%llu,%.4g,%s\n", p->n, p->n_sparse, lines[i].n_dense,
               (unsigned long long)all->trials, (unsigned long long)lines[i].failures, predicted,
               lines[i].name);
    }
    (void)fflush(stdout);
}

static plm_status measure(const options *o, uint32_t n, uint32_t n_sparse)
{
    static worker workers[THREADS_MAX];
    pthread_t threads[THREADS_MAX];
    counts all = {0};
    plm_status status = PLM_OK;
    size_t n_started = 0;
    for (size_t t = 0; t < o->threads && status == PLM_OK; t++) {
        worker *w = &workers[t];
        *w = (worker){.params = {.n = n, .n_bins = 1, .bin_rows = n, .n_sparse = n_sparse},
                      .key = plm_block_of(o->seed, (uint64_t)n << 40 | (uint64_t)n_sparse << 8 | t),
                      .trials = o->trials / o->threads + (t < o->trials % o->threads),
                      .peel_only = o->peel_only};
        w->params.n_dense = plm_okvs_dense_columns(n_sparse, PLM_OKVS_LAMBDA);
        status = pthread_create(&threads[t], NULL, start, w) == 0 ? PLM_OK : PLM_E_NOMEM;
        n_started += status == PLM_OK;
    }
    for (size_t t = 0; t < n_started; t++) {
        const counts *c = &workers[t].result;
        (void)pthread_join(threads[t], NULL);
        status = workers[t].status != PLM_OK ? workers[t].status : status;
        all.trials += c->trials;
        all.cores += c->cores;
        all.large += c->large;
        all.failures += c->failures;
        for (size_t g = 0; g < sizeof c->needs / sizeof *c->needs; g++) {
            all.needs[g] += c->needs[g];
        }
    }
    if (status == PLM_OK) {
        print_point(&workers[0].params, &all, o->peel_only);
    }
    return status;
}

static bool read_sizes(options *o, const char *text)
{
    char *end = NULL;
    for (o->n_sizes = 0; o->n_sizes < SIZES_MAX; text = end + 1) {
        unsigned long n = strtoul(text, &end, 10);
        if (end == text || n < 4 || n > 1UL << 20) {
            return false;
        }
        o->sizes[o->n_sizes++] = (uint32_t)n;
        if (*end != ',') {
            return *end == 0;
        }
    }
    return false;
}

static bool read_options(options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"n", 1, NULL, 'n'},      {"from", 1, NULL, 'f'}, {"to", 1, NULL, 't'},
        {"steps", 1, NULL, 's'},  {"seed", 1, NULL, 'r'}, {"threads", 1, NULL, 'j'},
        {"trials", 1, NULL, 'k'}, {"peel", 0, NULL, 'p'}, {NULL, 0, NULL, 0}};
    bool good = true;
    for (int c; good && (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        char *end = optarg;
        if (c == 'p') {
            o->peel_only = true;
            continue;
        }
        double real = optarg != NULL ? strtod(optarg, &end) : 0;
        unsigned long number = real >= 0 && real < 1e15 ? (unsigned long)real : 0;
        good = c == 'n' ? read_sizes(o, optarg) : optarg != NULL && end != optarg && *end == 0;
        *(c == 'f' ? &o->from : c == 't' ? &o->to : &(double){0}) = real;
        *(c == 's'   ? &o->steps
          : c == 'r' ? &o->seed
          : c == 'j' ? &o->threads
          : c == 'k' ? &o->trials
                     : &(unsigned long){0}) = number;
    }
    return good && optind == argc && o->n_sizes > 0 && o->steps > 0 && o->threads > 0 &&
           o->threads <= THREADS_MAX && (o->from == 0 || o->from >= 1) && o->to <= 100;
}

int main(int argc, char **argv)
{
    options o = {.steps = 8, .trials = 1000000, .seed = 1, .threads = 1};
    if (!read_options(&o, argc, argv)) {
        (void)fprintf(stderr, "usage: okvs_failures --n N[,N...] [--from E] [--to E] [--steps N] "
                              "[--trials N] [--seed N] [--threads N] [--peel]\n");
        return 2;
    }
    printf("n,n_sparse,n_dense,trials,failures,predicted,what\n");
    for (size_t i = 0; i < o.n_sizes; i++) {
        uint32_t n = o.sizes[i];
        double first = o.from > 0 ? o.from * n : plm_okvs_sparse_columns(n, 3);
        double last = o.to > 0 ? o.to * n : plm_okvs_sparse_columns(n, 20);
        double step = o.steps > 1 ? (last - first) / (double)(o.steps - 1) : 0;
        uint32_t before = 0;
        for (unsigned long s = 0; s < o.steps; s++) {
            uint32_t n_sparse = (uint32_t)(first + step * (double)s + 0.5);
            plm_status status = n_sparse > before ? measure(&o, n, n_sparse) : PLM_OK;
            before = n_sparse;
            if (status != PLM_OK) {
                (void)fprintf(stderr, "okvs_failures: %s\n", plm_status_sentence(status));
                return 1;
            }
        }
    }
    return 0;
}
