/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_hits.h - from tokens in common to hits, and the links by which a hit names the peer's record.
 */
#ifndef PLM_NODE_RUN_HITS_H
#define PLM_NODE_RUN_HITS_H

#include "ident/link.h"
#include "node/run.h"

enum {
    PLM_LABEL_BYTES = PLM_LINKS_PER_TOKEN * PLM_LINK_BYTES
};

/*
 * The labels of our tokens where we are the sender: the links (ident/link.h) of the records that
 * plm_token_set_name chooses, zeros where there are fewer; set.n_tokens * PLM_LABEL_BYTES bytes,
 * SECRET, the caller's to wipe and free. PLM_E_NOMEM.
 */
plm_status plm_run_make_labels(uint8_t **out, const plm_selected *selected,
                               const uint8_t key[static PLM_LINK_KEY_BYTES]) PLM_MUST_CHECK;

/*
 * Stores what this side learned: each pair of a record of ours and a link is one hit with all its
 * rules. An engine without labels gives no links: there each record is one hit, and a token that
 * agreed stands for the link, since both sides have it. Counts the records in
 * side->outcome->n_hits. Part of the transaction that ends the run.
 */
plm_status plm_run_store_hits(plm_run_side *side, const plm_purpose *purpose) PLM_MUST_CHECK;

/*
 * Where the holder learns first: the batches that follow, on both sides, and on the asker's the key
 * by which it will know its records again. Part of the same transaction.
 */
plm_status plm_run_begin_release(plm_run_side *side, const plm_purpose *purpose) PLM_MUST_CHECK;

#endif
