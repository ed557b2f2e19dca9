/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/resolution.h"

#include "resolve/rivals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CAPACITY_MIN = 1024,
    ROUNDS = 12,      /* of fitting */
    PRIOR_PAIRS = 50, /* the first values count as much as so many pairs of one person */
    SCORE_MAX = 100,
    PROGRESS_EVERY = 1 << 16 /* pairs */
};

#define ALONE_MIN     0.02
#define COUNTED_LEAST 1e-6 /* pairs less probable than this add nothing to a count */
#define ALIKE_LEAST   0.5  /* that all words sound alike, and that the date is equal */
#define SECOND_CHANCE 0.01 /* pairs in a run that agree so much by chance, for a second partner */

struct plm_resolution {
    plm_model model;
    double n_own;
    double n_peer;
    double n_common; /* persons in common, as estimated so far */
    plm_pair *pairs;
    size_t *first_fields; /* of pair i; its fields end where those of i + 1 begin */
    size_t n;
    size_t capacity;
    plm_pair_field *fields;
    size_t n_fields;
    size_t fields_capacity;
};

plm_status plm_resolution_create(plm_resolution **out, uint64_t n_own, uint64_t n_peer,
                                 uint64_t n_expected)
{
    plm_resolution *r = (plm_resolution *)calloc(1, sizeof *r);
    *out = r;
    if (r == NULL) {
        return PLM_E_NOMEM;
    }
    plm_model_init(&r->model);
    r->n_own = (double)n_own;
    r->n_peer = (double)n_peer;
    r->n_common = (double)n_expected;
    return PLM_OK;
}

void plm_resolution_destroy(plm_resolution *r)
{
    if (r != NULL) {
        free(r->pairs);
        free(r->first_fields);
        free(r->fields);
        free(r);
    }
}

static plm_status grow(plm_resolution *r)
{
    if (r->n == r->capacity) {
        const size_t capacity = r->capacity == 0 ? CAPACITY_MIN : 2 * r->capacity;
        plm_pair *pairs = (plm_pair *)realloc(r->pairs, capacity * sizeof *pairs);
        if (pairs == NULL) {
            return PLM_E_NOMEM;
        }
        r->pairs = pairs;
        size_t *first = (size_t *)realloc(r->first_fields, (capacity + 1) * sizeof *first);
        if (first == NULL) {
            return PLM_E_NOMEM;
        }
        r->first_fields = first;
        r->capacity = capacity;
    }
    while (r->fields_capacity - r->n_fields < PLM_RESOLVE_FIELDS_MAX) {
        const size_t capacity =
            r->fields_capacity + r->fields_capacity / 2 + PLM_RESOLVE_FIELDS_MAX;
        plm_pair_field *fields = (plm_pair_field *)realloc(r->fields, capacity * sizeof *fields);
        if (fields == NULL) {
            return PLM_E_NOMEM;
        }
        r->fields = fields;
        r->fields_capacity = capacity;
    }
    return PLM_OK;
}

plm_status plm_resolution_add(plm_resolution *r, uint32_t record, uint32_t peer,
                              const plm_features *features, const uint8_t *states)
{
    plm_status status = r->n == UINT32_MAX ? PLM_E_LIMIT : grow(r);
    if (status != PLM_OK) {
        return status;
    }
    r->first_fields[r->n] = r->n_fields;
    r->n_fields +=
        plm_pair_fields_of(r->fields + r->n_fields, PLM_RESOLVE_FIELDS_MAX, features, states);
    r->pairs[r->n++] = (plm_pair){.record = record, .peer = peer};
    r->first_fields[r->n] = r->n_fields;
    return PLM_OK;
}

const plm_pair_field *plm_resolution_fields(const plm_resolution *r, size_t pair, size_t *n)
{
    *n = r->first_fields[pair + 1] - r->first_fields[pair];
    return r->fields + r->first_fields[pair];
}

/* How far the solving is, for whoever asked to be told. */
typedef struct teller {
    plm_resolution_progress_fn *progress; /* NULL: nobody */
    void *context;
    size_t n_pairs;
    int round;
} teller;

/* Pair i of the second half of a round, if is_fitting, or of the first. */
static plm_status tell(const teller *t, size_t i, bool is_fitting)
{
    if (t->progress == NULL || i % PROGRESS_EVERY != 0) {
        return PLM_OK;
    }
    const double of_round = ((double)i / (double)t->n_pairs + (is_fitting ? 1 : 0)) / 2;
    return t->progress(t->context, (t->round + of_round) / (ROUNDS + 1));
}

static plm_status score_all(plm_resolution *r, const teller *t)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < r->n; i++) {
        size_t n;
        const plm_pair_field *fields = plm_resolution_fields(r, i, &n);
        r->pairs[i].score = plm_model_score(&r->model, fields, n, NULL);
        status = tell(t, i, false);
    }
    return status;
}

/* A share of a list, kept off the ends. */
static double alone(double n, double n_common)
{
    const double share = 1 - n_common / n;
    return share < ALONE_MIN ? ALONE_MIN : share;
}

/*
 * Odds of a pair before anything is known of it, against the two records having no partner at all:
 * E / (|A||B|), divided by the shares of either list that has none.
 */
static double prior_odds(const plm_resolution *r)
{
    return r->n_common / (r->n_own * r->n_peer) /
           (alone(r->n_own, r->n_common) * alone(r->n_peer, r->n_common));
}

static double odds_of(double prior, const plm_pair *pair)
{
    return prior * exp2(pair->score < SCORE_MAX ? pair->score : SCORE_MAX);
}

/* Probabilities of all pairs, and from them the persons in common. */
static void set_probabilities(plm_resolution *r, plm_rivals *rivals)
{
    const double prior = prior_odds(r);
    double n_common = 0;
    for (size_t i = 0; i < r->n; i++) {
        rivals->odds[i] = odds_of(prior, &r->pairs[i]);
    }
    plm_rivals_settle(rivals, r->pairs);
    for (size_t i = 0; i < r->n; i++) {
        r->pairs[i].probability = plm_rivals_probability(rivals, i);
        n_common += r->pairs[i].probability;
    }
    r->n_common = n_common < 1 ? 1 : n_common;
}

/* How surely a pair's date is equal, and all its words at least sound alike; 1 where it has none.
 */
typedef struct agreement {
    double date;
    double words;
} agreement;

static agreement agreement_of(const plm_resolution *r, const plm_pair_field *fields, size_t n,
                              const bool *used)
{
    agreement all = {1, 1};
    double share[PLM_CATEGORIES_MAX];
    for (size_t i = 0; i < n; i++) {
        if (!used[i] || fields[i].class_ == PLM_PAIR_FIELD_OTHER) {
            continue;
        }
        (void)plm_model_weight(&r->model, &fields[i], share);
        if (fields[i].class_ == PLM_PAIR_FIELD_DATE) {
            all.date *= share[0];
        } else {
            all.words *= share[0] + share[1] + share[2];
        }
    }
    return all;
}

/*
 * Adds a pair's categories to the counts, each with the pair's probability. A pair whose date
 * differs is a candidate only if its names agree, and the other way round; so dates are counted
 * where the names agree, and words where the date does: there nothing is missing.
 */
static void count_pair(const plm_resolution *r, size_t at, plm_model *counts)
{
    bool used[PLM_RESOLVE_FIELDS_MAX];
    double share[PLM_CATEGORIES_MAX];
    size_t n;
    const plm_pair_field *fields = plm_resolution_fields(r, at, &n);
    (void)plm_model_score(&r->model, fields, n, used);
    const agreement all = agreement_of(r, fields, n, used);
    for (size_t i = 0; i < n; i++) {
        if (used[i]) {
            const size_t row = plm_model_row(&fields[i]);
            const double p = r->pairs[at].probability * (row == PLM_PAIR_FIELD_DATE   ? all.words
                                                         : row == PLM_PAIR_FIELD_WORD ? all.date
                                                                                      : 1);
            (void)plm_model_weight(&r->model, &fields[i], share);
            for (size_t c = 0; c < plm_model_categories(row); c++) {
                counts->m[row][c] += p * share[c];
            }
        }
    }
}

static plm_status fit(plm_resolution *r, const teller *t)
{
    plm_model first;
    plm_model counts;
    plm_status status = PLM_OK;
    plm_model_init(&first);
    memset(&counts, 0, sizeof counts);
    for (size_t i = 0; status == PLM_OK && i < r->n; i++) {
        if (r->pairs[i].probability >= COUNTED_LEAST) {
            count_pair(r, i, &counts);
        }
        status = tell(t, i, true);
    }
    for (size_t row = 0; row < PLM_MODEL_ROWS; row++) {
        const size_t n = plm_model_categories(row);
        double sum = 0;
        for (size_t c = 0; c < n; c++) {
            counts.m[row][c] += PRIOR_PAIRS * first.m[row][c];
            sum += counts.m[row][c];
        }
        for (size_t c = 0; c < n; c++) {
            r->model.m[row][c] = counts.m[row][c] / sum;
        }
    }
    return status;
}

static int by_score(const void *a, const void *b, void *context)
{
    const plm_pair *pairs = (const plm_pair *)context;
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;
    if (pairs[x].score != pairs[y].score) {
        return pairs[x].score > pairs[y].score ? -1 : 1;
    }
    return (x > y) - (x < y);
}

static plm_grade grade_of(double probability)
{
    return probability >= 0.99  ? PLM_GRADE_STRONG
           : probability >= 0.9 ? PLM_GRADE_PROBABLE
           : probability >= 0.5 ? PLM_GRADE_POSSIBLE
                                : PLM_GRADE_NONE;
}

/*
 * Whether so much agrees that chance is out of the question, in all comparisons that a run makes,
 * and nothing is known to differ: of a record and two such peers all three are one person's, who
 * stands twice on the peer's list. Twins and families have a name or a date that differs.
 */
static bool is_beyond_chance(const plm_resolution *r, size_t at)
{
    bool used[PLM_RESOLVE_FIELDS_MAX];
    size_t n;
    const plm_pair_field *fields = plm_resolution_fields(r, at, &n);
    if (r->pairs[at].score < log2(r->n_own * r->n_peer / SECOND_CHANCE)) {
        return false;
    }
    (void)plm_model_score(&r->model, fields, n, used);
    for (size_t i = 0; i < n; i++) {
        if (used[i] && fields[i].class_ != PLM_PAIR_FIELD_OTHER && fields[i].agrees == 0) {
            return false;
        }
    }
    const agreement all = agreement_of(r, fields, n, used);
    return all.date >= ALIKE_LEAST && all.words >= ALIKE_LEAST;
}

/*
 * Best first, each side once, but for those beyond chance. taken: by record, then by peer; all
 * false.
 */
static void assign(plm_resolution *r, uint32_t *order, bool *record_taken, bool *peer_taken)
{
    const double prior = prior_odds(r);
    for (size_t i = 0; i < r->n; i++) {
        order[i] = (uint32_t)i;
    }
    qsort_r(order, r->n, sizeof *order, by_score, r->pairs);
    for (size_t i = 0; i < r->n; i++) {
        plm_pair *p = &r->pairs[order[i]];
        const bool is_sure = is_beyond_chance(r, order[i]);
        p->grade = PLM_GRADE_NONE;
        if (is_sure) {
            const double odds = odds_of(prior, p);
            p->probability = odds / (1 + odds); /* the other one is no rival */
        }
        if (is_sure || (!record_taken[p->record] && !peer_taken[p->peer])) {
            p->grade = grade_of(p->probability);
            record_taken[p->record] = true;
            peer_taken[p->peer] = true;
        }
    }
}

plm_status plm_resolution_solve(plm_resolution *r, plm_resolution_progress_fn *progress,
                                void *context)
{
    teller t = {.progress = progress, .context = context, .n_pairs = r->n};
    plm_rivals rivals;
    plm_status status = plm_rivals_create(&rivals, r->pairs, r->n);
    bool *taken = (bool *)calloc(rivals.n_records + rivals.n_peers + 1, sizeof *taken);
    uint32_t *order = (uint32_t *)calloc(r->n + 1, sizeof *order);
    if (status == PLM_OK && (taken == NULL || order == NULL)) {
        status = PLM_E_NOMEM;
    }
    for (; status == PLM_OK && t.round <= ROUNDS; t.round++) {
        status = score_all(r, &t);
        if (status == PLM_OK) {
            set_probabilities(r, &rivals);
        }
        if (status == PLM_OK && t.round < ROUNDS) {
            status = fit(r, &t);
        }
    }
    if (status == PLM_OK) {
        assign(r, order, taken, taken + rivals.n_records);
    }
    plm_rivals_destroy(&rivals);
    free(taken);
    free(order);
    return status;
}

const plm_pair *plm_resolution_pairs(const plm_resolution *r, size_t *n)
{
    *n = r->n;
    return r->pairs;
}

const plm_model *plm_resolution_model(const plm_resolution *r)
{
    return &r->model;
}

const char *plm_grade_name(plm_grade grade)
{
    static const char *const names[] = {"none", "possible", "probable", "strong"};
    return (unsigned)grade < sizeof names / sizeof *names ? names[grade] : "unknown";
}
