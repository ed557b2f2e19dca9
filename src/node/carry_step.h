/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry_step.h - one step of a run across an air gap: a file comes in, a file goes out.
 *
 *     plm_carry_begin   the asker: a run that is carried, nothing said yet
 *     plm_carry_take    judges a file; the next one of its run is kept
 *     plm_carry_go      goes through the run as far as the files reach; gives the next file
 *
 * A file that is not the next one of its run changes nothing: the right one can still come.
 */
#ifndef PLM_NODE_CARRY_STEP_H
#define PLM_NODE_CARRY_STEP_H

#include "node/node.h"

/* What a file turned out to be. */
typedef enum plm_carry_verdict {
    PLM_CARRY_TAKEN,    /* the next one: the run goes on */
    PLM_CARRY_OWN,      /* one that we wrote, on its way to the other side */
    PLM_CARRY_REPLAYED, /* one that was taken before */
    PLM_CARRY_OTHER,    /* the peer signed it, but another one was taken in its place */
    PLM_CARRY_MISSING,  /* of our run, but files before it have not come */
    PLM_CARRY_FOREIGN,  /* for somebody else, or from nobody we have an accord with */
    PLM_CARRY_CHANGED,  /* not as its sender signed it, or sealed for another key */
    PLM_CARRY_CUT,      /* no such file, or only a part of one */
    PLM_CARRY_OVER,     /* of a run that is over */
    PLM_CARRY_UNKNOWN,  /* of a run that we do not know */
    PLM_CARRY_VERDICT_COUNT
} plm_carry_verdict;

/* "taken", "replayed", ...; and what that means, for a person. Never NULL. */
const char *plm_carry_verdict_name(plm_carry_verdict verdict);
const char *plm_carry_verdict_sentence(plm_carry_verdict verdict);

typedef struct plm_carry_judged {
    plm_carry_verdict verdict;
    plm_carried head; /* zeroes if it was cut; true only of files whose signature was verified */
    uint32_t next;    /* the number that its run needs next */
} plm_carry_judged;

typedef struct plm_carry_step {
    plm_carry_row row; /* as it stands now; its peer points to: */
    char peer[PLM_CODE_MAX];
    plm_status status; /* of the run where it is over: PLM_OK, PLM_E_REFUSED, why it is broken */
    bool is_over;
    bool is_repeated; /* nothing new had come: the file is the one written before */
    plm_outcome outcome;
    plm_buf file; /* to be carried to the peer; empty: nothing is */
} plm_carry_step;

/* Begins a run as the asker, or with no purpose a delivery. PLM_E_NOT_FOUND: no accord here has
 * that party. PLM_E_STORE. */
plm_status plm_carry_begin(plm_node *node, const plm_ask *ask,
                           uint8_t id[static PLM_CARRIED_ID_BYTES]) PLM_MUST_CHECK;
/* PLM_OK with a verdict; statuses of the store. */
plm_status plm_carry_take(plm_node *node, plm_span file, plm_carry_judged *out) PLM_MUST_CHECK;
/*
 * PLM_OK: step->status says how the run stands. PLM_E_NOT_FOUND: no such run. PLM_E_STORE, also
 * where the run came to other words than those that were carried already: then it is broken, and
 * nothing is written. The step must be wiped in any case.
 */
plm_status plm_carry_go(plm_node *node, const uint8_t id[static PLM_CARRIED_ID_BYTES],
                        plm_carry_step *step) PLM_MUST_CHECK;
void plm_carry_step_wipe(plm_carry_step *step);
/* Breaks carried runs that began more than PLM_CARRY_DAYS ago. *n: how many. */
plm_status plm_carry_expire(plm_node *node, int64_t now_ms, uint64_t *n) PLM_MUST_CHECK;

#endif
