/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLM_OT_INTERNAL_H
#define PLM_OT_INTERNAL_H

#include "ot/extend.h"

/* The fixed public keys of AES: what each permutation is for, so that none serves two things. */
enum {
    PLM_OT_KEY_LEFT = 1,
    PLM_OT_KEY_RIGHT = 2,
    PLM_OT_KEY_TWEAK = 3,
    PLM_OT_KEY_STEP = 4
};

static inline void plm_ot_fixed_key(plm_aes_key *out, uint64_t purpose)
{
    /* "palermo" and the purpose: nothing up the sleeve. */
    plm_kernels_best()->key(out, plm_block_of(0x6f6d72656c6170U, purpose));
}

#endif
