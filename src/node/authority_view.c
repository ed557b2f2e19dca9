/* SPDX-License-Identifier: Apache-2.0 */
#include "node/authority_view.h"

#include <stdio.h>
#include <string.h>

enum {
    SETTING_MAX = 2048
};

/* A setting, "" if there is none. */
static plm_status get(plm_store *store, const char *name, char out[static SETTING_MAX])
{
    char key[64];
    plm_buf value;
    plm_buf_init(&value, SETTING_MAX - 1);
    (void)snprintf(key, sizeof key, "authority.%s", name);
    plm_status status = plm_store_get_setting(store, key, &value);
    if (status == PLM_OK || status == PLM_E_NOT_FOUND) {
        if (value.n > 0) {
            memcpy(out, value.data, value.n);
        }
        out[value.n] = '\0';
        status = PLM_OK;
    }
    plm_buf_wipe(&value);
    return status;
}

/* "it,en" as a JSON array. */
static json_t *split(const char *text)
{
    json_t *list = json_array();
    while (list != NULL && *text != '\0') {
        const size_t n = strcspn(text, ", ");
        if (n > 0) {
            (void)json_array_append_new(list, json_stringn(text, n));
        }
        text += n + (text[n] != '\0');
    }
    return list;
}

plm_status plm_authority_view(json_t **out, plm_store *store)
{
    static const char *const texts[][2] = {{"code", "code"},       {"name", "name"},
                                           {"kind", "kind"},       {"address", "address"},
                                           {"contact", "contact"}, {"identity", "identity_key"}};
    char value[SETTING_MAX];
    json_t *party = json_object();
    plm_status status = party != NULL ? PLM_OK : PLM_E_NOMEM;
    for (size_t i = 0; status == PLM_OK && i < sizeof texts / sizeof *texts; i++) {
        status = get(store, texts[i][0], value);
        if (status == PLM_OK) {
            (void)json_object_set_new(party, texts[i][1], json_string(value));
        }
    }
    if (status == PLM_OK) {
        status = get(store, "languages", value);
        /* "en": a node of before there were any */
        (void)json_object_set_new(party, "languages", split(value[0] != '\0' ? value : "en"));
    }
    if (status == PLM_OK) {
        status = get(store, "death_penalty", value);
        (void)json_object_set_new(party, "death_penalty", split(value));
    }
    if (status == PLM_OK) {
        status = get(store, "assurances", value);
        if (value[0] != '\0') {
            (void)json_object_set_new(party, "assurances", json_string(value));
        }
    }
    if (status != PLM_OK) {
        json_decref(party);
        return status;
    }
    *out = party;
    return PLM_OK;
}
