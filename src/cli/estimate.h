/* SPDX-License-Identifier: Apache-2.0 */
/*
 * estimate.h - what palermo estimate prints on a terminal.
 */
#ifndef PLM_CLI_ESTIMATE_H
#define PLM_CLI_ESTIMATE_H

#include "estimate/estimate.h"

/* The summary on standard output. */
void plm_say_estimate(const plm_estimate *estimate, const char *file);

#endif
