/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_client.h"

#include "base/utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    HEAD_MAX = 16384,
    READ_STEP = 65536,
    LOOK_EVERY_MS = 200
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

static plm_status add_header(plm_buf *head, const char *name, const char *value)
{
    if (value == NULL) {
        return PLM_OK;
    }
    return plm_utf8_is_text(plm_span_str(value)) ? plm_buf_printf(head, "%s: %s\r\n", name, value)
                                                 : PLM_E_PROTOCOL;
}

static plm_status send_file(int fd, int from, uint64_t n)
{
    uint8_t piece[READ_STEP];
    plm_status status = PLM_OK;
    while (status == PLM_OK && n > 0) {
        const ssize_t got = read(from, piece, n < sizeof piece ? (size_t)n : sizeof piece);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        status = got > 0 ? send_all(fd, plm_span_of(piece, (size_t)got)) : PLM_E_IO;
        n -= got > 0 ? (uint64_t)got : 0;
    }
    return status;
}

/* version: with 1.0 what has no length comes as it is, and ends with the connection. */
static plm_status send_question(int fd, const plm_http_question *q, const char *version)
{
    plm_buf head;
    plm_buf_init(&head, HEAD_MAX);
    const uint64_t n = q->body_bytes > 0 ? q->body_bytes : q->body.n;
    plm_status status = plm_buf_printf(&head,
                                       "%s %s HTTP/%s\r\nHost: localhost\r\nConnection: close\r\n"
                                       "Content-Length: %llu\r\n",
                                       q->method, q->target, version, (unsigned long long)n);
    if (status == PLM_OK) {
        status = add_header(&head, "Palermo-Officer", q->officer);
    }
    if (status == PLM_OK) {
        status = add_header(&head, "Authorization", q->authorization);
    }
    if (status == PLM_OK) {
        status = add_header(&head, "Idempotency-Key", q->once);
    }
    if (status == PLM_OK) {
        status = add_header(&head, "Content-Type", q->type);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&head, "\r\n", 2);
    }
    if (status == PLM_OK) {
        status = send_all(fd, plm_buf_span(&head));
    }
    plm_buf_wipe(&head);
    if (status != PLM_OK) {
        return status;
    }
    return q->body_bytes > 0 ? send_file(fd, q->body_fd, q->body_bytes) : send_all(fd, q->body);
}

/*
 * As recv, but what was closed on us before all that we sent was read is closed: who refuses
 * without the body has answered, and whether the answer is whole is seen by its length.
 */
static ssize_t receive(int fd, uint8_t *to, size_t size)
{
    const ssize_t n = recv(fd, to, size, 0);
    return n < 0 && errno == ECONNRESET ? 0 : n;
}

/* Everything until the other end closes. */
static plm_status read_all(int fd, plm_buf *out)
{
    for (;;) {
        plm_status status = plm_buf_reserve(out, READ_STEP);
        if (status != PLM_OK) {
            return status;
        }
        const ssize_t n = receive(fd, out->data + out->n, READ_STEP);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return n == 0 ? PLM_OK : PLM_E_IO;
        }
        out->n += (size_t)n;
    }
}

static const char *end_of_head(plm_span bytes)
{
    return bytes.n > 0 ? (const char *)memmem(bytes.p, bytes.n, "\r\n\r\n", 4) : NULL;
}

/*
 * "HTTP/1.1 200 OK", headers, an empty line; what is left of the bytes is the beginning of the
 * body. *expected is how long that will be in all; UINT64_MAX, which is for an open end alone: it
 * is not told. *is_open stays if the answer is no refusal.
 */
static plm_status take_head(plm_span *bytes, unsigned *status, bool *is_open, uint64_t *expected)
{
    const char *end = end_of_head(*bytes);
    char head[HEAD_MAX];
    const char *length = NULL;
    if (end == NULL || (size_t)(end - (const char *)bytes->p) >= sizeof head - 1) {
        return PLM_E_TRUNCATED;
    }
    const size_t n = (size_t)(end - (const char *)bytes->p);
    memcpy(head, bytes->p, n);
    head[n] = '\0';
    if (strlen(head) != n || strncmp(head, "HTTP/1.", 7) != 0 || n < 12) {
        return PLM_E_PROTOCOL;
    }
    const unsigned long code = strtoul(head + 9, NULL, 10);
    length = strcasestr(head, "\r\nContent-Length:");
    *bytes = plm_span_of(bytes->p + n + 4, bytes->n - n - 4);
    if (code < 200 || code > 599 || (length == NULL && !*is_open)) {
        return PLM_E_PROTOCOL;
    }
    *status = (unsigned)code;
    *expected = length != NULL ? strtoull(length + 17, NULL, 10) : UINT64_MAX;
    *is_open = *is_open && code < 400;
    return PLM_OK;
}

plm_status plm_http_ask(int fd, const plm_http_question *question, unsigned *status, plm_buf *out)
{
    plm_buf answer;
    plm_buf_init(&answer, out->max + HEAD_MAX + READ_STEP);
    bool is_open = false;
    uint64_t expected;
    plm_status result = send_question(fd, question, "1.1");
    if (result == PLM_E_IO) {
        (void)shutdown(fd, SHUT_WR); /* nobody must wait for the rest */
    }
    if (result == PLM_OK || result == PLM_E_IO) {
        result = read_all(fd, &answer); /* who takes no more of the body has answered */
    }
    (void)close(fd);
    plm_span body = plm_buf_span(&answer);
    if (result == PLM_OK) {
        result = take_head(&body, status, &is_open, &expected);
    }
    if (result == PLM_OK) {
        result = body.n == expected ? plm_buf_append(out, body.p, body.n) : PLM_E_TRUNCATED;
    }
    plm_buf_wipe(&answer);
    return result;
}

/* What has come by now; PLM_E_CANCELLED. *n 0: the other end is closed. */
static plm_status read_piece(int fd, uint8_t *piece, size_t size, size_t *n,
                             const volatile sig_atomic_t *cancel)
{
    for (;;) {
        struct pollfd wait = {fd, POLLIN, 0};
        if (cancel != NULL && *cancel != 0) {
            return PLM_E_CANCELLED;
        }
        if (poll(&wait, 1, LOOK_EVERY_MS) <= 0) {
            continue;
        }
        const ssize_t got = receive(fd, piece, size);
        if (got >= 0) {
            *n = (size_t)got;
            return PLM_OK;
        }
        if (errno != EINTR) {
            return PLM_E_IO;
        }
    }
}

/* Until the head is there; what came of the body already stands in head behind it. */
static plm_status read_head(int fd, plm_buf *head, const volatile sig_atomic_t *cancel)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK && end_of_head(plm_buf_span(head)) == NULL) {
        size_t n = 0;
        status = plm_buf_reserve(head, READ_STEP);
        if (status == PLM_OK) {
            status = read_piece(fd, head->data + head->n, READ_STEP, &n, cancel);
        }
        head->n += n;
        status = status == PLM_OK && n == 0 ? PLM_E_TRUNCATED : status;
    }
    return status;
}

plm_status plm_http_listen(int fd, const plm_http_question *question, unsigned *status,
                           plm_http_piece_fn *take, void *context,
                           const volatile sig_atomic_t *cancel, plm_buf *out)
{
    uint8_t piece[16384];
    bool is_open = true;
    uint64_t expected = UINT64_MAX;
    uint64_t n_taken = 0;
    plm_buf head;
    plm_buf_init(&head, HEAD_MAX + READ_STEP);
    plm_status result = send_question(fd, question, "1.0");
    if (result == PLM_OK || result == PLM_E_IO) {
        result = read_head(fd, &head, cancel); /* who takes no more of the body has answered */
    }
    plm_span body = plm_buf_span(&head);
    if (result == PLM_OK) {
        result = take_head(&body, status, &is_open, &expected);
    }
    for (bool goes_on = result == PLM_OK; goes_on;) {
        size_t n = 0;
        n_taken += body.n;
        if (body.n > 0) {
            result = is_open ? take(context, body) : plm_buf_append(out, body.p, body.n);
        }
        if (result == PLM_OK) {
            result = read_piece(fd, piece, sizeof piece, &n, cancel);
        }
        body = plm_span_of(piece, n);
        goes_on = result == PLM_OK && n > 0;
    }
    if (result == PLM_OK && expected != UINT64_MAX && n_taken != expected) {
        result = PLM_E_TRUNCATED;
    }
    (void)close(fd);
    plm_buf_wipe(&head);
    return result;
}
