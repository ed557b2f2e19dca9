/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An index that is brought up to date by the records that have changed says what one does that is
 * brought up to date by all of them, whatever became of the registers; and the days on which the
 * passing of time changes something are those that looking at each day finds. COUNT: rounds of the
 * first property, 1 unless told otherwise.
 */
#include "accord_fixture.h"
#include "base/file.h"
#include "index/carriers.h"
#include "node/index_make.h"
#include "node/select.h"
#include "store/lookups.h"
#include "store_fixture.h"

#include <dirent.h>
#include <inttypes.h>

#define AHEAD "9000000000000" /* a time in ms, of the year 2255 */

enum {
    IDS = 240,
    PHONES = 120, /* shared among the records; */
    BUSY = 1,     /* half of all are these, which are common, or cease to be, or become so */
    EDITS = 24,
    UPDATES = 2
};

typedef struct world {
    fixture file;
    plm_node node;
    uint8_t accord_hash[PLM_HASH_BYTES];
    int64_t register_id;
    uint64_t state;
    unsigned n_edits;
} world;

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next(world *w)
{
    uint64_t z = (w->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void adopt(world *w)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *document = fixture_document();
    plm_accord *accord = NULL;
    CHECK(fixture_set(document, "/expires", "\"2999-12-31\""));
    char *text = json_dumps(document, 0);
    CHECK_STATUS(plm_accord_parse(&accord, plm_span_str(text), &quiet, NULL), PLM_OK);
    memcpy(w->accord_hash, accord->hash, sizeof w->accord_hash);
    CHECK_STATUS(plm_store_put_accord(w->node.store, accord->hash, plm_span_str(text), 1), PLM_OK);
    for (unsigned party = 0; party < 3; party++) {
        uint8_t seed[32];
        plm_buf bytes;
        fixture_seed(seed, party);
        plm_buf_init(&bytes, PLM_RATIFICATION_BYTES_MAX);
        CHECK_STATUS(plm_ratification_make(&bytes, accord, fixture_codes[party], seed, 1000, NULL,
                                           &quiet, NULL),
                     PLM_OK);
        CHECK_STATUS(plm_store_put_ratification(w->node.store, accord->hash, fixture_codes[party],
                                                plm_buf_span(&bytes), 1),
                     PLM_OK);
        plm_buf_wipe(&bytes);
    }
    plm_accord_destroy(accord);
    free(text);
    json_decref(document);
}

static void begin(world *w, uint64_t seed)
{
    *w = (world){.state = seed};
    fixture_open(&w->file);
    w->node.store = w->file.store;
    w->node.directory = w->file.directory;
    w->node.n_threads = 1;
    (void)snprintf(w->node.code, sizeof w->node.code, "%s", fixture_codes[0]);
    fixture_seed(w->node.seed, 0);
    adopt(w);
    CHECK_STATUS(plm_store_register(w->node.store, "r", "csv", 1, &w->register_id), PLM_OK);
}

/* The node's files of that ending; NULL: of all. */
static void remove_files(const world *w, const char *ending)
{
    char path[PATH_MAX];
    const struct dirent *entry;
    (void)snprintf(path, sizeof path, "%s/index", w->file.directory);
    DIR *all = opendir(path);
    while (all != NULL && (entry = readdir(all)) != NULL) {
        const char *dot = strrchr(entry->d_name, '.');
        if (entry->d_name[0] != '.' && (ending == NULL || strcmp(dot, ending) == 0)) {
            (void)unlinkat(dirfd(all), entry->d_name, 0);
        }
    }
    if (all != NULL) {
        (void)closedir(all);
    }
}

static void end(world *w)
{
    char path[PATH_MAX];
    remove_files(w, NULL);
    (void)snprintf(path, sizeof path, "%s/index", w->file.directory);
    (void)rmdir(path);
    fixture_close(&w->file);
}

/* A record with some of few phones: its content is drawn anew each time. */
static void put(world *w, unsigned id)
{
    static const char *const offences[] = {"TIP.5", "SOM.6"};
    static const plm_role roles[] = {PLM_ROLE_SUSPECT, PLM_ROLE_SUSPECT, PLM_ROLE_CONVICTED,
                                     PLM_ROLE_VICTIM};
    char name[16];
    char phones[3][24];
    plm_value values[3];
    plm_put_result result;
    const size_t n = 1 + next(w) % 3;
    (void)snprintf(name, sizeof name, "r%u", id);
    for (size_t i = 0; i < n; i++) {
        const uint64_t phone = next(w) % 2 == 0 ? next(w) % BUSY : next(w) % PHONES;
        (void)snprintf(phones[i], sizeof phones[i], "+35567200%04u", (unsigned)phone);
        values[i] = (plm_value){.type = PLM_IDENT_PHONE, .raw = phones[i], .canonical = phones[i]};
    }
    const plm_record record = {.id = name,
                               .kind = PLM_KIND_PERSON,
                               .role = roles[next(w) % 4],
                               .offences = offences + (next(w) % 8 == 0 ? 1 : 0),
                               .n_offences = 1,
                               .values = values,
                               .n_values = n};
    CHECK_STATUS(plm_store_put_record(w->node.store, w->register_id, &record, 1, &result), PLM_OK);
}

static void put_all(world *w, unsigned step)
{
    CHECK_STATUS(plm_store_begin(w->node.store), PLM_OK);
    for (unsigned id = 0; id < IDS; id += step) {
        put(w, id);
    }
    CHECK_STATUS(plm_store_commit(w->node.store), PLM_OK);
}

static void drop(world *w, unsigned id)
{
    char sql[96];
    (void)snprintf(sql, sizeof sql, "DELETE FROM record WHERE source_id = 'r%u'", id);
    fixture_sql(&w->file, sql);
}

static void see(void *context, const plm_index_made *made)
{
    *(plm_index_made *)context = *made;
}

static plm_index_made update(world *w)
{
    const plm_index_order order = {.purpose = "crime", .handling = ""};
    plm_index_made made = {0};
    plm_refusal refusal;
    CHECK_STATUS(plm_index_update(&w->node, &order, see, &made, &refusal), PLM_OK);
    return made;
}

static void build(world *w, bool has_labels)
{
    const plm_index_order order = {.purpose = "crime",
                                   .has_labels = has_labels,
                                   .urgent_roles = UINT32_C(1) << PLM_ROLE_CONVICTED,
                                   .handling = has_labels ? "detain" : ""};
    plm_index_made made;
    CHECK_STATUS(plm_index_build(&w->node, &order, &made), PLM_OK);
    CHECK(made.n_entries > 20 && made.n_entries < PHONES);
    CHECK_STATUS(plm_index_publish(&w->node, &order, &made), PLM_OK);
}

static void put_dated(world *w, unsigned id, const char *birth, const char *retention)
{
    static const char *const offences[] = {"TIP.5"};
    char name[16];
    char phone[24];
    plm_put_result result;
    (void)snprintf(name, sizeof name, "d%u", id);
    (void)snprintf(phone, sizeof phone, "+35567300%04u", id);
    const plm_value values[] = {{.type = PLM_IDENT_PHONE, .raw = phone, .canonical = phone},
                                {.type = PLM_IDENT_BIRTH_DATE, .raw = birth, .canonical = birth}};
    plm_record record = {.id = name,
                         .kind = PLM_KIND_PERSON,
                         .role = PLM_ROLE_SUSPECT,
                         .offences = offences,
                         .n_offences = 1,
                         .values = values,
                         .n_values = birth[0] != '\0' ? 2 : 1};
    if (retention[0] != '\0') {
        CHECK_STATUS(plm_date_parse(&record.retention, plm_span_str(retention)), PLM_OK);
    }
    CHECK_STATUS(plm_store_put_record(w->node.store, w->register_id, &record, 1, &result), PLM_OK);
}

/* Of many records, and a new one that nobody has had: something is another in any case. */
static void edit(world *w)
{
    put_dated(w, ++w->n_edits, "", "");
    for (unsigned i = 0; i < EDITS; i++) {
        const unsigned id = (unsigned)(next(w) % IDS);
        if (next(w) % 3 == 0) {
            drop(w, id);
        } else {
            put(w, id);
        }
    }
}

static size_t n_common; /* tokens that were so when an index was built */

static void one_round(uint64_t seed, bool has_labels)
{
    world w;
    char kept[PATH_MAX];
    char path[PATH_MAX];
    begin(&w, seed);
    put_all(&w, 2);
    build(&w, has_labels);
    CHECK(!update(&w).is_changed);
    CHECK_STATUS(
        plm_index_path(path, &w.node, NULL, w.accord_hash, "crime", 1, PLM_INDEX_FILE_CARRIERS),
        PLM_OK);
    (void)snprintf(kept, sizeof kept, "%s.kept", w.file.directory);
    plm_carriers carriers;
    if (CHECK_STATUS(plm_carriers_open(&carriers, path), PLM_OK)) {
        n_common += carriers.n_common;
        plm_carriers_close(&carriers);
    }
    uint64_t before = 0;
    for (unsigned i = 0; i < UPDATES; i++) {
        edit(&w);
        const plm_index_made part = update(&w);
        CHECK(part.is_changed && part.sequence > before);
        before = part.sequence;
        /* Without the file all registers are read: they say the same. */
        CHECK_EQ_INT(rename(path, kept), 0);
        const plm_index_made whole = update(&w);
        CHECK(!whole.is_changed && whole.sequence == before);
        CHECK_EQ_INT(whole.n_added, part.n_added);
        CHECK_EQ_INT(whole.n_withdrawn, part.n_withdrawn);
        CHECK_EQ_INT(rename(kept, path), 0);
    }
    /* A register that goes as a whole takes all entries with it. */
    CHECK_STATUS(plm_store_drop_register(w.node.store, "r", NULL, NULL), PLM_OK);
    const plm_index_made last = update(&w);
    CHECK_EQ_INT(last.n_withdrawn, last.n_entries);
    CHECK_EQ_INT(last.n_added, 0);
    end(&w);
}

static void test_part_says_what_whole_does(void)
{
    const char *count = getenv("COUNT");
    const long rounds = count == NULL ? 1 : strtol(count, NULL, 10);
    for (long i = 0; i < rounds; i++) {
        one_round((uint64_t)i * 2, true);
        one_round((uint64_t)i * 2 + 1, false);
    }
    CHECK(n_common > 0);
}

/* Nothing is noted without an index, and what no epoch needs is forgotten with the last. */
static void test_noted_while_needed(void)
{
    world w;
    uint64_t n = 0;
    begin(&w, 1);
    put_all(&w, 1);
    put(&w, 3);
    CHECK_EQ_INT(fixture_int(&w.file, "SELECT count(*) FROM record_change"), 0);
    build(&w, false);
    CHECK_EQ_INT(fixture_int(&w.file, "SELECT count(*) FROM record_change"), 1);
    edit(&w);
    const int64_t noted = fixture_int(&w.file, "SELECT count(*) FROM record_change");
    CHECK(noted > 10);
    build(&w, false); /* the first is retiring: what is behind its mark stays */
    CHECK_EQ_INT(fixture_int(&w.file, "SELECT count(*) FROM record_change"), noted + 1);
    fixture_sql(&w.file, "UPDATE lookup_epoch SET until_ms = 1 WHERE epoch = 1");
    CHECK_STATUS(plm_index_retire(&w.node, plm_wall_ms(), &n), PLM_OK);
    CHECK_EQ_INT(n, 1);
    CHECK_EQ_INT(fixture_int(&w.file, "SELECT count(*) FROM record_change"), 1);
    end(&w);
}

/* What is withdrawn while an index is built is no entry of what is published. */
static void test_withdrawn_before_it_is_published(void)
{
    world w;
    const plm_index_order order = {.purpose = "crime", .handling = ""};
    plm_index_made made;
    begin(&w, 2);
    put_all(&w, 1);
    CHECK_STATUS(plm_index_build(&w.node, &order, &made), PLM_OK);
    for (unsigned id = 0; id < IDS; id++) {
        drop(&w, id);
    }
    CHECK_STATUS(plm_index_publish(&w.node, &order, &made), PLM_OK);
    CHECK(made.sequence > 0);
    CHECK_EQ_INT(made.n_withdrawn, made.n_entries);
    end(&w);
}

/*
 * A file that was published before the store failed is not followed by another of its number, also
 * where the clock has gone back since.
 */
static void test_no_number_twice(void)
{
    world w;
    begin(&w, 3);
    put_all(&w, 1);
    build(&w, false);
    edit(&w);
    fixture_sql(&w.file, "UPDATE lookup_epoch SET sequence = " AHEAD);
    const uint64_t first = update(&w).sequence;
    CHECK(first > (uint64_t)plm_wall_ms());
    fixture_sql(&w.file, "UPDATE lookup_epoch SET sequence = 0, content = zeroblob(32)");
    edit(&w);
    CHECK_EQ_INT(update(&w).sequence, first + 1);
    end(&w);
}

static void copy_file(const char *to, const char *from)
{
    plm_buf bytes;
    plm_buf_init(&bytes, 1 << 24);
    CHECK_STATUS(plm_file_read(from, &bytes), PLM_OK);
    CHECK_STATUS(plm_file_write(to, plm_buf_span(&bytes), 0600, false), PLM_OK);
    plm_buf_wipe(&bytes);
}

/*
 * Store and files are those of a backup: what is changed then has a number above all that were
 * given after it, which nothing here remembers.
 */
static void test_no_number_twice_after_a_backup(void)
{
    world w;
    char path[PATH_MAX];
    char kept[PATH_MAX];
    char sql[80];
    begin(&w, 4);
    put_all(&w, 1);
    build(&w, false);
    edit(&w);
    const uint64_t in_backup = update(&w).sequence;
    CHECK_STATUS(
        plm_index_path(path, &w.node, NULL, w.accord_hash, "crime", 1, PLM_INDEX_FILE_CHANGES),
        PLM_OK);
    (void)snprintf(kept, sizeof kept, "%s.kept", w.file.directory);
    copy_file(kept, path);
    edit(&w);
    (void)update(&w);
    edit(&w);
    const uint64_t lost = update(&w).sequence;
    CHECK(lost > in_backup + 1);
    CHECK_EQ_INT(rename(kept, path), 0);
    (void)snprintf(sql, sizeof sql, "UPDATE lookup_epoch SET sequence = %" PRIu64, in_backup);
    fixture_sql(&w.file, sql);
    edit(&w);
    CHECK(update(&w).sequence > lost);
    end(&w);
}

/* --- days ------------------------------------------------------------------------------------ */

typedef struct looking {
    const plm_purpose *purpose;
    int64_t today;
    plm_carrier_day found[64];
    size_t n;
} looking;

/* Day by day. */
static plm_status look_at_days(void *context, const plm_stored_record *stored)
{
    looking *l = (looking *)context;
    const plm_exclusion now =
        plm_policy_admit(l->purpose, false, &stored->record, plm_date_from_days(l->today));
    for (int64_t day = l->today + 1; day <= l->today + PLM_SELECT_DAYS; day++) {
        if (plm_policy_admit(l->purpose, false, &stored->record, plm_date_from_days(day)) != now) {
            l->found[l->n++] = (plm_carrier_day){(uint32_t)day, stored->number};
            break;
        }
    }
    return PLM_OK;
}

static void test_days(void)
{
    world w;
    plm_selected selected;
    plm_index_scope *scope;
    plm_refusal refusal;
    const plm_date today = {2026, 6, 1};
    static const char *const births[] = {"",        "2008-06-02", "2008",       "2008-09",
                                         "1990-01", "2009-01-31", "2020-01-01", "2007-06-01"};
    static const char *const retentions[] = {"", "2026-06-01", "2027-01-31", "2026-05-31",
                                             "2030-01-01"};
    begin(&w, 4);
    for (unsigned i = 0; i < 40; i++) {
        put_dated(&w, i, births[i % 8], retentions[i % 5]);
    }
    CHECK_STATUS(plm_index_scope_find(&scope, &w.node, NULL, "crime", &refusal), PLM_OK);
    looking l = {.purpose = plm_index_scope_purpose(scope), .today = plm_date_days(today)};
    CHECK_STATUS(plm_store_each_record(w.node.store, NULL, look_at_days, &l), PLM_OK);
    CHECK_STATUS(plm_select_for_index(&selected, &w.node, plm_index_scope_accord(scope), l.purpose,
                                      today, true),
                 PLM_OK);
    CHECK(l.n > 10);
    CHECK_EQ_INT(selected.n_days, l.n);
    for (size_t i = 0; i < l.n; i++) {
        bool is_there = false;
        for (size_t k = 0; k < selected.n_days; k++) {
            is_there = is_there || (selected.days[k].number == l.found[i].number &&
                                    selected.days[k].day == l.found[i].day);
        }
        CHECK(is_there);
        CHECK(i == 0 || selected.days[i - 1].day <= selected.days[i].day);
    }
    plm_selected_wipe(&selected);
    plm_index_scope_destroy(scope);
    end(&w);
}

/* The day of a record has come: it is looked at, though nobody changed it. */
static void test_day_has_come(void)
{
    world w;
    char path[PATH_MAX];
    plm_carriers carriers;
    uint8_t day[4];
    begin(&w, 5);
    put_all(&w, 1);
    char soon[PLM_DATE_TEXT];
    const int64_t today = plm_date_days(plm_date_of_ms(plm_wall_ms()));
    plm_date_format(soon, plm_date_from_days(today + 2));
    put_dated(&w, 1, "", soon);
    build(&w, false);
    /* As if it had been loaded with a date that is over, and nobody had noted it. */
    fixture_sql(&w.file, "UPDATE record SET retention = 20200101 WHERE source_id = 'd1'");
    fixture_sql(&w.file, "DELETE FROM record_change WHERE record_id > 0");
    CHECK(!update(&w).is_changed);
    CHECK_STATUS(
        plm_index_path(path, &w.node, NULL, w.accord_hash, "crime", 1, PLM_INDEX_FILE_CARRIERS),
        PLM_OK);
    CHECK_STATUS(plm_carriers_open(&carriers, path), PLM_OK);
    CHECK_EQ_INT(carriers.n_days, 1);
    CHECK_EQ_INT(plm_carriers_day(&carriers, 0).day, today + 3);
    const off_t at = (off_t)(carriers.days - carriers.map.p);
    plm_carriers_close(&carriers);
    plm_store_u32(day, (uint32_t)today);
    FILE *file = fopen(path, "r+e");
    CHECK(file != NULL && fseeko(file, at, SEEK_SET) == 0 && fwrite(day, 4, 1, file) == 1);
    CHECK_EQ_INT(file == NULL ? 0 : fclose(file), 0);
    const plm_index_made made = update(&w);
    CHECK(made.is_changed && made.n_withdrawn == 1 && made.n_added == 0);
    end(&w);
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_part_says_what_whole_does);
    TAP_RUN(test_noted_while_needed);
    TAP_RUN(test_withdrawn_before_it_is_published);
    TAP_RUN(test_no_number_twice);
    TAP_RUN(test_no_number_twice_after_a_backup);
    TAP_RUN(test_days);
    TAP_RUN(test_day_has_come);
    return tap_done();
}
