/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.h - what palermo lookup, its batches, and palermo index fetch have in common.
 */
#ifndef PLM_CLI_LOOKUP_H
#define PLM_CLI_LOOKUP_H

#include "cli/index.h"
#include "node/lookup.h"

typedef struct plm_lookup_options {
    plm_common common;
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
    int64_t timeout_s;
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

/* lookup_batch.c: a table of travellers, one line of JSON for each. Exit status. */
int plm_lookup_batch(const plm_usage_text *usage, const plm_lookup_options *options);

#endif
