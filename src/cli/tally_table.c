/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_table.c - palermo tally table, and a tally's table for an estimate.
 */
#include "api/tally_estimate.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/tally.h"
#include "node/tally_view.h"

#include <stdio.h>
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

plm_status plm_tally_for_estimate(const plm_common *common, const char *prefix,
                                  const char *const *only, const char *command, plm_table_file *out,
                                  plm_error_rates *rates)
{
    plm_tally_job job;
    plm_tally_table table;
    const char *wrong = NULL;
    memset(out, 0, sizeof *out);
    plm_status status = plm_tally_job_begin(&job, common, command, prefix, false);
    status = status == PLM_OK ? plm_tally_job_table(&job, &table) : status;
    if (status == PLM_OK) {
        status = plm_tally_estimate_table(&job.book, &table, only, &wrong, out, rates);
        if (status == PLM_E_INVALID && wrong != NULL) {
            plm_say_error(command, "the tally is not by \"%s\"", wrong);
        } else if (status == PLM_E_INVALID) {
            plm_say_error(command, "no stratum of the tally has these values");
        }
    }
    (void)plm_tally_job_end(&job, status);
    return status;
}
