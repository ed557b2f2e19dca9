/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector-OLE matching where what is said is changed: each message, in each of its parts, is found
 * out by whom spec/matching-vole.md section 8 says, or costs nobody but the one who said it.
 */
#include "match/vole.h"
#include "vole_scene.h"

/* Changes to messages. */
typedef struct change {
    uint8_t type; /* of the message that is changed; from who sends that type */
    size_t at;    /* SIZE_MAX: the last byte */
    uint8_t bits;
    bool cut;
    bool drop;
    unsigned times; /* how often it comes, if not 0 */
    bool done;
} change;

static unsigned follow(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                       void *context)
{
    change *c = (change *)context;
    (void)p;
    (void)from;
    (void)index;
    size_t at = c->at == SIZE_MAX ? *n - 1 : c->at;
    if (c->done || bytes[0] != c->type || (!c->cut && at >= *n)) {
        return 1;
    }
    c->done = true;
    if (c->drop) {
        return 0;
    }
    if (c->cut) {
        *n -= 1;
    } else {
        bytes[at] ^= c->bits;
    }
    return c->times > 0 ? c->times : 1;
}

static scene kept; /* small, and without base transfers */

static outcome run_change(change *c)
{
    return run_hooked(c->type == PLM_VOLE_BEGIN || c->type == PLM_VOLE_BASE ? &small : &kept,
                      follow, c);
}

static void test_cut_and_repeated(void)
{
    for (uint8_t type = PLM_VOLE_BEGIN; type <= PLM_VOLE_OUTPUTS; type++) {
        if (type == PLM_VOLE_AGAIN) {
            continue; /* no part of this run: protocol_vole_order.c */
        }
        change cut = {.type = type, .cut = true};
        outcome o = run_change(&cut);
        CHECK_STATUS(o.status, PLM_E_PROTOCOL);
        CHECK_EQ_INT(o.n_hits, -1);
        change twice = {.type = type, .times = 2};
        CHECK_STATUS(run_change(&twice).status, PLM_E_PROTOCOL);
        change drop = {.type = type, .drop = true};
        CHECK_EQ_INT(run_change(&drop).n_hits, -1);
        CHECK(cut.done && twice.done && drop.done);
    }
}

/* A changed bit: who must find it, and how. */
typedef struct cheat {
    const char *what;
    uint8_t type;
    size_t at; /* SIZE_MAX: the last byte */
    uint8_t bits;
    plm_status status;
    plm_match_role finder;
} cheat;

static void test_cheats(void)
{
    static const cheat cheats[] = {
        {"a commitment: no session is shared then", PLM_VOLE_BEGIN, 1, 1, PLM_E_PROOF,
         PLM_MATCH_SENDER},
        {"another way to begin", PLM_VOLE_BEGIN, 33, 2, PLM_E_PROTOCOL, PLM_MATCH_RECEIVER},
        {"a base question that is no element", PLM_VOLE_BEGIN, 34 + 31, 0x80, PLM_E_PROTOCOL,
         PLM_MATCH_RECEIVER},
        {"a base answer that is no element", PLM_VOLE_BASE, 1 + 31, 0x80, PLM_E_PROTOCOL,
         PLM_MATCH_SENDER},
        {"trees of the transfers", PLM_VOLE_BASE, SIZE_MAX, 1, PLM_E_PROOF, PLM_MATCH_SENDER},
        {"a number of bins that was not agreed", PLM_VOLE_STORE, 36, 1, PLM_E_PROTOCOL,
         PLM_MATCH_SENDER},
        {"more rows in a bin", PLM_VOLE_STORE, 40, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {"a larger store", PLM_VOLE_STORE, 43, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {"more dense columns", PLM_VOLE_STORE, 48, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {"a correction", PLM_VOLE_EXTEND, 5, 1, PLM_E_PROOF, PLM_MATCH_SENDER},
        {"a response of the rows' check", PLM_VOLE_EXTEND, SIZE_MAX, 1, PLM_E_PROOF,
         PLM_MATCH_SENDER},
        {"an instance out of order", PLM_VOLE_EXTEND, 4, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {"trees of another instance", PLM_VOLE_TREES_MESSAGE, 4, 1, PLM_E_PROTOCOL,
         PLM_MATCH_RECEIVER},
        {"a sum of leaves", PLM_VOLE_TREES_MESSAGE, SIZE_MAX, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER},
        {"a check of another instance", PLM_VOLE_CHECK, 4, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {"a consistency response", PLM_VOLE_CHECK, 7, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER},
        {"a proof of another instance", PLM_VOLE_PROOF, 4, 1, PLM_E_PROTOCOL, PLM_MATCH_RECEIVER},
        {"a proof", PLM_VOLE_PROOF, 9, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER},
        {"columns out of order", PLM_VOLE_COLUMNS, 4, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {"more columns than agreed", PLM_VOLE_COLUMNS, 8, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER},
        {"another w_s", PLM_VOLE_OPEN, 3, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER},
        {"another salt", PLM_VOLE_OPEN, SIZE_MAX, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER},
        {"outputs out of order", PLM_VOLE_OUTPUTS, 4, 1, PLM_E_PROTOCOL, PLM_MATCH_RECEIVER},
        {"more outputs than agreed", PLM_VOLE_OUTPUTS, 7, 1, PLM_E_PROTOCOL, PLM_MATCH_RECEIVER},
    };
    for (size_t i = 0; i < sizeof cheats / sizeof *cheats; i++) {
        const cheat *x = &cheats[i];
        change c = {.type = x->type, .at = x->at, .bits = x->bits};
        outcome o = run_change(&c);
        if (!(is_found(o, x->status, x->finder) && CHECK(c.done))) {
            printf("# %s\n", x->what);
        }
    }
}

/* A different r or w_r, or a changed column: the receiver's own loss, and no wrong hit. */
static void test_own_loss(void)
{
    static const size_t places[] = {1, 20};
    for (size_t i = 0; i < 2; i++) {
        change c = {.type = PLM_VOLE_STORE, .at = places[i], .bits = 1};
        outcome o = run_change(&c);
        CHECK_STATUS(o.status, PLM_OK);
        CHECK_EQ_INT(o.n_hits, 0);
    }
    int least = 20;
    for (size_t at = 9; at < 9 + 16 * 86; at += 160) {
        change c = {.type = PLM_VOLE_COLUMNS, .at = at, .bits = 1};
        outcome o = run_change(&c);
        CHECK_STATUS(o.status, PLM_OK);
        least = o.n_hits < least ? o.n_hits : least;
    }
    CHECK(least < 20);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    kept = scene_with_base();
    TAP_RUN(test_cut_and_repeated);
    TAP_RUN(test_cheats);
    TAP_RUN(test_own_loss);
    return tap_done();
}
