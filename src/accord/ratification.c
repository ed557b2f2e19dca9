/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ratification.c - a party's signature under an accord (spec/accord.md section 4).
 *
 *   signed body:  +----------------+----------------------+------------+-----------------+
 *                 | accord hash 32 | u16 n, party code n  | u64 time   | u16 0           |
 *                 +----------------+----------------------+------------+-----------------+
 *   time: milliseconds of UTC since 1970; the last number counts reservations, none in this version
 */
#include "accord/accord.h"
#include "accord/rfc3339.h"

#include "base/json.h"
#include "crypto/sign.h"
#include "wire/field.h"

#include <string.h>

#define NAME_RATIFICATION "ratification"

enum {
    BODY_MAX = PLM_ACCORD_HASH_BYTES + 2 + PLM_CODE_MAX + 8 + 2,
    DOCUMENT_MAX = 64 << 10
};

static plm_status make_body(plm_buf *body, const plm_ratification *r)
{
    plm_status status = plm_buf_append(body, r->accord_hash, sizeof r->accord_hash);
    if (status == PLM_OK) {
        status = plm_buf_append_block16(body, plm_span_str(r->party));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u64(body, (uint64_t)r->time_ms);
    }
    if (status == PLM_OK) {
        status = plm_buf_append_u16(body, 0);
    }
    return status;
}

plm_status plm_ratification_make(plm_ratification *out, const plm_accord *accord, const char *party,
                                 const uint8_t seed[static 32], int64_t time_ms)
{
    const plm_party *signer = plm_accord_party(accord, party);
    uint8_t public_key[PLM_IDENTITY_PUBLIC_BYTES];
    plm_identity_public(public_key, seed);
    if (signer == NULL || memcmp(public_key, signer->identity, sizeof public_key) != 0) {
        return PLM_E_AUTH;
    }
    if (time_ms < 0 || time_ms > PLM_FIELD_TIME_MAX) {
        return PLM_E_ARGUMENT;
    }
    plm_ratification r = {.time_ms = time_ms};
    memcpy(r.accord_hash, accord->hash, sizeof r.accord_hash);
    memcpy(r.party, signer->code, strlen(signer->code) + 1);
    plm_buf body;
    plm_buf_init(&body, BODY_MAX);
    plm_status status = make_body(&body, &r);
    if (status == PLM_OK) {
        status = plm_identity_sign(r.signature, seed, NAME_RATIFICATION, plm_buf_span(&body));
    }
    plm_buf_wipe(&body);
    if (status == PLM_OK) {
        *out = r;
    }
    return status;
}

plm_status plm_ratification_write(const plm_ratification *r, plm_buf *out)
{
    char hash[2 * PLM_ACCORD_HASH_BYTES + 1];
    char signature[2 * PLM_SIGNATURE_BYTES + 1];
    char time[PLM_RFC3339_TEXT];
    plm_status status = plm_rfc3339_format(time, r->time_ms);
    if (status != PLM_OK) {
        return status;
    }
    plm_hex_encode(hash, r->accord_hash, sizeof r->accord_hash);
    plm_hex_encode(signature, r->signature, sizeof r->signature);
    return plm_buf_printf(out,
                          "{\n"
                          "  \"palermo\": \"ratification/1\",\n"
                          "  \"accord\": \"%s\",\n"
                          "  \"party\": \"%s\",\n"
                          "  \"time\": \"%s\",\n"
                          "  \"reservations\": [],\n"
                          "  \"signature\": \"%s\"\n"
                          "}\n",
                          hash, r->party, time, signature);
}

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

static plm_status read_document(const plm_json_at *root, plm_ratification *r)
{
    static const char *const members[] = {"palermo",      "accord",    "party", "time",
                                          "reservations", "signature", NULL};
    static const char *const versions[] = {"ratification/1", NULL};
    plm_status status = plm_json_object(root, members);
    if (status != PLM_OK) {
        return status;
    }
    const plm_json_at version = plm_json_member(root, "palermo");
    const plm_json_at accord = plm_json_member(root, "accord");
    const plm_json_at party = plm_json_member(root, "party");
    const plm_json_at time = plm_json_member(root, "time");
    const plm_json_at reservations = plm_json_member(root, "reservations");
    const plm_json_at signature = plm_json_member(root, "signature");
    size_t n;
    if ((status = plm_json_choice(&version, versions, &n)) != PLM_OK ||
        (status = plm_json_hex(&accord, r->accord_hash, sizeof r->accord_hash)) != PLM_OK ||
        (status = read_party(&party, r->party)) != PLM_OK ||
        (status = read_time(&time, &r->time_ms)) != PLM_OK ||
        (status = plm_json_array(&reservations, 0, SIZE_MAX, &n)) != PLM_OK ||
        (status = plm_json_hex(&signature, r->signature, sizeof r->signature)) != PLM_OK) {
        return status;
    }
    return n == 0 ? PLM_OK : plm_json_error(&reservations, "this version knows no reservations");
}

plm_status plm_ratification_parse(plm_ratification *out, plm_span bytes, const plm_diag_sink *sink,
                                  const char *file)
{
    if (bytes.n > DOCUMENT_MAX) {
        plm_diag_error(sink, file, 0, NULL, "longer than %d bytes", DOCUMENT_MAX);
        return PLM_E_LIMIT;
    }
    json_t *document;
    plm_status status = plm_json_parse(&document, bytes, sink, file, 1);
    if (status != PLM_OK) {
        return status;
    }
    plm_ratification r = {0};
    const plm_json_at root = plm_json_root(document, sink, file, 0);
    status = read_document(&root, &r);
    json_decref(document);
    if (status == PLM_OK) {
        *out = r;
    }
    return status;
}

plm_status plm_ratification_verify(const plm_ratification *r, const plm_accord *accord)
{
    const plm_party *party = plm_accord_party(accord, r->party);
    if (party == NULL) {
        return PLM_E_NOT_FOUND;
    }
    if (memcmp(r->accord_hash, accord->hash, sizeof r->accord_hash) != 0) {
        return PLM_E_AUTH;
    }
    plm_buf body;
    plm_buf_init(&body, BODY_MAX);
    plm_status status = make_body(&body, r);
    if (status == PLM_OK) {
        status = plm_identity_verify(r->signature, party->identity, NAME_RATIFICATION,
                                     plm_buf_span(&body));
    }
    plm_buf_wipe(&body);
    return status;
}
