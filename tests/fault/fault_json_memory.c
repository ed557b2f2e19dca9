/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failing allocations while a document is made and written as most of the program does it: nobody
 * looks whether a member could be added. What comes out is all of it, or PLM_E_NOMEM. Linked with
 * --wrap=malloc, for the library's memory too.
 */
#include "base/json.h"
#include "tap.h"

static long n_until_failure = -1; /* -1: none fails */

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_malloc(size_t n)
{
    return n_until_failure >= 0 && n_until_failure-- == 0 ? NULL : __real_malloc(n);
}

/* {"list":[{"a":"one"},{"a":"one"},...],"text":"..."} */
static json_t *make(void)
{
    json_t *document = json_object();
    json_t *list = json_array();
    for (int i = 0; i < 12; i++) {
        (void)json_array_append_new(list, json_pack("{s:s}", "a", "one"));
    }
    (void)json_object_set_new(document, "list", list);
    (void)json_object_set_new(document, "text",
                              json_string("a text of some length, more than 64 "
                                          "bytes, so that the buffer grows"));
    return document;
}

static plm_status make_and_dump(plm_buf *out)
{
    json_t *document = make();
    plm_status status = plm_json_dump(document, false, out);
    json_decref(document);
    return status;
}

static void test_each_allocation(void)
{
    plm_buf whole;
    plm_buf_init(&whole, 4096);
    CHECK_STATUS(make_and_dump(&whole), PLM_OK);
    long n_failures = 0;
    bool failed = true;
    for (; failed && n_failures < 1000; n_failures++) {
        plm_buf out;
        plm_buf_init(&out, 4096);
        n_until_failure = n_failures;
        plm_status status = make_and_dump(&out);
        failed = n_until_failure < 0;
        n_until_failure = -1;
        if (status == PLM_OK) {
            CHECK(plm_span_equal(plm_buf_span(&out), plm_buf_span(&whole)));
        } else {
            CHECK_STATUS(status, PLM_E_NOMEM);
            CHECK(out.n == 0);
        }
        plm_buf_clear(&out);
        CHECK_STATUS(make_and_dump(&out), PLM_OK); /* it was said once, and is over */
        plm_buf_wipe(&out);
    }
    CHECK(n_failures >= 60 && !failed);
    plm_buf_wipe(&whole);
}

/* What fails in a document that is read is said there, and not again by the next that is written.
 */
static void test_reading(void)
{
    static const char text[] = "{\"a\":[1,2,{\"b\":\"c\"}]}";
    const plm_diag_sink quiet = {0};
    bool failed = true;
    for (long n = 0; failed && n < 100; n++) {
        json_t *value = NULL;
        plm_buf out;
        plm_buf_init(&out, 4096);
        n_until_failure = n;
        plm_status status = plm_json_parse(&value, plm_span_str(text), &quiet, NULL, 1);
        failed = n_until_failure < 0;
        n_until_failure = -1;
        CHECK_STATUS(status, failed ? PLM_E_NOMEM : PLM_OK);
        json_decref(value);
        CHECK_STATUS(make_and_dump(&out), PLM_OK);
        plm_buf_wipe(&out);
    }
    CHECK(!failed);
}

int main(void)
{
    plm_json_watch_memory();
    TAP_RUN(test_each_allocation);
    TAP_RUN(test_reading);
    return tap_done();
}
