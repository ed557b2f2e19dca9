/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_table.c - palermo tally table, and a tally's table for an estimate.
 */
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/tally.h"
#include "node/tally_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

plm_status plm_tally_job_table(const plm_tally_job *job, plm_tally_table *table)
{
    plm_status status = plm_tally_table_of(&job->book, table);
    if (status == PLM_E_NOT_FOUND) {
        plm_say_error(job->command, "there is no table that all have signed: the tally is %s",
                      plm_tally_state_name(job->book.row.state));
    }
    return status;
}

static bool has_kind(const plm_strata *strata, unsigned kind)
{
    return (strata->kinds >> kind & 1) != 0;
}

static plm_status print_csv(const plm_tally_job *job, const plm_tally_table *table)
{
    plm_buf csv;
    plm_buf_init(&csv, PLM_TALLY_CSV_MAX);
    plm_status status = plm_tally_table_csv(&job->book, table, &csv);
    if (status == PLM_OK) {
        (void)fwrite(csv.data, 1, csv.n, stdout);
    }
    plm_buf_wipe(&csv);
    return status;
}

int plm_tally_command_table(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo tally table", "ID [OPTIONS]",
        "Prints a tally's table as CSV for 'palermo estimate'; with --json, everything by which\n"
        "somebody else can check it."};
    plm_common common = {0};
    const char *id = NULL;
    const plm_option options[] = {PLM_COMMON_OPTIONS(&common), PLM_OPTIONS_END};
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &id, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    plm_tally_job job;
    plm_tally_table table;
    plm_status status = plm_tally_job_begin(&job, &common, usage.command, id, false);
    status = status == PLM_OK ? plm_tally_job_table(&job, &table) : status;
    int result = PLM_EXIT_OK;
    if (status == PLM_OK && common.json) {
        result = plm_say_json(plm_tally_table_view(job.home.store, &job.book, &table));
    } else if (status == PLM_OK) {
        status = print_csv(&job, &table);
    }
    int ended = plm_tally_job_end(&job, status);
    return ended != PLM_EXIT_OK ? ended : result;
}

/* "sex=female" holds of the stratum. PLM_E_INVALID: there is no such kind in the tally. */
static plm_status fits(const plm_strata *strata, unsigned stratum, const char *wish, bool *out)
{
    char text[PLM_STRATUM_TEXT];
    const char *value = strchr(wish, '=');
    for (plm_stratum_kind kind = 0; value != NULL && kind < PLM_STRATUM_KINDS; kind++) {
        if (has_kind(strata, kind) && strlen(plm_stratum_kinds[kind]) == (size_t)(value - wish) &&
            strncmp(plm_stratum_kinds[kind], wish, (size_t)(value - wish)) == 0) {
            *out = strcmp(plm_strata_text(strata, stratum, kind, text), value + 1) == 0;
            return PLM_OK;
        }
    }
    return PLM_E_INVALID;
}

/* The counts of the strata that are wanted, one stratum after another; how many. */
static plm_status take_strata(const plm_tally_job *job, const plm_tally_table *table,
                              const char *const *only, double *cells, unsigned *n)
{
    const plm_strata *strata = &job->book.proposal.strata;
    const unsigned n_cells = 1U << plm_tally_table_lists(table);
    *n = 0;
    for (unsigned s = 0; s < table->n_strata; s++) {
        bool is_wanted = true;
        for (size_t i = 0; is_wanted && only != NULL && only[i] != NULL; i++) {
            if (fits(strata, s, only[i], &is_wanted) != PLM_OK) {
                plm_say_error(job->command, "the tally is not by \"%s\"", only[i]);
                return PLM_E_INVALID;
            }
        }
        for (unsigned h = 1; is_wanted && h < n_cells; h++) {
            const int64_t cell = plm_tally_table_cell(table, s, h);
            cells[(size_t)*n * n_cells + h] =
                cell == PLM_TALLY_CELL_SUPPRESSED ? PLM_HIDDEN_COUNT : (double)cell;
        }
        *n += is_wanted;
    }
    if (*n == 0) {
        plm_say_error(job->command, "no stratum of the tally has these values");
        return PLM_E_INVALID;
    }
    return PLM_OK;
}

/* What noise made negative is added as it is; what was left out is remembered. */
static plm_status add_up(const plm_tally_table *table, const double *cells, unsigned n_strata,
                         double *sums, plm_error_rates *rates)
{
    const unsigned n_lists = plm_tally_table_lists(table);
    rates->n_terms = n_strata;
    if (table->release == PLM_RELEASE_SUPPRESSION) {
        rates->noise = PLM_NOISE_HIDDEN;
        rates->scale = table->threshold;
        return plm_hidden_init(&rates->hidden, n_lists, n_strata, table->threshold, cells, sums);
    }
    for (unsigned s = 0; s < n_strata; s++) {
        for (unsigned h = 1; h < 1U << n_lists; h++) {
            sums[h] += cells[((size_t)s << n_lists) + h];
        }
    }
    if (table->release == PLM_RELEASE_GAUSSIAN) {
        rates->noise = PLM_NOISE_GAUSSIAN;
        rates->scale = plm_tally_deviation(table->rho_milli, table->sensitivity);
    } else {
        rates->noise = PLM_NOISE_LAPLACE;
        rates->scale = table->epsilon_milli / 1000.0 / table->sensitivity;
    }
    return PLM_OK;
}

static plm_status fill_table(const plm_tally_job *job, const plm_tally_table *table,
                             const double *sums, plm_table *out)
{
    plm_status status = plm_table_init(out, plm_tally_table_lists(table));
    for (unsigned i = 0; status == PLM_OK && i < out->n_lists; i++) {
        const char *code = job->book.proposal.parties[plm_tally_table_place(table, i)];
        plm_table_set_name(out, i, code, strlen(code));
    }
    for (unsigned h = 1; status == PLM_OK && h < plm_table_cells(out); h++) {
        status = plm_table_set(out, h, sums[h] > 0 ? sums[h] : 0);
    }
    return status;
}

double plm_tally_deviation(uint32_t rho_milli, uint32_t sensitivity)
{
    return sqrt(1000.0 * sensitivity / (2.0 * rho_milli));
}

plm_status plm_tally_for_estimate(const plm_common *common, const char *prefix,
                                  const char *const *only, const char *command, plm_table_file *out,
                                  plm_error_rates *rates)
{
    plm_tally_job job;
    plm_tally_table table;
    double sums[PLM_TABLE_CELLS_MAX] = {0};
    double *cells = NULL;
    unsigned n_strata = 0;
    memset(out, 0, sizeof *out);
    plm_status status = plm_tally_job_begin(&job, common, command, prefix, false);
    status = status == PLM_OK ? plm_tally_job_table(&job, &table) : status;
    if (status == PLM_OK) {
        cells = (double *)calloc((size_t)table.n_strata << plm_tally_table_lists(&table),
                                 sizeof *cells);
        status = cells != NULL ? take_strata(&job, &table, only, cells, &n_strata) : PLM_E_NOMEM;
    }
    status = status == PLM_OK ? add_up(&table, cells, n_strata, sums, rates) : status;
    status = status == PLM_OK ? fill_table(&job, &table, sums, &out->table) : status;
    free(cells);
    (void)plm_tally_job_end(&job, status);
    return status;
}
