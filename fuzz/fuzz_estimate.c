/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader of overlap tables, with and without strata; a table that it takes goes through the
 * estimators that are quick: whatever the counts, they end with a number, or with none.
 */
#include "estimate/bca.h"
#include "estimate/chao.h"
#include "estimate/stepwise.h"
#include "estimate/table_read.h"
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void count_errors(void *context, const plm_diag *diag)
{
    must(diag->file != NULL && diag->reason != NULL);
    ++*(size_t *)context;
}

static void estimate(const plm_table *table)
{
    plm_loglin *work = NULL;
    plm_stepwise s;
    plm_chao chao;
    must(plm_loglin_create(&work, table->n_lists) == PLM_OK);
    plm_chao_run(table, &chao);
    must(chao.corrected >= plm_table_total(table));
    plm_stepwise_run(work, table->count, table->n_lists, PLM_STEPWISE_THRESHOLD, &s);
    must(s.fit.trouble != 0 || s.fit.estimate >= plm_table_total(table) * (1 - 1e-6));
    plm_loglin_destroy(work);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const strata[] = {"sex", "age", NULL};
    const plm_table_format formats[] = {{NULL, false}, {strata, true}};
    for (size_t i = 0; i < 2; i++) {
        plm_table_file file;
        size_t n_errors = 0;
        const plm_diag_sink sink = {count_errors, &n_errors};
        plm_status status =
            plm_table_read(&file, plm_span_of(data, size), "table.csv", &formats[i], &sink);
        must(status == PLM_OK || status == PLM_E_SYNTAX || status == PLM_E_INVALID);
        must((status == PLM_OK) == (n_errors == 0) && n_errors <= 1);
        if (status == PLM_OK) {
            must(plm_table_total(&file.table) > 0 && file.table.count[0] == 0);
            estimate(&file.table);
        }
        plm_table_file_wipe(&file);
    }
    return 0;
}
