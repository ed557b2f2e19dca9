/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_book.c - a request's steps, read and added to.
 */
#include "node/request.h"

#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

enum {
    ARENA_MAX = 1 << 20,
    NOTE_BYTES = 33
};

static plm_status append_step(plm_request_log *log, unsigned side, const plm_request_step *step)
{
    plm_request_step *steps =
        (plm_request_step *)realloc(log->steps[side], (log->n[side] + 1) * sizeof *steps);
    if (steps == NULL) {
        return PLM_E_NOMEM;
    }
    log->steps[side] = steps;
    steps[log->n[side]++] = *step;
    return PLM_OK;
}

static plm_status read_step(void *context, const plm_step_row *row)
{
    plm_request_log *log = (plm_request_log *)context;
    if (row->side < 0 || row->side > 1 || row->action < PLM_REQUEST_SEND ||
        row->action >= PLM_REQUEST_ACTION_COUNT || row->seen < 0 ||
        row->seen > PLM_REQUEST_STEPS_MAX || row->sequence != (int64_t)log->n[row->side] + 1) {
        return PLM_E_STORE;
    }
    plm_request_step step = {.action = (plm_request_action)row->action,
                             .seen = (uint32_t)row->seen,
                             .is_void = row->is_void};
    memcpy(step.id, row->id, sizeof step.id);
    return append_step(log, (unsigned)row->side, &step);
}

plm_status plm_request_open(plm_request_book *out, plm_store *store,
                            const uint8_t id[static PLM_REQUEST_ID_BYTES])
{
    *out = (plm_request_book){0};
    plm_arena_init(&out->arena, ARENA_MAX);
    plm_status status = plm_store_get_request(store, id, &out->arena, &out->row);
    if (status != PLM_OK) {
        return status;
    }
    out->log.is_offer = out->row.is_offer;
    return plm_store_each_step(store, id, read_step, &out->log);
}

void plm_request_shut(plm_request_book *book)
{
    free(book->log.steps[0]);
    free(book->log.steps[1]);
    plm_arena_wipe(&book->arena);
    *book = (plm_request_book){0};
}

plm_request_side plm_request_own_side(const plm_request_book *book)
{
    return book->row.is_ours ? PLM_REQUEST_REQUESTER : PLM_REQUEST_REQUESTED;
}

plm_status plm_request_note_ledger(plm_store *store, const char *kind, const uint8_t *id, size_t n,
                                   uint8_t value, int64_t now_ms)
{
    uint8_t body[NOTE_BYTES];
    if (n >= sizeof body) {
        return PLM_E_ARGUMENT;
    }
    memcpy(body, id, n);
    body[n] = value;
    return plm_ledger_append(store, kind, plm_span_of(body, n + 1), now_ms);
}

/* What the peer said in a step that has no effect is not kept. */
static plm_status mark_void(plm_node *node, const plm_request_step *step, bool is_peers,
                            int64_t now_ms)
{
    bool did = false;
    plm_status status = plm_store_set_void(node->store, step->id, step->is_void);
    if (status == PLM_OK && step->is_void && is_peers) {
        status = plm_store_erase_step(node->store, step->id, PLM_ERASED_VOID, &did);
    }
    if (status == PLM_OK && did) {
        status = plm_request_note_ledger(node->store, "erased", step->id, sizeof step->id,
                                         PLM_ERASED_VOID, now_ms);
    }
    return status;
}

/* The state after all steps, and which of them are void now. */
static plm_status bring_up_to_date(plm_node *node, plm_request_book *book, int64_t now_ms)
{
    plm_request_log *log = &book->log;
    unsigned own = (unsigned)plm_request_own_side(book);
    bool *was_void = (bool *)calloc(log->n[0] + log->n[1] + 1, sizeof *was_void);
    if (was_void == NULL) {
        return PLM_E_NOMEM;
    }
    plm_status status = PLM_OK;
    for (unsigned side = 0; side < 2; side++) {
        for (size_t i = 0; i < log->n[side]; i++) {
            was_void[side * log->n[0] + i] = log->steps[side][i].is_void;
        }
    }
    book->row.state = plm_request_fold(log);
    for (unsigned side = 0; side < 2; side++) {
        for (size_t i = 0; status == PLM_OK && i < log->n[side]; i++) {
            if (log->steps[side][i].is_void != was_void[side * log->n[0] + i]) {
                status = mark_void(node, &log->steps[side][i], side != own, now_ms);
            }
        }
    }
    free(was_void);
    return status;
}

plm_status plm_request_add_step(plm_node *node, plm_request_book *book, const plm_transition *t,
                                plm_step_row *row, const plm_note *note, int64_t now_ms)
{
    plm_request_step step = {.action = t->action, .seen = t->seen};
    memcpy(step.id, row->id, sizeof step.id);
    memcpy(row->request_id, book->row.id, sizeof row->request_id);
    row->side = t->side;
    row->sequence = t->sequence;
    row->action = t->action;
    row->seen = t->seen;
    if (note->has_conditions && t->side != plm_request_own_side(book)) {
        row->retention = note->conditions.retention;
    }
    plm_status status = plm_store_add_step(node->store, row);
    if (status == PLM_OK) {
        status = append_step(&book->log, (unsigned)t->side, &step);
    }
    if (status == PLM_OK) {
        status = bring_up_to_date(node, book, now_ms);
    }
    book->row.changed_ms = now_ms;
    return status == PLM_OK ? plm_store_update_request(node->store, &book->row) : status;
}
