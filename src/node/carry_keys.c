/* SPDX-License-Identifier: Apache-2.0 */
#include "node/carry_keys.h"

#include "base/ct.h"

#include <stdio.h>
#include <string.h>

const char *plm_carry_name(char name[static PLM_CARRY_NAME_BYTES], const char *stem,
                           uint32_t number)
{
    (void)snprintf(name, PLM_CARRY_NAME_BYTES, "%s.%u", stem, (unsigned)number);
    return name;
}

plm_status plm_carry_draw_keys(plm_carry *carry, const uint8_t identity[static 32])
{
    uint8_t secret[PLM_CARRIED_KEY_BYTES];
    plm_status status = plm_carry_draw(carry, "seed", carry->seed, sizeof carry->seed);
    if (status == PLM_OK) {
        status = plm_carry_draw(carry, "ephemeral", secret, sizeof secret);
    }
    plm_wipe(secret, sizeof secret);
    return status == PLM_OK ? plm_carry_note(carry, "kept.identity", plm_span_of(identity, 32))
                            : status;
}

plm_status plm_carry_get_keys(const plm_carry *carry, const plm_node *node, bool is_asker,
                              plm_carried_keys *out)
{
    *out = (plm_carried_keys){.seed = node->seed, .is_asker = is_asker};
    plm_status status = plm_carry_recall_exact(carry, "ephemeral", out->secret, sizeof out->secret);
    if (status == PLM_OK) {
        status =
            plm_carry_recall_exact(carry, "kept.identity", out->identity, sizeof out->identity);
    }
    if (status == PLM_OK) {
        status = plm_carry_recall_exact(carry, "ephemeral.peer", out->peer_ephemeral,
                                        sizeof out->peer_ephemeral);
        status = status == PLM_E_NOT_FOUND ? PLM_OK : status; /* nothing of the peer's yet */
    }
    return status;
}
