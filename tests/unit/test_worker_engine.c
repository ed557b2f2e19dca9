/* SPDX-License-Identifier: Apache-2.0 */
/* A worker starts the engine that the signed proposal names, with the bases it is given. */
#include "node/worker_internal.h"

#include "crypto/sign.h"
#include "tap.h"

#include <stdlib.h>
#include <sys/socket.h>

enum {
    N = 16
};

static plm_token tokens[N];
static const uint8_t engines[] = {0, 1, 2, 3, 255};

/* A worker whose run was accepted; principal gets the other end of its control. */
static plm_worker *make_worker(plm_control *principal, bool is_asker)
{
    int fds[2];
    plm_worker *w = (plm_worker *)calloc(1, sizeof *w);
    if (w == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0 ||
        plm_control_init(&w->control, fds[0]) != PLM_OK ||
        plm_control_init(principal, fds[1]) != PLM_OK) {
        exit(1);
    }
    w->is_asker = is_asker;
    w->state = PLM_WORKER_TALKING;
    w->tokens = tokens;
    w->n_tokens = N;
    plm_buf_init(&w->out, PLM_WORKER_OUT_MAX);
    plm_buf_init(&w->held, PLM_FRAME_PAYLOAD_MAX);
    const uint8_t channel[32] = {1};
    plm_chain_init(&w->sending, channel, is_asker);
    return w;
}

static void drop_worker(plm_worker *w, plm_control *principal)
{
    plm_match_destroy(w->match);
    plm_control_wipe(&w->control);
    plm_control_wipe(principal);
    plm_buf_wipe(&w->out);
    plm_buf_wipe(&w->held);
    free(w);
}

/* A signed proposal that names an engine, 0 to 255. */
static void write_proposal(plm_buf *out, uint8_t engine)
{
    static const uint8_t seed[32] = {3};
    const plm_proposal m = {.asker = "AA-ONE",
                            .holder = "BB-TWO",
                            .purpose = "p",
                            .offence = "TIP.5",
                            .n_rules = 1,
                            .rules = {"phone"},
                            .engine = PLM_ENGINE_OPRF,
                            .learns = PLM_LEARNS_HOLDER,
                            .n_tokens = N,
                            .case_ref = "c",
                            .officer = "o"};
    plm_buf body;
    plm_buf_init(&body, 1000);
    CHECK_STATUS(plm_proposal_encode(&m, &body), PLM_OK);
    uint8_t *at = (uint8_t *)memmem(body.data, body.n, "phone\1\1", 7);
    if (CHECK(at != NULL)) {
        at[5] = engine;
    }
    CHECK_STATUS(plm_identity_sign_append(out, seed, PLM_NAME_PROPOSAL, plm_buf_span(&body)),
                 PLM_OK);
    plm_buf_wipe(&body);
}

/* The way a proposal takes in an asker's worker. */
static plm_status send_proposal(plm_worker *w, uint8_t engine)
{
    plm_buf payload;
    plm_buf_init(&payload, 2000);
    CHECK_STATUS(plm_buf_append_u8(&payload, PLM_FRAME_PROPOSAL), PLM_OK);
    write_proposal(&payload, engine);
    const plm_control_message message = {PLM_CONTROL_SEND, plm_buf_span(&payload)};
    plm_status status = plm_worker_take_control(w, &message);
    plm_buf_wipe(&payload);
    return status;
}

/* ENGINE as a principal sends it, but with any engine. */
static plm_status start_leg(plm_worker *w, uint8_t engine, plm_span base, uint8_t leg,
                            uint16_t label_bytes)
{
    const plm_control_engine m = {.n_padded = N,
                                  .n_peer = N,
                                  .engine = PLM_ENGINE_VOLE,
                                  .leg = leg,
                                  .is_last = true,
                                  .label_bytes = label_bytes,
                                  .base = base};
    plm_buf payload;
    plm_buf_init(&payload, PLM_CONTROL_MESSAGE_MAX);
    CHECK_STATUS(plm_control_write_engine(&payload, &m), PLM_OK);
    payload.data[16] = engine;
    const plm_control_message message = {PLM_CONTROL_ENGINE, plm_buf_span(&payload)};
    plm_status status = plm_worker_take_control(w, &message);
    plm_buf_wipe(&payload);
    return status;
}

static plm_status start(plm_worker *w, uint8_t engine, plm_span base)
{
    return start_leg(w, engine, base, 0, 0);
}

static void test_only_the_engine_that_was_proposed(void)
{
    for (size_t i = 0; i < sizeof engines; i++) {
        for (size_t j = 0; j < sizeof engines; j++) {
            plm_control principal;
            plm_worker *w = make_worker(&principal, true);
            bool is_good = engines[i] == engines[j] && (engines[i] == 1 || engines[i] == 2);
            CHECK_STATUS(send_proposal(w, engines[i]), PLM_OK);
            plm_status status = start(w, engines[j], plm_span_of(NULL, 0));
            if (!CHECK_STATUS(status, is_good ? PLM_OK : PLM_E_PROTOCOL) ||
                !CHECK((w->match != NULL) == is_good)) {
                printf("# proposed %u, started %u\n", engines[i], engines[j]);
            }
            drop_worker(w, &principal);
        }
    }
}

static void test_no_engine_without_a_proposal(void)
{
    for (size_t i = 0; i < sizeof engines; i++) {
        plm_control principal;
        plm_worker *w = make_worker(&principal, true);
        CHECK_STATUS(start(w, engines[i], plm_span_of(NULL, 0)), PLM_E_PROTOCOL);
        CHECK(w->match == NULL);
        drop_worker(w, &principal);
    }
}

/* A peer can't change the engine by a second proposal, nor begin with one that is none. */
static void test_the_first_proposal_counts(void)
{
    static const uint8_t firsts[] = {1, 2, 3};
    for (size_t i = 0; i < sizeof firsts; i++) {
        plm_control principal;
        plm_worker *w = make_worker(&principal, false);
        plm_buf proposal;
        plm_buf_init(&proposal, 2000);
        write_proposal(&proposal, firsts[i]);
        plm_worker_note_proposal(w, plm_buf_span(&proposal));
        plm_buf_clear(&proposal);
        write_proposal(&proposal, firsts[i] == 1 ? 2 : 1);
        plm_worker_note_proposal(w, plm_buf_span(&proposal));
        CHECK_EQ_INT(w->proposed, firsts[i] == 3 ? 0 : firsts[i]);
        plm_buf_wipe(&proposal);
        drop_worker(w, &principal);
    }
}

/* The base is the engine's from then on: the worker has no copy of it. */
static void test_the_base_is_wiped(void)
{
    static uint8_t base[PLM_MATCH_BASE_MAX];
    memset(base, 0x5a, sizeof base);
    for (uint8_t engine = 1; engine <= 2; engine++) {
        plm_control principal;
        plm_worker *w = make_worker(&principal, true);
        CHECK_STATUS(send_proposal(w, engine), PLM_OK);
        plm_status status = start(w, engine, plm_span_of(base, sizeof base));
        CHECK_STATUS(status, engine == PLM_ENGINE_VOLE ? PLM_OK : PLM_E_PROTOCOL);
        CHECK(memmem(w, sizeof *w, base, 8) == NULL);
        CHECK(w->config.base == NULL && w->config.base_bytes == 0);
        drop_worker(w, &principal);
    }
}

static void test_out_of_turn(void)
{
    static const plm_worker_state states[] = {PLM_WORKER_HANDSHAKE, PLM_WORKER_GREETING,
                                              PLM_WORKER_ENGINE, PLM_WORKER_ENDING};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        plm_control principal;
        plm_worker *w = make_worker(&principal, true);
        CHECK_STATUS(send_proposal(w, 2), PLM_OK);
        w->state = states[i];
        CHECK_STATUS(start(w, 2, plm_span_of(NULL, 0)), PLM_E_PROTOCOL);
        drop_worker(w, &principal);
    }
}

/* Labels of all tokens and no others; and never for a receiver. */
static void test_the_labels_must_fit(void)
{
    static const uint8_t labels[N * 16] = {1};
    for (size_t n = 0; n <= sizeof labels; n += 16) {
        plm_control principal;
        plm_worker *w = make_worker(&principal, true);
        plm_buf_init(&w->labels, sizeof labels);
        const plm_control_message message = {PLM_CONTROL_LABELS, plm_span_of(labels, n)};
        CHECK_STATUS(send_proposal(w, 2), PLM_OK);
        CHECK_STATUS(plm_worker_take_control(w, &message), PLM_OK);
        CHECK_STATUS(start_leg(w, 2, plm_span_of(NULL, 0), 0, 16),
                     n == sizeof labels ? PLM_OK : PLM_E_PROTOCOL);
        plm_buf_wipe(&w->labels);
        drop_worker(w, &principal);
    }
}

/* Leg by leg: none is left out, none comes again, none after the last. */
static void test_the_order_of_legs(void)
{
    for (uint8_t leg = 0; leg < PLM_CONTROL_LEGS_MAX; leg++) {
        plm_control principal;
        plm_worker *w = make_worker(&principal, true);
        CHECK_STATUS(send_proposal(w, 2), PLM_OK);
        CHECK_STATUS(start_leg(w, 2, plm_span_of(NULL, 0), leg, 0),
                     leg == 0 ? PLM_OK : PLM_E_PROTOCOL);
        drop_worker(w, &principal);
        w = make_worker(&principal, true);
        CHECK_STATUS(send_proposal(w, 2), PLM_OK);
        w->state = PLM_WORKER_BETWEEN;
        w->leg = 2;
        CHECK_STATUS(start_leg(w, 2, plm_span_of(NULL, 0), leg, 0),
                     leg == 2 ? PLM_OK : PLM_E_PROTOCOL);
        drop_worker(w, &principal);
        w = make_worker(&principal, true);
        CHECK_STATUS(send_proposal(w, 2), PLM_OK);
        w->is_through = true;
        CHECK_STATUS(start_leg(w, 2, plm_span_of(NULL, 0), leg, 0), PLM_E_PROTOCOL);
        drop_worker(w, &principal);
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    for (size_t i = 0; i < N; i++) {
        tokens[i].b[0] = (uint8_t)i;
    }
    TAP_RUN(test_only_the_engine_that_was_proposed);
    TAP_RUN(test_no_engine_without_a_proposal);
    TAP_RUN(test_the_first_proposal_counts);
    TAP_RUN(test_the_base_is_wiped);
    TAP_RUN(test_out_of_turn);
    TAP_RUN(test_the_labels_must_fit);
    TAP_RUN(test_the_order_of_legs);
    return tap_done();
}
