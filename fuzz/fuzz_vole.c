/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile peer of a machine of the engine `vole`, in either role. What an honest peer says is
 * recorded once for each scene; the input says what becomes of each of these messages. All
 * randomness is the same in every run, so that what is left alone still fits.
 *
 *   flags u8: role (bit 0), semi-honest (1), labels (2), without a kept base (3); scene u8
 *   then for each message a step u8 (bit 7: the machine does not move before the next one):
 *     0 as it is    1 left out    2 twice    3 changed: at u16, bits u8    4 cut: length u16
 *     5 others instead: length u16, bytes    6 the same, and the message after it
 *     7 changed, and another step for it
 * Where the input ends, the rest comes as it is.
 */
#include "base/bytes.h"
#include "fuzz.h"

#include <palermo/match.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOKENS_MAX = 256,
    SCENES = 8,
    FLAGS = 16,
    MESSAGES_MAX = 24,
    LABEL = 20,
    FLAG_RECEIVER = 1,
    FLAG_SEMI_HONEST = 2,
    FLAG_LABELS = 4,
    FLAG_NO_BASE = 8
};

/* By role. The receiver's last tokens are the sender's first. */
typedef struct scene {
    size_t n[2];
    size_t n_padded[2];
    size_t n_common;
} scene;

#define SCENE(s, s_padded, r, r_padded, common)                                          \
    {                                                                                    \
        {[PLM_MATCH_SENDER] = (s), [PLM_MATCH_RECEIVER] = (r)},                          \
            {[PLM_MATCH_SENDER] = (s_padded), [PLM_MATCH_RECEIVER] = (r_padded)}, common \
    }

static const scene scenes[SCENES] = {
    SCENE(4, 0, 3, 0, 2), SCENE(0, 0, 3, 0, 0),    SCENE(4, 0, 0, 0, 0),   SCENE(0, 0, 0, 0, 0),
    SCENE(4, 9, 3, 8, 3), SCENE(50, 0, 40, 0, 20), SCENE(200, 0, 7, 0, 7), SCENE(1, 0, 1, 0, 1),
};

typedef struct message {
    uint8_t *bytes;
    size_t n;
} message;

/* What an honest peer says to a machine. */
typedef struct record {
    message said[MESSAGES_MAX];
    size_t n;
    bool made;
} record;

static record records[FLAGS][SCENES];
static uint8_t bases[2][PLM_MATCH_BASE_MAX];
static size_t bases_bytes;
static plm_token tokens[2 * TOKENS_MAX];
static uint8_t labels[TOKENS_MAX * LABEL];
static uint64_t n_drawn[2]; /* each machine has randomness of its own */
static plm_match_role drawing;

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static const char *name(void)
{
    return "fuzz";
}

static void draw(void *const out, const size_t n)
{
    static const uint8_t key[crypto_stream_chacha20_KEYBYTES] = {2};
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    plm_store_u64(nonce, n_drawn[drawing]++ << 1 | drawing);
    (void)crypto_stream_chacha20((unsigned char *)out, n, nonce, key);
}

static uint32_t draw_number(void)
{
    uint32_t number;
    draw(&number, sizeof number);
    return number;
}

static plm_match_role other(plm_match_role role)
{
    return role == PLM_MATCH_SENDER ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER;
}

static plm_match_config config_of(unsigned flags, const scene *x, plm_match_role role)
{
    static const uint8_t context[] = "fuzz";
    plm_match_role peer = other(role);
    bool with_labels = (flags & FLAG_LABELS) != 0;
    size_t shift = role == PLM_MATCH_SENDER ? x->n[PLM_MATCH_RECEIVER] - x->n_common : 0;
    plm_match_config c = {.engine = PLM_ENGINE_VOLE,
                          .security = flags & FLAG_SEMI_HONEST ? PLM_MATCH_SEMI_HONEST
                                                               : PLM_MATCH_MALICIOUS,
                          .role = role,
                          .tokens = tokens + shift,
                          .n = x->n[role],
                          .n_padded = x->n_padded[role],
                          .n_peer = x->n_padded[peer] > 0 ? x->n_padded[peer] : x->n[peer],
                          .context = context,
                          .context_bytes = sizeof context - 1,
                          .label_bytes = with_labels ? LABEL : 0,
                          .labels = with_labels && role == PLM_MATCH_SENDER ? labels : NULL};
    if (!(flags & FLAG_NO_BASE)) {
        c.base = bases[role];
        c.base_bytes = bases_bytes;
    }
    return c;
}

/* Everything that waits; what is said goes to `said`, if there is one. */
static plm_status move(plm_match *m, plm_match_role role, record *said)
{
    plm_status status = PLM_OK;
    drawing = role;
    for (unsigned wants = plm_match_wants(m);
         status == PLM_OK && wants & (PLM_MATCH_OUTPUT | PLM_MATCH_WORK);
         wants = plm_match_wants(m)) {
        const uint8_t *bytes = NULL;
        size_t n = 0;
        require(!(wants & PLM_MATCH_DONE));
        if (wants & PLM_MATCH_WORK) {
            status = plm_match_work(m);
            continue;
        }
        status = plm_match_output(m, &bytes, &n);
        require(status == PLM_OK && n > 0 && n <= PLM_MATCH_MESSAGE_MAX);
        if (said != NULL) {
            message *new = &said->said[said->n++];
            require(said->n <= MESSAGES_MAX);
            *new = (message){(uint8_t *)malloc(n), n};
            require(new->bytes != NULL);
            memcpy(new->bytes, bytes, n);
        }
    }
    require(status == PLM_OK || status == PLM_E_PROTOCOL || status == PLM_E_PROOF);
    return status;
}

/* An honest run; gives all that was said, by role, and the bases it leaves. */
static void run_honest(unsigned flags, const scene *x, record said[2],
                       uint8_t left[2][PLM_MATCH_BASE_MAX])
{
    plm_match *m[2];
    size_t n_heard[2] = {0, 0};
    memset(n_drawn, 0, sizeof n_drawn);
    for (int role = 0; role < 2; role++) {
        const plm_match_config c = config_of(flags, x, (plm_match_role)role);
        drawing = (plm_match_role)role;
        require(plm_match_create(&m[role], &c) == PLM_OK);
        require(move(m[role], drawing, &said[role]) == PLM_OK);
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (int role = 0; role < 2; role++) {
            const record *theirs = &said[1 - role];
            if (n_heard[role] < theirs->n) {
                const message *heard = &theirs->said[n_heard[role]++];
                drawing = (plm_match_role)role;
                require(plm_match_input(m[role], heard->bytes, heard->n) == PLM_OK);
                require(move(m[role], drawing, &said[role]) == PLM_OK);
                moved = true;
            }
        }
    }
    for (int role = 0; role < 2; role++) {
        require(plm_match_wants(m[role]) == PLM_MATCH_DONE);
        require(plm_match_get_base(m[role], left[role], &bases_bytes) == PLM_OK);
        plm_match_destroy(m[role]);
    }
}

static void forget(record *r)
{
    for (size_t i = 0; i < r->n; i++) {
        free(r->said[i].bytes);
    }
    memset(r, 0, sizeof *r);
}

static void start(void)
{
    static struct randombytes_implementation same = {
        .implementation_name = name, .random = draw_number, .buf = draw};
    static bool started;
    if (started) {
        return;
    }
    started = true;
    require(randombytes_set_implementation(&same) == 0 && sodium_init() >= 0);
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        plm_store_u64(tokens[i].b, i + 1);
    }
    memset(labels, 'x', sizeof labels);
    record said[2] = {{.n = 0}, {.n = 0}};
    run_honest(FLAG_NO_BASE, &scenes[0], said, bases);
    forget(&said[0]);
    forget(&said[1]);
}

static const record *record_of(unsigned flags, size_t i)
{
    record *mine = &records[flags][i];
    record *peers = &records[flags ^ FLAG_RECEIVER][i];
    if (!mine->made) {
        uint8_t left[2][PLM_MATCH_BASE_MAX];
        record said[2] = {{.made = true}, {.made = true}};
        run_honest(flags, &scenes[i], said, left);
        *(flags & FLAG_RECEIVER ? mine : peers) = said[PLM_MATCH_SENDER];
        *(flags & FLAG_RECEIVER ? peers : mine) = said[PLM_MATCH_RECEIVER];
    }
    return mine;
}

/* A machine that hears, and the input that says what. */
typedef struct hearing {
    plm_match *m;
    plm_match_role role;
    plm_reader r;
    bool alive;
    bool honest; /* nothing was done to any message so far */
} hearing;

static void hear(hearing *h, const uint8_t *bytes, size_t n, bool moves)
{
    if (!h->alive) {
        require(plm_match_input(h->m, bytes, n) == PLM_E_ARGUMENT);
        return;
    }
    uint8_t *copy = (uint8_t *)malloc(n + (n == 0)); /* of exactly its size, and gone after */
    require(copy != NULL);
    memcpy(copy, bytes, n);
    drawing = h->role;
    plm_status status = plm_match_input(h->m, copy, n);
    free(copy);
    require(status == PLM_OK || status == PLM_E_PROTOCOL || status == PLM_E_PROOF);
    require(!h->honest || status == PLM_OK);
    h->alive = status == PLM_OK;
    if (h->alive && moves) {
        h->alive = move(h->m, h->role, NULL) == PLM_OK;
    }
}

static void change(hearing *h, uint8_t *bytes, size_t n)
{
    uint16_t at;
    uint8_t bits;
    if (plm_rd_u16(&h->r, &at) == 0 && plm_rd_u8(&h->r, &bits) == 0 && n > 0) {
        bytes[at % n] ^= bits;
    }
}

/* One message of the honest peer, after what the input does to it. bytes: ours to change. */
static void step(hearing *h, uint8_t *bytes, size_t n)
{
    uint8_t what = 0;
    uint16_t length = 0;
    plm_span others = plm_span_of(NULL, 0);
    unsigned times = 1;
    for (bool again = true; again;) {
        if (plm_rd_u8(&h->r, &what) < 0) {
            what = 0;
        }
        h->honest = h->honest && what == 0;
        again = (what & 7) == 7;
        if ((what & 7) == 3 || again) {
            change(h, bytes, n);
        }
    }
    const bool moves = !(what & 0x80);
    if ((what & 7) == 1) {
        times = 0;
    } else if ((what & 7) == 2) {
        times = 2;
    } else if ((what & 7) == 4 && plm_rd_u16(&h->r, &length) == 0) {
        n = length % (n + 1);
    } else if ((what & 7) >= 5 && plm_rd_u16(&h->r, &length) == 0) {
        require(plm_rd_take(&h->r, length < h->r.n ? length : h->r.n, &others) == 0);
        hear(h, others.n > 0 ? others.p : bytes, others.n, moves);
        times = (what & 7) == 6;
    }
    for (unsigned i = 0; i < times; i++) {
        hear(h, bytes, n, moves);
    }
}

static void check_hits(const hearing *h, const plm_match_config *c, const scene *x)
{
    const uint32_t *hits = NULL;
    size_t n = 0;
    bool is_done = plm_match_wants(h->m) == PLM_MATCH_DONE;
    plm_status status = plm_match_hits(h->m, &hits, &n);
    require((status == PLM_OK) == (is_done && h->role == PLM_MATCH_RECEIVER));
    require(is_done || !h->honest);
    if (status != PLM_OK) {
        return;
    }
    require(n <= c->n && n <= c->n_peer);
    for (size_t i = 0; i < n; i++) {
        const uint8_t *label = NULL;
        require(hits[i] < c->n && (i == 0 || hits[i] > hits[i - 1]));
        status = plm_match_label(h->m, i, &label);
        require((status == PLM_OK) == (c->label_bytes > 0));
        require(status != PLM_OK || !h->honest || memcmp(label, labels, LABEL) == 0);
        require(!h->honest || hits[i] == c->n - x->n_common + i);
    }
    require(!h->honest || n == x->n_common);
}

static void check_end(const hearing *h, const plm_match_config *c, const scene *x)
{
    static uint8_t left[PLM_MATCH_BASE_MAX];
    const uint8_t *bytes = NULL;
    size_t n = 0;
    plm_match_progress progress;
    plm_match_get_progress(h->m, &progress);
    require(progress.total > 0 && progress.done <= progress.total);
    require(plm_match_evaluated(h->m) <= plm_match_tokens_at_most(PLM_ENGINE_VOLE, c->n_peer));
    if (!h->alive) {
        require(plm_match_wants(h->m) == 0);
        require(plm_match_output(h->m, &bytes, &n) == PLM_E_ARGUMENT);
        require(plm_match_work(h->m) == PLM_E_ARGUMENT);
    }
    check_hits(h, c, x);
    bool is_done = plm_match_wants(h->m) == PLM_MATCH_DONE;
    require((plm_match_get_base(h->m, left, &n) == PLM_OK) == is_done);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearing h = {.r = plm_span_of(data, size), .alive = true, .honest = true};
    uint8_t flags;
    uint8_t i;
    if (plm_rd_u8(&h.r, &flags) < 0 || plm_rd_u8(&h.r, &i) < 0) {
        return 0;
    }
    start();
    const scene *x = &scenes[i % SCENES];
    const record *peer = record_of(flags % FLAGS, i % SCENES);
    h.role = flags & FLAG_RECEIVER ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER;
    const plm_match_config c = config_of(flags, x, h.role);
    memset(n_drawn, 0, sizeof n_drawn);
    drawing = h.role;
    require(plm_match_create(&h.m, &c) == PLM_OK);
    h.alive = move(h.m, h.role, NULL) == PLM_OK;
    for (size_t k = 0; k < peer->n && (h.alive || h.r.n > 0); k++) {
        uint8_t *bytes = (uint8_t *)malloc(peer->said[k].n);
        require(bytes != NULL);
        memcpy(bytes, peer->said[k].bytes, peer->said[k].n);
        step(&h, bytes, peer->said[k].n);
        free(bytes);
    }
    if (h.alive) { /* what the last messages left to do */
        h.alive = move(h.m, h.role, NULL) == PLM_OK;
    }
    check_end(&h, &c, x);
    plm_match_destroy(h.m);
    return 0;
}
