/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person_gate.c - which combinations of a record's features become tokens.
 */
#include "ident/person_gate.h"

#include "ident/pattern_token.h"

#include <string.h>

enum {
    LISTED_MAX = 1024,   /* features of one slot that are combined; of one name, or of the record */
    TRIES_MAX = 1 << 22, /* of a record: time is bounded whatever it holds */
    CAPACITY_MIN = 128
};

typedef struct listed {
    uint16_t feature;
    uint16_t value;
    uint16_t word;
    uint16_t last;  /* the word itself, or the next one that is joined to it */
    plm_bits bits;  /* capped */
    plm_bits sound; /* of PLM_FILL_WRITTEN: the bits of the word's sound; else as bits */
} listed;

/* The features that can fill each slot. */
typedef struct fillers {
    listed *items[PLM_FILL_COUNT];
    size_t n[PLM_FILL_COUNT];
} fillers;

typedef struct combining {
    plm_combinations *out;
    const plm_person_gate *gate;
    const plm_features *features;
    plm_arena *arena;
    size_t limit;
    size_t capacity;
    size_t n_tries;
} combining;

plm_bits plm_person_gate_prior(uint64_t n_a, uint64_t n_b, uint64_t n_expected)
{
    return plm_bits_log2(n_a) + plm_bits_log2(n_b) - plm_bits_log2(n_expected);
}

plm_bits plm_person_gate_threshold(uint64_t n_a, uint64_t n_b, uint64_t n_expected, plm_bits c)
{
    const plm_bits exact = plm_person_gate_prior(n_a, n_b, n_expected) + c;
    const plm_bits steps = (exact + PLM_PERSON_GATE_STEP - 1) / PLM_PERSON_GATE_STEP;
    return exact <= 0 ? 0 : steps * PLM_PERSON_GATE_STEP;
}

/* True if the slots of the mask, in order, are the slots of a pattern. */
static bool is_pattern(const plm_pattern *of, unsigned mask)
{
    uint8_t slots[PLM_PATTERN_SLOTS_MAX] = {0};
    size_t n = 0;
    for (size_t i = 0; i < of->n; i++) {
        if ((mask >> i & 1U) != 0) {
            slots[n++] = of->slots[i];
        }
    }
    for (size_t p = 0; p < plm_pattern_count(); p++) {
        const plm_pattern *other = plm_pattern_get(p);
        if (other->n == n && memcmp(other->slots, slots, n) == 0) {
            return true;
        }
    }
    return false;
}

void plm_person_gate_init(plm_person_gate *gate, const plm_frequency *table, plm_bits threshold,
                          const uint8_t accord_hash[static 32])
{
    memset(gate, 0, sizeof *gate);
    gate->table = table;
    gate->threshold = threshold;
    for (size_t p = 0; p < plm_pattern_count(); p++) {
        const plm_pattern *pattern = plm_pattern_get(p);
        for (unsigned mask = 1; mask + 1 < 1U << pattern->n; mask++) {
            gate->subsets[p] |= is_pattern(pattern, mask) ? 1U << mask : 0U;
        }
        plm_pattern_key(gate->keys[p], accord_hash, pattern);
    }
}

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

/* What a written word would count by its most telling sound; both lists are in one order. */
static void set_sounds(fillers *all)
{
    for (size_t i = 0, j = 0; i < all->n[PLM_FILL_WRITTEN]; i++) {
        listed *w = &all->items[PLM_FILL_WRITTEN][i];
        const listed *sounds = all->items[PLM_FILL_NAME];
        plm_bits most = 0;
        while (j < all->n[PLM_FILL_NAME] &&
               (sounds[j].value < w->value ||
                (sounds[j].value == w->value && sounds[j].word < w->word))) {
            j++;
        }
        for (size_t k = j;
             k < all->n[PLM_FILL_NAME] && sounds[k].value == w->value && sounds[k].word == w->word;
             k++) {
            most = sounds[k].bits > most ? sounds[k].bits : most;
        }
        w->sound = most;
    }
}

/* Features in the slots' lists, in the record's order: those of one name stand together. */
static plm_status list(fillers *all, const plm_features *features, plm_arena *arena)
{
    size_t n[PLM_FILL_COUNT] = {0};
    memset(all, 0, sizeof *all);
    for (size_t i = 0; i < features->n; i++) {
        n[slot_of(&features->items[i])]++;
    }
    for (size_t s = 1; s < PLM_FILL_COUNT; s++) {
        n[s] = n[s] < LISTED_MAX ? n[s] : LISTED_MAX;
        all->items[s] = (listed *)plm_arena_array(arena, n[s] + 1, sizeof(listed));
        if (all->items[s] == NULL) {
            return PLM_E_NOMEM;
        }
    }
    for (size_t i = 0; i < features->n; i++) {
        const plm_feature *f = &features->items[i];
        const plm_pattern_slot s = slot_of(f);
        if (s != PLM_FILL_NONE && all->n[s] < n[s]) {
            const plm_bits cap = plm_pattern_slot_cap(s);
            const plm_bits bits = f->bits < cap ? f->bits : cap;
            all->items[s][all->n[s]++] = (listed){
                (uint16_t)i, f->value, f->word, (uint16_t)(f->word + f->is_joined), bits, bits};
        }
    }
    set_sounds(all);
    return PLM_OK;
}

static bool is_of_name(plm_pattern_slot s)
{
    return s == PLM_FILL_NAME || s == PLM_FILL_WRITTEN || s == PLM_FILL_SPELLING;
}

static bool is_other(plm_pattern_slot s)
{
    return s == PLM_FILL_OTHER || s == PLM_FILL_OTHER_NEAR;
}

/* Two words of one name; two identifiers; not two readings of one word. */
static bool go_together(plm_pattern_slot s, const listed *a, plm_pattern_slot t, const listed *b)
{
    if (is_of_name(s) && is_of_name(t)) {
        return a->value == b->value && (a->last < b->word || b->last < a->word);
    }
    return !(is_other(s) && is_other(t)) || a->value != b->value;
}

/* True if the same passes with sounds in place of the spelled words. */
static bool passes_by_sound(const combining *c, const listed *const *chosen, size_t n)
{
    plm_bits bits = 0;
    bool has_written = false;
    for (size_t i = 0; i < n; i++) {
        bits += chosen[i]->sound;
        has_written = has_written || chosen[i]->sound != chosen[i]->bits;
    }
    return has_written && bits >= c->gate->threshold;
}

/* True if some of the slots pass by themselves. */
static bool has_passing_part(const combining *c, size_t p, const listed *const *chosen, size_t n)
{
    for (unsigned mask = 1; mask + 1 < 1U << n; mask++) {
        plm_bits bits = 0;
        if ((c->gate->subsets[p] >> mask & 1U) == 0) {
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            bits += (mask >> i & 1U) != 0 ? chosen[i]->bits : 0;
        }
        if (bits >= c->gate->threshold) {
            return true;
        }
    }
    return false;
}

static plm_status append(combining *c, size_t p, const listed *const *chosen, plm_bits bits)
{
    plm_combinations *out = c->out;
    const plm_pattern *pattern = plm_pattern_get(p);
    if (out->n == c->limit) {
        out->n_cut++;
        return PLM_OK;
    }
    if (out->n == c->capacity) {
        const size_t capacity = c->capacity == 0 ? CAPACITY_MIN : 2 * c->capacity;
        plm_combination *items =
            (plm_combination *)plm_arena_array(c->arena, capacity, sizeof *items);
        if (items == NULL) {
            return PLM_E_NOMEM;
        }
        if (out->n > 0) {
            memcpy(items, out->items, out->n * sizeof *items);
        }
        out->items = items;
        c->capacity = capacity;
    }
    plm_combination *made = &out->items[out->n++];
    const plm_feature *features[PLM_PATTERN_SLOTS_MAX];
    *made = (plm_combination){.pattern = (uint8_t)p, .n = pattern->n, .bits = bits};
    for (size_t i = 0; i < pattern->n && i < PLM_PATTERN_SLOTS_MAX; i++) {
        made->features[i] = chosen[i]->feature;
        features[i] = &c->features->items[chosen[i]->feature];
    }
    plm_pattern_token(&made->token, c->gate->keys[p], pattern, features);
    return PLM_OK;
}

/* Equal slots are filled in ascending order, so that each combination comes up once. */
static size_t first_of(const plm_pattern *pattern, size_t at, const size_t *chosen)
{
    return at > 0 && pattern->slots[at - 1] == pattern->slots[at] ? chosen[at - 1] + 1 : 0;
}

static bool fits(const plm_pattern *pattern, const listed *const *chosen, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (!go_together((plm_pattern_slot)pattern->slots[i], chosen[i],
                         (plm_pattern_slot)pattern->slots[at], chosen[at])) {
            return false;
        }
    }
    return true;
}

static plm_status combine_pattern(combining *c, size_t p, const fillers *all)
{
    const plm_pattern *pattern = plm_pattern_get(p);
    const size_t n = pattern->n;
    static const listed nothing = {0};
    const listed *chosen[PLM_PATTERN_SLOTS_MAX] = {&nothing, &nothing, &nothing};
    size_t index[PLM_PATTERN_SLOTS_MAX] = {0};
    plm_bits sums[PLM_PATTERN_SLOTS_MAX + 1] = {0};
    plm_status status = PLM_OK;
    size_t at = 0;
    while (status == PLM_OK && c->n_tries++ < TRIES_MAX) {
        const plm_pattern_slot s = (plm_pattern_slot)pattern->slots[at];
        if (index[at] >= all->n[s]) {
            if (at == 0) {
                break;
            }
            at--;
            index[at]++;
            continue;
        }
        chosen[at] = &all->items[s][index[at]];
        sums[at + 1] = sums[at] + chosen[at]->bits;
        if (!fits(pattern, chosen, at)) {
            index[at]++;
        } else if (at + 1 < n) {
            at++;
            index[at] = first_of(pattern, at, index);
        } else {
            if (sums[n] >= c->gate->threshold && !passes_by_sound(c, chosen, n) &&
                !has_passing_part(c, p, chosen, n)) {
                status = append(c, p, chosen, sums[n]);
            }
            index[at]++;
        }
    }
    return status;
}

plm_status plm_person_gate_combine(plm_combinations *out, const plm_person_gate *gate,
                                   const plm_features *features, size_t limit, plm_arena *arena)
{
    combining c = {out, gate, features, arena, limit, 0, 0};
    fillers all;
    memset(out, 0, sizeof *out);
    plm_status status = list(&all, features, arena);
    for (size_t p = 0; status == PLM_OK && p < plm_pattern_count(); p++) {
        status = combine_pattern(&c, p, &all);
    }
    out->n_cut += c.n_tries > TRIES_MAX;
    return status;
}
