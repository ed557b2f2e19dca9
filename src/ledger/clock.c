/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTING "clock.seen_ms"

enum {
    DAY_MS = 86400000,
    NOTED_EVERY_MS = 6 * 3600000,
    DIGITS_MAX = 20
};

static plm_status last_time(void *context, const plm_ledger_row *row)
{
    *(int64_t *)context = row->time_ms;
    return PLM_OK;
}

static plm_status seen_by_ledger(plm_store *store, int64_t *seen_ms)
{
    uint8_t hash[32];
    uint64_t size = 0;
    plm_status status = plm_store_ledger_head(store, &size, hash);
    return status == PLM_OK && size > 0
               ? plm_store_ledger_range(store, size, size, last_time, seen_ms)
               : status;
}

/* PLM_E_NOT_FOUND: nothing is noted yet. */
static plm_status read_noted(plm_store *store, int64_t *noted_ms)
{
    plm_buf text;
    char digits[DIGITS_MAX + 1] = "";
    plm_buf_init(&text, DIGITS_MAX);
    plm_status status = plm_store_get_setting(store, SETTING, &text);
    if (status == PLM_OK) {
        if (text.n > 0) {
            memcpy(digits, text.data, text.n);
        }
        *noted_ms = strtoll(digits, NULL, 10);
    }
    plm_buf_wipe(&text);
    return status;
}

/* *seen_ms: 0 if this store has seen nothing yet. */
static plm_status read_seen(plm_store *store, int64_t *seen_ms)
{
    *seen_ms = 0;
    plm_status status = read_noted(store, seen_ms);
    return status == PLM_E_NOT_FOUND ? seen_by_ledger(store, seen_ms) : status;
}

plm_status plm_ledger_clock_agree(plm_store *store, int64_t now_ms)
{
    char digits[DIGITS_MAX + 1];
    int64_t noted_ms = 0;
    plm_status status = read_noted(store, &noted_ms);
    if (status != PLM_OK && status != PLM_E_NOT_FOUND) {
        return status;
    }
    if (status == PLM_OK && now_ms >= noted_ms && now_ms - noted_ms <= NOTED_EVERY_MS) {
        return PLM_OK; /* each run says so: what is noted will do */
    }
    (void)snprintf(digits, sizeof digits, "%" PRId64, now_ms);
    return plm_store_put_setting(store, SETTING, digits);
}

plm_status plm_ledger_clock_look(plm_store *store, int64_t now_ms, plm_ledger_clock *out)
{
    int64_t seen_ms;
    plm_status status = read_seen(store, &seen_ms);
    if (status != PLM_OK) {
        return status;
    }
    out->is_ahead = seen_ms > 0 && now_ms - seen_ms > PLM_CLOCK_LEAP_DAYS * (int64_t)DAY_MS;
    out->seen_ms = seen_ms;
    /* A clock that starts in 1970 is no reason to ask when it has been set. */
    return !out->is_ahead && now_ms - seen_ms > NOTED_EVERY_MS
               ? plm_ledger_clock_agree(store, now_ms)
               : PLM_OK;
}
