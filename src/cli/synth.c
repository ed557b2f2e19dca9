/* SPDX-License-Identifier: Apache-2.0 */
/*
 * synth.c - palermo synth: writes two synthetic registers, or scores hits against their truth.
 */
#include "synth/synth.h"

#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"
#include "synth/population.h"
#include "synth/score.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    TRUTH_MAX = 1 << 30,
    PATH_BYTES = 4096
};

typedef struct synth_options {
    int64_t seed;
    int64_t n_a;
    int64_t n_b;
    int64_t n_common;
    int64_t typos;
    int64_t surnames;
    int64_t dates;
    bool has_population;
    const char *directory;
    const char *truth;
    const char *hits_a;
    const char *hits_b;
    bool json;
} synth_options;

static const char command[] = "palermo synth";

static plm_status write_bytes(void *context, plm_span bytes)
{
    FILE *file = (FILE *)context;
    return fwrite(bytes.p, 1, bytes.n, file) == bytes.n ? PLM_OK : PLM_E_IO;
}

static FILE *open_file(const char *directory, const char *name)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        plm_say_error(command, "%s: %s", path, strerror(errno));
    }
    return file;
}

/* Closing tells whether everything was written. */
static plm_status close_file(FILE *file, plm_status status)
{
    if (file != NULL && fclose(file) != 0 && status == PLM_OK) {
        return PLM_E_IO;
    }
    return status;
}

static plm_status write_mapping(const char *directory, plm_span mapping)
{
    char path[PATH_BYTES];
    (void)snprintf(path, sizeof path, "%s/mapping.json", directory);
    return plm_file_write(path, mapping, 0644, false);
}

static int write_registers(const synth_options *o)
{
    const plm_synth_config config = {(uint64_t)o->seed, (uint64_t)o->n_a, (uint64_t)o->n_b,
                                     (uint64_t)o->n_common};
    const plm_population_config population = {config, (unsigned)o->typos, (unsigned)o->surnames,
                                              (unsigned)o->dates};
    plm_synth_report report = {.n_pairs = (uint64_t)o->n_common};
    if (mkdir(o->directory, 0755) != 0 && errno != EEXIST) {
        plm_say_error(command, "%s: %s", o->directory, strerror(errno));
        return PLM_EXIT_FAILED;
    }
    FILE *a = open_file(o->directory, "a.csv");
    FILE *b = open_file(o->directory, "b.csv");
    FILE *truth = open_file(o->directory, "truth.csv");
    plm_status status = a == NULL || b == NULL || truth == NULL ? PLM_E_IO : PLM_OK;
    if (status == PLM_OK) {
        const plm_synth_sinks sinks = {{write_bytes, a}, {write_bytes, b}, {write_bytes, truth}};
        status = o->has_population ? plm_population_write(&population, &sinks)
                                   : plm_synth_write(&config, &sinks, &report);
    }
    status = close_file(a, status);
    status = close_file(b, status);
    status = close_file(truth, status);
    if (status == PLM_OK) {
        status = write_mapping(o->directory,
                               o->has_population ? plm_population_mapping() : plm_synth_mapping());
    }
    if (status != PLM_OK) {
        return plm_say_status(command, o->directory, status);
    }
    if (o->json) {
        return plm_say_json(json_pack("{s:I, s:I, s:I, s:I}", "pairs", (json_int_t)report.n_pairs,
                                      "findable", (json_int_t)report.n_findable, "hard",
                                      (json_int_t)report.n_hard, "excluded",
                                      (json_int_t)report.n_excluded));
    }
    if (o->has_population) {
        (void)printf("%s: a.csv (%" PRId64 " persons), b.csv (%" PRId64 "), truth.csv: %" PRId64
                     " in both\n",
                     o->directory, o->n_a, o->n_b, o->n_common);
        return PLM_EXIT_OK;
    }
    (void)printf("%s: a.csv (%" PRId64 " persons), b.csv (%" PRId64 "), truth.csv: %" PRIu64
                 " in both,\n  of them %" PRIu64 " findable by a rule, %" PRIu64
                 " by none, %" PRIu64 " protected\n",
                 o->directory, o->n_a, o->n_b, report.n_pairs, report.n_findable, report.n_hard,
                 report.n_excluded);
    return PLM_EXIT_OK;
}

/* The ids in the output of 'palermo hits --json'. *ids borrows from *document. */
static plm_status read_hits(const char *path, json_t **document, const char ***ids, size_t *n)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_buf bytes;
    plm_buf_init(&bytes, TRUTH_MAX);
    plm_status status = plm_file_read(path, &bytes);
    if (status == PLM_OK) {
        status = plm_json_parse(document, plm_buf_span(&bytes), &sink, path, 1);
    } else {
        plm_say_error(command, "%s: %s", path, strerror(errno));
    }
    plm_buf_wipe(&bytes);
    const plm_json_at root = plm_json_root(*document, &sink, path, 0);
    if (status == PLM_OK) {
        status = plm_json_array(&root, 0, SIZE_MAX, n);
    }
    if (status == PLM_OK) {
        *ids = (const char **)calloc(*n + 1, sizeof **ids);
        status = *ids == NULL ? PLM_E_NOMEM : PLM_OK;
    }
    for (size_t i = 0; status == PLM_OK && i < *n; i++) {
        const plm_json_at hit = plm_json_element(&root, i);
        const plm_json_at record = plm_json_member(&hit, "record");
        status = plm_json_string(&record, 1, 4096, &(*ids)[i]);
    }
    return status;
}

static json_t *score_json(const plm_synth_score *s)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f}", "pairs",
                     (json_int_t)s->n_pairs, "findable", (json_int_t)s->n_findable, "reported",
                     (json_int_t)s->n_reported, "true", (json_int_t)s->n_true, "false",
                     (json_int_t)s->n_false, "protected", (json_int_t)s->n_protected, "precision",
                     s->precision, "recall", s->recall, "recall_findable", s->recall_findable);
}

static plm_status score_side(const synth_options *o, plm_span truth, bool is_b,
                             plm_synth_score *score)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    json_t *document = NULL;
    const char **ids = NULL;
    size_t n = 0;
    plm_status status = read_hits(is_b ? o->hits_b : o->hits_a, &document, &ids, &n);
    if (status == PLM_OK) {
        status = plm_synth_score_make(score, truth, is_b, ids, n, NULL, 0, &sink, o->truth);
    }
    free((void *)ids);
    json_decref(document);
    return status;
}

static void print_score(const char *side, const plm_synth_score *s)
{
    (void)printf("%s: precision %.4f, recall %.4f of all pairs, %.4f of those a rule can find\n"
                 "   %" PRIu64 " reported: %" PRIu64 " right, %" PRIu64 " wrong, %" PRIu64
                 " protected persons (must be 0); %" PRIu64 " pairs planted\n",
                 side, s->precision, s->recall, s->recall_findable, s->n_reported, s->n_true,
                 s->n_false, s->n_protected, s->n_pairs);
}

static int score(const synth_options *o)
{
    plm_buf truth;
    plm_synth_score scores[2];
    plm_buf_init(&truth, TRUTH_MAX);
    plm_status status = plm_file_read(o->truth, &truth);
    if (status != PLM_OK) {
        plm_say_error(command, "%s: %s", o->truth, strerror(errno));
    }
    for (int side = 0; side < 2 && status == PLM_OK; side++) {
        status = score_side(o, plm_buf_span(&truth), side == 1, &scores[side]);
    }
    plm_buf_wipe(&truth);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    if (o->json) {
        return plm_say_json(
            json_pack("{s:o, s:o}", "a", score_json(&scores[0]), "b", score_json(&scores[1])));
    }
    print_score("A", &scores[0]);
    print_score("B", &scores[1]);
    return PLM_EXIT_OK;
}

int plm_command_synth(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo synth", "--out DIR [OPTIONS] | --score TRUTH --hits-a FILE --hits-b FILE",
        "Writes two registers of invented persons with a known overlap (a.csv, b.csv, "
        "mapping.json,\n"
        "truth.csv), or scores both sides' hits (palermo hits --json) against that truth."};
    synth_options o = {.seed = 1,
                       .n_a = 1000,
                       .n_b = 1000,
                       .n_common = 200,
                       .typos = 15,
                       .surnames = 3,
                       .dates = 8};
    const plm_option options[] = {
        {"out", PLM_OPTION_TEXT, &o.directory, "DIR", "where to write", 0, 0},
        {"seed", PLM_OPTION_NUMBER, &o.seed, "N", "same seed, same bytes (1)", 0, INT64_MAX},
        {"persons-a", PLM_OPTION_NUMBER, &o.n_a, "N", "persons in A (1000)", 1, 100000000},
        {"persons-b", PLM_OPTION_NUMBER, &o.n_b, "N", "persons in B (1000)", 1, 100000000},
        {"common", PLM_OPTION_NUMBER, &o.n_common, "N", "of them in both (200)", 0, 100000000},
        {"population", PLM_OPTION_FLAG, &o.has_population, NULL,
         "names and dates alone, names as common as in the United States", 0, 0},
        {"typos", PLM_OPTION_NUMBER, &o.typos, "PERCENT", "names in B mistyped (15)", 0, 100},
        {"surname-changes", PLM_OPTION_NUMBER, &o.surnames, "PERCENT", "surnames changed (3)", 0,
         100},
        {"date-errors", PLM_OPTION_NUMBER, &o.dates, "PERCENT", "dates in B wrong (8)", 0, 100},
        {"score", PLM_OPTION_TEXT, &o.truth, "TRUTH", "truth.csv to score against", 0, 0},
        {"hits-a", PLM_OPTION_TEXT, &o.hits_a, "FILE", "what A's node reported", 0, 0},
        {"hits-b", PLM_OPTION_TEXT, &o.hits_b, "FILE", "what B's node reported", 0, 0},
        {"json", PLM_OPTION_FLAG, &o.json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, NULL, 0, 0, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.truth != NULL && o.hits_a != NULL && o.hits_b != NULL) {
        return score(&o);
    }
    if (o.truth != NULL || o.directory == NULL) {
        return plm_usage_error(&usage, "--out DIR, or --score with --hits-a and --hits-b");
    }
    if (o.n_common > o.n_a || o.n_common > o.n_b) {
        return plm_usage_error(&usage, "--common can't be more than the persons of either side");
    }
    return write_registers(&o);
}
