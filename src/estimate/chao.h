/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chao.h - Chao's bounds (Biometrics 1987): what is there at the least if persons differ in
 * catchability and all lists find them with the same ease. Where lists are of very different size
 * the bound can lie above the truth: by Newton's inequality for the lists' odds e_k,
 * e_1^2 / (2 e_2) >= t / (t - 1), with equality for equal odds (spec/estimate.md, section 9).
 */
#ifndef PLM_ESTIMATE_CHAO_H
#define PLM_ESTIMATE_CHAO_H

#include "estimate/table.h"

typedef struct plm_chao {
    double f1;        /* persons on exactly one list */
    double f2;        /* on exactly two */
    double classical; /* n + f1^2 / (2 f2); INFINITY where f2 is 0 and f1 is not */
    double low, high; /* its 95 % interval, log-normal above n; NAN where f2 is 0 */
    double corrected; /* n + f1 (f1 - 1) / (2 (f2 + 1)) */
    /* For t lists, what is beyond n times (t - 1) / t: exact if they are independent and alike. */
    double classical_of_lists, corrected_of_lists;
} plm_chao;

void plm_chao_run(const plm_table *table, plm_chao *out);

#endif
