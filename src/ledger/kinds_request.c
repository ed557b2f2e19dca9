/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/kinds_request.h"

#include "wire/field.h"
#include "wire/parcel.h"

#include <string.h>

enum {
    OFFENCE_MAX = 37, /* bytes of a code, with its end */
    OFFENCES_MAX = 16,
    ID_BYTES = 16, /* of a case as others see it, of a request */
    SHOWN = 8      /* digits of a hash */
};

/* The case as others see it, then its offences. */
plm_status plm_kind_case(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    uint8_t id[ID_BYTES];
    char hex[2 * ID_BYTES + 1];
    char offence[OFFENCE_MAX];
    const size_t before = out->n;
    if (plm_rd_copy(&r, id, sizeof id) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, id, sizeof id);
    plm_status status = plm_buf_printf(out, "others see it as %s", hex);
    for (unsigned n = 0; status == PLM_OK && r.n > 0; n++) {
        if (n == OFFENCES_MAX || plm_rd_string16(&r, offence, sizeof offence) < 0 ||
            !plm_field_fits(PLM_FIELD_NAME, plm_span_str(offence))) {
            out->n = before;
            return PLM_E_PROTOCOL;
        }
        status = plm_buf_printf(out, ", %s", offence);
    }
    return status;
}

/* A step of a request: the signed body of its parcel. */
plm_status plm_kind_parcel(plm_span body, plm_buf *out)
{
    plm_parcel m;
    uint8_t id[PLM_HASH_BYTES];
    char hex[2 * PLM_HASH_BYTES + 1];
    if (body.n <= PLM_SIGNATURE_BYTES ||
        plm_parcel_decode(&m, plm_span_of(body.p, body.n - PLM_SIGNATURE_BYTES)) != PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    plm_parcel_id(id, body);
    plm_hex_encode(hex, id, sizeof id);
    return plm_buf_printf(out, "parcel %.*s from %s to %s", SHOWN, hex, m.from, m.to);
}

plm_status plm_kind_acknowledgement(plm_span body, plm_buf *out)
{
    plm_acknowledgement m;
    char hex[2 * PLM_HASH_BYTES + 1];
    if (body.n <= PLM_SIGNATURE_BYTES ||
        plm_acknowledgement_decode(&m, plm_span_of(body.p, body.n - PLM_SIGNATURE_BYTES)) !=
            PLM_OK) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, m.parcel_id, sizeof m.parcel_id);
    return plm_buf_printf(out, "parcel %.*s: %s", SHOWN, hex, plm_parcel_verdict_name(m.verdict));
}

/* An id and a number behind it. */
static plm_status read_note(plm_span body, size_t n, char hex[static 2 * PLM_HASH_BYTES + 1],
                            uint8_t *value)
{
    if (body.n != n + 1) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, body.p, n);
    *value = body.p[n];
    return PLM_OK;
}

plm_status plm_kind_parcel_refused(plm_span body, plm_buf *out)
{
    char hex[2 * PLM_HASH_BYTES + 1];
    uint8_t verdict;
    plm_status status = read_note(body, PLM_HASH_BYTES, hex, &verdict);
    return status == PLM_OK ? plm_buf_printf(out, "parcel %.*s not taken: %s", SHOWN, hex,
                                             plm_parcel_verdict_name(verdict))
                            : status;
}

plm_status plm_kind_attachment(plm_span body, plm_buf *out)
{
    char hex[2 * PLM_HASH_BYTES + 1];
    uint8_t zero;
    plm_status status = read_note(body, PLM_HASH_BYTES, hex, &zero);
    return status == PLM_OK
               ? plm_buf_printf(out, "the attachment of step %.*s is whole", SHOWN, hex)
               : status;
}

/* The number's word, from 1; "?" for one that has none. */
static const char *word_of(const char *const words[], size_t n, uint8_t number)
{
    return number >= 1 && number <= n ? words[number - 1] : "?";
}

plm_status plm_kind_erased(plm_span body, plm_buf *out)
{
    static const char *const why[] = {"recalled", "expired", "void"};
    char hex[2 * PLM_HASH_BYTES + 1];
    uint8_t number;
    plm_status status = read_note(body, PLM_HASH_BYTES, hex, &number);
    return status == PLM_OK ? plm_buf_printf(out, "the content of step %.*s: %s", SHOWN, hex,
                                             word_of(why, 3, number))
                            : status;
}

plm_status plm_kind_request_late(plm_span body, plm_buf *out)
{
    static const char *const words[] = {"overdue", "escalated"};
    char hex[2 * PLM_HASH_BYTES + 1];
    uint8_t number;
    plm_status status = read_note(body, ID_BYTES, hex, &number);
    return status == PLM_OK
               ? plm_buf_printf(out, "request %.*s is %s", SHOWN, hex, word_of(words, 2, number))
               : status;
}

plm_status plm_kind_request_export(plm_span body, plm_buf *out)
{
    plm_reader r = body;
    uint8_t id[ID_BYTES];
    uint8_t hash[PLM_HASH_BYTES];
    char hex[2 * ID_BYTES + 1];
    char purpose[PLM_CODE_MAX];
    char to[PLM_CODE_MAX];
    if (plm_rd_copy(&r, id, sizeof id) < 0 || plm_rd_string16(&r, purpose, sizeof purpose) < 0 ||
        plm_rd_string16(&r, to, sizeof to) < 0 || plm_rd_copy(&r, hash, sizeof hash) < 0 ||
        plm_rd_end(&r) < 0 || !plm_field_fits(PLM_FIELD_PURPOSE, plm_span_str(purpose)) ||
        (to[0] != '\0' && !plm_field_fits(PLM_FIELD_PARTY, plm_span_str(to)))) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, id, sizeof id);
    return plm_buf_printf(out, "request %.*s for %s%s%s", SHOWN, hex, purpose,
                          to[0] != '\0' ? ", to " : "", to);
}

plm_status plm_kind_denounce(plm_span body, plm_buf *out)
{
    return plm_buf_printf(out, "a denunciation of %zu bytes", body.n);
}
