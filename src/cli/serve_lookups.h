/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve_lookups.h - palermo serve --lookups: the process that answers the lookups of this machine's
 * programs (node/lookup_daemon.h).
 */
#ifndef PLM_CLI_SERVE_LOOKUPS_H
#define PLM_CLI_SERVE_LOOKUPS_H

#include "cli/home.h"
#include "node/node.h"

typedef struct plm_serve_lookups {
    pid_t pid; /* 0 or less: there is none */
    int end;   /* of a pipe: the process ends when it is closed */
} plm_serve_lookups;

/*
 * Starts it; the node's store is not used, home says where it is. It ends with this process,
 * whatever ends it. To be called before this process gives up its privileges, since it makes a
 * socket in the node's directory; then it gives up the same for itself.
 */
void plm_serve_lookups_start(plm_serve_lookups *out, const plm_node *node, const plm_home *home,
                             const volatile sig_atomic_t *stop);
/* Ends it, and waits for its end. A process of another confinement takes no signal from us. */
void plm_serve_lookups_end(plm_serve_lookups *lookups);

#endif
