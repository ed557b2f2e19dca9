/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally_count.c - the counting party: every list is back, so the table is made, and what may leave
 * of it (spec/tally.md sections 3 and 6).
 */
#include "match/tally_noise.h"
#include "node/tally_machine.h"

#include "base/ct.h"

#include <stdlib.h>
#include <string.h>

/* NOLINTNEXTLINE(misc-redundant-expression): the two modules share no header. */
_Static_assert(PLM_TALLY_CELL_SUPPRESSED == PLM_TALLY_SUPPRESSED, "one mark for both");

/* Places of the lists that have records, the lowest first. */
static unsigned lists_of(const plm_tally_book *book, unsigned places[static PLM_TALLY_MEMBERS_MAX])
{
    unsigned n = 0;
    for (unsigned i = 0; i < book->proposal.n_parties; i++) {
        if (book->n_padded[i] > 0) {
            places[n++] = i;
        }
    }
    return n;
}

uint8_t plm_tally_lists(const plm_tally_book *book)
{
    unsigned places[PLM_TALLY_MEMBERS_MAX];
    const unsigned n = lists_of(book, places);
    uint8_t set = 0;
    for (unsigned i = 0; i < n; i++) {
        set |= (uint8_t)(1U << places[i]);
    }
    return set;
}

/* The cells by histories of the lists that have records alone: nobody stands in another. */
static void take_cells(const plm_tally_book *book, const uint64_t *cells, unsigned n_strata,
                       uint64_t *out)
{
    unsigned places[PLM_TALLY_MEMBERS_MAX];
    const unsigned n = lists_of(book, places);
    for (unsigned s = 0; s < n_strata; s++) {
        for (unsigned h = 0; h < 1U << n; h++) {
            unsigned whole = 0;
            for (unsigned i = 0; i < n; i++) {
                whole |= (h >> i & 1) << places[i];
            }
            out[(s << n) + h] = cells[((size_t)s << book->proposal.n_parties) + whole];
        }
    }
}

static plm_status release_cells(const plm_tally_proposal *p, const uint64_t *exact, size_t n,
                                unsigned n_lists, int64_t *out)
{
    if (p->release == PLM_RELEASE_SUPPRESSION) {
        plm_tally_suppress(out, exact, n, n_lists, p->threshold);
        return PLM_OK;
    }
    if (p->release == PLM_RELEASE_GAUSSIAN) {
        const plm_tally_concentrated concentrated = {p->rho_milli, 1000, PLM_TALLY_SENSITIVITY};
        return plm_tally_noise_gaussian(out, exact, n, n_lists, &concentrated);
    }
    const plm_tally_privacy privacy = {p->epsilon_milli, 1000, PLM_TALLY_SENSITIVITY};
    return plm_tally_noise(out, exact, n, n_lists, &privacy);
}

static plm_status write_table(const plm_tally_book *book, const int64_t *cells, unsigned n_lists,
                              int64_t now_ms, plm_buf *out)
{
    const plm_tally_proposal *p = &book->proposal;
    plm_tally_table table = {.release = p->release,
                             .epsilon_milli = p->epsilon_milli,
                             .rho_milli = p->rho_milli,
                             .threshold = p->threshold,
                             .sensitivity =
                                 p->release == PLM_RELEASE_SUPPRESSION ? 0 : PLM_TALLY_SENSITIVITY,
                             .lists = plm_tally_lists(book),
                             .n_strata = (uint16_t)plm_strata_count(&p->strata),
                             .time_ms = now_ms};
    plm_buf bytes;
    plm_status status = PLM_OK;
    plm_buf_init(&bytes, PLM_TALLY_TABLE_BYTES_MAX);
    memcpy(table.id, p->id, sizeof table.id);
    memcpy(table.accord_hash, p->accord_hash, sizeof table.accord_hash);
    memcpy(table.start_hash, book->start_hash, sizeof table.start_hash);
    for (unsigned s = 0; s < table.n_strata; s++) {
        for (unsigned h = 1; status == PLM_OK && h < 1U << n_lists; h++) {
            status = plm_buf_append_u64(&bytes, (uint64_t)cells[((size_t)s << n_lists) + h]);
        }
    }
    table.cells = plm_buf_span(&bytes);
    status = status == PLM_OK ? plm_tally_table_encode(&table, out) : status;
    plm_buf_wipe(&bytes);
    return status;
}

/* From the exact table to the one that leaves. */
static plm_status make_table(const plm_tally_book *book, const uint64_t *cells, int64_t now_ms,
                             plm_buf *out)
{
    unsigned places[PLM_TALLY_MEMBERS_MAX];
    const unsigned n_lists = lists_of(book, places);
    const unsigned n_strata = plm_strata_count(&book->proposal.strata);
    const size_t n = (size_t)n_strata << n_lists;
    uint64_t *exact = (uint64_t *)calloc(n, sizeof *exact);
    int64_t *released = (int64_t *)calloc(n, sizeof *released);
    plm_status status = exact == NULL || released == NULL ? PLM_E_NOMEM : PLM_OK;
    if (status == PLM_OK) {
        take_cells(book, cells, n_strata, exact);
        status = release_cells(&book->proposal, exact, n, n_lists, released);
        status = status == PLM_OK ? write_table(book, released, n_lists, now_ms, out) : status;
        plm_wipe(exact, n * sizeof *exact);
    }
    free(exact);
    free(released);
    return status;
}

/* Every list is back, and every number of dummies told. */
static plm_status is_all_back(plm_node *node, const plm_tally_book *book, bool *all)
{
    const unsigned k = book->proposal.n_parties;
    plm_status status = PLM_OK;
    *all = book->row.is_counter && book->row.state == PLM_TALLY_RUNNING;
    for (unsigned owner = 0; status == PLM_OK && *all && owner < k; owner++) {
        const unsigned own_hop = (book->me + k - owner) % k;
        const unsigned hop = own_hop == k - 1 ? k - 1 : k;
        if (book->n_padded[owner] > 0) {
            status = plm_store_has_tally_list(node->store, book->row.id, owner, hop, all);
        }
        if (status == PLM_OK && *all && owner != book->me) {
            status = plm_store_has_tally_list(node->store, book->row.id, owner, 0, all);
        }
        if (status == PLM_OK && *all && hop == k && book->n_padded[owner] > 0) {
            unsigned passed = 0;
            status = plm_store_get_tally_hop(node->store, book->row.id, owner, &passed);
            *all = passed > own_hop;
        }
    }
    return status;
}

static plm_status feed_finals(plm_tally_passing *p)
{
    const unsigned k = p->book->proposal.n_parties;
    plm_status status = PLM_OK;
    for (unsigned owner = 0; status == PLM_OK && owner < k; owner++) {
        const bool is_kept = (p->book->me + k - owner) % k == k - 1;
        if (owner != p->book->me) {
            status = plm_tally_machine_feed(p, owner, 0, owner);
        }
        if (status == PLM_OK && p->book->n_padded[owner] > 0) {
            status = plm_tally_machine_feed(p, owner, is_kept ? k - 1 : k,
                                            (owner + k - 1 - is_kept) % k);
        }
    }
    if (status == PLM_OK && plm_tally_wants(p->machine) != PLM_MATCH_DONE) {
        status = PLM_E_PROTOCOL;
    }
    return status;
}

plm_status plm_tally_count_lists(plm_node *node, plm_tally_book *book, int64_t now_ms, bool *did)
{
    plm_tally_passing p = {.node = node, .book = book, .blamed = book->me};
    const uint64_t *cells = NULL;
    size_t n_cells = 0;
    plm_buf table;
    plm_status status = is_all_back(node, book, did);
    if (status != PLM_OK || !*did) {
        return status;
    }
    plm_buf_init(&p.frozen, PLM_TALLY_FROZEN_MAX);
    plm_buf_init(&table, PLM_TALLY_TABLE_BYTES_MAX);
    status = plm_tally_machine_open(&p);
    status = status == PLM_OK ? feed_finals(&p) : status;
    status = status == PLM_OK ? plm_tally_cells(p.machine, &cells, &n_cells) : status;
    status = status == PLM_OK ? make_table(book, cells, now_ms, &table) : status;
    if (status == PLM_OK) {
        bool mine;
        status = plm_store_enter(node->store, &mine);
        if (status == PLM_OK) {
            status = plm_store_leave(
                node->store, mine, plm_tally_sign_table(node, book, plm_buf_span(&table), now_ms));
        }
    } else {
        status = plm_tally_machine_failed(&p, status, now_ms);
    }
    plm_buf_wipe(&table);
    plm_tally_machine_wipe(&p);
    return status;
}
