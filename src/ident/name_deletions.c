/* SPDX-License-Identifier: Apache-2.0 */
#include "ident/name_parts.h"

#include <string.h>

/* Where the letters of the word begin; starts[n] is the end of the last one that counts. */
static size_t find_letters(size_t starts[static PLM_DELETION_LETTERS_MAX + 1], plm_span word)
{
    size_t n = 0;
    size_t at = 0;
    for (; at < word.n; at++) {
        if ((word.p[at] & 0xc0) != 0x80) {
            if (n == PLM_DELETION_LETTERS_MAX) {
                break;
            }
            starts[n++] = at;
        }
    }
    starts[n] = at;
    return n;
}

void plm_name_deletions_of(plm_name_deletions *out, plm_span folded)
{
    size_t starts[PLM_DELETION_LETTERS_MAX + 1];
    const size_t n = find_letters(starts, folded);
    const size_t n_bytes = starts[n];
    uint8_t *to = out->pool;
    memcpy(to, folded.p, n_bytes);
    out->values[0] = plm_span_of(to, n_bytes);
    out->n = 1;
    to += n_bytes;
    for (size_t i = 0; i < n && n >= PLM_DELETION_LETTERS_MIN; i++) {
        const size_t length = starts[i + 1] - starts[i];
        const size_t after = n_bytes - starts[i + 1];
        /* Out of a run of one letter each gives the same; two runs never give the same. */
        if (i + 1 < n && length == starts[i + 2] - starts[i + 1] &&
            memcmp(folded.p + starts[i], folded.p + starts[i + 1], length) == 0) {
            continue;
        }
        memcpy(to, folded.p, starts[i]);
        memcpy(to + starts[i], folded.p + starts[i + 1], after);
        out->values[out->n++] = plm_span_of(to, starts[i] + after);
        to += starts[i] + after;
    }
}
