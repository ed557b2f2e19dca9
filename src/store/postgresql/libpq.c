/* SPDX-License-Identifier: Apache-2.0 */
#include "store/postgresql/libpq.h"

#define SYMBOL(name) {#name, offsetof(plm_pq_functions, name)},

plm_pq_functions plm_pq;

static const plm_symbol symbols[] = {PLM_PQ_FUNCTIONS(SYMBOL)};
static plm_library library = PLM_LIBRARY(PLM_LIB_PQ, symbols, &plm_pq);

plm_status plm_pq_load(char *error, size_t size)
{
    return plm_library_load(&library, error, size);
}
