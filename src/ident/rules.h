/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLM_IDENT_RULES_H
#define PLM_IDENT_RULES_H
#include "ident/recipe.h"
typedef enum plm_level {
    PLM_LEVEL_EXACT,
    PLM_LEVEL_FULL,
    PLM_LEVEL_YEAR,
    PLM_LEVEL_FOLDED,
    PLM_LEVEL_SOUND
} plm_level;
typedef struct plm_component {
    plm_ident_type type;
    plm_level level;
} plm_component;
typedef struct plm_rule {
    const char *name;
    const char *words;
    plm_component components[3];
    size_t n;
} plm_rule;
const plm_rule *plm_rule_at(size_t rule);
#endif
