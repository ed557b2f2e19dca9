/* SPDX-License-Identifier: Apache-2.0 */
/*
 * get_records.c - single records, by their numbers: one statement for one of them or for a few, so
 * that a database that is a journey away is asked once.
 *
 *   number | part 0 | 0        the record's own columns
 *          |      1 | 0, 1 ... its offences
 *          |      2 | 0, 1 ... its values
 *
 * What has parts and no row of its own is of a load that nobody sees yet, or is gone.
 */
#include "store/rows.h"

#include <string.h>

enum {
    RECORD_ARENA_MAX = 4 << 20,
    AT_ONCE = 30,
    PART_COLUMN = 13
};

/* Two conditions on the record's number: where it is record.id, and where it is record_id. */
#define WHOLE_RECORDS(ids, parts)                                                               \
    "SELECT " PLM_STORED_COLUMNS ", 0, 0 FROM record JOIN register "                            \
    "ON register.id = record.register_id WHERE (" ids ") AND " PLM_SEEN_RECORD " UNION ALL "    \
    "SELECT record_id, code, NULL, NULL, NULL, 0, 0, NULL, 0, 0, 0, 0, 0, 1, position "         \
    "FROM record_offence WHERE " parts " UNION ALL "                                            \
    "SELECT record_id, type, raw, canonical, NULL, flags, 0, NULL, 0, 0, 0, 0, 0, 2, position " \
    "FROM record_value WHERE " parts " ORDER BY 1, 14, 15"

/*
 * One by one, not IN: PostgreSQL follows such a list row by row and waits for each page, but
 * gathers what conditions with OR lead to, and then asks for the pages together.
 */
/* clang-format off */
#define IS_ONE_OF_SOME(c) \
    c "=$1" \
    " OR " c "=$2" " OR " c "=$3" " OR " c "=$4" " OR " c "=$5" " OR " c "=$6" \
    " OR " c "=$7" " OR " c "=$8" " OR " c "=$9" " OR " c "=$10" " OR " c "=$11" \
    " OR " c "=$12" " OR " c "=$13" " OR " c "=$14" " OR " c "=$15" " OR " c "=$16" \
    " OR " c "=$17" " OR " c "=$18" " OR " c "=$19" " OR " c "=$20" " OR " c "=$21" \
    " OR " c "=$22" " OR " c "=$23" " OR " c "=$24" " OR " c "=$25" " OR " c "=$26" \
    " OR " c "=$27" " OR " c "=$28" " OR " c "=$29" " OR " c "=$30"
/* clang-format on */

/* The rows of a record as they come. */
typedef struct gathering {
    plm_arena *arena; /* for its texts */
    plm_record_fn *fn;
    void *context;
    bool has_record;
    bool was_used; /* the arena holds another */
    plm_stored_record stored;
    const char *offences[PLM_RECORD_OFFENCES_MAX];
    plm_value values[PLM_RECORD_VALUES_MAX];
} gathering;

static plm_status give(gathering *g)
{
    if (!g->has_record) {
        return PLM_OK;
    }
    g->has_record = false;
    return g->fn(g->context, &g->stored);
}

/* A copy of a text column: what the statement has of it goes with the row. */
static plm_status copy_text(gathering *g, const char *text, const char **out)
{
    *out = text != NULL ? plm_arena_string(g->arena, plm_span_str(text)) : NULL;
    return *out != NULL ? PLM_OK : text == NULL ? PLM_E_STORE : PLM_E_NOMEM;
}

static plm_status begin_record(gathering *g, const plm_db_driver *d, plm_statement *s)
{
    plm_status status = give(g);
    if (g->was_used) {
        plm_arena_reset(g->arena);
    }
    g->was_used = true;
    if (status == PLM_OK) {
        status = plm_row_stored(&g->stored, d, s);
    }
    if (status == PLM_OK) {
        status = copy_text(g, g->stored.register_name, &g->stored.register_name);
    }
    if (status == PLM_OK) {
        status = copy_text(g, g->stored.record.id, &g->stored.record.id);
    }
    g->stored.record.offences = g->offences;
    g->stored.record.values = g->values;
    g->has_record = status == PLM_OK;
    return status;
}

static plm_status add_offence(gathering *g, const plm_db_driver *d, plm_statement *s)
{
    plm_record *r = &g->stored.record;
    return r->n_offences < PLM_RECORD_OFFENCES_MAX
               ? copy_text(g, d->column_text(s, 1), &g->offences[r->n_offences++])
               : PLM_E_STORE;
}

static plm_status add_value(gathering *g, const plm_db_driver *d, plm_statement *s)
{
    plm_record *r = &g->stored.record;
    const char *type = d->column_text(s, 1);
    if (r->n_values == PLM_RECORD_VALUES_MAX || type == NULL) {
        return PLM_E_STORE;
    }
    plm_value *v = &g->values[r->n_values++];
    if (plm_ident_type_find(&v->type, type) != PLM_OK) {
        return PLM_E_STORE;
    }
    v->flags = (unsigned)d->column_int(s, 5);
    plm_status status = copy_text(g, d->column_text(s, 2), &v->raw);
    return status == PLM_OK ? copy_text(g, d->column_text(s, 3), &v->canonical) : status;
}

static plm_status take_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    gathering *g = (gathering *)walk;
    const int64_t part = d->column_int(s, PART_COLUMN);
    if (part == 0) {
        return begin_record(g, d, s);
    }
    if (!g->has_record || g->stored.number != d->column_int(s, 0)) {
        return PLM_OK;
    }
    return part == 1 ? add_offence(g, d, s) : add_value(g, d, s);
}

static plm_status gather(plm_store *store, plm_statement *s, gathering *g)
{
    plm_status status = plm_sql_rows(store, s, take_row, g);
    return status == PLM_OK ? give(g) : status;
}

/* --- one --- */

/* Its texts are in the arena already; what lists them joins them. */
typedef struct keeping {
    plm_arena *arena;
    plm_stored_record *out;
    bool is_found;
} keeping;

static plm_status keep(void *context, const plm_stored_record *stored)
{
    keeping *k = (keeping *)context;
    const plm_record *r = &stored->record;
    plm_value *values = (plm_value *)plm_arena_array(k->arena, r->n_values, sizeof *values);
    const char **offences =
        (const char **)plm_arena_array(k->arena, r->n_offences, sizeof *offences);
    if (values == NULL || offences == NULL) {
        return PLM_E_NOMEM;
    }
    memcpy(values, r->values, r->n_values * sizeof *values);
    memcpy((void *)offences, (const void *)r->offences, r->n_offences * sizeof *offences);
    *k->out = *stored;
    k->out->record.values = values;
    k->out->record.offences = offences;
    k->is_found = true;
    return PLM_OK;
}

plm_status plm_store_get_record(plm_store *store, int64_t number, plm_arena *arena,
                                plm_stored_record *out)
{
    plm_statement *s;
    keeping k = {arena, out, false};
    gathering g = {.arena = arena, .fn = keep, .context = &k};
    plm_status status =
        plm_sql_start(store, &s, WHOLE_RECORDS("record.id = $1", "record_id = $1"), "i", number);
    if (status == PLM_OK) {
        status = gather(store, s, &g);
    }
    return status == PLM_OK && !k.is_found ? PLM_E_NOT_FOUND : status;
}

/* --- several --- */

/* Places that are left over hold the last number once more. */
static plm_status bind_numbers(plm_store *store, plm_statement *s, const int64_t *numbers, size_t n)
{
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < AT_ONCE; i++) {
        status = store->driver->bind_int(s, (int)i + 1, numbers[i < n ? i : n - 1]);
    }
    return status;
}

plm_status plm_store_each_of(plm_store *store, const int64_t *numbers, size_t n, plm_record_fn *fn,
                             void *context)
{
    plm_arena arena;
    plm_arena_init(&arena, RECORD_ARENA_MAX);
    gathering g = {.arena = &arena, .fn = fn, .context = context};
    plm_status status = PLM_OK;
    for (size_t i = 0; status == PLM_OK && i < n; i += AT_ONCE) {
        plm_statement *s;
        status = plm_sql_start(
            store, &s, WHOLE_RECORDS(IS_ONE_OF_SOME("record.id"), IS_ONE_OF_SOME("record_id")), "");
        if (status == PLM_OK) {
            status = bind_numbers(store, s, numbers + i, n - i);
        }
        if (status == PLM_OK) {
            status = gather(store, s, &g);
        }
    }
    plm_arena_wipe(&arena);
    return status;
}
