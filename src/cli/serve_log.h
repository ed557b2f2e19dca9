/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve_log.h - what palermo serve writes into its log about what it has done: parties, numbers of
 * runs and counts; no name of a person, no identifier, no secret.
 */
#ifndef PLM_CLI_SERVE_LOG_H
#define PLM_CLI_SERVE_LOG_H

#include "node/serve.h"

/* status: with which it ended. */
void plm_serve_log_delivery(plm_status status, const plm_delivery_report *report);
/* every_s: how often the postman comes by, so that a warning comes about once an hour. */
void plm_serve_log_kept(plm_status status, const plm_keep_report *report, int64_t every_s);
/* Of a connection that a party opened: a run, a delivery or lookups. */
void plm_serve_log_outcome(plm_status status, const plm_outcome *outcome);
/* Of a run on a schedule. */
void plm_serve_log_standing(plm_status status,
                            const uint8_t standing_id[static PLM_STANDING_ID_BYTES],
                            const plm_outcome *outcome);

#endif
