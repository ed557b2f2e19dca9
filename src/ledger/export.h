/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - a whole ledger as one file that can be checked elsewhere (spec/ledger.md section 7).
 *
 *   "palermo ledger 2\n", then records:   +---------+-------+-----------+
 *                                         | type u8 | n u32 | n bytes   |
 *                                         +---------+-------+-----------+
 *   1 owner   party (u16 + bytes), identity key (32); first, once
 *   2 key     the same, of a party of an accord, the owner included
 *   3 head    a head with its signature, by size
 *   4 witness size of the head (u64), a countersignature
 *   5 entry   h_i (32), e_i
 *   6 end     number of entries (u64); last, once
 */
#ifndef PLM_LEDGER_EXPORT_H
#define PLM_LEDGER_EXPORT_H

#include "ledger/audit.h"

/* Takes the next bytes of the file. */
typedef plm_status plm_export_fn(void *context, plm_span bytes);

/* Writes it all; every status of the store and of fn. config: as for an audit. */
plm_status plm_export_write(plm_store *store, const plm_audit_config *config,
                            const uint8_t identity[static 32], plm_export_fn *fn,
                            void *context) PLM_MUST_CHECK;

/* Whose ledger a file says it is. */
typedef struct plm_export_owner {
    char party[PLM_CODE_MAX];
    uint8_t identity[32];
} plm_export_owner;

/*
 * Checks a file (hostile bytes), with the signatures in the bodies if `bodies`. The other parties'
 * keys are those the file gives. identity: the key the owner must have; NULL: the one the file
 * gives. PLM_E_SYNTAX: no export, or cut; PLM_E_AUTH: another owner; PLM_E_STORE: result->fault.
 */
plm_status plm_export_check(plm_span file, const uint8_t *identity, bool bodies,
                            plm_export_owner *owner, plm_audit_result *result) PLM_MUST_CHECK;

#endif
