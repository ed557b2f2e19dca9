/* SPDX-License-Identifier: Apache-2.0 */
#include "register/forbidden.h"
#include "register/mapping.h"
#include "register/text.h"

#include <stdio.h>
#include <string.h>

/* The number of a header's column, an error at `at` if it is not there exactly once. */
static plm_status find_column(const plm_mapping *mapping, const plm_json_at *at, const plm_csv *row,
                              plm_span name, size_t *column)
{
    if (!mapping->has_header) {
        return plm_json_error(at, "without a header columns are numbers, counted from 1");
    }
    size_t n_found = 0;
    for (size_t i = 0; i < row->n_fields; i++) {
        if (plm_span_equal(plm_text_trim(plm_csv_field(row, i)), name)) {
            *column = i;
            n_found++;
        }
    }
    if (n_found != 1) {
        return plm_json_error(at, "the CSV file has %s column \"%.*s\"",
                              n_found == 0 ? "no" : "more than one", (int)name.n,
                              (const char *)name.p);
    }
    return PLM_OK;
}

static plm_status check_number(const plm_json_at *at, const plm_csv *row, int64_t number)
{
    if (number < 1 || (uint64_t)number > row->n_fields) {
        return plm_json_error(at, "the CSV file has %zu columns", row->n_fields);
    }
    return PLM_OK;
}

/* {"column": "NAME"} or {"column": 3}. */
static plm_status read_column(plm_mapping *mapping, const plm_json_at *at, const plm_csv *row,
                              plm_mapping_cell *cell)
{
    plm_status status;
    char label[32];
    cell->parts = (plm_mapping_part *)plm_arena_array(&mapping->arena, 1, sizeof *cell->parts);
    if (cell->parts == NULL) {
        return PLM_E_NOMEM;
    }
    cell->n_parts = 1;
    cell->parts[0].is_column = true;
    if (json_is_integer(at->value)) {
        int64_t number = 0;
        status = plm_json_integer(at, 1, PLM_CSV_COLUMNS_MAX, &number);
        if (status == PLM_OK) {
            status = check_number(at, row, number);
        }
        if (status != PLM_OK) {
            return status;
        }
        cell->parts[0].column = (size_t)number - 1;
        (void)snprintf(label, sizeof label, "column %d", (int)number);
        cell->label = plm_arena_string(&mapping->arena, plm_span_str(label));
        return cell->label == NULL ? PLM_E_NOMEM : PLM_OK;
    }
    const char *name;
    status = plm_json_string(at, 1, PLM_MAPPING_TEXT_MAX, &name);
    if (status == PLM_OK) {
        cell->label = name;
        status = find_column(mapping, at, row, plm_span_str(name), &cell->parts[0].column);
    }
    return status;
}

/* The reference between the braces of a template: a header's name, or "#3" for column 3. */
static plm_status read_reference(plm_mapping *mapping, const plm_json_at *at, const plm_csv *row,
                                 plm_span name, size_t *column)
{
    if (name.n < 2 || name.p[0] != '#') {
        return find_column(mapping, at, row, name, column);
    }
    int64_t number = 0;
    for (size_t i = 1; i < name.n; i++) {
        if (name.p[i] < '0' || name.p[i] > '9' || number > PLM_CSV_COLUMNS_MAX) {
            return plm_json_error(at, "\"{#\" must be followed by a column's number");
        }
        number = number * 10 + (name.p[i] - '0');
    }
    plm_status status = check_number(at, row, number);
    if (status == PLM_OK) {
        *column = (size_t)number - 1;
    }
    return status;
}

/* {"template": "{GIVEN} {SURNAME}"}; no braces but those. */
static plm_status read_template(plm_mapping *mapping, const plm_json_at *at, const plm_csv *row,
                                plm_mapping_cell *cell)
{
    const char *text;
    plm_status status = plm_json_string(at, 1, PLM_MAPPING_TEXT_MAX, &text);
    if (status != PLM_OK) {
        return status;
    }
    cell->label = text;
    cell->parts = (plm_mapping_part *)plm_arena_array(&mapping->arena, PLM_MAPPING_PARTS_MAX,
                                                      sizeof *cell->parts);
    if (cell->parts == NULL) {
        return PLM_E_NOMEM;
    }
    size_t n_columns = 0;
    while (*text != '\0') {
        if (cell->n_parts == PLM_MAPPING_PARTS_MAX) {
            return plm_json_error(at, "has more than %d parts", PLM_MAPPING_PARTS_MAX);
        }
        plm_mapping_part *part = &cell->parts[cell->n_parts++];
        size_t n = strcspn(text, "{}");
        part->literal = plm_span_of(text, n);
        if (n == 0) {
            n = strcspn(text + 1, "{}");
            if (text[0] != '{' || text[1 + n] != '}' || n == 0) {
                return plm_json_error(at, "must hold column names in braces: \"{GIVEN} {NAME}\"");
            }
            part->is_column = true;
            status = read_reference(mapping, at, row, plm_span_of(text + 1, n), &part->column);
            if (status != PLM_OK) {
                return status;
            }
            n_columns++;
            n += 2;
        }
        text += n;
    }
    return n_columns > 0 ? PLM_OK : plm_json_error(at, "names no column");
}

static plm_status read_values(const plm_json_at *at, bool (*check)(const char *),
                              plm_mapping_cell *cell)
{
    if (!json_is_object(at->value) || json_object_size(at->value) == 0) {
        return plm_json_error(at, "must be an object with at least one member");
    }
    const char *key;
    json_t *value;
    json_object_foreach(at->value, key, value)
    {
        const plm_json_at member = plm_json_member(at, key);
        const char *target;
        plm_status status = plm_json_string(&member, 1, PLM_MAPPING_TEXT_MAX, &target);
        if (status != PLM_OK) {
            return status;
        }
        if (check != NULL && !check(target)) {
            return plm_json_error(&member, "\"%.60s\" is not allowed here", target);
        }
    }
    cell->values = at->value;
    return PLM_OK;
}

static plm_status read_date_format(const plm_json_at *at, plm_mapping_cell *cell)
{
    const char *format;
    plm_status status = plm_json_string(at, 1, PLM_MAPPING_TEXT_MAX, &format);
    if (status != PLM_OK) {
        return status;
    }
    if (!plm_date_pattern_is_valid(format)) {
        return plm_json_error(at, "must hold YYYY and may hold MM, M, MON or MONTH, and with it "
                                  "DD or D, as in \"DD/MM/YYYY\"");
    }
    cell->date_formats[cell->n_date_formats++] = format;
    return PLM_OK;
}

/* One format, or an array of them that are tried in turn. */
static plm_status read_date_formats(const plm_json_at *at, plm_mapping_cell *cell)
{
    if (!json_is_array(at->value)) {
        return read_date_format(at, cell);
    }
    size_t n = 0;
    plm_status status = plm_json_array(at, 1, PLM_MAPPING_DATE_FORMATS_MAX, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        const plm_json_at element = plm_json_element(at, i);
        status = read_date_format(&element, cell);
    }
    return status;
}

static plm_status read_split(const plm_json_at *at, plm_mapping_cell *cell)
{
    const char *split;
    plm_status status = plm_json_string(at, 1, 1, &split);
    if (status == PLM_OK) {
        cell->split = split[0];
    }
    return status;
}

/* The members of a cell that this place allows, and those of its surroundings. */
static plm_status check_members(const plm_json_at *at, unsigned flags, const char *const *extra)
{
    const char *members[16] = {"constant", "column", "template", "values"};
    size_t n = 4;
    if ((flags & PLM_CELL_SPLIT) != 0) {
        members[n++] = "split";
    }
    if ((flags & PLM_CELL_DATE) != 0) {
        members[n++] = "dateFormat";
    }
    for (size_t i = 0; extra != NULL && extra[i] != NULL; i++) {
        members[n++] = extra[i];
    }
    return plm_json_object(at, members);
}

/* Exactly one of constant, column and template. */
static plm_status read_origin(plm_mapping *mapping, const plm_json_at *at, const plm_csv *row,
                              bool (*check)(const char *), plm_mapping_cell *cell)
{
    const plm_json_at constant = plm_json_member(at, "constant");
    const plm_json_at column = plm_json_member(at, "column");
    const plm_json_at pattern = plm_json_member(at, "template");
    int n = (constant.value != NULL) + (column.value != NULL) + (pattern.value != NULL);
    if (n != 1) {
        return plm_json_error(at, "must have exactly one of constant, column, template");
    }
    if (column.value != NULL) {
        return read_column(mapping, &column, row, cell);
    }
    if (pattern.value != NULL) {
        return read_template(mapping, &pattern, row, cell);
    }
    cell->label = at->key != NULL ? at->key : "constant";
    plm_status status = plm_json_string(&constant, 1, PLM_MAPPING_TEXT_MAX, &cell->constant);
    if (status == PLM_OK && check != NULL && !check(cell->constant)) {
        return plm_json_error(&constant, "\"%.60s\" is not allowed here", cell->constant);
    }
    return status;
}

/* A column whose header says that it holds what no record may is used for nothing. */
static plm_status check_allowed(const plm_mapping *mapping, const plm_json_at *at,
                                const plm_csv *row, const plm_mapping_cell *cell)
{
    for (size_t i = 0; mapping->has_header && i < cell->n_parts; i++) {
        if (!cell->parts[i].is_column) {
            continue;
        }
        const plm_span name = plm_text_trim(plm_csv_field(row, cell->parts[i].column));
        const char *what = plm_forbidden_column(name);
        if (what != NULL) {
            return plm_json_error(at, "the column \"%.*s\" can't be used: no record may hold %s",
                                  name.n < 200 ? (int)name.n : 200, (const char *)name.p, what);
        }
    }
    return PLM_OK;
}

plm_status plm_mapping_cell_read(plm_mapping *mapping, const plm_json_at *at, const plm_csv *row,
                                 unsigned flags, const char *const *extra,
                                 bool (*check)(const char *), plm_mapping_cell *cell)
{
    memset(cell, 0, sizeof *cell);
    plm_status status = check_members(at, flags, extra);
    if (status == PLM_OK) {
        status = read_origin(mapping, at, row, check, cell);
    }
    if (status != PLM_OK) {
        return status;
    }
    const plm_json_at values = plm_json_member(at, "values");
    const plm_json_at split = plm_json_member(at, "split");
    const plm_json_at date_format = plm_json_member(at, "dateFormat");
    if (values.value != NULL && cell->constant != NULL) {
        return plm_json_error(&values, "has no use beside a constant");
    }
    if (values.value != NULL) {
        status = read_values(&values, check, cell);
    } else if ((flags & PLM_CELL_VALUES) != 0 && cell->constant == NULL) {
        return plm_json_error(&values, "is missing");
    }
    if (status == PLM_OK && split.value != NULL) {
        status = read_split(&split, cell);
    }
    if (status == PLM_OK && (flags & PLM_CELL_DATE) != 0) {
        status = read_date_formats(&date_format, cell);
    }
    if (status == PLM_OK) {
        status = check_allowed(mapping, at, row, cell);
    }
    cell->is_set = status == PLM_OK;
    return status;
}
