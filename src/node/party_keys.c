/* SPDX-License-Identifier: Apache-2.0 */
#include "node/party_keys.h"

#include "accord/accord.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct key_list {
    plm_party_key *keys;
    size_t n;
} key_list;

static plm_status add_key(key_list *list, const char *party, const uint8_t key[static 32])
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->keys[i].party, party) == 0 && memcmp(list->keys[i].key, key, 32) == 0) {
            return PLM_OK;
        }
    }
    plm_party_key *keys = (plm_party_key *)realloc(list->keys, (list->n + 1) * sizeof *keys);
    if (keys == NULL) {
        return PLM_E_NOMEM;
    }
    list->keys = keys;
    plm_party_key *added = &keys[list->n++];
    *added = (plm_party_key){0};
    (void)snprintf(added->party, sizeof added->party, "%s", party);
    memcpy(added->key, key, sizeof added->key);
    return PLM_OK;
}

static plm_status add_accord(void *context, const uint8_t hash[static 32], plm_span bytes,
                             int64_t adopted_ms)
{
    const plm_diag_sink quiet = {NULL, NULL};
    plm_accord *accord;
    (void)hash;
    (void)adopted_ms;
    plm_status status = plm_accord_parse(&accord, bytes, &quiet, NULL);
    if (status != PLM_OK) {
        return status == PLM_E_NOMEM ? status : PLM_E_STORE;
    }
    for (size_t i = 0; status == PLM_OK && i < accord->n_parties; i++) {
        status = add_key((key_list *)context, accord->parties[i].code, accord->parties[i].identity);
    }
    plm_accord_destroy(accord);
    return status;
}

plm_status plm_party_keys(plm_store *store, const char *self, const uint8_t identity[static 32],
                          plm_party_key **keys, size_t *n)
{
    key_list list = {NULL, 0};
    plm_status status = add_key(&list, self, identity);
    if (status == PLM_OK) {
        status = plm_store_each_accord(store, add_accord, &list);
    }
    if (status != PLM_OK) {
        free(list.keys);
        return status;
    }
    *keys = list.keys;
    *n = list.n;
    return PLM_OK;
}
