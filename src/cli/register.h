/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register.h - what the files of palermo register share.
 */
#ifndef PLM_CLI_REGISTER_H
#define PLM_CLI_REGISTER_H

#include "cli/operation.h"

extern const plm_operation plm_operation_register_find; /* register_find.c */

#endif
