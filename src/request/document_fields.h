/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document_fields.h - the tables of a request document: its fields, and which must be there.
 */
#ifndef PLM_REQUEST_DOCUMENT_FIELDS_H
#define PLM_REQUEST_DOCUMENT_FIELDS_H

#include "request/document.h"

/* Members of the root that are not in plm_document_fields: head and objects. */
extern const char *const plm_document_fixed[];
extern const size_t plm_document_n_fixed;
/* Those that are objects with fields. */
extern const char *const plm_document_groups[];
extern const size_t plm_document_n_groups;

typedef struct plm_mandatory {
    const char *pointer;
    unsigned ask; /* bit set of kinds, 1 << plm_request_kind */
    unsigned offer;
    const char *what;
    const char *article;
} plm_mandatory;

extern const plm_mandatory plm_document_mandatory[];
extern const size_t plm_document_n_mandatory;

#endif
