/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_answering.h - what the files of the holder's side of lookups share: lookup_answer.c
 * (queries and fetches), lookup_offer.c (opening, policy, terms).
 */
#ifndef PLM_NODE_LOOKUP_ANSWERING_H
#define PLM_NODE_LOOKUP_ANSWERING_H

#include "node/index_epochs.h"
#include "node/lookup_answer.h"
#include "wire/lookup.h"

typedef struct plm_answering {
    plm_node *node;
    plm_session *session;
    const plm_tls_pin *pin;
    plm_lookup_report *report;
    plm_lookup_report entered; /* of that, what stands in the ledger */
    plm_refusal *refusal;
    plm_lookup_open open;
    plm_buf open_signed;
    uint8_t open_hash[PLM_HASH_BYTES];
    uint64_t per_hour;
    int64_t checked_ms;
    plm_lookup_budget budget;
    plm_epoch_list epochs; /* as they were at the last look */
    plm_effective effective;
    int64_t first_ms; /* since when nothing was entered */
    uint8_t evaluated[PLM_LOOKUP_BATCH_MAX * PLM_LOOKUP_ELEMENT_BYTES];
} plm_answering;

/* lookup_offer.c; each may be PLM_E_REFUSED with *a->refusal set. */
/* The policy, for the accord as it stands in the store now. */
plm_status plm_answering_check_policy(plm_answering *a) PLM_MUST_CHECK;
/* What is answered for at this moment, the newest first. */
plm_status plm_answering_look_at_epochs(plm_answering *a) PLM_MUST_CHECK;
/* The asker's OPEN: of the party the connection is with, for us, fresh, and allowed. */
plm_status plm_answering_take_open(plm_answering *a) PLM_MUST_CHECK;
plm_status plm_answering_send_terms(plm_answering *a) PLM_MUST_CHECK;
/* Tells the asker, and enters it; PLM_E_REFUSED if that went well. */
plm_status plm_answering_send_refusal(plm_answering *a) PLM_MUST_CHECK;

#endif
