/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.h - palermo serve: a listener that does nothing but accept, and one principal a connection.
 *
 *   listener (socket, identity key)
 *     ├─ fork ─ principal 1 (own store connection, identity key) ─ fork+exec ─ worker 1
 *     ├─ fork ─ principal 2 ...
 *     ├─ fork ─ postman, now and then ─ fork ─ principal for each peer to deliver to
 *     └─ fork ─ desk of the local API (api/desk.h), where there is one
 *
 * A principal or worker that crashes or is killed ends its own run and nothing else.
 */
#ifndef PLM_NODE_SERVE_H
#define PLM_NODE_SERVE_H

#include "node/node.h"
#include "node/request.h"

typedef struct plm_serve_config {
    const char *address;
    unsigned most_runs;       /* at once; further connections wait */
    int64_t deliver_every_ms; /* how often to look for parcels to deliver; 0: never */
    /* In the principal, before its run: opens the store and fills the rest of *node. */
    plm_status (*prepare)(void *context, plm_node *node);
    /* In the principal, after its run. */
    void (*finished)(void *context, plm_node *node, plm_status status, const plm_outcome *outcome);
    /* In the principal of a delivery, after it; and in the postman, after it looked around. */
    void (*delivered)(void *context, plm_node *node, plm_status status,
                      const plm_delivery_report *report);
    void (*kept)(void *context, plm_node *node, plm_status status, const plm_keep_report *report);
    /*
     * A process beside the principals, forked by the listener and started again, with back-off, if
     * it ends by itself: the local API's desk. Returns when *stop is set. May be NULL.
     */
    void (*beside)(void *context);
    /* In the listener, once it listens. */
    void (*listening)(void *context, uint16_t port);
    /* In the listener: a principal died by this signal. */
    void (*died)(void *context, pid_t pid, int signal_number);
    void *context;
    const volatile sig_atomic_t *stop; /* counts SIGTERM/SIGINT: 1 drains, 2 ends the runs */
} plm_serve_config;

/*
 * Serves until *stop; then waits for the runs under way. PLM_E_IO if it can't listen (errno says
 * why), PLM_E_ARGUMENT if the address is none.
 */
plm_status plm_node_serve(const plm_serve_config *config) PLM_MUST_CHECK;

#endif
