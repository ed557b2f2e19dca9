/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector-OLE matching with a peer that says other things than are due: too early, unasked, of
 * another agreement, of another base, too long. Each ends the run, with no result.
 */
#include "match/vole.h"
#include "vole_scene.h"

static scene kept; /* small, and without base transfers */

/* A message that is held back until the next one of the same sender has gone. */
typedef struct exchange {
    uint8_t type;
    bool is_held;
    bool is_done;
    size_t n;
    uint8_t bytes[PLM_MATCH_MESSAGE_MAX];
} exchange;

static unsigned hold_back(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                          void *context)
{
    exchange *e = (exchange *)context;
    (void)index;
    if (e->is_held && !e->is_done) {
        pair_deliver(p, from, bytes, *n);
        memcpy(bytes, e->bytes, e->n);
        *n = e->n;
        e->is_done = true;
    } else if (!e->is_done && bytes[0] == e->type) {
        memcpy(e->bytes, bytes, *n);
        e->n = *n;
        e->is_held = true;
        return 0;
    }
    return 1;
}

static void test_order(void)
{
    static const struct {
        uint8_t type; /* comes after what follows it */
        plm_status status;
        plm_match_role finder;
    } orders[] = {
        {PLM_VOLE_BASE, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {PLM_VOLE_STORE, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {PLM_VOLE_OPEN, PLM_E_PROTOCOL, PLM_MATCH_RECEIVER},
        {PLM_VOLE_CHECK, PLM_OK, PLM_MATCH_SENDER}, /* neither waits for the other */
        {PLM_VOLE_PROOF, PLM_OK, PLM_MATCH_SENDER},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        static exchange e;
        e = (exchange){.type = orders[i].type};
        outcome o = run_hooked(e.type == PLM_VOLE_BASE ? &small : &kept, hold_back, &e);
        CHECK(e.is_done);
        CHECK_STATUS(o.status, orders[i].status);
        CHECK_EQ_INT(o.n_hits, o.status == PLM_OK ? 20 : -1);
        CHECK(o.status == PLM_OK || o.failed == orders[i].finder);
    }
}

/* A message of zeros that nobody asked for, before the first one of a type. */
typedef struct unasked {
    const char *what;
    size_t n;
    plm_match_security security;
    plm_match_role finder;
    bool with_base;
    uint8_t before;
    uint8_t type;
    bool is_done;
} unasked;

static unsigned say_unasked(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                            void *context)
{
    unasked *u = (unasked *)context;
    (void)index;
    if (!u->is_done && bytes[0] == u->before) {
        static uint8_t extra[PLM_MATCH_MESSAGE_MAX];
        u->is_done = true;
        extra[0] = u->type;
        pair_deliver(p, from, extra, u->n);
    }
    (void)n;
    return 1;
}

static void test_unasked(void)
{
    static unasked all[] = {
        {"AGAIN, of a base that nobody named", 1, PLM_MATCH_MALICIOUS, PLM_MATCH_SENDER, false,
         PLM_VOLE_BASE, PLM_VOLE_AGAIN, false},
        {"AGAIN, when the base goes on", 1, PLM_MATCH_MALICIOUS, PLM_MATCH_SENDER, true,
         PLM_VOLE_EXTEND, PLM_VOLE_AGAIN, false},
        {"BASE, when a kept one was named", 8225, PLM_MATCH_MALICIOUS, PLM_MATCH_SENDER, true,
         PLM_VOLE_STORE, PLM_VOLE_BASE, false},
        {"CHECK before TREES", 21, PLM_MATCH_MALICIOUS, PLM_MATCH_SENDER, true, PLM_VOLE_EXTEND,
         PLM_VOLE_CHECK, false},
        {"CHECK, semi-honest", 21, PLM_MATCH_SEMI_HONEST, PLM_MATCH_SENDER, true, PLM_VOLE_COLUMNS,
         PLM_VOLE_CHECK, false},
        {"PROOF, semi-honest", 37, PLM_MATCH_SEMI_HONEST, PLM_MATCH_RECEIVER, true, PLM_VOLE_OPEN,
         PLM_VOLE_PROOF, false},
        {"PROOF before CHECK", 37, PLM_MATCH_MALICIOUS, PLM_MATCH_RECEIVER, true,
         PLM_VOLE_TREES_MESSAGE, PLM_VOLE_PROOF, false},
        {"OPEN before the columns are told", 49, PLM_MATCH_MALICIOUS, PLM_MATCH_RECEIVER, true,
         PLM_VOLE_TREES_MESSAGE, PLM_VOLE_OPEN, false},
        {"OUTPUTS before OPEN", 40, PLM_MATCH_MALICIOUS, PLM_MATCH_RECEIVER, true, PLM_VOLE_OPEN,
         PLM_VOLE_OUTPUTS, false},
        {"nothing at all", 0, PLM_MATCH_MALICIOUS, PLM_MATCH_RECEIVER, true, PLM_VOLE_OPEN, 0,
         false},
        {"a type that there is not", 9, PLM_MATCH_MALICIOUS, PLM_MATCH_SENDER, true,
         PLM_VOLE_COLUMNS, 12, false},
        {"its own type", 9, PLM_MATCH_MALICIOUS, PLM_MATCH_SENDER, true, PLM_VOLE_COLUMNS,
         PLM_VOLE_OUTPUTS, false},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        unasked *u = &all[i];
        scene x = u->with_base ? kept : small;
        x.security = u->security;
        if (!(is_found(run_hooked(&x, say_unasked, u), PLM_E_PROTOCOL, u->finder) &&
              CHECK(u->is_done))) {
            printf("# %s\n", u->what);
        }
    }
}

/* The second BEGIN, after AGAIN, is what it may not be. */
static unsigned begin_wrongly(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                              void *context)
{
    static uint8_t first[50];
    (void)p;
    if (from == PLM_MATCH_SENDER && index == 0) {
        memcpy(first, bytes, sizeof first);
    } else if (from == PLM_MATCH_SENDER && index == 1 && *(const int *)context == 0) {
        memcpy(bytes, first, sizeof first); /* a kept base once more */
        *n = sizeof first;
    } else if (from == PLM_MATCH_SENDER && index == 1) {
        bytes[7] ^= 1; /* another commitment */
    }
    return 1;
}

/* Halves of a base that do not belong together, and what a sender says when its own is not known.
 */
static void test_kept_bases(void)
{
    enum {
        NAME_AT = 2,
        DELTA_AT = 26,
        LEAVES_AT = 42
    };
    uint8_t changed[PLM_MATCH_BASE_MAX];
    for (int role = 0; role < 2; role++) {
        scene x = kept;
        memcpy(changed, kept.base[role], kept.base_bytes[role]);
        x.base[role] = changed;
        for (size_t leaf = 0; leaf < 16; leaf++) {
            changed[LEAVES_AT + 16 * leaf] ^= 1;
        }
        is_found(run_hooked(&x, NULL, NULL), PLM_E_PROOF, PLM_MATCH_SENDER);
        memcpy(changed, kept.base[role], kept.base_bytes[role]);
        changed[NAME_AT] ^= 1; /* another base: a fresh one is made */
        outcome o = run_hooked(&x, NULL, NULL);
        CHECK_STATUS(o.status, PLM_OK);
        CHECK_EQ_INT(o.n_hits, 20);
    }
    scene x = kept;
    memcpy(changed, kept.base[PLM_MATCH_SENDER], kept.base_bytes[PLM_MATCH_SENDER]);
    changed[DELTA_AT] ^= 1;
    x.base[PLM_MATCH_SENDER] = changed;
    is_found(run_hooked(&x, NULL, NULL), PLM_E_PROOF, PLM_MATCH_SENDER);
    x = kept;
    x.base[PLM_MATCH_RECEIVER] = NULL;
    x.base_bytes[PLM_MATCH_RECEIVER] = 0;
    for (int how = 0; how < 2; how++) {
        is_found(run_hooked(&x, begin_wrongly, &how), PLM_E_PROTOCOL, PLM_MATCH_RECEIVER);
    }
}

/* Sides that were told different numbers, or another context, have nothing in common. */
static void test_other_agreement(void)
{
    for (int what = 0; what < 4; what++) {
        static pair p;
        sets s;
        static const uint8_t other[] = {9, 8, 6};
        make_sets(&s, &small);
        plm_match_config receiver = config_of(&small, &s, PLM_MATCH_RECEIVER);
        plm_match_config sender = config_of(&small, &s, PLM_MATCH_SENDER);
        if (what == 0) {
            sender.n_peer++; /* more of the receiver's */
        } else if (what == 1) {
            receiver.n_peer++; /* more of the sender's */
        } else if (what == 2) {
            sender.context = other;
        } else {
            sender.security = PLM_MATCH_SEMI_HONEST;
        }
        if (pair_open(&p, &receiver, &sender)) {
            plm_status status = pair_run(&p);
            CHECK(status == PLM_E_PROOF || status == PLM_E_PROTOCOL);
            CHECK(!pair_is_done(&p, PLM_MATCH_RECEIVER) && !pair_is_done(&p, PLM_MATCH_SENDER));
        }
        pair_close(&p);
        free_sets(&s);
    }
}

/* OUTPUTS that are longer than their values can be are refused as they come, and never kept. */
static unsigned say_too_much(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                             void *context)
{
    static uint8_t longer[PLM_MATCH_MESSAGE_MAX];
    (void)index;
    if (from == PLM_MATCH_SENDER && bytes[0] == PLM_VOLE_OUTPUTS) {
        memcpy(longer, bytes, *n);
        CHECK_STATUS(
            plm_match_input(p->side[PLM_MATCH_RECEIVER], longer, *n + *(const size_t *)context),
            PLM_E_PROTOCOL);
        return 0;
    }
    return 1;
}

static void test_too_long(void)
{
    static const size_t more[] = {9, 1000, 500000};
    for (size_t i = 0; i < 3; i++) {
        size_t n = more[i];
        CHECK_EQ_INT(run_hooked(&kept, say_too_much, &n).n_hits, -1);
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    kept = scene_with_base();
    TAP_RUN(test_order);
    TAP_RUN(test_unasked);
    TAP_RUN(test_kept_bases);
    TAP_RUN(test_other_agreement);
    TAP_RUN(test_too_long);
    return tap_done();
}
