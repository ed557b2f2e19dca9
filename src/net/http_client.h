/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_client.h - one question to the local API of a serving node, over its UNIX socket.
 */
#ifndef PLM_NET_HTTP_CLIENT_H
#define PLM_NET_HTTP_CLIENT_H

#include "base/bytes.h"

#include <signal.h>

typedef struct plm_http_question {
    const char *method;
    const char *target;        /* escaped already */
    const char *officer;       /* the header Palermo-Officer; NULL: none. No control characters */
    const char *authorization; /* the header of that name; NULL: none. SECRET */
    const char *once;          /* the header Idempotency-Key; NULL: none */
    const char *type;          /* of the body; NULL: there is none */
    plm_span body;
    int body_fd; /* with body_bytes: the body is read from there instead; borrowed */
    uint64_t body_bytes;
} plm_http_question;

/*
 * fd: connected, blocking; consumed. The body of the answer is appended to out. PLM_E_IO,
 * PLM_E_TRUNCATED, PLM_E_PROTOCOL (no answer of HTTP/1.1 with a length), PLM_E_LIMIT, PLM_E_NOMEM.
 */
plm_status plm_http_ask(int fd, const plm_http_question *question, unsigned *status,
                        plm_buf *out) PLM_MUST_CHECK;

/* Takes a piece of an answer that is not over yet. Anything but PLM_OK ends it. */
typedef plm_status plm_http_piece_fn(void *context, plm_span piece);

/*
 * The same for an answer without a length, as events are, or of any: if its status is below 400
 * each piece of its body goes to take as it comes, else all of it to out. What plm_http_ask
 * returns, or what take did; PLM_E_CANCELLED: a signal came while nothing did, and *cancel is set.
 */
plm_status plm_http_listen(int fd, const plm_http_question *question, unsigned *status,
                           plm_http_piece_fn *take, void *context,
                           const volatile sig_atomic_t *cancel, plm_buf *out) PLM_MUST_CHECK;

/* Appends text with everything escaped that is not a letter, a digit or one of "-._~". */
plm_status plm_http_escape(plm_buf *out, const char *text) PLM_MUST_CHECK;

#endif
