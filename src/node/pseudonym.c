/* SPDX-License-Identifier: Apache-2.0 */
#include "node/pseudonym.h"

#include "base/ct.h"
#include "crypto/sign.h"

#include <string.h>

static const char setting[] = "authority.pseudonym_key";

static plm_status get_key(plm_store *store, uint8_t key[static 32])
{
    char hex[65];
    plm_buf text;
    plm_buf_init(&text, sizeof hex);
    plm_status status = plm_store_get_setting(store, setting, &text);
    if (status == PLM_OK) {
        status = plm_buf_append_u8(&text, 0);
    }
    if (status == PLM_OK) {
        status = plm_hex_decode(key, 32, (const char *)text.data) == 0 ? PLM_OK : PLM_E_STORE;
    } else if (status == PLM_E_NOT_FOUND) {
        plm_random(key, 32);
        plm_hex_encode(hex, key, 32);
        status = plm_store_put_setting(store, setting, hex);
    }
    plm_buf_wipe(&text);
    plm_wipe(hex, sizeof hex);
    return status;
}

plm_status plm_pseudonym_of(plm_store *store, const char *officer,
                            char out[static PLM_OFFICER_DIGITS + 1])
{
    uint8_t key[32];
    uint8_t hash[32];
    plm_buf text;
    plm_buf_init(&text, 32 + PLM_TEXT_MAX);
    plm_status status = get_key(store, key);
    if (status == PLM_OK) {
        status = plm_buf_append(&text, key, sizeof key);
    }
    if (status == PLM_OK) {
        status = plm_buf_append(&text, officer, strlen(officer));
    }
    if (status == PLM_OK) {
        plm_hash256(hash, plm_buf_span(&text));
        plm_hex_encode(out, hash, PLM_OFFICER_DIGITS / 2);
    }
    plm_wipe(key, sizeof key);
    plm_buf_wipe(&text);
    return status;
}
