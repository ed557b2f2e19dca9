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
#include "register/ftm_properties.h"
#include "register/lines.h"
#include "register/text.h"

#include <inttypes.h>
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
        status =
            plm_assemble_id(a, "/id", plm_span_of(json_string_value(id), json_string_length(id)));
    }
    if (status == PLM_OK && schema != NULL && !a->is_refused) {
        count_forbidden(in, all);
        status = plm_ftm_properties_read(a, all, schema->set);
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
