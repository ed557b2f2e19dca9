/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a front in the attacker's hands may do to clerks and the desk: say who is the operator, ask
 * for all the clerks there are.
 */
#include "api/channel.h"
#include "api/desk.h"
#include "api/front.h"
#include "net/local.h"

#include "tap.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is asked here needs no store. */
static plm_status prepare(void *context, plm_node *node)
{
    (void)context;
    (void)node;
    return PLM_OK;
}

static void release(void *context, plm_node *node)
{
    (void)context;
    (void)node;
}

/* The status of what a clerk answers who is at the other end of fd (consumed). */
static unsigned ask(int fd, const plm_channel_ask *question)
{
    plm_control control;
    plm_control_message message;
    plm_channel_answer answer = {.status = 0};
    plm_buf payload;
    plm_buf_init(&payload, PLM_CONTROL_MESSAGE_MAX);
    plm_status status = plm_control_init(&control, fd);
    if (status == PLM_OK) {
        status = plm_channel_write_ask(&payload, question);
    }
    if (status == PLM_OK) {
        status =
            plm_control_queue(&control, (plm_control_type)PLM_CHANNEL_ASK, plm_buf_span(&payload));
    }
    status = status == PLM_OK ? PLM_E_NOT_FOUND : status;
    while (status == PLM_E_NOT_FOUND) {
        status = plm_control_step(&control);
        status = status == PLM_OK ? plm_control_next(&control, &message) : status;
        if (status == PLM_E_NOT_FOUND) {
            struct pollfd wait = {control.fd, plm_control_events(&control), 0};
            (void)poll(&wait, 1, 1000);
        }
    }
    if (status == PLM_OK && (int)message.type == PLM_CHANNEL_ANSWER) {
        status = plm_channel_read_answer(&answer, message.payload);
    }
    plm_control_wipe(&control);
    plm_buf_wipe(&payload);
    return status == PLM_OK ? answer.status : 0;
}

/* The same of a clerk of this listener's. */
static unsigned ask_clerk(bool is_local, const plm_channel_ask *question)
{
    static const plm_desk_config config = {.prepare = prepare, .release = release, .home = "/"};
    const plm_api_listener listener = {.fd = -1, .is_local = is_local};
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    (void)fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        (void)close(pair[0]);
        plm_clerk_run(&config, &listener, pair[1]);
    }
    (void)close(pair[1]);
    const unsigned status = ask(pair[0], question);
    CHECK(waitpid(pid, NULL, 0) == pid);
    return status;
}

static void test_the_front_of_a_port_speaks_for_no_operator(void)
{
    static plm_channel_ask question = {.method = "GET", .target = "/v1/words", .is_operator = true};
    CHECK_EQ_INT(ask_clerk(true, &question), 200);
    CHECK_EQ_INT(ask_clerk(false, &question), 401);
    question.is_operator = false;
    CHECK_EQ_INT(ask_clerk(true, &question), 401);
}

enum {
    N_STRANGERS = PLM_API_CLERKS_MAX + 4
};

/* This very program as a front: its listener is a way to the test. Never returns. */
static void be_front(bool is_local)
{
    static const plm_channel_ask question = {
        .method = "GET", .target = "/v1/words", .is_operator = true};
    struct pollfd ends[N_STRANGERS];
    uint8_t word = 0;
    int n_refused = 0;
    for (size_t i = 0; i < (is_local ? 1 : N_STRANGERS); i++) {
        int pair[2];
        if ((is_local && recv(PLM_FRONT_LISTENER_FD, &word, 1, 0) != 1) ||
            socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0 ||
            plm_net_send_fd(PLM_FRONT_DESK_FD, pair[1]) != PLM_OK) {
            _exit(1);
        }
        (void)close(pair[1]);
        ends[i] = (struct pollfd){pair[0], 0, 0};
    }
    if (is_local) {
        word = (uint8_t)(ask(ends[0].fd, &question) / 100);
    } else { /* the clerks wait for a word; who has none hears that there is none */
        for (int i = 0; i < 200 && n_refused < N_STRANGERS - PLM_API_PORT_CLERKS_MAX; i++) {
            n_refused = poll(ends, N_STRANGERS, 0);
            (void)poll(NULL, 0, 50);
        }
        word = (uint8_t)poll(ends, N_STRANGERS, 0);
    }
    (void)send(PLM_FRONT_LISTENER_FD, &word, 1, 0);
    for (;;) {
        (void)pause();
    }
}

static volatile sig_atomic_t stop;

static void note_stop(int number)
{
    (void)number;
    stop = 2;
}

static void test_ports_leave_clerks_for_the_socket(void)
{
    int port[2];
    int local[2];
    uint8_t word = 1;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, port) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, local) == 0);
    (void)fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        const plm_desk_config config = {.listeners = {{port[1], false}, {local[1], true}},
                                        .n_listeners = 2,
                                        .program = "/proc/self/exe",
                                        .home = "/",
                                        .origin = "",
                                        .prepare = prepare,
                                        .release = release,
                                        .stop = &stop};
        (void)signal(SIGTERM, note_stop);
        _exit(plm_desk_run(&config) == PLM_OK ? 0 : 1);
    }
    (void)close(port[1]);
    (void)close(local[1]);
    CHECK(recv(port[0], &word, 1, 0) == 1);
    CHECK_EQ_INT(word, N_STRANGERS - PLM_API_PORT_CLERKS_MAX);
    CHECK(send(local[0], &word, 1, 0) == 1);
    CHECK(recv(local[0], &word, 1, 0) == 1);
    CHECK_EQ_INT(word, 2); /* the operator's answer is 200 */
    int how = 1;
    CHECK(kill(pid, SIGTERM) == 0 && waitpid(pid, &how, 0) == pid);
    CHECK_EQ_INT(how, 0);
    (void)close(port[0]);
    (void)close(local[0]);
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], PLM_FRONT_ARGUMENT) == 0) {
        be_front(strcmp(argv[2], "local") == 0);
    }
    TAP_RUN(test_the_front_of_a_port_speaks_for_no_operator);
    TAP_RUN(test_ports_leave_clerks_for_the_socket);
    return tap_done();
}
