/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/kinds_lookup.h"

#include "wire/field.h"
#include "wire/lookup.h"

#include <inttypes.h>

/* action u8 | accord 32 | purpose | epoch, sequence, entries, added, withdrawn u64 */
plm_status plm_kind_index(plm_span body, plm_buf *out)
{
    static const char *const actions[] = {"", "built", "published", "brought up to date",
                                          "retired"};
    plm_reader r = body;
    uint8_t action;
    plm_span accord;
    char purpose[PLM_CODE_MAX];
    uint64_t v[5];
    if (plm_rd_u8(&r, &action) < 0 || action == 0 || action >= sizeof actions / sizeof *actions ||
        plm_rd_take(&r, PLM_HASH_BYTES, &accord) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PURPOSE, purpose, sizeof purpose) < 0) {
        return PLM_E_PROTOCOL;
    }
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        if (plm_rd_u64(&r, &v[i]) < 0) {
            return PLM_E_PROTOCOL;
        }
    }
    if (plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(out,
                          "index of %s, epoch %" PRIu64 " %s: %" PRIu64 " entries; changes %" PRIu64
                          ": %" PRIu64 " added, %" PRIu64 " withdrawn",
                          purpose, v[0], actions[action], v[2], v[1], v[3], v[4]);
}

static plm_span without_signature(plm_span body)
{
    return plm_span_of(body.p, body.n > PLM_SIGNATURE_BYTES ? body.n - PLM_SIGNATURE_BYTES : 0);
}

plm_status plm_kind_lookup_open(plm_span body, plm_buf *out)
{
    plm_lookup_open m;
    plm_status status = plm_lookup_open_decode(&m, without_signature(body));
    return status == PLM_OK
               ? plm_buf_printf(out, "%s asks the index of %s, purpose %s, offence %s, case %.8s",
                                m.asker, m.holder, m.purpose, m.offence, m.case_ref)
               : status;
}

plm_status plm_kind_lookup_terms(plm_span body, plm_buf *out)
{
    plm_lookup_terms m;
    plm_status status = plm_lookup_terms_decode(&m, without_signature(body));
    return status == PLM_OK
               ? plm_buf_printf(out,
                                "answered for epoch %" PRIu32 ", changes %" PRIu64 "; %" PRIu64
                                " of %" PRIu64 " left in the hour",
                                m.epochs[0].epoch, m.epochs[0].sequence, m.left, m.per_hour)
               : status;
}

/* peer | accord 32 | purpose | asker u8 | first, last, evaluated, refused, batches, hits u64 */
plm_status plm_kind_lookups(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    char peer[PLM_CODE_MAX];
    char purpose[PLM_CODE_MAX];
    plm_span accord;
    uint8_t is_asker;
    uint64_t v[6];
    if (plm_rd_field(&r, PLM_FIELD_PARTY, peer, sizeof peer) < 0 ||
        plm_rd_take(&r, PLM_HASH_BYTES, &accord) < 0 ||
        plm_rd_field(&r, PLM_FIELD_PURPOSE, purpose, sizeof purpose) < 0 ||
        plm_rd_u8(&r, &is_asker) < 0 || is_asker > 1) {
        return PLM_E_PROTOCOL;
    }
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        if (plm_rd_u64(&r, &v[i]) < 0) {
            return PLM_E_PROTOCOL;
        }
    }
    if (plm_rd_end(&r) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_status status = plm_buf_printf(
        out, "%s %s, purpose %s: %" PRIu64 " evaluated in %" PRIu64 " batches, %" PRIu64 " refused",
        is_asker ? "lookups with" : "lookups by", peer, purpose, v[2], v[4], v[3]);
    return status == PLM_OK && is_asker ? plm_buf_printf(out, ", %" PRIu64 " hits", v[5]) : status;
}
