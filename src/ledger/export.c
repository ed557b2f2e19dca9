/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/export.h"

#include "ledger/entry.h"

#include <stdlib.h>
#include <string.h>

static const char magic[] = "palermo ledger 2\n";

enum {
    MAGIC_BYTES = sizeof magic - 1,
    RECORD_OWNER = 1,
    RECORD_KEY = 2,
    RECORD_HEAD = 3,
    RECORD_WITNESS = 4,
    RECORD_ENTRY = 5,
    RECORD_END = 6,
    RECORD_MAX = PLM_ENTRY_MAX + 64,
    KEYS_MAX = 4096
};

/* --- writing --------------------------------------------------------------------------------- */

typedef struct exporting {
    plm_export_fn *fn;
    void *context;
    plm_buf record; /* payload */
    plm_buf entry;
    uint8_t previous[PLM_ENTRY_CHAIN_BYTES];
    uint64_t n;
} exporting;

static plm_status put_record(exporting *e, uint8_t type)
{
    uint8_t head[5];
    head[0] = type;
    plm_store_u32(head + 1, (uint32_t)e->record.n);
    plm_status status = e->fn(e->context, plm_span_of(head, sizeof head));
    if (status == PLM_OK) {
        status = e->fn(e->context, plm_buf_span(&e->record));
    }
    plm_buf_clear(&e->record);
    return status;
}

static plm_status put_key(exporting *e, uint8_t type, const char *party, const uint8_t *key)
{
    plm_status status = plm_buf_append_block16(&e->record, plm_span_str(party));
    if (status == PLM_OK) {
        status = plm_buf_append(&e->record, key, 32);
    }
    return status == PLM_OK ? put_record(e, type) : status;
}

static plm_status put_head(void *context, const plm_stored_head *head)
{
    exporting *e = (exporting *)context;
    plm_status status = plm_buf_append(&e->record, head->bytes.p, head->bytes.n);
    return status == PLM_OK ? put_record(e, RECORD_HEAD) : status;
}

static plm_status put_witness(void *context, const plm_stored_head *head)
{
    exporting *e = (exporting *)context;
    plm_status status = plm_buf_append_u64(&e->record, head->size);
    if (status == PLM_OK) {
        status = plm_buf_append(&e->record, head->bytes.p, head->bytes.n);
    }
    return status == PLM_OK ? put_record(e, RECORD_WITNESS) : status;
}

static plm_status put_entry(void *context, const plm_ledger_row *row)
{
    exporting *e = (exporting *)context;
    plm_status status = plm_entry_encode(&e->entry, e->previous, row);
    if (status == PLM_OK) {
        status = plm_buf_append(&e->record, row->hash, sizeof row->hash);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&e->record, e->entry.data, e->entry.n);
    }
    memcpy(e->previous, row->hash, sizeof e->previous);
    e->n++;
    return status == PLM_OK ? put_record(e, RECORD_ENTRY) : status;
}

static plm_status put_all(exporting *e, plm_store *store, const plm_audit_config *config,
                          const uint8_t *identity)
{
    plm_status status = e->fn(e->context, plm_span_of(magic, MAGIC_BYTES));
    if (status == PLM_OK) {
        status = put_key(e, RECORD_OWNER, config->party, identity);
    }
    for (size_t i = 0; status == PLM_OK && i < config->n_keys; i++) {
        status = put_key(e, RECORD_KEY, config->keys[i].party, config->keys[i].key);
    }
    if (status == PLM_OK) {
        status = plm_store_each_head(store, put_head, e);
    }
    if (status == PLM_OK) {
        status = plm_store_each_witness(store, put_witness, e);
    }
    if (status == PLM_OK) {
        status = plm_store_each_ledger(store, put_entry, e);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(&e->record, e->n);
    }
    return status == PLM_OK ? put_record(e, RECORD_END) : status;
}

plm_status plm_export_write(plm_store *store, const plm_audit_config *config,
                            const uint8_t identity[static 32], plm_export_fn *fn, void *context)
{
    exporting e = {.fn = fn, .context = context};
    bool mine;
    plm_status status = plm_store_enter(store, &mine); /* all of it as it was at one moment */
    if (status != PLM_OK) {
        return status;
    }
    plm_buf_init(&e.record, RECORD_MAX);
    plm_buf_init(&e.entry, PLM_ENTRY_MAX);
    status = put_all(&e, store, config, identity);
    plm_buf_wipe(&e.record);
    plm_buf_wipe(&e.entry);
    return plm_store_leave(store, mine, status);
}

/* --- checking -------------------------------------------------------------------------------- */

typedef struct checking {
    plm_audit audit;
    plm_party_key *keys;
    size_t n_keys;
    bool has_ended;
} checking;

static int read_key(plm_span payload, char party[PLM_CODE_MAX], uint8_t key[static 32])
{
    plm_reader r = payload;
    return plm_rd_string16(&r, party, PLM_CODE_MAX) < 0 || plm_rd_copy(&r, key, 32) < 0 ||
                   plm_rd_end(&r) < 0
               ? -1
               : 0;
}

static int next_record(plm_reader *r, uint8_t *type, plm_span *payload)
{
    uint32_t n;
    return plm_rd_u8(r, type) < 0 || plm_rd_u32(r, &n) < 0 || n > RECORD_MAX ||
                   plm_rd_take(r, n, payload) < 0
               ? -1
               : 0;
}

/* Owner and keys, which come first. With an identity given, no other key speaks for the owner. */
static plm_status take_keys(checking *c, plm_reader *r, const uint8_t *identity,
                            plm_export_owner *owner)
{
    uint8_t type;
    plm_span payload;
    plm_reader ahead = *r;
    if (next_record(&ahead, &type, &payload) < 0 || type != RECORD_OWNER ||
        read_key(payload, owner->party, owner->identity) < 0) {
        return PLM_E_SYNTAX;
    }
    if (identity != NULL && memcmp(identity, owner->identity, 32) != 0) {
        return PLM_E_AUTH;
    }
    c->keys = (plm_party_key *)calloc(KEYS_MAX, sizeof *c->keys);
    if (c->keys == NULL) {
        return PLM_E_NOMEM;
    }
    *r = ahead;
    while (next_record(&ahead, &type, &payload) == 0 && type == RECORD_KEY) {
        plm_party_key *key = &c->keys[c->n_keys];
        if (read_key(payload, key->party, key->key) < 0) {
            return PLM_E_SYNTAX;
        }
        bool is_wanted = identity == NULL || strcmp(key->party, owner->party) != 0 ||
                         memcmp(key->key, identity, 32) == 0;
        if (is_wanted && ++c->n_keys == KEYS_MAX) {
            return PLM_E_SYNTAX;
        }
        *r = ahead;
    }
    return PLM_OK;
}

static plm_status take_entry(checking *c, plm_span payload)
{
    plm_reader r = payload;
    plm_ledger_row row;
    uint8_t hash[32];
    uint8_t previous[PLM_ENTRY_CHAIN_BYTES];
    char kind[PLM_ENTRY_KIND_MAX];
    uint64_t number = c->audit.result.n_entries + 1;
    if (plm_rd_copy(&r, hash, sizeof hash) < 0 ||
        plm_entry_decode(&row, kind, previous, r) != PLM_OK ||
        memcmp(previous, c->audit.chain, sizeof previous) != 0) {
        c->audit.result.fault = PLM_AUDIT_ENTRY;
        c->audit.result.bad = number;
        return PLM_E_STORE;
    }
    memcpy(row.hash, hash, sizeof hash);
    return plm_audit_take_entry(&c->audit, &row);
}

static plm_status take_record(checking *c, uint8_t type, plm_span payload)
{
    plm_reader r = payload;
    uint64_t number;
    switch (type) {
    case RECORD_HEAD:
        return plm_audit_take_head(&c->audit, payload);
    case RECORD_WITNESS:
        return plm_rd_u64(&r, &number) < 0 ? PLM_E_SYNTAX
                                           : plm_audit_take_witness(&c->audit, number, r);
    case RECORD_ENTRY:
        return take_entry(c, payload);
    case RECORD_END:
        if (plm_rd_u64(&r, &number) < 0 || plm_rd_end(&r) < 0 ||
            number != c->audit.result.n_entries) {
            return PLM_E_SYNTAX;
        }
        c->has_ended = true;
        return plm_audit_end(&c->audit);
    default:
        return PLM_E_SYNTAX;
    }
}

static plm_status take_records(checking *c, plm_reader r)
{
    plm_status status = PLM_OK;
    while (status == PLM_OK && !c->has_ended) {
        uint8_t type;
        plm_span payload;
        status =
            next_record(&r, &type, &payload) < 0 ? PLM_E_SYNTAX : take_record(c, type, payload);
    }
    return status == PLM_OK && plm_rd_end(&r) < 0 ? PLM_E_SYNTAX : status;
}

plm_status plm_export_check(plm_span file, const uint8_t *identity, bool bodies,
                            plm_export_owner *owner, plm_audit_result *result)
{
    plm_reader r = file;
    plm_span head;
    checking c = {.n_keys = 0};
    *owner = (plm_export_owner){0};
    *result = (plm_audit_result){0};
    if (plm_rd_take(&r, MAGIC_BYTES, &head) < 0 ||
        !plm_span_equal(head, plm_span_of(magic, MAGIC_BYTES))) {
        return PLM_E_SYNTAX;
    }
    plm_status status = take_keys(&c, &r, identity, owner);
    if (status == PLM_OK) {
        const plm_audit_config config = {owner->party, c.keys, c.n_keys, bodies};
        plm_audit_init(&c.audit, &config);
        status = take_records(&c, r);
        *result = c.audit.result;
        plm_audit_wipe(&c.audit);
    }
    free(c.keys);
    return status;
}
