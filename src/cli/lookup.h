/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.h - what palermo lookup, its batches, and palermo index fetch have in common.
 */
#ifndef PLM_CLI_LOOKUP_H
#define PLM_CLI_LOOKUP_H

#include "cli/index.h"
#include "cli/inquiry.h"
#include "node/lookup.h"

typedef struct plm_lookup_options {
    plm_common common;
    plm_access access;
    const char *purpose;
    const char *accord;
    const char *case_ref;
    const char *offence;
    const char *address;
    plm_text_list with;
    plm_text_list identifiers;
    const char *mrz;
    const char *batch;
    const char *out;
    int64_t deadline_ms;
    int64_t timeout_s; /* 0: not given */
    int64_t at_once;
    int64_t most_index_mib;
    bool no_fetch;
} plm_lookup_options;

/* The lookups of an opened home. */
typedef struct plm_lookup_home {
    plm_index_home home;
    plm_lookups *lookups;
    uint8_t accord_hash[32];
} plm_lookup_home;

/* -1, or the exit status of what was said. */
int plm_lookup_home_open(plm_lookup_home *out, const plm_usage_text *usage,
                         const plm_lookup_options *options);
void plm_lookup_home_close(plm_lookup_home *home);

/*
 * Opens the inquiry by which it is asked: if it is remote the node is to be asked. PLM_GO_ON, or
 * the exit status after saying what is wrong. To be closed in any case.
 */
int plm_lookup_inquire(plm_inquiry *inquiry, const plm_usage_text *usage,
                       const plm_lookup_options *options);
/* Nobody has said by a token or --api that the node is to be asked. */
bool plm_lookup_is_owners(const plm_lookup_options *options);

/*
 * lookup_node.c: {"purpose", "case"} and, where they are given, "offence", "accord" and "with". A
 * new reference; members that memory ran out for are missed when it is written (base/json.h).
 */
json_t *plm_lookup_body(const plm_lookup_options *options);

/* lookup_answer.c: prints {"answers": [...]}, which is consumed. The exit status. */
int plm_lookup_tell(json_t *answers, bool json);

/*
 * lookup_node.c: asks the serving node about one subject (lookup_question.h), and tells the
 * answers. PLM_GO_ON: it serves no lookups, ask from here; or the exit status.
 */
int plm_lookup_at_node(plm_inquiry *inquiry, const plm_lookup_options *options, json_t *subject);
/* The same about many, of which nothing is told: *results, a new reference, has one for each. */
int plm_lookups_at_node(plm_inquiry *inquiry, const plm_lookup_options *options, json_t *subjects,
                        json_t **results);

/* lookup_batch.c: a table of travellers, one line of JSON for each. Exit status. */
int plm_lookup_batch(const plm_usage_text *usage, const plm_lookup_options *options);

#endif
