/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_explain.c - palermo accord explain and diff: accords in plain words.
 */
#include "accord/explain.h"
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/say.h"

#include <stdio.h>
#include <string.h>

enum {
    EXPLAIN_MAX = 4 << 20
};

static int print_words(plm_status status, const plm_buf *words, bool json)
{
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    if (json) {
        return plm_say_json(
            json_pack("{s:s%}", "explanation", (const char *)words->data, words->n));
    }
    (void)fwrite(words->data, 1, words->n, stdout);
    return PLM_EXIT_OK;
}

static plm_status explain(const plm_home *home, const char *command, const char *hash,
                          const char *with, plm_buf *words)
{
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    plm_agreement *agreement = NULL;
    plm_status status;
    if (hash != NULL) {
        status = plm_accord_load(home, command, hash, &agreement);
    } else {
        status = plm_agreement_find(&agreement, home->store, home->code, with, NULL, today);
        if (status != PLM_OK) {
            (void)plm_say_status(command, with, status);
        }
    }
    if (status != PLM_OK) {
        return status;
    }
    const plm_in_force state = plm_agreement_state(agreement, today);
    status = plm_accord_explain(agreement->accord, &state, home->code, with, words);
    if (status != PLM_OK) {
        (void)plm_say_status(command, with, status);
    }
    plm_agreement_destroy(agreement);
    return status;
}

int plm_accord_command_explain(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord explain", "[HASH] --with CODE",
        "Says in plain words what counts between us and another party: the accord in force (or "
        "the\n"
        "one named), less what each of the two reserved, and why."};
    plm_common common = {0};
    const char *with = NULL;
    const plm_option options[] = {
        {"with", PLM_OPTION_TEXT, &with, "CODE", "the other party", 0, 0},
        PLM_COMMON_OPTIONS(&common),
        PLM_OPTIONS_END,
    };
    const char *hash = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &hash, 0, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (with == NULL) {
        return plm_usage_error(&usage, "--with is needed");
    }
    plm_home home = {0};
    plm_buf words;
    plm_buf_init(&words, EXPLAIN_MAX);
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status == PLM_OK) {
        status = explain(&home, usage.command, hash, with, &words);
    }
    int result = print_words(status, &words, common.json);
    plm_buf_wipe(&words);
    plm_home_close(&home);
    return result;
}

/* An accord from a file, or, if that looks like a hash, from the store. */
static plm_status take_accord(const plm_home *home, const char *command, const char *what,
                              plm_agreement **stored, plm_accord **parsed)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    size_t n = strlen(what);
    if (n == 64 && strspn(what, "0123456789abcdef") == n) {
        return plm_accord_load(home, command, what, stored);
    }
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_accord_read_file(command, what, &bytes);
    if (status == PLM_OK) {
        status = plm_accord_parse(parsed, plm_buf_span(&bytes), &sink, what);
    }
    plm_buf_wipe(&bytes);
    return status;
}

int plm_accord_command_diff(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord diff", "OLD NEW",
        "Says in plain words what changed from one accord to another; each is a file, or the hash\n"
        "of an adopted accord."};
    plm_common common = {0};
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    const char *words[2];
    plm_parse_result done = plm_options_parse(&usage, options, argc, argv, words, 2, 2, NULL);
    if (done != PLM_PARSED) {
        return done == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_home home = {0};
    plm_agreement *stored[2] = {NULL, NULL};
    plm_accord *parsed[2] = {NULL, NULL};
    plm_buf text;
    plm_buf_init(&text, EXPLAIN_MAX);
    plm_status status = plm_home_open(&home, &common, usage.command);
    for (size_t i = 0; status == PLM_OK && i < 2; i++) {
        status = take_accord(&home, usage.command, words[i], &stored[i], &parsed[i]);
    }
    const plm_accord *sides[2];
    for (size_t i = 0; i < 2; i++) {
        sides[i] = parsed[i];
        if (sides[i] == NULL && stored[i] != NULL) {
            sides[i] = stored[i]->accord;
        }
    }
    if (status == PLM_OK && sides[0] != NULL && sides[1] != NULL) {
        status = plm_accord_diff(sides[0], sides[1], &text);
    }
    int result = print_words(status, &text, common.json);
    for (size_t i = 0; i < 2; i++) {
        plm_agreement_destroy(stored[i]);
        plm_accord_destroy(parsed[i]);
    }
    plm_buf_wipe(&text);
    plm_home_close(&home);
    return result;
}
