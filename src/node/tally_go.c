/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_go.c - every tally as far as it goes.
 */
#include "node/tally.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEPS_MAX = 32 /* of one tally in one look */
};

/* All parties have consented: everybody is told with how many records. */
plm_status plm_tally_begin(plm_node *node, plm_tally_book *book, int64_t now_ms, bool *did)
{
    plm_buf start;
    plm_buf consent;
    uint64_t n_points = 0;
    plm_status status = PLM_OK;
    *did = false;
    plm_buf_init(&start, PLM_PARCEL_CONTENT_MAX);
    plm_buf_init(&consent, PLM_PARCEL_SIGNED_MAX);
    for (unsigned i = 0; status == PLM_OK && i < book->proposal.n_parties; i++) {
        plm_tally_consent m = {0};
        plm_buf_clear(&consent);
        status = plm_store_get_tally_word(node->store, book->row.id, i, PLM_TALLY_WORD_CONSENT,
                                          &consent);
        if (status == PLM_OK) {
            status = plm_tally_consent_decode(
                &m, plm_span_of(consent.data, consent.n - PLM_SIGNATURE_BYTES));
        }
        n_points += (uint64_t)m.n * book->proposal.tokens_each;
        status = status == PLM_OK ? plm_buf_append_block16(&start, plm_buf_span(&consent)) : status;
    }
    if (status == PLM_OK && n_points > PLM_TALLY_LIST_MAX) {
        plm_tally_end end = {.reason = PLM_TALLY_FAILED};
        memcpy(end.blamed, book->proposal.parties[book->me], sizeof end.blamed);
        status = plm_tally_stop(node, book, &end, false, now_ms);
    } else if (status == PLM_OK) {
        book->row.start = plm_buf_span(&start);
        book->row.state = PLM_TALLY_RUNNING;
        status = plm_tally_save(node, book, now_ms);
        status = status == PLM_OK
                     ? plm_tally_post_all(node, book, PLM_TALLY_START, plm_buf_span(&start), now_ms)
                     : status;
        *did = status == PLM_OK;
    }
    plm_buf_wipe(&consent);
    plm_buf_wipe(&start);
    return status == PLM_E_NOT_FOUND ? PLM_OK : status;
}

/* Whether the accord leaves the answer to the node. One that it forbids is answered at once, too.
 */
static plm_status is_automatic(plm_node *node, const plm_tally_book *book, int64_t now_ms,
                               bool *out)
{
    const char *parties[PLM_TALLY_MEMBERS_MAX];
    plm_agreement *agreement = NULL;
    plm_effective effective;
    plm_refusal refusal;
    for (unsigned i = 0; i < book->proposal.n_parties; i++) {
        parties[i] = book->proposal.parties[i];
    }
    plm_status status = plm_agreement_load(&agreement, node->store, book->row.accord_hash);
    if (status != PLM_OK) {
        *out = true;
        return status == PLM_E_NOT_FOUND ? PLM_OK : status;
    }
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(now_ms));
    status = plm_policy_tally(&effective, agreement->accord, &state, parties,
                              book->proposal.n_parties, book->proposal.purpose, &refusal);
    *out = status != PLM_OK || effective.purpose.approval == PLM_APPROVAL_AUTOMATIC;
    plm_agreement_destroy(agreement);
    return PLM_OK;
}

static plm_status answer(plm_node *node, plm_tally_book *book, int64_t now_ms, bool *did)
{
    plm_tally_end end;
    *did = false;
    plm_status status = is_automatic(node, book, now_ms, did);
    if (status != PLM_OK || !*did) {
        return status;
    }
    status = plm_tally_agree(node, book->row.id, "", &end);
    return status == PLM_E_REFUSED ? PLM_OK : status;
}

static plm_status give_up_waiting(plm_node *node, plm_tally_book *book, int64_t now_ms, bool *did)
{
    plm_tally_end end = {.reason = PLM_TALLY_SILENT};
    unsigned place = 0;
    bool mine;
    plm_status status = plm_store_enter(node->store, &mine);
    if (status != PLM_OK) {
        return status;
    }
    status = plm_tally_waits_for(node->store, book, &place);
    if (status == PLM_OK) {
        memcpy(end.blamed, book->proposal.parties[place], sizeof end.blamed);
        status = plm_tally_stop(node, book, &end, false, now_ms);
    }
    *did = status == PLM_OK;
    return plm_store_leave(node->store, mine, status);
}

typedef plm_status step_fn(plm_node *node, plm_tally_book *book, int64_t now_ms, bool *did);

static plm_status in_transaction(step_fn *step, plm_node *node, plm_tally_book *book,
                                 int64_t now_ms, bool *did)
{
    bool mine;
    plm_status status = plm_store_enter(node->store, &mine);
    return status == PLM_OK ? plm_store_leave(node->store, mine, step(node, book, now_ms, did))
                            : status;
}

static plm_status step_once(plm_node *node, plm_tally_book *book, int64_t now_ms, bool *did)
{
    *did = false;
    if (book->row.ended_ms != 0) {
        return PLM_OK;
    }
    if (now_ms > book->row.deadline_ms) {
        return give_up_waiting(node, book, now_ms, did);
    }
    if (book->row.state == PLM_TALLY_PROPOSED) {
        return book->row.is_counter ? in_transaction(plm_tally_begin, node, book, now_ms, did)
                                    : answer(node, book, now_ms, did);
    }
    if (book->row.state == PLM_TALLY_RUNNING) {
        plm_status status = plm_tally_pass_lists(node, book, now_ms, did);
        return status == PLM_OK && !*did ? plm_tally_count_lists(node, book, now_ms, did) : status;
    }
    return in_transaction(plm_tally_close, node, book, now_ms, did);
}

static plm_status go_on(plm_node *node, const uint8_t id[static PLM_RUN_ID_BYTES], int64_t now_ms,
                        uint64_t *n)
{
    plm_status status = PLM_OK;
    bool did = true;
    for (unsigned i = 0; status == PLM_OK && did && i < STEPS_MAX; i++) {
        plm_tally_book book;
        status = plm_tally_open(&book, node->store, node->code, id);
        status = status == PLM_OK ? step_once(node, &book, now_ms, &did) : status;
        *n += status == PLM_OK && did;
        plm_tally_shut(&book);
    }
    return status == PLM_E_EXISTS ? PLM_OK : status; /* another process is at it */
}

typedef struct ids {
    uint8_t (*ids)[PLM_RUN_ID_BYTES];
    size_t n;
} ids;

static plm_status add_id(void *context, const plm_tally_row *row)
{
    ids *list = (ids *)context;
    uint8_t(*more)[PLM_RUN_ID_BYTES] =
        (uint8_t(*)[PLM_RUN_ID_BYTES])realloc(list->ids, (list->n + 1) * sizeof *more);
    if (more == NULL) {
        return PLM_E_NOMEM;
    }
    list->ids = more;
    memcpy(list->ids[list->n++], row->id, PLM_RUN_ID_BYTES);
    return PLM_OK;
}

plm_status plm_tally_go_on(plm_node *node, int64_t now_ms, uint64_t *n)
{
    ids list = {0};
    *n = 0;
    plm_status first = plm_store_each_tally(node->store, true, add_id, &list);
    for (size_t i = 0; i < list.n && first != PLM_E_CANCELLED; i++) {
        /* One that can't go on is no reason for the others to wait. */
        plm_status status = go_on(node, list.ids[i], now_ms, n);
        first = first == PLM_OK ? status : first;
    }
    free(list.ids);
    return first;
}
