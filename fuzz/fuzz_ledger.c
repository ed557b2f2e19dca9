/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read of other parties' ledgers: the first byte chooses - the frames HEAD, CONSISTENCY and
 * WITNESS, a head, an entry, a line of a kind, a proof, an export. Whatever is taken must encode to
 * the same bytes again; a line for people holds no control character.
 */
#include "fuzz.h"
#include "ledger/entry.h"
#include "ledger/export.h"
#include "ledger/kinds.h"
#include "ledger/proof.h"
#include "wire/message.h"

#include "crypto/sign.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

#define TRY(name, type)                                          \
    static void try_##name(plm_span body)                        \
    {                                                            \
        type m;                                                  \
        plm_buf again;                                           \
        plm_status status = plm_##name##_decode(&m, body);       \
        require(status == PLM_OK || status == PLM_E_PROTOCOL);   \
        if (status == PLM_OK) {                                  \
            plm_buf_init(&again, body.n);                        \
            require(plm_##name##_encode(&m, &again) == PLM_OK);  \
            require(plm_span_equal(plm_buf_span(&again), body)); \
            plm_buf_wipe(&again);                                \
        }                                                        \
    }

TRY(heads, plm_heads)
TRY(head, plm_head)
TRY(consistency, plm_consistency)
TRY(witness, plm_witness)

static void try_entry(plm_span bytes)
{
    plm_ledger_row row;
    char kind[PLM_ENTRY_KIND_MAX];
    uint8_t previous[PLM_ENTRY_CHAIN_BYTES];
    plm_buf again;
    if (plm_entry_decode(&row, kind, previous, bytes) == PLM_OK) {
        plm_buf_init(&again, PLM_ENTRY_MAX);
        require(plm_entry_encode(&again, previous, &row) == PLM_OK);
        require(plm_span_equal(plm_buf_span(&again), bytes));
        plm_buf_wipe(&again);
    }
}

/* The kind, a line feed, the body. */
static void try_kind(plm_span bytes)
{
    char kind[PLM_ENTRY_KIND_MAX] = "";
    plm_buf line;
    const uint8_t *end = bytes.n > 0 ? (const uint8_t *)memchr(bytes.p, '\n', bytes.n) : NULL;
    size_t n = end != NULL ? (size_t)(end - bytes.p) : bytes.n;
    if (end == NULL || n >= sizeof kind) {
        return;
    }
    memcpy(kind, bytes.p, n);
    plm_buf_init(&line, PLM_KIND_LINE_MAX);
    plm_status status = plm_kind_line(kind, plm_span_of(end + 1, bytes.n - n - 1), &line);
    require(status == PLM_OK && line.n > 0);
    for (size_t i = 0; i < line.n; i++) {
        require(line.data[i] >= 0x20 && line.data[i] != 0x7f);
    }
    plm_buf_wipe(&line);
}

/* first size (u8), size (u8), first root, root, hashes: no proof of what is not so is ever found.
 */
static void try_proof(plm_span bytes)
{
    plm_reader r = bytes;
    uint8_t first;
    uint8_t size;
    plm_tree_hash first_root;
    plm_tree_hash root;
    plm_tree_proof proof = {.n = 0};
    if (plm_rd_u8(&r, &first) < 0 || plm_rd_u8(&r, &size) < 0 ||
        plm_rd_copy(&r, first_root.b, sizeof first_root.b) < 0 ||
        plm_rd_copy(&r, root.b, sizeof root.b) < 0) {
        return;
    }
    while (proof.n < PLM_TREE_PROOF_MAX &&
           plm_rd_copy(&r, proof.hashes[proof.n].b, sizeof proof.hashes[0].b) == 0) {
        proof.n++;
    }
    plm_status status = plm_proof_check_consistency(first, &first_root, size, &root, &proof);
    require(status == PLM_E_PROOF || (status == PLM_OK && first <= size));
    status = plm_proof_check_inclusion(&first_root, first, size, &proof, &root);
    require(status == PLM_E_PROOF || (status == PLM_OK && first < size));
}

static void try_export(plm_span bytes)
{
    plm_export_owner owner;
    plm_audit_result result;
    plm_status status = plm_export_check(bytes, NULL, true, &owner, &result);
    require(status == PLM_OK || status == PLM_E_SYNTAX || status == PLM_E_AUTH ||
            (status == PLM_E_STORE && result.fault != PLM_AUDIT_GOOD));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(plm_span) = {try_heads, try_head, try_consistency, try_witness,
                                              try_entry, try_kind, try_proof,       try_export};
    require(plm_crypto_init() == PLM_OK);
    if (size > 0) {
        tries[data[0] % 8](plm_span_of(data + 1, size - 1));
    }
    return 0;
}
