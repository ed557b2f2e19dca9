/* SPDX-License-Identifier: Apache-2.0 */
#include "store/prefix.h"

#include "base/bytes.h"

#include <string.h>

bool plm_prefix_look(plm_prefix *prefix, const uint8_t *id)
{
    char hex[2 * PLM_PREFIX_ID_MAX + 1];
    plm_hex_encode(hex, id, prefix->id_bytes);
    if (strncmp(hex, prefix->text, strlen(prefix->text)) != 0) {
        return false;
    }
    memcpy(prefix->id, id, prefix->id_bytes);
    prefix->n++;
    return true;
}

plm_status plm_prefix_end(const plm_prefix *prefix, uint8_t *id)
{
    if (prefix->n != 1) {
        return prefix->n == 0 ? PLM_E_NOT_FOUND : PLM_E_EXISTS;
    }
    if (id != NULL) {
        memcpy(id, prefix->id, prefix->id_bytes);
    }
    return PLM_OK;
}
