/* SPDX-License-Identifier: Apache-2.0 */
#include "api/mhd.h"

#include <pthread.h>
#include <stdio.h>

#define SYMBOL(name) {#name, offsetof(plm_mhd_functions, name)},

plm_mhd_functions plm_mhd;

static const plm_symbol symbols[] = {PLM_MHD_FUNCTIONS(SYMBOL)};
static pthread_once_t once = PTHREAD_ONCE_INIT;
static plm_status outcome;
static char reason[256];

static void load(void)
{
    outcome = plm_library_load(PLM_LIB_MICROHTTPD, symbols, sizeof symbols / sizeof *symbols,
                               &plm_mhd, reason, sizeof reason);
}

plm_status plm_mhd_load(char *error, size_t size)
{
    (void)pthread_once(&once, load);
    if (outcome != PLM_OK) {
        (void)snprintf(error, size, "%s", reason);
    }
    return outcome;
}
