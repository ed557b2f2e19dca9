/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_subject.h"

#include "base/ct.h"

#include <stdio.h>
#include <string.h>

enum {
    ARENA_MAX = 1 << 20,
    TYPE_MAX = 32
};

void plm_subject_init(plm_subject *subject)
{
    *subject = (plm_subject){.record = {.id = "", .kind = PLM_KIND_PERSON}};
    subject->record.values = subject->values;
    plm_arena_init(&subject->arena, ARENA_MAX);
}

void plm_subject_wipe(plm_subject *subject)
{
    plm_arena_wipe(&subject->arena);
    plm_wipe(subject, sizeof *subject);
}

static plm_status keep(plm_subject *subject, plm_ident_type type, const plm_ident *ident)
{
    if (subject->record.n_values == PLM_SUBJECT_VALUES_MAX) {
        return PLM_E_LIMIT;
    }
    const char *canonical = plm_arena_string(&subject->arena, plm_span_str(ident->canonical));
    if (canonical == NULL) {
        return PLM_E_NOMEM;
    }
    subject->values[subject->record.n_values++] =
        (plm_value){.type = type, .flags = ident->flags, .raw = canonical, .canonical = canonical};
    return PLM_OK;
}

plm_status plm_subject_add(plm_subject *subject, plm_ident_type type, const char *country,
                           plm_span raw, plm_ident *ident)
{
    plm_status status = plm_ident_canonicalise(type, country, raw, ident);
    return status == PLM_OK ? keep(subject, type, ident) : status;
}

/* The zone with another reading of its number, and that one's check digit fitting. */
static plm_status add_alternative(plm_subject *subject, const plm_mrz *mrz, size_t number)
{
    plm_mrz other = *mrz;
    plm_ident ident;
    memcpy(other.number, mrz->alternatives[number], sizeof other.number);
    for (size_t i = 0; i < other.n_checks; i++) {
        other.checks[i].fits = other.checks[i].fits || other.checks[i].kind == PLM_MRZ_NUMBER;
    }
    plm_status status = plm_mrz_ident(&other, PLM_IDENT_DOCUMENT, &ident);
    return status == PLM_OK ? keep(subject, PLM_IDENT_DOCUMENT, &ident) : status;
}

plm_status plm_subject_add_mrz(plm_subject *subject, plm_span text, plm_date today, plm_mrz *mrz)
{
    static const plm_ident_type types[] = {PLM_IDENT_NAME, PLM_IDENT_BIRTH_DATE,
                                           PLM_IDENT_NATIONALITY, PLM_IDENT_DOCUMENT,
                                           PLM_IDENT_NATIONAL_ID};
    plm_status status = plm_mrz_parse(mrz, text, today);
    for (size_t i = 0; status == PLM_OK && i < sizeof types / sizeof *types; i++) {
        plm_ident ident;
        status = plm_mrz_ident(mrz, types[i], &ident);
        if (status == PLM_OK) {
            status = keep(subject, types[i], &ident);
        } else if (status == PLM_E_NOT_FOUND || status == PLM_E_REJECTED) {
            status = PLM_OK; /* the zone has no such identifier, or none that anybody matches */
        }
    }
    for (size_t i = 0; status == PLM_OK && i < mrz->n_alternatives; i++) {
        status = add_alternative(subject, mrz, i);
        status = status == PLM_E_NOT_FOUND || status == PLM_E_REJECTED ? PLM_OK : status;
    }
    return status;
}

plm_status plm_subject_split(const char *text, plm_subject_part *out)
{
    char name[TYPE_MAX];
    const char *equals = strchr(text, '=');
    *out = (plm_subject_part){.country = ""};
    if (equals == NULL || (size_t)(equals - text) >= sizeof name) {
        return PLM_E_SYNTAX;
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
    if (plm_ident_type_find(&out->type, name) != PLM_OK) {
        return PLM_E_SYNTAX;
    }
    out->value = plm_span_str(equals + 1);
    plm_span *value = &out->value;
    if (plm_ident_type_has_country(out->type) && value->n > 3 && value->p[value->n - 3] == ',') {
        memcpy(out->country, value->p + value->n - 2, 2);
        value->n -= 3;
    }
    return PLM_OK;
}

plm_status plm_subject_add_text(plm_subject *subject, const char *text, plm_ident *ident)
{
    plm_subject_part part;
    plm_status status = plm_subject_split(text, &part);
    return status == PLM_OK ? plm_subject_add(subject, part.type, part.country, part.value, ident)
                            : status;
}
