/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry_take.c - what a file that somebody brought is, and whether its run can go on with it.
 */
#include "node/carry_keys.h"
#include "node/carry_step.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "node/agreement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *plm_carry_verdict_name(plm_carry_verdict verdict)
{
    static const char *const names[PLM_CARRY_VERDICT_COUNT] = {
        "taken",   "own",     "replayed", "other", "missing",
        "foreign", "changed", "cut",      "over",  "unknown"};
    return (unsigned)verdict < PLM_CARRY_VERDICT_COUNT ? names[verdict] : "unknown";
}

const char *plm_carry_verdict_sentence(plm_carry_verdict verdict)
{
    static const char *const sentences[PLM_CARRY_VERDICT_COUNT] = {
        "taken",
        "written here; carry it to the other side",
        "replayed: it was taken before",
        "another file than the one that was taken in its place",
        "a file before it is missing",
        "foreign: not for us, or from nobody we have an accord with",
        "changed: not as its sender signed and sealed it",
        "cut short, or no file of ours at all",
        "its run is over",
        "of a run that is not known here"};
    return sentences[(unsigned)verdict < PLM_CARRY_VERDICT_COUNT ? verdict : PLM_CARRY_UNKNOWN];
}

/* The identity among those that accords give the sender that signed the file. */
static plm_status find_signer(plm_node *node, plm_span file, const plm_carried *head,
                              uint8_t identity[static 32], plm_carry_verdict *verdict)
{
    plm_tls_pin *pins = NULL;
    size_t n = 0;
    *verdict = PLM_CARRY_FOREIGN;
    plm_status status = plm_agreement_pins(&pins, &n, node->store, node->code, head->from);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    for (size_t i = 0; i < n && *verdict != PLM_CARRY_TAKEN; i++) {
        *verdict = PLM_CARRY_CHANGED;
        if (plm_carried_verify(file, pins[i].identity) == PLM_OK) {
            memcpy(identity, pins[i].identity, 32);
            *verdict = PLM_CARRY_TAKEN;
        }
    }
    free(pins);
    return PLM_OK;
}

/* A file with the number of one that was taken: the same, or another that the peer also signed. */
static plm_status judge_old(const plm_carry *c, const plm_carried *head, plm_span file,
                            plm_carry_verdict *verdict)
{
    char name[PLM_CARRY_NAME_BYTES];
    uint8_t taken[PLM_HASH_BYTES];
    uint8_t hash[PLM_HASH_BYTES];
    plm_hash256(hash, file);
    plm_status status = plm_carry_recall_exact(c, plm_carry_name(name, "kept.taken", head->number),
                                               taken, sizeof taken);
    *verdict = status == PLM_OK && memcmp(taken, hash, sizeof hash) == 0 ? PLM_CARRY_REPLAYED
                                                                         : PLM_CARRY_OTHER;
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* The file answers the last one of ours that its sender can have had. */
static plm_status judge_answer(const plm_carry *c, const plm_carry_row *row,
                               const plm_carried *head, plm_carry_verdict *verdict)
{
    char name[PLM_CARRY_NAME_BYTES];
    uint8_t hash[PLM_HASH_BYTES] = {0};
    const uint32_t number = row->is_asker ? head->number : head->number - 1;
    plm_status status = PLM_OK;
    if (number > 0) {
        status =
            plm_carry_recall_exact(c, plm_carry_name(name, "kept.sent", number), hash, sizeof hash);
    }
    *verdict = status == PLM_OK && memcmp(hash, head->answers, sizeof hash) == 0 ? PLM_CARRY_TAKEN
                                                                                 : PLM_CARRY_OTHER;
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* In a transaction: the run as it is here; a first file of an asker's makes one. */
static plm_status find_row(plm_node *node, const plm_carried *head, const uint8_t *identity,
                           plm_carry *c, plm_carry_row *row, char *peer, plm_carry_verdict *verdict)
{
    plm_status status = plm_store_carry_get(node->store, head->id, row, peer);
    memcpy(c->id, head->id, sizeof c->id);
    c->store = node->store;
    if (status != PLM_E_NOT_FOUND) {
        uint8_t noted[32];
        const bool is_right = status == PLM_OK && row->is_asker != head->from_asker &&
                              strcmp(row->peer, head->from) == 0;
        if (is_right && plm_carry_recall_exact(c, "kept.identity", noted, sizeof noted) == PLM_OK) {
            *verdict = memcmp(noted, identity, 32) == 0 ? PLM_CARRY_TAKEN : PLM_CARRY_FOREIGN;
        } else {
            *verdict = PLM_CARRY_FOREIGN;
        }
        return status;
    }
    if (!head->from_asker) {
        *verdict = PLM_CARRY_UNKNOWN;
        return PLM_OK;
    }
    if (head->number != 1) {
        *verdict = PLM_CARRY_MISSING;
        return PLM_OK;
    }
    *verdict = PLM_CARRY_TAKEN;
    (void)snprintf(peer, PLM_CODE_MAX, "%s", head->from);
    *row = (plm_carry_row){.peer = peer, .created_ms = plm_wall_ms()};
    memcpy(row->id, head->id, sizeof row->id);
    status = plm_store_carry_add(node->store, row);
    return status == PLM_OK ? plm_carry_draw_keys(c, identity) : status;
}

/* In a transaction. Keeps what the file says, once it could be opened. */
static plm_status keep(plm_node *node, plm_carry *c, plm_carry_row *row, const plm_carried *head,
                       plm_span file, plm_carry_verdict *verdict)
{
    char name[PLM_CARRY_NAME_BYTES];
    uint8_t hash[PLM_HASH_BYTES];
    plm_carried_keys keys;
    plm_buf content;
    plm_buf_init(&content, PLM_CARRIED_SEALED_MAX);
    plm_status status = PLM_OK;
    if (head->number == 1) {
        status = plm_carry_note(c, "ephemeral.peer",
                                plm_span_of(head->ephemeral, sizeof head->ephemeral));
    }
    if (status == PLM_OK) {
        status = plm_carry_get_keys(c, node, row->is_asker, &keys);
    }
    if (status == PLM_OK) {
        status = memcmp(keys.peer_ephemeral, head->ephemeral, sizeof head->ephemeral) == 0
                     ? plm_carried_open(&content, file, &keys)
                     : PLM_E_AUTH;
    }
    plm_wipe(&keys, sizeof keys);
    if (status == PLM_E_AUTH || status == PLM_E_CRYPTO) {
        *verdict = PLM_CARRY_CHANGED; /* the caller rolls back */
        status = PLM_E_AUTH;
    }
    if (status == PLM_OK) {
        status =
            plm_carry_note(c, plm_carry_name(name, "in", head->number), plm_buf_span(&content));
    }
    plm_buf_wipe(&content);
    if (status == PLM_OK) {
        plm_hash256(hash, file);
        status = plm_carry_note(c, plm_carry_name(name, "kept.taken", head->number),
                                plm_span_of(hash, sizeof hash));
    }
    row->n_taken = head->number;
    return status == PLM_OK ? plm_store_carry_update(node->store, row) : status;
}

static plm_status judge(plm_node *node, plm_span file, const uint8_t *identity,
                        plm_carry_judged *out)
{
    plm_carry c = {0};
    plm_carry_row row = {0};
    char peer[PLM_CODE_MAX];
    const plm_carried *head = &out->head;
    plm_carry_verdict *verdict = &out->verdict;
    plm_status status = find_row(node, head, identity, &c, &row, peer, verdict);
    out->next = row.n_taken + 1;
    if (status != PLM_OK || *verdict != PLM_CARRY_TAKEN) {
        return status;
    }
    if (head->number <= row.n_taken) {
        return judge_old(&c, head, file, verdict);
    }
    if (row.ended_ms != 0) {
        *verdict = PLM_CARRY_OVER;
        return PLM_OK;
    }
    if (head->number != row.n_taken + 1) {
        *verdict = PLM_CARRY_MISSING;
        return PLM_OK;
    }
    status = judge_answer(&c, &row, head, verdict);
    return status == PLM_OK && *verdict == PLM_CARRY_TAKEN
               ? keep(node, &c, &row, head, file, verdict)
               : status;
}

plm_status plm_carry_take(plm_node *node, plm_span file, plm_carry_judged *out)
{
    uint8_t identity[32];
    bool mine;
    *out = (plm_carry_judged){.verdict = PLM_CARRY_CUT};
    if (plm_carried_read(&out->head, file) != PLM_OK) {
        return PLM_OK;
    }
    if (strcmp(out->head.from, node->code) == 0 || strcmp(out->head.to, node->code) != 0) {
        out->verdict = strcmp(out->head.from, node->code) == 0 ? PLM_CARRY_OWN : PLM_CARRY_FOREIGN;
        return PLM_OK;
    }
    plm_status status = find_signer(node, file, &out->head, identity, &out->verdict);
    if (status != PLM_OK || out->verdict != PLM_CARRY_TAKEN) {
        return status;
    }
    status = plm_store_enter(node->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = judge(node, file, identity, out);
    const bool is_kept = status == PLM_OK && out->verdict == PLM_CARRY_TAKEN;
    plm_status left = plm_store_leave(node->store, mine, is_kept ? PLM_OK : PLM_E_AUTH);
    if (is_kept) {
        return left;
    }
    return status == PLM_E_AUTH ? PLM_OK : status;
}
