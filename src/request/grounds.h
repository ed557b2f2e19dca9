/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grounds.h - why a request may be refused: a closed list, each with its source (spec/request.md
 * section 6). A refusal names one of them and gives a reason besides (UNTOC art. 18(23)).
 *
 * Bank secrecy (art. 18(8)) and that an offence also involves fiscal matters (art. 16(15), 18(22))
 * are no grounds and stand in no row.
 */
#ifndef PLM_REQUEST_GROUNDS_H
#define PLM_REQUEST_GROUNDS_H

#include <stddef.h>

typedef struct plm_ground {
    unsigned code;    /* on the wire; never changes */
    const char *name; /* "dual-criminality" */
    const char *title;
    const char *source; /* instrument and article */
} plm_ground;

size_t plm_ground_count(void);
const plm_ground *plm_ground_at(size_t i);
/* NULL: there is none. */
const plm_ground *plm_ground_find(unsigned code);
const plm_ground *plm_ground_find_name(const char *name);
/* The article that says this is no ground, or NULL: "bank-secrecy", "fiscal". */
const char *plm_ground_excluded(const char *name);

#endif
