/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/signed.h"

#include "accord/rfc3339.h"
#include "crypto/sign.h"
#include "wire/field.h"

#include <string.h>

enum {
    BODY_MAX = 1 << 20
};

static plm_status read_party(const plm_json_at *at, char out[static PLM_CODE_MAX])
{
    const char *text;
    plm_status status = plm_json_string(at, 2, PLM_CODE_MAX - 1, &text);
    if (status != PLM_OK) {
        return status;
    }
    if (!plm_field_fits(PLM_FIELD_PARTY, plm_span_str(text))) {
        return plm_json_error(at, "may hold A-Z, 0-9 and - only");
    }
    memcpy(out, text, strlen(text) + 1);
    return PLM_OK;
}

static plm_status read_time(const plm_json_at *at, int64_t *out)
{
    const char *text;
    plm_status status = plm_json_string(at, 1, 100, &text);
    if (status != PLM_OK) {
        return status;
    }
    if (plm_rfc3339_parse(out, text) != PLM_OK) {
        return plm_json_error(at, "is not a time, YYYY-MM-DDThh:mm:ss.sssZ");
    }
    return PLM_OK;
}

/* The document's canonical form (RFC 8785), in the arena. */
static plm_status keep_body(plm_span *out, const json_t *document, plm_arena *arena)
{
    plm_buf text;
    plm_buf_init(&text, BODY_MAX);
    plm_status status = plm_json_dump(document, false, &text);
    if (status == PLM_OK) {
        const char *copy = plm_arena_string(arena, plm_buf_span(&text));
        status = copy != NULL ? PLM_OK : PLM_E_NOMEM;
        *out = plm_span_of(copy, text.n);
    }
    plm_buf_wipe(&text);
    return status;
}

plm_status plm_signed_read(plm_signed_head *out, const plm_json_at *root, plm_arena *arena)
{
    const plm_json_at accord = plm_json_member(root, "accord");
    const plm_json_at party = plm_json_member(root, "party");
    const plm_json_at time = plm_json_member(root, "time");
    const plm_json_at signature = plm_json_member(root, "signature");
    plm_status status;
    if ((status = plm_json_hex(&accord, out->accord_hash, sizeof out->accord_hash)) != PLM_OK ||
        (status = read_party(&party, out->party)) != PLM_OK ||
        (status = read_time(&time, &out->time_ms)) != PLM_OK ||
        (status = plm_json_hex(&signature, out->signature, sizeof out->signature)) != PLM_OK) {
        return status;
    }
    (void)json_object_del(root->value, "signature");
    return keep_body(&out->body, root->value, arena);
}

static plm_status add_head(json_t *document, const plm_accord *accord, const char *party,
                           int64_t time_ms)
{
    char hash[2 * PLM_ACCORD_HASH_BYTES + 1];
    char time[PLM_RFC3339_TEXT];
    plm_status status = plm_rfc3339_format(time, time_ms);
    if (status != PLM_OK) {
        return status;
    }
    plm_hex_encode(hash, accord->hash, sizeof accord->hash);
    return json_object_set_new(document, "accord", json_string(hash)) == 0 &&
                   json_object_set_new(document, "party", json_string(party)) == 0 &&
                   json_object_set_new(document, "time", json_string(time)) == 0
               ? PLM_OK
               : PLM_E_NOMEM;
}

plm_status plm_signed_write(plm_buf *out, json_t *document, const plm_accord *accord,
                            const char *party, const uint8_t seed[static 32], int64_t time_ms,
                            const char *name)
{
    const plm_party *signer = plm_accord_party(accord, party);
    uint8_t public_key[PLM_IDENTITY_PUBLIC_BYTES];
    uint8_t signature[PLM_SIGNATURE_BYTES];
    char hex[2 * PLM_SIGNATURE_BYTES + 1];
    plm_identity_public(public_key, seed);
    if (signer == NULL || memcmp(public_key, signer->identity, sizeof public_key) != 0) {
        return PLM_E_AUTH;
    }
    plm_buf body;
    plm_buf_init(&body, BODY_MAX);
    plm_status status = add_head(document, accord, signer->code, time_ms);
    if (status == PLM_OK) {
        status = plm_json_dump(document, false, &body);
    }
    if (status == PLM_OK) {
        status = plm_identity_sign(signature, seed, name, plm_buf_span(&body));
    }
    plm_buf_wipe(&body);
    if (status != PLM_OK) {
        return status;
    }
    plm_hex_encode(hex, signature, sizeof signature);
    if (json_object_set_new(document, "signature", json_string(hex)) != 0) {
        return PLM_E_NOMEM;
    }
    return plm_json_dump(document, true, out);
}

plm_status plm_signed_verify(const plm_signed_head *head, const plm_accord *accord,
                             const char *name)
{
    const plm_party *party = plm_accord_party(accord, head->party);
    if (party == NULL) {
        return PLM_E_NOT_FOUND;
    }
    if (memcmp(head->accord_hash, accord->hash, sizeof head->accord_hash) != 0) {
        return PLM_E_AUTH;
    }
    return plm_identity_verify(head->signature, party->identity, name, head->body);
}
