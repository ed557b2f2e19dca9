/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assemble.h - the one place where raw values become a record, for every format.
 *
 *   begin -> { id, value, date, offence, ... | refuse } -> finish
 *
 * Each raw value is canonicalised; what is rejected is dropped with a warning at file:line:field,
 * what fails its check digit or was made for tests is kept with a warning. finish hands the record
 * to the import's callback, or quarantines it (one error): refused by the importer, no id, an id
 * that was there before, or nothing left that identifies (a nationality or a date of birth alone
 * does not).
 *
 * Limits: PLM_RECORD_VALUES_MAX values and PLM_RECORD_OFFENCES_MAX offences a record, PLM_RAW_MAX
 * bytes a raw value; what is beyond is dropped with a warning.
 */
#ifndef PLM_REGISTER_ASSEMBLE_H
#define PLM_REGISTER_ASSEMBLE_H

#include "register/idset.h"
#include "register/import.h"

enum {
    PLM_RAW_MAX = 4096,
    PLM_ASSEMBLE_PENDING_MAX = 64,
    PLM_ASSEMBLE_ARENA_BYTES = 8 << 20,
    PLM_FIELD_MAX = 160 /* bytes of a field's name in a diagnostic, terminator included */
};

/* A document whose issuer the source does not give; see finish. */
typedef struct plm_pending_document {
    uint64_t line;
    const char *field;
    plm_span raw;
    plm_span text;
} plm_pending_document;

typedef struct plm_assembler {
    plm_import *import;
    plm_arena arena; /* of the record being made */
    plm_idset ids;
    const char *file;
    uint64_t line;     /* where the record begins */
    uint64_t at_line;  /* where its present value stands; an importer may move it */
    const char *place; /* field of an error about the whole record; NULL unless set after begin */
    plm_record record;
    bool is_refused;
    bool is_full;
    plm_value values[PLM_RECORD_VALUES_MAX];
    const char *offences[PLM_RECORD_OFFENCES_MAX];
    plm_pending_document pending[PLM_ASSEMBLE_PENDING_MAX];
    size_t n_pending;
} plm_assembler;

/* import is borrowed until wipe; its counts go on from where they are (plm_progress_init). */
void plm_assembler_init(plm_assembler *a, plm_import *import);
void plm_assembler_wipe(plm_assembler *a);

/* A new record with the import's defaults. file is borrowed until finish. */
void plm_assemble_begin(plm_assembler *a, const char *file, uint64_t line, plm_kind kind);

/* The source's id, trimmed. A bad or second one refuses the record. PLM_E_NOMEM. */
plm_status plm_assemble_id(plm_assembler *a, const char *field, plm_span id) PLM_MUST_CHECK;

/*
 * A raw value; country: the issuer, region or plate's country in any form plm_country_find knows,
 * or empty. raw is kept in the record as it is, text (line ends and tabs in it taken as blanks) is
 * what is canonicalised. PLM_E_NOMEM.
 *
 * A document without a country waits until finish, and then gets as its issuer the record's
 * nationality if there is exactly one, else the import's default country; the latter also for
 * phones and plates without a country.
 */
plm_status plm_assemble_text(plm_assembler *a, const char *field, plm_ident_type type,
                             plm_span country, plm_span raw, plm_span text) PLM_MUST_CHECK;
/* The same with text = raw. */
plm_status plm_assemble_value(plm_assembler *a, const char *field, plm_ident_type type,
                              plm_span country, plm_span raw) PLM_MUST_CHECK;
/* A date of birth; one after the import's `today` is dropped with a warning. PLM_E_NOMEM. */
plm_status plm_assemble_date(plm_assembler *a, const char *field, plm_date date,
                             plm_span raw) PLM_MUST_CHECK;
/* A catalogue code. An unknown one is dropped with a warning. Replaces the defaults. PLM_E_NOMEM */
plm_status plm_assemble_offence(plm_assembler *a, const char *field, plm_span code) PLM_MUST_CHECK;

/* Reports a dropped value, and counts it. */
void plm_assemble_warn(plm_assembler *a, const char *field, const char *format, ...)
    PLM_PRINTF(3, 4);
/* Refuses the whole record, with its one error; later reasons are not reported. */
void plm_assemble_refuse(plm_assembler *a, const char *field, const char *format, ...)
    PLM_PRINTF(3, 4);
/* Reports and counts a row from which no record was begun. */
void plm_assemble_quarantine(plm_assembler *a, const char *file, uint64_t line, const char *field,
                             const char *format, ...) PLM_PRINTF(5, 6);

/* PLM_OK also for a quarantined record; PLM_E_NOMEM, PLM_E_LIMIT, what the callback returned. */
plm_status plm_assemble_finish(plm_assembler *a) PLM_MUST_CHECK;

#endif
