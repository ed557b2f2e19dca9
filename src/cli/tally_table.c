/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_table.c - palermo tally table, and a tally's table for an estimate.
 */
#include "cli/exit.h"
#include "cli/say.h"
#include "cli/tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

plm_status plm_tally_job_table(const plm_tally_job *job, plm_tally_table *table)
{
    if (job->book.row.state != PLM_TALLY_DONE) {
        plm_say_error(job->command, "there is no table that all have signed: the tally is %s",
                      plm_tally_state_name(job->book.row.state));
        return PLM_E_NOT_FOUND;
    }
    plm_status status = plm_tally_table_decode(table, job->book.row.result);
    return status == PLM_E_PROTOCOL ? PLM_E_STORE : status;
}

/* The place of the table's list number i. */
static unsigned place_of(const plm_tally_table *table, unsigned i)
{
    unsigned place = 0;
    for (unsigned left = i + 1; left > 0; place++) {
        left -= table->lists >> place & 1U;
    }
    return place - 1;
}

static bool has_kind(const plm_strata *strata, unsigned kind)
{
    return (strata->kinds >> kind & 1) != 0;
}

/* The columns of "palermo estimate"; a number that was suppressed is left empty. */
static void print_csv(const plm_tally_job *job, const plm_tally_table *table)
{
    const plm_tally_proposal *p = &job->book.proposal;
    const unsigned n_lists = plm_tally_table_lists(table);
    for (unsigned i = 0; i < n_lists; i++) {
        (void)printf("%s,", p->parties[place_of(table, i)]);
    }
    for (unsigned kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
        if (has_kind(&p->strata, kind)) {
            (void)printf("%s,", plm_stratum_kinds[kind]);
        }
    }
    (void)printf("count\n");
    for (unsigned s = 0; s < table->n_strata; s++) {
        for (unsigned h = 1; h < 1U << n_lists; h++) {
            char text[PLM_STRATUM_TEXT];
            for (unsigned i = 0; i < n_lists; i++) {
                (void)printf("%u,", h >> i & 1);
            }
            for (plm_stratum_kind kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
                if (has_kind(&p->strata, kind)) {
                    (void)printf("%s,", plm_strata_text(&p->strata, s, kind, text));
                }
            }
            const int64_t cell = plm_tally_table_cell(table, s, h);
            if (cell == PLM_TALLY_CELL_SUPPRESSED) {
                (void)printf("\n");
            } else {
                (void)printf("%" PRId64 "\n", cell);
            }
        }
    }
}

static json_t *cells_json(const plm_tally_job *job, const plm_tally_table *table)
{
    const plm_strata *strata = &job->book.proposal.strata;
    json_t *rows = json_array();
    for (unsigned s = 0; s < table->n_strata; s++) {
        for (unsigned h = 1; h < 1U << plm_tally_table_lists(table); h++) {
            const int64_t cell = plm_tally_table_cell(table, s, h);
            json_t *lists = json_array();
            json_t *row = json_object();
            char text[PLM_STRATUM_TEXT];
            for (unsigned i = 0; i < plm_tally_table_lists(table); i++) {
                if ((h >> i & 1) != 0) {
                    (void)json_array_append_new(
                        lists, json_string(job->book.proposal.parties[place_of(table, i)]));
                }
            }
            for (plm_stratum_kind kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
                if (has_kind(strata, kind)) {
                    (void)json_object_set_new(row, plm_stratum_kinds[kind],
                                              json_string(plm_strata_text(strata, s, kind, text)));
                }
            }
            (void)json_object_set_new(row, "lists", lists);
            (void)json_object_set_new(
                row, "count", cell == PLM_TALLY_CELL_SUPPRESSED ? json_null() : json_integer(cell));
            (void)json_array_append_new(rows, row);
        }
    }
    return rows;
}

/* Everything with which somebody else can check it: the signed bytes, and who signed. */
static int print_json(const plm_tally_job *job, const plm_tally_table *table)
{
    char hex[2 * PLM_SIGNATURE_BYTES + 1];
    char id[2 * PLM_RUN_ID_BYTES + 1];
    char hash[2 * PLM_HASH_BYTES + 1];
    json_t *signatures = json_object();
    plm_buf word;
    plm_buf_init(&word, PLM_PARCEL_SIGNED_MAX);
    for (unsigned i = 0; i < job->book.proposal.n_parties; i++) {
        plm_buf_clear(&word);
        if (plm_store_get_tally_word(job->home.store, job->book.row.id, i, PLM_TALLY_WORD_SIGNATURE,
                                     &word) == PLM_OK &&
            word.n == PLM_SIGNATURE_BYTES) {
            plm_hex_encode(hex, word.data, word.n);
            (void)json_object_set_new(signatures, job->book.proposal.parties[i], json_string(hex));
        }
    }
    plm_buf_wipe(&word);
    plm_hex_encode(id, table->id, sizeof table->id);
    plm_hex_encode(hash, table->accord_hash, sizeof table->accord_hash);
    char *body = (char *)malloc(2 * job->book.row.result.n + 1);
    if (body == NULL) {
        json_decref(signatures);
        return plm_say_status(job->command, "standard output", PLM_E_NOMEM);
    }
    plm_hex_encode(body, job->book.row.result.p, job->book.row.result.n);
    json_t *out =
        json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:o, s:s, s:o}", "tally", id, "accord", hash,
                  "mechanism", plm_table_releases[table->release - PLM_RELEASE_LAPLACE],
                  "epsilon_milli", (int)table->epsilon_milli, "sensitivity",
                  (int)table->sensitivity, "threshold", (int)table->threshold, "cells",
                  cells_json(job, table), "signed", body, "signatures", signatures);
    free(body);
    return plm_say_json(out);
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
        result = print_json(&job, &table);
    } else if (status == PLM_OK) {
        print_csv(&job, &table);
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

/* Adds up the strata that are wanted. What noise made negative is added as it is. */
static plm_status add_up(const plm_tally_job *job, const plm_tally_table *table,
                         const char *const *only, double *sums, plm_error_rates *rates)
{
    const plm_strata *strata = &job->book.proposal.strata;
    rates->n_terms = 0;
    for (unsigned s = 0; s < table->n_strata; s++) {
        bool is_wanted = true;
        for (size_t i = 0; is_wanted && only != NULL && only[i] != NULL; i++) {
            if (fits(strata, s, only[i], &is_wanted) != PLM_OK) {
                plm_say_error(job->command, "the tally is not by \"%s\"", only[i]);
                return PLM_E_INVALID;
            }
        }
        if (!is_wanted) {
            continue;
        }
        rates->n_terms++;
        for (unsigned h = 1; h < 1U << plm_tally_table_lists(table); h++) {
            const int64_t cell = plm_tally_table_cell(table, s, h);
            if (cell == PLM_TALLY_CELL_SUPPRESSED) {
                rates->n_hidden[h]++;
            } else {
                sums[h] += (double)cell;
            }
        }
    }
    if (rates->n_terms == 0) {
        plm_say_error(job->command, "no stratum of the tally has these values");
        return PLM_E_INVALID;
    }
    return PLM_OK;
}

static plm_status fill_table(const plm_tally_job *job, const plm_tally_table *table,
                             const double *sums, plm_table *out)
{
    plm_status status = plm_table_init(out, plm_tally_table_lists(table));
    for (unsigned i = 0; status == PLM_OK && i < out->n_lists; i++) {
        const char *code = job->book.proposal.parties[place_of(table, i)];
        plm_table_set_name(out, i, code, strlen(code));
    }
    for (unsigned h = 1; status == PLM_OK && h < plm_table_cells(out); h++) {
        status = plm_table_set(out, h, sums[h] > 0 ? sums[h] : 0);
    }
    return status;
}

plm_status plm_tally_for_estimate(const plm_common *common, const char *prefix,
                                  const char *const *only, const char *command, plm_table_file *out,
                                  plm_error_rates *rates)
{
    plm_tally_job job;
    plm_tally_table table;
    double sums[PLM_TABLE_CELLS_MAX] = {0};
    memset(out, 0, sizeof *out);
    plm_status status = plm_tally_job_begin(&job, common, command, prefix, false);
    status = status == PLM_OK ? plm_tally_job_table(&job, &table) : status;
    status = status == PLM_OK ? add_up(&job, &table, only, sums, rates) : status;
    status = status == PLM_OK ? fill_table(&job, &table, sums, &out->table) : status;
    if (status == PLM_OK && table.release == PLM_RELEASE_LAPLACE) {
        rates->noise = PLM_NOISE_LAPLACE;
        rates->scale = table.epsilon_milli / 1000.0 / table.sensitivity;
    } else if (status == PLM_OK) {
        rates->noise = PLM_NOISE_HIDDEN;
        rates->scale = table.threshold;
    }
    (void)plm_tally_job_end(&job, status);
    return status;
}
