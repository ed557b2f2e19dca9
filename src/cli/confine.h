/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine.h - what the processes of palermo serve give up (node/guard.h, node/sandbox.h), and what
 * is said about it where the machine can't do it.
 */
#ifndef PLM_CLI_CONFINE_H
#define PLM_CLI_CONFINE_H

#include "cli/home.h"

/*
 * Keeps the memory of this process out of the swap space: all of it, or where that is not allowed
 * the n bytes of the secret. With `say` a line on standard error tells what may be swapped, unless
 * there is no swap space.
 */
void plm_confine_memory(const void *secret, size_t n, bool say);

/*
 * The listener, and so its principals and the postman: the node's directory, the program and the
 * system's libraries and settings are all they reach; no port but the one already listened on; and
 * the system calls of a keeper. PLM_E_IO, PLM_E_NOMEM: said on standard error.
 */
plm_status plm_confine_keeper(const plm_home *home, const char *command) PLM_MUST_CHECK;

#endif
