/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/model.h"

#include <math.h>
#include <string.h>

#define JOINED_BITS 6.0 /* how rarely two words are written as one */

/* A category: the levels that agree in it; all other levels differ. */
typedef struct kind_of_case {
    const char *words;
    uint16_t agrees;
    uint16_t either; /* levels that may agree or not */
    double m;        /* first value */
} kind_of_case;

static const kind_of_case words[PLM_WORD_CATEGORIES] = {
    {"equal", PLM_WORD_FOLDED | PLM_WORD_SKELETON | PLM_WORD_DELETION,
     PLM_WORD_CLASS | PLM_WORD_NEAR_SOUND, 0.78},
    {"one letter off, and sounds alike", PLM_WORD_SKELETON | PLM_WORD_DELETION,
     PLM_WORD_CLASS | PLM_WORD_NEAR_SOUND, 0.05},
    {"sounds alike", PLM_WORD_SKELETON, PLM_WORD_CLASS | PLM_WORD_NEAR_SOUND, 0.03},
    {"one letter off", PLM_WORD_DELETION, PLM_WORD_CLASS | PLM_WORD_NEAR_SOUND, 0.05},
    {"a form of the same name", PLM_WORD_CLASS, PLM_WORD_NEAR_SOUND, 0.01},
    {"almost alike in sound", PLM_WORD_NEAR_SOUND, 0, 0.01},
    {"different", 0, 0, 0.05},
    {"not there", 0, 0, 0.03},
};

#define DATE_OF_MONTH (PLM_DATE_WILD_DAY | PLM_DATE_YEAR_MONTH | PLM_DATE_YEAR)
#define DATE_OF_DAY   (PLM_DATE_WILD_MONTH | PLM_DATE_YEAR_DAY | PLM_DATE_YEAR)

#define DATE_ORDERS (PLM_DATE_YEAR_MONTH | PLM_DATE_YEAR_DAY | PLM_DATE_MONTH_DAY | PLM_DATE_YEAR)

static const kind_of_case dates[PLM_DATE_CATEGORIES] = {
    {"equal", 0x3ff, 0, 0.82},
    {"day and month exchanged", PLM_DATE_SWAP | PLM_DATE_YEAR, PLM_DATE_DIGITS, 0.01},
    {"equal but for a digit of the year", PLM_DATE_WILD_YEAR | PLM_DATE_MONTH_DAY, PLM_DATE_DIGITS,
     0.03},
    {"equal but for a digit of the month", DATE_OF_DAY, PLM_DATE_DIGITS, 0.02},
    {"equal but for a digit of the day", DATE_OF_MONTH, PLM_DATE_DIGITS, 0.02},
    {"of the same digits in another order", PLM_DATE_DIGITS, DATE_ORDERS, 0.01},
    {"year and month equal", PLM_DATE_YEAR_MONTH | PLM_DATE_YEAR, 0, 0.01},
    {"year and day equal", PLM_DATE_YEAR_DAY | PLM_DATE_YEAR, 0, 0.01},
    {"month and day equal", PLM_DATE_MONTH_DAY, 0, 0.01},
    {"year equal", PLM_DATE_YEAR, 0, 0.015},
    {"different", 0, 0, 0.025},
    {"not there", 0, 0, 0.03},
};

static const kind_of_case others[PLM_OTHER_CATEGORIES] = {
    {"equal", PLM_OTHER_VALUE | PLM_OTHER_NEAR, 0, 0.75},
    {"one character off", PLM_OTHER_NEAR, 0, 0.08},
    {"different", 0, 0, 0.12},
    {"not there", 0, 0, 0.05},
};

static const kind_of_case *categories_of(size_t row)
{
    return row == PLM_PAIR_FIELD_WORD ? words : row == PLM_PAIR_FIELD_DATE ? dates : others;
}

size_t plm_model_categories(size_t row)
{
    return row == PLM_PAIR_FIELD_WORD   ? PLM_WORD_CATEGORIES
           : row == PLM_PAIR_FIELD_DATE ? PLM_DATE_CATEGORIES
                                        : PLM_OTHER_CATEGORIES;
}

size_t plm_model_row(const plm_pair_field *field)
{
    return field->class_ == PLM_PAIR_FIELD_OTHER ? (size_t)PLM_PAIR_FIELD_OTHER + field->type
                                                 : (size_t)field->class_;
}

const char *plm_model_category_words(size_t row, size_t category)
{
    return categories_of(row)[category].words;
}

void plm_model_init(plm_model *model)
{
    memset(model, 0, sizeof *model);
    for (size_t row = 0; row < PLM_MODEL_ROWS; row++) {
        for (size_t c = 0; c < plm_model_categories(row); c++) {
            model->m[row][c] = categories_of(row)[c].m;
        }
    }
}

static double positive(double u)
{
    return u > 1e-9 ? u : 1e-9;
}

static double at_least(double u, double least)
{
    return u > least ? u : least;
}

/* u of the categories of a word, from its levels' frequencies. */
static void words_u(double u[PLM_CATEGORIES_MAX], const plm_pair_field *f)
{
    const double folded = positive((double)f->share[0]);
    const double skeleton = (double)f->share[1];
    const double deletion = (double)f->share[3];
    const double sound = positive(skeleton - folded);
    u[0] = folded;
    u[1] = at_least((sound < deletion ? sound : deletion) / 2, folded / 4);
    u[2] = at_least(sound, folded / 4);
    u[3] = at_least(deletion, folded / 2);
    u[4] = positive((double)f->share[2] - folded);
    u[5] = at_least((double)f->share[4], folded);
    u[6] = 1;
}

/*
 * u of the categories of a date spread evenly over a century: 1/36,525 for equal ones; the others
 * by counting the dates that differ in that way.
 */
static void dates_u(double u[PLM_CATEGORIES_MAX], const plm_pair_field *f)
{
    static const double even[PLM_DATE_CATEGORIES] = {2.74e-5, 1.6e-5, 4.5e-4, 7e-5,   2.0e-4, 3e-4,
                                                     6e-4,    2.5e-4, 2.2e-3, 8.8e-3, 1,      0};
    const double year = positive((double)f->share[0]) / 0.01;
    for (size_t c = 0; c < PLM_DATE_CATEGORIES; c++) {
        u[c] = even[c] * ((dates[c].agrees & PLM_DATE_YEAR) != 0 ? year : 1.0);
    }
}

static void others_u(double u[PLM_CATEGORIES_MAX], const plm_pair_field *f)
{
    u[0] = positive((double)f->share[0]);
    u[1] = at_least((double)f->share[1], u[0] / 2);
    u[2] = 1;
}

static bool is_possible(const plm_pair_field *f, const kind_of_case *c)
{
    const uint16_t known = (uint16_t)(f->known & ~c->either);
    return (f->agrees & known) == (c->agrees & known);
}

double plm_model_weight(const plm_model *model, const plm_pair_field *field,
                        double share[PLM_CATEGORIES_MAX])
{
    double u[PLM_CATEGORIES_MAX] = {0};
    const size_t row = plm_model_row(field);
    const size_t n = plm_model_categories(row);
    const kind_of_case *categories = categories_of(row);
    double sum_m = 0;
    double sum_u = 0;
    if (field->class_ == PLM_PAIR_FIELD_WORD) {
        words_u(u, field);
    } else if (field->class_ == PLM_PAIR_FIELD_DATE) {
        dates_u(u, field);
    } else {
        others_u(u, field);
    }
    u[n - 1] = model->m[row][n - 1]; /* that it is not there says nothing */
    for (size_t c = 0; c < n; c++) {
        const bool is_last = c == n - 1;
        const bool is_open = is_possible(field, &categories[c]) &&
                             (field->is_held == PLM_AGREEMENT_UNKNOWN ||
                              is_last == (field->is_held == PLM_AGREEMENT_DIFFERS));
        const double m = is_open ? model->m[row][c] : 0;
        sum_m += m;
        sum_u += is_open ? u[c] : 0;
        if (share != NULL) {
            share[c] = m;
        }
    }
    for (size_t c = 0; share != NULL && sum_m > 0 && c < n; c++) {
        share[c] /= sum_m;
    }
    return sum_m > 0 && sum_u > 0 ? log2(sum_m / sum_u) : 0;
}

/* Fields of one name: words, then pairs of words written as one. */
typedef struct reading {
    size_t first;
    size_t last;   /* behind the last */
    size_t joined; /* the pair that is read as one; 0: none, since no name begins with one */
    double weight;
} reading;

static bool is_one_name(const plm_pair_field *a, const plm_pair_field *b)
{
    return a->class_ == PLM_PAIR_FIELD_WORD && b->class_ == PLM_PAIR_FIELD_WORD &&
           a->value == b->value;
}

/* The reading of the name at `first` that weighs most. */
static reading read_name(const plm_model *model, const plm_pair_field *fields, size_t n,
                         size_t first)
{
    double weights[PLM_WORDS_PER_NAME_MAX] = {0};
    reading best = {.first = first, .last = first};
    for (; best.last < n && is_one_name(&fields[first], &fields[best.last]); best.last++) {
        const plm_pair_field *f = &fields[best.last];
        if (!f->is_joined && f->word < PLM_WORDS_PER_NAME_MAX) {
            weights[f->word] = plm_model_weight(model, f, NULL);
            best.weight += weights[f->word];
        }
    }
    const double apart = best.weight;
    for (size_t i = first + 1; i < best.last; i++) {
        const plm_pair_field *f = &fields[i];
        if (f->is_joined && f->word + 1 < PLM_WORDS_PER_NAME_MAX) {
            const double weight = apart - weights[f->word] - weights[f->word + 1] +
                                  plm_model_weight(model, f, NULL) - JOINED_BITS;
            if (weight > best.weight) {
                best.weight = weight;
                best.joined = i;
            }
        }
    }
    return best;
}

/* Whether a field of a name counts in a reading of it. */
static bool counts(const reading *r, const plm_pair_field *fields, size_t i)
{
    const plm_pair_field *f = &fields[i];
    if (i < r->first || i >= r->last || r->joined == 0) {
        return i >= r->first && i < r->last && !f->is_joined;
    }
    const unsigned at = fields[r->joined].word;
    return f->is_joined ? i == r->joined : f->word != at && f->word != at + 1U;
}

/* Weights of the names of a record, or of its dates: any of them may be the one that the peer has.
 */
typedef struct versions {
    double most;
    double sum; /* of 2^(weight - most) */
    size_t n;
} versions;

/* Whether this one weighs more than all before it. */
static bool add_version(versions *v, double weight)
{
    if (v->n++ == 0) {
        *v = (versions){weight, 1, 1};
        return true;
    }
    const bool is_best = weight > v->most;
    v->sum = is_best ? v->sum * exp2(v->most - weight) + 1 : v->sum + exp2(weight - v->most);
    v->most = is_best ? weight : v->most;
    return is_best;
}

static double versions_weight(const versions *v)
{
    return v->n == 0 ? 0 : v->most + log2(v->sum / (double)v->n);
}

double plm_model_score(const plm_model *model, const plm_pair_field *fields, size_t n, bool *used)
{
    double score = 0;
    versions by_name = {0};
    versions by_date = {0};
    reading name = {0};
    size_t date = n;
    for (size_t i = 0; i < n; i++) {
        if (fields[i].class_ == PLM_PAIR_FIELD_WORD) {
            const reading r = read_name(model, fields, n, i);
            name = add_version(&by_name, r.weight) ? r : name;
            i = r.last - 1;
            continue;
        }
        const double weight = plm_model_weight(model, &fields[i], NULL);
        if (fields[i].class_ == PLM_PAIR_FIELD_OTHER) {
            score += weight;
        } else if (add_version(&by_date, weight)) {
            date = i;
        }
    }
    for (size_t i = 0; used != NULL && i < n; i++) {
        used[i] = fields[i].class_ == PLM_PAIR_FIELD_WORD   ? counts(&name, fields, i)
                  : fields[i].class_ == PLM_PAIR_FIELD_DATE ? i == date
                                                            : true;
    }
    return score + versions_weight(&by_name) + versions_weight(&by_date);
}
