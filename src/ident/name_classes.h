/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_classes.h - an accord's own table of equivalent given names, beside the one that ships
 * (spec/tokens.md section 3.6).
 *
 *     # one class a line, in any script; the first name names the class
 *     aleksandre alexander ალექსანდრე სანდრო
 *
 * Adversary: the table is part of an accord that a peer proposes; its text is hostile.
 */
#ifndef PLM_IDENT_NAME_CLASSES_H
#define PLM_IDENT_NAME_CLASSES_H

#include "base/diag.h"
#include "ident/name_parts.h"

enum {
    PLM_NAME_CLASSES_TEXT_MAX = 1 << 20 /* bytes of a table */
};

typedef struct plm_name_classes plm_name_classes;

/*
 * text: the table, copied as far as it is needed. file: for diagnostics, as the person named it.
 * PLM_E_LIMIT: too long; PLM_E_SYNTAX: a line with fewer than two names, or a name that is not one
 * part, said to the sink with its line; PLM_E_NOMEM. On each *out is NULL.
 */
plm_status plm_name_classes_parse(plm_name_classes **out, plm_span text, const char *file,
                                  const plm_diag_sink *sink) PLM_MUST_CHECK;

/* NULL is allowed. */
void plm_name_classes_destroy(plm_name_classes *classes);

/*
 * Adds to the part the table's classes that it is in, up to PLM_NAME_CLASSES_MAX in all; their
 * names are borrowed from the table. Any thread.
 */
void plm_name_classes_add(const plm_name_classes *classes, plm_name_part *part);

#endif
