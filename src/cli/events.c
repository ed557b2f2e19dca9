/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/events.h"

#include "cli/operation.h"

#include <stdio.h>
#include <string.h>

enum {
    EVENT_MAX = 4 << 20
};

void plm_events_init(plm_events *events, const char *unit, const volatile sig_atomic_t *cancel)
{
    *events = (plm_events){.cancel = cancel};
    plm_buf_init(&events->text, EVENT_MAX);
    plm_meter_init(&events->meter, unit);
}

void plm_events_wipe(plm_events *events)
{
    json_decref(events->end);
    plm_buf_wipe(&events->text);
    events->end = NULL;
}

static void take_event(plm_events *w, const char *name, const json_t *data)
{
    if (strcmp(name, "end") == 0) {
        json_decref(w->end);
        w->end = json_deep_copy(data);
    } else if (strcmp(name, "progress") == 0) {
        plm_meter_show(&w->meter, plm_text_of(data, "phase"), (uint64_t)plm_number_of(data, "done"),
                       (uint64_t)plm_number_of(data, "total"));
    }
}

/* "event: NAME\ndata: JSON", without the empty line behind it; comments have neither. */
static void read_event(plm_events *w, char *event)
{
    const plm_diag_sink quiet = {NULL, NULL};
    const char *name = strstr(event, "event: ");
    char *data = strstr(event, "\ndata: ");
    json_t *json = NULL;
    char word[16] = "";
    if (name == NULL || data == NULL) {
        return;
    }
    (void)snprintf(word, sizeof word, "%.*s", (int)strcspn(name + 7, "\n"), name + 7);
    if (plm_json_parse(&json, plm_span_str(data + 7), &quiet, NULL, 0) == PLM_OK) {
        take_event(w, word, json);
    }
    json_decref(json);
}

plm_status plm_events_take(void *context, plm_span piece)
{
    plm_events *w = (plm_events *)context;
    plm_status status = plm_buf_append(&w->text, piece.p, piece.n);
    while (status == PLM_OK && w->text.n > 0) {
        uint8_t *end = (uint8_t *)memmem(w->text.data, w->text.n, "\n\n", 2);
        if (end == NULL) {
            break;
        }
        const size_t n = (size_t)(end - w->text.data) + 2;
        *end = '\0';
        read_event(w, (char *)w->text.data);
        memmove(w->text.data, w->text.data + n, w->text.n - n);
        w->text.n -= n;
    }
    /* What has ended by itself is told as it is. */
    const bool is_cancelled = w->cancel != NULL && *w->cancel != 0 && w->end == NULL;
    return status == PLM_OK && is_cancelled ? PLM_E_CANCELLED : status;
}
