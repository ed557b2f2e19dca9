/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate.c - palermo evaluate: the rule "person" on two files with known truth.
 */
#include "cli/commands.h"
#include "cli/evaluate.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char command[] = "palermo evaluate";

enum {
    C_MAX = 4
};

typedef struct evaluate_options {
    const char *files[2];
    const char *mapping;
    const char *mapping_b;
    const char *truth;
    bool same_id;
    const char *table;
    const char *svg;
    int64_t n_expected;
    bool json;
} evaluate_options;

static plm_status show_progress(void *context, double done)
{
    plm_evaluation *e = (plm_evaluation *)context;
    plm_meter_show(&e->meter, e->phase, (uint64_t)(done * 1000), 1000);
    return *e->cancel != 0 ? PLM_E_CANCELLED : PLM_OK;
}

static plm_status run_trial(plm_evaluation *e, int64_t c, bool has_second_look,
                            plm_evaluated *result)
{
    plm_trial trial;
    const plm_trial_config config = {.table = e->table,
                                     .n_expected = e->n_expected,
                                     .c = (plm_bits)(c * PLM_BIT),
                                     .has_second_look = has_second_look,
                                     .progress = show_progress,
                                     .context = e};
    (void)snprintf(e->phase, sizeof e->phase, "c = %d%s", (int)c,
                   has_second_look ? ", second look" : "");
    plm_status status = plm_trial_run(&trial, &config, e->lists[0].items, e->lists[0].n,
                                      e->lists[1].items, e->lists[1].n);
    if (status == PLM_OK) {
        status = plm_evaluated_make(result, e, &trial);
    }
    plm_trial_wipe(&trial);
    return status;
}

static int evaluate(const evaluate_options *o)
{
    plm_evaluation e = {.cancel = plm_catch_signals()};
    plm_meter_init(&e.meter, "per mille");
    plm_status status = plm_evaluation_open(&e, command, o->files, o->mapping, o->mapping_b,
                                            o->truth, o->table, o->n_expected);
    for (int c = 0; status == PLM_OK && c <= C_MAX; c++) {
        for (int second = 0; status == PLM_OK && second < 2; second++) {
            plm_evaluated r;
            status = run_trial(&e, c, second == 1, &r);
            plm_meter_end(&e.meter);
            printf("c=%d second=%d T=%.2f tokens/rec %.1f %.1f cand/true %.3f candrecall %.4f P %.4f R %.4f F1 %.4f bestF1 %.4f\n", c, second,
                   r.threshold, r.tokens[0], r.tokens[1], r.candidates_per_pair, r.candidate_recall, r.precision, r.recall, r.f1, r.best_f1);
            fflush(stdout);
        }
    }
    plm_evaluation_close(&e);
    return plm_exit_status(status, 0);
}

int plm_command_evaluate(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo evaluate", "A B --mapping FILE (--truth FILE | --same-id)",
        "Runs the rule \"person\" in the clear on two files whose persons in common are known."};
    evaluate_options o = {.table = "international"};
    size_t n_files;
    const plm_option options[] = {
        {"mapping", PLM_OPTION_TEXT, &o.mapping, "FILE", "how the columns are meant", 0, 0},
        {"mapping-b", PLM_OPTION_TEXT, &o.mapping_b, "FILE", "of B, if it has others", 0, 0},
        {"truth", PLM_OPTION_TEXT, &o.truth, "FILE", "CSV of ids in A and B of one person", 0, 0},
        {"same-id", PLM_OPTION_FLAG, &o.same_id, NULL, "one id, one person", 0, 0},
        {"table", PLM_OPTION_TEXT, &o.table, "NAME|FILE", "table of frequencies", 0, 0},
        {"expected", PLM_OPTION_NUMBER, &o.n_expected, "N", "persons in common expected", 0,
         INT32_MAX},
        {"svg", PLM_OPTION_TEXT, &o.svg, "FILE", "picture", 0, 0},
        {"json", PLM_OPTION_FLAG, &o.json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, o.files, 2, 2, &n_files);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    return evaluate(&o);
}
