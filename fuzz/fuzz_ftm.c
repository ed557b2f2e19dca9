/* SPDX-License-Identifier: Apache-2.0 */
/* FollowTheMoney JSON lines. */
#include "fuzz.h"
#include "import_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    import_check check;
    check_init(&check);
    plm_status status = plm_import_ftm_bytes(&check.import, plm_span_of(data, size), "ftm");
    check_counts(&check, status);
    must(status == PLM_OK || status == PLM_E_SYNTAX);
    return 0;
}
