/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello.c - who speaks (spec/wire.md section 4.2). Not signed: TLS has proven the party already.
 *
 *   +-------+-----------------+-------+--------------------+-----------+
 *   | u16 n | party, n bytes  | u16 n | software, n bytes  | errand u8 |
 *   +-------+-----------------+-------+--------------------+-----------+
 */
#include "wire/field.h"
#include "wire/message.h"

static bool is_errand(unsigned v)
{
    return v == PLM_ERRAND_RUN || v == PLM_ERRAND_DELIVER || v == PLM_ERRAND_LOOKUP;
}

plm_status plm_hello_encode(const plm_hello *m, plm_buf *out)
{
    plm_writer w = plm_writer_begin(out);
    plm_writer_string(&w, PLM_FIELD_PARTY, m->party, sizeof m->party);
    plm_writer_string(&w, PLM_FIELD_NAME, m->software, sizeof m->software);
    plm_writer_require(&w, is_errand((unsigned)m->errand));
    plm_writer_u8(&w, (uint8_t)m->errand);
    return plm_writer_end(&w);
}

plm_status plm_hello_decode(plm_hello *out, plm_span payload)
{
    plm_reader r = payload;
    plm_hello m = {0};
    uint8_t errand;
    if (plm_rd_field(&r, PLM_FIELD_PARTY, m.party, sizeof m.party) < 0 ||
        plm_rd_field(&r, PLM_FIELD_NAME, m.software, sizeof m.software) < 0 ||
        plm_rd_u8(&r, &errand) < 0 || !is_errand(errand) || plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    m.errand = (plm_errand)errand;
    *out = m;
    return PLM_OK;
}
