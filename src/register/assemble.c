/* SPDX-License-Identifier: Apache-2.0 */
#include "register/assemble.h"

#include "base/utf8.h"
#include "register/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

void plm_assembler_init(plm_assembler *a, plm_import *import)
{
    memset(a, 0, sizeof *a);
    a->import = import;
    plm_arena_init(&a->arena, PLM_ASSEMBLE_ARENA_BYTES);
    plm_idset_init(&a->ids);
}

void plm_assembler_wipe(plm_assembler *a)
{
    plm_arena_wipe(&a->arena);
    plm_idset_wipe(&a->ids);
}

void plm_assemble_begin(plm_assembler *a, const char *file, uint64_t line, plm_kind kind)
{
    const plm_import_defaults *defaults = &a->import->defaults;
    plm_arena_reset(&a->arena);
    a->file = file;
    a->line = line;
    a->at_line = line;
    a->place = NULL;
    a->is_refused = false;
    a->is_full = false;
    a->n_pending = 0;
    memset(&a->record, 0, sizeof a->record);
    a->record.kind = kind;
    a->record.role = defaults->role;
    memcpy(a->record.grading, defaults->grading, sizeof a->record.grading);
    a->record.retention = defaults->retention;
    a->record.offences = defaults->offences;
    a->record.n_offences = defaults->n_offences;
    a->record.values = a->values;
}

void plm_assemble_warn(plm_assembler *a, const char *field, const char *format, ...)
{
    char reason[512];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(reason, sizeof reason, format, args);
    va_end(args);
    const plm_diag diag = {PLM_WARNING, a->file, a->at_line, field, reason};
    plm_diag_report(&a->import->sink, &diag);
    a->import->n_warnings++;
}

void plm_assemble_refuse(plm_assembler *a, const char *field, const char *format, ...)
{
    if (a->is_refused) {
        return;
    }
    char reason[512];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(reason, sizeof reason, format, args);
    va_end(args);
    plm_diag_error(&a->import->sink, a->file, a->at_line, field, "%s", reason);
    a->is_refused = true;
}

void plm_assemble_quarantine(plm_assembler *a, const char *file, uint64_t line, const char *field,
                             const char *format, ...)
{
    char reason[512];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(reason, sizeof reason, format, args);
    va_end(args);
    plm_diag_error(&a->import->sink, file, line, field, "%s", reason);
    a->import->n_quarantined++;
}

plm_status plm_assemble_id(plm_assembler *a, const char *field, plm_span id)
{
    id = plm_text_trim(id);
    if (a->record.id != NULL) {
        plm_assemble_refuse(a, field, "a second id in one record");
    } else if (id.n == 0) {
        plm_assemble_refuse(a, field, "the id is empty");
    } else if (id.n >= PLM_RECORD_ID_MAX) {
        plm_assemble_refuse(a, field, "the id has %zu bytes, more than %d", id.n,
                            PLM_RECORD_ID_MAX - 1);
    } else if (!plm_utf8_is_text(id)) {
        plm_assemble_refuse(a, field, "the id is not valid UTF-8 or holds a control character");
    } else {
        a->record.id = plm_arena_string(&a->arena, id);
        return a->record.id == NULL ? PLM_E_NOMEM : PLM_OK;
    }
    return PLM_OK;
}

/* Warns at the value's place that it is dropped. */
static void warn_rejected(plm_assembler *a, const char *field, plm_ident_type type,
                          const plm_ident *ident)
{
    const char *reason = plm_ident_reason_text(ident->reason);
    plm_assemble_warn(a, field, "%s dropped: %s%s%s", plm_ident_type_name(type), reason,
                      ident->detail[0] != '\0' ? ": " : "", ident->detail);
}

static bool is_known(const plm_assembler *a, plm_ident_type type, const char *canonical)
{
    for (size_t i = 0; i < a->record.n_values; i++) {
        if (a->values[i].type == type && strcmp(a->values[i].canonical, canonical) == 0) {
            return true;
        }
    }
    return false;
}

/* True if there is room for one more value; the first time there is none, says so. */
static bool has_room(plm_assembler *a, const char *field)
{
    if (a->record.n_values < PLM_RECORD_VALUES_MAX) {
        return true;
    }
    if (!a->is_full) {
        plm_assemble_warn(a, field, "more than %d values in one record: the rest is dropped",
                          PLM_RECORD_VALUES_MAX);
    }
    a->is_full = true;
    return false;
}

/* country: alpha-2 or "". */
static plm_status put(plm_assembler *a, const char *field, plm_ident_type type, const char *country,
                      plm_span raw, plm_span text)
{
    plm_ident ident;
    plm_status status = plm_ident_canonicalise(type, country, text, &ident);
    if (status == PLM_E_REJECTED) {
        warn_rejected(a, field, type, &ident);
        return PLM_OK;
    }
    if (status != PLM_OK || is_known(a, type, ident.canonical) || !has_room(a, field)) {
        return status;
    }
    plm_value *value = &a->values[a->record.n_values];
    value->type = type;
    value->flags = ident.flags;
    value->raw = plm_arena_string(&a->arena, raw);
    value->canonical = plm_arena_string(&a->arena, plm_span_str(ident.canonical));
    if (value->raw == NULL || value->canonical == NULL) {
        return PLM_E_NOMEM;
    }
    a->record.n_values++;
    if ((ident.flags & PLM_IDENT_CHECK_FAILED) != 0) {
        plm_assemble_warn(a, field, "%s kept, but its check digit does not fit%s%s",
                          plm_ident_type_name(type), ident.detail[0] != '\0' ? ": " : "",
                          ident.detail);
    }
    if ((ident.flags & PLM_IDENT_TEST) != 0) {
        plm_assemble_warn(a, field, "%s kept, but it was made for tests and is nobody's",
                          plm_ident_type_name(type));
    }
    return PLM_OK;
}

/* Keeps a document until the record's nationalities are known. */
static plm_status put_off(plm_assembler *a, const char *field, plm_span raw, plm_span text)
{
    if (a->n_pending == PLM_ASSEMBLE_PENDING_MAX) {
        plm_assemble_warn(a, field, "document dropped: more than %d without an issuing country",
                          PLM_ASSEMBLE_PENDING_MAX);
        return PLM_OK;
    }
    plm_pending_document *pending = &a->pending[a->n_pending];
    const char *raw_copy = plm_arena_string(&a->arena, raw);
    const char *text_copy = plm_arena_string(&a->arena, text);
    const char *field_copy =
        field == NULL ? NULL : plm_arena_string(&a->arena, plm_span_str(field));
    if (raw_copy == NULL || text_copy == NULL || (field != NULL && field_copy == NULL)) {
        return PLM_E_NOMEM;
    }
    pending->line = a->at_line;
    pending->field = field_copy;
    pending->raw = plm_span_of(raw_copy, raw.n);
    pending->text = plm_span_of(text_copy, text.n);
    a->n_pending++;
    return PLM_OK;
}

/* A name over two lines of a cell is a name still; other control characters are not text. */
static bool has_line_end(plm_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\t') {
            return true;
        }
    }
    return false;
}

plm_status plm_assemble_text(plm_assembler *a, const char *field, plm_ident_type type,
                             plm_span country, plm_span raw, plm_span text)
{
    if (a->is_refused) {
        return PLM_OK;
    }
    if (raw.n > PLM_RAW_MAX || text.n > PLM_RAW_MAX) {
        plm_assemble_warn(a, field, "%s dropped: %zu bytes, more than %d",
                          plm_ident_type_name(type), raw.n, PLM_RAW_MAX);
        return PLM_OK;
    }
    char code[3] = "";
    if (has_line_end(text)) {
        plm_status status = plm_text_collapse(&a->arena, text, &text);
        if (status != PLM_OK) {
            return status;
        }
    }
    country = plm_text_trim(country);
    if (country.n > 0 && plm_country_find(code, country) != PLM_OK) {
        plm_assemble_warn(a, field, "%s dropped: its country is not known",
                          plm_ident_type_name(type));
        return PLM_OK;
    }
    if (code[0] == '\0' && type == PLM_IDENT_DOCUMENT) {
        return put_off(a, field, raw, text);
    }
    return put(a, field, type, code[0] != '\0' ? code : a->import->defaults.country, raw, text);
}

plm_status plm_assemble_value(plm_assembler *a, const char *field, plm_ident_type type,
                              plm_span country, plm_span raw)
{
    return plm_assemble_text(a, field, type, country, raw, raw);
}

plm_status plm_assemble_date(plm_assembler *a, const char *field, plm_date date, plm_span raw)
{
    plm_date today = a->import->today;
    if (a->is_refused) {
        return PLM_OK;
    }
    if (today.year != 0 && plm_date_compare(date, today) > 0) {
        plm_assemble_warn(a, field, "birthDate dropped: it lies in the future");
        return PLM_OK;
    }
    char text[PLM_DATE_TEXT];
    plm_date_format(text, date);
    return plm_assemble_text(a, field, PLM_IDENT_BIRTH_DATE, plm_span_of(NULL, 0), raw,
                             plm_span_str(text));
}

plm_status plm_assemble_offence(plm_assembler *a, const char *field, plm_span code)
{
    code = plm_text_trim(code);
    if (a->is_refused || code.n == 0) {
        return PLM_OK;
    }
    if (a->record.offences != a->offences) {
        a->record.offences = a->offences;
        a->record.n_offences = 0;
    }
    const char *copy = code.n > 200 ? "" : plm_arena_string(&a->arena, code);
    if (copy == NULL) {
        return PLM_E_NOMEM;
    }
    bool is_text = copy[0] != '\0' && plm_utf8_is_text(code);
    if (!is_text || (a->import->is_offence != NULL && !a->import->is_offence(copy))) {
        plm_assemble_warn(a, field, "offence dropped: \"%.40s\" is not in the catalogue",
                          is_text ? copy : "?");
        return PLM_OK;
    }
    for (size_t i = 0; i < a->record.n_offences; i++) {
        if (strcmp(a->offences[i], copy) == 0) {
            return PLM_OK;
        }
    }
    if (a->record.n_offences == PLM_RECORD_OFFENCES_MAX) {
        plm_assemble_warn(a, field, "offence dropped: more than %d in one record",
                          PLM_RECORD_OFFENCES_MAX);
        return PLM_OK;
    }
    a->offences[a->record.n_offences++] = copy;
    return PLM_OK;
}

/* The record's nationality if there is exactly one, else the default country, else "". */
static const char *issuer_of(const plm_assembler *a)
{
    const char *found = NULL;
    for (size_t i = 0; i < a->record.n_values; i++) {
        if (a->values[i].type == PLM_IDENT_NATIONALITY) {
            if (found != NULL) {
                return a->import->defaults.country;
            }
            found = a->values[i].canonical;
        }
    }
    return found != NULL ? found : a->import->defaults.country;
}

static plm_status put_pending(plm_assembler *a)
{
    const char *issuer = issuer_of(a);
    for (size_t i = 0; i < a->n_pending; i++) {
        const plm_pending_document *p = &a->pending[i];
        a->at_line = p->line;
        plm_status status = put(a, p->field, PLM_IDENT_DOCUMENT, issuer, p->raw, p->text);
        if (status != PLM_OK) {
            return status;
        }
    }
    return PLM_OK;
}

static bool has_identifier(const plm_assembler *a)
{
    for (size_t i = 0; i < a->record.n_values; i++) {
        plm_ident_type type = a->values[i].type;
        if (type != PLM_IDENT_NATIONALITY && type != PLM_IDENT_BIRTH_DATE) {
            return true;
        }
    }
    return false;
}

/* Marks national numbers that tell another date of birth than the record does. */
static void compare_births(plm_assembler *a)
{
    for (size_t i = 0; i < a->record.n_values; i++) {
        plm_value *v = &a->values[i];
        if (plm_record_contradicts(&a->record, v)) {
            v->flags |= PLM_IDENT_CONTRADICTED;
            plm_assemble_warn(a, plm_ident_type_name(v->type),
                              "the number tells another date of birth than the record has");
        }
    }
}

plm_status plm_assemble_finish(plm_assembler *a)
{
    plm_status status = a->is_refused ? PLM_OK : put_pending(a);
    if (status != PLM_OK) {
        return status;
    }
    a->at_line = a->line;
    if (a->record.id == NULL) {
        plm_assemble_refuse(a, a->place, "no id");
    }
    if (!has_identifier(a)) {
        plm_assemble_refuse(a, a->place, "no usable identifier");
    }
    if (!a->is_refused) {
        uint64_t first_line = 0;
        status = plm_idset_add(&a->ids, plm_span_str(a->record.id), a->line, &first_line);
        if (status != PLM_OK) {
            return status;
        }
        if (first_line != 0) {
            plm_assemble_refuse(a, a->place, "its id is that of the record in line %" PRIu64,
                                first_line);
        }
    }
    if (a->is_refused) {
        a->import->n_quarantined++;
        return PLM_OK;
    }
    compare_births(a);
    a->import->n_records++;
    return a->import->record(a->import->context, &a->record, a->file, a->line);
}
