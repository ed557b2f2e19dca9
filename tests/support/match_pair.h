/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_pair.h - both machines of a match in one thread, with a hand on every message between them.
 */
#ifndef PLM_TESTS_MATCH_PAIR_H
#define PLM_TESTS_MATCH_PAIR_H

#include "base/bytes.h"
#include "crypto/sign.h"
#include "numbers.h"
#include "tap.h"

#include <palermo/match.h>
#include <stdlib.h>

enum {
    PAIR_QUEUE_MAX = 128
};

/* The token that stands for a number: equal numbers, equal tokens. */
static inline plm_token pair_token(uint64_t number)
{
    plm_token token;
    uint64_t state = number;
    plm_store_u64(token.b, test_number(&state));
    plm_store_u64(token.b + 8, number);
    return token;
}

/* A message under way. */
typedef struct pair_message {
    uint8_t *bytes;
    size_t n;
} pair_message;

struct pair;
/*
 * Sees each message as it is sent, `index` counting those of that sender; may change it, and says
 * how often it is delivered.
 */
typedef unsigned pair_hook(struct pair *pair, plm_match_role from, size_t index, uint8_t *bytes,
                           size_t *n, void *context);

typedef struct pair {
    plm_match *side[2];                    /* by role */
    pair_message queue[2][PAIR_QUEUE_MAX]; /* to that role */
    size_t n_queue[2];
    size_t n_sent[2];  /* by role */
    plm_status status; /* the first failure */
    plm_match_role failed;
    pair_hook *hook;
    void *context;
    uint64_t order; /* not 0: what is done next is picked at random */
} pair;

static inline bool pair_open(pair *p, const plm_match_config *receiver,
                             const plm_match_config *sender)
{
    memset(p, 0, sizeof *p);
    return CHECK_STATUS(plm_match_create(&p->side[PLM_MATCH_RECEIVER], receiver), PLM_OK) &&
           CHECK_STATUS(plm_match_create(&p->side[PLM_MATCH_SENDER], sender), PLM_OK);
}

static inline void pair_close(pair *p)
{
    for (int role = 0; role < 2; role++) {
        plm_match_destroy(p->side[role]);
        for (size_t i = 0; i < p->n_queue[role]; i++) {
            free(p->queue[role][i].bytes);
        }
    }
}

static inline void pair_note(pair *p, plm_match_role role, plm_status status)
{
    if (p->status == PLM_OK && status != PLM_OK) {
        p->status = status;
        p->failed = role;
    }
}

static inline void pair_deliver(pair *p, plm_match_role from, const uint8_t *bytes, size_t n)
{
    const plm_match_role to = from == PLM_MATCH_SENDER ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER;
    pair_message *m = &p->queue[to][p->n_queue[to]];
    if (!CHECK(p->n_queue[to] < PAIR_QUEUE_MAX)) {
        return;
    }
    m->bytes = (uint8_t *)malloc(n + 1);
    if (CHECK(m->bytes != NULL)) {
        memcpy(m->bytes, bytes, n);
        m->n = n;
        p->n_queue[to]++;
    }
}

static inline void pair_output(pair *p, plm_match_role role)
{
    static uint8_t copy[PLM_MATCH_MESSAGE_MAX + 16];
    const uint8_t *bytes = NULL;
    size_t n = 0;
    unsigned times = 1;
    plm_status status = plm_match_output(p->side[role], &bytes, &n);
    pair_note(p, role, status);
    if (status != PLM_OK || !CHECK(n <= PLM_MATCH_MESSAGE_MAX)) {
        return;
    }
    memcpy(copy, bytes, n);
    if (p->hook != NULL) {
        times = p->hook(p, role, p->n_sent[role], copy, &n, p->context);
    }
    p->n_sent[role]++;
    for (unsigned i = 0; i < times; i++) {
        pair_deliver(p, role, copy, n);
    }
}

static inline void pair_input(pair *p, plm_match_role role)
{
    pair_message m = p->queue[role][0];
    p->n_queue[role]--;
    memmove(p->queue[role], p->queue[role] + 1, p->n_queue[role] * sizeof m);
    pair_note(p, role, plm_match_input(p->side[role], m.bytes, m.n));
    free(m.bytes);
}

/* Lets one side do one thing; false if it has nothing to do. */
static inline bool pair_step(pair *p, plm_match_role role)
{
    unsigned wants = plm_match_wants(p->side[role]);
    unsigned can = (wants & (PLM_MATCH_OUTPUT | PLM_MATCH_WORK)) |
                   (p->n_queue[role] > 0 ? PLM_MATCH_INPUT : 0);
    CHECK(!(wants & PLM_MATCH_DONE) || wants == PLM_MATCH_DONE);
    if (p->order != 0 && (can & (can - 1)) != 0) { /* two or more: one is left out */
        static const unsigned bits[] = {PLM_MATCH_OUTPUT, PLM_MATCH_WORK, PLM_MATCH_INPUT};
        unsigned less = can & ~bits[test_number(&p->order) % 3];
        can = less;
    }
    if (can & PLM_MATCH_OUTPUT) {
        pair_output(p, role);
    } else if (can & PLM_MATCH_INPUT) {
        pair_input(p, role);
    } else if (can & PLM_MATCH_WORK) {
        pair_note(p, role, plm_match_work(p->side[role]));
    }
    return can != 0;
}

/* Until both are idle, or one failed. Gives the first failure. */
static inline plm_status pair_run(pair *p)
{
    bool moved = true;
    for (size_t i = 0; moved && p->status == PLM_OK && CHECK(i < 100000); i++) {
        moved = false;
        for (int role = 0; role < 2 && p->status == PLM_OK; role++) {
            moved = pair_step(p, (plm_match_role)role) || moved;
        }
    }
    return p->status;
}

static inline bool pair_is_done(const pair *p, plm_match_role role)
{
    return plm_match_wants(p->side[role]) == PLM_MATCH_DONE;
}

#endif
