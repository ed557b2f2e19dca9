/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a run may repeat, and how an accord says so (spec/accord.md 3.2, spec/standing.md 2). */
#include "policy_fixture.h"

#include "accord/explain.h"

enum {
    MINUTE_MS = 60000
};
static const int64_t day_ms = 86400000;

static json_t *with_standing(const char *terms)
{
    json_t *document = fixture_document();
    json_t *purpose = json_array_get(json_object_get(document, "purposes"), 0);
    (void)json_object_set_new(purpose, "standing", json_loads(terms, 0, NULL));
    return document;
}

static plm_effective effective_of(const plm_accord *accord)
{
    plm_effective e = {.purpose = accord->purposes[0]};
    return e;
}

static void check(const plm_effective *e, plm_standing_kind kind, plm_date today,
                  const plm_usage *usage, const char *clause)
{
    const plm_proposal p = {.standing = kind};
    plm_refusal refusal = {PLM_REFUSAL_NONE, ""};
    plm_status status = plm_policy_check_standing(e, today, usage, &p, &refusal);
    CHECK_STATUS(status, clause == NULL ? PLM_OK : PLM_E_REFUSED);
    CHECK_EQ_INT(refusal.code, clause == NULL ? PLM_REFUSAL_NONE : PLM_REFUSAL_STANDING);
    CHECK_EQ_STR(refusal.clause, clause == NULL ? "" : clause);
}

static plm_usage last(int64_t since_ms)
{
    return (plm_usage){.has_last = true, .since_last_ms = since_ms};
}

static void test_intervals(void)
{
    static const plm_date today = {2030, 6, 30};
    static const plm_usage none = {0};
    fixture_diags diags = {0};
    plm_accord *accord = NULL;
    json_t *document = with_standing("{\"shortest_minutes\": 60, \"whole_days\": 7, \"last_day\": "
                                     "\"2030-06-30\", \"started_by\": \"officer\"}");
    CHECK_STATUS(fixture_parse(&accord, document, &diags), PLM_OK);
    const plm_effective e = effective_of(accord);
    check(&e, PLM_STANDING_NONE, today, &none, NULL);
    check(&e, PLM_STANDING_WHOLE, today, &none, NULL);
    check(&e, PLM_STANDING_CHANGES, today, &none, NULL);
    check(&e, PLM_STANDING_WHOLE, (plm_date){2030, 7, 1}, &none, "/purposes/0/standing/last_day");
    /* An hour less a tenth; a clock that went back says nothing. */
    plm_usage usage = last(54 * (int64_t)MINUTE_MS);
    check(&e, PLM_STANDING_CHANGES, today, &usage, NULL);
    check(&e, PLM_STANDING_NONE, today, &usage, NULL);
    usage = last(54 * (int64_t)MINUTE_MS - 1);
    check(&e, PLM_STANDING_CHANGES, today, &usage, "/purposes/0/standing/shortest_minutes");
    check(&e, PLM_STANDING_NONE, today, &usage, NULL);
    usage = last(0);
    check(&e, PLM_STANDING_WHOLE, today, &usage, "/purposes/0/standing/shortest_minutes");
    usage = last(-1);
    check(&e, PLM_STANDING_WHOLE, today, &usage, NULL);
    /* A week less ten minutes between two with everything; what is new may come meanwhile. */
    usage = last(day_ms);
    usage.has_whole = true;
    usage.since_whole_ms = 7 * day_ms - 10 * (int64_t)MINUTE_MS;
    check(&e, PLM_STANDING_WHOLE, today, &usage, NULL);
    usage.since_whole_ms--;
    check(&e, PLM_STANDING_WHOLE, today, &usage, "/purposes/0/standing/whole_days");
    check(&e, PLM_STANDING_CHANGES, today, &usage, NULL);
    plm_accord_destroy(accord);
    json_decref(document);
}

static void test_every_run_whole(void)
{
    static const plm_date today = {2030, 6, 30};
    fixture_diags diags = {0};
    plm_accord *accord = NULL;
    json_t *document = with_standing("{\"shortest_minutes\": 60, \"last_day\": \"2030-06-30\", "
                                     "\"started_by\": \"supervisor\"}");
    CHECK_STATUS(fixture_parse(&accord, document, &diags), PLM_OK);
    plm_effective e = effective_of(accord);
    const plm_usage usage = {.has_whole = true, .since_whole_ms = 1};
    check(&e, PLM_STANDING_WHOLE, today, &usage, NULL);
    check(&e, PLM_STANDING_CHANGES, today, &usage, "/purposes/0/standing");
    CHECK(e.purpose.standing.started_by == PLM_STANDING_SUPERVISOR);
    e.purpose.has_standing = false;
    check(&e, PLM_STANDING_WHOLE, today, &usage, "/purposes/0");
    check(&e, PLM_STANDING_NONE, today, &usage, NULL);
    plm_accord_destroy(accord);
    json_decref(document);
}

static void test_persons_are_weighed_all_together(void)
{
    fixture_diags diags = {0};
    plm_accord *accord = NULL;
    json_t *document = with_standing("{\"shortest_minutes\": 60, \"whole_days\": 7, \"last_day\": "
                                     "\"2030-06-30\", \"started_by\": \"officer\"}");
    json_t *purpose = json_array_get(json_object_get(document, "purposes"), 0);
    char hash[65];
    memset(hash, 'a', 64);
    hash[64] = '\0';
    (void)json_object_set_new(purpose, "person_rules",
                              json_pack("{s:[s], s:i, s:i, s:i, s:b}", "tables", hash, "records",
                                        100, "expected_overlap", 7, "c", 2, "second_look", 1));
    CHECK_STATUS(fixture_parse(&accord, document, &diags), PLM_E_INVALID);
    (void)json_object_del(json_object_get(purpose, "standing"), "whole_days");
    CHECK_STATUS(fixture_parse(&accord, document, &diags), PLM_OK);
    plm_accord_destroy(accord);
    json_decref(document);
}

/* What changed from one accord to the next, and what it says, in words. */
static void test_words(void)
{
    fixture_diags diags = {0};
    plm_accord *from = NULL;
    plm_accord *to = NULL;
    plm_accord *none = NULL;
    plm_buf out;
    json_t *a = with_standing("{\"shortest_minutes\": 2880, \"whole_days\": 7, \"last_day\": "
                              "\"2030-06-30\", \"started_by\": \"officer\"}");
    json_t *b = with_standing("{\"shortest_minutes\": 90, \"last_day\": \"2031-06-30\", "
                              "\"started_by\": \"supervisor\"}");
    json_t *c = fixture_document();
    plm_buf_init(&out, 1 << 20);
    CHECK_STATUS(fixture_parse(&from, a, &diags), PLM_OK);
    CHECK_STATUS(fixture_parse(&to, b, &diags), PLM_OK);
    CHECK_STATUS(fixture_parse(&none, c, &diags), PLM_OK);
    CHECK_STATUS(plm_accord_diff(from, to, &out), PLM_OK);
    CHECK_STATUS(plm_accord_diff(none, to, &out), PLM_OK);
    CHECK_STATUS(plm_accord_explain(from, NULL, from->parties[0].code, from->parties[1].code, &out),
                 PLM_OK);
    CHECK_STATUS(plm_buf_append_u8(&out, 0), PLM_OK);
    const char *text = (const char *)out.data;
    CHECK(strstr(text, "standing: minutes between two: was 2,880, is 90 (less)") != NULL);
    CHECK(strstr(text, "standing: last day: was \"2030-06-30\", is \"2031-06-30\"") != NULL);
    CHECK(strstr(text, "standing: who starts it: was \"officer\", is \"supervisor\"") != NULL);
    CHECK(strstr(text, "standing runs: are new") != NULL);
    CHECK(strstr(text, "once in 2 days at") != NULL);
    CHECK(strstr(text, "2030-06-30 is the last day for one") != NULL);
    plm_buf_wipe(&out);
    plm_accord_destroy(from);
    plm_accord_destroy(to);
    plm_accord_destroy(none);
    json_decref(a);
    json_decref(b);
    json_decref(c);
}

int main(void)
{
    TAP_RUN(test_intervals);
    TAP_RUN(test_every_run_whole);
    TAP_RUN(test_persons_are_weighed_all_together);
    TAP_RUN(test_words);
    return tap_done();
}
