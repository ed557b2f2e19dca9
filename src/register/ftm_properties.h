/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ftm_properties.h - the properties of a FollowTheMoney entity, as the values of a record
 * (spec/imports.md section 3).
 */
#ifndef PLM_REGISTER_FTM_PROPERTIES_H
#define PLM_REGISTER_FTM_PROPERTIES_H

#include "base/json.h"
#include "register/assemble.h"

/*
 * Puts the role and the values of an entity's properties into the record being assembled. all: the
 * object "properties". set: the PLM_FTM_... of its schema. What is wrong with one is reported to
 * the assembler and left out. PLM_E_NOMEM.
 */
plm_status plm_ftm_properties_read(plm_assembler *a, json_t *all, unsigned set) PLM_MUST_CHECK;

#endif
