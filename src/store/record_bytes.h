/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_bytes.h - a record in one piece, as a load keeps what a stored record is to become.
 *
 *   kind (1) | role (1) | minor (1) | assessment (1) | sex (1) | exploitation (1) | year (2)
 *   retention, YYYYMMDD (4) | grading | id | n (2) | offence ...
 *   n (2) | type's name | flags (4) | raw | canonical | ...
 *
 * Texts are preceded by their length (2), numbers are big-endian.
 */
#ifndef PLM_STORE_RECORD_BYTES_H
#define PLM_STORE_RECORD_BYTES_H

#include "base/arena.h"
#include "ident/record.h"

enum {
    PLM_RECORD_BYTES_MAX = 16 << 20
};

/* Appends to out. PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_record_write(const plm_record *record, plm_buf *out) PLM_MUST_CHECK;
/* Its strings in the arena. PLM_E_STORE: these are no such bytes; PLM_E_NOMEM. */
plm_status plm_record_read(plm_span bytes, plm_arena *arena, plm_record *out) PLM_MUST_CHECK;

#endif
