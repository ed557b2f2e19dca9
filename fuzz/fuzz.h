/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLM_FUZZ_H
#define PLM_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
