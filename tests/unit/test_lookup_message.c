/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of lookups: each comes back as it was, and nothing cut, lengthened or out of bounds is
 * taken. With CORPUS=DIRECTORY the encodings are written there, for fuzz/fuzz_lookup.c.
 */
#include "base/file.h"
#include "tap.h"
#include "wire/lookup.h"

#include <stdlib.h>
#include <unistd.h>

static uint8_t elements[PLM_LOOKUP_BATCH_MAX * PLM_LOOKUP_ELEMENT_BYTES];

typedef plm_status decode_fn(plm_span bytes);

#define DECODE(name, type)                            \
    static plm_status decode_##name(plm_span bytes)   \
    {                                                 \
        type m;                                       \
        return plm_lookup_##name##_decode(&m, bytes); \
    }

DECODE(open, plm_lookup_open)
DECODE(terms, plm_lookup_terms)
DECODE(query, plm_lookup_query)
DECODE(answer, plm_lookup_answer)
DECODE(fetch, plm_lookup_fetch)
DECODE(part, plm_lookup_part)
DECODE(notice, plm_lookup_notice)

/* Every shorter one is refused, unless the message ends with bytes of any number; so is a longer.
 */
static void check_lengths(plm_buf *bytes, decode_fn *decode, bool is_open_ended, unsigned kind)
{
    const char *corpus = getenv("CORPUS");
    CHECK_STATUS(decode(plm_buf_span(bytes)), PLM_OK);
    if (corpus != NULL) {
        char path[512];
        plm_buf file;
        plm_buf_init(&file, bytes->n + 1);
        (void)snprintf(path, sizeof path, "%s/message-%u", corpus, kind);
        CHECK_STATUS(plm_buf_append_u8(&file, (uint8_t)kind), PLM_OK);
        CHECK_STATUS(plm_buf_append(&file, bytes->data, bytes->n), PLM_OK);
        CHECK_STATUS(plm_file_write(path, plm_buf_span(&file), 0644, false), PLM_OK);
        plm_buf_wipe(&file);
    }
    for (size_t n = 0; !is_open_ended && n < bytes->n; n++) {
        if (!CHECK_STATUS(decode(plm_span_of(bytes->data, n)), PLM_E_PROTOCOL)) {
            break;
        }
    }
    CHECK_STATUS(plm_buf_append_u8(bytes, 0), PLM_OK);
    CHECK_STATUS(decode(plm_buf_span(bytes)), is_open_ended ? PLM_OK : PLM_E_PROTOCOL);
    plm_buf_wipe(bytes);
}

static void test_open(void)
{
    plm_buf bytes;
    plm_lookup_open back;
    plm_lookup_open m = {.asker = "AA",
                         .holder = "BB",
                         .purpose = "border",
                         .offence = "TIP.5",
                         .case_ref = "0123456789abcdef",
                         .officer = "0123",
                         .time_ms = 1};
    plm_buf_init(&bytes, 4096);
    m.channel[3] = 7;
    CHECK_STATUS(plm_lookup_open_encode(&m, &bytes), PLM_OK);
    CHECK_STATUS(plm_lookup_open_decode(&back, plm_buf_span(&bytes)), PLM_OK);
    CHECK_EQ_MEM(&back, &m, sizeof m);
    check_lengths(&bytes, decode_open, false, 0);
    m.purpose[0] = 'B';
    CHECK_STATUS(plm_lookup_open_encode(&m, &bytes), PLM_E_ARGUMENT);
    plm_buf_wipe(&bytes);
}

static void test_terms(void)
{
    plm_buf bytes;
    plm_lookup_terms back;
    plm_lookup_terms m = {
        .per_hour = 10,
        .left = 10,
        .n_epochs = 2,
        .epochs = {
            {.epoch = 5, .index_bytes = 9},
            {.epoch = 4, .index_bytes = 9, .sequence = 2, .changes_bytes = 3, .until_ms = 8}}};
    plm_buf_init(&bytes, 4096);
    CHECK_STATUS(plm_lookup_terms_encode(&m, &bytes), PLM_OK);
    CHECK_STATUS(plm_lookup_terms_decode(&back, plm_buf_span(&bytes)), PLM_OK);
    CHECK_EQ_MEM(&back, &m, sizeof m);
    check_lengths(&bytes, decode_terms, false, 1);
    m.left = 11;
    CHECK_STATUS(plm_lookup_terms_encode(&m, &bytes), PLM_E_ARGUMENT);
    m.left = 0;
    m.epochs[1].epoch = 5; /* twice */
    CHECK_STATUS(plm_lookup_terms_encode(&m, &bytes), PLM_E_ARGUMENT);
    m.epochs[1].epoch = 4;
    m.epochs[1].changes_bytes = 0; /* changes without bytes */
    CHECK_STATUS(plm_lookup_terms_encode(&m, &bytes), PLM_E_ARGUMENT);
    m.n_epochs = 0;
    CHECK_STATUS(plm_lookup_terms_encode(&m, &bytes), PLM_E_ARGUMENT);
}

static void test_query(void)
{
    plm_buf bytes;
    plm_lookup_query back;
    plm_lookup_query m = {.number = 9, .epoch = 1, .n = 3, .elements = {elements, 96}};
    plm_buf_init(&bytes, 65536);
    CHECK_STATUS(plm_lookup_query_encode(&m, &bytes), PLM_OK);
    CHECK_STATUS(plm_lookup_query_decode(&back, plm_buf_span(&bytes)), PLM_OK);
    CHECK(back.number == 9 && back.epoch == 1 && back.n == 3 && back.elements.n == 96);
    check_lengths(&bytes, decode_query, false, 2);
    m.n = PLM_LOOKUP_BATCH_MAX;
    m.elements.n = sizeof elements;
    CHECK_STATUS(plm_lookup_query_encode(&m, &bytes), PLM_OK);
    bytes.data[8]++; /* n is one more than there may be */
    CHECK_STATUS(decode_query(plm_buf_span(&bytes)), PLM_E_PROTOCOL);
    plm_buf_clear(&bytes);
    m.n = 2; /* not as many as there are elements */
    CHECK_STATUS(plm_lookup_query_encode(&m, &bytes), PLM_E_ARGUMENT);
    plm_buf_wipe(&bytes);
}

static void test_answer(void)
{
    plm_buf bytes;
    plm_lookup_answer back;
    plm_lookup_answer m = {.number = 9,
                           .newest = 2,
                           .sequence = 5,
                           .n = 2,
                           .elements = {elements, 64},
                           .proof = {elements, PLM_LOOKUP_PROOF_BYTES}};
    plm_buf_init(&bytes, 4096);
    CHECK_STATUS(plm_lookup_answer_encode(&m, &bytes), PLM_OK);
    CHECK_STATUS(plm_lookup_answer_decode(&back, plm_buf_span(&bytes)), PLM_OK);
    CHECK(back.newest == 2 && back.sequence == 5 && back.n == 2 && back.proof.n == 64);
    check_lengths(&bytes, decode_answer, false, 3);
    m.outcome = PLM_LOOKUP_BUDGET; /* with elements */
    CHECK_STATUS(plm_lookup_answer_encode(&m, &bytes), PLM_E_ARGUMENT);
    m.n = 0;
    m.elements.n = 0;
    m.proof.n = 0;
    CHECK_STATUS(plm_lookup_answer_encode(&m, &bytes), PLM_OK);
    check_lengths(&bytes, decode_answer, false, 10); /* in a corpus also of kind 3 */
    m.outcome = PLM_LOOKUP_DONE;                     /* without */
    CHECK_STATUS(plm_lookup_answer_encode(&m, &bytes), PLM_E_ARGUMENT);
}

static void test_fetch_and_part(void)
{
    plm_buf bytes;
    plm_lookup_fetch fetch = {.epoch = 1, .sequence = 2, .offset = 3};
    plm_lookup_part part = {.outcome = PLM_LOOKUP_DONE, .bytes = {elements, 100}};
    plm_buf_init(&bytes, 1 << 20);
    CHECK_STATUS(plm_lookup_fetch_encode(&fetch, &bytes), PLM_OK);
    check_lengths(&bytes, decode_fetch, false, 4);
    fetch.epoch = 0;
    CHECK_STATUS(plm_lookup_fetch_encode(&fetch, &bytes), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_lookup_part_encode(&part, &bytes), PLM_OK);
    check_lengths(&bytes, decode_part, true, 5);
    part.outcome = PLM_LOOKUP_EPOCH; /* with bytes */
    CHECK_STATUS(plm_lookup_part_encode(&part, &bytes), PLM_E_ARGUMENT);
    part.outcome = PLM_LOOKUP_BUDGET; /* which a fetch has not */
    part.bytes.n = 0;
    CHECK_STATUS(plm_lookup_part_encode(&part, &bytes), PLM_E_ARGUMENT);
}

static void test_notice(void)
{
    plm_buf bytes;
    plm_lookup_notice m = {.purpose = "border", .epoch = 3, .case_ref = "x", .time_ms = 5};
    plm_buf_init(&bytes, 1024);
    CHECK_STATUS(plm_lookup_notice_encode(&m, &bytes), PLM_OK);
    check_lengths(&bytes, decode_notice, false, 6);
    m.case_ref[0] = '\0';
    CHECK_STATUS(plm_lookup_notice_encode(&m, &bytes), PLM_E_ARGUMENT);
    plm_buf_wipe(&bytes);
}

int main(void)
{
    TAP_RUN(test_open);
    TAP_RUN(test_terms);
    TAP_RUN(test_query);
    TAP_RUN(test_answer);
    TAP_RUN(test_fetch_and_part);
    TAP_RUN(test_notice);
    return tap_done();
}
