/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lookups.h"

#include "store/sql.h"

#include <string.h>

static const char *const state_names[PLM_EPOCH_STATE_COUNT] = {
    [PLM_EPOCH_BUILT] = "built",
    [PLM_EPOCH_PUBLISHED] = "published",
    [PLM_EPOCH_RETIRING] = "retiring",
    [PLM_EPOCH_GONE] = "gone",
};

const char *plm_epoch_state_name(plm_epoch_state state)
{
    return (unsigned)state < PLM_EPOCH_STATE_COUNT ? state_names[state] : "unknown";
}

static plm_status find_state(const char *name, plm_epoch_state *out)
{
    for (unsigned i = 0; name != NULL && i < PLM_EPOCH_STATE_COUNT; i++) {
        if (strcmp(state_names[i], name) == 0) {
            *out = (plm_epoch_state)i;
            return PLM_OK;
        }
    }
    return PLM_E_STORE;
}

plm_status plm_store_put_epoch(plm_store *store, const plm_stored_epoch *e)
{
    return plm_sql_run(
        store,
        "INSERT INTO lookup_epoch (accord_hash, purpose, epoch, state, public_key, sealed_key, "
        "root, sequence, n_entries, n_added, n_withdrawn, has_labels, urgent_roles, handling, "
        "made_ms, changed_ms, until_ms, content, changes_from) VALUES ($1, $2, $3, $4, $5, $6, $7, "
        "$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
        "(SELECT coalesce(max(id), 0) FROM record_change WHERE id = $19)) ON CONFLICT "
        "(accord_hash, purpose, epoch) DO "
        "UPDATE SET "
        "state = excluded.state, public_key = excluded.public_key, "
        "sealed_key = excluded.sealed_key, root = excluded.root, sequence = excluded.sequence, "
        "n_entries = excluded.n_entries, n_added = excluded.n_added, "
        "n_withdrawn = excluded.n_withdrawn, has_labels = excluded.has_labels, "
        "urgent_roles = excluded.urgent_roles, handling = excluded.handling, "
        "made_ms = excluded.made_ms, changed_ms = excluded.changed_ms, "
        "until_ms = excluded.until_ms, content = excluded.content, "
        "changes_from = excluded.changes_from",
        "btitbbbiiiiiitiiibi", plm_span_of(e->accord_hash, 32), e->purpose, (int64_t)e->epoch,
        plm_epoch_state_name(e->state), plm_span_of(e->public_key, 32), e->sealed_key,
        plm_span_of(e->root, 32), (int64_t)e->sequence, (int64_t)e->n_entries, (int64_t)e->n_added,
        (int64_t)e->n_withdrawn, (int64_t)e->has_labels, (int64_t)e->urgent_roles, e->handling,
        e->made_ms, e->changed_ms, e->until_ms, plm_span_of(e->content, 32), e->changes_from);
}

typedef struct epoch_walk {
    plm_epoch_fn *fn;
    void *context;
} epoch_walk;

static plm_status epoch_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const epoch_walk *w = (const epoch_walk *)walk;
    plm_stored_epoch e = {
        .purpose = d->column_text(s, 1),
        .epoch = (uint32_t)d->column_int(s, 2),
        .sealed_key = d->column_bytes(s, 5),
        .sequence = (uint64_t)d->column_int(s, 7),
        .n_entries = (uint64_t)d->column_int(s, 8),
        .n_added = (uint64_t)d->column_int(s, 9),
        .n_withdrawn = (uint64_t)d->column_int(s, 10),
        .has_labels = d->column_int(s, 11) != 0,
        .urgent_roles = (uint32_t)d->column_int(s, 12),
        .handling = d->column_text(s, 13),
        .made_ms = d->column_int(s, 14),
        .changed_ms = d->column_int(s, 15),
        .until_ms = d->column_int(s, 16),
        .changes_from = d->column_int(s, 18),
    };
    if (e.purpose == NULL || e.handling == NULL || e.epoch == 0 ||
        find_state(d->column_text(s, 3), &e.state) != PLM_OK ||
        plm_sql_bytes(d, s, 0, e.accord_hash, sizeof e.accord_hash) != PLM_OK ||
        plm_sql_bytes(d, s, 4, e.public_key, sizeof e.public_key) != PLM_OK ||
        plm_sql_bytes(d, s, 6, e.root, sizeof e.root) != PLM_OK ||
        plm_sql_bytes(d, s, 17, e.content, sizeof e.content) != PLM_OK) {
        return PLM_E_STORE;
    }
    return w->fn(w->context, &e);
}

plm_status plm_store_each_epoch(plm_store *store, const uint8_t *accord_hash, const char *purpose,
                                plm_epoch_fn *fn, void *context)
{
    epoch_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT accord_hash, purpose, epoch, state, public_key, sealed_key, root, sequence, "
        "n_entries, n_added, n_withdrawn, has_labels, urgent_roles, handling, made_ms, "
        "changed_ms, until_ms, content, changes_from FROM lookup_epoch WHERE ($1 = 1 OR "
        "accord_hash = $2) "
        "AND ($3 = 1 OR purpose = $4) ORDER BY accord_hash, purpose, epoch DESC",
        "ibit", (int64_t)(accord_hash == NULL),
        plm_span_of(accord_hash, accord_hash == NULL ? 0 : 32), (int64_t)(purpose == NULL),
        purpose == NULL ? "" : purpose);
    return status == PLM_OK ? plm_sql_walk(store, s, epoch_row, &walk) : status;
}

/* A row of no record: while there is one, the triggers on records put others behind it. */
plm_status plm_store_mark_changes(plm_store *store, int64_t *mark)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_sql_int(store, mark,
                         "INSERT INTO record_change (record_id) VALUES (0) RETURNING id", "");
    return plm_store_leave(store, mine, status);
}

plm_status plm_store_note_dropped(plm_store *store, int64_t register_id)
{
    return plm_sql_run(store,
                       "INSERT INTO record_change (record_id) SELECT id FROM record "
                       "WHERE register_id = $1 AND EXISTS (SELECT 1 FROM record_change)",
                       "i", register_id);
}

plm_status plm_store_trim_changes(plm_store *store)
{
    return plm_sql_run(store,
                       "DELETE FROM record_change WHERE id < (SELECT coalesce(min(changes_from), "
                       "9223372036854775807) FROM lookup_epoch WHERE state <> 'gone' AND "
                       "changes_from > 0)",
                       "");
}

plm_status plm_store_last_number(plm_store *store, int64_t *number)
{
    return plm_sql_int(store, number,
                       "SELECT coalesce(max(id), 0) FROM record WHERE id < " PLM_UNSEEN_RECORD, "");
}

typedef struct changed_walk {
    plm_number_fn *fn;
    void *context;
} changed_walk;

static plm_status changed_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const changed_walk *w = (const changed_walk *)walk;
    return w->fn(w->context, d->column_int(s, 0));
}

plm_status plm_store_each_changed(plm_store *store, int64_t mark, int64_t last_number,
                                  plm_number_fn *fn, void *context)
{
    changed_walk walk = {fn, context};
    plm_statement *s;
    plm_status status = plm_sql_start(
        store, &s,
        "SELECT record_id FROM record_change WHERE id > $1 AND record_id > 0 UNION "
        "SELECT id FROM record WHERE id > $2 AND id < " PLM_UNSEEN_RECORD " ORDER BY 1",
        "ii", mark, last_number);
    return status == PLM_OK ? plm_sql_walk(store, s, changed_row, &walk) : status;
}

plm_status plm_store_lookup_charged(plm_store *store, const char *peer,
                                    const uint8_t accord_hash[static 32], const char *purpose,
                                    int64_t hour, uint64_t *charged)
{
    int64_t n = 0;
    plm_status status = plm_sql_int(store, &n,
                                    "SELECT charged FROM lookup_usage WHERE peer = $1 AND "
                                    "accord_hash = $2 AND purpose = $3 AND hour = $4",
                                    "tbti", peer, plm_span_of(accord_hash, 32), purpose, hour);
    *charged = status == PLM_OK ? (uint64_t)n : 0;
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* Adds to the row of the key's hour, which may be new. */
static plm_status add_usage(plm_store *store, const plm_lookup_usage *key, int64_t charged)
{
    return plm_sql_run(
        store,
        "INSERT INTO lookup_usage (peer, accord_hash, purpose, hour, charged, refused, batches, "
        "hits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
        "ON CONFLICT (peer, accord_hash, purpose, hour) DO UPDATE SET "
        "charged = lookup_usage.charged + excluded.charged, "
        "refused = lookup_usage.refused + excluded.refused, "
        "batches = lookup_usage.batches + excluded.batches, "
        "hits = lookup_usage.hits + excluded.hits",
        "tbtiiiii", key->peer, plm_span_of(key->accord_hash, 32), key->purpose, key->hour, charged,
        (int64_t)key->refused, (int64_t)key->batches, (int64_t)key->hits);
}

plm_status plm_store_lookup_charge(plm_store *store, const plm_lookup_usage *key, uint64_t n,
                                   uint64_t limit)
{
    uint64_t charged;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_lookup_charged(store, key->peer, key->accord_hash, key->purpose, key->hour,
                                      &charged);
    if (status == PLM_OK && (charged > limit || n > limit - charged)) {
        status = PLM_E_LIMIT;
    }
    if (status == PLM_OK) {
        status = add_usage(store, key, (int64_t)n);
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_store_lookup_note(plm_store *store, const plm_lookup_usage *key, uint64_t unused)
{
    return add_usage(store, key, -(int64_t)unused);
}

typedef struct usage_walk {
    plm_lookup_usage_fn *fn;
    void *context;
} usage_walk;

static plm_status usage_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const usage_walk *w = (const usage_walk *)walk;
    plm_lookup_usage u = {
        .peer = d->column_text(s, 0),
        .purpose = d->column_text(s, 2),
        .hour = d->column_int(s, 3),
        .charged = (uint64_t)d->column_int(s, 4),
        .refused = (uint64_t)d->column_int(s, 5),
        .batches = (uint64_t)d->column_int(s, 6),
        .hits = (uint64_t)d->column_int(s, 7),
    };
    if (u.peer == NULL || u.purpose == NULL ||
        plm_sql_bytes(d, s, 1, u.accord_hash, sizeof u.accord_hash) != PLM_OK) {
        return PLM_E_STORE;
    }
    return w->fn(w->context, &u);
}

plm_status plm_store_each_lookup_usage(plm_store *store, int64_t since_hour,
                                       plm_lookup_usage_fn *fn, void *context)
{
    usage_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT peer, accord_hash, purpose, hour, charged, refused, batches, hits "
                      "FROM lookup_usage WHERE hour >= $1 ORDER BY peer, purpose, accord_hash, "
                      "hour",
                      "i", since_hour);
    return status == PLM_OK ? plm_sql_walk(store, s, usage_row, &walk) : status;
}

plm_status plm_store_put_notice(plm_store *store, const plm_stored_notice *n)
{
    return plm_sql_run(
        store,
        "INSERT INTO lookup_notice (id, peer, accord_hash, purpose, epoch, reference, record, "
        "case_ref, asked_ms, received_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        "btbtibitii", plm_span_of(n->id, 32), n->peer, plm_span_of(n->accord_hash, 32), n->purpose,
        (int64_t)n->epoch, plm_span_of(n->reference, 16), n->record, n->case_ref, n->asked_ms,
        n->received_ms);
}

typedef struct notice_walk {
    plm_notice_fn *fn;
    void *context;
} notice_walk;

static plm_status notice_row(void *walk, const plm_db_driver *d, plm_statement *s)
{
    const notice_walk *w = (const notice_walk *)walk;
    plm_stored_notice n = {
        .peer = d->column_text(s, 1),
        .purpose = d->column_text(s, 3),
        .epoch = (uint32_t)d->column_int(s, 4),
        .record = d->column_int(s, 6),
        .case_ref = d->column_text(s, 7),
        .asked_ms = d->column_int(s, 8),
        .received_ms = d->column_int(s, 9),
    };
    if (n.peer == NULL || n.purpose == NULL || n.case_ref == NULL ||
        plm_sql_bytes(d, s, 0, n.id, sizeof n.id) != PLM_OK ||
        plm_sql_bytes(d, s, 2, n.accord_hash, sizeof n.accord_hash) != PLM_OK ||
        plm_sql_bytes(d, s, 5, n.reference, sizeof n.reference) != PLM_OK) {
        return PLM_E_STORE;
    }
    return w->fn(w->context, &n);
}

plm_status plm_store_each_notice(plm_store *store, plm_notice_fn *fn, void *context)
{
    notice_walk walk = {fn, context};
    plm_statement *s;
    plm_status status =
        plm_sql_start(store, &s,
                      "SELECT id, peer, accord_hash, purpose, epoch, reference, record, case_ref, "
                      "asked_ms, received_ms FROM lookup_notice ORDER BY received_ms DESC, id",
                      "");
    return status == PLM_OK ? plm_sql_walk(store, s, notice_row, &walk) : status;
}
