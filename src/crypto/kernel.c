/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/kernel.h"

#include <stdatomic.h>

const plm_kernels *plm_kernels_of(plm_cpu_tier tier)
{
    if (!plm_cpu_has(tier)) {
        return NULL;
    }
    switch (tier) {
    case PLM_CPU_PORTABLE:
        return &plm_kernels_portable;
#if defined(__x86_64__)
    case PLM_CPU_AES:
        return &plm_kernels_aes;
    case PLM_CPU_AVX2:
        return &plm_kernels_avx2;
    case PLM_CPU_AVX512:
        return &plm_kernels_avx512;
    case PLM_CPU_ARM64:
#elif defined(__aarch64__)
    case PLM_CPU_ARM64:
        return &plm_kernels_arm64;
    case PLM_CPU_AES:
    case PLM_CPU_AVX2:
    case PLM_CPU_AVX512:
#else
    case PLM_CPU_AES:
    case PLM_CPU_AVX2:
    case PLM_CPU_AVX512:
    case PLM_CPU_ARM64:
#endif
    case PLM_CPU_TIERS:
        break;
    }
    return NULL;
}

const plm_kernels *plm_kernels_best(void)
{
    static _Atomic(const plm_kernels *) known;
    const plm_kernels *best = atomic_load_explicit(&known, memory_order_relaxed);
    if (best == NULL) {
        best = plm_kernels_of(plm_cpu_best());
        best = best != NULL ? best : &plm_kernels_portable;
        atomic_store_explicit(&known, best, memory_order_relaxed);
    }
    return best;
}

void plm_fixed_key(plm_aes_key *out, uint64_t purpose)
{
    plm_kernels_best()->key(out, plm_block_of(0x6f6d72656c6170U, purpose));
}

plm_block plm_gf_mul(plm_block a, plm_block b)
{
    plm_block out;
    plm_kernels_best()->mul(&out, &a, &b, 1);
    return out;
}

plm_block plm_gf_pow(plm_block x, uint64_t e)
{
    plm_block out = plm_block_of(1, 0);
    for (unsigned bit = 64; bit-- > 0;) {
        out = plm_gf_mul(out, out);
        plm_block product = plm_gf_mul(out, x);
        plm_block mask = plm_block_mask((e >> bit) & 1);
        out ^= (out ^ product) & mask;
    }
    return out;
}

/* a^(2^128 - 2) = (a^(2^127 - 1))^2, the exponent's ones built up one by one. */
plm_block plm_gf_inverse(plm_block a)
{
    plm_block out = a;
    for (unsigned ones = 1; ones < 127; ones++) {
        out = plm_gf_mul(plm_gf_mul(out, out), a);
    }
    return plm_gf_mul(out, out);
}
