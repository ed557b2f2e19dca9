/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite.h - what the files of this module share: domain separation, and proofs made by several
 * threads.
 */
#ifndef PLM_OPRF_SUITE_H
#define PLM_OPRF_SUITE_H

#include "base/pool.h"

#include <palermo/oprf.h>

enum {
    PLM_OPRF_DST_MAX = 64
};

/* label || contextString (section 3.1); its length. */
size_t plm_oprf_dst(uint8_t out[PLM_OPRF_DST_MAX], const char *label, plm_oprf_mode mode);

/* plm_oprf_prove and plm_oprf_verify with a pool's threads; pool NULL: the caller alone. */
plm_status plm_oprf_prove_with(plm_pool *pool, uint8_t proof[static 64],
                               const uint8_t sk[static 32], const uint8_t pk[static 32],
                               const uint8_t *blinded, const uint8_t *evaluated, size_t n,
                               const uint8_t r[static 32]) PLM_MUST_CHECK;
plm_status plm_oprf_verify_with(plm_pool *pool, const uint8_t proof[static 64],
                                const uint8_t pk[static 32], const uint8_t *blinded,
                                const uint8_t *evaluated, size_t n) PLM_MUST_CHECK;

#endif
