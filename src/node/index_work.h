/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_work.h - what building an index and bringing one up to date have in common: the tokens of
 * now, what their labels say, and their evaluation.
 */
#ifndef PLM_NODE_INDEX_WORK_H
#define PLM_NODE_INDEX_WORK_H

#include "index/own.h"
#include "node/index_epochs.h"
#include "node/select.h"

typedef struct plm_index_work {
    plm_node *node;
    plm_index_scope *scope;
    plm_selected selected;
    plm_own_token *tokens; /* SECRET; ascending, with the marks of their labels */
    size_t n_tokens;
    int64_t *urgent; /* numbers of the records whose label says so, ascending */
    size_t n_urgent;
    size_t urgent_capacity;
    int64_t changes_from;          /* of a build: before it began to read */
    int64_t last_number;           /* likewise */
    const plm_stored_epoch *epoch; /* whose labels these are */
    plm_index_label common;        /* what all labels say */
    uint16_t label_bytes;
    uint8_t link_key[32]; /* SECRET */

    plm_fingerprint *fingerprints; /* of the tokens evaluated last */
    plm_index_key *keys;           /* SECRET; likewise, where there are labels */
    plm_index_row *rows;           /* likewise; items count the evaluated tokens */
    size_t n_rows;
    const size_t *which; /* numbers of the tokens evaluated last; NULL: all */
} plm_index_work;

/*
 * Finds the scope. PLM_E_REFUSED with *refusal set, PLM_E_NOT_FOUND. To be wiped in any case.
 */
plm_status plm_index_work_init(plm_index_work *w, plm_node *node, const plm_index_order *order,
                               plm_refusal *refusal) PLM_MUST_CHECK;
void plm_index_work_wipe(plm_index_work *w);

/*
 * Reads all registers. for_build: with the days (plm_select_for_index). The statuses of plm_select.
 */
plm_status plm_index_work_select(plm_index_work *w, bool for_build) PLM_MUST_CHECK;
/* Makes tokens, without marks yet, of what was selected. PLM_E_NOMEM. */
plm_status plm_index_work_take_set(plm_index_work *w) PLM_MUST_CHECK;

/* Sets what the labels of this epoch say, and the marks of all tokens; reads which are urgent. */
plm_status plm_index_work_label(plm_index_work *w, const plm_stored_epoch *epoch) PLM_MUST_CHECK;
/* The same where w->urgent says already which are. */
void plm_index_work_mark(plm_index_work *w, const plm_stored_epoch *epoch);
/* Puts a record's number behind w->urgent. PLM_E_NOMEM. */
plm_status plm_index_work_add_urgent(plm_index_work *w, int64_t number) PLM_MUST_CHECK;
bool plm_index_work_is_urgent(const plm_index_work *w, int64_t number);
/* Evaluates the tokens of these numbers (which NULL: all n_tokens) into rows and keys. */
plm_status plm_index_work_evaluate(plm_index_work *w, const plm_epoch_key *key, const size_t *which,
                                   size_t n) PLM_MUST_CHECK;
/* Order of records' numbers (int64_t); of qsort and bsearch. */
int plm_number_compare(const void *a, const void *b);
/* The header that an index or changes of the epoch begin with. */
void plm_index_work_header(plm_index_header *out, const plm_index_work *w);
/* How its files are made from the rows. */
plm_index_make plm_index_work_make(plm_index_work *w);

/* index_carriers.c: writes which records carry which tokens, beside the index of the epoch that was
 * just built. */
plm_status plm_index_carriers_keep(const plm_index_work *w,
                                   const plm_stored_epoch *epoch) PLM_MUST_CHECK;
/*
 * index_since.c: what has changed since the epoch was built, from the records that have changed
 * alone: the same as plm_own_compare says with all registers in w. w: an initialised one that has
 * nothing selected; afterwards it has the tokens that changes->added counts, with their marks.
 * PLM_E_NOT_FOUND: it can't be told that way - what is needed is not there, or is about something
 * else, or too much has changed.
 */
plm_status plm_index_since(plm_index_work *w, const plm_stored_epoch *epoch,
                           plm_own_changes *changes) PLM_MUST_CHECK;

#endif
