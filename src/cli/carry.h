/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry.h - one step of a carried run, for match.c and carry.c: what is written, and what is said.
 */
#ifndef PLM_CLI_CARRY_H
#define PLM_CLI_CARRY_H

#include "node/carry_step.h"

#include <jansson.h>

/*
 * Goes on with the run `id` (node/carry_step.h) and writes its next file into the folder. What is
 * to be done next is printed, or with `list` appended to it. The status of the run where it is
 * over, PLM_OK where it waits; of the store or the folder.
 */
plm_status plm_carry_on(plm_node *node, const uint8_t id[static PLM_CARRIED_ID_BYTES],
                        const char *folder, json_t *list, plm_outcome *outcome) PLM_MUST_CHECK;

#endif
