/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exit.h - exit statuses (palermo(1), EXIT STATUS). They are an interface: scripts rely on them.
 */
#ifndef PLM_CLI_EXIT_H
#define PLM_CLI_EXIT_H

#include <palermo/status.h>

enum {
    PLM_EXIT_OK = 0,
    PLM_EXIT_FAILED = 1,      /* for another reason, said on standard error */
    PLM_EXIT_USAGE = 2,       /* the command line was wrong */
    PLM_EXIT_QUARANTINED = 3, /* done, but some rows of the input were refused */
    PLM_EXIT_NOT_FOUND = 4,
    PLM_EXIT_INPUT = 5, /* an input file was refused */
    PLM_EXIT_LOCKED = 6,
    PLM_EXIT_STORE = 7,
    PLM_EXIT_CANCELLED = 8,
    PLM_EXIT_FORBIDDEN = 9, /* who asks is not known to the node, or has not the role */
    PLM_EXIT_UNREACHABLE = 10,
    PLM_EXIT_TIMEOUT = 11,
    PLM_EXIT_TRUNCATED = 12,
    PLM_EXIT_TAMPERED = 13,
    PLM_EXIT_REPLAYED = 14,
    PLM_EXIT_AUTH = 15,
    PLM_EXIT_PROTOCOL = 16,
    PLM_EXIT_PROOF = 17,
    PLM_EXIT_PEER_CANCEL = 18,
    PLM_EXIT_PEER_FAILED = 19,
    PLM_EXIT_WORKER_DIED = 20,
    PLM_EXIT_REFUSED = 30 /* plus the refusal's code (spec/wire.md section 5) */
};

/* The exit status for a status; refusal_code counts with PLM_E_REFUSED only. */
int plm_exit_status(plm_status status, unsigned refusal_code);

#endif
