/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tally among three nodes without a network between them: every parcel is taken from one's outbox
 * to the other's door, where a hook may make another of it, signed by who sends it. What an honest
 * node says to each lie, and who is named when it ends.
 */
#include "accord_fixture.h"
#include "ledger/ledger.h"
#include "node/parcel_check.h"
#include "node/tally.h"
#include "store/outbox.h"
#include "store_fixture.h"

enum {
    N = 3,
    PERSONS = 12,
    ROUNDS_MAX = 30,
    SALT = PLM_PARCEL_SALT_BYTES
};

typedef struct world world;

/* May change the content, in place or to another length; false: the parcel is lost. */
typedef bool parcel_hook(world *w, unsigned from, unsigned to, const plm_parcel *m,
                         plm_buf *content);

struct world {
    fixture files[N];
    plm_node nodes[N];
    plm_tls_pin pins[N];
    uint8_t accord_hash[PLM_HASH_BYTES];
    uint8_t id[PLM_RUN_ID_BYTES];
    parcel_hook *hook;
    plm_buf kept;
    unsigned n_changed;
    unsigned n_refused;
    uint8_t verdict; /* the last one that was not "taken" */
};

static const char terms[] =
    "{\"strata\": [], \"tokens_each\": 3, \"smallest_list\": 10, \"pad_to\": 5, "
    "\"release\": {\"mechanism\": \"suppression\", \"threshold\": 2}, "
    "\"budget\": {\"days\": 365, \"epsilon_milli\": 0, \"tallies\": 9}, \"hours\": 24}";

static void adopt(world *w)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *document = fixture_document();
    plm_accord *accord = NULL;
    CHECK(fixture_set(document, "/purposes/1/aim", "\"statistics\"") &&
          fixture_set(document, "/purposes/1/tally", terms) &&
          fixture_set(document, "/purposes/1/approval", "\"automatic\"") &&
          fixture_set(document, "/purposes/1/rules", "[\"phone\"]") &&
          fixture_set(document, "/expires", "\"2999-12-31\""));
    char *text = json_dumps(document, 0);
    CHECK_STATUS(plm_accord_parse(&accord, plm_span_str(text), &quiet, NULL), PLM_OK);
    memcpy(w->accord_hash, accord->hash, sizeof w->accord_hash);
    for (unsigned n = 0; n < N; n++) {
        CHECK_STATUS(plm_store_put_accord(w->nodes[n].store, accord->hash, plm_span_str(text), 1),
                     PLM_OK);
        for (unsigned party = 0; party < N; party++) {
            plm_buf bytes;
            plm_buf_init(&bytes, PLM_RATIFICATION_BYTES_MAX);
            CHECK_STATUS(plm_ratification_make(&bytes, accord, fixture_codes[party],
                                               w->nodes[party].seed, 1000, NULL, &quiet, NULL),
                         PLM_OK);
            CHECK_STATUS(plm_store_put_ratification(w->nodes[n].store, accord->hash,
                                                    fixture_codes[party], plm_buf_span(&bytes), 1),
                         PLM_OK);
            plm_buf_wipe(&bytes);
        }
    }
    plm_accord_destroy(accord);
    free(text);
    json_decref(document);
}

/* Node n has the persons 4 n to 4 n + 11: four are on all three lists. */
static void load(world *w, unsigned n)
{
    static const char *const offences[] = {"TIP.5"};
    int64_t register_id = 0;
    CHECK_STATUS(plm_store_register(w->nodes[n].store, "r", "csv", 1, &register_id), PLM_OK);
    for (unsigned i = 0; i < PERSONS; i++) {
        char id[16];
        char phone[24];
        plm_put_result result;
        (void)snprintf(id, sizeof id, "r%u", i);
        (void)snprintf(phone, sizeof phone, "+35567200%04u", 4 * n + i);
        const plm_value value = {.type = PLM_IDENT_PHONE, .raw = phone, .canonical = phone};
        const plm_record record = {.id = id,
                                   .kind = PLM_KIND_PERSON,
                                   .role = PLM_ROLE_VICTIM,
                                   .offences = offences,
                                   .n_offences = 1,
                                   .values = &value,
                                   .n_values = 1};
        CHECK_STATUS(plm_store_put_record(w->nodes[n].store, register_id, &record, 1, &result),
                     PLM_OK);
    }
}

static void begin(world *w, parcel_hook *hook)
{
    static const char *const with[] = {"BB-TWO", "CC-3"};
    const plm_tally_wish wish = {
        .purpose = "protect-1", .with = with, .n_with = 2, .officer = "One"};
    plm_tally_end end;
    *w = (world){.hook = hook};
    plm_buf_init(&w->kept, PLM_PARCEL_CONTENT_MAX);
    for (unsigned n = 0; n < N; n++) {
        fixture_open(&w->files[n]);
        w->nodes[n].store = w->files[n].store;
        w->nodes[n].n_threads = 1;
        (void)snprintf(w->nodes[n].code, sizeof w->nodes[n].code, "%s", fixture_codes[n]);
        fixture_seed(w->nodes[n].seed, n);
        (void)snprintf(w->pins[n].party, sizeof w->pins[n].party, "%s", fixture_codes[n]);
        plm_identity_public(w->pins[n].identity, w->nodes[n].seed);
    }
    adopt(w);
    for (unsigned n = 0; n < N; n++) {
        load(w, n);
    }
    CHECK_STATUS(plm_tally_propose(&w->nodes[0], &wish, w->id, &end), PLM_OK);
}

static void end(world *w)
{
    for (unsigned n = 0; n < N; n++) {
        uint64_t entries = 0;
        uint64_t bad = 0;
        CHECK_STATUS(plm_ledger_verify(w->nodes[n].store, &entries, &bad), PLM_OK);
        fixture_close(&w->files[n]);
    }
    plm_buf_wipe(&w->kept);
}

/* The parcel with that content, signed by its sender. */
static void pack(const world *w, unsigned from, plm_parcel m, plm_span content, plm_buf *packet)
{
    plm_buf body;
    plm_buf both;
    plm_buf_init(&body, PLM_PARCEL_SIGNED_MAX);
    plm_buf_init(&both, PLM_PARCEL_SIGNED_MAX);
    plm_hash256(m.content_hash, content);
    CHECK_STATUS(plm_parcel_encode(&m, &body), PLM_OK);
    CHECK_STATUS(
        plm_identity_sign_append(&both, w->nodes[from].seed, PLM_NAME_PARCEL, plm_buf_span(&body)),
        PLM_OK);
    plm_buf_clear(packet);
    CHECK_STATUS(plm_parcel_pack(packet, plm_buf_span(&both), content), PLM_OK);
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
}

/* At the addressee's door; the verdict. */
static uint8_t knock(world *w, unsigned from, unsigned to, plm_span packet)
{
    plm_delivery_report report = {0};
    plm_acknowledgement m = {.verdict = 255};
    plm_span body;
    plm_buf answer;
    plm_buf_init(&answer, 4096);
    CHECK_STATUS(plm_delivery_take(&w->nodes[to], &w->pins[from], packet, &report, &answer),
                 PLM_OK);
    CHECK_STATUS(plm_identity_open(&body, plm_buf_span(&answer), w->pins[to].identity,
                                   PLM_NAME_ACKNOWLEDGEMENT),
                 PLM_OK);
    CHECK_STATUS(plm_acknowledgement_decode(&m, body), PLM_OK);
    plm_buf_wipe(&answer);
    w->verdict = m.verdict != PLM_PARCEL_TAKEN ? m.verdict : w->verdict;
    w->n_refused += m.verdict != PLM_PARCEL_TAKEN;
    return m.verdict;
}

/* The next parcel from one to the other, if there is one. */
static bool deliver(world *w, unsigned from, unsigned to)
{
    uint8_t id[PLM_HASH_BYTES];
    plm_buf packet;
    plm_buf content;
    plm_parcel m;
    plm_span signed_body;
    plm_span span;
    bool was_waiting = false;
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    plm_buf_init(&content, PLM_PARCEL_CONTENT_MAX);
    plm_status status = plm_store_outbox_next(w->nodes[from].store, fixture_codes[to], id, &packet);
    if (status == PLM_OK) {
        CHECK_STATUS(plm_parcel_unpack(plm_buf_span(&packet), &signed_body, &span, &m), PLM_OK);
        CHECK_STATUS(plm_parcel_check_frame(PLM_FRAME_PARCEL, plm_buf_span(&packet)), PLM_OK);
        CHECK_STATUS(plm_buf_append(&content, span.p, span.n), PLM_OK);
        const unsigned n_changed = w->n_changed;
        const bool goes = w->hook == NULL || w->hook(w, from, to, &m, &content);
        if (goes && w->n_changed != n_changed) {
            plm_buf other;
            plm_buf_init(&other, PLM_PARCEL_BYTES_MAX);
            pack(w, from, m, plm_buf_span(&content), &other);
            (void)knock(w, from, to, plm_buf_span(&other));
            plm_buf_wipe(&other);
        } else if (goes) {
            (void)knock(w, from, to, plm_buf_span(&packet));
        }
        CHECK_STATUS(plm_store_outbox_end(w->nodes[from].store, fixture_codes[to], id,
                                          PLM_PARCEL_TAKEN, plm_span_str("x"), 1, &was_waiting),
                     PLM_OK);
    }
    plm_buf_wipe(&content);
    plm_buf_wipe(&packet);
    return status == PLM_OK;
}

/* Until nothing moves any more; `later`: how many milliseconds have passed. */
static void run(world *w, int64_t later)
{
    bool moved = true;
    for (unsigned round = 0; moved && round < ROUNDS_MAX; round++) {
        moved = false;
        for (unsigned n = 0; n < N; n++) {
            uint64_t steps = 0;
            CHECK_STATUS(plm_tally_go_on(&w->nodes[n], plm_wall_ms() + later, &steps), PLM_OK);
            moved = moved || steps > 0;
            for (unsigned to = 0; to < N; to++) {
                while (to != n && deliver(w, n, to)) {
                    moved = true;
                }
            }
        }
    }
    CHECK(!moved);
}

/* The state of the tally at a node, and who is named. */
static bool is_at(world *w, unsigned n, plm_tally_state state, plm_tally_reason reason,
                  const char *blamed)
{
    plm_tally_book book;
    plm_status status = plm_tally_open(&book, w->nodes[n].store, w->nodes[n].code, w->id);
    bool good = CHECK_STATUS(status, PLM_OK) && CHECK_EQ_INT(book.row.state, state) &&
                CHECK_EQ_INT(book.row.reason, reason) && CHECK_EQ_STR(book.row.blamed, blamed);
    plm_tally_shut(&book);
    return good;
}

static void all_ended(world *w, plm_tally_reason reason, const char *blamed)
{
    for (unsigned n = 0; n < N; n++) {
        is_at(w, n, PLM_TALLY_ENDED, reason, blamed);
        CHECK_EQ_INT(fixture_int(&w->files[n], "SELECT max(length(secret)) FROM tally"), 0);
        CHECK_EQ_INT(fixture_int(&w->files[n], "SELECT count(*) FROM tally_piece"), 0);
    }
}

static int64_t cell(world *w, unsigned n, unsigned history)
{
    plm_tally_book book;
    plm_tally_table table;
    int64_t value = -1;
    if (CHECK_STATUS(plm_tally_open(&book, w->nodes[n].store, w->nodes[n].code, w->id), PLM_OK) &&
        CHECK_STATUS(plm_tally_table_decode(&table, book.row.result), PLM_OK)) {
        value = plm_tally_table_cell(&table, 0, history);
    }
    plm_tally_shut(&book);
    return value;
}

static void test_honest(void)
{
    /* 0-3, 4-7, 8-11, 12-15, 16-19: on list 0; 0, 1; all; 1, 2; 2. */
    static const int64_t expected[] = {
        0, 4, PLM_TALLY_CELL_SUPPRESSED, 4, 4, PLM_TALLY_CELL_SUPPRESSED, 4, 4};
    world w;
    begin(&w, NULL);
    run(&w, 0);
    for (unsigned n = 0; n < N; n++) {
        is_at(&w, n, PLM_TALLY_DONE, PLM_TALLY_NOT_OVER, "");
        for (unsigned h = 1; h < 8; h++) {
            CHECK_EQ_INT(cell(&w, n, h), expected[h]);
        }
        CHECK_EQ_INT(fixture_int(&w.files[n], "SELECT count(*) FROM tally_word WHERE kind = 2"), N);
    }
    CHECK_EQ_INT(w.n_refused, 0);
    end(&w);
}

static bool is_step(const plm_parcel *m, plm_tally_step step)
{
    return m->kind == PLM_PARCEL_TALLY && m->meta.p[PLM_RUN_ID_BYTES] == step;
}

static bool is_list(const plm_parcel *m, unsigned owner, unsigned hop)
{
    return m->kind == PLM_PARCEL_LIST && m->meta.p[PLM_RUN_ID_BYTES] == owner &&
           m->meta.p[PLM_RUN_ID_BYTES + 1] == hop;
}

/* Bytes of points that are none: the machine of who gets them says no. */
static bool no_points(world *w, unsigned from, unsigned to, const plm_parcel *m, plm_buf *content)
{
    (void)from;
    (void)to;
    if (is_list(m, 1, 1)) {
        memset(content->data + content->n - 32, 0xff, 32);
        w->n_changed++;
    }
    return true;
}

/* BB-TWO sends CC-3 the points of its own list once more as AA-ONE's. */
static bool same_list_twice(world *w, unsigned from, unsigned to, const plm_parcel *m,
                            plm_buf *content)
{
    (void)to;
    if (from != 1 || m->kind != PLM_PARCEL_LIST) {
        return true;
    }
    if (is_list(m, 1, 1)) {
        CHECK_STATUS(plm_buf_append(&w->kept, content->data, content->n), PLM_OK);
    } else if (is_list(m, 0, 2) && w->kept.n == content->n) {
        /* Length, type, owner, hop stay. */
        const size_t head = SALT + 4 + 3;
        memcpy(content->data + head, w->kept.data + head, content->n - head);
        w->n_changed++;
    }
    return true;
}

static bool many_dummies(world *w, unsigned from, unsigned to, const plm_parcel *m,
                         plm_buf *content)
{
    (void)from;
    (void)to;
    if (is_list(m, 1, 0)) {
        content->data[content->n - 1] = 200;
        w->n_changed++;
    }
    return true;
}

static bool half_a_list(world *w, unsigned from, unsigned to, const plm_parcel *m, plm_buf *content)
{
    (void)from;
    (void)to;
    if (is_list(m, 2, 1)) { /* to AA-ONE: nothing but the number of dummies of its own */
        content->n = SALT;
        CHECK_STATUS(plm_buf_append(content, "\x00\x00\x00\x06\x02\x02\x00\x00\x00\x00", 10),
                     PLM_OK);
        w->n_changed++;
    }
    return true;
}

static void test_what_a_machine_does_not_take(void)
{
    static const struct {
        parcel_hook *hook;
        const char *blamed;
    } cases[] = {
        {no_points, "BB-TWO"},
        {same_list_twice, "BB-TWO"},
        {many_dummies, "BB-TWO"},
        {half_a_list, "CC-3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world w;
        begin(&w, cases[i].hook);
        run(&w, 0);
        CHECK_EQ_INT(w.n_changed, 1);
        all_ended(&w, PLM_TALLY_DEVIATED, cases[i].blamed);
        end(&w);
    }
}

/* The counting party gives BB-TWO another table than CC-3, signed as well. */
static bool two_tables(world *w, unsigned from, unsigned to, const plm_parcel *m, plm_buf *content)
{
    if (is_step(m, PLM_TALLY_RESULT) && to == 1) {
        const size_t n = content->n - SALT - PLM_SIGNATURE_BYTES;
        uint8_t *table = content->data + SALT;
        table[n - 1]++;
        CHECK_STATUS(plm_identity_sign(table + n, w->nodes[from].seed, PLM_NAME_TALLY_TABLE,
                                       plm_span_of(table, n)),
                     PLM_OK);
        w->n_changed++;
    }
    return true;
}

/* It signs what it was given, and nobody can close: no table that all have signed. */
static void test_another_table_for_one(void)
{
    world w;
    begin(&w, two_tables);
    run(&w, 0);
    CHECK_EQ_INT(w.n_changed, 1);
    CHECK_EQ_INT(w.verdict, PLM_PARCEL_BAD_SIGNATURE);
    for (unsigned n = 0; n < N; n++) {
        is_at(&w, n, PLM_TALLY_COUNTED, PLM_TALLY_NOT_OVER, "");
    }
    run(&w, INT64_C(25) * 3600000);
    is_at(&w, 0, PLM_TALLY_ENDED, PLM_TALLY_SILENT, "BB-TWO");
    /* Everybody's lists have gone round: that has cost what it costs. */
    CHECK_EQ_INT(fixture_int(&w.files[1], "SELECT charged_ms > 0 FROM tally"), 1);
    end(&w);
}

static bool lose_from_cc(world *w, unsigned from, unsigned to, const plm_parcel *m,
                         plm_buf *content)
{
    (void)w;
    (void)to;
    (void)content;
    return from != 2 || is_step(m, PLM_TALLY_CONSENT);
}

static void test_silence(void)
{
    world w;
    begin(&w, lose_from_cc);
    run(&w, 0);
    is_at(&w, 0, PLM_TALLY_RUNNING, PLM_TALLY_NOT_OVER, "");
    run(&w, INT64_C(25) * 3600000);
    is_at(&w, 0, PLM_TALLY_ENDED, PLM_TALLY_SILENT, "CC-3");
    is_at(&w, 1, PLM_TALLY_ENDED, PLM_TALLY_SILENT, "CC-3");
    CHECK_EQ_INT(fixture_int(&w.files[0], "SELECT charged_ms FROM tally"), 0);
    end(&w);
}

/* A parcel of a step, or a piece, made up; its verdict. */
static uint8_t lie(world *w, unsigned from, unsigned to, uint8_t kind, plm_span meta, plm_span body)
{
    plm_parcel m = {.kind = kind, .time_ms = plm_wall_ms(), .meta = meta};
    plm_buf content;
    plm_buf packet;
    plm_buf_init(&content, PLM_PARCEL_CONTENT_MAX);
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    (void)snprintf(m.from, sizeof m.from, "%s", fixture_codes[from]);
    (void)snprintf(m.to, sizeof m.to, "%s", fixture_codes[to]);
    memcpy(m.accord_hash, w->accord_hash, sizeof m.accord_hash);
    uint8_t salt[SALT];
    plm_random(salt, sizeof salt);
    CHECK_STATUS(plm_buf_append(&content, salt, sizeof salt), PLM_OK);
    CHECK_STATUS(plm_buf_append(&content, body.p, body.n), PLM_OK);
    pack(w, from, m, plm_buf_span(&content), &packet);
    uint8_t verdict = knock(w, from, to, plm_buf_span(&packet));
    plm_buf_wipe(&packet);
    plm_buf_wipe(&content);
    return verdict;
}

static uint8_t lie_step(world *w, unsigned from, unsigned to, plm_tally_step step, plm_span body)
{
    uint8_t meta[PLM_TALLY_STEP_META];
    memcpy(meta, w->id, PLM_RUN_ID_BYTES);
    meta[PLM_RUN_ID_BYTES] = (uint8_t)step;
    return lie(w, from, to, PLM_PARCEL_TALLY, plm_span_of(meta, sizeof meta), body);
}

static uint8_t lie_piece(world *w, unsigned from, unsigned to, uint8_t owner, uint8_t hop,
                         uint16_t number)
{
    static const uint8_t body[] = {0, 0, 0, 1, 1};
    uint8_t meta[PLM_TALLY_PIECE_META];
    plm_tally_piece piece = {
        .owner = owner, .hop = hop, .number = number, .n_pieces = (uint16_t)(number + 1)};
    memcpy(piece.id, w->id, sizeof piece.id);
    plm_tally_piece_encode(&piece, meta);
    return lie(w, from, to, PLM_PARCEL_LIST, plm_span_of(meta, sizeof meta),
               plm_span_of(body, sizeof body));
}

/* Steps that are not that party's, not of that state, or of another tally. */
static void test_steps_out_of_place(void)
{
    static const uint8_t passed[] = {1, 1};
    static const uint8_t signatures[3 * PLM_SIGNATURE_BYTES] = {0};
    const plm_span three = plm_span_of(signatures, sizeof signatures);
    const plm_span one = plm_span_of(signatures, PLM_SIGNATURE_BYTES);
    const plm_span own = plm_span_of(passed, sizeof passed);
    uint8_t nothing[2 + PLM_SIGNATURE_BYTES] = {0};
    world w;
    begin(&w, NULL);
    CHECK(deliver(&w, 0, 1)); /* the proposal; CC-3 has not got it */
    CHECK_EQ_INT(lie_piece(&w, 0, 1, 0, 1, 0), PLM_PARCEL_NOT_ALLOWED); /* before the consent */
    CHECK_EQ_INT(lie_piece(&w, 1, 2, 1, 1, 0), PLM_PARCEL_NO_REQUEST);
    CHECK_EQ_INT(lie_step(&w, 1, 0, PLM_TALLY_PASSED, own), PLM_PARCEL_NOT_ALLOWED);
    CHECK_EQ_INT(lie_step(&w, 1, 0, PLM_TALLY_SIGNED, one), PLM_PARCEL_NOT_ALLOWED);
    CHECK_EQ_INT(lie_step(&w, 1, 0, PLM_TALLY_CONSENT, plm_span_of(nothing, sizeof nothing)),
                 PLM_PARCEL_BAD_CONTENT);
    CHECK_EQ_INT(lie_step(&w, 0, 1, PLM_TALLY_CLOSE, three), PLM_PARCEL_NOT_ALLOWED);
    uint64_t steps = 0;
    CHECK_STATUS(plm_tally_go_on(&w.nodes[1], plm_wall_ms(), &steps), PLM_OK);
    CHECK_EQ_INT(steps, 1);
    CHECK_EQ_INT(lie_step(&w, 2, 1, PLM_TALLY_CLOSE, three), PLM_PARCEL_NOT_ALLOWED);
    CHECK_EQ_INT(lie_piece(&w, 0, 1, 0, 1, 0), PLM_PARCEL_TAKEN); /* it may come before the start */
    CHECK_EQ_INT(lie_piece(&w, 0, 1, 0, 1, 0), PLM_PARCEL_BAD_CHAIN);   /* but not twice */
    CHECK_EQ_INT(lie_piece(&w, 2, 1, 0, 1, 1), PLM_PARCEL_NOT_ALLOWED); /* nor by another */
    CHECK_EQ_INT(lie_piece(&w, 0, 1, 2, 1, 1), PLM_PARCEL_NOT_ALLOWED);
    CHECK_EQ_INT(lie_piece(&w, 0, 1, 0, 0, 1), PLM_PARCEL_NOT_ALLOWED); /* it does not count */
    run(&w, 0);
    /* The three bytes that were no list ended it, under the name of who sent them. */
    all_ended(&w, PLM_TALLY_DEVIATED, "AA-ONE");
    CHECK_EQ_INT(lie_piece(&w, 0, 1, 0, 1, 2), PLM_PARCEL_TAKEN); /* and has no effect */
    CHECK_EQ_INT(fixture_int(&w.files[1], "SELECT count(*) FROM tally_piece"), 0);
    end(&w);
}

int main(void)
{
    TAP_RUN(test_honest);
    TAP_RUN(test_what_a_machine_does_not_take);
    TAP_RUN(test_another_table_for_one);
    TAP_RUN(test_silence);
    TAP_RUN(test_steps_out_of_place);
    return tap_done();
}
