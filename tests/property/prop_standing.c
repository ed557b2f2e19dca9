/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a series enters (node/standing_marks.h), against an oracle that keeps all tokens of each
 * record as they were entered last: over random changes, records that come and go, and runs that
 * break. Besides: when a series is due, whatever the clock does, and how sizes are told.
 */
#include "store_fixture.h"

#include "base/ct.h"
#include "node/standing.h"
#include "node/standing_marks.h"
#include "resolve/second_look.h"
#include "tap.h"

#include <stdlib.h>

enum {
    RECORDS = 12,
    VALUES = 30, /* tokens that there are */
    STEPS = 40,
    DAY_MS = 86400000
};

static uint64_t state = 88172645463325252ULL;

static unsigned below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state % n);
}

/* Which record has which value now, and had when it was entered last. */
typedef struct world {
    bool is_there[RECORDS];
    bool has[RECORDS][VALUES];
    bool had[RECORDS][VALUES];
} world;

static void token_of(plm_token *out, unsigned value)
{
    memset(out, 0, sizeof *out);
    out->b[0] = (uint8_t)(value + 1); /* in order */
    out->b[15] = (uint8_t)(value * 7);
}

/* A selection as plm_select makes it: records by number, tokens ascending. */
static void select_all(plm_selected *out, const world *w)
{
    plm_token_set *set = &out->set;
    *out = (plm_selected){0};
    out->numbers = (int64_t *)calloc(RECORDS, sizeof *out->numbers);
    set->entries = (plm_token_entry *)calloc(RECORDS * VALUES + 1, sizeof *set->entries);
    set->tokens = (plm_token *)calloc(VALUES + 1, sizeof *set->tokens);
    set->first = (uint32_t *)calloc(VALUES + 1, sizeof *set->first);
    uint32_t index[RECORDS] = {0};
    for (unsigned r = 0; r < RECORDS; r++) {
        if (w->is_there[r]) {
            index[r] = (uint32_t)out->n_numbers;
            out->numbers[out->n_numbers++] = (int64_t)r + 1;
        }
    }
    for (unsigned v = 0; v < VALUES; v++) {
        const size_t begin = set->n_entries;
        for (unsigned r = 0; r < RECORDS; r++) {
            if (w->is_there[r] && w->has[r][v]) {
                plm_token_entry *e = &set->entries[set->n_entries++];
                token_of(&e->token, v);
                e->record = index[r];
            }
        }
        if (set->n_entries > begin) {
            token_of(&set->tokens[set->n_tokens], v);
            set->first[set->n_tokens++] = (uint32_t)begin;
        }
    }
    set->first[set->n_tokens] = (uint32_t)set->n_entries;
    set->capacity = RECORDS * VALUES;
}

/* The oracle: a value is entered if one of its records did not have it when entered last. */
static size_t naive(const world *w, bool is_new[static VALUES])
{
    size_t n = 0;
    for (unsigned v = 0; v < VALUES; v++) {
        is_new[v] = false;
        for (unsigned r = 0; r < RECORDS; r++) {
            is_new[v] = is_new[v] || (w->is_there[r] && w->has[r][v] && !w->had[r][v]);
        }
        n += is_new[v];
    }
    return n;
}

static void change(world *w, const fixture *f)
{
    char sql[512];
    for (unsigned k = below(6); k > 0; k--) {
        const unsigned r = below(RECORDS);
        if (below(4) == 0 && w->is_there[r]) {
            (void)snprintf(sql, sizeof sql,
                           "PRAGMA foreign_keys = ON; DELETE FROM record WHERE "
                           "id = %u",
                           r + 1);
            fixture_sql(f, sql);
            w->is_there[r] = false;
            memset(w->had[r], 0, sizeof w->had[r]); /* nothing is left of it */
        } else if (!w->is_there[r]) {
            (void)snprintf(sql, sizeof sql,
                           "INSERT INTO record (id, register_id, source_id, kind, role, is_minor, "
                           "is_assessment, grading, retention, digest, loaded_ms) VALUES "
                           "(%u, 1, 'r%u', 'person', 'suspect', 0, 0, '', 0, x'00', 0)",
                           r + 1, r + 1);
            fixture_sql(f, sql);
            w->is_there[r] = true;
            memset(w->has[r], 0, sizeof w->has[r]);
        }
        w->has[r][below(VALUES)] ^= 1;
    }
}

static void entered(world *w)
{
    for (unsigned r = 0; r < RECORDS; r++) {
        for (unsigned v = 0; v < VALUES; v++) {
            w->had[r][v] = w->is_there[r] && w->has[r][v];
        }
    }
}

/* One run: what is new is entered, the rest is not; if it comes to its end it is kept. */
static void run_once(world *w, const fixture *f, const uint8_t id[static 16], bool is_done)
{
    static const uint8_t key[32] = {3};
    plm_selected selected;
    plm_standing_marks marks;
    bool is_new[VALUES];
    const size_t n = naive(w, is_new);
    select_all(&selected, w);
    CHECK_STATUS(plm_standing_marks_make(&marks, &selected, f->store, id, key), PLM_OK);
    CHECK_EQ_INT(marks.n_new, n);
    const size_t n_all = selected.set.n_tokens;
    const uint64_t least = below(3) == 0 ? below(VALUES) : 0;
    plm_standing_marks_narrow(&marks, &selected.set, least);
    const size_t wanted = n > least ? n : least < n_all ? (size_t)least : n_all;
    CHECK_EQ_INT(selected.set.n_tokens, wanted);
    size_t n_found = 0;
    for (size_t i = 0; i < selected.set.n_tokens; i++) {
        n_found += is_new[selected.set.tokens[i].b[0] - 1];
        const uint32_t first = selected.set.first[i];
        CHECK(first < selected.set.first[i + 1]);
        CHECK_EQ_MEM(selected.set.entries[first].token.b, selected.set.tokens[i].b,
                     PLM_TOKEN_BYTES);
    }
    CHECK_EQ_INT(n_found, n);
    if (is_done) {
        CHECK_STATUS(plm_store_put_standing_marks(f->store, id, marks.changed, marks.n_changed,
                                                  marks.has_none),
                     PLM_OK);
        entered(w);
    }
    plm_standing_marks_wipe(&marks);
    plm_selected_wipe(&selected);
}

static void test_what_is_new_is_entered_and_nothing_else(void)
{
    world w = {.is_there = {false}};
    fixture f;
    plm_standing_row row = {.is_asker = true, .id = {5}};
    fixture_open(&f);
    fixture_sql(&f, "INSERT INTO register (id, name, format, loaded_ms) VALUES (1, 'p', 'csv', 0)");
    CHECK_STATUS(plm_store_standing_add(f.store, &row), PLM_OK);
    for (unsigned i = 0; i < STEPS; i++) {
        change(&w, &f);
        run_once(&w, &f, row.id, below(4) != 0);
    }
    fixture_close(&f);
}

static void test_a_clock_does_no_harm(void)
{
    const int64_t now = 20000 * (int64_t)DAY_MS;
    plm_standing_row row = {.is_asker = true, .every_ms = 3600000, .next_ms = now};
    CHECK(plm_standing_is_due(&row, now));
    CHECK(!plm_standing_is_due(&row, now - 1));
    CHECK(plm_standing_is_due(&row, now + 1000 * (int64_t)DAY_MS));
    /* A day's budget may be waited for; a year ahead is a clock that was wrong. */
    CHECK(!plm_standing_is_due(&row, now - DAY_MS));
    CHECK(plm_standing_is_due(&row, now - 365 * (int64_t)DAY_MS));
    row.every_ms = 400 * (int64_t)DAY_MS;
    CHECK(!plm_standing_is_due(&row, now - 365 * (int64_t)DAY_MS));
    row.state = PLM_STANDING_PAUSED;
    CHECK(!plm_standing_is_due(&row, now));
    row.state = PLM_STANDING_ACTIVE;
    row.is_asker = false;
    CHECK(!plm_standing_is_due(&row, now));
}

static void test_sizes_are_told_in_classes(void)
{
    for (unsigned i = 0; i < 20000; i++) {
        const uint64_t pad_to = 1 + below(20);
        const plm_purpose purpose = {.pad_to = pad_to,
                                     .smallest_set = 1 + below(200),
                                     .budget = {.tokens_per_run = 1 + below(5000)}};
        const uint64_t n_all = 1 + below(3000);
        const uint64_t n = below((unsigned)n_all + 1);
        const uint64_t all = plm_policy_padded(&purpose, n_all);
        const uint64_t size = plm_policy_standing_class(&purpose, n, n_all);
        const uint64_t most = purpose.budget.tokens_per_run / pad_to * pad_to;
        const uint64_t least = n > purpose.smallest_set ? n : purpose.smallest_set;
        CHECK(size % pad_to == 0 && size >= n && size <= all);
        /* A power of two of pad_to, unless all of them, or the budget, are less. */
        const uint64_t k = size / pad_to;
        CHECK((k & (k - 1)) == 0 || size == all || size == most);
        CHECK(size >= least || size == all || size == most);
        CHECK(size < 2 * least || size == pad_to || size == all);
    }
}

int main(void)
{
    for (unsigned i = 0; i < 3; i++) {
        TAP_RUN(test_what_is_new_is_entered_and_nothing_else);
    }
    TAP_RUN(test_a_clock_does_no_harm);
    TAP_RUN(test_sizes_are_told_in_classes);
    return tap_done();
}
