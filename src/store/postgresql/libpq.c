/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgresql/libpq.h"

#include <pthread.h>
#include <stdio.h>

#define SYMBOL(name) {#name, offsetof(plm_pq_functions, name)},

plm_pq_functions plm_pq;

static const plm_symbol symbols[] = {PLM_PQ_FUNCTIONS(SYMBOL)};
static pthread_once_t once = PTHREAD_ONCE_INIT;
static plm_status outcome;
static char reason[256];

static void load(void)
{
    outcome = plm_library_load(PLM_LIB_PQ, symbols, sizeof symbols / sizeof *symbols, &plm_pq,
                               reason, sizeof reason);
}

plm_status plm_pq_load(char *error, size_t size)
{
    (void)pthread_once(&once, load);
    if (outcome != PLM_OK) {
        (void)snprintf(error, size, "%s", reason);
    }
    return outcome;
}
