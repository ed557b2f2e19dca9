/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.h - the schedule of batches that follows a run (spec/release.md section 5).
 */
#ifndef PLM_RELEASE_TERMS_H
#define PLM_RELEASE_TERMS_H

#include "accord/accord.h"

typedef struct plm_release_terms {
    uint16_t slots;     /* of a batch: hits it can carry */
    uint16_t n_batches; /* after which what was not released lapses */
    int64_t every_ms;   /* between two of them */
} plm_release_terms;

/* What the purpose says of it. */
plm_release_terms plm_release_terms_of(const plm_purpose *purpose);

/* True if hits of the purpose reach the asker by release alone: the holder, and only it, learns. */
bool plm_release_applies(plm_learns learns);

#endif
