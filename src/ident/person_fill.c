/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/person_fill.h"

#include <string.h>

static plm_pattern_slot slot_of(const plm_feature *f)
{
    static const uint8_t slots[PLM_FEATURE_KIND_COUNT] = {
        [PLM_FEATURE_FOLDED] = PLM_FILL_WRITTEN,
        [PLM_FEATURE_SKELETON] = PLM_FILL_NAME,
        [PLM_FEATURE_CLASS] = PLM_FILL_NAME,
        [PLM_FEATURE_DELETION] = PLM_FILL_SPELLING,
        [PLM_FEATURE_SWAP] = PLM_FILL_DATE,
        [PLM_FEATURE_WILD] = PLM_FILL_DATE_WILD,
        [PLM_FEATURE_YEAR_MONTH] = PLM_FILL_YEAR_MONTH,
        [PLM_FEATURE_YEAR_DAY] = PLM_FILL_YEAR_DAY,
        [PLM_FEATURE_MONTH_DAY] = PLM_FILL_MONTH_DAY,
        [PLM_FEATURE_YEAR] = PLM_FILL_YEAR,
        [PLM_FEATURE_VALUE] = PLM_FILL_OTHER,
        [PLM_FEATURE_VALUE_DELETION] = PLM_FILL_OTHER_NEAR,
    };
    if (f->is_joined && f->kind != PLM_FEATURE_SKELETON) {
        return PLM_FILL_NONE;
    }
    return f->type == PLM_IDENT_NATIONALITY ? PLM_FILL_NONE : (plm_pattern_slot)slots[f->kind];
}

/* True if the feature before it is a skeleton of the same word. */
static bool is_second_skeleton(const plm_features *features, size_t i)
{
    const plm_feature *f = &features->items[i];
    const plm_feature *before = i > 0 ? f - 1 : NULL;
    return before != NULL && before->kind == PLM_FEATURE_SKELETON && before->value == f->value &&
           before->word == f->word && before->is_joined == f->is_joined;
}

/* A date's features stand together, the full date first. */
static bool is_part_of_date(const plm_fillers *all, plm_pattern_slot s, const plm_feature *f)
{
    const size_t n = all->n[PLM_FILL_DATE];
    return s >= PLM_FILL_DATE_WILD && s <= PLM_FILL_YEAR && n > 0 &&
           all->items[PLM_FILL_DATE][n - 1].value == f->value;
}

static void add(plm_fillers *all, plm_pattern_slot s, const plm_features *features, size_t i)
{
    const plm_feature *f = &features->items[i];
    const plm_bits cap = plm_pattern_slot_cap(s);
    const plm_bits bits = f->bits < cap ? f->bits : cap;
    all->most[s] = bits > all->most[s] ? bits : all->most[s];
    all->items[s][all->n[s]++] = (plm_filler){
        .feature = (uint16_t)i,
        .value = f->value,
        .word = f->word,
        .last = (uint16_t)(f->word + f->is_joined),
        .bits = bits,
        .coarser = bits,
        .is_other_reading = f->is_joined || f->kind == PLM_FEATURE_CLASS ||
                            (f->kind == PLM_FEATURE_SKELETON && is_second_skeleton(features, i)),
        .is_tolerant =
            s == PLM_FILL_SPELLING || s == PLM_FILL_OTHER_NEAR || is_part_of_date(all, s, f),
    };
}

/* What agrees wherever a feature in the slot does; PLM_FILL_NONE if that is nothing else. */
static plm_pattern_slot coarser_slot(plm_pattern_slot s, const plm_feature *f)
{
    if (s == PLM_FILL_DATE_WILD) {
        const uint8_t *x = (const uint8_t *)memchr(f->text.p, 'X', f->text.n);
        const size_t at = x == NULL ? 0 : (size_t)(x - f->text.p);
        return at < 4 ? PLM_FILL_MONTH_DAY : at < 7 ? PLM_FILL_YEAR_DAY : PLM_FILL_YEAR_MONTH;
    }
    return s == PLM_FILL_WRITTEN                                ? PLM_FILL_NAME
           : s == PLM_FILL_YEAR_MONTH || s == PLM_FILL_YEAR_DAY ? PLM_FILL_YEAR
                                                                : PLM_FILL_NONE;
}

/* The most that a filler of slot s counts that stands for the same word or date; 0 without one. */
static plm_bits most_of_same(const plm_fillers *all, plm_pattern_slot s, const plm_filler *of,
                             size_t *from)
{
    const plm_filler *items = all->items[s];
    plm_bits most = 0;
    size_t i = *from;
    while (i < all->n[s] && (items[i].value < of->value ||
                             (items[i].value == of->value && items[i].word < of->word))) {
        i++;
    }
    *from = i; /* the next one asked for stands here or behind it */
    for (; i < all->n[s] && items[i].value == of->value && items[i].word == of->word; i++) {
        most = items[i].bits > most && items[i].last == items[i].word ? items[i].bits : most;
    }
    return most;
}

static void set_coarser(plm_fillers *all, plm_pattern_slot s, const plm_features *features)
{
    size_t from[PLM_FILL_COUNT] = {0};
    for (size_t i = 0; i < all->n[s]; i++) {
        plm_filler *f = &all->items[s][i];
        const plm_pattern_slot t = coarser_slot(s, &features->items[f->feature]);
        if (t != PLM_FILL_NONE) {
            f->coarser = most_of_same(all, t, f, &from[t]);
            f->has_coarser = true;
        }
    }
}

plm_status plm_fillers_list(plm_fillers *out, const plm_features *features, plm_arena *arena)
{
    size_t n[PLM_FILL_COUNT] = {0};
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < features->n; i++) {
        n[slot_of(&features->items[i])]++;
    }
    for (size_t s = 1; s < PLM_FILL_COUNT; s++) {
        out->is_cut = out->is_cut || n[s] > PLM_FILLERS_MAX;
        n[s] = n[s] < PLM_FILLERS_MAX ? n[s] : PLM_FILLERS_MAX;
        out->items[s] = (plm_filler *)plm_arena_array(arena, n[s] + 1, sizeof(plm_filler));
        if (out->items[s] == NULL) {
            return PLM_E_NOMEM;
        }
    }
    for (size_t i = 0; i < features->n; i++) {
        const plm_pattern_slot s = slot_of(&features->items[i]);
        if (s != PLM_FILL_NONE && out->n[s] < n[s]) {
            add(out, s, features, i);
        }
    }
    set_coarser(out, PLM_FILL_DATE_WILD, features);
    set_coarser(out, PLM_FILL_YEAR_MONTH, features);
    set_coarser(out, PLM_FILL_YEAR_DAY, features);
    set_coarser(out, PLM_FILL_WRITTEN, features);
    return PLM_OK;
}
