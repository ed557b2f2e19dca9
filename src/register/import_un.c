/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The UN Security Council consolidated list. What becomes of each element: spec/imports.md
 * section 4.
 */
#include "base/utf8.h"
#include "register/assemble.h"
#include "register/text.h"
#include "register/un_text.h"
#include "register/un_xml.h"

#include <stdlib.h>
#include <string.h>

typedef struct un_import {
    plm_assembler assembler;
    plm_un_reader reader;
    char field[PLM_FIELD_MAX];
} un_import;

/* The path of a leaf, for diagnostics; valid until the next call. */
static const char *path_of(un_import *in, const plm_un_entity *entity, const plm_un_leaf *leaf)
{
    plm_utf8_print(in->field, sizeof in->field, "%s/%.60s%s%.60s",
                   entity->is_individual ? "INDIVIDUAL" : "ENTITY", leaf->group,
                   leaf->name[0] != '\0' ? "/" : "", leaf->name);
    return in->field;
}

static bool is_leaf(const plm_un_leaf *leaf, const char *group, const char *name)
{
    return strcmp(leaf->group, group) == 0 && strcmp(leaf->name, name) == 0;
}

/* The list's own ways of saying nothing. */
static bool is_null(plm_span text)
{
    return text.n == 0 || plm_text_is(text, "na") || plm_text_is(text, "n/a") ||
           plm_text_is(text, "-");
}

/* The first leaf of that place, NULL if there is none. */
static const plm_un_leaf *find_leaf(const plm_un_entity *entity, const char *group,
                                    const char *name)
{
    for (size_t i = 0; i < entity->n_leaves; i++) {
        if (is_leaf(&entity->leaves[i], group, name) && !is_null(entity->leaves[i].text)) {
            return &entity->leaves[i];
        }
    }
    return NULL;
}

/* The leaf of that name in the group element of leaf i, NULL if there is none. */
static const plm_un_leaf *sibling(const plm_un_entity *entity, size_t i, const char *name)
{
    size_t group_no = entity->leaves[i].group_no;
    for (; i < entity->n_leaves && entity->leaves[i].group_no == group_no; i++) {
        if (strcmp(entity->leaves[i].name, name) == 0 && !is_null(entity->leaves[i].text)) {
            return &entity->leaves[i];
        }
    }
    return NULL;
}

static plm_span text_of(const plm_un_leaf *leaf)
{
    return leaf != NULL ? leaf->text : plm_span_of(NULL, 0);
}

static plm_status add_names(un_import *in, const plm_un_entity *entity, const plm_un_leaf *leaf,
                            plm_span text)
{
    plm_un_names names;
    plm_assembler *a = &in->assembler;
    const char *field = path_of(in, entity, leaf);
    a->at_line = leaf->line;
    plm_status status = plm_un_names_find(&names, &a->arena, text, entity->is_individual);
    for (size_t i = 0; status == PLM_OK && i < names.n; i++) {
        status = plm_assemble_value(a, field, PLM_IDENT_NAME, plm_span_of(NULL, 0), names.name[i]);
    }
    return status;
}

/* FIRST_NAME to FOURTH_NAME, joined by spaces. */
static plm_status add_main_name(un_import *in, const plm_un_entity *entity)
{
    static const char *const parts[] = {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"};
    const plm_un_leaf *first = NULL;
    plm_buf name;
    plm_buf_init(&name, 4 * PLM_UN_TEXT_MAX + 4);
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < sizeof parts / sizeof *parts; i++) {
        const plm_un_leaf *part = find_leaf(entity, parts[i], "");
        if (part != NULL) {
            first = first != NULL ? first : part;
            status = plm_buf_append(&name, " ", name.n > 0);
            if (status == PLM_OK) {
                status = plm_buf_append(&name, part->text.p, part->text.n);
            }
        }
    }
    if (status == PLM_OK && first != NULL) {
        status = add_names(in, entity, first, plm_buf_span(&name));
    }
    plm_buf_wipe(&name);
    return status;
}

/* YYYY, YYYY-MM, YYYY-MM-DD; a zone or time behind a full date is cut. */
static bool read_date(plm_span text, plm_date *date)
{
    return plm_date_parse(date, plm_text_slice(text, 0, 10)) == PLM_OK;
}

static plm_status add_date(un_import *in, const plm_un_entity *entity, const plm_un_leaf *leaf,
                           bool is_approximate)
{
    plm_date date;
    const char *field = path_of(in, entity, leaf);
    in->assembler.at_line = leaf->line;
    if (!read_date(leaf->text, &date)) {
        plm_assemble_warn(&in->assembler, field, "birthDate dropped: not a date or year");
        return PLM_OK;
    }
    if (is_approximate) {
        date.month = 0;
        date.day = 0;
    }
    return plm_assemble_date(&in->assembler, field, date, leaf->text);
}

/* One INDIVIDUAL_DATE_OF_BIRTH, whose first leaf is i. */
static plm_status add_birth(un_import *in, const plm_un_entity *entity, size_t i)
{
    const plm_un_leaf *exact = sibling(entity, i, "DATE");
    const plm_un_leaf *from = sibling(entity, i, "FROM_YEAR");
    const plm_un_leaf *to = sibling(entity, i, "TO_YEAR");
    bool is_approximate = plm_text_is(text_of(sibling(entity, i, "TYPE_OF_DATE")), "APPROXIMATELY");
    exact = exact != NULL ? exact : sibling(entity, i, "YEAR");
    if (exact == NULL && from != NULL && to != NULL && !plm_span_equal(from->text, to->text)) {
        in->assembler.at_line = from->line;
        plm_assemble_warn(&in->assembler, path_of(in, entity, from),
                          "birthDate dropped: a range of years is no date");
        return PLM_OK;
    }
    exact = exact != NULL ? exact : from != NULL ? from : to;
    return exact != NULL ? add_date(in, entity, exact, is_approximate) : PLM_OK;
}

/* One INDIVIDUAL_DOCUMENT, whose first leaf is i. */
static plm_status add_document(un_import *in, const plm_un_entity *entity, size_t i)
{
    plm_assembler *a = &in->assembler;
    const plm_un_leaf *number = sibling(entity, i, "NUMBER");
    plm_span type = text_of(sibling(entity, i, "TYPE_OF_DOCUMENT"));
    plm_span country = text_of(sibling(entity, i, "ISSUING_COUNTRY"));
    if (number == NULL) {
        return PLM_OK;
    }
    const char *field = path_of(in, entity, number);
    a->at_line = number->line;
    if (plm_text_find(type, "passport") == type.n && plm_text_find(type, "passeport") == type.n &&
        plm_text_find(type, "pasaporte") == type.n) {
        plm_assemble_warn(a, field, "document dropped: \"%.*s\" is no passport",
                          type.n < 60 ? (int)type.n : 60, (const char *)type.p);
        return PLM_OK;
    }
    plm_span found;
    char issuer[3];
    if (!plm_un_passport_find(number->text, &found, issuer)) {
        plm_assemble_warn(a, field, "document dropped: the number can't be told from its words");
        return PLM_OK;
    }
    country = country.n > 0 ? country : text_of(sibling(entity, i, "COUNTRY_OF_ISSUE"));
    country = country.n > 0 ? country : plm_span_str(issuer);
    return plm_assemble_text(a, field, PLM_IDENT_DOCUMENT, country, number->text, found);
}

/* What the leaf, or the group that begins with it, adds. */
static plm_status add_leaf(un_import *in, const plm_un_entity *entity, size_t i)
{
    const plm_un_leaf *leaf = &entity->leaves[i];
    bool begins_group = i == 0 || entity->leaves[i - 1].group_no != leaf->group_no;
    if (is_null(leaf->text)) {
        return PLM_OK;
    }
    if (is_leaf(leaf, "NAME_ORIGINAL_SCRIPT", "") ||
        is_leaf(leaf, "INDIVIDUAL_ALIAS", "ALIAS_NAME") ||
        is_leaf(leaf, "ENTITY_ALIAS", "ALIAS_NAME")) {
        return add_names(in, entity, leaf, leaf->text);
    }
    if (is_leaf(leaf, "INDIVIDUAL_ALIAS", "DATE_OF_BIRTH")) {
        return add_date(in, entity, leaf, false);
    }
    if (is_leaf(leaf, "NATIONALITY", "VALUE") && entity->is_individual) {
        in->assembler.at_line = leaf->line;
        return plm_assemble_value(&in->assembler, path_of(in, entity, leaf), PLM_IDENT_NATIONALITY,
                                  plm_span_of(NULL, 0), leaf->text);
    }
    if (begins_group && strcmp(leaf->group, "INDIVIDUAL_DATE_OF_BIRTH") == 0) {
        return add_birth(in, entity, i);
    }
    if (begins_group && strcmp(leaf->group, "INDIVIDUAL_DOCUMENT") == 0) {
        return add_document(in, entity, i);
    }
    return PLM_OK;
}

static plm_status import_entity(un_import *in, const plm_un_entity *entity)
{
    plm_assembler *a = &in->assembler;
    plm_assemble_begin(a, in->reader.source->name, entity->line,
                       entity->is_individual ? PLM_KIND_PERSON : PLM_KIND_ORGANISATION);
    a->record.role = PLM_ROLE_LISTED;
    a->place = entity->is_individual ? "INDIVIDUAL" : "ENTITY";
    if (entity->too_big != NULL) {
        plm_assemble_refuse(a, a->place, "%s", entity->too_big);
        return plm_assemble_finish(a);
    }
    const plm_un_leaf *id = find_leaf(entity, "REFERENCE_NUMBER", "");
    id = id != NULL ? id : find_leaf(entity, "DATAID", "");
    if (id == NULL) {
        plm_assemble_refuse(a, a->place, "neither REFERENCE_NUMBER nor DATAID");
        return plm_assemble_finish(a);
    }
    plm_status status = plm_assemble_id(a, path_of(in, entity, id), id->text);
    if (status == PLM_OK) {
        status = add_main_name(in, entity);
    }
    for (size_t i = 0; status == PLM_OK && i < entity->n_leaves; i++) {
        status = add_leaf(in, entity, i);
    }
    return status == PLM_OK ? plm_assemble_finish(a) : status;
}

static plm_status import_un(plm_import *import, plm_source *source)
{
    un_import *in = (un_import *)calloc(1, sizeof *in);
    if (in == NULL) {
        return PLM_E_NOMEM;
    }
    plm_assembler_init(&in->assembler, import);
    plm_status status = plm_un_open(&in->reader, source);
    while (status == PLM_OK) {
        const plm_un_entity *entity;
        status = plm_un_next(&in->reader, &entity);
        if (status != PLM_OK || entity == NULL) {
            break;
        }
        status = import_entity(in, entity);
    }
    plm_un_wipe(&in->reader);
    plm_assembler_wipe(&in->assembler);
    free(in);
    return status;
}

plm_status plm_import_un_bytes(plm_import *import, plm_span bytes, const char *name)
{
    plm_progress progress;
    plm_source source;
    plm_progress_init(&progress, import);
    plm_source_open_bytes(&source, &progress, bytes, name);
    plm_status status = import_un(import, &source);
    plm_source_close(&source);
    return status;
}

plm_status plm_import_un(plm_import *import, const char *path)
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
        status = import_un(import, &source);
    }
    plm_source_close(&source);
    return status;
}
