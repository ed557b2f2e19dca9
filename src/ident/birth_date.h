/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLM_IDENT_BIRTH_DATE_H
#define PLM_IDENT_BIRTH_DATE_H

#include "base/date.h"

/*
 * True for 1 January of any year: what registers hold where day and month are not known. Such a
 * date is kept as it is, but its day and month count as unknown in rules (spec/tokens.md).
 */
bool plm_birth_date_is_default(plm_date date);

#endif
