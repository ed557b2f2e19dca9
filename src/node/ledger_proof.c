/* SPDX-License-Identifier: Apache-2.0 */
#include "node/ledger_proof.h"

#include "base/date.h"
#include "ledger/entry.h"
#include "ledger/kinds.h"
#include "node/heads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the proof is made of, as it is collected. */
typedef struct proving {
    uint64_t sequence;
    plm_buf entry; /* e_i */
    uint8_t previous[PLM_ENTRY_CHAIN_BYTES];
    bool has_entry;
    char kind[PLM_ENTRY_KIND_MAX];
    char time[PLM_TIME_TEXT];
    plm_buf line;
    uint64_t size; /* of the head: the newest countersigned one with the entry, else the newest */
    bool is_witnessed;
    plm_buf head;
    json_t *witnesses;
} proving;

static plm_status take_row(void *context, const plm_ledger_row *row)
{
    proving *p = (proving *)context;
    if (row->sequence != p->sequence || row->kind == NULL) {
        memcpy(p->previous, row->hash, sizeof p->previous);
        return row->kind == NULL ? PLM_E_STORE : PLM_OK;
    }
    p->has_entry = true;
    (void)snprintf(p->kind, sizeof p->kind, "%s", row->kind);
    plm_time_format(p->time, row->time_ms);
    plm_status status = plm_entry_encode(&p->entry, p->previous, row);
    return status == PLM_OK ? plm_kind_line(row->kind, row->body, &p->line) : status;
}

static plm_status choose_witnessed(void *context, const plm_stored_head *head)
{
    proving *p = (proving *)context;
    if (head->size >= p->sequence) {
        p->size = head->size;
        p->is_witnessed = true;
    }
    return PLM_OK;
}

static plm_status choose_head(void *context, const plm_stored_head *head)
{
    proving *p = (proving *)context;
    if (head->size >= p->sequence && !p->is_witnessed) {
        p->size = head->size;
    }
    return PLM_OK;
}

static json_t *hex_json(const uint8_t *p, size_t n)
{
    char *hex = (char *)malloc(2 * n + 1);
    if (hex == NULL) {
        return NULL;
    }
    plm_hex_encode(hex, p, n);
    json_t *value = json_string(hex);
    free(hex);
    return value;
}

static plm_status take_witness(void *context, const plm_stored_head *head)
{
    proving *p = (proving *)context;
    if (head->size != p->size) {
        return PLM_OK;
    }
    json_t *witness = json_pack("{s:s, s:o, s:o}", "party", head->party, "identity_key",
                                hex_json(head->identity.p, head->identity.n), "signed",
                                hex_json(head->bytes.p, head->bytes.n));
    return json_array_append_new(p->witnesses, witness) == 0 ? PLM_OK : PLM_E_NOMEM;
}

/* No head that covers the entry was ever signed: one is signed now, which needs the key. */
static plm_status sign_now(proving *p, plm_store *store, const char *self, const uint8_t *seed)
{
    plm_head head;
    if (seed == NULL) {
        return PLM_E_LOCKED;
    }
    plm_status status = plm_heads_sign(store, self, seed, &p->head);
    if (status == PLM_OK) {
        status = plm_head_decode(&head, plm_span_of(p->head.data, p->head.n - PLM_SIGNATURE_BYTES));
        p->size = head.size;
    }
    return status;
}

static plm_status find_head(proving *p, plm_store *store, const char *self, const uint8_t *seed)
{
    plm_status status = plm_store_each_witness(store, choose_witnessed, p);
    if (status == PLM_OK) {
        status = plm_store_each_head(store, choose_head, p);
    }
    if (status != PLM_OK) {
        return status;
    }
    return p->size > 0 ? plm_store_get_head(store, p->size, &p->head)
                       : sign_now(p, store, self, seed);
}

static plm_status make_json(const proving *p, plm_store *store, const char *self,
                            const uint8_t identity[static 32], json_t **out)
{
    plm_tree_proof proof;
    const plm_tree tree = plm_ledger_tree(store, p->size);
    plm_status status = plm_tree_prove_inclusion(&tree, p->sequence - 1, p->size, &proof);
    if (status != PLM_OK) {
        return status;
    }
    json_t *path = json_array();
    for (size_t i = 0; i < proof.n; i++) {
        (void)json_array_append_new(path, hex_json(proof.hashes[i].b, sizeof proof.hashes[i].b));
    }
    *out = json_pack("{s:s, s:s, s:o, s:{s:I, s:s, s:s, s:s%, s:o}, s:I, s:o, s:o, s:O}", "palermo",
                     "ledger-proof/1", "party", self, "identity_key", hex_json(identity, 32),
                     "entry", "sequence", (json_int_t)p->sequence, "time", p->time, "kind", p->kind,
                     "line", (const char *)p->line.data, p->line.n, "encoded",
                     hex_json(p->entry.data, p->entry.n), "size", (json_int_t)p->size, "inclusion",
                     path, "head", hex_json(p->head.data, p->head.n), "countersignatures",
                     p->witnesses);
    return *out != NULL ? PLM_OK : PLM_E_NOMEM;
}

static plm_status prove(proving *p, plm_store *store, const char *self,
                        const uint8_t identity[static 32], const uint8_t *seed, json_t **out)
{
    plm_ledger_state state;
    plm_status status = plm_ledger_now(store, &state);
    if (status == PLM_OK && (p->sequence == 0 || p->sequence > state.size)) {
        status = PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = plm_store_ledger_range(store, p->sequence - 1, p->sequence, take_row, p);
    }
    if (status == PLM_OK && !p->has_entry) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK) {
        status = find_head(p, store, self, seed);
    }
    if (status == PLM_OK) {
        status = plm_store_each_witness(store, take_witness, p);
    }
    return status == PLM_OK ? make_json(p, store, self, identity, out) : status;
}

plm_status plm_ledger_prove(json_t **out, plm_store *store, uint64_t sequence, const char *self,
                            const uint8_t identity[static 32], const uint8_t *seed)
{
    proving p = {.sequence = sequence, .witnesses = json_array()};
    plm_buf_init(&p.entry, PLM_ENTRY_MAX);
    plm_buf_init(&p.line, PLM_KIND_LINE_MAX);
    plm_buf_init(&p.head, UINT16_MAX);
    plm_status status = prove(&p, store, self, identity, seed, out);
    plm_buf_wipe(&p.entry);
    plm_buf_wipe(&p.line);
    plm_buf_wipe(&p.head);
    json_decref(p.witnesses);
    return status;
}
