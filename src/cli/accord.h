/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord.h - the verbs of palermo accord.
 */
#ifndef PLM_CLI_ACCORD_H
#define PLM_CLI_ACCORD_H

#include "cli/operation.h"

extern const plm_operation plm_operation_accord_list;     /* accord_show.c */
extern const plm_operation plm_operation_accord_status;   /* accord_show.c */
extern const plm_operation plm_operation_accord_show;     /* accord_show.c */
extern const plm_operation plm_operation_accord_amend;    /* accord_show.c */
extern const plm_operation plm_operation_accord_explain;  /* accord_show.c */
extern const plm_operation plm_operation_accord_adopt;    /* accord_life.c */
extern const plm_operation plm_operation_accord_add;      /* accord_life.c */
extern const plm_operation plm_operation_accord_ratify;   /* accord_life.c */
extern const plm_operation plm_operation_accord_denounce; /* accord_life.c */
extern const plm_operation plm_operation_accord_diff;     /* accord_diff.c */

/* On files, and on the program's own catalogue; no node is needed. argv[0] is the verb. */
int plm_accord_command_draft(int argc, char **argv);
int plm_accord_command_offences(int argc, char **argv);

/* A printer of {"explanation": ...}. */
void plm_accord_print_words(const plm_operation_call *call, const json_t *answer);

#endif
