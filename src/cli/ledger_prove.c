/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_prove.c - palermo ledger prove: one entry with all that is needed to check it without the
 * store (spec/ledger.md section 8).
 */
#include "cli/ledger.h"

#include "base/ct.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "ledger/entry.h"
#include "ledger/kinds.h"
#include "node/heads.h"

#include <inttypes.h>
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
    plm_say_time(p->time, row->time_ms);
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
static plm_status sign_now(proving *p, const plm_home *home, const plm_common *common,
                           const char *command)
{
    uint8_t seed[32];
    plm_head head;
    plm_status status = plm_home_unlock(home, common, seed, command);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_heads_sign(home->store, home->code, seed, &p->head);
    plm_wipe(seed, sizeof seed);
    if (status == PLM_OK) {
        status = plm_head_decode(&head, plm_span_of(p->head.data, p->head.n - PLM_SIGNATURE_BYTES));
        p->size = head.size;
    }
    return status;
}

static plm_status find_head(proving *p, const plm_home *home, const plm_common *common,
                            const char *command)
{
    plm_status status = plm_store_each_witness(home->store, choose_witnessed, p);
    if (status == PLM_OK) {
        status = plm_store_each_head(home->store, choose_head, p);
    }
    if (status != PLM_OK) {
        return status;
    }
    return p->size > 0 ? plm_store_get_head(home->store, p->size, &p->head)
                       : sign_now(p, home, common, command);
}

static plm_status make_json(const proving *p, const plm_home *home, json_t **out)
{
    plm_tree_proof proof;
    const plm_tree tree = plm_ledger_tree(home->store, p->size);
    plm_status status = plm_tree_prove_inclusion(&tree, p->sequence - 1, p->size, &proof);
    if (status != PLM_OK) {
        return status;
    }
    json_t *path = json_array();
    for (size_t i = 0; i < proof.n; i++) {
        (void)json_array_append_new(path, hex_json(proof.hashes[i].b, sizeof proof.hashes[i].b));
    }
    *out = json_pack("{s:s, s:s, s:o, s:{s:I, s:s, s:s, s:s%, s:o}, s:I, s:o, s:o, s:O}", "palermo",
                     "ledger-proof/1", "party", home->code, "identity_key",
                     hex_json(home->identity, sizeof home->identity), "entry", "sequence",
                     (json_int_t)p->sequence, "time", p->time, "kind", p->kind, "line",
                     (const char *)p->line.data, p->line.n, "encoded",
                     hex_json(p->entry.data, p->entry.n), "size", (json_int_t)p->size, "inclusion",
                     path, "head", hex_json(p->head.data, p->head.n), "countersignatures",
                     p->witnesses);
    return *out != NULL ? PLM_OK : PLM_E_NOMEM;
}

static plm_status prove(proving *p, const plm_home *home, const plm_common *common,
                        const char *command, json_t **out)
{
    plm_ledger_state state;
    plm_status status = plm_ledger_now(home->store, &state);
    if (status == PLM_OK && (p->sequence == 0 || p->sequence > state.size)) {
        status = PLM_E_NOT_FOUND;
    }
    if (status == PLM_OK) {
        status = plm_store_ledger_range(home->store, p->sequence - 1, p->sequence, take_row, p);
    }
    if (status == PLM_OK && !p->has_entry) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK) {
        status = find_head(p, home, common, command);
    }
    if (status == PLM_OK) {
        status = plm_store_each_witness(home->store, take_witness, p);
    }
    return status == PLM_OK ? make_json(p, home, out) : status;
}

int plm_ledger_prove_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger prove", "NUMBER",
        "Prints a proof that entry NUMBER stands in this ledger: the entry, its path in the tree,\n"
        "the signed head, and the countersignatures of those who saw it. 'palermo ledger\n"
        "check-proof' checks it anywhere."};
    plm_common common = {0};
    const char *number = NULL;
    const plm_option options[] = {PLM_UNLOCK_OPTIONS(&common), PLM_COMMON_OPTIONS(&common),
                                  PLM_OPTIONS_END};
    plm_home home;
    char *end = NULL;
    json_t *proof = NULL;
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &number, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    proving p = {.sequence = strtoull(number, &end, 10)};
    if (*end != '\0' || number[0] < '0' || number[0] > '9') {
        return plm_usage_error(&usage, "\"%s\" is no entry's number", number);
    }
    plm_status status = plm_home_open(&home, &common, usage.command);
    if (status != PLM_OK) {
        return plm_exit_status(status, 0);
    }
    plm_buf_init(&p.entry, PLM_ENTRY_MAX);
    plm_buf_init(&p.line, PLM_KIND_LINE_MAX);
    plm_buf_init(&p.head, UINT16_MAX);
    p.witnesses = json_array();
    status = prove(&p, &home, &common, usage.command, &proof);
    int result;
    if (status == PLM_OK) {
        result = plm_say_json(proof);
    } else if (status == PLM_E_LOCKED) {
        result = plm_exit_status(status, 0);
    } else {
        result = plm_say_status(usage.command, number, status);
    }
    plm_buf_wipe(&p.entry);
    plm_buf_wipe(&p.line);
    plm_buf_wipe(&p.head);
    json_decref(p.witnesses);
    plm_home_close(&home);
    return result;
}
