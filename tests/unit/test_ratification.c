/* SPDX-License-Identifier: Apache-2.0 */
/* Ratifications and denunciations: made, read, verified; and every way of forging one. */
#include "accord/ratification.h"
#include "accord/rfc3339.h"
#include "accord_fixture.h"
#include "tap.h"

static const int64_t noon_ms = INT64_C(1772366096789); /* 2026-03-01T11:54:56.789Z */
static const plm_diag_sink quiet = {NULL, NULL};

static const char wish_text[] =
    "{\"catalogue\": [\"TIP.5\", \"SOM.6\"], \"reservations\": [{\"reason\": \"Закон № 1\", "
    "\"purposes\": [\"crime\"], \"counterparties\": [\"CC-3\"], \"offences\": [\"UNTOC.5\"], "
    "\"categories\": [\"convicted\"], \"rules\": [\"phone\"], \"engines\": [\"vole\"], "
    "\"labels\": [\"name\"], \"holder_first\": true, \"budgets\": {\"tokens_per_run\": 7, "
    "\"lookups_per_hour\": 0}, \"smallest_set\": 9, \"approval\": \"two-officers\", "
    "\"retention_days\": 11, \"deadlines\": {\"urgent_hours\": 100}}]}";

/* The i-th party's ratification, as text and read again. */
static bool make(plm_buf *text, plm_ratification *r, const plm_accord *accord, unsigned i,
                 const char *wish)
{
    uint8_t seed[32];
    fixture_seed(seed, i);
    plm_buf_init(text, PLM_RATIFICATION_BYTES_MAX);
    const plm_span span = plm_span_str(wish != NULL ? wish : "");
    return CHECK_STATUS(plm_ratification_make(text, accord, fixture_codes[i], seed, noon_ms,
                                              wish != NULL ? &span : NULL, &quiet, "wish"),
                        PLM_OK) &&
           CHECK_STATUS(plm_ratification_parse(r, plm_buf_span(text), &quiet, "r"), PLM_OK);
}

static void test_round_trip(void)
{
    plm_accord *accord = fixture_accord();
    plm_ratification r;
    plm_buf text;
    if (CHECK(accord != NULL) && make(&text, &r, accord, 1, NULL)) {
        CHECK_STATUS(plm_ratification_verify(&r, accord, &quiet, "r"), PLM_OK);
        CHECK_EQ_MEM(r.head.accord_hash, accord->hash, 32);
        CHECK_EQ_STR(r.head.party, "BB-TWO");
        CHECK_EQ_INT(r.head.time_ms, noon_ms);
        CHECK_EQ_INT(r.n_reservations, 0);
        CHECK_EQ_INT(r.n_catalogue, 2); /* what the accord names, no more */
        CHECK_EQ_STR(r.catalogue[0], "TIP.5");
        CHECK_EQ_STR(r.catalogue[1], "UNTOC.5");
        plm_ratification_wipe(&r);
    }
    plm_buf_wipe(&text);
    plm_accord_destroy(accord);
}

static void test_reservations(void)
{
    plm_accord *accord = fixture_accord();
    plm_ratification r;
    plm_buf text;
    if (CHECK(accord != NULL) && make(&text, &r, accord, 1, wish_text)) {
        CHECK_STATUS(plm_ratification_verify(&r, accord, &quiet, "r"), PLM_OK);
        const plm_reservation *v = &r.reservations[0];
        size_t rule;
        size_t label;
        CHECK_STATUS(plm_rule_find(&rule, "phone"), PLM_OK);
        CHECK_STATUS(plm_label_find(&label, "name"), PLM_OK);
        CHECK_EQ_INT(r.n_reservations, 1);
        CHECK_EQ_STR(r.catalogue[1], "SOM.6");
        CHECK_EQ_STR(v->reason, "Закон № 1");
        CHECK(v->n_purposes == 1 && v->n_counterparties == 1 && v->n_offences == 1);
        CHECK_EQ_STR(v->counterparties[0], "CC-3");
        CHECK_EQ_INT(v->categories, 1 << PLM_ROLE_CONVICTED);
        CHECK(v->rules == UINT64_C(1) << rule && v->labels == UINT64_C(1) << label);
        CHECK_EQ_INT(v->engines, 1 << PLM_ENGINE_VOLE);
        CHECK(v->holder_first && !v->refuses);
        CHECK_EQ_INT(v->has_term, 1 << PLM_TERM_TOKENS_PER_RUN | 1 << PLM_TERM_LOOKUPS_PER_HOUR |
                                      1 << PLM_TERM_SMALLEST_SET | 1 << PLM_TERM_APPROVAL |
                                      1 << PLM_TERM_RETENTION_DAYS | 1 << PLM_TERM_URGENT_HOURS);
        CHECK_EQ_INT(v->terms[PLM_TERM_TOKENS_PER_RUN], 7);
        CHECK_EQ_INT(v->terms[PLM_TERM_LOOKUPS_PER_HOUR], 0);
        CHECK_EQ_INT(v->terms[PLM_TERM_SMALLEST_SET], 9);
        CHECK_EQ_INT(v->terms[PLM_TERM_APPROVAL], PLM_APPROVAL_TWO_OFFICERS);
        CHECK_EQ_INT(v->terms[PLM_TERM_RETENTION_DAYS], 11);
        CHECK_EQ_INT(v->terms[PLM_TERM_URGENT_HOURS], 100);
        plm_ratification_wipe(&r);
    }
    plm_buf_wipe(&text);
    plm_accord_destroy(accord);
}

/* The signed bytes, written out by hand from spec/accord.md section 4.1: RFC 8785. */
static void test_signed_bytes(void)
{
    plm_accord *accord = fixture_accord();
    plm_ratification r;
    plm_buf text;
    static const char wish[] =
        "{ \"reservations\" : [ {\"smallest_set\" : 40, \"reason\" : \"a \\\"b\\\" \u0436/\"} ],\n"
        " \"catalogue\" : [\"TIP.5\"] }";
    if (CHECK(accord != NULL) && make(&text, &r, accord, 2, wish)) {
        char hash[65];
        char body[1024];
        plm_hex_encode(hash, accord->hash, 32);
        (void)snprintf(body, sizeof body,
                       "{\"accord\":\"%s\",\"catalogue\":[\"TIP.5\"],"
                       "\"palermo\":\"ratification/2\",\"party\":\"CC-3\","
                       "\"reservations\":[{\"reason\":\"a \\\"b\\\" ж/\",\"smallest_set\":40}],"
                       "\"time\":\"2026-03-01T11:54:56.789Z\"}",
                       hash);
        const plm_span span = plm_span_str(body);
        const uint8_t *key = accord->parties[2].identity;
        CHECK_STATUS(plm_identity_verify(r.head.signature, key, "ratification", span), PLM_OK);
        CHECK_STATUS(plm_identity_verify(r.head.signature, key, "proposal", span), PLM_E_AUTH);
        plm_ratification_wipe(&r);
    }
    plm_buf_wipe(&text);
    plm_accord_destroy(accord);
}

static void test_make_refuses(void)
{
    static const struct {
        const char *wish;
        const char *blamed;
    } wishes[] = {
        {"{\"reservations\": [{\"reason\": \"x\", \"purposes\": [\"crimes\"], \"refuses\": true}]}",
         "/reservations/0/purposes/0"},
        {"{\"reservations\": [{\"reason\": \"x\", \"counterparties\": [\"DD\"], \"refuses\": "
         "true}]}",
         "/reservations/0/counterparties/0"},
        {"{\"reservations\": [{\"reason\": \"x\", \"counterparties\": [\"AA-ONE\"], "
         "\"refuses\": true}]}",
         "/reservations/0/counterparties/0"}, /* oneself */
        {"{\"reservations\": [{\"reason\": \"x\", \"refuses\": true}]}", "/reservations/0"},
        {"{\"reservations\": [{\"reason\": \"x\"}]}", "/reservations/0"},
        {"{\"catalogue\": [\"EXTREMISM\"]}", "/catalogue/0"},
        {"{\"catalogue\": []}", "/catalogue"},
        {"{\"party\": \"BB-TWO\"}", "/"},
    };
    plm_accord *accord = fixture_accord();
    uint8_t seed[32];
    plm_buf out;
    plm_buf_init(&out, PLM_RATIFICATION_BYTES_MAX);
    fixture_seed(seed, 0);
    CHECK_STATUS(plm_ratification_make(&out, accord, "BB-TWO", seed, noon_ms, NULL, &quiet, NULL),
                 PLM_E_AUTH);
    CHECK_STATUS(plm_ratification_make(&out, accord, "ZZ-NO", seed, noon_ms, NULL, &quiet, NULL),
                 PLM_E_AUTH);
    CHECK_STATUS(plm_ratification_make(&out, accord, "AA-ONE", seed, -1, NULL, &quiet, NULL),
                 PLM_E_ARGUMENT);
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        fixture_diags diags = {0};
        const plm_diag_sink sink = {fixture_collect, &diags};
        const plm_span wish = plm_span_str(wishes[i].wish);
        plm_status status =
            plm_ratification_make(&out, accord, "AA-ONE", seed, noon_ms, &wish, &sink, "wish.json");
        if (!CHECK(status == PLM_E_INVALID && fixture_said(&diags, wishes[i].blamed))) {
            printf("# %s: %s %s\n", wishes[i].wish, diags.field[0], diags.reason[0]);
        }
    }
    CHECK_EQ_INT(out.n, 0);
    plm_buf_wipe(&out);
    plm_accord_destroy(accord);
}

/* Whatever is changed in the signed document, the signature does not fit any more. */
static void test_forgeries(void)
{
    static const struct {
        const char *pointer;
        const char *value;
        plm_status status;
    } forged[] = {
        {"/party", "\"AA-ONE\"", PLM_E_AUTH},
        {"/party", "\"ZZ-TWO\"", PLM_E_NOT_FOUND},
        {"/time", "\"2026-03-01T11:54:56.790Z\"", PLM_E_AUTH},
        {"/catalogue/-", "\"UNTOC.5\"", PLM_E_AUTH},
        {"/reservations", "[]", PLM_E_AUTH},
        {"/reservations/0/offences", NULL, PLM_E_AUTH},
        {"/reservations/0/reason", "\"other\"", PLM_E_AUTH},
        {"/reservations/0/budgets/tokens_per_run", "8", PLM_E_AUTH},
        {"/reservations/0/holder_first", NULL, PLM_E_AUTH},
    };
    plm_accord *accord = fixture_accord();
    plm_ratification good;
    plm_buf text;
    if (!CHECK(accord != NULL) || !make(&text, &good, accord, 1, wish_text)) {
        return;
    }
    for (size_t i = 0; i < sizeof forged / sizeof *forged; i++) {
        plm_ratification r;
        json_t *document = json_loadb((const char *)text.data, text.n, 0, NULL);
        CHECK(fixture_set(document, forged[i].pointer, forged[i].value));
        char *changed = json_dumps(document, 0);
        if (CHECK_STATUS(plm_ratification_parse(&r, plm_span_str(changed), &quiet, NULL), PLM_OK)) {
            CHECK_STATUS(plm_ratification_verify(&r, accord, &quiet, NULL), forged[i].status);
            plm_ratification_wipe(&r);
        }
        free(changed);
        json_decref(document);
    }
    for (size_t i = 0; i < sizeof good.head.signature; i++) {
        good.head.signature[i] ^= 0x10;
        CHECK_STATUS(plm_ratification_verify(&good, accord, &quiet, NULL), PLM_E_AUTH);
        good.head.signature[i] ^= 0x10;
    }
    /* Of another accord with the same parties: the hash differs, the signature fits. */
    accord->hash[0] ^= 1;
    CHECK_STATUS(plm_ratification_verify(&good, accord, &quiet, NULL), PLM_E_AUTH);
    plm_ratification_wipe(&good);
    plm_buf_wipe(&text);
    plm_accord_destroy(accord);
}

static void test_denunciation(void)
{
    plm_accord *accord = fixture_accord(); /* 30 days of notice */
    uint8_t seed[32];
    plm_denunciation d;
    plm_buf text;
    plm_buf_init(&text, 1 << 16);
    fixture_seed(seed, 0);
    CHECK_STATUS(plm_denunciation_make(&text, accord, "AA-ONE", seed, noon_ms,
                                       (plm_date){2026, 3, 30}, "why", &quiet),
                 PLM_E_INVALID);
    CHECK_STATUS(plm_denunciation_make(&text, accord, "BB-TWO", seed, noon_ms, (plm_date){0, 0, 0},
                                       "why", &quiet),
                 PLM_E_AUTH);
    CHECK_EQ_INT(text.n, 0);
    CHECK_STATUS(plm_denunciation_make(&text, accord, "AA-ONE", seed, noon_ms, (plm_date){0, 0, 0},
                                       "why", &quiet),
                 PLM_OK);
    if (CHECK_STATUS(plm_denunciation_parse(&d, plm_buf_span(&text), &quiet, NULL), PLM_OK)) {
        CHECK_EQ_STR(d.head.party, "AA-ONE");
        CHECK_EQ_STR(d.reason, "why");
        CHECK(d.last_day.year == 2026 && d.last_day.month == 3 && d.last_day.day == 31);
        CHECK_STATUS(plm_denunciation_verify(&d, accord, &quiet, NULL), PLM_OK);
        accord->notice_days = 31; /* an accord that asks for more */
        CHECK_STATUS(plm_denunciation_verify(&d, accord, &quiet, NULL), PLM_E_INVALID);
        accord->notice_days = 30;
        d.head.signature[3] ^= 1;
        CHECK_STATUS(plm_denunciation_verify(&d, accord, &quiet, NULL), PLM_E_AUTH);
        plm_denunciation_wipe(&d);
    }
    plm_buf_wipe(&text);
    plm_accord_destroy(accord);
}

#define H32            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define RESERVED(rest) "[{\"reason\": \"x\", " rest "}]"

static const struct {
    const char *pointer;
    const char *value;
    const char *blamed; /* NULL: valid */
} changes[] = {
    {"/palermo", "\"ratification/1\"", "/palermo"},
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
    {"/catalogue", NULL, "/catalogue"},
    {"/catalogue", "[]", "/catalogue"},
    {"/catalogue/0", "\"OPINION.1\"", "/catalogue/0"},
    {"/catalogue/-", "\"TIP.5\"", "/catalogue/1"},
    {"/reservations", "[{}]", "/reservations/0/reason"},
    {"/reservations", "[\"/purposes/0\"]", "/reservations/0"},
    {"/reservations", "{}", "/reservations"},
    {"/reservations", NULL, "/reservations"},
    {"/reservations", RESERVED("\"smallest_set\": 5"), NULL},
    {"/reservations", RESERVED("\"smallest_set\": 0"), "/reservations/0/smallest_set"},
    {"/reservations", RESERVED("\"colour\": 5"), "/reservations/0"},
    {"/reservations", RESERVED("\"holder_first\": false"), "/reservations/0/holder_first"},
    {"/reservations", RESERVED("\"offences\": []"), "/reservations/0/offences"},
    {"/reservations", RESERVED("\"offences\": [\"X.1\"]"), "/reservations/0/offences/0"},
    {"/reservations", RESERVED("\"categories\": [\"king\"]"), "/reservations/0/categories/0"},
    {"/reservations", RESERVED("\"rules\": [\"shoe\"]"), "/reservations/0/rules/0"},
    {"/reservations", RESERVED("\"engines\": [\"by-size\"]"), "/reservations/0/engines/0"},
    {"/reservations", RESERVED("\"labels\": [\"religion\"]"), "/reservations/0/labels/0"},
    {"/reservations", RESERVED("\"budgets\": {\"tokens\": 1}"), "/reservations/0/budgets"},
    {"/reservations", RESERVED("\"approval\": \"nobody\""), "/reservations/0/approval"},
    {"/reservations", RESERVED("\"purposes\": [\"a\", \"a\"], \"refuses\": true"),
     "/reservations/0/purposes/1"},
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
        json_t *document =
            json_pack("{s:s, s:s, s:s, s:s, s:[s], s:[], s:s}", "palermo", "ratification/2",
                      "accord", H32, "party", "AA-ONE", "time", "2026-03-01T11:54:56.789Z",
                      "catalogue", "TIP.5", "reservations", "signature", H32 H32);
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
        if (status == PLM_OK) {
            plm_ratification_wipe(&r);
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
    TAP_RUN(test_reservations);
    TAP_RUN(test_denunciation);
    TAP_RUN(test_signed_bytes);
    TAP_RUN(test_make_refuses);
    TAP_RUN(test_forgeries);
    TAP_RUN(test_changes);
    TAP_RUN(test_times);
    return tap_done();
}
