/* SPDX-License-Identifier: Apache-2.0 */
#include "api/stream.h"

#include "api/answer.h"
#include "net/net.h"

#include <stdio.h>
#include <string.h>

enum {
    TELL_EVERY_MS = 200
};

plm_status plm_api_stream_begin(plm_api_call *call,
                                plm_status (*after)(plm_api_call *call, void *context),
                                void *context)
{
    static const char greeting[] = ": begun\n\n";
    plm_status status =
        plm_api_bytes(call, "text/event-stream", plm_span_of(greeting, sizeof greeting - 1), NULL);
    call->answer.after_context = context;
    call->answer.is_stream = status == PLM_OK;
    call->answer.after = status == PLM_OK ? after : NULL;
    return status;
}

plm_status plm_api_send_event(plm_api_call *call, const char *name, const json_t *json)
{
    plm_buf text;
    plm_buf data;
    plm_buf_init(&text, (size_t)2 * PLM_API_JSON_MAX);
    plm_buf_init(&data, PLM_API_JSON_MAX);
    plm_status status = plm_json_dump(json, false, &data);
    if (status == PLM_OK) {
        status = plm_buf_printf(&text, "event: %s\ndata: %.*s\n\n", name, (int)data.n,
                                (const char *)data.data);
    }
    if (status == PLM_OK) {
        status = call->write(call->write_context, plm_buf_span(&text));
    }
    plm_buf_wipe(&text);
    plm_buf_wipe(&data);
    return status;
}

void plm_api_stream_progress(void *context, const plm_run_progress *p)
{
    plm_api_stream *s = (plm_api_stream *)context;
    const int64_t now = plm_clock_ms();
    if (strcmp(s->phase, p->phase) == 0 && now - s->told_ms < TELL_EVERY_MS) {
        return;
    }
    s->told_ms = now;
    (void)snprintf(s->phase, sizeof s->phase, "%s", p->phase);
    json_t *json = json_pack("{s:s, s:I, s:I}", "phase", p->phase, "done", (json_int_t)p->done,
                             "total", (json_int_t)p->total);
    if (json == NULL || plm_api_send_event(s->call, "progress", json) != PLM_OK) {
        s->cancel = 1;
    }
    json_decref(json);
}

void plm_api_stream_look(plm_api_stream *s)
{
    static const char heartbeat[] = ": still there\n\n";
    if (s->call->write(s->call->write_context, plm_span_of(heartbeat, sizeof heartbeat - 1)) !=
        PLM_OK) {
        s->cancel = 1;
    }
}
