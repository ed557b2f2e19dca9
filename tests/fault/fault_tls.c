/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may connect, and what happens to a connection that is changed or cut on its way.
 */
#include "crypto/sign.h"
#include "tls_link.h"

enum {
    CLOSE_RECORD = 5 + 2 + 1 + 16 /* header, alert, its type, tag (RFC 8446 section 5.2) */
};

static const uint8_t seed_a[32] = {1}; /* the asker's identity */
static const uint8_t seed_h[32] = {2}; /* the holder's */
static const uint8_t seed_o[32] = {3}; /* another party's, pinned by both */
static const uint8_t seed_x[32] = {4}; /* a stranger's */

static plm_tls_pin pin_of(const char *party, const uint8_t seed[static 32])
{
    plm_tls_pin pin = {0};
    memcpy(pin.party, party, strlen(party));
    plm_identity_public(pin.identity, seed);
    return pin;
}

/* What one side presents. */
typedef struct who {
    const char *party;
    const uint8_t *seed;
    int64_t shift_ms; /* of the certificate's time */
} who;

static const who right_asker = {"XA", seed_a, 0};
static const who right_holder = {"XH", seed_h, 0};

static plm_conn *make_conn(int fd, bool is_server, const who *self)
{
    const plm_tls_pin pins[] = {
        pin_of("XO", seed_o),
        pin_of(is_server ? "XA" : "XH", is_server ? seed_a : seed_h),
    };
    plm_tls_identity identity;
    plm_conn *conn = NULL;
    const int64_t now = plm_wall_ms() + self->shift_ms;
    CHECK_STATUS(plm_tls_identity_make(&identity, self->party, self->seed, now), PLM_OK);
    CHECK_STATUS(plm_conn_create_tls(&conn, fd, is_server, &identity, pins, 2), PLM_OK);
    plm_tls_identity_wipe(&identity);
    return conn;
}

typedef struct meeting {
    tls_link link;
    tls_side asker;
    tls_side holder;
} meeting;

static void meet(meeting *m, const who *asker, const who *holder, const tls_fault *fault)
{
    int asker_fd;
    int holder_fd;
    *m = (meeting){.link = {.fault = fault != NULL ? *fault : (tls_fault){0}}};
    if (tls_link_open(&m->link, &asker_fd, &holder_fd)) {
        tls_side_begin(&m->asker, make_conn(asker_fd, false, asker), true);
        tls_side_begin(&m->holder, make_conn(holder_fd, true, holder), false);
        tls_link_run(&m->link, &m->asker, &m->holder);
    }
}

static void part(meeting *m)
{
    tls_side_wipe(&m->asker);
    tls_side_wipe(&m->holder);
}

static void test_right_peers(void)
{
    meeting m;
    uint8_t first[32];
    for (unsigned i = 0; i < 2; i++) {
        meet(&m, &right_asker, &right_holder, NULL);
        CHECK_STATUS(m.asker.status, PLM_OK);
        CHECK_STATUS(m.holder.status, PLM_OK);
        CHECK_EQ_INT(m.asker.peer, 1);
        CHECK_EQ_INT(m.holder.peer, 1);
        CHECK(tls_side_heard_all(&m.asker) && tls_side_heard_all(&m.holder));
        CHECK(m.holder.clean);
        CHECK_EQ_MEM(m.asker.exporter, m.holder.exporter, 32);
        if (i == 0) {
            memcpy(first, m.asker.exporter, sizeof first);
        }
        part(&m);
    }
    CHECK(memcmp(first, m.holder.exporter, sizeof first) != 0); /* another connection, another */
    const who other = {"XO", seed_o, 0};
    meet(&m, &other, &right_holder, NULL);
    CHECK_STATUS(m.holder.status, PLM_OK);
    CHECK_EQ_INT(m.holder.peer, 0);
    part(&m);
}

static const struct {
    const char *what;
    who who;
} wrong[] = {
    {"stranger under the right name", {NULL, seed_x, 0}},
    {"stranger under a strange name", {"XX", seed_x, 0}},
    {"right key, wrong name", {"XX", NULL, 0}},
    {"right key, another pinned party's name", {"XO", NULL, 0}},
    {"another pinned party under this name", {NULL, seed_o, 0}},
    {"name that begins like the right one", {"XHA", NULL, 0}},
    {"expired", {NULL, NULL, -3 * 86400000LL}},
    {"not yet valid", {NULL, NULL, 3 * 86400000LL}},
};

static void test_wrong_peers(void)
{
    for (size_t i = 0; i < 2 * sizeof wrong / sizeof *wrong; i++) {
        const bool is_asker = i % 2 == 0;
        const who *right = is_asker ? &right_asker : &right_holder;
        who liar = wrong[i / 2].who;
        liar.party = liar.party != NULL ? liar.party : right->party;
        liar.seed = liar.seed != NULL ? liar.seed : right->seed;
        meeting m;
        meet(&m, is_asker ? &liar : &right_asker, is_asker ? &right_holder : &liar, NULL);
        const tls_side *judge = is_asker ? &m.holder : &m.asker;
        const tls_side *judged = is_asker ? &m.asker : &m.holder;
        bool good = CHECK_STATUS(judge->status, PLM_E_AUTH);
        /* The one that notices never got as far as to speak, and heard nothing. */
        good = CHECK(!judge->greeted) && good;
        good = CHECK_EQ_INT(judge->in.n, 0) && good;
        good = CHECK_EQ_INT(judged->in.n, 0) && good;
        /* The other is told by an alert that it is about its certificate, and no more. */
        good = CHECK_STATUS(judged->status, PLM_E_AUTH) && good;
        if (!good) {
            printf("# %s, as %s\n", wrong[i / 2].what, is_asker ? "asker" : "holder");
        }
        part(&m);
    }
}

/* How long the undisturbed conversation is in each direction. */
static void measure(uint64_t n[static 2])
{
    meeting m;
    meet(&m, &right_asker, &right_holder, NULL);
    n[0] = m.link.n[0];
    n[1] = m.link.n[1];
    part(&m);
}

static bool is_undisturbed(const meeting *m)
{
    return m->asker.status == PLM_OK && m->holder.status == PLM_OK &&
           tls_side_heard_all(&m->asker) && tls_side_heard_all(&m->holder) &&
           memcmp(m->asker.exporter, m->holder.exporter, 32) == 0;
}

/* What was heard is at least a beginning of what was said. */
static bool is_prefix(const tls_side *side)
{
    for (size_t i = 0; i < side->in.n; i++) {
        if (side->in.data[i] != (side->is_asker ? 'h' : 'a')) {
            return false;
        }
    }
    return side->in.n <= LINK_WORDS;
}

static void test_flips(void)
{
    uint64_t n[2];
    size_t n_ignored = 0;
    size_t n_tampered = 0;
    measure(n);
    n[1] -= CLOSE_RECORD; /* the holder's own, which the asker does not wait for */
    for (unsigned direction = 0; direction < 2; direction++) {
        for (uint64_t at = 0; at < n[direction]; at++) {
            const tls_fault fault = {
                .flips = true, .direction = direction, .at = at, .mask = (uint8_t)(1U << (at % 8))};
            meeting m;
            meet(&m, &right_asker, &right_holder, &fault);
            const tls_side *receiver = direction == 0 ? &m.holder : &m.asker;
            CHECK(is_prefix(&m.asker) && is_prefix(&m.holder));
            n_ignored += is_undisturbed(&m);
            n_tampered += receiver->status == PLM_E_TAMPERED;
            /* After the handshake there is one cause only; a length may wait for what never comes.
             */
            if (receiver->greeted && receiver->status != PLM_OK &&
                receiver->status != PLM_E_TAMPERED && receiver->status != PLM_E_TIMEOUT &&
                !CHECK_STATUS(receiver->status, PLM_E_TRUNCATED)) {
                printf("# direction %u byte %d: %s\n", direction, (int)at,
                       plm_status_name(receiver->status));
            }
            part(&m);
        }
    }
    /* RFC 8446 sections 5.1 and D.4: four plaintext records carry a version nobody reads. */
    CHECK(n_ignored <= 4);
    CHECK(n_tampered > (n[0] + n[1]) / 3);
}

static void test_flip_in_data(void)
{
    uint64_t n[2];
    measure(n);
    /* The asker's last record is its close_notify; before it come its words. */
    const uint64_t words_record = 5 + LINK_WORDS + 1 + 16;
    for (uint64_t back = 1; back <= CLOSE_RECORD + words_record - 5; back += 3) {
        const tls_fault fault = {.flips = true, .at = n[0] - back, .mask = 0x80};
        meeting m;
        meet(&m, &right_asker, &right_holder, &fault);
        if (back > CLOSE_RECORD || CLOSE_RECORD - back >= 5) {
            CHECK_STATUS(m.holder.status, PLM_E_TAMPERED);
        }
        CHECK(m.holder.greeted);
        CHECK_EQ_INT(m.holder.in.n, back > CLOSE_RECORD ? 0 : LINK_WORDS);
        part(&m);
    }
}

static void test_cuts(void)
{
    uint64_t n[2];
    measure(n);
    n[1] -= CLOSE_RECORD; /* the holder's own, which the asker does not wait for */
    for (unsigned direction = 0; direction < 2; direction++) {
        for (uint64_t at = n[direction] % 3; at < n[direction]; at += 3) {
            const tls_fault fault = {.cuts = true, .direction = direction, .at = at};
            meeting m;
            meet(&m, &right_asker, &right_holder, &fault);
            const tls_side *receiver = direction == 0 ? &m.holder : &m.asker;
            if (!CHECK_STATUS(receiver->status, PLM_E_TRUNCATED) || !CHECK(!receiver->clean)) {
                printf("# direction %u byte %d\n", direction, (int)at);
            }
            CHECK(is_prefix(&m.asker) && is_prefix(&m.holder));
            CHECK(m.asker.status == PLM_OK || m.asker.status == PLM_E_TRUNCATED);
            part(&m);
        }
    }
}

int main(void)
{
    CHECK_STATUS(plm_net_init(), PLM_OK);
    TAP_RUN(test_right_peers);
    TAP_RUN(test_wrong_peers);
    TAP_RUN(test_flips);
    TAP_RUN(test_flip_in_data);
    TAP_RUN(test_cuts);
    return tap_done();
}
