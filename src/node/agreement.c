/* SPDX-License-Identifier: Apache-2.0 */
#include "node/agreement.h"

#include "store/prefix.h"

#include <stdlib.h>
#include <string.h>

enum {
    SHORT_HASH = 8 /* digits of a hash that will do */
};

static const plm_diag_sink quiet = {NULL, NULL};

/* What stands in the store was verified when it came in: if it fails now, the store was changed. */
static plm_status stored_wrong(plm_status status)
{
    return status == PLM_OK || status == PLM_E_NOMEM ? status : PLM_E_STORE;
}

static plm_status take_ratification(void *context, const char *party, plm_span document,
                                    int64_t received_ms)
{
    plm_agreement *agreement = (plm_agreement *)context;
    (void)received_ms;
    if (agreement->n_ratified == PLM_PARTIES_MAX) {
        return PLM_E_STORE;
    }
    plm_ratification *r = &agreement->ratifications[agreement->n_ratified];
    const plm_status status = plm_ratification_parse(r, document, &quiet, NULL);
    if (status != PLM_OK) {
        return stored_wrong(status);
    }
    agreement->ratified[agreement->n_ratified++] = r;
    return strcmp(r->head.party, party) != 0
               ? PLM_E_STORE
               : stored_wrong(plm_ratification_verify(r, agreement->accord, &quiet, NULL));
}

static plm_status take_denunciation(void *context, const char *party, plm_span document,
                                    int64_t received_ms)
{
    plm_agreement *agreement = (plm_agreement *)context;
    (void)received_ms;
    if (agreement->n_denounced == PLM_PARTIES_MAX) {
        return PLM_E_STORE;
    }
    plm_denunciation *d = &agreement->denunciations[agreement->n_denounced];
    const plm_status status = plm_denunciation_parse(d, document, &quiet, NULL);
    if (status != PLM_OK) {
        return stored_wrong(status);
    }
    agreement->denounced[agreement->n_denounced++] = d;
    return strcmp(d->head.party, party) != 0
               ? PLM_E_STORE
               : stored_wrong(plm_denunciation_verify(d, agreement->accord, &quiet, NULL));
}

static plm_status take_successor(void *context, const uint8_t hash[static 32], plm_span bytes,
                                 int64_t adopted_ms)
{
    plm_agreement *agreement = (plm_agreement *)context;
    (void)adopted_ms;
    if (agreement->n_successors == PLM_AGREEMENT_SUCCESSORS_MAX) {
        return PLM_E_STORE;
    }
    plm_agreement_successor *s = &agreement->successors[agreement->n_successors];
    plm_status status = plm_accord_parse(&s->accord, bytes, &quiet, NULL);
    if (status != PLM_OK) {
        return status;
    }
    agreement->n_successors++;
    return memcmp(s->accord->hash, hash, PLM_ACCORD_HASH_BYTES) == 0 ? PLM_OK : PLM_E_STORE;
}

static plm_status take_successor_party(void *context, const char *party, plm_span document,
                                       int64_t received_ms)
{
    plm_agreement_successor *s = (plm_agreement_successor *)context;
    plm_ratification r;
    (void)party;
    (void)received_ms;
    plm_status status = plm_ratification_parse(&r, document, &quiet, NULL);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_ratification_verify(&r, s->accord, &quiet, NULL);
    const plm_party *signer = plm_accord_party(s->accord, r.head.party);
    if (status == PLM_OK && signer != NULL && s->n_ratified < PLM_PARTIES_MAX) {
        s->ratified[s->n_ratified++] = signer->code;
    }
    plm_ratification_wipe(&r);
    return status;
}

static plm_status load_successors(plm_agreement *agreement, plm_store *store,
                                  const uint8_t hash[static PLM_ACCORD_HASH_BYTES])
{
    plm_status status = plm_store_each_successor(store, hash, take_successor, agreement);
    for (size_t i = 0; status == PLM_OK && i < agreement->n_successors; i++) {
        plm_agreement_successor *s = &agreement->successors[i];
        status = plm_store_each_ratification(store, s->accord->hash, take_successor_party, s);
        agreement->succeeded[i] = (plm_successor){s->accord, s->ratified, s->n_ratified};
    }
    return status;
}

static plm_status load_bytes(plm_agreement **out, plm_store *store,
                             const uint8_t hash[static PLM_ACCORD_HASH_BYTES], plm_span bytes)
{
    plm_agreement *agreement = (plm_agreement *)calloc(1, sizeof *agreement);
    if (agreement == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = plm_accord_parse(&agreement->accord, bytes, &quiet, NULL);
    if (status == PLM_OK && memcmp(agreement->accord->hash, hash, PLM_ACCORD_HASH_BYTES) != 0) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK) {
        status = plm_store_each_ratification(store, hash, take_ratification, agreement);
    }
    if (status == PLM_OK) {
        status = plm_store_each_denunciation(store, hash, take_denunciation, agreement);
    }
    if (status == PLM_OK) {
        status = load_successors(agreement, store, hash);
    }
    if (status != PLM_OK) {
        plm_agreement_destroy(agreement);
        return stored_wrong(status);
    }
    *out = agreement;
    return PLM_OK;
}

plm_status plm_agreement_load(plm_agreement **out, plm_store *store,
                              const uint8_t hash[static PLM_ACCORD_HASH_BYTES])
{
    plm_buf bytes;
    plm_buf_init(&bytes, PLM_ACCORD_BYTES_MAX);
    plm_status status = plm_store_get_accord(store, hash, &bytes);
    if (status == PLM_OK) {
        status = load_bytes(out, store, hash, plm_buf_span(&bytes));
    }
    plm_buf_wipe(&bytes);
    return status;
}

void plm_agreement_destroy(plm_agreement *agreement)
{
    if (agreement != NULL) {
        for (size_t i = 0; i < agreement->n_ratified; i++) {
            plm_ratification_wipe(&agreement->ratifications[i]);
        }
        for (size_t i = 0; i < agreement->n_denounced; i++) {
            plm_denunciation_wipe(&agreement->denunciations[i]);
        }
        for (size_t i = 0; i < agreement->n_successors; i++) {
            plm_accord_destroy(agreement->successors[i].accord);
        }
        plm_accord_destroy(agreement->accord);
        free(agreement);
    }
}

static plm_status look_at_hash(void *context, const uint8_t hash[static 32], plm_span bytes,
                               int64_t adopted_ms)
{
    (void)bytes;
    (void)adopted_ms;
    (void)plm_prefix_look((plm_prefix *)context, hash);
    return PLM_OK;
}

plm_status plm_agreement_hash(uint8_t hash[static PLM_ACCORD_HASH_BYTES], plm_store *store,
                              const char *text)
{
    plm_prefix search = {.text = text, .id_bytes = PLM_ACCORD_HASH_BYTES};
    const size_t n = strlen(text);
    if (n < SHORT_HASH || strspn(text, "0123456789abcdef") != n) {
        return PLM_E_NOT_FOUND;
    }
    plm_status status = plm_store_each_accord(store, look_at_hash, &search);
    return status == PLM_OK ? plm_prefix_end(&search, hash) : status;
}

plm_in_force plm_agreement_state(const plm_agreement *agreement, plm_date today)
{
    const plm_in_force state = {agreement->ratified,
                                agreement->n_ratified,
                                agreement->denounced,
                                agreement->n_denounced,
                                agreement->succeeded,
                                agreement->n_successors,
                                today};
    return state;
}

/* The accords, newest last; few enough to be kept while each is looked at in turn. */
typedef struct hash_list {
    struct adopted {
        uint8_t hash[PLM_ACCORD_HASH_BYTES];
        int64_t ms;
    } * items;
    size_t n;
} hash_list;

static plm_status collect_hash(void *context, const uint8_t hash[static 32], plm_span bytes,
                               int64_t adopted_ms)
{
    hash_list *list = (hash_list *)context;
    (void)bytes;
    struct adopted *items = (struct adopted *)realloc(list->items, (list->n + 1) * sizeof *items);
    if (items == NULL) {
        return PLM_E_NOMEM;
    }
    list->items = items;
    memcpy(items[list->n].hash, hash, PLM_ACCORD_HASH_BYTES);
    items[list->n++].ms = adopted_ms;
    return PLM_OK;
}

plm_status plm_agreement_each(plm_store *store, plm_agreement_fn *fn, void *context)
{
    hash_list list = {NULL, 0};
    plm_status status = plm_store_each_accord(store, collect_hash, &list);
    for (size_t i = 0; status == PLM_OK && i < list.n; i++) {
        plm_agreement *agreement = NULL;
        status = plm_agreement_load(&agreement, store, list.items[i].hash);
        if (status == PLM_OK) {
            status = fn(context, agreement, list.items[i].ms);
        }
        plm_agreement_destroy(agreement);
    }
    free(list.items);
    return status;
}

plm_status plm_agreement_find(plm_agreement **out, plm_store *store, const char *self,
                              const char *with, const char *purpose, plm_date today)
{
    hash_list list = {NULL, 0};
    plm_agreement *best = NULL;
    int best_rank = -1;
    plm_status status = plm_store_each_accord(store, collect_hash, &list);
    for (size_t i = 0; status == PLM_OK && i < list.n; i++) {
        plm_agreement *agreement;
        status = plm_agreement_load(&agreement, store, list.items[i].hash);
        if (status != PLM_OK) {
            break;
        }
        const plm_accord *accord = agreement->accord;
        plm_refusal refusal;
        int rank = -1;
        if (plm_accord_party(accord, self) != NULL && plm_accord_party(accord, with) != NULL) {
            const plm_in_force state = plm_agreement_state(agreement, today);
            bool in_force = plm_policy_in_force(accord, &state, self, with, &refusal) == PLM_OK;
            bool has_purpose = purpose == NULL || plm_accord_purpose(accord, purpose) != NULL;
            rank = (in_force ? 2 : 0) + (has_purpose ? 1 : 0);
        }
        if (rank >= 0 && rank >= best_rank) {
            plm_agreement_destroy(best);
            best = agreement;
            best_rank = rank;
        } else {
            plm_agreement_destroy(agreement);
        }
    }
    free(list.items);
    if (status == PLM_OK && best == NULL) {
        return PLM_E_NOT_FOUND;
    }
    if (status != PLM_OK) {
        plm_agreement_destroy(best);
        return status;
    }
    *out = best;
    return PLM_OK;
}

typedef struct pin_list {
    plm_tls_pin *pins;
    size_t n;
    const char *self;
    const char *only;
} pin_list;

static plm_status add_pin(pin_list *list, const plm_party *party)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->pins[i].party, party->code) == 0 &&
            memcmp(list->pins[i].identity, party->identity, 32) == 0) {
            return PLM_OK;
        }
    }
    plm_tls_pin *pins = (plm_tls_pin *)realloc(list->pins, (list->n + 1) * sizeof *pins);
    if (pins == NULL) {
        return PLM_E_NOMEM;
    }
    list->pins = pins;
    plm_tls_pin *pin = &pins[list->n++];
    *pin = (plm_tls_pin){0};
    memcpy(pin->party, party->code, strlen(party->code));
    memcpy(pin->identity, party->identity, sizeof pin->identity);
    return PLM_OK;
}

static plm_status collect_pins(void *context, const uint8_t hash[static 32], plm_span bytes,
                               int64_t adopted_ms)
{
    pin_list *list = (pin_list *)context;
    plm_accord *accord;
    (void)hash;
    (void)adopted_ms;
    plm_status status = plm_accord_parse(&accord, bytes, &quiet, NULL);
    if (status != PLM_OK) {
        return stored_wrong(status);
    }
    bool names_us = plm_accord_party(accord, list->self) != NULL;
    for (size_t i = 0; names_us && status == PLM_OK && i < accord->n_parties; i++) {
        const plm_party *party = &accord->parties[i];
        bool is_wanted = strcmp(party->code, list->self) != 0 &&
                         (list->only == NULL || strcmp(party->code, list->only) == 0);
        if (is_wanted) {
            status = add_pin(list, party);
        }
    }
    plm_accord_destroy(accord);
    return status;
}

plm_status plm_agreement_pins(plm_tls_pin **pins, size_t *n, plm_store *store, const char *self,
                              const char *only)
{
    pin_list list = {.self = self, .only = only};
    plm_status status = plm_store_each_accord(store, collect_pins, &list);
    if (status == PLM_OK && list.n == 0) {
        status = PLM_E_NOT_FOUND;
    }
    if (status != PLM_OK) {
        free(list.pins);
        return status;
    }
    *pins = list.pins;
    *n = list.n;
    return PLM_OK;
}
