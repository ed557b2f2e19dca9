/* SPDX-License-Identifier: Apache-2.0 */
/* Bases: each serves one run, for one peer in one role, and not for ever. */
#include "store_fixture.h"

#include "tap.h"

static const int64_t day_ms = 86400000;
static const int64_t now_ms = 86400000LL * 20000;
static const uint8_t one[32] = {1};
static const uint8_t two[32] = {2};

static void put(plm_store *store, const uint8_t identity[32], bool is_receiver, const char *text,
                int64_t created_ms)
{
    CHECK_STATUS(
        plm_store_base_put(store, "AA-ONE", identity, is_receiver, plm_span_str(text), created_ms),
        PLM_OK);
}

/* What is taken, or "" if nothing is; it must be as old as it was. */
static const char *take_at(plm_store *store, const uint8_t identity[32], bool is_receiver,
                           int64_t created_ms, int64_t at_ms)
{
    static char text[64];
    int64_t created = -1;
    plm_buf out;
    plm_buf_init(&out, sizeof text - 1);
    CHECK_STATUS(plm_buf_append(&out, "before", 6), PLM_OK);
    plm_status status = plm_store_base_take(store, identity, is_receiver, at_ms, &out, &created);
    if (status != PLM_OK) {
        CHECK_STATUS(status, PLM_E_NOT_FOUND);
        CHECK_EQ_INT(out.n, 0);
        CHECK_EQ_INT(created, -1);
    } else {
        CHECK_EQ_INT(created, created_ms);
    }
    memcpy(text, out.n > 0 ? (const char *)out.data : "", out.n);
    text[out.n] = '\0';
    plm_buf_wipe(&out);
    return text;
}

static const char *take(plm_store *store, const uint8_t identity[32], bool is_receiver)
{
    return take_at(store, identity, is_receiver, now_ms, now_ms);
}

static void test_a_base_is_taken_once(void)
{
    fixture f;
    fixture_open(&f);
    CHECK_EQ_STR(take(f.store, one, true), "");
    put(f.store, one, true, "receiver of one", now_ms);
    put(f.store, one, false, "sender of one", now_ms);
    put(f.store, two, true, "receiver of two", now_ms);
    CHECK_EQ_STR(take(f.store, two, false), "");
    CHECK_EQ_STR(take(f.store, one, true), "receiver of one");
    CHECK_EQ_STR(take(f.store, one, true), "");
    CHECK_EQ_STR(take(f.store, two, true), "receiver of two");
    CHECK_EQ_STR(take(f.store, one, false), "sender of one");
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM base"), 0);
    fixture_close(&f);
}

static void test_the_later_one_replaces_the_earlier(void)
{
    fixture f;
    fixture_open(&f);
    put(f.store, one, true, "first", now_ms - 5);
    put(f.store, one, true, "second", now_ms);
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM base"), 1);
    CHECK_EQ_STR(take(f.store, one, true), "second");
    CHECK_EQ_STR(take(f.store, one, true), "");
    fixture_close(&f);
}

/* Another process that looks right after finds nothing: what is taken is committed. */
static void test_what_is_taken_is_gone_for_everybody(void)
{
    fixture f;
    char error[PLM_STORE_ERROR_MAX];
    plm_store *other = NULL;
    fixture_open(&f);
    CHECK_STATUS(plm_store_open(&other, f.path, false, error), PLM_OK);
    put(f.store, one, true, "base", now_ms);
    CHECK_EQ_STR(take(f.store, one, true), "base");
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM base"), 0);
    CHECK_EQ_STR(take(other, one, true), "");
    plm_store_close(other);
    /* Nor does a rollback bring it back. */
    put(f.store, one, true, "base", now_ms);
    int64_t created = 0;
    plm_buf out;
    plm_buf_init(&out, 100);
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    CHECK_STATUS(plm_store_base_take(f.store, one, true, now_ms, &out, &created), PLM_E_ARGUMENT);
    plm_store_rollback(f.store);
    CHECK_EQ_STR(take(f.store, one, true), "base");
    plm_buf_wipe(&out);
    fixture_close(&f);
}

/* Of another version of the engine, say: it would be in the way of every run. */
static void test_a_base_that_does_not_fit_is_none(void)
{
    fixture f;
    int64_t created = 0;
    plm_buf out;
    fixture_open(&f);
    put(f.store, one, true, "ten bytes.", now_ms);
    plm_buf_init(&out, 9);
    CHECK_STATUS(plm_store_base_take(f.store, one, true, now_ms, &out, &created), PLM_E_NOT_FOUND);
    CHECK_EQ_INT(out.n, 0);
    CHECK_EQ_STR(take(f.store, one, true), "");
    plm_buf_wipe(&out);
    fixture_close(&f);
}

static void test_an_old_base_is_not_given_and_deleted(void)
{
    const int64_t most_ms = PLM_STORE_BASE_DAYS * day_ms;
    fixture f;
    uint64_t n = 7;
    fixture_open(&f);
    put(f.store, one, true, "just", now_ms - most_ms);
    CHECK_EQ_STR(take_at(f.store, one, true, now_ms - most_ms, now_ms), "just");
    put(f.store, one, true, "too old", now_ms - most_ms - 1);
    CHECK_EQ_STR(take(f.store, one, true), "");
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM base"), 0);
    put(f.store, one, true, "of tomorrow", now_ms + day_ms); /* the clock was put back */
    CHECK_EQ_STR(take(f.store, one, true), "");
    /* And those nobody asks for. */
    put(f.store, one, true, "just", now_ms - most_ms);
    put(f.store, two, true, "too old", now_ms - most_ms - 1);
    put(f.store, two, false, "too old", 0);
    CHECK_STATUS(plm_store_expire(f.store, plm_date_from_days(20000), &n), PLM_OK);
    CHECK_EQ_INT(n, 0); /* records */
    CHECK_EQ_INT(fixture_int(&f, "SELECT count(*) FROM base"), 1);
    CHECK_EQ_STR(take_at(f.store, one, true, now_ms - most_ms, now_ms), "just");
    fixture_close(&f);
}

static void test_a_base_goes_with_its_transaction(void)
{
    fixture f;
    fixture_open(&f);
    CHECK_STATUS(plm_store_begin(f.store), PLM_OK);
    put(f.store, one, true, "of a run that broke", now_ms);
    plm_store_rollback(f.store);
    CHECK_EQ_STR(take(f.store, one, true), "");
    fixture_close(&f);
}

static void test_a_base_that_was_taken_is_not_in_the_file(void)
{
    static uint8_t bytes[1 << 20];
    fixture f;
    fixture_open(&f);
    put(f.store, one, true, "a base to be searched for", now_ms);
    CHECK_EQ_STR(take(f.store, one, true), "a base to be searched for");
    fixture_sql(&f, "PRAGMA wal_checkpoint(TRUNCATE)");
    FILE *file = fopen(f.path, "re");
    if (CHECK(file != NULL)) {
        size_t n = fread(bytes, 1, sizeof bytes, file);
        (void)fclose(file);
        CHECK(n > 4096 && memmem(bytes, n, "CREATE TABLE base", 17) != NULL);
        CHECK(memmem(bytes, n, "to be searched for", 18) == NULL);
    }
    fixture_close(&f);
}

int main(void)
{
    TAP_RUN(test_a_base_is_taken_once);
    TAP_RUN(test_the_later_one_replaces_the_earlier);
    TAP_RUN(test_what_is_taken_is_gone_for_everybody);
    TAP_RUN(test_a_base_that_does_not_fit_is_none);
    TAP_RUN(test_an_old_base_is_not_given_and_deleted);
    TAP_RUN(test_a_base_goes_with_its_transaction);
    if (!fixture_is_postgresql()) {
        TAP_RUN(test_a_base_that_was_taken_is_not_in_the_file);
    }
    return tap_done();
}
