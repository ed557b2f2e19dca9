/* SPDX-License-Identifier: Apache-2.0 */
#include "register/libxml.h"

#include <pthread.h>
#include <stdio.h>

#define SYMBOL(name) {#name, offsetof(plm_xml_functions, name)},

plm_xml_functions plm_xml;

static const plm_symbol symbols[] = {PLM_XML_FUNCTIONS(SYMBOL)};
static pthread_once_t once = PTHREAD_ONCE_INIT;
static plm_status outcome;
static char reason[256];

static void load(void)
{
    outcome = plm_library_load(PLM_LIB_XML2, symbols, sizeof symbols / sizeof *symbols, &plm_xml,
                               reason, sizeof reason);
}

plm_status plm_xml_load(char *error, size_t size)
{
    (void)pthread_once(&once, load);
    if (outcome != PLM_OK) {
        (void)snprintf(error, size, "%s", reason);
    }
    return outcome;
}
