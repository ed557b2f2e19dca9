/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release_view.h - a run that is over, with what its accord says about it today.
 */
#ifndef PLM_NODE_RELEASE_VIEW_H
#define PLM_NODE_RELEASE_VIEW_H

#include "node/agreement.h"

typedef struct plm_release_view {
    char peer[PLM_CODE_MAX];
    char purpose_code[PLM_CODE_MAX];
    uint8_t accord_hash[PLM_HASH_BYTES];
    bool is_asker;
    bool is_done;
    plm_proposal proposal;
    plm_agreement *agreement;
    /* What counts between the two parties today. Nothing is disclosed under an accord that is not
     * in force: then is_in_force is false, and `purpose` is the accord's own. */
    bool is_in_force;
    const plm_purpose *purpose;
    bool at_risk; /* the asker's law knows the death penalty for the offence of the case */
    plm_effective effective;
} plm_release_view;

/*
 * *out is made by the caller and must not be moved; close it in any case. self: our own code.
 * PLM_E_NOT_FOUND: no such run, or its accord or purpose is gone.
 */
plm_status plm_release_view_open(plm_release_view *out, plm_store *store,
                                 const uint8_t run_id[static 16], int64_t now_ms) PLM_MUST_CHECK;
void plm_release_view_close(plm_release_view *view);

#endif
