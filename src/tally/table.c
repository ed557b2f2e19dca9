/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.c - the table that leaves, and the form of every step.
 */
#include "tally/message.h"

#include "wire/field.h"

enum {
    CELL_BYTES = 8
};

static size_t bytes_of_cells(uint8_t lists, uint16_t n_strata)
{
    return (size_t)n_strata * ((1U << __builtin_popcount(lists)) - 1) * CELL_BYTES;
}

static bool is_within(uint32_t number, uint32_t least, uint32_t most)
{
    return number >= least && number <= most;
}

bool plm_tally_release_is_sound(plm_table_release release, uint32_t epsilon_milli,
                                uint32_t rho_milli, uint32_t threshold)
{
    switch (release) {
    case PLM_RELEASE_LAPLACE:
        return is_within(epsilon_milli, 1, PLM_TALLY_EPSILON_MILLI_MAX) && rho_milli == 0 &&
               threshold == 0;
    case PLM_RELEASE_SUPPRESSION:
        return is_within(threshold, PLM_TALLY_THRESHOLD_MIN, PLM_TALLY_THRESHOLD_MAX) &&
               epsilon_milli == 0 && rho_milli == 0;
    case PLM_RELEASE_GAUSSIAN:
        return is_within(rho_milli, 1, PLM_TALLY_RHO_MILLI_MAX) && epsilon_milli == 0 &&
               threshold == 0;
    default:
        return false;
    }
}

static uint32_t sensitivity_of(plm_table_release release)
{
    return release == PLM_RELEASE_SUPPRESSION ? 0 : PLM_TALLY_SENSITIVITY;
}

static bool is_sound(const plm_tally_table *m)
{
    return plm_tally_release_is_sound(m->release, m->epsilon_milli, m->rho_milli, m->threshold) &&
           m->sensitivity == sensitivity_of(m->release) && __builtin_popcount(m->lists) >= 2 &&
           m->n_strata >= 1 && m->n_strata <= PLM_STRATA_MAX &&
           m->cells.n == bytes_of_cells(m->lists, m->n_strata);
}

plm_status plm_tally_table_encode(const plm_tally_table *m, plm_buf *out)
{
    uint8_t number[4];
    plm_writer w = plm_writer_begin(out);
    plm_writer_require(&w, is_sound(m));
    plm_writer_bytes(&w, m->id, sizeof m->id);
    plm_writer_bytes(&w, m->accord_hash, sizeof m->accord_hash);
    plm_writer_bytes(&w, m->start_hash, sizeof m->start_hash);
    plm_writer_u8(&w, (uint8_t)m->release);
    const uint32_t numbers[] = {m->release == PLM_RELEASE_GAUSSIAN ? m->rho_milli
                                                                   : m->epsilon_milli,
                                m->sensitivity, m->threshold};
    for (unsigned i = 0; i < 3; i++) {
        plm_store_u32(number, numbers[i]);
        plm_writer_bytes(&w, number, sizeof number);
    }
    plm_writer_u8(&w, m->lists);
    plm_writer_u16(&w, m->n_strata);
    plm_writer_time(&w, m->time_ms);
    plm_writer_bytes(&w, m->cells.p, m->cells.n);
    return plm_writer_end(&w);
}

plm_status plm_tally_table_decode(plm_tally_table *out, plm_span body)
{
    plm_tally_table m = {0};
    plm_reader r = body;
    uint8_t release;
    uint32_t loss;
    if (plm_rd_copy(&r, m.id, sizeof m.id) < 0 ||
        plm_rd_copy(&r, m.accord_hash, sizeof m.accord_hash) < 0 ||
        plm_rd_copy(&r, m.start_hash, sizeof m.start_hash) < 0 || plm_rd_u8(&r, &release) < 0 ||
        plm_rd_u32(&r, &loss) < 0 || plm_rd_u32(&r, &m.sensitivity) < 0 ||
        plm_rd_u32(&r, &m.threshold) < 0 || plm_rd_u8(&r, &m.lists) < 0 ||
        plm_rd_u16(&r, &m.n_strata) < 0 || plm_rd_time(&r, &m.time_ms) < 0 ||
        plm_rd_take(&r, bytes_of_cells(m.lists, m.n_strata), &m.cells) < 0 || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.release = (plm_table_release)release;
    *(m.release == PLM_RELEASE_GAUSSIAN ? &m.rho_milli : &m.epsilon_milli) = loss;
    if (!is_sound(&m)) {
        return PLM_E_PROTOCOL;
    }
    *out = m;
    return PLM_OK;
}

unsigned plm_tally_table_lists(const plm_tally_table *table)
{
    return (unsigned)__builtin_popcount(table->lists);
}

int64_t plm_tally_table_cell(const plm_tally_table *table, unsigned stratum, unsigned history)
{
    const size_t n_histories = ((size_t)1 << plm_tally_table_lists(table)) - 1;
    return (int64_t)plm_load_u64(table->cells.p +
                                 (stratum * n_histories + history - 1) * CELL_BYTES);
}

static plm_span without_signature(plm_span signed_body)
{
    return plm_span_of(signed_body.p, signed_body.n < PLM_SIGNATURE_BYTES
                                          ? 0
                                          : signed_body.n - PLM_SIGNATURE_BYTES);
}

static plm_status check_start(plm_span body)
{
    plm_reader r = body;
    unsigned n = 0;
    while (r.n > 0) {
        plm_span consent;
        plm_tally_consent m;
        if (plm_rd_block16(&r, UINT16_MAX, &consent) < 0 || ++n > PLM_TALLY_MEMBERS_MAX ||
            plm_tally_consent_decode(&m, without_signature(consent)) != PLM_OK) {
            return PLM_E_PROTOCOL;
        }
    }
    return n >= 2 ? PLM_OK : PLM_E_PROTOCOL;
}

plm_status plm_tally_step_check(plm_tally_step step, plm_span body)
{
    plm_tally_proposal proposal;
    plm_tally_consent consent;
    plm_tally_table table;
    plm_tally_end end;
    switch (step) {
    case PLM_TALLY_PROPOSE:
        return plm_tally_proposal_decode(&proposal, body);
    case PLM_TALLY_CONSENT:
        return plm_tally_consent_decode(&consent, without_signature(body));
    case PLM_TALLY_START:
        return check_start(body);
    case PLM_TALLY_PASSED:
        return body.n == 2 && body.p[0] < PLM_TALLY_MEMBERS_MAX && body.p[1] >= 1 &&
                       body.p[1] <= PLM_TALLY_MEMBERS_MAX
                   ? PLM_OK
                   : PLM_E_PROTOCOL;
    case PLM_TALLY_RESULT:
        return plm_tally_table_decode(&table, without_signature(body));
    case PLM_TALLY_SIGNED:
        return body.n == PLM_SIGNATURE_BYTES ? PLM_OK : PLM_E_PROTOCOL;
    case PLM_TALLY_CLOSE:
        return body.n >= 2 * (size_t)PLM_SIGNATURE_BYTES && body.n % PLM_SIGNATURE_BYTES == 0 &&
                       body.n <= PLM_TALLY_MEMBERS_MAX * (size_t)PLM_SIGNATURE_BYTES
                   ? PLM_OK
                   : PLM_E_PROTOCOL;
    case PLM_TALLY_END:
        return plm_tally_end_decode(&end, body);
    default:
        return PLM_E_PROTOCOL;
    }
}
