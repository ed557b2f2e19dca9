/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows.h - rows that several files of the store read: their columns, and what is made of them.
 */
#ifndef PLM_STORE_ROWS_H
#define PLM_STORE_ROWS_H

#include "store/requests.h"
#include "store/sql.h"

/* Of a join of record and register; from them, texts borrowed from the statement. PLM_E_STORE. */
#define PLM_STORED_COLUMNS                                                                \
    "record.id, register.name, source_id, kind, role, is_minor, is_assessment, grading, " \
    "retention, CASE WHEN register.format = 'seed' THEN 1 ELSE 0 END, sex, exploitation, year"
plm_status plm_row_stored(plm_stored_record *out, const plm_db_driver *d,
                          plm_statement *s) PLM_MUST_CHECK;

#define PLM_HIT_COLUMNS                                                                 \
    "run_id, number, record_id, link, grade, score, rules, words, hit.state, cleared, " \
    "hit.officer, second, remark, peer_number, fields, outcome, hit.retention"
/* From the columns above; what it points to is borrowed from the statement. PLM_E_STORE. */
plm_status plm_row_hit(plm_hit *hit, const plm_db_driver *d, plm_statement *s) PLM_MUST_CHECK;

#define PLM_RUN_COLUMNS                                                                     \
    "id, is_asker, peer, accord_hash, purpose, case_ref, officer, state, failure, clause, " \
    "n_own, n_peer, charged, started_ms, ended_ms, proposal, acceptance, receipt"
plm_status plm_row_run(plm_run *run, const plm_db_driver *d, plm_statement *s) PLM_MUST_CHECK;

#define PLM_REQUEST_COLUMNS                                                               \
    "id, is_ours, peer, accord_hash, kind, is_offer, is_urgent, state, sent_ms, due_ms, " \
    "alarm, changed_ms, draft"
plm_status plm_row_request(plm_request_row *row, const plm_db_driver *d,
                           plm_statement *s) PLM_MUST_CHECK;

#define PLM_LEDGER_COLUMNS                                        \
    "l.sequence, time_ms, kind, body, hash, nodes FROM ledger l " \
    "LEFT JOIN ledger_tree t ON t.sequence = l.sequence"
void plm_row_ledger(plm_ledger_row *out, const plm_db_driver *d, plm_statement *s);

#endif
