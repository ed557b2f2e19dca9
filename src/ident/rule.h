/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h - rules as data, and the values of a record that they combine (spec/tokens.md section 4).
 */
#ifndef PLM_IDENT_RULE_H
#define PLM_IDENT_RULE_H

#include "base/arena.h"
#include "ident/recipe.h"

/* What of an identifier a rule compares. */
typedef enum plm_level {
    PLM_LEVEL_EXACT,  /* the canonical form */
    PLM_LEVEL_FULL,   /* a birth date whose year, month and day are known, and not by default */
    PLM_LEVEL_YEAR,   /* the year of a birth date */
    PLM_LEVEL_FOLDED, /* of a name: its words in Latin letters */
    PLM_LEVEL_SOUND,  /* of a name: how its words sound */
    PLM_LEVEL_COUNT
} plm_level;

typedef struct plm_component {
    plm_ident_type type;
    plm_level level;
} plm_component;

enum {
    PLM_RULE_COMPONENTS_MAX = 4
};

typedef struct plm_rule {
    const char *name;
    const char *words;
    bool is_of_persons; /* of records of other kinds it makes no tokens */
    uint8_t n_components;
    plm_component components[PLM_RULE_COMPONENTS_MAX];
} plm_rule;

/* rule < plm_rule_count(). Static storage. */
const plm_rule *plm_rule_get(size_t rule);
/* "exact", "full", "year", "folded", "sound". */
const char *plm_level_name(plm_level level);

/* Different values of one component, in the order of the record. */
typedef struct plm_rule_values {
    plm_span *items;
    size_t n;
} plm_rule_values;

/*
 * Collects the values a record has for each component of the rule; none in values[i].n if a
 * component has none. Spans live in the arena or in the record. PLM_E_NOMEM.
 */
plm_status plm_rule_values_of(plm_rule_values values[static PLM_RULE_COMPONENTS_MAX],
                              const plm_rule *rule, const plm_record *record,
                              plm_arena *arena) PLM_MUST_CHECK;

/* K_rule of spec/tokens.md section 5. */
void plm_rule_key(uint8_t out[32], const uint8_t accord_hash[static PLM_ACCORD_HASH_BYTES],
                  const plm_rule *rule);

/* The token of one combination: item[i] of the i-th component. */
void plm_rule_token(plm_token *out, const uint8_t key[static 32], const plm_rule *rule,
                    const plm_span *items);

#endif
