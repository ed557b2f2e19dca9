/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate.c - palermo evaluate: the rule "person" on two files whose persons in common are known.
 */
#include "cli/evaluate.h"

#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char command[] = "palermo evaluate";

enum {
    C_MAX = 4,
    TRIALS_MAX = 2 * (C_MAX + 1)
};

typedef struct evaluate_options {
    plm_evaluation_files files;
    bool same_id;
    const char *svg;
    const char *pairs;
    int64_t c; /* -1: all */
    int64_t n_expected;
    const char *look; /* "first", "second", "both" */
    bool json;
} evaluate_options;

static plm_status show_progress(void *context, double done)
{
    plm_evaluation *e = (plm_evaluation *)context;
    plm_meter_show(&e->meter, e->phase, (uint64_t)(done * 1000), 1000);
    return *e->cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
}

static plm_status run_trial(plm_evaluation *e, const char *pairs, int c, bool has_second_look,
                            plm_evaluated *result)
{
    plm_trial trial;
    const plm_trial_config config = {.table = e->table,
                                     .n_expected = e->n_expected,
                                     .c = c * PLM_BIT,
                                     .has_second_look = has_second_look,
                                     .progress = show_progress,
                                     .context = e};
    (void)snprintf(e->phase, sizeof e->phase, "c = %d, %s", c,
                   has_second_look ? "second look" : "tokens alone");
    plm_status status = plm_trial_run(&trial, &config, e->lists[0].items, e->lists[0].n,
                                      e->lists[1].items, e->lists[1].n);
    if (status == PLM_OK) {
        status = plm_evaluated_make(result, e, &trial);
        result->c = c;
        result->has_second_look = has_second_look;
    }
    if (status == PLM_OK && pairs != NULL) {
        status = plm_evaluated_pairs(pairs, e, &trial);
        if (status != PLM_OK) {
            (void)plm_say_status(command, pairs, status);
        }
    }
    plm_trial_wipe(&trial);
    plm_meter_end(&e->meter);
    return status;
}

static json_t *patterns_json(const plm_evaluated *r)
{
    json_t *all = json_object();
    for (size_t p = 0; p < plm_pattern_count(); p++) {
        (void)json_object_set_new(all, plm_pattern_get(p)->name,
                                  json_pack("{s:I, s:I, s:I, s:f}", "right",
                                            (json_int_t)r->patterns[p].n_right, "only",
                                            (json_int_t)r->patterns[p].n_only, "wrong",
                                            (json_int_t)r->patterns[p].n_wrong, "tokens_per_record",
                                            r->patterns[p].tokens_per_record));
    }
    return all;
}

static json_t *trial_json(const plm_evaluation *e, const plm_evaluated *r)
{
    return json_pack(
        "{s:i, s:b, s:f, s:[f,f], s:[I,I], s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:o}", "c", r->c,
        "second_look", (int)r->has_second_look, "threshold", r->threshold, "tokens_per_record",
        r->tokens_per_record[0], r->tokens_per_record[1], "tokens_cut", (json_int_t)r->n_cut[0],
        (json_int_t)r->n_cut[1], "candidates", (json_int_t)r->n_candidates, "right_candidates",
        (json_int_t)r->n_right_candidates, "hits", (json_int_t)r->n_hits, "right_hits",
        (json_int_t)r->n_right_hits, "candidates_per_pair",
        (double)r->n_candidates / (double)e->n_pairs, "precision", r->precision, "recall",
        r->recall, "f1", r->f1, "patterns", patterns_json(r));
}

static void print_patterns(const plm_evaluated *r)
{
    (void)printf("\nc = %d, %s: what each pattern shows\n  %-28s%12s%12s%12s%14s\n", r->c,
                 r->has_second_look ? "second look" : "tokens alone", "pattern", "one person",
                 "it alone", "two persons", "tokens/record");
    for (size_t p = 0; p < plm_pattern_count(); p++) {
        if (r->patterns[p].n_right + r->patterns[p].n_wrong > 0 ||
            r->patterns[p].tokens_per_record > 0) {
            (void)printf("  %-28s%12zu%12zu%12zu%14.2f\n", plm_pattern_get(p)->name,
                         r->patterns[p].n_right, r->patterns[p].n_only, r->patterns[p].n_wrong,
                         r->patterns[p].tokens_per_record);
        }
    }
    (void)printf("  grades (right of all): strong %zu of %zu, probable %zu of %zu, possible %zu of "
                 "%zu\n",
                 r->n_right_grades[3], r->n_grades[3], r->n_right_grades[2], r->n_grades[2],
                 r->n_right_grades[1], r->n_grades[1]);
}

static void print_all(const plm_evaluation *e, const plm_evaluated *all, size_t n)
{
    (void)printf("A %zu records, B %zu, %zu persons in both; table \"%s\"\n\n"
                 "  c  look       T  tokens/record  candidates/pair  reach  precision  recall      "
                 "F1\n",
                 e->lists[0].n, e->lists[1].n, e->n_pairs, plm_frequency_header(e->table, "name"));
    for (size_t i = 0; i < n; i++) {
        const plm_evaluated *r = &all[i];
        (void)printf("  %d  %-6s %5.2f  %6.1f %6.1f  %15.3f  %.3f     %.4f  %.4f  %.4f\n", r->c,
                     r->has_second_look ? "second" : "first", r->threshold, r->tokens_per_record[0],
                     r->tokens_per_record[1], (double)r->n_candidates / (double)e->n_pairs,
                     (double)r->n_right_candidates / (double)e->n_pairs, r->precision, r->recall,
                     r->f1);
        if (r->n_cut[0] + r->n_cut[1] > 0) {
            (void)printf("     tokens cut by the limit of a record: %llu in A, %llu in B\n",
                         (unsigned long long)r->n_cut[0], (unsigned long long)r->n_cut[1]);
        }
    }
    print_patterns(&all[n - 1]);
}

static plm_status report(const evaluate_options *o, const plm_evaluation *e,
                         const plm_evaluated *all, size_t n)
{
    plm_status status = o->svg == NULL ? PLM_OK : plm_evaluated_draw(o->svg, all, n);
    if (status != PLM_OK) {
        (void)plm_say_status(command, o->svg, status);
        return status;
    }
    if (!o->json) {
        print_all(e, all, n);
        return PLM_OK;
    }
    json_t *trials = json_array();
    for (size_t i = 0; i < n; i++) {
        (void)json_array_append_new(trials, trial_json(e, &all[i]));
    }
    const int printed = plm_say_json(
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:o}", "records_a",
                  (json_int_t)e->lists[0].n, "records_b", (json_int_t)e->lists[1].n, "pairs",
                  (json_int_t)e->n_pairs, "unknown_a", (json_int_t)e->n_unknown[0], "unknown_b",
                  (json_int_t)e->n_unknown[1], "expected", (json_int_t)e->n_expected, "table",
                  plm_frequency_header(e->table, "name"), "trials", trials));
    return printed == PLM_EXIT_OK ? PLM_OK : PLM_E_IO;
}

static int evaluate(const evaluate_options *o)
{
    plm_evaluation e = {.cancel = plm_catch_signals()};
    plm_evaluated *all = (plm_evaluated *)calloc(TRIALS_MAX, sizeof *all);
    size_t n = 0;
    plm_meter_init(&e.meter, "per mille");
    plm_status status =
        all == NULL ? PLM_E_NOMEM : plm_evaluation_open(&e, command, &o->files, o->n_expected);
    for (int look = 0; look < 2; look++) {
        const bool is_wanted =
            strcmp(o->look, "both") == 0 || (strcmp(o->look, "second") == 0) == (look == 1);
        for (int c = 0; status == PLM_OK && is_wanted && c <= C_MAX; c++) {
            if (o->c < 0 || o->c == c) {
                status = run_trial(&e, o->pairs, c, look == 1, &all[n++]);
            }
        }
    }
    if (status == PLM_OK) {
        status = report(o, &e, all, n);
    }
    plm_evaluation_close(&e);
    free(all);
    return plm_exit_status(status, 0);
}

int plm_command_evaluate(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo evaluate", "A B [--mapping FILE] (--truth FILE | --same-id) [OPTIONS]",
        "Runs the rule \"person\" in the clear on two files whose persons in common are known, "
        "with "
        "the\nsame code as a private run, and shows what it finds and what it discloses.\n"
        "Files are CSV with --mapping, else FollowTheMoney."};
    evaluate_options o = {.files.table = "international", .c = -1, .look = "both"};
    size_t n_files;
    const plm_option options[] = {
        {"mapping", PLM_OPTION_TEXT, &o.files.mappings[0], "FILE", "what the columns mean", 0, 0},
        {"mapping-b", PLM_OPTION_TEXT, &o.files.mappings[1], "FILE", "of B, if they differ", 0, 0},
        {"truth", PLM_OPTION_TEXT, &o.files.truth, "FILE", "CSV: id in A, id in B", 0, 0},
        {"same-id", PLM_OPTION_FLAG, &o.same_id, NULL, "records of one id are one person", 0, 0},
        {"table", PLM_OPTION_TEXT, &o.files.table, "NAME", "frequencies: a shipped table or a file",
         0, 0},
        {"equivalents", PLM_OPTION_TEXT, &o.files.equivalents, "FILE",
         "equivalent given names of the parties' own", 0, 0},
        {"expected", PLM_OPTION_NUMBER, &o.n_expected, "N",
         "persons in common expected (half of the shorter list)", 1, INT32_MAX},
        {"c", PLM_OPTION_NUMBER, &o.c, "BITS", "one strictness alone, not 0 to 4", 0, C_MAX},
        {"look", PLM_OPTION_TEXT, &o.look, "WHICH", "first, second or both", 0, 0},
        {"svg", PLM_OPTION_TEXT, &o.svg, "FILE", "draw precision over recall", 0, 0},
        {"pairs", PLM_OPTION_TEXT, &o.pairs, "FILE",
         "write the pairs found and missed (with --c and one --look)", 0, 0},
        {"json", PLM_OPTION_FLAG, &o.json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed =
        plm_options_parse(&usage, options, argc, argv, o.files.lists, 2, 2, &n_files);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (o.same_id == (o.files.truth != NULL)) {
        return plm_usage_error(&usage, "one of --truth FILE and --same-id is needed");
    }
    if (strcmp(o.look, "first") != 0 && strcmp(o.look, "second") != 0 &&
        strcmp(o.look, "both") != 0) {
        return plm_usage_error(&usage, "--look is first, second or both");
    }
    if (o.pairs != NULL && (o.c < 0 || strcmp(o.look, "both") == 0)) {
        return plm_usage_error(&usage,
                               "--pairs needs one trial: --c BITS and --look first or second");
    }
    if (o.files.mappings[1] == NULL) {
        o.files.mappings[1] = o.files.mappings[0];
    }
    return evaluate(&o);
}
