/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ratification.c - a party's signature under an accord, with its reservations (spec/accord.md
 * section 4).
 */
#include "accord/ratification.h"

#include "accord/reservations.h"

#include <string.h>

#define NAME_RATIFICATION "ratification"

enum {
    ARENA_MAX = 8 << 20
};

/* Every offence that some purpose of the accord names, once. */
static json_t *all_offences(const plm_accord *accord)
{
    json_t *list = json_array();
    for (size_t i = 0; list != NULL && i < plm_offence_count(); i++) {
        const char *code = plm_offence_at(i)->code;
        bool is_named = false;
        for (size_t p = 0; p < accord->n_purposes; p++) {
            for (size_t j = 0; j < accord->purposes[p].n_offences; j++) {
                is_named = is_named || strcmp(accord->purposes[p].offences[j], code) == 0;
            }
        }
        if (is_named && json_array_append_new(list, json_string(code)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static plm_status read_wish(json_t **out, const plm_accord *accord, const plm_span *wish,
                            const plm_diag_sink *sink, const char *file)
{
    static const char *const members[] = {"catalogue", "reservations", NULL};
    plm_status status = PLM_OK;
    json_t *document = NULL;
    if (wish == NULL) {
        document = json_object();
    } else {
        status = plm_json_parse(&document, *wish, sink, file, 1);
        if (status == PLM_OK) {
            const plm_json_at root = plm_json_root(document, sink, file, 0);
            status = plm_json_object(&root, members);
        }
    }
    if (status == PLM_OK && document == NULL) {
        status = PLM_E_NOMEM;
    }
    if (status == PLM_OK && json_object_get(document, "catalogue") == NULL &&
        json_object_set_new(document, "catalogue", all_offences(accord)) != 0) {
        status = PLM_E_NOMEM;
    }
    if (status == PLM_OK && json_object_get(document, "reservations") == NULL &&
        json_object_set_new(document, "reservations", json_array()) != 0) {
        status = PLM_E_NOMEM;
    }
    if (status != PLM_OK) {
        json_decref(document);
        return status;
    }
    *out = document;
    return PLM_OK;
}

/* What was written must be what a reader takes: so a mistake shows where it was made. */
static plm_status check_written(plm_span text, const plm_accord *accord, const plm_diag_sink *sink,
                                const char *file)
{
    plm_ratification r;
    plm_status status = plm_ratification_parse(&r, text, sink, file);
    if (status == PLM_OK) {
        status = plm_ratification_verify(&r, accord, sink, file);
        plm_ratification_wipe(&r);
    }
    return status;
}

plm_status plm_ratification_make(plm_buf *document, const plm_accord *accord, const char *party,
                                 const uint8_t seed[static 32], int64_t time_ms,
                                 const plm_span *wish, const plm_diag_sink *sink, const char *file)
{
    json_t *json;
    size_t before = document->n;
    plm_status status = read_wish(&json, accord, wish, sink, file);
    if (status != PLM_OK) {
        return status;
    }
    if (json_object_set_new(json, "palermo", json_string("ratification/2")) != 0) {
        status = PLM_E_NOMEM;
    }
    if (status == PLM_OK) {
        status = plm_signed_write(document, json, accord, party, seed, time_ms, NAME_RATIFICATION);
    }
    json_decref(json);
    if (status == PLM_OK) {
        const plm_span text = plm_span_of(document->data + before, document->n - before);
        status = check_written(text, accord, sink, file);
    }
    if (status != PLM_OK) {
        document->n = before;
    }
    return status;
}

static plm_status read_document(plm_ratification *r, const plm_json_at *root)
{
    static const char *const members[] = {"palermo",      "accord",    "party",     "time",
                                          "reservations", "catalogue", "signature", NULL};
    static const char *const versions[] = {"ratification/2", NULL};
    const plm_json_at version = plm_json_member(root, "palermo");
    size_t which;
    plm_status status = plm_json_object(root, members);
    if (status == PLM_OK) {
        status = plm_json_choice(&version, versions, &which);
    }
    if (status == PLM_OK) {
        status = plm_signed_read(&r->head, root, &r->arena);
    }
    return status == PLM_OK ? plm_reservations_read(r, root) : status;
}

plm_status plm_ratification_parse(plm_ratification *out, plm_span bytes, const plm_diag_sink *sink,
                                  const char *file)
{
    if (bytes.n > PLM_RATIFICATION_BYTES_MAX) {
        plm_diag_error(sink, file, 0, NULL, "longer than %d bytes", PLM_RATIFICATION_BYTES_MAX);
        return PLM_E_LIMIT;
    }
    json_t *document;
    plm_status status = plm_json_parse(&document, bytes, sink, file, 1);
    if (status != PLM_OK) {
        return status;
    }
    plm_ratification r = {0};
    plm_arena_init(&r.arena, ARENA_MAX);
    const plm_json_at root = plm_json_root(document, sink, file, 0);
    status = read_document(&r, &root);
    json_decref(document);
    if (status != PLM_OK) {
        plm_arena_wipe(&r.arena);
        return status;
    }
    *out = r;
    return PLM_OK;
}

void plm_ratification_wipe(plm_ratification *r)
{
    plm_arena_wipe(&r->arena);
    *r = (plm_ratification){0};
}

/* The purposes and parties a reservation names are the accord's. */
static plm_status check_names(const plm_ratification *r, const plm_accord *accord,
                              const plm_diag_sink *sink, const char *file)
{
    for (size_t i = 0; i < r->n_reservations; i++) {
        const plm_reservation *reservation = &r->reservations[i];
        char field[96];
        for (size_t j = 0; j < reservation->n_purposes; j++) {
            if (plm_accord_purpose(accord, reservation->purposes[j]) == NULL) {
                (void)snprintf(field, sizeof field, "/reservations/%zu/purposes/%zu", i, j);
                plm_diag_error(sink, file, 0, field, "the accord has no purpose \"%s\"",
                               reservation->purposes[j]);
                return PLM_E_INVALID;
            }
        }
        for (size_t j = 0; j < reservation->n_counterparties; j++) {
            if (plm_accord_party(accord, reservation->counterparties[j]) == NULL ||
                strcmp(reservation->counterparties[j], r->head.party) == 0) {
                (void)snprintf(field, sizeof field, "/reservations/%zu/counterparties/%zu", i, j);
                plm_diag_error(sink, file, 0, field, "the accord has no other party \"%s\"",
                               reservation->counterparties[j]);
                return PLM_E_INVALID;
            }
        }
    }
    return PLM_OK;
}

plm_status plm_ratification_verify(const plm_ratification *r, const plm_accord *accord,
                                   const plm_diag_sink *sink, const char *file)
{
    plm_status status = plm_signed_verify(&r->head, accord, NAME_RATIFICATION);
    return status == PLM_OK ? check_names(r, accord, sink, file) : status;
}
