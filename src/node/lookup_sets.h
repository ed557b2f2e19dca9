/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_sets.h - the connections that the daemon of lookups keeps, by what is asked under. There
 * is room for some; the one that was asked longest ago makes room for another.
 */
#ifndef PLM_NODE_LOOKUP_SETS_H
#define PLM_NODE_LOOKUP_SETS_H

#include "node/lookup_json.h"

#include <pthread.h>

enum {
    PLM_LOOKUP_SETS_MAX =
        6 /* each has a place of the holder's, who gives a party eight by default */
};

typedef struct plm_lookup_set {
    plm_lookup_under terms;
    const char *parties[PLM_LOOKUP_WITH_MAX + 1]; /* terms.with, NULL-terminated */
    plm_lookups *lookups;
    unsigned n_users; /* guarded: requests under way */
    int64_t used_ms;  /* guarded: when the last one ended */
} plm_lookup_set;

typedef struct plm_lookup_sets {
    plm_node node;         /* set by the caller, as the next; its store is not used */
    const char *store;     /* where it is */
    pthread_mutex_t mutex; /* initialised by the caller */
    plm_lookup_set *list[PLM_LOOKUP_SETS_MAX]; /* guarded */
    size_t n;                                  /* guarded */
} plm_lookup_sets;

/*
 * Those that the request asks for, which may be new; to be let go. PLM_E_LIMIT: all places are in
 * use. PLM_E_NOMEM, and the statuses of plm_lookups_open: with PLM_E_REFUSED *refusal says why, and
 * so does `reason` in words.
 */
plm_status plm_lookup_sets_take(plm_lookup_sets *sets, const plm_lookup_request *request,
                                plm_lookup_set **out, plm_refusal *refusal, char *reason,
                                size_t reason_bytes) PLM_MUST_CHECK;
void plm_lookup_sets_let_go(plm_lookup_sets *sets, plm_lookup_set *set);
/* Ends them all; nobody uses one any more. */
void plm_lookup_sets_close(plm_lookup_sets *sets);

#endif
