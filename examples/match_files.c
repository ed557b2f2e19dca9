/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which lines of one file stand in another, without either file being shown: the two machines of a
 * match, here in one process and with memory for a network.
 *
 *     cc match_files.c $(pkg-config --cflags --libs palermo libsodium) -o match_files
 *     ./match_files MINE THEIRS
 */
#include <palermo/match.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct list {
    char **lines;
    plm_token *tokens; /* 128 bits of hash of each line */
    size_t n;
} list;

static void check(const char *what, int failed, const char *why)
{
    if (failed) {
        (void)fprintf(stderr, "match_files: %s: %s\n", what, why);
        exit(1);
    }
}

static list read_list(const char *path)
{
    list l = {NULL, NULL, 0};
    char line[4096];
    FILE *file = fopen(path, "r");
    check(path, file == NULL, "can't be read");
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        l.lines = (char **)realloc(l.lines, (l.n + 1) * sizeof *l.lines);
        l.tokens = (plm_token *)realloc(l.tokens, (l.n + 1) * sizeof *l.tokens);
        l.lines[l.n] = strdup(line);
        crypto_generichash(l.tokens[l.n++].b, PLM_TOKEN_BYTES, (const unsigned char *)line,
                           strlen(line), NULL, 0);
    }
    (void)fclose(file);
    return l;
}

static void free_list(list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->lines[i]);
    }
    free(l->lines);
    free(l->tokens);
}

/* One turn of a machine; what it has to say goes to the other, as it would over a network. */
static plm_status turn(plm_match *m, plm_match *other)
{
    const uint8_t *message;
    size_t n;
    plm_status status = PLM_OK;
    if (plm_match_wants(m) & PLM_MATCH_OUTPUT) {
        status = plm_match_output(m, &message, &n);
        return status == PLM_OK ? plm_match_input(other, message, n) : status;
    }
    return plm_match_work(m);
}

int main(int argc, char **argv)
{
    check("usage", argc != 3, "match_files MINE THEIRS (files of lines, each line once)");
    list lists[2] = {read_list(argv[1]), read_list(argv[2])};
    plm_match *side[2] = {NULL, NULL};
    plm_status status = PLM_OK;
    for (int i = 0; i < 2 && status == PLM_OK; i++) {
        plm_match_config config = {.engine = PLM_ENGINE_VOLE,
                                   .role = i == 0 ? PLM_MATCH_RECEIVER : PLM_MATCH_SENDER,
                                   .tokens = lists[i].tokens,
                                   .n = lists[i].n,
                                   .n_peer = lists[1 - i].n};
        status = plm_match_create(&side[i], &config);
    }
    for (int i = 0; status == PLM_OK && !(plm_match_wants(side[0]) & PLM_MATCH_DONE); i ^= 1) {
        status = turn(side[i], side[1 - i]);
    }
    const uint32_t *hits;
    size_t n = 0;
    status = status == PLM_OK ? plm_match_hits(side[0], &hits, &n) : status;
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        (void)puts(lists[0].lines[hits[i]]);
    }
    for (int i = 0; i < 2; i++) {
        plm_match_destroy(side[i]);
        free_list(&lists[i]);
    }
    check("matching", status != PLM_OK, plm_status_sentence(status));
    return 0;
}
