/* SPDX-License-Identifier: Apache-2.0 */
/* What a front in the attacker's hands may say to a clerk: who is the operator, above all. */
#include "api/channel.h"
#include "api/desk.h"

#include "tap.h"

#include <poll.h>
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

/* The status of what a clerk of this listener's answers; 0: nothing. */
static unsigned ask_clerk(bool is_local, const plm_channel_ask *ask)
{
    static const plm_desk_config config = {.prepare = prepare, .release = release, .home = "/"};
    const plm_api_listener listener = {.fd = -1, .is_local = is_local};
    int pair[2];
    plm_control control;
    plm_control_message message;
    plm_channel_answer answer = {.status = 0};
    plm_buf payload;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    (void)fflush(stdout);
    const pid_t pid = fork();
    if (pid == 0) {
        (void)close(pair[0]);
        plm_clerk_run(&config, &listener, pair[1]);
    }
    (void)close(pair[1]);
    plm_buf_init(&payload, PLM_CONTROL_MESSAGE_MAX);
    CHECK_STATUS(plm_control_init(&control, pair[0]), PLM_OK);
    CHECK_STATUS(plm_channel_write_ask(&payload, ask), PLM_OK);
    CHECK_STATUS(
        plm_control_queue(&control, (plm_control_type)PLM_CHANNEL_ASK, plm_buf_span(&payload)),
        PLM_OK);
    plm_status status = PLM_E_NOT_FOUND;
    while (status == PLM_E_NOT_FOUND) {
        status = plm_control_step(&control);
        status = status == PLM_OK ? plm_control_next(&control, &message) : status;
        if (status == PLM_E_NOT_FOUND) {
            struct pollfd wait = {control.fd, plm_control_events(&control), 0};
            (void)poll(&wait, 1, 1000);
        }
    }
    if (CHECK_STATUS(status, PLM_OK) && CHECK((int)message.type == PLM_CHANNEL_ANSWER)) {
        CHECK_STATUS(plm_channel_read_answer(&answer, message.payload), PLM_OK);
    }
    plm_control_wipe(&control);
    plm_buf_wipe(&payload);
    CHECK(waitpid(pid, NULL, 0) == pid);
    return answer.status;
}

static void test_the_front_of_a_port_speaks_for_no_operator(void)
{
    static plm_channel_ask ask = {.method = "GET", .target = "/v1/words", .is_operator = true};
    CHECK_EQ_INT(ask_clerk(true, &ask), 200);
    CHECK_EQ_INT(ask_clerk(false, &ask), 401);
    ask.is_operator = false;
    CHECK_EQ_INT(ask_clerk(true, &ask), 401);
}

int main(void)
{
    TAP_RUN(test_the_front_of_a_port_speaks_for_no_operator);
    return tap_done();
}
