/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - text for people in lines of 80 columns, broken at blanks.
 *
 *     label     text text text text text
 *               text text
 */
#ifndef PLM_ACCORD_WORDS_H
#define PLM_ACCORD_WORDS_H

#include "base/bytes.h"

enum {
    PLM_WORDS_COLUMNS = 80,
    PLM_WORDS_NUMBER = 32 /* bytes of a number, terminator included */
};

typedef struct plm_words {
    plm_buf *out;
    size_t start;
    plm_status status; /* the first failure; nothing is written after it */
} plm_words;

plm_words plm_words_begin(plm_buf *out);
/* A paragraph: `label` at the margin (may be ""), the text from column `indent` on. */
void plm_words_line(plm_words *w, const char *label, size_t indent, const char *format, ...)
    PLM_PRINTF(4, 5);
void plm_words_gap(plm_words *w);
/* PLM_OK, or the first failure: then out is as it was. */
plm_status plm_words_end(plm_words *w) PLM_MUST_CHECK;
/* "1,250,000"; returns out. */
const char *plm_words_number(char out[static PLM_WORDS_NUMBER], uint64_t n);

#endif
