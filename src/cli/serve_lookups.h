/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve_lookups.h - palermo serve --lookups: the process that answers the lookups of this machine's
 * programs (node/lookup_daemon.h).
 */
#ifndef PLM_CLI_SERVE_LOOKUPS_H
#define PLM_CLI_SERVE_LOOKUPS_H

#include "node/node.h"

/*
 * Starts it; the node's store is not used, store says where it is. -1 if there is no process to be
 * had. It ends with this process, whatever ends it.
 */
pid_t plm_serve_lookups_start(const plm_node *node, const char *store, const char *directory,
                              const volatile sig_atomic_t *stop);
/* Ends it, and waits for its end. pid 0 or less: nothing. */
void plm_serve_lookups_end(pid_t pid);

#endif
