/* SPDX-License-Identifier: Apache-2.0 */
/*
 * estimate.c - palermo estimate: how many persons stand on no list.
 */
#include "cli/estimate.h"

#include "base/file.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/options.h"
#include "cli/say.h"
#include "cli/tally.h"
#include "estimate/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct estimate_options {
    int64_t seed;
    int64_t n_threads;
    int64_t n_resamples;
    int64_t n_simulations;
    int64_t n_chains;
    int64_t n_draws;
    plm_text_list strata;
    const char *noise;
    const char *missed;
    const char *false_links;
    const char *html;
    const char *tally;
    plm_text_list only;
    plm_common common;
    plm_access access; /* to the tally */
    bool json;
    bool csv;
    bool is_quick;
} estimate_options;

static const plm_usage_text usage = {
    "palermo estimate", "TABLE.csv|--tally ID [OPTIONS]",
    "Estimates how many persons stand on none of several lists, from the table of how the lists\n"
    "overlap: a column of 0 and 1 for each list, and a column \"count\". By several methods at\n"
    "once, with what is known about how far to trust each."};

/* Progress on standard error, and Ctrl-C. */
typedef struct progress {
    plm_meter meter;
    const volatile sig_atomic_t *is_cancelled;
} progress;

static bool show_progress(void *context, const char *phase, uint64_t done, uint64_t total)
{
    progress *p = (progress *)context;
    if (phase != NULL) {
        plm_meter_show(&p->meter, phase, done, total);
    }
    return *p->is_cancelled == 0;
}

/* A number from min to max in decimal notation. */
static bool parse_number(const char *text, double min, double max, double *out)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= min && value <= max)) {
        return false;
    }
    *out = value;
    return true;
}

static bool parse_rates(const estimate_options *o, plm_error_rates *rates)
{
    if (o->missed != NULL && !parse_number(o->missed, 0, 0.5, &rates->missed)) {
        (void)plm_usage_error(&usage, "--missed-links takes a share from 0 to 0.5, not \"%s\"",
                              o->missed);
        return false;
    }
    if (o->false_links != NULL && !parse_number(o->false_links, 0, 0.2, &rates->false_links)) {
        (void)plm_usage_error(&usage, "--false-links takes a share from 0 to 0.2, not \"%s\"",
                              o->false_links);
        return false;
    }
    if (o->noise == NULL) {
        return true;
    }
    bool is_good = false;
    if (strncmp(o->noise, "laplace:", 8) == 0) {
        rates->noise = PLM_NOISE_LAPLACE;
        is_good = parse_number(o->noise + 8, 0.01, 100, &rates->scale);
    } else if (strncmp(o->noise, "gaussian:", 9) == 0) {
        rates->noise = PLM_NOISE_GAUSSIAN;
        is_good = parse_number(o->noise + 9, 0.1, 200, &rates->scale);
    }
    if (!is_good) {
        (void)plm_usage_error(&usage,
                              "--noise takes laplace:EPSILON (0.01 to 100) or gaussian:DEVIATION "
                              "(0.1 to 200), not \"%s\"",
                              o->noise);
    }
    return is_good;
}

static plm_status read_table(const char *path, const estimate_options *o, plm_table_file *file)
{
    const plm_diag_sink sink = {plm_diag_print, stderr};
    const plm_table_format format = {o->strata.items, o->noise != NULL};
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_TABLE_FILE_MAX);
    memset(file, 0, sizeof *file);
    plm_status status = plm_file_read(path, &bytes);
    if (status == PLM_OK) {
        status = plm_table_read(file, plm_buf_span(&bytes), path, &format, &sink);
    } else if (status == PLM_E_IO) {
        plm_say_error(usage.command, "%s: %s", path, strerror(errno));
    } else {
        (void)plm_say_status(usage.command, path, status);
    }
    plm_buf_wipe(&bytes);
    return status;
}

static int write_html(const plm_estimate *e, const char *table, const char *path, bool is_of_tally)
{
    plm_buf page;
    char title[256];
    const char *name = strrchr(table, '/');
    (void)snprintf(title, sizeof title, "Estimate from %s%s", is_of_tally ? "tally " : "",
                   name != NULL ? name + 1 : table);
    plm_buf_init(&page, PLM_REPORT_MAX);
    plm_status status = plm_report_html(e, title, &page);
    if (status == PLM_OK) {
        status = plm_file_write(path, plm_buf_span(&page), 0644, false);
    }
    plm_buf_wipe(&page);
    return status == PLM_OK ? PLM_EXIT_OK : plm_say_status(usage.command, path, status);
}

static int write_csv(const plm_estimate *e)
{
    plm_buf rows;
    plm_buf_init(&rows, PLM_REPORT_MAX);
    plm_status status = plm_report_csv(e, &rows);
    if (status == PLM_OK && (fwrite(rows.data, 1, rows.n, stdout) != rows.n || fflush(stdout))) {
        status = PLM_E_IO;
    }
    plm_buf_wipe(&rows);
    return status == PLM_OK ? PLM_EXIT_OK
                            : plm_say_status(usage.command, "standard output", status);
}

static int tell(const plm_estimate *e, const char *table, const estimate_options *o)
{
    int result = PLM_EXIT_OK;
    if (o->html != NULL) {
        result = write_html(e, table, o->html, o->tally != NULL);
    }
    if (result == PLM_EXIT_OK && o->json) {
        json_t *root = NULL;
        plm_status status = plm_report_json(e, &root);
        result = status == PLM_OK ? plm_say_json(root)
                                  : plm_say_status(usage.command, "standard output", status);
    } else if (result == PLM_EXIT_OK && o->csv) {
        result = write_csv(e);
    } else if (result == PLM_EXIT_OK) {
        plm_say_estimate(e, table);
    }
    return result == PLM_EXIT_OK && e->is_refused ? PLM_EXIT_INPUT : result;
}

/* From a file, or from a tally with what is known of its noise. The exit status. */
static int get_table(const char *table, const estimate_options *o, plm_table_file *file,
                     plm_error_rates *rates)
{
    return o->tally != NULL ? plm_tally_for_estimate(&o->common, &o->access, o->tally,
                                                     o->only.items, usage.command, file, rates)
                            : plm_exit_status(read_table(table, o, file), 0);
}

static int run(const char *table, const estimate_options *o, plm_estimate_options *options)
{
    plm_table_file file;
    plm_estimate *estimate = NULL;
    progress shown;
    plm_work work = {NULL, show_progress, &shown};
    const int got = get_table(table, o, &file, &options->rates);
    if (got != PLM_EXIT_OK) {
        plm_table_file_wipe(&file);
        return got;
    }
    plm_meter_init(&shown.meter, NULL);
    shown.is_cancelled = plm_catch_signals();
    unsigned n_threads = o->n_threads > 0 ? (unsigned)o->n_threads : plm_pool_cpus();
    plm_status status = plm_pool_create(&work.pool, n_threads);
    if (status == PLM_OK) {
        status = plm_estimate_create(&estimate, &file, options, &work);
    }
    plm_meter_end(&shown.meter);
    plm_pool_destroy(work.pool);
    int result =
        status == PLM_OK ? tell(estimate, table, o) : plm_say_status(usage.command, table, status);
    plm_estimate_destroy(estimate);
    plm_table_file_wipe(&file);
    return result;
}

int plm_estimate_main(int argc, char **argv, bool is_of_tally)
{
    estimate_options o = {0};
    plm_estimate_options options;
    plm_estimate_default(&options);
    o.seed = (int64_t)options.seed;
    o.n_resamples = options.n_resamples;
    o.n_simulations = options.n_simulations;
    o.n_chains = options.classes.n_chains;
    o.n_draws = options.classes.n_kept;
    const plm_option table[] = {
        {"tally", PLM_OPTION_TEXT, &o.tally, "ID", "the table of this tally of ours", 0, 0},
        {"only", PLM_OPTION_LIST, &o.only, "KIND=VALUE",
         "of a tally by strata, these alone: sex=female (repeatable)", 0, 0},
        {"home", PLM_OPTION_TEXT, &o.common.home, "DIR", "the node's directory (PALERMO_HOME)", 0,
         0},
        PLM_ACCESS_OPTIONS(&o.access),
        {"html", PLM_OPTION_TEXT, &o.html, "FILE", "write the whole report as a page", 0, 0},
        {"json", PLM_OPTION_FLAG, &o.json, NULL, "print JSON", 0, 0},
        {"csv", PLM_OPTION_FLAG, &o.csv, NULL, "print CSV", 0, 0},
        {"stratum", PLM_OPTION_LIST, &o.strata, "COLUMN", "a column of strata (repeatable)", 0, 0},
        {"missed-links", PLM_OPTION_TEXT, &o.missed, "P", "share of true links not made", 0, 0},
        {"false-links", PLM_OPTION_TEXT, &o.false_links, "Q", "share of wrong links", 0, 0},
        {"noise", PLM_OPTION_TEXT, &o.noise, "LAW", "laplace:EPSILON or gaussian:DEVIATION", 0, 0},
        {"seed", PLM_OPTION_NUMBER, &o.seed, "N", "of all random numbers (1)", 0, INT64_MAX},
        {"bootstrap", PLM_OPTION_NUMBER, &o.n_resamples, "N", "resamples (1000)", 100, 1000000},
        {"simulations", PLM_OPTION_NUMBER, &o.n_simulations, "N",
         "simulated tables for the coverage (100)", 0, 100000},
        {"chains", PLM_OPTION_NUMBER, &o.n_chains, "N", "of latent classes (4)", 2,
         PLM_CLASSES_CHAINS_MAX},
        {"draws", PLM_OPTION_NUMBER, &o.n_draws, "N", "kept of each chain (1000)", 100, 1000000},
        {"quick", PLM_OPTION_FLAG, &o.is_quick, NULL, "no latent classes, no simulations", 0, 0},
        {"threads", PLM_OPTION_NUMBER, &o.n_threads, "N", "(all processors)", 1, 256},
        PLM_OPTIONS_END};
    const char *path = NULL;
    switch (plm_options_parse(&usage, table, argc, argv, &path, 0, 1, NULL)) {
    case PLM_PARSE_HELP:
        return PLM_EXIT_OK;
    case PLM_PARSE_ERROR:
        return PLM_EXIT_USAGE;
    case PLM_PARSED:
        break;
    }
    if (is_of_tally && path != NULL && o.tally == NULL) {
        o.tally = path; /* its id stands where a file would */
        path = NULL;
    }
    if ((path != NULL) == (o.tally != NULL) || (o.tally == NULL && o.only.n > 0)) {
        return plm_usage_error(&usage, "either TABLE.csv, or --tally ID, perhaps with --only");
    }
    if (o.tally != NULL && (o.noise != NULL || o.strata.n > 0)) {
        return plm_usage_error(&usage, "a tally says by itself what noise and strata it has");
    }
    if (o.json && o.csv) {
        return plm_usage_error(&usage, "--json and --csv both want standard output");
    }
    if (!parse_rates(&o, &options.rates)) {
        return PLM_EXIT_USAGE;
    }
    options.seed = (uint64_t)o.seed;
    options.n_resamples = (unsigned)o.n_resamples;
    options.n_simulations = o.is_quick ? 0 : (unsigned)o.n_simulations;
    options.classes.n_chains = o.is_quick ? 0 : (unsigned)o.n_chains;
    options.classes.n_kept = (unsigned)o.n_draws;
    return run(path != NULL ? path : o.tally, &o, &options);
}

int plm_command_estimate(int argc, char **argv)
{
    return plm_estimate_main(argc, argv, false);
}
