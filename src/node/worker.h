/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h - the process that speaks to the peer and owns nothing.
 *
 * It is a program of its own, palermo-worker, and what it does not need is not in it: no store, no
 * policy, none of the libraries for files, names and numbers. A principal starts it
 * (node/session.h) with two descriptors: the control socket and the connection to the peer. It
 * holds a TLS key that lives for this connection only and, once the principal has accepted a run,
 * that run's tokens. It parses everything hostile: TLS, frames, engine messages. It can open no
 * file and no store, and its filter (node/sandbox.h) forbids everything but talking on its two
 * descriptors.
 */
#ifndef PLM_NODE_WORKER_H
#define PLM_NODE_WORKER_H

#include <palermo/status.h>

#include <limits.h>

/* Descriptors a worker is born with. */
enum {
    PLM_WORKER_CONTROL_FD = 3,
    PLM_WORKER_PEER_FD = 4
};

enum {
    PLM_WORKER_PATH_MAX = PATH_MAX
};

/* Its first argument, before the version of the program that starts it, which must be its own. */
#define PLM_WORKER_ARGUMENT "worker-process"

/* How one ends that was started by a program of another version, beside its own 0 and 1. */
enum {
    PLM_WORKER_EXIT_FOREIGN = 2
};

/* What follows a program's name in its worker's. */
#define PLM_WORKER_SUFFIX "-worker"

/*
 * Where the program is that this one starts as a worker: beside itself, as in a build, or else
 * where it is installed. PLM_E_NO_WORKER: it can't be executed there; errno says why, path is that
 * of the installed one.
 */
plm_status plm_worker_find(char path[static PLM_WORKER_PATH_MAX]) PLM_MUST_CHECK;

/* Of PLM_E_NO_WORKER, for people: where it was looked for, and what is wrong with what is there. */
enum {
    PLM_WORKER_WHY_MAX = 640
};
const char *plm_worker_why(char out[static PLM_WORKER_WHY_MAX]);

/* Runs until the run ends; the process's exit status. */
int plm_worker_main(void);

#endif
