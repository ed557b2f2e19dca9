/* SPDX-License-Identifier: Apache-2.0 */
#include "node/request_draft.h"

#include "crypto/sign.h"
#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

static plm_status setting(plm_store *store, const char *key, json_t **out)
{
    plm_buf value;
    plm_buf_init(&value, PLM_TEXT_MAX);
    plm_status status = plm_store_get_setting(store, key, &value);
    if (status == PLM_OK || status == PLM_E_NOT_FOUND) {
        *out = json_stringn(value.n > 0 ? (const char *)value.data : "", value.n);
        status = *out != NULL ? PLM_OK : PLM_E_NOMEM;
    }
    plm_buf_wipe(&value);
    return status;
}

plm_status plm_request_add_authority(plm_store *store, json_t *document)
{
    json_t *name = NULL;
    json_t *contact = NULL;
    if (json_object_get(document, "authority") != NULL) {
        return PLM_OK;
    }
    plm_status status = setting(store, "authority.name", &name);
    if (status == PLM_OK) {
        status = setting(store, "authority.contact", &contact);
    }
    if (status == PLM_OK) {
        json_t *us = json_pack("{s:O, s:O}", "name", name, "contact", contact);
        status = json_object_set_new(document, "authority", us) == 0 ? PLM_OK : PLM_E_NOMEM;
    }
    json_decref(name);
    json_decref(contact);
    return status;
}

plm_status plm_request_put_draft(plm_store *store, plm_request_row *row, json_t *document,
                                 bool is_new, int64_t now_ms, const plm_diag_sink *sink,
                                 const char *file, plm_missing_fn *missing, void *context)
{
    plm_document d;
    plm_buf text;
    plm_status status = plm_document_read(&d, document, sink, file, missing, context);
    if (status != PLM_OK) {
        return status;
    }
    plm_buf_init(&text, PLM_REQUEST_DOCUMENT_MAX);
    status = plm_json_dump(document, false, &text);
    row->kind = d.kind;
    row->is_offer = d.is_offer;
    row->is_urgent = d.is_urgent;
    row->changed_ms = now_ms;
    row->draft = plm_buf_span(&text);
    if (status == PLM_OK) {
        status = is_new ? plm_store_add_request(store, row) : plm_store_update_request(store, row);
    }
    row->draft = plm_span_of(NULL, 0);
    plm_buf_wipe(&text);
    return status;
}

plm_status plm_request_check_peer(plm_store *store, const char *self, const char *peer)
{
    plm_tls_pin *pins = NULL;
    size_t n = 0;
    plm_status status = plm_agreement_pins(&pins, &n, store, self, peer);
    free(pins);
    return status;
}

plm_status plm_request_draft_document(const plm_request_book *book, json_t **out)
{
    const plm_diag_sink quiet = {NULL, NULL};
    if (book->row.state != PLM_REQUEST_DRAFT) {
        return PLM_E_REFUSED;
    }
    return plm_json_parse(out, book->row.draft, &quiet, NULL, 0);
}

const char *plm_request_fit_sentence(plm_request_fit fit)
{
    static const char *const words[] = {
        [PLM_REQUEST_FITS] = "it fits",
        [PLM_REQUEST_NOT_IN_FORCE] = "no accord is in force with that party",
        [PLM_REQUEST_NO_PURPOSE] = "/conditions/purpose: no accord with that party has it",
        [PLM_REQUEST_NOT_OFFENCE] =
            "/offences: not all of them are in that purpose of the accord with that party"};
    return (unsigned)fit < sizeof words / sizeof *words ? words[fit] : "it does not fit";
}

plm_status plm_request_send_draft(plm_node *node, plm_request_book *book, json_t *document,
                                  const plm_diag_sink *sink, plm_missing_fn *missing, void *context,
                                  plm_request_fit *fit)
{
    const plm_transition what = {.action = PLM_REQUEST_SEND};
    const plm_date today = plm_date_of_ms(plm_wall_ms());
    uint8_t id[PLM_HASH_BYTES];
    plm_document d = {0};
    plm_agreement *agreement = NULL;
    *fit = PLM_REQUEST_FITS;
    plm_status status = plm_document_read(&d, document, sink, "draft", missing, context);
    if (status == PLM_OK && d.n_missing > 0) {
        status = PLM_E_INVALID;
    }
    if (status != PLM_OK) {
        return status;
    }
    status = plm_agreement_find(&agreement, node->store, node->code, book->row.peer,
                                d.conditions.purpose, today);
    if (status == PLM_E_NOT_FOUND) {
        *fit = PLM_REQUEST_NOT_IN_FORCE;
        return PLM_E_REFUSED;
    }
    if (status != PLM_OK) {
        return status;
    }
    *fit = plm_request_fits(agreement, node->code, book->row.peer, &d, document, today);
    memcpy(book->row.accord_hash, agreement->accord->hash, PLM_HASH_BYTES);
    plm_agreement_destroy(agreement);
    return *fit != PLM_REQUEST_FITS ? PLM_E_REFUSED
                                    : plm_request_act(node, book, &what, document, id);
}

plm_status plm_request_note_export(plm_store *store, const uint8_t id[static PLM_REQUEST_ID_BYTES],
                                   const char *purpose, const char *to, plm_span what,
                                   int64_t now_ms)
{
    uint8_t hash[PLM_HASH_BYTES];
    plm_buf body;
    plm_hash256(hash, what);
    plm_buf_init(&body, 512);
    plm_status status = plm_buf_append(&body, id, PLM_REQUEST_ID_BYTES);
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(purpose));
    }
    if (status == PLM_OK) {
        status = plm_buf_append_block16(&body, plm_span_str(to));
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&body, hash, sizeof hash);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "request-export", plm_buf_span(&body), now_ms);
    }
    plm_buf_wipe(&body);
    return status;
}
