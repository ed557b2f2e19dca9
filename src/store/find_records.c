/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find_records.c - records by a value, by the id that their source gave them, by their register.
 *
 * Where records are looked for by a value, record_search says which may have it; they are read
 * whole, some at a time, and looked at here. A statement that did both would read their pages one
 * after the other, each awaited; one that asks for some records lets the database fetch them all
 * at once.
 */
#include "store/loading.h"
#include "store/page.h"
#include "store/sql.h"

#include <string.h>

enum {
    AT_ONCE = 30 /* as many as plm_store_each_of asks for in a statement */
};

typedef struct finding {
    const plm_record_query *query;
    size_t left; /* to be given */
    plm_record_fn *fn;
    void *context;
    int64_t numbers[AT_ONCE]; /* of records that may be of them, ascending */
    size_t n;
} finding;

static plm_status take_number(void *context, const plm_db_driver *d, plm_statement *s)
{
    finding *f = (finding *)context;
    f->numbers[f->n++] = d->column_int(s, 0);
    return PLM_OK;
}

/* Up to `most` numbers behind `after`, AT_ONCE at most. */
static plm_status list_candidates(plm_store *store, finding *f, int64_t after, int64_t most)
{
    const plm_record_query *q = f->query;
    plm_statement *s;
    plm_status status;
    if (q->type[0] != '\0') {
        status = plm_sql_start(
            store, &s,
            /*
             * Rows are compared, so that only the index of both columns has the order that is asked
             * for: by one of record_id a planner would walk all of it for a rare value. The entries
             * of a load that is under way may be many, and are not looked at.
             */
            "SELECT record_id FROM record_search WHERE (canonical, record_id) > ($1, $2) AND "
            "(canonical, record_id) < ($1, " PLM_UNSEEN_RECORD
            ") ORDER BY canonical, record_id LIMIT $3",
            "tii", q->canonical, after, most);
    } else if (q->source_id[0] != '\0') {
        status = plm_sql_start(store, &s,
                               /* CROSS: registers are few, and ids have an index within each. */
                               "SELECT record.id FROM register CROSS JOIN record "
                               "WHERE record.register_id = register.id AND source_id = $1 AND "
                               "record.id > $2 AND " PLM_SEEN_RECORD
                               " AND ($3 = '' OR register.name = $3) ORDER BY record.id LIMIT $4",
                               "titi", q->source_id, after, q->register_name, most);
    } else {
        status = plm_sql_start(
            store, &s,
            "SELECT record.id FROM record JOIN register ON register.id = record.register_id "
            "WHERE record.id > $1 AND " PLM_SEEN_RECORD
            " AND ($2 = '' OR register.name = $2) ORDER BY record.id LIMIT $3",
            "iti", after, q->register_name, most);
    }
    f->n = 0;
    return status == PLM_OK ? plm_sql_rows(store, s, take_number, f) : status;
}

static bool has_value(const plm_record *r, const char *type, const char *canonical)
{
    for (size_t i = 0; i < r->n_values; i++) {
        if (strcmp(plm_ident_type_name(r->values[i].type), type) == 0 &&
            strcmp(r->values[i].canonical, canonical) == 0) {
            return true;
        }
    }
    return false;
}

static plm_status give(void *context, const plm_stored_record *r)
{
    finding *f = (finding *)context;
    const plm_record_query *q = f->query;
    if ((q->register_name[0] != '\0' && strcmp(q->register_name, r->register_name) != 0) ||
        (q->source_id[0] != '\0' && strcmp(q->source_id, r->record.id) != 0) ||
        (q->type[0] != '\0' && !has_value(&r->record, q->type, q->canonical))) {
        return PLM_OK;
    }
    if (f->left == 0) {
        return PLM_OK;
    }
    f->left--;
    return f->fn(f->context, r);
}

plm_status plm_store_page_records(plm_store *store, const plm_record_query *query, size_t limit,
                                  plm_record_fn *fn, void *context)
{
    finding f = {.query = query, .left = limit, .fn = fn, .context = context};
    int64_t after = query->after;
    size_t asked = 0;
    bool is_sparse = false; /* some are listed that are not of them: no more in small steps */
    plm_status status = PLM_OK;
    while (status == PLM_OK && f.left > 0 && f.n == asked) {
        const size_t left = f.left;
        asked = is_sparse || left > AT_ONCE ? AT_ONCE : left;
        status = list_candidates(store, &f, after, (int64_t)asked);
        if (status == PLM_OK && f.n > 0) {
            after = f.numbers[f.n - 1];
            status = plm_store_each_of(store, f.numbers, f.n, give, &f);
        }
        is_sparse = is_sparse || left - f.left < f.n;
    }
    return status;
}
