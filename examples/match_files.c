/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which lines of one file stand in another, without either file being shown: the two machines of a
 * match, here in one process and with memory for a network.
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
    plm_token *tokens;
    size_t n;
} list;

static void check(const char *what, plm_status status)
{
    if (status != PLM_OK) {
        (void)fprintf(stderr, "match_files: %s: %s\n", what, plm_status_sentence(status));
        exit(1);
    }
}

/* Lines, and 128 bits of hash for each. */
static list read_list(const char *path)
{
    list l = {NULL, NULL, 0};
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    for (ssize_t n; (n = getline(&line, &room, file)) > 0; l.n++) {
        line[strcspn(line, "\n")] = '\0';
        l.lines = (char **)realloc(l.lines, (l.n + 1) * sizeof *l.lines);
        l.tokens = (plm_token *)realloc(l.tokens, (l.n + 1) * sizeof *l.tokens);
        l.lines[l.n] = strdup(line);
        crypto_generichash(l.tokens[l.n].b, PLM_TOKEN_BYTES, (const unsigned char *)line,
                           strlen(line), NULL, 0);
    }
    (void)fclose(file);
    return l;
}

static plm_match *start(plm_match_role role, const list *own, const list *other)
{
    plm_match *m = NULL;
    plm_match_config config = {.engine = PLM_ENGINE_VOLE,
                               .role = role,
                               .tokens = own->tokens,
                               .n = own->n,
                               .n_peer = other->n};
    check("starting", plm_match_create(&m, &config));
    return m;
}

/* One turn of a machine; what it has to say goes to the other, as it would over a network. */
static void turn(plm_match *m, plm_match *other)
{
    const uint8_t *message;
    size_t n;
    unsigned wants = plm_match_wants(m);
    if (wants & PLM_MATCH_OUTPUT) {
        check("sending", plm_match_output(m, &message, &n));
        check("receiving", plm_match_input(other, message, n));
    } else if (wants & PLM_MATCH_WORK) {
        check("matching", plm_match_work(m));
    }
}

int main(int argc, char **argv)
{
    if (argc != 3 || sodium_init() < 0) {
        (void)fprintf(stderr, "usage: match_files MINE THEIRS (files of lines, each line once)\n");
        return 2;
    }
    list mine = read_list(argv[1]);
    list theirs = read_list(argv[2]);
    plm_match *receiver = start(PLM_MATCH_RECEIVER, &mine, &theirs);
    plm_match *sender = start(PLM_MATCH_SENDER, &theirs, &mine);
    while (!(plm_match_wants(receiver) & PLM_MATCH_DONE)) {
        turn(receiver, sender);
        turn(sender, receiver);
    }
    const uint32_t *hits;
    size_t n;
    check("reading hits", plm_match_hits(receiver, &hits, &n));
    for (size_t i = 0; i < n; i++) {
        (void)puts(mine.lines[hits[i]]);
    }
    plm_match_destroy(receiver);
    plm_match_destroy(sender);
}
