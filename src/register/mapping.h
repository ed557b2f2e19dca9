/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mapping.h - how the columns of a CSV file become records (spec/mapping.md).
 *
 * A mapping is read in two steps, because its columns can only be resolved against the file's
 * header: open reads what is needed to read the header, bind the rest. Every error names the
 * mapping's file and the JSON pointer.
 */
#ifndef PLM_REGISTER_MAPPING_H
#define PLM_REGISTER_MAPPING_H

#include "base/json.h"
#include "ident/record.h"
#include "register/csv.h"

enum {
    PLM_MAPPING_BYTES_MAX = 1 << 20,
    PLM_MAPPING_NULLS_MAX = 32,
    PLM_MAPPING_PARTS_MAX = 32,
    PLM_MAPPING_PROPERTIES_MAX = 256,
    PLM_MAPPING_DATE_FORMATS_MAX = 8,
    PLM_MAPPING_TEXT_MAX = 200 /* bytes of a column's name, constant, template, marker */
};

/* A piece of a template: a column, or literal text. */
typedef struct plm_mapping_part {
    bool is_column;
    size_t column; /* from 0 */
    plm_span literal;
} plm_mapping_part;

/* Where one value comes from: a constant, a column, or a template of columns. */
typedef struct plm_mapping_cell {
    bool is_set;
    const char *label; /* for diagnostics: column name, "column N", template, or the member */
    const char *constant;
    plm_mapping_part *parts;
    size_t n_parts;
    bool needs_all; /* null as soon as one column is */
    json_t *values; /* value map, or NULL; borrowed from the document */
    char split;     /* separator of several values in one cell; 0: one value */
    const char *date_formats[PLM_MAPPING_DATE_FORMATS_MAX];
    size_t n_date_formats;
} plm_mapping_cell;

typedef struct plm_mapping_property {
    plm_ident_type type;
    plm_mapping_cell cell;
    plm_mapping_cell country;
} plm_mapping_property;

typedef struct plm_mapping {
    json_t *document;
    const char *name;
    const plm_diag_sink *sink;
    plm_arena arena;
    char separator;
    bool has_header;
    plm_span nulls[PLM_MAPPING_NULLS_MAX];
    size_t n_nulls;
    size_t n_columns;
    plm_mapping_cell id, kind, role, offences, grading, retention, minor, assessment;
    plm_mapping_cell facts[PLM_FACT_COUNT];
    plm_mapping_property *properties;
    size_t n_properties;
} plm_mapping;

/*
 * Reads format version, separator, header and null markers. name and sink are borrowed until
 * plm_mapping_wipe, which is due in any case. PLM_E_SYNTAX, PLM_E_INVALID, PLM_E_NOMEM.
 */
plm_status plm_mapping_open(plm_mapping *mapping, plm_span json, const char *name,
                            const plm_diag_sink *sink) PLM_MUST_CHECK;
/*
 * Reads all else. row: the header, or where there is none the file's first row; its fields are
 * not kept. PLM_E_INVALID (a column is missing or its name stands there twice, ...), PLM_E_NOMEM.
 */
plm_status plm_mapping_bind(plm_mapping *mapping, const plm_csv *row) PLM_MUST_CHECK;
void plm_mapping_wipe(plm_mapping *mapping);

/* mapping_cell.c: the members of a cell, those in `extra` (NULL-terminated) allowed beside. */
enum {
    PLM_CELL_SPLIT = 1, /* "split" allowed */
    PLM_CELL_DATE = 2,  /* "dateFormat" required */
    PLM_CELL_VALUES = 4 /* "values" required for a column or template */
};
/*
 * Reads the cell at `at`, an object. check (may be NULL): whether a constant or a target of the
 * value map is allowed. PLM_E_INVALID, PLM_E_NOMEM.
 */
plm_status plm_mapping_cell_read(plm_mapping *mapping, const plm_json_at *at, const plm_csv *row,
                                 unsigned flags, const char *const *extra,
                                 bool (*check)(const char *),
                                 plm_mapping_cell *cell) PLM_MUST_CHECK;

/*
 * The cell's value in a row, trimmed; *text has p NULL if it is null. Values made by a template
 * live in the arena. PLM_E_NOMEM.
 */
plm_status plm_mapping_cell_get(const plm_mapping *mapping, const plm_mapping_cell *cell,
                                const plm_csv *row, plm_arena *arena,
                                plm_span *text) PLM_MUST_CHECK;
/* True if the text is one of the null markers. */
bool plm_mapping_is_null(const plm_mapping *mapping, plm_span text);
/* The text through the cell's value map if it has one. False: not in the map. */
bool plm_mapping_translate(const plm_mapping_cell *cell, plm_span text, plm_span *out);

#endif
