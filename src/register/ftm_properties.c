/* SPDX-License-Identifier: Apache-2.0 */
#include "register/ftm_properties.h"
#include "register/ftm_model.h"
#include "register/text.h"

#include <limits.h>
#include <stdio.h>

static plm_span string_span(const json_t *value)
{
    return plm_span_of(json_string_value(value), json_string_length(value));
}

/* The values of a property, an array of strings; others are reported. */
static size_t property_size(plm_assembler *a, json_t *all, const char *name)
{
    const json_t *values = json_object_get(all, name);
    if (values != NULL && !json_is_array(values)) {
        char field[PLM_FIELD_MAX];
        (void)snprintf(field, sizeof field, "/properties/%s", name);
        plm_assemble_warn(a, field, "dropped: must be an array of strings");
        return 0;
    }
    return json_array_size(values);
}

/* Value i of a property; empty and reported if it is no string. */
static plm_span property_value(plm_assembler *a, json_t *all, const char *name, size_t i,
                               char *field)
{
    const json_t *value = json_array_get(json_object_get(all, name), i);
    (void)snprintf(field, PLM_FIELD_MAX, "/properties/%s/%zu", name, i);
    if (!json_is_string(value)) {
        plm_assemble_warn(a, field, "dropped: must be a string");
        return plm_span_of(NULL, 0);
    }
    return plm_text_trim(string_span(value));
}

/* The strongest of the entity's topics is the source's word on its role. */
static void set_role(plm_assembler *a, json_t *all)
{
    const json_t *values = json_object_get(all, "topics");
    unsigned best = UINT_MAX;
    for (size_t i = 0; i < json_array_size(values); i++) {
        const char *topic = json_string_value(json_array_get(values, i));
        plm_role role;
        unsigned rank;
        if (topic != NULL && plm_ftm_topic_role(topic, &role, &rank) && rank < best) {
            best = rank;
            a->record.role = role;
        }
    }
}

/* YYYY, YYYY-MM, YYYY-MM-DD; a time of day behind a full date is cut. */
static plm_status add_birth_date(plm_assembler *a, const char *field, plm_span text)
{
    plm_date date;
    plm_span day = text.n > 10 && text.p[10] == 'T' ? plm_text_slice(text, 0, 10) : text;
    if (plm_date_parse(&date, day) != PLM_OK) {
        plm_assemble_warn(a, field,
                          "birthDate dropped: must be YYYY, YYYY-MM or "
                          "YYYY-MM-DD");
        return PLM_OK;
    }
    return plm_assemble_date(a, field, date, text);
}

/* The country a plate or document is of: the entity's one `country`, else empty. */
static plm_span country_of(json_t *all)
{
    const json_t *values = json_object_get(all, "country");
    const json_t *only = json_array_size(values) == 1 ? json_array_get(values, 0) : NULL;
    return json_is_string(only) ? string_span(only) : plm_span_of(NULL, 0);
}

static plm_status add_property(plm_assembler *a, json_t *all, const char *name, plm_ident_type type,
                               plm_span country)
{
    plm_status status = PLM_OK;
    size_t n = property_size(a, all, name);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        char field[PLM_FIELD_MAX];
        plm_span text = property_value(a, all, name, i, field);
        if (text.n > 0 && type == PLM_IDENT_BIRTH_DATE) {
            status = add_birth_date(a, field, text);
        } else if (text.n > 0) {
            status = plm_assemble_value(a, field, type, country, text);
        }
    }
    return status;
}

/* Someone without a name but with its parts: each first one, given names before the last. */
static plm_status compose_name(plm_assembler *a, json_t *all)
{
    static const char *const parts[] = {"firstName",  "secondName", "middleName",
                                        "fatherName", "motherName", "lastName"};
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
static plm_status add_wallet(plm_assembler *a, json_t *all)
{
    plm_status status = PLM_OK;
    const json_t *given = json_object_get(all, "currencySymbol");
    given = json_array_size(given) > 0 ? given : json_object_get(all, "currency");
    plm_span currency = json_array_size(given) > 0 && json_is_string(json_array_get(given, 0))
                            ? string_span(json_array_get(given, 0))
                            : plm_span_of(NULL, 0);
    bool may_be_btc =
        currency.n == 0 || plm_text_is(currency, "XBT") || plm_text_is(currency, "BTC");
    size_t n = property_size(a, all, "publicKey");
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        char field[PLM_FIELD_MAX];
        plm_span text = property_value(a, all, "publicKey", i, field);
        plm_span rest = text;
        if (plm_text_skip(&rest, "0x")) {
            status = plm_assemble_value(a, field, PLM_IDENT_ETH, plm_span_of(NULL, 0), text);
        } else if (text.n > 0 && may_be_btc) {
            status = plm_assemble_value(a, field, PLM_IDENT_BTC, plm_span_of(NULL, 0), text);
        }
    }
    return status;
}

/* An identity document counts as a passport if its type says so. */
static plm_status add_identification(plm_assembler *a, json_t *all)
{
    bool is_passport = false;
    size_t n = property_size(a, all, "type");
    for (size_t i = 0; i < n; i++) {
        char field[PLM_FIELD_MAX];
        plm_span text = property_value(a, all, "type", i, field);
        is_passport = is_passport || plm_text_find(text, "passport") < text.n;
    }
    return is_passport ? add_property(a, all, "number", PLM_IDENT_DOCUMENT, country_of(all))
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
static plm_status add_handles(plm_assembler *a, json_t *all)
{
    plm_status status = PLM_OK;
    const json_t *service = json_object_get(all, "service");
    plm_span platform = json_array_size(service) == 1 && json_is_string(json_array_get(service, 0))
                            ? plm_text_trim(string_span(json_array_get(service, 0)))
                            : plm_span_of(NULL, 0);
    size_t n = platform.n > 0 ? property_size(a, all, "username") : 0;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        char field[PLM_FIELD_MAX];
        plm_span name = property_value(a, all, "username", i, field);
        status = name.n > 0 ? add_handle(a, field, platform, name) : PLM_OK;
    }
    return status;
}

plm_status plm_ftm_properties_read(plm_assembler *a, json_t *all, unsigned set)
{
    plm_status status = PLM_OK;
    const plm_ftm_property *p;
    set_role(a, all);
    for (size_t i = 0; status == PLM_OK && (p = plm_ftm_property_at(i)) != NULL; i++) {
        if ((p->schemata & set) != 0) {
            plm_span country = p->country != NULL ? plm_span_str(p->country)
                               : p->takes_country ? country_of(all)
                                                  : plm_span_of(NULL, 0);
            status = add_property(a, all, p->name, p->type, country);
        }
    }
    if (status == PLM_OK && set == PLM_FTM_PERSON &&
        json_array_size(json_object_get(all, "name")) == 0) {
        status = compose_name(a, all);
    }
    if (status == PLM_OK && set == PLM_FTM_USER_ACCOUNT) {
        status = add_handles(a, all);
    }
    if (status == PLM_OK && set == PLM_FTM_WALLET) {
        status = add_wallet(a, all);
    }
    if (status == PLM_OK && set == PLM_FTM_IDENTIFICATION) {
        status = add_identification(a, all);
    }
    return status;
}
