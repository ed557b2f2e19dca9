/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing_marks.h - which of our tokens are new since the last run of a series.
 *
 * Of each record that took part the store keeps its marks: keyed hashes of the tokens that were
 * entered of it, of 8 bytes, ascending. They go with the record, so what was withdrawn leaves
 * nothing; and a token counts as new of each record by itself, so that a value which comes to stand
 * in a second record is entered again for it.
 *
 *     marks     [ hash | hash | ... ]      of one record
 */
#ifndef PLM_NODE_STANDING_MARKS_H
#define PLM_NODE_STANDING_MARKS_H

#include "node/select.h"
#include "store/standing.h"

enum {
    PLM_STANDING_MARK_BYTES = 8
};

typedef struct plm_standing_marks {
    plm_standing_mark *changed; /* records whose marks are others than the store's, ascending */
    size_t n_changed;
    size_t capacity;
    uint8_t *bytes; /* that their spans point to */
    size_t n_bytes;
    bool has_none; /* the store has none of this series */
    bool *is_new;  /* of each token of the selection */
    uint64_t n_new;
} plm_standing_marks;

/*
 * Compares a selection with what the store knows of the series. key: SECRET. PLM_E_NOMEM,
 * PLM_E_STORE. To be wiped in any case.
 */
plm_status plm_standing_marks_make(plm_standing_marks *out, const plm_selected *selected,
                                   plm_store *store, const uint8_t id[static PLM_STANDING_ID_BYTES],
                                   const uint8_t key[static 32]) PLM_MUST_CHECK;
/*
 * Leaves what is new, and as many of the others as are missing to `least`: always the first in the
 * tokens' order, so that a series that is filled up shows the same ones each time.
 */
void plm_standing_marks_narrow(const plm_standing_marks *m, plm_token_set *set, uint64_t least);
void plm_standing_marks_wipe(plm_standing_marks *m);

#endif
