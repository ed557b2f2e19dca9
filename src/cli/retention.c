/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/retention.h"

#include "cli/log.h"
#include "cli/say.h"
#include "ledger/clock.h"
#include "ledger/ledger.h"
#include "net/net.h"

#include <inttypes.h>

plm_status plm_retention_apply(plm_store *store)
{
    const int64_t now_ms = plm_wall_ms();
    char words[PLM_CLOCK_TEXT];
    plm_ledger_clock clock;
    uint64_t n = 0;
    plm_status status = plm_ledger_clock_look(store, now_ms, &clock);
    if (status == PLM_OK && clock.is_ahead) {
        plm_log(PLM_LOG_WARNING, "%s", plm_say_clock_ahead(words, now_ms, clock.seen_ms));
        return PLM_OK;
    }
    if (status == PLM_OK) {
        status = plm_ledger_expire(store, now_ms, &n);
    }
    if (status == PLM_OK && n > 0) {
        plm_log(PLM_LOG_INFO, "%" PRIu64 " records whose retention date has passed were deleted",
                n);
    }
    return status;
}
