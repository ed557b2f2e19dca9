/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front.h - the process that speaks HTTP/1.1 with the authority's staff, and owns nothing.
 *
 * Adversary: whoever reaches the listener - every process of this machine, for loopback, and every
 * page in a browser there. Limits on connections, headers, bodies and time hold before anything is
 * believed. The front serves the console's files by itself; for everything else it asks a clerk
 * (channel.h). It is started with two descriptors and puts a filter on (node/sandbox.h).
 */
#ifndef PLM_API_FRONT_H
#define PLM_API_FRONT_H

#include <palermo/status.h>

enum {
    PLM_FRONT_DESK_FD = 3,
    PLM_FRONT_LISTENER_FD = 4
};

/* The hidden argument that makes the program a front; then "local" or "web", then the origin. */
#define PLM_FRONT_ARGUMENT "front-process"

/* Runs until the desk is gone; the process's exit status. */
int plm_front_main(int argc, char **argv);

#endif
