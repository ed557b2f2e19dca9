/* SPDX-License-Identifier: Apache-2.0 */
#include "release/terms.h"

bool plm_release_applies(plm_learns learns)
{
    return learns == PLM_LEARNS_HOLDER;
}
