/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_words.h - from letters to the words that count (spec/tokens.md sections 3.3 and 3.4).
 */
#ifndef PLM_IDENT_NAME_WORDS_H
#define PLM_IDENT_NAME_WORDS_H

#include "ident/name_letters.h"

enum {
    PLM_NAME_WORDS_MAX = 32,
    PLM_NAME_POOL = 2 * PLM_NAME_LETTERS_MAX /* no word grows to more than twice its letters */
};

typedef struct plm_name_word {
    const plm_code *codes; /* in the pool */
    size_t n;
} plm_name_word;

/* pool: [ abu ' bakr | omar | ... ]   the words one behind the other, ' is a joint */
typedef struct plm_name_words {
    plm_code pool[PLM_NAME_POOL];
    size_t n_pool;
    plm_name_word words[PLM_NAME_WORDS_MAX];
    size_t n;
} plm_name_words;

/*
 * raw: n codes as plm_name_letters_of gives them; changed in place (look-alikes are repaired). An
 * initial is a word. PLM_E_LIMIT: more than PLM_NAME_WORDS_MAX words; then out->n is 0.
 */
plm_status plm_name_words_of(plm_name_words *out, plm_code *raw, size_t n) PLM_MUST_CHECK;

#endif
