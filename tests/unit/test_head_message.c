/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages two ledgers meet with: their layout, by hand from spec/wire.md, and that each byte
 * more, less or out of range is refused.
 */
#include "tap.h"
#include "wire/message.h"

static plm_head good_head(void)
{
    plm_head m = {.party = "IT-GDF", .size = 258, .time_ms = 1767225600000};
    memset(m.root, 0x11, sizeof m.root);
    memset(m.chain, 0x22, sizeof m.chain);
    return m;
}

static void make_signed(plm_buf *out)
{
    uint8_t signature[PLM_SIGNATURE_BYTES];
    const plm_head m = good_head();
    memset(signature, 0x55, sizeof signature);
    CHECK_STATUS(plm_head_encode(&m, out), PLM_OK);
    CHECK_STATUS(plm_buf_append(out, signature, sizeof signature), PLM_OK);
}

static void test_head_layout(void)
{
    static const char want[] = "000649542d474446"
                               "0000000000000102"
                               "1111111111111111111111111111111111111111111111111111111111111111"
                               "2222222222222222222222222222222222222222222222222222222222222222"
                               "0000019b76daa800";
    plm_head m = good_head();
    plm_head back;
    plm_buf out;
    char hex[512];
    plm_buf_init(&out, 200);
    CHECK_STATUS(plm_head_encode(&m, &out), PLM_OK);
    plm_hex_encode(hex, out.data, out.n);
    CHECK_EQ_STR(hex, want);
    CHECK_STATUS(plm_head_decode(&back, plm_buf_span(&out)), PLM_OK);
    CHECK_EQ_INT(back.size, 258);
    CHECK_EQ_STR(back.party, "IT-GDF");
    for (size_t n = 0; n < out.n; n++) {
        CHECK_STATUS(plm_head_decode(&back, plm_span_of(out.data, n)), PLM_E_PROTOCOL);
    }
    out.data[8] = 0x80; /* more entries than there can be */
    CHECK_STATUS(plm_head_decode(&back, plm_buf_span(&out)), PLM_E_PROTOCOL);
    m.party[0] = 'i';
    size_t before = out.n;
    CHECK_STATUS(plm_head_encode(&m, &out), PLM_E_ARGUMENT);
    CHECK_EQ_INT(out.n, before);
    plm_buf_wipe(&out);
}

static void test_heads(void)
{
    plm_buf head;
    plm_buf out;
    plm_heads back;
    plm_buf_init(&head, 400);
    plm_buf_init(&out, 800);
    make_signed(&head);
    plm_heads m = {plm_buf_span(&head), {NULL, 0}};
    CHECK_STATUS(plm_heads_encode(&m, &out), PLM_OK);
    CHECK_EQ_INT(out.n, 2 + head.n + 2);
    CHECK_STATUS(plm_heads_decode(&back, plm_buf_span(&out)), PLM_OK);
    CHECK(plm_span_equal(back.own, m.own) && back.last.n == 0);
    plm_buf_clear(&out);
    m.last = m.own;
    CHECK_STATUS(plm_heads_encode(&m, &out), PLM_OK);
    CHECK_STATUS(plm_heads_decode(&back, plm_buf_span(&out)), PLM_OK);
    CHECK(plm_span_equal(back.last, m.own));
    for (size_t n = 0; n < out.n; n++) {
        CHECK_STATUS(plm_heads_decode(&back, plm_span_of(out.data, n)), PLM_E_PROTOCOL);
    }
    CHECK_STATUS(plm_buf_append_u8(&out, 0), PLM_OK);
    CHECK_STATUS(plm_heads_decode(&back, plm_buf_span(&out)), PLM_E_PROTOCOL);
    m.own.n -= 1; /* no head any more */
    CHECK_STATUS(plm_heads_encode(&m, &out), PLM_E_ARGUMENT);
    m.own.n = 0;
    CHECK_STATUS(plm_heads_encode(&m, &out), PLM_E_ARGUMENT);
    plm_buf_wipe(&head);
    plm_buf_wipe(&out);
}

static void check_consistency(const char *hex, size_t n, plm_status want)
{
    uint8_t bytes[256] = {0};
    plm_consistency m;
    CHECK(plm_hex_decode(bytes, strlen(hex) / 2, hex) == 0);
    CHECK_STATUS(plm_consistency_decode(&m, plm_span_of(bytes, n)), want);
}

static void test_consistency(void)
{
    plm_consistency m = {.has_proof = true, .n = PLM_PROOF_HASHES_MAX};
    plm_consistency back;
    plm_buf out;
    plm_buf_init(&out, 4096);
    memset(m.hashes, 0x77, sizeof m.hashes);
    CHECK_STATUS(plm_consistency_encode(&m, &out), PLM_OK);
    CHECK_EQ_INT(out.n, 3 + 64 * 32);
    CHECK_STATUS(plm_consistency_decode(&back, plm_buf_span(&out)), PLM_OK);
    CHECK_EQ_MEM(&back, &m, sizeof m);
    check_consistency("000000", 3, PLM_OK);
    check_consistency("010000", 3, PLM_OK);
    check_consistency("010001", 35, PLM_OK);
    check_consistency("010001", 34, PLM_E_PROTOCOL);
    check_consistency("010001", 36, PLM_E_PROTOCOL);
    check_consistency("000001", 35, PLM_E_PROTOCOL); /* no proof, and a hash of it */
    check_consistency("020000", 3, PLM_E_PROTOCOL);
    check_consistency("010041", 3, PLM_E_PROTOCOL); /* 65 hashes */
    check_consistency("01", 1, PLM_E_PROTOCOL);
    m.n++;
    CHECK_STATUS(plm_consistency_encode(&m, &out), PLM_E_ARGUMENT);
    m = (plm_consistency){.has_proof = false, .n = 1};
    CHECK_STATUS(plm_consistency_encode(&m, &out), PLM_E_ARGUMENT);
    plm_buf_wipe(&out);
}

static void test_witness(void)
{
    plm_witness m = {.party = "DE-BKA", .verdict = PLM_VERDICT_FORK, .time_ms = 1};
    plm_witness back;
    plm_buf out;
    plm_buf_init(&out, 200);
    memset(m.head, 0x33, sizeof m.head);
    CHECK_STATUS(plm_witness_encode(&m, &out), PLM_OK);
    CHECK_EQ_INT(out.n, 8 + 32 + 1 + 8);
    CHECK_STATUS(plm_witness_decode(&back, plm_buf_span(&out)), PLM_OK);
    CHECK_EQ_INT(back.verdict, PLM_VERDICT_FORK);
    for (size_t n = 0; n < out.n; n++) {
        CHECK_STATUS(plm_witness_decode(&back, plm_span_of(out.data, n)), PLM_E_PROTOCOL);
    }
    out.data[40] = PLM_VERDICT_COUNT;
    CHECK_STATUS(plm_witness_decode(&back, plm_buf_span(&out)), PLM_E_PROTOCOL);
    m.verdict = PLM_VERDICT_COUNT;
    CHECK_STATUS(plm_witness_encode(&m, &out), PLM_E_ARGUMENT);
    CHECK_EQ_STR(plm_verdict_name(PLM_VERDICT_ROLLBACK), "rollback");
    CHECK_EQ_STR(plm_verdict_name(77), "unknown");
    plm_buf_wipe(&out);
}

int main(void)
{
    TAP_RUN(test_head_layout);
    TAP_RUN(test_heads);
    TAP_RUN(test_consistency);
    TAP_RUN(test_witness);
    return tap_done();
}
