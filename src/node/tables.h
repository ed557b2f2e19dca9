/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tables.h - the tables that an accord names by their hash: those that ship with the program, and
 * those that were put into the store (palermo rules add).
 */
#ifndef PLM_NODE_TABLES_H
#define PLM_NODE_TABLES_H

#include "accord/accord.h"
#include "ident/frequency.h"
#include "store/store.h"

/*
 * The table of frequencies that the rules name, read with their own equivalent names if they have
 * any. PLM_E_NOT_FOUND: this node lacks one of the two; PLM_E_STORE: what is stored is damaged;
 * PLM_E_NOMEM. *out is the caller's, NULL on an error.
 */
plm_status plm_tables_open(plm_frequency **out, plm_store *store,
                           const plm_person_rules *rules) PLM_MUST_CHECK;

/*
 * Says to the sink, under the accord's clauses, which tables it names that this node lacks.
 * PLM_E_NOT_FOUND if there is any; PLM_E_STORE, PLM_E_NOMEM.
 */
plm_status plm_tables_check(plm_store *store, const plm_accord *accord, const plm_diag_sink *sink,
                            const char *file) PLM_MUST_CHECK;

#endif
