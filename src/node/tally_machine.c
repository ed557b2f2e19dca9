/* SPDX-License-Identifier: Apache-2.0 */
#include "node/tally_machine.h"

#include "base/ct.h"
#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Salt and one more message find room in a parcel. */
    PIECE_FULL = PLM_PARCEL_CONTENT_MAX - PLM_PARCEL_SALT_BYTES - (128 << 10)
};

void plm_tally_machine_wipe(plm_tally_passing *p)
{
    for (size_t i = 0; i < p->n_lists; i++) {
        for (size_t j = 0; j < p->lists[i].n; j++) {
            plm_buf_wipe(&p->lists[i].pieces[j]);
        }
        free(p->lists[i].pieces);
    }
    plm_buf_wipe(&p->frozen);
    plm_tally_destroy(p->machine);
}

static plm_tally_config config_of(const plm_tally_passing *p)
{
    const plm_tally_proposal *proposal = &p->book->proposal;
    return (plm_tally_config){.n_parties = proposal->n_parties,
                              .me = p->book->me,
                              .counter = proposal->counter,
                              .n_padded = p->book->n_padded,
                              .tokens_each = proposal->tokens_each,
                              .n_strata = plm_strata_count(&proposal->strata),
                              .context = p->book->start_hash,
                              .context_bytes = sizeof p->book->start_hash,
                              .n_threads =
                                  p->node->n_threads > 0 ? p->node->n_threads : plm_pool_cpus()};
}

/* The first step: our own list. */
static plm_status make_machine(plm_tally_passing *p)
{
    plm_agreement *agreement = NULL;
    plm_effective effective;
    plm_refusal refusal;
    plm_tally_list_of_ours list = {0};
    const char *parties[PLM_TALLY_MEMBERS_MAX];
    const plm_tally_proposal *proposal = &p->book->proposal;
    plm_tally_config config = config_of(p);
    for (unsigned i = 0; i < proposal->n_parties; i++) {
        parties[i] = proposal->parties[i];
    }
    plm_status status = plm_agreement_load(&agreement, p->node->store, p->book->row.accord_hash);
    if (status != PLM_OK) {
        return status;
    }
    const plm_in_force state = plm_agreement_state(agreement, plm_date_of_ms(plm_wall_ms()));
    status = plm_policy_tally(&effective, agreement->accord, &state, parties, proposal->n_parties,
                              proposal->purpose, &refusal);
    if (status == PLM_OK) {
        status = plm_tally_select(&list, p->node, agreement->accord, &effective.purpose, proposal);
    }
    if (status == PLM_OK) {
        config.records = list.records;
        config.n = list.n_records;
        status = plm_tally_create(&p->machine, &config);
    }
    plm_tally_select_wipe(&list);
    plm_agreement_destroy(agreement);
    return status;
}

plm_status plm_tally_machine_open(plm_tally_passing *p)
{
    plm_status status = plm_store_get_tally_secret(p->node->store, p->book->row.id, &p->frozen);
    if (status != PLM_OK) {
        return status;
    }
    if (p->frozen.n == 0) {
        return make_machine(p);
    }
    const plm_tally_config config = config_of(p);
    status = plm_tally_thaw(&p->machine, &config, plm_buf_span(&p->frozen));
    return status == PLM_E_PROTOCOL ? PLM_E_STORE : status;
}

static plm_status add_message(plm_tally_outgoing *out, plm_span message)
{
    uint8_t length[4];
    if (out->n == 0 || out->pieces[out->n - 1].n + message.n > PIECE_FULL) {
        plm_buf *more = (plm_buf *)realloc(out->pieces, (out->n + 1) * sizeof *more);
        if (more == NULL) {
            return PLM_E_NOMEM;
        }
        out->pieces = more;
        plm_buf_init(&out->pieces[out->n++], PLM_PARCEL_CONTENT_MAX);
    }
    plm_buf *piece = &out->pieces[out->n - 1];
    plm_store_u32(length, (uint32_t)message.n);
    plm_status status = plm_buf_append(piece, length, sizeof length);
    return status == PLM_OK ? plm_buf_append(piece, message.p, message.n) : status;
}

/* Type, owner, hop: as the machine writes them (spec/tally.md section 4). */
static plm_status sort_message(plm_tally_passing *p, unsigned to, plm_span message)
{
    const uint8_t hop = message.p[0] == 1 ? message.p[2] : 0;
    size_t i = 0;
    while (i < p->n_lists && (p->lists[i].owner != message.p[1] || p->lists[i].hop != hop)) {
        i++;
    }
    if (i == p->n_lists) {
        p->lists[p->n_lists++] = (plm_tally_outgoing){.to = to, .owner = message.p[1], .hop = hop};
    }
    return add_message(&p->lists[i], message);
}

plm_status plm_tally_machine_run(plm_tally_passing *p)
{
    plm_status status = PLM_OK;
    for (unsigned wants = plm_tally_wants(p->machine);
         status == PLM_OK && (wants & (PLM_MATCH_OUTPUT | PLM_MATCH_WORK)) != 0;
         wants = plm_tally_wants(p->machine)) {
        unsigned to = 0;
        plm_span message;
        if (p->node->cancel != NULL && *p->node->cancel != 0) {
            return PLM_E_CANCELLED;
        }
        if ((wants & PLM_MATCH_OUTPUT) == 0) {
            status = plm_tally_work(p->machine);
            continue;
        }
        status = plm_tally_output(p->machine, &to, &message);
        status = status == PLM_OK ? sort_message(p, to, message) : status;
    }
    return status;
}

typedef struct feeding {
    plm_tally *machine;
    unsigned from;
} feeding;

static plm_status feed_piece(void *context, plm_span bytes)
{
    const feeding *f = (const feeding *)context;
    plm_reader r = bytes;
    plm_span message;
    bool is_there = true;
    plm_status status = PLM_OK;
    while (status == PLM_OK && is_there) {
        status = plm_tally_piece_next(&r, &message, &is_there);
        if (status == PLM_OK && is_there) {
            status = plm_tally_input(f->machine, f->from, message);
        }
    }
    return status == PLM_E_ARGUMENT ? PLM_E_PROTOCOL : status;
}

/* Gives the machine a list that is here whole, and lets it work. */
plm_status plm_tally_machine_feed(plm_tally_passing *p, unsigned owner, unsigned hop, unsigned from)
{
    feeding f = {p->machine, from};
    plm_status status =
        plm_store_each_tally_piece(p->node->store, p->book->row.id, owner, hop, feed_piece, &f);
    status = status == PLM_OK ? plm_tally_machine_run(p) : status;
    if (status == PLM_E_PROTOCOL) {
        p->blamed = from;
    }
    return status;
}

static plm_status stop_for(plm_node *node, plm_tally_book *book, plm_tally_reason reason,
                           unsigned place, int64_t now_ms)
{
    plm_tally_end end = {.reason = reason};
    bool mine;
    memcpy(end.blamed, book->proposal.parties[place], sizeof end.blamed);
    plm_status status = plm_store_enter(node->store, &mine);
    return status == PLM_OK
               ? plm_store_leave(node->store, mine, plm_tally_stop(node, book, &end, false, now_ms))
               : status;
}

/* What a step that failed means for the tally; PLM_OK if it is over for that. */
plm_status plm_tally_machine_failed(plm_tally_passing *p, plm_status status, int64_t now_ms)
{
    if (status == PLM_E_PROTOCOL) {
        return stop_for(p->node, p->book, PLM_TALLY_DEVIATED, p->blamed, now_ms);
    }
    if (status == PLM_E_LIMIT) {
        return stop_for(p->node, p->book, PLM_TALLY_CHANGED, p->book->me, now_ms);
    }
    if (status == PLM_E_REFUSED) {
        return stop_for(p->node, p->book, PLM_TALLY_REFUSED, p->book->me, now_ms);
    }
    return status;
}
