/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk.h - the local API's processes (docs/architecture.md, "Processes").
 *
 *   desk (identity key; reads nothing but descriptors)
 *     ├─ fork+exec ─ front, one a listener: HTTP; no key, no store, no file
 *     └─ fork ─ clerk, one a request: opens the store, does it, answers the front, ends
 *
 * A front that crashes is started again, with back-off; a clerk that crashes ends its own request.
 * A clerk that starts a run goes on until the run ends.
 */
#ifndef PLM_API_DESK_H
#define PLM_API_DESK_H

#include "node/node.h"

enum {
    PLM_API_LISTENERS_MAX = 8,
    PLM_API_CLERKS_MAX = 64,
    PLM_API_PORT_CLERKS_MAX = 48 /* of these, by way of ports: who has a socket finds one free */
};

typedef struct plm_api_listener {
    int fd;
    bool is_local; /* a UNIX socket, whose other end may be the operator */
} plm_api_listener;

typedef struct plm_desk_config {
    plm_api_listener listeners[PLM_API_LISTENERS_MAX];
    size_t n_listeners;
    const char *program; /* that becomes a front */
    const char *home;
    const char *store;  /* where it is */
    const char *origin; /* "https://console.example": where people reach it through a proxy; "" */
    /* In a clerk: opens the store and fills the node. */
    plm_status (*prepare)(void *context, plm_node *node);
    /* In a clerk, at its end. */
    void (*release)(void *context, plm_node *node);
    /* In the desk: a front or clerk ended by a signal. May be NULL. */
    void (*died)(void *context, const char *what, int signal_number);
    /* In a clerk: the store failed, in these words. May be NULL. */
    void (*failed)(void *context, const char *words);
    void *context;
    const volatile sig_atomic_t *stop;
} plm_desk_config;

/* The desk itself, in a process of its own: runs until *stop, then waits for its clerks. */
plm_status plm_desk_run(const plm_desk_config *config) PLM_MUST_CHECK;

/*
 * A clerk, in a process of its own, for the request that comes through fd from the listener's
 * front. Never returns.
 */
void plm_clerk_run(const plm_desk_config *config, const plm_api_listener *listener, int fd);

#endif
