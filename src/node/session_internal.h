/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_internal.h - shared by a session's files: session.c (life and messages),
 * session_spawn.c (the worker's process), session_limits.c (what it may take), session_match.c (the
 * engine).
 */
#ifndef PLM_NODE_SESSION_INTERNAL_H
#define PLM_NODE_SESSION_INTERNAL_H

#include "node/session.h"

/* Starts the worker on the connected socket (borrowed) and tells it who we are. PLM_E_IO, ... */
plm_status plm_session_spawn(plm_session *session, int peer_fd) PLM_MUST_CHECK;

/* Before the worker has heard a word: what it may take until a run is agreed. PLM_E_IO. */
plm_status plm_session_limit(const plm_session *session) PLM_MUST_CHECK;
/* What it may take in a leg of these sizes. PLM_E_IO. */
plm_status plm_session_limit_leg(const plm_session *session,
                                 const plm_session_leg *leg) PLM_MUST_CHECK;

/*
 * A worker says something, or takes what is said to it, every now and then, whatever its peer does,
 * or it hangs; and whoever speaks to us through it, or has taken it over, keeps our place for so
 * long and no longer.
 */
bool plm_session_is_overdue(const plm_session *session);

/* Waits for the worker's next message that is not about progress; failures become the status. */
plm_status plm_session_next(plm_session *session, plm_control_message *message) PLM_MUST_CHECK;

/*
 * Sends n items in messages that hold whole ones, and waits until the worker has them.
 * PLM_E_TIMEOUT: it is overdue. PLM_E_PROTOCOL: it talks instead.
 */
plm_status plm_session_send_array(plm_session *session, plm_control_type type, const void *items,
                                  size_t n, size_t item_bytes) PLM_MUST_CHECK;

#endif
