/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/feature.h"

#include "ident/date_levels.h"
#include "ident/frequency.h"
#include "ident/name_parts.h"

#include <string.h>

enum {
    CAPACITY_MIN = 128
};

typedef struct collecting {
    plm_features *out;
    size_t capacity;
    const plm_frequency *table;
    bool with_second_look;
    plm_arena *arena;
    plm_feature next; /* type, value and word of what is added */
} collecting;

static const struct {
    const char *name;
    const char *words;
} kinds[PLM_FEATURE_KIND_COUNT] = {
    [PLM_FEATURE_FOLDED] = {"folded", "is spelled alike"},
    [PLM_FEATURE_SKELETON] = {"skeleton", "sounds alike"},
    [PLM_FEATURE_CLASS] = {"class", "is a form of the same name"},
    [PLM_FEATURE_DELETION] = {"deletion", "is one letter off"},
    [PLM_FEATURE_NEAR_SOUND] = {"nearSound", "sounds almost alike"},
    [PLM_FEATURE_DATE] = {"date", "is equal"},
    [PLM_FEATURE_SWAP] = {"swap", "has day and month exchanged"},
    [PLM_FEATURE_WILD] = {"wild", "is one digit off"},
    [PLM_FEATURE_YEAR_MONTH] = {"yearMonth", "has year and month equal"},
    [PLM_FEATURE_YEAR_DAY] = {"yearDay", "has year and day equal"},
    [PLM_FEATURE_MONTH_DAY] = {"monthDay", "has month and day equal"},
    [PLM_FEATURE_YEAR] = {"year", "has the year equal"},
    [PLM_FEATURE_DIGITS] = {"digits", "has the same digits in another order"},
    [PLM_FEATURE_VALUE] = {"value", "is equal"},
    [PLM_FEATURE_VALUE_DELETION] = {"valueDeletion", "is one character off"},
    [PLM_FEATURE_HAS] = {"has", "is on record"},
};

const char *plm_feature_kind_name(plm_feature_kind kind)
{
    return (unsigned)kind < PLM_FEATURE_KIND_COUNT ? kinds[kind].name : "unknown";
}

const char *plm_feature_kind_words(plm_feature_kind kind)
{
    return (unsigned)kind < PLM_FEATURE_KIND_COUNT ? kinds[kind].words : "unknown";
}

static plm_status add(collecting *c, plm_feature_kind kind, plm_span text)
{
    plm_features *out = c->out;
    if (out->n == PLM_FEATURES_MAX || text.n > PLM_FEATURE_TEXT_MAX) {
        out->n_cut++;
        return PLM_OK;
    }
    if (out->n == c->capacity) {
        const size_t capacity = c->capacity == 0 ? CAPACITY_MIN : 2 * c->capacity;
        plm_feature *items = (plm_feature *)plm_arena_array(c->arena, capacity, sizeof *items);
        if (items == NULL) {
            return PLM_E_NOMEM;
        }
        if (out->n > 0) {
            memcpy(items, out->items, out->n * sizeof *items);
        }
        out->items = items;
        c->capacity = capacity;
    }
    plm_feature *f = &out->items[out->n++];
    *f = c->next;
    f->kind = (uint8_t)kind;
    f->text = text;
    f->bits = c->table == NULL
                  ? 0
                  : plm_frequency_bits(c->table, kind, (plm_ident_type)c->next.type, text);
    return PLM_OK;
}

static plm_status add_copy(collecting *c, plm_feature_kind kind, plm_span text)
{
    const char *copy = plm_arena_string(c->arena, text);
    return copy == NULL ? PLM_E_NOMEM : add(c, kind, plm_span_of(copy, text.n));
}

static plm_status add_deletions(collecting *c, plm_feature_kind kind, plm_span text)
{
    plm_name_deletions deletions;
    plm_status status = PLM_OK;
    plm_name_deletions_of(&deletions, text);
    for (size_t i = 0; status == PLM_OK && i < deletions.n; i++) {
        status = add_copy(c, kind, deletions.values[i]);
    }
    return status;
}

static plm_status add_word(collecting *c, const plm_name_part *part)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < part->n_folded; i++) {
        status = add_copy(c, PLM_FEATURE_FOLDED, part->folded[i]);
    }
    for (size_t i = 0; status == PLM_OK && i < part->n_skeletons; i++) {
        status = add_copy(c, PLM_FEATURE_SKELETON, part->skeletons[i]);
    }
    for (size_t i = 0; status == PLM_OK && i < part->n_classes; i++) {
        status = add_copy(c, PLM_FEATURE_CLASS, part->classes[i]);
    }
    if (status == PLM_OK) {
        status = add_deletions(c, PLM_FEATURE_DELETION, part->folded[0]);
    }
    for (size_t i = 0; status == PLM_OK && c->with_second_look && i < part->n_skeletons; i++) {
        status = add_deletions(c, PLM_FEATURE_NEAR_SOUND, part->skeletons[i]);
    }
    return status;
}

/* Two words as one, as another clerk may write them: Abdul Rahman, Abdulrahman. */
static plm_status add_joined(collecting *c, const plm_name_part *a, const plm_name_part *b)
{
    uint8_t text[PLM_NAME_BYTES_MAX];
    plm_name_parts joined;
    const size_t n = a->folded[0].n + b->folded[0].n;
    if (n > sizeof text) {
        return PLM_OK;
    }
    memcpy(text, a->folded[0].p, a->folded[0].n);
    memcpy(text + a->folded[0].n, b->folded[0].p, b->folded[0].n);
    plm_status status = plm_name_parts_of(&joined, plm_span_of(text, n));
    if (status != PLM_OK || joined.n != 1) {
        return status == PLM_E_NOMEM ? status : PLM_OK;
    }
    c->next.is_joined = true;
    status = add_copy(c, PLM_FEATURE_FOLDED, joined.parts[0].folded[0]);
    for (size_t i = 0; status == PLM_OK && i < joined.parts[0].n_skeletons; i++) {
        status = add_copy(c, PLM_FEATURE_SKELETON, joined.parts[0].skeletons[i]);
    }
    c->next.is_joined = false;
    return status;
}

/* The classes of the accord's own table of equivalent names. */
static void add_equivalents(const collecting *c, plm_name_part *part)
{
    const plm_name_classes *own = c->table == NULL ? NULL : plm_frequency_equivalents(c->table);
    if (own != NULL) {
        plm_name_classes_add(own, part);
    }
}

static plm_status add_name(collecting *c, plm_span name)
{
    plm_name_parts parts;
    plm_status status = plm_name_parts_of(&parts, name);
    if (status == PLM_E_LIMIT || status == PLM_E_SYNTAX) {
        return PLM_OK; /* a name too long to be one has no features */
    }
    const size_t n = parts.n < PLM_WORDS_PER_NAME_MAX ? parts.n : PLM_WORDS_PER_NAME_MAX;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        c->next.word = (uint16_t)i;
        if ((parts.parts[i].flags & PLM_NAME_INITIAL) == 0) {
            add_equivalents(c, &parts.parts[i]);
            status = add_word(c, &parts.parts[i]);
        }
    }
    for (size_t i = 0; status == PLM_OK && (c->with_second_look || n > 2) && i + 1 < n; i++) {
        c->next.word = (uint16_t)i;
        status = add_joined(c, &parts.parts[i], &parts.parts[i + 1]);
    }
    c->next.word = 0;
    return status;
}

static plm_status add_date(collecting *c, plm_span text)
{
    plm_date_levels levels;
    plm_status status = plm_date_levels_of(&levels, text) ? PLM_OK : PLM_E_INVALID;
    if (status != PLM_OK) {
        return PLM_OK; /* no date, no features */
    }
    for (size_t i = 0; status == PLM_OK && i < levels.n; i++) {
        if (levels.items[i].kind != PLM_FEATURE_DIGITS || c->with_second_look) {
            status = add_copy(c, levels.items[i].kind, plm_span_str(levels.items[i].text));
        }
    }
    return status;
}

static plm_status add_value(collecting *c, const plm_value *v)
{
    const plm_span text = plm_span_str(v->canonical);
    if (v->type == PLM_IDENT_NAME) {
        return add_name(c, text);
    }
    if (v->type == PLM_IDENT_BIRTH_DATE) {
        return add_date(c, text);
    }
    plm_status status = add(c, PLM_FEATURE_VALUE, text);
    if (status == PLM_OK && v->type != PLM_IDENT_NATIONALITY) {
        status = add_deletions(c, PLM_FEATURE_VALUE_DELETION, text);
    }
    return status;
}

static plm_status add_presence(collecting *c, const plm_record *record)
{
    bool has[PLM_IDENT_TYPE_COUNT] = {false};
    plm_status status = PLM_OK;
    for (size_t i = 0; i < c->out->n; i++) {
        has[c->out->items[i].type] = true;
    }
    (void)record;
    memset(&c->next, 0, sizeof c->next);
    for (unsigned type = 0; status == PLM_OK && type < PLM_IDENT_TYPE_COUNT; type++) {
        c->next.type = (uint8_t)type;
        if (has[type]) {
            status = add(c, PLM_FEATURE_HAS, plm_span_of(NULL, 0));
        }
    }
    return status;
}

plm_status plm_features_of(plm_features *out, const plm_record *record, const plm_frequency *table,
                           bool with_second_look, plm_arena *arena)
{
    collecting c = {
        .out = out, .table = table, .with_second_look = with_second_look, .arena = arena};
    plm_status status = PLM_OK;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; status == PLM_OK && i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        if ((v->flags & PLM_IDENT_UNMATCHED) == 0) {
            c.next.type = (uint8_t)v->type;
            c.next.value = (uint16_t)i;
            status = add_value(&c, v);
        }
    }
    if (status == PLM_OK && with_second_look) {
        status = add_presence(&c, record);
    }
    return status;
}
