/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled with -maes -mpclmul -msse4.1. */
#include "crypto/x86/x86.h"

const plm_kernels plm_kernels_aes = PLM_X86_TABLE("aes");
