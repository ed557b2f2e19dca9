/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of a run: the first byte chooses which, the rest is its body. Whatever is taken must
 * encode to the same bytes again.
 */
#include "fuzz.h"
#include "wire/message.h"

#include <stdlib.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

#define TRY(name, type)                                          \
    static void try_##name(plm_span body)                        \
    {                                                            \
        type m;                                                  \
        plm_buf again;                                           \
        plm_status status = plm_##name##_decode(&m, body);       \
        require(status == PLM_OK || status == PLM_E_PROTOCOL);   \
        if (status == PLM_OK) {                                  \
            plm_buf_init(&again, body.n);                        \
            require(plm_##name##_encode(&m, &again) == PLM_OK);  \
            require(plm_span_equal(plm_buf_span(&again), body)); \
            plm_buf_wipe(&again);                                \
        }                                                        \
    }

TRY(hello, plm_hello)
TRY(proposal, plm_proposal)
TRY(acceptance, plm_acceptance)
TRY(refusal, plm_refusal_message)
TRY(receipt, plm_receipt)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(plm_span) = {try_hello, try_proposal, try_acceptance, try_refusal,
                                              try_receipt};
    if (size > 0) {
        tries[data[0] % 5](plm_span_of(data + 1, size - 1));
    }
    return 0;
}
