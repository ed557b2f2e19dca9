/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_daemon.h - lookups for the programs of this machine - a gate's software, the local API -
 * over one set of connections that stay (spec/lookup.md section 11).
 *
 * A process of the serving node listens on the UNIX socket lookup.sock in the node's directory,
 * which its own user alone may open. A line of JSON comes in, a line of JSON goes out:
 *
 *     {"purpose": "border", "case": "B-12", "subject": {...}, "deadline_ms": 2000}
 *     {"answers": [...]}      or      {"error": {"status": "...", "field": "/subject/mrz",
 * "reason": "..."}}
 *
 * What it is asked with first for a purpose and a case opens the connections, which it then keeps.
 */
#ifndef PLM_NODE_LOOKUP_DAEMON_H
#define PLM_NODE_LOOKUP_DAEMON_H

#include "node/lookup.h"

#define PLM_LOOKUP_SOCKET "lookup.sock"

typedef struct plm_lookup_daemon_config {
    plm_node node; /* its store is not used */
    const char *store;
    const char *directory; /* the node's */
    const volatile sig_atomic_t *stop;
    int until; /* a pipe whose other end is closed when it is to end */
    /* Once it listens, before it takes a caller: gives up what it will not need. */
    plm_status (*confine)(void *context);
    void *context;
} plm_lookup_daemon_config;

/* Listens until *stop, or the pipe's end; then ends what is open. PLM_E_IO (errno), PLM_E_LIMIT
 * (the path is too long), PLM_E_NOMEM; the status of confine. */
plm_status plm_lookup_daemon_run(const plm_lookup_daemon_config *config) PLM_MUST_CHECK;

/*
 * One request to the daemon of that directory; its answer, without the line end, is appended to
 * out. PLM_E_UNREACHABLE: none is there. PLM_E_TRUNCATED: it went away. PLM_E_SYNTAX: the request
 * has a line end in it.
 */
plm_status plm_lookup_daemon_ask(const char *directory, plm_span request,
                                 plm_buf *out) PLM_MUST_CHECK;

#endif
