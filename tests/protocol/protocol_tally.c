/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tallies of honest parties: the table equals the plain join, and what each party sees.
 */
#include "crypto/ristretto.h"
#include "tally_ring.h"

static ring world;

static void new_world(unsigned k, unsigned n_strata, unsigned tokens_each)
{
    memset(&world, 0, sizeof world);
    world.k = k;
    world.counter = ring_below(k);
    world.n_strata = n_strata;
    world.tokens_each = tokens_each;
}

/* Records of 0 to 2 tokens out of a few, so that many meet; some twice in a list. */
static void fill_at_random(uint32_t n_numbers)
{
    for (unsigned j = 0; j < world.k; j++) {
        const size_t n = ring_below(14);
        for (size_t i = 0; i < n; i++) {
            const uint64_t numbers[] = {ring_below(n_numbers), ring_below(n_numbers)};
            ring_add(&world.lists[j], ring_below(world.n_strata), numbers, ring_below(3));
        }
        world.n_padded[j] = (uint32_t)n + ring_below(5);
    }
}

static void run_and_check(void)
{
    CHECK_STATUS(ring_run(&world), PLM_OK);
    ring_check_table(&world);
    ring_close(&world);
}

static void test_random_lists(void)
{
    unsigned n_refused = 0;
    for (unsigned k = PLM_TALLY_PARTIES_MIN; k <= PLM_TALLY_PARTIES_MAX; k++) {
        for (unsigned round = 0; round < 4;) {
            new_world(k, 1 + 2 * (round % 2), 5);
            fill_at_random(60);
            plm_status status = ring_open(&world);
            if (status == PLM_E_LIMIT) { /* a person with more than five tokens in one list */
                n_refused++;
                continue;
            }
            if (!CHECK_STATUS(status, PLM_OK)) {
                return;
            }
            run_and_check();
            round++;
        }
    }
    CHECK(n_refused < 100);
}

static void test_empty_lists(void)
{
    for (unsigned k = PLM_TALLY_PARTIES_MIN; k <= 4; k++) {
        for (unsigned filled = 0; filled <= k; filled++) {
            new_world(k, 1, 1);
            if (filled < k) {
                const uint64_t number = 7;
                ring_add(&world.lists[filled], 0, &number, 1);
                world.n_padded[filled] = 1;
            }
            world.n_padded[0] += 2; /* dummies alone, but for one */
            if (CHECK_STATUS(ring_open(&world), PLM_OK)) {
                run_and_check();
            }
        }
    }
}

/* A chain: 1-2 in one list, 2-3 in another, 3-4 in a third; and the same record three times. */
static void test_components(void)
{
    static const uint64_t chain[] = {1, 2, 3, 4, 5};
    static const uint64_t alone[] = {9};
    const uint64_t *cells = NULL;
    size_t n = 0;
    new_world(4, 1, 3);
    ring_add(&world.lists[0], 0, chain, 2);
    ring_add(&world.lists[1], 0, chain + 1, 2);
    ring_add(&world.lists[2], 0, chain + 2, 2);
    ring_add(&world.lists[2], 0, chain + 3, 2); /* joins the one before it within its list */
    for (int i = 0; i < 3; i++) {
        ring_add(&world.lists[3], 0, alone, 1);
    }
    for (unsigned j = 0; j < 4; j++) {
        world.n_padded[j] = 3;
    }
    if (!CHECK_STATUS(ring_open(&world), PLM_OK)) {
        return;
    }
    CHECK_STATUS(ring_run(&world), PLM_OK);
    if (CHECK_STATUS(plm_tally_cells(world.parties[world.counter], &cells, &n), PLM_OK)) {
        for (size_t h = 0; h < n; h++) {
            CHECK_EQ_INT(cells[h], h == 7 || h == 8);
        }
    }
    ring_close(&world);
}

/* More records than go into one message, and into one piece of a shuffle of few. */
static void test_several_messages(void)
{
    new_world(2, 2, 32);
    for (uint64_t i = 0; i < 100; i++) {
        const uint64_t numbers[] = {3 * i, 5 * i + 100000};
        const uint64_t others[] = {5 * i, 3 * i + 200000};
        ring_add(&world.lists[0], i % 2, numbers, 2);
        ring_add(&world.lists[1], 0, others, 2);
    }
    world.n_padded[0] = 100;
    world.n_padded[1] = 111;
    if (CHECK_STATUS(ring_open(&world), PLM_OK)) {
        run_and_check();
        CHECK(world.n_messages > 8);
    }
}

/* The lists that one party was sent. */
typedef struct view {
    unsigned party;
    uint8_t bytes[1 << 17];
    size_t n;
    uint8_t order[RING_RECORDS]; /* strata of the list that the party before it owns */
    size_t n_order;
} view;

static unsigned look(ring *r, unsigned from, unsigned to, uint8_t *bytes, size_t *n)
{
    view *v = (view *)r->context;
    if (to != v->party || bytes[0] != 1) { /* the other messages have 6 bytes */
        return 1;
    }
    if (CHECK(v->n + *n <= sizeof v->bytes)) {
        memcpy(v->bytes + v->n, bytes, *n);
        v->n += *n;
    }
    const size_t record_bytes = 1 + (size_t)r->tokens_each * PLM_ELEMENT_BYTES;
    for (size_t at = 9; bytes[1] == from && at < *n; at += record_bytes) {
        v->order[v->n_order++ % RING_RECORDS] = bytes[at];
    }
    return 1;
}

/* Party `of`'s view of a run of three lists with the same 16 persons, the stratum its number. */
static void see_run(view *v, unsigned of, unsigned n_records, unsigned k)
{
    *v = (view){.party = of};
    new_world(k, 16, 2);
    for (unsigned j = 0; j < k; j++) {
        for (uint64_t i = 0; i < n_records; i++) {
            ring_add(&world.lists[j], (unsigned)i, &i, 1);
        }
        world.n_padded[j] = n_records;
    }
    world.counter = of;
    world.hook = look;
    world.context = v;
    if (CHECK_STATUS(ring_open(&world), PLM_OK)) {
        run_and_check();
    }
}

static bool contains(const view *v, const uint8_t *p, size_t n)
{
    return memmem(v->bytes, v->n, p, n) != NULL;
}

static void test_no_view_has_a_token(void)
{
    static const char dst[] = "palermo/1 tally ristretto255_XMD:SHA-512_R255MAP_RO_";
    static view first;
    static view second;
    static const uint8_t head[] = "\x04ring";
    for (unsigned of = 0; of < 3; of++) {
        see_run(&first, of, 16, 3);
        see_run(&second, of, 16, 3);
        CHECK_EQ_INT(first.n, second.n);
        for (uint64_t i = 0; i < 16; i++) {
            const plm_token token = ring_token(i);
            const plm_span parts[] = {{head, 5}, {token.b, sizeof token.b}};
            uint8_t point[PLM_ELEMENT_BYTES];
            CHECK(!contains(&first, token.b, 8) && !contains(&first, token.b + 8, 8));
            CHECK_STATUS(plm_hash_to_element(point, parts, 2, plm_span_of(dst, sizeof dst - 1)),
                         PLM_OK);
            CHECK(!contains(&first, point, sizeof point));
        }
        /* Nothing of 16 bytes is the same in both runs: scalars and dummies are new. */
        for (size_t at = 0; at + 16 <= first.n; at += 16) {
            if (!CHECK(!contains(&second, first.bytes + at, 16))) {
                break;
            }
        }
    }
}

/* Where each of eight records stands in what the next party is sent: every place as often. */
static void test_no_view_has_an_order(void)
{
    enum {
        N = 8,
        ROUNDS = 320
    };
    static view v;
    unsigned places[N][N] = {{0}};
    for (int round = 0; round < ROUNDS; round++) {
        see_run(&v, 1, N, 2);
        if (!CHECK_EQ_INT(v.n_order, N)) {
            return;
        }
        for (size_t i = 0; i < N; i++) {
            places[i][v.order[i] % N]++;
        }
    }
    double chi = 0;
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < N; j++) {
            const double off = places[i][j] - (double)ROUNDS / N;
            chi += off * off / ((double)ROUNDS / N);
        }
    }
    CHECK(chi < 130); /* 49 degrees of freedom and a factor 8/7: 1e-9 above */
}

/* Sizes below the padding do not show to who does not count. */
static void test_padding(void)
{
    static view v[2];
    size_t n_bytes[2] = {0};
    for (unsigned full = 0; full < 2; full++) {
        v[full] = (view){.party = 1};
        new_world(3, 1, 2);
        for (uint64_t i = 0; full == 1 && i < 9; i++) {
            ring_add(&world.lists[0], 0, &i, 1);
        }
        world.n_padded[0] = 9;
        world.counter = 2;
        world.hook = look;
        world.context = &v[full];
        if (CHECK_STATUS(ring_open(&world), PLM_OK)) {
            run_and_check();
        }
        n_bytes[full] = v[full].n;
    }
    CHECK(n_bytes[0] > 0);
    CHECK_EQ_INT(n_bytes[0], n_bytes[1]);
}

static unsigned n_thawed;

/* Whoever is at rest is frozen, and goes on as another machine made of the bytes. */
static unsigned freeze_addressee(ring *r, unsigned from, unsigned to, uint8_t *bytes, size_t *n)
{
    plm_tally_config config = ring_config(r, to);
    plm_tally *thawed = NULL;
    plm_buf frozen;
    (void)from;
    (void)bytes;
    (void)n;
    config.n = 0;
    plm_buf_init(&frozen, 1 << 20);
    if (plm_tally_freeze(r->parties[to], &frozen) == PLM_OK) {
        /* Bytes of any other length, party or state are not taken. */
        CHECK_STATUS(plm_tally_thaw(&thawed, &config, plm_span_of(frozen.data, frozen.n - 1)),
                     PLM_E_PROTOCOL);
        config.me = (to + 1) % r->k;
        CHECK_STATUS(plm_tally_thaw(&thawed, &config, plm_buf_span(&frozen)), PLM_E_PROTOCOL);
        config.me = to;
        if (CHECK_STATUS(plm_tally_thaw(&thawed, &config, plm_buf_span(&frozen)), PLM_OK)) {
            plm_tally_destroy(r->parties[to]);
            r->parties[to] = thawed;
            n_thawed++;
        }
    }
    plm_buf_wipe(&frozen);
    return 1;
}

static void test_frozen_and_thawed(void)
{
    n_thawed = 0;
    for (unsigned round = 0; round < 20; round++) {
        new_world(2 + round % 4, 2, 4);
        fill_at_random(40);
        world.hook = freeze_addressee;
        if (ring_open(&world) == PLM_OK) {
            run_and_check();
        }
    }
    CHECK(n_thawed > 20);
}

/* What was seen before the frost is seen after it: party 1 hands a list back as its own. */
static void test_frozen_and_not_fooled(void)
{
    static uint8_t kept[1 << 12];
    size_t n_kept = 0;
    unsigned to = 0;
    plm_span message;
    new_world(2, 1, 1);
    for (uint64_t i = 0; i < 3; i++) {
        ring_add(&world.lists[0], 0, &i, 1);
    }
    world.n_padded[0] = world.n_padded[1] = 3;
    world.counter = 1;
    if (!CHECK_STATUS(ring_open(&world), PLM_OK)) {
        return;
    }
    while ((plm_tally_wants(world.parties[0]) & (PLM_MATCH_WORK | PLM_MATCH_OUTPUT)) != 0) {
        if ((plm_tally_wants(world.parties[0]) & PLM_MATCH_OUTPUT) == 0) {
            CHECK_STATUS(plm_tally_work(world.parties[0]), PLM_OK);
        } else if (CHECK_STATUS(plm_tally_output(world.parties[0], &to, &message), PLM_OK) &&
                   message.p[0] == 1 && CHECK(message.n <= sizeof kept)) {
            memcpy(kept, message.p, message.n);
            n_kept = message.n;
        }
    }
    freeze_addressee(&world, 1, 0, NULL, NULL);
    kept[1] = 1; /* the owner: list 1, at hop 1 */
    CHECK_STATUS(plm_tally_input(world.parties[0], 1, plm_span_of(kept, n_kept)), PLM_E_PROTOCOL);
    ring_close(&world);
}

/* The same lists under another context have nothing in common: no run can serve another. */
static void test_contexts_are_apart(void)
{
    static const char *const contexts[] = {"one", "two"};
    plm_tally_record record;
    const plm_token token = ring_token(1);
    const uint32_t n_padded[] = {1, 1};
    uint64_t in_common[2] = {0};
    record = (plm_tally_record){.tokens = &token, .n_tokens = 1};
    for (unsigned same = 0; same < 2; same++) {
        const uint64_t *cells = NULL;
        size_t n = 0;
        new_world(2, 1, 1);
        world.counter = 0;
        for (unsigned i = 0; i < 2; i++) {
            const char *context = contexts[same == 1 ? 0 : i];
            const plm_tally_config config = {.n_parties = 2,
                                             .me = i,
                                             .records = &record,
                                             .n = 1,
                                             .n_padded = n_padded,
                                             .tokens_each = 1,
                                             .n_strata = 1,
                                             .context = (const uint8_t *)context,
                                             .context_bytes = strlen(context)};
            CHECK_STATUS(plm_tally_create(&world.parties[i], &config), PLM_OK);
        }
        CHECK_STATUS(ring_run(&world), PLM_OK);
        if (CHECK_STATUS(plm_tally_cells(world.parties[0], &cells, &n), PLM_OK)) {
            in_common[same] = cells[3];
        }
        ring_close(&world);
    }
    CHECK_EQ_INT(in_common[0], 0);
    CHECK_EQ_INT(in_common[1], 1);
}

/* Persons and tokens as the machine itself counts them. */
static void test_measure(void)
{
    static const uint64_t chain[] = {1, 2, 3, 4};
    uint32_t n_persons = 0;
    uint32_t most = 0;
    new_world(2, 1, 4);
    ring_add(&world.lists[0], 0, chain, 2);
    ring_add(&world.lists[0], 0, chain + 1, 3);
    ring_add(&world.lists[0], 0, chain, 0);
    CHECK_STATUS(plm_tally_measure(world.lists[0].records, world.lists[0].n, &n_persons, &most),
                 PLM_OK);
    CHECK_EQ_INT(n_persons, 2);
    CHECK_EQ_INT(most, 4);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_random_lists);
    TAP_RUN(test_empty_lists);
    TAP_RUN(test_components);
    TAP_RUN(test_several_messages);
    TAP_RUN(test_no_view_has_a_token);
    TAP_RUN(test_no_view_has_an_order);
    TAP_RUN(test_padding);
    TAP_RUN(test_frozen_and_thawed);
    TAP_RUN(test_frozen_and_not_fooled);
    TAP_RUN(test_contexts_are_apart);
    TAP_RUN(test_measure);
    return tap_done();
}
