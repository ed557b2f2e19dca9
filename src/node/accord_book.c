/* SPDX-License-Identifier: Apache-2.0 */
#include "node/accord_book.h"

#include "base/json.h"
#include "ledger/ledger.h"
#include "node/tables.h"

#include <string.h>

static plm_status freeze(plm_store *store, const plm_accord *accord, plm_span bytes, int64_t now_ms)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_store_put_accord(store, accord->hash, bytes, now_ms);
    if (status == PLM_OK && accord->amends) {
        status = plm_store_put_amendment(store, accord->hash, accord->amended_hash);
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(store, "adopt", plm_span_of(accord->hash, 32), now_ms);
    }
    return plm_store_leave(store, mine, status);
}

plm_status plm_accord_adopt(plm_accord **out, plm_store *store, const char *self, plm_span bytes,
                            int64_t now_ms, const plm_diag_sink *sink, const char *file)
{
    plm_accord *accord = NULL;
    plm_status status = plm_accord_parse(&accord, bytes, sink, file);
    if (status == PLM_OK && plm_accord_party(accord, self) == NULL) {
        plm_diag_error(sink, file, 0, "/parties", "%s is not a party", self);
        status = PLM_E_INVALID;
    }
    if (status == PLM_OK) {
        status = freeze(store, accord, bytes, now_ms);
    }
    if (status != PLM_OK) {
        plm_accord_destroy(accord);
        return status;
    }
    *out = accord;
    return PLM_OK;
}

/* Keeps a signed document with its ledger entry, in one transaction. */
typedef plm_status put_fn(plm_store *store, const uint8_t hash[static 32], const char *party,
                          plm_span document, int64_t now_ms);

static plm_status keep(plm_store *store, put_fn *put, const char *kind,
                       const uint8_t hash[static 32], const char *party, plm_span document,
                       int64_t now_ms)
{
    bool mine;
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = put(store, hash, party, document, now_ms);
    if (status == PLM_OK) {
        status = plm_ledger_append(store, kind, document, now_ms);
    }
    return plm_store_leave(store, mine, status);
}

/* The party's ratification that is known already, or NULL. */
static const plm_ratification *known(const plm_agreement *agreement, const char *party,
                                     int64_t now_ms)
{
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(now_ms));
    return plm_in_force_ratification(&state, party);
}

plm_status plm_accord_ratify(plm_buf *out, const plm_node *node, const plm_agreement *agreement,
                             const plm_span *wish, int64_t now_ms, const plm_diag_sink *sink,
                             const char *file)
{
    const size_t start = out->n;
    if (known(agreement, node->code, now_ms) != NULL) {
        return PLM_E_EXISTS;
    }
    plm_status status = plm_tables_check(node->store, agreement->accord, sink, NULL);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_ratification_make(out, agreement->accord, node->code, node->seed, now_ms, wish,
                                   sink, file);
    if (status == PLM_OK) {
        status = keep(node->store, plm_store_put_ratification, "ratify", agreement->accord->hash,
                      node->code, plm_span_of(out->data + start, out->n - start), now_ms);
    }
    return status;
}

plm_status plm_accord_denounce(plm_buf *out, const plm_node *node, const plm_agreement *agreement,
                               plm_date last_day, const char *reason, int64_t now_ms,
                               const plm_diag_sink *sink)
{
    const size_t start = out->n;
    for (size_t i = 0; i < agreement->n_denounced; i++) {
        if (strcmp(agreement->denounced[i]->head.party, node->code) == 0) {
            return PLM_E_EXISTS;
        }
    }
    plm_status status = plm_denunciation_make(out, agreement->accord, node->code, node->seed,
                                              now_ms, last_day, reason, sink);
    if (status == PLM_OK) {
        status = keep(node->store, plm_store_put_denunciation, "denounce", agreement->accord->hash,
                      node->code, plm_span_of(out->data + start, out->n - start), now_ms);
    }
    return status;
}

static void say_who(plm_accord_added *out, const plm_signed_head *head, bool is_denunciation)
{
    memcpy(out->accord_hash, head->accord_hash, sizeof out->accord_hash);
    memcpy(out->party, head->party, sizeof out->party);
    out->is_denunciation = is_denunciation;
}

static plm_status add_ratification(plm_accord_added *out, plm_store *store, plm_span document,
                                   int64_t now_ms, const plm_diag_sink *sink, const char *file)
{
    plm_agreement *agreement = NULL;
    plm_ratification r;
    plm_status status = plm_ratification_parse(&r, document, sink, file);
    if (status != PLM_OK) {
        return status;
    }
    say_who(out, &r.head, false);
    status = plm_agreement_load(&agreement, store, r.head.accord_hash);
    if (status == PLM_OK) {
        status = plm_ratification_verify(&r, agreement->accord, sink, file);
    }
    const plm_ratification *before =
        status == PLM_OK ? known(agreement, r.head.party, now_ms) : NULL;
    if (before != NULL &&
        memcmp(before->head.signature, r.head.signature, sizeof r.head.signature) != 0) {
        status = PLM_E_EXISTS;
    }
    if (status == PLM_OK && before == NULL) {
        status = keep(store, plm_store_put_ratification, "ratify", r.head.accord_hash, r.head.party,
                      document, now_ms);
    }
    plm_ratification_wipe(&r);
    plm_agreement_destroy(agreement);
    return status;
}

static plm_status add_denunciation(plm_accord_added *out, plm_store *store, plm_span document,
                                   int64_t now_ms, const plm_diag_sink *sink, const char *file)
{
    plm_agreement *agreement = NULL;
    plm_denunciation d;
    plm_status status = plm_denunciation_parse(&d, document, sink, file);
    if (status != PLM_OK) {
        return status;
    }
    say_who(out, &d.head, true);
    status = plm_agreement_load(&agreement, store, d.head.accord_hash);
    if (status == PLM_OK) {
        status = plm_denunciation_verify(&d, agreement->accord, sink, file);
    }
    if (status == PLM_OK) {
        status = keep(store, plm_store_put_denunciation, "denounce", d.head.accord_hash,
                      d.head.party, document, now_ms);
    }
    plm_denunciation_wipe(&d);
    plm_agreement_destroy(agreement);
    return status;
}

/* Which of the two it is, by its own word; a ratification if it says neither. */
static bool is_denunciation(plm_span document)
{
    const plm_diag_sink quiet = {NULL, NULL};
    json_t *json = NULL;
    if (plm_json_parse(&json, document, &quiet, NULL, 1) != PLM_OK) {
        return false;
    }
    const char *word = json_string_value(json_object_get(json, "palermo"));
    bool is = word != NULL && strncmp(word, "denunciation/", 13) == 0;
    json_decref(json);
    return is;
}

plm_status plm_accord_add(plm_accord_added *out, plm_store *store, plm_span document,
                          int64_t now_ms, const plm_diag_sink *sink, const char *file)
{
    *out = (plm_accord_added){.party = ""};
    return is_denunciation(document) ? add_denunciation(out, store, document, now_ms, sink, file)
                                     : add_ratification(out, store, document, now_ms, sink, file);
}

plm_status plm_accord_amendment(plm_buf *out, plm_store *store,
                                const uint8_t hash[static PLM_HASH_BYTES])
{
    const plm_diag_sink quiet = {NULL, NULL};
    char text[2 * PLM_HASH_BYTES + 1];
    json_t *document = NULL;
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_store_get_accord(store, hash, &bytes);
    if (status == PLM_OK) {
        status = plm_json_parse(&document, plm_buf_span(&bytes), &quiet, NULL, 1);
    }
    if (status == PLM_OK) {
        plm_hex_encode(text, hash, PLM_HASH_BYTES);
        status =
            json_object_set_new(document, "amends", json_string(text)) == 0 ? PLM_OK : PLM_E_NOMEM;
    }
    if (status == PLM_OK) {
        status = plm_json_dump(document, true, out);
    }
    json_decref(document);
    plm_buf_wipe(&bytes);
    return status;
}
