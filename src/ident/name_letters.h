/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_letters.h - from the text of a name to letters of the tables (spec/tokens.md section 3.1).
 */
#ifndef PLM_IDENT_NAME_LETTERS_H
#define PLM_IDENT_NAME_LETTERS_H

#include "base/utf8.h"
#include "ident/name_tables.h"

#include <string.h>

/* Below PLM_CODE_TABLE a separator or joint; then an index into the table; else a code point. */
typedef uint32_t plm_code;

enum {
    PLM_CODE_SEPARATOR = 0, /* between words */
    PLM_CODE_JOINT = 1,     /* between the parts of a joined word: sounds do not run together */
    PLM_CODE_TABLE = 2,
    PLM_NAME_LETTERS_MAX = 256,                     /* of a name; a longer one is refused */
    PLM_NAME_RAW_MAX = 2 * PLM_NAME_LETTERS_MAX + 1 /* with separators, never two in a row */
};

#define PLM_CODE_OTHER 0x80000000U /* set in the code of a letter that stands for itself */

static inline plm_code plm_code_ascii(char c)
{
    uint32_t at =
        c <= '9' ? (uint32_t)(c - '0') + PLM_LETTERS_DIGIT_0 : (uint32_t)(c - 'a') + PLM_LETTERS_A;
    return PLM_CODE_TABLE + at;
}

/* The code of a row of the table. */
static inline plm_code plm_code_at(size_t row)
{
    return PLM_CODE_TABLE + (plm_code)row;
}

/* The table's row of a code; NULL for a separator, a joint and other letters. */
static inline const plm_name_letter *plm_code_row(plm_code code)
{
    return code >= PLM_CODE_TABLE && code < PLM_CODE_OTHER
               ? &plm_name_letters[code - PLM_CODE_TABLE]
               : NULL;
}

/* 'a' to 'z' for the codes of these letters, else 0. */
static inline char plm_code_plain(plm_code code)
{
    const plm_code first = PLM_CODE_TABLE + PLM_LETTERS_A;
    return code >= first && code < first + 26 ? (char)('a' + (int)(code - first)) : '\0';
}

static inline plm_script plm_code_script(plm_code code)
{
    const plm_name_letter *row = plm_code_row(code);
    return row == NULL ? PLM_SCRIPT_NONE : (plm_script)row->script;
}

/* Of a script in which a letter alone stands for a name. */
static inline bool plm_code_has_initials(plm_code code)
{
    switch (plm_code_script(code)) {
    case PLM_SCRIPT_LATIN:
    case PLM_SCRIPT_CYRILLIC:
    case PLM_SCRIPT_GREEK:
    case PLM_SCRIPT_ARMENIAN:
    case PLM_SCRIPT_GEORGIAN:
        return true;
    case PLM_SCRIPT_NONE:
    case PLM_SCRIPT_ARABIC:
    case PLM_SCRIPT_HEBREW:
    case PLM_SCRIPT_COUNT:
    default:
        return false;
    }
}

/* The code of a code point that needs no decomposition: of the table, or an other letter. */
plm_code plm_code_find(uint32_t code_point);

/* A folded form of a code, of that column of its table, into `out`, of which all 4 bytes may be
 * written; returns its length, 0 to 4. Nothing is terminated. */
static inline size_t plm_code_fold(uint8_t out[4], plm_code code, unsigned column)
{
    const plm_name_letter *row = plm_code_row(code);
    if (row != NULL) {
        memcpy(out, row->forms[column], 4);
        return row->form_bytes[column];
    }
    return code < PLM_CODE_TABLE ? 0 : plm_utf8_encode(out, code & ~PLM_CODE_OTHER);
}

/*
 * name: NFC text, valid UTF-8. Any thread. *n: letters and separators written to out.
 * PLM_E_LIMIT: more than PLM_NAME_LETTERS_MAX letters; PLM_E_NOMEM: ICU can't load its data. On
 * either *n is 0.
 */
plm_status plm_name_letters_of(plm_span name, plm_code out[static PLM_NAME_RAW_MAX],
                               size_t *n) PLM_MUST_CHECK;

#endif
