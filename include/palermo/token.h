/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - the only thing a matching engine ever sees.
 *
 * A token is a 128-bit value made from one rule's canonical identifiers (spec/tokens.md). Equal
 * tokens of two parties mean: a combination of identifiers that the accord names agreed.
 * A token is not secret-free: whoever can guess the identifiers can compute it. It never leaves
 * the node except inside an engine's protocol.
 */
#ifndef PALERMO_TOKEN_H
#define PALERMO_TOKEN_H

#include <stdint.h>

enum {
    PLM_TOKEN_BYTES = 16
};

typedef struct plm_token {
    uint8_t b[PLM_TOKEN_BYTES];
} plm_token;

#endif
