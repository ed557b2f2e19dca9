/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.c - the encodings of wire/lookup.h (spec/lookup.md section 8), fields in the order of the
 * structs. S: u16 length, then that many bytes.
 *
 *   OPEN     asker S | holder S | accord 32 | recipe 32 | channel 32 | purpose S | offence S
 *            | case S | officer S | time u64
 *   TERMS    H(open) 32 | per hour u64 | left u64 | u16 n | n epochs | time u64
 *   epoch    u32 number | key 32 | root 32 | sequence u64 | index u64 | changes u64 | until u64
 *   QUERY    u32 number | u32 epoch | u16 n | n * 32
 *   ANSWER   u32 number | u8 outcome | u32 newest | u64 sequence | u16 n | n * 32 | proof 64 if n
 *   FETCH    u32 epoch | u64 sequence | u64 offset
 *   PART     u8 outcome | bytes to the end
 *   notice   purpose S | u32 epoch | reference 16 | case S | time u64
 */
#include "wire/lookup.h"

#include "wire/field.h"

static void put_u32(plm_writer *w, uint32_t v)
{
    uint8_t b[4];
    plm_store_u32(b, v);
    plm_writer_bytes(w, b, sizeof b);
}

plm_status plm_lookup_open_encode(const plm_lookup_open *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->asker, sizeof m->asker);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->holder, sizeof m->holder);
    plm_writer_bytes(&w, m->accord_hash, sizeof m->accord_hash);
    plm_writer_bytes(&w, m->recipe_digest, sizeof m->recipe_digest);
    plm_writer_bytes(&w, m->channel, sizeof m->channel);
    plm_writer_string(&w, PLM_FIELD_PURPOSE, m->purpose, sizeof m->purpose);
    plm_writer_string(&w, PLM_FIELD_NAME, m->offence, sizeof m->offence);
    plm_writer_string(&w, PLM_FIELD_TEXT, m->case_ref, sizeof m->case_ref);
    plm_writer_string(&w, PLM_FIELD_TEXT, m->officer, sizeof m->officer);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_lookup_open_decode(plm_lookup_open *out, plm_span body)
{
    plm_reader r = body;
    plm_lookup_open m = {0};
    if (plm_rd_field(&r, PLM_FIELD_PARTY, m.asker, sizeof m.asker) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PARTY, m.holder, sizeof m.holder) < 0 ||
        plm_rd_copy(&r, m.accord_hash, sizeof m.accord_hash) < 0 ||
        plm_rd_copy(&r, m.recipe_digest, sizeof m.recipe_digest) < 0 ||
        plm_rd_copy(&r, m.channel, sizeof m.channel) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PURPOSE, m.purpose, sizeof m.purpose) < 0 ||
        plm_rd_field(&r, PLM_FIELD_NAME, m.offence, sizeof m.offence) < 0 ||
        plm_rd_field(&r, PLM_FIELD_TEXT, m.case_ref, sizeof m.case_ref) < 0 ||
        plm_rd_field(&r, PLM_FIELD_TEXT, m.officer, sizeof m.officer) < 0 ||
        plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

static bool is_epoch(const plm_lookup_epoch *e)
{
    return e->epoch > 0 && e->index_bytes > 0 && (e->sequence > 0) == (e->changes_bytes > 0);
}

/* From the newest on: each once. */
static bool is_order(const plm_lookup_terms *m)
{
    if (m->n_epochs == 0 || m->n_epochs > PLM_LOOKUP_EPOCHS_MAX || m->left > m->per_hour) {
        return false;
    }
    for (size_t i = 0; i < m->n_epochs; i++) {
        if (!is_epoch(&m->epochs[i]) || (i > 0 && m->epochs[i].epoch >= m->epochs[i - 1].epoch)) {
            return false;
        }
    }
    return true;
}

plm_status plm_lookup_terms_encode(const plm_lookup_terms *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, is_order(m));
    plm_writer_bytes(&w, m->open_hash, sizeof m->open_hash);
    plm_writer_u64(&w, m->per_hour);
    plm_writer_u64(&w, m->left);
    plm_writer_u16(&w, m->n_epochs);
    for (size_t i = 0; w.status == PLM_OK && i < m->n_epochs; i++) {
        const plm_lookup_epoch *e = &m->epochs[i];
        put_u32(&w, e->epoch);
        plm_writer_bytes(&w, e->public_key, sizeof e->public_key);
        plm_writer_bytes(&w, e->root, sizeof e->root);
        plm_writer_u64(&w, e->sequence);
        plm_writer_u64(&w, e->index_bytes);
        plm_writer_u64(&w, e->changes_bytes);
        plm_writer_time(&w, e->until_ms);
    }
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

static int read_epoch(plm_reader *r, plm_lookup_epoch *e)
{
    return plm_rd_u32(r, &e->epoch) < 0 ||
                   plm_rd_copy(r, e->public_key, sizeof e->public_key) < 0 ||
                   plm_rd_copy(r, e->root, sizeof e->root) < 0 || plm_rd_u64(r, &e->sequence) < 0 ||
                   plm_rd_u64(r, &e->index_bytes) < 0 || plm_rd_u64(r, &e->changes_bytes) < 0 ||
                   plm_rd_time(r, &e->until_ms) < 0
               ? -1
               : 0;
}

plm_status plm_lookup_terms_decode(plm_lookup_terms *out, plm_span body)
{
    plm_reader r = body;
    plm_lookup_terms m = {0};
    if (plm_rd_copy(&r, m.open_hash, sizeof m.open_hash) < 0 || plm_rd_u64(&r, &m.per_hour) < 0 ||
        plm_rd_u64(&r, &m.left) < 0 || plm_rd_u16(&r, &m.n_epochs) < 0 ||
        m.n_epochs > PLM_LOOKUP_EPOCHS_MAX) {
        return PLM_E_PROTOCOL;
    }
    for (size_t i = 0; i < m.n_epochs; i++) {
        if (read_epoch(&r, &m.epochs[i]) < 0) {
            return PLM_E_PROTOCOL;
        }
    }
    if (plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_end(&r) < 0 || !is_order(&m)) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_lookup_query_encode(const plm_lookup_query *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, m->epoch > 0 && m->n > 0 && m->n <= PLM_LOOKUP_BATCH_MAX &&
                               m->elements.n == (size_t)m->n * PLM_LOOKUP_ELEMENT_BYTES);
    put_u32(&w, m->number);
    put_u32(&w, m->epoch);
    plm_writer_u16(&w, m->n);
    plm_writer_bytes(&w, m->elements.p, m->elements.n);
    return plm_writer_end(&w);
}

plm_status plm_lookup_query_decode(plm_lookup_query *out, plm_span payload)
{
    plm_reader r = payload;
    plm_lookup_query m = {0};
    if (plm_rd_u32(&r, &m.number) < 0 || plm_rd_u32(&r, &m.epoch) < 0 || m.epoch == 0 ||
        plm_rd_u16(&r, &m.n) < 0 || m.n == 0 || m.n > PLM_LOOKUP_BATCH_MAX ||
        plm_rd_take(&r, (size_t)m.n * PLM_LOOKUP_ELEMENT_BYTES, &m.elements) < 0 ||
        plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

static bool is_answer(const plm_lookup_answer *m)
{
    const bool is_done = m->outcome == PLM_LOOKUP_DONE;
    return m->outcome < PLM_LOOKUP_OUTCOME_COUNT && m->n <= PLM_LOOKUP_BATCH_MAX &&
           (m->n > 0) == is_done;
}

plm_status plm_lookup_answer_encode(const plm_lookup_answer *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, is_answer(m) &&
                               m->elements.n == (size_t)m->n * PLM_LOOKUP_ELEMENT_BYTES &&
                               m->proof.n == (m->n > 0 ? PLM_LOOKUP_PROOF_BYTES : 0));
    put_u32(&w, m->number);
    plm_writer_u8(&w, (uint8_t)m->outcome);
    put_u32(&w, m->newest);
    plm_writer_u64(&w, m->sequence);
    plm_writer_u16(&w, m->n);
    plm_writer_bytes(&w, m->elements.p, m->elements.n);
    plm_writer_bytes(&w, m->proof.p, m->proof.n);
    return plm_writer_end(&w);
}

plm_status plm_lookup_answer_decode(plm_lookup_answer *out, plm_span payload)
{
    plm_reader r = payload;
    plm_lookup_answer m = {0};
    uint8_t outcome;
    if (plm_rd_u32(&r, &m.number) < 0 || plm_rd_u8(&r, &outcome) < 0 ||
        plm_rd_u32(&r, &m.newest) < 0 || plm_rd_u64(&r, &m.sequence) < 0 ||
        plm_rd_u16(&r, &m.n) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.outcome = (plm_lookup_outcome)outcome;
    if (!is_answer(&m) ||
        plm_rd_take(&r, (size_t)m.n * PLM_LOOKUP_ELEMENT_BYTES, &m.elements) < 0 ||
        plm_rd_take(&r, m.n > 0 ? PLM_LOOKUP_PROOF_BYTES : 0, &m.proof) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_lookup_fetch_encode(const plm_lookup_fetch *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, m->epoch > 0);
    put_u32(&w, m->epoch);
    plm_writer_u64(&w, m->sequence);
    plm_writer_u64(&w, m->offset);
    return plm_writer_end(&w);
}

plm_status plm_lookup_fetch_decode(plm_lookup_fetch *out, plm_span payload)
{
    plm_reader r = payload;
    plm_lookup_fetch m = {0};
    if (plm_rd_u32(&r, &m.epoch) < 0 || m.epoch == 0 || plm_rd_u64(&r, &m.sequence) < 0 ||
        plm_rd_u64(&r, &m.offset) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

static bool is_part(const plm_lookup_part *m)
{
    return (m->outcome == PLM_LOOKUP_DONE || m->outcome == PLM_LOOKUP_EPOCH ||
            m->outcome == PLM_LOOKUP_REFUSED) &&
           m->bytes.n <= PLM_LOOKUP_PART_MAX && (m->outcome == PLM_LOOKUP_DONE || m->bytes.n == 0);
}

plm_status plm_lookup_part_encode(const plm_lookup_part *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, is_part(m));
    plm_writer_u8(&w, (uint8_t)m->outcome);
    plm_writer_bytes(&w, m->bytes.p, m->bytes.n);
    return plm_writer_end(&w);
}

plm_status plm_lookup_part_decode(plm_lookup_part *out, plm_span payload)
{
    plm_reader r = payload;
    plm_lookup_part m = {0};
    uint8_t outcome;
    if (plm_rd_u8(&r, &outcome) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.outcome = (plm_lookup_outcome)outcome;
    m.bytes = r;
    if (!is_part(&m)) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

plm_status plm_lookup_notice_encode(const plm_lookup_notice *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_string(&w, PLM_FIELD_PURPOSE, m->purpose, sizeof m->purpose);
    plm_writer_require(&w, m->epoch > 0);
    put_u32(&w, m->epoch);
    plm_writer_bytes(&w, m->reference, sizeof m->reference);
    plm_writer_string(&w, PLM_FIELD_TEXT, m->case_ref, sizeof m->case_ref);
    plm_writer_time(&w, m->time_ms);
    return plm_writer_end(&w);
}

plm_status plm_lookup_notice_decode(plm_lookup_notice *out, plm_span meta)
{
    plm_reader r = meta;
    plm_lookup_notice m = {0};
    if (plm_rd_field(&r, PLM_FIELD_PURPOSE, m.purpose, sizeof m.purpose) < 0 ||
        plm_rd_u32(&r, &m.epoch) < 0 || m.epoch == 0 ||
        plm_rd_copy(&r, m.reference, sizeof m.reference) < 0 ||
        plm_rd_field(&r, PLM_FIELD_TEXT, m.case_ref, sizeof m.case_ref) < 0 ||
        plm_rd_time(&r, &m.time_ms) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}
