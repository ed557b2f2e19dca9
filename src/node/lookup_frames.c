/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_frames.h"

#include "wire/parcel.h"

bool plm_lookup_is_own_frame(plm_frame_type type)
{
    return type >= PLM_FRAME_LOOKUP_OPEN && type <= PLM_FRAME_LOOKUP_PART;
}

bool plm_lookup_is_frame(plm_frame_type type)
{
    return plm_lookup_is_own_frame(type) || type == PLM_FRAME_HEAD ||
           type == PLM_FRAME_CONSISTENCY || type == PLM_FRAME_WITNESS ||
           type == PLM_FRAME_REFUSAL || type == PLM_FRAME_TURN;
}

/* The body in front of a signature. */
static plm_span body_of(plm_span payload)
{
    return plm_span_of(payload.p,
                       payload.n > PLM_SIGNATURE_BYTES ? payload.n - PLM_SIGNATURE_BYTES : 0);
}

plm_status plm_lookup_check(plm_frame_type type, plm_span payload)
{
    plm_lookup_open open;
    plm_lookup_terms terms;
    plm_lookup_query query;
    plm_lookup_answer answer;
    plm_lookup_fetch fetch;
    plm_lookup_part part;
    bool goes_on;
    switch (type) {
    case PLM_FRAME_LOOKUP_OPEN:
        return plm_lookup_open_decode(&open, body_of(payload));
    case PLM_FRAME_LOOKUP_TERMS:
        return plm_lookup_terms_decode(&terms, body_of(payload));
    case PLM_FRAME_LOOKUP_QUERY:
        return plm_lookup_query_decode(&query, payload);
    case PLM_FRAME_LOOKUP_ANSWER:
        return plm_lookup_answer_decode(&answer, payload);
    case PLM_FRAME_LOOKUP_FETCH:
        return plm_lookup_fetch_decode(&fetch, payload);
    case PLM_FRAME_LOOKUP_PART:
        return plm_lookup_part_decode(&part, payload);
    case PLM_FRAME_TURN:
        return plm_turn_decode(&goes_on, payload);
    case PLM_FRAME_HELLO:
    case PLM_FRAME_PROPOSAL:
    case PLM_FRAME_ACCEPTANCE:
    case PLM_FRAME_REFUSAL:
    case PLM_FRAME_ENGINE:
    case PLM_FRAME_RECEIPT:
    case PLM_FRAME_PING:
    case PLM_FRAME_CANCEL:
    case PLM_FRAME_FAILURE:
    case PLM_FRAME_END:
    case PLM_FRAME_PARCEL:
    case PLM_FRAME_ACKNOWLEDGEMENT:
    case PLM_FRAME_HEAD:
    case PLM_FRAME_CONSISTENCY:
    case PLM_FRAME_WITNESS:
    default:
        return PLM_OK; /* looked at elsewhere, or by the principal alone */
    }
}
