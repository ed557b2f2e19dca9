/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ofac_remarks.h - identifiers in the last column of OFAC's sdn.csv: clauses between semicolons,
 * "DOB 08 Feb 1963; POB Tehran, Iran; nationality Iran; Passport A1234 (Iran)." Every clause that
 * is read, and how: spec/imports.md section 5. All others are passed over.
 */
#ifndef PLM_REGISTER_OFAC_REMARKS_H
#define PLM_REGISTER_OFAC_REMARKS_H

#include "register/assemble.h"

enum {
    PLM_OFAC_REMARKS_MAX = 1000 /* OFAC cuts the column there */
};

/* Adds them to the record begun. region: where national phone numbers are of, or "". PLM_E_NOMEM */
plm_status plm_ofac_remarks_read(plm_assembler *a, plm_span remarks,
                                 plm_span region) PLM_MUST_CHECK;

#endif
