/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person_gate.c - which combinations of a record's features become tokens.
 */
#include "ident/person_gate.h"

#include "ident/pattern_token.h"
#include "ident/person_fill.h"

#include <string.h>

enum {
    TRIES_MAX = 1 << 22, /* of a record: time is bounded whatever it holds */
    CAPACITY_MIN = 128
};

typedef struct combining {
    plm_combinations *out;
    const plm_person_gate *gate;
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

/* A date of birth by itself, where nobody looks a second time: neither a token nor enough. */
static bool is_barred(const plm_person_gate *gate, const plm_pattern *pattern)
{
    return !gate->has_second_look && pattern->n == 1 && pattern->slots[0] == PLM_FILL_DATE;
}

/* True if the slots of the mask, in order, are the slots of a pattern that may be a token. */
static bool is_pattern(const plm_person_gate *gate, const plm_pattern *of, unsigned mask)
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
            return !is_barred(gate, other);
        }
    }
    return false;
}

void plm_person_gate_init(plm_person_gate *gate, const plm_frequency *table, plm_bits threshold,
                          bool has_second_look, const uint8_t accord_hash[static 32])
{
    memset(gate, 0, sizeof *gate);
    gate->table = table;
    gate->threshold = threshold;
    gate->has_second_look = has_second_look;
    for (size_t p = 0; p < plm_pattern_count(); p++) {
        const plm_pattern *pattern = plm_pattern_get(p);
        for (unsigned mask = 1; mask + 1 < 1U << pattern->n; mask++) {
            gate->subsets[p] |= is_pattern(gate, pattern, mask) ? 1U << mask : 0U;
        }
        plm_pattern_key(&gate->keys[p], accord_hash, pattern);
    }
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
static bool go_together(plm_pattern_slot s, const plm_filler *a, plm_pattern_slot t,
                        const plm_filler *b)
{
    if (is_of_name(s) && is_of_name(t)) {
        return a->value == b->value && (a->last < b->word || b->last < a->word);
    }
    return !(is_other(s) && is_other(t)) || a->value != b->value;
}

/* True if what agrees wherever this does passes in its place. */
static bool passes_coarser(const combining *c, const plm_filler *const *chosen, size_t n)
{
    plm_bits bits = 0;
    bool has_coarser = false;
    for (size_t i = 0; i < n; i++) {
        bits += chosen[i]->coarser;
        has_coarser = has_coarser || chosen[i]->has_coarser;
    }
    return has_coarser && bits >= c->gate->threshold;
}

/* One allowance at a time: another reading of one word, or something known less than fully. */
static bool allows_too_much(const plm_filler *const *chosen, size_t n)
{
    size_t n_readings = 0;
    bool is_tolerant = false;
    for (size_t i = 0; i < n; i++) {
        n_readings += chosen[i]->is_other_reading;
        is_tolerant = is_tolerant || chosen[i]->is_tolerant;
    }
    return n_readings > (is_tolerant ? 0U : 1U);
}

/* True if some of the slots pass by themselves. */
static bool has_passing_part(const combining *c, size_t p, const plm_filler *const *chosen,
                             size_t n)
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

static plm_status append(combining *c, size_t p, const plm_filler *const *chosen, plm_bits bits)
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
    *made = (plm_combination){.pattern = (uint8_t)p, .n = pattern->n, .bits = bits};
    for (size_t i = 0; i < pattern->n && i < PLM_PATTERN_SLOTS_MAX; i++) {
        made->features[i] = chosen[i]->feature;
    }
    return PLM_OK;
}

/* Equal slots are filled in ascending order, so that each combination comes up once. */
static size_t first_of(const plm_pattern *pattern, size_t at, const size_t *chosen)
{
    return at > 0 && pattern->slots[at - 1] == pattern->slots[at] ? chosen[at - 1] + 1 : 0;
}

static bool fits(const plm_pattern *pattern, const plm_filler *const *chosen, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (!go_together((plm_pattern_slot)pattern->slots[i], chosen[i],
                         (plm_pattern_slot)pattern->slots[at], chosen[at])) {
            return false;
        }
    }
    return true;
}

/* What the slots behind `at` add at most. */
static void most_behind(plm_bits out[static PLM_PATTERN_SLOTS_MAX], const plm_pattern *pattern,
                        const plm_fillers *all)
{
    plm_bits sum = 0;
    for (size_t i = pattern->n; i-- > 0;) {
        out[i] = sum;
        sum += all->most[pattern->slots[i]];
    }
}

static bool becomes_token(const combining *c, size_t p, const plm_filler *const *chosen, size_t n)
{
    return !allows_too_much(chosen, n) && !passes_coarser(c, chosen, n) &&
           !has_passing_part(c, p, chosen, n);
}

static plm_status combine_pattern(combining *c, size_t p, const plm_fillers *all)
{
    const plm_pattern *pattern = plm_pattern_get(p);
    const size_t n = pattern->n;
    static const plm_filler nothing = {0};
    const plm_filler *chosen[PLM_PATTERN_SLOTS_MAX] = {&nothing, &nothing, &nothing};
    size_t index[PLM_PATTERN_SLOTS_MAX] = {0};
    plm_bits sums[PLM_PATTERN_SLOTS_MAX + 1] = {0};
    plm_bits behind[PLM_PATTERN_SLOTS_MAX] = {0};
    plm_status status = PLM_OK;
    size_t at = 0;
    most_behind(behind, pattern, all);
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
        if (sums[at + 1] + behind[at] < c->gate->threshold || !fits(pattern, chosen, at)) {
            index[at]++;
        } else if (at + 1 < n) {
            at++;
            index[at] = first_of(pattern, at, index);
        } else {
            if (becomes_token(c, p, chosen, n)) {
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
    combining c = {out, gate, arena, limit, 0, 0};
    plm_fillers all;
    memset(out, 0, sizeof *out);
    plm_status status = plm_fillers_list(&all, features, arena);
    for (size_t p = 0; status == PLM_OK && p < plm_pattern_count(); p++) {
        status = is_barred(gate, plm_pattern_get(p)) ? PLM_OK : combine_pattern(&c, p, &all);
    }
    out->n_cut += c.n_tries > TRIES_MAX || all.is_cut || features->n_cut > 0;
    return status == PLM_OK ? plm_pattern_tokens(out, gate, features, arena) : status;
}
