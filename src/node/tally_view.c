/* SPDX-License-Identifier: Apache-2.0 */
#include "node/tally_view.h"

#include "base/date.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *plm_tally_row_view(const plm_tally_row *row)
{
    char id[2 * PLM_RUN_ID_BYTES + 1];
    char created[PLM_TIME_TEXT];
    plm_hex_encode(id, row->id, sizeof row->id);
    plm_time_format(created, row->created_ms);
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s}", "tally", id, "state",
                     plm_tally_state_name(row->state), "purpose", row->purpose, "counts",
                     (int)row->is_counter, "created", created, "reason",
                     row->reason != 0 ? plm_tally_reason_name((unsigned)row->reason) : "", "blamed",
                     row->blamed, "clause", row->clause);
}

plm_status plm_tally_progress_of(plm_store *store, const plm_tally_book *book,
                                 plm_tally_progress *out)
{
    *out = (plm_tally_progress){.waits_for = 0};
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && i < book->proposal.n_parties; i++) {
        status = plm_store_get_tally_hop(store, book->row.id, i, &out->hops[i]);
    }
    return status == PLM_OK ? plm_tally_waits_for(store, book, &out->waits_for) : status;
}

json_t *plm_tally_view(const plm_tally_book *book, const plm_tally_progress *progress)
{
    json_t *parties = json_array();
    json_t *out = plm_tally_row_view(&book->row);
    for (unsigned i = 0; i < book->proposal.n_parties; i++) {
        (void)json_array_append_new(
            parties,
            json_pack("{s:s, s:b, s:b, s:I, s:i}", "code", book->proposal.parties[i], "counts",
                      (int)(i == book->proposal.counter), "is_us", (int)(i == book->me), "records",
                      (json_int_t)book->n_padded[i], "hop", (int)progress->hops[i]));
    }
    (void)json_object_set_new(out, "parties", parties);
    (void)json_object_set_new(out, "strata",
                              json_integer(plm_strata_count(&book->proposal.strata)));
    (void)json_object_set_new(
        out, "waits_for",
        json_string(book->row.ended_ms == 0 ? book->proposal.parties[progress->waits_for] : ""));
    return out;
}

plm_status plm_tally_table_of(const plm_tally_book *book, plm_tally_table *out)
{
    if (book->row.state != PLM_TALLY_DONE) {
        return PLM_E_NOT_FOUND;
    }
    plm_status status = plm_tally_table_decode(out, book->row.result);
    return status == PLM_E_PROTOCOL ? PLM_E_STORE : status;
}

unsigned plm_tally_table_place(const plm_tally_table *table, unsigned i)
{
    unsigned place = 0;
    for (unsigned left = i + 1; left > 0; place++) {
        left -= table->lists >> place & 1U;
    }
    return place - 1;
}

static bool has_kind(const plm_strata *strata, unsigned kind)
{
    return (strata->kinds >> kind & 1) != 0;
}

/* One number of the table: of stratum s, and of those on exactly the lists in h. */
static json_t *cell_json(const plm_tally_book *book, const plm_tally_table *table, unsigned s,
                         unsigned h)
{
    const plm_strata *strata = &book->proposal.strata;
    const int64_t cell = plm_tally_table_cell(table, s, h);
    json_t *lists = json_array();
    json_t *row = json_object();
    char text[PLM_STRATUM_TEXT];
    for (unsigned i = 0; i < plm_tally_table_lists(table); i++) {
        if ((h >> i & 1) != 0) {
            (void)json_array_append_new(
                lists, json_string(book->proposal.parties[plm_tally_table_place(table, i)]));
        }
    }
    for (plm_stratum_kind kind = 0; kind < PLM_STRATUM_KINDS; kind++) {
        if (has_kind(strata, kind)) {
            (void)json_object_set_new(row, plm_stratum_kinds[kind],
                                      json_string(plm_strata_text(strata, s, kind, text)));
        }
    }
    (void)json_object_set_new(row, "lists", lists);
    (void)json_object_set_new(row, "count",
                              cell == PLM_TALLY_CELL_SUPPRESSED ? json_null() : json_integer(cell));
    return row;
}

static json_t *cells_json(const plm_tally_book *book, const plm_tally_table *table)
{
    json_t *rows = json_array();
    for (unsigned s = 0; s < table->n_strata; s++) {
        for (unsigned h = 1; h < 1U << plm_tally_table_lists(table); h++) {
            (void)json_array_append_new(rows, cell_json(book, table, s, h));
        }
    }
    return rows;
}

static json_t *signatures_json(plm_store *store, const plm_tally_book *book)
{
    char hex[2 * PLM_SIGNATURE_BYTES + 1];
    json_t *signatures = json_object();
    plm_buf word;
    plm_buf_init(&word, PLM_PARCEL_SIGNED_MAX);
    for (unsigned i = 0; i < book->proposal.n_parties; i++) {
        plm_buf_clear(&word);
        if (plm_store_get_tally_word(store, book->row.id, i, PLM_TALLY_WORD_SIGNATURE, &word) ==
                PLM_OK &&
            word.n == PLM_SIGNATURE_BYTES) {
            plm_hex_encode(hex, word.data, word.n);
            (void)json_object_set_new(signatures, book->proposal.parties[i], json_string(hex));
        }
    }
    plm_buf_wipe(&word);
    return signatures;
}

json_t *plm_tally_table_view(plm_store *store, const plm_tally_book *book,
                             const plm_tally_table *table)
{
    char id[2 * PLM_RUN_ID_BYTES + 1];
    char hash[2 * PLM_HASH_BYTES + 1];
    char *body = (char *)malloc(2 * book->row.result.n + 1);
    if (body == NULL) {
        return NULL;
    }
    plm_hex_encode(id, table->id, sizeof table->id);
    plm_hex_encode(hash, table->accord_hash, sizeof table->accord_hash);
    plm_hex_encode(body, book->row.result.p, book->row.result.n);
    json_t *out = json_pack(
        "{s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:o, s:s, s:o}", "tally", id, "accord", hash,
        "mechanism", plm_table_releases[table->release - PLM_RELEASE_LAPLACE], "epsilon_milli",
        (int)table->epsilon_milli, "rho_milli", (int)table->rho_milli, "sensitivity",
        (int)table->sensitivity, "threshold", (int)table->threshold, "cells",
        cells_json(book, table), "signed", body, "signatures", signatures_json(store, book));
    free(body);
    return out;
}

static plm_status append_text(plm_buf *out, const char *text, char end)
{
    plm_status status = plm_buf_append(out, text, strlen(text));
    return status == PLM_OK ? plm_buf_append_u8(out, (uint8_t)end) : status;
}

static plm_status append_head(const plm_tally_book *book, const plm_tally_table *table,
                              plm_buf *out)
{
    const plm_tally_proposal *p = &book->proposal;
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && i < plm_tally_table_lists(table); i++) {
        status = append_text(out, p->parties[plm_tally_table_place(table, i)], ',');
    }
    for (unsigned kind = 0; status == PLM_OK && kind < PLM_STRATUM_KINDS; kind++) {
        if (has_kind(&p->strata, kind)) {
            status = append_text(out, plm_stratum_kinds[kind], ',');
        }
    }
    return status == PLM_OK ? append_text(out, "count", '\n') : status;
}

static plm_status append_cell(const plm_tally_book *book, const plm_tally_table *table, unsigned s,
                              unsigned h, plm_buf *out)
{
    const plm_strata *strata = &book->proposal.strata;
    const int64_t cell = plm_tally_table_cell(table, s, h);
    char text[PLM_STRATUM_TEXT];
    char number[24] = "";
    plm_status status = PLM_OK;
    for (unsigned i = 0; status == PLM_OK && i < plm_tally_table_lists(table); i++) {
        status = append_text(out, (h >> i & 1) != 0 ? "1" : "0", ',');
    }
    for (plm_stratum_kind kind = 0; status == PLM_OK && kind < PLM_STRATUM_KINDS; kind++) {
        if (has_kind(strata, kind)) {
            status = append_text(out, plm_strata_text(strata, s, kind, text), ',');
        }
    }
    if (cell != PLM_TALLY_CELL_SUPPRESSED) {
        (void)snprintf(number, sizeof number, "%" PRId64, cell);
    }
    return status == PLM_OK ? append_text(out, number, '\n') : status;
}

plm_status plm_tally_table_csv(const plm_tally_book *book, const plm_tally_table *table,
                               plm_buf *out)
{
    plm_status status = append_head(book, table, out);
    for (unsigned s = 0; s < table->n_strata; s++) {
        for (unsigned h = 1; status == PLM_OK && h < 1U << plm_tally_table_lists(table); h++) {
            status = append_cell(book, table, s, h, out);
        }
    }
    return status;
}
