/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_watch.h - what a holder can see of who asks it: rate, ratio of hits, pattern in time
 * (spec/threat-model.md). Not what is asked: questions are blind.
 */
#ifndef PLM_NODE_LOOKUP_WATCH_H
#define PLM_NODE_LOOKUP_WATCH_H

#include "store/lookups.h"

typedef struct plm_watched {
    const char *peer;
    const char *purpose;
    uint64_t n_hours;  /* looked at */
    uint64_t n_active; /* in which anything was asked */
    uint64_t charged;
    uint64_t refused;
    uint64_t hits;   /* that were told; a party that tells none has none here */
    uint64_t median; /* evaluations of an active hour */
    uint64_t highest;
    double hit_ratio;
    double night_share;  /* of evaluations from 22:00 to 06:00 UTC */
    const char *remarks; /* words: "budget-reached", "surge", "steady", "no-hits"; "" for none */
} plm_watched;

typedef void plm_watched_fn(void *context, const plm_watched *watched);

/* Each peer and purpose with anything in the last n_hours; borrowed until fn returns. */
plm_status plm_lookup_watch(plm_store *store, int64_t now_ms, unsigned n_hours, plm_watched_fn *fn,
                            void *context) PLM_MUST_CHECK;

#endif
