/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The principal while the engine works, against a worker that says what it likes: the other end of
 * the control is ours, and all it will say lies there before the principal begins.
 */
#include "node/session_internal.h"

#include "crypto/sign.h"
#include "tap.h"

#include <sys/socket.h>

static uint8_t secret[PLM_MATCH_BASE_MAX + 1];
static const uint8_t context[PLM_HASH_BYTES] = {7};
static plm_token tokens[4];

typedef struct pair {
    plm_session session;
    plm_control worker;
} pair;

static void open_pair(pair *p, bool is_asker)
{
    int fds[2];
    *p = (pair){.session = {.worker = -1}};
    p->session.config.is_asker = is_asker;
    p->session.config.timeout_ms = 4000;
    p->session.ticked_ms = plm_clock_ms();
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    CHECK_STATUS(plm_control_init(&p->session.control, fds[0]), PLM_OK);
    CHECK_STATUS(plm_control_init(&p->worker, fds[1]), PLM_OK);
}

static void close_pair(pair *p)
{
    plm_session_close(&p->session);
    plm_control_wipe(&p->worker);
}

static void say(pair *p, plm_control_type type, const void *bytes, size_t n)
{
    CHECK_STATUS(plm_control_queue(&p->worker, type, plm_span_of(bytes, n)), PLM_OK);
    CHECK_STATUS(plm_control_step(&p->worker), PLM_OK);
}

/* What BASE says, well-formed or not: a leg, n bytes, the first of them `mark`. */
static void say_base(pair *p, uint8_t leg, size_t n, uint8_t mark)
{
    static uint8_t message[sizeof secret + 1];
    memcpy(message + 1, secret, sizeof secret);
    message[0] = leg;
    message[1] = mark;
    say(p, PLM_CONTROL_BASE, message, 1 + n);
}

static void say_done(pair *p)
{
    const uint8_t done[PLM_HASH_BYTES + 16] = {0x55};
    say(p, PLM_CONTROL_ENGINE_DONE, done, sizeof done);
}

static plm_session_engine vole_engine(plm_learns learns)
{
    return (plm_session_engine){.engine = PLM_ENGINE_VOLE,
                                .tokens = tokens,
                                .n_tokens = 4,
                                .n_padded = 8,
                                .n_peer = 16,
                                .learns = learns,
                                .context = context};
}

static bool is_zero(const plm_session_result *result)
{
    const uint8_t *bytes = (const uint8_t *)result;
    for (size_t i = 0; i < sizeof *result; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void test_the_legs_of_a_run(void)
{
    for (int is_asker = 0; is_asker < 2; is_asker++) {
        bool is_receiver[2] = {false, false};
        CHECK_EQ_INT(plm_session_legs(PLM_LEARNS_HOLDER, is_asker, is_receiver), 1);
        CHECK_EQ_INT(is_receiver[0], !is_asker);
        CHECK_EQ_INT(plm_session_legs(PLM_LEARNS_ASKER, is_asker, is_receiver), 1);
        CHECK_EQ_INT(is_receiver[0], is_asker);
        CHECK_EQ_INT(plm_session_legs(PLM_LEARNS_BOTH, is_asker, is_receiver), 2);
        CHECK_EQ_INT(is_receiver[0], !is_asker);
        CHECK_EQ_INT(is_receiver[1], is_asker);
    }
}

/* Each leg's base goes to the worker with the engine, and each leg's new one comes back. */
static void test_bases_go_in_and_come_out(void)
{
    static plm_session_result result;
    pair p;
    plm_control_message m;
    plm_control_engine start;
    open_pair(&p, true);
    plm_session_engine engine = vole_engine(PLM_LEARNS_BOTH);
    engine.bases[1] = plm_span_of(secret, 100);
    say_base(&p, 1, 300, 0xb1);
    say_base(&p, 0, PLM_MATCH_BASE_MAX, 0xb0);
    say_done(&p);
    CHECK_STATUS(plm_session_match(&p.session, &engine, &result), PLM_OK);
    CHECK_EQ_INT(result.bases[0].n, PLM_MATCH_BASE_MAX);
    CHECK_EQ_INT(result.bases[0].bytes[0], 0xb0);
    CHECK_EQ_MEM(result.bases[0].bytes + 1, secret + 1, PLM_MATCH_BASE_MAX - 1);
    CHECK_EQ_INT(result.bases[1].n, 300);
    CHECK_EQ_INT(result.bases[1].bytes[0], 0xb1);
    CHECK_EQ_INT(result.transcript[0], 0x55);
    plm_session_result_wipe(&result);
    CHECK(is_zero(&result));
    CHECK_STATUS(plm_control_step(&p.worker), PLM_OK);
    CHECK_STATUS(plm_control_next(&p.worker, &m), PLM_OK);
    CHECK(m.type == PLM_CONTROL_TOKENS && m.payload.n == sizeof tokens);
    CHECK_STATUS(plm_control_next(&p.worker, &m), PLM_OK);
    CHECK_EQ_INT(m.type, PLM_CONTROL_ENGINE);
    if (CHECK_STATUS(plm_control_read_engine(&start, m.payload), PLM_OK)) {
        CHECK(start.engine == PLM_ENGINE_VOLE && start.n_padded == 8 && start.n_peer == 16);
        CHECK(start.n_legs == 2 && !start.legs[0].is_receiver && start.legs[1].is_receiver);
        CHECK_EQ_INT(start.legs[0].base.n, 0);
        CHECK(plm_span_equal(start.legs[1].base, engine.bases[1]));
        CHECK_EQ_MEM(start.context, context, sizeof context);
    }
    close_pair(&p);
}

static void test_an_engine_may_keep_nothing(void)
{
    static plm_session_result result;
    pair p;
    open_pair(&p, false);
    const plm_session_engine engine = vole_engine(PLM_LEARNS_HOLDER);
    say_done(&p);
    CHECK_STATUS(plm_session_match(&p.session, &engine, &result), PLM_OK);
    CHECK(result.bases[0].n == 0 && result.bases[1].n == 0);
    plm_session_result_wipe(&result);
    close_pair(&p);
}

static void ends_as_protocol(pair *p, const plm_session_engine *engine, const char *what)
{
    static plm_session_result result;
    memset(&result, 0x5a, sizeof result);
    say_done(p);
    if (!CHECK_STATUS(plm_session_match(&p->session, engine, &result), PLM_E_PROTOCOL) ||
        !CHECK(is_zero(&result))) {
        printf("# %s\n", what);
    }
    close_pair(p);
}

static void test_bases_that_can_not_be(void)
{
    plm_session_engine engine = vole_engine(PLM_LEARNS_HOLDER);
    pair p;
    open_pair(&p, true);
    say_base(&p, 1, 10, 1);
    ends_as_protocol(&p, &engine, "of a leg that is not run");
    open_pair(&p, true);
    say_base(&p, 255, 10, 1);
    ends_as_protocol(&p, &engine, "of no leg");
    open_pair(&p, true);
    say_base(&p, 0, 10, 1);
    say_base(&p, 0, 10, 1);
    ends_as_protocol(&p, &engine, "twice");
    open_pair(&p, true);
    say_base(&p, 0, PLM_MATCH_BASE_MAX + 1, 1);
    ends_as_protocol(&p, &engine, "too long");
    open_pair(&p, true);
    say_base(&p, 0, 0, 1);
    ends_as_protocol(&p, &engine, "empty");
    open_pair(&p, true);
    engine.engine = PLM_ENGINE_OPRF;
    say_base(&p, 0, 10, 1);
    ends_as_protocol(&p, &engine, "of an engine that keeps none");
}

static void test_hits_that_can_not_be(void)
{
    static const uint8_t one[] = {0, 0, 0, 0, 1};
    static const uint8_t out_of_range[] = {0, 0, 0, 0, 4};
    pair p;
    plm_session_engine engine = vole_engine(PLM_LEARNS_HOLDER);
    open_pair(&p, true);
    say(&p, PLM_CONTROL_HITS, one, sizeof one);
    ends_as_protocol(&p, &engine, "hits of a sender");
    open_pair(&p, false);
    say(&p, PLM_CONTROL_HITS, out_of_range, sizeof out_of_range);
    ends_as_protocol(&p, &engine, "a hit on no token");
    open_pair(&p, false);
    say_base(&p, 0, 10, 1); /* which is forgotten with the rest */
    say(&p, PLM_CONTROL_HITS, one, sizeof one);
    say(&p, PLM_CONTROL_HITS, one, sizeof one);
    ends_as_protocol(&p, &engine, "a hit twice");
}

int main(void)
{
    for (size_t i = 0; i < sizeof secret; i++) {
        secret[i] = (uint8_t)(i * 7 + 1);
    }
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_the_legs_of_a_run);
    TAP_RUN(test_bases_go_in_and_come_out);
    TAP_RUN(test_an_engine_may_keep_nothing);
    TAP_RUN(test_bases_that_can_not_be);
    TAP_RUN(test_hits_that_can_not_be);
    return tap_done();
}
