/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machine-readable zones. Input: the text. What is read must hold what the header says; the lines
 * that come out, given again, give the same zone without a correction.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "ident/mrz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_idents(const plm_mrz *mrz)
{
    static plm_ident ident;
    for (unsigned i = 0; i < PLM_IDENT_TYPE_COUNT; i++) {
        plm_status status = plm_mrz_ident(mrz, (plm_ident_type)i, &ident);
        must(status == PLM_OK || status == PLM_E_NOT_FOUND || status == PLM_E_REJECTED);
        must((status == PLM_OK) == (ident.canonical[0] != '\0'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const plm_date today = {2026, 11, 25};
    static plm_mrz mrz;
    static plm_mrz again;
    char text[PLM_MRZ_LINES_MAX * (PLM_MRZ_WIDTH_MAX + 1) + 1];
    if (plm_mrz_parse(&mrz, plm_span_of(data, size), today) != PLM_OK) {
        must(mrz.reason > PLM_REASON_NONE && mrz.reason < PLM_REASON_COUNT);
        must(mrz.detail[0] != '\0' && plm_utf8_is_text(plm_span_str(mrz.detail)));
        return 0;
    }
    must(mrz.n_checks >= 3 && mrz.n_checks <= PLM_MRZ_CHECKS_MAX);
    must(mrz.n_corrections <= PLM_MRZ_CORRECTIONS_MAX && mrz.n_notes <= PLM_MRZ_NOTES_MAX);
    must(plm_date_is_valid(mrz.birth) || mrz.birth.year == 0);
    must(plm_date_compare(mrz.birth, today) <= 0);
    must(strlen(mrz.number) < PLM_MRZ_FIELD_MAX && strchr(mrz.number, '\n') == NULL);
    check_idents(&mrz);
    (void)snprintf(text, sizeof text, "%s\n%s\n%s", mrz.lines[0], mrz.lines[1], mrz.lines[2]);
    must(plm_mrz_parse(&again, plm_span_str(text), today) == PLM_OK);
    must(again.n_corrections == 0 && again.is_valid == mrz.is_valid);
    must(strcmp(again.number, mrz.number) == 0 && strcmp(again.primary, mrz.primary) == 0);
    return 0;
}
