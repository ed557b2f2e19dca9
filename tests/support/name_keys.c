/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_keys - prints the parts of names: one name a line on standard input, and for each a line
 * with its parts, a tab between:
 *
 *     folded|folded ... / skeleton|skeleton ... / class|class ... / flags     (empty: no parts)
 *
 * or "limit" for a name that is refused. With "--deletions" the input's lines are folded forms and
 * the output their deletion neighbourhoods; with "--digest" it prints the digest of the recipe,
 * with "--rules" the names of the rules. With "--persons TABLE T" the input's lines are a name, a
 * tab and a date of birth, and the output the tokens of the rule "person" at T (in 1/256 bit) with
 * that shipped table, without repeats. For the comparison with tests/e2e/oracle/.
 */
#include "ident/name_parts.h"
#include "ident/recipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_values(const plm_span *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0) {
            (void)putchar('|');
        }
        (void)fwrite(values[i].p, 1, values[i].n, stdout);
    }
}

static bool print_parts(plm_span name)
{
    static plm_name_parts parts;
    const plm_status status = plm_name_parts_of(&parts, name);
    if (status == PLM_E_LIMIT) {
        return puts("limit") >= 0;
    }
    for (size_t i = 0; i < parts.n; i++) {
        const plm_name_part *part = &parts.parts[i];
        (void)fputs(i > 0 ? "\t" : "", stdout);
        print_values(part->folded, part->n_folded);
        (void)putchar('/');
        print_values(part->skeletons, part->n_skeletons);
        (void)putchar('/');
        print_values(part->classes, part->n_classes);
        (void)printf("/%u", part->flags);
    }
    return status == PLM_OK && putchar('\n') >= 0;
}

static bool print_deletions(plm_span folded)
{
    static plm_name_deletions deletions;
    plm_name_deletions_of(&deletions, folded);
    print_values(deletions.values, deletions.n);
    return putchar('\n') >= 0;
}

static plm_person_gate person_gate;

static int compare_tokens(const void *a, const void *b)
{
    return memcmp(((const plm_combination *)a)->token.b, ((const plm_combination *)b)->token.b,
                  PLM_TOKEN_BYTES);
}

static bool print_person(plm_span line)
{
    char text[4096];
    plm_arena arena;
    plm_features features;
    plm_combinations made = {0};
    if (line.n >= sizeof text || memchr(line.p, '\t', line.n) == NULL) {
        return false;
    }
    memcpy(text, line.p, line.n);
    text[line.n] = '\0';
    char *date = strchr(text, '\t');
    *date++ = '\0';
    const plm_value values[] = {{.type = PLM_IDENT_NAME, .raw = text, .canonical = text},
                                {.type = PLM_IDENT_BIRTH_DATE, .raw = date, .canonical = date}};
    const plm_record record = {
        .id = "person", .kind = PLM_KIND_PERSON, .values = values, .n_values = 2};
    plm_arena_init(&arena, 64 << 20);
    bool is_good =
        plm_features_of(&features, &record, person_gate.table, false, &arena) == PLM_OK &&
        plm_person_gate_combine(&made, &person_gate, &features, SIZE_MAX, &arena) == PLM_OK;
    if (made.n > 0) {
        qsort(made.items, made.n, sizeof *made.items, compare_tokens);
    }
    for (size_t i = 0; is_good && i < made.n; i++) {
        char hex[2 * PLM_TOKEN_BYTES + 1];
        plm_hex_encode(hex, made.items[i].token.b, PLM_TOKEN_BYTES);
        if (i == 0 || compare_tokens(&made.items[i - 1], &made.items[i]) != 0) {
            is_good = printf("%s ", hex) > 0;
        }
    }
    plm_arena_wipe(&arena);
    return is_good && putchar('\n') >= 0;
}

static int print_lines(bool (*print)(plm_span line))
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    bool is_good = true;
    while (is_good && (n = getline(&line, &capacity, stdin)) > 0) {
        size_t length = (size_t)n - (line[n - 1] == '\n');
        is_good = print(plm_span_of(line, length));
    }
    free(line);
    return !is_good || ferror(stdin) || fflush(stdout) != 0;
}

static int print_persons(const char *table_name, const char *threshold, bool has_second_look)
{
    static const uint8_t accord[32] = {0};
    plm_frequency *table;
    if (plm_frequency_builtin(&table, table_name) != PLM_OK) {
        return 2;
    }
    plm_person_gate_init(&person_gate, table, (plm_bits)strtol(threshold, NULL, 10),
                         has_second_look, accord);
    const int result = print_lines(print_person);
    plm_frequency_destroy(table);
    return result;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "--persons") == 0) {
        return print_persons(argv[2], argv[3], strcmp(argv[4], "second") == 0);
    }
    if (argc == 2 && strcmp(argv[1], "--digest") == 0) {
        uint8_t digest[PLM_RECIPE_DIGEST_BYTES];
        char hex[2 * PLM_RECIPE_DIGEST_BYTES + 1];
        plm_recipe_digest(digest);
        plm_hex_encode(hex, digest, sizeof digest);
        return puts(hex) < 0;
    }
    if (argc == 2 && strcmp(argv[1], "--rules") == 0) {
        for (size_t i = 0; i < plm_rule_count(); i++) {
            (void)puts(plm_rule_name(i));
        }
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "--deletions") == 0) {
        return print_lines(print_deletions);
    }
    return argc == 1 ? print_lines(print_parts) : 2;
}
