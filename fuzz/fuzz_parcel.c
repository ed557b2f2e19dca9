/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a worker makes of the frames of a delivery, and each part by itself: the first byte chooses.
 * Whatever is taken must encode to the same bytes again.
 */
#include "fuzz.h"
#include "node/parcel_check.h"
#include "node/request.h"

#include <stdlib.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void same(plm_buf *again, plm_status status, plm_span body)
{
    require(status == PLM_OK && plm_span_equal(plm_buf_span(again), body));
    plm_buf_wipe(again);
}

static void try_parcel(plm_span body)
{
    plm_parcel m;
    plm_buf again;
    if (plm_parcel_decode(&m, body) == PLM_OK) {
        plm_buf_init(&again, body.n);
        plm_status status = plm_parcel_encode(&m, &again);
        same(&again, status, body);
    }
}

static void try_transition(plm_span body)
{
    plm_transition m;
    plm_buf again;
    if (plm_transition_decode(&m, body) == PLM_OK) {
        plm_buf_init(&again, body.n);
        plm_status status = plm_transition_encode(&m, &again);
        same(&again, status, body);
    }
}

static void try_acknowledgement(plm_span body)
{
    plm_acknowledgement m;
    plm_buf again;
    if (plm_acknowledgement_decode(&m, body) == PLM_OK) {
        plm_buf_init(&again, body.n);
        plm_status status = plm_acknowledgement_encode(&m, &again);
        same(&again, status, body);
    }
}

/* A note or document of every action: read, or refused as malformed. */
static void try_content(plm_span content)
{
    for (unsigned action = PLM_REQUEST_SEND; action < PLM_REQUEST_ACTION_COUNT; action++) {
        plm_note note;
        plm_status status = plm_note_read(&note, (plm_request_action)action, content);
        require(status == PLM_OK || status == PLM_E_PROTOCOL);
        if (status == PLM_OK) {
            plm_note_wipe(&note);
        }
    }
}

static void try_frame(plm_span payload)
{
    static const plm_frame_type types[] = {PLM_FRAME_PARCEL, PLM_FRAME_ACKNOWLEDGEMENT,
                                           PLM_FRAME_TURN};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        plm_status status = plm_parcel_check_frame(types[i], payload);
        require(status == PLM_OK || status == PLM_E_PROTOCOL);
    }
}

static void try_chunk(plm_span payload)
{
    size_t cut = payload.n < 36 ? payload.n : 36;
    plm_status status = plm_parcel_check(PLM_PARCEL_CHUNK, plm_span_of(payload.p, cut),
                                         plm_span_of(payload.p + cut, payload.n - cut));
    require(status == PLM_OK || status == PLM_E_PROTOCOL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(plm_span) = {try_parcel,  try_transition, try_acknowledgement,
                                              try_content, try_frame,      try_chunk};
    if (size > 0) {
        tries[data[0] % 6](plm_span_of(data + 1, size - 1));
    }
    return 0;
}
