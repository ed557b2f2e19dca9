/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/record.h"

#include "ident/national_birth.h"

#include <sodium.h>
#include <string.h>

enum {
    ADULT_YEARS = 18
};

static const char *const kind_names[PLM_KIND_COUNT] = {
    [PLM_KIND_PERSON] = "person",     [PLM_KIND_ORGANISATION] = "organisation",
    [PLM_KIND_VEHICLE] = "vehicle",   [PLM_KIND_VESSEL] = "vessel",
    [PLM_KIND_AIRCRAFT] = "aircraft", [PLM_KIND_DOCUMENT] = "document",
    [PLM_KIND_ACCOUNT] = "account",   [PLM_KIND_DEVICE] = "device",
};

static const char *const role_names[PLM_ROLE_COUNT] = {
    [PLM_ROLE_SUSPECT] = "suspect",     [PLM_ROLE_WANTED] = "wanted",
    [PLM_ROLE_CONVICTED] = "convicted", [PLM_ROLE_LISTED] = "listed",
    [PLM_ROLE_ASSOCIATE] = "associate", [PLM_ROLE_MISSING] = "missing",
    [PLM_ROLE_VICTIM] = "victim",       [PLM_ROLE_WITNESS] = "witness",
    [PLM_ROLE_LOST] = "lost",           [PLM_ROLE_STOLEN] = "stolen",
};

const char *plm_kind_name(plm_kind kind)
{
    return (unsigned)kind < PLM_KIND_COUNT ? kind_names[kind] : "unknown";
}

const char *plm_role_name(plm_role role)
{
    return (unsigned)role < PLM_ROLE_COUNT ? role_names[role] : "unknown";
}

/* Index of a name in a list, or n. */
static unsigned find_name(const char *const *names, unsigned n, const char *name)
{
    unsigned i = 0;
    while (i < n && strcmp(names[i], name) != 0) {
        i++;
    }
    return i;
}

plm_status plm_kind_find(plm_kind *out, const char *name)
{
    unsigned i = find_name(kind_names, PLM_KIND_COUNT, name);
    if (i == PLM_KIND_COUNT) {
        return PLM_E_NOT_FOUND;
    }
    *out = (plm_kind)i;
    return PLM_OK;
}

plm_status plm_role_find(plm_role *out, const char *name)
{
    unsigned i = find_name(role_names, PLM_ROLE_COUNT, name);
    if (i == PLM_ROLE_COUNT) {
        return PLM_E_NOT_FOUND;
    }
    *out = (plm_role)i;
    return PLM_OK;
}

bool plm_record_may_be_minor(const plm_record *record, plm_date today)
{
    if (record->kind != PLM_KIND_PERSON) {
        return false;
    }
    if (record->is_minor) {
        return true;
    }
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        plm_date birth;
        if (v->type == PLM_IDENT_BIRTH_DATE &&
            plm_date_parse(&birth, plm_span_str(v->canonical)) == PLM_OK &&
            plm_date_may_be_under(birth, today, ADULT_YEARS)) {
            return true;
        }
    }
    return false;
}

bool plm_record_contradicts(const plm_record *record, const plm_value *number)
{
    plm_national_birth told;
    size_t n_dates = 0;
    if (number->type != PLM_IDENT_NATIONAL_ID || (number->flags & PLM_IDENT_CHECK_FAILED) != 0 ||
        !plm_national_birth_of(&told, number->canonical)) {
        return false;
    }
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        plm_date date;
        if (v->type == PLM_IDENT_BIRTH_DATE &&
            plm_date_parse(&date, plm_span_str(v->canonical)) == PLM_OK) {
            if (plm_national_birth_fits(&told, date)) {
                return false;
            }
            n_dates++;
        }
    }
    return n_dates > 0;
}

static void hash_text(crypto_generichash_state *state, const char *text)
{
    uint8_t length[8];
    size_t n = strlen(text);
    plm_store_u64(length, n);
    (void)crypto_generichash_update(state, length, sizeof length);
    (void)crypto_generichash_update(state, (const uint8_t *)text, n);
}

static void hash_number(crypto_generichash_state *state, uint64_t v)
{
    uint8_t bytes[8];
    plm_store_u64(bytes, v);
    (void)crypto_generichash_update(state, bytes, sizeof bytes);
}

void plm_record_digest(uint8_t out[32], const plm_record *record)
{
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, 32);
    hash_text(&state, "palermo record 1");
    hash_text(&state, record->id);
    hash_text(&state, plm_kind_name(record->kind));
    hash_text(&state, plm_role_name(record->role));
    hash_number(&state, record->is_minor);
    hash_number(&state, record->is_assessment);
    hash_text(&state, record->grading);
    hash_number(&state, (uint64_t)record->retention.year << 16 |
                            (uint64_t)record->retention.month << 8 | record->retention.day);
    hash_number(&state, record->n_offences);
    for (size_t i = 0; i < record->n_offences; i++) {
        hash_text(&state, record->offences[i]);
    }
    hash_number(&state, record->n_values);
    for (size_t i = 0; i < record->n_values; i++) {
        const plm_value *v = &record->values[i];
        hash_text(&state, plm_ident_type_name(v->type));
        hash_number(&state, v->flags);
        hash_text(&state, v->raw);
        hash_text(&state, v->canonical);
    }
    /* A record without facts keeps the digest that it had before there were any. */
    if (plm_facts_any(&record->facts)) {
        hash_text(&state, "facts");
        hash_text(&state, plm_sex_name(record->facts.sex));
        hash_text(&state, plm_exploitation_name(record->facts.exploitation));
        hash_number(&state, record->facts.year);
    }
    (void)crypto_generichash_final(&state, out, 32);
}
