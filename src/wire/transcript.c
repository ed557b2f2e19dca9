/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/transcript.h"

#include "base/ct.h"

#include <sodium.h>
#include <string.h>

/*
 * libsodium wants its state aligned to 64 bytes, which a struct inside the caller's memory is not;
 * so it is kept as bytes and moved into an aligned one for each call.
 */
_Static_assert(PLM_TRANSCRIPT_STATE_BYTES == sizeof(crypto_generichash_state), "BLAKE2b state");

void plm_transcript_init(plm_transcript *t)
{
    crypto_generichash_state state;
    memset(&state, 0, sizeof state);
    (void)crypto_generichash_init(&state, NULL, 0, PLM_TRANSCRIPT_BYTES);
    memcpy(t->state[0], &state, sizeof state);
    memcpy(t->state[1], &state, sizeof state);
}

void plm_transcript_update(plm_transcript *t, bool from_asker, uint8_t leg, plm_span message)
{
    uint8_t *kept = t->state[from_asker ? 0 : 1];
    uint8_t prefix[6] = {from_asker ? 1 : 2, leg};
    plm_store_u32(prefix + 2, (uint32_t)message.n);
    crypto_generichash_state state;
    memcpy(&state, kept, sizeof state);
    (void)crypto_generichash_update(&state, prefix, sizeof prefix);
    if (message.n > 0) {
        (void)crypto_generichash_update(&state, message.p, message.n);
    }
    memcpy(kept, &state, sizeof state);
}

void plm_transcript_final(plm_transcript *t, uint8_t out[static PLM_TRANSCRIPT_BYTES])
{
    uint8_t both[2][PLM_TRANSCRIPT_BYTES];
    for (size_t i = 0; i < 2; i++) {
        crypto_generichash_state state;
        memcpy(&state, t->state[i], sizeof state);
        (void)crypto_generichash_final(&state, both[i], sizeof both[i]);
    }
    (void)crypto_generichash(out, PLM_TRANSCRIPT_BYTES, both[0], sizeof both, NULL, 0);
    plm_wipe(t, sizeof *t);
}
