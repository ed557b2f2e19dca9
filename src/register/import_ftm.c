/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FollowTheMoney entities, one JSON object a line (https://followthemoney.tech, model of 2024):
 *
 *   {"id": "x1", "schema": "Person", "properties": {"name": ["Ivan Petrov"], ...}, ...}
 *
 * Which schema becomes which kind, and which property which type, stands in ftm_model.c and in
 * spec/imports.md section 3.
 */
#include "base/json.h"
#include "register/assemble.h"
#include "register/forbidden.h"
#include "register/ftm_handling.h"
#include "register/ftm_model.h"
#include "register/lines.h"
#include "register/text.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ftm_import {
    plm_assembler assembler;
    plm_lines lines;
    uint64_t n_objects;   /* lines that held a JSON object */
    uint64_t n_skipped;   /* entities of schemata that are no records */
    uint64_t n_forbidden; /* properties that no record may hold */
} ftm_import;

static plm_span string_span(const json_t *value)
{
    return plm_span_of(json_string_value(value), json_string_length(value));
}

/* The values of a property, an array of strings; others are reported. */
static size_t property_size(ftm_import *in, json_t *all, const char *name)
{
    const json_t *values = json_object_get(all, name);
    if (values != NULL && !json_is_array(values)) {
        char field[PLM_FIELD_MAX];
        (void)snprintf(field, sizeof field, "/properties/%s", name);
        plm_assemble_warn(&in->assembler, field, "dropped: must be an array of strings");
        return 0;
    }
    return json_array_size(values);
}

/* Value i of a property; empty and reported if it is no string. */
static plm_span property_value(ftm_import *in, json_t *all, const char *name, size_t i, char *field)
{
    const json_t *value = json_array_get(json_object_get(all, name), i);
    (void)snprintf(field, PLM_FIELD_MAX, "/properties/%s/%zu", name, i);
    if (!json_is_string(value)) {
        plm_assemble_warn(&in->assembler, field, "dropped: must be a string");
        return plm_span_of(NULL, 0);
    }
    return plm_text_trim(string_span(value));
}

/* The strongest of the entity's topics is the source's word on its role. */
static void set_role(ftm_import *in, json_t *all)
{
    const json_t *values = json_object_get(all, "topics");
    unsigned best = UINT_MAX;
    for (size_t i = 0; i < json_array_size(values); i++) {
        const char *topic = json_string_value(json_array_get(values, i));
        plm_role role;
        unsigned rank;
        if (topic != NULL && plm_ftm_topic_role(topic, &role, &rank) && rank < best) {
            best = rank;
            in->assembler.record.role = role;
        }
    }
}

/* YYYY, YYYY-MM, YYYY-MM-DD; a time of day behind a full date is cut. */
static plm_status add_birth_date(ftm_import *in, const char *field, plm_span text)
{
    plm_date date;
    plm_span day = text.n > 10 && text.p[10] == 'T' ? plm_text_slice(text, 0, 10) : text;
    if (plm_date_parse(&date, day) != PLM_OK) {
        plm_assemble_warn(&in->assembler, field,
                          "birthDate dropped: must be YYYY, YYYY-MM or "
                          "YYYY-MM-DD");
        return PLM_OK;
    }
    return plm_assemble_date(&in->assembler, field, date, text);
}

/* The country a plate or document is of: the entity's one `country`, else empty. */
static plm_span country_of(json_t *all)
{
    const json_t *values = json_object_get(all, "country");
    const json_t *only = json_array_size(values) == 1 ? json_array_get(values, 0) : NULL;
    return json_is_string(only) ? string_span(only) : plm_span_of(NULL, 0);
}

static plm_status add_property(ftm_import *in, json_t *all, const char *name, plm_ident_type type,
                               plm_span country)
{
    plm_status status = PLM_OK;
    size_t n = property_size(in, all, name);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        char field[PLM_FIELD_MAX];
        plm_span text = property_value(in, all, name, i, field);
        if (text.n > 0 && type == PLM_IDENT_BIRTH_DATE) {
            status = add_birth_date(in, field, text);
        } else if (text.n > 0) {
            status = plm_assemble_value(&in->assembler, field, type, country, text);
        }
    }
    return status;
}

/* Someone without a name but with its parts: each first one, given names before the last. */
static plm_status compose_name(ftm_import *in, json_t *all)
{
    static const char *const parts[] = {"firstName",  "secondName", "middleName",
                                        "fatherName", "motherName", "lastName"};
    plm_assembler *a = &in->assembler;
    plm_buf name;
    plm_buf_init(&name, PLM_RAW_MAX);
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < sizeof parts / sizeof *parts; i++) {
        const json_t *part = json_array_get(json_object_get(all, parts[i]), 0);
        if (json_string_length(part) > 0) {
            status = plm_buf_append(&name, " ", name.n > 0);
            if (status == PLM_OK) {
                status = plm_buf_append(&name, json_string_value(part), json_string_length(part));
            }
        }
    }
    if (status == PLM_E_LIMIT) {
        plm_assemble_warn(a, "/properties/lastName", "name dropped: it is too long");
        status = PLM_OK;
    } else if (status == PLM_OK && name.n > 0) {
        status = plm_assemble_value(a, "/properties/lastName", PLM_IDENT_NAME, plm_span_of(NULL, 0),
                                    plm_buf_span(&name));
    }
    plm_buf_wipe(&name);
    return status;
}

/* The address of a wallet: "0x..." is of Ethereum's form, all else is tried as Bitcoin's if the
 * currency is not given or is that. */
static plm_status add_wallet(ftm_import *in, json_t *all)
{
    plm_status status = PLM_OK;
    const json_t *given = json_object_get(all, "currencySymbol");
    given = json_array_size(given) > 0 ? given : json_object_get(all, "currency");
    plm_span currency = json_array_size(given) > 0 && json_is_string(json_array_get(given, 0))
                            ? string_span(json_array_get(given, 0))
                            : plm_span_of(NULL, 0);
    bool may_be_btc =
        currency.n == 0 || plm_text_is(currency, "XBT") || plm_text_is(currency, "BTC");
    size_t n = property_size(in, all, "publicKey");
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        char field[PLM_FIELD_MAX];
        plm_span text = property_value(in, all, "publicKey", i, field);
        plm_span rest = text;
        if (plm_text_skip(&rest, "0x")) {
            status = plm_assemble_value(&in->assembler, field, PLM_IDENT_ETH, plm_span_of(NULL, 0),
                                        text);
        } else if (text.n > 0 && may_be_btc) {
            status = plm_assemble_value(&in->assembler, field, PLM_IDENT_BTC, plm_span_of(NULL, 0),
                                        text);
        }
    }
    return status;
}

/* An identity document counts as a passport if its type says so. */
static plm_status add_identification(ftm_import *in, json_t *all)
{
    bool is_passport = false;
    size_t n = property_size(in, all, "type");
    for (size_t i = 0; i < n; i++) {
        char field[PLM_FIELD_MAX];
        plm_span text = property_value(in, all, "type", i, field);
        is_passport = is_passport || plm_text_find(text, "passport") < text.n;
    }
    return is_passport ? add_property(in, all, "number", PLM_IDENT_DOCUMENT, country_of(all))
                       : PLM_OK;
}

/* A handle as PLATFORM:name:HANDLE. */
static plm_status add_handle(plm_assembler *a, const char *field, plm_span platform, plm_span name)
{
    plm_buf text;
    plm_buf_init(&text, PLM_RAW_MAX);
    plm_status status = plm_buf_printf(&text, "%.*s:name:%.*s", (int)platform.n,
                                       (const char *)platform.p, (int)name.n, (const char *)name.p);
    if (status == PLM_E_LIMIT) {
        plm_assemble_warn(a, field, "handle dropped: it is too long");
        status = PLM_OK;
    } else if (status == PLM_OK) {
        status = plm_assemble_value(a, field, PLM_IDENT_HANDLE, plm_span_of(NULL, 0),
                                    plm_buf_span(&text));
    }
    plm_buf_wipe(&text);
    return status;
}

/* The handles of an account, if it names the one platform that it is of. */
static plm_status add_handles(ftm_import *in, json_t *all)
{
    plm_status status = PLM_OK;
    const json_t *service = json_object_get(all, "service");
    plm_span platform = json_array_size(service) == 1 && json_is_string(json_array_get(service, 0))
                            ? plm_text_trim(string_span(json_array_get(service, 0)))
                            : plm_span_of(NULL, 0);
    size_t n = platform.n > 0 ? property_size(in, all, "username") : 0;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        char field[PLM_FIELD_MAX];
        plm_span name = property_value(in, all, "username", i, field);
        status = name.n > 0 ? add_handle(&in->assembler, field, platform, name) : PLM_OK;
    }
    return status;
}

static plm_status add_all(ftm_import *in, json_t *all, unsigned set)
{
    plm_status status = PLM_OK;
    const plm_ftm_property *p;
    set_role(in, all);
    for (size_t i = 0; status == PLM_OK && (p = plm_ftm_property_at(i)) != NULL; i++) {
        if ((p->schemata & set) != 0) {
            plm_span country = p->country != NULL ? plm_span_str(p->country)
                               : p->takes_country ? country_of(all)
                                                  : plm_span_of(NULL, 0);
            status = add_property(in, all, p->name, p->type, country);
        }
    }
    if (status == PLM_OK && set == PLM_FTM_PERSON &&
        json_array_size(json_object_get(all, "name")) == 0) {
        status = compose_name(in, all);
    }
    if (status == PLM_OK && set == PLM_FTM_USER_ACCOUNT) {
        status = add_handles(in, all);
    }
    if (status == PLM_OK && set == PLM_FTM_WALLET) {
        status = add_wallet(in, all);
    }
    if (status == PLM_OK && set == PLM_FTM_IDENTIFICATION) {
        status = add_identification(in, all);
    }
    return status;
}

/* Ethnicity, religion, political: the model has them, no record may. */
static void count_forbidden(ftm_import *in, json_t *all)
{
    const char *key;
    json_t *value;
    json_object_foreach(all, key, value)
    {
        in->n_forbidden +=
            json_array_size(value) > 0 && plm_forbidden_column(plm_span_str(key)) != NULL;
    }
}

static plm_status import_entity(ftm_import *in, json_t *entity)
{
    plm_assembler *a = &in->assembler;
    const char *name = json_string_value(json_object_get(entity, "schema"));
    const plm_ftm_schema *schema = name != NULL ? plm_ftm_schema_find(name) : NULL;
    json_t *all = json_object_get(entity, "properties");
    const json_t *id = json_object_get(entity, "id");
    if (name != NULL && schema == NULL) {
        in->n_skipped++;
        return PLM_OK;
    }
    plm_assemble_begin(a, in->lines.source->name, in->lines.line,
                       schema != NULL ? schema->kind : PLM_KIND_PERSON);
    if (schema == NULL) {
        plm_assemble_refuse(a, "/schema", "must be a string");
    } else if (!json_is_string(id)) {
        plm_assemble_refuse(a, "/id", "must be a string");
    } else if (!json_is_object(all)) {
        plm_assemble_refuse(a, "/properties", "must be an object");
    }
    plm_status status = PLM_OK;
    if (!a->is_refused) {
        status = plm_assemble_id(a, "/id", string_span(id));
    }
    if (status == PLM_OK && schema != NULL && !a->is_refused) {
        count_forbidden(in, all);
        status = add_all(in, all, schema->set);
    }
    if (status == PLM_OK && schema != NULL && !a->is_refused) {
        status = plm_ftm_handling_read(a, entity);
    }
    return status == PLM_OK ? plm_assemble_finish(a) : status;
}

static plm_status import_line(ftm_import *in, plm_span line)
{
    plm_assembler *a = &in->assembler;
    const char *file = in->lines.source->name;
    json_t *entity = NULL;
    plm_status status = plm_json_parse(&entity, line, &a->import->sink, file, in->lines.line);
    if (status == PLM_E_SYNTAX) {
        a->import->n_quarantined++; /* plm_json_parse has said why */
        return PLM_OK;
    }
    if (status != PLM_OK) {
        return status;
    }
    if (json_is_object(entity)) {
        in->n_objects++;
        status = import_entity(in, entity);
    } else {
        plm_assemble_quarantine(a, file, in->lines.line, NULL, "not a JSON object");
    }
    json_decref(entity);
    return status;
}

/* One warning for all entities that are no records (Address, Ownership, Sanction, ...). */
static void report_skipped(ftm_import *in)
{
    plm_import *import = in->assembler.import;
    char reason[128];
    if (in->n_skipped == 0) {
        return;
    }
    (void)snprintf(reason, sizeof reason,
                   "%" PRIu64 " entities of schemata that a register does not hold were skipped",
                   in->n_skipped);
    const plm_diag diag = {PLM_WARNING, in->lines.source->name, 0, "/schema", reason};
    plm_diag_report(&import->sink, &diag);
    import->n_warnings++;
}

static void report_forbidden(ftm_import *in)
{
    plm_import *import = in->assembler.import;
    char reason[160];
    if (in->n_forbidden == 0) {
        return;
    }
    (void)snprintf(reason, sizeof reason,
                   "%" PRIu64 " properties that no record may hold (ethnicity, religion, "
                   "political, ...) were left out",
                   in->n_forbidden);
    const plm_diag diag = {PLM_WARNING, in->lines.source->name, 0, "/properties", reason};
    plm_diag_report(&import->sink, &diag);
    import->n_warnings++;
}

static plm_status import_lines(ftm_import *in)
{
    plm_import *import = in->assembler.import;
    const char *file = in->lines.source->name;
    bool is_empty = true;
    for (;;) {
        plm_span line;
        plm_line_event event;
        plm_status status = plm_lines_next(&in->lines, &event, &line);
        if (status != PLM_OK) {
            return status;
        }
        if (event == PLM_LINE_END) {
            break;
        }
        if (event == PLM_LINE_TOO_LONG) {
            plm_assemble_quarantine(&in->assembler, file, in->lines.line, NULL,
                                    "a line of more than %d bytes", PLM_LINE_MAX);
            is_empty = false;
            continue;
        }
        if (status == PLM_OK && plm_text_trim(line).n > 0) {
            is_empty = false;
            status = import_line(in, line);
        }
        if (status != PLM_OK) {
            return status;
        }
    }
    report_skipped(in);
    report_forbidden(in);
    if (!is_empty && in->n_objects == 0) {
        plm_diag_error(&import->sink, file, 0, NULL,
                       "no line of this file is a JSON object; is it FollowTheMoney JSON lines?");
        return PLM_E_SYNTAX;
    }
    return PLM_OK;
}

static plm_status import_ftm(plm_import *import, plm_source *source)
{
    ftm_import *in = (ftm_import *)calloc(1, sizeof *in);
    if (in == NULL) {
        return PLM_E_NOMEM;
    }
    plm_assembler_init(&in->assembler, import);
    plm_status status = plm_lines_init(&in->lines, source);
    if (status == PLM_OK) {
        status = import_lines(in);
    }
    plm_lines_wipe(&in->lines);
    plm_assembler_wipe(&in->assembler);
    free(in);
    return status;
}

plm_status plm_import_ftm_bytes(plm_import *import, plm_span bytes, const char *name)
{
    plm_progress progress;
    plm_source source;
    plm_progress_init(&progress, import);
    plm_source_open_bytes(&source, &progress, bytes, name);
    plm_status status = import_ftm(import, &source);
    plm_source_close(&source);
    return status;
}

plm_status plm_import_ftm(plm_import *import, const char *path)
{
    plm_progress progress;
    plm_source source;
    plm_progress_init(&progress, import);
    plm_status status = plm_progress_expect(&progress, path);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_source_open(&source, &progress, path);
    if (status == PLM_OK) {
        status = import_ftm(import, &source);
    }
    plm_source_close(&source);
    return status;
}
