/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postman.h - see postman.c.
 */
#ifndef PLM_NODE_POSTMAN_H
#define PLM_NODE_POSTMAN_H

#include "node/serve.h"

/* In a process of its own, forked by the listener. Never returns. */
void plm_postman_run(const plm_serve_config *config);

#endif
