/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__aarch64__)
#    include <sys/auxv.h>
#elif defined(__x86_64__)
#    include <cpuid.h>
#endif

static const char *const names[PLM_CPU_TIERS] = {
    [PLM_CPU_PORTABLE] = "portable", [PLM_CPU_AES] = "aes",     [PLM_CPU_AVX2] = "avx2",
    [PLM_CPU_AVX512] = "avx512",     [PLM_CPU_ARM64] = "arm64",
};

const char *plm_cpu_name(plm_cpu_tier tier)
{
    return (unsigned)tier < PLM_CPU_TIERS ? names[tier] : "unknown";
}

#if defined(__x86_64__)

/* VAES and VPCLMULQDQ, which not every compiler's builtin has a name for. */
static int has_vector_aes(void)
{
    unsigned a;
    unsigned b;
    unsigned c;
    unsigned d;
    const unsigned wanted = bit_VAES | bit_VPCLMULQDQ;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (c & wanted) == wanted;
}

static int has_x86(plm_cpu_tier tier)
{
    __builtin_cpu_init();
    int aes = __builtin_cpu_supports("aes") && __builtin_cpu_supports("pclmul") &&
              __builtin_cpu_supports("sse4.1");
    int avx2 = aes && __builtin_cpu_supports("avx2");
    int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512vl") && has_vector_aes();
    return tier == PLM_CPU_AES ? aes : tier == PLM_CPU_AVX2 ? avx2 : avx512;
}

#endif

int plm_cpu_has(plm_cpu_tier tier)
{
    if (tier == PLM_CPU_PORTABLE) {
        return 1;
    }
#if defined(__x86_64__)
    if (tier == PLM_CPU_AES || tier == PLM_CPU_AVX2 || tier == PLM_CPU_AVX512) {
        return has_x86(tier) != 0;
    }
#elif defined(__aarch64__)
    if (tier == PLM_CPU_ARM64) {
        unsigned long wanted = (1UL << 3) | (1UL << 4); /* HWCAP_AES, HWCAP_PMULL */
        return (getauxval(AT_HWCAP) & wanted) == wanted;
    }
#endif
    return 0;
}

static plm_cpu_tier find_best(void)
{
    const char *pinned = getenv("PALERMO_CPU");
    plm_cpu_tier best = PLM_CPU_PORTABLE;
    for (int tier = PLM_CPU_PORTABLE; tier < PLM_CPU_TIERS; tier++) {
        if (!plm_cpu_has((plm_cpu_tier)tier)) {
            continue;
        }
        best = (plm_cpu_tier)tier;
        if (pinned != NULL && strcmp(pinned, names[tier]) == 0) {
            return best;
        }
    }
    return best;
}

plm_cpu_tier plm_cpu_best(void)
{
    static atomic_int known = -1;
    int tier = atomic_load(&known);
    if (tier < 0) {
        tier = (int)find_best();
        atomic_store(&known, tier);
    }
    return (plm_cpu_tier)tier;
}
