/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hasher.h"

#include "base/ct.h"

void plm_hasher_init(plm_hasher *h, const char *label)
{
    plm_span span = plm_span_str(label);
    uint8_t n = (uint8_t)span.n;
    (void)crypto_generichash_init(&h->state, NULL, 0, 32);
    plm_hasher_fixed(h, &n, 1);
    plm_hasher_fixed(h, span.p, n);
}

void plm_hasher_fixed(plm_hasher *h, const void *bytes, size_t n)
{
    (void)crypto_generichash_update(&h->state, (const uint8_t *)bytes, n);
}

void plm_hasher_number(plm_hasher *h, uint64_t v)
{
    uint8_t bytes[8];
    plm_store_u64(bytes, v);
    plm_hasher_fixed(h, bytes, sizeof bytes);
}

void plm_hasher_bytes(plm_hasher *h, plm_span bytes)
{
    plm_hasher_number(h, bytes.n);
    plm_hasher_fixed(h, bytes.p, bytes.n);
}

void plm_hasher_final(plm_hasher *h, uint8_t out[static 32])
{
    (void)crypto_generichash_final(&h->state, out, 32);
    plm_wipe(h, sizeof *h);
}

plm_block plm_hasher_final_block(plm_hasher *h)
{
    uint8_t out[32];
    plm_hasher_final(h, out);
    plm_block block = plm_block_load(out);
    plm_wipe(out, sizeof out);
    return block;
}
