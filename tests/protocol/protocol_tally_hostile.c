/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A party of a tally that does not follow the protocol: each message altered, cut, repeated, left
 * out; points that are none; lists sent twice, sent back, or handed on as they came. And what can't
 * be seen, so that the limits that the specification states are those that there are.
 */
#include "crypto/ristretto.h"
#include "tally_ring.h"

enum {
    LIST = 1,
    DUMMIES = 2,
    AT_OWNER = 1,
    AT_HOP = 2,
    AT_FIRST = 3,
    AT_COUNT = 7,
    AT_STRATUM = 9,
    AT_POINT = 10,
    MESSAGE_MAX = 1 << 16
};

typedef enum change {
    NOTHING,
    TYPE,
    OWNER,
    HOP,
    HOP_FINAL,
    FIRST,
    COUNT_UP,
    COUNT_DOWN,
    CUT,
    CUT_RECORD,
    LONGER,
    EMPTY,
    TWICE,
    STRATUM,
    IDENTITY,
    NO_POINT,
    SAME_POINT,
    N_CHANGES,
    LEFT_OUT = N_CHANGES /* these two end otherwise */
} change;

typedef struct attack {
    change what;
    unsigned owner;
    unsigned hop; /* 0: DUMMIES */
    bool done;
} attack;

static ring world;

/* Lists of the same three persons and a dummy: two points a record, one message a list. */
static void new_world(unsigned k)
{
    memset(&world, 0, sizeof world);
    world.k = k;
    world.n_strata = 2;
    world.tokens_each = 2;
    for (unsigned j = 0; j < k; j++) {
        for (uint64_t i = 0; i < 3; i++) {
            const uint64_t numbers[] = {i, 100 * (j + 1) + i};
            ring_add(&world.lists[j], 0, numbers, 2);
        }
        world.n_padded[j] = 4;
    }
}

static void change_head(change what, uint8_t *bytes)
{
    bytes[0] = what == TYPE ? 7 : bytes[0];
    bytes[AT_OWNER] = what == OWNER ? (uint8_t)(bytes[AT_OWNER] + 1) : bytes[AT_OWNER];
    if (bytes[0] == DUMMIES && (what == HOP || what == HOP_FINAL || what == FIRST)) {
        bytes[AT_HOP] = 0x80; /* more dummies than records */
    } else if (what == HOP) {
        bytes[AT_HOP]--;
    } else if (what == HOP_FINAL) {
        bytes[AT_HOP] = bytes[AT_HOP] == world.k ? 0 : (uint8_t)world.k;
    } else if (what == FIRST) {
        bytes[AT_FIRST + 3]++;
    }
}

static void change_body(change what, uint8_t *bytes, size_t *n)
{
    if (bytes[0] == DUMMIES) {
        bytes[AT_OWNER + 4] = 200; /* more dummies than records */
        return;
    }
    uint8_t *second = bytes + AT_POINT + PLM_ELEMENT_BYTES;
    switch ((int)what) {
    case COUNT_UP:
        bytes[AT_COUNT + 1]++;
        break;
    case COUNT_DOWN:
        bytes[AT_COUNT + 1]--;
        break;
    case CUT_RECORD:
        bytes[AT_COUNT + 1]--;
        *n -= 1 + 2 * (size_t)PLM_ELEMENT_BYTES;
        break;
    case STRATUM:
        bytes[AT_STRATUM] = 2;
        break;
    case IDENTITY:
        memset(second, 0, PLM_ELEMENT_BYTES);
        break;
    case NO_POINT:
        memset(second, 0xff, PLM_ELEMENT_BYTES);
        break;
    default:
        memcpy(second, bytes + AT_POINT, PLM_ELEMENT_BYTES);
    }
}

static unsigned attack_one(ring *r, unsigned from, unsigned to, uint8_t *bytes, size_t *n)
{
    attack *a = (attack *)r->context;
    (void)from;
    (void)to;
    if (bytes[AT_OWNER] != a->owner || (bytes[0] == LIST ? bytes[AT_HOP] : 0) != a->hop ||
        a->what == NOTHING) {
        return 1;
    }
    a->done = true;
    if (a->what == CUT) {
        --*n;
    } else if (a->what == LONGER) {
        bytes[(*n)++] = 0;
    } else if (a->what == EMPTY) {
        *n = 0;
    } else if (a->what <= FIRST) {
        change_head(a->what, bytes);
    } else if (a->what < N_CHANGES && a->what != TWICE) {
        change_body(a->what, bytes, n);
    }
    return a->what == TWICE ? 2 : a->what == LEFT_OUT ? 0 : 1;
}

/* How the run ends with this attack. The table must be there only if nothing was done. */
static plm_status run_attack(attack *a)
{
    const uint64_t *cells = NULL;
    size_t n = 0;
    new_world(3);
    world.counter = 1;
    world.hook = attack_one;
    world.context = a;
    if (!CHECK_STATUS(ring_open(&world), PLM_OK)) {
        return PLM_E_NOMEM;
    }
    plm_status status = ring_run(&world);
    if (a->done) {
        CHECK_STATUS(plm_tally_cells(world.parties[1], &cells, &n), PLM_E_ARGUMENT);
    }
    ring_close(&world);
    return status;
}

static void test_each_message_in_each_way(void)
{
    attack a = {.what = NOTHING};
    CHECK_STATUS(run_attack(&a), PLM_OK);
    for (int what = NOTHING + 1; what <= LEFT_OUT; what++) {
        unsigned n_messages = 0;
        for (unsigned which = 0; which < 12; which++) {
            a = (attack){.what = (change)what, .owner = which / 4, .hop = which % 4};
            plm_status status = run_attack(&a);
            const plm_status bad = what == LEFT_OUT ? PLM_E_TRUNCATED : PLM_E_PROTOCOL;
            CHECK_STATUS(status, a.done ? bad : PLM_OK);
            n_messages += a.done;
        }
        CHECK_EQ_INT(n_messages, 10); /* 2 of dummies; 3 lists, twice round, 2 final from others */
    }
}

/* A message kept, to be put in another's place. */
typedef struct keeper {
    unsigned kept_owner;
    unsigned kept_hop;
    unsigned put_owner;
    unsigned put_hop;
    unsigned keep_to; /* of whom it is kept as it comes in */
    uint8_t bytes[MESSAGE_MAX];
    size_t n;
    unsigned n_put;
} keeper;

static unsigned replace(ring *r, unsigned from, unsigned to, uint8_t *bytes, size_t *n)
{
    keeper *k = (keeper *)r->context;
    (void)from;
    if (bytes[0] != LIST) {
        return 1;
    }
    if (bytes[AT_OWNER] == k->kept_owner && bytes[AT_HOP] == k->kept_hop && to == k->keep_to) {
        memcpy(k->bytes, bytes, *n);
        k->n = *n;
    } else if (bytes[AT_OWNER] == k->put_owner && bytes[AT_HOP] == k->put_hop && k->n == *n) {
        memcpy(bytes + AT_STRATUM, k->bytes + AT_STRATUM, *n - AT_STRATUM);
        k->n_put++;
    }
    return 1;
}

/* The end of runs in which the message came before the one that it replaces. */
static plm_status run_keeper(unsigned n_parties, unsigned counter, keeper k)
{
    for (int i = 0; i < 50; i++) {
        keeper now = k;
        new_world(n_parties);
        world.counter = counter;
        world.hook = replace;
        world.context = &now;
        if (!CHECK_STATUS(ring_open(&world), PLM_OK)) {
            return PLM_E_NOMEM;
        }
        plm_status status = ring_run(&world);
        ring_close(&world);
        if (now.n_put > 0) {
            return status;
        }
    }
    CHECK(false);
    return PLM_E_NOMEM;
}

static void test_lists_in_each_others_place(void)
{
    /* Party 1 sends the same points to party 2 as list 0 and as its own. */
    CHECK_STATUS(
        run_keeper(
            3, 0,
            (keeper){.kept_owner = 1, .kept_hop = 1, .put_owner = 0, .put_hop = 2, .keep_to = 2}),
        PLM_E_PROTOCOL);
    /* Party 1 sends party 0's list back to it as its own. */
    CHECK_STATUS(
        run_keeper(
            2, 0,
            (keeper){.kept_owner = 0, .kept_hop = 1, .put_owner = 1, .put_hop = 1, .keep_to = 1}),
        PLM_E_PROTOCOL);
    /* Party 1 hands the counting party's list on as it came. */
    CHECK_STATUS(
        run_keeper(
            2, 0,
            (keeper){.kept_owner = 0, .kept_hop = 1, .put_owner = 0, .put_hop = 2, .keep_to = 1}),
        PLM_E_PROTOCOL);
}

/* Party 1 of three does not multiply list 0: nobody sees it, and the list's overlaps are lost. */
static void test_what_is_not_caught(void)
{
    const keeper k = {.kept_owner = 0, .kept_hop = 1, .put_owner = 0, .put_hop = 2, .keep_to = 1};
    CHECK_STATUS(run_keeper(3, 2, k), PLM_OK);
}

/* Messages of a party that others must send, and after the end. */
static void test_wrong_senders(void)
{
    new_world(3);
    world.counter = 1;
    if (!CHECK_STATUS(ring_open(&world), PLM_OK)) {
        return;
    }
    static const uint8_t dummies[] = {DUMMIES, 2, 0, 0, 0, 1};
    CHECK_STATUS(plm_tally_input(world.parties[0], 2, plm_span_of(dummies, sizeof dummies)),
                 PLM_E_PROTOCOL); /* it does not count */
    CHECK_STATUS(plm_tally_input(world.parties[1], 0, plm_span_of(dummies, sizeof dummies)),
                 PLM_E_PROTOCOL);
    CHECK_EQ_INT(plm_tally_wants(world.parties[1]), 0);
    CHECK_STATUS(plm_tally_work(world.parties[1]), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_tally_input(world.parties[1], 2, plm_span_of(dummies, sizeof dummies)),
                 PLM_E_ARGUMENT);
    CHECK_STATUS(plm_tally_input(world.parties[2], 2, plm_span_of(dummies, sizeof dummies)),
                 PLM_E_PROTOCOL); /* of itself */
    ring_close(&world);

    new_world(2);
    if (CHECK_STATUS(ring_open(&world), PLM_OK)) {
        CHECK_STATUS(ring_run(&world), PLM_OK);
        ring_check_table(&world);
        CHECK_STATUS(plm_tally_input(world.parties[0], 1, plm_span_of(dummies, sizeof dummies)),
                     PLM_E_PROTOCOL);
    }
    ring_close(&world);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_each_message_in_each_way);
    TAP_RUN(test_lists_in_each_others_place);
    TAP_RUN(test_what_is_not_caught);
    TAP_RUN(test_wrong_senders);
    return tap_done();
}
