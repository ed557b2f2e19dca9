/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.h - palermo serve: a listener that takes connections, and one principal for each that has
 * something to say.
 *
 *   listener (socket, identity key; node/door.h: who may stay)
 *     ├─ fork ─ principal 1 (own store connection, identity key) ─ fork+exec ─ worker 1
 *     ├─ fork ─ principal 2 ...
 *     ├─ fork ─ postman, now and then ─ fork ─ principal for each peer to deliver to
 *     ├─ fork ─ timekeeper, as often: makes the runs that are due (node/timekeeper.h)
 *     └─ fork ─ desk of the local API (api/desk.h), where there is one
 *
 * The listener takes no byte of a peer: it looks whether the first five are those of a TLS record
 * (plm_net_first_word), since a connection that says nothing, or says it slowly, or says something
 * else, is to cost a descriptor and no process. A principal that knows who its peer is asks the
 * listener for a place over a socket pair of its own: the identity key, 32 bytes; the answer is
 * one byte, 1 for yes.
 *
 * A principal or worker that crashes or is killed ends its own run and nothing else. A postman that
 * fails is sent out again later and later; so is a connection taken when descriptors or processes
 * have run out.
 */
#ifndef PLM_NODE_SERVE_H
#define PLM_NODE_SERVE_H

#include "node/node.h"
#include "node/request.h"

typedef struct plm_serve_config {
    const char *address;
    unsigned most_runs;         /* parties' connections at once; further ones wait */
    unsigned most_of_party;     /* of these, one party's */
    unsigned refusals_per_hour; /* of one party; 0: any number */
    int64_t timeout_ms;         /* silence that ends a run; half of it a party waits for a place */
    int64_t deliver_every_ms;   /* how often to look for parcels and runs that are due; 0: never */
    /* In the listener, once it listens: it and its children give up what they will not need. */
    plm_status (*confine)(void *context);
    /* In the principal, before its run: opens the store and fills the rest of *node. */
    plm_status (*prepare)(void *context, plm_node *node);
    /* In the principal, after its run. */
    void (*finished)(void *context, plm_node *node, plm_status status, const plm_outcome *outcome);
    /* In the principal of a delivery, after it; and in the postman, after it looked around. */
    void (*delivered)(void *context, plm_node *node, plm_status status,
                      const plm_delivery_report *report);
    void (*kept)(void *context, plm_node *node, plm_status status, const plm_keep_report *report);
    /* In the timekeeper: after each run that was due, and when nothing is left. */
    void (*repeated)(void *context, plm_status status, const uint8_t *standing_id,
                     const plm_outcome *outcome);
    void (*rested)(void *context, plm_node *node);
    /*
     * A process beside the principals, forked by the listener and started again, with back-off, if
     * it ends by itself: the local API's desk. Returns when *stop is set. May be NULL.
     */
    void (*beside)(void *context);
    /* In the listener, once it listens. */
    void (*listening)(void *context, uint16_t port);
    /* In the listener: a principal died by this signal. */
    void (*died)(void *context, pid_t pid, int signal_number);
    /* In a process of its own, after that: marks the run broken that the principal was in. */
    void (*mend)(void *context, const uint8_t run_id[static PLM_RUN_ID_BYTES]);
    void *context;
    const volatile sig_atomic_t *stop; /* counts SIGTERM/SIGINT: 1 drains, 2 ends the runs */
} plm_serve_config;

/*
 * Serves until *stop; then waits for the runs under way. PLM_E_IO if it can't listen (errno says
 * why), PLM_E_ARGUMENT if the address is none, PLM_E_NOMEM, PLM_E_CRYPTO; the status of confine.
 */
plm_status plm_node_serve(const plm_serve_config *config) PLM_MUST_CHECK;

#endif
