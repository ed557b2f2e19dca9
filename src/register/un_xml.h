/* SPDX-License-Identifier: Apache-2.0 */
/*
 * un_xml.h - the UN Security Council consolidated list (XML), entity by entity.
 *
 *   CONSOLIDATED_LIST
 *     INDIVIDUALS / INDIVIDUAL      ENTITIES / ENTITY                     depth 2
 *       FIRST_NAME "text"           a group that is its own leaf          depth 3
 *       NATIONALITY                 a group                               depth 3
 *         VALUE "text"              a leaf                                depth 4
 *
 * The file is pulled through libxml2's reader. No network, no DTD: a file that holds "<!DOCTYPE" is
 * refused before the parser sees it, so that there are no entities but XML's own five. No XInclude.
 * Elements of other names and depths are passed over. Lines are exact up to 65,535, and beyond that
 * within a few lines (node_line in un_xml.c says why).
 */
#ifndef PLM_REGISTER_UN_XML_H
#define PLM_REGISTER_UN_XML_H

#include "base/arena.h"
#include "register/libxml.h"
#include "register/source.h"

enum {
    PLM_UN_FILE_MAX = 1 << 28,   /* bytes of the file */
    PLM_UN_DEPTH_MAX = 16,       /* elements inside one another */
    PLM_UN_TEXT_MAX = 64 << 10,  /* bytes of text in one element */
    PLM_UN_ENTITY_MAX = 1 << 18, /* bytes of text in one individual or entity */
    PLM_UN_LEAVES_MAX = 4096     /* leaves of one individual or entity */
};

/* Text of an element. Names live as long as the reader, text until the next entity. */
typedef struct plm_un_leaf {
    const char *group;
    const char *name; /* "" where the group itself holds the text */
    size_t group_no;  /* leaves of one group element share it */
    uint64_t line;
    plm_span text; /* blanks collapsed, not empty */
} plm_un_leaf;

typedef struct plm_un_entity {
    bool is_individual;
    uint64_t line;
    const char *too_big; /* NULL, or which limit it passed; then it has no leaves */
    const plm_un_leaf *leaves;
    size_t n_leaves;
} plm_un_entity;

typedef struct plm_un_reader {
    plm_source *source;
    xmlTextReaderPtr xml;
    plm_status stop; /* why the read callback stopped the parser */
    uint64_t n_bytes;
    size_t n_doctype; /* bytes of "<!DOCTYPE" just seen */
    uint64_t last_line;
    uint64_t error_line;
    char error[200]; /* first error of the parser; "" if none */
    plm_arena arena; /* text of the entity */
    plm_buf text;    /* of the element being read */
    bool in_entity;
    bool is_text_too_long;
    bool has_root;
    const char *group;
    size_t group_no;
    const char *leaf;
    uint64_t leaf_line;
    size_t entity_bytes;
    plm_un_entity entity;
    plm_un_leaf leaves[PLM_UN_LEAVES_MAX];
} plm_un_reader;

/*
 * source is borrowed. PLM_E_NOMEM; PLM_E_NOT_FOUND, with a diagnostic: there is no libxml2 on this
 * machine. plm_un_wipe in any case.
 */
plm_status plm_un_open(plm_un_reader *reader, plm_source *source) PLM_MUST_CHECK;
/*
 * The next individual or entity, borrowed until the next call; NULL at the end.
 * PLM_E_SYNTAX, with a diagnostic: not XML, a DTD, another root element, too deep. PLM_E_LIMIT,
 * with a diagnostic: the file is too large. PLM_E_IO, PLM_E_NOMEM, what the progress callback
 * returned.
 */
plm_status plm_un_next(plm_un_reader *reader, const plm_un_entity **entity) PLM_MUST_CHECK;
void plm_un_wipe(plm_un_reader *reader);

#endif
