/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical forms of identifiers. Input: one byte, its low half the type, its high half a country;
 * then the raw value. A canonical form must give itself.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "ident/ident.h"

#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const countries[] = {"",   "RU", "DE", "US", "IT", "HU", "KZ", "JP",
                                            "MX", "IR", "KR", "UA", "GR", "BY", "NA", "CU"};
    static plm_ident first;
    static plm_ident again;
    char code[3];
    if (size == 0) {
        return 0;
    }
    plm_ident_type type = (plm_ident_type)((data[0] & 15) % PLM_IDENT_TYPE_COUNT);
    plm_span raw = plm_span_of(data + 1, size - 1);
    plm_status status = plm_ident_canonicalise(type, countries[data[0] >> 4], raw, &first);
    must(plm_utf8_is_text(plm_span_str(first.detail)));
    if (status == PLM_OK) {
        size_t n = strlen(first.canonical);
        must(n > 0 && n < PLM_IDENT_CANONICAL_MAX && first.reason == PLM_REASON_NONE);
        must(plm_utf8_is_text(plm_span_of(first.canonical, n)));
        status = plm_ident_canonicalise(type, "", plm_span_of(first.canonical, n), &again);
        must(status == PLM_OK && strcmp(first.canonical, again.canonical) == 0);
    } else {
        must(status == PLM_E_REJECTED && first.canonical[0] == '\0' && first.flags == 0);
        must(first.reason > PLM_REASON_NONE && first.reason < PLM_REASON_COUNT);
    }
    status = plm_country_find(code, raw);
    must(status == PLM_OK ? strlen(code) == 2 : status == PLM_E_NOT_FOUND && code[0] == '\0');
    return 0;
}
