/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timekeeper.h - palermo serve repeats what stands to be repeated: a process now and then that
 * makes the runs that are due (node/standing.h), one after the other.
 */
#ifndef PLM_NODE_TIMEKEEPER_H
#define PLM_NODE_TIMEKEEPER_H

#include "node/serve.h"

/* In a process of its own, forked by the listener. Never returns. */
void plm_timekeeper_run(const plm_serve_config *config);

#endif
