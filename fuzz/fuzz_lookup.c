/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of lookups: the first byte chooses which, the rest is its body. Whatever is taken
 * must encode to the same bytes again.
 */
#include "fuzz.h"
#include "wire/lookup.h"

#include <stdlib.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

#define TRY(name, type)                                                \
    static void try_##name(plm_span body)                              \
    {                                                                  \
        type m;                                                        \
        plm_buf again;                                                 \
        plm_status status = plm_lookup_##name##_decode(&m, body);      \
        require(status == PLM_OK || status == PLM_E_PROTOCOL);         \
        if (status == PLM_OK) {                                        \
            plm_buf_init(&again, body.n);                              \
            require(plm_lookup_##name##_encode(&m, &again) == PLM_OK); \
            require(plm_span_equal(plm_buf_span(&again), body));       \
            plm_buf_wipe(&again);                                      \
        }                                                              \
    }

TRY(open, plm_lookup_open)
TRY(terms, plm_lookup_terms)
TRY(query, plm_lookup_query)
TRY(answer, plm_lookup_answer)
TRY(fetch, plm_lookup_fetch)
TRY(part, plm_lookup_part)
TRY(notice, plm_lookup_notice)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(plm_span) = {try_open,  try_terms, try_query, try_answer,
                                              try_fetch, try_part,  try_notice};
    if (size > 0) {
        tries[data[0] % 7](plm_span_of(data + 1, size - 1));
    }
    return 0;
}
