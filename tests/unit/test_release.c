/* SPDX-License-Identifier: Apache-2.0 */
/* Gates, decisions and batches of released hits, against tables written by hand. */
#include "release/batch.h"
#include "release/decision.h"

#include "tap.h"

#include <stdlib.h>

static const plm_date today = {2026, 6, 1};

static plm_record person(plm_role role)
{
    return (plm_record){.id = "x", .kind = PLM_KIND_PERSON, .role = role, .grading = ""};
}

/* Every role under every aim: what the record says by itself. */
static void test_what_the_record_says(void)
{
    for (plm_role role = PLM_ROLE_SUSPECT; role < PLM_ROLE_COUNT; role++) {
        for (int aim = PLM_AIM_SUSPECT; aim <= PLM_AIM_PROTECTION; aim++) {
            const plm_purpose purpose = {.aim = (plm_aim)aim};
            const plm_record record = person(role);
            plm_gate_state holds = aim == PLM_AIM_SUSPECT ? PLM_GATE_BARRED : PLM_GATE_RAISED;
            plm_gates g;
            plm_gates_of(&g, &purpose, &record, today, false, 0);
            CHECK_EQ_INT(g.state[PLM_GATE_VICTIM],
                         role == PLM_ROLE_VICTIM ? holds : PLM_GATE_CLEAR);
            CHECK_EQ_INT(g.state[PLM_GATE_WITNESS],
                         role == PLM_ROLE_WITNESS ? holds : PLM_GATE_CLEAR);
            CHECK_EQ_INT(g.state[PLM_GATE_MINOR], PLM_GATE_CLEAR);
            CHECK_EQ_INT(g.state[PLM_GATE_POLITICAL], PLM_GATE_OPEN);
            CHECK_EQ_INT(g.state[PLM_GATE_PUNISHMENT], PLM_GATE_OPEN);
            CHECK(!plm_gates_are_clear(&g));
        }
    }
}

static void test_a_minor_and_a_risk(void)
{
    const plm_purpose against = {.aim = PLM_AIM_SUSPECT};
    plm_record record = person(PLM_ROLE_SUSPECT);
    plm_gates g;
    record.is_minor = true;
    plm_gates_of(&g, &against, &record, today, true, 0);
    CHECK_EQ_INT(g.state[PLM_GATE_MINOR], PLM_GATE_BARRED);
    CHECK_EQ_INT(g.state[PLM_GATE_PUNISHMENT], PLM_GATE_RAISED);
    CHECK(!plm_gates_hold_nothing(&g));
    record.kind = PLM_KIND_VEHICLE;
    plm_gates_of(&g, &against, &record, today, false, 0);
    CHECK_EQ_INT(g.state[PLM_GATE_MINOR], PLM_GATE_CLEAR);
    CHECK(plm_gates_hold_nothing(&g));
}

/* Officers clear what is open or raised; what is barred stays barred, whatever they say. */
static void test_what_officers_clear(void)
{
    const uint32_t all = (1U << PLM_GATE_COUNT) - 1;
    for (uint32_t cleared = 0; cleared <= all; cleared++) {
        const plm_purpose against = {.aim = PLM_AIM_SUSPECT};
        const plm_purpose protection = {.aim = PLM_AIM_PROTECTION};
        const plm_record victim = person(PLM_ROLE_VICTIM);
        plm_gates g;
        plm_gates_of(&g, &against, &victim, today, true, cleared);
        if (!CHECK_EQ_INT(g.state[PLM_GATE_VICTIM], PLM_GATE_BARRED) ||
            !CHECK(!plm_gates_are_clear(&g))) {
            return;
        }
        plm_gates_of(&g, &protection, &victim, today, true, cleared);
        /* Witness and minor are clear by themselves. */
        uint32_t needed = all & ~(1U << PLM_GATE_WITNESS) & ~(1U << PLM_GATE_MINOR);
        if (!CHECK(plm_gates_are_clear(&g) == ((cleared & needed) == needed))) {
            return;
        }
    }
}

static void test_names(void)
{
    for (int i = 0; i < PLM_GATE_COUNT; i++) {
        plm_gate_kind gate;
        CHECK_STATUS(plm_gate_find(&gate, plm_gate_name((plm_gate_kind)i)), PLM_OK);
        CHECK_EQ_INT(gate, i);
        CHECK(strchr(plm_gate_sentence((plm_gate_kind)i), '(') != NULL); /* its source */
    }
    for (int i = 0; i < PLM_HIT_STATE_COUNT; i++) {
        plm_hit_state state;
        CHECK_STATUS(plm_hit_state_find(&state, plm_hit_state_name((plm_hit_state)i)), PLM_OK);
        CHECK_EQ_INT(state, i);
    }
    plm_gate_kind gate;
    plm_hit_state state;
    CHECK_STATUS(plm_gate_find(&gate, "opinion"), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_hit_state_find(&state, ""), PLM_E_NOT_FOUND);
}

/* All states, approvals, gates and officers against the drawing in decision.h. */
static void test_approvals(void)
{
    static const char *const officers[] = {NULL, "", "one", "two"};
    for (int state = 0; state < PLM_HIT_STATE_COUNT; state++) {
        for (int approval = 0; approval <= PLM_APPROVAL_TWO_OFFICERS; approval++) {
            for (int worst = PLM_GATE_CLEAR; worst <= PLM_GATE_BARRED; worst++) {
                for (int f = 0; f < 4; f++) {
                    for (int o = 0; o < 4; o++) {
                        plm_gates g = {{PLM_GATE_CLEAR}};
                        g.state[4] = (plm_gate_state)worst;
                        bool is_named = o >= 2;
                        bool is_other = f >= 2 && f != o;
                        bool can =
                            worst == PLM_GATE_CLEAR && is_named &&
                            (state == PLM_HIT_PENDING || (state == PLM_HIT_APPROVED && is_other));
                        plm_hit_state expected =
                            state == PLM_HIT_PENDING && approval == PLM_APPROVAL_TWO_OFFICERS
                                ? PLM_HIT_APPROVED
                                : PLM_HIT_RELEASING;
                        plm_hit_state next = PLM_HIT_STATE_COUNT;
                        plm_decision_fault fault;
                        plm_status status = plm_decision_approve(
                            &next, &fault, (plm_hit_state)state, (plm_approval)approval, &g,
                            officers[f], officers[o]);
                        if (!CHECK_STATUS(status, can ? PLM_OK : PLM_E_REFUSED) ||
                            !CHECK_EQ_INT(next, can ? expected : PLM_HIT_STATE_COUNT) ||
                            !CHECK((fault == PLM_DECISION_GOOD) == can)) {
                            printf("# state %d approval %d gate %d first %d officer %d\n", state,
                                   approval, worst, f, o);
                        }
                    }
                }
            }
        }
    }
}

static void test_lapses_and_beginnings(void)
{
    for (int state = 0; state < PLM_HIT_STATE_COUNT; state++) {
        plm_hit_state next = PLM_HIT_STATE_COUNT;
        plm_decision_fault fault;
        bool can =
            state == PLM_HIT_PENDING || state == PLM_HIT_APPROVED || state == PLM_HIT_RELEASING;
        CHECK_STATUS(plm_decision_lapse(&next, &fault, (plm_hit_state)state),
                     can ? PLM_OK : PLM_E_REFUSED);
        CHECK_EQ_INT(next, can ? PLM_HIT_LAPSED : PLM_HIT_STATE_COUNT);
    }
    for (int worst = PLM_GATE_CLEAR; worst <= PLM_GATE_BARRED; worst++) {
        plm_gates g = {{PLM_GATE_CLEAR}};
        g.state[8] = (plm_gate_state)worst;
        CHECK_EQ_INT(plm_decision_first(PLM_APPROVAL_OFFICER, &g), PLM_HIT_PENDING);
        CHECK_EQ_INT(plm_decision_first(PLM_APPROVAL_TWO_OFFICERS, &g), PLM_HIT_PENDING);
        CHECK_EQ_INT(plm_decision_first(PLM_APPROVAL_AUTOMATIC, &g),
                     worst <= PLM_GATE_OPEN ? PLM_HIT_RELEASING : PLM_HIT_PENDING);
    }
}

static plm_batch_slot a_slot(uint32_t number)
{
    plm_batch_slot s = {.number = number, .grade = 2, .n_rules = 2, .n_fields = 2};
    memset(s.link, (int)number, sizeof s.link);
    s.rules[0] = plm_span_str("phone");
    s.rules[1] = plm_span_str("name+birthDate");
    s.fields[0] = (plm_slot_field){3, plm_span_str("Щербаков")};
    s.fields[1] = (plm_slot_field){0, plm_span_str("person")};
    return s;
}

static void test_a_batch_comes_back(void)
{
    const plm_batch_head head = {{9, 8}, 13, 4, 1234567};
    const plm_batch_slot in[2] = {a_slot(1), a_slot(7)};
    plm_batch_head back;
    plm_span slots;
    uint64_t n_cut = 99;
    plm_buf out;
    plm_buf_init(&out, 1 << 20);
    CHECK_STATUS(plm_batch_encode(&out, &head, in, 2, &n_cut), PLM_OK);
    CHECK(n_cut == 0 && out.n == plm_batch_bytes(4));
    CHECK_STATUS(plm_batch_decode(&back, &slots, plm_buf_span(&out)), PLM_OK);
    CHECK(back.number == 13 && back.n_slots == 4 && back.time_ms == 1234567);
    CHECK_EQ_MEM(back.run_id, head.run_id, 16);
    for (size_t i = 0; i < 4; i++) {
        plm_batch_slot s;
        bool is_empty = false;
        CHECK_STATUS(plm_slot_decode(&s, &is_empty, slots, i), PLM_OK);
        CHECK(is_empty == (i >= 2));
        if (i < 2) {
            CHECK(s.number == in[i].number && s.grade == 2 && s.n_rules == 2 && s.n_fields == 2);
            CHECK_EQ_MEM(s.link, in[i].link, sizeof s.link);
            CHECK(plm_span_equal(s.rules[1], in[i].rules[1]));
            CHECK(s.fields[0].label == 3 &&
                  plm_span_equal(s.fields[0].text, plm_span_str("Щербаков")));
        }
    }
    plm_buf_wipe(&out);
}

/* What is released, how much and how long its texts are: the size is the same. */
static void test_all_batches_are_alike(void)
{
    static char text[200];
    const plm_batch_head head = {{1}, 0, 32, 5};
    memset(text, 'x', sizeof text);
    for (uint32_t round = 0; round < 1000; round++) {
        plm_batch_slot slots[32];
        size_t n = round % 33;
        uint64_t n_cut;
        plm_buf out;
        plm_buf_init(&out, 1 << 20);
        for (size_t i = 0; i < n; i++) {
            slots[i] = a_slot((uint32_t)i);
            slots[i].n_fields = (uint8_t)(round / 33 % (PLM_SLOT_FIELDS_MAX + 1));
            for (size_t k = 0; k < slots[i].n_fields; k++) {
                slots[i].fields[k] =
                    (plm_slot_field){(uint8_t)k, plm_span_of(text, 1 + (round * 7 + k) % 200)};
            }
        }
        if (!CHECK_STATUS(plm_batch_encode(&out, &head, slots, n, &n_cut), PLM_OK) ||
            !CHECK_EQ_INT(out.n, plm_batch_bytes(32))) {
            return;
        }
        plm_buf_wipe(&out);
    }
}

static void test_what_does_not_fit_is_counted(void)
{
    static char text[200];
    const plm_batch_head head = {{1}, 0, 1, 5};
    plm_batch_slot in = a_slot(1);
    plm_batch_slot back;
    plm_batch_head read;
    plm_span slots;
    uint64_t n_cut;
    bool is_empty;
    plm_buf out;
    plm_buf_init(&out, 1 << 16);
    memset(text, 'x', sizeof text);
    in.n_fields = 10;
    for (size_t i = 0; i < 10; i++) {
        in.fields[i] = (plm_slot_field){(uint8_t)i, plm_span_of(text, sizeof text)};
    }
    CHECK_STATUS(plm_batch_encode(&out, &head, &in, 1, &n_cut), PLM_OK);
    CHECK_STATUS(plm_batch_decode(&read, &slots, plm_buf_span(&out)), PLM_OK);
    CHECK_STATUS(plm_slot_decode(&back, &is_empty, slots, 0), PLM_OK);
    /* 1024 - 24 bytes of head - 23 of rules leave room for four fields of 203 bytes. */
    CHECK_EQ_INT(back.n_fields, 4);
    CHECK_EQ_INT(n_cut, 6);
    plm_buf_wipe(&out);
}

static void test_what_is_no_batch(void)
{
    const plm_batch_head head = {{1}, 2, 2, 5};
    const plm_batch_slot in = a_slot(1);
    plm_batch_head back = {.number = 77};
    plm_span slots;
    uint64_t n_cut;
    plm_buf out;
    plm_buf_init(&out, 1 << 16);
    CHECK_STATUS(plm_batch_encode(&out, &head, &in, 1, &n_cut), PLM_OK);
    for (size_t n = 0; n < out.n; n++) {
        CHECK_STATUS(plm_batch_decode(&back, &slots, plm_span_of(out.data, n)), PLM_E_PROTOCOL);
    }
    CHECK_STATUS(plm_buf_append_u8(&out, 0), PLM_OK);
    CHECK_STATUS(plm_batch_decode(&back, &slots, plm_buf_span(&out)), PLM_E_PROTOCOL);
    CHECK_EQ_INT(back.number, 77);
    plm_buf_wipe(&out);
    const plm_batch_head bad[] = {{{1}, PLM_BATCHES_MAX, 2, 5},
                                  {{1}, 0, 0, 5},
                                  {{1}, 0, PLM_SLOTS_MAX + 1, 5},
                                  {{1}, 0, 2, -1}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_STATUS(plm_batch_encode(&out, &bad[i], &in, 1, &n_cut), PLM_E_ARGUMENT);
    }
    plm_batch_slot broken[4] = {a_slot(1), a_slot(1), a_slot(1), a_slot(1)};
    broken[0].grade = 4;
    broken[1].rules[0] = plm_span_str("two words");
    broken[2].fields[0].text = plm_span_str("");
    broken[3].fields[0].text = plm_span_str("line\nfeed");
    for (size_t i = 0; i < 4; i++) {
        CHECK_STATUS(plm_batch_encode(&out, &head, &broken[i], 1, &n_cut), PLM_E_ARGUMENT);
    }
    CHECK_EQ_INT(out.n, 0);
}

/* Any byte of a slot but those of link, number and text changed: refused, or another valid slot
 * that encodes to exactly these bytes. */
static void test_one_slot_one_encoding(void)
{
    const plm_batch_head head = {{1}, 0, 1, 5};
    const plm_batch_slot in = a_slot(1);
    uint64_t n_cut;
    plm_buf out;
    plm_buf again;
    plm_buf_init(&out, 1 << 16);
    plm_buf_init(&again, 1 << 16);
    CHECK_STATUS(plm_batch_encode(&out, &head, &in, 1, &n_cut), PLM_OK);
    for (size_t at = PLM_BATCH_HEAD_BYTES; at < out.n; at++) {
        for (int bit = 0; bit < 8; bit++) {
            plm_batch_head read;
            plm_span slots;
            plm_batch_slot s;
            bool is_empty;
            out.data[at] ^= (uint8_t)(1 << bit);
            CHECK_STATUS(plm_batch_decode(&read, &slots, plm_buf_span(&out)), PLM_OK);
            if (plm_slot_decode(&s, &is_empty, slots, 0) == PLM_OK && !is_empty) {
                plm_buf_clear(&again);
                if (!CHECK_STATUS(plm_batch_encode(&again, &head, &s, 1, &n_cut), PLM_OK) ||
                    !CHECK(plm_span_equal(plm_buf_span(&again), plm_buf_span(&out)))) {
                    printf("# byte %zu bit %d\n", at, bit);
                }
            }
            out.data[at] ^= (uint8_t)(1 << bit);
        }
    }
    plm_buf_wipe(&out);
    plm_buf_wipe(&again);
}

static void test_the_schedule_depends_on_the_run_alone(void)
{
    CHECK(plm_batch_due_ms(1000, 60, 0) == 1060 && plm_batch_due_ms(1000, 60, 9) == 1600);
}

static void test_links(void)
{
    static const uint8_t one[PLM_LINK_KEY_BYTES] = {1};
    static const uint8_t two[PLM_LINK_KEY_BYTES] = {2};
    plm_link a;
    plm_link b;
    plm_link_of(&a, one, 5);
    plm_link_of(&b, one, 5);
    CHECK_EQ_MEM(a.b, b.b, sizeof a.b);
    plm_link_of(&b, one, 6);
    CHECK(memcmp(a.b, b.b, sizeof a.b) != 0);
    plm_link_of(&b, two, 5);
    CHECK(memcmp(a.b, b.b, sizeof a.b) != 0);
}

int main(void)
{
    TAP_RUN(test_what_the_record_says);
    TAP_RUN(test_a_minor_and_a_risk);
    TAP_RUN(test_what_officers_clear);
    TAP_RUN(test_names);
    TAP_RUN(test_approvals);
    TAP_RUN(test_lapses_and_beginnings);
    TAP_RUN(test_a_batch_comes_back);
    TAP_RUN(test_all_batches_are_alike);
    TAP_RUN(test_what_does_not_fit_is_counted);
    TAP_RUN(test_what_is_no_batch);
    TAP_RUN(test_one_slot_one_encoding);
    TAP_RUN(test_the_schedule_depends_on_the_run_alone);
    TAP_RUN(test_links);
    return tap_done();
}
