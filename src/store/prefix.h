/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefix.h - which row it is whose id begins with the digits that somebody gave. Look at each row,
 * then end:
 *
 *     plm_prefix prefix = {.text = "9f86", .id_bytes = 16};
 *     ... plm_prefix_look(&prefix, row->id) ...
 *     status = plm_prefix_end(&prefix, id);
 */
#ifndef PLM_STORE_PREFIX_H
#define PLM_STORE_PREFIX_H

#include <palermo/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLM_PREFIX_ID_MAX = 32 /* bytes of an id */
};

typedef struct plm_prefix {
    const char *text; /* lower-case hexadecimal digits; borrowed */
    size_t id_bytes;  /* at most PLM_PREFIX_ID_MAX */
    /* of plm_prefix_look: */
    uint8_t id[PLM_PREFIX_ID_MAX];
    size_t n;
} plm_prefix;

/* Whether this id begins so. */
bool plm_prefix_look(plm_prefix *prefix, const uint8_t *id);
/*
 * The one id that began so; id_bytes of them, or NULL if nobody asks for it. PLM_E_NOT_FOUND: none
 * did; PLM_E_EXISTS: several.
 */
plm_status plm_prefix_end(const plm_prefix *prefix, uint8_t *id) PLM_MUST_CHECK;

#endif
