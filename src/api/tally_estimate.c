/* SPDX-License-Identifier: Apache-2.0 */
#include "api/tally_estimate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has_kind(const plm_strata *strata, unsigned kind)
{
    return (strata->kinds >> kind & 1) != 0;
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
static plm_status take_strata(const plm_strata *strata, const plm_tally_table *table,
                              const char *const *only, const char **wrong, double *cells,
                              unsigned *n)
{
    const unsigned n_cells = 1U << plm_tally_table_lists(table);
    *n = 0;
    for (unsigned s = 0; s < table->n_strata; s++) {
        bool is_wanted = true;
        for (size_t i = 0; is_wanted && only != NULL && only[i] != NULL; i++) {
            *wrong = only[i];
            if (fits(strata, s, only[i], &is_wanted) != PLM_OK) {
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
    *wrong = NULL;
    return *n > 0 ? PLM_OK : PLM_E_INVALID;
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

static plm_status fill_table(const plm_tally_proposal *proposal, const plm_tally_table *table,
                             const double *sums, plm_table *out)
{
    plm_status status = plm_table_init(out, plm_tally_table_lists(table));
    for (unsigned i = 0; status == PLM_OK && i < out->n_lists; i++) {
        const char *code = proposal->parties[plm_tally_table_place(table, i)];
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

plm_status plm_tally_estimate_table(const plm_tally_proposal *proposal,
                                    const plm_tally_table *table, const char *const *only,
                                    const char **wrong, plm_table_file *out, plm_error_rates *rates)
{
    double sums[PLM_TABLE_CELLS_MAX] = {0};
    unsigned n_strata = 0;
    double *cells =
        (double *)calloc((size_t)table->n_strata << plm_tally_table_lists(table), sizeof *cells);
    *wrong = NULL;
    memset(out, 0, sizeof *out);
    plm_status status = cells != NULL
                            ? take_strata(&proposal->strata, table, only, wrong, cells, &n_strata)
                            : PLM_E_NOMEM;
    status = status == PLM_OK ? add_up(table, cells, n_strata, sums, rates) : status;
    status = status == PLM_OK ? fill_table(proposal, table, sums, &out->table) : status;
    free(cells);
    return status;
}
