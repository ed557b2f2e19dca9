/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_answering.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "index/changes.h"
#include "ledger/ledger.h"
#include "node/heads.h"
#include "node/lookup_summary.h"
#include "wire/parcel.h"

#include <stdlib.h>
#include <string.h>

enum {
    SIGNED_MAX = 4096,
    POLL_MS = 250,
    HOUR_MS = 3600000,
    IDLE_MS = 15 * 60 * 1000,
    RECHECK_MS = 10 * 1000 /* how long a look at accord and policy counts */
};

static const plm_stored_epoch *find_epoch(const plm_answering *a, uint32_t number)
{
    for (size_t i = 0; i < a->epochs.n; i++) {
        if (a->epochs.items[i].epoch == number) {
            return &a->epochs.items[i];
        }
    }
    return NULL;
}

/* Policy, epoch, budget; then key and proof. */
static plm_status evaluate(plm_answering *a, const plm_lookup_query *query,
                           plm_lookup_answer *answer, uint8_t proof[static PLM_LOOKUP_PROOF_BYTES])
{
    plm_epoch_key key;
    const int64_t now = plm_wall_ms();
    plm_status status = now - a->checked_ms > RECHECK_MS ? plm_answering_check_policy(a) : PLM_OK;
    if (status == PLM_OK) {
        status = plm_answering_look_at_epochs(a);
    }
    if (status != PLM_OK) {
        answer->outcome = PLM_LOOKUP_REFUSED;
        return status == PLM_E_REFUSED ? PLM_OK : status;
    }
    const plm_stored_epoch *epoch = find_epoch(a, query->epoch);
    answer->newest = a->epochs.n > 0 ? a->epochs.items[0].epoch : 0;
    answer->outcome = PLM_LOOKUP_EPOCH;
    if (epoch == NULL) {
        return PLM_OK;
    }
    answer->sequence = epoch->sequence;
    answer->outcome = PLM_LOOKUP_BUDGET;
    status = plm_lookup_budget_take(&a->budget, query->n, a->per_hour, now);
    if (status != PLM_OK) {
        a->report->n_refused += query->n;
        return status == PLM_E_LIMIT ? PLM_OK : status;
    }
    status = plm_epoch_key_open(&key, a->node, epoch);
    if (status == PLM_OK) {
        status = plm_questions_answer(a->evaluated, proof, &key, query->elements.p, query->n);
    }
    plm_wipe(&key, sizeof key);
    if (status == PLM_OK) {
        answer->outcome = PLM_LOOKUP_DONE;
        answer->n = query->n;
        answer->elements = plm_span_of(a->evaluated, (size_t)query->n * PLM_LOOKUP_ELEMENT_BYTES);
        answer->proof = plm_span_of(proof, PLM_LOOKUP_PROOF_BYTES);
        a->report->n_evaluated += query->n;
        a->report->n_batches++;
    }
    return status;
}

static plm_status answer_query(plm_answering *a, plm_span payload, plm_buf *out)
{
    plm_lookup_query query;
    plm_lookup_answer answer = {0};
    uint8_t proof[PLM_LOOKUP_PROOF_BYTES];
    plm_status status = plm_lookup_query_decode(&query, payload);
    if (status == PLM_OK) {
        answer.number = query.number;
        status = evaluate(a, &query, &answer, proof);
    }
    if (status == PLM_OK) {
        status = plm_lookup_answer_encode(&answer, out);
    }
    return status == PLM_OK
               ? plm_session_send(a->session, PLM_FRAME_LOOKUP_ANSWER, plm_buf_span(out))
               : status;
}

/* A part of the file, if it is the one that was asked for. */
static plm_status read_part(plm_answering *a, const plm_lookup_fetch *fetch, plm_map *map,
                            plm_lookup_part *part)
{
    char path[PATH_MAX];
    plm_index_header header;
    const plm_index_file file =
        fetch->sequence == 0 ? PLM_INDEX_FILE_INDEX : PLM_INDEX_FILE_CHANGES;
    plm_status status = plm_index_path(path, a->node, NULL, a->open.accord_hash, a->open.purpose,
                                       fetch->epoch, file);
    if (status == PLM_OK) {
        status = plm_map_open(map, path);
    }
    if (status == PLM_OK && map->n < PLM_INDEX_HEADER_BYTES) {
        status = PLM_E_STORE;
    }
    if (status == PLM_OK) {
        status =
            plm_index_header_decode(&header, plm_span_of(map->p, PLM_INDEX_HEADER_BYTES), NULL);
    }
    if (status != PLM_OK || header.sequence != fetch->sequence) {
        return status; /* newer changes have taken its place: the asker will be told of them */
    }
    const size_t at = fetch->offset < map->n ? (size_t)fetch->offset : map->n;
    const size_t left = map->n - at;
    part->outcome = PLM_LOOKUP_DONE;
    part->bytes = plm_span_of(map->p + at, left < PLM_LOOKUP_PART_MAX ? left : PLM_LOOKUP_PART_MAX);
    return PLM_OK;
}

static plm_status answer_fetch(plm_answering *a, plm_span payload, plm_buf *out)
{
    plm_lookup_fetch fetch;
    plm_lookup_part part = {.outcome = PLM_LOOKUP_EPOCH};
    plm_map map = {NULL, 0};
    plm_status status = plm_lookup_fetch_decode(&fetch, payload);
    if (status == PLM_OK && plm_wall_ms() - a->checked_ms > RECHECK_MS) {
        status = plm_answering_check_policy(a);
    }
    if (status == PLM_OK) {
        status = plm_answering_look_at_epochs(a);
    }
    if (status == PLM_E_REFUSED) {
        part.outcome = PLM_LOOKUP_REFUSED;
        status = PLM_OK;
    } else if (status == PLM_OK && find_epoch(a, fetch.epoch) != NULL) {
        status = read_part(a, &fetch, &map, &part);
    }
    if (status == PLM_OK) {
        status = plm_lookup_part_encode(&part, out);
    }
    plm_map_close(&map);
    return status == PLM_OK ? plm_session_send(a->session, PLM_FRAME_LOOKUP_PART, plm_buf_span(out))
                            : status;
}

/* True while the connection is to go on, whatever comes next. */
static bool is_wanted(const plm_answering *a, int64_t heard_ms)
{
    return (a->node->leave == NULL || *a->node->leave == 0) && plm_clock_ms() - heard_ms < IDLE_MS;
}

/* What was evaluated since the last entry. */
static plm_status enter_summary(plm_answering *a)
{
    const plm_lookup_summary summary = {
        .peer = a->pin->party,
        .accord_hash = a->open.accord_hash,
        .purpose = a->open.purpose,
        .first_ms = a->first_ms,
        .last_ms = plm_wall_ms(),
        .n_evaluated = a->report->n_evaluated - a->entered.n_evaluated,
        .n_refused = a->report->n_refused - a->entered.n_refused,
        .n_batches = a->report->n_batches - a->entered.n_batches,
    };
    plm_status status = plm_lookup_summary_enter(a->node->store, &summary);
    if (status == PLM_OK) {
        a->entered = *a->report;
        a->first_ms = summary.last_ms;
    }
    return status;
}

/* However long a connection stays, an hour that is over stands in the ledger. */
static plm_status enter_hour(plm_answering *a)
{
    return plm_wall_ms() / HOUR_MS == a->first_ms / HOUR_MS ? PLM_OK : enter_summary(a);
}

/* What was asked stands in the store and the ledger however the connection ended. */
static plm_status settle(plm_answering *a)
{
    plm_status status = plm_lookup_budget_close(&a->budget);
    return status == PLM_OK ? enter_summary(a) : status;
}

/* Until the asker says that nothing more will come. */
static plm_status answer_each(plm_answering *a)
{
    plm_buf in;
    plm_buf out;
    plm_buf_init(&in, PLM_FRAME_PAYLOAD_MAX);
    plm_buf_init(&out, PLM_FRAME_PAYLOAD_MAX);
    plm_status status = PLM_OK;
    int64_t heard = plm_clock_ms();
    bool is_over = false;
    while (status == PLM_OK && !is_over) {
        plm_frame_type type;
        if (!is_wanted(a, heard)) {
            plm_session_fail(a->session, PLM_E_CANCELLED);
            break;
        }
        plm_buf_clear(&in);
        plm_buf_clear(&out);
        status = plm_session_receive_within(a->session, POLL_MS, &type, &in);
        if (status == PLM_E_NOT_FOUND) {
            status = enter_hour(a);
            continue;
        }
        heard = plm_clock_ms();
        if (status == PLM_OK) {
            status = enter_hour(a);
        }
        if (status == PLM_OK && type == PLM_FRAME_LOOKUP_QUERY) {
            status = answer_query(a, plm_buf_span(&in), &out);
        } else if (status == PLM_OK && type == PLM_FRAME_LOOKUP_FETCH) {
            status = answer_fetch(a, plm_buf_span(&in), &out);
        } else if (status == PLM_OK) {
            is_over = type == PLM_FRAME_TURN;
            status = is_over ? PLM_OK : PLM_E_PROTOCOL;
        }
    }
    plm_buf_wipe(&in);
    plm_buf_wipe(&out);
    if (status == PLM_OK && is_over) {
        plm_status goodbye = plm_session_finish(a->session);
        (void)goodbye;
    }
    return status;
}

static plm_status answer_opened(plm_answering *a)
{
    a->budget = (plm_lookup_budget){.store = a->node->store,
                                    .peer = a->pin->party,
                                    .accord_hash = a->open.accord_hash,
                                    .purpose = a->open.purpose};
    a->first_ms = plm_wall_ms();
    plm_status status = plm_answering_send_terms(a);
    if (status != PLM_OK) {
        return status;
    }
    status = answer_each(a);
    plm_status settled = settle(a);
    return status == PLM_OK ? settled : status;
}

plm_status plm_lookup_answer_all(plm_node *node, plm_session *session, const plm_tls_pin *pin,
                                 plm_lookup_report *report, plm_refusal *refusal)
{
    plm_answering *a = (plm_answering *)calloc(1, sizeof *a);
    uint64_t n_retired;
    plm_meeting meeting;
    if (a == NULL) {
        return PLM_E_NOMEM;
    }
    *report = (plm_lookup_report){0};
    a->node = node;
    a->session = session;
    a->pin = pin;
    a->report = report;
    a->refusal = refusal;
    plm_buf_init(&a->open_signed, SIGNED_MAX);
    plm_status status = plm_heads_meet(node, session, pin, &meeting);
    if (status == PLM_E_REFUSED) {
        *refusal = (plm_refusal){.code = PLM_REFUSAL_LEDGER}; /* the peer has been told */
    } else if (status == PLM_OK) {
        status = plm_index_retire(node, plm_wall_ms(), &n_retired);
        if (status == PLM_OK) {
            status = plm_answering_take_open(a);
        }
        if (status == PLM_OK) {
            status = plm_answering_look_at_epochs(a);
        }
        if (status == PLM_OK && a->epochs.n == 0) {
            *refusal = (plm_refusal){.code = PLM_REFUSAL_INDEX};
            status = PLM_E_REFUSED;
        }
        if (status == PLM_OK) {
            status = answer_opened(a);
        } else if (status == PLM_E_REFUSED) {
            status = plm_answering_send_refusal(a);
        }
    }
    plm_epoch_list_wipe(&a->epochs);
    plm_buf_wipe(&a->open_signed);
    plm_wipe(a, sizeof *a);
    free(a);
    return status;
}
