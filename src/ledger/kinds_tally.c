/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds_tally.c - entries about tallies: each begins with the tally's id (spec/ledger.md).
 */
#include "ledger/kinds_tally.h"

#include "wire/field.h"
#include "wire/message.h"
#include "wire/tally_reason.h"

enum {
    SHOWN = 8 /* digits of an id or a hash */
};

/* The id in hexadecimal; what follows it in *rest. */
static plm_status read_id(plm_span body, char hex[static 2 * PLM_RUN_ID_BYTES + 1],
                          plm_reader *rest)
{
    uint8_t id[PLM_RUN_ID_BYTES];
    *rest = body;
    if (plm_rd_copy(rest, id, sizeof id) < 0) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hex, id, sizeof id);
    return PLM_OK;
}

static plm_status id_line(plm_span body, plm_buf *out, const char *what)
{
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    plm_reader rest;
    plm_status status = read_id(body, hex, &rest);
    return status == PLM_OK ? plm_buf_printf(out, "tally %.*s %s", SHOWN, hex, what) : status;
}

plm_status plm_kind_tally_proposed(plm_span body, plm_buf *out)
{
    return id_line(body, out, "proposed");
}

plm_status plm_kind_tally_consent(plm_span body, plm_buf *out)
{
    return id_line(body, out, "consented to");
}

static plm_status hash_line(plm_span body, size_t after, plm_buf *out, const char *what)
{
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    char hash_hex[2 * PLM_HASH_BYTES + 1];
    uint8_t hash[PLM_HASH_BYTES];
    plm_reader rest;
    plm_status status = read_id(body, hex, &rest);
    if (status != PLM_OK || plm_rd_copy(&rest, hash, sizeof hash) < 0 || rest.n != after) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(hash_hex, hash, sizeof hash);
    return plm_buf_printf(out, "tally %.*s: table %.*s %s", SHOWN, hex, SHOWN, hash_hex, what);
}

plm_status plm_kind_tally_table(plm_span body, plm_buf *out)
{
    return hash_line(body, PLM_SIGNATURE_BYTES, out, "signed by us");
}

plm_status plm_kind_tally_closed(plm_span body, plm_buf *out)
{
    return hash_line(body, 0, out, "signed by all");
}

/* Reason, the party that it is about, clause. */
plm_status plm_kind_tally_ended(plm_span body, plm_buf *out)
{
    char hex[2 * PLM_RUN_ID_BYTES + 1];
    char blamed[PLM_CODE_MAX];
    char clause[PLM_TEXT_MAX];
    uint8_t reason;
    plm_reader rest;
    plm_status status = read_id(body, hex, &rest);
    if (status != PLM_OK || plm_rd_u8(&rest, &reason) < 0 ||
        plm_rd_field(&rest, PLM_FIELD_PARTY, blamed, sizeof blamed) < 0 ||
        plm_rd_field(&rest, PLM_FIELD_POINTER, clause, sizeof clause) < 0 ||
        plm_rd_end(&rest) < 0) {
        return PLM_E_PROTOCOL;
    }
    return plm_buf_printf(out, "tally %.*s ended (%s): %s %s%s%s", SHOWN, hex,
                          plm_tally_reason_name(reason), blamed, plm_tally_reason_sentence(reason),
                          clause[0] != '\0' ? ", clause " : "", clause);
}
