/* SPDX-License-Identifier: Apache-2.0 */
/*
 * row.h - a view of a person as a line of CSV (RFC 4180), and what two views have in common.
 */
#ifndef PLM_SYNTH_ROW_H
#define PLM_SYNTH_ROW_H

#include "synth/person.h"

enum {
    PLM_SYNTH_ROW_MAX = 4096, /* bytes of a line, at most */
    PLM_SYNTH_NAME_MAX = 256, /* bytes of a name, terminator included */
    PLM_SYNTH_FOUND_MAX = 128 /* bytes of a found_by, terminator included */
};

/* The header line of both registers. */
plm_span plm_synth_row_header(void);

/* Appends one line. seed: for wallets. PLM_E_LIMIT, PLM_E_NOMEM. */
plm_status plm_synth_row_append(plm_buf *out, const plm_synth_person *person,
                                const plm_synth_view *view, uint64_t seed,
                                const char *id) PLM_MUST_CHECK;

/* The full name in one of the spellings (0 to 2), in the view's order, mistakes included. */
void plm_synth_name_write(char out[PLM_SYNTH_NAME_MAX], const plm_synth_person *person,
                          const plm_synth_view *view, unsigned spelling);

/* found_by of synth.h, "hard" and "excluded" included. */
void plm_synth_found_by(char out[PLM_SYNTH_FOUND_MAX], const plm_synth_person *person,
                        const plm_synth_view *a, const plm_synth_view *b);

#endif
