/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - what palermo check finds, one line each.
 */
#ifndef PLM_CLI_CHECK_H
#define PLM_CLI_CHECK_H

#include "cli/home.h"
#include "cli/say.h"

typedef enum plm_finding {
    PLM_FINDING_OK,
    PLM_FINDING_WARNING, /* it runs, but somebody should look at it */
    PLM_FINDING_ERROR    /* it does not run, or not safely */
} plm_finding;

typedef struct plm_check {
    plm_common common;
    const char *command;
    plm_home home;
    bool offline;
    bool clock_is_right; /* says the operator */
    int timeout_ms;
    uint8_t seed[32]; /* SECRET; if has_seed */
    bool has_seed;
    json_t *findings;
    plm_finding worst;
} plm_check;

/* Notes a finding, and prints it unless JSON was asked for. area: "store", "keys", ... */
void plm_check_say(plm_check *c, plm_finding finding, const char *area, const char *format, ...)
    PLM_PRINTF(4, 5);

/* The directory, what is in it, and who may read it. */
void plm_check_files(plm_check *c);
/* The store's version and content; c->home.store is open. */
void plm_check_store(plm_check *c);
void plm_check_disk(plm_check *c);
void plm_check_clock(plm_check *c);
/* Accords, and the parties of those in force: reachable, and who they say they are. */
void plm_check_accords(plm_check *c);
/* One peer's node: a connection, and its certificate where our key is open. */
void plm_check_peer(plm_check *c, const char *code, const char *address,
                    const uint8_t identity[static 32]);

#endif
