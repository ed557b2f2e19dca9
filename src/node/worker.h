/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h - the process that speaks to the peer and owns nothing.
 *
 * It is started by a principal (node/session.h) with two descriptors: the control socket and the
 * connection to the peer. It holds a TLS key that lives for this connection only and, once the
 * principal has accepted a run, that run's tokens. It parses everything hostile: TLS, frames,
 * engine messages. It can open no file and no store, and its filter (node/sandbox.h) forbids
 * everything but talking on its two descriptors.
 */
#ifndef PLM_NODE_WORKER_H
#define PLM_NODE_WORKER_H

#include <palermo/status.h>

/* Descriptors a worker is born with. */
enum {
    PLM_WORKER_CONTROL_FD = 3,
    PLM_WORKER_PEER_FD = 4
};

/* The hidden argument that makes the program a worker. */
#define PLM_WORKER_ARGUMENT "worker-process"

/* Runs until the run ends; the process's exit status. */
int plm_worker_main(void);

#endif
