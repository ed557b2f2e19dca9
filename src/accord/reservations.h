/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reservations.h - the reader of "catalogue" and "reservations" (spec/accord.md section 4.2).
 */
#ifndef PLM_ACCORD_RESERVATIONS_H
#define PLM_ACCORD_RESERVATIONS_H

#include "accord/ratification.h"

/* Reads both members of root into r, whose arena is ready. PLM_E_INVALID, PLM_E_NOMEM. */
plm_status plm_reservations_read(plm_ratification *r, const plm_json_at *root) PLM_MUST_CHECK;

#endif
