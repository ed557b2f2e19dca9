/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.h - server-sent events of the API, out of the pieces in which they come.
 */
#ifndef PLM_CLI_EVENTS_H
#define PLM_CLI_EVENTS_H

#include "cli/inquiry.h"
#include "cli/say.h"

/* A stream of "progress", which the meter shows, and one "end". */
typedef struct plm_events {
    plm_meter meter;
    plm_buf text;                        /* of events that are not whole yet */
    json_t *end;                         /* what came of it; NULL: not yet */
    const volatile sig_atomic_t *cancel; /* Ctrl-C; may be NULL */
} plm_events;

void plm_events_init(plm_events *events, const char *unit, const volatile sig_atomic_t *cancel);
void plm_events_wipe(plm_events *events);
/* A plm_http_piece_fn; context is a plm_events. PLM_E_CANCELLED, PLM_E_NOMEM, PLM_E_LIMIT. */
plm_status plm_events_take(void *context, plm_span piece);

#endif
