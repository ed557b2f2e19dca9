/* SPDX-License-Identifier: Apache-2.0 */
/*
 * local.h - UNIX sockets, and whether a listener is reachable from this machine alone.
 */
#ifndef PLM_NET_LOCAL_H
#define PLM_NET_LOCAL_H

#include "base/bytes.h"

#include <sys/types.h>

/*
 * Listens at path, which only this user may connect to; what an earlier process left there is
 * removed, unless somebody listens at it still (PLM_E_EXISTS). PLM_E_LIMIT: the path is too long
 * for a socket; PLM_E_IO. The fd is non-blocking.
 */
plm_status plm_net_listen_local(const char *path, int *fd) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND: nobody listens there. PLM_E_LIMIT, PLM_E_IO. The fd blocks. */
plm_status plm_net_connect_local(const char *path, int *fd) PLM_MUST_CHECK;
/* True if the socket is bound to a loopback address. */
bool plm_net_is_loopback(int fd);
/* True if the other end of a UNIX socket is a process of that user. */
bool plm_net_is_of(int fd, uid_t user);

/* Sends one descriptor with one byte; fd stays open here. PLM_E_IO. */
plm_status plm_net_send_fd(int channel, int fd) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND: none has come; PLM_E_TRUNCATED: the other end is closed; PLM_E_IO. */
plm_status plm_net_receive_fd(int channel, int *fd) PLM_MUST_CHECK;

#endif
