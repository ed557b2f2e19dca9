/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLM_IDENT_BTC_H
#define PLM_IDENT_BTC_H

#include "ident/family.h"

enum {
    PLM_BTC_PROGRAM_MAX = 40
};

/*
 * Witness version and program (n bytes) of a segwit address of the main network: BIP-173 for
 * version 0, BIP-350 for 1 to 16. PLM_E_REJECTED with the reason in `out`.
 */
plm_status plm_segwit_decode(uint8_t program[static PLM_BTC_PROGRAM_MAX], size_t *n,
                             unsigned *version, plm_span address, plm_ident *out) PLM_MUST_CHECK;

#endif
