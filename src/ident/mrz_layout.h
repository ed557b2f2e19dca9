/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mrz_layout.h - where the fields of each format stand (Doc 9303 parts 4 to 7), and the steps of
 * reading them. Positions count from 0.
 */
#ifndef PLM_IDENT_MRZ_LAYOUT_H
#define PLM_IDENT_MRZ_LAYOUT_H

#include "ident/mrz.h"

typedef struct plm_mrz_place {
    uint8_t line;
    uint8_t from;
    uint8_t n; /* 0: the format has no such field */
} plm_mrz_place;

enum {
    PLM_MRZ_PARTS_MAX = 4
};

/* Check digits stand right behind number, birth and expiry. */
typedef struct plm_mrz_layout {
    const char *name;
    uint8_t n_lines;
    uint8_t width;
    plm_mrz_place holder; /* the name */
    plm_mrz_place number;
    plm_mrz_place nationality;
    plm_mrz_place birth;
    plm_mrz_place sex;
    plm_mrz_place expiry;
    plm_mrz_place optional[2];
    plm_mrz_place optional_check;
    plm_mrz_place composite;                /* its digit */
    plm_mrz_place parts[PLM_MRZ_PARTS_MAX]; /* what the composite digit covers */
} plm_mrz_layout;

extern const plm_mrz_layout plm_mrz_layouts[PLM_MRZ_FORMAT_COUNT];

static inline plm_span plm_mrz_at(const plm_mrz *mrz, plm_mrz_place place)
{
    return plm_span_of(mrz->lines[place.line] + place.from, place.n);
}

/* Adds a note, and makes the zone invalid. */
void plm_mrz_note(plm_mrz *mrz, const char *format, ...) PLM_PRINTF(2, 3);

/* mrz_check.c: corrects what may be corrected, then fills number and checks. */
void plm_mrz_check_all(plm_mrz *mrz);

#endif
