/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.h - the system calls that are left to the processes of a node. A worker, once it starts
 * to listen to a peer, may use the memory, the threads and the two descriptors it has: no file, no
 * socket, no process, no executable memory. A keeper - the listener, its principals, the postman -
 * may use files, sockets and children, and nothing that a program of this kind has no use for:
 * other processes' memory, the kernel's own interfaces, namespaces, devices.
 *
 * Irrevocable for the process, its threads and its children; call while there is one thread.
 * Everything that is not on the list fails with EPERM. PLM_E_IO if the kernel can't do it: the
 * caller must then end. PLM_E_NOMEM.
 */
#ifndef PLM_NODE_SANDBOX_H
#define PLM_NODE_SANDBOX_H

#include <palermo/status.h>

/* For a worker; with the limits and the rest of node/guard.h. */
plm_status plm_sandbox_enter(void) PLM_MUST_CHECK;

/* For a keeper, after plm_guard_process. */
plm_status plm_sandbox_keep(void) PLM_MUST_CHECK;

#endif
