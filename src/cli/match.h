/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.h - what palermo match with one party and with all of them have in common.
 */
#ifndef PLM_CLI_MATCH_H
#define PLM_CLI_MATCH_H

#include "cli/operation.h"
#include "node/node.h"

#include <jansson.h>

typedef struct plm_match_options {
    plm_common common;
    plm_access access;
    plm_ask ask;
    const char *accord;
    const char *folder; /* across an air gap; NULL: over the network */
    int64_t timeout_s;
    int64_t n_threads; /* 0: as many as there are processors */
} plm_match_options;

/* The node that asks; its progress is the caller's to set. */
plm_node plm_match_node(const plm_match_options *options);
/* One run that node asks for, and what follows it (plm_outcome_settle). */
plm_status plm_match_run(plm_node *node, const plm_match_options *options, plm_outcome *outcome);
/* What was left of that is said; the exit status for it. */
int plm_match_say_unsettled(const plm_outcome *outcome);

/* What stands against an outcome (node/outcome_view.h) is said; the exit status for it. */
int plm_match_say_failure(const json_t *outcome);
/* The same, and prints it: as JSON or, of a run that is done, for people. Consumes it. */
int plm_match_tell(json_t *outcome, bool json);

/* match_node.c: the run is the serving node's; how far it is is shown here. Exit status. */
int plm_match_at_node(plm_inquiry *inquiry, const plm_match_options *options);

/*
 * match_all.c: with every party of every accord in force that has the purpose: runs of the serving
 * node, or made here. Exit status.
 */
int plm_match_all(const plm_usage_text *usage, const plm_match_options *options,
                  plm_inquiry *inquiry);

/*
 * match_merge.c: the records of ours that those runs found, in the order of their numbers:
 * [{"register", "record", "role", "parties": {CODE: rules}}]; *out: new reference. Statuses of
 * plm_inquiry_pages.
 */
plm_status plm_match_merge(plm_inquiry *inquiry, const char *const *runs, size_t n,
                           json_t **out) PLM_MUST_CHECK;
void plm_match_print_merged(const json_t *records);

#endif
