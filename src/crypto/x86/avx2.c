/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled with -maes -mpclmul -mavx2: the same, in three-operand form. */
#include "crypto/x86/x86.h"

const plm_kernels plm_kernels_avx2 = PLM_X86_TABLE("avx2");
