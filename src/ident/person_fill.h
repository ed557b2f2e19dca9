/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person_fill.h - what of a record can fill which slot of a pattern (spec/tokens.md section 4.5).
 */
#ifndef PLM_IDENT_PERSON_FILL_H
#define PLM_IDENT_PERSON_FILL_H

#include "ident/person_gate.h"

enum {
    PLM_FILLERS_MAX = 1024 /* features of one slot that are combined */
};

typedef struct plm_filler {
    uint16_t feature; /* index into the record's features */
    uint16_t value;
    uint16_t word;
    uint16_t last; /* the word itself, or the next one that is joined to it */
    plm_bits bits; /* at most the slot's */
    /* Of a digit unknown, a part of a date, a written word: the bits of what agrees wherever this
     * agrees, in a slot of its own. Else as bits. */
    plm_bits coarser;
    bool has_coarser;
    /* Of a name: another reading of the word than its first; a class; two words as one. */
    bool is_other_reading;
    /* Less than the record knows: one letter or character off, or a part of a full date. */
    bool is_tolerant;
} plm_filler;

/* By slot; in the record's order, so that those of one value stand together. */
typedef struct plm_fillers {
    plm_filler *items[PLM_FILL_COUNT];
    size_t n[PLM_FILL_COUNT];
    plm_bits most[PLM_FILL_COUNT]; /* bits of the most telling one */
    bool is_cut;                   /* a slot has more than PLM_FILLERS_MAX */
} plm_fillers;

/* PLM_E_NOMEM. */
plm_status plm_fillers_list(plm_fillers *out, const plm_features *features,
                            plm_arena *arena) PLM_MUST_CHECK;

#endif
