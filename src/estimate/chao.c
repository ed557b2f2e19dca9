/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/chao.h"

#include "estimate/number.h"

void plm_chao_run(const plm_table *table, plm_chao *out)
{
    double n = plm_table_total(table);
    double f1 = plm_table_frequency(table, 1);
    double f2 = plm_table_frequency(table, 2);
    out->f1 = f1;
    out->f2 = f2;
    out->corrected = n + (f1 > 1 ? f1 * (f1 - 1) / (2 * (f2 + 1)) : 0);
    if (f2 > 0 && f1 > 0) {
        double r = f1 / f2;
        double dark = f1 * r / 2;
        double variance = f2 * (r * r * r * r / 4 + r * r * r + r * r / 2);
        double factor = exp(1.959963984540054 * sqrt(log1p(variance / (dark * dark))));
        out->classical = n + dark;
        out->low = n + dark / factor;
        out->high = n + dark * factor;
    } else {
        out->classical = f1 > 0 ? PLM_INFINITY : n;
        out->low = out->high = PLM_NAN;
    }
    const double share = (table->n_lists - 1.0) / table->n_lists;
    out->classical_of_lists = n + share * (out->classical - n);
    out->corrected_of_lists = n + share * (out->corrected - n);
}
