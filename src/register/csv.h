/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h - a streaming reader of comma-separated values, strict RFC 4180 with a chosen separator.
 *
 * Lines end with CR LF or LF; a field in quotes may hold separators, line ends, and quotes as "".
 * A byte order mark of UTF-8 is skipped, everything else must be valid UTF-8. Empty lines are
 * skipped. Rows that break these rules, or pass a limit, come out as broken with the reason and the
 * line where the fault stands; reading goes on behind the line in which the broken row began, so
 * that a quote that was never closed costs one row and not the rest of the file.
 *
 *   raw    [ ... | row being read ............ | read ahead ... ]    PLM_CSV_ROW_MAX + one step
 *                ^ start                 ^ at                ^ end
 *   text   [ fields without quotes, one after the other ]
 *   field  [ offset 0 ][ offset 1 ] ... [ end ]
 */
#ifndef PLM_REGISTER_CSV_H
#define PLM_REGISTER_CSV_H

#include "register/source.h"

enum {
    PLM_CSV_ROW_MAX = 1 << 20,    /* bytes of a row, quotes included */
    PLM_CSV_FIELD_MAX = 64 << 10, /* bytes of a field, without its quotes */
    PLM_CSV_COLUMNS_MAX = 1024
};

typedef enum plm_csv_event {
    PLM_CSV_ROW,
    PLM_CSV_BROKEN, /* line, column and reason are set, there are no fields */
    PLM_CSV_END
} plm_csv_event;

typedef struct plm_csv {
    plm_source *source;
    uint8_t separator;
    bool ends_at_sub; /* a row of nothing but 0x1A (DOS end of file) at the end is skipped */

    /* The last event: */
    uint64_t line;   /* where the row begins; of a broken one, where the fault stands */
    size_t column;   /* of the fault, from 1; 0 if it is of no one field */
    size_t n_fields; /* of a row */
    char reason[160];

    uint8_t *raw;
    size_t start, at, end;
    bool is_eof;
    uint64_t next_line; /* the line in which raw[at] stands */
    uint64_t start_line;
    uint8_t *text;
    size_t n_text;
    size_t field[PLM_CSV_COLUMNS_MAX + 1];
} plm_csv;

/* separator: one ASCII character. source is borrowed. PLM_E_NOMEM. plm_csv_wipe in any case. */
plm_status plm_csv_init(plm_csv *csv, plm_source *source, char separator) PLM_MUST_CHECK;
/* The next row, broken row, or end. PLM_E_IO; what the progress callback returned. */
plm_status plm_csv_next(plm_csv *csv, plm_csv_event *event) PLM_MUST_CHECK;
/* Field i < n_fields of the last row, borrowed until the next plm_csv_next. */
plm_span plm_csv_field(const plm_csv *csv, size_t i);
void plm_csv_wipe(plm_csv *csv);

#endif
