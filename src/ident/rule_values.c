/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_values.c - which values of a record a rule's components take (spec/tokens.md section 4.2).
 */
#include "ident/birth_date.h"
#include "ident/name_keys.h"
#include "ident/rule.h"

#include <string.h>

/* Appends a value that is not there yet; the items have room. */
static void add(plm_rule_values *values, plm_span item)
{
    for (size_t i = 0; i < values->n; i++) {
        if (plm_span_equal(values->items[i], item)) {
            return;
        }
    }
    values->items[values->n++] = item;
}

static plm_status add_copy(plm_rule_values *values, const uint8_t *p, size_t n, plm_arena *arena)
{
    char *copy = plm_arena_string(arena, plm_span_of(p, n));
    if (copy == NULL) {
        return PLM_E_NOMEM;
    }
    add(values, plm_span_of(copy, n));
    return PLM_OK;
}

static plm_status add_name(plm_rule_values *values, plm_level level, plm_span name,
                           plm_arena *arena)
{
    plm_name_keys keys;
    plm_status status = plm_name_keys_of(&keys, name);
    if (status == PLM_OK && level == PLM_LEVEL_FOLDED && keys.folded_bytes > 0) {
        status = add_copy(values, keys.folded, keys.folded_bytes, arena);
    }
    for (size_t i = 0; status == PLM_OK && level == PLM_LEVEL_SOUND && i < keys.n_sounds; i++) {
        status = add_copy(values, keys.sound[i], keys.sound_bytes[i], arena);
    }
    return status;
}

/* A date's text is "YYYY-MM-DD", and its first four characters the year. */
static void add_date(plm_rule_values *values, plm_level level, plm_span text)
{
    plm_date date;
    if (plm_date_parse(&date, text) != PLM_OK) {
        return;
    }
    if (level == PLM_LEVEL_YEAR) {
        add(values, plm_span_of(text.p, 4));
    } else if (date.month != 0 && date.day != 0 && !plm_birth_date_is_default(date)) {
        add(values, text);
    }
}

static plm_status collect(plm_rule_values *values, const plm_component *component,
                          const plm_record *record, plm_arena *arena)
{
    size_t n_values = 0;
    plm_status status = PLM_OK;
    for (size_t i = 0; i < record->n_values; i++) {
        n_values += record->values[i].type == component->type;
    }
    values->n = 0;
    values->items = (plm_span *)plm_arena_array(
        arena, n_values * (component->level == PLM_LEVEL_SOUND ? PLM_NAME_SOUNDS_MAX : 1) + 1,
        sizeof(plm_span));
    if (values->items == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        plm_span text = plm_span_str(v->canonical);
        if (v->type != component->type || (v->flags & PLM_IDENT_UNMATCHED) != 0) {
            continue;
        }
        switch (component->level) {
        case PLM_LEVEL_FOLDED:
        case PLM_LEVEL_SOUND:
            status = add_name(values, component->level, text, arena);
            break;
        case PLM_LEVEL_FULL:
        case PLM_LEVEL_YEAR:
            add_date(values, component->level, text);
            break;
        case PLM_LEVEL_EXACT:
        case PLM_LEVEL_COUNT:
        default:
            add(values, text);
            break;
        }
    }
    return status;
}

plm_status plm_rule_values_of(plm_rule_values values[static PLM_RULE_COMPONENTS_MAX],
                              const plm_rule *rule, const plm_record *record, plm_arena *arena)
{
    bool has_all = !rule->is_of_persons || record->kind == PLM_KIND_PERSON;
    memset(values, 0, PLM_RULE_COMPONENTS_MAX * sizeof *values);
    /* The last component first: dates and nationalities cost less than names. */
    for (size_t i = rule->n_components; has_all && i-- > 0;) {
        plm_status status = collect(&values[i], &rule->components[i], record, arena);
        if (status != PLM_OK) {
            return status;
        }
        has_all = values[i].n > 0;
    }
    return PLM_OK;
}
