/* SPDX-License-Identifier: Apache-2.0 */
/* Pairs come back in order, each once, whatever fits into memory: compared with qsort. */
#include "store/sorter.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

enum {
    N_PAIRS = 20000,
    TEXT_MAX = 48
};

typedef struct pair {
    char text[TEXT_MAX];
    int64_t number;
} pair;

static int compare(const void *a, const void *b)
{
    const pair *p = (const pair *)a;
    const pair *q = (const pair *)b;
    int order = strcmp(p->text, q->text);
    return order != 0 ? order : (p->number > q->number) - (p->number < q->number);
}

/* Short and long ones, many equal, many that begin alike, bytes above 127, empty ones. */
static void draw(pair *p, size_t i)
{
    static const char *const beginnings[] = {"",
                                             "a",
                                             "same beginning of more than 16 bytes ",
                                             "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd",
                                             "1976-03-",
                                             "exactly sixteen!"};
    uint64_t x = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x ^= x >> 29;
    (void)snprintf(p->text, sizeof p->text, "%s%.*s", beginnings[x % 6], (int)(x >> 8) % 3,
                   (x >> 16) % 2 ? "12" : "\xff\x01");
    p->number = (int64_t)(i / 3);
}

static void check_with(size_t memory)
{
    pair *pairs = (pair *)calloc(N_PAIRS, sizeof *pairs);
    plm_sorter *s = NULL;
    CHECK_STATUS(plm_sorter_create(&s, "/tmp", memory), PLM_OK);
    for (size_t i = 0; i < N_PAIRS; i++) {
        draw(&pairs[i], i);
        CHECK_STATUS(plm_sorter_add(s, plm_span_str(pairs[i].text), pairs[i].number), PLM_OK);
    }
    CHECK_EQ_INT(plm_sorter_count(s), N_PAIRS);
    CHECK_STATUS(plm_sorter_turn(s), PLM_OK);
    qsort(pairs, N_PAIRS, sizeof *pairs, compare);
    plm_span text;
    int64_t number;
    bool is_same = true;
    for (size_t i = 0; i < N_PAIRS; i++) {
        if (i > 0 && compare(&pairs[i], &pairs[i - 1]) == 0) {
            continue;
        }
        is_same = is_same && plm_sorter_take(s, &text, &number) == PLM_OK &&
                  plm_span_equal(text, plm_span_str(pairs[i].text)) && number == pairs[i].number;
    }
    CHECK(is_same);
    CHECK_STATUS(plm_sorter_take(s, &text, &number), PLM_E_NOT_FOUND);
    CHECK_STATUS(plm_sorter_take(s, &text, &number), PLM_E_NOT_FOUND);
    plm_sorter_destroy(s);
    free(pairs);
}

static void test_all_in_memory(void)
{
    check_with(PLM_SORTER_BYTES);
}

static void test_many_runs(void)
{
    check_with(64 << 10);
    check_with(200 << 10);
}

/* Half sorted, or half merged. */
static void test_given_up(void)
{
    for (size_t n_taken = 0; n_taken < 3000; n_taken += 1499) {
        plm_sorter *s = NULL;
        plm_span text;
        int64_t number;
        CHECK_STATUS(plm_sorter_create(&s, "/tmp", 64 << 10), PLM_OK);
        for (size_t i = 0; i < N_PAIRS; i++) {
            pair p;
            draw(&p, i);
            CHECK_STATUS(plm_sorter_add(s, plm_span_str(p.text), (int64_t)i), PLM_OK);
        }
        if (n_taken > 0) {
            CHECK_STATUS(plm_sorter_turn(s), PLM_OK);
        }
        for (size_t i = 0; i < n_taken; i++) {
            CHECK_STATUS(plm_sorter_take(s, &text, &number), PLM_OK);
        }
        plm_sorter_destroy(s);
    }
}

static void test_nothing_and_what_is_refused(void)
{
    plm_sorter *s = NULL;
    plm_span text;
    int64_t number;
    static const char longest[PLM_SORTER_TEXT_MAX + 1] = {'x'};
    CHECK_STATUS(plm_sorter_create(&s, "/nowhere", 64 << 10), PLM_OK);
    CHECK_STATUS(plm_sorter_add(s, plm_span_of(longest, sizeof longest), 1), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_sorter_add(s, plm_span_str("a"), 5), PLM_OK);
    CHECK_STATUS(plm_sorter_add(s, plm_span_str("a"), 4), PLM_E_ARGUMENT);
    plm_status status = PLM_OK;
    for (int i = 0; status == PLM_OK && i < 10000; i++) {
        status = plm_sorter_add(s, plm_span_str("no room for a file"), 5);
    }
    CHECK_STATUS(status, PLM_E_IO);
    plm_sorter_destroy(s);
    CHECK_STATUS(plm_sorter_create(&s, "/tmp", 0), PLM_OK);
    CHECK_STATUS(plm_sorter_turn(s), PLM_OK);
    CHECK_STATUS(plm_sorter_take(s, &text, &number), PLM_E_NOT_FOUND);
    plm_sorter_destroy(s);
    plm_sorter_destroy(NULL);
}

int main(void)
{
    TAP_RUN(test_all_in_memory);
    TAP_RUN(test_many_runs);
    TAP_RUN(test_given_up);
    TAP_RUN(test_nothing_and_what_is_refused);
    return tap_done();
}
