/* SPDX-License-Identifier: Apache-2.0 */
#include "request/due.h"

static const int64_t hour_ms = 3600000;

const char *plm_alarm_name(plm_alarm alarm)
{
    static const char *const names[PLM_ALARM_COUNT] = {"due", "overdue", "escalated"};
    return (unsigned)alarm < PLM_ALARM_COUNT ? names[alarm] : "unknown";
}

int64_t plm_due_ms(int64_t sent_ms, bool is_urgent, unsigned urgent_hours, unsigned ordinary_hours)
{
    unsigned urgent = urgent_hours > 0 ? urgent_hours : PLM_DUE_URGENT_HOURS;
    unsigned ordinary = ordinary_hours > 0 ? ordinary_hours : PLM_DUE_ORDINARY_DAYS * 24;
    return sent_ms + hour_ms * (int64_t)(is_urgent ? urgent : ordinary);
}

bool plm_due_counts(plm_request_state state)
{
    return state == PLM_REQUEST_SENT || state == PLM_REQUEST_RECEIVED ||
           state == PLM_REQUEST_CONSULTING || state == PLM_REQUEST_ACCEPTED ||
           state == PLM_REQUEST_POSTPONED;
}

plm_alarm plm_due_alarm(plm_request_state state, int64_t sent_ms, int64_t due_ms, int64_t now_ms)
{
    if (!plm_due_counts(state) || now_ms <= due_ms) {
        return PLM_ALARM_NONE;
    }
    return now_ms - due_ms > due_ms - sent_ms ? PLM_ALARM_ESCALATED : PLM_ALARM_OVERDUE;
}
