/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader_search.c - at a load's end: the entries by which records are searched for, sorted.
 */
#include "store/loader_write.h"
#include "store/sql.h"

enum {
    SEARCH_AT_ONCE = 16384
};

typedef struct search_feed {
    plm_sorter *sorter;
    size_t n;
    bool is_at_end;
} search_feed;

static plm_status search_row(void *context, plm_cell *cells)
{
    search_feed *f = (search_feed *)context;
    if (f->n == SEARCH_AT_ONCE) {
        return PLM_E_NOT_FOUND;
    }
    plm_status status = plm_sorter_take(f->sorter, &cells[0].bytes, &cells[1].number);
    cells[0].is_null = false;
    cells[1].is_null = false;
    f->is_at_end = status == PLM_E_NOT_FOUND;
    f->n += status == PLM_OK;
    return status;
}

static plm_status write_search_piece(plm_load_writer *w, search_feed *f)
{
    const plm_bulk bulk = {"record_search", "canonical, record_id", "ti", search_row, f};
    f->n = 0;
    plm_status status = plm_store_begin(w->store);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_loading_check(w->store, &w->loading);
    if (status == PLM_OK) {
        status = w->store->driver->bulk(w->store->db, &bulk);
    }
    return plm_store_leave(w->store, true, status);
}

plm_status plm_load_write_search(plm_load_writer *w, plm_loading_fn *fn, void *context)
{
    search_feed f = {.sorter = w->sorter};
    uint64_t done = 0;
    if (plm_sorter_count(w->sorter) == 0) {
        return PLM_OK;
    }
    plm_status status = plm_sorter_turn(w->sorter);
    if (status == PLM_OK) {
        status = plm_loading_set_state(w->store, &w->loading, PLM_LOADING_SEARCHING);
    }
    while (status == PLM_OK && !f.is_at_end) {
        status = write_search_piece(w, &f);
        done += f.n;
        w->store->driver->pause(w->store->db);
        if (status == PLM_OK && fn != NULL) {
            status = fn(context, "search", done, plm_sorter_count(w->sorter));
        }
    }
    return status;
}
