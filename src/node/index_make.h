/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_make.h - the holder's indexes: made, published, brought up to date, rotated (spec/lookup.md
 * section 6).
 *
 *     build ─► built ─► publish ─► published ─► publish of a newer one ─► retiring ─► gone
 *
 * Who takes part is what the accord admits against every party with which it is in force, so that
 * one index can be given to all of them.
 */
#ifndef PLM_NODE_INDEX_MAKE_H
#define PLM_NODE_INDEX_MAKE_H

#include "node/index_files.h"

typedef struct plm_index_order {
    const uint8_t *accord_hash; /* NULL: the one in force that has the purpose */
    const char *purpose;
    bool has_labels;
    uint32_t urgent_roles; /* bit set of 1 << plm_role: their labels say that it is urgent */
    const char *handling;  /* in each label; "" for none */
    int64_t overlap_ms;    /* publish: how long the epoch before is still answered for */
} plm_index_order;

/* What came of it. */
typedef struct plm_index_made {
    uint8_t accord_hash[32];
    uint32_t epoch;
    uint64_t sequence;
    uint64_t n_entries; /* of the index */
    uint64_t n_added;   /* by its changes */
    uint64_t n_withdrawn;
    bool is_changed; /* update: there was something to say */
    plm_selection selection;
    plm_refusal refusal; /* with PLM_E_REFUSED */
} plm_index_made;

/*
 * A new epoch with a key of its own; published to nobody yet. Leaves nothing behind if it fails or
 * is cancelled. PLM_E_NOT_FOUND: no accord in force has the purpose. PLM_E_REFUSED: the purpose
 * allows no lookups, or nothing is left of it. PLM_E_EXISTS: another process of this node builds.
 * PLM_E_CANCELLED; the statuses of plm_select and of plm_index_write.
 */
plm_status plm_index_build(plm_node *node, const plm_index_order *order,
                           plm_index_made *out) PLM_MUST_CHECK;
/*
 * The newest epoch, brought up to date, is the one that is fetched from now on; the one before is
 * answered for overlap_ms longer. PLM_E_NOT_FOUND: none was built since the last one. The statuses
 * of plm_index_update.
 */
plm_status plm_index_publish(plm_node *node, const plm_index_order *order,
                             plm_index_made *out) PLM_MUST_CHECK;

/* Called for each epoch that is brought up to date. */
typedef void plm_index_made_fn(void *context, const plm_index_made *made);
/*
 * Compares every epoch that is answered for with the registers of now, and publishes what was added
 * and withdrawn since it was built; reads the records that have changed alone, where that can be
 * told. PLM_E_NOT_FOUND: there is none. PLM_E_REFUSED: *refusal says why. PLM_E_EXISTS: another
 * process of this node is at it, for half a minute already.
 */
plm_status plm_index_update(plm_node *node, const plm_index_order *order, plm_index_made_fn *fn,
                            void *context, plm_refusal *refusal) PLM_MUST_CHECK;

/* Ends what is past its overlap: keys and files of these epochs are deleted. *n: how many. */
plm_status plm_index_retire(plm_node *node, int64_t now_ms, uint64_t *n) PLM_MUST_CHECK;

/* What an entry of the ledger of kind "index" says was done. */
typedef enum plm_index_action {
    PLM_INDEX_ACTION_BUILD = 1,
    PLM_INDEX_ACTION_PUBLISH = 2,
    PLM_INDEX_ACTION_UPDATE = 3,
    PLM_INDEX_ACTION_RETIRE = 4
} plm_index_action;

/*
 * index_scope.c: the agreement whose purpose it is, and the purpose as it counts against all of its
 * parties at once. Heap; its parts are borrowed until it is destroyed.
 */
typedef struct plm_index_scope plm_index_scope;

plm_status plm_index_scope_find(plm_index_scope **out, const plm_node *node,
                                const uint8_t *accord_hash, const char *purpose,
                                plm_refusal *refusal) PLM_MUST_CHECK;
void plm_index_scope_destroy(plm_index_scope *scope);
const plm_accord *plm_index_scope_accord(const plm_index_scope *scope);
const plm_purpose *plm_index_scope_purpose(const plm_index_scope *scope);
/* Of all that decides who takes part and which tokens they have, beside records and days. */
void plm_index_scope_hash(uint8_t out[static 32], const plm_index_scope *scope);

#endif
