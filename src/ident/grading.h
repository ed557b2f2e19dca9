/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grading.h - how far a source and its information can be relied on, in the two systems in use:
 *
 *     4x4  source A, B, C, X; information 1 to 4   (Regulation (EU) 2016/794, art. 29)
 *     6x6  source A to F;     information 1 to 6   (the "Admiralty system", NATO AJP-2.1)
 *
 * A grading is written "B2/4x4" or "B2/6x6". "B2" alone does not say which system it is of, and
 * the two differ: 4 is "can't be corroborated" in the one and "doubtful" in the other. Where only
 * one of the two has the letter or the digit, that is the system.
 */
#ifndef PLM_IDENT_GRADING_H
#define PLM_IDENT_GRADING_H

#include "base/bytes.h"

enum {
    PLM_GRADING_MAX = 8, /* bytes, terminator included */
    PLM_GRADING_WORDS = 320
};

/* "", or a grading of one of the systems, with or without its name. */
bool plm_grading_is_valid(const char *grading);
/* The grading with the name of its system where that can be told. PLM_E_INVALID; then out is "". */
plm_status plm_grading_normalise(char out[static PLM_GRADING_MAX],
                                 const char *grading) PLM_MUST_CHECK;
/* In words: "source usually reliable; information probably true (6x6)"; "" for "". Returns out. */
const char *plm_grading_words(char out[static PLM_GRADING_WORDS], const char *grading);

#endif
