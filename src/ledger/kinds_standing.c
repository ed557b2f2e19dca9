/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kinds_standing.c - entries about runs that repeat (spec/ledger.md): the series' id, what was done
 * (node/standing.h), a run's id or zeroes, the officer's pseudonym or nothing, words or nothing.
 */
#include "ledger/kinds_standing.h"

#include "wire/field.h"
#include "wire/message.h"

#include <string.h>

enum {
    SHOWN = 8 /* digits of an id */
};

static const char *const acts[] = {NULL,      "started",  "paused", "resumed",
                                   "stopped", "repeated", "failed"};

plm_status plm_kind_standing(plm_span body, plm_buf *out)
{
    static const uint8_t none[PLM_RUN_ID_BYTES];
    plm_reader r = body;
    uint8_t id[PLM_RUN_ID_BYTES];
    uint8_t run[PLM_RUN_ID_BYTES];
    char id_hex[2 * PLM_RUN_ID_BYTES + 1];
    char run_hex[2 * PLM_RUN_ID_BYTES + 1];
    char officer[PLM_CODE_MAX];
    char words[PLM_TEXT_MAX];
    uint8_t act;
    if (plm_rd_copy(&r, id, sizeof id) < 0 || plm_rd_u8(&r, &act) < 0 ||
        plm_rd_copy(&r, run, sizeof run) < 0 || plm_rd_string16(&r, officer, sizeof officer) < 0 ||
        plm_rd_string16(&r, words, sizeof words) < 0 || plm_rd_end(&r) < 0 || act == 0 ||
        act >= sizeof acts / sizeof *acts ||
        (officer[0] != '\0' && !plm_field_fits(PLM_FIELD_NAME, plm_span_str(officer))) ||
        (words[0] != '\0' && !plm_field_fits(PLM_FIELD_TEXT, plm_span_str(words)))) {
        return PLM_E_PROTOCOL;
    }
    plm_hex_encode(id_hex, id, sizeof id);
    plm_hex_encode(run_hex, run, sizeof run);
    const bool has_run = memcmp(run, none, sizeof none) != 0;
    return plm_buf_printf(out, "standing runs %.*s: %s%s%.*s%s%s%s%s", SHOWN, id_hex, acts[act],
                          has_run ? " as run " : "", has_run ? SHOWN : 0, run_hex,
                          officer[0] != '\0' ? " by officer " : "", officer,
                          words[0] != '\0' ? ": " : "", words);
}
