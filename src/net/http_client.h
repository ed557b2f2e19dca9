/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_client.h - one question to the local API of a serving node, over its UNIX socket.
 */
#ifndef PLM_NET_HTTP_CLIENT_H
#define PLM_NET_HTTP_CLIENT_H

#include "base/bytes.h"

typedef struct plm_http_question {
    const char *method;
    const char *target;  /* escaped already */
    const char *officer; /* the header Palermo-Officer; NULL: none. No control characters */
    const char *type;    /* of the body; NULL: there is none */
    plm_span body;
} plm_http_question;

/*
 * fd: connected, blocking; consumed. The body of the answer is appended to out. PLM_E_IO,
 * PLM_E_TRUNCATED, PLM_E_PROTOCOL (no answer of HTTP/1.1 with a length), PLM_E_LIMIT, PLM_E_NOMEM.
 */
plm_status plm_http_ask(int fd, const plm_http_question *question, unsigned *status,
                        plm_buf *out) PLM_MUST_CHECK;

/* Appends text with everything escaped that is not a letter, a digit or one of "-._~". */
plm_status plm_http_escape(plm_buf *out, const char *text) PLM_MUST_CHECK;

#endif
