/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h - randomness that can be drawn again, for a process that is started again.
 *
 * A run across an air gap is gone on with for days, by a new worker at each step. The worker is
 * given the same seed each time and takes in the same messages, so it comes to the same state and
 * the same words (docs/decisions/0055-air-gap.md). For a worker alone: whoever has the seed has
 * everything that was drawn from it.
 */
#ifndef PLM_CRYPTO_REPLAY_H
#define PLM_CRYPTO_REPLAY_H

#include "base/bytes.h"

enum {
    PLM_REPLAY_SEED_BYTES = 32
};

/*
 * From now on plm_random and every draw of libsodium in this process comes from ChaCha20 under
 * `seed` (SECRET), in the order of drawing: one thread must do all of it. After plm_crypto_init.
 */
void plm_random_replay(const uint8_t seed[static PLM_REPLAY_SEED_BYTES]);

#endif
