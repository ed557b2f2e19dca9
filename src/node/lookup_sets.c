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
    plm_lookup_set **oldest = NULL;
    for (size_t i = 0; i < sets->n; i++) {
        const plm_lookup_set *s = sets->list[i];
        if (s != NULL && s->n_users == 0 && (oldest == NULL || s->used_ms < (*oldest)->used_ms)) {
            oldest = &sets->list[i];
        }
    }
    if (oldest == NULL) {
        return NULL;
    }
    plm_lookup_set *out = *oldest;
    *oldest = sets->list[--sets->n];
    return out;
}

static plm_status open_set(const plm_lookup_sets *sets, const plm_lookup_request *request,
                           plm_lookup_set **out, plm_refusal *refusal, char *reason,
                           size_t reason_bytes)
{
    const char *detail = NULL;
    plm_lookup_set *s = (plm_lookup_set *)calloc(1, sizeof *s);
    if (s == NULL) {
        return PLM_E_NOMEM;
    }
    s->terms = request->terms;
    for (size_t i = 0; i < s->terms.n_with; i++) {
        s->parties[i] = s->terms.with[i];
    }
    const plm_lookups_config config = {
        .node = sets->node,
        .store = sets->store,
        .purpose = s->terms.purpose,
        .accord_hash = s->terms.has_accord ? s->terms.accord_hash : NULL,
        .case_ref = s->terms.case_ref,
        .offence = s->terms.offence[0] != '\0' ? s->terms.offence : NULL,
        .parties = s->terms.n_with > 0 ? s->parties : NULL,
        .fetches = true};
    plm_status status = plm_lookups_open(&s->lookups, &config, refusal, &detail);
    if (status == PLM_E_REFUSED) {
        (void)snprintf(reason, reason_bytes, "%s%s%s", plm_refusal_sentence(refusal->code),
                       detail != NULL ? ": " : "", detail != NULL ? detail : "");
    }
    if (status != PLM_OK) {
        free(s);
        return status;
    }
    *out = s;
    return PLM_OK;
}

static bool is_same(const plm_lookup_under *a, const plm_lookup_under *b)
{
    bool is = strcmp(a->purpose, b->purpose) == 0 && strcmp(a->case_ref, b->case_ref) == 0 &&
              strcmp(a->offence, b->offence) == 0 && a->has_accord == b->has_accord &&
              a->n_with == b->n_with;
    is = is &&
         (!a->has_accord || memcmp(a->accord_hash, b->accord_hash, sizeof a->accord_hash) == 0);
    for (size_t i = 0; is && i < a->n_with; i++) {
        is = strcmp(a->with[i], b->with[i]) == 0;
    }
    return is;
}

static plm_lookup_set *find_open(const plm_lookup_sets *sets, const plm_lookup_request *request)
{
    for (size_t i = 0; i < sets->n; i++) {
        plm_lookup_set *s = sets->list[i];
        if (is_same(&s->terms, &request->terms)) {
            return s;
        }
    }
    return NULL;
}

/* The mutex is held while they are opened: opening waits for no connection. */
plm_status plm_lookup_sets_take(plm_lookup_sets *sets, const plm_lookup_request *request,
                                plm_lookup_set **out, plm_refusal *refusal, char *reason,
                                size_t reason_bytes)
{
    plm_lookup_set *old = NULL;
    plm_status status = PLM_OK;
    (void)pthread_mutex_lock(&sets->mutex);
    plm_lookup_set *s = find_open(sets, request);
    if (s == NULL) {
        status = open_set(sets, request, &s, refusal, reason, reason_bytes);
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
