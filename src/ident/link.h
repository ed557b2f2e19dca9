/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link.h - a record's pseudonym in one run (spec/release.md section 2).
 *
 *     link = BLAKE2b-128(key = the run's link key, number of the record as u64)
 *
 * The sender of a leg gives each token its record's link as a label; the receiver opens those of
 * its hits, and no other. Two tokens with one link are of one record; nothing else can be read from
 * a link, and none can be made up: 128 bits under a key that never leaves its node.
 */
#ifndef PLM_IDENT_LINK_H
#define PLM_IDENT_LINK_H

#include "base/bytes.h"

enum {
    PLM_LINK_BYTES = 16,
    PLM_LINK_KEY_BYTES = 32
};

typedef struct plm_link {
    uint8_t b[PLM_LINK_BYTES];
} plm_link;

/* key: SECRET. number: of a record in its node's store. */
void plm_link_of(plm_link *out, const uint8_t key[static PLM_LINK_KEY_BYTES], int64_t number);

#endif
