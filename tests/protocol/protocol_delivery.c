/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two principals without a network between them, and a peer that lies in each part of each message:
 * every lie gets its verdict and changes nothing but the ledger.
 */
#include "accord_fixture.h"
#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "node/parcel_check.h"
#include "node/request.h"
#include "request/seal.h"
#include "store/outbox.h"
#include "store_fixture.h"

enum {
    A,
    B,
    C,
    NODES
};

typedef struct world {
    fixture files[NODES];
    plm_node nodes[NODES];
    plm_tls_pin pins[NODES];
    uint8_t accord_hash[PLM_HASH_BYTES];
    uint8_t request_id[PLM_REQUEST_ID_BYTES];
} world;

static const plm_diag_sink quiet = {NULL, NULL};

static void adopt(world *w, plm_span bytes)
{
    plm_accord *accord = NULL;
    CHECK_STATUS(plm_accord_parse(&accord, bytes, &quiet, NULL), PLM_OK);
    memcpy(w->accord_hash, accord->hash, sizeof w->accord_hash);
    for (unsigned n = 0; n < NODES; n++) {
        plm_store *store = w->nodes[n].store;
        CHECK_STATUS(plm_store_put_accord(store, accord->hash, bytes, 1), PLM_OK);
        for (unsigned party = 0; party < 2; party++) { /* C has not ratified */
            plm_buf document;
            plm_buf_init(&document, PLM_RATIFICATION_BYTES_MAX);
            CHECK_STATUS(plm_ratification_make(&document, accord, fixture_codes[party],
                                               w->nodes[party].seed, 1000, NULL, &quiet, NULL),
                         PLM_OK);
            CHECK_STATUS(plm_store_put_ratification(store, accord->hash, fixture_codes[party],
                                                    plm_buf_span(&document), 1),
                         PLM_OK);
            plm_buf_wipe(&document);
        }
    }
    plm_accord_destroy(accord);
}

static void begin(world *w)
{
    json_t *document = fixture_document();
    plm_buf bytes;
    *w = (world){0};
    for (unsigned n = 0; n < NODES; n++) {
        fixture_open(&w->files[n]);
        plm_node *node = &w->nodes[n];
        node->store = w->files[n].store;
        (void)snprintf(node->code, sizeof node->code, "%s", fixture_codes[n]);
        fixture_seed(node->seed, n);
        (void)snprintf(w->pins[n].party, sizeof w->pins[n].party, "%s", fixture_codes[n]);
        plm_identity_public(w->pins[n].identity, node->seed);
    }
    plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
    (void)json_object_set_new(document, "in_force_after", json_integer(2));
    (void)json_object_set_new(document, "expires", json_string("2999-12-31"));
    CHECK_STATUS(plm_json_dump(document, true, &bytes), PLM_OK);
    adopt(w, plm_buf_span(&bytes));
    json_decref(document);
    plm_buf_wipe(&bytes);
}

static void end(world *w)
{
    for (unsigned n = 0; n < NODES; n++) {
        uint64_t entries = 0;
        uint64_t bad = 0;
        CHECK_STATUS(plm_ledger_verify(w->nodes[n].store, &entries, &bad), PLM_OK);
        fixture_close(&w->files[n]);
    }
}

static json_t *good_document(void)
{
    return json_pack("{s:s, s:s, s:{s:s}, s:[s], s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s}}", "palermo",
                     "request/1", "kind", "information", "authority", "name", "Office", "offences",
                     "TIP.5", "subject", "s", "nature", "n", "conducted_by", "c", "facts", "f",
                     "assistance", "a", "purpose", "p", "conditions", "purpose", "crime");
}

/* A's step, of the request; json consumed. */
static plm_status act(world *w, unsigned who, plm_request_action action, json_t *json,
                      uint8_t id[static PLM_HASH_BYTES])
{
    plm_request_book book;
    plm_transition what = {.action = action};
    plm_status status = plm_request_open(&book, w->nodes[who].store, w->request_id);
    if (status == PLM_OK) {
        status = plm_request_act(&w->nodes[who], &book, &what, json, id);
    }
    plm_request_shut(&book);
    json_decref(json);
    return status;
}

static void ask(world *w)
{
    plm_request_row row = {.is_ours = true, .peer = fixture_codes[B]};
    uint8_t id[PLM_HASH_BYTES];
    plm_random(w->request_id, sizeof w->request_id);
    memcpy(row.id, w->request_id, sizeof row.id);
    memcpy(row.accord_hash, w->accord_hash, sizeof row.accord_hash);
    CHECK_STATUS(plm_store_add_request(w->nodes[A].store, &row), PLM_OK);
    CHECK_STATUS(act(w, A, PLM_REQUEST_SEND, good_document(), id), PLM_OK);
}

/* Whatever waits from one to the other; how many. */
static unsigned carry(world *w, unsigned from, unsigned to)
{
    unsigned n = 0;
    plm_buf packet;
    plm_buf answer;
    uint8_t id[PLM_HASH_BYTES];
    plm_delivery_report report = {0};
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    plm_buf_init(&answer, 4096);
    while (plm_store_outbox_next(w->nodes[from].store, fixture_codes[to], id, &packet) == PLM_OK) {
        CHECK_STATUS(plm_delivery_take(&w->nodes[to], &w->pins[from], plm_buf_span(&packet),
                                       &report, &answer),
                     PLM_OK);
        CHECK_STATUS(
            plm_delivery_told(&w->nodes[from], &w->pins[to], id, plm_buf_span(&answer), &report),
            PLM_OK);
        plm_buf_clear(&packet);
        plm_buf_clear(&answer);
        n++;
    }
    CHECK_EQ_INT(report.n_declined + report.n_refused + report.n_again, 0);
    plm_buf_wipe(&packet);
    plm_buf_wipe(&answer);
    return n;
}

/* A parcel to be bent: taken apart, then signed and packed anew. */
typedef struct lie {
    plm_parcel parcel;
    plm_transition t;
    bool keeps_meta; /* meta as it is, not made of t */
    json_t *json;    /* content; owned */
    const uint8_t *seed;
} lie;

static void tell(const lie *l, plm_buf *packet)
{
    plm_parcel m = l->parcel;
    plm_buf content;
    plm_buf meta;
    plm_buf body;
    plm_buf both;
    plm_buf_init(&content, PLM_PARCEL_CONTENT_MAX);
    plm_buf_init(&meta, PLM_PARCEL_META_MAX);
    plm_buf_init(&body, PLM_PARCEL_SIGNED_MAX);
    plm_buf_init(&both, PLM_PARCEL_SIGNED_MAX);
    CHECK_STATUS(plm_content_write(&content, l->json), PLM_OK);
    plm_hash256(m.content_hash, plm_buf_span(&content));
    if (!l->keeps_meta) {
        CHECK_STATUS(plm_transition_encode(&l->t, &meta), PLM_OK);
        m.meta = plm_buf_span(&meta);
    }
    CHECK_STATUS(plm_parcel_encode(&m, &body), PLM_OK);
    CHECK_STATUS(plm_identity_sign_append(&both, l->seed, PLM_NAME_PARCEL, plm_buf_span(&body)),
                 PLM_OK);
    plm_buf_clear(packet);
    CHECK_STATUS(plm_parcel_pack(packet, plm_buf_span(&both), plm_buf_span(&content)), PLM_OK);
    plm_buf_wipe(&content);
    plm_buf_wipe(&meta);
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
}

static int64_t traces(const world *w)
{
    return fixture_int(&w->files[B],
                       "SELECT (SELECT count(*) FROM request) + (SELECT count(*) FROM "
                       "request_step) * 100 + (SELECT count(*) FROM inbox) * 10000 + (SELECT "
                       "count(*) FROM outbox) * 1000000 + (SELECT coalesce(sum(state), 0) FROM "
                       "request) * 100000000 + (SELECT count(*) FROM request_chunk) * 7");
}

/* B judges it: that verdict, signed by B, and no trace of it. */
static void expect(world *w, unsigned from, const plm_buf *packet, plm_parcel_verdict verdict,
                   const char *what)
{
    plm_delivery_report report = {0};
    plm_buf answer;
    plm_span body = {NULL, 0};
    plm_acknowledgement m = {.verdict = 255};
    int64_t before = traces(w);
    uint64_t entries = (uint64_t)fixture_int(
        &w->files[B], "SELECT count(*) FROM ledger WHERE kind = 'parcel-refused'");
    plm_buf_init(&answer, 4096);
    bool good = CHECK_STATUS(
        plm_delivery_take(&w->nodes[B], &w->pins[from], plm_buf_span(packet), &report, &answer),
        PLM_OK);
    good = good && CHECK_STATUS(plm_identity_open(&body, plm_buf_span(&answer), w->pins[B].identity,
                                                  PLM_NAME_ACKNOWLEDGEMENT),
                                PLM_OK);
    good = good && CHECK_STATUS(plm_acknowledgement_decode(&m, body), PLM_OK);
    good = CHECK_EQ_INT(m.verdict, verdict) && good;
    good = CHECK_EQ_INT(traces(w), before) && good;
    good = CHECK_EQ_INT(fixture_int(&w->files[B],
                                    "SELECT count(*) FROM ledger WHERE kind = 'parcel-refused'"),
                        entries + 1) &&
           good;
    if (!good) {
        printf("# %s\n", what);
    }
    plm_buf_wipe(&answer);
}

/* A good next step of A's, as it stands in its outbox. */
static void take_apart(world *w, lie *l, plm_buf *packet)
{
    plm_span signed_body;
    plm_span content;
    uint8_t id[PLM_HASH_BYTES];
    *l = (lie){.seed = w->nodes[A].seed};
    CHECK_STATUS(plm_store_outbox_next(w->nodes[A].store, fixture_codes[B], id, packet), PLM_OK);
    CHECK_STATUS(plm_parcel_unpack(plm_buf_span(packet), &signed_body, &content, &l->parcel),
                 PLM_OK);
    CHECK_STATUS(plm_transition_decode(&l->t, l->parcel.meta), PLM_OK);
    CHECK_STATUS(plm_content_json(&l->json, content), PLM_OK);
}

/* Lies that any parcel can hold. */
static void lie_in_the_envelope(world *w, const lie *good, plm_buf *packet)
{
    lie l = *good;
    l.seed = w->nodes[C].seed;
    tell(&l, packet);
    expect(w, A, packet, PLM_PARCEL_BAD_SIGNATURE, "signed by another party");
    l = *good;
    tell(&l, packet);
    packet->data[2 + 300] ^= 1; /* inside the signature */
    expect(w, A, packet, PLM_PARCEL_BAD_SIGNATURE, "a bit of the signature");
    l = *good;
    (void)snprintf(l.parcel.from, sizeof l.parcel.from, "%s", fixture_codes[C]);
    tell(&l, packet);
    expect(w, A, packet, PLM_PARCEL_BAD_ADDRESS, "from another");
    l = *good;
    (void)snprintf(l.parcel.to, sizeof l.parcel.to, "%s", fixture_codes[C]);
    tell(&l, packet);
    expect(w, A, packet, PLM_PARCEL_BAD_ADDRESS, "to another");
    l = *good;
    l.parcel.kind = 99;
    tell(&l, packet);
    expect(w, A, packet, PLM_PARCEL_BAD_KIND, "an unknown kind");
    l = *good;
    l.parcel.accord_hash[3] ^= 1;
    tell(&l, packet);
    expect(w, A, packet, PLM_PARCEL_BAD_ACCORD, "another accord");
    l = *good;
    l.keeps_meta = true;
    l.parcel.meta.n--;
    tell(&l, packet);
    expect(w, A, packet, PLM_PARCEL_BAD_CONTENT, "meta cut short");
}

static void test_lies_about_a_new_request(void)
{
    world w;
    lie good;
    plm_buf kept;
    plm_buf packet;
    begin(&w);
    ask(&w);
    plm_buf_init(&kept, PLM_PARCEL_BYTES_MAX);
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    take_apart(&w, &good, &kept);
    lie_in_the_envelope(&w, &good, &packet);
    lie l = good;
    l.json = json_deep_copy(good.json);
    (void)json_object_del(l.json, "facts");
    tell(&l, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_CONTENT, "an incomplete document");
    json_decref(l.json);
    l.json = json_deep_copy(good.json);
    (void)json_object_set_new(l.json, "offences", json_pack("[s]", "UNTOC.6"));
    tell(&l, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_ACCORD, "an offence outside the purpose");
    json_decref(l.json);
    l.json = json_deep_copy(good.json);
    (void)json_object_set_new(l.json, "conditions", json_pack("{s:s}", "purpose", "another"));
    tell(&l, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_ACCORD, "a purpose the accord does not have");
    json_decref(l.json);
    l = good;
    l.t.side = PLM_REQUEST_REQUESTED;
    tell(&l, &packet);
    expect(&w, A, &packet, PLM_PARCEL_NOT_ALLOWED, "sent by the requested side");
    l = good;
    (void)snprintf(l.parcel.from, sizeof l.parcel.from, "%s", fixture_codes[C]);
    l.seed = w.nodes[C].seed;
    tell(&l, &packet);
    expect(&w, C, &packet, PLM_PARCEL_BAD_ACCORD, "by a party that has not ratified");
    /* Content and hash that differ never get as far as a verdict. */
    plm_delivery_report report = {0};
    plm_buf answer;
    plm_buf_init(&answer, 4096);
    kept.data[kept.n - 1] ^= 1;
    CHECK_STATUS(plm_delivery_take(&w.nodes[B], &w.pins[A], plm_buf_span(&kept), &report, &answer),
                 PLM_E_PROTOCOL);
    CHECK_STATUS(plm_parcel_check_frame(PLM_FRAME_PARCEL, plm_buf_span(&kept)), PLM_E_PROTOCOL);
    kept.data[kept.n - 1] ^= 1;
    CHECK_STATUS(plm_parcel_check_frame(PLM_FRAME_PARCEL, plm_buf_span(&kept)), PLM_OK);
    CHECK_EQ_INT(answer.n, 0);
    CHECK_EQ_INT(carry(&w, A, B), 1);
    CHECK_EQ_INT(carry(&w, B, A), 1);
    /* The same request once more, under other words. */
    tell(&good, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_CHAIN, "a second request of that id");
    json_decref(good.json);
    plm_buf_wipe(&answer);
    plm_buf_wipe(&kept);
    plm_buf_wipe(&packet);
    end(&w);
}

static void lie_in_the_chain(world *w, const lie *good, plm_buf *packet)
{
    static const struct {
        const char *what;
        plm_parcel_verdict verdict;
    } lies[] = {{"a number left out", PLM_PARCEL_BAD_CHAIN},
                {"a number used", PLM_PARCEL_BAD_CHAIN},
                {"another predecessor", PLM_PARCEL_BAD_CHAIN},
                {"another step seen", PLM_PARCEL_BAD_CHAIN},
                {"more seen than there is", PLM_PARCEL_BAD_CHAIN},
                {"another request's hash", PLM_PARCEL_BAD_CHAIN},
                {"an unknown request", PLM_PARCEL_NO_REQUEST},
                {"on our behalf", PLM_PARCEL_NOT_ALLOWED},
                {"accepts its own", PLM_PARCEL_NOT_ALLOWED},
                {"closes too early", PLM_PARCEL_NOT_ALLOWED},
                {"recalls what is ours", PLM_PARCEL_BAD_CHAIN}};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        lie l = *good;
        l.t.sequence += i == 0;
        if (i == 1) {
            l.t.sequence = 1;
            memset(l.t.previous, 0, sizeof l.t.previous);
        }
        l.t.previous[0] ^= i == 2;
        l.t.seen_hash[0] ^= i == 3;
        l.t.seen += i == 4;
        l.t.request_hash[0] ^= i == 5;
        l.t.request_id[0] ^= i == 6;
        l.t.side = i == 7 ? PLM_REQUEST_REQUESTED : l.t.side;
        l.t.action = i == 8 ? PLM_REQUEST_ACCEPT : i == 9 ? PLM_REQUEST_CLOSE : l.t.action;
        if (i == 10) {
            l.t.action = PLM_REQUEST_RECALL;
            memcpy(l.t.target, l.t.seen_hash, sizeof l.t.target);
        }
        tell(&l, packet);
        expect(w, A, packet, lies[i].verdict, lies[i].what);
    }
    lie l = *good; /* another party of the accord, into a request that is none of its business */
    (void)snprintf(l.parcel.from, sizeof l.parcel.from, "%s", fixture_codes[C]);
    l.seed = w->nodes[C].seed;
    tell(&l, packet);
    expect(w, C, packet, PLM_PARCEL_NO_REQUEST, "into somebody else's request");
}

static void test_lies_about_a_step(void)
{
    world w;
    lie good;
    uint8_t id[PLM_HASH_BYTES];
    plm_buf kept;
    plm_buf packet;
    begin(&w);
    ask(&w);
    CHECK_EQ_INT(carry(&w, A, B), 1);
    CHECK_EQ_INT(carry(&w, B, A), 1);
    CHECK_STATUS(act(&w, A, PLM_REQUEST_CONSULT, json_pack("{s:s}", "text", "when?"), id), PLM_OK);
    plm_buf_init(&kept, PLM_PARCEL_BYTES_MAX);
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    take_apart(&w, &good, &kept);
    lie_in_the_envelope(&w, &good, &packet);
    lie_in_the_chain(&w, &good, &packet);
    lie l = good;
    l.json = json_pack("{s:s, s:s}", "text", "x", "more", "y");
    tell(&l, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_CONTENT, "a note with a member too many");
    json_decref(l.json);
    l.json = json_object();
    tell(&l, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_CONTENT, "a note that says nothing");
    json_decref(l.json);
    CHECK_EQ_INT(carry(&w, A, B), 1);
    /* And again: answered as before, nothing done. */
    plm_delivery_report report = {0};
    plm_buf answer;
    plm_buf_init(&answer, 4096);
    int64_t before = traces(&w);
    CHECK_STATUS(plm_delivery_take(&w.nodes[B], &w.pins[A], plm_buf_span(&kept), &report, &answer),
                 PLM_OK);
    CHECK_EQ_INT(report.n_again, 1);
    CHECK_EQ_INT(report.n_taken, 0);
    CHECK_EQ_INT(traces(&w), before);
    json_decref(good.json);
    plm_buf_wipe(&answer);
    plm_buf_wipe(&kept);
    plm_buf_wipe(&packet);
    end(&w);
}

static void acknowledge(plm_buf *out, const uint8_t *seed, const uint8_t *id, uint8_t verdict)
{
    plm_acknowledgement m = {.verdict = verdict, .time_ms = 5};
    plm_buf body;
    memcpy(m.parcel_id, id, sizeof m.parcel_id);
    plm_buf_init(&body, 256);
    plm_buf_clear(out);
    CHECK_STATUS(plm_acknowledgement_encode(&m, &body), PLM_OK);
    CHECK_STATUS(plm_identity_sign_append(out, seed, PLM_NAME_ACKNOWLEDGEMENT, plm_buf_span(&body)),
                 PLM_OK);
    plm_buf_wipe(&body);
}

/* The sender takes nobody's word but the receiver's, and on nothing but what it sent. */
static void test_lies_about_what_was_taken(void)
{
    world w;
    uint8_t id[PLM_HASH_BYTES];
    uint8_t other[PLM_HASH_BYTES];
    plm_delivery_report report = {0};
    plm_buf packet;
    plm_buf word;
    begin(&w);
    ask(&w);
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    plm_buf_init(&word, 4096);
    CHECK_STATUS(plm_store_outbox_next(w.nodes[A].store, fixture_codes[B], id, &packet), PLM_OK);
    memcpy(other, id, sizeof other);
    other[5] ^= 1;
    acknowledge(&word, w.nodes[B].seed, other, PLM_PARCEL_TAKEN);
    CHECK_STATUS(plm_delivery_told(&w.nodes[A], &w.pins[B], id, plm_buf_span(&word), &report),
                 PLM_E_PROTOCOL);
    acknowledge(&word, w.nodes[C].seed, id, PLM_PARCEL_TAKEN);
    CHECK_STATUS(plm_delivery_told(&w.nodes[A], &w.pins[B], id, plm_buf_span(&word), &report),
                 PLM_E_AUTH);
    acknowledge(&word, w.nodes[B].seed, id, PLM_PARCEL_TAKEN);
    word.data[40] ^= 1;
    CHECK_STATUS(plm_delivery_told(&w.nodes[A], &w.pins[B], id, plm_buf_span(&word), &report),
                 PLM_E_AUTH);
    CHECK_STATUS(
        plm_delivery_told(&w.nodes[A], &w.pins[B], id, plm_span_of(word.data, 20), &report),
        PLM_E_PROTOCOL);
    /* Of something that was never sent to B at all, though B signs for it. */
    acknowledge(&word, w.nodes[B].seed, other, PLM_PARCEL_TAKEN);
    CHECK_STATUS(plm_delivery_told(&w.nodes[A], &w.pins[B], other, plm_buf_span(&word), &report),
                 PLM_E_NOT_FOUND);
    CHECK_EQ_INT(fixture_int(&w.files[A], "SELECT count(*) FROM outbox WHERE ended_ms = 0"), 1);
    CHECK_EQ_INT(
        fixture_int(&w.files[A], "SELECT count(*) FROM ledger WHERE kind = 'acknowledgement'"), 0);
    /* The word itself: it ends the waiting, once. */
    acknowledge(&word, w.nodes[B].seed, id, PLM_PARCEL_NOT_ALLOWED);
    CHECK_STATUS(plm_delivery_told(&w.nodes[A], &w.pins[B], id, plm_buf_span(&word), &report),
                 PLM_OK);
    CHECK_STATUS(plm_delivery_told(&w.nodes[A], &w.pins[B], id, plm_buf_span(&word), &report),
                 PLM_OK);
    CHECK_EQ_INT(report.n_refused, 1);
    CHECK_EQ_INT(
        fixture_int(&w.files[A], "SELECT count(*) FROM ledger WHERE kind = 'acknowledgement'"), 1);
    plm_buf_wipe(&packet);
    plm_buf_wipe(&word);
    end(&w);
}

/* A chunk as A posts it, put into B's hands by ourselves. */
static void chunk(world *w, const uint8_t *step_id, uint32_t number, size_t n, plm_buf *packet)
{
    static uint8_t bytes[PLM_ATTACHMENT_CHUNK + PLM_SEAL_TAG_BYTES];
    uint8_t meta[PLM_HASH_BYTES + 4];
    plm_parcel m = {.kind = PLM_PARCEL_CHUNK, .time_ms = 1, .meta = {meta, sizeof meta}};
    plm_buf body;
    plm_buf both;
    plm_buf_init(&body, PLM_PARCEL_SIGNED_MAX);
    plm_buf_init(&both, PLM_PARCEL_SIGNED_MAX);
    memcpy(meta, step_id, PLM_HASH_BYTES);
    plm_store_u32(meta + PLM_HASH_BYTES, number);
    (void)snprintf(m.from, sizeof m.from, "%s", fixture_codes[A]);
    (void)snprintf(m.to, sizeof m.to, "%s", fixture_codes[B]);
    memcpy(m.accord_hash, w->accord_hash, sizeof m.accord_hash);
    plm_hash256(m.content_hash, plm_span_of(bytes, n));
    CHECK_STATUS(plm_parcel_encode(&m, &body), PLM_OK);
    CHECK_STATUS(
        plm_identity_sign_append(&both, w->nodes[A].seed, PLM_NAME_PARCEL, plm_buf_span(&body)),
        PLM_OK);
    plm_buf_clear(packet);
    CHECK_STATUS(plm_parcel_pack(packet, plm_buf_span(&both), plm_span_of(bytes, n)), PLM_OK);
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
}

static void test_lies_about_attachments(void)
{
    static const uint8_t file[1000] = {1, 2, 3};
    world w;
    plm_request_book book;
    uint8_t step_id[PLM_HASH_BYTES];
    uint8_t received[PLM_HASH_BYTES];
    plm_buf packet;
    begin(&w);
    ask(&w);
    CHECK_EQ_INT(carry(&w, A, B), 1);
    CHECK_EQ_INT(carry(&w, B, A), 1);
    CHECK_STATUS(plm_request_open(&book, w.nodes[A].store, w.request_id), PLM_OK);
    CHECK_STATUS(plm_request_attach(&w.nodes[A], &book, "a.txt", "text/plain",
                                    plm_span_of(file, sizeof file), NULL, NULL),
                 PLM_OK);
    memcpy(step_id, book.log.steps[PLM_REQUEST_REQUESTER][1].id, sizeof step_id);
    memcpy(received, book.log.steps[PLM_REQUEST_REQUESTED][0].id, sizeof received);
    plm_request_shut(&book);
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    chunk(&w, step_id, 0, sizeof file + PLM_SEAL_TAG_BYTES, &packet);
    expect(&w, A, &packet, PLM_PARCEL_NO_REQUEST, "before it was announced");
    CHECK_EQ_INT(carry(&w, A, B), 2);
    chunk(&w, step_id, 1, sizeof file + PLM_SEAL_TAG_BYTES, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_CONTENT, "a chunk too many");
    chunk(&w, step_id, 0, sizeof file, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_CONTENT, "of another size");
    chunk(&w, step_id, 0, sizeof file + PLM_SEAL_TAG_BYTES, &packet);
    expect(&w, A, &packet, PLM_PARCEL_BAD_CHAIN, "instead of the one there is");
    chunk(&w, received, 0, sizeof file + PLM_SEAL_TAG_BYTES, &packet);
    expect(&w, A, &packet, PLM_PARCEL_NO_REQUEST, "of a step that announced nothing");
    plm_buf_wipe(&packet);
    end(&w);
}

int main(void)
{
    TAP_RUN(test_lies_about_a_new_request);
    TAP_RUN(test_lies_about_a_step);
    TAP_RUN(test_lies_about_what_was_taken);
    TAP_RUN(test_lies_about_attachments);
    return tap_done();
}
