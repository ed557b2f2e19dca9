/* SPDX-License-Identifier: Apache-2.0 */
#include "node/control.h"

#include "tap.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static plm_control left;
static plm_control right;

static void open_pair(void)
{
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_STATUS(plm_control_init(&left, pair[0]), PLM_OK);
    CHECK_STATUS(plm_control_init(&right, pair[1]), PLM_OK);
}

static void close_pair(void)
{
    plm_control_wipe(&left);
    plm_control_wipe(&right);
}

static void test_messages_arrive_in_order(void)
{
    plm_control_message m;
    open_pair();
    CHECK_STATUS(plm_control_next(&right, &m), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_control_queue(&left, PLM_CONTROL_SEND, plm_span_str("one")), PLM_OK);
    CHECK_STATUS(plm_control_queue(&left, PLM_CONTROL_TICK, plm_span_of(NULL, 0)), PLM_OK);
    CHECK_STATUS(plm_control_step(&left), PLM_OK);
    CHECK_STATUS(plm_control_step(&right), PLM_OK);
    CHECK_STATUS(plm_control_next(&right, &m), PLM_OK);
    CHECK(m.type == PLM_CONTROL_SEND && plm_span_equal(m.payload, plm_span_str("one")));
    CHECK_STATUS(plm_control_next(&right, &m), PLM_OK);
    CHECK(m.type == PLM_CONTROL_TICK && m.payload.n == 0);
    CHECK_STATUS(plm_control_next(&right, &m), PLM_E_NOT_FOUND);
    close_pair();
}

/* More than a socket buffer holds, from both sides at once, without a deadlock. */
static void test_much_at_once(void)
{
    enum {
        N = 3,
        SIZE = PLM_CONTROL_MESSAGE_MAX
    };
    uint8_t *bytes = (uint8_t *)calloc(1, SIZE);
    int taken[2] = {0, 0};
    open_pair();
    for (int i = 0; bytes != NULL && i < N; i++) {
        bytes[SIZE - 1] = (uint8_t)i;
        CHECK_STATUS(plm_control_queue(&left, PLM_CONTROL_TOKENS, plm_span_of(bytes, SIZE)),
                     PLM_OK);
        CHECK_STATUS(plm_control_queue(&right, PLM_CONTROL_HITS, plm_span_of(bytes, SIZE)), PLM_OK);
    }
    for (int round = 0; round < 100000 && taken[0] + taken[1] < 2 * N; round++) {
        plm_control *both[2] = {&left, &right};
        for (int side = 0; side < 2; side++) {
            plm_control_message m;
            CHECK_STATUS(plm_control_step(both[side]), PLM_OK);
            if (plm_control_next(both[side], &m) == PLM_OK) {
                CHECK_EQ_INT(m.payload.n, SIZE);
                CHECK_EQ_INT(m.payload.p[SIZE - 1], taken[side]);
                taken[side]++;
            }
        }
    }
    CHECK_EQ_INT(taken[0], N);
    CHECK_EQ_INT(taken[1], N);
    free(bytes);
    close_pair();
}

static void test_the_end_is_told_after_the_last_message(void)
{
    plm_control_message m;
    open_pair();
    CHECK_STATUS(plm_control_queue(&left, PLM_CONTROL_TICK, plm_span_of(NULL, 0)), PLM_OK);
    CHECK_STATUS(plm_control_step(&left), PLM_OK);
    plm_control_wipe(&left);
    CHECK_STATUS(plm_control_step(&right), PLM_OK);
    CHECK_STATUS(plm_control_next(&right, &m), PLM_OK);
    CHECK_STATUS(plm_control_next(&right, &m), PLM_E_TRUNCATED);
    plm_control_wipe(&right);
}

static void test_a_length_over_the_maximum_is_refused(void)
{
    static const uint8_t head[5] = {0x7f, 0xff, 0xff, 0xff, PLM_CONTROL_TICK};
    plm_control_message m;
    open_pair();
    CHECK(write(left.fd, head, sizeof head) == (ssize_t)sizeof head);
    CHECK_STATUS(plm_control_step(&right), PLM_OK);
    CHECK_STATUS(plm_control_next(&right, &m), PLM_E_PROTOCOL);
    static const uint8_t nothing[1];
    CHECK_STATUS(plm_control_queue(&left, PLM_CONTROL_TICK,
                                   plm_span_of(nothing, (size_t)PLM_CONTROL_MESSAGE_MAX + 1)),
                 PLM_E_LIMIT);
    close_pair();
}

int main(void)
{
    TAP_RUN(test_messages_arrive_in_order);
    TAP_RUN(test_much_at_once);
    TAP_RUN(test_the_end_is_told_after_the_last_message);
    TAP_RUN(test_a_length_over_the_maximum_is_refused);
    return tap_done();
}
