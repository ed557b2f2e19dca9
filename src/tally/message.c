/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.c - proposal, consent, end, and the heads of pieces.
 */
#include "tally/message.h"

#include "wire/field.h"

#include <string.h>

static void write_u32(plm_writer *w, uint32_t v)
{
    uint8_t bytes[4];
    plm_store_u32(bytes, v);
    plm_writer_bytes(w, bytes, sizeof bytes);
}

static bool is_date(plm_date d)
{
    return plm_date_is_valid(d) && d.year > 0 && d.month > 0 && d.day > 0;
}

/* What the writer's and the reader's fields do not say by themselves. */
static bool is_sound(const plm_tally_proposal *m)
{
    bool good = m->n_parties >= 2 && m->n_parties <= PLM_TALLY_MEMBERS_MAX &&
                m->counter < m->n_parties && m->n_rules >= 1 && m->n_rules <= PLM_TALLY_RULES_MAX &&
                plm_strata_count(&m->strata) > 0 && m->tokens_each >= 1 && m->tokens_each <= 64 &&
                is_date(m->day);
    good = good &&
           plm_tally_release_is_sound(m->release, m->epsilon_milli, m->rho_milli, m->threshold);
    for (unsigned i = 0; good && i < m->n_parties; i++) {
        for (unsigned j = 0; good && j < i; j++) {
            good = strcmp(m->parties[i], m->parties[j]) != 0;
        }
    }
    return good;
}

plm_status plm_tally_proposal_encode(const plm_tally_proposal *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, is_sound(m));
    plm_writer_bytes(&w, m->id, sizeof m->id);
    plm_writer_bytes(&w, m->accord_hash, sizeof m->accord_hash);
    plm_writer_bytes(&w, m->recipe_digest, sizeof m->recipe_digest);
    plm_writer_string(&w, PLM_FIELD_PURPOSE, m->purpose, sizeof m->purpose);
    plm_writer_u8(&w, (uint8_t)m->n_parties);
    plm_writer_u8(&w, (uint8_t)m->counter);
    for (unsigned i = 0; w.status == PLM_OK && i < m->n_parties; i++) {
        plm_writer_string(&w, PLM_FIELD_PARTY, m->parties[i], sizeof m->parties[i]);
    }
    plm_writer_u8(&w, (uint8_t)m->n_rules);
    for (unsigned i = 0; w.status == PLM_OK && i < m->n_rules; i++) {
        plm_writer_string(&w, PLM_FIELD_NAME, m->rules[i], sizeof m->rules[i]);
    }
    plm_writer_u8(&w, m->strata.kinds);
    plm_writer_u16(&w, m->strata.first_year);
    plm_writer_u8(&w, m->strata.n_years);
    plm_writer_u8(&w, (uint8_t)m->tokens_each);
    plm_writer_u8(&w, (uint8_t)m->release);
    write_u32(&w, m->release == PLM_RELEASE_GAUSSIAN ? m->rho_milli : m->epsilon_milli);
    write_u32(&w, m->threshold);
    plm_writer_u16(&w, m->day.year);
    plm_writer_u8(&w, m->day.month);
    plm_writer_u8(&w, m->day.day);
    plm_writer_string(&w, PLM_FIELD_NAME, m->officer, sizeof m->officer);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

static int read_lists(plm_reader *r, plm_tally_proposal *m)
{
    uint8_t n_parties;
    uint8_t counter;
    uint8_t n_rules;
    if (plm_rd_u8(r, &n_parties) < 0 || plm_rd_u8(r, &counter) < 0 ||
        n_parties > PLM_TALLY_MEMBERS_MAX) {
        return -1;
    }
    m->n_parties = n_parties;
    m->counter = counter;
    for (unsigned i = 0; i < n_parties; i++) {
        if (plm_rd_field(r, PLM_FIELD_PARTY, m->parties[i], sizeof m->parties[i]) < 0) {
            return -1;
        }
    }
    if (plm_rd_u8(r, &n_rules) < 0 || n_rules > PLM_TALLY_RULES_MAX) {
        return -1;
    }
    m->n_rules = n_rules;
    for (unsigned i = 0; i < n_rules; i++) {
        if (plm_rd_field(r, PLM_FIELD_NAME, m->rules[i], sizeof m->rules[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

plm_status plm_tally_proposal_decode(plm_tally_proposal *out, plm_span body)
{
    plm_tally_proposal m = {0};
    plm_reader r = body;
    uint8_t tokens_each;
    uint8_t release;
    uint32_t loss;
    if (plm_rd_copy(&r, m.id, sizeof m.id) < 0 ||
        plm_rd_copy(&r, m.accord_hash, sizeof m.accord_hash) < 0 ||
        plm_rd_copy(&r, m.recipe_digest, sizeof m.recipe_digest) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PURPOSE, m.purpose, sizeof m.purpose) < 0 ||
        read_lists(&r, &m) < 0 || plm_rd_u8(&r, &m.strata.kinds) < 0 ||
        plm_rd_u16(&r, &m.strata.first_year) < 0 || plm_rd_u8(&r, &m.strata.n_years) < 0 ||
        plm_rd_u8(&r, &tokens_each) < 0 || plm_rd_u8(&r, &release) < 0 ||
        plm_rd_u32(&r, &loss) < 0 || plm_rd_u32(&r, &m.threshold) < 0 ||
        plm_rd_u16(&r, &m.day.year) < 0 || plm_rd_u8(&r, &m.day.month) < 0 ||
        plm_rd_u8(&r, &m.day.day) < 0 ||
        plm_rd_field(&r, PLM_FIELD_NAME, m.officer, sizeof m.officer) < 0 ||
        plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.tokens_each = tokens_each;
    m.release = (plm_table_release)release;
    *(m.release == PLM_RELEASE_GAUSSIAN ? &m.rho_milli : &m.epsilon_milli) = loss;
    if (!is_sound(&m)) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

unsigned plm_tally_place(const plm_tally_proposal *proposal, const char *code)
{
    unsigned place = 0;
    while (place < proposal->n_parties && strcmp(proposal->parties[place], code) != 0) {
        place++;
    }
    return place;
}

plm_status plm_tally_consent_encode(const plm_tally_consent *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, m->place < PLM_TALLY_MEMBERS_MAX && m->n <= PLM_TALLY_LIST_MAX);
    plm_writer_bytes(&w, m->id, sizeof m->id);
    plm_writer_bytes(&w, m->proposal_hash, sizeof m->proposal_hash);
    plm_writer_u8(&w, m->place);
    write_u32(&w, m->n);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_tally_consent_decode(plm_tally_consent *out, plm_span body)
{
    plm_tally_consent m;
    plm_reader r = body;
    if (plm_rd_copy(&r, m.id, sizeof m.id) < 0 ||
        plm_rd_copy(&r, m.proposal_hash, sizeof m.proposal_hash) < 0 ||
        plm_rd_u8(&r, &m.place) < 0 || m.place >= PLM_TALLY_MEMBERS_MAX ||
        plm_rd_u32(&r, &m.n) < 0 || m.n > PLM_TALLY_LIST_MAX || plm_rd_time(&r, &m.time_ms) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_tally_end_encode(const plm_tally_end *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, m->reason >= 1 && m->reason < PLM_TALLY_REASON_COUNT);
    plm_writer_u8(&w, (uint8_t)m->reason);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->blamed, sizeof m->blamed);
    plm_writer_string(&w, PLM_FIELD_POINTER, m->clause, sizeof m->clause);
    return plm_writer_end(&w);
}

plm_status plm_tally_end_decode(plm_tally_end *out, plm_span body)
{
    plm_tally_end m = {0};
    plm_reader r = body;
    uint8_t reason;
    if (plm_rd_u8(&r, &reason) < 0 || reason == 0 || reason >= PLM_TALLY_REASON_COUNT ||
        plm_rd_field(&r, PLM_FIELD_PARTY, m.blamed, sizeof m.blamed) < 0 ||
        plm_rd_field(&r, PLM_FIELD_POINTER, m.clause, sizeof m.clause) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.reason = (plm_tally_reason)reason;
    *out = m;
    return PLM_OK;
}

void plm_tally_piece_encode(const plm_tally_piece *m, uint8_t out[static PLM_TALLY_PIECE_META])
{
    memcpy(out, m->id, sizeof m->id);
    out[PLM_RUN_ID_BYTES] = m->owner;
    out[PLM_RUN_ID_BYTES + 1] = m->hop;
    plm_store_u16(out + PLM_RUN_ID_BYTES + 2, m->number);
    plm_store_u16(out + PLM_RUN_ID_BYTES + 4, m->n_pieces);
}

plm_status plm_tally_piece_decode(plm_tally_piece *out, plm_span meta)
{
    plm_tally_piece m;
    plm_reader r = meta;
    if (plm_rd_copy(&r, m.id, sizeof m.id) < 0 || plm_rd_u8(&r, &m.owner) < 0 ||
        plm_rd_u8(&r, &m.hop) < 0 || plm_rd_u16(&r, &m.number) < 0 ||
        plm_rd_u16(&r, &m.n_pieces) < 0 || plm_rd_end(&r) < 0 || m.owner >= PLM_TALLY_MEMBERS_MAX ||
        m.hop > PLM_TALLY_MEMBERS_MAX || m.n_pieces == 0 || m.n_pieces > PLM_TALLY_PIECES_MAX ||
        m.number >= m.n_pieces) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_tally_piece_next(plm_reader *r, plm_span *message, bool *is_there)
{
    uint32_t n;
    *is_there = r->n > 0;
    if (!*is_there) {
        return PLM_OK;
    }
    return plm_rd_u32(r, &n) < 0 || n == 0 || plm_rd_take(r, n, message) < 0 ? PLM_E_PROTOCOL
                                                                             : PLM_OK;
}
