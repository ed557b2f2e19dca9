/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person_gate.h - the rule "person": combinations of features that are improbable enough by chance
 * (spec/tokens.md sections 4.4 to 4.6).
 *
 * Two parties with |A| and |B| records and E persons in common compare |A||B| pairs, of which E are
 * right. A combination whose values carry T = log2(|A||B| / E) + c bits agrees by chance in E / 2^c
 * of the wrong ones. Each combination of a pattern below that carries at least T becomes a token,
 * unless less of it would do, or it makes allowance for more than one kind of error.
 *
 *     pattern   year+name+name     1974, N (3.1 bits), XRBK (11.0 bits): 20.7 bits, T = 16.5:
 *                                  a token
 *
 * Both sides must decide alike, value by value: same table, same sizes, same c.
 */
#ifndef PLM_IDENT_PERSON_GATE_H
#define PLM_IDENT_PERSON_GATE_H

#include "crypto/block.h"
#include "ident/frequency.h"

#include <palermo/token.h>

enum {
    PLM_PATTERN_SLOTS_MAX = 3,
    PLM_PATTERNS_MAX = 64,
    PLM_PERSON_GATE_STEP = PLM_BIT / 4 /* thresholds are multiples of it */
};

/* What fills a slot of a pattern. */
typedef enum plm_pattern_slot {
    PLM_FILL_NONE,
    PLM_FILL_NAME,      /* k: a word of a name that sounds alike, or is a form of one name */
    PLM_FILL_WRITTEN,   /* f: a word that is spelled alike, where its sound is too common */
    PLM_FILL_SPELLING,  /* d: a word that is at most one letter off */
    PLM_FILL_DATE,      /* sw: full date, day and month in either order */
    PLM_FILL_DATE_WILD, /* one digit unknown */
    PLM_FILL_YEAR_MONTH,
    PLM_FILL_YEAR_DAY,
    PLM_FILL_MONTH_DAY,
    PLM_FILL_YEAR,
    PLM_FILL_OTHER,      /* x: any other identifier, equal */
    PLM_FILL_OTHER_NEAR, /* one character off */
    PLM_FILL_COUNT
} plm_pattern_slot;

typedef struct plm_pattern {
    const char *name;  /* "date+name" */
    const char *words; /* what agrees, in words */
    uint8_t n;
    uint8_t slots[PLM_PATTERN_SLOTS_MAX];
} plm_pattern;

size_t plm_pattern_count(void);
/* i < plm_pattern_count(). Static storage. */
const plm_pattern *plm_pattern_get(size_t i);
const char *plm_pattern_slot_name(plm_pattern_slot slot);
/* What a value in this slot counts at most. */
plm_bits plm_pattern_slot_cap(plm_pattern_slot slot);

/* A gate ready for use. */
typedef struct plm_person_gate {
    const plm_frequency *table; /* borrowed */
    plm_bits threshold;
    bool has_second_look;
    uint32_t subsets[PLM_PATTERNS_MAX]; /* bit m: the slots of mask m are a pattern themselves */
    plm_block keys[PLM_PATTERNS_MAX];   /* K_pattern */
} plm_person_gate;

/*
 * T for lists of these sizes, rounded up to PLM_PERSON_GATE_STEP. n_expected: persons in common, at
 * least 1. c in plm_bits: 4 for tokens alone, 1 to 2 where a second look follows.
 */
plm_bits plm_person_gate_threshold(uint64_t n_a, uint64_t n_b, uint64_t n_expected, plm_bits c);
/* The part of T that says how rare a right pair is among all: c = 0, not rounded. */
plm_bits plm_person_gate_prior(uint64_t n_a, uint64_t n_b, uint64_t n_expected);

/*
 * Where no second look follows, a date of birth alone never passes: in two small lists those who
 * were born on one day are so few that the day would be a token, and a hit that nothing else
 * contradicts.
 */
void plm_person_gate_init(plm_person_gate *gate, const plm_frequency *table, plm_bits threshold,
                          bool has_second_look, const uint8_t accord_hash[static 32]);

/* Features of one record that together pass the gate. */
typedef struct plm_combination {
    uint8_t pattern;
    uint8_t n;
    uint16_t features[PLM_PATTERN_SLOTS_MAX]; /* indices into the record's features */
    plm_bits bits;
    plm_token token;
} plm_combination;

typedef struct plm_combinations {
    plm_combination *items;
    size_t n;
    size_t n_cut; /* beyond the limit; one more if not all features and fillings could be tried */
} plm_combinations;

/*
 * The record's combinations, patterns in order, at most `limit`; equal ones may repeat. Left out
 * are those of which a part passes by itself, those in which something coarser that agrees wherever
 * this does would pass as well, and those with more than one allowance (spec/tokens.md section
 * 4.5). PLM_E_NOMEM.
 */
plm_status plm_person_gate_combine(plm_combinations *out, const plm_person_gate *gate,
                                   const plm_features *features, size_t limit,
                                   plm_arena *arena) PLM_MUST_CHECK;

#endif
