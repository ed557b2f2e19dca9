/* SPDX-License-Identifier: Apache-2.0 */
#include "release/terms.h"

plm_release_terms plm_release_terms_of(const plm_purpose *purpose)
{
    return (plm_release_terms){.slots = (uint16_t)purpose->release_slots,
                               .n_batches = (uint16_t)purpose->release_batches,
                               .every_ms = (int64_t)purpose->release_minutes * 60000};
}

bool plm_release_applies(plm_learns learns)
{
    return learns == PLM_LEARNS_HOLDER;
}
