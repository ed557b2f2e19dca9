/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Failing allocations: each scenario runs once for every allocation it makes, with that one
 * failing. It must end with PLM_E_NOMEM, leave what the caller owns as it was, and leak nothing
 * (the sanitizers' build sees to the last). Linked with --wrap=malloc and --wrap=calloc.
 */
#include "base/arena.h"
#include "base/file.h"
#include "base/pool.h"
#include "tap.h"

#include <stdlib.h>
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
    return tap_done();
}
