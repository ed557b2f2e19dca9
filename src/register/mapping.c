/* SPDX-License-Identifier: Apache-2.0 */
#include "register/mapping.h"

#include "base/utf8.h"
#include "register/text.h"

#include <string.h>

static const char *const top_members[] = {
    "format",  "separator",  "header",  "null",         "id",    "kind",
    "role",    "offences",   "grading", "retention",    "minor", "assessment",
    "comment", "properties", "sex",     "exploitation", "year",  NULL};

static bool is_kind(const char *text)
{
    plm_kind kind;
    return plm_kind_find(&kind, text) == PLM_OK;
}

static bool is_role(const char *text)
{
    plm_role role;
    return plm_role_find(&role, text) == PLM_OK;
}

static bool is_boolean(const char *text)
{
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

static bool is_sex(const char *text)
{
    plm_facts facts;
    return plm_fact_set(&facts, PLM_FACT_SEX, plm_span_str(text)) == PLM_OK;
}

static bool is_exploitation(const char *text)
{
    plm_facts facts;
    return plm_fact_set(&facts, PLM_FACT_EXPLOITATION, plm_span_str(text)) == PLM_OK;
}

static bool is_year(const char *text)
{
    plm_facts facts;
    return plm_fact_set(&facts, PLM_FACT_YEAR, plm_span_str(text)) == PLM_OK;
}

static bool is_country(const char *text)
{
    char code[3];
    return plm_country_find(code, plm_span_str(text)) == PLM_OK;
}

/* "tab", or one printable ASCII character that can't be part of ordinary text or of a quote. */
static plm_status read_separator(plm_mapping *mapping, const plm_json_at *at)
{
    mapping->separator = ',';
    if (at->value == NULL) {
        return PLM_OK;
    }
    const char *text;
    plm_status status = plm_json_string(at, 1, 3, &text);
    if (status != PLM_OK) {
        return status;
    }
    if (strcmp(text, "tab") == 0) {
        mapping->separator = '\t';
    } else if (text[1] == '\0' && strchr(",;|:~^#", text[0]) != NULL) {
        mapping->separator = text[0];
    } else {
        return plm_json_error(at, "must be \"tab\" or one of , ; | : ~ ^ #");
    }
    return PLM_OK;
}

static plm_status read_nulls(plm_mapping *mapping, const plm_json_at *at)
{
    size_t n = 0;
    plm_status status =
        at->value == NULL ? PLM_OK : plm_json_array(at, 0, PLM_MAPPING_NULLS_MAX, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at element = plm_json_element(at, i);
        const char *marker;
        status = plm_json_string(&element, 0, PLM_MAPPING_TEXT_MAX, &marker);
        if (status == PLM_OK) {
            mapping->nulls[mapping->n_nulls++] = plm_text_trim(plm_span_str(marker));
        }
    }
    return status;
}

plm_status plm_mapping_open(plm_mapping *mapping, plm_span json, const char *name,
                            const plm_diag_sink *sink)
{
    memset(mapping, 0, sizeof *mapping);
    mapping->name = name;
    mapping->sink = sink;
    plm_arena_init(&mapping->arena, 4 << 20);
    plm_status status = plm_json_parse(&mapping->document, json, sink, name, 1);
    if (status != PLM_OK) {
        return status;
    }
    const plm_json_at root = plm_json_root(mapping->document, sink, name, 0);
    status = plm_json_object(&root, top_members);
    if (status != PLM_OK) {
        return status;
    }
    static const char *const formats[] = {"palermo-mapping/1", NULL};
    const plm_json_at format = plm_json_member(&root, "format");
    const plm_json_at separator = plm_json_member(&root, "separator");
    const plm_json_at header = plm_json_member(&root, "header");
    const plm_json_at nulls = plm_json_member(&root, "null");
    size_t version = 0;
    status = plm_json_choice(&format, formats, &version);
    if (status == PLM_OK) {
        status = read_separator(mapping, &separator);
    }
    if (status == PLM_OK) {
        status = plm_json_boolean(&header, &mapping->has_header);
    }
    if (status == PLM_OK) {
        status = read_nulls(mapping, &nulls);
    }
    return status;
}

static plm_status read_property(plm_mapping *mapping, const plm_json_at *at, const plm_csv *row,
                                plm_mapping_property *property)
{
    static const char *const extra[] = {"type", "country", NULL};
    const plm_json_at type = plm_json_member(at, "type");
    const plm_json_at country = plm_json_member(at, "country");
    const char *type_name;
    if (!json_is_object(at->value)) {
        return plm_json_error(at, "must be an object");
    }
    plm_status status = plm_json_string(&type, 1, 40, &type_name);
    if (status != PLM_OK) {
        return status;
    }
    if (plm_ident_type_find(&property->type, type_name) != PLM_OK) {
        return plm_json_error(&type, "\"%.40s\" is no type of identifier", type_name);
    }
    unsigned flags = PLM_CELL_SPLIT;
    flags |= property->type == PLM_IDENT_BIRTH_DATE ? (unsigned)PLM_CELL_DATE : 0U;
    status = plm_mapping_cell_read(mapping, at, row, flags, extra, NULL, &property->cell);
    if (status != PLM_OK || country.value == NULL) {
        return status;
    }
    if (!plm_ident_type_has_country(property->type)) {
        return plm_json_error(&country, "has no use for a value of type %s", type_name);
    }
    return plm_mapping_cell_read(mapping, &country, row, 0, NULL, is_country, &property->country);
}

static plm_status read_properties(plm_mapping *mapping, const plm_json_at *at, const plm_csv *row)
{
    size_t n = 0;
    plm_status status = plm_json_array(at, 1, PLM_MAPPING_PROPERTIES_MAX, &n);
    if (status != PLM_OK) {
        return status;
    }
    mapping->properties =
        (plm_mapping_property *)plm_arena_array(&mapping->arena, n, sizeof *mapping->properties);
    if (mapping->properties == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at element = plm_json_element(at, i);
        status = read_property(mapping, &element, row, &mapping->properties[i]);
    }
    mapping->n_properties = n;
    return status;
}

plm_status plm_mapping_bind(plm_mapping *mapping, const plm_csv *row)
{
    const struct {
        const char *member;
        bool is_required;
        unsigned flags;
        bool (*check)(const char *);
        plm_mapping_cell *cell;
    } cells[] = {
        {"id", true, 0, NULL, &mapping->id},
        {"kind", true, 0, is_kind, &mapping->kind},
        {"role", false, 0, is_role, &mapping->role},
        {"offences", false, PLM_CELL_SPLIT, NULL, &mapping->offences},
        {"grading", false, 0, plm_grading_is_valid, &mapping->grading},
        {"retention", false, PLM_CELL_DATE, NULL, &mapping->retention},
        {"minor", false, PLM_CELL_VALUES, is_boolean, &mapping->minor},
        {"assessment", false, PLM_CELL_VALUES, is_boolean, &mapping->assessment},
        {"sex", false, 0, is_sex, &mapping->facts[PLM_FACT_SEX]},
        {"exploitation", false, 0, is_exploitation, &mapping->facts[PLM_FACT_EXPLOITATION]},
        {"year", false, 0, is_year, &mapping->facts[PLM_FACT_YEAR]},
    };
    const plm_json_at root = plm_json_root(mapping->document, mapping->sink, mapping->name, 0);
    mapping->n_columns = row->n_fields;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        const plm_json_at at = plm_json_member(&root, cells[i].member);
        if (at.value == NULL && !cells[i].is_required) {
            continue;
        }
        plm_status status = plm_mapping_cell_read(mapping, &at, row, cells[i].flags, NULL,
                                                  cells[i].check, cells[i].cell);
        if (status != PLM_OK) {
            return status;
        }
    }
    mapping->id.needs_all = true;
    if (mapping->id.constant != NULL) {
        const plm_json_at id = plm_json_member(&root, "id");
        return plm_json_error(&id, "can't be a constant: it must differ from row to row");
    }
    const plm_json_at properties = plm_json_member(&root, "properties");
    return read_properties(mapping, &properties, row);
}

void plm_mapping_wipe(plm_mapping *mapping)
{
    json_decref(mapping->document);
    plm_arena_wipe(&mapping->arena);
    memset(mapping, 0, sizeof *mapping);
}
