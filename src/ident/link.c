/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/link.h"

#include <sodium.h>

void plm_link_of(plm_link *out, const uint8_t key[static PLM_LINK_KEY_BYTES], int64_t number)
{
    uint8_t message[8];
    plm_store_u64(message, (uint64_t)number);
    (void)crypto_generichash(out->b, sizeof out->b, message, sizeof message, key,
                             PLM_LINK_KEY_BYTES);
}
