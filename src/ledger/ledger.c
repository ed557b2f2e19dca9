/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include "crypto/sign.h"
#include "ledger/audit.h"
#include "ledger/clock.h"
#include "ledger/entry.h"

#include <string.h>

static plm_status read_node(void *context, unsigned level, uint64_t index, plm_tree_hash *out)
{
    return plm_store_get_tree_node((plm_store *)context, level, index, out->b);
}

plm_tree plm_ledger_tree(plm_store *store, uint64_t size)
{
    const plm_tree tree = {size, read_node, store};
    return tree;
}

/* Adds the entry, encoded in `entry`, to the tree and to what is stored of it. */
static plm_status grow_by(plm_store *store, plm_tree_edge *edge, plm_span entry)
{
    plm_tree_hash leaf;
    plm_tree_hash done[PLM_TREE_LEVELS_MAX];
    unsigned n_done;
    plm_tree_leaf(&leaf, entry);
    plm_status status = plm_tree_append(edge, &leaf, done, &n_done);
    return status == PLM_OK
               ? plm_store_put_tree(store, edge->size, plm_span_of(done, n_done * sizeof *done))
               : status;
}

typedef struct growing {
    plm_store *store;
    plm_tree_edge edge;
    uint8_t previous[PLM_ENTRY_CHAIN_BYTES];
    plm_buf entry;
} growing;

static plm_status grow_row(void *context, const plm_ledger_row *row)
{
    growing *g = (growing *)context;
    plm_status status = PLM_OK;
    if (row->sequence == g->edge.size + 1) {
        status = plm_entry_encode(&g->entry, g->previous, row);
        if (status == PLM_OK) {
            status = grow_by(g->store, &g->edge, plm_buf_span(&g->entry));
        }
    }
    memcpy(g->previous, row->hash, sizeof g->previous);
    return status;
}

/* Brings the tree to `size` entries: what a store from before the tree lacks. */
static plm_status catch_up(plm_store *store, uint64_t size, plm_tree_edge *edge)
{
    growing g = {.store = store};
    uint64_t done;
    plm_status status = plm_store_tree_size(store, &done);
    if (status == PLM_OK && done > size) {
        status = PLM_E_STORE; /* entries were cut off */
    }
    if (status == PLM_OK) {
        const plm_tree tree = plm_ledger_tree(store, done);
        status = plm_tree_edge_at(&tree, done, &g.edge);
    }
    if (status == PLM_E_NOT_FOUND) {
        status = PLM_E_STORE; /* nodes were taken away */
    }
    if (status == PLM_OK && done < size) {
        plm_buf_init(&g.entry, PLM_ENTRY_MAX);
        status = plm_store_ledger_range(store, done > 0 ? done : 1, size, grow_row, &g);
        plm_buf_wipe(&g.entry);
    }
    if (status == PLM_OK && g.edge.size != size) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK) {
        *edge = g.edge;
    }
    return status;
}

plm_status plm_ledger_append(plm_store *store, const char *kind, plm_span body, int64_t now_ms)
{
    uint8_t previous[PLM_ENTRY_CHAIN_BYTES];
    plm_ledger_row row = {.time_ms = now_ms, .kind = kind, .body = body};
    plm_tree_edge edge;
    plm_buf entry;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    plm_buf_init(&entry, PLM_ENTRY_MAX);
    status = plm_store_ledger_head(store, &row.sequence, previous);
    if (status == PLM_OK) {
        status = catch_up(store, row.sequence, &edge);
    }
    if (status == PLM_OK) {
        row.sequence++;
        status = plm_entry_encode(&entry, previous, &row);
    }
    if (status == PLM_OK) {
        plm_hash256(row.hash, plm_buf_span(&entry));
        status = plm_store_append_ledger(store, &row);
    }
    if (status == PLM_OK) {
        status = grow_by(store, &edge, plm_buf_span(&entry));
    }
    plm_buf_wipe(&entry);
    return plm_store_leave(store, mine, status);
}

plm_status plm_ledger_now(plm_store *store, plm_ledger_state *out)
{
    plm_ledger_state state;
    plm_tree_edge edge;
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_ledger_head(store, &state.size, state.chain);
    if (status == PLM_OK) {
        status = catch_up(store, state.size, &edge);
    }
    status = plm_store_leave(store, mine, status);
    if (status == PLM_OK) {
        plm_tree_edge_root(&edge, &state.root);
        *out = state;
    }
    return status;
}

plm_status plm_ledger_root_at(plm_store *store, uint64_t size, plm_tree_hash *root)
{
    plm_tree_edge edge;
    const plm_tree tree = plm_ledger_tree(store, size);
    plm_status status = plm_tree_edge_at(&tree, size, &edge);
    if (status == PLM_OK) {
        plm_tree_edge_root(&edge, root);
    }
    return status;
}

typedef struct expiring {
    plm_store *store;
    int64_t now_ms;
} expiring;

/* n_records (u64) || n_hits (u64) */
static plm_status enter_expired(void *context, const plm_expired *expired)
{
    const expiring *e = (const expiring *)context;
    uint8_t body[16];
    plm_store_u64(body, expired->n_records);
    plm_store_u64(body + 8, expired->n_hits);
    return plm_ledger_append(e->store, "expire", plm_span_of(body, sizeof body), e->now_ms);
}

plm_status plm_ledger_expire(plm_store *store, int64_t now_ms, uint64_t *n)
{
    expiring e = {store, now_ms};
    plm_ledger_clock clock;
    *n = 0;
    plm_status status = plm_ledger_clock_look(store, now_ms, &clock);
    if (status != PLM_OK || clock.is_ahead) {
        return status;
    }
    return plm_store_expire_telling(store, plm_date_of_ms(now_ms), enter_expired, &e, n);
}

plm_status plm_ledger_verify(plm_store *store, uint64_t *n, uint64_t *bad)
{
    plm_audit audit;
    plm_audit_init(&audit, NULL);
    plm_status status = plm_audit_store(&audit, store);
    *n = audit.result.n_entries;
    *bad = audit.result.bad;
    plm_audit_wipe(&audit);
    return status;
}
