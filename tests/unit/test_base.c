/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/bytes.h"
#include "base/ct.h"
#include "base/date.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/library.h"
#include "base/pool.h"
#include "tap.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_hex(void)
{
    uint8_t out[2] = {7, 7};
    char text[5];
    CHECK(plm_hex_decode(out, 2, "00fF") == 0 && out[0] == 0 && out[1] == 255);
    CHECK(plm_hex_decode(out, 2, "00f") < 0);
    CHECK(plm_hex_decode(out, 2, "00ff0") < 0);
    CHECK(plm_hex_decode(out, 2, "01g2") < 0);
    CHECK(plm_hex_decode(out, 2, "01 2") < 0);
    CHECK(out[0] == 0 && out[1] == 255); /* unchanged by failures */
    plm_hex_encode(text, out, 2);
    CHECK_EQ_STR(text, "00ff");
}

static void test_span(void)
{
    CHECK(plm_span_equal(plm_span_of(NULL, 0), plm_span_str("")));
    CHECK(plm_span_equal(plm_span_str("abc"), plm_span_of("abcd", 3)));
    CHECK(!plm_span_equal(plm_span_str("abc"), plm_span_str("abd")));
    CHECK(!plm_span_equal(plm_span_str("abc"), plm_span_str("ab")));
}

static void test_size(void)
{
    size_t out = 5;
    CHECK(plm_size_add(SIZE_MAX - 1, 1, &out) == 0 && out == SIZE_MAX);
    CHECK(plm_size_mul(SIZE_MAX / 3, 3, &out) == 0);
    out = 5;
    CHECK(plm_size_add(SIZE_MAX, 1, &out) < 0 && out == 5);
    CHECK(plm_size_mul(SIZE_MAX / 2 + 1, 2, &out) < 0 && out == 5);
}

static void test_buf_maximum(void)
{
    plm_buf buf;
    plm_buf_init(&buf, 100);
    uint8_t bytes[101];
    memset(bytes, 'x', sizeof bytes);
    CHECK_STATUS(plm_buf_append(&buf, bytes, 101), PLM_E_LIMIT);
    CHECK_EQ_INT(buf.n, 0);
    CHECK_STATUS(plm_buf_append(&buf, bytes, 99), PLM_OK);
    CHECK_STATUS(plm_buf_append_u16(&buf, 1), PLM_E_LIMIT);
    CHECK_EQ_INT(buf.n, 99);
    CHECK_STATUS(plm_buf_append_u8(&buf, 'y'), PLM_OK);
    CHECK_STATUS(plm_buf_append_u8(&buf, 'z'), PLM_E_LIMIT);
    CHECK_STATUS(plm_buf_append(&buf, NULL, 0), PLM_OK);
    CHECK(buf.n == 100 && buf.data[98] == 'x' && buf.data[99] == 'y');
    CHECK_STATUS(plm_buf_reserve(&buf, SIZE_MAX), PLM_E_LIMIT);
    plm_buf_consume(&buf, 99);
    CHECK(buf.n == 1 && buf.data[0] == 'y');
    plm_buf_consume(&buf, 50);
    CHECK_EQ_INT(buf.n, 0);
    plm_buf_wipe(&buf);
    CHECK(buf.data == NULL && buf.capacity == 0 && buf.max == 100);
}

static void test_buf_consume_wipes(void)
{
    plm_buf buf;
    plm_buf_init(&buf, 100);
    CHECK_STATUS(plm_buf_append(&buf, "onesecret", 9), PLM_OK);
    plm_buf_consume(&buf, 3);
    CHECK_EQ_MEM(buf.data, "secret\0\0\0", 9);
    plm_buf_consume(&buf, 6);
    CHECK_EQ_MEM(buf.data, "\0\0\0\0\0\0\0\0\0", 9);
    plm_buf_wipe(&buf);
}

static void test_buf_clear_wipes(void)
{
    plm_buf buf;
    plm_buf_init(&buf, 100);
    CHECK_STATUS(plm_buf_append(&buf, "secret", 6), PLM_OK);
    const uint8_t *data = buf.data;
    plm_buf_clear(&buf);
    static const uint8_t zeroes[6];
    CHECK(buf.n == 0 && buf.data == data);
    CHECK_EQ_MEM(buf.data, zeroes, 6);
    plm_buf_wipe(&buf);
}

static void test_buf_integers(void)
{
    plm_buf buf;
    plm_buf_init(&buf, 1000);
    CHECK_STATUS(plm_buf_append_u8(&buf, 0x01), PLM_OK);
    CHECK_STATUS(plm_buf_append_u16(&buf, 0x0203), PLM_OK);
    CHECK_STATUS(plm_buf_append_u32(&buf, 0x04050607), PLM_OK);
    CHECK_STATUS(plm_buf_append_u64(&buf, 0x08090A0B0C0D0E0F), PLM_OK);
    CHECK_STATUS(plm_buf_append_block16(&buf, plm_span_str("hi")), PLM_OK);
    static const uint8_t want[] = {1,  2,  3,  4,  5,  6, 7, 8,   9,  10,
                                   11, 12, 13, 14, 15, 0, 2, 'h', 'i'};
    CHECK(buf.n == sizeof want);
    CHECK_EQ_MEM(buf.data, want, sizeof want);
    plm_buf_wipe(&buf);
    /* A block that does not fit leaves no half-written length behind. */
    plm_buf_init(&buf, 3);
    CHECK_STATUS(plm_buf_append_block16(&buf, plm_span_str("hi")), PLM_E_LIMIT);
    CHECK_EQ_INT(buf.n, 0);
    plm_buf_wipe(&buf);
    plm_buf_init(&buf, 1 << 20);
    static const uint8_t many[UINT16_MAX + 1];
    CHECK_STATUS(plm_buf_append_block16(&buf, plm_span_of(many, sizeof many)), PLM_E_LIMIT);
    CHECK_STATUS(plm_buf_append_block16(&buf, plm_span_of(many, UINT16_MAX)), PLM_OK);
    plm_buf_wipe(&buf);
}

static void test_buf_printf(void)
{
    plm_buf buf;
    plm_buf_init(&buf, 8);
    CHECK_STATUS(plm_buf_printf(&buf, "%s-%d", "ab", 12), PLM_OK);
    CHECK_EQ_INT(buf.n, 5);
    CHECK_STATUS(plm_buf_printf(&buf, "%s", "wxyz"), PLM_E_LIMIT);
    CHECK_EQ_INT(buf.n, 5);
    CHECK_STATUS(plm_buf_printf(&buf, "%s", "xyz"), PLM_OK); /* exactly full, terminator aside */
    CHECK_EQ_INT(buf.max, 8);
    CHECK_EQ_MEM(buf.data, "ab-12xyz", 8);
    CHECK_STATUS(plm_buf_append_u8(&buf, 0), PLM_E_LIMIT);
    plm_buf_wipe(&buf);
}

static void test_readers(void)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    plm_reader r = plm_span_of(bytes, sizeof bytes);
    uint8_t u8 = 0;
    uint16_t u16 = 0;
    uint32_t u32 = 0;
    uint64_t u64 = 0;
    CHECK(plm_rd_u8(&r, &u8) == 0 && u8 == 1);
    CHECK(plm_rd_u16(&r, &u16) == 0 && u16 == 0x0203);
    CHECK(plm_rd_end(&r) < 0);
    CHECK(plm_rd_u32(&r, &u32) == 0 && u32 == 0x04050607);
    CHECK(plm_rd_u64(&r, &u64) == 0 && u64 == 0x08090A0B0C0D0E0F);
    CHECK(plm_rd_end(&r) == 0);
    CHECK(plm_rd_u8(&r, &u8) < 0 && u8 == 1);
    /* One byte short: nothing moves. */
    const plm_reader short_one = plm_span_of(bytes, 7);
    r = short_one;
    CHECK(plm_rd_u64(&r, &u64) < 0 && r.n == 7 && r.p == bytes && u64 == 0x08090A0B0C0D0E0F);
    r.n = 3;
    CHECK(plm_rd_u32(&r, &u32) < 0 && r.n == 3 && u32 == 0x04050607);
    r.n = 1;
    CHECK(plm_rd_u16(&r, &u16) < 0 && r.n == 1 && u16 == 0x0203);
    uint8_t copy[4] = {9, 9, 9, 9};
    r.n = 3;
    CHECK(plm_rd_copy(&r, copy, 4) < 0 && copy[0] == 9 && r.n == 3);
    CHECK(plm_rd_copy(&r, copy, 3) == 0 && copy[2] == 3 && copy[3] == 9);
    plm_span taken = plm_span_of(NULL, 0);
    r = plm_span_of(NULL, 0);
    CHECK(plm_rd_take(&r, 0, &taken) == 0 && taken.n == 0);
    CHECK(plm_rd_take(&r, 1, &taken) < 0);
}

static void test_reader_blocks(void)
{
    static const uint8_t bytes[] = {0, 3, 'a', 'b', 'c', 0, 9, 'x'};
    plm_reader r = plm_span_of(bytes, sizeof bytes);
    plm_span block;
    CHECK(plm_rd_block16(&r, 2, &block) < 0 && r.n == sizeof bytes);
    CHECK(plm_rd_block16(&r, 3, &block) == 0 && block.n == 3 && block.p == bytes + 2);
    CHECK(plm_rd_block16(&r, 100, &block) < 0 && r.n == 3); /* claims 9, has 1 */
    char text[4] = "old";
    r = plm_span_of(bytes, 5);
    CHECK(plm_rd_string16(&r, text, 3) < 0 && strcmp(text, "old") == 0);
    CHECK(plm_rd_string16(&r, text, 0) < 0);
    CHECK(plm_rd_string16(&r, text, 4) == 0 && strcmp(text, "abc") == 0 && r.n == 0);
    static const uint8_t nul[] = {0, 2, 'a', 0};
    static const uint8_t latin1[] = {0, 2, 'a', 0xE9};
    static const uint8_t control[] = {0, 2, 'a', '\n'};
    const uint8_t *const bad[] = {nul, latin1, control};
    for (size_t i = 0; i < 3; i++) {
        r = plm_span_of(bad[i], 4);
        CHECK(plm_rd_string16(&r, text, 4) < 0 && r.n == 4);
    }
}

static void test_arena(void)
{
    plm_arena arena;
    plm_arena_init(&arena, 10000);
    uint8_t *first = (uint8_t *)plm_arena_alloc(&arena, 100);
    uint8_t *odd = (uint8_t *)plm_arena_alloc(&arena, 1);
    uint8_t *next = (uint8_t *)plm_arena_alloc(&arena, 8);
    if (!CHECK(first != NULL && odd != NULL && next != NULL)) {
        return;
    }
    CHECK((uintptr_t)odd % alignof(max_align_t) == 0 &&
          (uintptr_t)next % alignof(max_align_t) == 0);
    CHECK(odd >= first + 100 && next > odd);
    bool zero = true;
    for (size_t i = 0; i < 100; i++) {
        zero &= first[i] == 0;
    }
    CHECK(zero);
    memset(first, 0xEE, 100);
    CHECK(plm_arena_alloc(&arena, 10001) == NULL);
    CHECK(plm_arena_alloc(&arena, SIZE_MAX) == NULL);
    CHECK(plm_arena_array(&arena, SIZE_MAX / 2, 3) == NULL);
    CHECK(plm_arena_alloc(&arena, 0) != NULL);
    CHECK_EQ_STR(plm_arena_string(&arena, plm_span_str("abc")), "abc");
    CHECK_EQ_STR(plm_arena_string(&arena, plm_span_of(NULL, 0)), "");
    /* However the bytes are asked for, no more than the maximum are given. */
    size_t given = 0;
    for (void *p = plm_arena_alloc(&arena, 512); p != NULL; p = plm_arena_alloc(&arena, 512)) {
        memset(p, 0xEE, 512);
        given += 512;
    }
    CHECK(given >= 4096 && given <= 10000 && arena.total <= 10000);
    CHECK(first[0] == 0xEE && first[99] == 0xEE);
    plm_arena_reset(&arena);
    uint8_t *again = (uint8_t *)plm_arena_alloc(&arena, 512);
    if (CHECK(again != NULL)) {
        zero = true;
        for (size_t i = 0; i < 512; i++) {
            zero &= again[i] == 0;
        }
        CHECK(zero);
    }
    plm_arena_wipe(&arena);
    CHECK(arena.head == NULL && arena.total == 0 && arena.max == 10000);
    plm_arena_wipe(&arena);
}

static void test_ct(void)
{
    uint8_t a[33];
    uint8_t b[33];
    memset(a, 0x5A, sizeof a);
    memcpy(b, a, sizeof b);
    CHECK(plm_ct_equal(a, b, sizeof a));
    for (size_t i = 0; i < sizeof a; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            b[i] = (uint8_t)(a[i] ^ 1U << bit);
            CHECK(!plm_ct_equal(a, b, sizeof a));
        }
        b[i] = a[i];
    }
    CHECK(plm_ct_equal(a, b, 0));
    plm_wipe(a, 32);
    CHECK(a[0] == 0 && a[31] == 0 && a[32] == 0x5A);
    plm_wipe(NULL, 0);
}

typedef struct tally {
    atomic_uint visits[1000];
    atomic_uint longest;
} tally;

static void visit(void *context, size_t first, size_t last)
{
    tally *t = (tally *)context;
    unsigned n = (unsigned)(last - first);
    unsigned longest = atomic_load(&t->longest);
    while (n > longest && !atomic_compare_exchange_weak(&t->longest, &longest, n)) {
    }
    for (size_t i = first; i < last; i++) {
        atomic_fetch_add(&t->visits[i], 1);
    }
}

static void test_pool(void)
{
    plm_pool *pool = NULL;
    CHECK_STATUS(plm_pool_create(&pool, 0), PLM_E_ARGUMENT);
    CHECK_STATUS(plm_pool_create(&pool, 257), PLM_E_ARGUMENT);
    CHECK(pool == NULL);
    CHECK_EQ_INT(plm_pool_threads(NULL), 1);
    CHECK(plm_pool_cpus() >= 1);
    plm_pool_destroy(NULL);
    for (unsigned n_threads = 0; n_threads <= 5; n_threads++) {
        static tally t;
        memset(&t, 0, sizeof t);
        if (n_threads > 0 && !CHECK_STATUS(plm_pool_create(&pool, n_threads), PLM_OK)) {
            return;
        }
        CHECK_EQ_INT(plm_pool_threads(n_threads == 0 ? NULL : pool),
                     n_threads == 0 ? 1 : n_threads);
        for (unsigned round = 0; round < 50; round++) {
            plm_pool_run(pool, 1000, 7, visit, &t);
        }
        plm_pool_run(pool, 0, 7, visit, &t);
        unsigned n_wrong = 0;
        for (size_t i = 0; i < 1000; i++) {
            n_wrong += atomic_load(&t.visits[i]) != 50;
        }
        CHECK_EQ_INT(n_wrong, 0);
        CHECK(n_threads < 2 || atomic_load(&t.longest) <= 7);
        plm_pool_destroy(pool);
        pool = NULL;
    }
}

/* Done late by every thread but the caller, which must wait for them. */
typedef struct late {
    pthread_t caller;
    atomic_uint n_done;
} late;

static void visit_late(void *context, size_t first, size_t last)
{
    late *l = (late *)context;
    if (!pthread_equal(pthread_self(), l->caller)) {
        (void)usleep(3000);
    }
    atomic_fetch_add(&l->n_done, (unsigned)(last - first));
}

static void test_pool_waits(void)
{
    plm_pool *pool = NULL;
    if (!CHECK_STATUS(plm_pool_create(&pool, 4), PLM_OK)) {
        return;
    }
    for (unsigned round = 0; round < 20; round++) {
        late l = {.caller = pthread_self()};
        plm_pool_run(pool, 100000, 1, visit_late, &l);
        CHECK_EQ_INT(atomic_load(&l.n_done), 100000);
    }
    plm_pool_destroy(pool);
}

static void test_file(void)
{
    char directory[] = "/tmp/palermo-test-XXXXXX";
    char path[64];
    if (!CHECK(mkdtemp(directory) != NULL)) {
        return;
    }
    (void)snprintf(path, sizeof path, "%s/file", directory);
    plm_buf buf;
    plm_buf_init(&buf, 10);
    CHECK_STATUS(plm_file_read(path, &buf), PLM_E_IO);
    CHECK_EQ_INT(errno, ENOENT);
    CHECK_STATUS(plm_file_write(path, plm_span_str("0123456789"), 0600, true), PLM_OK);
    struct stat info;
    CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0600 && info.st_nlink == 1);
    CHECK_STATUS(plm_file_write(path, plm_span_str("other"), 0600, true), PLM_E_EXISTS);
    CHECK_STATUS(plm_file_read(path, &buf), PLM_OK);
    CHECK(buf.n == 10 && memcmp(buf.data, "0123456789", 10) == 0);
    CHECK_STATUS(plm_file_read(path, &buf), PLM_E_LIMIT); /* ten more do not fit */
    CHECK_EQ_INT(buf.n, 10);
    plm_buf_wipe(&buf);
    plm_buf_init(&buf, 9);
    CHECK_STATUS(plm_file_read(path, &buf), PLM_E_LIMIT);
    CHECK_EQ_INT(buf.n, 0);
    CHECK_STATUS(plm_file_write(path, plm_span_str("new"), 0600, false), PLM_OK);
    CHECK_STATUS(plm_file_read(path, &buf), PLM_OK);
    CHECK(buf.n == 3 && memcmp(buf.data, "new", 3) == 0);
    plm_buf_clear(&buf);
    CHECK_STATUS(plm_file_write(path, plm_span_of(NULL, 0), 0600, false), PLM_OK);
    CHECK_STATUS(plm_file_read(path, &buf), PLM_OK);
    CHECK_EQ_INT(buf.n, 0);
    CHECK_STATUS(plm_file_read(directory, &buf), PLM_E_IO);
    CHECK_STATUS(plm_file_write(directory, plm_span_str("x"), 0600, false), PLM_E_IO);
    plm_buf_wipe(&buf);
    /* Nothing temporary is left: the directory holds the file alone. */
    CHECK(unlink(path) == 0);
    CHECK(rmdir(directory) == 0);
}

static void test_date(void)
{
    plm_date date = {0};
    char text[PLM_DATE_TEXT];
    CHECK_STATUS(plm_date_parse(&date, plm_span_str("2000-02-29")), PLM_OK);
    CHECK_STATUS(plm_date_parse(&date, plm_span_str("1900-02-29")), PLM_E_INVALID);
    CHECK_STATUS(plm_date_parse(&date, plm_span_str("2023-13-01")), PLM_E_INVALID);
    CHECK_STATUS(plm_date_parse(&date, plm_span_str("2023-00-01")), PLM_E_SYNTAX);
    CHECK_STATUS(plm_date_parse(&date, plm_span_str("2023/01/01")), PLM_E_SYNTAX);
    CHECK(date.year == 2000 && date.month == 2 && date.day == 29);
    CHECK_STATUS(plm_date_parse(&date, plm_span_str("1974-XX-XX")), PLM_OK);
    plm_date_format(text, date);
    CHECK_EQ_STR(text, "1974-XX-XX");
    CHECK_EQ_INT(plm_date_days((plm_date){1970, 1, 1}), 0);
    CHECK_EQ_INT(plm_date_days((plm_date){2000, 3, 1}), 11017);
    for (int64_t day = -200000; day < 200000; day += 77) {
        CHECK(plm_date_days(plm_date_from_days(day)) == day);
    }
    CHECK_EQ_INT(plm_date_of_ms(-1).year, 1969);
    const plm_date today = {2026, 6, 15};
    CHECK(plm_date_may_be_under((plm_date){2008, 6, 16}, today, 18));
    CHECK(!plm_date_may_be_under((plm_date){2008, 6, 15}, today, 18));
    CHECK(plm_date_may_be_under((plm_date){2008, 6, 0}, today, 18)); /* doubt protects */
    CHECK(plm_date_may_be_under((plm_date){2008, 0, 0}, today, 18));
    CHECK(!plm_date_may_be_under((plm_date){2007, 0, 0}, today, 18));
    CHECK(!plm_date_may_be_under((plm_date){0}, today, 18));
}

static void keep_reason(void *context, const plm_diag *diag)
{
    char *out = (char *)context;
    (void)snprintf(out, 600, "%d %s:%d:%s: %s", (int)diag->severity, diag->file, (int)diag->line,
                   diag->field, diag->reason);
}

static void test_diag(void)
{
    char text[600] = "";
    const plm_diag_sink sink = {keep_reason, text};
    plm_diag_error(&sink, "a.csv", 17, "phone", "%d digits", 3);
    CHECK_EQ_STR(text, "1 a.csv:17:phone: 3 digits");
    char long_text[2000];
    memset(long_text, 'y', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    plm_diag_error(&sink, "a", 1, "b", "%s", long_text);
    CHECK_EQ_INT(strlen(text), strlen("1 a:1:b: ") + 511);
    const plm_diag_sink none = {NULL, NULL};
    plm_diag_error(&none, "a", 1, "b", "dropped");
}

typedef struct math_functions {
    PLM_LIBRARY_FIELD(cos)
    PLM_LIBRARY_FIELD(hypot)
} math_functions;

static void test_library(void)
{
    static const plm_symbol symbols[] = {{"cos", offsetof(math_functions, cos)},
                                         {"hypot", offsetof(math_functions, hypot)}};
    static const plm_symbol lacking[] = {{"cos", 0}, {"plm_no_such_function", 0}};
    math_functions math;
    plm_library good = PLM_LIBRARY("libm.so.6", symbols, &math);
    plm_library poor = PLM_LIBRARY("libm.so.6", lacking, &math);
    plm_library none = PLM_LIBRARY("libplm_none.so.9", symbols, &math);
    char error[256] = "";
    CHECK_EQ_INT(plm_library_load(&good, error, sizeof error), PLM_OK);
    CHECK_EQ_INT(plm_library_load(&good, error, sizeof error), PLM_OK);
    CHECK(math.cos(0) == 1 && math.hypot(3, 4) == 5);
    CHECK_EQ_INT(plm_library_load(&poor, error, sizeof error), PLM_E_NOT_FOUND);
    CHECK(strstr(error, "plm_no_such_function") != NULL && strstr(error, "libm.so.6") != NULL);
    CHECK_EQ_INT(plm_library_load(&none, error, sizeof error), PLM_E_NOT_FOUND);
    CHECK(strstr(error, "libplm_none.so.9") != NULL);
}

int main(void)
{
    TAP_RUN(test_hex);
    TAP_RUN(test_span);
    TAP_RUN(test_size);
    TAP_RUN(test_buf_maximum);
    TAP_RUN(test_buf_consume_wipes);
    TAP_RUN(test_buf_clear_wipes);
    TAP_RUN(test_buf_integers);
    TAP_RUN(test_buf_printf);
    TAP_RUN(test_readers);
    TAP_RUN(test_reader_blocks);
    TAP_RUN(test_arena);
    TAP_RUN(test_ct);
    TAP_RUN(test_pool);
    TAP_RUN(test_pool_waits);
    TAP_RUN(test_file);
    TAP_RUN(test_date);
    TAP_RUN(test_diag);
    TAP_RUN(test_library);
    return tap_done();
}
