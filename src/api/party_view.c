/* SPDX-License-Identifier: Apache-2.0 */
#include "api/party_view.h"

#include "api/answer.h"
#include "node/agreement.h"
#include "store/outbox.h"

#include <string.h>

static json_t *find(json_t *items, const char *code)
{
    for (size_t i = 0; i < json_array_size(items); i++) {
        json_t *one = json_array_get(items, i);
        if (strcmp(json_string_value(json_object_get(one, "code")), code) == 0) {
            return one;
        }
    }
    return NULL;
}

/* The party's entry, made if there is none; a later accord's words on it count. */
static json_t *entry_of(json_t *items, const plm_party *party, const char *self)
{
    json_t *one = find(items, party->code);
    if (one == NULL) {
        one = json_pack("{s:s, s:b, s:[], s:i, s:s, s:i}", "code", party->code, "is_us",
                        (int)(strcmp(party->code, self) == 0), "accords", "waiting", 0, "ledger",
                        "none", "head", 0);
        if (json_array_append_new(items, one) != 0) {
            return NULL;
        }
    }
    (void)json_object_set_new(one, "name", json_string(party->name));
    (void)json_object_set_new(one, "kind", json_string(party->kind));
    (void)json_object_set_new(one, "address", json_string(party->address));
    (void)json_object_set_new(one, "contact", json_string(party->contact));
    (void)json_object_set_new(one, "identity_key",
                              plm_api_hex(party->identity, sizeof party->identity));
    return one;
}

/* The purposes that are left between us and the party. */
static json_t *purposes_of(const plm_agreement *agreement, const plm_in_force *state,
                           const char *self, const char *with)
{
    json_t *list = json_array();
    for (size_t i = 0; i < agreement->accord->n_purposes; i++) {
        static plm_effective effective;
        plm_refusal refusal;
        const char *code = agreement->accord->purposes[i].code;
        if (plm_policy_effective(&effective, agreement->accord, state, self, with, code,
                                 &refusal) == PLM_OK) {
            (void)json_array_append_new(list, json_string(code));
        }
    }
    return list;
}

typedef struct party_list {
    json_t *items;
    const plm_api *api;
    uint64_t *n_unratified;
} party_list;

static plm_status add_accord(void *context, const plm_agreement *agreement, int64_t adopted_ms)
{
    const party_list *list = (const party_list *)context;
    json_t *items = list->items;
    const plm_accord *accord = agreement->accord;
    const char *self = list->api->node->code;
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(list->api->now_ms));
    (void)adopted_ms;
    *list->n_unratified += plm_in_force_ratification(&state, self) == NULL;
    for (size_t i = 0; i < accord->n_parties; i++) {
        const plm_party *party = &accord->parties[i];
        plm_refusal refusal;
        const bool is_us = strcmp(party->code, self) == 0;
        const bool in_force =
            !is_us && plm_policy_in_force(accord, &state, self, party->code, &refusal) == PLM_OK;
        json_t *one = entry_of(items, party, self);
        json_t *about = json_pack(
            "{s:o, s:s, s:b, s:o}", "accord", plm_api_hex(accord->hash, sizeof accord->hash),
            "title", accord->title, "in_force", (int)in_force, "purposes",
            in_force ? purposes_of(agreement, &state, self, party->code) : json_array());
        if (one == NULL || json_array_append_new(json_object_get(one, "accords"), about) != 0) {
            return PLM_E_NOMEM;
        }
    }
    return PLM_OK;
}

static plm_status add_waiting(void *context, const char *peer, uint64_t n, int64_t next_ms)
{
    json_t *one = find((json_t *)context, peer);
    (void)next_ms;
    (void)json_object_set_new(one, "waiting", json_integer((json_int_t)n));
    return PLM_OK;
}

static plm_status add_head(void *context, const plm_stored_head *head)
{
    json_t *one = find((json_t *)context, head->party);
    (void)json_object_set_new(one, "ledger", json_string("consistent"));
    (void)json_object_set_new(one, "head", json_integer((json_int_t)head->size));
    return PLM_OK;
}

static plm_status add_finding(void *context, const plm_stored_head *head)
{
    json_t *one = find((json_t *)context, head->party);
    (void)json_object_set_new(one, "ledger", json_string("finding"));
    return PLM_OK;
}

plm_status plm_api_parties(json_t **out, const plm_api *api, uint64_t *n_unratified)
{
    plm_store *store = api->node->store;
    json_t *items = json_array();
    party_list list = {items, api, n_unratified};
    plm_status status = plm_agreement_each(store, add_accord, &list);
    if (status == PLM_OK) {
        status = plm_store_each_waiting(store, add_waiting, items);
    }
    if (status == PLM_OK) {
        status = plm_store_each_peer_head(store, add_head, items);
    }
    if (status == PLM_OK) {
        status = plm_store_each_finding(store, add_finding, items);
    }
    if (status != PLM_OK) {
        json_decref(items);
        return status;
    }
    *out = items;
    return PLM_OK;
}
