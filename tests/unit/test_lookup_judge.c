/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the holder learns first, an asker learns nothing from what its own node does before it
 * answers: by the store's own log as many transactions are synced for a hit as for none. Writes are
 * counted, not timed.
 */
#include "base/file.h"
#include "index_fixture.h"
#include "net/net.h"
#include "node/lookup_link.h"
#include "store_fixture.h"

#include <stdatomic.h>

enum {
    N_ENTRIES = 6,
    NOBODY = N_ENTRIES, /* a token that is not in the index */
    URGENT = 3,         /* as index_label has it: every third */
    BATCH_MAX = 4,
    WAL_HEADER = 32, /* SQLite's file format, section 4.1 */
    WAL_FRAME = 24
};

typedef struct scene {
    fixture file;
    index_fixture index;
    plm_accord accord;
    plm_agreement agreement;
    plm_lookup_answer_of answers[BATCH_MAX];
    size_t n;
} scene;

static plm_lookup_link asking; /* too large for a stack */

/* Frames of the log that end a transaction: in these the size of the file after it is not 0. */
static unsigned n_commits(const scene *s)
{
    char path[300];
    plm_buf log;
    unsigned n = 0;
    (void)snprintf(path, sizeof path, "%s-wal", s->file.path);
    plm_buf_init(&log, 1 << 26);
    CHECK_STATUS(plm_file_read(path, &log), PLM_OK);
    const size_t page = log.n < WAL_HEADER ? 0 : plm_load_u32(log.data + 8);
    for (size_t at = WAL_HEADER; page > 0 && at + WAL_FRAME + page <= log.n;
         at += WAL_FRAME + page) {
        const bool is_of_this_log = memcmp(log.data + at + 8, log.data + 16, 8) == 0;
        n += is_of_this_log && plm_load_u32(log.data + at + 4) != 0;
    }
    plm_buf_wipe(&log);
    return n;
}

static void begin(scene *s, plm_learns learns)
{
    memset(s, 0, sizeof *s);
    memset(&asking, 0, sizeof asking);
    fixture_open(&s->file);
    CHECK_STATUS(index_fixture_init(&s->index, N_ENTRIES + 1, INDEX_LABEL_BYTES), PLM_OK);
    CHECK_STATUS(index_fixture_write(&s->index, N_ENTRIES), PLM_OK);
    CHECK_STATUS(plm_index_open(&asking.index, s->index.path, s->index.identity), PLM_OK);
    plm_random(asking.node.seed, sizeof asking.node.seed);
    (void)snprintf(asking.node.code, sizeof asking.node.code, "BB-ASK");
    (void)snprintf(asking.asked.opaque, sizeof asking.asked.opaque, "0123456789abcdef");
    (void)snprintf(asking.pin.party, sizeof asking.pin.party, "AA-ONE");
    s->agreement.accord = &s->accord;
    asking.agreement = &s->agreement;
    asking.node.store = s->file.store;
    asking.effective.purpose.learns = learns;
}

static void end(scene *s)
{
    plm_index_close(&asking.index);
    index_fixture_wipe(&s->index);
    fixture_close(&s->file);
}

/* Asks about the tokens of these numbers in one batch. */
static void ask(scene *s, const unsigned *tokens, size_t n)
{
    static uint64_t rules[1] = {1};
    const plm_job_asked asked = {.rules = rules, .n = 1};
    plm_job job;
    plm_job_part parts[BATCH_MAX];
    plm_job_part *batch = parts;
    memset(&job, 0, sizeof job);
    memset(s->answers, 0, sizeof s->answers);
    CHECK_EQ_INT(pthread_mutex_init(&job.mutex, NULL), 0);
    CHECK_EQ_INT(plm_lookups_init_condition(&job.done), 0);
    atomic_init(&job.n_holders, (unsigned)n + 1); /* the job is ours */
    job.n_left = (unsigned)n;
    job.answers = s->answers;
    for (size_t i = 0; i < n; i++) {
        asking.keys[i] = s->index.keys[tokens[i]];
        parts[i] = (plm_job_part){i + 1 < n ? &parts[i + 1] : NULL, &job, i, &asked};
    }
    asking.questions.n = n;
    CHECK_STATUS(plm_link_judge(&asking, &batch, false), PLM_OK);
    CHECK(batch == NULL);
    CHECK_EQ_INT(job.n_left, 0);
    (void)pthread_cond_destroy(&job.done);
    (void)pthread_mutex_destroy(&job.mutex);
}

static void test_a_hit_is_one_write_as_none_is(void)
{
    static const struct {
        unsigned tokens[BATCH_MAX];
        size_t n;
        unsigned n_hits;
    } batches[] = {
        {{NOBODY}, 1, 0},    {{1}, 1, 1},      {{NOBODY, NOBODY, NOBODY}, 3, 0},
        {{1, NOBODY}, 2, 1}, {{NOBODY}, 1, 0}, {{1, 2, 4, NOBODY}, 4, 3},
    };
    scene s;
    unsigned n_hits = 0;
    begin(&s, PLM_LEARNS_HOLDER);
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
        const unsigned before = n_commits(&s);
        ask(&s, batches[i].tokens, batches[i].n);
        CHECK_EQ_INT(n_commits(&s), before + 1);
        n_hits += batches[i].n_hits;
        for (size_t k = 0; k < batches[i].n; k++) {
            CHECK_EQ_INT(s.answers[k].word, PLM_WORD_WITH_HOLDER);
            CHECK(!s.answers[k].has_label && s.answers[k].rules == 0);
            CHECK(s.answers[k].took_us > 0 && s.answers[k].took_us % 100000 == 0);
        }
        CHECK(asking.has_notices && asking.deliver_ms > plm_clock_ms());
        CHECK_EQ_INT(fixture_int(&s.file, "SELECT count(*) FROM outbox"), n_hits);
    }
    CHECK_EQ_INT(asking.n_hits, n_hits);
    end(&s);
}

static void test_urgent_is_shown(void)
{
    scene s;
    const unsigned tokens[] = {URGENT, 1};
    begin(&s, PLM_LEARNS_HOLDER);
    ask(&s, tokens, 2);
    CHECK_EQ_INT(s.answers[0].word, PLM_WORD_HIT);
    CHECK(s.answers[0].has_label && s.answers[0].label.is_urgent);
    CHECK_EQ_INT(s.answers[1].word, PLM_WORD_WITH_HOLDER);
    CHECK_EQ_INT(fixture_int(&s.file, "SELECT count(*) FROM outbox"), 2);
    end(&s);
}

/* What can't be written was not answered for, neither with a hit nor without. */
static void test_nothing_is_lost(void)
{
    scene s;
    const unsigned tokens[] = {NOBODY, 1};
    begin(&s, PLM_LEARNS_HOLDER);
    fixture_sql(&s.file, "CREATE TRIGGER full BEFORE INSERT ON outbox "
                         "BEGIN SELECT RAISE(ABORT, 'full'); END");
    ask(&s, tokens, 2);
    for (size_t i = 0; i < 2; i++) {
        CHECK_EQ_INT(s.answers[i].word, PLM_WORD_NO_ANSWER);
        CHECK_STATUS(s.answers[i].status, PLM_E_STORE);
    }
    CHECK_EQ_INT(asking.n_hits, 0);
    CHECK(!asking.has_notices);
    end(&s);
}

/* Where the asker learns of a hit there is nothing to hide, and nothing is written for none. */
static void test_others_write_for_hits_alone(void)
{
    scene s;
    const unsigned tokens[] = {NOBODY, 1};
    begin(&s, PLM_LEARNS_BOTH);
    const unsigned before = n_commits(&s);
    ask(&s, tokens, 1);
    CHECK_EQ_INT(s.answers[0].word, PLM_WORD_NO_HIT);
    CHECK_EQ_INT(n_commits(&s), before);
    ask(&s, tokens, 2);
    CHECK_EQ_INT(s.answers[1].word, PLM_WORD_HIT);
    CHECK_EQ_INT(n_commits(&s), before + 1);
    end(&s);
}

int main(void)
{
    TAP_RUN(test_a_hit_is_one_write_as_none_is);
    TAP_RUN(test_urgent_is_shown);
    TAP_RUN(test_nothing_is_lost);
    TAP_RUN(test_others_write_for_hits_alone);
    return tap_done();
}
