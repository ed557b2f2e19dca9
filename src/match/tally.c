/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.c - one party of a tally: its own list and each other's on their way round, and for the
 * counting party the lists that come back.
 *
 *   party   0      1      2      3
 *   list 1  final  hop 0  hop 1  hop 2 ...   final: hop k, to the counting party
 *
 * List j is at hop h with party j + h (mod k), which multiplies it from h to h + 1 scalars.
 */
#include "match/tally_state.h"

/* The owner of a list that this party has still to send a part of; k if there is none. */
static unsigned to_send(const plm_tally *t)
{
    for (unsigned j = 0; j < t->k; j++) {
        const plm_tally_list *list = &t->lists[j];
        if (list->n_mixed == list->n && list->n_out < list->n && !plm_tally_keeps(t, j)) {
            return j;
        }
    }
    return t->k;
}

static bool can_work_on(const plm_tally *t, const plm_tally_list *list)
{
    return list->n_raised < list->n_in || (list->owner == t->me && list->n_in < list->n) ||
           (list->n_raised == list->n && list->n_mixed < list->n);
}

/* The counting party has every list back. */
static bool can_count(const plm_tally *t)
{
    bool all = plm_tally_counts(t);
    for (unsigned j = 0; all && j < t->k; j++) {
        const plm_tally_list *list = &t->lists[j];
        all = t->dummies_known[j] &&
              (plm_tally_keeps(t, j) ? list->n_mixed == list->n
                                     : list->n_out == list->n && t->finals[j].n_raised == list->n);
    }
    return all && t->count.cells == NULL;
}

unsigned plm_tally_wants(const plm_tally *t)
{
    unsigned wants = 0;
    bool all_in = true;
    if (t->dead) {
        return 0;
    }
    for (unsigned j = 0; j < t->k; j++) {
        const plm_tally_list *list = &t->lists[j];
        const plm_tally_list *final = &t->finals[j]; /* empty where it isn't expected */
        wants |= can_work_on(t, list) || final->n_raised < final->n_in ? PLM_MATCH_WORK : 0;
        all_in = all_in && (j == t->me || list->n_in == list->n) && final->n_in == final->n &&
                 (!plm_tally_counts(t) || t->dummies_known[j]);
    }
    wants |= can_count(t) ? PLM_MATCH_WORK : 0;
    wants |= all_in ? 0 : PLM_MATCH_INPUT;
    wants |= !t->dummies_known[t->me] || to_send(t) < t->k ? PLM_MATCH_OUTPUT : 0;
    return wants == 0 ? PLM_MATCH_DONE : wants;
}

static plm_status remember(plm_tally *t, plm_status status)
{
    t->dead = t->dead || status != PLM_OK;
    return status;
}

/* No point stands in two lists that are not final, or twice in one. */
static plm_status see(plm_tally *t, const uint8_t *points, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t before;
        plm_status status =
            plm_map_put(&t->seen, points + i * PLM_ELEMENT_BYTES, PLM_ELEMENT_BYTES, 0, &before);
        if (status != PLM_OK || before != PLM_MAP_NONE) {
            return status != PLM_OK ? status : PLM_E_PROTOCOL;
        }
    }
    return PLM_OK;
}

static plm_status write_dummies(plm_tally *t)
{
    plm_buf_clear(&t->message);
    plm_status status = plm_buf_append_u8(&t->message, PLM_TALLY_DUMMIES);
    status = status == PLM_OK ? plm_buf_append_u8(&t->message, (uint8_t)t->me) : status;
    t->dummies_known[t->me] = true;
    return status == PLM_OK ? plm_buf_append_u32(&t->message, t->count.n_dummies[t->me]) : status;
}

static plm_status write_list(plm_tally *t, plm_tally_list *list, unsigned *to)
{
    const uint8_t *points = NULL;
    size_t n = 0;
    const bool is_final = plm_tally_last_of(t, list->owner) == t->me;
    *to = is_final ? t->counter : (t->me + 1) % t->k;
    plm_status status = plm_tally_list_write(list, &t->message, &points, &n);
    if (status == PLM_OK && !is_final) {
        status = see(t, points, n);
    }
    if (status == PLM_OK && list->n_out == list->n) {
        plm_tally_list_free(list);
    }
    return status;
}

plm_status plm_tally_output(plm_tally *t, unsigned *to, plm_span *message)
{
    if (!(plm_tally_wants(t) & PLM_MATCH_OUTPUT)) {
        return PLM_E_ARGUMENT;
    }
    unsigned addressee = t->counter;
    plm_status status = t->dummies_known[t->me] ? write_list(t, &t->lists[to_send(t)], &addressee)
                                                : write_dummies(t);
    if (status == PLM_OK) {
        *to = addressee;
        *message = plm_buf_span(&t->message);
    }
    return remember(t, status);
}

static plm_status take_dummies(plm_tally *t, unsigned from, unsigned owner, plm_reader rest)
{
    uint32_t n;
    if (!plm_tally_counts(t) || owner != from || t->dummies_known[owner] ||
        plm_rd_u32(&rest, &n) < 0 || n > t->lists[owner].n || plm_rd_end(&rest) < 0) {
        return PLM_E_PROTOCOL;
    }
    t->count.n_dummies[owner] = n;
    t->dummies_known[owner] = true;
    return PLM_OK;
}

static plm_status take_list(plm_tally *t, unsigned from, unsigned owner, plm_reader rest)
{
    const uint8_t *points = NULL;
    size_t n = 0;
    uint8_t hop;
    if (plm_rd_u8(&rest, &hop) < 0) {
        return PLM_E_PROTOCOL;
    }
    const bool is_final = hop == t->k;
    plm_tally_list *list = is_final ? &t->finals[owner] : &t->lists[owner];
    const unsigned sender = is_final ? plm_tally_last_of(t, owner) : (t->me + t->k - 1) % t->k;
    if (from != sender || hop == 0 || hop != list->hop || list->n_in == list->n) {
        return PLM_E_PROTOCOL;
    }
    plm_status status = plm_tally_list_take(list, rest, t->n_strata, &points, &n);
    return status == PLM_OK && !is_final ? see(t, points, n) : status;
}

plm_status plm_tally_input(plm_tally *t, unsigned from, plm_span message)
{
    plm_reader rest = message;
    uint8_t type;
    uint8_t owner;
    if (t->dead) {
        return PLM_E_ARGUMENT;
    }
    if (plm_rd_u8(&rest, &type) < 0 || plm_rd_u8(&rest, &owner) < 0 || owner >= t->k ||
        from >= t->k || from == t->me) {
        return remember(t, PLM_E_PROTOCOL);
    }
    switch (type) {
    case PLM_TALLY_LIST:
        return remember(t, take_list(t, from, owner, rest));
    case PLM_TALLY_DUMMIES:
        return remember(t, take_dummies(t, from, owner, rest));
    default:
        return remember(t, PLM_E_PROTOCOL);
    }
}

static plm_status work_on(plm_tally *t, plm_tally_list *list)
{
    if (list->n_raised < list->n_in) {
        return plm_tally_list_raise(list, t->scalar, t->pool);
    }
    if (list->n_in < list->n) {
        return plm_tally_list_hash(list, &t->own, plm_span_of(t->context, t->context_bytes),
                                   t->pool);
    }
    plm_tally_list_mix(list, &t->draw);
    return PLM_OK;
}

static plm_status count_on(plm_tally *t)
{
    if (!t->is_counting) {
        t->is_counting = true;
        t->count.n_parties = t->k;
        t->count.n_strata = t->n_strata;
        for (unsigned j = 0; j < t->k; j++) {
            t->count.lists[j] = plm_tally_keeps(t, j) ? &t->lists[j] : &t->finals[j];
        }
        return plm_tally_count_init(&t->count);
    }
    return plm_tally_count_step(&t->count, &t->seen);
}

plm_status plm_tally_work(plm_tally *t)
{
    if (t->dead) {
        return PLM_E_ARGUMENT;
    }
    for (unsigned j = 0; j < t->k; j++) {
        if (can_work_on(t, &t->lists[j])) {
            return remember(t, work_on(t, &t->lists[j]));
        }
        if (t->finals[j].n_raised < t->finals[j].n_in) {
            return remember(t, plm_tally_list_check(&t->finals[j], t->pool));
        }
    }
    return can_count(t) ? remember(t, count_on(t)) : PLM_OK;
}

void plm_tally_get_progress(const plm_tally *t, plm_match_progress *out)
{
    bool all_raised = true;
    const bool is_done = plm_tally_wants(t) == PLM_MATCH_DONE;
    *out = (plm_match_progress){.total = 1, .done = is_done};
    for (unsigned j = 0; j < t->k; j++) {
        out->total += 2 * (uint64_t)t->lists[j].n + t->finals[j].n;
        out->done += (uint64_t)t->lists[j].n_raised + t->lists[j].n_mixed + t->finals[j].n_raised;
        all_raised = all_raised && t->lists[j].n_mixed == t->lists[j].n;
    }
    out->phase = is_done ? "done" : !all_raised ? "raise" : t->is_counting ? "count" : "exchange";
}

plm_status plm_tally_cells(const plm_tally *t, const uint64_t **cells, size_t *n)
{
    if (!plm_tally_counts(t) || plm_tally_wants(t) != PLM_MATCH_DONE) {
        return PLM_E_ARGUMENT;
    }
    *cells = t->count.cells;
    *n = (size_t)t->n_strata << t->k;
    return PLM_OK;
}
