/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/replay.h"

#include <sodium.h>
#include <string.h>

static struct {
    uint8_t key[crypto_stream_chacha20_KEYBYTES]; /* SECRET */
    uint64_t draws;
} state;

static const char *replay_name(void)
{
    return "palermo replay";
}

/* Each draw is a stream of its own: its number is the nonce. */
static void replay_draw(void *out, const size_t n)
{
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    plm_store_u64(nonce, state.draws++);
    (void)crypto_stream_chacha20((uint8_t *)out, n, nonce, state.key);
}

static uint32_t replay_u32(void)
{
    uint8_t bytes[4];
    replay_draw(bytes, sizeof bytes);
    return plm_load_u32(bytes);
}

void plm_random_replay(const uint8_t seed[static PLM_REPLAY_SEED_BYTES])
{
    static randombytes_implementation implementation = {
        .implementation_name = replay_name,
        .random = replay_u32,
        .buf = replay_draw,
    };
    memcpy(state.key, seed, sizeof state.key);
    state.draws = 0;
    (void)randombytes_set_implementation(&implementation);
}
