/* SPDX-License-Identifier: Apache-2.0 */
#include "node/lookup_answering.h"

#include "crypto/sign.h"
#include "ledger/ledger.h"
#include "node/agreement.h"
#include "node/run.h"

#include <string.h>
#include <sys/stat.h>

enum {
    SIGNED_MAX = 4096
};

static plm_status refuse_because(plm_answering *a, plm_refusal_code code)
{
    *a->refusal = (plm_refusal){.code = code};
    return PLM_E_REFUSED;
}

/* The policy, for the accord as it stands in the store now. */
plm_status plm_answering_check_policy(plm_answering *a)
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
        status =
            plm_policy_check_lookup(&a->effective, agreement->accord, &state, &a->open, a->refusal);
    }
    if (status == PLM_OK) {
        a->per_hour = a->effective.purpose.budget.lookups_per_hour;
        a->checked_ms = now;
    }
    plm_agreement_destroy(agreement);
    return status;
}

/* Is it of the party the connection is with, for us, for this connection, and fresh? */
plm_status plm_answering_take_open(plm_answering *a)
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
    /* Whatever the answer is, who asked for what stands beside it. */
    status = plm_ledger_append(a->node->store, "lookup-open", plm_buf_span(&a->open_signed),
                               plm_wall_ms());
    if (status != PLM_OK) {
        return status;
    }
    if (memcmp(a->session->channel, a->open.channel, PLM_HASH_BYTES) != 0) {
        return refuse_because(a, PLM_REFUSAL_REPLAYED);
    }
    if (strcmp(a->open.asker, a->pin->party) != 0 || strcmp(a->open.holder, a->node->code) != 0) {
        return refuse_because(a, PLM_REFUSAL_PARTY);
    }
    const int64_t off = a->open.time_ms - plm_wall_ms();
    return off > PLM_CLOCK_TOLERANCE_MS || off < -PLM_CLOCK_TOLERANCE_MS
               ? refuse_because(a, PLM_REFUSAL_CLOCK)
               : plm_answering_check_policy(a);
}

/* What is answered for at this moment, the newest first. */
plm_status plm_answering_look_at_epochs(plm_answering *a)
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

static uint64_t file_bytes(const plm_answering *a, uint32_t epoch, plm_index_file file)
{
    char path[PATH_MAX];
    struct stat about;
    return plm_index_path(path, a->node, NULL, a->open.accord_hash, a->open.purpose, epoch, file) ==
                       PLM_OK &&
                   stat(path, &about) == 0
               ? (uint64_t)about.st_size
               : 0;
}

plm_status plm_answering_send_terms(plm_answering *a)
{
    plm_lookup_terms terms = {.per_hour = a->per_hour, .time_ms = plm_wall_ms()};
    plm_status status = plm_lookup_budget_left(&a->budget, a->per_hour, terms.time_ms, &terms.left);
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

plm_status plm_answering_send_refusal(plm_answering *a)
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
        status =
            plm_identity_sign_append(&both, a->node->seed, PLM_NAME_REFUSAL, plm_buf_span(&body));
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
