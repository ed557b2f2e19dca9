/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxml.h - libxml2's functions, loaded with the first list in XML (base/library.h).
 */
#ifndef PLM_REGISTER_LIBXML_H
#define PLM_REGISTER_LIBXML_H

#include "base/library.h"

#include <libxml/xmlreader.h>

/* clang-format off */
#define PLM_XML_FUNCTIONS(F) \
    F(xmlFreeTextReader) \
    F(xmlGetLineNo) \
    F(xmlReaderForIO) \
    F(xmlTextReaderConstLocalName) \
    F(xmlTextReaderConstValue) \
    F(xmlTextReaderCurrentNode) \
    F(xmlTextReaderDepth) \
    F(xmlTextReaderIsEmptyElement) \
    F(xmlTextReaderNodeType) \
    F(xmlTextReaderRead) \
    F(xmlTextReaderSetStructuredErrorHandler)
/* clang-format on */

typedef struct plm_xml_functions {
    PLM_XML_FUNCTIONS(PLM_LIBRARY_FIELD)
} plm_xml_functions;

/* Filled by plm_xml_load; nothing of it may be called before. */
extern plm_xml_functions plm_xml;

/* PLM_E_NOT_FOUND: the library is not there; error says it. Any thread, any number of times. */
plm_status plm_xml_load(char *error, size_t size) PLM_MUST_CHECK;

#endif
