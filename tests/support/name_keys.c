/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_keys - prints the keys of names: one name a line on standard input, and for each a line
 *
 *     folded TAB sound TAB sound ...      (an empty line: no keys)
 *
 * With "--digest" it prints the digest of the recipe, with "--rules" the names of the rules. For
 * the comparison with tests/e2e/oracle/palermo_oracle.py.
 */
#include "ident/name_keys.h"
#include "ident/recipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int print_keys(void)
{
    static plm_name_keys keys;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t n;
    while ((n = getline(&line, &capacity, stdin)) > 0) {
        size_t length = (size_t)n - (line[n - 1] == '\n');
        if (plm_name_keys_of(&keys, plm_span_of(line, length)) != PLM_OK) {
            free(line);
            return 1;
        }
        (void)fwrite(keys.folded, 1, keys.folded_bytes, stdout);
        for (size_t i = 0; i < keys.n_sounds; i++) {
            (void)putchar('\t');
            (void)fwrite(keys.sound[i], 1, keys.sound_bytes[i], stdout);
        }
        (void)putchar('\n');
    }
    free(line);
    return ferror(stdin) || fflush(stdout) != 0;
}

int main(int argc, char **argv)
{
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
    return argc == 1 ? print_keys() : 2;
}
