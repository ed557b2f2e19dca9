/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers that do not follow the protocol: a sender with two keys, a receiver that floods; and what
 * the messages of honest ones look like from outside.
 */
#include "crypto/ristretto.h"
#include "match_pair.h"

#include <palermo/oprf.h>

enum {
    BATCH = 256, /* spec/matching.md section 4 */
    WINDOW = 32, /* section 5 */
    N = 5,       /* tokens of the receiver */
    KEY_BYTES = 33,
    HEAD_BYTES = 7 /* of a BLINDED or EVALUATED */
};

static plm_token tokens[WINDOW * BATCH + 300];

static plm_match *new_machine(plm_match_role role, size_t n, size_t n_padded, size_t n_peer)
{
    plm_match *m = NULL;
    const plm_match_config config = {.engine = PLM_ENGINE_OPRF,
                                     .role = role,
                                     .tokens = tokens,
                                     .n = n,
                                     .n_padded = n_padded,
                                     .n_peer = n_peer,
                                     .n_threads = 2};
    CHECK_STATUS(plm_match_create(&m, &config), PLM_OK);
    return m;
}

/* Works until a message is there, and copies it: its length, 0 if none comes. */
static size_t next_message(plm_match *m, uint8_t *out, size_t size)
{
    const uint8_t *bytes = NULL;
    size_t n = 0;
    while (!(plm_match_wants(m) & PLM_MATCH_OUTPUT)) {
        if (!(plm_match_wants(m) & PLM_MATCH_WORK) || !CHECK_STATUS(plm_match_work(m), PLM_OK)) {
            return 0;
        }
    }
    if (!CHECK_STATUS(plm_match_output(m, &bytes, &n), PLM_OK) || !CHECK(n <= size)) {
        return 0;
    }
    memcpy(out, bytes, n);
    return n;
}

/* Works until nothing is left to do; the first failure. */
static plm_status work_all(plm_match *m)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK && (plm_match_wants(m) & PLM_MATCH_WORK)) {
        status = plm_match_work(m);
    }
    return status;
}

/* A sender by hand, over the public functions of RFC 9497. */
typedef struct rogue {
    uint8_t keys[2][32]; /* two of them */
    uint8_t publics[2][32];
    plm_match *receiver;
    uint8_t blinded[HEAD_BYTES + N * 32];
    uint8_t answer[HEAD_BYTES + N * 32 + 64];
} rogue;

/* Up to the receiver's question. */
static void rogue_begin(rogue *r)
{
    uint8_t key[KEY_BYTES] = {1};
    for (int i = 0; i < 2; i++) {
        CHECK_STATUS(plm_oprf_random_key_pair(r->keys[i], r->publics[i]), PLM_OK);
    }
    memcpy(key + 1, r->publics[0], 32);
    r->receiver = new_machine(PLM_MATCH_RECEIVER, N, 0, 0);
    CHECK_STATUS(plm_match_input(r->receiver, key, sizeof key), PLM_OK);
    CHECK_EQ_INT(next_message(r->receiver, r->blinded, sizeof r->blinded), sizeof r->blinded);
    memcpy(r->answer, r->blinded, HEAD_BYTES);
    r->answer[0] = 3;
}

/* The answer, element i under keys[which[i]], with a proof for keys[0] as good as can be made. */
static plm_status rogue_answer(rogue *r, const int which[N])
{
    uint8_t random[32];
    const uint8_t *blinded = r->blinded + HEAD_BYTES;
    uint8_t *evaluated = r->answer + HEAD_BYTES;
    for (int i = 0; i < N; i++) {
        CHECK_STATUS(
            plm_oprf_blind_evaluate(evaluated + 32 * i, r->keys[which[i]], blinded + 32 * i),
            PLM_OK);
    }
    plm_scalar_random(random);
    CHECK_STATUS(plm_oprf_prove(evaluated + 32 * (size_t)N, r->keys[0], r->publics[0], blinded,
                                evaluated, N, random),
                 PLM_OK);
    plm_status status = plm_match_input(r->receiver, r->answer, sizeof r->answer);
    return status == PLM_OK ? work_all(r->receiver) : status;
}

static void test_one_other_key(void)
{
    for (int odd = -1; odd < N; odd++) {
        rogue r;
        int which[N] = {0};
        if (odd >= 0) {
            which[odd] = 1;
        }
        rogue_begin(&r);
        CHECK_STATUS(rogue_answer(&r, which), odd < 0 ? PLM_OK : PLM_E_PROOF);
        CHECK_EQ_INT(plm_match_wants(r.receiver), odd < 0 ? PLM_MATCH_DONE : 0);
        plm_match_destroy(r.receiver);
    }
}

static void test_other_key_for_all(void)
{
    static const int which[N] = {1, 1, 1, 1, 1};
    rogue r;
    rogue_begin(&r);
    CHECK_STATUS(rogue_answer(&r, which), PLM_E_PROOF);
    plm_match_destroy(r.receiver);
}

/* Two answers of the right key in each other's place. */
static void test_exchanged_elements(void)
{
    static const int which[N] = {0};
    rogue r;
    uint8_t kept[32];
    rogue_begin(&r);
    memcpy(kept, r.blinded + HEAD_BYTES, 32);
    memcpy(r.blinded + HEAD_BYTES, r.blinded + HEAD_BYTES + 32, 32);
    memcpy(r.blinded + HEAD_BYTES + 32, kept, 32);
    CHECK_STATUS(rogue_answer(&r, which), PLM_E_PROOF);
    plm_match_destroy(r.receiver);
}

/* The identity, and bytes that are no element, in each place where an element can stand. */
static void test_bad_elements(void)
{
    uint8_t message[HEAD_BYTES + 32 + 64];
    for (int bad = 0; bad < 2; bad++) {
        uint8_t key[KEY_BYTES];
        memset(key, bad == 0 ? 0 : 0xff, sizeof key);
        key[0] = 1;
        plm_match *m = new_machine(PLM_MATCH_RECEIVER, 1, 0, 0);
        CHECK_STATUS(plm_match_input(m, key, sizeof key), PLM_E_PROTOCOL);
        plm_match_destroy(m);

        m = new_machine(PLM_MATCH_SENDER, 0, 0, 1);
        CHECK_EQ_INT(next_message(m, key, sizeof key), sizeof key);
        const uint8_t head[HEAD_BYTES] = {2, 0, 0, 0, 0, 0, 1};
        memset(message, bad == 0 ? 0 : 0xff, sizeof message);
        memcpy(message, head, sizeof head);
        CHECK_STATUS(plm_match_input(m, message, HEAD_BYTES + 32), PLM_OK);
        CHECK_STATUS(work_all(m), PLM_E_PROTOCOL);
        CHECK_EQ_INT(plm_match_evaluated(m), 0);
        plm_match_destroy(m);

        m = new_machine(PLM_MATCH_RECEIVER, 1, 0, 0);
        CHECK_STATUS(plm_match_input(m, key, sizeof key), PLM_OK);
        CHECK(next_message(m, message, sizeof message) > 0);
        memset(message, bad == 0 ? 0 : 0xff, sizeof message);
        memcpy(message, head, sizeof head);
        message[0] = 3;
        memset(message + HEAD_BYTES + 32, 0, 64); /* scalars that are canonical */
        CHECK_STATUS(plm_match_input(m, message, sizeof message), PLM_OK);
        CHECK_STATUS(work_all(m), PLM_E_PROTOCOL);
        plm_match_destroy(m);
    }
}

/* OUTPUTS whose values repeat or descend, within a message and across two. */
static void test_unsorted_outputs(void)
{
    for (int how = 0; how < 4; how++) {
        uint8_t key[KEY_BYTES];
        uint8_t outputs[9 + 32] = {4, 0, 0, 0, 0, 0, 0, 0, 2};
        uint8_t last[9 + 16] = {4, 0, 0, 0, 2, 0, 0, 0, 1};
        plm_match *sender = new_machine(PLM_MATCH_SENDER, 0, 0, 1);
        plm_match *receiver = new_machine(PLM_MATCH_RECEIVER, 1, 0, 3);
        CHECK_EQ_INT(next_message(sender, key, sizeof key), sizeof key);
        CHECK_STATUS(plm_match_input(receiver, key, sizeof key), PLM_OK);
        outputs[9] = 7;
        outputs[9 + 16] = how == 0 ? 7 : how == 1 ? 6 : 8;
        last[9] = how == 2 ? 8 : 9;
        CHECK_STATUS(plm_match_input(receiver, outputs, sizeof outputs),
                     how < 2 ? PLM_E_PROTOCOL : PLM_OK);
        if (how >= 2) {
            CHECK_STATUS(plm_match_input(receiver, last, sizeof last),
                         how == 2 ? PLM_E_PROTOCOL : PLM_OK);
        }
        plm_match_destroy(receiver);
        plm_match_destroy(sender);
    }
}

/* An answer that comes before its question is out. */
static void test_answer_to_nothing(void)
{
    static const uint8_t answer[HEAD_BYTES + 32 + 64] = {3, 0, 0, 0, 0, 0, 1};
    uint8_t key[KEY_BYTES];
    plm_match *sender = new_machine(PLM_MATCH_SENDER, 0, 0, 1);
    plm_match *receiver = new_machine(PLM_MATCH_RECEIVER, 1, 0, 0);
    CHECK_EQ_INT(next_message(sender, key, sizeof key), sizeof key);
    CHECK_STATUS(plm_match_input(receiver, key, sizeof key), PLM_OK);
    CHECK_STATUS(plm_match_work(receiver), PLM_OK); /* it is blinded, but not taken */
    CHECK_STATUS(plm_match_input(receiver, answer, sizeof answer), PLM_E_PROTOCOL);
    plm_match_destroy(receiver);
    plm_match_destroy(sender);
}

/* 32,768 values in one message are taken, one more is not. */
static void test_length_of_outputs(void)
{
    static uint8_t outputs[9 + (32768 + 1) * 16];
    uint8_t key[KEY_BYTES];
    for (uint32_t i = 0; i <= 32768; i++) {
        plm_store_u32(outputs + 9 + 16 * (size_t)i, i);
    }
    outputs[0] = 4;
    for (uint32_t n = 32768; n <= 32769; n++) {
        plm_match *sender = new_machine(PLM_MATCH_SENDER, 0, 0, 1);
        plm_match *receiver = new_machine(PLM_MATCH_RECEIVER, 1, 0, 40000);
        CHECK_EQ_INT(next_message(sender, key, sizeof key), sizeof key);
        CHECK_STATUS(plm_match_input(receiver, key, sizeof key), PLM_OK);
        plm_store_u32(outputs + 5, n);
        CHECK_STATUS(plm_match_input(receiver, outputs, 9 + 16 * (size_t)n),
                     n == 32768 ? PLM_OK : PLM_E_PROTOCOL);
        plm_match_destroy(receiver);
        plm_match_destroy(sender);
    }
}

/* A receiver asks for WINDOW batches and no more; a sender keeps WINDOW and no more. */
static void test_window(void)
{
    static uint8_t message[HEAD_BYTES + BATCH * 32];
    uint8_t key[KEY_BYTES];
    const size_t n = WINDOW * BATCH + 300;
    plm_match *sender = new_machine(PLM_MATCH_SENDER, 0, 0, n);
    plm_match *receiver = new_machine(PLM_MATCH_RECEIVER, n, 0, 0);
    /* Before its key is out, a sender takes nothing. */
    CHECK_EQ_INT(plm_match_wants(sender) & PLM_MATCH_INPUT, 0);
    CHECK_EQ_INT(next_message(sender, key, sizeof key), sizeof key);
    CHECK_STATUS(plm_match_input(receiver, key, sizeof key), PLM_OK);
    /* Once something is blinded, sending and working can be overlapped. */
    CHECK_STATUS(plm_match_work(receiver), PLM_OK);
    CHECK_EQ_INT(plm_match_wants(receiver), PLM_MATCH_OUTPUT | PLM_MATCH_INPUT | PLM_MATCH_WORK);
    size_t n_asked = 0;
    while (next_message(receiver, message, sizeof message) > 0) {
        CHECK_STATUS(plm_match_input(sender, message, sizeof message), PLM_OK);
        n_asked++;
    }
    CHECK_EQ_INT(n_asked, WINDOW);
    CHECK_EQ_INT(plm_match_wants(receiver), PLM_MATCH_INPUT); /* no work that makes no progress */
    CHECK_EQ_INT(plm_match_wants(sender) & PLM_MATCH_INPUT, 0);
    plm_store_u32(message + 1, WINDOW); /* the next batch, too early */
    CHECK_STATUS(plm_match_input(sender, message, sizeof message), PLM_E_PROTOCOL);
    plm_match_destroy(receiver);
    plm_match_destroy(sender);
}

/* Lengths, and everything else that an eavesdropper on the machines' messages could see. */
typedef struct view {
    size_t n_messages;
    uint64_t shape; /* of senders, types and lengths */
    uint8_t bytes[1 << 16];
    size_t n;
} view;

static unsigned look(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                     void *context)
{
    view *v = (view *)context;
    (void)p;
    (void)index;
    uint64_t part = ((uint64_t)from << 40) | ((uint64_t)bytes[0] << 32) | *n;
    v->shape += test_number(&part); /* the order of the two directions may differ */
    v->n_messages++;
    if (CHECK(v->n + *n <= sizeof v->bytes)) {
        memcpy(v->bytes + v->n, bytes, *n);
        v->n += *n;
    }
    return 1;
}

static void see_run(view *v, size_t n_receiver, size_t n_sender)
{
    static plm_token sender_tokens[64];
    plm_match_config receiver = {.engine = PLM_ENGINE_OPRF,
                                 .role = PLM_MATCH_RECEIVER,
                                 .tokens = tokens,
                                 .n = n_receiver,
                                 .n_padded = 300,
                                 .n_peer = 64};
    plm_match_config sender = {.engine = PLM_ENGINE_OPRF,
                               .role = PLM_MATCH_SENDER,
                               .tokens = sender_tokens,
                               .n = n_sender,
                               .n_padded = 64,
                               .n_peer = 300};
    pair p;
    for (size_t i = 0; i < 64; i++) {
        sender_tokens[i] = tokens[i + 2]; /* most are common */
    }
    *v = (view){0};
    if (pair_open(&p, &receiver, &sender)) {
        p.hook = look;
        p.context = v;
        CHECK_STATUS(pair_run(&p), PLM_OK);
        CHECK(pair_is_done(&p, PLM_MATCH_RECEIVER) && pair_is_done(&p, PLM_MATCH_SENDER));
    }
    pair_close(&p);
}

static bool contains(const view *v, const uint8_t *p, size_t n)
{
    return memmem(v->bytes, v->n, p, n) != NULL;
}

static void test_what_is_seen(void)
{
    static view full;
    static view again;
    static view empty;
    see_run(&full, 300, 64);
    see_run(&again, 300, 64);
    see_run(&empty, 0, 0);
    /* Sizes below the padding do not show. */
    CHECK_EQ_INT(full.n_messages, empty.n_messages);
    CHECK_EQ_INT(full.n, empty.n);
    CHECK(full.shape == empty.shape);
    /* No token stands there, and nothing is the same in a second run but the messages' heads. */
    for (size_t i = 0; i < 300; i++) {
        CHECK(!contains(&full, tokens[i].b, 8) && !contains(&full, tokens[i].b + 8, 8));
    }
    for (size_t at = 0; at + 16 <= full.n; at += 16) {
        if (!CHECK(!contains(&again, full.bytes + at, 16))) {
            break;
        }
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        tokens[i] = pair_token((i + 1) * 0x9E3779B97F4A7C15U);
    }
    TAP_RUN(test_one_other_key);
    TAP_RUN(test_other_key_for_all);
    TAP_RUN(test_exchanged_elements);
    TAP_RUN(test_bad_elements);
    TAP_RUN(test_unsorted_outputs);
    TAP_RUN(test_answer_to_nothing);
    TAP_RUN(test_length_of_outputs);
    TAP_RUN(test_window);
    TAP_RUN(test_what_is_seen);
    return tap_done();
}
