/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_check_proof.c - palermo ledger check-proof: a proof is checked without any store.
 */
#include "cli/ledger.h"

#include "base/file.h"
#include "base/json.h"
#include "cli/exit.h"
#include "cli/say.h"
#include "crypto/sign.h"
#include "ledger/entry.h"
#include "ledger/kinds.h"
#include "ledger/proof.h"
#include "wire/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROOF_FILE_MAX = 4 * PLM_ENTRY_BODY_MAX,
    WITNESSES_MAX = 1024
};

/* Bytes of any length as hexadecimal digits, appended to out. */
static plm_status take_hex(const plm_json_at *at, plm_buf *out)
{
    const char *hex;
    plm_status status = plm_json_string(at, 2, 2 * (size_t)PLM_ENTRY_MAX, &hex);
    if (status != PLM_OK) {
        return status;
    }
    size_t n = strlen(hex) / 2;
    status = plm_buf_reserve(out, n);
    if (status == PLM_OK && plm_hex_decode(out->data + out->n, n, hex) < 0) {
        return plm_json_error(at, "must be hexadecimal digits");
    }
    out->n += status == PLM_OK ? n : 0;
    return status;
}

static plm_status take_path(const plm_json_at *document, plm_tree_proof *proof)
{
    plm_json_at path = plm_json_member(document, "inclusion");
    plm_status status = plm_json_array(&path, 0, PLM_TREE_PROOF_MAX, &proof->n);
    for (size_t i = 0; status == PLM_OK && i < proof->n; i++) {
        plm_json_at hash = plm_json_element(&path, i);
        status = plm_json_hex(&hash, proof->hashes[i].b, sizeof proof->hashes[i].b);
    }
    return status;
}

/* The head under its signature, and the leaf under the head. PLM_E_AUTH, PLM_E_PROOF. */
static plm_status check_entry(const plm_json_at *document, const uint8_t *identity,
                              plm_buf *head_bytes, plm_head *head, plm_buf *entry)
{
    plm_tree_proof proof;
    plm_tree_hash leaf;
    plm_tree_hash root;
    plm_ledger_row row;
    plm_span body;
    char kind[PLM_ENTRY_KIND_MAX];
    uint8_t previous[PLM_ENTRY_CHAIN_BYTES];
    plm_json_at head_at = plm_json_member(document, "head");
    plm_json_at entry_at = plm_json_member(document, "entry");
    plm_json_at encoded = plm_json_member(&entry_at, "encoded");
    plm_status status = take_hex(&head_at, head_bytes);
    if (status == PLM_OK) {
        status = take_hex(&encoded, entry);
    }
    if (status == PLM_OK) {
        status = take_path(document, &proof);
    }
    if (status == PLM_OK) {
        status = plm_identity_open(&body, plm_buf_span(head_bytes), identity, PLM_NAME_HEAD);
    }
    if (status == PLM_OK) {
        status = plm_head_decode(head, body);
    }
    if (status == PLM_OK) {
        status = plm_entry_decode(&row, kind, previous, plm_buf_span(entry));
    }
    if (status != PLM_OK) {
        return status;
    }
    memcpy(root.b, head->root, sizeof root.b);
    plm_tree_leaf(&leaf, plm_buf_span(entry));
    return plm_proof_check_inclusion(&leaf, row.sequence - 1, head->size, &proof, &root);
}

/* Each countersignature is by the key that stands beside it; whose that is, the reader knows. */
static plm_status check_witness(const plm_json_at *at, plm_span head, json_t *list)
{
    static const char *const members[] = {"party", "identity_key", "signed", NULL};
    uint8_t key[32];
    uint8_t hash[PLM_HASH_BYTES];
    char hex[2 * sizeof key + 1];
    plm_witness witness;
    plm_span body;
    plm_buf bytes;
    plm_json_at key_at = plm_json_member(at, "identity_key");
    plm_json_at signed_at = plm_json_member(at, "signed");
    plm_buf_init(&bytes, UINT16_MAX);
    plm_status status = plm_json_object(at, members);
    if (status == PLM_OK) {
        status = plm_json_hex(&key_at, key, sizeof key);
    }
    if (status == PLM_OK) {
        status = take_hex(&signed_at, &bytes);
    }
    if (status == PLM_OK) {
        status = plm_identity_open(&body, plm_buf_span(&bytes), key, PLM_NAME_WITNESS);
    }
    if (status == PLM_OK) {
        status = plm_witness_decode(&witness, body);
    }
    if (status == PLM_OK) {
        plm_hash256(hash, head);
        plm_hex_encode(hex, key, sizeof key);
        if (memcmp(hash, witness.head, sizeof hash) != 0 ||
            witness.verdict != PLM_VERDICT_CONSISTENT) {
            status = PLM_E_PROOF;
        } else if (json_array_append_new(list, json_pack("{s:s, s:s}", "party", witness.party,
                                                         "identity_key", hex)) != 0) {
            status = PLM_E_NOMEM;
        }
    }
    plm_buf_wipe(&bytes);
    return status;
}

static plm_status check_witnesses(const plm_json_at *document, plm_span head, json_t *list)
{
    size_t n;
    plm_json_at witnesses = plm_json_member(document, "countersignatures");
    plm_status status = plm_json_array(&witnesses, 0, WITNESSES_MAX, &n);
    for (size_t i = 0; status == PLM_OK && i < n; i++) {
        plm_json_at at = plm_json_element(&witnesses, i);
        status = check_witness(&at, head, list);
    }
    return status;
}

static plm_status say_good(const plm_head *head, plm_span entry, json_t *witnesses, bool json)
{
    plm_ledger_row row;
    char kind[PLM_ENTRY_KIND_MAX];
    uint8_t previous[PLM_ENTRY_CHAIN_BYTES];
    char time[PLM_TIME_TEXT];
    plm_buf line;
    plm_buf_init(&line, PLM_KIND_LINE_MAX);
    plm_status status = plm_entry_decode(&row, kind, previous, entry);
    if (status == PLM_OK) {
        status = plm_kind_line(kind, row.body, &line);
    }
    if (status == PLM_OK && json) {
        plm_say_time(time, row.time_ms);
        int printed = plm_say_json(json_pack(
            "{s:b, s:s, s:I, s:I, s:s, s:s, s:s%, s:O}", "good", 1, "party", head->party, "size",
            (json_int_t)head->size, "sequence", (json_int_t)row.sequence, "time", time, "kind",
            kind, "line", (const char *)line.data, line.n, "countersignatures", witnesses));
        status = printed == PLM_EXIT_OK ? PLM_OK : PLM_E_IO;
    } else if (status == PLM_OK) {
        plm_say_time(time, row.time_ms);
        (void)printf("entry %" PRIu64 " of %s's ledger of %" PRIu64 " entries\n  %s  %s  %.*s\n",
                     row.sequence, head->party, head->size, time, kind, (int)line.n,
                     (const char *)line.data);
        for (size_t i = 0; i < json_array_size(witnesses); i++) {
            const json_t *w = json_array_get(witnesses, i);
            (void)printf("  countersigned by %s, key %s\n",
                         json_string_value(json_object_get(w, "party")),
                         json_string_value(json_object_get(w, "identity_key")));
        }
    }
    plm_buf_wipe(&line);
    return status;
}

static plm_status check(json_t *document, const char *path, const uint8_t *identity, bool json)
{
    static const char *const members[] = {
        "palermo",   "party", "identity_key",      "entry", "size",
        "inclusion", "head",  "countersignatures", NULL};
    static const char *const versions[] = {"ledger-proof/1", NULL};
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_json_at root = plm_json_root(document, &sink, path, 0);
    plm_json_at version_at = plm_json_member(&root, "palermo");
    size_t version;
    plm_head head;
    plm_buf head_bytes;
    plm_buf entry;
    json_t *witnesses = json_array();
    plm_buf_init(&head_bytes, UINT16_MAX);
    plm_buf_init(&entry, PLM_ENTRY_MAX);
    plm_status status = plm_json_object(&root, members);
    if (status == PLM_OK) {
        status = plm_json_choice(&version_at, versions, &version);
    }
    if (status == PLM_OK) {
        status = check_entry(&root, identity, &head_bytes, &head, &entry);
    }
    if (status == PLM_OK) {
        status = check_witnesses(&root, plm_buf_span(&head_bytes), witnesses);
    }
    if (status == PLM_OK) {
        status = say_good(&head, plm_buf_span(&entry), witnesses, json);
    }
    json_decref(witnesses);
    plm_buf_wipe(&head_bytes);
    plm_buf_wipe(&entry);
    return status;
}

int plm_ledger_check_proof_verb(int argc, char **argv)
{
    static const plm_usage_text usage = {
        "palermo ledger check-proof", "FILE --identity KEY",
        "Checks a proof of 'palermo ledger prove' without any store: that the ledger's owner, "
        "whose\n"
        "identity key is KEY, had this entry, and who countersigned it."};
    plm_common common = {0};
    const char *path = NULL;
    const char *key = NULL;
    uint8_t identity[32];
    json_t *document = NULL;
    plm_buf text;
    const plm_option options[] = {
        {"identity", PLM_OPTION_TEXT, &key, "KEY", "the owner's, 64 hexadecimal digits", 0, 0},
        {"json", PLM_OPTION_FLAG, &common.json, NULL, "print JSON", 0, 0},
        PLM_OPTIONS_END,
    };
    plm_parse_result parsed = plm_options_parse(&usage, options, argc, argv, &path, 1, 1, NULL);
    if (parsed != PLM_PARSED) {
        return parsed == PLM_PARSE_HELP ? PLM_EXIT_OK : PLM_EXIT_USAGE;
    }
    if (key == NULL || plm_hex_decode(identity, sizeof identity, key) < 0) {
        return plm_usage_error(&usage, "--identity takes the owner's key, 64 hexadecimal digits");
    }
    const plm_diag_sink sink = {plm_diag_print, stderr};
    plm_buf_init(&text, PROOF_FILE_MAX);
    plm_status status = plm_file_read(path, &text);
    if (status == PLM_OK) {
        status = plm_json_parse(&document, plm_buf_span(&text), &sink, path, 1);
    }
    if (status == PLM_OK) {
        status = check(document, path, identity, common.json);
    }
    json_decref(document);
    plm_buf_wipe(&text);
    if (status == PLM_E_AUTH) {
        plm_say_error(usage.command, "%s: a signature is not of the key it should be of", path);
    } else if (status == PLM_E_PROOF) {
        plm_say_error(usage.command, "%s: the entry does not stand under the signed head", path);
    } else if (status == PLM_E_PROTOCOL) {
        plm_say_error(usage.command, "%s: head, entry or countersignature is malformed", path);
    } else if (status != PLM_OK && status != PLM_E_INVALID && status != PLM_E_SYNTAX) {
        return plm_say_status(usage.command, path, status);
    }
    return plm_exit_status(status, 0);
}
