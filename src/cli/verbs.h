/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verbs.h - commands whose first word is a verb: palermo accord VERB, palermo request VERB.
 */
#ifndef PLM_CLI_VERBS_H
#define PLM_CLI_VERBS_H

#include "cli/operation.h"

typedef struct plm_verb {
    const char *name;
    int (*run)(int argc, char **argv); /* done in this process; NULL: the operation */
    const char *summary;
    const plm_operation *operation; /* of the API */
} plm_verb;

/* Runs the verb that argv[1] names, with it as argv[0]; or says which there are. Exit status. */
int plm_verbs_run(const char *command, const plm_verb *verbs, size_t n, int argc, char **argv);

#endif
