/* SPDX-License-Identifier: Apache-2.0 */
#include "register/libxml.h"

#define SYMBOL(name) {#name, offsetof(plm_xml_functions, name)},

plm_xml_functions plm_xml;

static const plm_symbol symbols[] = {PLM_XML_FUNCTIONS(SYMBOL)};
static plm_library library = PLM_LIBRARY(PLM_LIB_XML2, symbols, &plm_xml);

plm_status plm_xml_load(char *error, size_t size)
{
    return plm_library_load(&library, error, size);
}
