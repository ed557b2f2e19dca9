/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_answer.h"

#include "base/ct.h"
#include "crypto/sign.h"
#include "index/changes.h"
#include "ledger/ledger.h"
#include "node/agreement.h"
#include "node/heads.h"
#include "node/index_epochs.h"
#include "node/lookup_summary.h"
#include "node/run.h"
#include "wire/parcel.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    SIGNED_MAX = 4096,
    POLL_MS = 250,
    IDLE_MS = 15 * 60 * 1000,
    RECHECK_MS = 10 * 1000 /* how long a look at accord and policy counts */
};

typedef struct answering {
    plm_node *node;
    plm_session *session;
    const plm_tls_pin *pin;
    plm_lookup_report *report;
    plm_refusal *refusal;
    plm_lookup_open open;
    plm_buf open_signed;
    uint8_t open_hash[PLM_HASH_BYTES];
    uint64_t per_hour;
    int64_t checked_ms;
    plm_lookup_budget budget;
    plm_epoch_list epochs; /* as they were at the last look */
    plm_effective effective;
    int64_t first_ms;
    uint8_t evaluated[PLM_LOOKUP_BATCH_MAX * PLM_LOOKUP_ELEMENT_BYTES];
} answering;

static plm_status refuse_because(answering *a, plm_refusal_code code)
{
    *a->refusal = (plm_refusal){.code = code};
    return PLM_E_REFUSED;
}

/* The policy, for the accord as it stands in the store now. */
static plm_status check_policy(answering *a)
{
    plm_agreement *agreement;
    const int64_t now = plm_wall_ms();
    plm_status status = plm_agreement_load(&agreement, a->node->store, a->open.accord_hash);
    if (status != PLM_OK) {
        return status == PLM_E_NOT_FOUND ? refuse_because(a, PLM_REFUSAL_NOT_IN_FORCE) : status;
    }
    const plm_party *asker = plm_accord_party(agreement->accord, a->pin->party);
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(now));
    if (asker == NULL || memcmp(asker->identity, a->pin->identity, sizeof asker->identity) != 0) {
        status = refuse_because(a, PLM_REFUSAL_PARTY);
    } else {
        status = plm_policy_check_lookup(&a->effective, agreement->accord, &state, &a->open,
                                         a->refusal);
    }
    if (status == PLM_OK) {
        a->per_hour = a->effective.purpose.budget.lookups_per_hour;
        a->checked_ms = now;
    }
    plm_agreement_destroy(agreement);
    return status;
}

/* Is it of the party the connection is with, for us, for this connection, and fresh? */
static plm_status take_open(answering *a)
{
    plm_frame_type type;
    plm_span body;
    plm_status status = plm_session_receive(a->session, &type, &a->open_signed);
    if (status == PLM_OK && type != PLM_FRAME_LOOKUP_OPEN) {
        status = PLM_E_PROTOCOL;
    }
    if (status != PLM_OK) {
        return status;
    }
    plm_hash256(a->open_hash, plm_buf_span(&a->open_signed));
    status = plm_identity_open(&body, plm_buf_span(&a->open_signed), a->pin->identity,
                               PLM_NAME_LOOKUP_OPEN);
    if (status == PLM_OK) {
        status = plm_lookup_open_decode(&a->open, body);
    }
    if (status != PLM_OK) {
        return status == PLM_E_AUTH ? refuse_because(a, PLM_REFUSAL_SIGNATURE) : status;
    }
    if (memcmp(a->session->channel, a->open.channel, PLM_HASH_BYTES) != 0) {
        return refuse_because(a, PLM_REFUSAL_REPLAYED);
    }
    if (strcmp(a->open.asker, a->pin->party) != 0 ||
        strcmp(a->open.holder, a->node->code) != 0) {
        return refuse_because(a, PLM_REFUSAL_PARTY);
    }
    const int64_t off = a->open.time_ms - plm_wall_ms();
    return off > PLM_CLOCK_TOLERANCE_MS || off < -PLM_CLOCK_TOLERANCE_MS
               ? refuse_because(a, PLM_REFUSAL_CLOCK)
               : check_policy(a);
}

/* What is answered for at this moment, the newest first. */
static plm_status look_at_epochs(answering *a)
{
    size_t n = 0;
    const int64_t now = plm_wall_ms();
    plm_epoch_list *list = &a->epochs;
    plm_epoch_list_wipe(list);
    plm_status status =
        plm_epoch_list_load(list, a->node->store, a->open.accord_hash, a->open.purpose);
    for (size_t i = 0; status == PLM_OK && i < list->n; i++) {
        if (plm_epoch_is_answered(&list->items[i], now) && n < PLM_LOOKUP_EPOCHS_MAX) {
            list->items[n++] = list->items[i];
        }
    }
    list->n = n;
    return status;
}

static const plm_stored_epoch *find_epoch(const answering *a, uint32_t number)
{
    for (size_t i = 0; i < a->epochs.n; i++) {
        if (a->epochs.items[i].epoch == number) {
            return &a->epochs.items[i];
        }
    }
    return NULL;
}

static uint64_t file_bytes(const answering *a, uint32_t epoch, plm_index_file file)
{
    char path[PATH_MAX];
    struct stat about;
    return plm_index_path(path, a->node, NULL, a->open.accord_hash, a->open.purpose, epoch,
                          file) == PLM_OK &&
                   stat(path, &about) == 0
               ? (uint64_t)about.st_size
               : 0;
}

static plm_status send_terms(answering *a)
{
    plm_lookup_terms terms = {.per_hour = a->per_hour, .time_ms = plm_wall_ms()};
    plm_status status =
        plm_lookup_budget_left(&a->budget, a->per_hour, terms.time_ms, &terms.left);
    memcpy(terms.open_hash, a->open_hash, sizeof terms.open_hash);
    terms.n_epochs = (uint16_t)a->epochs.n;
    for (size_t i = 0; i < a->epochs.n; i++) {
        const plm_stored_epoch *e = &a->epochs.items[i];
        plm_lookup_epoch *out = &terms.epochs[i];
        *out = (plm_lookup_epoch){.epoch = e->epoch,
                                  .sequence = e->sequence,
                                  .index_bytes = file_bytes(a, e->epoch, PLM_INDEX_FILE_INDEX),
                                  .until_ms = e->until_ms};
        memcpy(out->public_key, e->public_key, sizeof out->public_key);
        memcpy(out->root, e->root, sizeof out->root);
        if (e->sequence > 0) {
            out->changes_bytes = file_bytes(a, e->epoch, PLM_INDEX_FILE_CHANGES);
        }
    }
    plm_buf body;
    plm_buf both;
    plm_buf_init(&body, SIGNED_MAX);
    plm_buf_init(&both, SIGNED_MAX);
    if (status == PLM_OK) {
        status = plm_lookup_terms_encode(&terms, &body);
    }
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&both, a->node->seed, PLM_NAME_LOOKUP_TERMS,
                                          plm_buf_span(&body));
    }
    if (status == PLM_OK) {
        status = plm_session_send(a->session, PLM_FRAME_LOOKUP_TERMS, plm_buf_span(&both));
    }
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
    /* What can't be encoded is not in the asker's doing: a file of ours is missing. */
    return status == PLM_E_ARGUMENT ? PLM_E_STORE : status;
}

static plm_status send_refusal(answering *a)
{
    plm_refusal_message message = {.code = (uint16_t)a->refusal->code, .time_ms = plm_wall_ms()};
    plm_buf body;
    plm_buf both;
    memcpy(message.proposal_hash, a->open_hash, sizeof message.proposal_hash);
    memcpy(message.clause, a->refusal->clause, sizeof message.clause);
    plm_buf_init(&body, SIGNED_MAX);
    plm_buf_init(&both, SIGNED_MAX);
    plm_status status = plm_refusal_encode(&message, &body);
    if (status == PLM_OK) {
        status = plm_identity_sign_append(&both, a->node->seed, PLM_NAME_REFUSAL,
                                          plm_buf_span(&body));
    }
    if (status == PLM_OK) {
        status = plm_session_send(a->session, PLM_FRAME_REFUSAL, plm_buf_span(&both));
    }
    if (status == PLM_OK) {
        status = plm_ledger_append(a->node->store, "refusal", plm_buf_span(&both), plm_wall_ms());
    }
    plm_buf_wipe(&body);
    plm_buf_wipe(&both);
    if (status == PLM_OK) {
        plm_status goodbye = plm_session_finish(a->session);
        (void)goodbye;
        status = PLM_E_REFUSED;
    }
    return status;
}

/* Policy, epoch, budget; then key and proof. */
static plm_status evaluate(answering *a, const plm_lookup_query *query, plm_lookup_answer *answer,
                           uint8_t proof[static PLM_LOOKUP_PROOF_BYTES])
{
    plm_epoch_key key;
    const int64_t now = plm_wall_ms();
    plm_status status = now - a->checked_ms > RECHECK_MS ? check_policy(a) : PLM_OK;
    if (status == PLM_OK) {
        status = look_at_epochs(a);
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

static plm_status answer_query(answering *a, plm_span payload, plm_buf *out)
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
static plm_status read_part(answering *a, const plm_lookup_fetch *fetch, plm_map *map,
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
        status = plm_index_header_decode(&header, plm_span_of(map->p, PLM_INDEX_HEADER_BYTES),
                                         NULL);
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

static plm_status answer_fetch(answering *a, plm_span payload, plm_buf *out)
{
    plm_lookup_fetch fetch;
    plm_lookup_part part = {.outcome = PLM_LOOKUP_EPOCH};
    plm_map map = {NULL, 0};
    plm_status status = plm_lookup_fetch_decode(&fetch, payload);
    if (status == PLM_OK && plm_wall_ms() - a->checked_ms > RECHECK_MS) {
        status = check_policy(a);
    }
    if (status == PLM_OK) {
        status = look_at_epochs(a);
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
    return status == PLM_OK
               ? plm_session_send(a->session, PLM_FRAME_LOOKUP_PART, plm_buf_span(out))
               : status;
}

/* True while the connection is to go on, whatever comes next. */
static bool is_wanted(const answering *a, int64_t heard_ms)
{
    return (a->node->leave == NULL || *a->node->leave == 0) &&
           plm_clock_ms() - heard_ms < IDLE_MS;
}

/* Until the asker says that nothing more will come. */
static plm_status answer_each(answering *a)
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
            status = PLM_OK;
            continue;
        }
        heard = plm_clock_ms();
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

/* What was asked stands in the store and the ledger however the connection ended. */
static plm_status settle(answering *a)
{
    const plm_lookup_summary summary = {
        .peer = a->pin->party,
        .accord_hash = a->open.accord_hash,
        .purpose = a->open.purpose,
        .first_ms = a->first_ms,
        .last_ms = plm_wall_ms(),
        .n_evaluated = a->report->n_evaluated,
        .n_refused = a->report->n_refused,
        .n_batches = a->report->n_batches,
    };
    plm_status status = plm_lookup_budget_close(&a->budget);
    return status == PLM_OK ? plm_lookup_summary_enter(a->node->store, &summary) : status;
}

static plm_status answer_opened(answering *a)
{
    a->budget = (plm_lookup_budget){.store = a->node->store,
                                    .peer = a->pin->party,
                                    .accord_hash = a->open.accord_hash,
                                    .purpose = a->open.purpose};
    a->first_ms = plm_wall_ms();
    plm_status status = plm_ledger_append(a->node->store, "lookup-open",
                                          plm_buf_span(&a->open_signed), a->first_ms);
    if (status == PLM_OK) {
        status = send_terms(a);
    }
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
    answering *a = (answering *)calloc(1, sizeof *a);
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
            status = take_open(a);
        }
        if (status == PLM_OK) {
            status = look_at_epochs(a);
        }
        if (status == PLM_OK && a->epochs.n == 0) {
            status = refuse_because(a, PLM_REFUSAL_INDEX);
        }
        if (status == PLM_OK) {
            status = answer_opened(a);
        } else if (status == PLM_E_REFUSED) {
            status = send_refusal(a);
        }
    }
    plm_epoch_list_wipe(&a->epochs);
    plm_buf_wipe(&a->open_signed);
    plm_wipe(a, sizeof *a);
    free(a);
    return status;
}
