/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frequency.c - reading a table of frequencies and looking values up.
 *
 * Values stand in a hash map by a 64-bit hash alone. Two values with one hash would share a count,
 * on both sides alike; a table is agreed on, so nobody gains by choosing one.
 */
#include "ident/frequency.h"

#include "ident/date_levels.h"
#include "ident/frequency_text.h"
#include "ident/name_parts.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

typedef struct slot {
    uint64_t key; /* 0: free */
    uint64_t count;
} slot;

struct plm_frequency {
    plm_frequency_header_lines header;
    uint8_t hash[PLM_FREQUENCY_HASH_BYTES];
    slot *slots; /* a power of two of them, at most half taken */
    size_t n_slots;
    size_t n_taken;
    bool has_type[PLM_IDENT_TYPE_COUNT]; /* there are rows of it */
    plm_name_classes *equivalents;       /* of the accord; NULL: none */
};

static uint64_t key_of(plm_feature_kind kind, plm_ident_type type, plm_span value)
{
    uint8_t hash[crypto_shorthash_BYTES];
    uint8_t key[crypto_shorthash_KEYBYTES] = {(uint8_t)kind, (uint8_t)type};
    (void)crypto_shorthash(hash, value.p, value.n, key);
    return plm_load_u64(hash) | 1U;
}

static slot *find(slot *slots, size_t n_slots, uint64_t key)
{
    size_t at = (size_t)(key >> 20) & (n_slots - 1);
    while (slots[at].key != 0 && slots[at].key != key) {
        at = (at + 1) & (n_slots - 1);
    }
    return &slots[at];
}

static plm_status grow(plm_frequency *t)
{
    const size_t n = t->n_slots == 0 ? 4096 : 2 * t->n_slots;
    slot *slots = (slot *)calloc(n, sizeof *slots);
    if (slots == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; i < t->n_slots; i++) {
        if (t->slots[i].key != 0) {
            *find(slots, n, t->slots[i].key) = t->slots[i];
        }
    }
    free(t->slots);
    t->slots = slots;
    t->n_slots = n;
    return PLM_OK;
}

static plm_status count(plm_frequency *t, plm_feature_kind kind, plm_ident_type type,
                        plm_span value, uint64_t persons)
{
    if (2 * t->n_taken >= t->n_slots) {
        plm_status status = grow(t);
        if (status != PLM_OK) {
            return status;
        }
    }
    slot *s = find(t->slots, t->n_slots, key_of(kind, type, value));
    t->n_taken += s->key == 0;
    s->key = key_of(kind, type, value);
    s->count += persons;
    return PLM_OK;
}

static plm_status count_part(plm_frequency *t, const plm_name_part *part, uint64_t persons)
{
    plm_name_deletions deletions;
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < part->n_folded; i++) {
        status = count(t, PLM_FEATURE_FOLDED, PLM_IDENT_NAME, part->folded[i], persons);
    }
    for (size_t i = 0; status == PLM_OK && i < part->n_skeletons; i++) {
        status = count(t, PLM_FEATURE_SKELETON, PLM_IDENT_NAME, part->skeletons[i], persons);
        plm_name_deletions_of(&deletions, part->skeletons[i]);
        for (size_t j = 0; status == PLM_OK && j < deletions.n; j++) {
            status = count(t, PLM_FEATURE_NEAR_SOUND, PLM_IDENT_NAME, deletions.values[j], persons);
        }
    }
    for (size_t i = 0; status == PLM_OK && i < part->n_classes; i++) {
        status = count(t, PLM_FEATURE_CLASS, PLM_IDENT_NAME, part->classes[i], persons);
    }
    plm_name_deletions_of(&deletions, part->folded[0]);
    for (size_t i = 0; status == PLM_OK && i < deletions.n; i++) {
        status = count(t, PLM_FEATURE_DELETION, PLM_IDENT_NAME, deletions.values[i], persons);
    }
    return status;
}

/* A name of several words in a row counts for each of them. */
static plm_status count_name(plm_frequency *t, plm_span value, uint64_t persons)
{
    plm_name_parts *parts = (plm_name_parts *)malloc(sizeof *parts);
    if (parts == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = plm_name_parts_of(parts, value);
    if (status == PLM_E_LIMIT || status == PLM_E_SYNTAX) {
        status = PLM_OK; /* no name has such a word */
    }
    for (size_t i = 0; status == PLM_OK && i < parts->n; i++) {
        if (t->equivalents != NULL) {
            plm_name_classes_add(t->equivalents, &parts->parts[i]);
        }
        status = count_part(t, &parts->parts[i], persons);
    }
    free(parts);
    return status;
}

static plm_status count_value(plm_frequency *t, plm_ident_type type, plm_span value,
                              uint64_t persons)
{
    plm_name_deletions deletions;
    plm_status status = count(t, PLM_FEATURE_VALUE, type, value, persons);
    plm_name_deletions_of(&deletions, value);
    for (size_t i = 0; status == PLM_OK && i < deletions.n; i++) {
        status = count(t, PLM_FEATURE_VALUE_DELETION, type, deletions.values[i], persons);
    }
    return status;
}

static plm_status take_row(void *context, plm_ident_type type, plm_span value, uint64_t persons)
{
    plm_frequency *t = (plm_frequency *)context;
    t->has_type[type] = true;
    if (type == PLM_IDENT_NAME) {
        return count_name(t, value, persons);
    }
    if (type == PLM_IDENT_BIRTH_DATE) {
        return count(t, PLM_FEATURE_YEAR, type, value, persons);
    }
    return count_value(t, type, value, persons);
}

plm_status plm_frequency_parse(plm_frequency **out, plm_span text, const plm_diag_sink *sink,
                               const char *file)
{
    return plm_frequency_parse_with(out, text, NULL, sink, file);
}

plm_status plm_frequency_parse_with(plm_frequency **out, plm_span text,
                                    plm_name_classes *equivalents, const plm_diag_sink *sink,
                                    const char *file)
{
    *out = NULL;
    plm_frequency *t = (plm_frequency *)calloc(1, sizeof *t);
    if (t == NULL) {
        plm_name_classes_destroy(equivalents);
        return PLM_E_NOMEM;
    }
    t->equivalents = equivalents;
    plm_status status = grow(t);
    if (status == PLM_OK) {
        status = plm_frequency_read(&t->header, text, take_row, t, sink, file);
    }
    if (status != PLM_OK) {
        plm_frequency_destroy(t);
        return status;
    }
    plm_frequency_hash(t->hash, text);
    *out = t;
    return PLM_OK;
}

void plm_frequency_destroy(plm_frequency *table)
{
    if (table != NULL) {
        plm_name_classes_destroy(table->equivalents);
        free(table->slots);
        free(table);
    }
}

void plm_frequency_hash(uint8_t out[PLM_FREQUENCY_HASH_BYTES], plm_span text)
{
    (void)crypto_generichash(out, PLM_FREQUENCY_HASH_BYTES, text.p, text.n, NULL, 0);
}

const plm_name_classes *plm_frequency_equivalents(const plm_frequency *table)
{
    return table->equivalents;
}

const uint8_t *plm_frequency_own_hash(const plm_frequency *table)
{
    return table->hash;
}

const char *plm_frequency_header(const plm_frequency *table, const char *key)
{
    return plm_frequency_header_get(&table->header, key);
}

uint64_t plm_frequency_persons(const plm_frequency *table)
{
    return table->header.n_persons;
}

/* Information of a value of a type that the table says nothing of. */
static plm_bits default_bits(plm_ident_type type)
{
    switch ((int)type) {
    case PLM_IDENT_NAME:
    case PLM_IDENT_ADDRESS:
        return 11 * PLM_BIT;
    case PLM_IDENT_POSTCODE:
        return 9 * PLM_BIT;
    case PLM_IDENT_BIRTH_PLACE:
        return 8 * PLM_BIT;
    case PLM_IDENT_NATIONALITY:
        return 4 * PLM_BIT;
    default:
        return 32 * PLM_BIT; /* numbers that are given to one person each */
    }
}

static plm_bits bits_of(const plm_frequency *t, plm_feature_kind kind, plm_ident_type type,
                        plm_span value)
{
    const uint64_t n = t->header.n_persons;
    const slot *s = find(t->slots, t->n_slots, key_of(kind, type, value));
    const plm_bits bits =
        s->key == 0 ? plm_bits_log2(2 * n) : plm_bits_log2(n) - plm_bits_log2(s->count);
    return bits < 0 ? 0 : bits;
}

/* A year that is common in the table takes as much from every level that has the year. */
static plm_bits date_bits(const plm_frequency *t, plm_feature_kind kind, plm_span text)
{
    const plm_bits even = plm_date_level_bits(kind);
    const plm_span year = plm_span_of(text.p, text.n < 4 ? text.n : 4);
    if (!t->has_type[PLM_IDENT_BIRTH_DATE] || memchr(year.p, 'X', year.n) != NULL) {
        return even;
    }
    const plm_bits bits = even - plm_date_level_bits(PLM_FEATURE_YEAR) +
                          bits_of(t, PLM_FEATURE_YEAR, PLM_IDENT_BIRTH_DATE, year);
    return bits < 0 ? 0 : bits;
}

plm_bits plm_frequency_bits(const plm_frequency *table, plm_feature_kind kind, plm_ident_type type,
                            plm_span value)
{
    if (type == PLM_IDENT_BIRTH_DATE) {
        return date_bits(table, kind, value);
    }
    return table->has_type[type] ? bits_of(table, kind, type, value) : default_bits(type);
}
