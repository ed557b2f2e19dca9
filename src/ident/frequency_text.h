/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frequency_text.h - the text of a table of frequencies, line by line (frequency.h has the form).
 */
#ifndef PLM_IDENT_FREQUENCY_TEXT_H
#define PLM_IDENT_FREQUENCY_TEXT_H

#include "ident/frequency.h"

enum {
    PLM_FREQUENCY_LINES_MAX = 16 /* of a header */
};

typedef struct plm_frequency_header_lines {
    char keys[PLM_FREQUENCY_LINES_MAX][PLM_FREQUENCY_NAME_MAX];
    char texts[PLM_FREQUENCY_LINES_MAX][PLM_FREQUENCY_TEXT_MAX];
    size_t n;
    uint64_t n_persons;
} plm_frequency_header_lines;

/* value: borrowed until the call returns. A status other than PLM_OK ends the reading. */
typedef plm_status plm_frequency_row_fn(void *context, plm_ident_type type, plm_span value,
                                        uint64_t persons);

/*
 * Reads the header into *header, then hands each row to `row`. PLM_E_SYNTAX (reported with file
 * and line), PLM_E_LIMIT, what `row` returned.
 */
plm_status plm_frequency_read(plm_frequency_header_lines *header, plm_span text,
                              plm_frequency_row_fn *row, void *context, const plm_diag_sink *sink,
                              const char *file) PLM_MUST_CHECK;

/* The text behind a key; "" if there is none. */
const char *plm_frequency_header_get(const plm_frequency_header_lines *header, const char *key);

#endif
