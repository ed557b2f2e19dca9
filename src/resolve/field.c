/* SPDX-License-Identifier: Apache-2.0 */
#include "resolve/field.h"

#include <math.h>
#include <string.h>

enum {
    YEAR_LEVEL = 8
};

/* The level of a feature as a bit's number; -1 for a feature of no field. */
static int level_of(const plm_feature *f)
{
    static const int8_t levels[PLM_FEATURE_KIND_COUNT] = {
        [PLM_FEATURE_FOLDED] = 0,     [PLM_FEATURE_SKELETON] = 1,
        [PLM_FEATURE_CLASS] = 2,      [PLM_FEATURE_DELETION] = 3,
        [PLM_FEATURE_NEAR_SOUND] = 4, [PLM_FEATURE_DATE] = 0,
        [PLM_FEATURE_SWAP] = 1,       [PLM_FEATURE_WILD] = 2,
        [PLM_FEATURE_YEAR_MONTH] = 5, [PLM_FEATURE_YEAR_DAY] = 6,
        [PLM_FEATURE_MONTH_DAY] = 7,  [PLM_FEATURE_YEAR] = YEAR_LEVEL,
        [PLM_FEATURE_VALUE] = 0,      [PLM_FEATURE_VALUE_DELETION] = 1,
        [PLM_FEATURE_DIGITS] = 9,     [PLM_FEATURE_HAS] = -1,
    };
    if (f->kind == PLM_FEATURE_WILD) {
        const uint8_t *x = (const uint8_t *)memchr(f->text.p, 'X', f->text.n);
        const size_t at = x == NULL ? 0 : (size_t)(x - f->text.p);
        return at < 4 ? 2 : at < 7 ? 3 : 4;
    }
    return levels[f->kind];
}

static plm_pair_field_class class_of(const plm_feature *f)
{
    return f->type == PLM_IDENT_NAME         ? PLM_PAIR_FIELD_WORD
           : f->type == PLM_IDENT_BIRTH_DATE ? PLM_PAIR_FIELD_DATE
                                             : PLM_PAIR_FIELD_OTHER;
}

/* The level whose value is not counted among those who share a deletion of it; -1: all are. */
static int exact_of(const plm_pair_field *field, unsigned level)
{
    if (field->class_ == PLM_PAIR_FIELD_WORD) {
        return level == 3 ? 0 : level == 4 ? 1 : -1;
    }
    return field->class_ == PLM_PAIR_FIELD_OTHER && level == 1 ? 0 : -1;
}

static void add_share(plm_pair_field *field, unsigned level, plm_bits bits)
{
    const int exact = exact_of(field, level);
    const float share = (float)exp2(-plm_bits_value(bits));
    const float more = exact < 0 ? share : share - field->share[exact];
    if (field->class_ != PLM_PAIR_FIELD_DATE) {
        field->share[level] += more > 0 ? more : 0;
    } else if (level == YEAR_LEVEL) {
        field->share[0] += share;
    }
}

/* Of the values of one level: one that agrees is enough; all must differ. */
static void add_state(plm_pair_field *field, unsigned level, uint8_t state, uint16_t *unknown)
{
    const uint16_t bit = (uint16_t)(1U << level);
    field->agrees |= state == PLM_AGREEMENT_AGREES ? bit : 0;
    field->known |= state == PLM_AGREEMENT_DIFFERS ? bit : 0;
    *unknown |= state == PLM_AGREEMENT_UNKNOWN ? bit : 0;
}

static void close_field(plm_pair_field *field, uint16_t unknown)
{
    field->known = (uint16_t)((field->known & ~unknown) | field->agrees);
    if (field->class_ == PLM_PAIR_FIELD_WORD && field->share[2] <= 0) {
        field->known |= PLM_WORD_CLASS; /* a word without equivalents is nobody's */
    }
}

size_t plm_pair_fields_of(plm_pair_field *out, size_t max, const plm_features *features,
                          const uint8_t *states)
{
    uint8_t is_held[PLM_IDENT_TYPE_COUNT] = {0};
    size_t n = 0;
    uint16_t unknown = 0;
    for (size_t i = 0; i < features->n; i++) {
        const plm_feature *f = &features->items[i];
        const int level = level_of(f);
        if (f->kind == PLM_FEATURE_HAS) {
            is_held[f->type] = states[i];
        }
        if (level < 0) {
            continue;
        }
        if (n == 0 || out[n - 1].value != f->value || out[n - 1].word != f->word ||
            out[n - 1].is_joined != f->is_joined) {
            if (n == max) {
                break;
            }
            if (n > 0) {
                close_field(&out[n - 1], unknown);
            }
            unknown = 0;
            out[n++] = (plm_pair_field){.class_ = (uint8_t)class_of(f),
                                        .type = f->type,
                                        .value = f->value,
                                        .word = f->word,
                                        .is_joined = f->is_joined};
        }
        add_share(&out[n - 1], (unsigned)level, f->bits);
        add_state(&out[n - 1], (unsigned)level, states[i], &unknown);
    }
    if (n > 0) {
        close_field(&out[n - 1], unknown);
    }
    for (size_t i = 0; i < n; i++) {
        out[i].is_held = is_held[out[i].type];
    }
    return n;
}
