/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tokens of data/tokens.tsv: made by tests/e2e/oracle/palermo_oracle.py, which was written from
 * spec/tokens.md alone.
 */
#include "ident/recipe.h"
#include "record_fixture.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct vector_case {
    plm_token_set set;
    bool is_made;
    size_t n_seen;
} vector_case;

/* Splits at tabs, in place. */
static size_t split(char *line, char **cells, size_t max)
{
    size_t n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *p = line; p != NULL && n < max; n++) {
        cells[n] = p;
        p = strchr(p, '\t');
        if (p != NULL) {
            *p++ = '\0';
        }
    }
    return n;
}

static void make(vector_case *c, char **cells, size_t n_cells)
{
    uint8_t accord_hash[PLM_ACCORD_HASH_BYTES];
    uint32_t rules[PLM_RULES_MAX];
    plm_kind kind = PLM_KIND_DEVICE;
    record_fixture fixture;
    CHECK(plm_hex_decode(accord_hash, sizeof accord_hash, cells[2]) == 0);
    CHECK_STATUS(plm_kind_find(&kind, cells[3]), PLM_OK);
    fixture_begin(&fixture, kind);
    for (size_t i = 4; i < n_cells; i++) {
        plm_ident_type type = PLM_IDENT_TYPE_COUNT;
        char *value = strchr(cells[i], '=');
        *value++ = '\0';
        CHECK_STATUS(plm_ident_type_find(&type, cells[i]), PLM_OK);
        fixture_value(&fixture, type, value);
    }
    for (uint32_t i = 0; i < plm_rule_count(); i++) {
        rules[i] = i;
    }
    plm_token_set_wipe(&c->set);
    CHECK_STATUS(plm_token_set_init(&c->set, accord_hash, rules, plm_rule_count()), PLM_OK);
    CHECK_STATUS(plm_token_set_add(&c->set, &fixture.record, 7), PLM_OK);
    CHECK_STATUS(plm_token_set_finish(&c->set), PLM_OK);
    c->is_made = true;
    c->n_seen = 0;
}

static bool has(const plm_token_set *set, size_t rule, const uint8_t *token)
{
    for (size_t i = 0; i < set->n_entries; i++) {
        const plm_token_entry *e = &set->entries[i];
        if (e->rule == rule && e->record == 7 && memcmp(e->token.b, token, PLM_TOKEN_BYTES) == 0) {
            return true;
        }
    }
    return false;
}

static void test_tokens(void)
{
    static vector_case c;
    char line[4096];
    unsigned n_tokens = 0;
    FILE *file = fopen(TOKENS_TSV, "r");
    if (!CHECK(file != NULL)) {
        return;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        char *cells[32];
        size_t n = split(line, cells, 32);
        if (strcmp(cells[0], "record") == 0 && n >= 4) {
            CHECK(!c.is_made || c.n_seen == c.set.n_entries); /* no token that is not published */
            make(&c, cells, n);
        } else if (strcmp(cells[0], "token") == 0 && n == 4) {
            uint8_t token[PLM_TOKEN_BYTES];
            size_t rule = PLM_RULES_MAX;
            CHECK(plm_hex_decode(token, sizeof token, cells[3]) == 0);
            CHECK_STATUS(plm_rule_find(&rule, cells[2]), PLM_OK);
            if (!CHECK(has(&c.set, rule, token))) {
                printf("# case %s, %s, %s\n", cells[1], cells[2], cells[3]);
            }
            c.n_seen++;
            n_tokens++;
        }
    }
    CHECK(c.n_seen == c.set.n_entries);
    CHECK(n_tokens > 20);
    plm_token_set_wipe(&c.set);
    (void)fclose(file);
}

int main(void)
{
    TAP_RUN(test_tokens);
    return tap_done();
}
