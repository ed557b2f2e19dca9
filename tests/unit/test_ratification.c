/* SPDX-License-Identifier: Apache-2.0 */
/* Ratifications: made, written, read, verified; and every way of forging one. */
#include "accord/rfc3339.h"
#include "accord_fixture.h"
#include "tap.h"

static const int64_t noon_ms = INT64_C(1772366096789); /* 2026-03-01T11:54:56.789Z */

static bool make(plm_ratification *r, const plm_accord *accord, unsigned i)
{
    uint8_t seed[32];
    fixture_seed(seed, i);
    return CHECK_STATUS(plm_ratification_make(r, accord, fixture_codes[i], seed, noon_ms), PLM_OK);
}

static void test_round_trip(void)
{
    plm_accord *accord = fixture_accord();
    plm_ratification r;
    plm_ratification back;
    plm_buf text;
    const plm_diag_sink sink = {NULL, NULL};
    plm_buf_init(&text, 4096);
    if (CHECK(accord != NULL) && make(&r, accord, 1)) {
        CHECK_STATUS(plm_ratification_verify(&r, accord), PLM_OK);
        CHECK_STATUS(plm_ratification_write(&r, &text), PLM_OK);
        CHECK_STATUS(plm_buf_append_u8(&text, 0), PLM_OK);
        CHECK(strstr((char *)text.data, "\"time\": \"2026-03-01T11:54:56.789Z\"") != NULL);
        CHECK_STATUS(plm_ratification_parse(&back, plm_span_of(text.data, text.n - 1), &sink, "r"),
                     PLM_OK);
        CHECK_EQ_MEM(back.accord_hash, r.accord_hash, 32);
        CHECK_EQ_STR(back.party, "BB-TWO");
        CHECK_EQ_INT(back.time_ms, noon_ms);
        CHECK_STATUS(plm_ratification_verify(&back, accord), PLM_OK);
    }
    plm_buf_wipe(&text);
    plm_accord_destroy(accord);
}

/* The signed bytes, written out by hand from spec/accord.md section 4. */
static void test_signed_bytes(void)
{
    plm_accord *accord = fixture_accord();
    plm_ratification r;
    if (CHECK(accord != NULL) && make(&r, accord, 2)) {
        uint8_t body[32 + 2 + 4 + 8 + 2] = {0};
        memcpy(body, accord->hash, 32);
        body[33] = 4;
        memcpy(body + 34, "CC-3", 4);
        for (int i = 0; i < 8; i++) {
            body[38 + i] = (uint8_t)(noon_ms >> (56 - 8 * i));
        }
        CHECK_STATUS(plm_identity_verify(r.signature, accord->parties[2].identity, "ratification",
                                         plm_span_of(body, sizeof body)),
                     PLM_OK);
        CHECK_STATUS(plm_identity_verify(r.signature, accord->parties[2].identity, "proposal",
                                         plm_span_of(body, sizeof body)),
                     PLM_E_AUTH);
    }
    plm_accord_destroy(accord);
}

static void test_make_refuses(void)
{
    plm_accord *accord = fixture_accord();
    uint8_t seed[32];
    plm_ratification r;
    memset(&r, 0x5a, sizeof r);
    const plm_ratification before = r;
    fixture_seed(seed, 0);
    CHECK_STATUS(plm_ratification_make(&r, accord, "BB-TWO", seed, noon_ms), PLM_E_AUTH);
    CHECK_STATUS(plm_ratification_make(&r, accord, "ZZ-NOBODY", seed, noon_ms), PLM_E_AUTH);
    CHECK_STATUS(plm_ratification_make(&r, accord, "AA-ONE", seed, -1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_ratification_make(&r, accord, "AA-ONE", seed, INT64_C(253402300800000)),
                 PLM_E_ARGUMENT);
    CHECK_EQ_MEM(&r, &before, sizeof r);
    plm_accord_destroy(accord);
}

static void test_forgeries(void)
{
    plm_accord *accord = fixture_accord();
    plm_ratification good;
    if (CHECK(accord != NULL) && make(&good, accord, 1)) {
        plm_ratification r = good;
        memcpy(r.party, "AA-ONE", sizeof "AA-ONE");
        CHECK_STATUS(plm_ratification_verify(&r, accord), PLM_E_AUTH);
        memcpy(r.party, "ZZ-TWO", sizeof "ZZ-TWO");
        CHECK_STATUS(plm_ratification_verify(&r, accord), PLM_E_NOT_FOUND);
        r = good;
        r.time_ms++;
        CHECK_STATUS(plm_ratification_verify(&r, accord), PLM_E_AUTH);
        r = good;
        r.accord_hash[31] ^= 1;
        CHECK_STATUS(plm_ratification_verify(&r, accord), PLM_E_AUTH);
        for (size_t i = 0; i < sizeof r.signature; i++) {
            r = good;
            r.signature[i] ^= 0x10;
            CHECK_STATUS(plm_ratification_verify(&r, accord), PLM_E_AUTH);
        }
        /* Of another accord with the same parties: the hash differs, the signature fits. */
        accord->hash[0] ^= 1;
        CHECK_STATUS(plm_ratification_verify(&good, accord), PLM_E_AUTH);
    }
    plm_accord_destroy(accord);
}

#define H32 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static const struct {
    const char *pointer;
    const char *value;
    const char *blamed; /* NULL: valid */
} changes[] = {
    {"/palermo", "\"accord/1\"", "/palermo"},
    {"/palermo", NULL, "/palermo"},
    {"/accord", "\"00\"", "/accord"},
    {"/accord", NULL, "/accord"},
    {"/party", "\"it-gdf\"", "/party"},
    {"/party", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456\"", "/party"},
    {"/party", "\"A\"", "/party"},
    {"/party", "\"IT-GDF\"", NULL},
    {"/time", "\"2026-03-01T11:54:56Z\"", "/time"},
    {"/time", "\"2026-03-01T11:54:56.789+00:00\"", "/time"},
    {"/time", "\"2026-03-01t11:54:56.789z\"", "/time"},
    {"/time", "\"2026-02-29T11:54:56.789Z\"", "/time"},
    {"/time", "\"2026-03-01T24:00:00.000Z\"", "/time"},
    {"/time", "\"2026-03-01T11:60:00.000Z\"", "/time"},
    {"/time", "\"2016-12-31T23:59:60.000Z\"", "/time"},
    {"/time", "\"1969-12-31T23:59:59.999Z\"", "/time"},
    {"/time", "\"1970-01-01T00:00:00.000Z\"", NULL},
    {"/time", "\"9999-12-31T23:59:59.999Z\"", NULL},
    {"/time", "1772366096789", "/time"},
    {"/reservations", "[{}]", "/reservations"},
    {"/reservations", "[\"/purposes/0\"]", "/reservations"},
    {"/reservations", "{}", "/reservations"},
    {"/reservations", NULL, "/reservations"},
    {"/signature", "\"" H32 "\"", "/signature"},
    {"/note", "1", "/"},
};

static void test_changes(void)
{
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fixture_diags diags = {0};
        const plm_diag_sink sink = {fixture_collect, &diags};
        plm_ratification r;
        memset(&r, 0x5a, sizeof r);
        const plm_ratification before = r;
        json_t *document = json_pack(
            "{s:s, s:s, s:s, s:s, s:[], s:s}", "palermo", "ratification/1", "accord", H32, "party",
            "AA-ONE", "time", "2026-03-01T11:54:56.789Z", "reservations", "signature", H32 H32);
        CHECK(fixture_set(document, changes[i].pointer, changes[i].value));
        char *text = json_dumps(document, 0);
        plm_status status = plm_ratification_parse(&r, plm_span_str(text), &sink, "r");
        bool good = changes[i].blamed == NULL ? status == PLM_OK
                                              : status == PLM_E_INVALID && diags.n == 1 &&
                                                    fixture_said(&diags, changes[i].blamed) &&
                                                    memcmp(&r, &before, sizeof r) == 0;
        if (!CHECK(good)) {
            printf("# change %zu: %s %s\n", i, diags.field[0], diags.reason[0]);
        }
        free(text);
        json_decref(document);
    }
}

/* Times at every scale of the years 1970 to 9999, there and back. */
static void test_times(void)
{
    char text[PLM_RFC3339_TEXT];
    int64_t back;
    CHECK_STATUS(plm_rfc3339_format(text, 0), PLM_OK);
    CHECK_EQ_STR(text, "1970-01-01T00:00:00.000Z");
    CHECK_STATUS(plm_rfc3339_format(text, INT64_C(951782400001)), PLM_OK);
    CHECK_EQ_STR(text, "2000-02-29T00:00:00.001Z");
    CHECK_STATUS(plm_rfc3339_format(text, INT64_C(253402300799999)), PLM_OK);
    CHECK_EQ_STR(text, "9999-12-31T23:59:59.999Z");
    CHECK_STATUS(plm_rfc3339_format(text, INT64_C(253402300800000)), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_rfc3339_format(text, -1), PLM_E_ARGUMENT);
    for (int64_t t = 0; t <= INT64_C(253402300799999); t += INT64_C(86399999) * 7 + t / 300) {
        if (!CHECK_STATUS(plm_rfc3339_format(text, t), PLM_OK) ||
            !CHECK_STATUS(plm_rfc3339_parse(&back, text), PLM_OK) || !CHECK_EQ_INT(back, t)) {
            break;
        }
    }
}

int main(void)
{
    if (plm_crypto_init() != PLM_OK) {
        return 1;
    }
    TAP_RUN(test_round_trip);
    TAP_RUN(test_signed_bytes);
    TAP_RUN(test_make_refuses);
    TAP_RUN(test_forgeries);
    TAP_RUN(test_changes);
    TAP_RUN(test_times);
    return tap_done();
}
