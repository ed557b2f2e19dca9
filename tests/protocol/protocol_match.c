/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that are lost, repeated, exchanged, cut, lengthened or changed on their way, and sizes
 * that are told wrong: the run fails or stalls, and never ends with a wrong hit.
 *
 * One freedom remains to who can change bytes of an OUTPUTS message unseen, and it is the sender's
 * own: not to enter a token. So a changed output may cost a hit, but never makes one.
 */
#include "match_pair.h"

enum {
    N = 4,       /* tokens of a side */
    N_COMMON = 2 /* the receiver's last two are the sender's first two */
};

static plm_token receiver_tokens[N];
static plm_token sender_tokens[N];

static plm_match_config config_of(plm_match_role role)
{
    static const uint8_t context[] = {1, 2, 3};
    return (plm_match_config){.engine = PLM_ENGINE_OPRF,
                              .role = role,
                              .tokens =
                                  role == PLM_MATCH_RECEIVER ? receiver_tokens : sender_tokens,
                              .n = N,
                              .n_peer = N,
                              .context = context,
                              .context_bytes = sizeof context};
}

static bool open_pair(pair *p, pair_hook *hook, void *context)
{
    plm_match_config receiver = config_of(PLM_MATCH_RECEIVER);
    plm_match_config sender = config_of(PLM_MATCH_SENDER);
    bool opened = pair_open(p, &receiver, &sender);
    p->hook = hook;
    p->context = context;
    return opened;
}

/* Number of hits; all of them must be right. -1 if the receiver has no result. */
static int right_hits(const pair *p)
{
    const uint32_t *hits = NULL;
    size_t n = 0;
    if (!pair_is_done(p, PLM_MATCH_RECEIVER)) {
        CHECK_STATUS(plm_match_hits(p->side[PLM_MATCH_RECEIVER], &hits, &n), PLM_E_ARGUMENT);
        CHECK(hits == NULL);
        return -1;
    }
    CHECK_STATUS(plm_match_hits(p->side[PLM_MATCH_RECEIVER], &hits, &n), PLM_OK);
    for (size_t i = 0; i < n; i++) {
        CHECK(hits[i] >= N - N_COMMON && hits[i] < N && (i == 0 || hits[i] > hits[i - 1]));
    }
    return (int)n;
}

/* After a failure the machine does nothing any more. */
static void check_dead(const pair *p)
{
    plm_match *m = p->side[p->failed];
    const uint8_t *bytes = NULL;
    size_t n = 0;
    CHECK_EQ_INT(plm_match_wants(m), 0);
    CHECK_STATUS(plm_match_output(m, &bytes, &n), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_match_input(m, (const uint8_t *)"x", 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_match_work(m), PLM_E_ARGUMENT);
}

/* What a hook does, and to which message. */
typedef enum change {
    DROP,
    REPEAT,
    CUT,     /* the last byte */
    CUT_ALL, /* nothing is left */
    LENGTHEN,
    FLIP /* a bit of byte `at` */
} change;

typedef struct plan {
    change change;
    plm_match_role from;
    size_t index;
    size_t at;
    uint8_t bits;
    uint8_t type;   /* of the message that was changed */
    size_t n_bytes; /* of it, before */
    bool done;
} plan;

static unsigned follow_plan(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                            void *context)
{
    plan *x = (plan *)context;
    (void)p;
    if (from != x->from || index != x->index || (x->change == FLIP && x->at >= *n)) {
        return 1;
    }
    x->done = true;
    x->type = bytes[0];
    x->n_bytes = *n;
    switch (x->change) {
    case DROP:
        return 0;
    case REPEAT:
        return 2;
    case CUT:
        *n -= 1;
        break;
    case CUT_ALL:
        *n = 0;
        break;
    case LENGTHEN:
        bytes[*n] = 0;
        *n += 1;
        break;
    case FLIP:
        bytes[x->at] ^= x->bits;
        break;
    }
    return 1;
}

static plm_status run_plan(pair *p, plan *x)
{
    plm_status status = PLM_E_ARGUMENT;
    if (open_pair(p, follow_plan, x)) {
        status = pair_run(p);
    }
    return status;
}

static void test_honest(void)
{
    plan nothing = {.index = 1000};
    pair p;
    CHECK_STATUS(run_plan(&p, &nothing), PLM_OK);
    CHECK_EQ_INT(right_hits(&p), N_COMMON);
    CHECK_EQ_INT(p.n_sent[PLM_MATCH_SENDER], 3);
    CHECK_EQ_INT(p.n_sent[PLM_MATCH_RECEIVER], 1);
    pair_close(&p);
}

/* Each change to each message as a whole. */
static void test_whole_messages(void)
{
    for (change c = DROP; c <= LENGTHEN; c++) {
        for (size_t i = 0; i < 4; i++) {
            plan x = {.change = c,
                      .from = i < 3 ? PLM_MATCH_SENDER : PLM_MATCH_RECEIVER,
                      .index = i < 3 ? i : 0};
            pair p;
            plm_status status = run_plan(&p, &x);
            CHECK(x.done);
            if (c == DROP) {
                /* A stall, unless the next message shows it: the first answer before the key. */
                CHECK(status == PLM_E_PROTOCOL || status == PLM_OK);
                CHECK(!pair_is_done(&p, PLM_MATCH_RECEIVER));
            } else if (CHECK_STATUS(status, PLM_E_PROTOCOL)) {
                check_dead(&p);
            }
            /* A repetition may come when the result is there: then it was right. */
            CHECK(c == REPEAT || right_hits(&p) == -1);
            pair_close(&p);
        }
    }
}

/* Every byte of every message, one bit and all bits. */
static void test_flipped_bytes(void)
{
    size_t n_lost = 0;
    for (size_t i = 0; i < 4; i++) {
        plan x = {.change = FLIP,
                  .from = i < 3 ? PLM_MATCH_SENDER : PLM_MATCH_RECEIVER,
                  .index = i < 3 ? i : 0};
        for (;; x.at++) {
            pair p;
            x.done = false;
            x.bits = x.at % 2 == 0 ? 1 : 0xff;
            plm_status status = run_plan(&p, &x);
            int n_hits = right_hits(&p);
            pair_close(&p);
            if (!x.done) {
                break;
            }
            if (status == PLM_OK && CHECK_EQ_INT(x.type, 4)) { /* OUTPUTS */
                CHECK(x.at >= 9 && n_hits >= N_COMMON - 1);
                n_lost += n_hits < N_COMMON;
            }
            CHECK(status == PLM_OK || status == PLM_E_PROTOCOL || status == PLM_E_PROOF);
        }
        CHECK_EQ_INT(x.at, x.n_bytes); /* all of the message */
    }
    CHECK(n_lost > 0); /* the changes reached the outputs of common tokens */
}

/* Keeps message `index` of one side back until the next one went out. */
typedef struct exchange {
    plm_match_role from;
    size_t index;
    bool done;
} exchange;

static unsigned do_exchange(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                            void *context)
{
    static uint8_t kept[4096];
    static size_t n_kept;
    exchange *x = (exchange *)context;
    if (from == x->from && index == x->index) {
        CHECK(*n <= sizeof kept);
        memcpy(kept, bytes, *n);
        n_kept = *n;
        return 0;
    }
    if (from == x->from && index == x->index + 1) {
        pair_deliver(p, from, bytes, *n);
        pair_deliver(p, from, kept, n_kept);
        x->done = true;
        return 0;
    }
    return 1;
}

static void test_exchanged_messages(void)
{
    /* The key and its successor: an error. */
    exchange key = {.from = PLM_MATCH_SENDER, .index = 0};
    pair p;
    if (open_pair(&p, do_exchange, &key)) {
        CHECK_STATUS(pair_run(&p), PLM_E_PROTOCOL);
        CHECK(key.done && right_hits(&p) == -1);
        check_dead(&p);
    }
    pair_close(&p);
    /* An answer and the outputs: both orders are allowed. */
    exchange rest = {.from = PLM_MATCH_SENDER, .index = 1};
    if (open_pair(&p, do_exchange, &rest)) {
        CHECK_STATUS(pair_run(&p), PLM_OK);
        CHECK(rest.done && right_hits(&p) == N_COMMON);
    }
    pair_close(&p);
}

/* Sizes that the other side did not agree to. */
static void test_sizes_told_wrong(void)
{
    for (int which = 0; which < 4; which++) {
        plm_match_config receiver = config_of(PLM_MATCH_RECEIVER);
        plm_match_config sender = config_of(PLM_MATCH_SENDER);
        pair p;
        receiver.n_peer += which == 0;
        receiver.n_peer -= which == 1;
        sender.n_peer += which == 2;
        sender.n_peer -= which == 3;
        if (pair_open(&p, &receiver, &sender)) {
            plm_status status = pair_run(&p);
            /* Fewer outputs than agreed: the receiver waits for the rest. */
            CHECK_STATUS(status, which == 0 ? PLM_OK : PLM_E_PROTOCOL);
            CHECK_EQ_INT(right_hits(&p), -1);
            if (which != 1) { /* there it depends on what came first */
                CHECK_EQ_INT(plm_match_evaluated(p.side[PLM_MATCH_SENDER]), which == 0 ? N : 0);
            }
        }
        pair_close(&p);
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    for (size_t i = 0; i < N; i++) {
        receiver_tokens[i] = pair_token(i);
        sender_tokens[i] = pair_token(i + N - N_COMMON);
    }
    TAP_RUN(test_honest);
    TAP_RUN(test_whole_messages);
    TAP_RUN(test_flipped_bytes);
    TAP_RUN(test_exchanged_messages);
    TAP_RUN(test_sizes_told_wrong);
    return tap_done();
}
