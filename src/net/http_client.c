/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_client.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEAD_MAX = 16384,
    READ_STEP = 65536
};

plm_status plm_http_escape(plm_buf *out, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    plm_status status = PLM_OK;
    for (; status == PLM_OK && *text != '\0'; text++) {
        status = strchr(plain, *text) != NULL
                     ? plm_buf_append_u8(out, (uint8_t)*text)
                     : plm_buf_printf(out, "%%%02X", (unsigned)(uint8_t)*text);
    }
    return status;
}

static plm_status send_all(int fd, plm_span bytes)
{
    while (bytes.n > 0) {
        const ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) {
            return PLM_E_IO;
        }
        bytes = n > 0 ? plm_span_of(bytes.p + n, bytes.n - (size_t)n) : bytes;
    }
    return PLM_OK;
}

static plm_status send_question(int fd, const plm_http_question *q)
{
    plm_buf head;
    plm_buf_init(&head, HEAD_MAX);
    plm_status status = plm_buf_printf(&head,
                                       "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                       "Content-Length: %zu\r\n",
                                       q->method, q->target, q->body.n);
    if (status == PLM_OK && q->officer != NULL) {
        status = plm_utf8_is_text(plm_span_str(q->officer))
                     ? plm_buf_printf(&head, "Palermo-Officer: %s\r\n", q->officer)
                     : PLM_E_PROTOCOL;
    }
    if (status == PLM_OK && q->type != NULL) {
        status = plm_buf_printf(&head, "Content-Type: %s\r\n", q->type);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&head, "\r\n", 2);
    }
    if (status == PLM_OK) {
        status = send_all(fd, plm_buf_span(&head));
    }
    plm_buf_wipe(&head);
    return status == PLM_OK ? send_all(fd, q->body) : status;
}

/* Everything until the other end closes. */
static plm_status read_all(int fd, plm_buf *out)
{
    for (;;) {
        plm_status status = plm_buf_reserve(out, READ_STEP);
        if (status != PLM_OK) {
            return status;
        }
        const ssize_t n = recv(fd, out->data + out->n, READ_STEP, 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n == 0 ? PLM_OK : PLM_E_IO;
        }
        out->n += (size_t)n;
    }
}

/* "HTTP/1.1 200 OK", headers, an empty line; what is left of the bytes is the body. */
static plm_status take_head(plm_span *bytes, unsigned *status)
{
    const char *end = bytes->n > 0 ? (const char *)memmem(bytes->p, bytes->n, "\r\n\r\n", 4) : NULL;
    char head[HEAD_MAX];
    const char *length = NULL;
    if (end == NULL || (size_t)(end - (const char *)bytes->p) >= sizeof head - 1) {
        return PLM_E_TRUNCATED;
    }
    const size_t n = (size_t)(end - (const char *)bytes->p);
    memcpy(head, bytes->p, n);
    head[n] = '\0';
    if (strlen(head) != n || strncmp(head, "HTTP/1.1 ", 9) != 0) {
        return PLM_E_PROTOCOL;
    }
    const unsigned long code = strtoul(head + 9, NULL, 10);
    length = strcasestr(head, "\r\nContent-Length:");
    *bytes = plm_span_of(bytes->p + n + 4, bytes->n - n - 4);
    if (code < 200 || code > 599 || length == NULL) {
        return PLM_E_PROTOCOL;
    }
    *status = (unsigned)code;
    return strtoull(length + 17, NULL, 10) == bytes->n ? PLM_OK : PLM_E_TRUNCATED;
}

plm_status plm_http_ask(int fd, const plm_http_question *question, unsigned *status, plm_buf *out)
{
    plm_buf answer;
    plm_buf_init(&answer, out->max + HEAD_MAX + READ_STEP);
    plm_status result = send_question(fd, question);
    if (result == PLM_OK) {
        result = read_all(fd, &answer);
    }
    (void)close(fd);
    plm_span body = plm_buf_span(&answer);
    if (result == PLM_OK) {
        result = take_head(&body, status);
    }
    if (result == PLM_OK) {
        result = plm_buf_append(out, body.p, body.n);
    }
    plm_buf_wipe(&answer);
    return result;
}
