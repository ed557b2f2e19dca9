/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor.h - where a page ended: a time, an id and a number, opaque to whoever gets it.
 */
#ifndef PLM_API_CURSOR_H
#define PLM_API_CURSOR_H

#include "api/api.h"

enum {
    PLM_API_CURSOR_TEXT = 2 * (8 + 16 + 4) + 1
};

void plm_api_cursor_write(char out[static PLM_API_CURSOR_TEXT], int64_t time_ms,
                          const uint8_t id[static 16], uint32_t number);
/* PLM_E_INVALID, reported: it is none of ours. */
plm_status plm_api_cursor_read(plm_api_call *call, const char *text, int64_t *time_ms,
                               uint8_t id[static 16], uint32_t *number) PLM_MUST_CHECK;
/* The parameter, or "". */
const char *plm_api_or_empty(const plm_api_call *call, const char *name);

#endif
