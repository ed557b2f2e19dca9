/* SPDX-License-Identifier: Apache-2.0 */
/*
 * views.h - the same estimators on neighbouring tables: a list left out, two lists made one, and
 * the persons of one list alone, where the truth is known (spec/estimate.md, section 10).
 */
#ifndef PLM_ESTIMATE_VIEWS_H
#define PLM_ESTIMATE_VIEWS_H

#include "estimate/work.h"

enum {
    PLM_VIEWS_MAX =
        1 + 2 * PLM_TABLE_LISTS_MAX + PLM_TABLE_LISTS_MAX * (PLM_TABLE_LISTS_MAX - 1) / 2,
    PLM_VIEWS_GRAPHS_MAX = 5 /* lists up to which graphs are averaged in a view */
};

typedef enum plm_view_kind {
    PLM_VIEW_FULL,
    PLM_VIEW_CONDITION, /* on list a: the others among its persons; truth is their number */
    PLM_VIEW_OMIT,      /* list a */
    PLM_VIEW_MERGE      /* lists a and b */
} plm_view_kind;

typedef struct plm_view {
    plm_view_kind kind;
    unsigned a, b;
    char what[2 * PLM_TABLE_NAME_BYTES]; /* "LA", "LA+NG" */
    double truth;                        /* PLM_VIEW_CONDITION; else NAN */
    double n;
    /* Estimates; NAN where the view's table has an empty list, INFINITY where none exists. */
    double main, stepwise, chao;
    double graphs; /* posterior median; NAN also with more than 5 lists */
} plm_view;

typedef struct plm_views {
    size_t n;
    plm_view item[PLM_VIEWS_MAX];
} plm_views;

/* table: 3 to 8 lists. PLM_E_CANCELLED, PLM_E_NOMEM. */
plm_status plm_views_run(plm_views *out, const plm_table *table,
                         const plm_work *work) PLM_MUST_CHECK;

#endif
