/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.h - what palermo match with one party and with all of them have in common.
 */
#ifndef PLM_CLI_MATCH_H
#define PLM_CLI_MATCH_H

#include "cli/home.h"
#include "cli/options.h"
#include "node/node.h"

#include <jansson.h>

typedef struct plm_match_options {
    plm_common common;
    plm_ask ask;
    const char *accord;
    const char *folder; /* across an air gap; NULL: over the network */
    int64_t timeout_s;
    int64_t n_threads;
} plm_match_options;

/* The node that asks; its progress is the caller's to set. */
plm_node plm_match_node(const plm_match_options *options);
/*
 * One run that node asks for, its outcome without test persons, and what is past its retention date
 * deleted after it.
 */
plm_status plm_match_run(plm_node *node, const plm_match_options *options, plm_outcome *outcome);

/* Test persons among the hits of a run that is done are not counted in its outcome. */
plm_status plm_match_leave_out_seeds(plm_store *store, plm_outcome *outcome) PLM_MUST_CHECK;

void plm_match_say_failure(const plm_match_options *options, plm_status status,
                           const plm_outcome *outcome);
json_t *plm_match_json(plm_status status, const plm_outcome *outcome);

/* match_all.c: with every party of every accord in force that has the purpose. Exit status. */
int plm_match_all(const plm_usage_text *usage, const plm_match_options *options);

#endif
