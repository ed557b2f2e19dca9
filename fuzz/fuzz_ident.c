/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical forms of identifiers. Input: one byte, its low half the type, its high half a country;
 * then the raw value. Where the country is NA or CU, the type is one of the second half of them. A
 * canonical form must give itself, an explanation the same result, and second forms are text.
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

static void check_second_forms(plm_ident_type type, const char *canonical)
{
    static plm_ident_form form;
    size_t n = 0;
    while (plm_ident_second_form(type, canonical, n, &form) == PLM_OK) {
        must(form.name[0] != '\0' && form.text[0] != '\0' && n < 8);
        must(plm_utf8_is_text(plm_span_str(form.text)));
        n++;
    }
}

static void check_explanation(plm_ident_type type, const char *country, plm_span raw,
                              plm_status status, const plm_ident *first)
{
    static plm_ident explained;
    static plm_ident_steps steps;
    must(plm_ident_explain(type, country, raw, &explained, &steps) == status);
    must(strcmp(explained.canonical, first->canonical) == 0 && explained.flags == first->flags);
    for (size_t i = 0; i < steps.n; i++) {
        must(plm_utf8_is_text(plm_span_str(steps.text[i])));
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
    unsigned number = data[0] & 15;
    number += data[0] >> 4 == 14 ? 13U : data[0] >> 4 == 15 ? 26U : 0U;
    plm_ident_type type = (plm_ident_type)(number % PLM_IDENT_TYPE_COUNT);
    plm_span raw = plm_span_of(data + 1, size - 1);
    plm_status status = plm_ident_canonicalise(type, countries[data[0] >> 4], raw, &first);
    must(plm_utf8_is_text(plm_span_str(first.detail)));
    check_explanation(type, countries[data[0] >> 4], raw, status, &first);
    if (status == PLM_OK) {
        size_t n = strlen(first.canonical);
        must(n > 0 && n < PLM_IDENT_CANONICAL_MAX && first.reason == PLM_REASON_NONE);
        must(plm_utf8_is_text(plm_span_of(first.canonical, n)));
        status = plm_ident_canonicalise(type, "", plm_span_of(first.canonical, n), &again);
        must(status == PLM_OK && strcmp(first.canonical, again.canonical) == 0);
        check_second_forms(type, first.canonical);
    } else {
        must(status == PLM_E_REJECTED && first.canonical[0] == '\0' && first.flags == 0);
        must(first.reason > PLM_REASON_NONE && first.reason < PLM_REASON_COUNT);
    }
    status = plm_country_find(code, raw);
    must(status == PLM_OK ? strlen(code) == 2 : status == PLM_E_NOT_FOUND && code[0] == '\0');
    return 0;
}
