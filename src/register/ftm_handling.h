/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ftm_handling.h - what FollowTheMoney has no words for: how a record is to be handled.
 *
 *   {"id": "x1", "schema": "Person", "properties": {...},
 *    "palermo": {"role": "victim", "minor": true, "assessment": true, "grading": "B2/6x6",
 *                "retention": "2031-12-31", "offences": ["TIP.5"]}}
 */
#ifndef PLM_REGISTER_FTM_HANDLING_H
#define PLM_REGISTER_FTM_HANDLING_H

#include "base/json.h"
#include "register/assemble.h"

/*
 * Reads the entity's member "palermo", if there is one, into the record being made. Anything wrong
 * in it refuses the record: it must never get a milder role, or a longer life, by accident.
 * PLM_E_NOMEM.
 */
plm_status plm_ftm_handling_read(plm_assembler *a, json_t *entity) PLM_MUST_CHECK;

#endif
