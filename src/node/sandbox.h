/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.h - what a worker may still do once it starts to listen to a peer: use the memory, the
 * threads and the two descriptors it has. No file, no socket, no process, no executable memory.
 */
#ifndef PLM_NODE_SANDBOX_H
#define PLM_NODE_SANDBOX_H

#include <palermo/status.h>

/*
 * Irrevocable for this process and all its threads; call while there is one thread. Everything not
 * on the list fails with EPERM. PLM_E_IO if the kernel can't do it: the caller must then end.
 */
plm_status plm_sandbox_enter(void) PLM_MUST_CHECK;
/* The same for a process that takes connections of a listener it was given (api/front.h). */
plm_status plm_sandbox_enter_front(void) PLM_MUST_CHECK;

#endif
