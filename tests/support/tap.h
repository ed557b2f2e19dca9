/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tap.h - the smallest test harness that says what failed: Test Anything Protocol on stdout.
 *
 *     static void test_addition(void) { CHECK(1 + 1 == 2); CHECK_EQ_INT(f(3), 4); }
 *     int main(void) { TAP_RUN(test_addition); return tap_done(); }
 *
 * Each test function is one TAP line; every failed check in it prints a diagnostic with its place.
 */
#ifndef PLM_TESTS_TAP_H
#define PLM_TESTS_TAP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/*
 * How many random cases a test takes that would take n: one in five under AddressSanitizer, where
 * each takes several times as long and what is looked for shows in few.
 */
#if defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define TAP_CASES(n) ((n) / 5)
#    endif
#endif
#ifndef TAP_CASES
#    define TAP_CASES(n) (n)
#endif

static unsigned tap_n_tests;
static unsigned tap_n_failed;
static unsigned tap_n_bad_checks;

static inline bool tap_check(bool good, const char *file, int line, const char *what)
{
    if (!good) {
        tap_n_bad_checks++;
        printf("# %s:%d: failed: %s\n", file, line, what);
    }
    return good;
}

static inline bool tap_check_int(int64_t got, int64_t want, const char *file, int line,
                                 const char *what)
{
    if (got != want) {
        tap_n_bad_checks++;
        printf("# %s:%d: %s is %" PRId64 ", not %" PRId64 "\n", file, line, what, got, want);
    }
    return got == want;
}

static inline bool tap_check_str(const char *got, const char *want, const char *file, int line,
                                 const char *what)
{
    bool good = got != NULL && strcmp(got, want) == 0;
    if (!good) {
        tap_n_bad_checks++;
        printf("# %s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, got ? got : "(null)", want);
    }
    return good;
}

/* Each gives true if the check held. */
#define CHECK(condition) tap_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_EQ_INT(got, want) \
    tap_check_int((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, #got)
#define CHECK_EQ_STR(got, want) tap_check_str((got), (want), __FILE__, __LINE__, #got)
#define CHECK_STATUS(call, want) \
    tap_check_int((int64_t)(call), (int64_t)(want), __FILE__, __LINE__, #call)
#define CHECK_EQ_MEM(got, want, n) \
    tap_check(memcmp((got), (want), (n)) == 0, __FILE__, __LINE__, #got " equals " #want)

static inline void tap_run(const char *name, void (*test)(void))
{
    unsigned before = tap_n_bad_checks;
    test();
    tap_n_tests++;
    bool good = tap_n_bad_checks == before;
    tap_n_failed += !good;
    printf("%sok %u - %s\n", good ? "" : "not ", tap_n_tests, name);
    (void)fflush(stdout);
}

#define TAP_RUN(test) tap_run(#test, test)

static inline int tap_done(void)
{
    printf("1..%u\n", tap_n_tests);
    return tap_n_failed > 0;
}

#endif
