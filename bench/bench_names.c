/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_names - names to parts in a second, on one core, by processor time.
 *
 *     bench_names [FILE]       FILE: one name a line; else names of all scripts that stand here
 *
 * Beside them, for a scale that does not depend on the machine: the same bytes copied, and hashed
 * with BLAKE2b-128 as a token is.
 */
#include "ident/name_parts.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    NAMES_MAX = 1 << 20,
    ROUNDS_BYTES = 16 << 20 /* of names, in each measurement */
};

static const char *const built_in[] = {
    "Ivan Petrovich Shcherbakov",
    "SCHERBAKOW, Iwan",
    "Maria Garcia Lopez",
    "Jean-Claude Dupont",
    "Müller, Jürgen",
    "John Smith",
    "Mohamed Abdul Rahman",
    "Юрий Иванович Щербаков",
    "Лукашэнка Аляксандр Рыгоравіч",
    "Олена Петрівна Ковальчук",
    "Ђорђе Петровић",
    "محمد عبد الرحمن القاسم",
    "نور الدین زنگی",
    "Γιώργος Παπαδόπουλος",
    "Nguyễn Văn An",
    "Abu Bakr al-Baghdadi",
    "Kowalczyk Łukasz",
    "Sarah O’Brien-Jones",
};

static plm_span names[NAMES_MAX];
static uint8_t *copies[NAMES_MAX]; /* their bytes, owned */
static size_t n_names;
static size_t n_bytes;

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool add_name(const char *text, size_t n)
{
    uint8_t *copy = (uint8_t *)malloc(n + 1);
    if (copy == NULL || n_names == NAMES_MAX) {
        free(copy);
        return false;
    }
    memcpy(copy, text, n);
    copies[n_names] = copy;
    names[n_names++] = plm_span_of(copy, n);
    n_bytes += n;
    return true;
}

static bool read_names(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    if (file == NULL) {
        return false;
    }
    while ((n = getline(&line, &capacity, file)) > 0) {
        const size_t length = (size_t)n - (line[n - 1] == '\n');
        if (length > 0 && !add_name(line, length)) {
            break;
        }
    }
    free(line);
    (void)fclose(file);
    return n_names > 0;
}

/* Each does its work on one name and returns something of it, so that none is optimised away. */
static size_t copy_name(plm_span name)
{
    static uint8_t to[1 << 16];
    const size_t n = name.n < sizeof to ? name.n : sizeof to;
    memcpy(to, name.p, n);
    return to[n / 2];
}

static size_t hash_name(plm_span name)
{
    uint8_t hash[16];
    (void)crypto_generichash(hash, sizeof hash, name.p, name.n, NULL, 0);
    return hash[0];
}

static size_t part_name(plm_span name)
{
    static plm_name_parts parts;
    return plm_name_parts_of(&parts, name) == PLM_OK ? parts.n : 0;
}

static size_t delete_name(plm_span name)
{
    static plm_name_parts parts;
    static plm_name_deletions deletions;
    size_t n = 0;
    if (plm_name_parts_of(&parts, name) != PLM_OK) {
        return 0;
    }
    for (size_t i = 0; i < parts.n; i++) {
        plm_name_deletions_of(&deletions, parts.parts[i].folded[0]);
        n += deletions.n;
    }
    return n;
}

static double measure(const char *what, size_t (*work)(plm_span name), double scale)
{
    const size_t rounds = ROUNDS_BYTES / n_bytes + 1;
    volatile size_t sum = work(names[0]);
    const double start = now();
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < n_names; i++) {
            sum += work(names[i]);
        }
    }
    const double each = (now() - start) / (double)rounds / (double)n_names;
    (void)printf("%-32s %12.0f a second %9.1f ns each", what, 1 / each, each * 1e9);
    if (scale > 0) {
        (void)printf("  %6.2f hashes", each / scale);
    }
    (void)printf("\n");
    return each;
}

int main(int argc, char **argv)
{
    bool is_good = sodium_init() >= 0;
    if (argc == 2) {
        is_good = is_good && read_names(argv[1]);
    }
    for (size_t i = 0; argc == 1 && i < sizeof built_in / sizeof *built_in; i++) {
        is_good = is_good && add_name(built_in[i], strlen(built_in[i]));
    }
    if (!is_good || argc > 2) {
        (void)fprintf(stderr, "usage: bench_names [FILE]\n");
        return 2;
    }
    (void)printf("%zu names, %.1f bytes each\n", n_names, (double)n_bytes / (double)n_names);
    const double hash = measure("BLAKE2b-128 of the name", hash_name, 0);
    (void)measure("copy", copy_name, hash);
    (void)measure("parts with skeletons", part_name, hash);
    (void)measure("parts and deletions", delete_name, hash);
    for (size_t i = 0; i < n_names; i++) {
        free(copies[i]);
    }
    return 0;
}
