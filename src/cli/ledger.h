/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h - what the files of palermo ledger share. Each verb is called with argv[0] being itself.
 */
#ifndef PLM_CLI_LEDGER_H
#define PLM_CLI_LEDGER_H

#include "cli/home.h"
#include "node/party_keys.h"

int plm_ledger_verify_verb(int argc, char **argv);      /* ledger_verify.c */
int plm_ledger_export_verb(int argc, char **argv);      /* ledger_verify.c */
int plm_ledger_prove_verb(int argc, char **argv);       /* ledger_prove.c */
int plm_ledger_check_proof_verb(int argc, char **argv); /* ledger_check_proof.c */
int plm_ledger_report_verb(int argc, char **argv);      /* ledger_report.c */
int plm_ledger_subject_verb(int argc, char **argv);     /* ledger_subject.c */
int plm_ledger_acknowledge_verb(int argc, char **argv); /* ledger_peers.c */
int plm_ledger_peers_verb(int argc, char **argv);       /* ledger_peers.c */

#endif
