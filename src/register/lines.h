/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.h - a source line by line, each bounded.
 */
#ifndef PLM_REGISTER_LINES_H
#define PLM_REGISTER_LINES_H

#include "register/source.h"

enum {
    PLM_LINE_MAX = 1 << 20 /* bytes of a line, without its end */
};

typedef enum plm_line_event {
    PLM_LINE,
    PLM_LINE_TOO_LONG, /* it was passed over */
    PLM_LINE_END
} plm_line_event;

typedef struct plm_lines {
    plm_source *source;
    uint8_t *raw;
    size_t at, end;
    bool is_eof;
    uint64_t line; /* number of the last line, from 1 */
} plm_lines;

/* source is borrowed. PLM_E_NOMEM. plm_lines_wipe in any case. */
plm_status plm_lines_init(plm_lines *lines, plm_source *source) PLM_MUST_CHECK;
/*
 * The next line without LF or CR LF, borrowed until the next call; of the first one also without a
 * byte order mark. PLM_E_IO; what the progress callback returned.
 */
plm_status plm_lines_next(plm_lines *lines, plm_line_event *event, plm_span *line) PLM_MUST_CHECK;
void plm_lines_wipe(plm_lines *lines);

#endif
