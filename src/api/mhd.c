/* SPDX-License-Identifier: Apache-2.0 */
#include "api/mhd.h"

#define SYMBOL(name) {#name, offsetof(plm_mhd_functions, name)},

plm_mhd_functions plm_mhd;

static const plm_symbol symbols[] = {PLM_MHD_FUNCTIONS(SYMBOL)};
static plm_library library = PLM_LIBRARY(PLM_LIB_MICROHTTPD, symbols, &plm_mhd);

plm_status plm_mhd_load(char *error, size_t size)
{
    return plm_library_load(&library, error, size);
}
