/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag.h - telling a person what is wrong with *their* input: file, line, field, reason.
 *
 * Parsers do not print. They report to a sink; the command line prints "file:line:field: reason",
 * tests collect, the console shows. A diagnostic borrows all its strings until the sink returns.
 */
#ifndef PLM_BASE_DIAG_H
#define PLM_BASE_DIAG_H

#include "base/bytes.h"

typedef enum plm_severity {
    PLM_WARNING, /* taken, but worth a look */
    PLM_ERROR    /* this row, field or document was not taken */
} plm_severity;

typedef struct plm_diag {
    plm_severity severity;
    const char *file;   /* as the person named it; "-" for standard input; NULL if none */
    uint64_t line;      /* from 1; 0 if the format has no lines */
    const char *field;  /* column name, JSON pointer or XML path; NULL if the whole row */
    const char *reason; /* a sentence without its full stop; never quotes a secret */
} plm_diag;

typedef void plm_diag_fn(void *context, const plm_diag *diag);

/* Where diagnostics go; fn NULL drops them. */
typedef struct plm_diag_sink {
    plm_diag_fn *fn;
    void *context;
} plm_diag_sink;

void plm_diag_report(const plm_diag_sink *sink, const plm_diag *diag);

/* Builds the reason from a format (cut at 511 bytes) and reports it as PLM_ERROR. */
void plm_diag_error(const plm_diag_sink *sink, const char *file, uint64_t line, const char *field,
                    const char *format, ...) PLM_PRINTF(5, 6);

/* A sink function for terminals: "file:line:field: reason" on the FILE* in context. */
void plm_diag_print(void *context, const plm_diag *diag);

#endif
