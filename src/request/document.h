/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document.h - what a request or offer says (spec/request.md section 2, spec/request.schema.json):
 * the contents that UNTOC art. 18(15) names, and per kind what else must be there.
 *
 * A document may be incomplete while it is a draft; an incomplete one can't be sent, and is not
 * taken in. There is no field for ethnicity, religion or opinion.
 */
#ifndef PLM_REQUEST_DOCUMENT_H
#define PLM_REQUEST_DOCUMENT_H

#include "request/conditions.h"

enum {
    PLM_REQUEST_DOCUMENT_MAX = 1 << 18 /* bytes of JSON */
};

typedef enum plm_request_kind {
    PLM_REQUEST_INFORMATION,
    PLM_REQUEST_IDENTITY,    /* confirmation of identity */
    PLM_REQUEST_EXTRADITION, /* UNTOC art. 16 */
    PLM_REQUEST_JOINT,       /* joint investigation, art. 19 */
    PLM_REQUEST_HEARING,     /* of a person, art. 18(3)(a), (18) */
    PLM_REQUEST_SEARCH,      /* search, seizure, freezing, art. 18(3)(c), 13 */
    PLM_REQUEST_VICTIM,      /* protection and return, Trafficking Protocol art. 6 to 8 */
    PLM_REQUEST_FIREARM,     /* trace, Firearms Protocol art. 12 */
    PLM_REQUEST_KIND_COUNT
} plm_request_kind;

/* "information", "identity", ..., NULL; and what it is, with its article. */
extern const char *const plm_request_kinds[];
const char *plm_request_kind_title(plm_request_kind kind);

typedef struct plm_document {
    plm_request_kind kind;
    bool is_offer;
    bool is_urgent;
    plm_conditions conditions; /* under which the document itself is disclosed */
    size_t n_missing;
} plm_document;

/* One field that must be there and is not: its pointer, what it is, and who says so. */
typedef void plm_missing_fn(void *context, const char *pointer, const char *what,
                            const char *article);

/*
 * Checks the shape of a document, and tells what is missing (fn may be NULL). A document that
 * misses something is PLM_OK with n_missing > 0. PLM_E_INVALID: a member that is none, or of
 * another type, or an offence outside the catalogue; reported to sink.
 */
plm_status plm_document_read(plm_document *out, json_t *root, const plm_diag_sink *sink,
                             const char *file, plm_missing_fn *fn, void *context) PLM_MUST_CHECK;

/* The same of bytes; *root (owned by the caller) may be NULL if it is not wanted. PLM_E_SYNTAX. */
plm_status plm_document_parse(plm_document *out, json_t **root, plm_span text,
                              const plm_diag_sink *sink, const char *file, plm_missing_fn *fn,
                              void *context) PLM_MUST_CHECK;

/* One field of the document, for those who fill in or print it. */
typedef struct plm_document_field {
    const char *group; /* member of the root that is an object, or NULL: of the root itself */
    const char *name;
    const char *label; /* for people */
    char type;         /* t text, d date, f flag, l list of texts */
} plm_document_field;

extern const plm_document_field plm_document_fields[];
extern const size_t plm_document_n_fields;

#endif
