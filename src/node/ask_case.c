/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ask_case.c - no run without a case (spec/accord.md section 6).
 */
#include "node/node.h"

#include <stdio.h>
#include <string.h>

static plm_status refuse(plm_outcome *outcome, plm_refusal_code code, const char *detail)
{
    outcome->refusal.code = code;
    outcome->refusal.clause[0] = '\0';
    outcome->detail = detail;
    return PLM_E_REFUSED;
}

/* The first offence of the case that was asked for, if any was, and that the purpose has. */
static const char *fitting_offence(const plm_case *c, const plm_ask *ask,
                                   const plm_purpose *purpose)
{
    for (size_t i = 0; i < c->n_offences; i++) {
        bool is_wanted = ask->offence == NULL || strcmp(ask->offence, c->offences[i]) == 0;
        if (is_wanted && plm_purpose_has_offence(purpose, c->offences[i])) {
            return c->offences[i];
        }
    }
    return NULL;
}

static plm_status take(plm_asked_case *out, plm_store *store, plm_arena *arena, const plm_ask *ask,
                       const plm_purpose *purpose, plm_outcome *outcome)
{
    plm_case c;
    plm_status status = plm_store_get_case(store, ask->case_ref, arena, &c);
    if (status == PLM_E_NOT_FOUND) {
        return refuse(outcome, PLM_REFUSAL_CASE, "there is no case of that reference");
    }
    if (status != PLM_OK) {
        return status;
    }
    if (c.closed_ms != 0) {
        return refuse(outcome, PLM_REFUSAL_CASE, "the case is closed");
    }
    const char *offence = fitting_offence(&c, ask, purpose);
    if (offence == NULL && ask->offence != NULL && plm_purpose_has_offence(purpose, ask->offence)) {
        return refuse(outcome, PLM_REFUSAL_CASE, "the case is not about that offence");
    }
    if (offence == NULL) {
        /* The policy refuses it, and says by which clause. */
        outcome->detail = "the purpose has none of the case's offences";
        offence = ask->offence != NULL ? ask->offence : c.offences[0];
    }
    (void)snprintf(out->opaque, sizeof out->opaque, "%s", c.opaque);
    (void)snprintf(out->officer, sizeof out->officer, "%s", c.pseudonym);
    (void)snprintf(out->offence, sizeof out->offence, "%s", offence);
    return PLM_OK;
}

plm_status plm_ask_take_case(plm_asked_case *out, plm_store *store, const plm_ask *ask,
                             const plm_purpose *purpose, plm_outcome *outcome)
{
    if (ask->case_ref == NULL) {
        return refuse(outcome, PLM_REFUSAL_CASE, "no case was named");
    }
    plm_arena arena;
    plm_arena_init(&arena, 1 << 20);
    plm_status status = take(out, store, &arena, ask, purpose, outcome);
    plm_arena_wipe(&arena);
    return status;
}
