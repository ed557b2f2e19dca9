/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows a run, as the asker sees it, tells nothing of what was decided: a thousand finished
 * runs in one store, with no hits at all, hits left alone, lapsed, released at once, released late,
 * or more than fit; time is stepped through the whole schedule.
 */
#include "release_world.h"

#include <stdlib.h>
#include <time.h>

enum {
    N_RUNS = 1000,
    SLOTS = 4,
    BATCHES = 3,
    EVERY_MS = 60000,
    SPREAD_MS = 240000, /* the runs' receipts fall into so much time */
    N_FATES = 6
};

static const int64_t begin_ms = 1800000000000;

typedef struct planned {
    uint8_t id[16];
    int64_t since_ms;
    unsigned fate;
    unsigned n_hits;
    unsigned n_posted;
} planned;

static planned runs[N_RUNS];
static uint64_t state = 88172645463325252ULL;

/* xorshift64: the same runs in every execution. */
static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % n);
}

static void plan(release_world *w)
{
    CHECK_STATUS(plm_store_begin(w->nodes[HOLDER].store), PLM_OK);
    for (unsigned i = 0; i < N_RUNS; i++) {
        planned *r = &runs[i];
        plm_store_u32(r->id, i + 1);
        r->since_ms = begin_ms + below(SPREAD_MS);
        r->fate = below(N_FATES);
        r->n_hits = r->fate == 0 ? 0 : 1 + below(r->fate == 5 ? 2 * SLOTS : SLOTS);
        const plm_run_release terms = {
            .slots = SLOTS, .every_ms = EVERY_MS, .n_batches = BATCHES, .since_ms = r->since_ms};
        rw_run_side(w, HOLDER, HOLDER, r->id, &terms);
        for (uint32_t hit = 1; hit <= r->n_hits; hit++) {
            /* 1 pending, 2 lapsed, 3 and 5 released at once, 4 released between two batches. */
            rw_hit(w, r->id, hit,
                   r->fate == 2                   ? PLM_HIT_LAPSED
                   : r->fate == 3 || r->fate == 5 ? PLM_HIT_RELEASING
                                                  : PLM_HIT_PENDING);
        }
    }
    CHECK_STATUS(plm_store_commit(w->nodes[HOLDER].store), PLM_OK);
}

/* An officer approves, between the first and the second batch of the run, what is to go late. */
static void approve_late(release_world *w, int64_t now_ms)
{
    for (unsigned i = 0; i < N_RUNS; i++) {
        const planned *r = &runs[i];
        if (r->fate == 4 && r->n_posted == 1 && now_ms >= r->since_ms + EVERY_MS) {
            uint64_t n;
            CHECK_STATUS(plm_store_move_hits(w->nodes[HOLDER].store, r->id,
                                             plm_hit_state_name(PLM_HIT_PENDING),
                                             plm_hit_state_name(PLM_HIT_RELEASING), &n),
                         PLM_OK);
        }
    }
}

/* What the asker gets of one tick: for each parcel the run, the number, the time and the sizes. */
static unsigned look(release_world *w, int64_t now_ms, size_t *bytes)
{
    unsigned n = 0;
    uint8_t id[PLM_HASH_BYTES];
    plm_buf packet;
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    while (plm_store_outbox_next(w->nodes[HOLDER].store, fixture_codes[ASKER], id, &packet) ==
           PLM_OK) {
        plm_span body;
        plm_span content;
        plm_parcel m;
        plm_batch_head head;
        plm_span slots;
        bool was_waiting;
        CHECK_STATUS(plm_parcel_unpack(plm_buf_span(&packet), &body, &content, &m), PLM_OK);
        *bytes = *bytes == 0 ? packet.n : *bytes;
        CHECK_EQ_INT(packet.n, *bytes);
        CHECK_EQ_INT(m.kind, PLM_PARCEL_BATCH);
        CHECK_EQ_INT(m.meta.n, 18);
        CHECK_STATUS(plm_batch_decode(&head, &slots, plm_span_of(content.p + 16, content.n - 16)),
                     PLM_OK);
        planned *r = &runs[plm_load_u32(head.run_id) - 1];
        CHECK_EQ_INT(head.number, r->n_posted);
        CHECK_EQ_INT(head.n_slots, SLOTS);
        CHECK_EQ_INT(head.time_ms, r->since_ms + EVERY_MS * (int64_t)(head.number + 1));
        /* It leaves with the first tick at or after its time, whatever is in it. */
        CHECK_EQ_INT(m.time_ms, now_ms);
        CHECK(head.time_ms <= now_ms && head.time_ms > now_ms - EVERY_MS / 4);
        r->n_posted++;
        CHECK_STATUS(plm_store_outbox_end(w->nodes[HOLDER].store, fixture_codes[ASKER], id, 0,
                                          plm_span_of(id, 32), now_ms, &was_waiting),
                     PLM_OK);
        plm_buf_clear(&packet);
        n++;
    }
    plm_buf_wipe(&packet);
    return n;
}

static void test_a_thousand_runs_are_alike(void)
{
    release_world w;
    size_t bytes = 0;
    unsigned n_all = 0;
    rw_begin(&w);
    plan(&w);
    const int64_t end_ms = begin_ms + SPREAD_MS + (int64_t)EVERY_MS * (BATCHES + 2);
    for (int64_t now = begin_ms; now < end_ms; now += EVERY_MS / 4) {
        uint64_t n = 0;
        /* In one transaction, so that the disk is waited for once a tick. */
        CHECK_STATUS(plm_store_begin(w.nodes[HOLDER].store), PLM_OK);
        CHECK_STATUS(plm_release_post_due(&w.nodes[HOLDER], now, &n), PLM_OK);
        n_all += look(&w, now, &bytes);
        approve_late(&w, now);
        CHECK_STATUS(plm_store_commit(w.nodes[HOLDER].store), PLM_OK);
    }
    CHECK_EQ_INT(n_all, N_RUNS * BATCHES);
    for (unsigned i = 0; i < N_RUNS; i++) {
        CHECK_EQ_INT(runs[i].n_posted, BATCHES);
    }
    /* And yet all was decided differently: the test has something to hide. */
    const fixture *f = &w.files[HOLDER];
    CHECK(fixture_int(f, "SELECT count(*) FROM hit WHERE state = 'released'") > N_RUNS / 2);
    CHECK(fixture_int(f, "SELECT count(*) FROM hit WHERE state = 'lapsed'") > N_RUNS / 2);
    CHECK_EQ_INT(fixture_int(f, "SELECT count(*) FROM hit WHERE state NOT IN ('released', "
                                "'lapsed')"),
                 0);
    printf("# %u parcels of %zu bytes each\n", n_all, bytes);
    rw_end(&w);
}

static int compare_times(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Processor time of making one batch, by what is in it. */
static int64_t batch_ns(release_world *w, const planned *r)
{
    struct timespec t[2];
    uint64_t n = 0;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[0]);
    CHECK_STATUS(plm_release_post_due(&w->nodes[HOLDER], r->since_ms + EVERY_MS, &n), PLM_OK);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[1]);
    CHECK_EQ_INT(n, 1);
    return (t[1].tv_sec - t[0].tv_sec) * 1000000000 + (t[1].tv_nsec - t[0].tv_nsec);
}

/*
 * A full batch takes longer to make than an empty one. The asker can't see it: the batch's time is
 * that of its schedule, and it leaves with the postman's tick, not when it is ready.
 */
static void test_the_time_that_a_batch_takes(void)
{
    enum {
        N = 60
    };
    release_world w;
    int64_t took[2][N];
    rw_begin(&w);
    for (unsigned i = 0; i < 2 * N; i++) {
        planned *r = &runs[i];
        plm_store_u32(r->id, i + 1);
        r->since_ms = begin_ms + (int64_t)i * EVERY_MS * 2;
        const plm_run_release terms = {
            .slots = SLOTS, .every_ms = EVERY_MS, .n_batches = 1, .since_ms = r->since_ms};
        rw_run_side(&w, HOLDER, HOLDER, r->id, &terms);
        for (uint32_t hit = 1; i % 2 == 1 && hit <= SLOTS; hit++) {
            rw_hit(&w, r->id, hit, PLM_HIT_RELEASING);
        }
        took[i % 2][i / 2] = batch_ns(&w, r);
    }
    const size_t middle = N / 2;
    for (unsigned full = 0; full < 2; full++) {
        qsort(took[full], N, sizeof took[full][0], compare_times);
        printf("# %s batch: median %.3f ms, at most %.3f ms of processor time\n",
               full ? "full" : "empty", (double)took[full][middle] / 1e6,
               (double)took[full][N - 1] / 1e6);
    }
    /* The tick is 30 s: even the slowest is far from moving to another one. */
    CHECK(took[1][N - 1] < INT64_C(3000000000));
    CHECK_EQ_INT(fixture_int(&w.files[HOLDER], "SELECT count(DISTINCT length(bytes)) FROM outbox"),
                 1);
    rw_end(&w);
}

int main(void)
{
    TAP_RUN(test_a_thousand_runs_are_alike);
    TAP_RUN(test_the_time_that_a_batch_takes);
    return tap_done();
}
