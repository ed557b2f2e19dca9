/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases.c - the cases without which no run starts.
 */
#include "store/sql.h"

#include <string.h>

static plm_status add_offences(plm_store *store, const plm_case *c)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < c->n_offences; i++) {
        status = plm_sql_run(store,
                             "INSERT INTO case_offence (reference, position, code) "
                             "VALUES ($1, $2, $3)",
                             "tit", c->reference, (int64_t)i, c->offences[i]);
    }
    return status;
}

plm_status plm_store_add_case(plm_store *store, const plm_case *c)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_run(store,
                         "INSERT INTO case_file (reference, opaque, officer, supervisor, "
                         "pseudonym, purpose, penalty, element, is_group, opened_ms, closed_ms) "
                         "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                         "ttttttitiii", c->reference, c->opaque, c->officer, c->supervisor,
                         c->pseudonym, c->purpose, c->penalty_years, c->element,
                         (int64_t)c->is_group, c->opened_ms, c->closed_ms);
    if (status == PLM_OK) {
        status = add_offences(store, c);
    }
    return plm_store_leave(store, mine, status);
}

typedef struct case_walk {
    plm_arena *arena;
    plm_case *out;
    bool is_found;
    plm_status status;
} case_walk;

/* A text column, kept. */
static const char *keep(case_walk *w, const plm_db_driver *d, plm_statement *s, int column)
{
    const char *text = d->column_text(s, column);
    const char *copy = text != NULL ? plm_arena_string(w->arena, plm_span_str(text)) : NULL;
    if (copy == NULL) {
        w->status = text == NULL ? PLM_E_STORE : PLM_E_NOMEM;
        return "";
    }
    return copy;
}

static plm_status case_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    case_walk *w = (case_walk *)walk;
    *w->out = (plm_case){.reference = keep(w, d, s, 0),
                         .opaque = keep(w, d, s, 1),
                         .officer = keep(w, d, s, 2),
                         .supervisor = keep(w, d, s, 3),
                         .pseudonym = keep(w, d, s, 4),
                         .purpose = keep(w, d, s, 5),
                         .penalty_years = d->column_int(s, 6),
                         .element = keep(w, d, s, 7),
                         .is_group = d->column_int(s, 8) != 0,
                         .opened_ms = d->column_int(s, 9),
                         .closed_ms = d->column_int(s, 10)};
    w->is_found = true;
    return w->status;
}

static plm_status offence_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    case_walk *w = (case_walk *)walk;
    if (w->out->n_offences == PLM_CASE_OFFENCES_MAX) {
        return PLM_E_STORE;
    }
    w->out->offences[w->out->n_offences++] = keep(w, d, s, 0);
    return w->status;
}

plm_status plm_store_get_case(plm_store *store, const char *reference, plm_arena *arena,
                              plm_case *out)
{
    plm_case found = {0};
    case_walk walk = {arena, &found, false, PLM_OK};
    plm_statement *s;
    plm_status status = plm_sql_start(store, &s,
                                      "SELECT reference, opaque, officer, supervisor, pseudonym, "
                                      "purpose, penalty, element, is_group, opened_ms, closed_ms "
                                      "FROM case_file WHERE reference = $1",
                                      "t", reference);
    if (status == PLM_OK) {
        status = plm_sql_walk(store, s, case_row, &walk);
    }
    if (status == PLM_OK && !walk.is_found) {
        status = PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = plm_sql_start(store, &s,
                               "SELECT code FROM case_offence WHERE reference = $1 "
                               "ORDER BY position",
                               "t", reference);
    }
    if (status == PLM_OK) {
        status = plm_sql_walk(store, s, offence_row, &walk);
    }
    if (status == PLM_OK) {
        *out = found;
    }
    return status;
}

plm_status plm_store_close_case(plm_store *store, const char *reference, int64_t now_ms)
{
    int64_t closed_ms;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_int(store, &closed_ms, "SELECT closed_ms FROM case_file WHERE reference = $1",
                         "t", reference);
    if (status == PLM_OK && closed_ms != 0) {
        status = PLM_E_EXISTS;
    }
    if (status == PLM_OK) {
        status = plm_sql_run(store, "UPDATE case_file SET closed_ms = $2 WHERE reference = $1",
                             "ti", reference, now_ms);
    }
    return plm_store_leave(store, mine, status);
}

typedef struct list_walk {
    plm_case_fn *fn;
    void *context;
} list_walk;

static plm_status list_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const list_walk *w = (const list_walk *)walk;
    return w->fn(w->context, d->column_text(s, 0), d->column_int(s, 1));
}

plm_status plm_store_each_case(plm_store *store, plm_case_fn *fn, void *context)
{
    list_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s, "SELECT reference, closed_ms FROM case_file ORDER BY opened_ms, reference", "");
    return status == PLM_OK ? plm_sql_walk(store, s, list_row, &walk) : status;
}
