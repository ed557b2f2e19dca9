/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.h - what loading a register here and at a serving node share.
 */
#ifndef PLM_CLI_LOAD_H
#define PLM_CLI_LOAD_H

#include "cli/operation.h"
#include "cli/say.h"
#include "node/load.h"

typedef struct plm_load_command {
    plm_common common;
    plm_access access;
    plm_load load;
    const char *role;
    plm_text_list offences;
    const char *grading;
    const char *retention;
    const char *country;
    bool quiet;
    plm_meter meter;
    plm_meter after; /* of what comes after reading */
    uint64_t n_shown;
    uint64_t n_unshown;
    const volatile sig_atomic_t *cancel;
} plm_load_command;

/* A plm_diag_fn, context is the command: says the first of them, and counts the others. */
plm_diag_fn plm_load_take_diag;
/* counts: consumed. n_unshown: rows refused or marked that were not told. The exit status. */
int plm_load_report(json_t *counts, uint64_t n_unshown, bool json);

/* load_node.c: the files go up, and the node loads them. The exit status. */
int plm_load_at_node(plm_inquiry *inquiry, plm_load_command *command);

#endif
