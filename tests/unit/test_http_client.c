/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the local API, against an other end that says what a test wants it to say. */
#include "net/http_client.h"
#include "tap.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Until the other end has taken what was sent. */
static void await_read(int fd)
{
    int left = 1;
    for (int turn = 0; left > 0 && turn < 5000; turn++) {
        CHECK(ioctl(fd, SIOCOUTQ, &left) == 0);
        (void)usleep(1000);
    }
}

/* What the other end got and says; it reads until the question's own end. */
static int other_end(const char *answer, size_t n, char *got, size_t size, int *told)
{
    int pair[2];
    int pipe_fds[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    CHECK(pipe(pipe_fds) == 0);
    if (fork() == 0) {
        ssize_t length = 0;
        (void)close(pair[0]);
        while (length == 0 || memmem(got, (size_t)length, "\r\n\r\n", 4) == NULL) {
            const ssize_t piece = recv(pair[1], got + length, size - (size_t)length, 0);
            if (piece <= 0) {
                _exit(1);
            }
            length += piece;
        }
        bool is_told = write(pipe_fds[1], got, (size_t)length) == length;
        /* A byte, the head, the body: nobody may count on answers that come whole. */
        const char *end = memmem(answer, n, "\r\n\r\n", 4);
        const size_t ends[] = {1, end != NULL ? (size_t)(end - answer) + 4 : n, n};
        size_t sent = 0;
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
            const size_t step = ends[i] - sent;
            is_told = is_told && send(pair[1], answer + sent, step, 0) == (ssize_t)step;
            sent = ends[i];
            await_read(pair[1]);
        }
        _exit(is_told ? 0 : 1);
    }
    (void)close(pair[1]);
    (void)close(pipe_fds[1]);
    *told = pipe_fds[0];
    return pair[0];
}

static plm_status ask_with(const plm_http_question *question, const char *answer, unsigned *http,
                           plm_buf *out, char *got, size_t size)
{
    int told;
    const int fd = other_end(answer, strlen(answer), got, size, &told);
    const plm_status status = plm_http_ask(fd, question, http, out);
    const ssize_t n = read(told, got, size - 1);
    got[n > 0 ? n : 0] = '\0';
    (void)close(told);
    (void)wait(NULL);
    return status;
}

static const plm_http_question question = {.method = "POST",
                                           .target = "/v1/cases",
                                           .officer = "Anna",
                                           .authorization = "Bearer palermo-00",
                                           .once = "0123456789abcdef",
                                           .type = "application/json"};

static void test_a_question_has_its_headers(void)
{
    char got[4096];
    unsigned http = 0;
    plm_buf out;
    plm_buf_init(&out, 1024);
    CHECK(ask_with(&question, "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}", &http, &out,
                   got, sizeof got) == PLM_OK);
    CHECK_EQ_INT(http, 201);
    CHECK(out.n == 2 && memcmp(out.data, "{}", 2) == 0);
    CHECK(strncmp(got, "POST /v1/cases HTTP/1.1\r\n", 25) == 0);
    CHECK(strstr(got, "\r\nPalermo-Officer: Anna\r\n") != NULL);
    CHECK(strstr(got, "\r\nAuthorization: Bearer palermo-00\r\n") != NULL);
    CHECK(strstr(got, "\r\nIdempotency-Key: 0123456789abcdef\r\n") != NULL);
    CHECK(strstr(got, "\r\nContent-Length: 0\r\n") != NULL);
    plm_buf_wipe(&out);
}

static void test_a_header_can_not_be_smuggled_in(void)
{
    char got[4096];
    unsigned http = 0;
    int told;
    plm_buf out;
    plm_http_question bad = question;
    bad.officer = "Anna\r\nAuthorization: Bearer palermo-11";
    plm_buf_init(&out, 1024);
    const int fd =
        other_end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 38, got, sizeof got, &told);
    CHECK(plm_http_ask(fd, &bad, &http, &out) == PLM_E_PROTOCOL);
    CHECK(read(told, got, sizeof got) == 0); /* nothing was sent */
    (void)close(told);
    (void)wait(NULL);
    plm_buf_wipe(&out);
}

static void test_answers_that_are_none(void)
{
    static const struct {
        const char *answer;
        plm_status status;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", PLM_E_TRUNCATED},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", PLM_E_TRUNCATED},
        {"HTTP/1.1 200 OK\r\nContent-Le", PLM_E_TRUNCATED},
        {"HTTP/1.1 200 OK\r\n\r\nabc", PLM_E_PROTOCOL},
        {"HTTP/1.1 99 No\r\nContent-Length: 0\r\n\r\n", PLM_E_PROTOCOL},
        {"HTTP/1.\r\n\r\n", PLM_E_PROTOCOL},
        {"SSH-2.0-x\r\n\r\n", PLM_E_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char got[4096];
        unsigned http = 0;
        plm_buf out;
        plm_buf_init(&out, 1024);
        CHECK_EQ_INT(ask_with(&question, cases[i].answer, &http, &out, got, sizeof got),
                     cases[i].status);
        CHECK(out.n == 0);
        plm_buf_wipe(&out);
    }
}

static plm_status take(void *context, plm_span piece)
{
    return plm_buf_append((plm_buf *)context, piece.p, piece.n);
}

static plm_status listen_with(const char *answer, const volatile sig_atomic_t *cancel,
                              unsigned *http, plm_buf *events, plm_buf *problem)
{
    char got[4096];
    int told;
    const int fd = other_end(answer, strlen(answer), got, sizeof got, &told);
    const plm_status status = plm_http_listen(fd, &question, http, take, events, cancel, problem);
    (void)close(told);
    (void)wait(NULL);
    return status;
}

static void test_events_come_piece_by_piece(void)
{
    static volatile sig_atomic_t cancelled = 1;
    unsigned http = 0;
    plm_buf events;
    plm_buf problem;
    plm_buf_init(&events, 1024);
    plm_buf_init(&problem, 1024);
    CHECK(listen_with("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: a\n\n",
                      NULL, &http, &events, &problem) == PLM_OK);
    CHECK(http == 200 && problem.n == 0);
    CHECK(events.n == 10 && memcmp(events.data, "event: a\n\n", 10) == 0);
    plm_buf_clear(&events);
    CHECK(listen_with("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\n{}", NULL, &http, &events,
                      &problem) == PLM_OK);
    CHECK(http == 403 && events.n == 0 && problem.n == 2);
    CHECK(listen_with("HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\n{}", NULL, &http, &events,
                      &problem) == PLM_E_TRUNCATED);
    CHECK(listen_with("HTTP/1.1 200 OK\r\n\r\nevent: a\n\n", &cancelled, &http, &events,
                      &problem) == PLM_E_CANCELLED);
    plm_buf_wipe(&events);
    plm_buf_wipe(&problem);
}

static void test_what_is_escaped(void)
{
    plm_buf out;
    plm_buf_init(&out, 256);
    CHECK(plm_http_escape(&out, "CASE/7 ä?&-._~") == PLM_OK);
    CHECK(out.n == 27 && memcmp(out.data, "CASE%2F7%20%C3%A4%3F%26-._~", 27) == 0);
    plm_buf_wipe(&out);
}

int main(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    TAP_RUN(test_a_question_has_its_headers);
    TAP_RUN(test_a_header_can_not_be_smuggled_in);
    TAP_RUN(test_answers_that_are_none);
    TAP_RUN(test_events_come_piece_by_piece);
    TAP_RUN(test_what_is_escaped);
    return tap_done();
}
