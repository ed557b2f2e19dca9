/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The principal while the engine works, against a worker that says what it likes: the other end of
 * the control is ours, and all it will say lies there before the principal begins.
 */
#include "node/run.h"
#include "node/session_internal.h"

#include "crypto/sign.h"
#include "tap.h"

#include <sys/socket.h>
#include <unistd.h>

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
    *p = (pair){.session = {.worker = getpid()}}; /* whose limits are set */
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

/* The first and last leg of a run, with four tokens. */
static plm_session_leg vole_leg(bool is_receiver)
{
    return (plm_session_leg){.engine = PLM_ENGINE_VOLE,
                             .is_last = true,
                             .is_receiver = is_receiver,
                             .tokens = tokens,
                             .n_tokens = 4,
                             .n_padded = 8,
                             .n_peer = 16,
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
        bool is_receiver[PLM_CONTROL_LEGS_MAX] = {false};
        CHECK_EQ_INT(plm_run_legs(PLM_LEARNS_HOLDER, is_asker, is_receiver), 1);
        CHECK_EQ_INT(is_receiver[0], !is_asker);
        CHECK_EQ_INT(plm_run_legs(PLM_LEARNS_ASKER, is_asker, is_receiver), 1);
        CHECK_EQ_INT(is_receiver[0], is_asker);
        CHECK_EQ_INT(plm_run_legs(PLM_LEARNS_BOTH, is_asker, is_receiver), 2);
        CHECK_EQ_INT(is_receiver[0], !is_asker);
        CHECK_EQ_INT(is_receiver[1], is_asker);
    }
}

/* Tokens, labels and the base go to the worker; hits with their labels and a base come back. */
static void test_what_goes_in_and_comes_out(void)
{
    static const uint8_t hits[] = {2, 0, 0, 0, 1, 'a', 'b', 0, 0, 0, 3, 'c', 'd'};
    static plm_session_result result;
    static plm_session_base base = {.n = 100};
    const uint8_t over = 2;
    pair p;
    plm_control_message m;
    plm_control_engine start;
    memcpy(base.bytes, secret, 100);
    open_pair(&p, true);
    plm_session_leg leg = vole_leg(true);
    leg.base = &base;
    leg.number = 2;
    leg.is_last = false;
    leg.label_bytes = 2;
    say(&p, PLM_CONTROL_HITS, hits, sizeof hits);
    say_base(&p, 2, PLM_MATCH_BASE_MAX, 0xb0);
    say(&p, PLM_CONTROL_LEG_DONE, &over, 1);
    CHECK_STATUS(plm_session_run_leg(&p.session, &leg, &result), PLM_OK);
    CHECK_EQ_INT(result.base.n, PLM_MATCH_BASE_MAX);
    CHECK_EQ_INT(result.base.bytes[0], 0xb0);
    CHECK_EQ_MEM(result.base.bytes + 1, secret + 1, PLM_MATCH_BASE_MAX - 1);
    CHECK(result.n_hits == 2 && result.hits[0] == 1 && result.hits[1] == 3);
    CHECK_EQ_MEM(result.labels, "abcd", 4);
    CHECK_EQ_INT(result.transcript[0], 0);
    plm_session_result_wipe(&result);
    CHECK(is_zero(&result));
    CHECK_STATUS(plm_control_step(&p.worker), PLM_OK);
    CHECK_STATUS(plm_control_next(&p.worker, &m), PLM_OK);
    CHECK(m.type == PLM_CONTROL_TOKENS && m.payload.n == sizeof tokens);
    CHECK_STATUS(plm_control_next(&p.worker, &m), PLM_OK);
    CHECK_EQ_INT(m.type, PLM_CONTROL_ENGINE);
    if (CHECK_STATUS(plm_control_read_engine(&start, m.payload), PLM_OK)) {
        CHECK(start.engine == PLM_ENGINE_VOLE && start.n_padded == 8 && start.n_peer == 16);
        CHECK(start.leg == 2 && !start.is_last && start.is_receiver && start.label_bytes == 2);
        CHECK(plm_span_equal(start.base, plm_span_of(secret, 100)));
        CHECK_EQ_MEM(start.context, context, sizeof context);
    }
    close_pair(&p);
}

static void test_a_senders_labels_go_in(void)
{
    static const uint8_t labels[12] = "aaabbbcccddd";
    static plm_session_result result;
    pair p;
    plm_control_message m;
    open_pair(&p, true);
    plm_session_leg leg = vole_leg(false);
    leg.labels = labels;
    leg.label_bytes = 3;
    say_done(&p);
    CHECK_STATUS(plm_session_run_leg(&p.session, &leg, &result), PLM_OK);
    CHECK(result.n_hits == 0 && result.labels == NULL && result.transcript[0] == 0x55);
    plm_session_result_wipe(&result);
    CHECK_STATUS(plm_control_step(&p.worker), PLM_OK);
    CHECK_STATUS(plm_control_next(&p.worker, &m), PLM_OK);
    CHECK_STATUS(plm_control_next(&p.worker, &m), PLM_OK);
    CHECK(m.type == PLM_CONTROL_LABELS &&
          plm_span_equal(m.payload, plm_span_of(labels, sizeof labels)));
    close_pair(&p);
}

/* More than one message holds, more than the first room for them. */
static void test_many_hits(void)
{
    enum {
        N_MANY = 1000
    };
    static plm_token many[N_MANY];
    static plm_session_result result;
    pair p;
    open_pair(&p, false);
    plm_session_leg leg = vole_leg(true);
    leg.tokens = many;
    leg.n_tokens = N_MANY;
    leg.label_bytes = 4;
    for (uint32_t i = 0; i < N_MANY; i += 7) {
        uint8_t hit[9] = {0};
        plm_store_u32(hit + 1, i);
        plm_store_u32(hit + 5, ~i);
        say(&p, PLM_CONTROL_HITS, hit, sizeof hit);
    }
    say_done(&p);
    CHECK_STATUS(plm_session_run_leg(&p.session, &leg, &result), PLM_OK);
    CHECK_EQ_INT(result.n_hits, (N_MANY + 6) / 7);
    bool good = true;
    for (uint32_t i = 0; i < result.n_hits; i++) {
        uint8_t label[4];
        plm_store_u32(label, ~(7 * i));
        good =
            good && result.hits[i] == 7 * i && memcmp(result.labels + 4 * (size_t)i, label, 4) == 0;
    }
    CHECK(good);
    plm_session_result_wipe(&result);
    close_pair(&p);
}

static void test_an_engine_may_keep_nothing(void)
{
    static plm_session_result result;
    pair p;
    open_pair(&p, false);
    const plm_session_leg leg = vole_leg(true);
    say_done(&p);
    CHECK_STATUS(plm_session_run_leg(&p.session, &leg, &result), PLM_OK);
    CHECK_EQ_INT(result.base.n, 0);
    plm_session_result_wipe(&result);
    close_pair(&p);
}

static void ends_as_protocol(pair *p, const plm_session_leg *leg, const char *what)
{
    static plm_session_result result;
    memset(&result, 0x5a, sizeof result);
    say_done(p);
    if (!CHECK_STATUS(plm_session_run_leg(&p->session, leg, &result), PLM_E_PROTOCOL) ||
        !CHECK(is_zero(&result))) {
        printf("# %s\n", what);
    }
    close_pair(p);
}

static void test_bases_that_can_not_be(void)
{
    plm_session_leg leg = vole_leg(false);
    pair p;
    open_pair(&p, true);
    say_base(&p, 1, 10, 1);
    ends_as_protocol(&p, &leg, "of another leg");
    open_pair(&p, true);
    say_base(&p, 255, 10, 1);
    ends_as_protocol(&p, &leg, "of no leg");
    open_pair(&p, true);
    say_base(&p, 0, 10, 1);
    say_base(&p, 0, 10, 1);
    ends_as_protocol(&p, &leg, "twice");
    open_pair(&p, true);
    say_base(&p, 0, PLM_MATCH_BASE_MAX + 1, 1);
    ends_as_protocol(&p, &leg, "too long");
    open_pair(&p, true);
    say_base(&p, 0, 0, 1);
    ends_as_protocol(&p, &leg, "empty");
    open_pair(&p, true);
    leg.engine = PLM_ENGINE_OPRF;
    say_base(&p, 0, 10, 1);
    ends_as_protocol(&p, &leg, "of an engine that keeps none");
}

static void test_hits_that_can_not_be(void)
{
    static const uint8_t one[] = {0, 0, 0, 0, 1};
    static const uint8_t out_of_range[] = {0, 0, 0, 0, 4};
    static const uint8_t another[] = {1, 0, 0, 0, 1};
    pair p;
    plm_session_leg leg = vole_leg(false);
    open_pair(&p, true);
    say(&p, PLM_CONTROL_HITS, one, sizeof one);
    ends_as_protocol(&p, &leg, "hits of a sender");
    leg.is_receiver = true;
    open_pair(&p, false);
    say(&p, PLM_CONTROL_HITS, out_of_range, sizeof out_of_range);
    ends_as_protocol(&p, &leg, "a hit on no token");
    open_pair(&p, false);
    say(&p, PLM_CONTROL_HITS, another, sizeof another);
    ends_as_protocol(&p, &leg, "a hit of another leg");
    open_pair(&p, false);
    say_base(&p, 0, 10, 1); /* which is forgotten with the rest */
    say(&p, PLM_CONTROL_HITS, one, sizeof one);
    say(&p, PLM_CONTROL_HITS, one, sizeof one);
    ends_as_protocol(&p, &leg, "a hit twice");
    leg.label_bytes = 2;
    open_pair(&p, false);
    say(&p, PLM_CONTROL_HITS, one, sizeof one);
    ends_as_protocol(&p, &leg, "a hit without its label");
}

/* Tokens enough to fill what lies between the two, and nobody takes them. */
static void test_a_worker_that_does_not_listen(void)
{
    enum {
        N_MANY = 1 << 17
    };
    static plm_token many[N_MANY];
    static plm_session_result result;
    pair p;
    open_pair(&p, false);
    plm_session_leg leg = vole_leg(true);
    leg.tokens = many;
    leg.n_tokens = N_MANY;
    p.session.began_ms = plm_clock_ms();
    p.session.config.longest_ms = 20;
    CHECK_STATUS(plm_session_run_leg(&p.session, &leg, &result), PLM_E_TIMEOUT);
    CHECK(is_zero(&result));
    plm_control_wipe(&p.session.control);
    plm_control_wipe(&p.worker);
}

static void test_ends_that_can_not_be(void)
{
    static const uint8_t over = 0;
    static const uint8_t other = 1;
    pair p;
    plm_session_leg leg = vole_leg(true);
    open_pair(&p, false);
    say(&p, PLM_CONTROL_LEG_DONE, &over, 1);
    ends_as_protocol(&p, &leg, "the last leg ends as if another came");
    leg.is_last = false;
    open_pair(&p, false);
    ends_as_protocol(&p, &leg, "a leg ends as if it were the last");
    open_pair(&p, false);
    say(&p, PLM_CONTROL_LEG_DONE, &other, 1);
    ends_as_protocol(&p, &leg, "another leg's end");
    open_pair(&p, false);
    say(&p, PLM_CONTROL_LEG_DONE, &over, 0);
    ends_as_protocol(&p, &leg, "the end of no leg");
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
    TAP_RUN(test_what_goes_in_and_comes_out);
    TAP_RUN(test_a_senders_labels_go_in);
    TAP_RUN(test_many_hits);
    TAP_RUN(test_an_engine_may_keep_nothing);
    TAP_RUN(test_bases_that_can_not_be);
    TAP_RUN(test_hits_that_can_not_be);
    TAP_RUN(test_ends_that_can_not_be);
    TAP_RUN(test_a_worker_that_does_not_listen);
    return tap_done();
}
