/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_subject.h - what is held of one person, in which runs it could take part, and with whom
 * there were hits (Directive (EU) 2016/680, articles 14 and 17).
 *
 * The search itself is an entry: officer, reason and how many records were found, never whom.
 */
#ifndef PLM_NODE_LEDGER_SUBJECT_H
#define PLM_NODE_LEDGER_SUBJECT_H

#include "ident/ident.h"
#include "store/store.h"

#include <jansson.h>

/* By a record's own id, or by a value in its canonical form. Strings are borrowed. */
typedef struct plm_subject {
    const char *record;        /* source id; NULL: by value */
    const char *register_name; /* NULL: any */
    plm_ident_type type;
    const char *canonical;
    const char *officer; /* pseudonym */
    const char *reason;
} plm_subject;

/* The records found, each with its runs; *out: new reference. Statuses of the store; PLM_E_NOMEM.
 */
plm_status plm_ledger_subject(json_t **out, plm_store *store,
                              const plm_subject *subject) PLM_MUST_CHECK;

#endif
