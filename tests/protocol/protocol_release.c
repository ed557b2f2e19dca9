/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A holder that lies about released hits, to an asker without a network between: each lie gets its
 * verdict, and leaves no hit behind.
 */
#include "release_world.h"

static const uint8_t run_a[16] = {0xA1};
static const uint8_t run_c[16] = {0xC1}; /* with OTHER */
static const plm_run_release terms = {
    .slots = 2, .every_ms = 60000, .n_batches = 2, .since_ms = 1000000};

/* A batch as it is told; zero: as it should be. */
typedef struct tale {
    const uint8_t *run;
    uint16_t number;
    uint16_t n_slots;
    const plm_batch_slot *slots;
    size_t n;
    unsigned from;
    unsigned accord;
    uint8_t meta_bent;  /* into the last byte of the meta */
    uint8_t bytes_bent; /* into the last byte of the batch */
} tale;

static void tell(const release_world *w, const tale *t, unsigned to, plm_buf *packet)
{
    uint8_t meta[16 + 2];
    plm_batch_head head = {.number = t->number, .n_slots = t->n_slots, .time_ms = 1060000};
    plm_parcel m = {.kind = PLM_PARCEL_BATCH, .time_ms = 1060000};
    plm_buf content;
    plm_buf body;
    plm_buf both;
    uint64_t n_cut;
    memcpy(head.run_id, t->run, 16);
    memcpy(meta, t->run, 16);
    plm_store_u16(meta + 16, t->number);
    meta[17] ^= t->meta_bent;
    plm_buf_init(&content, PLM_PARCEL_CONTENT_MAX);
    plm_buf_init(&body, PLM_PARCEL_SIGNED_MAX);
    plm_buf_init(&both, PLM_PARCEL_SIGNED_MAX);
    CHECK_STATUS(plm_buf_append(&content, rw_key, PLM_PARCEL_SALT_BYTES), PLM_OK);
    CHECK_STATUS(plm_batch_encode(&content, &head, t->slots, t->n, &n_cut), PLM_OK);
    content.data[content.n - 1] ^= t->bytes_bent;
    plm_hash256(m.content_hash, plm_buf_span(&content));
    m.meta = plm_span_of(meta, sizeof meta);
    memcpy(m.accord_hash, w->accord_hash[t->accord], sizeof m.accord_hash);
    (void)snprintf(m.from, sizeof m.from, "%s", fixture_codes[t->from]);
    (void)snprintf(m.to, sizeof m.to, "%s", fixture_codes[to]);
    CHECK_STATUS(plm_parcel_encode(&m, &body), PLM_OK);
    CHECK_STATUS(plm_identity_sign_append(&both, w->nodes[t->from].seed, PLM_NAME_PARCEL,
                                          plm_buf_span(&body)),
                 PLM_OK);
    plm_buf_clear(packet);
    CHECK_STATUS(plm_parcel_pack(packet, plm_buf_span(&both), plm_buf_span(&content)), PLM_OK);
    plm_buf_wipe(&content);
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
}

/* What a batch leaves at a node: hits, and how far the releases have come. */
static int64_t traces(const release_world *w, unsigned n)
{
    return fixture_int(&w->files[n], "SELECT (SELECT count(*) FROM hit) + 1000 * (SELECT "
                                     "coalesce(sum(next), 0) FROM run_release) + 1000000 * "
                                     "(SELECT count(*) FROM inbox)");
}

static plm_parcel_verdict judge(release_world *w, const tale *t, unsigned to)
{
    plm_delivery_report report = {0};
    plm_acknowledgement m = {.verdict = 255};
    plm_span body = {NULL, 0};
    plm_buf packet;
    plm_buf answer;
    plm_buf_init(&packet, PLM_PARCEL_BYTES_MAX);
    plm_buf_init(&answer, 4096);
    tell(w, t, to, &packet);
    CHECK_STATUS(plm_delivery_take(&w->nodes[to], &w->pins[t->from], plm_buf_span(&packet), &report,
                                   &answer),
                 PLM_OK);
    CHECK_STATUS(plm_identity_open(&body, plm_buf_span(&answer), w->pins[to].identity,
                                   PLM_NAME_ACKNOWLEDGEMENT),
                 PLM_OK);
    CHECK_STATUS(plm_acknowledgement_decode(&m, body), PLM_OK);
    plm_buf_wipe(&packet);
    plm_buf_wipe(&answer);
    return (plm_parcel_verdict)m.verdict;
}

static void refused(release_world *w, const tale *t, plm_parcel_verdict verdict, const char *what)
{
    const int64_t before = traces(w, ASKER);
    bool good = CHECK_EQ_INT(judge(w, t, ASKER), verdict);
    good = CHECK_EQ_INT(traces(w, ASKER), before) && good;
    if (!good) {
        printf("# %s\n", what);
    }
}

static plm_batch_slot good_slot(const release_world *w)
{
    plm_batch_slot slot = {.number = 7, .grade = 2, .n_rules = 1};
    plm_link link;
    plm_link_of(&link, rw_key, w->records[ASKER]);
    memcpy(slot.link, link.b, sizeof slot.link);
    slot.rules[0] = plm_span_str(plm_rule_name(0));
    return slot;
}

static void add_field(plm_batch_slot *slot, const char *label, const char *text)
{
    size_t number = 0;
    CHECK_STATUS(plm_label_find(&number, label), PLM_OK);
    slot->fields[slot->n_fields++] = (plm_slot_field){(uint8_t)number, plm_span_str(text)};
}

static void test_lies_about_which_run(void)
{
    release_world w;
    rw_begin(&w);
    rw_run_side(&w, ASKER, HOLDER, run_a, &terms);
    rw_run_side(&w, HOLDER, HOLDER, run_a, &terms);
    rw_run_side(&w, ASKER, OTHER, run_c, &terms);
    const plm_batch_slot slot = good_slot(&w);
    static const uint8_t nobody[16] = {0xEE};
    const tale good = {.run = run_a, .n_slots = 2, .slots = &slot, .n = 1, .from = HOLDER};
    tale t = good;
    t.from = OTHER;
    refused(&w, &t, PLM_PARCEL_NO_REQUEST, "of a run that the sender took no part in");
    t = good;
    t.run = run_c;
    refused(&w, &t, PLM_PARCEL_NO_REQUEST, "of a run with somebody else");
    t = good;
    t.run = nobody;
    refused(&w, &t, PLM_PARCEL_NO_REQUEST, "of a run that never was");
    t = good;
    t.accord = 1;
    refused(&w, &t, PLM_PARCEL_NO_REQUEST, "under another accord");
    /* The asker has nothing to release: the run is the holder's to tell of. */
    t = good;
    t.from = ASKER;
    CHECK_EQ_INT(judge(&w, &t, HOLDER), PLM_PARCEL_NO_REQUEST);
    CHECK_EQ_INT(fixture_int(&w.files[HOLDER], "SELECT count(*) FROM hit"), 0);
    fixture_sql(&w.files[ASKER], "UPDATE run SET state = 'broken'");
    refused(&w, &good, PLM_PARCEL_NO_REQUEST, "of a run that broke");
    fixture_sql(&w.files[ASKER], "UPDATE run SET state = 'done'");
    fixture_sql(&w.files[ASKER], "DELETE FROM run_release");
    refused(&w, &good, PLM_PARCEL_NOT_ALLOWED, "of a run whose hits are not released");
    rw_end(&w);
}

static void test_lies_about_which_batch(void)
{
    release_world w;
    rw_begin(&w);
    rw_run_side(&w, ASKER, HOLDER, run_a, &terms);
    const plm_batch_slot slot = good_slot(&w);
    const plm_batch_slot three[] = {slot, slot, slot};
    const tale good = {.run = run_a, .n_slots = 2, .slots = &slot, .n = 1, .from = HOLDER};
    tale t = good;
    t.number = 1;
    refused(&w, &t, PLM_PARCEL_BAD_CHAIN, "out of order");
    t = (tale){.run = run_a, .n_slots = 3, .slots = three, .n = 3, .from = HOLDER};
    refused(&w, &t, PLM_PARCEL_BAD_CHAIN, "with more slots than the accord says");
    t = good;
    t.n_slots = 1;
    refused(&w, &t, PLM_PARCEL_BAD_CHAIN, "with fewer");
    t = good;
    t.meta_bent = 1;
    refused(&w, &t, PLM_PARCEL_BAD_CONTENT, "signed for another number");
    t = good;
    t.bytes_bent = 1;
    refused(&w, &t, PLM_PARCEL_BAD_CONTENT, "with a byte behind the hit");
    CHECK_EQ_INT(judge(&w, &good, ASKER), PLM_PARCEL_TAKEN);
    CHECK_EQ_INT(traces(&w, ASKER), 1001001);
    /* The same words again are answered as before; other words under the number are refused. */
    CHECK_EQ_INT(judge(&w, &good, ASKER), PLM_PARCEL_TAKEN);
    CHECK_EQ_INT(traces(&w, ASKER), 1001001);
    t = good;
    t.n = 0;
    refused(&w, &t, PLM_PARCEL_BAD_CHAIN, "a second one of that number");
    t.number = 1;
    CHECK_EQ_INT(judge(&w, &t, ASKER), PLM_PARCEL_TAKEN);
    t.number = 2;
    refused(&w, &t, PLM_PARCEL_BAD_CHAIN, "one more than the accord says");
    CHECK_EQ_INT(fixture_int(&w.files[ASKER], "SELECT count(*) FROM run_link"), 0);
    rw_end(&w);
}

static void test_lies_in_a_hit(void)
{
    release_world w;
    rw_begin(&w);
    rw_run_side(&w, ASKER, HOLDER, run_a, &terms);
    plm_batch_slot slots[] = {good_slot(&w), good_slot(&w)};
    slots[0].link[5] ^= 1; /* means no record of ours */
    slots[0].number = 6;
    add_field(&slots[0], "name", "of nobody");
    slots[1].rules[1] = plm_span_str(plm_rule_name(5));
    slots[1].rules[2] = plm_span_str("opinion");
    slots[1].n_rules = 3;
    add_field(&slots[1], "name", "Told lawfully");
    add_field(&slots[1], "birthDate", "1974-05-21");
    add_field(&slots[1], "phone", "+390612345678");
    slots[1].fields[slots[1].n_fields++] = (plm_slot_field){250, plm_span_str("unnumbered")};
    add_field(&slots[1], "role", "suspect");
    const tale t = {.run = run_a, .n_slots = 2, .slots = slots, .n = 2, .from = HOLDER};
    CHECK_EQ_INT(judge(&w, &t, ASKER), PLM_PARCEL_TAKEN);
    CHECK_EQ_INT(fixture_int(&w.files[ASKER], "SELECT count(*) FROM hit"), 1);
    CHECK_EQ_INT(fixture_int(&w.files[ASKER], "SELECT peer_number FROM hit"), 7);
    CHECK_EQ_INT(fixture_int(&w.files[ASKER],
                             "SELECT fields = '{\"name\":[\"Told lawfully\"],\"role\":"
                             "[\"suspect\"]}' FROM hit"),
                 1);
    CHECK_EQ_INT(fixture_int(&w.files[ASKER], "SELECT instr(rules, 'opinion') FROM hit"), 0);
    CHECK_EQ_INT(fixture_int(&w.files[ASKER], "SELECT instr(rules, ' ') FROM hit"), 0);
    /* The ledger says that one meant nobody: hits in the batch, then those without a record. */
    CHECK_EQ_INT(fixture_int(&w.files[ASKER], "SELECT hex(substr(body, 19, 8)) = "
                                              "'0000000200000001' FROM ledger "
                                              "WHERE kind = 'released'"),
                 1);
    rw_end(&w);
}

int main(void)
{
    TAP_RUN(test_lies_about_which_run);
    TAP_RUN(test_lies_about_which_batch);
    TAP_RUN(test_lies_in_a_hit);
    return tap_done();
}
