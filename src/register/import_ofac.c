/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OFAC's list of Specially Designated Nationals as three CSV files without headers; null is "-0-".
 *
 *   sdn.csv   ent_num, SDN_Name, SDN_Type, Program, Title, Call_Sign, Vess_type, Tonnage, GRT,
 *             Vess_flag, Vess_owner, Remarks
 *   alt.csv   ent_num, alt_num, alt_type, alt_name, alt_remarks
 *   add.csv   ent_num, add_num, Address, City/State/..., Country, Add_remarks
 *
 * (OFAC, "Specially Designated Nationals List: data formats", dat_spec.txt.) What becomes of each
 * column: spec/imports.md section 5.
 */
#include "register/csv.h"
#include "register/ofac_remarks.h"
#include "register/ofac_table.h"
#include "register/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SDN_COLUMNS = 12,
    SDN_NAME = 1,
    SDN_TYPE = 2,
    SDN_REMARKS = 11,
    ALT_COLUMNS = 5,
    ALT_NAME = 3,
    ADD_COLUMNS = 6,
    ADD_COUNTRY = 4
};

typedef struct ofac_import {
    plm_assembler assembler;
    plm_progress progress;
    plm_csv csv;
    plm_ofac_table names;
    plm_ofac_table addresses;
} ofac_import;

static plm_kind kind_of(plm_span type)
{
    if (plm_text_is(type, "individual")) {
        return PLM_KIND_PERSON;
    }
    if (plm_text_is(type, "vessel")) {
        return PLM_KIND_VESSEL;
    }
    return plm_text_is(type, "aircraft") ? PLM_KIND_AIRCRAFT : PLM_KIND_ORGANISATION;
}

/* A name as OFAC writes it, individuals as "SURNAME, Given". */
static plm_status add_name(plm_assembler *a, const char *field, plm_span name)
{
    if (name.n == 0) {
        return PLM_OK;
    }
    if (a->record.kind == PLM_KIND_PERSON) {
        plm_status status = plm_text_uninvert(&a->arena, name, &name);
        if (status != PLM_OK) {
            return status;
        }
    }
    return plm_assemble_value(a, field, PLM_IDENT_NAME, plm_span_of(NULL, 0), name);
}

/* Aliases stand in another file, so their diagnostics name that one. */
static plm_status add_aliases(ofac_import *in, uint64_t entity)
{
    plm_assembler *a = &in->assembler;
    size_t n = 0;
    const char *file = a->file;
    const plm_ofac_row *rows = plm_ofac_table_find(&in->names, entity, &n);
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        a->file = in->names.file;
        a->at_line = rows[i].line;
        status = add_name(a, "alt_name", plm_span_str(rows[i].text));
    }
    a->file = file;
    a->at_line = a->line;
    return status;
}

/* The country of the entity's addresses if they have but one, for national phone numbers. */
static plm_span region_of(ofac_import *in, uint64_t entity)
{
    size_t n = 0;
    const plm_ofac_row *rows = plm_ofac_table_find(&in->addresses, entity, &n);
    const char *only = "";
    for (size_t i = 0; i < n; i++) {
        if (rows[i].text[0] == '\0' || strcmp(rows[i].text, only) == 0) {
            continue;
        }
        if (only[0] != '\0') {
            return plm_span_of(NULL, 0);
        }
        only = rows[i].text;
    }
    char code[3];
    return plm_country_find(code, plm_span_str(only)) == PLM_OK ? plm_span_str(only)
                                                                : plm_span_of(NULL, 0);
}

static plm_status import_row(ofac_import *in)
{
    plm_assembler *a = &in->assembler;
    const plm_csv *csv = &in->csv;
    const char *file = csv->source->name;
    uint64_t entity = 0;
    if (csv->n_fields != SDN_COLUMNS) {
        plm_assemble_quarantine(a, file, csv->line, NULL, "%zu columns instead of %d",
                                csv->n_fields, SDN_COLUMNS);
        return PLM_OK;
    }
    plm_span id = plm_text_trim(plm_csv_field(csv, 0));
    if (!plm_ofac_number(id, &entity)) {
        plm_assemble_quarantine(a, file, csv->line, "ent_num", "not a number");
        return PLM_OK;
    }
    plm_assemble_begin(a, file, csv->line, kind_of(plm_ofac_field(plm_csv_field(csv, SDN_TYPE))));
    a->record.role = PLM_ROLE_LISTED;
    plm_status status = plm_assemble_id(a, "ent_num", id);
    if (status == PLM_OK) {
        status = add_name(a, "SDN_Name", plm_ofac_field(plm_csv_field(csv, SDN_NAME)));
    }
    if (status == PLM_OK) {
        status = add_aliases(in, entity);
    }
    if (status == PLM_OK) {
        status = plm_ofac_remarks_read(a, plm_ofac_field(plm_csv_field(csv, SDN_REMARKS)),
                                       region_of(in, entity));
    }
    return status == PLM_OK ? plm_assemble_finish(a) : status;
}

static plm_status import_sdn(ofac_import *in, plm_source *source)
{
    plm_csv_event event;
    uint64_t n_rows = 0;
    uint64_t n_good = 0;
    plm_status status = plm_csv_init(&in->csv, source, ',');
    in->csv.ends_at_sub = true;
    while (status == PLM_OK) {
        status = plm_csv_next(&in->csv, &event);
        if (status != PLM_OK || event == PLM_CSV_END) {
            break;
        }
        n_rows++;
        if (event == PLM_CSV_BROKEN) {
            char field[32];
            (void)snprintf(field, sizeof field, "column %zu", in->csv.column);
            plm_assemble_quarantine(&in->assembler, source->name, in->csv.line,
                                    in->csv.column > 0 ? field : NULL, "%s", in->csv.reason);
            continue;
        }
        n_good += in->csv.n_fields == SDN_COLUMNS;
        status = import_row(in);
    }
    if (status == PLM_OK && n_rows > 0 && n_good == 0) {
        plm_diag_error(&in->assembler.import->sink, source->name, 0, NULL,
                       "no row has %d columns; is it OFAC's sdn.csv?", SDN_COLUMNS);
        return PLM_E_SYNTAX;
    }
    return status;
}

/* One of the two files beside sdn.csv; path NULL: there is none. */
static plm_status load_table(ofac_import *in, plm_ofac_table *table, const char *path,
                             size_t n_columns, size_t column)
{
    plm_source source;
    if (path == NULL) {
        return PLM_OK;
    }
    plm_status status = plm_source_open(&source, &in->progress, path);
    if (status == PLM_OK) {
        status = plm_ofac_table_load(table, &in->assembler, &source, n_columns, column);
    }
    plm_source_close(&source);
    return status;
}

static plm_status import_three(ofac_import *in, const char *sdn_path, const char *alt_path,
                               const char *add_path)
{
    const char *const paths[] = {sdn_path, alt_path, add_path};
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < 3; i++) {
        if (paths[i] != NULL) {
            status = plm_progress_expect(&in->progress, paths[i]);
        }
    }
    if (status == PLM_OK) {
        status = load_table(in, &in->names, alt_path, ALT_COLUMNS, ALT_NAME);
    }
    if (status == PLM_OK) {
        status = load_table(in, &in->addresses, add_path, ADD_COLUMNS, ADD_COUNTRY);
    }
    if (status != PLM_OK) {
        return status;
    }
    plm_source source;
    status = plm_source_open(&source, &in->progress, sdn_path);
    if (status == PLM_OK) {
        status = import_sdn(in, &source);
    }
    plm_source_close(&source);
    if (status == PLM_OK) {
        plm_ofac_table_report(&in->names, &in->assembler);
        plm_ofac_table_report(&in->addresses, &in->assembler);
    }
    return status;
}

plm_status plm_import_ofac(plm_import *import, const char *sdn_path, const char *alt_path,
                           const char *add_path)
{
    ofac_import *in = (ofac_import *)calloc(1, sizeof *in);
    if (in == NULL) {
        return PLM_E_NOMEM;
    }
    plm_progress_init(&in->progress, import);
    plm_assembler_init(&in->assembler, import);
    plm_ofac_table_init(&in->names);
    plm_ofac_table_init(&in->addresses);
    plm_status status = import_three(in, sdn_path, alt_path, add_path);
    plm_csv_wipe(&in->csv);
    plm_ofac_table_wipe(&in->names);
    plm_ofac_table_wipe(&in->addresses);
    plm_assembler_wipe(&in->assembler);
    free(in);
    return status;
}
