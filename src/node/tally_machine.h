/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_machine.h - the machine of a tally at work in a node: thawed, given lists, its messages
 * packed into pieces of parcels.
 */
#ifndef PLM_NODE_TALLY_MACHINE_H
#define PLM_NODE_TALLY_MACHINE_H

#include "match/tally.h"
#include "node/tally.h"

enum {
    PLM_TALLY_FROZEN_MAX = 512 << 20
};

/* A list, or the number of dummies, as it is to go out: pieces, each of whole messages. */
typedef struct plm_tally_outgoing {
    plm_buf *pieces; /* owned */
    size_t n;
    unsigned to;
    uint8_t owner;
    uint8_t hop;
} plm_tally_outgoing;

typedef struct plm_tally_passing {
    plm_node *node;
    plm_tally_book *book;
    plm_tally *machine;
    plm_buf frozen; /* SECRET */
    plm_tally_outgoing lists[PLM_TALLY_MEMBERS_MAX + 1];
    size_t n_lists;
    bool given[PLM_TALLY_MEMBERS_MAX]; /* the list goes through in this step */
    unsigned blamed;                   /* whose bytes the machine did not take; or our place */
} plm_tally_passing;

/*
 * The machine that the store has frozen, or at the first step a new one with our own list.
 * PLM_E_REFUSED: the accord does not allow it any more; PLM_E_LIMIT: our list has grown. *p is to
 * be wiped in any case.
 */
plm_status plm_tally_machine_open(plm_tally_passing *p) PLM_MUST_CHECK;
void plm_tally_machine_wipe(plm_tally_passing *p);
/* Works until it waits for input; what it says is in p->lists. PLM_E_CANCELLED and its own. */
plm_status plm_tally_machine_run(plm_tally_passing *p) PLM_MUST_CHECK;
/* Gives it a list that is here whole, and runs it. PLM_E_PROTOCOL: `from` is blamed. */
plm_status plm_tally_machine_feed(plm_tally_passing *p, unsigned owner, unsigned hop,
                                  unsigned from) PLM_MUST_CHECK;
/* What a failed step means for the tally; PLM_OK if it is over for that, which is written down. */
plm_status plm_tally_machine_failed(plm_tally_passing *p, plm_status status,
                                    int64_t now_ms) PLM_MUST_CHECK;

#endif
