/* SPDX-License-Identifier: Apache-2.0 */
#include "register/un_xml.h"

#include "base/utf8.h"
#include "register/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char doctype[] = "<!DOCTYPE";

/* Follows "<!DOCTYPE" through the file's pieces; its first letter stands nowhere else in it. */
static bool has_doctype(plm_un_reader *reader, plm_span piece)
{
    for (size_t i = 0; i < piece.n; i++) {
        if (piece.p[i] == (uint8_t)doctype[reader->n_doctype]) {
            reader->n_doctype++;
        } else {
            reader->n_doctype = piece.p[i] == '<';
        }
        if (doctype[reader->n_doctype] == '\0') {
            return true;
        }
    }
    return false;
}

/* libxml2 asks for up to n bytes; negative stops it. */
static int read_piece(void *context, char *out, int n)
{
    plm_un_reader *reader = (plm_un_reader *)context;
    plm_import *import = reader->source->progress->import;
    const char *file = reader->source->name;
    size_t got = 0;
    if (reader->stop != PLM_OK || n <= 0) {
        return reader->stop != PLM_OK ? -1 : 0;
    }
    reader->stop = plm_source_read(reader->source, out, (size_t)n, &got);
    if (reader->stop != PLM_OK) {
        return -1;
    }
    plm_span piece = plm_span_of(out, got);
    if (reader->n_bytes == 0 && got > 1 &&
        (piece.p[0] == 0 || piece.p[1] == 0 || piece.p[0] == 0xFE || piece.p[0] == 0xFF)) {
        plm_diag_error(&import->sink, file, 1, NULL, "not UTF-8; the list is published in UTF-8");
        reader->stop = PLM_E_SYNTAX;
    } else if (has_doctype(reader, piece)) {
        plm_diag_error(&import->sink, file, 0, NULL,
                       "holds a document type declaration, which the list has not: refused");
        reader->stop = PLM_E_SYNTAX;
    } else if (reader->n_bytes + got > PLM_UN_FILE_MAX) {
        plm_diag_error(&import->sink, file, 0, NULL, "more than %d bytes", PLM_UN_FILE_MAX);
        reader->stop = PLM_E_LIMIT;
    }
    reader->n_bytes += got;
    return reader->stop == PLM_OK ? (int)got : -1;
}

static int close_nothing(void *context)
{
    (void)context;
    return 0;
}

static uint64_t line_of(long line)
{
    return line > 0 ? (uint64_t)line : 0;
}

/* Keeps the first error; libxml2 would print it. */
static void keep_error(void *context, xmlErrorPtr error)
{
    plm_un_reader *reader = (plm_un_reader *)context;
    if (error == NULL || error->level < XML_ERR_ERROR || reader->error[0] != '\0') {
        return;
    }
    const char *message = error->message != NULL ? error->message : "not valid XML";
    plm_utf8_print(reader->error, sizeof reader->error, "%.*s", (int)strcspn(message, "\n"),
                   message);
    reader->error_line = line_of(error->line);
}

plm_status plm_un_open(plm_un_reader *reader, plm_source *source)
{
    memset(reader, 0, sizeof *reader);
    reader->source = source;
    reader->entity.leaves = reader->leaves;
    plm_arena_init(&reader->arena, 4 << 20);
    plm_buf_init(&reader->text, PLM_UN_TEXT_MAX);
    if (plm_xml_load(reader->error, sizeof reader->error) != PLM_OK) {
        plm_diag_error(&source->progress->import->sink, source->name, 0, NULL,
                       "it is XML, and libxml2 can't be loaded: %s", reader->error);
        return PLM_E_NOT_FOUND;
    }
    reader->xml = plm_xml.xmlReaderForIO(read_piece, close_nothing, reader, NULL, "UTF-8",
                                         XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_COMPACT);
    if (reader->xml == NULL) {
        return reader->stop != PLM_OK ? reader->stop : PLM_E_NOMEM;
    }
    plm_xml.xmlTextReaderSetStructuredErrorHandler(reader->xml, keep_error, reader);
    return PLM_OK;
}

void plm_un_wipe(plm_un_reader *reader)
{
    if (reader->xml != NULL) {
        plm_xml.xmlFreeTextReader(reader->xml);
    }
    plm_buf_wipe(&reader->text);
    plm_arena_wipe(&reader->arena);
    memset(reader, 0, sizeof *reader);
}

static plm_status PLM_PRINTF(3, 4)
    syntax_error(plm_un_reader *reader, uint64_t line, const char *format, ...)
{
    char reason[256];
    va_list args;
    va_start(args, format);
    plm_utf8_vprint(reason, sizeof reason, format, args);
    va_end(args);
    plm_diag_error(&reader->source->progress->import->sink, reader->source->name, line, NULL, "%s",
                   reason);
    return PLM_E_SYNTAX;
}

/*
 * libxml2 keeps no more than 65,535 in an element; beyond that it looks for a text nearby that has
 * the full number. Where it finds none yet, the last line known stands for it.
 */
static uint64_t node_line(plm_un_reader *reader)
{
    uint64_t line = line_of(plm_xml.xmlGetLineNo(plm_xml.xmlTextReaderCurrentNode(reader->xml)));
    if (line < reader->last_line && line >= USHRT_MAX) {
        line = reader->last_line;
    }
    reader->last_line = line;
    return line;
}

static void begin_entity(plm_un_reader *reader, const char *name)
{
    plm_arena_reset(&reader->arena);
    plm_buf_clear(&reader->text);
    reader->in_entity = true;
    reader->group = NULL;
    reader->group_no = 0;
    reader->leaf = NULL;
    reader->entity_bytes = 0;
    reader->is_text_too_long = false;
    reader->entity.is_individual = strcmp(name, "INDIVIDUAL") == 0;
    reader->entity.line = node_line(reader);
    reader->entity.too_big = NULL;
    reader->entity.n_leaves = 0;
}

/* The element of a leaf ends: its text is one. */
static plm_status end_leaf(plm_un_reader *reader, const char *name)
{
    plm_un_entity *entity = &reader->entity;
    plm_span text = plm_text_trim(plm_buf_span(&reader->text));
    if (reader->is_text_too_long) {
        entity->too_big = "an element with too much text";
    } else if (text.n > 0 && entity->n_leaves == PLM_UN_LEAVES_MAX) {
        entity->too_big = "too many elements";
    } else if (reader->entity_bytes + text.n > PLM_UN_ENTITY_MAX) {
        entity->too_big = "too much text";
    }
    plm_status status = PLM_OK;
    if (entity->too_big != NULL) {
        entity->n_leaves = 0;
    } else if (text.n > 0) {
        plm_un_leaf *leaf = &reader->leaves[entity->n_leaves];
        leaf->group = reader->group;
        leaf->name = name;
        leaf->group_no = reader->group_no;
        leaf->line = reader->leaf_line;
        status = plm_text_collapse(&reader->arena, text, &leaf->text);
        reader->entity_bytes += text.n;
        entity->n_leaves += status == PLM_OK;
    }
    plm_buf_clear(&reader->text);
    reader->is_text_too_long = false;
    return status;
}

/* An element begins; *done: an entity without content is complete. */
static plm_status begin_element(plm_un_reader *reader, int depth, bool *done)
{
    const char *name = (const char *)plm_xml.xmlTextReaderConstLocalName(reader->xml);
    bool is_empty = plm_xml.xmlTextReaderIsEmptyElement(reader->xml) == 1;
    if (name == NULL) {
        return PLM_E_NOMEM;
    }
    if (depth == 0) {
        reader->has_root = true;
        if (strcmp(name, "CONSOLIDATED_LIST") != 0) {
            return syntax_error(reader, node_line(reader),
                                "the root element is %.60s, not CONSOLIDATED_LIST", name);
        }
    } else if (depth == 2 && (strcmp(name, "INDIVIDUAL") == 0 || strcmp(name, "ENTITY") == 0)) {
        begin_entity(reader, name);
        *done = is_empty;
        reader->in_entity = !is_empty;
    } else if (reader->in_entity && depth == 3) {
        reader->group = name;
        reader->group_no++;
        reader->leaf_line = node_line(reader);
        plm_buf_clear(&reader->text);
    } else if (reader->in_entity && depth == 4) {
        reader->leaf = name;
        reader->leaf_line = node_line(reader);
        plm_buf_clear(&reader->text);
    }
    return PLM_OK;
}

static plm_status add_text(plm_un_reader *reader, int depth)
{
    const char *value = (const char *)plm_xml.xmlTextReaderConstValue(reader->xml);
    bool is_wanted = reader->in_entity && (depth == 4 || depth == 5);
    if (!is_wanted || value == NULL || reader->is_text_too_long) {
        return PLM_OK;
    }
    plm_status status = plm_buf_append(&reader->text, value, strlen(value));
    if (status == PLM_E_LIMIT) {
        reader->is_text_too_long = true;
        return PLM_OK;
    }
    return status;
}

static plm_status end_element(plm_un_reader *reader, int depth, bool *done)
{
    if (!reader->in_entity) {
        return PLM_OK;
    }
    if (depth == 4) {
        return end_leaf(reader, reader->leaf);
    }
    if (depth == 3) {
        return end_leaf(reader, "");
    }
    if (depth == 2) {
        reader->in_entity = false;
        *done = true;
    }
    return PLM_OK;
}

static plm_status take_node(plm_un_reader *reader, bool *done)
{
    int depth = plm_xml.xmlTextReaderDepth(reader->xml);
    if (depth > PLM_UN_DEPTH_MAX) {
        return syntax_error(reader, node_line(reader), "elements nested deeper than %d",
                            PLM_UN_DEPTH_MAX);
    }
    switch (plm_xml.xmlTextReaderNodeType(reader->xml)) {
    case XML_READER_TYPE_ELEMENT:
        return begin_element(reader, depth, done);
    case XML_READER_TYPE_END_ELEMENT:
        return end_element(reader, depth, done);
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        return add_text(reader, depth);
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY:
    case XML_READER_TYPE_ENTITY_REFERENCE:
        return syntax_error(reader, node_line(reader), "holds an entity or a DTD: refused");
    default:
        return PLM_OK;
    }
}

plm_status plm_un_next(plm_un_reader *reader, const plm_un_entity **entity)
{
    for (;;) {
        int result = plm_xml.xmlTextReaderRead(reader->xml);
        if (reader->stop != PLM_OK) {
            return reader->stop;
        }
        if (result < 0 || reader->error[0] != '\0') {
            return syntax_error(reader, reader->error_line, "not well-formed XML: %s",
                                reader->error[0] != '\0' ? reader->error : "no reason given");
        }
        if (result == 0) {
            *entity = NULL;
            return reader->has_root ? PLM_OK : syntax_error(reader, 1, "no XML at all");
        }
        bool done = false;
        plm_status status = take_node(reader, &done);
        if (status != PLM_OK) {
            return status;
        }
        if (done) {
            *entity = &reader->entity;
            return PLM_OK;
        }
    }
}
