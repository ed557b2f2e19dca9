/* SPDX-License-Identifier: Apache-2.0 */
#include "estimate/views.h"

#include "estimate/average.h"
#include "estimate/bca.h"
#include "estimate/chao.h"
#include "estimate/number.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

typedef struct viewing {
    plm_views *out;
    const plm_table *table;
    atomic_bool is_out_of_memory;
} viewing;

static plm_status make_table(const plm_view *view, const plm_table *table, plm_table *out,
                             double *truth)
{
    switch (view->kind) {
    case PLM_VIEW_CONDITION:
        return plm_table_condition(out, table, view->a, truth);
    case PLM_VIEW_OMIT:
        return plm_table_omit(out, table, view->a);
    case PLM_VIEW_MERGE:
        return plm_table_merge(out, table, view->a, view->b);
    case PLM_VIEW_FULL:
        break;
    }
    *out = *table;
    return PLM_OK;
}

static bool has_empty_list(const plm_table *table)
{
    for (unsigned i = 0; i < table->n_lists; i++) {
        if (plm_table_on_all(table, 1U << i) <= 0) {
            return true;
        }
    }
    return false;
}

static plm_status estimate_view(plm_view *view, const plm_table *table)
{
    plm_table of_view;
    plm_loglin *work = NULL;
    plm_chao chao;
    view->truth = view->main = view->stepwise = view->chao = view->graphs = PLM_NAN;
    plm_status status = make_table(view, table, &of_view, &view->truth);
    if (status != PLM_OK) {
        return status;
    }
    view->n = plm_table_total(&of_view);
    plm_chao_run(&of_view, &chao);
    view->chao = chao.corrected;
    if (has_empty_list(&of_view)) {
        return PLM_OK;
    }
    status = plm_loglin_create(&work, of_view.n_lists);
    if (status != PLM_OK) {
        return status;
    }
    view->main = plm_estimator_main.run(NULL, work, of_view.count, of_view.n_lists);
    view->stepwise = plm_estimator_stepwise.run(NULL, work, of_view.count, of_view.n_lists);
    plm_loglin_destroy(work);
    if (of_view.n_lists <= PLM_VIEWS_GRAPHS_MAX) {
        const plm_average_config config = {0, 1, 0};
        const plm_work alone = {NULL, NULL, NULL};
        plm_average average;
        status = plm_average_run(&average, &of_view, &config, &alone);
        view->graphs = status == PLM_OK ? average.median : PLM_NAN;
        plm_average_wipe(&average);
    }
    return status;
}

static void run_views(void *context, size_t first, size_t last)
{
    viewing *v = (viewing *)context;
    for (size_t i = first; i < last; i++) {
        if (estimate_view(&v->out->item[i], v->table) != PLM_OK) {
            atomic_store(&v->is_out_of_memory, true);
        }
    }
}

static void add_view(plm_views *out, const plm_table *table, plm_view_kind kind, unsigned a,
                     unsigned b)
{
    plm_view *view = &out->item[out->n++];
    view->kind = kind;
    view->a = a;
    view->b = b;
    if (kind == PLM_VIEW_MERGE) {
        (void)snprintf(view->what, sizeof view->what, "%s+%s", table->names[a], table->names[b]);
    } else if (kind != PLM_VIEW_FULL) {
        (void)snprintf(view->what, sizeof view->what, "%s", table->names[a]);
    }
}

plm_status plm_views_run(plm_views *out, const plm_table *table, const plm_work *work)
{
    memset(out, 0, sizeof *out);
    add_view(out, table, PLM_VIEW_FULL, 0, 0);
    for (unsigned a = 0; a < table->n_lists; a++) {
        add_view(out, table, PLM_VIEW_CONDITION, a, a);
        add_view(out, table, PLM_VIEW_OMIT, a, a);
    }
    for (unsigned a = 0; a < table->n_lists; a++) {
        for (unsigned b = a + 1; b < table->n_lists; b++) {
            add_view(out, table, PLM_VIEW_MERGE, a, b);
        }
    }
    viewing v = {out, table, false};
    plm_status status = plm_work_run(work, "neighbouring tables", out->n, 1, run_views, &v);
    return status == PLM_OK && atomic_load(&v.is_out_of_memory) ? PLM_E_NOMEM : status;
}
