/* SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"
#include "wire/message.h"

#include "accord/policy.h"

_Static_assert((int)PLM_REFUSAL_CODE_LAST == (int)PLM_REFUSAL_COUNT - 1,
               "wire and policy know the same refusal codes");

static plm_proposal good_proposal(void)
{
    plm_proposal m = {.asker = "IT-GDF",
                      .holder = "DE-BKA",
                      .purpose = "trafficking",
                      .offence = "TIP.5",
                      .n_rules = 3,
                      .rules = {"document", "name+birthDate", "phone"},
                      .engine = PLM_ENGINE_OPRF,
                      .learns = PLM_LEARNS_HOLDER,
                      .n_tokens = 4096,
                      .n_features = 8192,
                      .standing = PLM_STANDING_CHANGES,
                      .since = {0xaa, 0xbb},
                      .case_ref = "Fall 7/2026 \xc3\xa4",
                      .officer = "officer-12",
                      .time_ms = 1767225600000};
    memset(m.run_id, 0x11, sizeof m.run_id);
    memset(m.accord_hash, 0x22, sizeof m.accord_hash);
    memset(m.recipe_digest, 0x33, sizeof m.recipe_digest);
    memset(m.channel, 0x44, sizeof m.channel);
    return m;
}

/* Written by hand from spec/wire.md section 4. */
static void test_layout(void)
{
    static const char want[] = "11111111111111111111111111111111"
                               "000649542d474446"
                               "000644452d424b41"
                               "2222222222222222222222222222222222222222222222222222222222222222"
                               "3333333333333333333333333333333333333333333333333333333333333333"
                               "4444444444444444444444444444444444444444444444444444444444444444"
                               "000b747261666669636b696e67"
                               "00055449502e35"
                               "0003"
                               "0008646f63756d656e74"
                               "000e6e616d652b626972746844617465"
                               "000570686f6e65"
                               "01"
                               "01"
                               "0000000000001000"
                               "0000000000002000"
                               "02"
                               "aabb0000000000000000000000000000"
                               "000e46616c6c20372f3230323620c3a4"
                               "000a6f6666696365722d3132"
                               "0000019b76daa800";
    const plm_proposal m = good_proposal();
    plm_buf out;
    char hex[1024];
    plm_buf_init(&out, 500);
    CHECK_STATUS(plm_proposal_encode(&m, &out), PLM_OK);
    plm_hex_encode(hex, out.data, out.n);
    CHECK_EQ_STR(hex, want);
    plm_proposal back;
    CHECK_STATUS(plm_proposal_decode(&back, plm_buf_span(&out)), PLM_OK);
    CHECK_EQ_MEM(&back, &m, sizeof m);
    plm_buf_wipe(&out);
    const plm_hello hello = {.party = "IT-GDF", .software = "palermo-0.1.0"};
    CHECK_STATUS(plm_hello_encode(&hello, &out), PLM_OK);
    plm_hex_encode(hex, out.data, out.n);
    CHECK_EQ_STR(hex, "000649542d474446000d70616c65726d6f2d302e312e3000");
    plm_buf_wipe(&out);
    const plm_refusal_message refusal = {
        .code = PLM_REFUSAL_OFFENCE, .clause = "/purposes/0", .time_ms = 1};
    CHECK_STATUS(plm_refusal_encode(&refusal, &out), PLM_OK);
    plm_hex_encode(hex, out.data, out.n);
    CHECK_EQ_STR(hex + 64, "0004000b2f707572706f7365732f300000000000000001");
    plm_buf_wipe(&out);
}

static void test_every_engine(void)
{
    for (unsigned engine = 0; engine < 256; engine++) {
        bool is_one = engine == 1 || engine == 2;
        plm_proposal m = good_proposal();
        plm_proposal back = {.engine = (plm_match_engine)77};
        plm_buf out;
        plm_buf_init(&out, 1000);
        CHECK_STATUS(plm_proposal_encode(&m, &out), PLM_OK);
        uint8_t *at = (uint8_t *)memmem(out.data, out.n, "phone\1", 6);
        if (CHECK(at != NULL)) {
            at[5] = (uint8_t)engine;
            CHECK_STATUS(plm_proposal_decode(&back, plm_buf_span(&out)),
                         is_one ? PLM_OK : PLM_E_PROTOCOL);
            CHECK_EQ_INT(back.engine, is_one ? engine : 77);
        }
        m.engine = (plm_match_engine)engine;
        CHECK_STATUS(plm_proposal_encode(&m, &out), is_one ? PLM_OK : PLM_E_ARGUMENT);
        plm_buf_wipe(&out);
    }
}

static void fill(char *out, size_t size, char c)
{
    memset(out, c, size - 1);
    out[size - 1] = '\0';
}

/* Each function makes one field bad. */
static void lower_party(plm_proposal *m)
{
    m->asker[0] = 'i';
}
static void dotted_party(plm_proposal *m)
{
    m->holder[2] = '.';
}
static void empty_party(plm_proposal *m)
{
    m->holder[0] = '\0';
}
static void endless_party(plm_proposal *m)
{
    memset(m->asker, 'A', sizeof m->asker);
}
static void upper_purpose(plm_proposal *m)
{
    m->purpose[0] = 'T';
}
static void empty_purpose(plm_proposal *m)
{
    m->purpose[0] = '\0';
}
static void spaced_offence(plm_proposal *m)
{
    m->offence[1] = ' ';
}
static void foreign_offence(plm_proposal *m)
{
    m->offence[1] = '\xc3';
}
static void no_rules(plm_proposal *m)
{
    m->n_rules = 0;
}
static void many_rules(plm_proposal *m)
{
    m->n_rules = PLM_MESSAGE_RULES_MAX + 1;
}
static void empty_rule(plm_proposal *m)
{
    m->rules[0][0] = '\0';
}
static void repeated_rule(plm_proposal *m)
{
    memcpy(m->rules[1], m->rules[0], sizeof m->rules[0]);
}
static void descending_rules(plm_proposal *m)
{
    m->rules[2][0] = 'a';
}
static void no_engine(plm_proposal *m)
{
    m->engine = (plm_match_engine)0;
}
static void other_engine(plm_proposal *m)
{
    m->engine = (plm_match_engine)3;
}
static void last_engine(plm_proposal *m)
{
    m->engine = (plm_match_engine)255;
}
static void nobody_learns(plm_proposal *m)
{
    m->learns = (plm_learns)0;
}
static void four_learn(plm_proposal *m)
{
    m->learns = (plm_learns)4;
}
static void too_many_tokens(plm_proposal *m)
{
    m->n_tokens = (uint64_t)PLM_MATCH_TOKENS_MAX + 1;
}
static void empty_case(plm_proposal *m)
{
    m->case_ref[0] = '\0';
}
static void control_case(plm_proposal *m)
{
    m->case_ref[3] = '\n';
}
static void broken_case(plm_proposal *m)
{
    memset(m->case_ref, 0xff, 4);
}
static void c1_officer(plm_proposal *m)
{
    memcpy(m->officer, "\xc2\x85", 3);
}
static void empty_officer(plm_proposal *m)
{
    m->officer[0] = '\0';
}
static void negative_time(plm_proposal *m)
{
    m->time_ms = -1;
}
static void distant_time(plm_proposal *m)
{
    m->time_ms = 253402300800000;
}

static const struct {
    const char *name;
    void (*spoil)(plm_proposal *m);
} spoilers[] = {
#define SPOILER(f) \
    {              \
#        f, f      \
    }
    SPOILER(lower_party),      SPOILER(dotted_party),    SPOILER(empty_party),
    SPOILER(endless_party),    SPOILER(upper_purpose),   SPOILER(empty_purpose),
    SPOILER(spaced_offence),   SPOILER(foreign_offence), SPOILER(no_rules),
    SPOILER(many_rules),       SPOILER(empty_rule),      SPOILER(repeated_rule),
    SPOILER(descending_rules), SPOILER(no_engine),       SPOILER(other_engine),
    SPOILER(last_engine),      SPOILER(nobody_learns),   SPOILER(four_learn),
    SPOILER(too_many_tokens),  SPOILER(empty_case),      SPOILER(control_case),
    SPOILER(broken_case),      SPOILER(c1_officer),      SPOILER(empty_officer),
    SPOILER(negative_time),    SPOILER(distant_time),
};

static void test_encode_refuses(void)
{
    for (size_t i = 0; i < sizeof spoilers / sizeof *spoilers; i++) {
        plm_proposal m = good_proposal();
        plm_buf out;
        plm_buf_init(&out, 1000);
        CHECK_STATUS(plm_buf_append_u8(&out, 7), PLM_OK);
        spoilers[i].spoil(&m);
        if (!CHECK_STATUS(plm_proposal_encode(&m, &out), PLM_E_ARGUMENT)) {
            printf("# %s\n", spoilers[i].name);
        }
        CHECK_EQ_INT(out.n, 1);
        plm_buf_wipe(&out);
    }
    /* Too little room is noticed, and nothing half-written stays. */
    const plm_proposal m = good_proposal();
    for (size_t max = 0; max < 229; max++) {
        plm_buf out;
        plm_buf_init(&out, max);
        CHECK_STATUS(plm_proposal_encode(&m, &out), PLM_E_LIMIT);
        CHECK_EQ_INT(out.n, 0);
        plm_buf_wipe(&out);
    }
}

/* The good encoding with `from` replaced by `to`, of the same length. */
static void check_edit(const char *from, const char *to, size_t n)
{
    const plm_proposal m = good_proposal();
    plm_proposal untouched;
    memset(&untouched, 0x5a, sizeof untouched);
    plm_proposal back = untouched;
    plm_buf out;
    plm_buf_init(&out, 1000);
    CHECK_STATUS(plm_proposal_encode(&m, &out), PLM_OK);
    uint8_t *at = (uint8_t *)memmem(out.data, out.n, from, n);
    if (CHECK(at != NULL)) {
        memcpy(at, to, n);
        if (!CHECK_STATUS(plm_proposal_decode(&back, plm_buf_span(&out)), PLM_E_PROTOCOL)) {
            printf("# %s\n", to);
        }
        CHECK_EQ_MEM(&back, &untouched, sizeof back);
    }
    plm_buf_wipe(&out);
}

/* What encode never writes, written by hand. */
static void test_decode_refuses(void)
{
    check_edit("IT-GDF", "IT-gDF", 6);
    check_edit("IT-GDF", "IT\0GDF", 6);
    check_edit("DE-BKA", "DE BKA", 6);
    check_edit("trafficking", "Trafficking", 11);
    check_edit("trafficking", "traff_cking", 11);
    check_edit("TIP.5", "TIP\t5", 5);
    check_edit("TIP.5",
               "TIP\x7f"
               "5",
               5);
    check_edit("\0\5TIP.5", "\0\0TIP.5", 7);
    check_edit("document", "xocument", 8); /* no longer ascending */
    check_edit("phone", "docum", 5);
    check_edit("phone", "pho\xc3\xa4", 5);
    check_edit("\0\x03\0\x08", "\0\x02\0\x08", 4);
    check_edit("\0\x03\0\x08", "\0\x00\0\x08", 4);
    check_edit("\0\x03\0\x08", "\0\x41\0\x08", 4);
    check_edit("phone\1\1", "phone\0\1", 7);
    check_edit("phone\1\1", "phone\3\1", 7);
    check_edit("phone\1\1", "phone\xff\1", 7);
    check_edit("phone\1\1", "phone\1\0", 7);
    check_edit("phone\1\1", "phone\1\4", 7);
    check_edit("\1\1\0\0\0\0\0\0\x10", "\1\1\0\0\0\0\x80\0\x10", 9);
    check_edit("Fall", "Fa\nl", 4);
    check_edit("\xc3\xa4", "\xc0\xa4", 2); /* overlong */
    check_edit("\xc3\xa4", "\xc2\x9f", 2); /* a control character */
    check_edit("\0\x0aofficer", "\xff\x0aofficer", 9);
    check_edit("\0\0\1\x9b", "\x80\0\1\x9b", 4); /* before 1970 */
    check_edit("\0\0\1\x9b", "\0\1\0\x9b", 4);   /* after 9999 */
}

static void test_longest(void)
{
    plm_proposal m = good_proposal();
    plm_proposal back;
    plm_buf out;
    plm_buf_init(&out, 1 << 16);
    fill(m.asker, sizeof m.asker, 'Z');
    fill(m.purpose, sizeof m.purpose, 'z');
    fill(m.case_ref, sizeof m.case_ref, '~');
    m.n_rules = PLM_MESSAGE_RULES_MAX;
    for (size_t i = 0; i < PLM_MESSAGE_RULES_MAX; i++) {
        fill(m.rules[i], sizeof m.rules[i], 'r');
        m.rules[i][62] = (char)('0' + i);
    }
    m.n_tokens = PLM_MATCH_TOKENS_MAX;
    m.time_ms = 253402300799999;
    CHECK_STATUS(plm_proposal_encode(&m, &out), PLM_OK);
    CHECK_STATUS(plm_proposal_decode(&back, plm_buf_span(&out)), PLM_OK);
    CHECK_EQ_MEM(&back, &m, sizeof m);
    plm_buf_wipe(&out);
}

static void test_others_refuse(void)
{
    plm_buf out;
    plm_buf_init(&out, 1000);
    const plm_hello hellos[] = {{"", "x", PLM_ERRAND_RUN},    {"it", "x", PLM_ERRAND_RUN},
                                {"IT", "", PLM_ERRAND_RUN},   {"IT", "a b", PLM_ERRAND_RUN},
                                {"IT", "\t", PLM_ERRAND_RUN}, {"IT", "x", (plm_errand)3}};
    for (size_t i = 0; i < sizeof hellos / sizeof *hellos; i++) {
        CHECK_STATUS(plm_hello_encode(&hellos[i], &out), PLM_E_ARGUMENT);
    }
    plm_refusal_message refusal = {.code = 0, .clause = ""};
    CHECK_STATUS(plm_refusal_encode(&refusal, &out), PLM_E_ARGUMENT);
    refusal.code = PLM_REFUSAL_COUNT;
    CHECK_STATUS(plm_refusal_encode(&refusal, &out), PLM_E_ARGUMENT);
    refusal.code = PLM_REFUSAL_COUNT - 1;
    CHECK_STATUS(plm_refusal_encode(&refusal, &out), PLM_OK);
    plm_store_u16(out.data + 32, PLM_REFUSAL_COUNT);
    CHECK_STATUS(plm_refusal_decode(&refusal, plm_buf_span(&out)), PLM_E_PROTOCOL);
    plm_buf_clear(&out);
    memcpy(refusal.clause, "purposes", 9);
    CHECK_STATUS(plm_refusal_encode(&refusal, &out), PLM_E_ARGUMENT);
    const plm_acceptance acceptance = {.n_tokens = UINT64_MAX};
    CHECK_STATUS(plm_acceptance_encode(&acceptance, &out), PLM_E_ARGUMENT);
    plm_receipt receipt = {.n_holder = (uint64_t)PLM_MATCH_TOKENS_MAX + 1};
    CHECK_STATUS(plm_receipt_encode(&receipt, &out), PLM_E_ARGUMENT);
    receipt = (plm_receipt){.time_ms = -1};
    CHECK_STATUS(plm_receipt_encode(&receipt, &out), PLM_E_ARGUMENT);
    CHECK_EQ_INT(out.n, 0);
    plm_buf_wipe(&out);
}

int main(void)
{
    TAP_RUN(test_layout);
    TAP_RUN(test_every_engine);
    TAP_RUN(test_encode_refuses);
    TAP_RUN(test_decode_refuses);
    TAP_RUN(test_longest);
    TAP_RUN(test_others_refuse);
    return tap_done();
}
