/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accord_draft.c - palermo accord draft: a first draft between parties, for them to argue about.
 */
#include "accord/draft.h"

#include "base/file.h"
#include "cli/accord.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"
#include "net/net.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    PARTY_BYTES_MAX = 1 << 16,
    DEFAULT_YEARS = 2
};

typedef struct draft_options {
    plm_text_list party_files;
    const char *out_path;
    const char *title;
    const char *engine;
    const char *learns;
    const char *expires;
    int64_t pad_to;
    int64_t smallest_set;
    int64_t tokens_per_run;
    int64_t tokens_per_day;
    int64_t runs_per_day;
    int64_t lookups_per_hour;
    int64_t retention_days;
    int64_t notice_days;
} draft_options;

/* An array of strings, in the arena. */
static plm_status read_list(const plm_json_at *root, const char *key, plm_arena *arena,
                            const char ***out, size_t *n)
{
    const plm_json_at list = plm_json_member(root, key);
    plm_status status = plm_json_array(&list, 0, PLM_PURPOSE_OFFENCES_MAX, n);
    if (status != PLM_OK || *n == 0) {
        return status;
    }
    *out = (const char **)plm_arena_array(arena, *n, sizeof **out);
    if (*out == NULL) {
        return PLM_E_NOMEM;
    }
    for (size_t i = 0; status == PLM_OK && i < *n; i++) {
        const plm_json_at at = plm_json_element(&list, i);
        const char *text = "";
        status = plm_json_string(&at, 1, PLM_TEXT_MAX - 1, &text);
        (*out)[i] = plm_arena_string(arena, plm_span_str(text));
        if (status == PLM_OK && (*out)[i] == NULL) {
            status = PLM_E_NOMEM;
        }
    }
    return status;
}

static plm_status read_lists(const plm_json_at *root, plm_arena *arena, plm_party *out)
{
    const plm_json_at assurances = plm_json_member(root, "assurances");
    const char *text = "";
    plm_status status = read_list(root, "languages", arena, &out->languages, &out->n_languages);
    if (status == PLM_OK) {
        status =
            read_list(root, "death_penalty", arena, &out->death_penalty, &out->n_death_penalty);
    }
    if (status == PLM_OK && assurances.value != NULL) {
        status = plm_json_string(&assurances, 1, PLM_TEXT_MAX - 1, &text);
    }
    out->assurances = plm_arena_string(arena, plm_span_str(text));
    return status == PLM_OK && out->assurances == NULL ? PLM_E_NOMEM : status;
}

/* A party as 'palermo authority --json' prints it; the strings live in the arena. */
static plm_status read_party(const char *command, const char *path, plm_arena *arena,
                             plm_party *out)
{
    static const char *const members[] = {
        "code",         "name",      "kind",          "address",    "contact",
        "identity_key", "languages", "death_penalty", "assurances", NULL};
    const plm_diag_sink sink = {plm_diag_print, stderr};
    const char **const targets[] = {&out->code, &out->name, &out->kind, &out->address,
                                    &out->contact};
    json_t *document = NULL;
    plm_buf bytes;
    plm_buf_init(&bytes, PARTY_BYTES_MAX);
    plm_status status = plm_file_read(path, &bytes);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", path,
                      status == PLM_E_IO ? strerror(errno) : plm_status_sentence(status));
    } else {
        status = plm_json_parse(&document, plm_buf_span(&bytes), &sink, path, 1);
    }
    const plm_json_at root = plm_json_root(document, &sink, path, 0);
    if (status == PLM_OK) {
        status = plm_json_object(&root, members);
    }
    for (size_t i = 0; status == PLM_OK && i < sizeof targets / sizeof *targets; i++) {
        const plm_json_at member = plm_json_member(&root, members[i]);
        const char *text = "";
        status = plm_json_string(&member, 0, PLM_TEXT_MAX - 1, &text);
        *targets[i] = plm_arena_string(arena, plm_span_str(text));
        if (status == PLM_OK && *targets[i] == NULL) {
            status = PLM_E_NOMEM;
        }
    }
    if (status == PLM_OK) {
        const plm_json_at key = plm_json_member(&root, "identity_key");
        status = plm_json_hex(&key, out->identity, sizeof out->identity);
    }
    if (status == PLM_OK) {
        status = read_lists(&root, arena, out);
    }
    json_decref(document);
    plm_buf_wipe(&bytes);
    return status;
}

static bool is_engine(const char *word)
{
    for (size_t i = 0; plm_engine_choices[i] != NULL; i++) {
        if (strcmp(plm_engine_choices[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static int fill_options(const plm_usage_text *usage, const draft_options *o, plm_draft_options *d)
{
    *d = (plm_draft_options){
        .title = o->title,
        .engine = o->engine,
        .budget = {(uint64_t)o->tokens_per_run, (uint64_t)o->tokens_per_day,
                   (uint64_t)o->runs_per_day, (uint64_t)o->lookups_per_hour},
        .notice_days = (uint32_t)o->notice_days,
        .smallest_set = (uint64_t)o->smallest_set,
        .pad_to = (uint64_t)o->pad_to,
        .retention_days = (uint32_t)o->retention_days,
    };
    if (strcmp(o->learns, "holder") == 0) {
        d->learns = PLM_LEARNS_HOLDER;
    } else if (strcmp(o->learns, "asker") == 0) {
        d->learns = PLM_LEARNS_ASKER;
    } else if (strcmp(o->learns, "both") == 0) {
        d->learns = PLM_LEARNS_BOTH;
    } else {
        return plm_usage_error(usage, "--learns must be holder, asker or both");
    }
    if (!is_engine(o->engine)) {
        return plm_usage_error(usage, "--engine must be oprf, vole or by-size");
    }
    if (o->expires == NULL) {
        d->expires = plm_date_of_ms(plm_wall_ms());
        d->expires.year += DEFAULT_YEARS;
        d->expires.month = 12;
        d->expires.day = 31;
    } else if (plm_date_parse(&d->expires, plm_span_str(o->expires)) != PLM_OK ||
               d->expires.day == 0) {
        return plm_usage_error(usage, "--expires must be a date, YYYY-MM-DD");
    }
    return PLM_EXIT_OK;
}

static int draft(const plm_usage_text *usage, const draft_options *o, const plm_draft_options *d)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_party parties[PLM_LIST_MAX] = {{0}};
    plm_arena arena;
    plm_buf text;
    plm_status status = PLM_OK;
    plm_arena_init(&arena, (size_t)1 << 20);
    plm_buf_init(&text, PLM_ACCORD_BYTES_MAX);
    for (size_t i = 0; status == PLM_OK && i < o->party_files.n; i++) {
        status = read_party(usage->command, o->party_files.items[i], &arena, &parties[i]);
    }
    if (status == PLM_OK) {
        status = plm_accord_draft(&text, parties, o->party_files.n, d, &sink);
    }
    if (status == PLM_OK && o->out_path != NULL) {
        status = plm_file_write(o->out_path, plm_buf_span(&text), 0644, false);
        if (status != PLM_OK) {
            plm_say_error(usage->command, "%s: %s", o->out_path, strerror(errno));
        }
    } else if (status == PLM_OK && fwrite(text.data, 1, text.n, stdout) != text.n) {
        status = PLM_E_IO;
    }
    plm_buf_wipe(&text);
    plm_arena_wipe(&arena);
    return plm_exit_status(status, 0);
}

int plm_accord_command_draft(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo accord draft", "--party FILE --party FILE... [OPTIONS]",
        "Writes a draft between the parties given, each as its 'palermo authority --json' prints "
        "it:\npurposes, offences, rules and cautious budgets, for the parties to argue about."};
    draft_options o = {.engine = "by-size", .learns = "holder"};
    plm_draft_options d;
    const plm_option options[] = {
        {"party", PLM_OPTION_LIST, &o.party_files, "FILE", "a party; repeatable", 0, 0},
        {"out", PLM_OPTION_TEXT, &o.out_path, "FILE", "write it there, not to standard output", 0,
         0},
        {"title", PLM_OPTION_TEXT, &o.title, "TEXT", "of the accord", 0, 0},
        {"engine", PLM_OPTION_TEXT, &o.engine, "ENGINE", "by-size (default), oprf or vole", 0, 0},
        {"learns", PLM_OPTION_TEXT, &o.learns, "WHO", "holder (default), asker or both", 0, 0},
        {"expires", PLM_OPTION_TEXT, &o.expires, "DATE", "last day in force", 0, 0},
        {"pad-to", PLM_OPTION_NUMBER, &o.pad_to, "N", "tell numbers of tokens rounded up to it", 1,
         PLM_MATCH_TOKENS_MAX},
        {"smallest-set", PLM_OPTION_NUMBER, &o.smallest_set, "N", "fewer tokens may not take part",
         1, PLM_MATCH_TOKENS_MAX},
        {"tokens-per-run", PLM_OPTION_NUMBER, &o.tokens_per_run, "N", "budget", 1,
         PLM_MATCH_TOKENS_MAX},
        {"tokens-per-day", PLM_OPTION_NUMBER, &o.tokens_per_day, "N", "budget", 1, INT64_MAX},
        {"runs-per-day", PLM_OPTION_NUMBER, &o.runs_per_day, "N", "budget", 1, INT64_MAX},
        {"lookups-per-hour", PLM_OPTION_NUMBER, &o.lookups_per_hour, "N", "budget; 0: none", 0,
         1000000},
        {"notice-days", PLM_OPTION_NUMBER, &o.notice_days, "N", "of a denunciation (90)", 1, 3650},
        {"retention-days", PLM_OPTION_NUMBER, &o.retention_days, "N", "of hits", 1, 36500},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.party_files.n < 2) {
        return plm_usage_error(&usage, "at least two --party are needed");
    }
    int wrong = fill_options(&usage, &o, &d);
    return wrong != PLM_EXIT_OK ? wrong : draft(&usage, &o, &d);
}
