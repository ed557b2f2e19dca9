/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_keep.c - what time does to requests: deadlines pass, and what was lent is given up.
 */
#include "node/request.h"

#include "ledger/clock.h"

#include <stdlib.h>
#include <string.h>

/* Ids gathered in a walk, since nothing is changed while it goes on. */
typedef struct id_list {
    uint8_t (*ids)[PLM_HASH_BYTES];
    size_t n;
    int64_t now_ms;
} id_list;

static plm_status remember(id_list *list, const uint8_t *id, size_t n)
{
    uint8_t(*ids)[PLM_HASH_BYTES] =
        (uint8_t(*)[PLM_HASH_BYTES])realloc(list->ids, (list->n + 1) * sizeof *ids);
    if (ids == NULL) {
        return PLM_E_NOMEM;
    }
    list->ids = ids;
    memset(ids[list->n], 0, PLM_HASH_BYTES);
    memcpy(ids[list->n++], id, n);
    return PLM_OK;
}

static plm_status remember_step(void *context, const plm_step_row *row)
{
    return remember((id_list *)context, row->id, sizeof row->id);
}

static plm_alarm alarm_of(const plm_request_row *row, int64_t now_ms)
{
    return plm_due_alarm((plm_request_state)row->state, row->sent_ms, row->due_ms, now_ms);
}

static plm_status remember_late(void *context, const plm_request_row *row)
{
    id_list *list = (id_list *)context;
    return alarm_of(row, list->now_ms) > (plm_alarm)row->alarm
               ? remember(list, row->id, sizeof row->id)
               : PLM_OK;
}

static plm_status expire(plm_store *store, int64_t now_ms, plm_keep_report *report)
{
    id_list list = {.now_ms = now_ms};
    plm_status status =
        plm_store_each_expired_step(store, plm_date_of_ms(now_ms), remember_step, &list);
    for (size_t i = 0; status == PLM_OK && i < list.n; i++) {
        bool did = false;
        status = plm_store_erase_step(store, list.ids[i], PLM_ERASED_EXPIRED, &did);
        if (status == PLM_OK && did) {
            report->n_expired++;
            status = plm_request_note_ledger(store, "erased", list.ids[i], PLM_HASH_BYTES,
                                             PLM_ERASED_EXPIRED, now_ms);
        }
    }
    free(list.ids);
    return status;
}

static plm_status raise_alarm(plm_store *store, const uint8_t *id, int64_t now_ms,
                              plm_keep_report *report)
{
    plm_request_book book;
    plm_status status = plm_request_open(&book, store, id);
    if (status == PLM_OK) {
        plm_alarm alarm = alarm_of(&book.row, now_ms);
        book.row.alarm = alarm;
        report->n_overdue += alarm == PLM_ALARM_OVERDUE;
        report->n_escalated += alarm == PLM_ALARM_ESCALATED;
        status = plm_store_update_request(store, &book.row);
    }
    if (status == PLM_OK) {
        status = plm_request_note_ledger(store, "request-late", id, PLM_REQUEST_ID_BYTES,
                                         (uint8_t)book.row.alarm, now_ms);
    }
    plm_request_shut(&book);
    return status;
}

static plm_status raise_alarms(plm_store *store, int64_t now_ms, plm_keep_report *report)
{
    id_list list = {.now_ms = now_ms};
    plm_status status = plm_store_each_request(store, remember_late, &list);
    for (size_t i = 0; status == PLM_OK && i < list.n; i++) {
        status = raise_alarm(store, list.ids[i], now_ms, report);
    }
    free(list.ids);
    return status;
}

plm_status plm_request_keep(plm_store *store, int64_t now_ms, plm_keep_report *report)
{
    bool mine;
    *report = (plm_keep_report){0};
    plm_status status = plm_store_enter(store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    plm_ledger_clock clock = {.is_ahead = true};
    status = plm_ledger_clock_look(store, now_ms, &clock);
    report->is_clock_ahead = clock.is_ahead;
    if (status == PLM_OK && !clock.is_ahead) {
        status = expire(store, now_ms, report);
    }
    if (status == PLM_OK) {
        status = raise_alarms(store, now_ms, report);
    }
    return plm_store_leave(store, mine, status);
}
