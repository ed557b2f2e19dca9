/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The request's machine against a table written out by hand, and both sides' convergence: two nodes
 * that write and deliver steps at random always end in one state, whatever crossed.
 */
#include "request/transition.h"
#include "tap.h"

#include <stdlib.h>

enum {
    ROUNDS = 20000,
    STEPS = 24
};

static uint64_t random_state = 0x9e3779b97f4a7c15U;

static size_t below(size_t n)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (size_t)((random_state * 0x2545f4914f6cdd1dU) >> 33) % n;
}

/* Every move there is: who, from where, what, to where. Nothing else is allowed. */
static const struct move {
    const char *what; /* "ask", "offer" or "both" */
    char side;        /* r requester, h requested */
    const char *from;
    const char *action;
    const char *to;
} moves[] = {
    {"both", 'r', "draft", "send", "sent"},
    {"both", 'h', "sent", "receive", "received"},
    {"both", 'r', "received", "consult", "consulting"},
    {"both", 'h', "received", "consult", "consulting"},
    {"both", 'r', "consulting", "consult", "consulting"},
    {"both", 'h', "consulting", "consult", "consulting"},
    {"both", 'r', "accepted", "consult", "consulting"},
    {"both", 'h', "accepted", "consult", "consulting"},
    {"ask", 'r', "postponed", "consult", "consulting"},
    {"ask", 'h', "postponed", "consult", "consulting"},
    {"both", 'h', "received", "accept", "accepted"},
    {"both", 'h', "consulting", "accept", "accepted"},
    {"ask", 'h', "postponed", "accept", "accepted"},
    {"ask", 'h', "received", "postpone", "postponed"},
    {"ask", 'h', "consulting", "postpone", "postponed"},
    {"ask", 'h', "accepted", "postpone", "postponed"},
    {"both", 'h', "received", "refuse", "refused"},
    {"both", 'h', "consulting", "refuse", "refused"},
    {"ask", 'h', "accepted", "refuse", "refused"},
    {"ask", 'h', "postponed", "refuse", "refused"},
    {"ask", 'h', "received", "answer", "answered"},
    {"ask", 'h', "consulting", "answer", "answered"},
    {"ask", 'h', "accepted", "answer", "answered"},
    {"ask", 'h', "postponed", "answer", "answered"},
    {"ask", 'h', "answered", "answer", "answered"},
    {"ask", 'r', "answered", "close", "closed"},
    {"both", 'r', "refused", "close", "closed"},
    {"offer", 'r', "accepted", "close", "closed"},
    {"both", 'r', "sent", "withdraw", "withdrawn"},
    {"both", 'r', "received", "withdraw", "withdrawn"},
    {"both", 'r', "consulting", "withdraw", "withdrawn"},
    {"both", 'r', "accepted", "withdraw", "withdrawn"},
    {"both", 'r', "postponed", "withdraw", "withdrawn"},
};

/* Attaching and recalling change no state: where each is allowed. */
static bool stays(const char *state, const char *action)
{
    static const char *const begun[] = {"sent",     "received",  "consulting",
                                        "accepted", "postponed", "answered"};
    for (size_t i = 0; i < sizeof begun / sizeof *begun; i++) {
        if (strcmp(begun[i], state) == 0) {
            return true;
        }
    }
    return strcmp(action, "attach") != 0 && strcmp(state, "draft") != 0;
}

static const char *oracle(bool is_offer, const char *state, char side, const char *action)
{
    if (strcmp(action, "attach") == 0 || strcmp(action, "recall") == 0 ||
        strcmp(action, "recalled") == 0) {
        return stays(state, action) ? state : NULL;
    }
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        const struct move *m = &moves[i];
        if ((strcmp(m->what, "both") == 0 || (strcmp(m->what, "offer") == 0) == is_offer) &&
            m->side == side && strcmp(m->from, state) == 0 && strcmp(m->action, action) == 0) {
            return m->to;
        }
    }
    return NULL;
}

static void test_table(void)
{
    unsigned n_allowed = 0;
    for (unsigned i = 0; i < 2U * PLM_REQUEST_STATE_COUNT * 2 * PLM_REQUEST_ACTION_COUNT; i++) {
        bool is_offer = i % 2 == 1;
        plm_request_side side = (plm_request_side)(i / 2 % 2);
        plm_request_state state = (plm_request_state)(i / 4 % PLM_REQUEST_STATE_COUNT);
        plm_request_action action = (plm_request_action)(i / 4 / PLM_REQUEST_STATE_COUNT);
        plm_request_state next = PLM_REQUEST_STATE_COUNT;
        bool is_allowed = plm_request_allows(is_offer, state, side, action, &next);
        const char *want =
            oracle(is_offer, plm_request_state_name(state),
                   side == PLM_REQUEST_REQUESTER ? 'r' : 'h', plm_request_action_name(action));
        if (!CHECK(is_allowed == (want != NULL))) {
            printf("# %s in %s\n", plm_request_action_name(action), plm_request_state_name(state));
        }
        if (is_allowed && want != NULL) {
            CHECK_EQ_STR(plm_request_state_name(next), want);
            n_allowed++;
        }
    }
    CHECK(n_allowed > 80);
}

/* One node's knowledge of one request. */
typedef struct node {
    plm_request_step steps[2][STEPS];
    plm_request_log log;
} node;

static void start(node *n, bool is_offer)
{
    memset(n, 0, sizeof *n);
    n->log.is_offer = is_offer;
    n->log.steps[0] = n->steps[0];
    n->log.steps[1] = n->steps[1];
}

static void add(node *n, plm_request_side side, plm_request_action action, uint32_t seen,
                const uint8_t id[static 32])
{
    plm_request_step *step = &n->log.steps[side][n->log.n[side]++];
    step->action = action;
    step->seen = seen;
    memcpy(step->id, id, 32);
}

/* A step that `side` may take as things look to it; false if it has none or no room. */
static bool act(node *n, plm_request_side side, plm_transition *t)
{
    plm_request_side other = (plm_request_side)(1 - side);
    t->side = side;
    t->action = (plm_request_action)(1 + below(PLM_REQUEST_ACTION_COUNT - 1));
    if (t->action == PLM_REQUEST_RECALL || t->action == PLM_REQUEST_RECALLED) {
        plm_request_side of = t->action == PLM_REQUEST_RECALL ? side : other;
        if (n->log.n[of] == 0) {
            return false;
        }
        memcpy(t->target, n->log.steps[of][below(n->log.n[of])].id, 32);
    }
    plm_transition_link(t, &n->log);
    if (n->log.n[side] == STEPS ||
        plm_request_may_add(&n->log, side, t->action, t->seen) != PLM_OK) {
        return false;
    }
    return true;
}

/* The slow, obvious order: of all orders of the two chains, the one the rules name. */
static plm_request_state slow_state(const node *n, bool is_void[2][STEPS])
{
    size_t at[2] = {0, 0};
    plm_request_state state = PLM_REQUEST_DRAFT;
    for (size_t placed = 0; placed < n->log.n[0] + n->log.n[1]; placed++) {
        /* The requester's, if all it had seen stands; else the other's. */
        plm_request_side side = at[0] < n->log.n[0] && n->log.steps[0][at[0]].seen <= at[1] ? 0 : 1;
        const plm_request_step *step = &n->log.steps[side][at[side]];
        const char *to = oracle(n->log.is_offer, plm_request_state_name(state),
                                side == PLM_REQUEST_REQUESTER ? 'r' : 'h',
                                plm_request_action_name(step->action));
        is_void[side][at[side]] = to == NULL;
        if (to != NULL) {
            CHECK_STATUS(plm_request_state_find(&state, to), PLM_OK);
        }
        at[side]++;
    }
    return state;
}

typedef struct tally {
    unsigned void_steps;
    unsigned ends[PLM_REQUEST_STATE_COUNT];
} tally;

/* Both write when they like; what is written travels in order, when it likes. */
static void converge(tally *seen)
{
    static node nodes[2];
    static plm_transition written[2][STEPS];
    size_t delivered[2] = {0, 0};
    bool is_offer = below(4) == 0;
    start(&nodes[0], is_offer);
    start(&nodes[1], is_offer);
    for (unsigned turn = 0; turn < 300; turn++) {
        plm_request_side side = (plm_request_side)below(2);
        plm_request_side other = (plm_request_side)(1 - side);
        plm_transition t = {0};
        bool is_ending = turn > 200;
        if (!is_ending && below(2) == 0) {
            if (act(&nodes[side], side, &t)) {
                uint8_t id[32];
                for (size_t i = 0; i < sizeof id; i++) {
                    id[i] = (uint8_t)below(256);
                }
                written[side][nodes[side].log.n[side]] = t;
                add(&nodes[side], side, t.action, t.seen, id);
            }
        } else if (delivered[side] < nodes[side].log.n[side]) {
            size_t i = delivered[side]++;
            const plm_transition *w = &written[side][i];
            CHECK_EQ_INT(plm_transition_judge(w, &nodes[other].log), PLM_PARCEL_TAKEN);
            add(&nodes[other], side, w->action, w->seen, nodes[side].log.steps[side][i].id);
        }
    }
    bool is_void[2][STEPS];
    CHECK_EQ_INT(nodes[0].log.n[0], nodes[1].log.n[0]);
    CHECK_EQ_INT(nodes[0].log.n[1], nodes[1].log.n[1]);
    plm_request_state state = plm_request_fold(&nodes[0].log);
    CHECK_EQ_INT(plm_request_fold(&nodes[1].log), state);
    CHECK_EQ_INT(slow_state(&nodes[0], is_void), state);
    for (unsigned side = 0; side < 2; side++) {
        for (size_t i = 0; i < nodes[0].log.n[side]; i++) {
            CHECK(nodes[0].steps[side][i].is_void == nodes[1].steps[side][i].is_void);
            CHECK(nodes[0].steps[side][i].is_void == is_void[side][i]);
            seen->void_steps += nodes[0].steps[side][i].is_void;
        }
    }
    seen->ends[state]++;
}

static void test_convergence(void)
{
    tally seen = {0};
    for (unsigned i = 0; i < ROUNDS && tap_n_bad_checks < 20; i++) {
        converge(&seen);
    }
    CHECK(seen.void_steps > 100); /* or nothing ever crossed */
    for (unsigned s = PLM_REQUEST_SENT; s < PLM_REQUEST_STATE_COUNT; s++) {
        if (!CHECK(seen.ends[s] > 0)) {
            printf("# none ended in %s\n", plm_request_state_name((plm_request_state)s));
        }
    }
}

/* Whatever a peer changes in a step that would be taken, it is not taken. */
static void test_lies(void)
{
    static node n;
    start(&n, false);
    plm_transition t = {.side = PLM_REQUEST_REQUESTER, .action = PLM_REQUEST_SEND};
    uint8_t id[3][32];
    memset(id[0], 1, 32);
    memset(id[1], 2, 32);
    memset(id[2], 3, 32);
    plm_transition_link(&t, &n.log);
    CHECK_EQ_INT(plm_transition_judge(&t, &n.log), PLM_PARCEL_TAKEN);
    add(&n, PLM_REQUEST_REQUESTER, PLM_REQUEST_SEND, 0, id[0]);
    CHECK_EQ_INT(plm_transition_judge(&t, &n.log), PLM_PARCEL_BAD_CHAIN); /* a replay */
    add(&n, PLM_REQUEST_REQUESTED, PLM_REQUEST_RECEIVE, 1, id[1]);
    add(&n, PLM_REQUEST_REQUESTED, PLM_REQUEST_ACCEPT, 1, id[2]);
    plm_transition good = {.side = PLM_REQUEST_REQUESTED, .action = PLM_REQUEST_ANSWER};
    plm_transition_link(&good, &n.log);
    CHECK_EQ_INT(plm_transition_judge(&good, &n.log), PLM_PARCEL_TAKEN);
    for (unsigned lie = 0; lie < 9; lie++) {
        plm_transition bad = good;
        bad.sequence += lie == 0 ? 1 : 0;
        bad.sequence -= lie == 1 ? 1 : 0;
        bad.previous[7] ^= lie == 2;
        bad.seen_hash[0] ^= lie == 3;
        bad.request_hash[31] ^= lie == 4;
        bad.seen += lie == 5;
        bad.seen -= lie == 6;
        plm_parcel_verdict want = PLM_PARCEL_BAD_CHAIN;
        if (lie == 7) {
            bad.action = PLM_REQUEST_CLOSE; /* not that side's to do */
            want = PLM_PARCEL_NOT_ALLOWED;
        }
        if (lie == 8) {
            bad.action = PLM_REQUEST_RECALL; /* of what it never said */
            memset(bad.target, 9, 32);
        }
        if (!CHECK_EQ_INT(plm_transition_judge(&bad, &n.log), want)) {
            printf("# lie %u\n", lie);
        }
    }
}

/* Encoding and decoding are each other's inverse, and nothing else decodes. */
static void test_codec(void)
{
    plm_buf out;
    plm_buf again;
    plm_buf_init(&out, 1000);
    plm_buf_init(&again, 1000);
    unsigned n_taken = 0;
    for (unsigned round = 0; round < 20000; round++) {
        plm_transition t = {.side = (plm_request_side)below(2),
                            .action = (plm_request_action)(1 + below(12)),
                            .sequence = (uint32_t)(1 + below(3)),
                            .seen = (uint32_t)below(3),
                            .code = (uint16_t)below(20)};
        for (size_t i = 0; i < 32; i++) {
            t.request_hash[i] = t.action != PLM_REQUEST_SEND;
            t.previous[i] = t.sequence > 1;
            t.seen_hash[i] = t.seen > 0;
            t.target[i] = t.action >= PLM_REQUEST_RECALL;
        }
        plm_buf_clear(&out);
        plm_buf_clear(&again);
        plm_transition back;
        if (plm_transition_encode(&t, &out) != PLM_OK) {
            CHECK_EQ_INT(out.n, 0);
            continue;
        }
        memset(&back, 0, sizeof back);
        CHECK_STATUS(plm_transition_decode(&back, plm_buf_span(&out)), PLM_OK);
        CHECK_EQ_MEM(&back, &t, sizeof t);
        CHECK_STATUS(plm_transition_decode(&back, plm_span_of(out.data, below(out.n))),
                     PLM_E_PROTOCOL);
        out.data[below(out.n)] = (uint8_t)below(4);
        if (plm_transition_decode(&back, plm_buf_span(&out)) == PLM_OK) {
            CHECK_STATUS(plm_transition_encode(&back, &again), PLM_OK);
            CHECK(plm_span_equal(plm_buf_span(&out), plm_buf_span(&again)));
            n_taken++;
        }
    }
    CHECK(n_taken > 0);
    plm_buf_wipe(&out);
    plm_buf_wipe(&again);
}

int main(void)
{
    TAP_RUN(test_table);
    TAP_RUN(test_convergence);
    TAP_RUN(test_lies);
    TAP_RUN(test_codec);
    return tap_done();
}
