/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failing allocations: each scenario runs once for every allocation it makes, with that one
 * failing. It must end with PLM_E_NOMEM, leave what the caller owns as it was, and leak nothing
 * (the sanitizers' build sees to the last). Linked with --wrap=malloc, --wrap=calloc,
 * --wrap=mmap64.
 */
#include "base/arena.h"
#include "base/big.h"
#include "base/file.h"
#include "base/pool.h"
#include "tap.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static long n_until_failure = -1; /* -1: none fails */

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t size);

static bool fails_now(void)
{
    if (n_until_failure < 0) {
        return false;
    }
    return n_until_failure-- == 0;
}

void *__wrap_malloc(size_t n)
{
    return fails_now() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *__real_aligned_alloc(size_t alignment, size_t n);
void *__wrap_aligned_alloc(size_t alignment, size_t n);

void *__wrap_aligned_alloc(size_t alignment, size_t n)
{
    return fails_now() ? NULL : __real_aligned_alloc(alignment, n);
}

void *__real_mmap64(void *p, size_t n, int protection, int flags, int fd, off_t offset);
void *__wrap_mmap64(void *p, size_t n, int protection, int flags, int fd, off_t offset);

void *__wrap_mmap64(void *p, size_t n, int protection, int flags, int fd, off_t offset)
{
    return fails_now() ? MAP_FAILED : __real_mmap64(p, n, protection, flags, fd, offset);
}

/* Fails the n-th allocation for n = 0, 1, ... until the scenario gets through. */
static void fail_each(plm_status (*scenario)(void), long at_least)
{
    for (long n = 0; n < 1000; n++) {
        n_until_failure = n;
        plm_status status = scenario();
        bool failed = n_until_failure == -1;
        n_until_failure = -1;
        if (!failed) {
            CHECK_STATUS(status, PLM_OK);
            CHECK(n >= at_least); /* so many were made to fail */
            return;
        }
        if (!CHECK_STATUS(status, PLM_E_NOMEM)) {
            return;
        }
    }
    CHECK(false);
}

static plm_status grow(void)
{
    plm_buf buf;
    plm_buf_init(&buf, 1 << 20);
    plm_status status = PLM_OK;
    for (uint32_t i = 0; status == PLM_OK && i < 1000; i++) {
        size_t before = buf.n;
        status = plm_buf_append_u32(&buf, i);
        CHECK(status == PLM_OK || buf.n == before);
    }
    for (size_t i = 0; i + 4 <= buf.n; i += 4) {
        if (!CHECK(plm_load_u32(buf.data + i) == i / 4)) {
            break;
        }
    }
    if (status == PLM_OK) {
        status = plm_buf_printf(&buf, "%05000d", 1);
    }
    plm_buf_wipe(&buf);
    return status;
}

static plm_status fill_arena(void)
{
    plm_arena arena;
    plm_arena_init(&arena, 1 << 20);
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < 100; i++) {
        char *text = plm_arena_string(&arena, plm_span_str("somebody"));
        void *array = plm_arena_array(&arena, 10, 100);
        status = text != NULL && array != NULL ? PLM_OK : PLM_E_NOMEM;
    }
    plm_arena_wipe(&arena);
    return status;
}

static plm_status make_pool(void)
{
    plm_pool *pool = NULL;
    plm_status status = plm_pool_create(&pool, 1);
    CHECK((status == PLM_OK) == (pool != NULL));
    plm_pool_destroy(pool);
    return status;
}

/* Under a sanitizer each vector is by itself (base/big.c). */
#if defined(__SANITIZE_ADDRESS__)
#    define HAS_REGIONS 0
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#        define HAS_REGIONS 0
#    endif
#endif
#ifndef HAS_REGIONS
#    define HAS_REGIONS 1
#endif

static const size_t big_sizes[] = {
    0,       100,           PLM_BIG_FROM - 1, PLM_BIG_FROM, (1 << 20) + 1, (1 << 24) - 1,
    1 << 24, (1 << 24) + 5, PLM_BIG_FROM};

enum {
    BIG_SIZES = sizeof big_sizes / sizeof *big_sizes
};

/* Aligned, and zero from end to end, also where another vector was written to before. */
static bool is_good(const uint8_t *p, size_t n)
{
    uint8_t any = (uint8_t)((uintptr_t)p % 64);
    for (size_t i = 0; i < n; i++) {
        any |= p[i];
    }
    return any == 0;
}

/* What went is cut again, also where it went before what stands behind it. */
static void test_big_again(void)
{
    enum {
        N = 1 << 20
    };
    uint8_t *kept = (uint8_t *)plm_big_create(PLM_BIG_FROM);
    for (unsigned round = 0; round < 200; round++) { /* many times what a region has room for */
        uint8_t *p[4];
        for (size_t k = 0; k < 4; k++) {
            p[k] = (uint8_t *)plm_big_create(N);
            if (!CHECK(p[k] != NULL)) {
                return;
            }
            p[k][round] = 1;
            CHECK_EQ_INT(p[k][(round + N - 1) % N], 0);
        }
        static const size_t orders[][4] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2}, {2, 0, 1, 3}};
        for (size_t k = 0; k < 4; k++) {
            plm_big_destroy(p[orders[round % 4][k]], N);
        }
        uint8_t *next = (uint8_t *)plm_big_create(N);
        CHECK(next == p[0] || !HAS_REGIONS);
        plm_big_destroy(next, N);
    }
    plm_big_destroy(kept, PLM_BIG_FROM);
}

/* Vectors that live at once, each filled with a number of its own, then looked at again. */
static void test_big(void)
{
    for (unsigned round = 0; round < 9; round++) { /* more than a region has room for */
        uint8_t *p[BIG_SIZES];
        size_t n_wrong = 0;
        for (size_t k = 0; k < BIG_SIZES; k++) {
            p[k] = (uint8_t *)plm_big_create(big_sizes[k]);
            if (!CHECK(p[k] != NULL) || !CHECK(is_good(p[k], big_sizes[k]))) {
                return;
            }
            memset(p[k], (int)k + 1, big_sizes[k]);
            if (round % 3 == 2 && k == 4) { /* not in the order of making */
                plm_big_destroy(p[3], big_sizes[3]);
                p[3] = NULL;
            }
        }
        for (size_t k = 0; k < BIG_SIZES; k++) {
            for (size_t i = 0; p[k] != NULL && i < big_sizes[k]; i++) {
                n_wrong += p[k][i] != k + 1;
            }
            plm_big_destroy(p[k], big_sizes[k]);
        }
        CHECK_EQ_INT(n_wrong, 0);
    }
    CHECK(plm_big_create(SIZE_MAX) == NULL && plm_big_create(SIZE_MAX / 2) == NULL);
}

static void fill_and_free(void *context, size_t first, size_t last)
{
    size_t *n_wrong = (size_t *)context;
    for (size_t i = first; i < last; i++) {
        size_t n = PLM_BIG_FROM + i * 4096;
        uint8_t *p = (uint8_t *)plm_big_create(n);
        size_t wrong = p == NULL || !is_good(p, n);
        if (p != NULL) {
            memset(p, (int)i | 1, n);
            wrong += p[n / 2] != (uint8_t)((int)i | 1);
        }
        plm_big_destroy(p, n);
        __atomic_add_fetch(n_wrong, wrong, __ATOMIC_RELAXED);
    }
}

static void test_big_threads(void)
{
    plm_pool *pool = NULL;
    size_t n_wrong = 0;
    CHECK_STATUS(plm_pool_create(&pool, 4), PLM_OK);
    plm_pool_run(pool, 400, 5, fill_and_free, &n_wrong);
    CHECK_EQ_INT(n_wrong, 0);
    plm_pool_destroy(pool);
}

static char path[] = "/tmp/palermo-test-XXXXXX";

static plm_status read_file(void)
{
    plm_buf buf;
    plm_buf_init(&buf, 1 << 20);
    plm_status status = plm_file_read(path, &buf);
    CHECK(status == PLM_OK ? buf.n == 5 : buf.n == 0);
    plm_buf_wipe(&buf);
    return status;
}

static void test_buf(void)
{
    fail_each(grow, 7);
}

static void test_arena(void)
{
    fail_each(fill_arena, 3);
}

static void test_pool(void)
{
    fail_each(make_pool, 1);
}

static void test_file(void)
{
    int fd = mkstemp(path);
    CHECK(fd >= 0 && write(fd, "hello", 5) == 5 && close(fd) == 0);
    fail_each(read_file, 1);
    CHECK(unlink(path) == 0);
}

int main(void)
{
    TAP_RUN(test_buf);
    TAP_RUN(test_arena);
    TAP_RUN(test_pool);
    TAP_RUN(test_file);
    TAP_RUN(test_big);
    TAP_RUN(test_big_again);
    TAP_RUN(test_big_threads);
    return tap_done();
}
