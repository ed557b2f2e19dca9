/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h - how much the evidence on a pair speaks for one person (spec/resolution.md section 4).
 *
 * I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, JASA 64 (1969): the weight of a field
 * is log2(m / u), m the probability of what is seen if the records are of one person, u if they are
 * not. A field falls into exactly one category (equal, sounds alike, one letter off, ...); where
 * evidence leaves several open, their probabilities add. u comes from the tables of frequencies,
 * value by value; m is fixed at first, and then fitted to the candidates by expectation and
 * maximisation without any truth, held near the first values by a prior weight.
 */
#ifndef PLM_RESOLVE_MODEL_H
#define PLM_RESOLVE_MODEL_H

#include "resolve/field.h"

enum {
    PLM_WORD_CATEGORIES = 8,
    PLM_DATE_CATEGORIES = 12,
    PLM_OTHER_CATEGORIES = 4,
    PLM_CATEGORIES_MAX = 12,
    PLM_MODEL_ROWS = 2 + PLM_IDENT_TYPE_COUNT /* words, dates, and each other type */
};

typedef struct plm_model {
    double m[PLM_MODEL_ROWS][PLM_CATEGORIES_MAX];
} plm_model;

/* The published first values. */
void plm_model_init(plm_model *model);

/* Row of the model a field belongs to, and its number of categories. */
size_t plm_model_row(const plm_pair_field *field);
size_t plm_model_categories(size_t row);
/* In words: "is equal", "sounds alike", ... Static storage. */
const char *plm_model_category_words(size_t row, size_t category);

/*
 * The weight of a field in bits. share (may be NULL): for each category the probability that it is
 * the one, if the records are of one person.
 */
double plm_model_weight(const plm_model *model, const plm_pair_field *field,
                        double share[PLM_CATEGORIES_MAX]);

/*
 * Weight of a pair: its names, its dates of birth, and all other fields. A name weighs what its
 * words weigh together. Of several names one is that of the peer's record, and nobody knows which:
 * they weigh together as the mean of their odds, so that many aliases are not many chances to
 * agree. Dates likewise. used (may be NULL, n of them): whether the field is of the name or the
 * date that fits best, or another value.
 */
double plm_model_score(const plm_model *model, const plm_pair_field *fields, size_t n, bool *used);

#endif
