/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority.h - whose node this is, as palermo init and palermo authority print it.
 */
#ifndef PLM_CLI_AUTHORITY_H
#define PLM_CLI_AUTHORITY_H

#include "base/json.h"

/* party: as node/authority_view.h makes it. */
void plm_authority_print(const json_t *party);

#endif
