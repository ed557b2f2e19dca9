/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_subject.h - who or what is asked about: identifiers as people and machines give them, in
 * canonical form, as the record of which tokens are made.
 */
#ifndef PLM_NODE_LOOKUP_SUBJECT_H
#define PLM_NODE_LOOKUP_SUBJECT_H

#include "ident/mrz.h"
#include "ident/record.h"

enum {
    PLM_SUBJECT_VALUES_MAX = 64
};

typedef struct plm_subject {
    plm_record record; /* its values are those below */
    plm_value values[PLM_SUBJECT_VALUES_MAX];
    plm_arena arena; /* owns the texts; PERSONAL, wiped with the subject */
} plm_subject;

void plm_subject_init(plm_subject *subject);
void plm_subject_wipe(plm_subject *subject);

/*
 * Adds one identifier. country: as of plm_ident_canonicalise, "" if none. A type of things (plate,
 * IMO number, ...) makes the subject a thing of that kind. PLM_E_REJECTED: *ident says why.
 * PLM_E_LIMIT, PLM_E_NOMEM.
 */
plm_status plm_subject_add(plm_subject *subject, plm_ident_type type, const char *country,
                           plm_span raw, plm_ident *ident) PLM_MUST_CHECK;
/*
 * Adds what a machine-readable zone says: name, birth date, nationality, document, national number;
 * where the document number's check digit fails, every reading that would fit is asked too (at most
 * PLM_MRZ_ALTERNATIVES_MAX). PLM_E_REJECTED: mrz->reason and detail say why.
 */
plm_status plm_subject_add_mrz(plm_subject *subject, plm_span text, plm_date today,
                               plm_mrz *mrz) PLM_MUST_CHECK;
/* One identifier as it was given. */
typedef struct plm_subject_part {
    plm_ident_type type;
    char country[3]; /* "": none */
    plm_span value;  /* borrowed */
} plm_subject_part;

/* "document=RU:P:45 09 123456", "phone=02 1234,IT" (a country where the type has one).
 * PLM_E_SYNTAX: no "=" in it, or an unknown type. */
plm_status plm_subject_split(const char *text, plm_subject_part *out) PLM_MUST_CHECK;
/* Adds what such a text says. As plm_subject_add, and PLM_E_SYNTAX. */
plm_status plm_subject_add_text(plm_subject *subject, const char *text,
                                plm_ident *ident) PLM_MUST_CHECK;

#endif
