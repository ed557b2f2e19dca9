/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "base/utf8.h"
#include "register/assemble.h"
#include "register/forbidden.h"
#include "register/mapping.h"
#include "register/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct csv_import {
    plm_assembler assembler;
    plm_mapping mapping;
    plm_csv csv;
} csv_import;

/* A cell that steers the record: its text, translated; a null is no text, an unknown one refuses.
 */
static plm_status steering_text(csv_import *in, const plm_mapping_cell *cell, plm_span *text)
{
    plm_assembler *a = &in->assembler;
    plm_status status = plm_mapping_cell_get(&in->mapping, cell, &in->csv, &a->arena, text);
    if (status != PLM_OK || text->n == 0) {
        return status;
    }
    if (!plm_mapping_translate(cell, *text, text)) {
        plm_assemble_refuse(a, cell->label, "the value is not among the mapping's values");
        *text = plm_span_of(NULL, 0);
    }
    return PLM_OK;
}

/* As steering_text, copied into out (empty if it is null or too long). */
static plm_status steering_string(csv_import *in, const plm_mapping_cell *cell, char *out,
                                  size_t size)
{
    plm_span text;
    out[0] = '\0';
    plm_status status = steering_text(in, cell, &text);
    if (status == PLM_OK && text.n >= size) {
        plm_assemble_refuse(&in->assembler, cell->label, "the value is not allowed here");
    } else if (status == PLM_OK && text.n > 0) {
        memcpy(out, text.p, text.n);
        out[text.n] = '\0';
    }
    return status;
}

static plm_status set_kind(csv_import *in)
{
    plm_assembler *a = &in->assembler;
    char text[64];
    plm_status status = steering_string(in, &in->mapping.kind, text, sizeof text);
    if (status == PLM_OK && !a->is_refused && plm_kind_find(&a->record.kind, text) != PLM_OK) {
        plm_assemble_refuse(a, in->mapping.kind.label, "the kind is missing or unknown");
    }
    return status;
}

static plm_status set_role(csv_import *in)
{
    plm_assembler *a = &in->assembler;
    char text[64];
    plm_status status = steering_string(in, &in->mapping.role, text, sizeof text);
    if (status == PLM_OK && text[0] != '\0' && plm_role_find(&a->record.role, text) != PLM_OK) {
        plm_assemble_refuse(a, in->mapping.role.label, "the role is unknown");
    }
    return status;
}

static plm_status set_grading(csv_import *in)
{
    plm_assembler *a = &in->assembler;
    char text[64];
    plm_status status = steering_string(in, &in->mapping.grading, text, sizeof text);
    if (status != PLM_OK || text[0] == '\0') {
        return status;
    }
    if (plm_grading_normalise(a->record.grading, text) != PLM_OK) {
        plm_assemble_refuse(a, in->mapping.grading.label,
                            "a grading is of the 4x4 or the 6x6 system, as B2/4x4 or B2/6x6");
    }
    return PLM_OK;
}

static plm_status set_boolean(csv_import *in, const plm_mapping_cell *cell, bool *out)
{
    plm_span text;
    plm_status status = steering_text(in, cell, &text);
    if (status == PLM_OK && text.n > 0) {
        *out = plm_span_equal(text, plm_span_str("true"));
    }
    return status;
}

/* The first of the cell's formats that fits. PLM_E_SYNTAX or PLM_E_INVALID if none does. */
static plm_status read_date(const plm_mapping_cell *cell, plm_span text, plm_date *date)
{
    plm_status worst = PLM_E_SYNTAX;
    for (size_t i = 0; i < cell->n_date_formats; i++) {
        plm_status status = plm_date_parse_pattern(date, cell->date_formats[i], text);
        if (status == PLM_OK) {
            return PLM_OK;
        }
        worst = status == PLM_E_INVALID ? PLM_E_INVALID : worst;
    }
    return worst;
}

static const char *date_reason(plm_status status)
{
    return status == PLM_E_INVALID ? "there is no such date" : "it does not fit the date format";
}

static plm_status set_retention(csv_import *in)
{
    const plm_mapping_cell *cell = &in->mapping.retention;
    plm_span text;
    plm_date date = {0, 0, 0};
    plm_status status = steering_text(in, cell, &text);
    if (status != PLM_OK || text.n == 0) {
        return status;
    }
    plm_status fit = read_date(cell, text, &date);
    if (fit != PLM_OK) {
        plm_assemble_refuse(&in->assembler, cell->label, "retention: %s", date_reason(fit));
    } else if (date.month == 0 || date.day == 0) {
        plm_assemble_refuse(&in->assembler, cell->label, "retention: not a full date");
    } else {
        in->assembler.record.retention = date;
    }
    return PLM_OK;
}

/* Calls add for the cell's text, or for each of its pieces where it is to be split. */
typedef plm_status add_fn(csv_import *in, const void *what, const plm_mapping_cell *cell,
                          plm_span text);

static plm_status for_each(csv_import *in, const plm_mapping_cell *cell, add_fn *add,
                           const void *what)
{
    plm_span text;
    plm_span piece;
    plm_status status =
        plm_mapping_cell_get(&in->mapping, cell, &in->csv, &in->assembler.arena, &text);
    while (status == PLM_OK && text.n > 0 && !in->assembler.is_refused) {
        if (cell->split == 0 || cell->constant != NULL) {
            piece = text;
            text = plm_span_of(NULL, 0);
        } else if (!plm_text_next(&text, cell->split, &piece)) {
            break;
        }
        if (plm_mapping_is_null(&in->mapping, piece)) {
            continue;
        }
        if (!plm_mapping_translate(cell, piece, &piece)) {
            plm_assemble_warn(&in->assembler, cell->label,
                              "dropped: the value is not among the mapping's values");
            continue;
        }
        status = add(in, what, cell, piece);
    }
    return status;
}

static plm_status add_offence(csv_import *in, const void *what, const plm_mapping_cell *cell,
                              plm_span text)
{
    (void)what;
    return plm_assemble_offence(&in->assembler, cell->label, text);
}

static plm_status add_value(csv_import *in, const void *what, const plm_mapping_cell *cell,
                            plm_span text)
{
    const plm_mapping_property *property = (const plm_mapping_property *)what;
    plm_assembler *a = &in->assembler;
    if (property->type == PLM_IDENT_BIRTH_DATE) {
        plm_date date;
        plm_status fit = read_date(cell, text, &date);
        if (fit != PLM_OK) {
            plm_assemble_warn(a, cell->label, "birthDate dropped: %s", date_reason(fit));
            return PLM_OK;
        }
        return plm_assemble_date(a, cell->label, date, text);
    }
    plm_span country;
    plm_status status =
        plm_mapping_cell_get(&in->mapping, &property->country, &in->csv, &a->arena, &country);
    if (status != PLM_OK) {
        return status;
    }
    if (country.n > 0 && !plm_mapping_translate(&property->country, country, &country)) {
        plm_assemble_warn(a, property->country.label,
                          "%s dropped: its country is not among the mapping's values",
                          plm_ident_type_name(property->type));
        return PLM_OK;
    }
    return plm_assemble_value(a, cell->label, property->type, country, text);
}

/* A word that is none is no reason to lose the record: it counts as not known. */
static plm_status add_fact(csv_import *in, const void *what, const plm_mapping_cell *cell,
                           plm_span text)
{
    plm_fact fact = *(const plm_fact *)what;
    if (plm_fact_set(&in->assembler.record.facts, fact, text) != PLM_OK) {
        plm_assemble_warn(&in->assembler, cell->label, "%s dropped: there is no such one",
                          plm_fact_name(fact));
    }
    return PLM_OK;
}

static plm_status import_row(csv_import *in)
{
    plm_assembler *a = &in->assembler;
    const plm_mapping *mapping = &in->mapping;
    plm_span id;
    plm_assemble_begin(a, in->csv.source->name, in->csv.line, PLM_KIND_PERSON);
    plm_status status = plm_mapping_cell_get(mapping, &mapping->id, &in->csv, &a->arena, &id);
    if (status == PLM_OK && id.n > 0 && !plm_mapping_translate(&mapping->id, id, &id)) {
        plm_assemble_refuse(a, mapping->id.label, "the id is not among the mapping's values");
    }
    if (status != PLM_OK || (status = plm_assemble_id(a, mapping->id.label, id)) != PLM_OK ||
        (status = set_kind(in)) != PLM_OK || (status = set_role(in)) != PLM_OK ||
        (status = set_grading(in)) != PLM_OK || (status = set_retention(in)) != PLM_OK ||
        (status = set_boolean(in, &mapping->minor, &a->record.is_minor)) != PLM_OK ||
        (status = set_boolean(in, &mapping->assessment, &a->record.is_assessment)) != PLM_OK ||
        (status = for_each(in, &mapping->offences, add_offence, NULL)) != PLM_OK) {
        return status;
    }
    for (plm_fact fact = 0; fact < PLM_FACT_COUNT && status == PLM_OK; fact++) {
        status = for_each(in, &mapping->facts[fact], add_fact, &fact);
    }
    for (size_t i = 0; i < mapping->n_properties && status == PLM_OK; i++) {
        const plm_mapping_property *property = &mapping->properties[i];
        status = for_each(in, &property->cell, add_value, property);
    }
    return status == PLM_OK ? plm_assemble_finish(a) : status;
}

/* Reports a broken row with the column's number, which is all that is known of it. */
static void quarantine_broken(csv_import *in)
{
    char column[32];
    (void)snprintf(column, sizeof column, "column %zu", in->csv.column);
    plm_assemble_quarantine(&in->assembler, in->csv.source->name, in->csv.line,
                            in->csv.column > 0 ? column : NULL, "%s", in->csv.reason);
}

/* What the mapping left alone, and no mapping could have used: said once, by its name. */
static void warn_forbidden(csv_import *in)
{
    plm_import *import = in->assembler.import;
    for (size_t i = 0; i < in->csv.n_fields; i++) {
        const plm_span name = plm_text_trim(plm_csv_field(&in->csv, i));
        const char *what = plm_forbidden_column(name);
        char reason[512];
        if (what != NULL) {
            plm_utf8_print(reason, sizeof reason,
                           "the column \"%.*s\" is left alone: no record may hold %s",
                           name.n < 200 ? (int)name.n : 200, (const char *)name.p, what);
            const plm_diag diag = {PLM_WARNING, in->csv.source->name, in->csv.line, NULL, reason};
            plm_diag_report(&import->sink, &diag);
            import->n_warnings++;
        }
    }
}

static plm_status import_rows(csv_import *in)
{
    plm_csv_event event;
    bool is_bound = false;
    for (;;) {
        plm_status status = plm_csv_next(&in->csv, &event);
        if (status != PLM_OK) {
            return status;
        }
        if (event == PLM_CSV_BROKEN && !is_bound && in->mapping.has_header) {
            plm_diag_error(in->mapping.sink, in->csv.source->name, in->csv.line, NULL,
                           "the header can't be read: %s", in->csv.reason);
            return PLM_E_SYNTAX;
        }
        if (event == PLM_CSV_BROKEN) {
            quarantine_broken(in);
            continue;
        }
        if (event == PLM_CSV_END) {
            break;
        }
        if (!is_bound) {
            status = plm_mapping_bind(&in->mapping, &in->csv);
            if (status != PLM_OK) {
                return status;
            }
            is_bound = true;
            if (in->mapping.has_header) {
                warn_forbidden(in);
                continue;
            }
        }
        if (in->csv.n_fields != in->mapping.n_columns) {
            plm_assemble_quarantine(&in->assembler, in->csv.source->name, in->csv.line, NULL,
                                    "%zu columns instead of %zu", in->csv.n_fields,
                                    in->mapping.n_columns);
        } else {
            status = import_row(in);
        }
        if (status != PLM_OK) {
            return status;
        }
    }
    if (!is_bound && in->mapping.has_header) {
        plm_diag_error(in->mapping.sink, in->csv.source->name, 1, NULL,
                       "the file is empty; a header was expected");
        return PLM_E_SYNTAX;
    }
    return PLM_OK;
}

static plm_status import_csv(plm_import *import, plm_span mapping, const char *mapping_name,
                             plm_source *source)
{
    csv_import *in = (csv_import *)calloc(1, sizeof *in);
    if (in == NULL) {
        return PLM_E_NOMEM;
    }
    plm_assembler_init(&in->assembler, import);
    plm_status status = plm_mapping_open(&in->mapping, mapping, mapping_name, &import->sink);
    if (status == PLM_OK) {
        status = plm_csv_init(&in->csv, source, in->mapping.separator);
    }
    if (status == PLM_OK) {
        status = import_rows(in);
    }
    plm_csv_wipe(&in->csv);
    plm_mapping_wipe(&in->mapping);
    plm_assembler_wipe(&in->assembler);
    free(in);
    return status;
}

plm_status plm_import_csv_bytes(plm_import *import, plm_span mapping, const char *mapping_name,
                                plm_span csv, const char *csv_name)
{
    plm_progress progress;
    plm_source source;
    plm_progress_init(&progress, import);
    plm_source_open_bytes(&source, &progress, csv, csv_name);
    plm_status status = import_csv(import, mapping, mapping_name, &source);
    plm_source_close(&source);
    return status;
}

plm_status plm_import_csv(plm_import *import, const char *mapping_path, const char *csv_path)
{
    plm_progress progress;
    plm_source source;
    plm_buf mapping;
    plm_progress_init(&progress, import);
    plm_buf_init(&mapping, PLM_MAPPING_BYTES_MAX);
    plm_status status = plm_file_read(mapping_path, &mapping);
    if (status != PLM_OK) {
        plm_diag_error(&import->sink, mapping_path, 0, NULL, "%s",
                       status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
        goto out;
    }
    status = plm_progress_expect(&progress, csv_path);
    if (status != PLM_OK) {
        goto out;
    }
    status = plm_source_open(&source, &progress, csv_path);
    if (status == PLM_OK) {
        status = import_csv(import, plm_buf_span(&mapping), mapping_path, &source);
    }
    plm_source_close(&source);
out:
    plm_buf_wipe(&mapping);
    return status;
}
