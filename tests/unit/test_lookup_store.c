/* SPDX-License-Identifier: Apache-2.0 */
/* What a holder keeps of its indexes and of who asks them; budgets, and what is seen of askers. */
#include "node/lookup_answer.h"
#include "node/lookup_subject.h"
#include "node/lookup_watch.h"
#include "store/lookups.h"
#include "store_fixture.h"
#include "tap.h"

#include <string.h>
#include <sys/wait.h>

enum {
    HOUR_MS = 3600000
};

static const uint8_t accord_hash[32] = {1};

typedef struct seen {
    size_t n;
    plm_stored_epoch epochs[4];
    plm_watched watched;
    char remarks[64];
} seen;

static plm_status see_epoch(void *context, const plm_stored_epoch *epoch)
{
    seen *s = (seen *)context;
    s->epochs[s->n++] = *epoch;
    return PLM_OK;
}

static void test_epochs(void)
{
    fixture f;
    seen s = {0};
    fixture_open(&f);
    plm_stored_epoch e = {.purpose = "border",
                          .epoch = 1,
                          .state = PLM_EPOCH_PUBLISHED,
                          .sealed_key = plm_span_of(accord_hash, 32),
                          .sequence = 7,
                          .n_entries = 10,
                          .has_labels = true,
                          .urgent_roles = 6,
                          .handling = "detain",
                          .made_ms = 5};
    memcpy(e.accord_hash, accord_hash, sizeof e.accord_hash);
    CHECK_STATUS(plm_store_put_epoch(f.store, &e), PLM_OK);
    e.epoch = 2;
    CHECK_STATUS(plm_store_put_epoch(f.store, &e), PLM_OK);
    e.epoch = 1;
    e.state = PLM_EPOCH_GONE;
    e.sealed_key = plm_span_of(NULL, 0);
    CHECK_STATUS(plm_store_put_epoch(f.store, &e), PLM_OK); /* the same one, changed */
    CHECK_STATUS(plm_store_each_epoch(f.store, accord_hash, "border", see_epoch, &s), PLM_OK);
    CHECK_EQ_INT(s.n, 2);
    CHECK_EQ_INT(s.epochs[0].epoch, 2); /* the newest first */
    CHECK(s.epochs[0].state == PLM_EPOCH_PUBLISHED && s.epochs[1].state == PLM_EPOCH_GONE);
    CHECK(s.epochs[1].sealed_key.n == 0 && s.epochs[1].sequence == 7 && s.epochs[1].has_labels);
    s.n = 0;
    CHECK_STATUS(plm_store_each_epoch(f.store, NULL, "other", see_epoch, &s), PLM_OK);
    CHECK_EQ_INT(s.n, 0);
    /* A mark that is there is kept; one that is not there makes 0 of itself. */
    int64_t mark = 0;
    CHECK_STATUS(plm_store_mark_changes(f.store, &mark), PLM_OK);
    e.epoch = 3;
    e.state = PLM_EPOCH_PUBLISHED;
    e.changes_from = mark;
    CHECK_STATUS(plm_store_put_epoch(f.store, &e), PLM_OK);
    e.epoch = 4;
    e.changes_from = mark + 1;
    CHECK_STATUS(plm_store_put_epoch(f.store, &e), PLM_OK);
    CHECK_STATUS(plm_store_each_epoch(f.store, NULL, NULL, see_epoch, &s), PLM_OK);
    CHECK(s.n == 4 && s.epochs[0].changes_from == 0 && s.epochs[1].changes_from == mark);
    fixture_close(&f);
}

typedef struct numbers {
    size_t n;
    int64_t list[16];
} numbers;

static plm_status see_number(void *context, int64_t number)
{
    numbers *n = (numbers *)context;
    n->list[n->n++ % 16] = number;
    return PLM_OK;
}

static void put_named(plm_store *store, int64_t register_id, const char *id, const char *grading)
{
    plm_put_result result;
    plm_record record = {.id = id, .kind = PLM_KIND_PERSON, .role = PLM_ROLE_SUSPECT};
    (void)snprintf(record.grading, sizeof record.grading, "%s", grading);
    CHECK_STATUS(plm_store_put_record(store, register_id, &record, 1, &result), PLM_OK);
}

/* What is noted of records while there is an index, whoever changes them. */
static void test_changed_records(void)
{
    fixture f;
    int64_t r = 0;
    int64_t s = 0;
    int64_t mark = 0;
    int64_t last = 0;
    uint64_t n_expired = 0;
    numbers seen_now = {0};
    fixture_open(&f);
    CHECK_STATUS(plm_store_register(f.store, "r", "csv", 1, &r), PLM_OK);
    CHECK_STATUS(plm_store_register(f.store, "s", "csv", 1, &s), PLM_OK);
    put_named(f.store, r, "a", "A1");
    put_named(f.store, r, "b", "A1");
    put_named(f.store, r, "c", "A1");
    put_named(f.store, s, "d", "A1");
    put_named(f.store, r, "a", "A2"); /* before there is an index */
    CHECK_STATUS(plm_store_mark_changes(f.store, &mark), PLM_OK);
    CHECK_STATUS(plm_store_last_number(f.store, &last), PLM_OK);
    CHECK_EQ_INT(last, 4);
    CHECK_STATUS(plm_store_each_changed(f.store, mark, last, see_number, &seen_now), PLM_OK);
    CHECK_EQ_INT(seen_now.n, 0);
    put_named(f.store, r, "b", "B2");
    put_named(f.store, r, "b", "B3"); /* twice: told once */
    put_named(f.store, r, "c", "A1"); /* as it was */
    put_named(f.store, r, "e", "A1"); /* new */
    CHECK_STATUS(plm_store_drop_register(f.store, "s", NULL, NULL), PLM_OK);
    fixture_sql(&f, "UPDATE record SET retention = 20200101 WHERE source_id = 'a'");
    CHECK_STATUS(plm_store_expire(f.store, (plm_date){2026, 1, 1}, &n_expired), PLM_OK);
    CHECK_EQ_INT(n_expired, 1);
    CHECK_STATUS(plm_store_each_changed(f.store, mark, last, see_number, &seen_now), PLM_OK);
    CHECK_EQ_INT(seen_now.n, 4);
    for (int64_t i = 0; i < 4; i++) {
        static const int64_t wanted[] = {1, 2, 4, 5};
        CHECK_EQ_INT(seen_now.list[i], wanted[i]);
    }
    CHECK_STATUS(plm_store_trim_changes(f.store), PLM_OK); /* no epoch needs them */
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_change"), 0);
    put_named(f.store, r, "b", "C1");
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM record_change"), 0);
    fixture_close(&f);
}

/* Two connections of one peer share the hour to the last evaluation, and no further. */
static void test_budget(void)
{
    fixture f;
    fixture_open(&f);
    const uint64_t limit = 1000;
    const int64_t now = INT64_C(500000) * HOUR_MS;
    plm_lookup_budget a = {
        .store = f.store, .peer = "AA", .accord_hash = accord_hash, .purpose = "border"};
    plm_lookup_budget b = a;
    uint64_t n = 0;
    uint64_t left;
    while (plm_lookup_budget_take(&a, 3, limit, now) == PLM_OK) {
        n += 3;
        if (plm_lookup_budget_take(&b, 1, limit, now) == PLM_OK) {
            n += 1;
        }
    }
    while (plm_lookup_budget_take(&b, 1, limit, now) == PLM_OK) {
        n += 1;
    }
    /* What one holds in its block is the other's again when it is closed. */
    CHECK_STATUS(plm_lookup_budget_close(&a), PLM_OK);
    while (plm_lookup_budget_take(&b, 1, limit, now) == PLM_OK) {
        n += 1;
    }
    CHECK_EQ_INT(n, limit);
    CHECK_STATUS(plm_lookup_budget_left(&b, limit, now, &left), PLM_OK);
    CHECK_EQ_INT(left, 0);
    CHECK_STATUS(plm_lookup_budget_take(&b, 1, limit, now), PLM_E_LIMIT);
    /* Another purpose, another peer, and the next hour have their own. */
    plm_lookup_budget c = b;
    c.purpose = "other";
    CHECK_STATUS(plm_lookup_budget_take(&c, 10, limit, now), PLM_OK);
    CHECK_STATUS(plm_lookup_budget_take(&b, 10, limit, now + HOUR_MS), PLM_OK);
    CHECK_STATUS(plm_lookup_budget_close(&b), PLM_OK);
    CHECK_STATUS(
        plm_store_lookup_charged(f.store, "AA", accord_hash, "border", now / HOUR_MS + 1, &left),
        PLM_OK);
    CHECK_EQ_INT(left, 10);
    fixture_close(&f);
}

/* One connection's process: takes until there is no more, and tells how many. */
static void take_all(const char *path, uint64_t limit, int64_t now, int to)
{
    char error[PLM_STORE_ERROR_MAX];
    plm_store *store;
    uint64_t n = 0;
    plm_status status = plm_store_open(&store, path, false, error);
    if (status == PLM_OK) {
        plm_lookup_budget b = {
            .store = store, .peer = "AA", .accord_hash = accord_hash, .purpose = "border"};
        while ((status = plm_lookup_budget_take(&b, 1 + n % 3, limit, now)) == PLM_OK) {
            n += 1 + n % 3;
        }
        while (status == PLM_E_LIMIT && plm_lookup_budget_take(&b, 1, limit, now) == PLM_OK) {
            n++;
        }
    }
    const bool is_told = status == PLM_E_LIMIT && write(to, &n, sizeof n) == (ssize_t)sizeof n;
    _exit(is_told ? 0 : 1);
}

/* Connections of one peer that race, each with a process of its own: exactly the budget. */
static void test_budget_raced_for(void)
{
    enum {
        CONNECTIONS = 4
    };
    fixture f;
    int ends[2];
    const uint64_t limit = 900;
    const int64_t now = INT64_C(500000) * HOUR_MS;
    uint64_t sum = 0;
    uint64_t n;
    int how = 1;
    char error[PLM_STORE_ERROR_MAX];
    fixture_open(&f);
    plm_store_close(f.store); /* a store is not carried over a fork */
    CHECK_EQ_INT(pipe(ends), 0);
    for (int i = 0; i < CONNECTIONS; i++) {
        if (fork() == 0) {
            take_all(f.path, limit, now, ends[1]);
        }
    }
    (void)close(ends[1]);
    for (int i = 0; i < CONNECTIONS; i++) {
        CHECK(wait(&how) > 0 && how == 0);
    }
    while (read(ends[0], &n, sizeof n) == (ssize_t)sizeof n) {
        sum += n;
    }
    (void)close(ends[0]);
    CHECK_EQ_INT(sum, limit);
    CHECK_STATUS(plm_store_open(&f.store, f.path, false, error), PLM_OK);
    CHECK_STATUS(plm_store_lookup_charged(f.store, "AA", accord_hash, "border", now / HOUR_MS, &n),
                 PLM_OK);
    CHECK_EQ_INT(n, limit);
    fixture_close(&f);
}

static void see_watched(void *context, const plm_watched *watched)
{
    seen *s = (seen *)context;
    s->n++;
    s->watched = *watched;
    (void)snprintf(s->remarks, sizeof s->remarks, "%s", watched->remarks);
}

static void use(plm_store *store, const char *peer, int64_t hour, uint64_t charged,
                uint64_t refused)
{
    plm_lookup_usage usage = {.peer = peer, .purpose = "border", .hour = hour};
    memcpy(usage.accord_hash, accord_hash, sizeof usage.accord_hash);
    CHECK_STATUS(plm_store_lookup_charge(store, &usage, charged, UINT32_MAX), PLM_OK);
    usage.refused = refused;
    CHECK_STATUS(plm_store_lookup_note(store, &usage, 0), PLM_OK);
}

static void test_watch(void)
{
    fixture f;
    seen s = {0};
    fixture_open(&f);
    const int64_t hour = 500000;
    for (int64_t i = 0; i < 30; i++) {
        use(f.store, "AA", hour - i, 5000 + (uint64_t)(i % 3), 0); /* never sleeps */
    }
    CHECK_STATUS(plm_lookup_watch(f.store, hour * HOUR_MS, 48, see_watched, &s), PLM_OK);
    CHECK_EQ_INT(s.n, 1);
    CHECK_EQ_STR(s.remarks, "steady no-hits");
    CHECK_EQ_INT(s.watched.n_active, 30);
    for (int64_t i = 0; i < 10; i++) {
        use(f.store, "BB", hour - i, i == 3 ? 900 : 20 + (uint64_t)i, i == 3 ? 5 : 0);
    }
    s.n = 0;
    CHECK_STATUS(plm_lookup_watch(f.store, hour * HOUR_MS, 48, see_watched, &s), PLM_OK);
    CHECK_EQ_INT(s.n, 2);
    CHECK_EQ_STR(s.remarks, "budget-reached surge");
    CHECK_EQ_INT(s.watched.highest, 900);
    s.n = 0;
    CHECK_STATUS(plm_lookup_watch(f.store, (hour + 100) * HOUR_MS, 48, see_watched, &s), PLM_OK);
    CHECK_EQ_INT(s.n, 0); /* too long ago */
    fixture_close(&f);
}

static size_t count(const plm_subject *subject, plm_ident_type type, const char *canonical)
{
    size_t n = 0;
    for (size_t i = 0; i < subject->record.n_values; i++) {
        const plm_value *v = &subject->values[i];
        n += v->type == type && strcmp(v->canonical, canonical) == 0 &&
             (v->flags & PLM_IDENT_UNMATCHED) == 0;
    }
    return n;
}

/* The specimen of ICAO Doc 9303 part 4, with Italy as the issuer since Utopia is no country; its
 * number read as a camera may read it. */
static void test_subject_of_a_zone(void)
{
    static const char names[] = "P<ITAERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n";
    static const char *const data[] = {"L898902C36ITA7408122F1204159ZE184226B<<<<<10",
                                       "LB98902C36ITA7408122F1204159ZE184226B<<<<<10"};
    const plm_date today = {2026, 1, 1};
    for (size_t i = 0; i < 2; i++) {
        plm_subject subject;
        plm_mrz mrz;
        char text[128];
        (void)snprintf(text, sizeof text, "%s%s", names, data[i]);
        plm_subject_init(&subject);
        CHECK_STATUS(plm_subject_add_mrz(&subject, plm_span_str(text), today, &mrz), PLM_OK);
        CHECK_EQ_INT(count(&subject, PLM_IDENT_DOCUMENT, "IT:P:L898902C3"), 1);
        CHECK_EQ_INT(count(&subject, PLM_IDENT_BIRTH_DATE, "1974-08-12"), 1);
        CHECK_EQ_INT(count(&subject, PLM_IDENT_NATIONALITY, "IT"), 1);
        plm_subject_wipe(&subject);
    }
}

static void test_subject_of_words(void)
{
    plm_subject subject;
    plm_ident ident;
    plm_subject_init(&subject);
    CHECK_STATUS(plm_subject_add_text(&subject, "phone=06 12345678,IT", &ident), PLM_OK);
    CHECK_EQ_INT(count(&subject, PLM_IDENT_PHONE, "+390612345678"), 1);
    CHECK_STATUS(plm_subject_add_text(&subject, "phone=12", &ident), PLM_E_REJECTED);
    CHECK_STATUS(plm_subject_add_text(&subject, "phone", &ident), PLM_E_SYNTAX);
    CHECK_STATUS(plm_subject_add_text(&subject, "colour=red", &ident), PLM_E_SYNTAX);
    CHECK_EQ_INT(subject.record.n_values, 1);
    plm_subject_wipe(&subject);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_epochs);
    TAP_RUN(test_changed_records);
    TAP_RUN(test_budget);
    TAP_RUN(test_budget_raced_for);
    TAP_RUN(test_watch);
    TAP_RUN(test_subject_of_a_zone);
    TAP_RUN(test_subject_of_words);
    return tap_done();
}
