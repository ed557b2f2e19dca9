/* SPDX-License-Identifier: Apache-2.0 */
#include "accord/catalogue.h"

#include <stdlib.h>
#include <string.h>

size_t plm_offence_count(void)
{
    return plm_catalogue_count;
}

const plm_offence *plm_offence_at(size_t i)
{
    return i < plm_catalogue_count ? &plm_catalogue[i] : NULL;
}

static int compare_code(const void *key, const void *entry)
{
    return strcmp((const char *)key, ((const plm_offence *)entry)->code);
}

const plm_offence *plm_offence_find(const char *code)
{
    if (code == NULL) {
        return NULL;
    }
    return (const plm_offence *)bsearch(code, plm_catalogue, plm_catalogue_count,
                                        sizeof *plm_catalogue, compare_code);
}
