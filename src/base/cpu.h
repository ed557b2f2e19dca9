/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu.h - which instructions this processor has, as tiers that kernels are written for.
 */
#ifndef PLM_BASE_CPU_H
#define PLM_BASE_CPU_H

typedef enum plm_cpu_tier {
    PLM_CPU_PORTABLE, /* plain C */
    PLM_CPU_AES,      /* x86-64 with AES-NI, PCLMULQDQ and SSE4.1 */
    PLM_CPU_AVX2,     /* those, and AVX2 */
    PLM_CPU_AVX512,   /* those, and AVX-512 (F, BW, VL), VAES and VPCLMULQDQ */
    PLM_CPU_ARM64,    /* aarch64 with AES and PMULL */
    PLM_CPU_TIERS
} plm_cpu_tier;

/*
 * The best tier of this processor, or the one that the environment variable PALERMO_CPU names
 * ("portable", "aes", "avx2", "avx512", "arm64") where the processor has it. Looked up once; any
 * thread.
 */
plm_cpu_tier plm_cpu_best(void);
/* 1 if this processor can run the tier's instructions. */
int plm_cpu_has(plm_cpu_tier tier);
/* "portable", "aes", ... Never NULL. */
const char *plm_cpu_name(plm_cpu_tier tier);

#endif
