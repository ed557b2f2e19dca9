/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - work that goes on after its answer has begun, told as server-sent events: "progress"
 * now and then, and one "end" with what came of it. Whoever goes away cancels it.
 */
#ifndef PLM_API_STREAM_H
#define PLM_API_STREAM_H

#include "api/api.h"

typedef struct plm_api_stream {
    plm_api_call *call;
    volatile sig_atomic_t cancel; /* nobody listens any more */
    int64_t told_ms;
    char phase[32];
} plm_api_stream;

/* The answer's head; `after` does the work, with context, which is freed as of plm_api_answer. */
plm_status plm_api_stream_begin(plm_api_call *call,
                                plm_status (*after)(plm_api_call *call, void *context),
                                void *context) PLM_MUST_CHECK;
/* One event; json: borrowed. PLM_E_CANCELLED: nobody listens. */
plm_status plm_api_send_event(plm_api_call *call, const char *name,
                              const json_t *json) PLM_MUST_CHECK;
/* A plm_progress_fn: no more often than people can see. context is a plm_api_stream. */
void plm_api_stream_progress(void *context, const plm_run_progress *progress);
/* For work that tells no progress: whether somebody still listens, told by cancel. */
void plm_api_stream_look(plm_api_stream *stream);

#endif
