/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h - what the files of palermo ledger share.
 */
#ifndef PLM_CLI_LEDGER_H
#define PLM_CLI_LEDGER_H

#include "cli/operation.h"

extern const plm_operation plm_operation_ledger_verify;      /* ledger_verify.c */
extern const plm_operation plm_operation_ledger_report;      /* ledger_report.c */
extern const plm_operation plm_operation_ledger_subject;     /* ledger_subject.c */
extern const plm_operation plm_operation_ledger_peers;       /* ledger_peers.c */
extern const plm_operation plm_operation_ledger_acknowledge; /* ledger_peers.c */

/* No operations: one reads a file alone, the other writes what comes piece by piece. argv[0] is the
 * verb. */
int plm_ledger_check_proof_verb(int argc, char **argv); /* ledger_check_proof.c */
int plm_ledger_export_verb(int argc, char **argv);      /* ledger_verify.c */

#endif
