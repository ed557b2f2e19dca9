/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents, notes, grounds, conditions, deadlines, seals and the printed page.
 */
#include "request/due.h"
#include "request/grounds.h"
#include "request/page.h"
#include "request/seal.h"

#include "crypto/sign.h"
#include "tap.h"

#include <stdlib.h>

static const plm_diag_sink quiet = {NULL, NULL};

static const char whole[] =
    "{\"palermo\":\"request/1\",\"kind\":\"information\",\"authority\":{\"name\":\"O\"},"
    "\"offences\":[\"TIP.5\"],\"subject\":\"s\",\"nature\":\"n\",\"conducted_by\":\"c\","
    "\"facts\":\"f\",\"assistance\":\"a\",\"purpose\":\"p\",\"conditions\":{\"purpose\":\"x\"}}";

typedef struct told {
    unsigned n;
    bool every_one_has_an_article;
    char last[64];
} told;

static void take_missing(void *context, const char *pointer, const char *what, const char *article)
{
    told *t = (told *)context;
    t->every_one_has_an_article = (t->n == 0 || t->every_one_has_an_article) &&
                                  strstr(article, "art. ") != NULL && what[0] != '\0';
    t->n++;
    (void)snprintf(t->last, sizeof t->last, "%s", pointer);
}

static plm_status parse(const char *text, plm_document *d, told *t)
{
    *t = (told){0};
    return plm_document_parse(d, NULL, plm_span_str(text), &quiet, NULL, take_missing, t);
}

static void test_documents(void)
{
    plm_document d;
    told t;
    CHECK_STATUS(parse(whole, &d, &t), PLM_OK);
    CHECK_EQ_INT(d.n_missing, 0);
    CHECK(!d.is_offer && !d.is_urgent && d.kind == PLM_REQUEST_INFORMATION);
    CHECK_EQ_STR(d.conditions.purpose, "x");
    for (unsigned kind = 0; kind < PLM_REQUEST_KIND_COUNT; kind++) {
        char text[100];
        (void)snprintf(text, sizeof text, "{\"palermo\":\"request/1\",\"kind\":\"%s\"}",
                       plm_request_kinds[kind]);
        CHECK_STATUS(parse(text, &d, &t), PLM_OK);
        CHECK_EQ_INT(d.n_missing, t.n);
        CHECK(t.n >= 9 && t.every_one_has_an_article); /* (a) to (f) and the purpose */
        CHECK(strstr(plm_request_kind_title((plm_request_kind)kind), "art. ") != NULL);
    }
    CHECK(plm_request_kinds[PLM_REQUEST_KIND_COUNT] == NULL);
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"palermo\":\"request/2\",\"kind\":\"information\"}",
        "{\"palermo\":\"request/1\",\"kind\":\"favour\"}",
        "{\"palermo\":\"request/1\",\"kind\":\"information\",\"religion\":\"x\"}",
        "{\"palermo\":\"request/1\",\"kind\":\"information\",\"person\":{\"ethnicity\":\"x\"}}",
        "{\"palermo\":\"request/1\",\"kind\":\"information\",\"facts\":\"\\u0007\"}",
        "{\"palermo\":\"request/1\",\"kind\":\"information\",\"offences\":[\"OPINION.1\"]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        plm_document untouched = {.n_missing = 77};
        CHECK(parse(bad[i], &untouched, &t) != PLM_OK);
        CHECK_EQ_INT(untouched.n_missing, 77);
    }
}

/* Grounds are numbered without gaps, since the numbers are on the wire. */
static void test_grounds(void)
{
    for (size_t i = 0; i < plm_ground_count(); i++) {
        const plm_ground *ground = plm_ground_at(i);
        CHECK_EQ_INT(ground->code, i + 1);
        CHECK(plm_ground_find(ground->code) == ground);
        CHECK(plm_ground_find_name(ground->name) == ground);
        CHECK(strstr(ground->source, "art. ") != NULL);
        CHECK(plm_ground_excluded(ground->name) == NULL);
    }
    CHECK(plm_ground_find(0) == NULL && plm_ground_find(18) == NULL);
    CHECK(plm_ground_find_name("fiscal") == NULL && plm_ground_excluded("fiscal") != NULL);
    CHECK_EQ_STR(plm_ground_excluded("bank-secrecy"), "UNTOC art. 18(8)");
}

/* Every use against every set of conditions, with the rule written out once more. */
static void test_conditions(void)
{
    static const char *const purposes[] = {"", "a", "b"};
    static const char *const to[] = {NULL, "OWNER", "THIRD"};
    unsigned n_allowed = 0;
    for (unsigned i = 0; i < 3 * 3 * 2 * 2 * 3 * 3; i++) {
        plm_conditions c = {.is_confidential = i % 2, .third_parties = i / 2 % 2};
        unsigned retention = i / 4 % 3;
        (void)snprintf(c.purpose, sizeof c.purpose, "%s", purposes[i / 12 % 3]);
        c.retention = (plm_date){retention == 0 ? 0 : 2026, retention == 0 ? 0 : 1,
                                 (uint8_t)(retention == 0 ? 0 : retention + 9)};
        const plm_use use = {.purpose = purposes[i / 36 % 3],
                             .to = to[i / 108 % 3],
                             .owner = "OWNER",
                             .today = {2026, 1, 11}};
        bool is_third = use.to != NULL && strcmp(use.to, "THIRD") == 0;
        plm_condition_kind want = PLM_CONDITION_NONE;
        if (is_third) {
            want = c.is_confidential  ? PLM_CONDITION_CONFIDENTIAL
                   : !c.third_parties ? PLM_CONDITION_THIRD_PARTY
                                      : want;
        }
        if (c.purpose[0] != '\0' && strcmp(c.purpose, use.purpose) != 0) {
            want = PLM_CONDITION_PURPOSE;
        }
        if (retention == 1) { /* the 10th is past, the 11th is not */
            want = PLM_CONDITION_RETENTION;
        }
        CHECK_EQ_INT(plm_conditions_check(&c, &use), want);
        n_allowed += want == PLM_CONDITION_NONE;
    }
    CHECK(n_allowed > 20);
}

static void test_deadlines(void)
{
    const int64_t hour = 3600000;
    CHECK_EQ_INT(plm_due_ms(5, true, 0, 0), 5 + 48 * hour);
    CHECK_EQ_INT(plm_due_ms(5, false, 0, 0), 5 + 14 * 24 * hour);
    CHECK_EQ_INT(plm_due_ms(5, true, 8, 100), 5 + 8 * hour);
    CHECK_EQ_INT(plm_due_ms(5, false, 8, 100), 5 + 100 * hour);
    CHECK_EQ_INT(plm_due_alarm(PLM_REQUEST_RECEIVED, 100, 200, 200), PLM_ALARM_NONE);
    CHECK_EQ_INT(plm_due_alarm(PLM_REQUEST_RECEIVED, 100, 200, 201), PLM_ALARM_OVERDUE);
    CHECK_EQ_INT(plm_due_alarm(PLM_REQUEST_POSTPONED, 100, 200, 300), PLM_ALARM_OVERDUE);
    CHECK_EQ_INT(plm_due_alarm(PLM_REQUEST_RECEIVED, 100, 200, 301), PLM_ALARM_ESCALATED);
    CHECK_EQ_INT(plm_due_alarm(PLM_REQUEST_ANSWERED, 100, 200, 999), PLM_ALARM_NONE);
    CHECK_EQ_INT(plm_due_alarm(PLM_REQUEST_DRAFT, 0, 0, 999), PLM_ALARM_NONE);
}

/* Chunks open in their place, to their key, and nowhere else. */
static void test_seals(void)
{
    static uint8_t file[2 * PLM_ATTACHMENT_CHUNK + 5];
    uint8_t seeds[2][32] = {{1}, {2}};
    uint8_t identity[32];
    uint8_t key[PLM_SEAL_KEY_BYTES] = {9};
    uint8_t opened[PLM_SEAL_KEY_BYTES];
    plm_attachment a = {.bytes = sizeof file, .n_chunks = 3};
    plm_buf sealed[3];
    plm_buf out;
    CHECK_STATUS(plm_crypto_init(), PLM_OK);
    plm_identity_public(identity, seeds[0]);
    CHECK_STATUS(plm_seal_key(a.sealed_key, key, identity), PLM_OK);
    CHECK_STATUS(plm_seal_open_key(opened, a.sealed_key, seeds[0]), PLM_OK);
    CHECK_EQ_MEM(opened, key, sizeof key);
    CHECK_STATUS(plm_seal_open_key(opened, a.sealed_key, seeds[1]), PLM_E_AUTH);
    a.sealed_key[50] ^= 1;
    CHECK_STATUS(plm_seal_open_key(opened, a.sealed_key, seeds[0]), PLM_E_AUTH);
    memset(identity, 0, sizeof identity);
    CHECK_STATUS(plm_seal_key(a.sealed_key, key, identity), PLM_E_CRYPTO);
    plm_buf_init(&out, sizeof file);
    CHECK_EQ_INT(plm_seal_chunk_bytes(&a, 1), PLM_ATTACHMENT_CHUNK);
    CHECK_EQ_INT(plm_seal_chunk_bytes(&a, 2), 5);
    CHECK_EQ_INT(plm_seal_chunk_bytes(&a, 3), 0);
    for (uint32_t i = 0; i < 3; i++) {
        plm_buf_init(&sealed[i], PLM_ATTACHMENT_CHUNK + PLM_SEAL_TAG_BYTES);
        CHECK_STATUS(plm_seal_chunk(&sealed[i], key, &a, i,
                                    plm_span_of(file + (size_t)i * PLM_ATTACHMENT_CHUNK,
                                                plm_seal_chunk_bytes(&a, i))),
                     PLM_OK);
        CHECK_STATUS(plm_seal_open_chunk(&out, key, &a, i, plm_buf_span(&sealed[i])), PLM_OK);
    }
    CHECK_EQ_INT(out.n, sizeof file);
    plm_buf_clear(&out);
    CHECK_STATUS(plm_seal_open_chunk(&out, key, &a, 1, plm_buf_span(&sealed[0])), PLM_E_AUTH);
    CHECK_STATUS(plm_seal_open_chunk(&out, key, &a, 2, plm_buf_span(&sealed[0])), PLM_E_AUTH);
    key[3] ^= 1;
    CHECK_STATUS(plm_seal_open_chunk(&out, key, &a, 0, plm_buf_span(&sealed[0])), PLM_E_AUTH);
    key[3] ^= 1;
    a.bytes++;
    CHECK_STATUS(plm_seal_open_chunk(&out, key, &a, 0, plm_buf_span(&sealed[0])), PLM_E_AUTH);
    CHECK_EQ_INT(out.n, 0);
    for (uint32_t i = 0; i < 3; i++) {
        plm_buf_wipe(&sealed[i]);
    }
    plm_buf_wipe(&out);
}

/* What each step's content must have, and may not. */
static void test_notes(void)
{
    static const struct {
        plm_request_action action;
        const char *json;
        plm_status want;
    } notes[] = {
        {PLM_REQUEST_RECEIVE, "{}", PLM_OK},
        {PLM_REQUEST_RECEIVE, "{\"text\":\"x\"}", PLM_E_PROTOCOL},
        {PLM_REQUEST_REFUSE, "{}", PLM_E_PROTOCOL},
        {PLM_REQUEST_REFUSE, "{\"text\":\"\"}", PLM_E_PROTOCOL},
        {PLM_REQUEST_REFUSE, "{\"text\":\"no\"}", PLM_OK},
        {PLM_REQUEST_REFUSE, "{\"text\":\"no\",\"conditions\":{}}", PLM_E_PROTOCOL},
        {PLM_REQUEST_ANSWER, "{\"text\":\"x\",\"conditions\":{\"retention\":\"2030-01-01\"}}",
         PLM_OK},
        {PLM_REQUEST_ANSWER, "{\"text\":\"x\",\"conditions\":{\"retention\":\"2030-02-30\"}}",
         PLM_E_PROTOCOL},
        {PLM_REQUEST_ACCEPT, "{}", PLM_OK},
        {PLM_REQUEST_ATTACH, "{}", PLM_E_PROTOCOL},
        {PLM_REQUEST_ANSWER, "{\"text\":\"x\",\"other\":1}", PLM_E_PROTOCOL},
        {PLM_REQUEST_SEND, whole, PLM_OK},
        {PLM_REQUEST_SEND, "{\"palermo\":\"request/1\",\"kind\":\"information\"}", PLM_E_PROTOCOL},
        {PLM_REQUEST_CONSULT, whole, PLM_E_PROTOCOL}};
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        plm_buf content;
        plm_note note;
        plm_buf_init(&content, 4096);
        CHECK_STATUS(plm_buf_append(&content, "0123456789abcdef", 16), PLM_OK);
        CHECK_STATUS(plm_buf_append(&content, notes[i].json, strlen(notes[i].json)), PLM_OK);
        plm_status status = plm_note_read(&note, notes[i].action, plm_buf_span(&content));
        if (!CHECK_STATUS(status, notes[i].want)) {
            printf("# %s\n", notes[i].json);
        }
        if (status == PLM_OK) {
            plm_note_wipe(&note);
        }
        CHECK_STATUS(plm_note_read(&note, notes[i].action, plm_span_of(content.data, 16)),
                     PLM_E_PROTOCOL);
        plm_buf_wipe(&content);
    }
}

/* No text of a request becomes markup, wherever it stands. */
static void test_page(void)
{
    static const char evil[] = "<img src=x onerror=\"a('b')\">&";
    plm_buf out;
    plm_buf_init(&out, 1 << 20);
    json_t *fields = json_pack("{s:s, s:[s], s:{s:s}, s:{s:s}}", "facts", evil, "offences", evil,
                               "person", "name", evil, "conditions", "purpose", evil);
    json_t *view =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:[{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:{s:s}}}]}",
                  "kind", evil, "state", evil, "with", evil, "request", evil, "document", fields,
                  "steps", "step", evil, "action", evil, "time", evil, "ground_title", evil,
                  "erased", evil, "content", "text", evil, "attachment", "name", evil);
    CHECK_STATUS(plm_page_write(&out, view), PLM_OK);
    CHECK_STATUS(plm_buf_append_u8(&out, 0), PLM_OK);
    const char *page = (const char *)out.data;
    CHECK(strstr(page, "<img") == NULL && strstr(page, "onerror=\"") == NULL);
    unsigned n = 0;
    for (const char *at = strstr(page, "&lt;img"); at != NULL; at = strstr(at + 1, "&lt;img")) {
        n++;
    }
    CHECK_EQ_INT(n, 14);
    CHECK(strstr(page, "&#39;b&#39;") != NULL && strstr(page, "&gt;&amp;") != NULL);
    plm_buf small;
    plm_buf_init(&small, 1500);
    CHECK_STATUS(plm_page_write(&small, view), PLM_E_LIMIT);
    CHECK_EQ_INT(small.n, 0);
    json_decref(view);
    plm_buf_wipe(&out);
    plm_buf_wipe(&small);
}

int main(void)
{
    TAP_RUN(test_documents);
    TAP_RUN(test_grounds);
    TAP_RUN(test_conditions);
    TAP_RUN(test_deadlines);
    TAP_RUN(test_seals);
    TAP_RUN(test_notes);
    TAP_RUN(test_page);
    return tap_done();
}
