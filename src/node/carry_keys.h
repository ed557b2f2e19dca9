/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry_keys.h - what a carried run draws at its beginning, and the names of its notes; shared by
 * carry_take.c and carry_step.c.
 *
 *   seed, ephemeral, ephemeral.peer   keys: forgotten when the run is over
 *   with, purpose, case, ...          what is asked
 *   in.N                              the peer's stream as file N brought it
 *   out.N                             u64 length and hash of our stream up to our file N
 *   file.N                            our file N, sealed
 *   kept.taken.N, kept.sent.N         hashes of files; kept.identity: who the peer is
 *   kept.file                         our last file, after the run is over
 */
#ifndef PLM_NODE_CARRY_KEYS_H
#define PLM_NODE_CARRY_KEYS_H

#include "node/node.h"

enum {
    PLM_CARRY_NAME_BYTES = 48
};

/* "stem.number", in name; returns name. */
const char *plm_carry_name(char name[static PLM_CARRY_NAME_BYTES], const char *stem,
                           uint32_t number);
/* Draws and notes the keys of a new run with that identity. */
plm_status plm_carry_draw_keys(plm_carry *carry, const uint8_t identity[static 32]) PLM_MUST_CHECK;
/* out: SECRET. seed is borrowed from the node. */
plm_status plm_carry_get_keys(const plm_carry *carry, const plm_node *node, bool is_asker,
                              plm_carried_keys *out) PLM_MUST_CHECK;

#endif
