/* SPDX-License-Identifier: Apache-2.0 */
/*
 * due.h - by when the requested side owes a word, and how late it is.
 */
#ifndef PLM_REQUEST_DUE_H
#define PLM_REQUEST_DUE_H

#include "request/machine.h"

/* Where the accord says nothing. */
enum {
    PLM_DUE_URGENT_HOURS = 48,
    PLM_DUE_ORDINARY_DAYS = 14
};

typedef enum plm_alarm {
    PLM_ALARM_NONE,
    PLM_ALARM_OVERDUE,   /* the time is over */
    PLM_ALARM_ESCALATED, /* twice the time is over: the supervisor's */
    PLM_ALARM_COUNT
} plm_alarm;

/* "due", "overdue", "escalated". */
const char *plm_alarm_name(plm_alarm alarm);

/* hours 0: the defaults. */
int64_t plm_due_ms(int64_t sent_ms, bool is_urgent, unsigned urgent_hours, unsigned ordinary_hours);
/* A word is owed while the request is open: in the states sent to postponed. */
bool plm_due_counts(plm_request_state state);
plm_alarm plm_due_alarm(plm_request_state state, int64_t sent_ms, int64_t due_ms, int64_t now_ms);

#endif
