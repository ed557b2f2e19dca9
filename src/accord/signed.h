/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signed.h - what ratifications and denunciations have in common: a head, and a signature over the
 * canonical form of everything else.
 */
#ifndef PLM_ACCORD_SIGNED_H
#define PLM_ACCORD_SIGNED_H

#include "accord/accord.h"
#include "base/json.h"

typedef struct plm_signed_head {
    uint8_t accord_hash[PLM_ACCORD_HASH_BYTES];
    char party[PLM_CODE_MAX];
    int64_t time_ms;
    plm_span body; /* in the arena given */
    uint8_t signature[PLM_SIGNATURE_BYTES];
} plm_signed_head;

/*
 * "accord", "party", "time" and "signature" of a document, and the bytes that were signed. Takes
 * "signature" out of the document. PLM_E_INVALID, PLM_E_NOMEM.
 */
plm_status plm_signed_read(plm_signed_head *out, const plm_json_at *root,
                           plm_arena *arena) PLM_MUST_CHECK;
/* Adds "accord", "party", "time" and "signature" to a document, and appends its text to out. */
plm_status plm_signed_write(plm_buf *out, json_t *document, const plm_accord *accord,
                            const char *party, const uint8_t seed[static 32], int64_t time_ms,
                            const char *name) PLM_MUST_CHECK;
/* PLM_E_NOT_FOUND: no such party; PLM_E_AUTH: another accord, or not that party's signature. */
plm_status plm_signed_verify(const plm_signed_head *head, const plm_accord *accord,
                             const char *name) PLM_MUST_CHECK;

#endif
