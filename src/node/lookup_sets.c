/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void close_set(plm_lookup_set *s)
{
    if (s != NULL) {
        plm_lookups_close(s->lookups);
        free(s);
    }
}

/* Takes out the one of which nobody has asked for longest; NULL: all are in use. Under the mutex.
 */
static plm_lookup_set *take_out_oldest(plm_lookup_sets *sets)
{
    size_t oldest = PLM_LOOKUP_SETS_MAX;
    for (size_t i = 0; i < sets->n; i++) {
        if (sets->list[i]->n_users == 0 && (oldest == PLM_LOOKUP_SETS_MAX ||
                                            sets->list[i]->used_ms < sets->list[oldest]->used_ms)) {
            oldest = i;
        }
    }
    if (oldest == PLM_LOOKUP_SETS_MAX) {
        return NULL;
    }
    plm_lookup_set *out = sets->list[oldest];
    sets->list[oldest] = sets->list[--sets->n];
    return out;
}

static plm_status open_set(const plm_lookup_sets *sets, const plm_lookup_request *request,
                           plm_lookup_set **out, char *reason, size_t reason_bytes)
{
    plm_refusal refusal;
    const char *detail = NULL;
    plm_lookup_set *s = (plm_lookup_set *)calloc(1, sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    (void)snprintf(s->purpose, sizeof s->purpose, "%s", request->purpose);
    (void)snprintf(s->case_ref, sizeof s->case_ref, "%s", request->case_ref);
    const plm_lookups_config config = {.node = sets->node,
                                       .store = sets->store,
                                       .purpose = s->purpose,
                                       .case_ref = s->case_ref,
                                       .fetches = true};
    plm_status status = plm_lookups_open(&s->lookups, &config, &refusal, &detail);
    if (status == PLM_E_REFUSED) {
        (void)snprintf(reason, reason_bytes, "%s%s%s", plm_refusal_sentence(refusal.code),
                       detail != NULL ? ": " : "", detail != NULL ? detail : "");
    }
    if (status != PLM_OK) {
        free(s);
        return status;
    }
    *out = s;
    return PLM_OK;
}

static plm_lookup_set *find_open(const plm_lookup_sets *sets, const plm_lookup_request *request)
{
    for (size_t i = 0; i < sets->n; i++) {
        plm_lookup_set *s = sets->list[i];
        if (strcmp(s->purpose, request->purpose) == 0 &&
            strcmp(s->case_ref, request->case_ref) == 0) {
            return s;
        }
    }
    return NULL;
}

/* The mutex is held while they are opened: opening waits for no connection. */
plm_status plm_lookup_sets_take(plm_lookup_sets *sets, const plm_lookup_request *request,
                                plm_lookup_set **out, char *reason, size_t reason_bytes)
{
    plm_lookup_set *old = NULL;
    plm_status status = PLM_OK;
    (void)pthread_mutex_lock(&sets->mutex);
    plm_lookup_set *s = find_open(sets, request);
    if (s == NULL) {
        status = open_set(sets, request, &s, reason, reason_bytes);
        old = status == PLM_OK && sets->n == PLM_LOOKUP_SETS_MAX ? take_out_oldest(sets) : NULL;
        if (status == PLM_OK && sets->n == PLM_LOOKUP_SETS_MAX) {
            old = s;
            status = PLM_E_LIMIT;
        } else if (status == PLM_OK) {
            sets->list[sets->n++] = s;
        }
    }
    if (status == PLM_OK) {
        s->n_users++;
        *out = s;
    }
    (void)pthread_mutex_unlock(&sets->mutex);
    close_set(old);
    return status;
}

void plm_lookup_sets_let_go(plm_lookup_sets *sets, plm_lookup_set *s)
{
    (void)pthread_mutex_lock(&sets->mutex);
    s->n_users--;
    s->used_ms = plm_clock_ms();
    (void)pthread_mutex_unlock(&sets->mutex);
}

void plm_lookup_sets_close(plm_lookup_sets *sets)
{
    for (size_t i = 0; i < sets->n; i++) {
        close_set(sets->list[i]);
    }
    sets->n = 0;
}
