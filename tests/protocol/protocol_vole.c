/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Vector-OLE matching, both machines in one thread: results equal the known intersection at every
 * kind of size, labels and kept bases fit, and cheats in each message are found out or harmless.
 */
#include "match/vole.h"
#include "match_pair.h"

enum {
    LABEL = 24
};

typedef struct scene {
    size_t n[2]; /* by role */
    size_t n_padded[2];
    size_t n_common; /* the receiver's last are the sender's first */
    plm_match_security security;
    unsigned n_threads;
    size_t label_bytes;
    const uint8_t *base[2];
    size_t base_bytes[2];
    uint64_t order;
} scene;

typedef struct sets {
    plm_token *tokens[2];
    uint8_t *labels;
} sets;

static uint64_t first_number[2];

static void make_sets(sets *s, const scene *x)
{
    first_number[PLM_MATCH_RECEIVER] = 1;
    first_number[PLM_MATCH_SENDER] = 1 + x->n[PLM_MATCH_RECEIVER] - x->n_common;
    for (int role = 0; role < 2; role++) {
        s->tokens[role] = (plm_token *)calloc(x->n[role] + 1, sizeof(plm_token));
        for (size_t i = 0; i < x->n[role]; i++) {
            s->tokens[role][i] = pair_token(first_number[role] + i);
        }
    }
    s->labels = (uint8_t *)calloc(x->n[PLM_MATCH_SENDER] + 1, LABEL);
    for (size_t i = 0; i < x->n[PLM_MATCH_SENDER]; i++) {
        (void)snprintf((char *)s->labels + i * LABEL, LABEL, "label %zu",
                       (size_t)first_number[PLM_MATCH_SENDER] + i);
    }
}

static void free_sets(sets *s)
{
    free(s->tokens[0]);
    free(s->tokens[1]);
    free(s->labels);
}

static plm_match_config config_of(const scene *x, const sets *s, plm_match_role role)
{
    static const uint8_t context[] = {9, 8, 7};
    plm_match_role other = role == PLM_MATCH_SENDER ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER;
    plm_match_config c = {.engine = PLM_ENGINE_VOLE,
                          .security = x->security,
                          .role = role,
                          .tokens = s->tokens[role],
                          .n = x->n[role],
                          .n_padded = x->n_padded[role],
                          .n_peer = x->n_padded[other] > 0 ? x->n_padded[other] : x->n[other],
                          .context = context,
                          .context_bytes = sizeof context,
                          .n_threads = x->n_threads,
                          .label_bytes = x->label_bytes,
                          .labels =
                              role == PLM_MATCH_SENDER && x->label_bytes > 0 ? s->labels : NULL,
                          .base = x->base[role],
                          .base_bytes = x->base_bytes[role]};
    return c;
}

static void check_hits(const pair *p, const scene *x, const sets *s)
{
    const uint32_t *hits = NULL;
    size_t n = 0;
    size_t wrong = 0;
    size_t first = x->n[PLM_MATCH_RECEIVER] - x->n_common;
    CHECK_STATUS(plm_match_hits(p->side[PLM_MATCH_RECEIVER], &hits, &n), PLM_OK);
    CHECK_EQ_INT(n, x->n_common);
    for (size_t i = 0; i < n && i < x->n_common; i++) {
        wrong += hits[i] != first + i;
        const uint8_t *label = NULL;
        if (x->label_bytes > 0) {
            CHECK_STATUS(plm_match_label(p->side[PLM_MATCH_RECEIVER], i, &label), PLM_OK);
            wrong += memcmp(label, s->labels + i * LABEL, x->label_bytes) != 0;
        }
    }
    CHECK_EQ_INT(wrong, 0);
}

static bool open_scene(pair *p, const scene *x, const sets *s)
{
    plm_match_config receiver = config_of(x, s, PLM_MATCH_RECEIVER);
    plm_match_config sender = config_of(x, s, PLM_MATCH_SENDER);
    bool opened = pair_open(p, &receiver, &sender);
    p->order = x->order;
    return opened;
}

static void run_scene(const scene *x)
{
    static pair p;
    sets s;
    make_sets(&s, x);
    if (open_scene(&p, x, &s) && CHECK_STATUS(pair_run(&p), PLM_OK)) {
        CHECK(pair_is_done(&p, PLM_MATCH_RECEIVER));
        CHECK(pair_is_done(&p, PLM_MATCH_SENDER));
        check_hits(&p, x, &s);
        plm_match_progress progress;
        for (int role = 0; role < 2; role++) {
            plm_match_get_progress(p.side[role], &progress);
            CHECK_EQ_STR(progress.phase, "done");
            CHECK_EQ_INT(progress.done, progress.total);
        }
    }
    pair_close(&p);
    free_sets(&s);
}

static void test_sizes(void)
{
    static const size_t sizes[][3] = {/* receiver, sender, common */
                                      {0, 0, 0},       {0, 1, 0},    {1, 0, 0},       {1, 1, 0},
                                      {1, 1, 1},       {2, 2, 1},    {3, 2, 2},       {33, 7, 5},
                                      {1, 5000, 1},    {5000, 1, 1}, {999, 999, 999}, {999, 999, 0},
                                      {4097, 3001, 77}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int honest = 0; honest < 2; honest++) {
            scene x = {.n = {[PLM_MATCH_RECEIVER] = sizes[i][0], [PLM_MATCH_SENDER] = sizes[i][1]},
                       .n_common = sizes[i][2],
                       .security = honest ? PLM_MATCH_SEMI_HONEST : PLM_MATCH_MALICIOUS,
                       .label_bytes = i % 3 == 0 ? LABEL : 0,
                       .order = i % 2 == 0 ? 0 : i + 1};
            run_scene(&x);
        }
    }
}

static void test_many(void)
{
    scene x = {.n = {[PLM_MATCH_RECEIVER] = 300001, [PLM_MATCH_SENDER] = 280000},
               .n_common = 12345,
               .n_threads = 2};
    run_scene(&x);                         /* two bins, two instances */
    for (int role = 0; role < 2; role++) { /* one against a million, either way */
        scene one = {.n = {[PLM_MATCH_RECEIVER] = 1, [PLM_MATCH_SENDER] = 1}, .n_common = 1};
        one.n[role] = 1000000;
        run_scene(&one);
    }
    x.n[PLM_MATCH_RECEIVER] = 50000;
    x.label_bytes = LABEL;
    run_scene(&x);
}

static void test_padding(void)
{
    scene x = {.n = {[PLM_MATCH_RECEIVER] = 100, [PLM_MATCH_SENDER] = 130},
               .n_padded = {[PLM_MATCH_RECEIVER] = 1000, [PLM_MATCH_SENDER] = 2000},
               .n_common = 60,
               .label_bytes = LABEL};
    run_scene(&x);
    x.n[0] = x.n[1] = x.n_common = 0;
    run_scene(&x);
}

/* Number of bytes that a side sends does not depend on its set, but on the padded numbers. */
static void test_lengths(void)
{
    size_t bytes[2] = {0, 0};
    for (int run = 0; run < 2; run++) {
        static pair p;
        sets s;
        scene x = {.n = {[PLM_MATCH_RECEIVER] = run ? 3 : 900, [PLM_MATCH_SENDER] = 500},
                   .n_padded = {[PLM_MATCH_RECEIVER] = 1000, [PLM_MATCH_SENDER] = 1000},
                   .n_common = run ? 0 : 300};
        make_sets(&s, &x);
        if (open_scene(&p, &x, &s)) {
            CHECK_STATUS(pair_run(&p), PLM_OK);
            bytes[run] = p.n_sent[PLM_MATCH_RECEIVER] * 1000 + p.n_sent[PLM_MATCH_SENDER];
        }
        pair_close(&p);
        free_sets(&s);
    }
    CHECK_EQ_INT(bytes[0], bytes[1]);
}

static void test_base_is_kept(void)
{
    static uint8_t bases[2][PLM_MATCH_BASE_MAX];
    static pair p;
    scene x = {.n = {[PLM_MATCH_RECEIVER] = 50, [PLM_MATCH_SENDER] = 60}, .n_common = 10};
    size_t sent[4];
    for (int run = 0; run < 4; run++) {
        sets s;
        make_sets(&s, &x);
        if (open_scene(&p, &x, &s) && CHECK_STATUS(pair_run(&p), PLM_OK)) {
            check_hits(&p, &x, &s);
            sent[run] = p.n_sent[PLM_MATCH_RECEIVER];
            for (int role = 0; role < 2; role++) {
                size_t n = 0;
                CHECK_STATUS(plm_match_get_base(p.side[role], bases[role], &n), PLM_OK);
                CHECK(n <= PLM_MATCH_BASE_MAX);
                x.base[role] = bases[role];
                x.base_bytes[role] = n;
            }
        }
        pair_close(&p);
        free_sets(&s);
        if (run == 1) { /* the receiver lost its half: the run goes on with a fresh one */
            x.base[PLM_MATCH_RECEIVER] = NULL;
            x.base_bytes[PLM_MATCH_RECEIVER] = 0;
        }
    }
    CHECK_EQ_INT(sent[1], sent[0] - 1); /* no BASE */
    CHECK_EQ_INT(sent[2], sent[0] + 1); /* AGAIN, then BASE */
    CHECK_EQ_INT(sent[3], sent[1]);
}

static void test_duplicates(void)
{
    for (int role = 0; role < 2; role++) {
        static pair p;
        sets s;
        scene x = {.n = {[PLM_MATCH_RECEIVER] = 40, [PLM_MATCH_SENDER] = 40}, .n_common = 10};
        make_sets(&s, &x);
        s.tokens[role][5] = s.tokens[role][30];
        if (open_scene(&p, &x, &s)) {
            CHECK_STATUS(pair_run(&p), PLM_E_ARGUMENT);
            CHECK_EQ_INT(p.failed, role);
        }
        pair_close(&p);
        free_sets(&s);
    }
}

/* Changes to messages. */
typedef struct change {
    uint8_t type; /* of the message that is changed; from who sends that type */
    size_t at;
    uint8_t bits;
    bool cut;
    bool drop;
    unsigned times; /* how often it comes, if not 0 */
    bool done;
    size_t n_bytes;
} change;

static unsigned follow(pair *p, plm_match_role from, size_t index, uint8_t *bytes, size_t *n,
                       void *context)
{
    change *c = (change *)context;
    (void)p;
    (void)from;
    (void)index;
    if (c->done || bytes[0] != c->type || (!c->cut && c->at >= *n)) {
        return 1;
    }
    c->done = true;
    c->n_bytes = *n;
    if (c->drop) {
        return 0;
    }
    if (c->cut) {
        *n -= 1;
    } else {
        bytes[c->at] ^= c->bits;
    }
    return c->times > 0 ? c->times : 1;
}

static const scene small = {.n = {[PLM_MATCH_RECEIVER] = 40, [PLM_MATCH_SENDER] = 50},
                            .n_common = 20};

/* The status, and the number of hits where there is a result (all of them right), else -1. */
static plm_status run_change(change *c, int *n_hits, plm_match_role *failed)
{
    static pair p;
    sets s;
    plm_status status = PLM_E_ARGUMENT;
    *n_hits = -1;
    make_sets(&s, &small);
    if (open_scene(&p, &small, &s)) {
        p.hook = follow;
        p.context = c;
        status = pair_run(&p);
        *failed = p.failed;
        if (pair_is_done(&p, PLM_MATCH_RECEIVER)) {
            const uint32_t *hits = NULL;
            size_t n = 0;
            CHECK_STATUS(plm_match_hits(p.side[PLM_MATCH_RECEIVER], &hits, &n), PLM_OK);
            for (size_t i = 0; i < n; i++) {
                CHECK(hits[i] >= 20);
            }
            *n_hits = (int)n;
        }
    }
    pair_close(&p);
    free_sets(&s);
    return status;
}

static void test_cut_and_repeated(void)
{
    for (uint8_t type = PLM_VOLE_BEGIN; type <= PLM_VOLE_OUTPUTS; type++) {
        int n_hits;
        plm_match_role failed;
        if (type == PLM_VOLE_AGAIN) {
            continue;
        }
        change cut = {.type = type, .cut = true};
        CHECK_STATUS(run_change(&cut, &n_hits, &failed), PLM_E_PROTOCOL);
        CHECK_EQ_INT(n_hits, -1);
        change twice = {.type = type, .times = 2};
        plm_status status = run_change(&twice, &n_hits, &failed);
        CHECK(status == PLM_E_PROTOCOL);
        change drop = {.type = type, .drop = true};
        (void)run_change(&drop, &n_hits, &failed);
        CHECK_EQ_INT(n_hits, -1);
        CHECK(cut.done && twice.done && drop.done);
    }
}

/*
 * A changed bit: who must find it, and how; NOBODY where it only costs the sender's own tokens or
 * the receiver's own hits.
 */
typedef struct cheat {
    const char *what;
    uint8_t type;
    size_t at;
    uint8_t bits;
    plm_status status;
    plm_match_role finder;
    int n_hits;
} cheat;

static void test_cheats(void)
{
    static const cheat cheats[] = {
        {"a commitment: no session is shared then", PLM_VOLE_BEGIN, 1, 1, PLM_E_PROOF,
         PLM_MATCH_SENDER, -1},
        {"another way to begin", PLM_VOLE_BEGIN, 33, 2, PLM_E_PROTOCOL, PLM_MATCH_RECEIVER, -1},
        {"a number of bins that was not agreed", PLM_VOLE_STORE, 36, 1, PLM_E_PROTOCOL,
         PLM_MATCH_SENDER, -1},
        {"a larger store", PLM_VOLE_STORE, 43, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER, -1},
        {"more dense columns", PLM_VOLE_STORE, 48, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER, -1},
        {"a response of the rows' check", PLM_VOLE_EXTEND, SIZE_MAX, 1, PLM_E_PROOF,
         PLM_MATCH_SENDER, -1},
        {"an instance out of order", PLM_VOLE_EXTEND, 4, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER, -1},
        {"a sum of leaves", PLM_VOLE_TREES_MESSAGE, SIZE_MAX, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER,
         -1},
        {"a consistency response", PLM_VOLE_CHECK, 7, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER, -1},
        {"a proof", PLM_VOLE_PROOF, 9, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER, -1},
        {"columns out of order", PLM_VOLE_COLUMNS, 4, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER, -1},
        {"more columns than agreed", PLM_VOLE_COLUMNS, 8, 1, PLM_E_PROTOCOL, PLM_MATCH_SENDER, -1},
        {"another w_s", PLM_VOLE_OPEN, 3, 1, PLM_E_PROOF, PLM_MATCH_RECEIVER, -1},
        {"outputs out of order", PLM_VOLE_OUTPUTS, 4, 1, PLM_E_PROTOCOL, PLM_MATCH_RECEIVER, -1},
        {"more outputs than agreed", PLM_VOLE_OUTPUTS, 7, 1, PLM_E_PROTOCOL, PLM_MATCH_RECEIVER,
         -1},
    };
    for (size_t i = 0; i < sizeof cheats / sizeof *cheats; i++) {
        const cheat *x = &cheats[i];
        change c = {.type = x->type, .at = x->at, .bits = x->bits};
        int n_hits;
        plm_match_role failed = PLM_MATCH_SENDER;
        if (x->at == SIZE_MAX) { /* the last byte: find where that is */
            change look = {.type = x->type};
            (void)run_change(&look, &n_hits, &failed);
            c.at = look.n_bytes - 1;
        }
        plm_status status = run_change(&c, &n_hits, &failed);
        bool as_wanted = CHECK(c.done);
        as_wanted = CHECK_STATUS(status, x->status) && as_wanted;
        as_wanted = CHECK_EQ_INT(n_hits, x->n_hits) && as_wanted;
        if (!(CHECK_EQ_INT(failed, x->finder) && as_wanted)) {
            printf("# %s\n", x->what);
        }
    }
}

/* A different r or w_r, or a changed column: the receiver's own loss, and no wrong hit. */
static void test_own_loss(void)
{
    static const size_t places[][2] = {{PLM_VOLE_STORE, 1}, {PLM_VOLE_STORE, 20}};
    for (size_t i = 0; i < 2; i++) {
        change c = {.type = (uint8_t)places[i][0], .at = places[i][1], .bits = 1};
        int n_hits;
        plm_match_role failed;
        CHECK_STATUS(run_change(&c, &n_hits, &failed), PLM_OK);
        CHECK_EQ_INT(n_hits, 0);
    }
    size_t least = 20;
    for (size_t at = 9; at < 9 + 16 * 86; at += 16) {
        change c = {.type = PLM_VOLE_COLUMNS, .at = at, .bits = 1};
        int n_hits;
        plm_match_role failed;
        CHECK_STATUS(run_change(&c, &n_hits, &failed), PLM_OK);
        least = (size_t)n_hits < least ? (size_t)n_hits : least;
    }
    CHECK(least < 20);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_sizes);
    TAP_RUN(test_many);
    TAP_RUN(test_padding);
    TAP_RUN(test_lengths);
    TAP_RUN(test_base_is_kept);
    TAP_RUN(test_duplicates);
    TAP_RUN(test_cut_and_repeated);
    TAP_RUN(test_cheats);
    TAP_RUN(test_own_loss);
    return tap_done();
}
