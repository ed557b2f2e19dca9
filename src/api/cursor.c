/* SPDX-License-Identifier: Apache-2.0 */
#include "api/cursor.h"

#include "api/answer.h"

#include <string.h>

enum {
    CURSOR_BYTES = (PLM_API_CURSOR_TEXT - 1) / 2
};

void plm_api_cursor_write(char out[static PLM_API_CURSOR_TEXT], int64_t time_ms,
                          const uint8_t id[static 16], uint32_t number)
{
    uint8_t bytes[CURSOR_BYTES];
    plm_store_u64(bytes, (uint64_t)time_ms);
    memcpy(bytes + 8, id, 16);
    plm_store_u32(bytes + 24, number);
    plm_hex_encode(out, bytes, sizeof bytes);
}

plm_status plm_api_cursor_read(plm_api_call *call, const char *text, int64_t *time_ms,
                               uint8_t id[static 16], uint32_t *number)
{
    uint8_t bytes[CURSOR_BYTES];
    if (plm_hex_decode(bytes, sizeof bytes, text) < 0 || bytes[0] > 0x7f) {
        return plm_api_bad_parameter(call, "cursor", "must be the \"next\" of an earlier page");
    }
    *time_ms = (int64_t)plm_load_u64(bytes);
    memcpy(id, bytes + 8, 16);
    *number = plm_load_u32(bytes + 24);
    return PLM_OK;
}

const char *plm_api_or_empty(const plm_api_call *call, const char *name)
{
    const char *text = plm_api_parameter(call, name);
    return text != NULL ? text : "";
}
