/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ct.c - the program that tests/ct/run starts under valgrind, once for each case.
 *
 *     ct list        the cases of each list, one a line
 *     ct CASE        runs it; 77 if PALERMO_CPU names a tier that this processor does not have
 */
#include "ct.h"

#include "base/cpu.h"
#include "crypto/sign.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <valgrind/memcheck.h>

enum {
    EXIT_REQUIRED = 3,
    EXIT_SKIPPED = 77
};

static uint64_t n_drawn;
static bool random_is_secret;

void ct_secret(void *p, size_t n)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

void ct_public(const void *p, size_t n)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(p, n);
}

void ct_random_is_secret(bool is_secret)
{
    random_is_secret = is_secret;
}

void ct_require(bool condition, const char *what)
{
    if (!condition) {
        (void)fprintf(stderr, "ct: not so: %s\n", what);
        exit(EXIT_REQUIRED);
    }
}

void ct_fill_public(void *p, size_t n)
{
    static const uint8_t key[crypto_stream_chacha20_KEYBYTES] = {1};
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {0};
    memcpy(nonce, &n_drawn, sizeof n_drawn);
    n_drawn++;
    (void)crypto_stream_chacha20((unsigned char *)p, n, nonce, key);
}

void ct_fill_secret(void *p, size_t n)
{
    ct_fill_public(p, n);
    ct_secret(p, n);
}

void ct_expect_blocks(const void *p, size_t n)
{
    const plm_block *blocks = (const plm_block *)p;
    for (size_t i = 0; i < n && RUNNING_ON_VALGRIND; i++) {
        uint8_t marks[sizeof *blocks];
        uint8_t any = 0;
        /* 1: the marks were read. They are public themselves. */
        ct_require(VALGRIND_GET_VBITS(&blocks[i], marks, sizeof marks) == 1, "marks can be read");
        for (size_t k = 0; k < sizeof marks; k++) {
            any |= marks[k];
        }
        ct_require(any != 0, "the secrets go into the output");
    }
    ct_public(p, n * sizeof *blocks);
}

static const char *random_name(void)
{
    return "ct";
}

static void random_bytes(void *const out, const size_t n)
{
    ct_fill_public(out, n);
    if (random_is_secret) {
        ct_secret(out, n);
    }
}

static uint32_t random_number(void)
{
    uint32_t out;
    random_bytes(&out, sizeof out);
    return out;
}

static const ct_case *find(const ct_case *list, const char *name)
{
    for (; list->name != NULL; list++) {
        if (strcmp(list->name, name) == 0) {
            return list;
        }
    }
    return NULL;
}

static void print(const char *kind, const ct_case *list)
{
    for (; list->name != NULL; list++) {
        (void)printf("%s %s\n", kind, list->name);
    }
}

int main(int argc, char **argv)
{
    static struct randombytes_implementation same = {
        .implementation_name = random_name, .random = random_number, .buf = random_bytes};
    if (argc != 2) {
        (void)fprintf(stderr, "usage: %s list|CASE\n", argv[0]);
        return 2;
    }
    if (strcmp(argv[1], "list") == 0) {
        print("kernel", ct_kernel_cases);
        print("engine", ct_engine_cases);
        print("engine", ct_tally_cases);
        print("leaky", ct_leaky_cases);
        return 0;
    }
    const char *tier = getenv("PALERMO_CPU");
    if (tier != NULL && strcmp(tier, plm_cpu_name(plm_cpu_best())) != 0) {
        return EXIT_SKIPPED;
    }
    ct_require(randombytes_set_implementation(&same) == 0 && plm_crypto_init() == PLM_OK,
               "libsodium starts");
    const ct_case *c = find(ct_kernel_cases, argv[1]);
    c = c != NULL ? c : find(ct_engine_cases, argv[1]);
    c = c != NULL ? c : find(ct_tally_cases, argv[1]);
    c = c != NULL ? c : find(ct_leaky_cases, argv[1]);
    ct_require(c != NULL, "there is this case");
    c->run();
    return 0;
}
