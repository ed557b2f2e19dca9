/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit_body.c - the signatures that bodies hold (spec/ledger.md section 4).
 */
#include "ledger/audit.h"

#include "crypto/sign.h"
#include "wire/lookup.h"

#include <string.h>

plm_status plm_audit_signature(const plm_audit_config *config, const char *party, const char *name,
                               plm_span body, const uint8_t *signature)
{
    plm_status status = PLM_E_AUTH;
    for (size_t i = 0; status == PLM_E_AUTH && i < config->n_keys; i++) {
        const plm_party_key *key = &config->keys[i];
        if (party == NULL || strcmp(key->party, party) == 0) {
            status = plm_identity_verify(signature, key->key, name, body);
        }
    }
    return status;
}

/* Body, then a signature of that party (NULL: of any). */
static plm_status check_signed(const plm_audit_config *config, const char *party, const char *name,
                               plm_span message)
{
    if (message.n <= PLM_SIGNATURE_BYTES) {
        return PLM_E_PROTOCOL;
    }
    const plm_span body = plm_span_of(message.p, message.n - PLM_SIGNATURE_BYTES);
    return plm_audit_signature(config, party, name, body, message.p + body.n);
}

static plm_status check_proposal(const plm_audit_config *config, plm_span message)
{
    plm_proposal proposal;
    if (message.n <= PLM_SIGNATURE_BYTES ||
        plm_proposal_decode(&proposal, plm_span_of(message.p, message.n - PLM_SIGNATURE_BYTES)) !=
            PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    return check_signed(config, proposal.asker, PLM_NAME_PROPOSAL, message);
}

/* The very same body under both signatures, by two parties of which we are one. */
static plm_status check_receipt(const plm_audit_config *config, plm_span message)
{
    plm_receipt receipt;
    if (message.n <= 2 * (size_t)PLM_SIGNATURE_BYTES) {
        return PLM_E_PROTOCOL;
    }
    const plm_span body = plm_span_of(message.p, message.n - 2 * (size_t)PLM_SIGNATURE_BYTES);
    const uint8_t *first = message.p + body.n;
    const uint8_t *second = first + PLM_SIGNATURE_BYTES;
    if (plm_receipt_decode(&receipt, body) != PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    plm_status status = plm_audit_signature(config, config->party, PLM_NAME_RECEIPT, body, first);
    if (status == PLM_OK) {
        return plm_audit_signature(config, NULL, PLM_NAME_RECEIPT, body, second);
    }
    if (status == PLM_E_AUTH) {
        status = plm_audit_signature(config, config->party, PLM_NAME_RECEIPT, body, second);
    }
    return status == PLM_OK ? plm_audit_signature(config, NULL, PLM_NAME_RECEIPT, body, first)
                            : status;
}

static plm_status check_head(const plm_audit_config *config, plm_span message)
{
    plm_head head;
    if (message.n <= PLM_SIGNATURE_BYTES ||
        plm_head_decode(&head, plm_span_of(message.p, message.n - PLM_SIGNATURE_BYTES)) != PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    return check_signed(config, head.party, PLM_NAME_HEAD, message);
}

static plm_status check_witness(const plm_audit_config *config, plm_span message)
{
    plm_witness witness;
    if (message.n <= PLM_SIGNATURE_BYTES ||
        plm_witness_decode(&witness, plm_span_of(message.p, message.n - PLM_SIGNATURE_BYTES)) !=
            PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    return check_signed(config, witness.party, PLM_NAME_WITNESS, message);
}

/* Verdict (u8), the head before, the head after (u16 + bytes each). */
static plm_status check_finding(const plm_audit_config *config, plm_span body)
{
    plm_reader r = body;
    uint8_t verdict;
    plm_span before;
    plm_span after;
    if (plm_rd_u8(&r, &verdict) < 0 || plm_rd_block16(&r, UINT16_MAX, &before) < 0 ||
        plm_rd_block16(&r, UINT16_MAX, &after) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_status status = check_head(config, before);
    return status == PLM_OK ? check_head(config, after) : status;
}

plm_status plm_audit_body(const plm_audit_config *config, const char *kind, plm_span body,
                          unsigned *n)
{
    *n = 1;
    if (strcmp(kind, "proposal") == 0) {
        return check_proposal(config, body);
    }
    if (strcmp(kind, "acceptance") == 0) {
        return check_signed(config, NULL, PLM_NAME_ACCEPTANCE, body);
    }
    if (strcmp(kind, "refusal") == 0) {
        return check_signed(config, NULL, PLM_NAME_REFUSAL, body);
    }
    if (strcmp(kind, "lookup-open") == 0) {
        return check_signed(config, NULL, PLM_NAME_LOOKUP_OPEN, body);
    }
    if (strcmp(kind, "lookup-terms") == 0) {
        return check_signed(config, NULL, PLM_NAME_LOOKUP_TERMS, body);
    }
    if (strcmp(kind, "head") == 0) {
        return check_head(config, body);
    }
    if (strcmp(kind, "witness") == 0) {
        return check_witness(config, body);
    }
    *n = 2;
    if (strcmp(kind, "receipt") == 0) {
        return check_receipt(config, body);
    }
    if (strcmp(kind, "finding") == 0) {
        return check_finding(config, body);
    }
    *n = 0;
    return PLM_OK;
}
